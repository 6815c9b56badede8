//! A string literal that holds keys: its pieces, its surroundings, and the ways to write it anew.

use std::ops::Range;

use super::Slot;
use super::edits::Edit;
use super::lexer::{Kind, Quote, Token, is_word, last_word};

/// A part of a literal.
pub(crate) enum Piece<'c> {
    /// Text as the source writes it, with its escapes.
    Text(&'c [u8]),
    /// A key: the name of the variable that takes its place.
    Variable(&'c str),
}

/// A literal with at least one key in it.
pub(crate) struct Literal<'c> {
    /// The whole content.
    pub content: &'c [u8],
    /// The literal.
    pub token: &'c Token,
    /// Its pieces, in order.
    pub pieces: Vec<Piece<'c>>,
    /// The keys in it.
    pub slots: Vec<&'c Slot>,
}

impl<'c> Literal<'c> {
    /// `slots` are in order and stand in this token.
    pub(crate) fn new(content: &'c [u8], token: &'c Token, slots: Vec<&'c Slot>) -> Self {
        let mut pieces = Vec::new();
        let mut at = token.inner.start;
        for slot in &slots {
            if at < slot.span.start {
                pieces.push(Piece::Text(&content[at..slot.span.start]));
            }
            pieces.push(Piece::Variable(&slot.variable));
            at = slot.span.end;
        }
        if at < token.inner.end {
            pieces.push(Piece::Text(&content[at..token.inner.end]));
        }
        Self {
            content,
            token,
            pieces,
            slots,
        }
    }

    /// The variable, if the literal consists of one key alone.
    pub(crate) fn whole(&self) -> Option<&'c str> {
        match self.pieces[..] {
            [Piece::Variable(name)] => Some(name),
            _ => None,
        }
    }

    /// The start of the literal, with its prefix.
    pub(crate) fn opening_quote(&self) -> &'c [u8] {
        &self.content[self.token.span.start..self.token.inner.start]
    }

    /// The end of the literal.
    pub(crate) fn closing_quote(&self) -> &'c [u8] {
        &self.content[self.token.inner.end..self.token.span.end]
    }

    /// Its kind of quote; `None` for a heredoc.
    pub(crate) fn quote(&self) -> Option<&'static Quote> {
        match self.token.kind {
            Kind::Literal(quote) => Some(quote),
            _ => None,
        }
    }

    /// Everything before it.
    pub(crate) fn before(&self) -> &'c [u8] {
        &self.content[..self.token.span.start]
    }

    /// Everything behind it.
    pub(crate) fn after(&self) -> &'c [u8] {
        &self.content[self.token.span.end..]
    }

    /// Returns the text before it on its line.
    pub(crate) fn line_before(&self) -> &'c [u8] {
        let start = super::edits::line_start(self.content, self.token.span.start);
        &self.content[start..self.token.span.start]
    }

    /// The last byte before it that is no blank.
    pub(crate) fn previous(&self) -> Option<u8> {
        self.before().trim_ascii_end().last().copied()
    }

    /// The first byte behind it that is no blank.
    pub(crate) fn next(&self) -> Option<u8> {
        self.after().trim_ascii_start().first().copied()
    }

    /// Tells whether this word comes right before it.
    pub(crate) fn follows_word(&self, word: &[u8]) -> bool {
        last_word(self.before()) == word
    }

    /// Tells whether the code before it on its line has one of these words.
    pub(crate) fn line_has_word(&self, words: &[&[u8]]) -> bool {
        let mut parts = self.line_before().split(|b| !is_word(*b));
        parts.any(|part| words.contains(&part))
    }

    /// An edit of the whole literal.
    pub(crate) fn replaced(&self, text: impl Into<Vec<u8>>) -> Edit {
        Edit::replace(self.token.span.clone(), text)
    }

    /// Puts an expression in the place of each key, inside the literal as it is.
    pub(crate) fn interpolated(&self, expression: fn(&str) -> String) -> Vec<Edit> {
        let edit = |slot: &&Slot| Edit::replace(slot.span.clone(), expression(&slot.variable));
        self.slots.iter().map(edit).collect()
    }

    /// Tells whether the literal is a whole value by itself: an argument, an element, or everything
    /// that is assigned.
    fn stands_alone(&self) -> bool {
        let before = self.before().trim_ascii_end();
        let is_start = matches!(before.last(), Some(b'(' | b',' | b'[' | b'{'))
            || before.ends_with(b"=>")
            || before.ends_with(b"=") && !b"=!<>".contains(&before[before.len().max(2) - 2])
            || last_word(before) == b"return";
        let line = super::edits::line_end(self.content, self.token.span.end);
        let is_last = self.content[self.token.span.end..line]
            .trim_ascii()
            .is_empty();
        let is_end = match self.next() {
            None | Some(b')' | b',' | b']' | b'}' | b';') => true,
            Some(byte) => is_last && (is_word(byte) || b"\"'$@#/".contains(&byte)),
        };
        is_start && is_end
    }

    /// Writes the pieces as literals of the same kind, joined by an operator.
    pub(crate) fn concatenated(&self, operator: &str, read: fn(&str) -> String) -> Edit {
        let needs_brackets = !self.stands_alone();
        let mut text = Vec::new();
        if needs_brackets {
            text.push(b'(');
        }
        for (number, piece) in self.pieces.iter().enumerate() {
            if number > 0 {
                text.extend_from_slice(operator.as_bytes());
            }
            match piece {
                Piece::Text(part) => {
                    text.extend_from_slice(self.opening_quote());
                    text.extend_from_slice(part);
                    text.extend_from_slice(self.closing_quote());
                }
                Piece::Variable(name) => text.extend_from_slice(read(name).as_bytes()),
            }
        }
        if needs_brackets {
            text.push(b')');
        }
        self.replaced(text)
    }

    /// Writes the literal with other quotes: each text by `escape`, each key by `expression`.
    pub(crate) fn requoted(
        &self,
        open: &str,
        close: &str,
        escape: fn(&[u8]) -> Vec<u8>,
        expression: fn(&str) -> String,
    ) -> Edit {
        let mut text = open.as_bytes().to_vec();
        for piece in &self.pieces {
            match piece {
                Piece::Text(part) => text.extend(escape(part)),
                Piece::Variable(name) => text.extend_from_slice(expression(name).as_bytes()),
            }
        }
        text.extend_from_slice(close.as_bytes());
        self.replaced(text)
    }
}

