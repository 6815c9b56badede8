//! The parts of a text in which an anchor can stand.
//!
//! Anchors are short and many: to look for all of them everywhere would take five times as long as to
//! read the text. So one pass looks at sixty-four bytes at once, with vector instructions, and keeps the
//! blocks that have the rarest pair of bytes of an anchor, a long run of letters and digits as base64
//! has it, or many capitals, digits or NULs.

use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch};

use super::anchors::CUTS;
use super::block::{BLOCK, Bits, ListBits, Neighbours, Text, padded, starts_of_runs};
use super::text::kind_letters;

/// Number of bytes that are searched around a block of encoded text.
const MARGIN: usize = 128;

/// An anchor begins at most so far before the pair that tells it, and ends at most so far behind it.
const ANCHOR_MARGIN: usize = 16;

/// An anchor stands at most so far before the first byte of its hit, as the name of a key without
/// prefix does, or behind it, as the second half of an anchor does that a line break cuts.
const ANCHOR_LEAD: usize = 1 << 10;

/// The run of letters, digits and signs of base64 that makes a block a region. Base64 with a key in it
/// has lines of at least 20 digits.
pub(crate) const RUN: usize = 19;

/// In two neighbouring blocks a key in base64 has 70 digits or more if its lines are at least 20 wide,
/// and about half of them are capitals: fewer than this many with a chance below 1e-7. This matters
/// only to anchors that a line break cuts, and to text that is encoded twice.
const CAPITALS: u32 = 14;

/// Each byte in hexadecimal has a decimal digit or two, in octal and decimal two or three. No list of
/// bytes has fewer in two blocks, unless it is indented deeply; random base64 has 20.
const DIGITS: u32 = 28;

/// Number of digits in two blocks that make a list, whatever stands between them.
const MANY_DIGITS: u32 = 48;

/// Most letters in a list with fewer digits: those of `(byte)0x70, ` and of `chr(97).`. The words behind
/// the time in a line of a log have more.
const LETTERS: u32 = 32;

/// Fewest digits in a block of a list that has one number a line, indented by sixteen blanks.
const FEW_DIGITS: u32 = 6;

/// Most letters in a block of a list with words between its numbers, as in `std::byte{0x70}, `.
const FEW_LETTERS: u32 = 16;

/// Fewest letters in a block of words of sixteen bits, and fewest blanks. Numbers in decimal digits have no
/// letters.
const HEX_LETTERS: u32 = 3;
const BLANKS: u32 = 4;

/// A run of digits in groups of four that makes two blocks a region. They hold 65 bytes or more of a key in
/// base64 that is written so, wherever it begins, unless lines with a comment's leader part them.
const GROUPED: usize = 56;

/// Fewest capitals in two blocks of such groups. There may be more than one blank between them.
const CAPITALS_IN_GROUPS: u32 = 6;

/// Every second byte of UTF-16 in Latin is NUL. The shortest key, a prefix and 16 characters, brings this
/// many.
const NULS: u32 = 20;

/// In UTF-32 three of four bytes are NUL, of which two stand before another. Two blocks hold 65 bytes of the
/// shortest key or more, wherever it begins: some 30 of these; fewer with characters of other scripts.
const NULS_BEFORE_NULS: u32 = 20;

/// Number of bytes in two blocks.
const ALL: u32 = 2 * u64::BITS;

/// Parts of the bytes, each list in order and without overlaps.
#[derive(Debug, Default)]
pub struct Regions {
    /// Parts in which an anchor of a key or of a stream can stand.
    pub(crate) anchored: Vec<Range<usize>>,
    /// Parts with many capitals.
    pub(super) base64: Vec<Range<usize>>,
    /// Parts with many digits.
    pub(crate) numbers: Vec<Range<usize>>,
    /// Parts of these in which an anchor of a key can begin.
    pub(super) codes: Vec<Range<usize>>,
    /// Parts of them in which each number can have a prefix or a suffix.
    pub(super) lists: Vec<Range<usize>>,
    /// Parts with many NULs.
    pub(super) wide: Vec<Range<usize>>,
    /// Parts of these with many NULs before another.
    pub(super) widest: Vec<Range<usize>>,
    /// Parts with long runs of letters and digits.
    pub(crate) runs: Vec<Range<usize>>,
}

impl Regions {
    /// The regions in which the anchors of hits can stand that start in this part.
    #[must_use]
    pub fn around(bytes: &[u8], part: &Range<usize>) -> Self {
        dispatch!(Level::new(), simd => Self::around_with(simd, bytes, part))
    }

