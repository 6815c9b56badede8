//! Keys that the user allows: by a marker beside the key, or by an entry of the configuration.

use std::collections::BTreeSet;
use std::ops::Range;

use globset::{Candidate, GlobSet};
use serde::Serialize;

use crate::finding::Finding;
use crate::key::Fingerprint;
use crate::mask::masked_message;

/// The keys and files that the configuration allows.
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
    /// Tells whether a key is allowed by value or by its file.
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

    /// The marker that allows the key at `key` on this line (its range of bytes, without its end). A
    /// foreign marker counts anywhere near the key.
    #[must_use]
    pub fn marker_for(
        &self,
        content: &[u8],
        line: &Range<usize>,
        key: &Range<usize>,
    ) -> Option<AllowedBy> {
        let reach = (NEAR + MARKER.len()) * WIDE;
        let start = line.start.max(key.start.saturating_sub(reach));
        let near = &content[start..line.end.min(key.end + reach).max(start)];
        for marker in &self.markers {
            if near.windows(marker.len()).any(|window| window == marker) {
                return Some(AllowedBy::Marker);
            }
        }
        is_marked(content, line, Some(key)).then_some(AllowedBy::Marker)
    }
}

/// In a comment on the key's line and near the key, or alone in a comment on the line above.
const MARKER: &[u8] = b"phguard:allow";
/// Anywhere on the line above, for formats whose comments have lines of their own.
const NEXT_LINE: &[u8] = b"-next-line";

/// A marker stands at most so far from the key on its line.
const NEAR: usize = 200;

/// Two bytes a character make a line longer.
const WIDE: usize = 2;

/// A line above is looked at no further back.
const LONGEST_LINE: usize = 4096;

/// Leaders that open a comment anywhere on a line. Longer ones stand first.
const LEADERS: &[&[u8]] = &[
    b"<!--", b"<%#", b"<%--", b"{{/*", b"{{!", b"{/*", b"{#", b"/*", b"(*", b"//", b"--", b"#",
    b";", b"%",
];

/// Leaders that open a comment only at the start of a line.
const LINE_LEADERS: &[&[u8]] = &[
    b"*", b"!", b"::", b"@rem ", b"rem ", b"REM ", b"@REM ", b"Rem ", b"dnl ",
];

/// Tells whether a marker allows the key at `key` on this line, or all keys of the line if the place of
/// the key is not known.
fn is_marked(content: &[u8], line: &Range<usize>, key: Option<&Range<usize>>) -> bool {
    let text = &content[line.clone()];
    let wide = is_wide(&text[..text.len().min(LONGEST_LINE)]);
    let near = if wide { NEAR * WIDE } else { NEAR };
    let narrowed = match key {
        // A long line is not read again for each of its keys.
        Some(key) if !wide && !holds_marker(content, line, key) => Vec::new(),
        _ => narrow(text, wide),
    };
    for marker in markers(&narrowed) {
        let at = line.start + marker.at * if wide { WIDE } else { 1 };
        let is_near = key.is_none_or(|key| at <= key.end + near && key.start <= at + near);
        if marker.scope == Scope::Line && is_near && is_in_comment(&narrowed, marker.at) {
            return true;
        }
    }
    let above = narrow(line_above(content, line.start), wide);
    for marker in markers(&above) {
        let is_for_next = marker.scope == Scope::NextLine;
        if is_for_next || opens_alone(&above[..marker.at]) {
            return true;
        }
    }
    false
}

/// Tells whether a marker stands near the key, in a comment or not.
fn holds_marker(content: &[u8], line: &Range<usize>, key: &Range<usize>) -> bool {
    let reach = NEAR + MARKER.len();
    let start = line.start.max(key.start.saturating_sub(reach));
    let end = line.end.min(key.end + reach).max(start);
    let near = &content[start..end];
    near.windows(MARKER.len()).any(|window| window == MARKER)
}

/// The line that ends before this one, as far as is looked.
fn line_above(content: &[u8], start: usize) -> &[u8] {
    let Some(mut end) = start.checked_sub(1) else {
        return b"";
    };
    // In UTF-16 with the low byte first a NUL follows the line break.
    if content.get(end) == Some(&0) && end > 0 && content[end - 1] == b'\n' {
        end -= 1;
    }
    let before = &content[end.saturating_sub(LONGEST_LINE)..end];
    let start = before.iter().rposition(|b| *b == b'\n');
    &before[start.map_or(0, |at| at + 1)..]
}

/// Tells whether every other byte is NUL.
fn is_wide(text: &[u8]) -> bool {
    let nuls = text.iter().filter(|b| **b == 0).count();
    nuls * 5 >= text.len() * 2 && nuls > 2
}

fn narrow(text: &[u8], wide: bool) -> Vec<u8> {
    let mut narrowed = text.to_vec();
    if wide {
        narrowed.retain(|b| *b != 0);
    }
    narrowed
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Line,
    NextLine,
}

#[derive(Debug)]
struct Marker {
    at: usize,
    scope: Scope,
}

