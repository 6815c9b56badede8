//! The parts of a text that are dense in digits, capitals or NULs, as only encoded text is.
//!
//! Most anchors of encoded text are short and many. They are looked for only where that text can be:
//! one pass counts three classes of bytes, sixty-four bytes at once.

use std::ops::Range;

/// Bytes that are counted together. A window of a stream moves by a multiple of it, so that each byte
/// is counted with the same neighbours.
pub const BLOCK: usize = 64;

/// Number of bytes that are searched around a dense block.
const MARGIN: usize = 128;

/// In two neighbouring blocks a key in base64 has 70 digits or more if its lines are at least 20 wide,
/// and about half of them are capitals: fewer than this many with a chance below 1e-7. This matters
/// only to anchors that a line break cuts, and to text that is encoded twice.
const CAPITALS: usize = 14;

/// Each byte in hexadecimal has a decimal digit or two, in octal and decimal two or three. No list of
/// bytes has fewer in two blocks, unless it is indented deeply; random base64 has 20.
const DIGITS: usize = 28;

/// Every second byte of UTF-16 in Latin is NUL, and three of four bytes of UTF-32. The shortest key,
/// a prefix and 16 characters, brings this many.
const NULS: usize = 20;

/// Parts of the bytes, in order and apart, in which encoded text can stand.
#[derive(Debug, Default)]
pub(super) struct Dense {
    pub(super) base64: Vec<Range<usize>>,
    pub(super) numbers: Vec<Range<usize>>,
    pub(super) wide: Vec<Range<usize>>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    capitals: u8,
    digits: u8,
    nuls: u8,
}

/// Counts the bytes of this part.
pub(super) fn dense(bytes: &[u8], part: &Range<usize>) -> Dense {
    let first = (part.start / BLOCK).saturating_sub(1) * BLOCK;
    let counted = &bytes[first..part.end];
    let mut dense = Dense::default();
    let mut last = Counts::default();
    let (blocks, rest) = counted.as_chunks::<BLOCK>();
    let mut at = first;
    for block in blocks {
        let counts = count_classes(block);
        dense.record(last, counts, at);
        last = counts;
        at += BLOCK;
    }
    if !rest.is_empty() {
        let mut block = [b' '; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        dense.record(last, count_classes(&block), at);
    }
    for ranges in [&mut dense.base64, &mut dense.numbers, &mut dense.wide] {
        for range in ranges {
            range.end = range.end.min(bytes.len());
        }
    }
    dense
}

/// Sums in bytes, which the compiler turns into vector instructions.
fn count_classes(block: &[u8; BLOCK]) -> Counts {
    let mut counts = Counts::default();
    for byte in block {
        counts.capitals += u8::from(byte.wrapping_sub(b'A') < 26);
        counts.digits += u8::from(byte.wrapping_sub(b'0') < 10);
        counts.nuls += u8::from(*byte == 0);
    }
    counts
}

impl Dense {
    /// Takes in the block at `at` and the one before it, if both are dense together.
    fn record(&mut self, last: Counts, counts: Counts, at: usize) {
        let around = at.saturating_sub(BLOCK + MARGIN)..at + BLOCK + MARGIN;
        if sum_of(last.capitals, counts.capitals) >= CAPITALS {
            extend_ranges(&mut self.base64, &around);
        }
        if sum_of(last.digits, counts.digits) >= DIGITS {
            extend_ranges(&mut self.numbers, &around);
        }
        let nuls = sum_of(last.nuls, counts.nuls);
        if (NULS..2 * BLOCK).contains(&nuls) {
            extend_ranges(&mut self.wide, &around);
        }
    }
}

/// Adds a range, or lets the last one go on.
fn extend_ranges(ranges: &mut Vec<Range<usize>>, around: &Range<usize>) {
    match ranges.last_mut() {
        Some(last) if around.start <= last.end => last.end = around.end,
        _ => ranges.push(around.clone()),
    }
}

fn sum_of(a: u8, b: u8) -> usize {
    usize::from(a) + usize::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_text_is_dense_and_prose_is_not() {
        let prose = "the quick brown fox jumps over the lazy dog, and so on. ".repeat(20);
        let clean = dense(prose.as_bytes(), &(0..prose.len()));
        assert!(clean.base64.is_empty() && clean.numbers.is_empty() && clean.wide.is_empty());
        let wide: Vec<u8> = prose.bytes().flat_map(|b| [b, 0]).collect();
        let found = dense(&wide, &(0..wide.len())).wide;
        assert!(matches!(&found[..], [one] if *one == (0..wide.len())));
        let text = format!("{prose}{}{prose}", "VXNlIHRoZSBrZXkg".repeat(6));
        let found = dense(text.as_bytes(), &(0..text.len())).base64;
        let inside = prose.len()..prose.len() + 96;
        assert!(matches!(&found[..], [one] if one.start <= inside.start && one.end >= inside.end));
    }

    #[test]
    fn what_is_dense_does_not_depend_on_where_the_part_begins() {
        let text = "abc DEF 123 ".repeat(300);
        let whole = dense(text.as_bytes(), &(0..text.len()));
        let part = dense(text.as_bytes(), &(1000..text.len()));
        assert_eq!(whole.base64.len(), 1);
        assert!(part.base64[0].start <= 1000);
    }
}
