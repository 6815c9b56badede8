//! Heredocs of the shell, Ruby, PHP and Terraform.

use super::edits::{line_end, line_start};
use super::lexer::{Kind, Token, is_word};

/// The syntax of a language's heredocs.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// The marks that can precede the word.
    openings: &'static [&'static str],
    /// True if a blank may precede the word.
    blank_before_word: bool,
    /// The quote that keeps expressions from being evaluated.
    raw_quotes: &'static [u8],
}

/// Ruby.
pub(crate) const RUBY: Style = Style {
    openings: &["<<~", "<<-", "<<"],
    blank_before_word: false,
    raw_quotes: b"'",
};

/// PHP.
pub(crate) const PHP: Style = Style {
    openings: &["<<<"],
    blank_before_word: true,
    raw_quotes: b"'",
};

/// The shell.
pub(crate) const SHELL: Style = Style {
    openings: &["<<-", "<<"],
    blank_before_word: true,
    raw_quotes: b"'\"\\",
};

/// Terraform.
pub(crate) const TERRAFORM: Style = Style {
    openings: &["<<-", "<<"],
    blank_before_word: false,
    raw_quotes: b"",
};

/// A heredoc in a content.
pub(crate) struct Heredoc {
    /// Offset behind the word.
    pub word_end: usize,
    /// Offset of the first line of the text.
    pub start: usize,
    /// Offset of the line that ends it.
    pub end: usize,
    /// True if expressions in it are evaluated.
    pub expands: bool,
}

/// The token of a heredoc's text, if a heredoc starts at `at` and nothing but its opening stands
/// between there and the end of the line that matters: the rest of the line is part of the token.
pub(crate) fn at(content: &[u8], at: usize, style: Style) -> Option<Token> {
    let heredoc = starting_at(content, at, style)?;
    Some(Token {
        kind: Kind::Heredoc {
            expands: heredoc.expands,
        },
        span: at..heredoc.end,
        inner: heredoc.start..heredoc.end,
        holes: Vec::new(),
    })
}

/// The heredoc that starts at `at`.
pub(crate) fn starting_at(content: &[u8], at: usize, style: Style) -> Option<Heredoc> {
    let rest = &content[at..];
    let opening = style
        .openings
        .iter()
        .find(|opening| rest.starts_with(opening.as_bytes()))?;
    let mut word_at = at + opening.len();
    while style.blank_before_word && matches!(content.get(word_at), Some(b' ' | b'\t')) {
        word_at += 1;
    }
    let mut quote = None;
    if let Some(byte @ (b'"' | b'\'' | b'\\' | b'`')) = content.get(word_at) {
        quote = Some(*byte);
        word_at += 1;
    }
    let length = content[word_at..]
        .iter()
        .take_while(|b| is_word(**b))
        .count();
    let word = &content[word_at..word_at + length];
    if word.is_empty() || !word[0].is_ascii_alphabetic() && word[0] != b'_' {
        return None;
    }
    let start = (line_end(content, at) + 1).min(content.len());
    let mut line = start;
    while line < content.len() {
        let end = line_end(content, line);
        let text = content[line..end].trim_ascii();
        let closes = text
            .strip_prefix(word)
            .is_some_and(|rest| rest.first().is_none_or(|b| !is_word(*b)));
        if closes {
            return Some(Heredoc {
                word_end: word_at + length,
                start,
                end: line_start(content, line),
                expands: quote.is_none_or(|quote| !style.raw_quotes.contains(&quote)),
            });
        }
        line = end + 1;
    }
    None
}
