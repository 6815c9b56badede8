//! Text with two or four bytes a character, as `PowerShell`'s `>` writes it. Git calls it binary.
//!
//! Such text is narrowed and searched like any other, so that every form of a key is found in it.

use super::chain::Decoded;
use std::ops::Range;

/// Fewer characters hold nothing.
const LEAST: usize = 8;

/// Characters of a stretch that are narrowed at once, and how many of them the next part repeats.
const PART: usize = 4096;
const OVERLAP: usize = 1024;

/// So many characters of another script in a row end a stretch.
const MOST_OTHERS: usize = 4;

/// Stands for a character of another script.
const OTHER: u8 = 0x1f;

/// The narrowed text of every stretch of wide characters in this part of the bytes. A stretch that
/// goes on to the left of the part begins at most [`OVERLAP`] characters before it.
pub(super) fn stretches(bytes: &[u8], part: &Range<usize>, unit: usize) -> Vec<Decoded> {
    let mut found = Vec::new();
    for offset in 0..unit {
        let start = part.start.saturating_sub(part.start % unit) + offset;
        let mut at = start;
        while at < part.end {
            if !is_latin(bytes, at, unit) {
                at += unit;
                continue;
            }
            let stretch = stretch_at(bytes, at, unit);
            let mut next = at + stretch.bytes.len() * unit;
            if stretch.bytes.len() >= PART {
                next -= OVERLAP * unit;
            }
            if stretch.bytes.len() >= LEAST {
                found.push(stretch);
            }
            at = next.max(at + unit);
        }
    }
    found
}

/// Tells whether a character of Latin-1 stands here, its first byte at `at` and NUL behind it.
fn is_latin(bytes: &[u8], at: usize, unit: usize) -> bool {
    let Some(character) = bytes.get(at..at + unit) else {
        return false;
    };
    character[0] != 0 && character[1..].iter().all(|b| *b == 0)
}

/// Narrows the stretch that begins at `at`. The order of the bytes is seen by where the low byte
/// stands: an even offset means little-endian.
fn stretch_at(bytes: &[u8], at: usize, unit: usize) -> Decoded {
    let is_little_endian = at.is_multiple_of(unit);
    let mut stretch = Decoded::default();
    let mut others = 0;
    let mut here = at;
    while stretch.bytes.len() < PART {
        let Some(code) = code_at(bytes, here, unit, is_little_endian) else {
            break;
        };
        others = if code > 0xff { others + 1 } else { 0 };
        if code == 0 || others >= MOST_OTHERS {
            break;
        }
        match code {
            // Invisible characters keep their UTF-8, which the reader of text passes.
            0xad | 0x200b..=0x200f | 0x2060..=0x2064 | 0xfeff => {
                let mut utf8 = [0; 4];
                let character = char::from_u32(code).unwrap_or('\u{feff}');
                for byte in character.encode_utf8(&mut utf8).bytes() {
                    stretch.push(byte, here..here + 1);
                }
            }
            _ => stretch.push(u8::try_from(code).unwrap_or(OTHER), here..here + 1),
        }
        here += unit;
    }
    stretch
}

/// The code point of the character whose low byte stands at `at`. At the end of the bytes the high
/// bytes may be missing.
fn code_at(bytes: &[u8], at: usize, unit: usize, is_little_endian: bool) -> Option<u32> {
    let mut code = u32::from(*bytes.get(at)?);
    for number in 1..unit {
        let high = if is_little_endian {
            bytes.get(at + number).copied().unwrap_or(0)
        } else {
            bytes[at.checked_sub(number)?]
        };
        code |= u32::from(high) << (8 * number);
    }
    Some(code)
}
