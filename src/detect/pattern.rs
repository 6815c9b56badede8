//! Lists of numbers in a dress that nobody has named: `70h, 68h`, `0x70u8, 0x68u8`, `16#70#`,
//! `buf[0] = 0x70;`. What stands between the first two numbers stands between the others, too.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

use super::chain::Decoded;
use super::hex::is_anchor;
use super::searcher::Searcher;
use crate::hex::digit;

/// Suffixes, separators, names and prefixes between two numbers are no longer together.
const LONGEST_GAP: usize = 48;

/// The same behind the `P` of a name.
const SHORT_GAP: usize = 10;

/// The rest of a line behind its last number, as a comment, is no longer.
const LONGEST_REST: usize = 120;

/// Before the first number of a line stands no more.
const LONGEST_LEAD: usize = 40;

/// Bytes that are decoded from the first number on.
const MOST: usize = 420;

/// Number of decoded bytes behind an anchor in which the key that it announces must stand.
const NEEDED: usize = 360;

/// Fewer bytes are no key: a prefix and 16 characters.
const LEAST: usize = 20;

/// The notation of a number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Base {
    Hex,
    Decimal,
}

/// The thing that a literal in a list announces.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// An `h` in a dress of its own.
    Number(Base),
    /// The `h` of a prefix in words of sixteen bits.
    Word,
    /// A `P` of a name in capitals.
    Name,
}

/// A literal in a list of numbers.
#[derive(Debug)]
pub(super) struct Code {
    literal: &'static [u8],
    /// Bytes of it before the number.
    pub(super) lead: usize,
    pub(super) form: Form,
}

impl Code {
    const fn new(literal: &'static [u8], lead: usize, form: Form) -> Self {
        Self {
            literal,
            lead,
            form,
        }
    }
}

const HEX: Form = Form::Number(Base::Hex);

/// Literals of three bytes and more: text that is full of numbers has one of two bytes in every line.
static CODES: [Code; 28] = [
    Code::new(b"x68", 1, HEX),
    Code::new(b"X68", 1, HEX),
    Code::new(b"#68", 1, HEX),
    Code::new(b"h68", 1, HEX),
    Code::new(b"H68", 1, HEX),
    Code::new(b"r68", 1, HEX),
    Code::new(b"0068", 2, HEX),
    Code::new(b"68h", 0, HEX),
    Code::new(b"68H", 0, HEX),
    Code::new(b"104", 0, Form::Number(Base::Decimal)),
    Code::new(b"6870", 0, Form::Word),
    Code::new(b"7868", 2, Form::Word),
    Code::new(b"7368", 2, Form::Word),
    Code::new(b"6168", 2, Form::Word),
    Code::new(b"7268", 2, Form::Word),
    Code::new(b"6568", 2, Form::Word),
    Code::new(b"5045", 0, Form::Name),
    Code::new(b"5065", 0, Form::Name),
    Code::new(b"50 45", 0, Form::Name),
    Code::new(b"50 65", 0, Form::Name),
    Code::new(b"50:45", 0, Form::Name),
    Code::new(b"50-45", 0, Form::Name),
    Code::new(b"50  ", 0, Form::Name),
    Code::new(b"50\n", 0, Form::Name),
    Code::new(b"x50", 1, Form::Name),
    Code::new(b"X50", 1, Form::Name),
    Code::new(b"50h", 0, Form::Name),
    Code::new(b"50H", 0, Form::Name),
];

static SEARCHER: LazyLock<Searcher> =
    LazyLock::new(|| Searcher::new(&CODES.each_ref().map(|code| code.literal)));

/// The next literal in a part of a list, and its place.
pub(super) fn next_code(bytes: &[u8], part: Range<usize>) -> Option<(usize, &'static Code)> {
    let (at, number) = SEARCHER.find(bytes, part)?;
    Some((at, &CODES[number]))
}

