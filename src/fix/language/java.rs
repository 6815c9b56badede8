//! Java: `System.getenv("NAME")`.

use super::{Language, no_import};
use crate::fix::Reason;
use crate::fix::edits::Edit;
use crate::fix::fallback::{self, CALL_END, Form, HELPER, OPERAND_END};
use crate::fix::lexer::{Quote, Syntax, no_special_token};
use crate::fix::literal::Literal;

static SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    quotes: &[
        Quote::new("\"\"\""),
        Quote::new("\"").on_one_line(),
        Quote::new("'").on_one_line(),
    ],
    prefixes: &[],
    has_regex: false,
    special: no_special_token,
};

/// Java.
pub(super) static JAVA: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: no_import,
    fallbacks: FALLBACKS,
    raw_fallbacks: fallback::SPRING,
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)\bSystem\.getenv\(\)\s*\.getOrDefault\(\s*(?P<quoted>"(?P<name>\w+)")\s*,\s*$"#,
        after: CALL_END,
        instead: "System.getenv({quoted})",
    },
    Form {
        before: r#"(?-u)\b(?:java\.util\.)?Optional\.ofNullable\(\s*(?P<read>System\.getenv\(\s*"(?P<name>\w+)"\s*\))\s*\)\s*\.orElse\(\s*$"#,
        after: CALL_END,
        instead: "{read}",
    },
    Form {
        before: r#"(?-u)\bObjects\.requireNonNullElse\(\s*(?P<read>System\.getenv\(\s*"(?P<name>\w+)"\s*\))\s*,\s*$"#,
        after: CALL_END,
        instead: "{read}",
    },
    Form {
        before: r#"(?-u)(?P<read>\bSystem\.getenv\(\s*"(?P<name>\w+)"\s*\))\s*!=\s*null\s*\?\s*System\.getenv\(\s*"(?P<again>\w+)"\s*\)\s*:\s*$"#,
        after: OPERAND_END,
        instead: "{read}",
    },
    HELPER,
];

fn read_variable(name: &str) -> String {
    format!("System.getenv(\"{name}\")")
}

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    if literal.line_has_word(&[b"case"]) {
        return Err("a `case` takes a constant");
    }
    if is_in_annotation(literal.line_before()) {
        return Err("an annotation takes a constant");
    }
    match literal.whole() {
        Some(name) => Ok(vec![literal.replaced(read_variable(name))]),
        None if literal.opening_quote() == b"\"" => {
            Ok(vec![literal.concatenated(" + ", read_variable)])
        }
        None => Err("it stands inside a text block"),
    }
}

/// An annotation whose bracket is still open.
fn is_in_annotation(line: &[u8]) -> bool {
    let Some(at) = line.iter().rposition(|b| *b == b'@') else {
        return false;
    };
    let rest = &line[at..];
    let count = |bracket: u8| rest.iter().filter(|b| **b == bracket).count();
    count(b'(') > count(b')')
}
