//! Text as a list of numbers: hexadecimal digits, plain or as pairs, dumps with columns, and the
//! byte lists of C, JSON and SQL.

use super::anchors::{EVERYWHERE, Form, IN_NUMBERS};
use super::chain::Decoded;
use super::judge::is_kind_letter;
use crate::hex::digit;

/// Blanks, commas, quotes and line breaks between two numbers.
const LONGEST_GAP: usize = 160;

/// The text column of a dump is no longer.
const LONGEST_COLUMN: usize = 100;

/// The byte that two hexadecimal digits write.
fn hex_pair(high: u8, low: u8) -> Option<u8> {
    Some(digit(high)? << 4 | digit(low)?)
}

/// The notation of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dress {
    /// Two hexadecimal digits, with these bytes before them: `0x`, `\x`, or nothing.
    Hex(&'static [u8]),
    /// Up to three decimal digits.
    Decimal,
    /// Three octal digits.
    Octal,
}

const PREFIXES: [&[u8]; 5] = [b"0x", b"0X", b"\\x", b"\\X", b"&H"];

/// Words between two numbers are those of a cast or a call, as `byte` and `chr`.
const LONGEST_WORD: usize = 8;

/// The bytes of a list of numbers that begins with this byte, each with the offset behind the number.
pub(super) fn decode(bytes: &[u8], at: usize, first: u8) -> impl Iterator<Item = (u8, usize)> {
    let mut reader = None;
    let mut dresses = dresses(bytes, at);
    dresses.push(Dress::Decimal);
    for dress in dresses {
        let start = match dress {
            Dress::Hex(prefix) => at - prefix.len(),
            Dress::Decimal | Dress::Octal => at,
        };
        // Where only the first number has a prefix, there is no second one in that dress.
        if reader.is_none() && Reader::new(bytes, start, dress).starts_list(first) {
            reader = Some(Reader::new(bytes, start, dress));
        }
    }
    reader.into_iter().flatten()
}

/// Tells whether a text begins as a key does, as it is, in UTF-16, in base64, or cut, or as the name of a
/// key without prefix.
pub(super) fn is_anchor(text: &[u8]) -> bool {
    match text {
        [b'p', 0, ..] | [b'p', b'h', b'<' | b'\\' | 0x1b | 0xc2 | 0xe2 | 0xef, ..] => true,
        [b'p', b'h', letter, ..] => is_kind_letter(*letter),
        [first, second, third, ..]
            if [first, second, third].map(u8::to_ascii_lowercase) == *b"per" =>
        {
            true
        }
        [first, rest @ ..] => is_prefix_in_base64(*first, rest),
        [] => false,
    }
}

fn is_prefix_in_base64(first: u8, rest: &[u8]) -> bool {
    let text = [&[first], rest].concat();
    let anchors = EVERYWHERE.next(&text, 0, text.len());
    anchors.is_some_and(|(at, forms)| at == 0 && matches!(forms, [Form::Base64(_), ..]))
}

/// The dresses in which a number at `at` can be read.
pub(super) fn dresses(bytes: &[u8], at: usize) -> Vec<Dress> {
    for prefix in PREFIXES {
        if bytes[..at].ends_with(prefix) {
            return vec![Dress::Hex(prefix), Dress::Hex(b"")];
        }
    }
    let mut dresses = vec![Dress::Hex(b"")];
    let digits = bytes[at..]
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit());
    let is_number = !at
        .checked_sub(1)
        .is_some_and(|before| bytes[before].is_ascii_alphanumeric());
    let count = digits.count();
    if is_number && matches!(count, 2 | 3) {
        dresses.push(Dress::Decimal);
    }
    if is_number && count == 3 {
        dresses.push(Dress::Octal);
    }
    dresses
}

pub(super) struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    dress: Dress,
    /// `0x` stands before the first number.
    has_prefix: bool,
    /// A column of addresses was seen, so that the end of each line is a column of text.
    is_dump: bool,
    /// A blank or another separator stood between two numbers.
    is_spaced: bool,
    /// A number was read, and the next begins behind a gap.
    is_started: bool,
}