impl Base {
    /// The code of the first letter of a prefix.
    fn code_of_p(self) -> &'static [u8] {
        match self {
            Self::Hex => b"70",
            Self::Decimal => b"112",
        }
    }

    /// The number that begins here, and its length.
    fn read(self, text: &[u8]) -> Option<(u8, usize)> {
        let length = match self {
            Self::Hex => 2,
            Self::Decimal => text
                .iter()
                .take(4)
                .take_while(|b| b.is_ascii_digit())
                .count(),
        };
        let digits = std::str::from_utf8(text.get(..length)?).ok()?;
        let base = match self {
            Self::Hex => 16,
            Self::Decimal => 10,
        };
        digit(*digits.as_bytes().first()?)?;
        Some((u8::from_str_radix(digits, base).ok()?, length))
    }
}

/// A piece of the text between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Byte(u8),
    /// Blanks and line breaks, at least one.
    Blanks,
    /// Another number, as the place of each byte in an array.
    Digits,
    /// The character that the number before stands for, in a comment.
    Character,
}

/// The text between two numbers.
#[derive(Debug)]
struct Gap {
    pieces: Vec<Piece>,
    /// Each number has a line of its own.
    has_line_break: bool,
}

impl Gap {
    /// Takes the gap behind the number of a `p` apart. Digits that touch the next number are a part of its
    /// prefix: `0x00`.
    fn behind_p(text: &[u8]) -> Self {
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            let rest = &text[at..];
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let is_apart = at > 0
                && !text[at - 1].is_ascii_alphanumeric()
                && !rest.get(1).is_some_and(u8::is_ascii_alphanumeric);
            if blanks > 0 {
                pieces.push(Piece::Blanks);
                at += blanks;
            } else if digits > 0 && digits < rest.len() {
                pieces.push(Piece::Digits);
                at += digits;
            } else if *byte == b'p' && is_apart {
                pieces.push(Piece::Character);
                at += 1;
            } else {
                pieces.push(Piece::Byte(*byte));
                at += 1;
            }
        }
        Self {
            pieces,
            has_line_break: text.contains(&b'\n'),
        }
    }

    /// The pieces before a number that belong to it: behind the last blank or sign of a list.
    fn prefix(&self) -> &[Piece] {
        let is_border = |piece: &Piece| match piece {
            Piece::Byte(byte) => b",;+.|&".contains(byte),
            Piece::Blanks => true,
            Piece::Digits | Piece::Character => false,
        };
        match self.pieces.iter().rposition(is_border) {
            Some(border) => &self.pieces[border + 1..],
            None => &[],
        }
    }

    /// The pieces behind a number that belong to it.
    fn suffix(&self) -> &[Piece] {
        let is_border = |piece: &Piece| matches!(piece, Piece::Blanks | Piece::Byte(b',' | b';'));
        let border = self.pieces.iter().position(is_border);
        &self.pieces[..border.unwrap_or(self.pieces.len())]
    }
}

/// Length of these pieces at the start of a text.
fn length_of(pieces: &[Piece], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for piece in pieces {
        let rest = &text[at..];
        let near = rest.iter().take(LONGEST_GAP);
        let length = match piece {
            Piece::Byte(byte) => usize::from(rest.first() == Some(byte)),
            Piece::Blanks => near.take_while(|b| b.is_ascii_whitespace()).count(),
            Piece::Digits => near.take_while(|b| b.is_ascii_digit()).count(),
            Piece::Character => usize::from(rest.first().is_some_and(|b| *b >= b' ')),
        };
        if length == 0 {
            return None;
        }
        at += length;
    }
    Some(at)
}

/// Decodes the list in which the code of the second letter of a prefix stands at `at`.
pub(super) fn decode_around(bytes: &[u8], at: usize, base: Base) -> Option<Decoded> {
    let (_, length) = base.read(&bytes[at..])?;
    let is_part = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let before = bytes[..at].iter().rev().find(|b| **b != b'0');
    if is_part(before) || is_part(bytes.get(at + length)) {
        return None;
    }
    let near = at.saturating_sub(LONGEST_GAP);
    let start = near + memmem::rfind(&bytes[near..at], base.code_of_p())?;
    // A list without a dress is read elsewhere.
    let is_plain = |b: &u8| b.is_ascii_digit() || b" ,\t\r\n".contains(b);
    if bytes[start..at].iter().all(is_plain) {
        return None;
    }
    decode(bytes, start, at, base)
}

