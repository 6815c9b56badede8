//! The digits of base64, and where text of them goes on behind a line break.

use super::super::LONGEST_RUN;

/// A line that goes on in the next has at least so many characters.
const WRAPPED_LINE: usize = 63;

/// A line that is indented further is not looked at.
const DEEPEST_INDENT: usize = 256;

/// The digits of base64 text across line breaks, up to the first character that is none, each with
/// its place.
pub(super) struct Digits<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
}

impl Iterator for Digits<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            let Some(digit) = sextet(byte) else {
                self.at = next_line(self.bytes, self.at)?;
                continue;
            };
            self.at += 1;
            return Some((digit, self.at - 1));
        }
    }
}

/// Decodes from the middle of a quantum. Yields bytes, each with the place of the character that
/// completes it.
pub(super) struct Decoder<'b> {
    digits: Digits<'b>,
    bits: u32,
    count: u32,
}

impl<'b> Decoder<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize, phase: usize) -> Self {
        let (bits, count) = known_bits(phase);
        Self {
            digits: Digits { bytes, at },
            bits,
            count,
        }
    }
}

/// As if the characters before the anchor had been read: of the byte before its first character, the
/// last `2 * phase` bits are known, because they are the first of a `p`. The bits, and how many.
pub(super) fn known_bits(phase: usize) -> (u32, u32) {
    match phase {
        0 => (0, 0),
        1 => (0b0111, 4),
        _ => (0b01, 2),
    }
}

impl Iterator for Decoder<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (digit, place) = self.digits.next()?;
            self.bits = self.bits << 6 | u32::from(digit);
            self.count += 6;
            if self.count >= 8 {
                self.count -= 8;
                let byte = (self.bits >> self.count).to_be_bytes()[3];
                return Some((byte, place));
            }
        }
    }
}

/// Whether text that ends with a line break is base64 that may go on in the next line.
pub(in super::super) fn may_go_on(text: &[u8]) -> bool {
    let line = text
        .strip_suffix(b"\n")
        .map_or(text, |line| line.strip_suffix(b"\r").unwrap_or(line));
    is_long(line)
}

/// Whether text ends in a long line of base64.
pub(super) fn is_long(text: &[u8]) -> bool {
    text.iter()
        .rev()
        .take(WRAPPED_LINE)
        .filter(|b| sextet(**b).is_some())
        .count()
        == WRAPPED_LINE
}

/// Where base64 text that ends at `end` goes on: behind a line break, if the line before it is
/// long, the next consists of nothing but base64, and does not begin with a key of its own.
pub(super) fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    if !is_long(&bytes[..end]) {
        return None;
    }
    let next = end + line_break(&bytes[end..])?;
    let rest = &bytes[next..];
    let rest = &rest[..rest.len().min(LONGEST_RUN)];
    let run = rest
        .iter()
        .position(|b| sextet(*b).is_none())
        .unwrap_or(rest.len());
    let closes = matches!(
        rest.get(run),
        None | Some(b'\n' | b'\r' | b'=' | b'\\' | b'"' | b'\'' | b'<' | b',')
    );
    let starts_anew = matches!(
        rest,
        [b'c', b'G', b'h', b'4' | b'z' | b'h' | b'y' | b'l', b'X', ..]
    );
    (run > 0 && closes && !starts_anew).then_some(next)
}

/// Length of the line break that `bytes` start with, and of the blanks behind it. In a string it
/// is written as `\n`.
fn line_break(bytes: &[u8]) -> Option<usize> {
    let length = [&b"\n"[..], b"\r\n", b"\\n", b"\\r\\n"]
        .iter()
        .find(|end| bytes.starts_with(end))?
        .len();
    let indent = bytes[length..].iter().take(DEEPEST_INDENT);
    let blanks = indent.take_while(|b| matches!(b, b' ' | b'\t')).count();
    Some(length + blanks)
}

/// The value of a character of either base64 alphabet.
pub(super) fn sextet(byte: u8) -> Option<u8> {
    let value = SEXTETS[usize::from(byte)];
    (value < 64).then_some(value)
}

pub(super) const DIGITS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Looked up, because the branches of a `match` are mispredicted on every character of random text.
const SEXTETS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut i = 0;
    while i < 64 {
        table[DIGITS[i as usize] as usize] = i;
        i += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};
