//! The literals with which streams begin in a text, and the search for them.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, packed};

use super::Dress;
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

/// Anchors in text of any kind.
pub(super) static IN_TEXT: LazyLock<Anchors> = LazyLock::new(|| {
    let mut all = Vec::new();
    for magic in MAGICS {
        add_base64(magic, &mut all);
    }
    for literal in [
        "\\x1f\\x8b",
        "\\x1F\\x8B",
        "\\037\\213",
        "PK\\x03",
        "PK\\003",
        "x\\x9c",
        "x\\xda",
        "\\x78\\x9c",
        "\\x78\\xda",
    ] {
        all.push(Anchor {
            literal: literal.into(),
            lead: 0,
            dress: Dress::Escaped,
        });
    }
    Anchors::new(all)
});

/// Anchors in text that is dense in digits.
pub(super) static IN_NUMBERS: LazyLock<Anchors> = LazyLock::new(|| {
    let mut all = Vec::new();
    for magic in MAGICS {
        add_numbers(magic, &mut all);
    }
    Anchors::new(all)
});

/// Adds the base64 of a magic in both alphabets, and the base64 of that.
fn add_base64(magic: &[u8], all: &mut Vec<Anchor>) {
    let mut endings = vec![Vec::new()];
    if magic.len() == 2 {
        // The third digit holds bits of the next byte, too.
        endings = (0..4).map(|bits: u8| vec![bits << 6]).collect();
    }
    for ending in endings {
        let bits = if magic.len() == 2 {
            18
        } else {
            magic.len() * 8
        };
        let text = [magic, &ending].concat();
        for alphabet in [Alphabet::Standard, Alphabet::UrlSafe] {
            let digits = encode(&text, bits, alphabet);
            if all.iter().any(|known| known.literal == digits) {
                continue;
            }
            let twice = encode(&digits, digits.len() * 8, Alphabet::Standard);
            for (literal, dress) in [(digits, Dress::Base64), (twice, Dress::Twice)] {
                all.push(Anchor {
                    literal,
                    lead: 0,
                    dress,
                });
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    Standard,
    UrlSafe,
}

/// The digits that depend on nothing but the first bits of a text.
pub(super) fn encode(text: &[u8], bits: usize, alphabet: Alphabet) -> Vec<u8> {
    let mut digits = Vec::new();
    for digit in 0..bits / 6 {
        let mut value = 0;
        for bit in 6 * digit..6 * digit + 6 {
            let byte = text.get(bit / 8).copied().unwrap_or(0);
            value = value << 1 | usize::from(byte >> (7 - bit % 8) & 1);
        }
        digits.push(match (BASE64[value], alphabet) {
            (b'+', Alphabet::UrlSafe) => b'-',
            (b'/', Alphabet::UrlSafe) => b'_',
            (digit, _) => digit,
        });
    }
    digits
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
        let literal = literal.into_bytes();
        if !all.iter().any(|known| known.literal == literal) {
            all.push(Anchor {
                literal,
                lead,
                dress: Dress::Numbers(a),
            });
        }
    }
}

/// A literal with which a stream begins in a text.
pub(super) struct Anchor {
    pub(super) literal: Vec<u8>,
    /// Bytes of it before the first digit.
    pub(super) lead: usize,
    pub(super) dress: Dress,
}

/// A set of anchors, and the searches for it.
pub(super) struct Anchors {
    /// Built in a tenth of the time of the other, for texts that are searched in no time.
    small: OnceLock<AhoCorasick>,
    large: OnceLock<Search>,
    all: Vec<Anchor>,
}

/// The search for all anchors at once.
enum Search {
    Simd(packed::Searcher),
    /// For processors without the vector instructions that the other needs.
    Automaton(AhoCorasick),
}

/// Number of bytes of a text that is worth the building of the larger search.
const LARGE: usize = 1 << 15;

impl Anchors {
    fn new(all: Vec<Anchor>) -> Self {
        let (small, large) = (OnceLock::new(), OnceLock::new());
        Self { small, large, all }
    }

    fn literals(&self) -> Vec<&[u8]> {
        let mut literals = Vec::with_capacity(self.all.len());
        for anchor in &self.all {
            literals.push(&anchor.literal[..]);
        }
        literals
    }

    #[expect(
        clippy::expect_used,
        reason = "some dozens of short literals are far below every limit"
    )]
    fn automaton(&self, kind: Option<AhoCorasickKind>) -> AhoCorasick {
        let mut builder = AhoCorasick::builder();
        let automaton = builder.kind(kind).build(self.literals());
        automaton.expect("an automaton of few literals")
    }

    fn small_search(&self) -> &AhoCorasick {
        let kind = AhoCorasickKind::NoncontiguousNFA;
        self.small.get_or_init(|| self.automaton(Some(kind)))
    }

    fn large_search(&self) -> &Search {
        self.large.get_or_init(|| {
            let mut builder = packed::Config::new().builder();
            match builder.extend(self.literals()).build() {
                Some(simd) => Search::Simd(simd),
                None => Search::Automaton(self.automaton(None)),
            }
        })
    }

    /// The first anchor that begins in this part, and its place.
    pub(super) fn next(&self, bytes: &[u8], part: Range<usize>) -> Option<(usize, &Anchor)> {
        if part.is_empty() {
            return None;
        }
        let end = bytes.len().min(part.end + LONGEST_ANCHOR);
        let span = part.start..end;
        let found = if span.len() < LARGE {
            self.small_search().find(Input::new(bytes).span(span))
        } else {
            match self.large_search() {
                Search::Simd(simd) => simd.find_in(bytes, span.into()),
                Search::Automaton(automaton) => automaton.find(Input::new(bytes).span(span)),
            }
        }?;
        let anchor = &self.all[found.pattern().as_usize()];
        (found.start() < part.end).then_some((found.start(), anchor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_anchors_are_looked_for_in_every_text() {
        assert!(IN_TEXT.all.len() <= 64, "{}", IN_TEXT.all.len());
        let longest = IN_TEXT
            .all
            .iter()
            .chain(&IN_NUMBERS.all)
            .map(|anchor| anchor.literal.len())
            .max();
        assert!(longest <= Some(LONGEST_ANCHOR));
    }
}
