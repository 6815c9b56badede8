//! Words of sixteen bits with the low byte first, as `hexdump` and `od -x` write them.

use std::ops::Range;

use super::chain::Decoded;
use super::hex::is_anchor;
use crate::hex::digit;

/// Blanks, a comma and a prefix between two words, or a line break and an address, are no longer together.
const LONGEST_GAP: usize = 48;

/// Bytes that are decoded from the first word on.
const MOST: usize = 420;

/// Fewer bytes are no key: a prefix and 16 characters.
const LEAST: usize = 20;

/// The words of sixteen bits with the low byte first in which a `ph` or the `h` and the letter of a prefix
/// stands at `at`, as `hexdump` and `od -x` write them.
pub(super) fn decode_from(bytes: &[u8], at: usize) -> Option<Decoded> {
    let start = if bytes[at..].starts_with(b"6870") {
        at
    } else {
        word_before(bytes, at.checked_sub(2)?)?
    };
    let touches = start > 0 && digit(bytes[start - 1]).is_some();
    if touches {
        return None;
    }
    // Another byte stands before a `p` that is the second one of its word.
    let others = usize::from(start < at);
    if !read(bytes, start, 6)
        .bytes
        .get(others..)
        .is_some_and(is_anchor)
    {
        return None;
    }
    let text = read(bytes, start, MOST);
    (text.bytes.len() >= LEAST).then_some(text)
}

fn read(bytes: &[u8], start: usize, most: usize) -> Decoded {
    let mut text = Decoded::default();
    let mut next = start;
    while text.bytes.len() < most
        && let Some(word) = word_at(bytes, next)
    {
        for (value, place) in word {
            text.push(value, place);
        }
        next = next_word(bytes, next + 4);
    }
    text
}

/// The two bytes of a word, in their order.
fn word_at(bytes: &[u8], at: usize) -> Option<[(u8, Range<usize>); 2]> {
    let digits: &[u8; 4] = bytes.get(at..)?.first_chunk()?;
    let [high, middle, low, last] = *digits;
    let high = digit(high)? << 4 | digit(middle)?;
    let low = digit(low)? << 4 | digit(last)?;
    Some([(low, at..at + 4), (high, at..at + 4)])
}

/// Offset of the word behind the one that ends here, which blanks, a comma and `0x` may part from it, or a
/// line break and the address of the next line.
fn next_word(bytes: &[u8], end: usize) -> usize {
    let mut at = end;
    let is_gap = |b: &u8| matches!(b, b' ' | b'\t' | b',' | b'\r' | b'\n');
    let gap = bytes[at..]
        .iter()
        .take(LONGEST_GAP)
        .take_while(|b| is_gap(b))
        .count();
    let is_new_line = bytes[at..at + gap].contains(&b'\n');
    at += gap;
    if bytes[at..].starts_with(b"0x") {
        return at + 2;
    }
    let digits = bytes[at..]
        .iter()
        .take(16)
        .take_while(|b| digit(**b).is_some())
        .count();
    if is_new_line && digits >= 6 {
        at += digits + usize::from(bytes.get(at + digits) == Some(&b':'));
        at += bytes[at..].iter().take(8).take_while(|b| is_gap(b)).count();
    }
    at
}

/// Offset of the word before the one at `at`, if that ends with a `p`.
fn word_before(bytes: &[u8], at: usize) -> Option<usize> {
    for start in at.saturating_sub(LONGEST_GAP)..at.saturating_sub(4) {
        if bytes[start..].starts_with(b"70") && next_word(bytes, start + 4) == at {
            return Some(start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"phx_mAyZoPvkF69ztcRobyt4";

    #[test]
    fn words_with_the_low_byte_first_are_read() {
        for lead in [&b""[..], b"x", b"some text before it "] {
            let text = [lead, KEY, b"\n"].concat();
            let mut dump = String::new();
            for (number, row) in text.chunks(16).enumerate() {
                dump += &format!("{:07x}", number * 16);
                for pair in row.chunks_exact(2) {
                    dump += &format!(" {:02x}{:02x}", pair[1], pair[0]);
                }
                dump.push('\n');
            }
            let found = dump.match_indices("68").any(|(at, _)| {
                decode_from(dump.as_bytes(), at)
                    .is_some_and(|read| read.bytes.windows(16).any(|part| part == &KEY[..16]))
            });
            assert!(found, "{dump}");
        }
    }
}
