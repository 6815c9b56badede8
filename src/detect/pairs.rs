//! A search for short literals that costs nothing to prepare.
//!
//! A searcher with vector instructions is five times as fast, but most commits change less text than
//! is read by pairs in the time in which that searcher is built.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Number of bytes that are searched by pairs in all.
const MOST_SEARCHED: usize = 1 << 14;

/// The pairs of bytes with which literals begin.
#[derive(Debug)]
pub(crate) struct Pairs {
    /// A bit for each of all pairs.
    known: [u64; 1024],
    /// Bytes that were searched.
    searched: AtomicUsize,
}

impl Pairs {
    pub(crate) const fn new() -> Self {
        Self {
            known: [0; 1024],
            searched: AtomicUsize::new(0),
        }
    }

    /// Adds the first pair of a literal, which has at least two bytes.
    pub(crate) const fn add(&mut self, literal: &[u8]) {
        let (word, bit) = place_of(literal[0], literal[1]);
        self.known[word] |= 1 << bit;
    }

    /// Tells whether a text of this length should still be searched by pairs.
    pub(crate) fn suit(&self, length: usize) -> bool {
        self.searched.load(Ordering::Relaxed) + length < MOST_SEARCHED
    }

    /// The first place in this part of a text at which one of the pairs stands.
    pub(crate) fn next(&self, text: &[u8], from: usize, to: usize) -> Option<usize> {
        let part = text.get(from..to)?;
        for (offset, pair) in part.windows(2).enumerate() {
            let (word, bit) = place_of(pair[0], pair[1]);
            if self.known[word] >> bit & 1 == 1 {
                self.searched.fetch_add(offset, Ordering::Relaxed);
                return Some(from + offset);
            }
        }
        self.searched.fetch_add(part.len(), Ordering::Relaxed);
        None
    }
}

const fn place_of(first: u8, second: u8) -> (usize, usize) {
    let pair = (first as usize) << 8 | second as usize;
    (pair / 64, pair % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_found_where_it_stands_whole_in_the_part() {
        let mut pairs = Pairs::new();
        pairs.add(b"phx_");
        pairs.add(b"\xff\xff");
        let text = b"hp ph \xff\xff p";
        assert_eq!(pairs.next(text, 0, text.len()), Some(3));
        assert_eq!(pairs.next(text, 4, text.len()), Some(6));
        assert_eq!(pairs.next(text, 7, text.len()), None);
        assert_eq!(pairs.next(text, 0, 4), None);
        assert_eq!(pairs.next(text, 5, 3), None);
    }

    #[test]
    fn pairs_suit_for_the_first_texts_only() {
        let pairs = Pairs::new();
        let text = [b' '; 1000];
        assert!(!pairs.suit(MOST_SEARCHED));
        for _ in 0..16 {
            assert!(pairs.suit(text.len() - 1));
            assert_eq!(pairs.next(&text, 0, text.len()), None);
        }
        assert!(!pairs.suit(text.len()));
    }
}
