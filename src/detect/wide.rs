//! Text with two or four bytes a character, as `PowerShell`'s `>` writes it. Git calls it binary.
//!
//! Such text is narrowed and searched like any other, so that every form of a key is found in it.

use std::iter;
use std::ops::Range;

use super::chain::Decoded;

/// Fewer characters hold nothing.
const LEAST: usize = 8;

/// Bytes that are narrowed at once, and how many characters of them the next part repeats.
const PART: usize = 1 << 14;
const OVERLAP: usize = 1024;

/// Number of characters of another script in a row that ends a stretch.
const MOST_OTHERS: usize = 4;

/// Number of characters on either side that tell the order of the bytes.
const NEARBY: usize = 16;

/// Stands at the start of a text, so that its order of bytes is told.
const BYTE_ORDER_MARK: u32 = 0xfeff;

/// Stands for a character of another script.
const OTHER: u8 = 0x1f;

/// The narrowed text of every stretch of characters of so many bytes in this part of them. A stretch
/// that goes on to the left of the part begins at most [`OVERLAP`] characters before it.
pub(super) fn stretches<'b, const UNIT: usize>(
    bytes: &'b [u8],
    part: &Range<usize>,
) -> impl Iterator<Item = Decoded> + use<'b, UNIT> {
    let first = part.start - part.start % UNIT;
    let end = part.end;
    (first..first + UNIT).flat_map(move |start| stretches_from::<UNIT>(bytes, start..end))
}

/// The stretches whose characters stand whole units behind the start of the part.
fn stretches_from<const UNIT: usize>(
    bytes: &[u8],
    part: Range<usize>,
) -> impl Iterator<Item = Decoded> {
    let mut order = Order::<UNIT>::new(bytes);
    let mut at = part.start;
    iter::from_fn(move || {
        while at < part.end {
            if !is_latin::<UNIT>(bytes, at) {
                at += UNIT;
                continue;
            }
            let (stretch, end) = stretch_at(bytes, at, &mut order);
            at = if stretch.bytes.len() >= PART {
                end - OVERLAP * UNIT
            } else {
                end.max(at + UNIT)
            };
            if stretch.bytes.len() >= LEAST {
                return Some(stretch);
            }
        }
        None
    })
}

/// Tells whether a character of Latin-1 stands here, its first byte at `at` and NUL behind it.
fn is_latin<const UNIT: usize>(bytes: &[u8], at: usize) -> bool {
    let Some(character) = bytes.get(at..at + UNIT) else {
        return false;
    };
    character[0] != 0 && character[1..].iter().all(|b| *b == 0)
}

/// Narrows the stretch whose first low byte stands at `at`, and tells where it ends.
fn stretch_at<const UNIT: usize>(
    bytes: &[u8],
    at: usize,
    order: &mut Order<'_, UNIT>,
) -> (Decoded, usize) {
    let mut stretch = Decoded::default();
    let mut others = 0;
    let mut here = at;
    while stretch.bytes.len() < PART {
        let Some(code) = code_at(bytes, here, order) else {
            break;
        };
        others = if code > 0xff { others + 1 } else { 0 };
        if code == 0 || others >= MOST_OTHERS {
            break;
        }
        match code {
            // Invisible and full-width characters keep their UTF-8, which the reader of text passes.
            0xad | 0x200b..=0x200f | 0x2060..=0x2064 | 0xfeff | 0xff01..=0xff5e => {
                let mut utf8 = [0; 4];
                let character = char::from_u32(code).unwrap_or('\u{feff}');
                for byte in character.encode_utf8(&mut utf8).bytes() {
                    stretch.push(byte, here..here + 1);
                }
            }
            _ => stretch.push(u8::try_from(code).unwrap_or(OTHER), here..here + 1),
        }
        here += UNIT;
    }
    (stretch, here)
}

/// The code point of the character whose low byte stands at `at`. Where the two orders of bytes give
/// different ones, the characters nearby tell the order.
fn code_at<const UNIT: usize>(bytes: &[u8], at: usize, order: &mut Order<'_, UNIT>) -> Option<u32> {
    let little = little_endian_code::<UNIT>(bytes, at)?;
    let Some(big) = big_endian_code::<UNIT>(bytes, at) else {
        return Some(little);
    };
    if little == big || order.is_little_endian(at) {
        Some(little)
    } else {
        Some(big)
    }
}

