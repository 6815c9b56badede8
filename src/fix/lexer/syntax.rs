//! The tables that describe the comments and literals of a language.

use super::Token;

/// The comments and literals of a language.
pub(crate) struct Syntax {
    /// The starts of comments that end with their line.
    pub line_comments: &'static [&'static str],
    /// The starts and ends of comments of any length.
    pub block_comments: &'static [(&'static str, &'static str)],
    /// The string literals; of two that start alike, the longer one stands first.
    pub quotes: &'static [Quote],
    /// Letters that may stand before a quote and belong to the literal.
    pub prefixes: &'static [u8],
    /// True if `/…/` is a regular expression where a value is expected.
    pub has_regex: bool,
    /// Literals that no table describes. Given an offset where neither a comment nor a literal is
    /// open, returns the token that starts there.
    pub special: fn(&[u8], usize) -> Option<Token>,
}

/// One kind of string literal.
#[derive(Debug)]
pub(crate) struct Quote {
    /// Its start.
    pub open: &'static str,
    /// Its end.
    pub close: &'static str,
    /// The way to write the closing quote inside it.
    pub escape: Escape,
    /// The number of lines it may span.
    pub lines: Lines,
    /// The start and end of an expression in it.
    pub hole: Option<Hole>,
}

impl Quote {
    /// Describes a literal of any number of lines between two equal marks, with backslashes.
    pub(crate) const fn new(mark: &'static str) -> Self {
        Self {
            open: mark,
            close: mark,
            escape: Escape::Backslash,
            lines: Lines::Many,
            hole: None,
        }
    }

    /// Ends the literal at the end of its line.
    pub(crate) const fn on_one_line(self) -> Self {
        Self {
            lines: Lines::One,
            ..self
        }
    }

    /// Allows expressions inside the literal.
    pub(crate) const fn with_hole(self, open: &'static str) -> Self {
        let hole = Hole { open, needs: None };
        Self {
            hole: Some(hole),
            ..self
        }
    }
}

/// An expression inside a string literal.
#[derive(Debug)]
pub(crate) struct Hole {
    /// Its start.
    pub open: &'static str,
    /// The letter that the literal's prefix must have for it.
    pub needs: Option<u8>,
}

/// The way a literal contains the character that ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escape {
    /// Behind a backslash.
    Backslash,
    /// Written twice.
    Doubled,
    /// Not at all.
    None,
}

/// The number of lines a literal may span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// It must end on the line on which it starts.
    One,
    /// Over any number of lines.
    Many,
}
