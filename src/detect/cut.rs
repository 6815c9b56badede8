//! Text that cuts a key and is no part of it: colours, invisible characters, tags, soft line breaks.

use super::border;
use super::escape::escape;

/// The thing between two parts of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// A reader of the text does not see it.
    Invisible,
    /// The parts are literals that the program puts together.
    Literals,
    /// Emphasis, as Markdown and LaTeX write it.
    Marks,
    /// A line break, with an indent or the leader of a comment or a quotation.
    Line,
}

/// A tag is read no further.
const LONGEST_TAG: usize = 80;

/// A continued line is indented no further.
pub(super) const DEEPEST_INDENT: usize = 128;

/// No cut is longer.
pub(super) const LONGEST: usize = border::LONGEST;

/// The cut that `bytes` start with, and its length.
pub(super) fn cut(bytes: &[u8]) -> Option<(Cut, usize)> {
    if bytes.first()?.is_ascii_alphanumeric() {
        return None;
    }
    let mut length = 0;
    while let Some(more) = invisible(&bytes[length..]) {
        length += more;
        if length > LONGEST {
            return None;
        }
    }
    if length > 0 {
        return Some((Cut::Invisible, length));
    }
    if let Some(length) = border::length(bytes) {
        return Some((Cut::Literals, length));
    }
    if let Some(length) = marks(bytes) {
        return Some((Cut::Marks, length));
    }
    Some((Cut::Line, line_break(bytes)?))
}

/// Length of the marks of emphasis that `bytes` start with: `**`, `~~`, a backtick, a brace.
fn marks(bytes: &[u8]) -> Option<usize> {
    // LaTeX writes an underscore `{\_}` and `$\_$`, too.
    if let [b'{' | b'$', b'\\', b'_' | b't', ..] = bytes {
        return Some(1);
    }
    for marks in [&b"{}"[..], b"\\-", b"}", b"`", b"~~", b"$"] {
        if bytes.starts_with(marks) {
            return Some(marks.len());
        }
    }
    let stars = bytes.iter().take(4).take_while(|b| **b == b'*').count();
    (1..=3).contains(&stars).then_some(stars)
}

/// Length of the line break that `bytes` start with, as it is or in a string, with the indent of the
/// next line and the leader of its text.
fn line_break(bytes: &[u8]) -> Option<usize> {
    let mut at = match bytes {
        [b'\r', b'\n', ..] | [b'\\', b'n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        [b'\\', b'r', b'\\', b'n', ..] => 4,
        _ => return None,
    };
    let leader = bytes[at..].iter().take(DEEPEST_INDENT);
    at += leader.take_while(|b| b" \t#/>*|;+-%!".contains(b)).count();
    Some(at)
}

/// Length of the one thing without width that `bytes` start with.
fn invisible(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x1b, b']', ..] => title(bytes),
        [0xc2, 0x9b, rest @ ..] => Some(2 + codes(rest)?),
        // Variation selectors and tags of characters.
        [0xf3, 0xa0, 0x80..=0x87, _, ..] => Some(4),
        [0xe2, 0x80, 0x8b..=0x8f | 0xaa..=0xae, ..]
        | [0xe2, 0x81, 0xa0..=0xa4 | 0xa6..=0xa9, ..]
        | [0xe1, 0xa0, 0x8e, ..]
        | [0xef, 0xb8, 0x80..=0x8f, ..]
        | [0xef, 0xbb, 0xbf, ..]
        // The character set of a terminal.
        | [0x1b, b'(', b'A' | b'B' | b'0', ..]
        | [b'=', b'\r', b'\n', ..] => Some(3),
        [0x1b, rest @ ..] => Some(1 + colour(rest)?),
        [0xc2, 0xad, ..] | [0xcd, 0x8f, ..] | [b'=', b'\n', ..] => Some(2),
        [b'<', b'!', b'-', b'-', ..] => comment(bytes, b"-->"),
        [b'<', ..] => tag(bytes),
        [b'^' | b'`', b'\r' | b'\n', ..] => line_continuation(bytes),
        [b'\\', ..] => line_continuation(bytes).or_else(|| escaped_invisible(bytes)),
        [b'%' | b'&' | b'^', ..] => escaped_invisible(bytes),
        _ => None,
    }
}

/// An invisible character or the start of a colour, written as an escape.
fn escaped_invisible(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"^[[") {
        return Some(2 + colour(&bytes[2..])?);
    }
    if bytes.starts_with(b"\\e[") {
        return Some(2 + colour(&bytes[2..])?);
    }
    let escaped = escape(bytes)?;
    let rest = &bytes[escaped.length..];
    match escaped.value {
        0x1b => Some(escaped.length + colour(rest)?),
        0xad
        | 0x34f
        | 0x180e
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x2064
        | 0x2066..=0x2069
        | 0xfe00..=0xfe0f
        | 0xfeff => Some(escaped.length),
        0xc2 | 0xe2 | 0xef => utf8_in_escapes(bytes),
        _ => None,
    }
}

/// The UTF-8 of an invisible character, each byte as an escape: `%E2%80%8B`.
fn utf8_in_escapes(bytes: &[u8]) -> Option<usize> {
    let mut text = Vec::new();
    let mut length = 0;
    while text.len() < 3 {
        let escaped = escape(&bytes[length..])?;
        text.push(u8::try_from(escaped.value).ok()?);
        length += escaped.length;
        if text == [0xc2, 0xad] {
            return Some(length);
        }
    }
    matches!(
        text[..],
        [0xe2, 0x80, 0x8b..=0x8f | 0xaa..=0xae]
            | [0xe2, 0x81, 0xa0..=0xa4]
            | [0xef, 0xbb, 0xbf]
    )
    .then_some(length)
}

