//! Terraform: `var.name`, which Terraform reads from `TF_VAR_name`.

use super::edits::{Edit, line_end, line_ending, line_start};
use super::heredoc;
use super::lexer::{Kind, Quote, Syntax, Token, find, tokens};
use super::literal::Literal;
use super::names::Names;
use super::{Reason, Refusal, Slot};

static SYNTAX: Syntax = Syntax {
    line_comments: &["#", "//"],
    block_comments: &[("/*", "*/")],
    quotes: &[Quote::new("\"").on_one_line().with_hole("${")],
    prefixes: &[],
    has_regex: false,
    special: |content, at| {
        if content[at] == b'<' {
            heredoc::at(content, at, heredoc::TERRAFORM)
        } else {
            None
        }
    },
};

/// Prefix of the environment variables that set Terraform variables.
const PREFIX: &str = "TF_VAR_";
const OTHER_VALUE: Reason = "`.env` has another value for this variable";

/// Plans the edits that take these keys out of a `.tf` file.
pub(crate) fn rewrite(
    path: &[u8],
    content: &[u8],
    slots: &[Slot],
    names: &mut Names,
) -> Result<Vec<Edit>, Refusal> {
    let tokens = tokens(content, &SYNTAX);
    let mut edits = Vec::new();
    for slot in slots {
        let refuse = |reason| Refusal::at(slot.span.start, reason);
        let holds =
            |token: &&Token| token.span.start <= slot.span.start && slot.span.end <= token.span.end;
        let token = tokens
            .iter()
            .filter(holds)
            .min_by_key(|token| token.span.len());
        let token = token.ok_or_else(|| refuse("it does not stand in a string"))?;
        let key = &content[slot.span.clone()];
        let taken = names.name_for_key(key, &format!("{PREFIX}{}", slot.variable.to_lowercase()));
        let name = taken.strip_prefix(PREFIX).unwrap_or_default().to_owned();
        if matches!(token.kind, Kind::Comment) {
            edits.push(Edit::replace(slot.span.clone(), format!("var.{name}")));
            continue;
        }
        if !token.holds(&slot.span) {
            return Err(refuse("it stands in an expression inside a string"));
        }
        let block = block_around(content, &tokens, slot.span.start);
        if let Some(variable) = block.strip_prefix(b"variable") {
            names.give_back(&taken, key);
            let variable = String::from_utf8_lossy(variable).replace(['"', ' '], "");
            let wanted = format!("{PREFIX}{variable}");
            if names.name_for_key(key, &wanted) != wanted {
                return Err(refuse(OTHER_VALUE));
            }
            edits.push(without_default(content, token, slot).map_err(refuse)?);
            continue;
        }
        must_take_expressions(block).map_err(refuse)?;
        let named = Slot {
            span: slot.span.clone(),
            variable: name.clone(),
        };
        let literal = Literal::new(content, token, vec![&named]);
        edits.push(variable_edit(&literal, &named));
        if names.must_declare(path, &name) {
            edits.push(declaration_edit(content, &name));
        }
    }
    Ok(edits)
}

/// The key's place in the literal, or the whole literal, with the variable in it.
fn variable_edit(literal: &Literal<'_>, slot: &Slot) -> Edit {
    let is_string = literal.quote().is_some();
    let after = literal.after().trim_ascii_start();
    let is_name = after.starts_with(b"=") && !after.starts_with(b"==") || after.starts_with(b":");
    match literal.whole() {
        Some(name) if is_string && is_name => literal.replaced(format!("(var.{name})")),
        Some(name) if is_string => literal.replaced(format!("var.{name}")),
        _ => Edit::replace(slot.span.clone(), format!("${{var.{}}}", slot.variable)),
    }
}

fn must_take_expressions(block: &[u8]) -> Result<(), Reason> {
    if block.is_empty() {
        return Err("the name of a block takes no expression");
    }
    if block.starts_with(b"terraform") {
        return Err("a `terraform` block takes no variable");
    }
    Ok(())
}