    #[inline(always)]
    fn around_with<S: Simd>(simd: S, bytes: &[u8], part: &Range<usize>) -> Self {
        let start = part.start.saturating_sub(ANCHOR_LEAD);
        let end = bytes.len().min(part.end + ANCHOR_LEAD);
        let mut at = (start / BLOCK).saturating_sub(1) * BLOCK;
        let mut pass = Pass {
            simd,
            bytes,
            regions: Self::default(),
            last: Bits::default(),
            had_run: false,
        };
        while at < end {
            let this = match bytes[at..].first_chunk() {
                Some(text) => Bits::of(simd, text),
                None => Bits::of(simd, &padded(&bytes[at..])),
            };
            pass.take_in(this, at);
            at += BLOCK;
        }
        pass.find_codes();
        pass.regions
    }
}

/// The state of a pass over the blocks.
struct Pass<'b, S> {
    simd: S,
    bytes: &'b [u8],
    regions: Regions,
    /// The block before.
    last: Bits,
    had_run: bool,
}

impl<S: Simd> Pass<'_, S> {
    /// Takes in the block at `at`.
    #[inline(always)]
    fn take_in(&mut self, this: Bits, at: usize) {
        let (bytes, last) = (self.bytes, self.last);
        let blocks = Neighbours { last, this };
        let regions = &mut self.regions;
        let mut pairs = this.pairs;
        while pairs != 0 {
            let pair = at + pairs.trailing_zeros() as usize;
            if is_in_anchor(&bytes[pair..]) {
                extend_ranges(&mut regions.anchored, bytes, pair..pair + 1, ANCHOR_MARGIN);
            }
            pairs &= pairs - 1;
        }
        let block = at..at + BLOCK;
        let has_run = has_run(&blocks);
        if has_run {
            extend_ranges(&mut regions.anchored, bytes, block.clone(), MARGIN);
            extend_ranges(&mut regions.runs, bytes, block.clone(), BLOCK);
        }
        let around = BLOCK + MARGIN;
        let capitals = blocks.count(|bits| bits.capitals);
        let is_run = has_run || self.had_run;
        let is_grouped = !is_run && capitals >= CAPITALS_IN_GROUPS && is_in_groups(&blocks);
        if is_grouped {
            extend_ranges(&mut regions.anchored, bytes, block.clone(), around);
        }
        if capitals >= CAPITALS && (is_run || is_grouped) {
            extend_ranges(&mut regions.base64, bytes, block.clone(), around);
        }
        let nuls = blocks.count(|bits| bits.nuls);
        if (NULS..ALL).contains(&nuls) {
            extend_ranges(&mut regions.wide, bytes, block.clone(), around);
            if blocks.count(|bits| bits.nuls & bits.nuls >> 1) >= NULS_BEFORE_NULS {
                extend_ranges(&mut regions.widest, bytes, block.clone(), around);
            }
        }
        if self.is_list(&blocks, at) {
            extend_ranges(&mut self.regions.numbers, bytes, block, around);
        }
        (self.last, self.had_run) = (this, has_run);
    }

    /// Tells whether the block at `at` and the one before it can hold a list of numbers.
    #[inline(always)]
    fn is_list(&self, blocks: &Neighbours, at: usize) -> bool {
        let digits = blocks.count(|bits| bits.digits);
        let digits_here = blocks.this.digits.count_ones();
        if digits < DIGITS && digits_here < FEW_DIGITS {
            return false;
        }
        let this = self.list_bits(at);
        if digits >= MANY_DIGITS || digits_here >= FEW_DIGITS && this.letters == 0 {
            return true;
        }
        let is_sparse = this.codes != 0 && this.letters.count_ones() <= FEW_LETTERS;
        if is_sparse && digits_here >= FEW_DIGITS {
            return true;
        }
        digits >= DIGITS && can_be_list(blocks, &self.list_bits(at.saturating_sub(BLOCK)), &this)
    }

    #[inline(always)]
    fn list_bits(&self, at: usize) -> ListBits {
        ListBits::of(self.simd, &text_at(self.bytes, at))
    }

    /// Finds the parts of lists of numbers in which an anchor begins.
    #[inline(always)]
    fn find_codes(&mut self) {
        for range in &self.regions.numbers {
            for at in range.clone().step_by(BLOCK) {
                let bits = self.list_bits(at);
                let block = at..at + BLOCK;
                if can_have_dress(&bits, &self.bytes[at..self.bytes.len().min(block.end)]) {
                    extend_ranges(&mut self.regions.lists, self.bytes, block.clone(), BLOCK);
                }
                if bits.codes != 0 {
                    extend_ranges(&mut self.regions.codes, self.bytes, block, ANCHOR_MARGIN);
                }
            }
        }
    }
}

