//! Keys in text: as they are, or with an escape in place of the underscore. All other characters
//! of a key are letters and digits, which nothing escapes.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{Encoding, Hit, alphanumeric_run, hit, is_unmistakable, kind_of};
use crate::key::SHORTEST_WHOLE_BODY;

/// An underscore as URLs, programming languages, Markdown, HTML and XML write it.
static ESCAPED_UNDERSCORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:%(?:25)*5[Ff]
            | \\+(?:_ | [uU]\{?0*5[Ff]\}? | [xX]\{?0*5[Ff]\}? | 137)
            | &(?:amp;)*(?:\#0*95 | \#[xX]0*5[Ff] | lowbar | UnderBar);)",
    )
});

/// An escape whose last character is a letter or a digit though what it stands for is none: a
/// line break, a percent code, a Unicode escape, a terminal's colour.
static ESCAPE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\\[abefnrtv0]
            | [%=][0-9A-Fa-f]{2}
            | \\+x[0-9A-Fa-f]{2} | \\+u[0-9A-Fa-f]{4} | \\+[0-7]{3}
            | \[[0-9;]*[mK])$",
    )
});

/// The longest escaped underscore that is looked for.
const LONGEST_UNDERSCORE: usize = 64;

/// The longest escape that is looked for before a key.
const ESCAPE_REACH: usize = 24;

#[expect(
    clippy::expect_used,
    reason = "the patterns are constants and tests use each"
)]
fn pattern(verbose: &str) -> Regex {
    Regex::new(&format!("(?x-u){verbose}")).expect("a valid pattern")
}

/// The key whose prefix starts at `at`, where `ph` and a kind's letter stand: a prefix that
/// continues no word, and the longest run of letters and digits behind it. What follows the run
/// does not matter, nor what stands before an unmistakable body.
pub(super) fn key_at(bytes: &[u8], at: usize) -> Option<Hit> {
    let (encoding, length) = underscore(&bytes[at + 3..])?;
    let start = at + 3 + length;
    let (body, tail) = bytes[start..].split_at(body_length(&bytes[start..]));
    let kind = kind_of(&[b'p', b'h', bytes[at + 2], b'_'])?;
    let found = hit(kind, body, tail, encoding, at..start + body.len())?;
    (is_unmistakable(body) || !continues_word(&bytes[..at])).then_some(found)
}

/// Length of the run of letters and digits, without the first letters of a key that follows at once.
fn body_length(bytes: &[u8]) -> usize {
    let run = alphanumeric_run(bytes);
    let is_whole = run >= SHORTEST_WHOLE_BODY + 3 && bytes.get(run) == Some(&b'_');
    let next = is_whole.then(|| &bytes[run - 3..run]);
    if matches!(
        next,
        Some([b'p', b'h', b'c' | b'x' | b's' | b'a' | b'r' | b'e'])
    ) {
        run - 3
    } else {
        run
    }
}

/// The underscore that `bytes` start with, and its length.
fn underscore(bytes: &[u8]) -> Option<(Encoding, usize)> {
    match bytes.first()? {
        b'_' => Some((Encoding::Plain, 1)),
        b'%' | b'\\' | b'&' => {
            let escape = ESCAPED_UNDERSCORE.find(&bytes[..bytes.len().min(LONGEST_UNDERSCORE)])?;
            Some((Encoding::Escaped, escape.end()))
        }
        _ => None,
    }
}

fn continues_word(before: &[u8]) -> bool {
    before.last().is_some_and(u8::is_ascii_alphanumeric)
        && !ESCAPE_BEFORE.is_match(&before[before.len().saturating_sub(ESCAPE_REACH)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";

    fn found(before: &str, underscore: &str, behind: &str) -> Option<&'static str> {
        let text = format!("{before}phx{underscore}{BODY}{behind}");
        let hit = key_at(text.as_bytes(), before.len())?;
        assert_eq!(hit.span, before.len()..text.len() - behind.len());
        Some(hit.encoding.as_str())
    }

    #[test]
    fn every_way_to_escape_the_underscore_is_known() {
        for underscore in [
            "%5F",
            "%5f",
            "%255F",
            "\\u005f",
            "\\u005F",
            "\\\\u005f",
            "\\u{5f}",
            "\\x5f",
            "\\X5F",
            "\\137",
            "\\_",
            "&#95;",
            "&#095;",
            "&#x5f;",
            "&#X5F;",
            "&amp;#95;",
            "&lowbar;",
        ] {
            assert_eq!(found("", underscore, ""), Some("escaped"), "{underscore}");
        }
        for other in ["%5E", "\\u005e", "&#96;", "&#x5f", "-", ""] {
            assert_eq!(found("", other, ""), None, "{other}");
        }
    }

    #[test]
    fn a_prefix_in_mid_word_is_none_unless_the_body_is_unmistakable() {
        for before in ["s", "migra", "0", "gra"] {
            assert_eq!(found(before, "_", ""), Some("plain"), "{before}");
            for body in [
                "Rk7TqWn3ZxHcVb5MsJdYRk7T",
                "autoExamplesPlotClassifierComparisonWithMoreWords",
            ] {
                let text = format!("{before}phx_{body}");
                assert!(key_at(text.as_bytes(), before.len()).is_none(), "{text}");
            }
        }
    }

    #[test]
    fn keys_with_nothing_between_them_are_two() {
        let text = format!("phx_{BODY}phx_{BODY}");
        let hits = super::super::Detector::new().scan(text.as_bytes());
        assert_eq!(
            hits.iter().map(|hit| hit.span.clone()).collect::<Vec<_>>(),
            [0..52, 52..104]
        );
    }

    #[test]
    fn an_escape_before_the_prefix_is_no_part_of_a_word() {
        for before in [
            "\\n",
            "\\t",
            "%3D",
            "%22",
            "=3D",
            "\\u0022",
            "\\x22",
            "\\033",
            "\x1b[31m",
            "\\u001b[1;31m",
        ] {
            assert_eq!(found(before, "_", ""), Some("plain"), "{before}");
        }
    }

    #[test]
    fn any_neighbour_that_is_no_letter_or_digit_will_do() {
        for neighbour in [
            "_", "-", "=", "\"", "'", "é", "(", "/", ":", "*", "\\", "|", "\0", "鍵",
        ] {
            assert_eq!(
                found(neighbour, "_", neighbour),
                Some("plain"),
                "{neighbour}"
            );
        }
    }
}
