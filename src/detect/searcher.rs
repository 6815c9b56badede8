//! A search for some dozens of short literals in long texts.

use std::ops::Range;

use fearless_simd::{Level, Simd, dispatch};

use super::block::{BLOCK, padded};
use super::teddy::{BUCKETS, PLACES, Tables, candidates};

/// Sets of tables: random base64 has a candidate every two hundred bytes with two of them, every thirty
/// with one.
const SETS: usize = 2;

/// Number of times that each literal is moved to the bucket that suits it best.
const ROUNDS: usize = 2;

/// Searches for all literals at once.
#[derive(Debug)]
pub(crate) struct Searcher {
    /// The literals in order, each with its first bytes and its number.
    literals: Vec<([u8; PLACES], Vec<u8>, usize)>,
    tables: [Tables; SETS],
}

impl Searcher {
    /// Each literal has three bytes or more.
    pub(crate) fn new(literals: &[&[u8]]) -> Self {
        let mut tables = [Tables::new(); SETS];
        for (number, bucket) in shared_out(literals).iter().enumerate() {
            for literal in bucket {
                for place in 0..PLACES {
                    tables[number / BUCKETS].allow(
                        number % BUCKETS,
                        place,
                        &literal[place..=place],
                    );
                }
            }
        }
        let mut sorted = Vec::new();
        for (number, literal) in literals.iter().enumerate() {
            sorted.extend(
                literal
                    .first_chunk()
                    .map(|first| (*first, literal.to_vec(), number)),
            );
        }
        sorted.sort_unstable();
        Self {
            literals: sorted,
            tables,
        }
    }

    /// The place and the number of the first literal in this part.
    pub(crate) fn find(&self, bytes: &[u8], part: Range<usize>) -> Option<(usize, usize)> {
        dispatch!(Level::new(), simd => self.find_with(simd, bytes, part))
    }

    #[inline(always)]
    fn find_with<S: Simd>(
        &self,
        simd: S,
        bytes: &[u8],
        part: Range<usize>,
    ) -> Option<(usize, usize)> {
        let text = &bytes[..part.end];
        let mut at = part.start;
        while at < part.end {
            let mut places = match text[at..].first_chunk() {
                Some(block) => candidates(simd, &self.tables, block),
                None => candidates(simd, &self.tables, &padded(&text[at..])),
            };
            while places != 0 {
                let place = at + places.trailing_zeros() as usize;
                if let Some(number) = text.get(place..).and_then(|text| self.literal_at(text)) {
                    return Some((place, number));
                }
                places &= places - 1;
            }
            at += BLOCK;
        }
        None
    }

    /// The number of the first literal with which a text begins.
    fn literal_at(&self, text: &[u8]) -> Option<usize> {
        let first: &[u8; PLACES] = text.first_chunk()?;
        let from = self.literals.partition_point(|(known, ..)| known < first);
        let alike = self.literals[from..]
            .iter()
            .take_while(|(known, ..)| known == first);
        let found = alike.filter(|(_, literal, _)| text.starts_with(literal));
        found.map(|(.., number)| *number).min()
    }
}

/// The halves of bytes that a bucket allows, a bit for each value.
#[derive(Clone, Copy, Default)]
struct Halves([[u16; 2]; PLACES]);

impl Halves {
    fn with(mut self, literal: &[u8]) -> Self {
        for (halves, byte) in self.0.iter_mut().zip(literal) {
            halves[0] |= 1 << (byte % 16);
            halves[1] |= 1 << (byte / 16);
        }
        self
    }

    /// Number of beginnings that the bucket takes for those of its literals.
    fn count(&self) -> u32 {
        let places = self.0.iter();
        places
            .map(|[lower, upper]| lower.count_ones() * upper.count_ones())
            .product()
    }
}

/// Shares out literals among the buckets, so that these allow few other texts: each goes where it adds the fewest.
fn shared_out<'l>(literals: &[&'l [u8]]) -> Vec<Vec<&'l [u8]>> {
    let mut buckets: Vec<Vec<&[u8]>> = vec![Vec::new(); SETS * BUCKETS];
    for _ in 0..=ROUNDS {
        for literal in literals {
            for bucket in &mut buckets {
                bucket.retain(|known| known != literal);
            }
            let added = |bucket: &Vec<&[u8]>| {
                let halves = bucket
                    .iter()
                    .fold(Halves::default(), |halves, known| halves.with(known));
                halves.with(literal).count() - halves.count()
            };
            if let Some(best) = buckets.iter_mut().min_by_key(|bucket| added(bucket)) {
                best.push(literal);
            }
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    const LITERALS: [&[u8]; 5] = [b"phx", b"hx_", b"BocGh", b"rsonal", b"\xef\xbd\x90"];

    #[test]
    fn every_literal_is_found_wherever_it_stands() {
        let searcher = Searcher::new(&LITERALS);
        for (number, literal) in LITERALS.iter().enumerate() {
            for before in 0..2 * BLOCK {
                let text = [&vec![b'.'; before][..], literal, b"..."].concat();
                let end = before + literal.len();
                assert_eq!(searcher.find(&text, 0..text.len()), Some((before, number)));
                assert_eq!(searcher.find(&text, before..end), Some((before, number)));
                assert_eq!(searcher.find(&text, before + 1..text.len()), None);
                assert_eq!(searcher.find(&text, 0..end - 1), None);
            }
        }
    }

    #[test]
    fn of_two_literals_in_one_place_the_first_is_found() {
        let searcher = Searcher::new(&[b"phx_a", b"phx_", b"phx"]);
        assert_eq!(searcher.find(b"-phx_a", 0..6), Some((1, 0)));
        assert_eq!(searcher.find(b"-phx_a", 0..5), Some((1, 1)));
        assert_eq!(searcher.find(b"-phx_a", 0..4), Some((1, 2)));
    }

    #[test]
    fn hardly_anything_else_is_a_candidate() {
        let literals: Vec<Vec<u8>> = (0..64u8)
            .map(|n| vec![b'a' + n % 26, b'a' + n / 3, b'0' + n % 10])
            .collect();
        let literals: Vec<&[u8]> = literals.iter().map(Vec::as_slice).collect();
        let halves = shared_out(&literals).into_iter().map(|bucket| {
            bucket
                .iter()
                .fold(Halves::default(), |halves, known| halves.with(known))
                .count()
        });
        let all: u32 = halves.sum();
        assert!(all < 2000, "{all}");
    }
}
