//! Keys inside base64: Kubernetes secrets, `Authorization: Basic`, PEM-like files.
//!
//! Three bytes make four characters, so the text of `phx_` depends on how many bytes of its
//! quantum stand before it: the *phase*. Inside a key only letters and digits occur in either
//! alphabet, because all its bytes are below 0x7b.

mod digits;

use std::ops::Range;

use super::{Encoding, Hit, LONGEST_RUN, hit, kind_of};
pub(super) use digits::may_go_on;
use digits::{DIGITS, Decoder, Digits, known_bits, next_line, sextet};

/// So many characters of an anchor can stand before a line break and still not be seen: one less
/// than the longest anchor.
const ANCHOR_REACH: usize = 5;

/// Bytes of a key before its body.
const PREFIX: usize = 4;

/// Bytes of a body that a masked key shows.
const SHOWN: usize = 4;

/// Bytes looked at as one. A line of 63 characters holds such a block, wherever it begins.
const BLOCK: usize = 32;

/// The key whose first character that depends on nothing else stands at `at`. No left neighbour is
/// asked for: what stands before base64 text cannot be told from base64 text.
pub(super) fn key_at(bytes: &[u8], at: usize, phase: usize) -> Option<Hit> {
    let mut decoder = Decoder::new(bytes, at, phase);
    let mut prefix = [0; 4];
    for byte in &mut prefix {
        *byte = decoder.next()?.0;
    }
    let kind = kind_of(&prefix)?;
    let mut body = Vec::new();
    let mut tail = Vec::new();
    let mut end = at;
    for (byte, place) in decoder {
        if tail.is_empty() && byte.is_ascii_alphanumeric() && body.len() < LONGEST_RUN {
            body.push(byte);
            end = place + 1;
        } else {
            tail.push(byte);
        }
        if tail.len() == 2 {
            break;
        }
    }
    // The character before the anchor holds the first bits of the `p`.
    let shared = phase > 0 && at > 0 && sextet(bytes[at - 1]).is_some();
    hit(
        kind,
        &body,
        &tail,
        Encoding::Base64,
        at - usize::from(shared)..end,
    )
}

/// The bytes of the text that starts at `at`, with the places of their last digits.
pub(super) fn decode(bytes: &[u8], at: usize) -> impl Iterator<Item = (u8, usize)> {
    Decoder::new(bytes, at, 0)
}

/// The keys that [`key_at`] is not asked for because a line break splits their anchor: looks at
/// the ends of long lines of base64 in this part of the bytes.
pub(super) fn keys_with_a_broken_anchor(bytes: &[u8], part: Range<usize>) -> Vec<Hit> {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let mut hits = Vec::new();
    let mut from = part.start / BLOCK;
    let blocks = &blocks[..blocks.len().min(part.end.div_ceil(BLOCK))];
    let limit = bytes.len().min(part.end + ANCHOR_REACH + 1);
    // Blanks, quotes and parentheses are below `+`, and hardly a block of text is without.
    let has_no_blank =
        |block: &[u8; BLOCK]| block.iter().fold(u8::MAX, |low, b| low.min(*b)) >= b'+';
    while let Some(next) = blocks
        .get(from..)
        .and_then(|rest| rest.iter().position(has_no_blank))
    {
        let start = (from + next) * BLOCK;
        let run = bytes[start..limit.max(start)]
            .iter()
            .position(|b| sextet(*b).is_none());
        let end = run.map_or(limit, |run| start + run);
        let mut ends = end.saturating_sub(ANCHOR_REACH)..end;
        if ends
            .clone()
            .any(|at| matches!(bytes[at], b'c' | b'B' | b'w'))
            && next_line(bytes, end).is_some()
        {
            hits.extend(ends.by_ref().filter_map(|at| key_before_break(bytes, at)));
        }
        from = (end / BLOCK).max(from + next + 1);
    }
    hits
}

fn key_before_break(bytes: &[u8], at: usize) -> Option<Hit> {
    key_at(bytes, at, phase_of(bytes[at])?)
}

/// The phase of the anchor that starts with this character.
fn phase_of(first: u8) -> Option<usize> {
    match first {
        b'c' => Some(0),
        b'B' => Some(1),
        b'w' => Some(2),
        _ => None,
    }
}