/// A terminal's colour behind its escape character: `[1;31m`, `[K`.
fn colour(bytes: &[u8]) -> Option<usize> {
    Some(1 + codes(bytes.strip_prefix(b"[")?)?)
}

/// The numbers of a terminal's colour, and the letter that ends them.
fn codes(bytes: &[u8]) -> Option<usize> {
    for (at, byte) in bytes.iter().take(24).enumerate() {
        match byte {
            b'0'..=b'9' | b';' | b':' | b'?' => {}
            b'@'..=b'~' => return Some(at + 1),
            _ => return None,
        }
    }
    None
}

/// A terminal's title or link: it ends with a bell, or with an escape character and a backslash.
fn title(bytes: &[u8]) -> Option<usize> {
    for at in 2..bytes.len().min(LONGEST) {
        match &bytes[at..] {
            [0x07, ..] => return Some(at + 1),
            [0x1b, b'\\', ..] => return Some(at + 2),
            [0x1b | b'\n', ..] => return None,
            _ => {}
        }
    }
    None
}

/// A comment that begins here, up to the end of these last bytes.
pub(super) fn comment(bytes: &[u8], last: &[u8]) -> Option<usize> {
    let near = &bytes[..bytes.len().min(LONGEST_TAG)];
    let at = near.windows(last.len()).position(|text| text == last)?;
    Some(at + last.len())
}

/// `<wbr>`, `</b>`, `<span class="x">`.
fn tag(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.get(1)?, b'a'..=b'z' | b'A'..=b'Z' | b'/') {
        return None;
    }
    for (at, byte) in bytes.iter().take(LONGEST_TAG).enumerate().skip(1) {
        match byte {
            b'>' => return Some(at + 1),
            b'<' | b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// Backslashes, or the sign of another shell, a line break, and the indent of the next line. Lua writes a
/// `z` behind the backslash, and Haskell a backslash behind the indent.
fn line_continuation(bytes: &[u8]) -> Option<usize> {
    let signs = bytes.iter().take(LONGEST);
    let mut at = signs.take_while(|b| b"\\^`".contains(b)).count();
    at += usize::from(bytes.get(at) == Some(&b'z'));
    at += match bytes.get(at..)? {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => return None,
    };
    let indent = bytes[at..].iter().take(DEEPEST_INDENT);
    at += indent.take_while(|b| matches!(b, b' ' | b'\t')).count();
    let is_closed = matches!(bytes[at..], [b'\\', next, ..] if next.is_ascii_alphanumeric() && next != b'x' && next != b'u');
    Some(at + usize::from(is_closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str, expected: Cut) {
        let found = cut(format!("{text}Rk7").as_bytes());
        assert_eq!(found, Some((expected, text.len())), "{text:?}");
    }

    #[test]
    fn what_no_reader_sees_is_passed_to_its_end() {
        for text in [
            "\x1b[m",
            "\x1b[01;31m\x1b[K",
            "\u{200b}",
            "\u{ad}",
            "\u{feff}",
            "<wbr>",
            "<wbr/>",
            "</b>",
            "=\r\n",
            "=\n",
            "\\\n",
            "\\\r\n    ",
            "^\r\n",
            "`\n  ",
            "\\z\n  ",
            "\\\n   \\",
            "\\u200b",
            "&#8203;",
            "&shy;",
            "%E2%80%8B",
            "%C2%AD",
            "\\x1b[0m",
            "\\033[1m",
            "\\u001b[31m",
            "^[[0m",
            "\\e[1m",
            "\u{2066}",
            "\u{2069}",
            "\u{34f}",
            "\u{180e}",
            "\u{fe0f}",
            "\u{e0020}",
            "\u{e0100}",
            "&lrm;",
            "\\u2066",
            "\u{9b}31m",
            "\x1b(B",
            "\x1b(B\x1b[m",
            "\x1b]8;;https://a.example/\x1b\\",
            "\x1b]8;;\x07",
            "<!-- a comment -->",
        ] {
            length(text, Cut::Invisible);
        }
    }

    #[test]
    fn emphasis_and_line_breaks_are_passed() {
        for text in ["**", "*", "***", "~~", "`", "}", "{}", "\\-"] {
            length(text, Cut::Marks);
        }
        for text in [
            "\n", "\r\n", "\n    ", "\n# ", "\n> > ", "\n * ", "\\n", "\\r\\n", "\r", "\n+",
            "\n-- ", "\n% ", "\n! ",
        ] {
            length(text, Cut::Line);
        }
        length("\" & _\r\n    \"", Cut::Literals);
    }

    #[test]
    fn another_thing_is_no_cut() {
        for text in [
            "",
            "a",
            "-x",
            "_",
            "';\nkey = 'a",
            "&quot; a",
            "<!-- a",
            "\"",
            "' : 'a",
            "': 'a",
            "<",
            "< a>",
            "\" = \"a",
            ", a",
            "****",
        ] {
            assert_eq!(cut(text.as_bytes()), None, "{text:?}");
        }
    }
}
