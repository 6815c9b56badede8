//! Text in base64: Kubernetes secrets, `Authorization: Basic`, PEM-like files.
//!
//! Three bytes make four digits, so how base64 writes a text depends on how many bytes of its quantum
//! stand before it: the *phase*. An anchor is found in each of its three phases, the text around it
//! is decoded, and the detector reads that.

mod digits;

use super::chain::Decoded;
use crate::key::alphabet::{BASE64, sextet};
use digits::Digits;
pub(super) use digits::may_go_on;

/// Digits that are decoded before an anchor: they tell whether a word goes on there.
const BEFORE: usize = 64;

/// Bytes that are decoded from an anchor on: enough for a name and its value, or for a key that is
/// in base64 once more.
const BEHIND: usize = 480;

/// The largest number of bytes that are decoded from an anchor on.
const MOST_BEHIND: usize = 1 << 16;

/// Number of decoded bytes behind an anchor in which the key that it announces must stand.
const NEEDED: usize = 360;

/// The first digits of a line break's next line are looked for no further back.
const LONGEST_SEPARATOR: usize = 280;

/// A literal in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The digits that depend on nothing but the literal.
    pub(super) digits: Vec<u8>,
    /// Digits of its quantum that stand before these. They hold the first bits of the literal.
    pub(super) before: usize,
    /// The first of these digits, as if zeros stood before the literal.
    lead: [u8; 3],
}

/// Writes a literal in base64 in the three phases.
pub(super) fn written(literal: &[u8]) -> [Written; 3] {
    [0, 1, 2].map(|phase: usize| {
        let text = [&[0; 2][..phase], literal].concat();
        let before = (8 * phase).div_ceil(6);
        let whole = text.len() * 8 / 6;
        let digit = |number: usize| BASE64[usize::from(six_bits(&text, 6 * number))];
        let mut lead = [b'A'; 3];
        for (number, place) in lead.iter_mut().enumerate().take(before) {
            *place = digit(number);
        }
        Written {
            digits: (before..whole).map(digit).collect(),
            before,
            lead,
        }
    })
}

/// Six bits of a text, from this bit on; zeros behind its end.
fn six_bits(text: &[u8], bit: usize) -> u8 {
    let byte = |at: usize| u16::from(text.get(at).copied().unwrap_or(0));
    let pair = byte(bit / 8) << 8 | byte(bit / 8 + 1);
    (pair >> (10 - bit % 8)).to_be_bytes()[1] & 63
}

/// Decodes the text around an anchor whose digits begin at `at`. Where texts that were decoded before reach
/// up to this anchor, twice as much as the longest of them is decoded: text that is full of anchors costs no
/// more than twice its length.
pub(super) fn decode_around(
    bytes: &[u8],
    at: usize,
    anchor: &Written,
    known: &[Decoded],
) -> Decoded {
    let mut reach = BEHIND;
    for text in known {
        if text.byte_that_ends_at(at + 1).is_some() || text.byte_that_ends_at(at + 2).is_some() {
            reach = reach.max((text.bytes.len() * 2).min(MOST_BEHIND));
        }
    }
    let near = bytes[..at].iter().rev().take(BEFORE + 3);
    let before = near.take_while(|b| sextet(**b).is_some()).count();
    let mut decoder = Decoder::default();
    let start = match before.checked_sub(anchor.before) {
        Some(more) => at - anchor.before - more / 4 * 4,
        None => {
            for digit in &anchor.lead[..anchor.before] {
                decoder.push(sextet(*digit).unwrap_or(0), at);
            }
            at
        }
    };
    let behind = (at - start) * 3 / 4 + reach;
    for (digit, place) in Digits::new(bytes, start) {
        decoder.push(digit, place);
        if decoder.text.bytes.len() >= behind {
            break;
        }
    }
    decoder.text
}

/// Tells whether a text that was decoded before holds all that this anchor announces: then it has been
/// read. So text that is full of anchors is not decoded anew for each.
pub(super) fn holds_anchor(decoded: &Decoded, at: usize, anchor: &Written) -> bool {
    let phase = anchor.before.saturating_sub(1);
    // The second digit completes the first byte of a quantum.
    let end = if phase == 0 { at + 2 } else { at + 1 };
    match decoded.byte_that_ends_at(end) {
        Some(number) => number % 3 == phase && number + NEEDED <= decoded.bytes.len(),
        None => false,
    }
}

/// The bytes of the text that starts at `at`, with the places of their last digits.
pub(super) fn decode(bytes: &[u8], at: usize) -> impl Iterator<Item = (u8, usize)> {
    let mut bits: u32 = 0;
    let mut count = 0;
    Digits::new(bytes, at).filter_map(move |(digit, place)| {
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count < 8 {
            return None;
        }
        count -= 8;
        Some(((bits >> count).to_be_bytes()[3], place))
    })
}

