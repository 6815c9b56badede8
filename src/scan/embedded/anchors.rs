//! The literals with which streams begin in a text, and the search for them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use super::Dress;
use crate::detect::{Pairs, Searcher};
use crate::key::alphabet::BASE64;

/// The first bytes of the formats that are opened: gzip, zip, bzip2, xz, Zstandard, lzip, LZMA, PDF, a
/// bundle of git, and zlib in its usual levels.
const MAGICS: [&[u8]; 13] = [
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"LZIP\x01",
    b"]\0\0",
    b"%PDF-",
    b"# v2 git bundle",
    b"\x78\x01",
    b"\x78\x5e",
    b"\x78\x9c",
    b"\x78\xda",
];

/// No anchor is longer.
const LONGEST_ANCHOR: usize = 32;

/// The largest number of anchors in text of any kind.
const MOST_IN_TEXT: usize = 64;

/// Escaped first bytes of gzip, zip and zlib.
const ESCAPED: [&[u8]; 9] = [
    br"\x1f\x8b",
    br"\x1F\x8B",
    br"\037\213",
    br"PK\x03",
    br"PK\003",
    br"x\x9c",
    br"x\xda",
    br"\x78\x9c",
    br"\x78\xda",
];

/// Anchors in text of any kind. They are made by the compiler: a small commit's check would take a
/// tenth longer.
pub(super) static IN_TEXT: Anchors = Anchors::new(
    Cow::Borrowed(TEXT_ANCHORS.all.split_at(TEXT_ANCHORS.count).0),
    TEXT_ANCHORS.pairs(),
);

static TEXT_ANCHORS: AnchorList = text_anchors();

/// Anchors in text that is dense in digits.
pub(super) static IN_NUMBERS: LazyLock<Anchors> = LazyLock::new(|| {
    let mut all = Vec::new();
    for magic in MAGICS {
        add_numbers(magic, &mut all);
    }
    let mut pairs = Pairs::new();
    for anchor in &all {
        pairs.add(anchor.literal());
    }
    Anchors::new(Cow::Owned(all), pairs)
});

/// A literal with which a stream begins in a text.
#[derive(Clone, Copy)]
pub(super) struct Anchor {
    literal: [u8; LONGEST_ANCHOR],
    length: usize,
    /// Bytes of it before the first digit.
    pub(super) lead: usize,
    pub(super) dress: Dress,
}

impl Anchor {
    const fn new(literal: &[u8], lead: usize, dress: Dress) -> Self {
        let mut bytes = [0; LONGEST_ANCHOR];
        bytes.split_at_mut(literal.len()).0.copy_from_slice(literal);
        Self {
            literal: bytes,
            length: literal.len(),
            lead,
            dress,
        }
    }

    const fn literal(&self) -> &[u8] {
        self.literal.split_at(self.length).0
    }
}

/// Anchors that the compiler gathers.
struct AnchorList {
    all: [Anchor; MOST_IN_TEXT],
    count: usize,
}

impl AnchorList {
    /// Adds an anchor, unless one with its literal is there.
    const fn add(&mut self, anchor: Anchor) {
        let mut number = 0;
        while number < self.count {
            if is_equal(self.all[number].literal(), anchor.literal()) {
                return;
            }
            number += 1;
        }
        self.all[self.count] = anchor;
        self.count += 1;
    }

    /// Adds the base64 of the first bits of a text in both alphabets, and the base64 of that.
    const fn add_base64(&mut self, text: &[u8], bits: usize) {
        let mut number = 0;
        while number < 2 {
            let alphabet = [Alphabet::Standard, Alphabet::UrlSafe][number];
            let once = encode(text, bits, alphabet, Dress::Base64);
            self.add(once);
            let bits = once.length * 8;
            self.add(encode(
                once.literal(),
                bits,
                Alphabet::Standard,
                Dress::Twice,
            ));
            number += 1;
        }
    }

    const fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        let mut number = 0;
        while number < self.count {
            pairs.add(self.all[number].literal());
            number += 1;
        }
        pairs
    }
}

const fn text_anchors() -> AnchorList {
    let none = Anchor::new(b"", 0, Dress::Escaped);
    let mut anchors = AnchorList {
        all: [none; MOST_IN_TEXT],
        count: 0,
    };
    let mut number = 0;
    while number < MAGICS.len() {
        let magic = MAGICS[number];
        if let [first, second] = *magic {
            // The third digit holds bits of the next byte, too.
            let mut next: u8 = 0;
            while next < 4 {
                anchors.add_base64(&[first, second, next << 6], 18);
                next += 1;
            }
        } else {
            anchors.add_base64(magic, magic.len() * 8);
        }
        number += 1;
    }
    let mut number = 0;
    while number < ESCAPED.len() {
        anchors.add(Anchor::new(ESCAPED[number], 0, Dress::Escaped));
        number += 1;
    }
    anchors
}

