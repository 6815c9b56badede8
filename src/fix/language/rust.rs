//! Rust: `std::env::var("NAME")`.

use super::{Language, no_import};
use crate::fix::Reason;
use crate::fix::edits::Edit;
use crate::fix::fallback::{Form, HELPER};
use crate::fix::lexer::{Kind, Quote, Syntax, Token, find, is_word, last_word};
use crate::fix::literal::{Literal, double_bytes};

static SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    quotes: &[Quote::new("\"")],
    prefixes: b"bc",
    has_regex: false,
    special: special_token,
};

/// Rust.
pub(super) static RUST: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: no_import,
    fallbacks: FALLBACKS,
    raw_fallbacks: &[],
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)(?P<read>\b(?:std::)?(?:env::)?var\(\s*"(?P<name>\w+)"\s*\))\s*\.unwrap_or(?:_else)?\(\s*(?:\|\w*\|\s*)?$"#,
        after: r"(?-u)^\s*(?:\.(?:to_string|to_owned|into)\(\))?\s*,?\s*\)",
        instead: "{read}.expect(\"{name} is not set\")",
    },
    Form {
        before: r#"(?-u)(?P<read>\b(?:std::)?(?:env::)?var\(\s*"(?P<name>\w+)"\s*\))\s*\.unwrap_or(?:_else)?\(\s*(?:\|\w*\|\s*)?String::from\(\s*$"#,
        after: r"(?-u)^\s*\)\s*,?\s*\)",
        instead: "{read}.expect(\"{name} is not set\")",
    },
    HELPER,
];

fn read_variable(name: &str) -> String {
    format!("std::env::var(\"{name}\").expect(\"{name} is not set\")")
}

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    if literal.opening_quote() != b"\"" {
        return Err("it stands in a byte string");
    }
    let line = literal.line_before().trim_ascii_start();
    if literal.line_has_word(&[b"const", b"static"]) {
        return Err("a constant cannot read the environment");
    }
    if line.starts_with(b"#[") || line.starts_with(b"#![") {
        return Err("an attribute takes a literal");
    }
    if is_pattern(literal) {
        return Err("a pattern takes no expression");
    }
    if is_first_of_macro(literal.before()) {
        return Err("this argument of a macro must be a literal");
    }
    let value = match literal.whole() {
        Some(name) => read_variable(name),
        None => format_call(literal),
    };
    // A reference has the literal's type; a method is called on the value itself.
    let is_called = literal.next() == Some(b'.');
    let reference = if is_called { "" } else { "&" };
    Ok(vec![literal.replaced(format!("{reference}{value}"))])
}

fn format_call(literal: &Literal<'_>) -> String {
    let format = literal.requoted(
        "\"",
        "\"",
        |text| double_bytes(text, b"{}"),
        |_| "{}".into(),
    );
    let mut call = format!("format!({}", String::from_utf8_lossy(&format.text));
    for slot in &literal.slots {
        call.push_str(", ");
        call.push_str(&read_variable(&slot.variable));
    }
    call.push(')');
    call
}

fn is_pattern(literal: &Literal<'_>) -> bool {
    let after = literal.after().trim_ascii_start();
    let is_arm = after.starts_with(b"=>") || after.starts_with(b"|") && !after.starts_with(b"||");
    is_arm || literal.previous() == Some(b'|') && !is_body_of_closure(literal.before())
}

/// The body behind `|…|` or `||`, of which the first bar follows a bracket, a comma or an equals
/// sign.
fn is_body_of_closure(before: &[u8]) -> bool {
    let Some(parameters) = before.trim_ascii_end().strip_suffix(b"|") else {
        return false;
    };
    let Some(bar) = parameters.iter().rposition(|b| *b == b'|') else {
        return false;
    };
    let opener = parameters[..bar].trim_ascii_end();
    matches!(opener.last(), Some(b'(' | b',' | b'=')) || last_word(opener) == b"move"
}

/// `name!(` with a bracket that takes a format; `vec![` takes values.
fn is_first_of_macro(before: &[u8]) -> bool {
    let text = before.trim_ascii_end();
    let Some((bracket, rest)) = text.split_last() else {
        return false;
    };
    matches!(bracket, b'(' | b'{') && rest.trim_ascii_end().last() == Some(&b'!')
}

/// Characters, lifetimes and raw strings.
fn special_token(content: &[u8], at: usize) -> Option<Token> {
    let rest = &content[at..];
    match rest[0] {
        b'\'' => {
            let length = match (rest.get(1)?, rest.get(2)?) {
                (b'\\', _) => 3 + rest.get(3..)?.iter().take(12).position(|b| *b == b'\'')?,
                (_, b'\'') => 2,
                _ => return Some(Token::plain(Kind::Opaque, at..at + 1)),
            };
            Some(Token::plain(Kind::Opaque, at..at + length + 1))
        }
        b'r' if at == 0 || !is_word(content[at - 1]) || content[at - 1] == b'b' => {
            raw_string(content, at)
        }
        _ => None,
    }
}

fn raw_string(content: &[u8], at: usize) -> Option<Token> {
    let hashes = content[at + 1..].iter().take_while(|b| **b == b'#').count();
    if content.get(at + 1 + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = b"\"".to_vec();
    close.resize(1 + hashes, b'#');
    let end = find(content, &close, at + 2 + hashes)?;
    Some(Token::plain(Kind::Opaque, at..end + close.len()))
}