/// Offset up to which no list need be decoded anew, once this one was searched: where its end was decoded,
/// that is its end, else a key may go on behind it.
pub(super) fn end_of_search(list: &Decoded) -> usize {
    let last = list.bytes.len() - 1;
    let number = if list.bytes.len() < MOST {
        last
    } else {
        last - NEEDED
    };
    list.place(&(number..number + 1)).end
}

/// Decodes the list in which the code of a capital `P` stands at `at`, as in the name of a key without prefix.
pub(super) fn decode_name(bytes: &[u8], at: usize) -> Option<Decoded> {
    decode(bytes, at, at + 2 + code_of_e(bytes, at)?, Base::Hex)
}

/// Tells whether the code of an `e` follows that of a `P`, or may follow it on the next line.
pub(super) fn is_before_e(bytes: &[u8], at: usize) -> bool {
    let is_at_end = matches!(
        bytes[at + 2..],
        [b' ', b' ' | b'|', ..] | [b'\n' | b'\r', ..]
    );
    is_at_end || code_of_e(bytes, at).is_some()
}

/// Offset of the code of an `e` behind that of a `P`.
fn code_of_e(bytes: &[u8], at: usize) -> Option<usize> {
    let near = &bytes[at + 2..bytes.len().min(at + 2 + SHORT_GAP)];
    near.windows(2)
        .position(|code| matches!(code, [b'4' | b'6', b'5']))
}

/// Decodes the list whose first number stands at `start`, and the second at `second`.
fn decode(bytes: &[u8], start: usize, second: usize, base: Base) -> Option<Decoded> {
    let (_, length) = base.read(&bytes[start..])?;
    let gap = bytes.get(start + length..second)?;
    if gap.first().is_none_or(u8::is_ascii_digit) {
        return None;
    }
    let gap = Gap::behind_p(gap);
    if !is_anchor(&read_list(bytes, start, base, &gap, 4).bytes) {
        return None;
    }
    let list = read_list(bytes, start, base, &gap, MOST);
    (list.bytes.len() >= LEAST).then_some(list)
}

fn read_list(bytes: &[u8], start: usize, base: Base, gap: &Gap, most: usize) -> Decoded {
    let mut list = Decoded::default();
    let mut at = start;
    while let Some((value, length)) = base.read(&bytes[at..]) {
        list.push(value, at..at + length);
        let end = at + length;
        if list.bytes.len() == most {
            break;
        }
        match next_number(bytes, end, base, gap) {
            Some(next) => at = next,
            None => break,
        }
    }
    list
}

/// Offset of the number behind the one that ends here: behind the gap, or on the next line.
fn next_number(bytes: &[u8], end: usize, base: Base, gap: &Gap) -> Option<usize> {
    if let Some(length) = length_of(&gap.pieces, &bytes[end..])
        && base.read(&bytes[end + length..]).is_some()
    {
        return Some(end + length);
    }
    if gap.has_line_break {
        return None;
    }
    let rest = &bytes[end..bytes.len().min(end + LONGEST_REST)];
    let rest = &rest[..rest.iter().position(|b| *b == b'\n')?];
    let behind = &rest[length_of(gap.suffix(), rest).unwrap_or(0)..];
    let mut code = behind.iter().take_while(|b| !matches!(b, b'/' | b'#'));
    if code.any(|b| matches!(b, b']' | b'}' | b')')) {
        return None;
    }
    let line = end + rest.len() + 1;
    for at in line..bytes.len().min(line + LONGEST_LEAD) {
        let touches = at > line && bytes[at - 1].is_ascii_alphanumeric();
        if touches {
            continue;
        }
        if let Some(length) = length_of(gap.prefix(), &bytes[at..])
            && is_number_of_list(bytes, at + length, base, gap, &bytes[line..at])
        {
            return Some(at + length);
        }
    }
    None
}

