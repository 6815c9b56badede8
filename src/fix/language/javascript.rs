//! JavaScript and TypeScript, with JSX: `process.env.NAME`.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{Language, no_import};
use crate::fix::Reason;
use crate::fix::edits::Edit;
use crate::fix::fallback::{Form, HELPER, OPERAND_END};
use crate::fix::lexer::{Quote, Syntax, last_word, no_special_token};
use crate::fix::literal::{Literal, Piece, escape_bytes, last_of_word};

static SYNTAX: Syntax = Syntax {
    line_comments: &["//", "#!"],
    block_comments: &[("/*", "*/")],
    quotes: &[
        Quote::new("\"").on_one_line(),
        Quote::new("'").on_one_line(),
        Quote::new("`").with_hole("${"),
    ],
    prefixes: &[],
    has_regex: true,
    special: no_special_token,
};

/// JavaScript.
pub(super) static JAVASCRIPT: Language = Language {
    syntax: &SYNTAX,
    rewrite: |literal| rewrite_literal(literal, read_variable),
    import: no_import,
    fallbacks: &fallbacks_with("{read}"),
    raw_fallbacks: &[],
};

/// TypeScript, to which a variable may be undefined unless it is told otherwise.
pub(super) static TYPESCRIPT: Language = Language {
    syntax: &SYNTAX,
    rewrite: |literal| rewrite_literal(literal, read_typed),
    import: no_import,
    fallbacks: &fallbacks_with("{read}!"),
    raw_fallbacks: &[],
};

/// The reads with a fallback; `instead` is the read without it.
const fn fallbacks_with(instead: &'static str) -> [Form; 6] {
    [
        Form {
            before: r"(?-u)(?P<read>\b(?:process|import\.meta|Bun)\.env\.(?P<name>\w+))!?\s*(?:\|\||\?\?)\s*$",
            after: OPERAND_END,
            instead,
        },
        Form {
            before: r#"(?-u)(?P<read>\bprocess\.env\[["'](?P<name>\w+)["']\])!?\s*(?:\|\||\?\?)\s*$"#,
            after: OPERAND_END,
            instead,
        },
        Form {
            before: r#"(?-u)(?P<read>\b(?:Deno|Bun)\.env\.get\(\s*["'](?P<name>\w+)["']\s*\))\s*(?:\|\||\?\?)\s*$"#,
            after: OPERAND_END,
            instead,
        },
        Form {
            before: r"(?-u)(?P<read>\bprocess\.env\.(?P<name>\w+))\s*\?\s*process\.env\.(?P<again>\w+)\s*:\s*$",
            after: OPERAND_END,
            instead,
        },
        Form {
            before: r"(?-u)(?P<read>\b(?P<name>[A-Z_][A-Z0-9_]*)(?:\s*:\s*\w+)?)\s*=\s*$",
            after: r"(?-u)^(?P<end>)[^{}]*\}\s*=\s*process\.env\b",
            instead: "{read}",
        },
        HELPER,
    ]
}

fn read_variable(name: &str) -> String {
    format!("process.env.{name}")
}

fn read_typed(name: &str) -> String {
    format!("process.env.{name}!")
}

fn interpolated_read(name: &str) -> String {
    format!("${{process.env.{name}}}")
}

/// An attribute of a JSX element, up to its value.
static JSX_ATTRIBUTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?-u)<[A-Za-z][\w.:-]*(?:\s+(?:[\w:-]+(?:=(?:"[^"]*"|'[^']*'|\{[^{}]*\}))?|\{[^{}]*\}))*\s+[\w:-]+=$"#,
    )
    .ok()
});

/// Maximum distance from the start of an element to its value, in bytes.
const ELEMENT_REACH: usize = 2000;

fn rewrite_literal(literal: &Literal<'_>, read: fn(&str) -> String) -> Result<Vec<Edit>, Reason> {
    if literal.opening_quote() == b"`" {
        return Ok(rewrite_template(literal, read));
    }
    needs_a_literal(literal)?;
    let expression = match literal.whole() {
        Some(name) => read(name),
        None => text_of(&template_of(literal)?),
    };
    if is_jsx_attribute(literal) {
        return Ok(vec![literal.replaced(format!("{{{expression}}}"))]);
    }
    if is_object_key(literal) {
        return Ok(vec![literal.replaced(format!("[{expression}]"))]);
    }
    // `return'…'` and `case'…'` have no blank.
    let glued = literal
        .before()
        .last()
        .is_some_and(u8::is_ascii_alphanumeric);
    let blank = if glued { " " } else { "" };
    Ok(vec![literal.replaced(format!("{blank}{expression}"))])
}

fn text_of(edit: &Edit) -> String {
    String::from_utf8_lossy(&edit.text).into_owned()
}

fn rewrite_template(literal: &Literal<'_>, read: fn(&str) -> String) -> Vec<Edit> {
    let is_tagged = match literal.previous() {
        Some(b')' | b']') => true,
        Some(byte) if byte.is_ascii_alphanumeric() || b"_$".contains(&byte) => !matches!(
            last_word(literal.before()),
            b"return" | b"case" | b"default"
        ),
        _ => false,
    };
    match literal.whole() {
        Some(name) if !is_tagged => {
            vec![literal.replaced(format!(" {}", read(name)).trim_start())]
        }
        _ => literal.interpolated(interpolated_read),
    }
}

/// The literal as a template.
fn template_of(literal: &Literal<'_>) -> Result<Edit, Reason> {
    for piece in &literal.pieces {
        if let Piece::Text(text) = piece {
            if std::str::from_utf8(text).is_err() {
                return Err("the string is no UTF-8");
            }
            let has_octal = text
                .windows(2)
                .any(|pair| pair[0] == b'\\' && pair[1].is_ascii_digit());
            if has_octal {
                return Err("the string has an octal escape");
            }
        }
    }
    Ok(literal.requoted(
        "`",
        "`",
        |text| escape_bytes(text, b"`$"),
        interpolated_read,
    ))
}

/// Some places take a literal and no expression.
fn needs_a_literal(literal: &Literal<'_>) -> Result<(), Reason> {
    let line = literal.line_before().trim_ascii_start();
    if matches!(last_word(literal.before()), b"from" | b"import") {
        return Err("an import takes no expression");
    }
    let is_type = [&b"type "[..], b"export type ", b"interface ", b"declare "]
        .iter()
        .any(|start| line.starts_with(start));
    if is_type {
        return Err("a type takes no expression");
    }
    if literal.after().trim_ascii_start().starts_with(b"as const") {
        return Err("`as const` takes a literal");
    }
    if is_in_enum(literal.before()) {
        return Err("an enum takes a constant");
    }
    Ok(())
}

/// Tells whether the last `enum` before it is still open.
fn is_in_enum(before: &[u8]) -> bool {
    let Some(word) = last_of_word(before, b"enum") else {
        return false;
    };
    let rest = &before[word.end..];
    rest.contains(&b'{') && !rest.contains(&b'}')
}

fn is_object_key(literal: &Literal<'_>) -> bool {
    literal.next() == Some(b':') && matches!(literal.previous(), Some(b'{' | b','))
}

fn is_jsx_attribute(literal: &Literal<'_>) -> bool {
    let before = literal.before();
    let near = &before[before.len().saturating_sub(ELEMENT_REACH)..];
    before.last() == Some(&b'=')
        && JSX_ATTRIBUTE
            .as_ref()
            .is_some_and(|regex| regex.is_match(near))
}
