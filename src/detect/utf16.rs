//! Keys in UTF-16, as `PowerShell`'s `>` writes them. Git calls such a file binary.

use super::{Encoding, Hit, LONGEST_RUN, hit, is_unmistakable, kind_of};

/// The key whose `p` stands at `at`.
///
/// Between the first and the last character of a key every second byte is NUL in either byte
/// order, so the order does not matter, nor does a byte-order mark or an odd offset. It tells only
/// whether a character before a neighbour that is not ASCII is the key's.
pub(super) fn key_at(bytes: &[u8], at: usize) -> Option<Hit> {
    let is_little_endian = at.is_multiple_of(2);
    let prefix: Vec<u8> = characters(&bytes[at..], is_little_endian).take(4).collect();
    let kind = kind_of(&prefix)?;
    let mut rest = characters(bytes.get(at + 8..)?, is_little_endian).peekable();
    let body: Vec<u8> = std::iter::from_fn(|| rest.next_if(u8::is_ascii_alphanumeric))
        .take(LONGEST_RUN)
        .collect();
    let tail: Vec<u8> = rest.take(2).collect();
    if continues_word(&bytes[..at]) && !is_unmistakable(&body) {
        return None;
    }
    hit(
        kind,
        &body,
        &tail,
        Encoding::Utf16,
        at..at + 2 * (4 + body.len()) - 1,
    )
}

/// The characters of Latin-1 that begin at the first byte, up to one of another script.
fn characters(bytes: &[u8], is_little_endian: bool) -> impl Iterator<Item = u8> {
    let mut ended = false;
    bytes.chunks(2).map_while(move |pair| {
        let is_last = pair.get(1).is_some_and(|high| *high != 0);
        let is_character = !(ended || is_last && is_little_endian);
        ended |= is_last;
        is_character.then_some(pair[0])
    })
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
    fn a_prefix_at_the_very_end_is_no_key() {
        for length in 3..9 {
            assert!(
                key_at(&b"p\0h\0x\0_\0"[..length.min(8)], 0).is_none(),
                "{length}"
            );
        }
    }

    #[test]
    fn both_byte_orders_and_any_neighbours_are_read() {
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            for (before, behind) in [
                ("", ""),
                ("\u{feff}", "\r\n"),
                ("é", "鍵"),
                ("key='", "'"),
                ("š", "_"),
            ] {
                let text = format!("{before}phx_{BODY}{behind}");
                assert_eq!(
                    found(&text, to_bytes),
                    Some(2 * 52 - 1),
                    "{before} {behind}"
                );
            }
            assert_eq!(found(&format!("\\nphx_{BODY}"), to_bytes), Some(2 * 52 - 1));
            assert_eq!(found("sphx_Rk7TqWn3ZxHcVb5MsJdYRk7T", to_bytes), None);
            assert_eq!(found(&format!("phc_{BODY}"), to_bytes), None);
        }
    }
}