impl Iterator for Reader<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_started && !self.pass_gap() {
            return None;
        }
        let (value, end) = self.number()?;
        self.is_started = true;
        self.at = end;
        Some((value, end))
    }
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize, dress: Dress) -> Self {
        Self {
            bytes,
            at,
            dress,
            has_prefix: matches!(bytes[..at], [.., b'0', b'x' | b'X']),
            is_dump: false,
            is_spaced: false,
            is_started: false,
        }
    }

    /// Tells whether this byte and another one follow.
    fn starts_list(mut self, first: u8) -> bool {
        self.next().is_some_and(|(value, _)| value == first) && self.next().is_some()
    }

    pub(super) fn read(mut self, most: usize) -> Decoded {
        let mut text = Decoded::default();
        while text.bytes.len() < most {
            if self.is_started && !self.pass_gap() {
                break;
            }
            let start = self.at;
            let Some((value, end)) = self.number() else {
                break;
            };
            self.is_started = true;
            self.at = end;
            text.push(value, start..end);
        }
        if self.is_dump {
            hide_text_columns(self.bytes, &mut text);
        }
        text
    }

    /// The number that begins here, and its end.
    fn number(&self) -> Option<(u8, usize)> {
        let rest = &self.bytes[self.at..];
        match self.dress {
            Dress::Hex(prefix) => {
                let digits = rest.strip_prefix(prefix)?;
                let value = hex_pair(*digits.first()?, *digits.get(1)?)?;
                Some((value, self.at + prefix.len() + 2))
            }
            Dress::Decimal => {
                let length = rest
                    .iter()
                    .take(4)
                    .take_while(|b| b.is_ascii_digit())
                    .count();
                let text = std::str::from_utf8(rest.get(..length)?).ok()?;
                Some((text.parse().ok()?, self.at + length))
            }
            Dress::Octal => {
                let text = std::str::from_utf8(rest.get(..3)?).ok()?;
                let is_octal = text.bytes().all(|b| matches!(b, b'0'..=b'7'));
                let value = u8::from_str_radix(text, 8).ok().filter(|_| is_octal)?;
                Some((value, self.at + 3))
            }
        }
    }

    /// Goes on to the next number. Decimal and octal numbers need something between them.
    fn pass_gap(&mut self) -> bool {
        let start = self.at;
        if self.dress == (Dress::Hex(b"")) && self.is_at_text_column() {
            return self.pass_line_of_dump();
        }
        let mut is_new_line = false;
        while self.at - start < LONGEST_GAP && self.number().is_none() {
            let length = self.separator();
            if length == 0 {
                break;
            }
            is_new_line |= self.bytes[self.at] == b'\n';
            self.at += length;
        }
        self.is_spaced |= self.at > start && !is_new_line;
        if is_new_line && matches!(self.dress, Dress::Hex(b"") | Dress::Octal) {
            if self.is_spaced {
                self.pass_address();
            }
        } else if is_new_line && self.bytes[self.at..].starts_with(b"0x") {
            self.pass_address_of_debugger();
        }
        let is_apart = self.at > start;
        let needs_gap = matches!(self.dress, Dress::Decimal | Dress::Octal);
        (is_apart || !needs_gap) && self.number().is_some()
    }

    /// Length of the sign or the word between two numbers that begins here; 0 if there is none.
    fn separator(&self) -> usize {
        let rest = &self.bytes[self.at..];
        match rest {
            [b'\\', b'n' | b'r', ..] => 2,
            [b'\\', b'\n' | b'\r' | b'0'..=b'9', ..]
            | [
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'-' | b'"' | b'\'' | b'+' | b';'
                | b'{' | b'}' | b'(' | b')' | b'[' | b']' | b'.' | b'|' | b'/' | b'&' | b'$' | b'#',
                ..,
            ] => 1,
            // Words of several bytes, of which the first one has it, too.
            [b'0', b'x' | b'X', ..] if self.has_prefix && self.dress == Dress::Hex(b"") => 2,
            // Letters may be digits of a number without a prefix.
            _ if self.dress == Dress::Hex(b"") => 0,
            _ => {
                let near = rest.iter().take(LONGEST_WORD + 1);
                let letters = near.take_while(|b| b.is_ascii_alphabetic()).count();
                match rest.get(letters) {
                    Some(b'(' | b')') if letters > 0 => letters + 1,
                    _ => 0,
                }
            }
        }
    }

    /// Two blanks end the pairs of a line, unless another pair follows: some dumps part their eighth
    /// pair from the ninth so.
    fn is_at_text_column(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let blanks = rest.iter().take(64).take_while(|b| **b == b' ').count();
        let behind = &rest[blanks..];
        if blanks < 2 {
            return blanks == 1 && behind.first() == Some(&b'|');
        }
        let is_pair = matches!(behind, [a, b, c, ..] if hex_pair(*a, *b).is_some() && matches!(c, b' ' | b'\n'));
        !is_pair
    }

    /// Passes the column of text, and the address of the next line.
    fn pass_line_of_dump(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let Some(length) = rest.iter().take(LONGEST_COLUMN).position(|b| *b == b'\n') else {
            self.is_dump = true;
            return false;
        };
        let line_end = self.at + length;
        self.at = line_end + 1;
        self.is_dump = true;
        self.pass_address() && self.number().is_some()
    }

    /// Passes the address that a line of a dump begins with.
    fn pass_address(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let mut indent = rest
            .iter()
            .take(16)
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        if rest[indent..].starts_with(b"0x") {
            indent += 2;
        }
        let digits = rest[indent..].iter().take(17);
        let is_digit = |b: &u8| digit(*b).is_some() || *b == b'`';
        let length = digits.take_while(|b| is_digit(b)).count();
        let colon = usize::from(rest.get(indent + length) == Some(&b':'));
        let behind = &rest[indent + length + colon..];
        let blanks = behind
            .iter()
            .take(8)
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let is_address =
            blanks > 0 && (length >= 6 || length >= 4 && colon == 1 || length == 4 && blanks > 1);
        if is_address {
            self.at += indent + length + colon + blanks;
            self.is_dump = true;
        }
        is_address
    }

    /// Passes an address as debuggers write it, with `0x` before it, perhaps a name in `<>`, and a colon.
    fn pass_address_of_debugger(&mut self) {
        let near = &self.bytes[self.at..];
        let near = &near[..near.len().min(LONGEST_COLUMN)];
        let digits = near[2..].iter().take_while(|b| digit(**b).is_some());
        let end = 2 + digits.count();
        let colon = match &near[end..] {
            [b' ', b'<', ..] => near.iter().position(|b| *b == b':'),
            [b':', ..] => Some(end),
            _ => None,
        };
        if let Some(colon) = colon.filter(|_| end >= 6) {
            let blanks = near[colon + 1..].iter();
            self.at += colon + 1;
            self.at += blanks.take_while(|b| matches!(b, b' ' | b'\t')).count();
        }
    }
}

