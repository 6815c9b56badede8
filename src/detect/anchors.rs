//! Places where a key may begin: short literals, all of them derived from the catalogue.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use super::base64::{Written, written};
use super::pairs::Pairs;
use super::searcher::Searcher;
use super::text::kind_letters;

/// The form of key that an anchor announces.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// The first letters of a prefix.
    Text,
    /// The end of a prefix, whose `p` a cut may part from it.
    CutPrefix,
    /// An escape in a prefix: of its `h`, or of its `p` before an escape.
    EscapedPrefix,
    /// The code of a `p`, in an escape or in a list of numbers.
    Number,
    /// Base64 of an anchor.
    Base64(Written),
    /// The same without its first two digits: a line break may stand before or between these.
    BrokenBase64(Written),
    /// The middle of `personal`, with which the name of an old key without prefix begins.
    Legacy,
}

/// The first bytes of what cuts a prefix behind its second letter.
pub(super) const CUTS: &[u8] = b"\x1b\xe2\xc2\xef<'\"`=\\&%";

/// Anchors that are looked for everywhere.
pub(super) static EVERYWHERE: LazyLock<Anchors> = LazyLock::new(|| {
    let mut anchors = Table::default();
    for letter in kind_letters() {
        anchors.add(&[b'p', b'h', letter], Form::Text);
        anchors.add(&[b'h', letter, b'_'], Form::CutPrefix);
    }
    for byte in CUTS {
        anchors.add(&[b'p', b'h', *byte], Form::Text);
    }
    for escape in [
        &b"p%68"[..],
        b"p=68",
        b"p\\x68",
        b"p\\u00",
        b"p\\150",
        b"p&#10",
        b"p&#x6",
        b"70%6",
        b"70%25",
        b"70=6",
        b"70\\x6",
        b"70\\u0",
        b"70}\\",
        b"60\\1",
        b"12;&",
        b"70;&",
        b"70h%",
        b"70h\\",
        b"12;h&",
        "\u{ff50}\u{ff48}".as_bytes(),
    ] {
        anchors.add(escape, Form::EscapedPrefix);
    }
    // The code of a `p` in an escape that is escaped once more. Others are looked for among numbers only.
    anchors.add(b"70\\\\", Form::Number);
    anchors.add(b"160\\\\", Form::Number);
    for anchor in PREFIXES_IN_BASE64.iter().cloned() {
        let digits = anchor.digits[..BASE64_ANCHOR].to_vec();
        anchors.add(&digits, Form::Base64(anchor));
    }
    anchors.add(b"rsonal", Form::Legacy);
    anchors.add(b"RSONAL", Form::Legacy);
    anchors.build()
});

/// Anchors of text that is in base64 and wrapped, or encoded twice.
pub(super) static IN_BASE64: LazyLock<Anchors> = LazyLock::new(|| {
    let mut anchors = Table::default();
    for letter in kind_letters() {
        // Digits and letters differ in their first bits.
        for next in [b'0', b'a'] {
            for anchor in written(&[b'p', b'h', letter, b'_', next]) {
                let tail = anchor.digits[2..5].to_vec();
                anchors.add(&tail, Form::BrokenBase64(anchor));
            }
        }
    }
    for inner in PREFIXES_IN_BASE64.iter() {
        anchors.add_in_base64(&inner.digits[..BASE64_ANCHOR]);
    }
    anchors.add_in_base64(b"p\0h\0");
    for inner in [
        &b"7068"[..],
        b"%70%",
        b"u0070",
        b"\\x70",
        b"#112;",
        b"#x70;",
        b"rson",
        b"RSON",
    ] {
        anchors.add_in_base64(inner);
    }
    anchors.build()
});

/// Anchors of text that is a list of numbers.
pub(super) static IN_NUMBERS: LazyLock<Anchors> = LazyLock::new(|| {
    let mut anchors = Table::default();
    for literal in [
        "706", "70 6", "70 7", "70:6", "70-6", "70%", "70=6", "70;", "70}", "70\\", "70,", "70 0",
        "70  ", "70\n", "70\r", "70\t", "70\"", "70'", "70)", "70|", "70/", "70.", "70 \\", "7000",
        "112,", "112 1", "112;", "112\n", "112\t", "112\"", "112'", "112)", "112#", "112\\",
        "160\\", "160 1",
    ] {
        anchors.add(literal.as_bytes(), Form::Number);
    }
    for inner in PREFIXES_IN_BASE64.iter() {
        let codes = &inner.digits[..2];
        for text in [
            format!("{:02x}{:02x}", codes[0], codes[1]),
            format!("{:02X}{:02X}", codes[0], codes[1]),
            format!("{:02x} {:02x}", codes[0], codes[1]),
        ] {
            anchors.add(text.as_bytes(), Form::Number);
        }
    }
    anchors.build()
});

/// Number of digits in an anchor.
const BASE64_ANCHOR: usize = 3;

/// `ph` and a kind's letter in base64.
pub(super) static PREFIXES_IN_BASE64: LazyLock<Vec<Written>> = LazyLock::new(prefixes_in_base64);