/// Tells whether a number stands here and another one behind it, or, with nothing but blanks before it, the
/// end of the line.
fn is_number_of_list(bytes: &[u8], at: usize, base: Base, gap: &Gap, lead: &[u8]) -> bool {
    let Some((value, length)) = base.read(&bytes[at..]) else {
        return false;
    };
    if !(value.is_ascii_graphic() || value.is_ascii_whitespace()) {
        return false;
    }
    let end = at + length;
    if let Some(length) = length_of(&gap.pieces, &bytes[end..])
        && base.read(&bytes[end + length..]).is_some()
    {
        return true;
    }
    let near = &bytes[end..bytes.len().min(end + 12)];
    lead.iter().all(u8::is_ascii_whitespace)
        && length_of(gap.suffix(), near).is_some()
        && (near.len() < 12 || near.contains(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"phx_mAyZoPvkF69ztcRobyt4";

    fn list(each: impl Fn(usize, u8) -> String) -> String {
        let all: Vec<String> = KEY.iter().enumerate().map(|(n, b)| each(n, *b)).collect();
        all.concat()
    }

    fn reads(text: &str, second: &str) {
        let base = if second == "68" {
            Base::Hex
        } else {
            Base::Decimal
        };
        let at = text.find(second).unwrap();
        let read = decode_around(text.as_bytes(), at, base).unwrap_or_else(|| panic!("{text}"));
        assert!(read.bytes.starts_with(KEY), "{text}");
    }

    #[test]
    fn the_dress_of_the_first_two_numbers_is_that_of_the_others() {
        for text in [
            list(|_, b| format!("{b:02x}h, ")),
            list(|_, b| format!("0{b:02X}H ")),
            list(|_, b| format!("0x{b:02x}u8, ")),
            list(|_, b| format!("0x{b:02x}_u8,\n    ")),
            list(|_, b| format!("16#{b:02X}#, ")),
            list(|_, b| format!("&h{b:02x} ")),
            list(|_, b| format!("0x00{b:02x}, ")),
            list(|_, b| format!("std::byte{{0x{b:02x}}}, ")),
            list(|n, b| format!("buf[{n}] = 0x{b:02x};\n")),
            list(|_, b| format!("0x{b:02x}, /* {} */\n", char::from(b))),
            list(|_, b| format!("    db {b:02X}h\n")),
        ] {
            reads(&text, "68");
        }
        for text in [
            list(|_, b| format!("{b}u8, ")),
            list(|n, b| format!("\"{n}\": {b}, ")),
            list(|n, b| format!("{n} => {b},\n")),
            list(|_, b| format!("<b>{b}</b>")),
            list(|_, b| format!("i8 {b}, ")),
        ] {
            reads(&text, "104");
        }
    }

    #[test]
    fn rows_of_numbers_are_one_list() {
        let row = |lead: &str, end: &str| {
            list(|n, b| match n % 8 {
                0 => format!("{lead}{b:02x}h"),
                7 => format!(",{b:02x}h{end}\n"),
                _ => format!(",{b:02x}h"),
            })
        };
        reads(&row("    db ", ""), "68");
        reads(&row("    db ", " ; a comment"), "68");
        reads(&row("0008: ", ""), "68");
    }

    #[test]
    fn a_number_in_the_line_below_a_list_is_none_of_it() {
        let commas =
            |each: fn(u8) -> String| KEY.iter().map(|b| each(*b)).collect::<Vec<_>>().join(", ");
        for (text, second) in [
            (
                list(|n, b| format!("buf[{n}] = 0x{b:02x};\n")) + "n = 0x34;\n",
                "68",
            ),
            (
                list(|n, b| format!("buf[{n}] = 0x{b:02x};\n")) + "send(buf, 0x34);\n",
                "68",
            ),
            (
                commas(|b| format!("0x{b:02x}u8")) + "];\nlet n = 0x34;\n",
                "68",
            ),
            (commas(|b| format!("{b}u8")) + "];\nlet n = 52;\n", "104"),
            (
                "key db ".to_owned() + &commas(|b| format!("{b:02X}h")) + "\nmov cx, 34h\n",
                "68",
            ),
            (
                list(|n, b| format!("\"{n}\": {b},\n")) + "\"length\": 52\n",
                "104",
            ),
            (list(|_, b| format!("<b>{b}</b>")) + "\n<n>52</n>\n", "104"),
        ] {
            let base = if second == "68" {
                Base::Hex
            } else {
                Base::Decimal
            };
            let at = text.find(second).unwrap();
            let read = decode_around(text.as_bytes(), at, base).unwrap();
            assert_eq!(read.bytes, KEY, "{text}");
        }
    }
}
