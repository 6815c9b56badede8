//! Keeps the lists of numbers that were decoded, so that no text is decoded anew for each anchor.

use super::chain::Decoded;
use super::hex::{Dress, Reader, dresses, is_anchor};

/// Bytes that are decoded from an anchor on.
const BEHIND: usize = 420;

/// The largest number of bytes that are decoded from an anchor on.
const MOST_BEHIND: usize = 1 << 16;

/// Number of decoded bytes behind an anchor in which the key that it announces must stand.
const NEEDED: usize = 360;

/// Decoded lists that are kept: so many can stand one in the other.
const MOST_KNOWN: usize = 6;

/// A list of numbers that was decoded.
#[derive(Debug)]
pub(super) struct List {
    dress: Dress,
    pub(super) text: Decoded,
}

/// The lists that were decoded last. Text that is full of anchors is decoded once, not anew for each.
#[derive(Debug, Default)]
pub(super) struct Known(Vec<List>);

impl Known {
    /// Decodes the list in which a number begins at `at`: the code of the first letter of an anchor. It
    /// is read in each dress that fits, unless a list that was decoded before holds it.
    pub(super) fn decode_from(&mut self, bytes: &[u8], at: usize) -> Vec<List> {
        let mut new = Vec::new();
        for dress in dresses(bytes, at) {
            let start = match dress {
                Dress::Hex(prefix) => at - prefix.len(),
                Dress::Decimal | Dress::Octal => at,
            };
            if !is_anchor(&Reader::new(bytes, start, dress).read(4).bytes) {
                continue;
            }
            let mut reach = BEHIND;
            let mut is_known = false;
            for list in self.0.iter().filter(|list| list.dress == dress) {
                if let Some(number) = list.text.byte_that_starts_at(start) {
                    is_known |= number + NEEDED <= list.text.bytes.len();
                    reach = reach.max((list.text.bytes.len() * 2).min(MOST_BEHIND));
                }
            }
            if !is_known {
                let text = Reader::new(bytes, start, dress).read(reach);
                new.push(List { dress, text });
            }
        }
        new
    }

    /// Keeps a list that was searched.
    pub(super) fn keep(&mut self, list: List) {
        if self.0.len() == MOST_KNOWN {
            self.0.remove(0);
        }
        self.0.push(list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_was_decoded_is_not_decoded_again() {
        let text = "706878".repeat(2000);
        let mut known = Known::default();
        let mut decoded = 0;
        for at in (0..text.len()).step_by(6) {
            for list in known.decode_from(text.as_bytes(), at) {
                decoded += list.text.bytes.len();
                known.keep(list);
            }
        }
        assert!(decoded < 4 * text.len(), "{decoded}");
    }
}