const fn is_equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    Standard,
    UrlSafe,
}

/// The digits that depend on nothing but the first bits of a text.
const fn encode(text: &[u8], bits: usize, alphabet: Alphabet, dress: Dress) -> Anchor {
    let mut anchor = Anchor::new(b"", 0, dress);
    while anchor.length < bits / 6 {
        anchor.literal[anchor.length] = digit(text, anchor.length, alphabet);
        anchor.length += 1;
    }
    anchor
}

/// A digit of the base64 of a text.
pub(super) const fn digit(text: &[u8], number: usize, alphabet: Alphabet) -> u8 {
    let mut value = 0;
    let mut bit = 6 * number;
    while bit < 6 * number + 6 {
        let byte = if bit / 8 < text.len() {
            text[bit / 8]
        } else {
            0
        };
        value = value << 1 | (byte >> (7 - bit % 8) & 1) as usize;
        bit += 1;
    }
    match (BASE64[value], alphabet) {
        (b'+', Alphabet::UrlSafe) => b'-',
        (b'/', Alphabet::UrlSafe) => b'_',
        (digit, _) => digit,
    }
}

/// Adds the writings of the first two bytes of a magic as numbers.
fn add_numbers(magic: &[u8], all: &mut Vec<Anchor>) {
    let (a, b) = (magic[0], magic[1]);
    let short = &magic[..magic.len().min(4)];
    let whole: String = short.iter().map(|byte| format!("{byte:02x}")).collect();
    for (literal, lead) in [
        (whole.clone(), 0),
        (whole.to_uppercase(), 0),
        (format!("{a:02x} {b:02x}"), 0),
        (format!("{a:02X} {b:02X}"), 0),
        (format!("{a:02x}:{b:02x}"), 0),
        (format!("0x{a:02x},0x{b:02x}"), 2),
        (format!("0x{a:02X},0x{b:02X}"), 2),
        (format!("0x{a:02x}, 0x{b:02x}"), 2),
        (format!("0x{a:02X}, 0x{b:02X}"), 2),
        (format!("{a},{b},"), 0),
        (format!("{a}, {b},"), 0),
    ] {
        let literal = literal.as_bytes();
        if !all.iter().any(|known| known.literal() == literal) {
            all.push(Anchor::new(literal, lead, Dress::Numbers(a)));
        }
    }
}

/// A set of anchors, and the searches for it.
pub(super) struct Anchors {
    all: Cow<'static, [Anchor]>,
    /// For the first texts.
    pairs: Pairs,
    searcher: OnceLock<Searcher>,
}

impl Anchors {
    const fn new(all: Cow<'static, [Anchor]>, pairs: Pairs) -> Self {
        Self {
            all,
            pairs,
            searcher: OnceLock::new(),
        }
    }

    /// The first anchor that begins in this part, and its place.
    pub(super) fn next(&self, bytes: &[u8], part: Range<usize>) -> Option<(usize, &Anchor)> {
        if part.is_empty() {
            return None;
        }
        let end = bytes.len().min(part.end + LONGEST_ANCHOR);
        let span = part.start..end;
        let (at, anchor) = if self.pairs.suit(span.len()) {
            self.find_by_pairs(bytes, span)?
        } else {
            let searcher = self
                .searcher
                .get_or_init(|| Searcher::new(&self.literals()));
            let (at, number) = searcher.find(bytes, span)?;
            (at, &self.all[number])
        };
        (at < part.end).then_some((at, anchor))
    }

    fn literals(&self) -> Vec<&[u8]> {
        self.all.iter().map(Anchor::literal).collect()
    }

    fn find_by_pairs(&self, bytes: &[u8], span: Range<usize>) -> Option<(usize, &Anchor)> {
        let mut from = span.start;
        while let Some(at) = self.pairs.next(bytes, from, span.end) {
            let text = &bytes[at..span.end];
            let mut anchors = self.all.iter();
            if let Some(anchor) = anchors.find(|anchor| text.starts_with(anchor.literal())) {
                return Some((at, anchor));
            }
            from = at + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_anchors_are_looked_for_in_every_text() {
        assert!(IN_TEXT.all.len() <= MOST_IN_TEXT, "{}", IN_TEXT.all.len());
        let lengths = || {
            IN_TEXT
                .all
                .iter()
                .chain(IN_NUMBERS.all.iter())
                .map(|anchor| anchor.length)
        };
        // The searcher looks at three bytes.
        assert!(lengths().min() >= Some(3));
        assert!(lengths().max() < Some(LONGEST_ANCHOR));
    }
}
