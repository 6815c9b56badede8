//! One character as URLs, programming languages, Markdown, HTML, XML, mail and LaTeX write it.

use crate::hex;

/// A character that is written as an escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Escaped {
    /// Its code point.
    pub(super) value: u32,
    /// Bytes of the escape.
    pub(super) length: usize,
}

/// No escape is longer. Longer runs of backslashes or zeros are not read.
pub(super) const LONGEST: usize = 64;

/// Names of characters in HTML, without `&` and `;`.
const ENTITIES: [(&[u8], u32); 12] = [
    (b"lowbar", b'_' as u32),
    (b"UnderBar", b'_' as u32),
    (b"shy", 0xad),
    (b"zwnj", 0x200c),
    (b"zwj", 0x200d),
    (b"ZeroWidthSpace", 0x200b),
    (b"NoBreak", 0x2060),
    (b"NewLine", b'\n' as u32),
    (b"lrm", 0x200e),
    (b"rlm", 0x200f),
    (b"quot", b'"' as u32),
    (b"apos", b'\'' as u32),
];

/// An underscore behind TeX's `\char`.
const UNDERSCORES_OF_TEX: [&[u8]; 4] = [b"`_", b"`\\_", b"95", b"\"5F"];

/// The escape that `bytes` start with.
pub(super) fn escape(bytes: &[u8]) -> Option<Escaped> {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    match bytes.first()? {
        b'%' => percent(bytes),
        b'=' => with_digits(bytes, 1, 2),
        b'\\' => backslash(bytes),
        b'&' => entity(bytes),
        b'_' => excel(bytes),
        0xef => full_width(bytes),
        _ => None,
    }
}

/// The full-width form of an ASCII character, as East Asian keyboards write it: `＿`.
fn full_width(bytes: &[u8]) -> Option<Escaped> {
    let [_, middle @ (0xbc | 0xbd), last @ 0x80..=0xbf, ..] = *bytes else {
        return None;
    };
    let code = 0xf000 | u32::from(middle & 0x3f) << 6 | u32::from(last & 0x3f);
    let value = code.checked_sub(0xfee0)?;
    (0x21..=0x7e)
        .contains(&value)
        .then_some(Escaped { value, length: 3 })
}

/// `%5F`, `%255F` and `%u005F`.
fn percent(bytes: &[u8]) -> Option<Escaped> {
    let mut at = 1;
    while bytes[at..].starts_with(b"25") && bytes.len() > at + 3 {
        at += 2;
    }
    match bytes.get(at)? {
        b'u' | b'U' => with_digits(bytes, at + 1, 4),
        _ => with_digits(bytes, at, 2),
    }
}

/// `\_`, `\x5f`, `\u005f`, `\u{5f}`, `\U0000005f`, `\137`, `\N{LOW LINE}`, `\textunderscore`, behind any
/// number of backslashes.
fn backslash(bytes: &[u8]) -> Option<Escaped> {
    let at = bytes.iter().position(|b| *b != b'\\')?;
    let rest = &bytes[at..];
    match rest[0] {
        b'_' => Some(underscore(at + 1)),
        b'x' | b'X' | b'u' | b'U' if rest.get(1) == Some(&b'{') => in_braces(bytes, at + 2),
        b'x' | b'X' => with_digits(bytes, at + 1, 2),
        b'U' => with_digits(bytes, at + 1, 8).or_else(|| with_digits(bytes, at + 1, 4)),
        b'u' => with_digits(bytes, at + 1, 4),
        b'0'..=b'7' => octal(bytes, at),
        b'N' if rest.starts_with(b"N{U+") => in_braces(bytes, at + 4),
        b's' if rest.starts_with(b"string_") => Some(underscore(at + 7)),
        b'c' if rest.starts_with(b"char") => {
            let code = UNDERSCORES_OF_TEX
                .iter()
                .find(|code| rest[4..].starts_with(code))?;
            let end = at + 4 + code.len();
            Some(underscore(end + usize::from(bytes.get(end) == Some(&b' '))))
        }
        b'N' if rest.starts_with(b"N{LOW LINE}") => Some(underscore(at + 11)),
        b't' if rest.starts_with(b"textunderscore") => {
            let end = at + b"textunderscore".len();
            let gap = match &bytes[end..] {
                [b'{', b'}', ..] => 2,
                [b' ', ..] => 1,
                _ => 0,
            };
            Some(underscore(end + gap))
        }
        _ => None,
    }
}