/// The header of the outermost block that is open at an offset; empty if none is.
fn block_around<'c>(content: &'c [u8], tokens: &[Token], at: usize) -> &'c [u8] {
    let mut header = &content[..0];
    let mut depth = 0_usize;
    let mut tokens = tokens.iter().peekable();
    let mut offset = 0;
    while offset < at {
        while tokens.next_if(|token| token.span.end <= offset).is_some() {}
        if let Some(token) = tokens.next_if(|token| token.span.start <= offset) {
            offset = token.span.end;
            continue;
        }
        match content[offset] {
            b'{' => {
                if depth == 0 {
                    header = content[line_start(content, offset)..offset].trim_ascii();
                }
                depth += 1;
            }
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        offset += 1;
    }
    if depth == 0 { &content[..0] } else { header }
}

/// Removes `default = "key"`, with its line if nothing else stands there.
fn without_default(content: &[u8], token: &Token, slot: &Slot) -> Result<Edit, Reason> {
    const NOT_A_DEFAULT: Reason = "it is not the default of the variable as a whole";
    let start = line_start(content, token.span.start);
    let before = content[start..token.span.start].trim_ascii_end();
    let before = before
        .strip_suffix(b"=")
        .ok_or(NOT_A_DEFAULT)?
        .trim_ascii_end();
    let head = before.strip_suffix(b"default").ok_or(NOT_A_DEFAULT)?;
    if token.inner != slot.span {
        return Err(NOT_A_DEFAULT);
    }
    let end = line_end(content, token.span.end);
    let is_alone =
        head.trim_ascii().is_empty() && content[token.span.end..end].trim_ascii().is_empty();
    if is_alone {
        return Ok(Edit::replace(start..(end + 1).min(content.len()), ""));
    }
    Ok(Edit::replace(start + head.len()..token.span.end, ""))
}

/// The block that declares a variable, at the end of the file.
fn declaration_edit(content: &[u8], name: &str) -> Edit {
    let eol = line_ending(content);
    let text = format!(
        "{eol}variable \"{name}\" {{{eol}  type      = string{eol}  sensitive = true{eol}}}{eol}"
    );
    let ended = content.is_empty() || content.ends_with(b"\n");
    let text = if ended { text } else { format!("{eol}{text}") };
    Edit::insert(content.len(), text)
}

/// Plans the edits that take these keys out of a `.tfvars` file: its lines go to `.env`.
pub(crate) fn rewrite_values(
    content: &[u8],
    slots: &[Slot],
    names: &mut Names,
) -> Result<Vec<Edit>, Refusal> {
    let mut edits = Vec::new();
    for slot in slots {
        let refuse = |reason| Refusal::at(slot.span.start, reason);
        let start = line_start(content, slot.span.start);
        let end = line_end(content, slot.span.end);
        let line = &content[start..end];
        let variable = assigned_name(line, slot.span.start - start, slot.span.len());
        let variable =
            variable.ok_or_else(|| refuse("it is not the value of a variable as a whole"))?;
        let wanted = format!("{PREFIX}{variable}");
        if names.name_for_key(&content[slot.span.clone()], &wanted) != wanted {
            return Err(refuse(OTHER_VALUE));
        }
        edits.push(Edit::replace(start..(end + 1).min(content.len()), ""));
    }
    Ok(edits)
}

/// Returns the name in `name = "key"`; `at` is the offset of the key.
fn assigned_name(line: &[u8], at: usize, length: usize) -> Option<String> {
    let behind = line[at + length..].strip_prefix(b"\"")?;
    let before = line[..at]
        .strip_suffix(b"\"")?
        .trim_ascii_end()
        .strip_suffix(b"=")?;
    let name = std::str::from_utf8(before.trim_ascii_end()).ok()?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    (is_name && behind.trim_ascii().is_empty()).then(|| name.to_owned())
}

/// Tells whether a file declares this variable.
#[must_use]
pub(crate) fn declares_variable(content: &[u8], name: &str) -> bool {
    find(content, format!("variable \"{name}\"").as_bytes(), 0).is_some()
}