/// Writes the prefixes in base64. Some kinds have the same digits.
fn prefixes_in_base64() -> Vec<Written> {
    let mut all: Vec<Written> = Vec::new();
    for letter in kind_letters() {
        for anchor in written(&[b'p', b'h', letter]) {
            let is_known =
                |known: &Written| known.digits[..BASE64_ANCHOR] == anchor.digits[..BASE64_ANCHOR];
            if !all.iter().any(is_known) {
                all.push(anchor);
            }
        }
    }
    all
}

#[derive(Default)]
struct Table(BTreeMap<Vec<u8>, Vec<Form>>);

impl Table {
    fn add(&mut self, literal: &[u8], form: Form) {
        self.0.entry(literal.to_vec()).or_default().push(form);
    }

    fn add_in_base64(&mut self, literal: &[u8]) {
        for anchor in written(literal) {
            let length = anchor.digits.len().min(BASE64_ANCHOR + 2);
            let digits = anchor.digits[..length].to_vec();
            self.add(&digits, Form::Base64(anchor));
        }
    }

    fn build(mut self) -> Anchors {
        // Of two literals of which one begins with the other the searcher reports the shorter only.
        let mut all: Vec<(Vec<u8>, Vec<Form>)> = Vec::new();
        while let Some((literal, forms)) = self.0.pop_first() {
            match all.last_mut() {
                Some((shorter, known)) if literal.starts_with(shorter) => known.extend(forms),
                _ => all.push((literal, forms)),
            }
        }
        Anchors::new(all)
    }
}

/// Literals, and the searchers for them.
#[derive(Debug)]
pub(super) struct Anchors {
    /// None begins with another.
    literals: Vec<Vec<u8>>,
    forms: Vec<Vec<Form>>,
    /// For the first texts.
    pairs: Pairs,
    searcher: OnceLock<Searcher>,
}

impl Anchors {
    fn new(all: Vec<(Vec<u8>, Vec<Form>)>) -> Self {
        let mut pairs = Pairs::new();
        for (literal, _) in &all {
            pairs.add(literal);
        }
        let (literals, forms) = all.into_iter().unzip();
        Self {
            literals,
            forms,
            pairs,
            searcher: OnceLock::new(),
        }
    }

    /// The first anchor in this part of the bytes, and the forms that it may announce.
    pub(super) fn next(&self, bytes: &[u8], from: usize, to: usize) -> Option<(usize, &[Form])> {
        if from >= to {
            return None;
        }
        let (at, number) = if self.pairs.suit(to - from) {
            self.find_by_pairs(bytes, from, to)?
        } else {
            let searcher = self
                .searcher
                .get_or_init(|| Searcher::new(&self.literal_bytes()));
            searcher.find(bytes, from..to)?
        };
        Some((at, &self.forms[number]))
    }

    /// The literals and their forms.
    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = (&[u8], &[Form])> {
        let forms = self.forms.iter().map(Vec::as_slice);
        self.literals.iter().map(Vec::as_slice).zip(forms)
    }

    fn literal_bytes(&self) -> Vec<&[u8]> {
        self.literals.iter().map(Vec::as_slice).collect()
    }

    fn find_by_pairs(&self, bytes: &[u8], from: usize, to: usize) -> Option<(usize, usize)> {
        let mut from = from;
        while let Some(at) = self.pairs.next(bytes, from, to) {
            let text = &bytes[at..to];
            let mut literals = self.literals.iter();
            if let Some(number) = literals.position(|literal| text.starts_with(literal)) {
                return Some((at, number));
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
    fn all_anchors_follow_from_the_catalogue() {
        for anchors in [&*EVERYWHERE, &*IN_BASE64, &*IN_NUMBERS] {
            assert!(anchors.forms.len() <= 64, "{}", anchors.forms.len());
        }
        for kind in crate::key::KINDS {
            let found = EVERYWHERE.next(kind.prefix.as_bytes(), 0, 4);
            assert!(matches!(found, Some((0, [Form::Text, ..]))), "{}", kind.id);
        }
    }

    #[test]
    fn all_searchers_find_the_same_anchors() {
        let literals = ["phx", "hx_", "cGh", "rsonal"].map(|text| text.as_bytes().to_vec());
        let text = "no phx_ and BocGh, personal hx_ ".repeat(5);
        let bytes = text.as_bytes();
        let anchors = Anchors::new(
            literals
                .iter()
                .map(|text| (text.clone(), Vec::new()))
                .collect(),
        );
        let searcher = Searcher::new(&anchors.literal_bytes());
        let mut from = 0;
        let mut count = 0;
        while let Some(found) = anchors.find_by_pairs(bytes, from, bytes.len()) {
            assert_eq!(searcher.find(bytes, from..bytes.len()), Some(found));
            from = found.0 + 1;
            count += 1;
        }
        assert_eq!(count, 25);
        assert_eq!(searcher.find(bytes, from..bytes.len()), None);
    }
}
