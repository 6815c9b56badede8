//! Splits source text into comments, string literals and the code between them, precisely enough to
//! find the literal around a key. A table describes each language.

mod syntax;

use std::ops::Range;

pub(crate) use syntax::{Escape, Hole, Lines, Quote, Syntax};

/// A comment or a literal.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Its kind.
    pub kind: Kind,
    /// Its span, with the quotes.
    pub span: Range<usize>,
    /// The span between its quotes.
    pub inner: Range<usize>,
    /// The expressions in it.
    pub holes: Vec<Range<usize>>,
}

/// Kinds of token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A comment.
    Comment,
    /// A string literal of the language's table.
    Literal(&'static Quote),
    /// A literal in which `fix` does not replace anything.
    Opaque,
    /// Text of several lines, between words that the program chooses; whether it has holes.
    Heredoc {
        /// True if expressions in it are evaluated.
        expands: bool,
    },
}

impl Token {
    /// A token without quotes.
    pub(crate) fn plain(kind: Kind, span: Range<usize>) -> Self {
        Self {
            kind,
            inner: span.clone(),
            span,
            holes: Vec::new(),
        }
    }

    /// Tells whether the bytes are between the quotes and in no expression.
    #[must_use]
    pub(crate) fn holds(&self, span: &Range<usize>) -> bool {
        let contains = |outer: &Range<usize>| outer.start <= span.start && span.end <= outer.end;
        contains(&self.inner) && !self.holes.iter().any(contains)
    }
}

/// No special literals.
pub(crate) fn no_special_token(_: &[u8], _: usize) -> Option<Token> {
    None
}

/// Returns the comments and literals of a content, those in expressions of others too.
#[must_use]
pub(crate) fn tokens(content: &[u8], syntax: &Syntax) -> Vec<Token> {
    let mut lexer = Lexer {
        content,
        syntax,
        tokens: Vec::new(),
        depth: 0,
    };
    lexer.code(0, Until::End);
    lexer.tokens.sort_by_key(|token| token.span.start);
    lexer.tokens
}

/// Maximum depth of nested expressions in literals.
const DEEPEST: usize = 16;

struct Lexer<'c> {
    content: &'c [u8],
    syntax: &'c Syntax,
    tokens: Vec<Token>,
    depth: usize,
}

/// The end of a stretch of code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    End,
    Brace,
}

