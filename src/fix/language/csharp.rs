//! C#: `System.Environment.GetEnvironmentVariable("NAME")`, which needs no `using`.

use super::{Language, no_import};
use crate::fix::Reason;
use crate::fix::edits::Edit;
use crate::fix::fallback::{Form, HELPER, OPERAND_END};
use crate::fix::lexer::{Escape, Quote, Syntax, no_special_token};
use crate::fix::literal::{Literal, last_of_word};

static SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    quotes: &[
        Quote {
            escape: Escape::None,
            ..Quote::new("\"\"\"")
        },
        verbatim_quote("$@\"").with_hole("{"),
        verbatim_quote("@$\"").with_hole("{"),
        quote_that_opens_with("$\"").on_one_line().with_hole("{"),
        verbatim_quote("@\""),
        Quote::new("\"").on_one_line(),
        Quote::new("'").on_one_line(),
    ],
    prefixes: &[],
    has_regex: false,
    special: no_special_token,
};

const fn quote_that_opens_with(open: &'static str) -> Quote {
    Quote {
        open,
        ..Quote::new("\"")
    }
}

/// A literal in which a quote is written twice.
const fn verbatim_quote(open: &'static str) -> Quote {
    Quote {
        escape: Escape::Doubled,
        ..quote_that_opens_with(open)
    }
}

/// C#.
pub(super) static CSHARP: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: no_import,
    fallbacks: FALLBACKS,
    raw_fallbacks: &[],
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)(?P<read>\b(?:System\.)?Environment\.GetEnvironmentVariable\(\s*"(?P<name>\w+)"\s*\))\s*\?\?\s*$"#,
        after: OPERAND_END,
        instead: "{read}",
    },
    HELPER,
];

fn read_variable(name: &str) -> String {
    format!("System.Environment.GetEnvironmentVariable(\"{name}\")")
}

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    let line = literal.line_before();
    if literal.opening_quote() == b"\"\"\"" {
        return Err("it stands in a raw string");
    }
    if line.trim_ascii_start().starts_with(b"[") {
        return Err("an attribute takes a constant");
    }
    if literal.line_has_word(&[b"case", b"is"])
        || literal.after().trim_ascii_start().starts_with(b"=>")
    {
        return Err("a pattern takes a constant");
    }
    if is_default_of_parameter(literal) {
        return Err("the default of a parameter is a constant");
    }
    let mut edits = Vec::new();
    if let Some(word) = last_of_word(line, b"const") {
        let start = literal.token.span.start - line.len();
        let span = start + word.start..start + word.end;
        // A member has a modifier, and a local constant has none.
        let before = line[..word.start].trim_ascii();
        if before.is_empty() || matches!(before.last(), Some(b'{' | b'}' | b';')) {
            edits.push(Edit::replace(span.start..span.end + 1, ""));
        } else {
            edits.push(Edit::replace(span, "static readonly"));
        }
    }
    edits.push(match literal.whole() {
        Some(name) => literal.replaced(read_variable(name)),
        None => literal.concatenated(" + ", read_variable),
    });
    Ok(edits)
}

/// `string name = "…"` in a bracket that is open.
fn is_default_of_parameter(literal: &Literal<'_>) -> bool {
    let line = literal.line_before();
    let count = |bracket: u8| line.iter().filter(|b| **b == bracket).count();
    let is_declared = literal.line_has_word(&[b"string"]) && literal.previous() == Some(b'=');
    is_declared && (count(b'(') > count(b')') || matches!(literal.next(), Some(b')' | b',')))
}
