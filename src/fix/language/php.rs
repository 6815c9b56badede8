//! PHP: `getenv('NAME')`.

use super::{Language, no_import};
use crate::fix::Reason;
use crate::fix::edits::Edit;
use crate::fix::fallback::{CALL_END, Form, HELPER, OPERAND_END};
use crate::fix::heredoc;
use crate::fix::lexer::{Kind, Quote, Syntax, Token, find, is_word};
use crate::fix::literal::{Literal, last_of_word};

static SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    quotes: &[Quote::new("\""), Quote::new("'"), Quote::new("`")],
    prefixes: &[],
    has_regex: false,
    special: special_token,
};

/// PHP.
pub(super) static PHP: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: no_import,
    fallbacks: FALLBACKS,
    raw_fallbacks: &[],
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)(?P<read>\bgetenv\(\s*["'](?P<name>\w+)["']\s*\))\s*(?:\?:|\?\?|or\b|\|\|)\s*$"#,
        after: OPERAND_END,
        instead: "{read}",
    },
    Form {
        before: r#"(?-u)(?P<read>\bgetenv\(\s*["'](?P<name>\w+)["']\s*\))\s*(?:!==?\s*false\s*)?\?\s*getenv\(\s*["'](?P<again>\w+)["']\s*\)\s*:\s*$"#,
        after: OPERAND_END,
        instead: "{read}",
    },
    Form {
        before: r#"(?-u)(?P<read>\$_(?:ENV|SERVER)\[["'](?P<name>\w+)["']\])\s*(?:\?:|\?\?)\s*$"#,
        after: OPERAND_END,
        instead: "{read}",
    },
    Form {
        before: r#"(?-u)(?P<read>\benv\(\s*["'](?P<name>\w+)["'])\s*,\s*$"#,
        after: CALL_END,
        instead: "{read})",
    },
    HELPER,
];

fn read_variable(name: &str) -> String {
    format!("getenv('{name}')")
}

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    if literal.quote().is_none() || literal.opening_quote() == b"`" {
        return Err("PHP calls no function inside such a string");
    }
    if literal.line_has_word(&[b"const", b"case"]) {
        return Err("a constant cannot read the environment");
    }
    let is_member = [
        &b"public"[..],
        b"private",
        b"protected",
        b"var",
        b"static",
        b"readonly",
    ];
    if literal.line_has_word(&is_member)
        && !literal.line_has_word(&[b"function", b"fn", b"return", b"define"])
    {
        return Err("the default of a property is a constant");
    }
    if literal.line_before().trim_ascii_start().starts_with(b"#[") {
        return Err("an attribute takes a constant");
    }
    if is_default_of_parameter(literal) {
        return Err("the default of a parameter is a constant");
    }
    if stands_in_braces(literal) {
        return Err("it stands in an expression inside a string");
    }
    let read = if calls_env(literal.content) {
        read_by_helper
    } else {
        read_variable
    };
    Ok(vec![match literal.whole() {
        Some(name) => literal.replaced(read(name)),
        None => literal.concatenated(" . ", read),
    }])
}

/// Laravel's `env()`, in a file that calls it already.
fn read_by_helper(name: &str) -> String {
    format!("env('{name}')")
}

fn calls_env(content: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = find(content, b"env('", from) {
        if at > 0 && !is_word(content[at - 1]) && !b">:$".contains(&content[at - 1]) {
            return true;
        }
        from = at + 1;
    }
    false
}

/// Between `function name(` and its closing bracket.
fn is_default_of_parameter(literal: &Literal<'_>) -> bool {
    let before = literal.before();
    for word in [&b"function"[..], b"fn"] {
        let Some(span) = last_of_word(before, word) else {
            continue;
        };
        let head = &before[span.end..];
        let count = |bracket: u8| head.iter().filter(|b| **b == bracket).count();
        if count(b'(') > count(b')') && !head.contains(&b'{') && count(b'(') - count(b')') == 1 {
            return true;
        }
    }
    false
}

/// A key inside `{$…}` of a double-quoted string.
fn stands_in_braces(literal: &Literal<'_>) -> bool {
    let Some(slot) = literal.slots.first() else {
        return false;
    };
    let before = &literal.content[literal.token.inner.start..slot.span.start];
    let open = before
        .windows(2)
        .rposition(|pair| pair == b"{$" || pair == b"${");
    literal.opening_quote() == b"\"" && open.is_some_and(|at| !before[at..].contains(&b'}'))
}

/// Text outside `<?php … ?>` is no program, and `#[` is no comment.
fn special_token(content: &[u8], at: usize) -> Option<Token> {
    let rest = &content[at..];
    if at == 0 || rest.starts_with(b"?>") {
        let open = find(content, b"<?", at);
        let end = open.map_or(content.len(), |open| open + 2);
        return Some(Token::plain(Kind::Opaque, at..end));
    }
    if rest.starts_with(b"<<<") {
        return heredoc::at(content, at, heredoc::PHP);
    }
    if rest[0] == b'#' && !rest.starts_with(b"#[") {
        let end = find(content, b"\n", at).unwrap_or(content.len());
        return Some(Token::plain(Kind::Comment, at..end));
    }
    None
}