fn underscore(length: usize) -> Escaped {
    Escaped {
        value: u32::from(b'_'),
        length,
    }
}

/// `&#95;`, `&#x5f;` and `&lowbar;`, and the same with `&amp;` in place of `&`.
fn entity(bytes: &[u8]) -> Option<Escaped> {
    let mut at = 1;
    while bytes[at..].starts_with(b"amp;") {
        at += 4;
    }
    let end = at + bytes[at..].iter().position(|b| *b == b';')?;
    let value = match &bytes[at..end] {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16)?,
        [b'#', digits @ ..] => number(digits, 10)?,
        name => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some(Escaped {
        value,
        length: end + 1,
    })
}

/// `_x005F_`, as spreadsheets write it.
fn excel(bytes: &[u8]) -> Option<Escaped> {
    let escaped = match bytes {
        [b'_', b'x' | b'X', ..] => with_digits(bytes, 2, 4)?,
        _ => return None,
    };
    (bytes.get(escaped.length) == Some(&b'_')).then_some(Escaped {
        length: escaped.length + 1,
        ..escaped
    })
}

/// Exactly `count` hexadecimal digits.
fn with_digits(bytes: &[u8], at: usize, count: usize) -> Option<Escaped> {
    let digits = bytes.get(at..at + count)?;
    Some(Escaped {
        value: number(digits, 16)?,
        length: at + count,
    })
}

/// Hexadecimal digits up to a closing brace.
fn in_braces(bytes: &[u8], at: usize) -> Option<Escaped> {
    let count = bytes[at..].iter().position(|b| *b == b'}')?;
    let escaped = with_digits(bytes, at, count)?;
    Some(Escaped {
        length: escaped.length + 1,
        ..escaped
    })
}

/// Three octal digits.
fn octal(bytes: &[u8], at: usize) -> Option<Escaped> {
    Some(Escaped {
        value: number(bytes.get(at..at + 3)?, 8)?,
        length: at + 3,
    })
}

fn number(digits: &[u8], base: u32) -> Option<u32> {
    let mut value: u32 = 0;
    for digit in digits {
        let digit = u32::from(hex::digit(*digit)?);
        if digit >= base {
            return None;
        }
        value = value.checked_mul(base)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(value)
}

/// The escape that `bytes` end with begins so many bytes before their end, though its last character
/// is a letter or a digit. `None` if they do not end with one.
pub(super) fn escape_before(bytes: &[u8]) -> Option<usize> {
    let near = &bytes[bytes.len().saturating_sub(24)..];
    for length in 2..=near.len() {
        let end = &near[near.len() - length..];
        let is_escape = match end {
            [
                b'\\',
                b'a' | b'b' | b'e' | b'f' | b'n' | b'r' | b't' | b'v' | b'0',
            ] => true,
            [b'\\' | b'%' | b'=', ..] => {
                escape(end).is_some_and(|escaped| escaped.length == length)
            }
            [b'[', codes @ .., b'm' | b'K'] => {
                codes.iter().all(|b| b.is_ascii_digit() || *b == b';')
            }
            _ => false,
        };
        if is_escape {
            return Some(length);
        }
    }
    None
}

/// The bytes of a string literal.
pub(super) struct Unescaped<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The quote before it, which ends it.
    quote: Option<u8>,
}

impl<'b> Unescaped<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let quote = before.filter(|b| matches!(b, b'"' | b'\'' | b'`'));
        Self { bytes, at, quote }
    }
}

