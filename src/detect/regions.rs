//! The parts of a text in which an anchor can stand.
//!
//! Anchors are short and many: to look for all of them everywhere would take five times as long as to
//! read the text. So one pass looks at sixty-four bytes at once, with sums and comparisons that the
//! compiler turns into vector instructions, and keeps the blocks that have the rarest pair of bytes of
//! an anchor, a long run of letters and digits as base64 has it, or many capitals, digits or NULs.

use std::ops::Range;

/// Bytes that are looked at together. A window of a stream moves by a multiple of it, so that each
/// byte is counted with the same neighbours.
pub const BLOCK: usize = 64;

/// Number of bytes that are searched around a block of encoded text.
const MARGIN: usize = 128;

/// An anchor begins at most so far before the pair that tells it, and ends at most so far behind it.
const ANCHOR_MARGIN: usize = 16;

/// An anchor stands at most so far before the first byte of its hit, as the name of a key without
/// prefix does, or behind it, as the second half of an anchor does that a line break cuts.
const ANCHOR_LEAD: usize = 1 << 10;

/// Bytes behind a block that decide about pairs in it.
const AHEAD: usize = 8;

/// Bytes before a block that may belong to a run in it.
const TAIL: usize = 3 * WORD;

/// Bytes of a word. A run of [`RUN`] bytes covers four words in a row, wherever it begins.
const WORD: usize = 4;

/// The run of letters, digits and signs of base64 that makes a block a region. Base64 with a key in it
/// has lines of at least 20 digits.
pub(crate) const RUN: usize = 5 * WORD - 1;

/// In two neighbouring blocks a key in base64 has 70 digits or more if its lines are at least 20 wide,
/// and about half of them are capitals: fewer than this many with a chance below 1e-7. This matters
/// only to anchors that a line break cuts, and to text that is encoded twice.
const CAPITALS: usize = 14;

/// Each byte in hexadecimal has a decimal digit or two, in octal and decimal two or three. No list of
/// bytes has fewer in two blocks, unless it is indented deeply; random base64 has 20.
const DIGITS: usize = 28;

/// Number of digits in two blocks that make a list, whatever stands between them.
const MANY_DIGITS: usize = 48;

/// Most letters in a list with fewer digits: those of `(byte)0x70, `. The words behind the time in a
/// line of a log have more.
const LETTERS: u8 = 26;

/// Bytes that are looked at together for groups.
const CHUNK: usize = 16;

/// Two neighbouring blocks hold 65 bytes or more of a key in base64 whose digits stand in groups of
/// four, wherever it begins, and 65 bytes cover so many chunks.
const GROUPED_CHUNKS: usize = 3;

/// Fewest capitals in two blocks of such groups. There may be more than one blank between them.
const CAPITALS_IN_GROUPS: usize = 6;

/// Every second byte of UTF-16 in Latin is NUL, and three of four bytes of UTF-32. The shortest key,
/// a prefix and 16 characters, brings this many.
const NULS: usize = 20;

/// Parts of the bytes, each list in order and without overlaps.
#[derive(Debug, Default)]
pub struct Regions {
    /// Parts in which an anchor of a key or of a stream can stand.
    pub(crate) anchored: Vec<Range<usize>>,
    /// Parts with many capitals.
    pub(super) base64: Vec<Range<usize>>,
    /// Parts with many digits.
    pub(crate) numbers: Vec<Range<usize>>,
    /// Parts with many NULs.
    pub(super) wide: Vec<Range<usize>>,
    /// Parts with long runs of letters and digits.
    pub(crate) runs: Vec<Range<usize>>,
}

#[derive(Clone, Copy, Default)]
struct Traits {
    has_pair: bool,
    has_run: bool,
    capitals: u8,
    digits: u8,
    nuls: u8,
}

