//! Adds phguard's entries to the settings files of the harnesses and removes them. Other entries,
//! comments and the order stay as they are.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstArray, CstInputValue, CstNode, CstObject, CstRootNode};
use serde_json::Value;

use super::event::Harness;
use super::replace::replace_file;

/// Whose settings they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The project's, shared with all who work on it.
    Project,
    /// The user's own, for all projects.
    User,
}

/// The result of a change to a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created,
    /// Entries were put in or taken out.
    Changed,
    /// All was there already, or nothing was there to take out.
    Same,
    /// Nothing else was in it.
    Removed,
}

/// One entry: the event, the tools it is for, and the fields of the command.
struct Entry {
    event: &'static str,
    matcher: Option<&'static str>,
    handler: Vec<(&'static str, CstInputValue)>,
}

/// Returns the file in which a harness looks for hooks; `base` is the top of the project, or the
/// home directory.
#[must_use]
pub fn file_of(harness: Harness, owner: Owner, base: &Path) -> PathBuf {
    let name = match (harness, owner) {
        (Harness::ClaudeCode, _) => ".claude/settings.json",
        (Harness::Codex, _) => ".codex/hooks.json",
        (Harness::Cursor, _) => ".cursor/hooks.json",
        (Harness::Copilot, Owner::Project) => ".github/hooks/phguard.json",
        (Harness::Copilot, Owner::User) => ".copilot/hooks/phguard.json",
    };
    base.join(name)
}

/// Describes the effect of these settings on a machine without phguard.
#[must_use]
pub fn without_phguard(harness: Harness) -> &'static str {
    match harness {
        Harness::ClaudeCode => {
            "without phguard, versions that know onFailure refuse these tools; older ones run them unchecked"
        }
        Harness::Codex => "without phguard, Codex runs every tool unchecked",
        Harness::Cursor => "without phguard, Cursor refuses what the entries cover",
        Harness::Copilot => {
            "without phguard, Copilot denies every tool, in the cloud agent as well: install it there first \
             (copilot-setup-steps.yml)"
        }
    }
}

/// Puts the entries into a settings file. The harness will run `command`.
///
/// # Errors
/// The file cannot be read or written, or it is no JSON object; then it is as it was.
pub fn install(harness: Harness, file: &Path, command: &str) -> Result<Change> {
    let before = read(file)?;
    let root = parse(before.as_deref().unwrap_or("{}\n"), file)?;
    let Some(settings) = root.object_value() else {
        bail!("{} holds no JSON object", file.display());
    };
    let is_flat = matches!(harness, Harness::Cursor | Harness::Copilot);
    if is_flat && settings.get("version").is_none() {
        settings.insert(0, "version", CstInputValue::Number("1".into()));
    }
    let hooks = object_in(&settings, "hooks", file)?;
    let mut changed = before.is_none();
    for entry in entries(harness, command) {
        changed |= put(&hooks, &entry, is_flat, file)?;
    }
    if !changed {
        return Ok(Change::Same);
    }
    let mut text = root.to_string();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    replace_file(file, text.as_bytes(), before.as_deref().map(str::as_bytes))?;
    Ok(if before.is_some() {
        Change::Changed
    } else {
        Change::Created
    })
}

/// Takes the entries out of a settings file. A file that holds nothing else is removed.
///
/// # Errors
/// The file cannot be read or written, or it is no JSON object; then it is as it was.
pub fn uninstall(file: &Path) -> Result<Change> {
    let Some(before) = read(file)? else {
        return Ok(Change::Same);
    };
    let root = parse(&before, file)?;
    let settings = root.object_value();
    let hooks = settings
        .as_ref()
        .and_then(|settings| settings.object_value("hooks"));
    let (Some(settings), Some(hooks)) = (settings, hooks) else {
        return Ok(Change::Same);
    };
    let mut changed = false;
    for property in hooks.properties() {
        let Some(list) = property.array_value() else {
            continue;
        };
        if take_out(&list) {
            changed = true;
            if list.elements().is_empty() {
                property.remove();
            }
        }
    }
    if !changed {
        return Ok(Change::Same);
    }
    if hooks.properties().is_empty()
        && let Some(property) = settings.get("hooks")
    {
        property.remove();
    }
    let rest: Vec<Option<String>> = settings
        .properties()
        .iter()
        .map(jsonc_parser::cst::CstObjectProp::decoded_name)
        .collect();
    let is_bare = rest.is_empty() || rest == [Some("version".to_owned())];
    let text = root.to_string();
    if is_bare && !text.contains("//") && !text.contains("/*") {
        std::fs::remove_file(file)
            .with_context(|| format!("{} cannot be removed", file.display()))?;
        return Ok(Change::Removed);
    }
    replace_file(file, text.as_bytes(), Some(before.as_bytes()))?;
    Ok(Change::Changed)
}

/// Returns the commands by which a settings file runs phguard, each once, and the events they are
/// for.
///
/// # Errors
/// The file cannot be read, or it is no JSON.
pub fn commands_in(file: &Path) -> Result<Vec<(String, Vec<String>)>> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let Some(text) = read(file)? else {
        return Ok(found);
    };
    let root = parse(&text, file)?;
    let hooks = root
        .object_value()
        .and_then(|settings| settings.object_value("hooks"));
    for property in hooks.iter().flat_map(CstObject::properties) {
        let event = property.decoded_name().unwrap_or_default();
        let Some(list) = property.array_value() else {
            continue;
        };
        let mut handlers = Vec::new();
        for element in list.elements() {
            match inner_handlers(&element) {
                Some(inner) => handlers.extend(inner.elements()),
                None => handlers.push(element),
            }
        }
        for command in handlers.iter().filter_map(own_command) {
            match found.iter_mut().find(|(known, _)| *known == command) {
                Some((_, events)) => events.push(event.clone()),
                None => found.push((command, vec![event.clone()])),
            }
        }
    }
    Ok(found)
}

