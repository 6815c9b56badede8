//! The bytes of a block of sixty-four, looked at together: a bit for each of them.
//!
//! The vectors are as wide as the processor has them, and it is asked at run time.

use fearless_simd::Simd;
use fearless_simd::prelude::*;

use super::teddy::{BUCKETS, PLACES, Tables};

/// Bytes that are looked at together. A window of a stream moves by a multiple of it, so that each
/// byte is counted with the same neighbours.
pub const BLOCK: usize = 64;

/// Bytes behind a block that decide about pairs in it.
const AHEAD: usize = 8;

/// A block and the bytes behind it.
pub(super) type Text = [u8; BLOCK + AHEAD];

/// For each question the bytes of a block of which it is true, the first one in the lowest bit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Bits {
    /// It begins the rarest bytes of an anchor that is not base64: a part of the prefix, an escape of a
    /// letter in it, its first letter at full width, or a part of `personal`.
    pub(super) pairs: u64,
    /// It is a digit of base64, in any of its alphabets.
    pub(super) base64: u64,
    /// It is a blank or a line break.
    pub(super) blanks: u64,
    /// It is a capital letter.
    pub(super) capitals: u64,
    /// It is a decimal digit.
    pub(super) digits: u64,
    /// It is NUL.
    pub(super) nuls: u64,
}

/// The bytes at the end of a text, of which there may be fewer, and blanks behind them.
pub(super) fn padded(rest: &[u8]) -> Text {
    let mut text = [b' '; BLOCK + AHEAD];
    let length = rest.len().min(text.len());
    text[..length].copy_from_slice(&rest[..length]);
    text
}

impl Bits {
    /// Looks at all bytes of a block.
    ///
    /// A function that is not inlined here would not be compiled for the processor's vectors.
    #[inline(always)]
    pub(super) fn of<S: Simd>(simd: S, text: &Text) -> Self {
        let mut bits = Self::default();
        let mut from = 0;
        while from < BLOCK {
            let bytes = vector(simd, text, from);
            let folded = bytes | 0x20;
            let digits = is_among::<S>(bytes, b'0', 10);
            // `+` and `/` differ in one bit.
            let is_sign = (bytes & !4).simd_eq(b'+') | bytes.simd_eq(b'-') | bytes.simd_eq(b'_');
            let base64 = is_among::<S>(folded, b'a', 26) | digits | is_sign;
            let blanks = bytes.simd_eq(b' ') | is_among::<S>(bytes, b'\t', 5);
            let pairs = PAIRS.buckets(simd, text, from);
            bits.pairs |= (!pairs.simd_eq(0)).to_bitmask() << from;
            bits.base64 |= base64.to_bitmask() << from;
            bits.blanks |= blanks.to_bitmask() << from;
            bits.capitals |= is_among::<S>(bytes, b'A', 26).to_bitmask() << from;
            bits.digits |= digits.to_bitmask() << from;
            bits.nuls |= bytes.simd_eq(0).to_bitmask() << from;
            from += S::u8s::LEN;
        }
        bits
    }
}

/// The rarest bytes of each anchor that is not base64, a bucket for each kind.
static PAIRS: Tables = {
    let mut tables = Tables::new();
    let mut bucket = 0;
    while bucket < BUCKETS {
        let mut place = 0;
        while place < PLACES {
            tables.allow(bucket, place, RAREST[bucket][place]);
            place += 1;
        }
        bucket += 1;
    }
    tables
};

/// The bytes that may stand at three places; none where any may.
const RAREST: [[&[u8]; PLACES]; BUCKETS] = [
    [b"p", b"h", b""],
    [b"h", b"", b"_"],
    // An escape of `p` or `h`.
    [b"%", b"67", b""],
    [b"=", b"67", b""],
    [b"\\", b"xu01", b""],
    [b"&", b"#a", b""],
    // A letter at full width.
    [b"\xef", b"\xbd", b""],
    // Of `personal`.
    [b"rR", b"sS", b"oO"],
];