impl Regions {
    /// The regions in which the anchors of hits can stand that start in this part.
    #[must_use]
    pub fn around(bytes: &[u8], part: &Range<usize>) -> Self {
        let start = part.start.saturating_sub(ANCHOR_LEAD);
        let end = bytes.len().min(part.end + ANCHOR_LEAD);
        let first = (start / BLOCK).saturating_sub(1) * BLOCK;
        let mut regions = Self::default();
        let mut last = Traits::default();
        let mut tail = [0; TAIL];
        let mut at = first;
        while at < end {
            let traits = match bytes[at..].first_chunk() {
                Some(text) => traits_of(text, &mut tail),
                None => traits_of(&padded(&bytes[at..]), &mut tail),
            };
            regions.record(bytes, last, traits, at);
            last = traits;
            at += BLOCK;
        }
        regions
    }

    /// Takes in the block at `at` and the one before it.
    fn record(&mut self, bytes: &[u8], last: Traits, traits: Traits, at: usize) {
        if traits.has_pair {
            extend_ranges(&mut self.anchored, bytes, at, ANCHOR_MARGIN);
        }
        if traits.has_run {
            extend_ranges(&mut self.anchored, bytes, at, MARGIN);
            extend_ranges(&mut self.runs, bytes, at, BLOCK);
        }
        let around = BLOCK + MARGIN;
        let capitals = sum_of(last.capitals, traits.capitals);
        let has_run = last.has_run || traits.has_run;
        let is_grouped = !has_run && capitals >= CAPITALS_IN_GROUPS && is_in_groups(bytes, at);
        if is_grouped {
            extend_ranges(&mut self.anchored, bytes, at, around);
        }
        if capitals >= CAPITALS && (has_run || is_grouped) {
            extend_ranges(&mut self.base64, bytes, at, around);
        }
        let digits = sum_of(last.digits, traits.digits);
        if digits >= MANY_DIGITS || digits >= DIGITS && can_be_list(bytes, at) {
            extend_ranges(&mut self.numbers, bytes, at, around);
        }
        let nuls = sum_of(last.nuls, traits.nuls);
        if (NULS..2 * BLOCK).contains(&nuls) {
            extend_ranges(&mut self.wide, bytes, at, around);
        }
    }
}

/// The last bytes of a text, and blanks behind them.
fn padded(rest: &[u8]) -> [u8; BLOCK + AHEAD] {
    let mut text = [b' '; BLOCK + AHEAD];
    let length = rest.len().min(text.len());
    text[..length].copy_from_slice(&rest[..length]);
    text
}

/// Looks at a block and the bytes behind it. `tail` tells which of the bytes before it can be digits of
/// base64, and is moved on.
fn traits_of(text: &[u8; BLOCK + AHEAD], tail: &mut [u8; TAIL]) -> Traits {
    let mut traits = Traits::default();
    let mut in_run = [0; TAIL + BLOCK];
    in_run[..TAIL].copy_from_slice(tail);
    for at in 0..BLOCK {
        let byte = text[at];
        let is_capital = byte.wrapping_sub(b'A') < 26;
        let is_small = byte.wrapping_sub(b'a') < 26;
        let is_digit = byte.wrapping_sub(b'0') < 10;
        // `+` and `/` differ in one bit.
        let is_sign = (byte & !4 == b'+') | (byte == b'-') | (byte == b'_');
        traits.capitals += u8::from(is_capital);
        traits.digits += u8::from(is_digit);
        traits.nuls += u8::from(byte == 0);
        in_run[TAIL + at] = u8::from(is_capital | is_small | is_digit | is_sign);
        traits.has_pair |= begins_pair(text, at);
    }
    traits.has_run = has_run(&in_run);
    tail.copy_from_slice(&in_run[BLOCK..]);
    traits
}

/// Tells whether four words in a row consist of ones.
fn has_run(in_run: &[u8; TAIL + BLOCK]) -> bool {
    let mut is_full = [false; (TAIL + BLOCK) / WORD];
    let (words, _) = in_run.as_chunks::<WORD>();
    for (word, is_full) in words.iter().zip(&mut is_full) {
        *is_full = u32::from_ne_bytes(*word) == u32::from_ne_bytes([1; WORD]);
    }
    let mut has_run = false;
    for first in 0..BLOCK / WORD {
        has_run |= is_full[first] & is_full[first + 1] & is_full[first + 2] & is_full[first + 3];
    }
    has_run
}

