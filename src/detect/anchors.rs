//! Where a key may begin.

use aho_corasick::{AhoCorasick, Span, packed};

/// The form of key that an anchor announces.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// `phx`, before an underscore or its escape.
    Plain,
    /// `p`, NUL, `h`: both byte orders hold these three bytes.
    Utf16,
    /// The base64 of `phx_` behind 0, 1 or 2 other bytes of its quantum.
    Base64 {
        /// How many.
        phase: usize,
    },
    /// The middle of `personal`, with which the name of an old key without prefix begins.
    Legacy,
}

/// Few and short, because that is what the SIMD searcher is fast with.
const LITERALS: [(&[u8], Form); 30] = [
    (b"phx_", Form::Plain),
    (b"phx%", Form::Plain),
    (b"phx\\", Form::Plain),
    (b"phx&", Form::Plain),
    (b"phs_", Form::Plain),
    (b"phs%", Form::Plain),
    (b"phs\\", Form::Plain),
    (b"phs&", Form::Plain),
    (b"pha_", Form::Plain),
    (b"pha%", Form::Plain),
    (b"pha\\", Form::Plain),
    (b"pha&", Form::Plain),
    (b"phr_", Form::Plain),
    (b"phr%", Form::Plain),
    (b"phr\\", Form::Plain),
    (b"phr&", Form::Plain),
    (b"phe_", Form::Plain),
    (b"phe%", Form::Plain),
    (b"phe\\", Form::Plain),
    (b"phe&", Form::Plain),
    (b"p\0h", Form::Utf16),
    (b"cGh", Form::Base64 { phase: 0 }),
    (b"Boe", Form::Base64 { phase: 1 }),
    (b"Boc", Form::Base64 { phase: 1 }),
    (b"BoY", Form::Base64 { phase: 1 }),
    (b"BoZ", Form::Base64 { phase: 1 }),
    (b"waH", Form::Base64 { phase: 2 }),
    (b"waG", Form::Base64 { phase: 2 }),
    (b"rsonal", Form::Legacy),
    (b"RSONAL", Form::Legacy),
];

/// No literal is longer.
pub(super) const LONGEST: usize = 6;

#[derive(Debug)]
pub(super) enum Anchors {
    Simd(packed::Searcher),
    /// On processors without the vector instructions that the other needs.
    Automaton(AhoCorasick),
}

impl Anchors {
    #[expect(
        clippy::expect_used,
        reason = "fifteen short literals are far below every limit"
    )]
    pub(super) fn new() -> Self {
        let literals = LITERALS.iter().map(|(literal, _)| literal);
        match packed::Config::new()
            .builder()
            .extend(literals.clone())
            .build()
        {
            Some(searcher) => Self::Simd(searcher),
            None => Self::Automaton(
                AhoCorasick::new(literals).expect("an automaton of fifteen literals"),
            ),
        }
    }

    /// The first anchor at or behind `from`, and what it announces.
    pub(super) fn next(&self, bytes: &[u8], from: usize) -> Option<(usize, Form)> {
        let span = Span::from(from..bytes.len());
        let found = match self {
            Self::Simd(searcher) => searcher.find_in(bytes, span),
            Self::Automaton(automaton) => {
                automaton.find(aho_corasick::Input::new(bytes).span(span))
            }
        }?;
        Some((found.start(), LITERALS[found.pattern().as_usize()].1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_literal_is_longer_than_the_longest() {
        assert_eq!(
            LITERALS.iter().map(|(literal, _)| literal.len()).max(),
            Some(LONGEST)
        );
    }

    #[test]
    fn both_searchers_find_the_same_anchors() {
        let literals = LITERALS.iter().map(|(literal, _)| literal);
        let automaton = Anchors::Automaton(AhoCorasick::new(literals.clone()).unwrap());
        let mut text = b"no key here ".repeat(20);
        for literal in literals {
            text.extend_from_slice(literal);
            text.extend_from_slice(b" and BocGh ");
        }
        let places = |anchors: &Anchors| {
            let mut from = 0;
            std::iter::from_fn(|| {
                let (at, _) = anchors.next(&text, from)?;
                from = at + 1;
                Some(at)
            })
            .collect::<Vec<_>>()
        };
        assert_eq!(places(&Anchors::new()), places(&automaton));
        assert!(places(&automaton).len() >= 45);
    }
}
