//! Python: `os.environ["NAME"]`, and `import os`.

use std::ops::Range;

use super::{Language, code_of};
use crate::fix::Reason;
use crate::fix::edits::{Edit, line_end, line_ending, line_start};
use crate::fix::fallback::{CALL_END, Form, HELPER, OPERAND_END};
use crate::fix::lexer::{Hole, Kind, Quote, Syntax, Token, no_special_token, tokens};
use crate::fix::literal::{Literal, Piece, double_bytes};

static SYNTAX: Syntax = Syntax {
    line_comments: &["#"],
    block_comments: &[],
    quotes: &[
        new_quote("\"\"\""),
        new_quote("'''"),
        new_quote("\"").on_one_line(),
        new_quote("'").on_one_line(),
    ],
    prefixes: b"rRbBuUfF",
    has_regex: false,
    special: no_special_token,
};

const fn new_quote(mark: &'static str) -> Quote {
    let hole = Hole {
        open: "{",
        needs: Some(b'f'),
    };
    Quote {
        hole: Some(hole),
        ..Quote::new(mark)
    }
}

/// Python.
pub(super) static PYTHON: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: import_edit,
    fallbacks: FALLBACKS,
    raw_fallbacks: &[],
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)\bos\.(?:environ\.get|environ\.setdefault|getenv)\(\s*(?P<quoted>["'](?P<name>\w+)["'])\s*,\s*(?:default\s*=\s*)?$"#,
        after: CALL_END,
        instead: "os.environ[{quoted}]",
    },
    Form {
        before: r#"(?-u)\bos\.(?:environ\.get|getenv)\(\s*(?P<quoted>["'](?P<name>\w+)["'])\s*\)\s*or\s*$"#,
        after: OPERAND_END,
        instead: "os.environ[{quoted}]",
    },
    Form {
        before: r#"(?-u)\benviron\.get\(\s*(?P<quoted>["'](?P<name>\w+)["'])\s*,\s*$"#,
        after: CALL_END,
        instead: "environ[{quoted}]",
    },
    Form {
        before: r#"(?-u)(?P<read>\b(?:getenv|env|env\.\w+|config)\(\s*["'](?P<name>[A-Z][A-Z0-9_]*)["'])\s*,\s*(?:default\s*=\s*)?$"#,
        after: CALL_END,
        instead: "{read})",
    },
    Form {
        before: r#"(?-u)(?P<read>\b(?:getenv|environ\.get)\(\s*["'](?P<name>\w+)["']\s*\))\s*or\s*$"#,
        after: OPERAND_END,
        instead: "{read}",
    },
    HELPER,
];

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    if literal.follows_word(b"case") {
        return Err("a pattern takes no expression");
    }
    if is_docstring(literal) {
        return Err("it stands in a docstring");
    }
    let quote = literal.quote().map_or("\"", |quote| quote.open);
    let prefix = literal.opening_quote().to_ascii_lowercase();
    let has = |letter: u8| prefix.contains(&letter);
    if has(b'b') {
        let Some(name) = literal.whole().filter(|_| !has_neighbour(literal)) else {
            return Ok(vec![literal.concatenated(" + ", read_bytes)]);
        };
        return Ok(vec![literal.replaced(read_bytes(name))]);
    }
    // Before Python 3.12 an expression in a string has no quote of that string's kind.
    let hole = if quote.starts_with('"') {
        hole_with_single_quotes
    } else {
        hole_with_double_quotes
    };
    if has(b'f') {
        return Ok(literal.interpolated(hole));
    }
    if let Some(name) = literal.whole().filter(|_| !has_neighbour(literal)) {
        let mark = quote.get(..1).unwrap_or_default();
        return Ok(vec![
            literal.replaced(format!("os.environ[{mark}{name}{mark}]")),
        ]);
    }
    if literal.pieces.iter().any(has_named_character) {
        return Err("the string has a named character");
    }
    let raw = if has(b'r') { "r" } else { "" };
    let open = format!("{raw}f{quote}");
    Ok(vec![literal.requoted(
        &open,
        quote,
        |text| double_bytes(text, b"{}"),
        hole,
    )])
}

fn read_bytes(name: &str) -> String {
    format!("os.environ[\"{name}\"].encode()")
}

fn hole_with_single_quotes(name: &str) -> String {
    format!("{{os.environ['{name}']}}")
}

fn hole_with_double_quotes(name: &str) -> String {
    format!("{{os.environ[\"{name}\"]}}")
}

fn has_named_character(piece: &Piece<'_>) -> bool {
    matches!(piece, Piece::Text(text) if text.windows(3).any(|window| window == br"\N{"))
}

/// Tells whether Python joins the literal with one beside it.
fn has_neighbour(literal: &Literal<'_>) -> bool {
    let after = literal.after().trim_ascii_start();
    let letters = after
        .iter()
        .take_while(|b| SYNTAX.prefixes.contains(b))
        .count();
    let closes = is_quote(literal.previous()) && !on_other_statement(literal);
    closes || letters <= 2 && is_quote(after.get(letters).copied()) && !ends_statement(literal)
}