impl Lexer<'_> {
    /// Reads code; returns the offset of its end, of the closing brace.
    fn code(&mut self, start: usize, until: Until) -> usize {
        let mut at = start;
        let mut braces = 0;
        while at < self.content.len() {
            if let Some(token) = self.token_at(at) {
                at = token.span.end.max(at + 1);
                self.tokens.push(token);
                continue;
            }
            match self.content[at] {
                b'{' => braces += 1,
                b'}' if until == Until::Brace && braces == 0 => return at,
                b'}' => braces -= 1,
                _ => {}
            }
            at += 1;
        }
        at
    }

    fn token_at(&mut self, at: usize) -> Option<Token> {
        if let Some(token) = (self.syntax.special)(self.content, at) {
            return Some(token);
        }
        let rest = &self.content[at..];
        for (open, close) in self.syntax.block_comments {
            if rest.starts_with(open.as_bytes()) {
                let body = at + open.len();
                let end = find(self.content, close.as_bytes(), body);
                let end = end.map_or(self.content.len(), |end| end + close.len());
                return Some(Token::plain(Kind::Comment, at..end));
            }
        }
        for open in self.syntax.line_comments {
            if rest.starts_with(open.as_bytes()) {
                let end = find(self.content, b"\n", at).unwrap_or(self.content.len());
                return Some(Token::plain(Kind::Comment, at..end));
            }
        }
        for quote in self.syntax.quotes {
            if rest.starts_with(quote.open.as_bytes())
                && let Some(token) = self.literal(quote, at)
            {
                return Some(token);
            }
        }
        if self.syntax.has_regex && rest[0] == b'/' {
            return regex_at(self.content, at);
        }
        None
    }

    /// Reads a literal whose quote stands at `at`. `None` if it does not end.
    fn literal(&mut self, quote: &'static Quote, at: usize) -> Option<Token> {
        let start = self.with_prefix(at);
        let prefix = &self.content[start..at];
        let hole = match &quote.hole {
            Some(hole) if hole.needs.is_none_or(|letter| has_letter(prefix, letter)) => Some(hole),
            _ => None,
        };
        let mut holes = Vec::new();
        let body = at + quote.open.len();
        let mut at = body;
        while at < self.content.len() {
            let rest = &self.content[at..];
            if rest[0] == b'\\' && quote.escape == Escape::Backslash {
                at += 2;
            } else if rest.starts_with(quote.close.as_bytes()) {
                let end = at + quote.close.len();
                if quote.escape == Escape::Doubled && self.content.get(end) == Some(&rest[0]) {
                    at = end + 1;
                    continue;
                }
                return Some(Token {
                    kind: Kind::Literal(quote),
                    span: start..end,
                    inner: body..at,
                    holes,
                });
            } else if rest[0] == b'\n' && quote.lines == Lines::One {
                return None;
            } else if let Some(hole) = hole.filter(|hole| rest.starts_with(hole.open.as_bytes())) {
                let inside = at + hole.open.len();
                if hole.open == "{" && rest.get(1) == Some(&b'{') {
                    at += 2;
                    continue;
                }
                let end = self.hole_end(inside);
                if end == self.content.len() {
                    // Nothing behind it can be told apart, and nothing is read twice.
                    return Some(Token::plain(Kind::Opaque, start..end));
                }
                holes.push(inside..end);
                at = end + 1;
            } else {
                at += 1;
            }
        }
        None
    }

    /// Reads the expression that starts at `inside`; returns the offset of its closing brace.
    fn hole_end(&mut self, inside: usize) -> usize {
        if self.depth == DEEPEST {
            return self.content.len();
        }
        self.depth += 1;
        let end = self.code(inside, Until::Brace);
        self.depth -= 1;
        end
    }

    /// Offset of the letters that stand before a quote and belong to it.
    fn with_prefix(&self, quote: usize) -> usize {
        let mut start = quote;
        while start > 0 && self.syntax.prefixes.contains(&self.content[start - 1]) {
            start -= 1;
        }
        if start > 0 && is_word(self.content[start - 1]) {
            quote
        } else {
            start
        }
    }
}

fn has_letter(prefix: &[u8], letter: u8) -> bool {
    prefix.iter().any(|b| b.eq_ignore_ascii_case(&letter))
}

/// Offset of a text at or behind `from`.
#[must_use]
pub(crate) fn find(content: &[u8], text: &[u8], from: usize) -> Option<usize> {
    let rest = content.get(from..)?;
    rest.windows(text.len())
        .position(|window| window == text)
        .map(|at| from + at)
}

/// Tells whether a byte can be part of a name.
#[must_use]
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The word that ends `before`, blanks behind it left out.
#[must_use]
pub(crate) fn last_word(before: &[u8]) -> &[u8] {
    let text = before.trim_ascii_end();
    let start = text.iter().rposition(|b| !is_word(*b));
    &text[start.map_or(0, |at| at + 1)..]
}

/// A regular expression, where a value is expected.
fn regex_at(content: &[u8], at: usize) -> Option<Token> {
    const WORDS: [&[u8]; 8] = [
        b"return", b"typeof", b"case", b"in", b"of", b"if", b"when", b"and",
    ];
    let before = content[..at].trim_ascii_end();
    let is_value = match before.last() {
        None => true,
        Some(byte) if is_word(*byte) => WORDS.contains(&last_word(before)),
        Some(byte) => b"(,=:[!&|?{};+-*%~^<>\n".contains(byte),
    };
    if !is_value {
        return None;
    }
    let mut in_class = false;
    let mut end = at + 1;
    while end < content.len() {
        match content[end] {
            b'\n' => return None,
            b'\\' => end += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(Token::plain(Kind::Opaque, at..end + 1)),
            _ => {}
        }
        end += 1;
    }
    None
}
