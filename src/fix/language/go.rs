//! Go: `os.Getenv("NAME")`, and `import "os"`.

use super::{Language, code_of};
use crate::fix::Reason;
use crate::fix::edits::{Edit, line_end, line_ending, line_start};
use crate::fix::fallback::{CALL_END, Form, HELPER};
use crate::fix::lexer::{Escape, Quote, Syntax, Token, find, is_word, last_word, no_special_token};
use crate::fix::literal::{Literal, last_of_word};

static SYNTAX: Syntax = Syntax {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    quotes: &[
        Quote::new("\"").on_one_line(),
        Quote::new("'").on_one_line(),
        Quote {
            escape: Escape::None,
            ..Quote::new("`")
        },
    ],
    prefixes: &[],
    has_regex: false,
    special: no_special_token,
};

/// Go.
pub(super) static GO: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: import_edit,
    fallbacks: FALLBACKS,
    raw_fallbacks: &[],
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)(?P<read>\b(?P<var>\w+)\s*:?=\s*os\.Getenv\("(?P<name>\w+)"\))\s*\n\s*if\s+(?P<again>\w+)\s*==\s*""\s*\{\s*\w+\s*=\s*$"#,
        after: r"(?-u)^\s*\}",
        instead: "{read}",
    },
    Form {
        before: r#"(?-u)\bcmp\.Or\(\s*(?P<read>os\.Getenv\("(?P<name>\w+)"\))\s*,\s*$"#,
        after: CALL_END,
        instead: "{read}",
    },
    HELPER,
];

fn read_variable(name: &str) -> String {
    format!("os.Getenv(\"{name}\")")
}

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    let mut edits = Vec::new();
    let line = literal.line_before();
    let statement = line.trim_ascii_start();
    if statement.starts_with(b"import ") || last_word(statement) == b"import" {
        return Err("an import takes no expression");
    }
    if is_tag(literal) {
        return Err("a struct tag takes no expression");
    }
    if statement.starts_with(b"const ") {
        let start = literal.token.span.start - statement.len();
        edits.push(Edit::replace(start..start + "const".len(), "var"));
    } else if is_in_const_block(literal.before()) {
        return moved_out_of_block(literal)
            .ok_or("it is a constant, and a constant cannot read the environment");
    }
    edits.push(match literal.whole() {
        Some(name) => literal.replaced(read_variable(name)),
        None => literal.concatenated(" + ", read_variable),
    });
    Ok(edits)
}

/// A raw string behind the type of a field.
fn is_tag(literal: &Literal<'_>) -> bool {
    let follows_name = literal
        .previous()
        .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    literal.opening_quote() == b"`"
        && follows_name
        && !matches!(last_word(literal.before()), b"return" | b"case")
}

/// The closing bracket of such a block stands at the start of a line.
fn is_in_const_block(before: &[u8]) -> bool {
    let Some(word) = last_of_word(before, b"const") else {
        return false;
    };
    let rest = &before[word.end..];
    let indent = &before[line_start(before, word.start)..word.start];
    let mut closing = b"\n".to_vec();
    closing.extend_from_slice(indent);
    closing.push(b')');
    rest.trim_ascii_start().starts_with(b"(") && find(rest, &closing, 0).is_none()
}

/// Moves a constant out of its block: `var name = …` behind it. `None` unless it stands alone on its
/// line, with its own value, and the line behind it has a value, too.
fn moved_out_of_block(literal: &Literal<'_>) -> Option<Vec<Edit>> {
    let content = literal.content;
    let line = literal.line_before();
    let start = literal.token.span.start - line.len();
    let name = line.trim_ascii_end().strip_suffix(b"=")?.trim_ascii();
    let is_name = !name.is_empty() && name.iter().all(|b| is_word(*b));
    let end = line_end(content, literal.token.span.end);
    let is_last = content[literal.token.span.end..end].trim_ascii().is_empty();
    if !is_name || !is_last || end == content.len() {
        return None;
    }
    let next = &content[end + 1..line_end(content, end + 1)];
    let repeats_value = !next.contains(&b'=') && next.trim_ascii() != b")";
    let block_end = find(content, b"\n)", end)? + 2;
    if repeats_value && !next.trim_ascii().is_empty() {
        return None;
    }
    let value = match literal.whole() {
        Some(variable) => read_variable(variable).into_bytes(),
        None => literal.concatenated(" + ", read_variable).text,
    };
    let eol = line_ending(content);
    let mut text = format!("{eol}{eol}var {} = ", String::from_utf8_lossy(name)).into_bytes();
    text.extend_from_slice(&value);
    Some(vec![
        Edit::replace(start..end + 1, ""),
        Edit::insert(block_end, text),
    ])
}

