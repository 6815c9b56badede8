//! Bytes in, keys out. Knows nothing of git, files or reports.
//!
//! Literals find *anchors*, the three or four bytes with which a form of a key starts; the form
//! then judges by hand what follows. So text without keys is passed at the speed of the literal
//! search, and nothing is compiled that a clean commit does not need.
//!
//! Text that is encoded is decoded around its anchor, and the same detector reads what comes out, at
//! most two encodings deep:
//!
//! ```text
//! bytes ─┬─ text     a key as it is, with escapes, or cut by what is no part of it ── judge
//!        ├─ legacy   the value of a personal-key name
//!        └─ base64, hex, wide: decode ── the same once more
//! ```

mod anchors;
mod base64;
mod block;
mod border;
mod chain;
mod custom;
mod cut;
mod detached;
mod escape;
pub mod exposed;
mod hex;
mod hit;
mod judge;
mod left;
mod legacy;
mod lists;
mod pairs;
mod parts;
mod pattern;
mod placeholder;
mod prefix;
mod random;
mod regions;
mod search;
mod searcher;
mod teddy;
mod text;
mod wide;
mod words;

use std::ops::Range;

use custom::Fingerprints;
use search::catalogue_hits;

pub use block::BLOCK;
pub use custom::CustomKey;
pub use hit::{Encoding, Ending, Hit, Shape};
pub(crate) use pairs::Pairs;
pub use random::may_be_piece;
pub(crate) use regions::RUN;
pub use regions::Regions;
pub(crate) use searcher::Searcher;

/// The bytes that decide about a hit stand at most so far before its first one or behind it: a
/// stream can be read in parts that overlap.
pub const REACH: usize = 4 << 10;

/// A longer run of letters and digits is looked at no further: no key is a quarter as long. Wrapped
/// base64 of so many bytes, each line indented as far as is looked at, stays within [`REACH`].
const LONGEST_RUN: usize = 256;

/// Bytes that are searched at once. They stay in the processor's cache, in which they are read more than
/// once.
const PART: usize = 256 << 10;

/// Finds keys in bytes. Built once, shared by all threads.
#[derive(Debug, Default)]
pub struct Detector {
    custom: Vec<CustomKey>,
}

impl Detector {
    /// Finds the keys of the catalogue.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Finds these keys, too.
    #[must_use]
    pub fn with(custom: Vec<CustomKey>) -> Self {
        Self { custom }
    }

    /// Every hit in `bytes`, in order and without overlaps; placeholders are among them.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Vec<Hit> {
        self.scan_in_parts(bytes, |_, _| {})
    }

    /// The same. Whoever looks for something else in these bytes gets each part of them, and the regions
    /// around it.
    #[must_use]
    pub fn scan_in_parts(
        &self,
        bytes: &[u8],
        mut look_in: impl FnMut(&Range<usize>, &Regions),
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        for start in (0..bytes.len()).step_by(PART) {
            let part = start..bytes.len().min(start + PART);
            let regions = Regions::around(bytes, &part);
            look_in(&part, &regions);
            hits.extend(catalogue_hits(bytes, &part, &regions));
        }
        self.with_matches(hits, bytes, &(0..bytes.len()))
    }

    /// The hits in `bytes` that start in this part of them; `regions` are those around it.
    #[must_use]
    pub fn scan_part(&self, bytes: &[u8], part: Range<usize>, regions: &Regions) -> Vec<Hit> {
        let hits = catalogue_hits(bytes, &part, regions);
        self.with_matches(hits, bytes, &part)
    }

    /// These hits and the matches of the patterns in this part, without overlaps.
    fn with_matches(&self, hits: Vec<Hit>, bytes: &[u8], part: &Range<usize>) -> Vec<Hit> {
        let hits = without_overlaps(hits);
        if self.custom.is_empty() {
            hits
        } else {
            let matches = custom::matches(&self.custom, bytes, part, Fingerprints::Shown);
            custom::merge(hits, matches)
        }
    }

    /// Every hit in `bytes` that starts in this part of them, in order, and of those that overlap all:
    /// what masks a key by half would show the other half. `regions` are those around the part.
    #[must_use]
    pub fn overlapping(&self, bytes: &[u8], part: Range<usize>, regions: &Regions) -> Vec<Hit> {
        let mut hits = catalogue_hits(bytes, &part, regions);
        hits.extend(custom::matches(
            &self.custom,
            bytes,
            &part,
            Fingerprints::Unused,
        ));
        hits.sort_by_key(|hit| (hit.span.start, hit.span.end));
        hits.dedup_by(|a, b| a.span == b.span && a.fingerprint == b.fingerprint);
        hits
    }

    /// Tells whether it also looks for patterns, which can reach as far as they like.
    #[must_use]
    pub fn has_patterns(&self) -> bool {
        !self.custom.is_empty()
    }
}

/// The hits in order. Of those that overlap the most real one is kept, and of equals the first.
fn without_overlaps(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| hit.span.start);
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match kept.last_mut() {
            Some(last) if hit.span.start < last.span.end => {
                if hit.shape < last.shape {
                    *last = hit;
                }
            }
            _ => kept.push(hit),
        }
    }
    kept
}

/// Tells whether a key in what ends here, with a line break, may go on in the next line.
#[must_use]
pub fn may_go_on(text: &[u8]) -> bool {
    base64::may_go_on(text) || text::may_continue(text) || hex::may_continue(text)
}

/// The bytes that base64 text from `at` on stands for, each with the offset of the digit that
/// completes it. Ends where the text does.
pub fn decode_base64(bytes: &[u8], at: usize) -> impl Iterator<Item = (u8, usize)> {
    base64::decode(bytes, at)
}

/// The bytes of a list of numbers whose first number, which stands for `first`, has its digits at `at`:
/// hexadecimal or decimal ones, in a dump too. Each comes with the offset behind its number.
pub fn decode_numbers(bytes: &[u8], at: usize, first: u8) -> impl Iterator<Item = (u8, usize)> {
    hex::decode(bytes, at, first)
}

/// The bytes of a string with escapes in place of some of them, each with the offset behind it. Ends
/// where the string does.
pub fn decode_escapes(bytes: &[u8], at: usize) -> impl Iterator<Item = (u8, usize)> {
    escape::Unescaped::new(bytes, at)
}

/// The text of a base64 hit in `bytes` with the key in it masked: of the same length, and decoded
/// the same but for `*` in place of the body's characters before the last four. `None` if these are
/// not the bytes in which it was found, or not the only encoding.
#[must_use]
pub fn masked_base64(bytes: &[u8], hit: &Hit) -> Option<Vec<u8>> {
    base64::masked(
        bytes,
        &hit.span,
        hit.kind.prefix.as_bytes(),
        hit.body_length,
    )
}
