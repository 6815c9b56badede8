//! Ruby: `ENV.fetch("NAME")`.

use super::{Language, no_import};
use crate::fix::Reason;
use crate::fix::edits::Edit;
use crate::fix::fallback::{CALL_END, Form, HELPER, OPERAND_END};
use crate::fix::heredoc;
use crate::fix::lexer::{Kind, Quote, Syntax, Token, is_word, last_word};
use crate::fix::literal::{Literal, double_quoted};

static SYNTAX: Syntax = Syntax {
    line_comments: &["#"],
    block_comments: &[("\n=begin", "\n=end")],
    quotes: &[
        Quote::new("\"").with_hole("#{"),
        Quote::new("`").with_hole("#{"),
        Quote::new("'"),
    ],
    prefixes: &[],
    has_regex: true,
    special: special_token,
};

/// Ruby.
pub(super) static RUBY: Language = Language {
    syntax: &SYNTAX,
    rewrite: rewrite_literal,
    import: no_import,
    fallbacks: FALLBACKS,
    raw_fallbacks: &[],
};

const FALLBACKS: &[Form] = &[
    Form {
        before: r#"(?-u)(?P<read>\bENV\.fetch\(\s*["'](?P<name>\w+)["'])\s*,\s*$"#,
        after: CALL_END,
        instead: "{read})",
    },
    Form {
        before: r#"(?-u)(?P<read>\bENV\.fetch\(\s*["'](?P<name>\w+)["']\s*\))\s*\{\s*$"#,
        after: r"(?-u)^\s*\}",
        instead: "{read}",
    },
    Form {
        before: r#"(?-u)\bENV\[(?P<quoted>["'](?P<name>\w+)["'])\]\s*(?:\|\|=?|or\b)\s*$"#,
        after: OPERAND_END,
        instead: "ENV.fetch({quoted})",
    },
    HELPER,
];

fn read_variable(name: &str) -> String {
    format!("ENV.fetch(\"{name}\")")
}

fn read_single(name: &str) -> String {
    format!("ENV.fetch('{name}')")
}

fn interpolated_read(name: &str) -> String {
    format!("#{{ENV.fetch(\"{name}\")}}")
}

fn rewrite_literal(literal: &Literal<'_>) -> Result<Vec<Edit>, Reason> {
    if literal.quote().is_none() {
        return match literal.token.kind {
            Kind::Heredoc { expands: true } => Ok(literal.interpolated(interpolated_read)),
            _ => Err("a quoted heredoc evaluates nothing"),
        };
    }
    if literal.before().last() == Some(&b':') || literal.after().first() == Some(&b':') {
        return Err("it is a symbol");
    }
    if matches!(
        last_word(literal.before()),
        b"require" | b"require_relative"
    ) {
        return Err("`require` takes a name");
    }
    if has_neighbour(literal) {
        return Err("Ruby joins it with the literal beside it");
    }
    match (literal.opening_quote(), literal.whole()) {
        (b"'", Some(name)) => Ok(vec![literal.replaced(read_single(name))]),
        (b"\"", Some(name)) => Ok(vec![literal.replaced(read_variable(name))]),
        (b"'", None) => Ok(vec![literal.requoted(
            "\"",
            "\"",
            |text| double_quoted(text, b"#"),
            interpolated_read,
        )]),
        _ => Ok(literal.interpolated(interpolated_read)),
    }
}

fn has_neighbour(literal: &Literal<'_>) -> bool {
    let before = literal.before().trim_ascii_end();
    let after = literal.after();
    let blanks = after
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    let touches = before.len() + 1 >= literal.before().len();
    let closes = matches!(before.last(), Some(b'"' | b'\'')) && touches;
    closes || matches!(after.get(blanks), Some(b'"' | b'\''))
}

fn special_token(content: &[u8], at: usize) -> Option<Token> {
    match content[at] {
        b'<' => heredoc::at(content, at, heredoc::RUBY),
        b'%' => percent_literal(content, at),
        b'_' if is_end_of_program(content, at) => {
            Some(Token::plain(Kind::Opaque, at..content.len()))
        }
        b'?' => character_token(content, at),
        _ => None,
    }
}

fn is_end_of_program(content: &[u8], at: usize) -> bool {
    let rest = &content[at..];
    let starts_line = at == 0 || content[at - 1] == b'\n';
    starts_line
        && (rest == b"__END__"
            || rest.starts_with(b"__END__\n")
            || rest.starts_with(b"__END__\r\n"))
}

/// `?"` and its like.
fn character_token(content: &[u8], at: usize) -> Option<Token> {
    let follows_value = at > 0 && (is_word(content[at - 1]) || b")]}?".contains(&content[at - 1]));
    let is_one = matches!(content.get(at + 1), Some(b'"' | b'\'' | b'`' | b'#'));
    let ends = content.get(at + 2).is_none_or(|b| !is_word(*b));
    let is_character = is_one && ends && !follows_value;
    is_character.then(|| Token::plain(Kind::Opaque, at..at + 2))
}

/// `%w[…]`, `%q(…)` and their like.
fn percent_literal(content: &[u8], at: usize) -> Option<Token> {
    let before = content[..at].last().copied().unwrap_or(b'\n');
    if is_word(before) || b")]}".contains(&before) {
        return None;
    }
    let letter = content.get(at + 1)?;
    let open_at = if b"qQwWiIrsx".contains(letter) {
        at + 2
    } else {
        at + 1
    };
    let open = *content.get(open_at)?;
    // `a % (b)` has a blank before and behind.
    if !b"([{<|!/-".contains(&open)
        || before.is_ascii_whitespace() && open_at == at + 1 && !b"([{".contains(&open)
    {
        return None;
    }
    let end = delimited_end(content, open_at)?;
    Some(Token::plain(Kind::Opaque, at..end))
}

/// Offset behind a text that starts with a delimiter: to the bracket that closes it, or to the same
/// character again.
pub(super) fn delimited_end(content: &[u8], open_at: usize) -> Option<usize> {
    let open = *content.get(open_at)?;
    let close = match open {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        other => other,
    };
    let mut depth = 0;
    let mut at = open_at + 1;
    while at < content.len() {
        let byte = content[at];
        if byte == b'\\' {
            at += 1;
        } else if byte == close && depth == 0 {
            return Some(at + 1);
        } else if byte == close {
            depth -= 1;
        } else if byte == open {
            depth += 1;
        }
        at += 1;
    }
    None
}
