//! The YAML files whose values can read a variable.

use super::edits::{Edit, line_end, line_start};
use super::family::is_of_spring;
use super::lexer::find;
use super::{Reason, Refusal, Slot};

/// The program that reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Docker Compose: `${NAME}`.
    Compose,
    /// GitHub Actions: `${{ secrets.NAME }}`.
    Workflow,
    /// Spring: `${NAME}`.
    Spring,
    /// Rails, which runs Ruby between `<%=` and `%>` before it reads the file.
    Rails,
}

impl Reader {
    /// The program that reads a file. The path is in lower case.
    pub(crate) fn of(path: &[u8], content: &[u8]) -> Option<Self> {
        let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
        if path.starts_with(b".github/workflows/") {
            return Some(Self::Workflow);
        }
        if name.starts_with(b"compose.") || name.starts_with(b"docker-compose") {
            return Some(Self::Compose);
        }
        if is_of_spring(name) {
            return Some(Self::Spring);
        }
        let is_in_config = path.starts_with(b"config/") || find(path, b"/config/", 0).is_some();
        let is_of_rails = matches!(name, b"secrets.yml" | b"database.yml" | b"cable.yml")
            || find(content, b"<%=", 0).is_some();
        if is_in_config && is_of_rails {
            return Some(Self::Rails);
        }
        None
    }

    fn expression(self, name: &str) -> String {
        match self {
            Self::Compose | Self::Spring => format!("${{{name}}}"),
            Self::Workflow => format!("${{{{ secrets.{name} }}}}"),
            Self::Rails => format!("<%= ENV.fetch(\"{name}\") %>"),
        }
    }
}

const IN_EXPRESSION: Reason = "it stands in an expression";

/// Plans the edits that take these keys out of a file.
pub(crate) fn rewrite(
    reader: Reader,
    content: &[u8],
    slots: &[Slot],
) -> Result<Vec<Edit>, Refusal> {
    let mut edits = Vec::new();
    for slot in slots {
        let expression = reader.expression(&slot.variable);
        let text = value_at(reader, content, slot, expression);
        let text = text.map_err(|reason| Refusal::at(slot.span.start, reason))?;
        edits.push(Edit::replace(slot.span.clone(), text));
    }
    Ok(edits)
}

/// The expression as it must stand in the place of a key.
fn value_at(
    reader: Reader,
    content: &[u8],
    slot: &Slot,
    expression: String,
) -> Result<String, Reason> {
    let start = line_start(content, slot.span.start);
    let before = &content[start..slot.span.start];
    let after = &content[slot.span.end..line_end(content, slot.span.end)];
    match reader {
        Reader::Workflow => takes_secrets(before)?,
        Reader::Rails if is_open(before, b"<%", b"%>") => return Err(IN_EXPRESSION),
        _ => {}
    }
    if is_in_block(content, start) {
        return Ok(expression);
    }
    let behind = after.trim_ascii_start();
    let behind = behind
        .strip_prefix(b"\"")
        .or(behind.strip_prefix(b"'"))
        .unwrap_or(behind);
    if behind.starts_with(b":") && behind.get(1).is_none_or(u8::is_ascii_whitespace) {
        return Err("it is the name of a value");
    }
    if !is_in_flow(before) {
        return Ok(expression);
    }
    let starts_value = matches!(
        before.trim_ascii_end().last(),
        Some(b'[' | b'{' | b',' | b':')
    );
    let ends_value = matches!(after.trim_ascii_start().first(), Some(b']' | b'}' | b','));
    if starts_value && ends_value {
        return Ok(format!("\"{expression}\""));
    }
    Err("it is part of a value between brackets")
}

/// Refuses places in which GitHub does not resolve secrets.
fn takes_secrets(before: &[u8]) -> Result<(), Reason> {
    let text = before.trim_ascii_start();
    let text = text.strip_prefix(b"- ").unwrap_or(text).trim_ascii_start();
    if text.starts_with(b"if:") || text.starts_with(b"default:") {
        return Err("GitHub knows no secrets here");
    }
    if is_open(before, b"${{", b"}}") {
        return Err(IN_EXPRESSION);
    }
    Ok(())
}

