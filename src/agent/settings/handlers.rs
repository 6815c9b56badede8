//! Handlers in the lists of a settings file.

use std::path::Path;

use anyhow::{Result, bail};
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject};
use serde_json::Value;

use super::entries::{Entry, Layout};

/// Puts an entry in; tells whether anything changed.
pub(super) fn put_entry(
    hooks: &CstObject,
    entry: &Entry,
    layout: Layout,
    file: &Path,
) -> Result<bool> {
    let list = match hooks.get(entry.event) {
        None => hooks.array_value_or_set(entry.event),
        Some(property) => match property.array_value() {
            Some(list) => list,
            None => bail!("{}: {} is no list", file.display(), entry.event),
        },
    };
    let wanted = entry.list_element(layout);
    let same = list
        .elements()
        .iter()
        .any(|element| json_of(element) == Some(json_of_input(&wanted)));
    if same {
        return Ok(false);
    }
    take_out(&list);
    list.append(wanted);
    Ok(true)
}

/// Takes phguard's handlers out of an event's list, and groups that are empty then.
pub(super) fn take_out(list: &CstArray) -> bool {
    let mut changed = false;
    for element in list.elements() {
        if own_command(&element).is_some() {
            element.remove();
            changed = true;
            continue;
        }
        let Some(inner) = inner_handlers(&element) else {
            continue;
        };
        for handler in inner.elements() {
            if own_command(&handler).is_some() {
                handler.remove();
                changed = true;
                if inner.elements().is_empty() {
                    element.clone().remove();
                    break;
                }
            }
        }
    }
    changed
}

pub(super) fn inner_handlers(element: &CstNode) -> Option<CstArray> {
    element.as_object()?.array_value("hooks")
}

/// The command of a handler, if it is phguard's.
pub(super) fn own_command(handler: &CstNode) -> Option<String> {
    let fields = handler.as_object()?;
    for name in ["command", "bash", "powershell"] {
        let value = fields.get(name).and_then(|property| property.value());
        let Some(text) = value.and_then(|value| value.as_string_lit()) else {
            continue;
        };
        // A text with a broken escape is not one of phguard's.
        let text = text.decoded_value().unwrap_or_default();
        if is_own(&text) {
            return Some(text);
        }
    }
    None
}

/// Tells whether a command of a harness runs phguard.
pub(super) fn is_own(command: &str) -> bool {
    command.contains("phguard") && command.contains("hook agent")
}

fn json_of(node: &CstNode) -> Option<Value> {
    serde_json::from_str(&node.to_string()).ok()
}

fn json_of_input(value: &CstInputValue) -> Value {
    match value {
        CstInputValue::Null => Value::Null,
        CstInputValue::Bool(value) => Value::Bool(*value),
        // The only number is one of `entries`.
        CstInputValue::Number(digits) => serde_json::from_str(digits).unwrap_or(Value::Null),
        CstInputValue::String(text) => Value::String(text.clone()),
        CstInputValue::Array(values) => values.iter().map(json_of_input).collect(),
        CstInputValue::Object(fields) => {
            let pairs = fields
                .iter()
                .map(|(name, value)| (name.clone(), json_of_input(value)));
            Value::Object(pairs.collect())
        }
    }
}
