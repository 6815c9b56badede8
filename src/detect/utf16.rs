//! Keys in UTF-16, as `PowerShell`'s `>` writes them. Git calls such a file binary.

use super::{Encoding, Hit, hit, kind_of};

/// The key whose `p` stands at `at`.
///
/// Between the first and the last character of a key every second byte is NUL in either byte
/// order, so the order does not matter, nor does a byte-order mark or an odd offset. It tells only
/// whether a character before a neighbour that is not ASCII is the key's.
pub(super) fn key_at(bytes: &[u8], at: usize) -> Option<Hit> {
    if continues_word(&bytes[..at]) {
        return None;
    }
    let is_little_endian = at.is_multiple_of(2);
    let characters = characters(&bytes[at..], is_little_endian);
    let (prefix, rest) = characters.split_at_checked(4)?;
    let length = super::alphanumeric_run(rest);
    let (body, tail) = rest.split_at(length);
    hit(kind_of(prefix)?, body, tail, Encoding::Utf16, at..at + 2 * (4 + length) - 1)
}

/// The characters of a key, or more, that begin at the first byte: those of Latin-1 up to one that
/// no key holds.
fn characters(bytes: &[u8], is_little_endian: bool) -> Vec<u8> {
    let mut characters = Vec::new();
    for pair in bytes.chunks(2) {
        let ends = pair.get(1).is_some_and(|high| *high != 0);
        if ends && is_little_endian {
            break;
        }
        characters.push(pair[0]);
        if ends || !(pair[0].is_ascii_alphanumeric() || pair[0] == b'_') {
            break;
        }
    }
    characters
}

/// In big-endian text the byte before a character is its own NUL and the two before that are the
/// left neighbour; in little-endian text the two before it are. Only an ASCII neighbour counts.
fn continues_word(before: &[u8]) -> bool {
    match before {
        [.., high, letter, 0] => *high == 0 && letter.is_ascii_alphanumeric(),
        [letter, 0] => letter.is_ascii_alphanumeric(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";

    fn found(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Option<usize> {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
        let at = bytes.windows(3).position(|window| window == b"p\0h")?;
        let hit = key_at(&bytes, at)?;
        Some(hit.span.len())
    }

    #[test]
    fn both_byte_orders_and_any_neighbours_are_read() {
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            for (before, behind) in [("", ""), ("\u{feff}", "\r\n"), ("é", "鍵"), ("key='", "'"), ("š", "_")] {
                let text = format!("{before}phx_{BODY}{behind}");
                assert_eq!(found(&text, to_bytes), Some(2 * 52 - 1), "{before} {behind}");
            }
            assert_eq!(found(&format!("sphx_{BODY}"), to_bytes), None);
            assert_eq!(found(&format!("phc_{BODY}"), to_bytes), None);
        }
    }
}
