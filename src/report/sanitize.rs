//! Makes hostile bytes printable. A file name or a line may hold terminal escapes, line breaks or
//! bidirectional overrides that would forge the output.

use std::fmt::Write;

/// Returns bytes as text that cannot act on a terminal or a log. Control and formatting characters
/// become `\u{..}`, bytes that are no UTF-8 `\xNN`.
#[must_use]
pub fn sanitize(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_escaped(&mut text, character);
        }
        for byte in chunk.invalid() {
            write_infallibly(&mut text, format_args!("\\x{byte:02x}"));
        }
    }
    text
}

/// Returns a text in ASCII, for a terminal that shows nothing else.
#[must_use]
pub fn to_ascii(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '…' => kept.push_str("..."),
            '\u{80}'.. => {
                write_infallibly(&mut kept, format_args!("\\u{{{:x}}}", u32::from(character)));
            }
            _ => kept.push(character),
        }
    }
    kept
}

fn push_escaped(text: &mut String, character: char) {
    match character {
        '\t' => text.push(' '),
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        c if c.is_control() || is_invisible(c) => {
            write_infallibly(text, format_args!("\\u{{{:x}}}", u32::from(c)));
        }
        c => text.push(c),
    }
}

/// Tells whether a character is invisible, joins others, or changes the direction of text.
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f
        | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe0fff)
}

fn write_infallibly(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    if text.write_fmt(arguments).is_err() {
        text.push('?'); // A String never fails to grow by an error.
    }
}

#[cfg(test)]
mod tests {
    use super::{sanitize, to_ascii};

    #[test]
    fn terminal_escapes_lose_their_power() {
        assert_eq!(
            sanitize(b"\x1b]8;;http://x\x07a\x1b[31m"),
            "\\u{1b}]8;;http://x\\u{7}a\\u{1b}[31m"
        );
        assert_eq!(sanitize("\u{9b}31m".as_bytes()), "\\u{9b}31m");
    }

    #[test]
    fn bidirectional_overrides_are_shown() {
        assert_eq!(
            sanitize("a\u{202e}b\u{2066}c".as_bytes()),
            "a\\u{202e}b\\u{2066}c"
        );
    }

    #[test]
    fn a_name_with_line_breaks_stays_on_one_line() {
        assert_eq!(sanitize(b"a\nb\r\tc"), "a\\nb\\r c");
    }

    #[test]
    fn readable_text_of_any_script_stays_as_it_is() {
        assert_eq!(sanitize("clé 鍵 🔑.ts".as_bytes()), "clé 鍵 🔑.ts");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_one_by_one() {
        assert_eq!(sanitize(b"caf\xe9\xff"), "caf\\xe9\\xff");
    }

    #[test]
    fn in_ascii_an_ellipsis_is_three_dots() {
        assert_eq!(to_ascii("phx_…65PM é"), "phx_...65PM \\u{e9}");
    }
}