/// The block at `at`.
#[inline(always)]
fn text_at(bytes: &[u8], at: usize) -> Text {
    match bytes[at..].first_chunk() {
        Some(text) => *text,
        None => padded(&bytes[at..]),
    }
}

/// Tells whether a run of digits of base64 ends in the second block.
#[inline(always)]
fn has_run(blocks: &Neighbours) -> bool {
    let (last, this) = (blocks.last.base64, blocks.this.base64);
    // A run that begins in the first block ends in these bits, and any other one in those of the second.
    let across = last >> (BLOCK + 1 - RUN) | this << (RUN - 1);
    starts_of_runs(across, RUN) | starts_of_runs(this, RUN) != 0
}

/// Tells whether two blocks can hold groups of base64 digits, with blanks between them and nothing else.
#[inline(always)]
fn is_in_groups(blocks: &Neighbours) -> bool {
    let [last, this] = [blocks.last, blocks.this].map(|bits| bits.base64 | bits.blanks);
    let across = (last.leading_ones() + this.trailing_ones()) as usize;
    across >= GROUPED || starts_of_runs(last, GROUPED) | starts_of_runs(this, GROUPED) != 0
}

/// Tells whether the bytes that were told by a table can be the rarest ones of an anchor: behind `ph` there
/// is a kind's letter, or what cuts a prefix.
fn is_in_anchor(bytes: &[u8]) -> bool {
    match bytes {
        [b'p', b'h', next, ..] => {
            CUTS.contains(next) || kind_letters().any(|letter| letter == *next)
        }
        _ => true,
    }
}

/// Tells whether a list can have a dress of its own: a block has the code of an anchor, some letters as in
/// `70h` and `0x70u8`, or hexadecimal digits with blanks between them, as words of sixteen bits have.
#[inline(always)]
fn can_have_dress(bits: &ListBits, block: &[u8]) -> bool {
    if bits.letters != 0 || bits.codes != 0 {
        return bits.letters.count_ones() <= FEW_LETTERS;
    }
    let mut letters = 0;
    let mut others = 0;
    for byte in block {
        letters += u32::from(matches!(byte, b'a'..=b'f' | b'A'..=b'F'));
        others += u32::from(!byte.is_ascii_alphanumeric());
    }
    letters >= HEX_LETTERS && others >= BLANKS
}

/// Tells whether two blocks have escapes, or between their first digit and their last few letters that
/// are no digits of a number. There must be a digit.
#[inline(always)]
fn can_be_list(blocks: &Neighbours, last: &ListBits, this: &ListBits) -> bool {
    if last.escapes | this.escapes != 0 {
        return true;
    }
    let digits = blocks.both(|bits| bits.digits);
    let from_first = u128::MAX << digits.trailing_zeros();
    let up_to_last = u128::MAX >> digits.leading_zeros();
    let letters = u128::from(this.letters) << BLOCK | u128::from(last.letters);
    (letters & from_first & up_to_last).count_ones() <= LETTERS
}

/// Adds a part and so many bytes on either side. Ranges that touch become one.
fn extend_ranges(ranges: &mut Vec<Range<usize>>, bytes: &[u8], part: Range<usize>, margin: usize) {
    let mut start = part.start.saturating_sub(margin);
    let mut end = bytes.len().min(part.end + margin);
    while let Some(last) = ranges.pop_if(|last| start <= last.end) {
        start = start.min(last.start);
        end = end.max(last.end);
    }
    ranges.push(start..end);
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
            // The run of a body makes the region of a prefix that is escaped twice.
            if matches!(forms, [Form::Base64(_)]) || literal == b"70%25" {
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
            "chr(97).",
        ] {
            let list = item.repeat(80);
            let found = whole(list.as_bytes()).numbers;
            assert!(
                matches!(&found[..], [all] if *all == (0..list.len())),
                "{item}: {found:?}"
            );
        }
        for indent in [8, 12, 16] {
            let log = "2026-01-01T00:00:00.000Z INFO request served without a cookie\n";
            let text = log.to_owned() + &format!("{}97,\n", " ".repeat(indent)).repeat(60);
            let found = whole(text.as_bytes()).numbers;
            let is_whole = |last: &Range<usize>| last.start < log.len() && last.end == text.len();
            assert!(found.last().is_some_and(is_whole), "{indent}: {found:?}");
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