/// Lets the last byte of each line reach to the end of the line, where a dump repeats its bytes.
fn hide_text_columns(bytes: &[u8], text: &mut Decoded) {
    for number in 0..text.bytes.len() {
        let end = text.place(&(number..number + 1)).end;
        let rest = bytes[end..].iter().take(LONGEST_COLUMN * 2);
        let line = rest.clone().position(|b| *b == b'\n');
        text.extend_to(number, end + line.unwrap_or(0));
    }
}

/// Tells whether a line ends as a list of numbers does, or a line of a dump.
pub(super) fn may_continue(text: &[u8]) -> bool {
    let line = text.trim_ascii_end();
    let start = line
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let near = &line[start.max(line.len().saturating_sub(LONGEST_COLUMN))..];
    let digits = near.iter().filter(|b| b.is_ascii_digit()).count();
    let is_dense = digits >= 8 && digits * 4 >= near.len();
    is_dense && IN_NUMBERS.next(near, 0, near.len()).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::lists::Known;

    fn reads(text: &str, at: &str, expected: &str) {
        let at = text.find(at).unwrap();
        let all = Known::default().decode_from(text.as_bytes(), at);
        let expected = expected.as_bytes();
        assert!(
            all.iter().any(|list| list.text.bytes.starts_with(expected)),
            "{text}"
        );
    }

    #[test]
    fn every_dress_is_read() {
        for text in [
            "706878",
            "70 68 78",
            "70:68:78",
            "70-68-78",
            "0x70, 0x68, 0x78",
            "0x70,0x68,\n    0x78",
            "\\x70\\x68\\x78",
            "0x706878",
            "\\x706878",
            "7068 78",
            "7068\n78",
            "\"7068\"\n\"78\"",
            "'70', '68', '78'",
            "$70,$68,$78",
            "&H70, &H68, &H78",
            "70|68|78",
            "70/68/78",
            "\\70 \\68 \\78",
            "(byte)0x70, (byte)0x68, (byte)0x78",
            "chr(0x70) . chr(0x68) . chr(0x78)",
        ] {
            reads(text, "70", "phx");
        }
        for text in [
            "'112', '104', '120'",
            "chr(112).chr(104).chr(120)",
            "CHAR(112)||CHAR(104)||CHAR(120)",
            "Chr(112) & Chr(104) & Chr(120)",
            "#112#104#120",
            "\\112\\104\\120",
            "112, 104, 120",
            "112,104,120",
            "[112,\n  104,\n  120\n]",
            "112 104 120",
        ] {
            reads(text, "112", "phx");
        }
        reads("160 150 170", "160", "phx");
    }

    #[test]
    fn the_columns_of_a_dump_are_passed() {
        let hexdump = "00000000  61 3d 70 68 78 5f 41 42  43 44 45 46 47 48 49 4a  |a=phx_ABCDEFGHIJ|\n\
                       00000010  4b 4c                                             |KL|\n";
        reads(hexdump, "70", "phx_ABCDEFGHIJKL");
        let xxd = "00000000: 613d 7068 785f 4142 4344 4546 4748 494a  a=phx_ABCDEFGHIJ\n\
                   00000010: 4b4c                                     KL\n";
        reads(xxd, "70", "phx_ABCDEFGHIJKL");
        let od = "0000000 70 68 78\n0000003 5f 41\n0000005\n";
        reads(od, "70", "phx_A");
        let octal = "0000000 160 150 170 137\n0000004 101 102 103\n0000007\n";
        reads(octal, "160", "phx_ABC");
        let wireshark = "0000   61 3d 70 68 78 5f 41   a=phx_A\n0007   42 43   BC\n";
        reads(wireshark, "70", "phx_ABC");
        let addresses = "0x00000000: 61 3d 70 68 78 5f 41  a=phx_A\n0x00000007: 42 43  BC\n";
        reads(addresses, "70", "phx_ABC");
        let gdb = "0x5555:\t0x70\t0x68\t0x78\n0x5558:\t0x5f\t0x41\n";
        reads(gdb, "70", "phx_A");
        let tcpdump = "\t0x0000:  7068 785f  phx_\n\t0x0004:  4142 43    ABC\n";
        reads(tcpdump, "70", "phx_ABC");
        let windbg = "00000001`00000000  70 68 78-5f  phx_\n00000001`00000004  41 42-43  ABC\n";
        reads(windbg, "70", "phx_ABC");
        reads("0x7068785f, 0x41424344", "70", "phx_ABCD");
    }

    #[test]
    fn a_list_ends_where_one_in_another_dress_begins() {
        let text = b"706878\n0x41 0x42";
        let lists = Known::default().decode_from(text, 0);
        assert!(lists.iter().all(|list| list.text.bytes == b"phx"));
    }
}