/// The bits of a block that only lists of numbers need.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ListBits {
    /// It begins an escape: `\`, `%` or `&`.
    pub(super) escapes: u64,
    /// It is a letter that no number has: neither a hexadecimal digit nor `x`.
    pub(super) letters: u64,
    /// It begins the code of the first letter of an anchor, as it stands in a list of numbers.
    pub(super) codes: u64,
}

impl ListBits {
    /// Looks at all bytes of a block.
    #[inline(always)]
    pub(super) fn of<S: Simd>(simd: S, text: &Text) -> Self {
        let mut bits = Self::default();
        let mut from = 0;
        while from < BLOCK {
            let bytes = vector(simd, text, from);
            let folded = bytes | 0x20;
            let escapes = bytes.simd_eq(b'\\') | bytes.simd_eq(b'%') | bytes.simd_eq(b'&');
            let letters = is_among::<S>(folded, b'g', 20) & !folded.simd_eq(b'x');
            bits.escapes |= escapes.to_bitmask() << from;
            bits.letters |= letters.to_bitmask() << from;
            bits.codes |= begins_code(simd, text, from).to_bitmask() << from;
            from += S::u8s::LEN;
        }
        bits
    }
}

/// `70` is a `p`, and so are `112` and `160`; `63`, `42` and `77` are its first digits in base64, and the
/// second ones begin with `4` or `6`. In a time of a log hardly one of these stands so.
#[inline(always)]
fn begins_code<S: Simd>(simd: S, text: &Text, from: usize) -> S::mask8s {
    let first = vector(simd, text, from);
    let second = vector(simd, text, from + 1);
    let third = vector(simd, text, from + 2);
    let is_four_or_six = (third & !2).simd_eq(b'4');
    let is_other_number = is_among::<S>(third, b'1', 9) & !third.simd_eq(b'6');
    // `70h` is a number, too.
    let is_letter = is_among::<S>(third | 0x20, b'a', 26) & !(third | 0x20).simd_eq(b'h');
    let is_hex = first.simd_eq(b'7') & second.simd_eq(b'0') & !(is_other_number | is_letter);
    let is_decimal = first.simd_eq(b'1')
        & ((second.simd_eq(b'1') & third.simd_eq(b'2'))
            | (second.simd_eq(b'6') & third.simd_eq(b'0')));
    let is_in_base64 = (first.simd_eq(b'6') & second.simd_eq(b'3'))
        | (first.simd_eq(b'4') & second.simd_eq(b'2'))
        | (first.simd_eq(b'7') & second.simd_eq(b'7'));
    is_hex | is_decimal | (is_in_base64 & (is_four_or_six | third.simd_eq(b' ')))
}

/// The bytes from here on. Read as a slice, they would come one by one into a vector of AVX2.
#[inline(always)]
pub(super) fn vector<S: Simd>(simd: S, text: &Text, from: usize) -> S::u8s {
    let words = S::u64s::from_fn(simd, |lane| {
        let mut word = [0; 8];
        word.copy_from_slice(&text[from + 8 * lane..][..8]);
        u64::from_ne_bytes(word)
    });
    words.bitcast()
}

/// Tells which bytes are one of so many in a row.
#[inline(always)]
fn is_among<S: Simd>(bytes: S::u8s, first: u8, count: u8) -> S::mask8s {
    (bytes - first).simd_lt(count)
}

/// Two blocks, one behind the other.
pub(super) struct Neighbours {
    pub(super) last: Bits,
    pub(super) this: Bits,
}

impl Neighbours {
    /// Number of bits that are set in both.
    #[inline(always)]
    pub(super) fn count(&self, bits: fn(&Bits) -> u64) -> u32 {
        bits(&self.last).count_ones() + bits(&self.this).count_ones()
    }

    /// The bits of both, those of the first one lower.
    #[inline(always)]
    pub(super) fn both(&self, bits: fn(&Bits) -> u64) -> u128 {
        u128::from(bits(&self.this)) << BLOCK | u128::from(bits(&self.last))
    }
}