/// Tells whether the text behind an anchor can belong to it: behind the letters of a prefix no other
/// letter stands, and any other anchor is ASCII and goes on so. Random base64 has an anchor every 5,000 bytes.
pub(super) fn is_plausible(bytes: &[u8], at: usize, anchor: &Written) -> bool {
    let mut decoder = Decoder::default();
    for digit in &anchor.lead[..anchor.before] {
        decoder.push(sextet(*digit).unwrap_or(0), at);
    }
    for (digit, place) in Digits::new(bytes, at).take(8) {
        decoder.push(digit, place);
    }
    let phase = anchor.before.saturating_sub(1);
    match decoder.text.bytes.get(phase..) {
        Some([b'p', b'h', letter, next, ..]) if letter.is_ascii_lowercase() => {
            !next.is_ascii_alphanumeric()
        }
        Some(text) => text.iter().all(|b| is_written(*b)),
        None => false,
    }
}

/// Tells whether a byte is one of ASCII text, or of such text with two bytes a character.
fn is_written(byte: u8) -> bool {
    byte == 0 || byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

/// Offset of an anchor that a line break cuts in two. Its second part, `tail`, stands at `at`.
pub(super) fn start_of_broken(
    bytes: &[u8],
    at: usize,
    anchor: &Written,
    tail: usize,
) -> Option<usize> {
    let missing = &anchor.digits[..tail];
    let first = at.saturating_sub(LONGEST_SEPARATOR + missing.len());
    let before = &bytes[first..at];
    // The separator holds no letter, but perhaps that of an escaped line break.
    let mut end = before.len();
    let mut letters = 0;
    while end > 0 {
        if before[..end].ends_with(missing) {
            let start = first + end - missing.len();
            let mut digits = Digits::new(bytes, start).skip(tail);
            if digits.next().is_some_and(|(_, place)| place == at) {
                return Some(start);
            }
        }
        letters += usize::from(before[end - 1].is_ascii_alphanumeric());
        if letters > 12 {
            return None;
        }
        end -= 1;
    }
    None
}

#[derive(Default)]
struct Decoder {
    text: Decoded,
    bits: u32,
    count: u32,
    /// Offset of the digit that holds the first bits of the next byte.
    start: usize,
}

impl Decoder {
    fn push(&mut self, digit: u8, place: usize) {
        if self.count == 0 {
            self.start = place;
        }
        self.bits = self.bits << 6 | u32::from(digit);
        self.count += 6;
        if self.count >= 8 {
            self.count -= 8;
            let byte = (self.bits >> self.count).to_be_bytes()[3];
            self.text.push(byte, self.start..place + 1);
            self.start = place;
        }
    }
}

/// The text of a hit with `*` in place of the body's bytes before the last four, which takes none of
/// the digits for 62 and 63 that the two alphabets write differently. `None` if the span does not
/// hold the prefix and the body of `body` characters.
pub(super) fn masked(
    bytes: &[u8],
    span: &std::ops::Range<usize>,
    prefix: &[u8],
    body: usize,
) -> Option<Vec<u8>> {
    if body < 8 {
        return None;
    }
    let whole = prefix.len() + body;
    for phase in 0..3 {
        let text = star_mask(bytes, span, phase, prefix, whole);
        if text.is_some() {
            return text;
        }
    }
    None
}

/// The masked text, if the key begins behind `phase` bytes of its quantum.
fn star_mask(
    bytes: &[u8],
    span: &std::ops::Range<usize>,
    phase: usize,
    prefix: &[u8],
    whole: usize,
) -> Option<Vec<u8>> {
    let skipped = if phase == 0 { 0 } else { phase * 8 % 6 };
    let digits: Vec<(u8, usize)> = Digits::new(bytes, span.start)
        .take_while(|(_, place)| *place < span.end)
        .collect();
    if digits.len() * 6 < skipped + whole * 8 {
        return None;
    }
    let bit = |number: usize| digits[number / 6].0 >> (5 - number % 6) & 1;
    for (number, expected) in prefix.iter().enumerate() {
        let first = skipped + 8 * number;
        let found = (first..first + 8).fold(0, |byte, number| byte << 1 | bit(number));
        if found != *expected {
            return None;
        }
    }
    let secret = skipped + 8 * prefix.len()..skipped + 8 * (whole - 4);
    let mut text = bytes[span.clone()].to_vec();
    for (number, (digit, place)) in digits.iter().enumerate() {
        let mut masked = 0;
        for within in 0..6 {
            let number = 6 * number + within;
            let star = b'*' >> (7 - (number + 8 - skipped) % 8) & 1;
            let kept = digit >> (5 - within) & 1;
            masked = masked << 1 | if secret.contains(&number) { star } else { kept };
        }
        if masked != *digit {
            text[place - span.start] = BASE64[usize::from(masked)];
        }
    }
    Some(text)
}
