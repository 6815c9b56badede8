//! Elixir: `System.fetch_env!("NAME")`.

use super::ruby::delimited_end;
use super::{Language, no_import};
use crate::fix::Reason;
use crate::fix::edits::Edit;
use crate::fix::fallback::{CALL_END, Form, HELPER, OPERAND_END};
use crate::fix::lexer::{Kind, Quote, Syntax, Token, find};
use crate::fix::literal::Literal;

static SYNTAX: Syntax = Syntax {
    line_comments: &["#"],
    block_comments: &[],
    quotes: &[
        Quote::new("\"\"\"").with_hole("#{"),
        Quote::new("'''").with_hole("#{"),
        Quote::new("\"").with_hole("#{"),
        Quote::new("'").with_hole("#{"),
    ],
    prefixes: &[],
    has_regex: false,
    special: special_token,
};

/// Elixir.
pub(super) static ELIXIR: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: no_import,
    fallbacks: FALLBACKS,
    raw_fallbacks: &[],
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)\bSystem\.get_env\(\s*(?P<quoted>"(?P<name>\w+)")\s*,\s*$"#,
        after: CALL_END,
        instead: "System.fetch_env!({quoted})",
    },
    Form {
        before: r#"(?-u)\bSystem\.get_env\(\s*(?P<quoted>"(?P<name>\w+)")\s*\)\s*\|\|\s*$"#,
        after: OPERAND_END,
        instead: "System.fetch_env!({quoted})",
    },
    HELPER,
];

fn read_variable(name: &str) -> String {
    format!("System.fetch_env!(\"{name}\")")
}

fn interpolated_read(name: &str) -> String {
    format!("#{{System.fetch_env!(\"{name}\")}}")
}

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    if literal.opening_quote().starts_with(b"'") {
        return Err("it stands in a charlist");
    }
    if literal.after().first() == Some(&b':') || literal.before().last() == Some(&b':') {
        return Err("it is an atom");
    }
    let is_default = literal.before().trim_ascii_end().ends_with(br"\\");
    let is_head = literal.line_has_word(&[b"def", b"defp", b"defmacro"]) && !follows_do(literal);
    if is_head && !is_default || literal.after().trim_ascii_start().starts_with(b"->") {
        return Err("a pattern takes no expression");
    }
    match literal.whole() {
        Some(name) if literal.opening_quote() == b"\"" => {
            Ok(vec![literal.replaced(read_variable(name))])
        }
        _ => Ok(literal.interpolated(interpolated_read)),
    }
}

fn follows_do(literal: &Literal<'_>) -> bool {
    literal.line_has_word(&[b"do"])
}

fn special_token(content: &[u8], at: usize) -> Option<Token> {
    match content[at] {
        b'~' => sigil_token(content, at),
        b'?' if matches!(content.get(at + 1), Some(b'"' | b'\'' | b'#')) => {
            Some(Token::plain(Kind::Opaque, at..at + 2))
        }
        _ => None,
    }
}

fn sigil_token(content: &[u8], at: usize) -> Option<Token> {
    let letters = content[at + 1..]
        .iter()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let open_at = at + 1 + letters;
    if letters == 0 {
        return None;
    }
    for mark in [&b"\"\"\""[..], b"'''"] {
        if content[open_at..].starts_with(mark) {
            let end = find(content, mark, open_at + 3)? + 3;
            return Some(Token::plain(Kind::Opaque, at..end));
        }
    }
    let is_delimiter = content
        .get(open_at)
        .is_some_and(|b| b"([{<|/\"'".contains(b));
    let end = delimited_end(content, open_at).filter(|_| is_delimiter)?;
    Some(Token::plain(Kind::Opaque, at..end))
}
