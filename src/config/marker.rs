//! Markers: comments beside a key that allow it.

use std::ops::Range;

/// Allows the keys near it if it stands in a comment on their line, or alone in a comment on the line
/// above.
pub(super) const MARKER: &[u8] = b"phguard:allow";
/// Ends the marker that may stand anywhere on the line above, for formats without comments.
const NEXT_LINE: &[u8] = b"-next-line";

/// Longest distance between a marker and its key on one line, in characters.
const NEAR: usize = 200;

/// Bytes of a character in UTF-16.
const WIDE: usize = 2;

/// Number of bytes of the line above that are searched, from its end.
const LONGEST_LINE: usize = 4096;

/// Leaders that open a comment anywhere on a line. Longer ones stand first.
const LEADERS: &[&[u8]] = &[
    b"<!--", b"<%#", b"<%--", b"{{/*", b"{{!", b"{/*", b"{#", b"/*", b"(*", b"//", b"--", b"#",
    b";", b"%", b"{-", b"{*", b"@*", b"(:",
];

/// Leaders that open a comment only at the start of a line.
const LINE_LEADERS: &[&[u8]] = &[
    b"*", b"!", b"::", b"@rem ", b"rem ", b"REM ", b"@REM ", b"Rem ", b"dnl ", b".\\\"", b"'\\\"",
];

/// Leaders that open a comment only if nothing else stands before a marker.
const LEADERS_ALONE: &[&[u8]] = &[b"{{--", b"<#", b"<%!--", b"-#", b"/+"];

/// Bytes that a comment leader may consist of, apart from words.
const LEADER_BYTES: &[u8] = b"#/*<!-;%{}('\":@.~=|[>+\\ ";

/// Longest run of them before a marker alone.
const LONGEST_LEADER: usize = 12;

/// Tells whether a marker allows the key at `key` on this line, or all keys of the line if the place of
/// the key is not known.
pub(super) fn is_marked(content: &[u8], line: &Range<usize>, key: Option<&Range<usize>>) -> bool {
    let text = &content[line.clone()];
    let wide = is_wide(&text[..text.len().min(LONGEST_LINE)]);
    let reach = if wide { NEAR * WIDE } else { NEAR };
    let narrowed = match key {
        // A long line is not read again for each of its keys.
        Some(key) if !wide && !holds_marker(part_near_key(content, line, key)) => Vec::new(),
        _ => without_nuls(text, wide),
    };
    for marker in markers_in(&narrowed) {
        let at = line.start + marker.at * if wide { WIDE } else { 1 };
        let is_near = key.is_none_or(|key| at <= key.end + reach && key.start <= at + reach);
        if marker.scope == Scope::Line && is_near && is_in_comment(&narrowed, marker.at) {
            return true;
        }
    }
    let above = without_nuls(line_above(content, line.start), wide);
    for marker in markers_in(&above) {
        let is_for_next = marker.scope == Scope::NextLine;
        if is_for_next || opens_alone(&above[..marker.at]) {
            return true;
        }
    }
    false
}

/// The part of the line in which a marker can allow the key.
pub(super) fn part_near_key<'c>(
    content: &'c [u8],
    line: &Range<usize>,
    key: &Range<usize>,
) -> &'c [u8] {
    let reach = (NEAR + MARKER.len()) * WIDE;
    let start = line.start.max(key.start.saturating_sub(reach));
    let end = line.end.min(key.end + reach).max(start);
    &content[start..end]
}

/// Tells whether a marker stands in a text, in a comment or not.
fn holds_marker(text: &[u8]) -> bool {
    text.windows(MARKER.len()).any(|window| window == MARKER)
}

/// Returns the last bytes of the line before the one that begins at `start`.
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

fn without_nuls(text: &[u8], wide: bool) -> Vec<u8> {
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
fn markers_in(line: &[u8]) -> Vec<Marker> {
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
    if ends_before_its_end(&line[at..]) {
        return false;
    }
    let mut start = 0;
    if let Some(carriage_return) = line[..at].iter().rposition(|b| *b == b'\r') {
        start = carriage_return + 1;
    }
    let before = &line[start..at];
    opens_at_start(before.trim_ascii_start(), &line[at..]) || ends_in_comment(before)
}

/// Tells whether a carriage return ends the line before its last byte, as files from old Macs have it.
fn ends_before_its_end(rest: &[u8]) -> bool {
    let end = rest.iter().position(|b| *b == b'\r');
    end.is_some_and(|end| end + 1 < rest.len())
}

/// Follows the quotes of a text and tells whether a comment opens outside of them.
fn ends_in_comment(text: &[u8]) -> bool {
    let mut quote = None;
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        match quote {
            Some(open) if byte == b'\\' && open != b'`' => at += 1,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None if opens_comment(text, at) => return true,
            None if !opens_quote(text, at) => {}
            None if text[at + 1..].contains(&byte) => quote = Some(byte),
            // The quote goes on behind the marker.
            None => return false,
        }
        at += 1;
    }
    false
}

fn opens_comment(text: &[u8], at: usize) -> bool {
    let rest = &text[at..];
    if !starts_word(text, at) || !LEADERS.iter().any(|leader| rest.starts_with(leader)) {
        return false;
    }
    let is_address = rest.starts_with(b"//") && text[..at].ends_with(b":");
    !is_address
}

/// Tells whether a quote opens here. An apostrophe within a word opens none.
fn opens_quote(text: &[u8], at: usize) -> bool {
    match text[at] {
        b'"' | b'`' => true,
        b'\'' => starts_word(text, at),
        _ => false,
    }
}

fn starts_word(text: &[u8], at: usize) -> bool {
    at == 0 || !is_word(text[at - 1])
}

/// Tells whether the line is a comment as a whole, from its first character on.
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
    if text.is_empty() || text.len() > LONGEST_LEADER {
        return false;
    }
    for word in [&b"rem"[..], b"@rem", b"dnl"] {
        if text.eq_ignore_ascii_case(word) {
            return true;
        }
    }
    starts_with_leader(text) && text.iter().all(|byte| LEADER_BYTES.contains(byte))
}

fn starts_with_leader(text: &[u8]) -> bool {
    let anywhere = LEADERS.iter().chain(LINE_LEADERS);
    for leader in anywhere.chain(LEADERS_ALONE) {
        if text.starts_with(leader.trim_ascii_end()) {
            return true;
        }
    }
    matches!(text, b"'" | b"\"" | b"..")
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
            "REM", "Rem", "@rem", "dnl", "{{--", "{-", "{*", "@*", "<#", "<#--", "<%!--", "-#",
            "(:", "*>", "/+", ".\\\"", "'\\\"",
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
