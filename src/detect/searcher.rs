//! A search for some dozens of short literals in long texts.

use std::ops::Range;

use aho_corasick::{AhoCorasick, Input, packed};

/// Searches for all literals at once.
#[derive(Debug)]
pub(crate) enum Searcher {
    Simd(packed::Searcher),
    /// On processors without the vector instructions that the other needs.
    Automaton(AhoCorasick),
}

impl Searcher {
    pub(crate) fn new(literals: &[&[u8]]) -> Self {
        let mut builder = packed::Config::new().builder();
        match builder.extend(literals).build() {
            Some(searcher) => Self::Simd(searcher),
            None => Self::automaton(literals),
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "some dozens of short literals are far below every limit"
    )]
    pub(crate) fn automaton(literals: &[&[u8]]) -> Self {
        Self::Automaton(AhoCorasick::new(literals).expect("an automaton of few literals"))
    }

    /// The place and the number of the first literal in this part.
    pub(crate) fn find(&self, bytes: &[u8], part: Range<usize>) -> Option<(usize, usize)> {
        let found = match self {
            Self::Simd(searcher) => searcher.find_in(bytes, part.into()),
            Self::Automaton(automaton) => automaton.find(Input::new(bytes).span(part)),
        }?;
        Some((found.start(), found.pattern().as_usize()))
    }
}