/// Outside brackets a line break ends the statement.
fn ends_statement(literal: &Literal<'_>) -> bool {
    breaks_before_text(literal.after().iter()) && bracket_depth(literal.before()) == 0
}

fn on_other_statement(literal: &Literal<'_>) -> bool {
    breaks_before_text(literal.before().iter().rev()) && bracket_depth(literal.before()) == 0
}

fn breaks_before_text<'b>(mut bytes: impl Iterator<Item = &'b u8>) -> bool {
    bytes.find(|b| **b == b'\n' || !b.is_ascii_whitespace()) == Some(&b'\n')
}

/// Counts the open brackets, including those in strings and comments.
fn bracket_depth(before: &[u8]) -> usize {
    let mut depth = 0_usize;
    for byte in code_of(before, &tokens(before, &SYNTAX)) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth
}

/// A string of its own, over several lines.
fn is_docstring(literal: &Literal<'_>) -> bool {
    let is_long = literal.quote().is_some_and(|quote| quote.open.len() == 3);
    is_long
        && literal.line_before().trim_ascii().is_empty()
        && bracket_depth(literal.before()) == 0
        && !literal.before().trim_ascii_end().ends_with(b"\\")
}

fn import_edit(content: &[u8], tokens: &[Token]) -> Result<Option<Edit>, Reason> {
    let code = code_of(content, tokens);
    let mut imports = None;
    let mut future = None;
    let mut at = 0;
    while at < code.len() {
        let end = line_end(&code, at);
        let line = code[at..end].trim_ascii_end();
        if imports_os(line) {
            return Ok(None);
        }
        if line.starts_with(b"from __future__ ") {
            future = Some(statement_end(&code, at));
        } else if imports.is_none() && (line.starts_with(b"import ") || line.starts_with(b"from "))
        {
            imports = Some(at);
        }
        let assigns = line.trim_ascii_start().strip_prefix(b"os");
        if assigns.is_some_and(|rest| rest.trim_ascii_start().starts_with(b"=")) {
            return Err("the name `os` means something else here");
        }
        at = end + 1;
    }
    let eol = line_ending(content);
    let place = match (future, imports) {
        (Some(behind), _) => behind,
        (None, Some(place)) => place,
        (None, None) => first_statement(content, tokens),
    };
    // An import that stands alone is set apart from the code behind it.
    let is_alone = future.is_none() && imports.is_none() && place < content.len();
    let gap = if !is_alone {
        String::new()
    } else if starts_definition(&content[place..]) {
        eol.repeat(2)
    } else if content[place..].starts_with(b"\n") || content[place..].starts_with(b"\r\n") {
        String::new()
    } else {
        eol.to_owned()
    };
    let needs_break = place > 0 && content[place - 1] != b'\n' && !content[..place].ends_with(BOM);
    let before = if needs_break { eol } else { "" };
    Ok(Some(Edit::insert(
        place,
        format!("{before}import os{eol}{gap}"),
    )))
}

fn starts_definition(code: &[u8]) -> bool {
    let starts: [&[u8]; 4] = [b"class ", b"def ", b"async def ", b"@"];
    starts.iter().any(|start| code.starts_with(start))
}

const BOM: &[u8] = b"\xef\xbb\xbf";

fn imports_os(line: &[u8]) -> bool {
    let line = line.strip_prefix(BOM).unwrap_or(line);
    let Some(names) = line.strip_prefix(b"import ") else {
        return false;
    };
    let mut names = names
        .split(|b| *b == b',' || *b == b';')
        .map(<[u8]>::trim_ascii);
    names.any(|name| name == b"os" || name.starts_with(b"os.") && !name.contains(&b' '))
}

/// Offset of the line behind a statement that may stand in brackets.
fn statement_end(code: &[u8], start: usize) -> usize {
    let mut end = line_end(code, start);
    while end < code.len() && bracket_depth(&code[start..end]) > 0 {
        end = line_end(code, end + 1);
    }
    (end + 1).min(code.len())
}

/// Offset of the first line that is neither a comment nor the docstring.
fn first_statement(content: &[u8], tokens: &[Token]) -> usize {
    let mut at = if content.starts_with(BOM) {
        BOM.len()
    } else {
        0
    };
    let mut seen_docstring = false;
    for Token { kind, span, .. } in tokens {
        let Range { start, end } = span.clone();
        if start < at || !content[at..start].trim_ascii().is_empty() {
            break;
        }
        match kind {
            Kind::Comment => {}
            Kind::Literal(_) if !seen_docstring && is_statement(content, span) => {
                seen_docstring = true;
            }
            _ => break,
        }
        // Blank lines before a comment go with the statement behind it.
        let is_head = matches!(kind, Kind::Literal(_)) || line_start(content, start) <= at;
        if !is_head {
            break;
        }
        at = (line_end(content, end) + 1).min(content.len());
    }
    at
}

fn is_statement(content: &[u8], span: &Range<usize>) -> bool {
    let rest = &content[span.end..line_end(content, span.end)];
    rest.trim_ascii().is_empty()
}

fn is_quote(byte: Option<u8>) -> bool {
    matches!(byte, Some(b'"' | b'\''))
}
