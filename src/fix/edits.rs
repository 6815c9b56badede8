//! Edits of a content: spans of bytes and their replacements. No other byte changes.

use std::ops::Range;

/// A span and the bytes that take its place. An empty span inserts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Offset of the first byte that goes.
    pub start: usize,
    /// Offset behind the last byte that goes.
    pub end: usize,
    /// The bytes that come instead.
    pub text: Vec<u8>,
}

impl Edit {
    /// Replaces a span.
    pub fn replace(span: Range<usize>, text: impl Into<Vec<u8>>) -> Self {
        Self {
            start: span.start,
            end: span.end,
            text: text.into(),
        }
    }

    /// Inserts before an offset.
    pub fn insert(at: usize, text: impl Into<Vec<u8>>) -> Self {
        Self::replace(at..at, text)
    }
}

/// Sorts the edits and drops those that say the same twice. `None` if two of them overlap.
#[must_use]
pub fn in_order(mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
    edits.sort();
    edits.dedup();
    for pair in edits.windows(2) {
        if pair[1].start < pair[0].end {
            return None;
        }
    }
    Some(edits)
}

/// Applies edits that are in order.
#[must_use]
pub fn apply(content: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut text = Vec::with_capacity(content.len());
    let mut at = 0;
    for edit in edits {
        text.extend_from_slice(&content[at..edit.start]);
        text.extend_from_slice(&edit.text);
        at = edit.end;
    }
    text.extend_from_slice(&content[at..]);
    text
}

/// The line ending that a content uses: that of its first line.
#[must_use]
pub fn line_ending(content: &[u8]) -> &'static str {
    match content.iter().position(|b| *b == b'\n') {
        Some(at) if at > 0 && content[at - 1] == b'\r' => "\r\n",
        _ => "\n",
    }
}

/// Offset of the start of the line that holds `at`.
#[must_use]
pub fn line_start(content: &[u8], at: usize) -> usize {
    let before = content[..at].iter().rposition(|b| *b == b'\n');
    before.map_or(0, |newline| newline + 1)
}

/// Offset of the line break that ends the line that holds `at`, or the end of the content.
#[must_use]
pub fn line_end(content: &[u8], at: usize) -> usize {
    let rest = content[at..].iter().position(|b| *b == b'\n');
    rest.map_or(content.len(), |newline| at + newline)
}

/// Number of the line that holds `at`, from 1.
#[must_use]
pub fn line_number(content: &[u8], at: usize) -> usize {
    content[..at].iter().filter(|b| **b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_applied_in_order_and_once() {
        let edits = vec![
            Edit::replace(4..5, "five"),
            Edit::insert(0, "0"),
            Edit::replace(4..5, "five"),
        ];
        let edits = in_order(edits).unwrap();
        assert_eq!(apply(b"1234567", &edits), b"01234five67");
    }

    #[test]
    fn edits_that_overlap_are_none() {
        let edits = vec![Edit::replace(0..3, ""), Edit::replace(2..4, "")];
        assert_eq!(in_order(edits), None);
    }

    #[test]
    fn lines_are_found_with_and_without_an_end() {
        let content = b"a\r\nbc\nd";
        assert_eq!(line_ending(content), "\r\n");
        assert_eq!(line_ending(b"a\nb\r\n"), "\n");
        assert_eq!((line_start(content, 4), line_end(content, 4)), (3, 5));
        assert_eq!((line_start(content, 6), line_end(content, 6)), (6, 7));
        assert_eq!(line_number(content, 6), 3);
    }
}