/// Puts a backslash before each byte of `special` that has none.
#[must_use]
pub(crate) fn escape_bytes(text: &[u8], special: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut is_escaped = false;
    for byte in text {
        if special.contains(byte) && !is_escaped {
            out.push(b'\\');
        }
        is_escaped = *byte == b'\\' && !is_escaped;
        out.push(*byte);
    }
    out
}

/// Writes each of these bytes twice.
#[must_use]
pub(crate) fn double_bytes(text: &[u8], special: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if special.contains(byte) {
            out.push(*byte);
        }
        out.push(*byte);
    }
    out
}

/// Turns the text of a single-quoted literal, in which only `\\` and `\'` are escapes, into that of
/// a double-quoted one, in which these bytes have a meaning.
#[must_use]
pub(crate) fn double_quoted(text: &[u8], special: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if text[at] == b'\\' && matches!(text.get(at + 1), Some(b'\\' | b'\'')) {
            at += 1;
        }
        if text[at] == b'\\' || text[at] == b'"' || special.contains(&text[at]) {
            out.push(b'\\');
        }
        out.push(text[at]);
        at += 1;
    }
    out
}

/// Span of the last occurrence of a word in some text, if it stands alone.
#[must_use]
pub(crate) fn last_of_word(text: &[u8], word: &[u8]) -> Option<Range<usize>> {
    let mut end = text.len();
    while let Some(at) = text[..end]
        .windows(word.len())
        .rposition(|window| window == word)
    {
        let span = at..at + word.len();
        let touched =
            at > 0 && is_word(text[at - 1]) || text.get(span.end).is_some_and(|b| is_word(*b));
        if !touched {
            return Some(span);
        }
        end = span.end - 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_changes_its_quotes_and_keeps_its_meaning() {
        assert_eq!(escape_bytes(br"a`b\`c\\`d", b"`"), br"a\`b\`c\\\`d");
        assert_eq!(double_bytes(b"{a}", b"{}"), b"{{a}}");
        assert_eq!(
            double_quoted(br#"a"b\'c\\d\n#{e}"#, b"#"),
            br#"a\"b'c\\d\\n\#{e}"#
        );
    }

    #[test]
    fn a_word_is_found_only_where_it_stands_alone() {
        assert_eq!(last_of_word(b"const a; constant", b"const"), Some(0..5));
        assert_eq!(last_of_word(b"constant", b"const"), None);
    }
}
