//! Keys inside base64: Kubernetes secrets, `Authorization: Basic`, PEM-like files.
//!
//! Three bytes make four characters, so the text of `phx_` depends on how many bytes of its
//! quantum stand before it: the *phase*. Inside a key only letters and digits occur in either
//! alphabet, because all its bytes are below 0x7b.

use std::ops::Range;

use super::{Encoding, Hit, LONGEST_RUN, hit, kind_of};

/// A line that goes on in the next has at least so many characters.
const WRAPPED_LINE: usize = 63;

/// So many characters of an anchor can stand before a line break and still not be seen: one less
/// than the longest anchor.
const ANCHOR_REACH: usize = 5;

/// A line that is indented further is not looked at.
const DEEPEST_INDENT: usize = 256;

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
    hit(kind, &body, &tail, Encoding::Base64, at - usize::from(shared)..end)
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
    let has_no_blank = |block: &[u8; BLOCK]| block.iter().fold(u8::MAX, |low, b| low.min(*b)) >= b'+';
    while let Some(next) = blocks.get(from..).and_then(|rest| rest.iter().position(has_no_blank)) {
        let start = (from + next) * BLOCK;
        let run = bytes[start..limit.max(start)].iter().position(|b| sextet(*b).is_none());
        let end = run.map_or(limit, |run| start + run);
        let mut ends = end.saturating_sub(ANCHOR_REACH)..end;
        if ends.clone().any(|at| matches!(bytes[at], b'c' | b'B' | b'w')) && next_line(bytes, end).is_some() {
            hits.extend(ends.by_ref().filter_map(|at| key_before_break(bytes, at)));
        }
        from = (end / BLOCK).max(from + next + 1);
    }
    hits
}

fn key_before_break(bytes: &[u8], at: usize) -> Option<Hit> {
    match bytes[at] {
        b'c' => key_at(bytes, at, 0),
        b'B' => key_at(bytes, at, 1),
        b'w' => key_at(bytes, at, 2),
        _ => None,
    }
}

/// Decodes from the middle of a quantum, across line breaks, up to the first character that is
/// not base64. Yields bytes, each with the place of the character that completes it.
struct Decoder<'b> {
    bytes: &'b [u8],
    at: usize,
    bits: u32,
    count: u32,
}

impl<'b> Decoder<'b> {
    /// As if the characters before `at` had been read: of the byte before the first anchor
    /// character, its last `2 * phase` bits are known, because they are the first of a `p`.
    fn new(bytes: &'b [u8], at: usize, phase: usize) -> Self {
        let (bits, count) = match phase {
            0 => (0, 0),
            1 => (0b0111, 4),
            _ => (0b01, 2),
        };
        Self { bytes, at, bits, count }
    }
}

impl Iterator for Decoder<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            let Some(sextet) = sextet(byte) else {
                self.at = next_line(self.bytes, self.at)?;
                continue;
            };
            self.bits = self.bits << 6 | u32::from(sextet);
            self.count += 6;
            self.at += 1;
            if self.count >= 8 {
                self.count -= 8;
                let byte = (self.bits >> self.count).to_be_bytes()[3];
                return Some((byte, self.at - 1));
            }
        }
    }
}

/// Whether text that ends with a line break is base64 that may go on in the next line.
pub(super) fn may_go_on(text: &[u8]) -> bool {
    let line = text.strip_suffix(b"\n").map_or(text, |line| line.strip_suffix(b"\r").unwrap_or(line));
    is_long(line)
}

/// Whether text ends in a long line of base64.
fn is_long(text: &[u8]) -> bool {
    text.iter().rev().take(WRAPPED_LINE).filter(|b| sextet(**b).is_some()).count() == WRAPPED_LINE
}

/// Where base64 text that ends at `end` goes on: behind a line break, if the line before it is
/// long, the next consists of nothing but base64, and does not begin with a key of its own.
fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    if !is_long(&bytes[..end]) {
        return None;
    }
    let next = end + line_break(&bytes[end..])?;
    let rest = &bytes[next..];
    let rest = &rest[..rest.len().min(LONGEST_RUN)];
    let run = rest.iter().position(|b| sextet(*b).is_none()).unwrap_or(rest.len());
    let closes = matches!(rest.get(run), None | Some(b'\n' | b'\r' | b'=' | b'\\' | b'"' | b'\'' | b'<' | b','));
    let starts_anew = matches!(rest, [b'c', b'G', b'h', b'4' | b'z' | b'h' | b'y' | b'l', b'X', ..]);
    (run > 0 && closes && !starts_anew).then_some(next)
}

/// Length of the line break that `bytes` start with, and of the blanks behind it. In a string it
/// is written as `\n`.
fn line_break(bytes: &[u8]) -> Option<usize> {
    let length = [&b"\n"[..], b"\r\n", b"\\n", b"\\r\\n"].iter().find(|end| bytes.starts_with(end))?.len();
    let indent = bytes[length..].iter().take(DEEPEST_INDENT);
    let blanks = indent.take_while(|b| matches!(b, b' ' | b'\t')).count();
    Some(length + blanks)
}

/// The value of a character of either base64 alphabet.
fn sextet(byte: u8) -> Option<u8> {
    let value = SEXTETS[usize::from(byte)];
    (value < 64).then_some(value)
}

/// Looked up, because the branches of a `match` are mispredicted on every character of random text.
const SEXTETS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut i = 0;
    while i < 64 {
        table[digits[i as usize] as usize] = i;
        i += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

#[cfg(test)]
mod tests {
    use super::super::Detector;

    const KEY_BODY: &str = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    fn encode(bytes: &[u8]) -> String {
        let quantum =
            |chunk: &[u8]| {
                let number = chunk.iter().fold(0, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
                (0..4)
                    .map(|i| {
                        if i <= chunk.len() {
                            char::from(ALPHABET[(number >> (18 - 6 * i) & 63) as usize])
                        } else {
                            '='
                        }
                    })
                    .collect::<String>()
            };
        bytes.chunks(3).map(quantum).collect()
    }

    fn wrap(text: &str, columns: usize, end: &str) -> String {
        text.as_bytes().chunks(columns).map(|line| format!("{}{end}", String::from_utf8_lossy(line))).collect()
    }

    fn bodies(text: &str) -> Vec<String> {
        let hits = Detector::new().scan(text.as_bytes());
        hits.iter().map(|hit| format!("{} {}", hit.kind.prefix, hit.fingerprint)).collect()
    }

    fn expected() -> Vec<String> {
        vec![format!("phx_ {}", crate::finding::Fingerprint::of(b"phx_", KEY_BODY.as_bytes()))]
    }

    #[test]
    fn every_phase_is_decoded() {
        for before in ["", ":", "a:", "ab:", "user:"] {
            let text = encode(format!("{before}phx_{KEY_BODY}").as_bytes());
            assert_eq!(bodies(&format!("Basic {text}")), expected(), "{before}");
            assert_eq!(bodies(&format!("key: {}\nother: x\n", text.trim_end_matches('='))), expected(), "{before}");
        }
    }

    #[test]
    fn a_line_break_anywhere_in_a_wrapped_key_is_no_hiding_place() {
        for columns in [64, 76] {
            for end in ["\n", "\r\n", "\n    ", "\\n"] {
                for shift in 0..160 {
                    let text = format!("{}:phx_{KEY_BODY}, and more text behind it", "~".repeat(shift));
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
    fn a_public_token_in_base64_is_none() {
        for before in ["", "a", "ab"] {
            assert_eq!(bodies(&encode(format!("{before}phc_{KEY_BODY}").as_bytes())), [] as [&str; 0]);
        }
    }
}