impl Iterator for Unescaped<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let (value, length) = match &self.bytes[self.at..] {
            [] | [b'\n' | b'\r', ..] => return None,
            [byte, ..] if Some(*byte) == self.quote => return None,
            [b'\\', letter, ..] => match control_character(*letter) {
                Some(value) => (value, 2),
                None => short_escape(&self.bytes[self.at..])?,
            },
            [byte, ..] => (*byte, 1),
        };
        self.at += length;
        Some((value, self.at))
    }
}

/// The character of a backslash and this letter, quotes among them.
fn control_character(letter: u8) -> Option<u8> {
    match letter {
        b'n' => Some(b'\n'),
        b'r' => Some(b'\r'),
        b't' => Some(b'\t'),
        b'a' => Some(7),
        b'b' => Some(8),
        b'v' => Some(11),
        b'f' => Some(12),
        b'\\' | b'"' | b'\'' | b'`' => Some(letter),
        _ => None,
    }
}

/// `\x1f`, or one to three octal digits.
fn short_escape(bytes: &[u8]) -> Option<(u8, usize)> {
    if matches!(bytes[1], b'x' | b'u') {
        let escaped = backslash(bytes)?;
        return Some((u8::try_from(escaped.value).ok()?, escaped.length));
    }
    let digits = bytes[1..].iter().take(3);
    let length = digits.take_while(|b| matches!(b, b'0'..=b'7')).count();
    let value = number(&bytes[1..=length], 8)?;
    Some((u8::try_from(value).ok()?, 1 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dress_of_a_character_is_read_to_its_end() {
        for text in [
            "%5F",
            "%5f",
            "%255F",
            "%25255f",
            "%u005F",
            "=5F",
            "\\_",
            "\\x5f",
            "\\X5F",
            "\\x{5f}",
            "\\u005f",
            "\\\\u005F",
            "\\u{5f}",
            "\\u{00005f}",
            "\\U0000005f",
            "\\137",
            "&#95;",
            "&#095;",
            "&#x5f;",
            "&#X5F;",
            "&amp;#95;",
            "&lowbar;",
            "&UnderBar;",
            "_x005F_",
            "\\N{LOW LINE}",
            "\\textunderscore",
            "\\textunderscore{}",
            "\\string_",
            "\\char`_",
            "\\char`\\_",
            "\\char95 ",
            "\\char\"5F ",
            "\\N{U+005F}",
            "\u{ff3f}",
        ] {
            let expected = Some(Escaped {
                value: u32::from(b'_'),
                length: text.len(),
            });
            assert_eq!(escape(text.as_bytes()), expected, "{text}");
            assert_eq!(escape(format!("{text}Z").as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn what_is_cut_or_another_thing_is_no_escape() {
        for text in [
            "", "%", "%5", "%2", "%25", "=", "=\n", "\\", "\\\\", "\\n", "\\x5", "\\u00", "\\13",
            "\\199", "&", "&#", "&#;", "&#x5f", "&nbsp;", "_x005F", "_x", "\\u{5f", "\\u{}",
        ] {
            let found = escape(text.as_bytes());
            assert!(
                found.is_none_or(|found| found.value != u32::from(b'_')),
                "{text}"
            );
        }
    }

    #[test]
    fn an_escape_that_ends_in_a_letter_or_digit_is_seen_from_behind() {
        for (text, length) in [
            ("a\\n", 2),
            ("%3D", 3),
            ("x=3D", 3),
            ("\\u0022", 6),
            ("\\x22", 4),
            ("\\033", 4),
            ("\x1b[1;31m", 6),
        ] {
            assert_eq!(escape_before(text.as_bytes()), Some(length), "{text}");
        }
        for text in ["", "a", "spam", "n", "5F", "[xm"] {
            assert_eq!(escape_before(text.as_bytes()), None, "{text}");
        }
    }
}
