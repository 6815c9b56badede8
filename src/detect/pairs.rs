//! A search for short literals that costs nothing to prepare.
//!
//! A searcher with vector instructions is faster on long texts, but most commits change less text
//! than one reads in the time in which it is built.

/// Texts of fewer bytes are searched by pairs.
pub(crate) const SHORT_TEXT: usize = 1 << 14;

/// The pairs of bytes with which literals begin, a bit for each of all pairs.
#[derive(Clone, Debug)]
pub(crate) struct Pairs([u64; 1024]);

impl Pairs {
    pub(crate) const fn new() -> Self {
        Self([0; 1024])
    }

    /// Adds the first pair of a literal, which has at least two bytes.
    pub(crate) const fn add(&mut self, literal: &[u8]) {
        let (word, bit) = place_of(literal[0], literal[1]);
        self.0[word] |= 1 << bit;
    }

    /// The first place in this part of a text at which one of the pairs stands.
    pub(crate) fn next(&self, text: &[u8], from: usize, to: usize) -> Option<usize> {
        for (offset, pair) in text.get(from..to)?.windows(2).enumerate() {
            let (word, bit) = place_of(pair[0], pair[1]);
            if self.0[word] >> bit & 1 == 1 {
                return Some(from + offset);
            }
        }
        None
    }
}

const fn place_of(first: u8, second: u8) -> (usize, u32) {
    let pair = (first as usize) << 8 | second as usize;
    (pair / 64, (pair % 64) as u32)
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
}
