//! What the user says is no finding: a marker beside the key, or an entry of the configuration.

use std::collections::BTreeSet;
use std::ops::Range;

use globset::{Candidate, GlobSet};
use serde::Serialize;

use crate::finding::Finding;
use crate::key::Fingerprint;
use crate::mask::masked_message;

/// What the configuration allows.
#[derive(Debug, Default)]
pub struct Allow {
    /// Files, by glob from the repository's top.
    pub paths: GlobSet,
    /// The same globs as they are written, in the same order.
    pub patterns: Vec<String>,
    /// Keys, by value.
    pub fingerprints: BTreeSet<Fingerprint>,
    /// Other tools' markers for the line they stand on.
    pub markers: Vec<Vec<u8>>,
    /// Files that coding agents may read though they hold keys, by glob from the repository's top.
    pub agent_files: GlobSet,
}

/// Why a key is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AllowedBy {
    /// A marker at its line.
    Marker,
    /// The path of its file.
    Path,
    /// Its value.
    Fingerprint,
}

impl Allow {
    /// Whether a key is allowed by value or by the file it stands in.
    #[must_use]
    pub fn entry_for(&self, path: &[u8], fingerprint: &Fingerprint) -> Option<AllowedBy> {
        if self.fingerprints.contains(fingerprint) {
            Some(AllowedBy::Fingerprint)
        } else if self.allows_path(path) {
            Some(AllowedBy::Path)
        } else {
            None
        }
    }

    /// Tells whether every key in this file is allowed.
    #[must_use]
    pub fn allows_path(&self, path: &[u8]) -> bool {
        !self.paths.is_empty() && self.paths.is_match_candidate(&Candidate::from_bytes(path))
    }

    /// The entries that none of these findings needs.
    #[must_use]
    pub fn unused(&self, allowed: &[(Finding, AllowedBy)]) -> Vec<String> {
        let paths = allowed
            .iter()
            .map(|(finding, _)| Candidate::from_bytes(&finding.location.path));
        let matched: BTreeSet<usize> = paths
            .flat_map(|path| self.paths.matches_candidate(&path))
            .collect();
        let patterns = self
            .patterns
            .iter()
            .enumerate()
            .filter(|(i, _)| !matched.contains(i));
        let found: BTreeSet<_> = allowed
            .iter()
            .map(|(finding, _)| finding.fingerprint)
            .collect();
        let fingerprints = self
            .fingerprints
            .difference(&found)
            .map(ToString::to_string);
        patterns
            .map(|(_, pattern)| masked_message(pattern))
            .chain(fingerprints)
            .collect()
    }

    /// Whether a marker allows what stands on this line (its range of bytes, without its end).
    #[must_use]
    pub fn marker_for(&self, content: &[u8], line: &Range<usize>) -> Option<AllowedBy> {
        let text = &content[line.clone()];
        let foreign = self
            .markers
            .iter()
            .any(|marker| text.windows(marker.len()).any(|window| window == marker));
        (foreign || is_marked(content, line.clone())).then_some(AllowedBy::Marker)
    }
}

/// In a comment on the key's line, or alone in a comment on the line above.
const MARKER: &[u8] = b"phguard:allow";
/// Anywhere on the line above, for formats whose comments have lines of their own.
const NEXT_LINE: &[u8] = b"-next-line";
/// What a line that holds nothing but the marker may start with.
const COMMENT_LEADERS: &[&[u8]] = &[
    b"#", b"//", b"/*", b"*", b"<!--", b"--", b";", b"%", b"{/*", b"{{!", b"!", b"'", b"REM ",
];

fn is_marked(content: &[u8], line: Range<usize>) -> bool {
    let above = line.start.checked_sub(1).map_or(&[][..], |end| {
        let before = &content[..end];
        &before[before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |i| i + 1)..]
    });
    markers(&content[line]).any(|scope| scope == Scope::Line)
        || markers(above).any(|scope| scope == Scope::NextLine || is_comment(above))
}

#[derive(PartialEq, Eq)]
enum Scope {
    Line,
    NextLine,
}

fn markers(line: &[u8]) -> impl Iterator<Item = Scope> {
    let places = line
        .windows(MARKER.len())
        .enumerate()
        .filter(|(_, window)| *window == MARKER);
    places.filter_map(|(at, _)| {
        let rest = &line[at + MARKER.len()..];
        let (scope, rest) = rest
            .strip_prefix(NEXT_LINE)
            .map_or((Scope::Line, rest), |rest| (Scope::NextLine, rest));
        let ends = rest
            .first()
            .is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'-' | b'_'));
        ends.then_some(scope)
    })
}

fn is_comment(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    COMMENT_LEADERS.iter().any(|leader| {
        text.strip_prefix(*leader)
            .is_some_and(|rest| rest.trim_ascii_start().starts_with(MARKER))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the line that holds `KEY` is marked.
    fn marked(content: &str) -> bool {
        let key = content.find("KEY").unwrap();
        let content = content.as_bytes();
        let start = content[..key]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |i| i + 1);
        let end = content[key..]
            .iter()
            .position(|b| *b == b'\n')
            .map_or(content.len(), |i| key + i);
        is_marked(content, start..end)
    }

    #[test]
    fn a_marker_on_the_line_allows_it() {
        assert!(marked("a\nKEY # phguard:allow\n"));
        assert!(marked("/* phguard:allow a sample from the docs */ KEY"));
    }

    #[test]
    fn a_comment_of_its_own_above_allows_the_line() {
        assert!(marked("  # phguard:allow: rotated\nKEY"));
        assert!(marked("<!-- phguard:allow -->\nKEY\n"));
    }

    #[test]
    fn a_marker_beside_other_text_does_not_reach_the_next_line() {
        assert!(!marked("other # phguard:allow\nKEY\n"));
        assert!(!marked("# phguard:allow\n\nKEY\n"));
    }

    #[test]
    fn the_next_line_form_reaches_only_the_next_line() {
        assert!(marked("\"_\": \"phguard:allow-next-line\",\nKEY"));
        assert!(!marked("KEY # phguard:allow-next-line"));
        assert!(!marked("phguard:allow-next-line\n\nKEY"));
    }

    #[test]
    fn a_longer_word_is_no_marker() {
        assert!(!marked("KEY # phguard:allowed"));
        assert!(!marked("KEY # phguard:allow-all"));
    }
}