fn entries(harness: Harness, command: &str) -> Vec<Entry> {
    let mut list = Vec::new();
    let mut add = |event, matcher, fields: &[(&'static str, CstInputValue)]| {
        list.push(Entry {
            event,
            matcher,
            handler: fields.to_vec(),
        });
    };
    let seconds = |count: &str| CstInputValue::Number(count.into());
    let text = |text: &str| CstInputValue::String(text.into());
    match harness {
        Harness::ClaudeCode => {
            let fields = [
                ("type", text("command")),
                ("command", text(command)),
                ("timeout", seconds("10")),
                ("onFailure", text("block")),
            ];
            let tools =
                "Bash|PowerShell|Monitor|Write|Edit|MultiEdit|NotebookEdit|Read|Grep|mcp__.*";
            add("PreToolUse", Some(tools), &fields);
            add("UserPromptSubmit", None, &fields);
            add("PostToolUse", Some("*"), &fields);
        }
        Harness::Codex => {
            let fields = [
                ("type", text("command")),
                ("command", text(command)),
                ("timeout", seconds("10")),
            ];
            add("PreToolUse", Some("Bash|apply_patch|mcp__.*"), &fields);
            add("UserPromptSubmit", None, &fields);
            add("PostToolUse", Some("Bash|apply_patch|mcp__.*"), &fields);
        }
        Harness::Cursor => {
            let fields = [
                ("command", text(command)),
                ("failClosed", CstInputValue::Bool(true)),
                ("timeout", seconds("10")),
            ];
            let tools = "Write|StrReplace|EditNotebook|ApplyPatch|Edit|MultiEdit|Delete|Task";
            for event in [
                "beforeShellExecution",
                "beforeMCPExecution",
                "beforeReadFile",
                "beforeSubmitPrompt",
            ] {
                add(event, None, &fields);
            }
            add("preToolUse", Some(tools), &fields);
            add("postToolUse", None, &fields[..1]);
        }
        Harness::Copilot => {
            let fields = [
                ("type", text("command")),
                ("bash", text(command)),
                ("powershell", text(command)),
                ("timeoutSec", seconds("10")),
            ];
            for event in ["preToolUse", "postToolUse", "userPromptSubmitted"] {
                add(event, None, &fields);
            }
        }
    }
    list
}

/// Puts an entry in; tells whether anything changed.
fn put(hooks: &CstObject, entry: &Entry, is_flat: bool, file: &Path) -> Result<bool> {
    let list = match hooks.get(entry.event) {
        None => hooks.array_value_or_set(entry.event),
        Some(property) => match property.array_value() {
            Some(list) => list,
            None => bail!("{}: {} is no list", file.display(), entry.event),
        },
    };
    let wanted = wanted_element(entry, is_flat);
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

fn wanted_element(entry: &Entry, is_flat: bool) -> CstInputValue {
    let mut handler = Vec::new();
    for (name, value) in &entry.handler {
        handler.push(((*name).to_owned(), value.clone()));
    }
    let matcher = entry.matcher.map(|matcher| {
        (
            "matcher".to_owned(),
            CstInputValue::String(matcher.to_owned()),
        )
    });
    if is_flat {
        handler.extend(matcher);
        return CstInputValue::Object(handler);
    }
    let mut group = Vec::new();
    group.extend(matcher);
    let handlers = CstInputValue::Array(vec![CstInputValue::Object(handler)]);
    group.push(("hooks".to_owned(), handlers));
    CstInputValue::Object(group)
}

/// Takes phguard's handlers out of an event's list, and groups that are empty then.
fn take_out(list: &CstArray) -> bool {
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

fn inner_handlers(element: &CstNode) -> Option<CstArray> {
    element.as_object()?.array_value("hooks")
}

/// The command of a handler, if it is phguard's.
fn own_command(handler: &CstNode) -> Option<String> {
    let fields = handler.as_object()?;
    for name in ["command", "bash", "powershell"] {
        let value = fields.get(name).and_then(|property| property.value());
        let Some(text) = value.and_then(|value| value.as_string_lit()) else {
            continue;
        };
        let text = text.decoded_value().unwrap_or_default();
        if text.contains("phguard") && text.contains("hook agent") {
            return Some(text);
        }
    }
    None
}

fn json_of(node: &CstNode) -> Option<Value> {
    serde_json::from_str(&node.to_string()).ok()
}

fn json_of_input(value: &CstInputValue) -> Value {
    match value {
        CstInputValue::Null => Value::Null,
        CstInputValue::Bool(value) => Value::Bool(*value),
        CstInputValue::Number(digits) => serde_json::from_str(digits).unwrap_or_default(),
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

fn object_in(settings: &CstObject, name: &str, file: &Path) -> Result<CstObject> {
    match settings.get(name) {
        None => Ok(settings.object_value_or_set(name)),
        Some(property) => property
            .object_value()
            .with_context(|| format!("{}: {name} is no object", file.display())),
    }
}

fn read(file: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

/// Comments and commas at the end of a list are taken, as the harnesses take them.
fn parse(text: &str, file: &Path) -> Result<CstRootNode> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let text = if text.trim().is_empty() { "{}\n" } else { text };
    // The message of the parser quotes the text, which may hold a key.
    CstRootNode::parse(text, &options)
        .ok()
        .with_context(|| format!("{} is no JSON", file.display()))
}