/// At the end of the bytes the high bytes may be missing.
fn little_endian_code<const UNIT: usize>(bytes: &[u8], at: usize) -> Option<u32> {
    let mut code = u32::from(*bytes.get(at)?);
    for number in 1..UNIT {
        let high = bytes.get(at + number).copied().unwrap_or(0);
        code |= u32::from(high) << (8 * number);
    }
    Some(code)
}

fn big_endian_code<const UNIT: usize>(bytes: &[u8], at: usize) -> Option<u32> {
    let mut code = u32::from(*bytes.get(at)?);
    for number in 1..UNIT {
        code |= u32::from(bytes[at.checked_sub(number)?]) << (8 * number);
    }
    Some(code)
}

/// Tells the order of the bytes by the characters nearby: the wrong order makes control characters of
/// most punctuation.
struct Order<'b, const UNIT: usize> {
    bytes: &'b [u8],
    /// The characters that are counted, which move on with whoever asks.
    nearby: Range<usize>,
    unlikely_little: u32,
    unlikely_big: u32,
}

impl<'b, const UNIT: usize> Order<'b, UNIT> {
    fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes,
            nearby: 0..0,
            unlikely_little: 0,
            unlikely_big: 0,
        }
    }

    /// If the characters nearby tell nothing, the low byte of a little-endian text stands at an even
    /// offset; but what may be the first letter of a key is read as one. The offsets that are asked about
    /// lie whole characters apart.
    fn is_little_endian(&mut self, at: usize) -> bool {
        self.move_to(at);
        if self.unlikely_little == self.unlikely_big {
            let is_p = self.bytes[at] == b'p' && is_latin::<UNIT>(self.bytes, at);
            return at.is_multiple_of(UNIT) || is_p;
        }
        self.unlikely_little < self.unlikely_big
    }

    fn move_to(&mut self, at: usize) {
        let start = at - (at / UNIT).min(NEARBY) * UNIT;
        let end = self.bytes.len().min(at + NEARBY * UNIT);
        if !(self.nearby.start..=self.nearby.end).contains(&start) {
            (self.unlikely_little, self.unlikely_big) = (0, 0);
            self.nearby = start..start;
        }
        while self.nearby.start < start {
            let (little, big) = self.unlikely_at(self.nearby.start);
            self.unlikely_little -= little;
            self.unlikely_big -= big;
            self.nearby.start += UNIT;
        }
        while self.nearby.end < end {
            let (little, big) = self.unlikely_at(self.nearby.end);
            self.unlikely_little += little;
            self.unlikely_big += big;
            self.nearby.end += UNIT;
        }
    }

    /// 1 if the character here is unlikely as a little-endian one, and 1 if it is as a big-endian one.
    fn unlikely_at(&self, at: usize) -> (u32, u32) {
        let little = little_endian_code::<UNIT>(self.bytes, at).unwrap_or(0xff);
        let big = big_endian_code::<UNIT>(self.bytes, at).unwrap_or(0xff);
        (
            u32::from(is_unlikely(little) || big == BYTE_ORDER_MARK),
            u32::from(is_unlikely(big) || little == BYTE_ORDER_MARK),
        )
    }
}

/// Tells whether no text holds this: a control character, or a byte order mark in the wrong order.
fn is_unlikely(code: u32) -> bool {
    match code {
        0x09 | 0x0a | 0x0d => false,
        0xfffe => true,
        _ => !(0x20..=0x0010_ffff).contains(&code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_ends_where_its_characters_do() {
        // What is invisible has three bytes where it is narrowed.
        let mut bytes: Vec<u8> =
            "\u{feff}a\u{200b}b\u{200b}c\u{200b}defg\u{4e00}\u{4e00}\u{4e00}\u{4e00}"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
        bytes.extend("the key is here".encode_utf16().flat_map(u16::to_le_bytes));
        let mut found = stretches::<2>(&bytes, &(0..bytes.len()));
        assert!(found.any(|stretch| stretch.bytes == b"the key is here"));
    }

    #[test]
    fn punctuation_tells_the_order_at_every_offset() {
        let text = "sie sagte: \u{201e}Schl\u{fc}ssel\u{201c} \u{2013} und ging";
        let mut narrow: Vec<u8> = Vec::new();
        for c in text.chars() {
            narrow.push(u8::try_from(u32::from(c)).unwrap_or(OTHER));
        }
        for shift in 0..4 {
            for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                let mut bytes = vec![b'\n'; shift];
                bytes.extend(text.encode_utf16().flat_map(to_bytes));
                let mut found = stretches::<2>(&bytes, &(0..bytes.len()));
                assert!(
                    found.any(|stretch| stretch.bytes.ends_with(&narrow)),
                    "{shift}"
                );
            }
        }
    }
}