/// The markers on a line that are words of their own.
fn markers(line: &[u8]) -> Vec<Marker> {
    let mut found = Vec::new();
    for (at, window) in line.windows(MARKER.len()).enumerate() {
        if window != MARKER || at > 0 && is_word(line[at - 1]) {
            continue;
        }
        let rest = &line[at + MARKER.len()..];
        let (scope, rest) = match rest.strip_prefix(NEXT_LINE) {
            Some(rest) => (Scope::NextLine, rest),
            None => (Scope::Line, rest),
        };
        if !rest.first().is_some_and(|b| is_word(*b)) {
            found.push(Marker { at, scope });
        }
    }
    found
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Tells whether a comment is open at `at`: a leader stands before it that begins the line or follows
/// a blank, and no quote is open there. `'` and `"` open a comment only at the start of a line in
/// which they do not occur again.
fn is_in_comment(line: &[u8], at: usize) -> bool {
    let before = &line[..at];
    let start = before
        .iter()
        .rposition(|b| *b == b'\r')
        .map_or(0, |cr| cr + 1);
    if line[at..].contains(&b'\r')
        && line[at..].iter().position(|b| *b == b'\r') != Some(line.len() - at - 1)
    {
        return false;
    }
    let before = &before[start..];
    let trimmed = before.trim_ascii_start();
    if opens_at_start(trimmed, &line[at..]) {
        return true;
    }
    let mut quote = None;
    let mut number = 0;
    while number < before.len() {
        let byte = before[number];
        match quote {
            Some(open) if byte == b'\\' && open != b'`' => number += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None => {
                let starts_word = number == 0 || !is_word(before[number - 1]);
                if starts_word
                    && LEADERS
                        .iter()
                        .any(|leader| before[number..].starts_with(leader))
                {
                    let is_address = before[number..].starts_with(b"//")
                        && number > 0
                        && before[number - 1] == b':';
                    if !is_address {
                        return true;
                    }
                }
                let opens = matches!(byte, b'"' | b'`') || byte == b'\'' && starts_word;
                if opens && before[number + 1..].contains(&byte) {
                    quote = Some(byte);
                } else if opens {
                    return false;
                }
            }
        }
        number += 1;
    }
    false
}

/// Tells whether a line that begins so is a comment as a whole.
fn opens_at_start(before: &[u8], rest: &[u8]) -> bool {
    if LINE_LEADERS.iter().any(|leader| before.starts_with(leader)) {
        return true;
    }
    match before.split_first() {
        Some((quote @ (b'"' | b'\''), inner)) => !inner.contains(quote) && !rest.contains(quote),
        _ => false,
    }
}

/// Tells whether nothing but the leader of a comment stands before a marker: any of them, repeated as
/// in `///`, `###`, `;;` or `/**`.
fn opens_alone(before: &[u8]) -> bool {
    let text = before.trim_ascii();
    if text.is_empty() || text.len() > 12 {
        return false;
    }
    if [&b"rem"[..], b"@rem", b"dnl"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
    {
        return true;
    }
    let is_mark = |b: &u8| b"#/*<!-;%{}('\":@.~=|[".contains(b) || *b == b' ';
    let opens = LEADERS
        .iter()
        .chain(LINE_LEADERS)
        .any(|leader| text.starts_with(leader.trim_ascii_end()))
        || matches!(text, b"'" | b"\"" | b"..");
    opens && text.iter().all(is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells whether the line that holds `KEY` is marked.
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
        is_marked(content, &(start..end), Some(&(key..key + 3)))
    }

    #[test]
    fn a_marker_on_the_line_allows_it() {
        assert!(marked("a\nKEY # phguard:allow\n"));
        assert!(marked("/* phguard:allow a sample from the docs */ KEY"));
        assert!(marked("url = 'http://x' # phguard:allow KEY"));
        assert!(marked("say(\"it's\") // phguard:allow KEY"));
        assert!(marked("\" phguard:allow KEY"));
    }

    #[test]
    fn a_marker_that_is_no_comment_or_far_away_counts_for_nothing() {
        for text in [
            "log(\"use phguard:allow to skip\"); key = KEY",
            "KEY # notphguard:allow",
            "{\"msg\": \"say phguard:allow in a comment\", \"k\": \"KEY\"}",
            "# phguard:allow\rX=1\rKEY\r",
            "\" phguard:allow \" KEY",
            "http://phguard:allow/KEY",
        ] {
            assert!(!marked(text), "{text}");
        }
        assert!(!marked(&format!("// phguard:allow{}KEY", " ".repeat(201))));
        assert!(marked(&format!("// phguard:allow{}KEY", " ".repeat(150))));
    }

    #[test]
    fn every_leader_of_a_comment_counts_alone_on_the_line_above() {
        for leader in [
            "#", "###", "//", "///", "//!", "/*", "/**", "*", "<!--", "--", ";", ";;", "%", "%%",
            "{/*", "{{!", "{{!--", "{{/*", "{#", "<%#", "<%--", "(*", "!", "'", "\"", "::", "rem",
            "REM", "Rem", "@rem", "dnl",
        ] {
            assert!(
                marked(&format!("  {leader} phguard:allow\nKEY")),
                "{leader}"
            );
        }
        for leader in ["x", "x #", "key: 1 //", "-", "a::"] {
            assert!(!marked(&format!("{leader} phguard:allow\nKEY")), "{leader}");
        }
    }

    #[test]
    fn a_marker_in_utf_16_counts() {
        let text = "a\r\nK=KEY # phguard:allow\r\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let start = wide.iter().position(|b| *b == b'\n').unwrap() + 1;
        let end = start + wide[start..].iter().position(|b| *b == b'\n').unwrap();
        assert!(is_marked(
            &wide,
            &(start..end),
            Some(&(start + 5..start + 10))
        ));
        let above = "# phguard:allow\r\nK=KEY";
        let wide: Vec<u8> = above.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let start = wide.iter().position(|b| *b == b'\n').unwrap() + 1;
        assert!(is_marked(&wide, &(start..wide.len()), None));
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
