//! Markers: comments beside a key that allow it.

use std::ops::Range;

use super::comment::{is_in_comment, is_word, opens_alone};

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
        if is_for_next || opens_alone(&above[..marker.at], &above[marker.at..]) {
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
        let before = &line[..at];
        let goes_on = before.last().is_some_and(|b| is_word(*b)) && !before.ends_with(b"<!--");
        if window != MARKER || goes_on {
            continue;
        }
        let rest = &line[at + MARKER.len()..];
        let (scope, rest) = match rest.strip_prefix(NEXT_LINE) {
            Some(rest) => (Scope::NextLine, rest),
            None => (Scope::Line, rest),
        };
        if !rest.first().is_some_and(|b| is_word(*b)) || rest.starts_with(b"-->") {
            found.push(Marker { at, scope });
        }
    }
    found
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
        for text in [
            "'KEY'#phguard:allow",
            "KEY #phguard:allow",
            "f(KEY);//phguard:allow",
            "f(KEY); /* a */ /* phguard:allow */",
            "key: KEY, /*phguard:allow*/",
            "<b>KEY</b><!--phguard:allow-->",
            "{{ KEY }}{#phguard:allow#}",
            "mov KEY ;phguard:allow",
            "KEY %phguard:allow",
            "x KEY -- phguard:allow",
            " * KEY phguard:allow",
            "f(/* phguard:allow */ 'KEY')",
            "x=/* phguard:allow */'KEY'",
            "$k = 'KEY' <# phguard:allow #>",
            "'KEY' <%!-- phguard:allow --%>",
            "Use **KEY**<!-- phguard:allow -->",
            "| a | KEY |<!-- phguard:allow -->",
            "\\verb|KEY|% phguard:allow",
            "(def k \"KEY\"); phguard:allow",
            " * KEY *phguard:allow*",
            "a:KEY ## phguard:allow",
        ] {
            assert!(marked(text), "{text}");
        }
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
            "a{color:#phguard:allow} b{content:KEY}",
            "a { color: #phguard:allow; content: KEY }",
            "color: #phguard:allow KEY",
            "https://x.example/#phguard:allow KEY",
            "https://x.example/?a=#phguard:allow KEY",
            "<a href=#phguard:allow>KEY</a>",
            "<b>#phguard:allow</b> KEY",
            "[docs](#phguard:allow) KEY",
            "url(#phguard:allow) KEY",
            "echo $#phguard:allow KEY",
            "echo ${#phguard:allow} KEY",
            "echo \\#phguard:allow KEY",
            "x=\"#phguard:allow\" KEY",
            "x='//phguard:allow' KEY",
            "src=//phguard:allow KEY",
            "&#phguard:allow KEY",
            "Title {#phguard:allow} KEY",
            "f (*phguard:allow, KEY)",
            "::phguard:allow(KEY)",
            "!phguard:allow KEY",
            "**phguard:allow** KEY",
            "f('a');phguard:allow: g(KEY)",
            "/* a note */ say(phguard:allow, KEY)",
            "<!-- a note --> phguard:allow KEY",
            "{# a note #} phguard:allow KEY",
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