/// The bits from which on so many are set.
#[inline(always)]
pub(super) fn starts_of_runs(bits: u64, length: usize) -> u64 {
    let mut starts = bits;
    let mut reached = 1;
    while reached < length {
        let step = reached.min(length - reached);
        starts &= starts >> step;
        reached += step;
    }
    starts
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::super::anchors::IN_NUMBERS;
    use super::*;

    fn bits_of(text: &[u8]) -> Bits {
        let text = padded(text);
        dispatch!(Level::new(), simd => Bits::of(simd, &text))
    }

    fn list_bits_of(text: &[u8]) -> ListBits {
        let text = padded(text);
        dispatch!(Level::new(), simd => ListBits::of(simd, &text))
    }

    fn bits_where(is_true: impl Fn(u8) -> bool, bytes: &[u8]) -> u64 {
        let mut bits = 0;
        for (at, byte) in bytes.iter().enumerate() {
            bits |= u64::from(is_true(*byte)) << at;
        }
        bits
    }

    #[test]
    fn each_byte_has_its_bits() {
        for start in (0..=255u8).step_by(BLOCK) {
            let bytes: Vec<u8> = (start..=start + 63).collect();
            let (bits, list_bits) = (bits_of(&bytes), list_bits_of(&bytes));
            let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
            let is_letter =
                |byte: u8| byte.is_ascii_alphabetic() && !b"abcdefxABCDEFX".contains(&byte);
            let is_blank = |byte: u8| b" \t\n\x0b\x0c\r".contains(&byte);
            assert_eq!(bits.base64, bits_where(is_base64, &bytes), "{start}");
            assert_eq!(bits.blanks, bits_where(is_blank, &bytes), "{start}");
            assert_eq!(
                bits.capitals,
                bits_where(|b| b.is_ascii_uppercase(), &bytes)
            );
            assert_eq!(bits.digits, bits_where(|b| b.is_ascii_digit(), &bytes));
            assert_eq!(bits.nuls, bits_where(|b| b == 0, &bytes), "{start}");
            assert_eq!(
                list_bits.escapes,
                bits_where(|b| b"\\%&".contains(&b), &bytes)
            );
            assert_eq!(list_bits.letters, bits_where(is_letter, &bytes), "{start}");
        }
    }

    #[test]
    fn every_kind_of_processor_sees_the_same() {
        let levels = [
            Some(Level::baseline()),
            #[cfg(target_arch = "x86_64")]
            Level::new().as_sse4_2().map(Level::Sse4_2),
            #[cfg(target_arch = "x86_64")]
            Level::new().as_avx2().map(Level::Avx2),
        ];
        let mut text = (0..=255).collect::<Vec<u8>>();
        text.extend(b"/%70hx_ &#112; ph \\x70 personal PERSONAL = ef\xef\xbd\x90 AQIDBA==");
        for _ in 0..text.len() {
            text.rotate_left(1);
            let bits = (bits_of(&text), list_bits_of(&text));
            for level in levels.into_iter().flatten() {
                let text = padded(&text);
                let other =
                    dispatch!(level, simd => (Bits::of(simd, &text), ListBits::of(simd, &text)));
                assert_eq!(bits, other, "{level:?}");
            }
        }
    }

    #[test]
    fn every_anchor_in_numbers_begins_with_a_code() {
        for (literal, _) in IN_NUMBERS.all() {
            let form = String::from_utf8_lossy(literal);
            assert_eq!(list_bits_of(literal).codes & 1, 1, "{form:?}");
        }
        assert_eq!(list_bits_of(b"2026-07-01T11:42:07.770Z 1024 701").codes, 0);
    }

    #[test]
    fn runs_begin_where_so_many_bits_are_set() {
        for length in 1..=40 {
            for start in [0, 1, 24] {
                let bits = (u64::MAX >> (64 - length)) << start;
                assert_eq!(starts_of_runs(bits, length), 1 << start, "{length} {start}");
                assert_eq!(starts_of_runs(bits, length + 1), 0, "{length} {start}");
            }
        }
    }
}