/// The text of a hit with `*` in place of the body's bytes before the last four, which takes none of
/// the digits for 62 and 63 that the two alphabets write differently.
pub(super) fn masked(bytes: &[u8], hit: &Hit) -> Option<Vec<u8>> {
    let is_hit = |found: &Hit| found.span == hit.span && found.fingerprint == hit.fingerprint;
    let anchor = |at: &usize| key_before_break(bytes, *at).as_ref().is_some_and(is_hit);
    let at = (hit.span.start..hit.span.end).take(2).find(anchor)?;
    let phase = phase_of(bytes[at])?;
    let known = known_bits(phase).1 as usize;
    let decoded = Decoder::new(bytes, at, phase)
        .take_while(|(_, place)| *place < hit.span.end)
        .count();
    let secret = 8 * PREFIX - known..(8 * decoded).saturating_sub(8 * SHOWN + known);
    let mut text = bytes[hit.span.clone()].to_vec();
    let digits = Digits { bytes, at }.take_while(|(_, place)| *place < hit.span.end);
    for (number, (digit, place)) in digits.enumerate() {
        let masked = (0..6).fold(0, |masked, i| {
            let bit = 6 * number + i;
            let star = b'*' >> (7 - (bit + known) % 8);
            masked << 1
                | 1 & if secret.contains(&bit) {
                    star
                } else {
                    digit >> (5 - i)
                }
        });
        if masked != digit {
            text[place - hit.span.start] = DIGITS[usize::from(masked)];
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::DIGITS;

    const KEY_BODY: &str = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";

    fn encode(bytes: &[u8]) -> String {
        let quantum = |chunk: &[u8]| {
            let number =
                chunk.iter().fold(0, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
            (0..4)
                .map(|i| {
                    if i <= chunk.len() {
                        char::from(DIGITS[(number >> (18 - 6 * i) & 63) as usize])
                    } else {
                        '='
                    }
                })
                .collect::<String>()
        };
        bytes.chunks(3).map(quantum).collect()
    }

    fn wrap(text: &str, columns: usize, end: &str) -> String {
        text.as_bytes()
            .chunks(columns)
            .map(|line| format!("{}{end}", String::from_utf8_lossy(line)))
            .collect()
    }

    fn bodies(text: &str) -> Vec<String> {
        let hits = Detector::new().scan(text.as_bytes());
        hits.iter()
            .map(|hit| format!("{} {}", hit.kind.prefix, hit.fingerprint))
            .collect()
    }

    fn expected() -> Vec<String> {
        vec![format!(
            "phx_ {}",
            crate::key::Fingerprint::of(b"phx_", KEY_BODY.as_bytes())
        )]
    }

    #[test]
    fn every_phase_is_decoded() {
        for before in ["", ":", "a:", "ab:", "user:"] {
            let text = encode(format!("{before}phx_{KEY_BODY}").as_bytes());
            assert_eq!(bodies(&format!("Basic {text}")), expected(), "{before}");
            assert_eq!(
                bodies(&format!("key: {}\nother: x\n", text.trim_end_matches('='))),
                expected(),
                "{before}"
            );
        }
    }

    #[test]
    fn a_line_break_anywhere_in_a_wrapped_key_is_no_hiding_place() {
        for columns in [64, 76] {
            for end in ["\n", "\r\n", "\n    ", "\\n"] {
                for shift in 0..160 {
                    let text = format!(
                        "{}:phx_{KEY_BODY}, and more text behind it",
                        "~".repeat(shift)
                    );
                    assert_eq!(
                        bodies(&wrap(&encode(text.as_bytes()), columns, end)),
                        expected(),
                        "{columns} {end:?} {shift}"
                    );
                }
            }
        }
    }

    #[test]
    fn keys_on_lines_of_their_own_stay_apart() {
        // 44 characters of body make 64 of base64 without padding: a full line.
        let key = encode(format!("pha_{}", KEY_BODY.get(..44).unwrap()).as_bytes());
        let hits = Detector::new().scan(format!("{key}\n{key}\n").as_bytes());
        assert_eq!(hits.len(), 2);
        assert_eq!(hits[0].fingerprint, hits[1].fingerprint);
    }

    #[test]
    fn a_masked_text_decodes_to_the_same_but_for_the_body() {
        let stars = format!("phx_{}65PM", "*".repeat(KEY_BODY.len() - 4));
        for before in ["", "a", "ab", "abc:"] {
            for behind in ["", "?", "??", "???", "\n and more"] {
                let (key, masked) = (
                    format!("phx_{KEY_BODY}"),
                    format!("{before}{stars}{behind}"),
                );
                for columns in [64, 76, 1000] {
                    let text = wrap(
                        &encode(format!("{before}{key}{behind}").as_bytes()),
                        columns,
                        "\r\n ",
                    );
                    let hits = Detector::new().scan(text.as_bytes());
                    let replacement = super::masked(text.as_bytes(), &hits[0]).unwrap();
                    let (left, right) = (
                        &text.as_bytes()[..hits[0].span.start],
                        &text.as_bytes()[hits[0].span.end..],
                    );
                    let expected = wrap(&encode(masked.as_bytes()), columns, "\r\n ");
                    assert_eq!(
                        [left, &replacement, right].concat(),
                        expected.as_bytes(),
                        "{before} {behind} {columns}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_public_token_in_base64_is_none() {
        for before in ["", "a", "ab"] {
            assert_eq!(
                bodies(&encode(format!("{before}phc_{KEY_BODY}").as_bytes())),
                [] as [&str; 0]
            );
        }
    }
}