/// Tells whether the bytes from here on are the rarest ones of an anchor that is not base64: a part of
/// the prefix, an escape of a letter in it, its first letter at full width, or a part of `personal`.
///
/// An operator with two ampersands would look at one byte after the other.
#[inline(always)]
fn begins_pair(text: &[u8; BLOCK + AHEAD], at: usize) -> bool {
    let (first, second, third) = (text[at], text[at + 1], text[at + 2]);
    let is_prefix = (first == b'p') & (second == b'h');
    let is_prefix_end = (first == b'h') & (third == b'_');
    let is_hex = ((first == b'%') | (first == b'=')) & (second | 1 == b'7');
    let is_code = (second == b'x') | (second == b'u') | (second | 1 == b'1');
    let is_escape = (first == b'\\') & is_code;
    let is_reference = (first == b'&') & ((second == b'#') | (second == b'a'));
    let is_wide = (first == 0xef) & (second == 0xbd);
    // `r__n_l`, in capitals too.
    let difference = (first ^ b'r') | (text[at + 3] ^ b'n') | (text[at + 5] ^ b'l');
    let is_name = difference & !0x20 == 0;
    is_prefix | is_prefix_end | is_hex | is_escape | is_reference | is_wide | is_name
}

/// Tells whether the block at `at` and the one before it can be groups of base64 digits, with blanks
/// between them and nothing else.
fn is_in_groups(bytes: &[u8], at: usize) -> bool {
    let (chunks, _) = two_blocks(bytes, at).as_chunks();
    // Of three chunks in a row, one is the third of all or the sixth: most text is told by these two.
    if !chunks.iter().skip(2).step_by(3).any(is_digits_and_blanks) {
        return false;
    }
    let mut in_a_row = 0;
    for chunk in chunks {
        in_a_row = if is_digits_and_blanks(chunk) {
            in_a_row + 1
        } else {
            0
        };
        if in_a_row == GROUPED_CHUNKS {
            return true;
        }
    }
    false
}

/// Tells whether a chunk has nothing but digits of base64 and blanks.
fn is_digits_and_blanks(chunk: &[u8; CHUNK]) -> bool {
    let mut has_others = false;
    for byte in chunk {
        let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let is_digit = byte.wrapping_sub(b'0') < 10;
        let is_sign = (byte & !4 == b'+') | (*byte == b'-') | (*byte == b'_');
        let is_blank = (*byte == b' ') | (byte.wrapping_sub(b'\t') < 5);
        has_others |= !(is_letter | is_digit | is_sign | is_blank);
    }
    !has_others
}

/// Tells whether the block at `at` and the one before it have escapes, or between their first digit
/// and their last few letters that are no digits of a number.
fn can_be_list(bytes: &[u8], at: usize) -> bool {
    let near = two_blocks(bytes, at);
    let first = near.iter().position(u8::is_ascii_digit);
    let last = near.iter().rposition(u8::is_ascii_digit);
    let mut escapes: u8 = 0;
    for byte in near {
        escapes += u8::from((*byte == b'\\') | (*byte == b'%') | (*byte == b'&'));
    }
    let mut letters: u8 = 0;
    if let (Some(first), Some(last)) = (first, last) {
        for byte in &near[first..last] {
            let small = byte | 0x20;
            letters += u8::from((small.wrapping_sub(b'g') < 20) & (small != b'x'));
        }
    }
    escapes > 0 || letters <= LETTERS
}

/// The block at `at` and the one before it.
fn two_blocks(bytes: &[u8], at: usize) -> &[u8] {
    &bytes[at.saturating_sub(BLOCK)..bytes.len().min(at + BLOCK)]
}

/// Adds the block at `at` and so many bytes on either side. Ranges that touch become one.
fn extend_ranges(ranges: &mut Vec<Range<usize>>, bytes: &[u8], at: usize, margin: usize) {
    let mut start = at.saturating_sub(margin);
    let mut end = bytes.len().min(at + BLOCK + margin);
    while let Some(last) = ranges.pop_if(|last| start <= last.end) {
        start = start.min(last.start);
        end = end.max(last.end);
    }
    ranges.push(start..end);
}

fn sum_of(a: u8, b: u8) -> usize {
    usize::from(a) + usize::from(b)
}
#[cfg(test)]
mod tests {
    use super::super::anchors::{EVERYWHERE, Form};
    use super::*;