fn import_edit(content: &[u8], tokens: &[Token]) -> Result<Option<Edit>, Reason> {
    let code = code_of(content, tokens);
    let assigns = [&b"os :="[..], b"os:=", b"var os ", b"func os("];
    if assigns.iter().any(|name| stands_alone(&code, name)) {
        return Err("the name `os` means something else here");
    }
    let eol = line_ending(content);
    let mut package = None;
    let mut at = 0;
    while at < code.len() {
        let end = line_end(&code, at);
        let line = code[at..end].trim_ascii();
        if line.starts_with(b"package ") && package.is_none() {
            package = Some(end);
        }
        if line.starts_with(b"import") && line.len() == "import".len()
            || line.starts_with(b"import ")
            || line.starts_with(b"import(")
        {
            return extend_import(content, &code, at, tokens);
        }
        at = end + 1;
    }
    let package = package.ok_or("it has no package clause")?;
    let place = if content[..package].ends_with(b"\r") {
        package - 1
    } else {
        package
    };
    Ok(Some(Edit::insert(
        place,
        format!("{eol}{eol}import \"os\""),
    )))
}

/// The edit for a file whose first import starts on the line at `first`.
fn extend_import(
    content: &[u8],
    code: &[u8],
    first: usize,
    tokens: &[Token],
) -> Result<Option<Edit>, Reason> {
    for token in tokens {
        if &content[token.span.clone()] == b"\"os\"" && in_import(content, code, token.span.start) {
            let line = &content[line_start(content, token.span.start)..token.span.start];
            let name = line
                .trim_ascii()
                .strip_prefix(b"import")
                .unwrap_or(line)
                .trim_ascii();
            return if name.is_empty() || name == b"(" {
                Ok(None)
            } else {
                Err("it imports `os` under another name")
            };
        }
    }
    let eol = line_ending(content);
    let end = line_end(code, first);
    let line = &code[first..end];
    let Some(bracket) = line.iter().position(|b| *b == b'(') else {
        return Ok(Some(Edit::insert(first, format!("import \"os\"{eol}"))));
    };
    if !line[bracket + 1..].trim_ascii().is_empty()
        || content[first + bracket + 1..end].contains(&b'"')
    {
        return Ok(Some(Edit::insert(first + bracket + 1, "\"os\"; ")));
    }
    Ok(Some(Edit::insert(
        sorted_place(content, end + 1),
        format!("\t\"os\"{eol}"),
    )))
}

/// Offset of the first line of the first group of imports whose path comes behind `os`.
fn sorted_place(content: &[u8], group: usize) -> usize {
    let mut at = group;
    while at < content.len() {
        let end = line_end(content, at);
        let line = content[at..end].trim_ascii();
        let is_later = line.first() == Some(&b'"') && line > &b"\"os\""[..];
        if line.is_empty() || line == b")" || is_later {
            return at;
        }
        at = end + 1;
    }
    group
}

fn in_import(content: &[u8], code: &[u8], at: usize) -> bool {
    let line = code[line_start(content, at)..at].trim_ascii();
    let opens = last_of_word(&code[..at], b"import").is_some_and(|word| {
        let rest = &code[word.end..at];
        rest.trim_ascii_start().starts_with(b"(") && !rest.contains(&b')')
    });
    line.starts_with(b"import") || opens
}

fn stands_alone(code: &[u8], text: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = find(code, text, from) {
        if at == 0 || !is_word(code[at - 1]) && code[at - 1] != b'.' {
            return true;
        }
        from = at + 1;
    }
    false
}