/// Tells whether the last expression in a text has not ended.
fn is_open(text: &[u8], open: &[u8], close: &[u8]) -> bool {
    let start = text.windows(open.len()).rposition(|window| window == open);
    start.is_some_and(|at| find(text, close, at).is_none())
}

/// Tells whether brackets are open before a plain value; brackets in quotes do not count.
fn is_in_flow(before: &[u8]) -> bool {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut previous = b' ';
    for byte in before {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'"' | b'\'') if b" [{,:".contains(&previous) => quote = Some(*byte),
            (None, b'[' | b'{') if depth > 0 || b" -".contains(&previous) => depth += 1,
            (None, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        previous = *byte;
    }
    depth > 0 && quote.is_none()
}

/// Tells whether a line is part of a block value, which `|` or `>` starts.
fn is_in_block(content: &[u8], line: usize) -> bool {
    let mut indent = indent_of(content, line);
    let mut start = line;
    while start > 0 && indent > 0 {
        start = line_start(content, start - 1);
        let text = content[start..line_end(content, start)].trim_ascii();
        let above = indent_of(content, start);
        if text.is_empty() || above >= indent {
            continue;
        }
        if opens_block(text) {
            return true;
        }
        indent = above;
    }
    false
}

fn indent_of(content: &[u8], line: usize) -> usize {
    content[line..].iter().take_while(|b| **b == b' ').count()
}

fn opens_block(line: &[u8]) -> bool {
    let end = line
        .iter()
        .rposition(|b| !is_number_part(b))
        .map_or(0, |at| at + 1);
    let head = &line[..end];
    let Some((b'|' | b'>', rest)) = head.split_last() else {
        return false;
    };
    matches!(rest.last(), None | Some(b' '))
}

fn is_number_part(b: &u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'+' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::edits::apply;

    fn fixed(reader: Reader, text: &str) -> String {
        let at = text.find("KEY").unwrap();
        let slot = Slot {
            span: at..at + 3,
            variable: "V".into(),
        };
        match rewrite(reader, text.as_bytes(), &[slot]) {
            Ok(edits) => String::from_utf8(apply(text.as_bytes(), &edits)).unwrap(),
            Err(refusal) => refusal.reason.into(),
        }
    }

    #[test]
    fn each_style_of_value_stays_valid() {
        for (text, expected) in [
            ("a: KEY\n", "a: ${V}\n"),
            ("a: \"Bearer KEY\"\n", "a: \"Bearer ${V}\"\n"),
            ("- a=KEY", "- a=${V}"),
            ("{a: KEY}", "{a: \"${V}\"}"),
            ("a: [x, KEY]", "a: [x, \"${V}\"]"),
            ("a: ['x', 'KEY']", "a: ['x', '${V}']"),
            ("a: {b: x KEY}", "it is part of a value between brackets"),
            ("'KEY': a", "it is the name of a value"),
            ("a: |\n  b {KEY}\n", "a: |\n  b {${V}}\n"),
            ("a: >-\n  x\n\n    KEY: b\n", "a: >-\n  x\n\n    ${V}: b\n"),
        ] {
            assert_eq!(fixed(Reader::Compose, text), expected, "{text}");
        }
    }

    #[test]
    fn a_workflow_reads_a_secret_where_it_may() {
        for (text, expected) in [
            ("  K: KEY", "  K: ${{ secrets.V }}"),
            ("run: curl 'x KEY'", "run: curl 'x ${{ secrets.V }}'"),
            ("x: ${{ 'KEY' }}", "it stands in an expression"),
            ("x: ${{ a }} KEY", "x: ${{ a }} ${{ secrets.V }}"),
            ("- if: a == 'KEY'", "GitHub knows no secrets here"),
        ] {
            assert_eq!(fixed(Reader::Workflow, text), expected, "{text}");
        }
    }
}
