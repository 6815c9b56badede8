//! Bodies of keys that stand somewhere else without their prefix.
//!
//! Nothing of a key is kept but what its report shows: its last four characters find a place, and its
//! fingerprint decides.

use std::collections::HashMap;
use std::ops::Range;
use std::slice;

use super::Cover;
use crate::detect::{Hit, RUN, Regions, Shape};
use crate::key::Fingerprint;

/// Bodies that are remembered. More of them would make a long stream slow.
const MOST: usize = 4096;

/// Bodies that end in the same characters.
const MOST_ALIKE: usize = 8;

/// Characters at the end of a body that its masked form shows.
const TAIL: usize = 4;

/// A shorter body is no secret.
const SHORTEST: usize = 16;

/// A longer one is none of a key.
const LONGEST: usize = 64;

#[derive(Debug)]
struct Body {
    prefix: &'static str,
    length: usize,
    fingerprint: Fingerprint,
}

/// Bodies of keys that were found.
#[derive(Debug)]
pub(crate) struct Bodies {
    by_tail: HashMap<[u8; TAIL], Vec<Body>>,
    count: usize,
    /// Length of the shortest.
    shortest: usize,
}

impl Default for Bodies {
    fn default() -> Self {
        Self {
            by_tail: HashMap::new(),
            count: 0,
            shortest: LONGEST,
        }
    }
}

impl Bodies {
    /// Remembers the body of a key.
    pub(crate) fn add(&mut self, hit: &Hit) {
        let tail = hit.masked.as_str().as_bytes().last_chunk::<TAIL>();
        let is_known_kind = hit.kind.whole_body > 0 && hit.shape != Shape::Placeholder;
        let Some(tail) = tail.filter(|_| is_known_kind && self.count < MOST) else {
            return;
        };
        let alike = self.by_tail.entry(*tail).or_default();
        let is_known = alike.iter().any(|body| body.fingerprint == hit.fingerprint);
        if is_known || alike.len() == MOST_ALIKE || hit.body_length < SHORTEST {
            return;
        }
        // The masked form of an old key has no prefix.
        let has_prefix = hit.masked.as_str().starts_with(hit.kind.prefix);
        alike.push(Body {
            prefix: if has_prefix { hit.kind.prefix } else { "" },
            length: hit.body_length,
            fingerprint: hit.fingerprint,
        });
        self.count += 1;
        self.shortest = self.shortest.min(hit.body_length);
    }

    /// The places in a part at which a body begins that was found before; `regions` are those around the
    /// part.
    pub(crate) fn find(&self, bytes: &[u8], part: &Range<usize>, regions: &Regions) -> Vec<Cover> {
        let mut covers = Vec::new();
        if self.by_tail.is_empty() {
            return covers;
        }
        for run in self.searched(part, regions) {
            let mut at = run.start.max(part.start);
            let limit = bytes.len().min(run.end).min(part.end + LONGEST);
            while let Some(word) = next_word(bytes, at, limit) {
                self.find_in_word(bytes, &word, part.end, &mut covers);
                at = word.end;
            }
        }
        covers
    }

    /// The parts in which one of the bodies can stand.
    fn searched<'r>(&self, part: &'r Range<usize>, regions: &'r Regions) -> &'r [Range<usize>] {
        if self.shortest < RUN {
            slice::from_ref(part)
        } else {
            &regions.runs
        }
    }

    fn find_in_word(
        &self,
        bytes: &[u8],
        word: &Range<usize>,
        part_end: usize,
        covers: &mut Vec<Cover>,
    ) {
        let mut end = word.start + SHORTEST;
        while end <= word.end {
            if let Some(length) = self.length_before(&bytes[word.start..end])
                && end - length < part_end
            {
                let last = String::from_utf8_lossy(&bytes[end - TAIL..end]);
                covers.push(Cover {
                    span: end - length..end,
                    text: format!("\u{2026}{last}").into_bytes(),
                });
                end += SHORTEST - 1;
            }
            end += 1;
        }
    }

    /// Length of the body that a text ends with.
    fn length_before(&self, text: &[u8]) -> Option<usize> {
        let tail = text.last_chunk::<TAIL>()?;
        for body in self.by_tail.get(tail)? {
            let Some(start) = text.len().checked_sub(body.length) else {
                continue;
            };
            if Fingerprint::of(body.prefix.as_bytes(), &text[start..]) == body.fingerprint {
                return Some(body.length);
            }
        }
        None
    }
}

/// The next run of at least [`SHORTEST`] letters, digits, `-` and `_`. Most bytes of other text are not
/// looked at.
fn next_word(bytes: &[u8], from: usize, to: usize) -> Option<Range<usize>> {
    let mut start = from;
    while start + SHORTEST <= to {
        let near = &bytes[start..start + SHORTEST];
        match near.iter().rposition(|b| !is_of_word(*b)) {
            Some(border) => start += border + 1,
            None => {
                let rest = &bytes[start + SHORTEST..to];
                let more = rest.iter().take_while(|b| is_of_word(**b)).count();
                return Some(start..start + SHORTEST + more);
            }
        }
    }
    None
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