    fn whole(bytes: &[u8]) -> Regions {
        Regions::around(bytes, &(0..bytes.len()))
    }

    #[test]
    fn encoded_text_is_dense_and_prose_is_not() {
        let prose = "the quick brown fox jumps over the lazy dog, and so on. ".repeat(20);
        let clean = whole(prose.as_bytes());
        assert!(clean.base64.is_empty() && clean.numbers.is_empty() && clean.wide.is_empty());
        assert!(clean.anchored.is_empty() && clean.runs.is_empty());
        let wide: Vec<u8> = prose.bytes().flat_map(|b| [b, 0]).collect();
        let found = whole(&wide).wide;
        assert!(matches!(&found[..], [one] if *one == (0..wide.len())));
        let text = format!("{prose}{}{prose}", "VXNlIHRoZSBrZXkg".repeat(6));
        let found = whole(text.as_bytes()).base64;
        let inside = prose.len()..prose.len() + 96;
        assert!(matches!(&found[..], [one] if one.start <= inside.start && one.end >= inside.end));
    }

    #[test]
    fn an_anchor_of_text_stands_in_a_region_wherever_it_stands() {
        for (literal, forms) in EVERYWHERE.all() {
            if matches!(forms, [Form::Base64(_)]) {
                continue;
            }
            let form = String::from_utf8_lossy(literal);
            // An escape ends behind its anchor, and begins before it.
            let text = match literal {
                [.., b'\\' | b'%' | b'&'] => [b"&#x", literal, b"#x70"].concat(),
                _ => literal.to_vec(),
            };
            for before in 500..500 + BLOCK {
                let content = [&vec![b'.'; before][..], &text, &[b'.'; 300]].concat();
                let span = before..before + text.len();
                let found = whole(&content).anchored;
                let holds =
                    |range: &Range<usize>| range.start <= span.start && span.end <= range.end;
                assert!(found.iter().any(holds), "{form:?} at {before}: {found:?}");
            }
        }
    }

    #[test]
    fn a_run_of_digits_stands_in_a_region_wherever_it_stands() {
        for before in 500..500 + BLOCK {
            let content = [
                &vec![b'.'; before][..],
                b"cGh4X2FiY2RlZmdoaWp",
                &[b'.'; 300],
            ]
            .concat();
            let regions = whole(&content);
            for found in [regions.runs, regions.anchored] {
                let holds =
                    |range: &Range<usize>| range.start <= before && before + RUN <= range.end;
                assert!(found.iter().any(holds), "{before}: {found:?}");
            }
        }
    }

    #[test]
    fn a_list_is_told_from_the_times_in_a_log() {
        for item in [
            "(byte)0x70, ",
            "\\x6f",
            "0x70u8, ",
            "'\\x70', ",
            "&#x70;",
            "      \"112\",\n",
        ] {
            let list = item.repeat(30);
            let found = whole(list.as_bytes()).numbers;
            assert!(
                matches!(&found[..], [all] if *all == (0..list.len())),
                "{item}: {found:?}"
            );
        }
        let log = "2026-01-01T00:00:00.000Z INFO request served without a cookie\n".repeat(10);
        assert!(whole(log.as_bytes()).numbers.is_empty());
    }

    #[test]
    fn regions_are_apart_and_in_order() {
        let text =
            "phase ".to_owned() + &".".repeat(150) + "ph" + &".".repeat(60) + &"a1".repeat(9);
        for found in [
            whole(text.as_bytes()).anchored,
            whole(text.repeat(9).as_bytes()).anchored,
        ] {
            assert!(
                found.windows(2).all(|two| two[0].end < two[1].start),
                "{found:?}"
            );
        }
    }

    #[test]
    fn regions_do_not_depend_on_where_the_part_begins() {
        let text = "abc DEF 123 getElementsByClassName ".repeat(300);
        let whole = whole(text.as_bytes());
        let part = Regions::around(text.as_bytes(), &(3000..text.len()));
        assert_eq!(whole.base64.len(), 1);
        assert!(part.base64[0].start <= 3000);
    }
}
