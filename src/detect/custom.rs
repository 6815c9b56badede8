//! The project's own patterns, from `[[keys]]` of its configuration.

use std::collections::BTreeMap;
use std::ops::Range;

use regex::bytes::Regex;

use super::{Encoding, Hit, Shape};
use crate::key::KeyKind;
use crate::key::{Fingerprint, MaskedKey};

/// A kind of key that a pattern finds.
#[derive(Debug)]
pub struct CustomKey {
    /// What it is.
    pub kind: &'static KeyKind,
    /// Where it is: the first group if there is one, else the whole match.
    pub regex: Regex,
}

/// Adds what the patterns find. Of hits that overlap one is kept: a key of the catalogue before a
/// match, and a match before a placeholder.
pub(super) fn merge(hits: Vec<Hit>, matches: impl Iterator<Item = Hit>) -> Vec<Hit> {
    let (placeholders, real): (Vec<_>, Vec<_>) = hits
        .into_iter()
        .partition(|hit| hit.shape == Shape::Placeholder);
    let mut kept: BTreeMap<usize, Hit> = BTreeMap::new();
    for hit in real.into_iter().chain(matches).chain(placeholders) {
        let before = kept.range(..hit.span.end).next_back();
        if before.is_none_or(|(_, other)| other.span.end <= hit.span.start) {
            kept.insert(hit.span.start, hit);
        }
    }
    kept.into_values().collect()
}

/// What the patterns find in this part of the bytes.
pub(super) fn matches<'k>(
    keys: &'k [CustomKey],
    bytes: &'k [u8],
    part: &'k Range<usize>,
) -> impl Iterator<Item = Hit> + 'k {
    keys.iter()
        .flat_map(|key| matches_of(key, bytes))
        .filter(|hit| part.contains(&hit.span.start))
}

fn matches_of<'k>(key: &'k CustomKey, bytes: &'k [u8]) -> impl Iterator<Item = Hit> + 'k {
    let found = key.regex.captures_iter(bytes);
    let spans = found.filter_map(|captures| {
        captures
            .get(1)
            .filter(|group| !group.is_empty())
            .or_else(|| captures.get(0))
            .map(|group| group.range())
    });
    spans
        .filter(|span| !span.is_empty())
        .map(|span: Range<usize>| Hit {
            kind: key.kind,
            shape: Shape::Whole,
            encoding: Encoding::Plain,
            masked: MaskedKey::opaque(&bytes[span.clone()]),
            fingerprint: Fingerprint::of(b"", &bytes[span.clone()]),
            span,
        })
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::*;
    use crate::key::Severity;

    fn spans(pattern: &str, text: &str) -> Vec<(&'static str, Range<usize>)> {
        let kind = Box::leak(Box::new(KeyKind::custom(
            "own",
            "our own",
            Severity::Medium,
        )));
        let detector = Detector::with(vec![CustomKey {
            kind,
            regex: Regex::new(pattern).unwrap(),
        }]);
        detector
            .scan(text.as_bytes())
            .into_iter()
            .map(|hit| (hit.kind.id, hit.span))
            .collect()
    }

    #[test]
    fn the_first_group_is_the_key() {
        assert_eq!(spans("token=([a-z]+)", "a token=abc"), [("own", 8..11)]);
        assert_eq!(spans("[0-9]+", "1 22"), [("own", 0..1), ("own", 2..4)]);
    }

    #[test]
    fn a_match_over_a_placeholder_wins_and_one_over_a_key_does_not() {
        let placeholder = format!("phx_{}", "x".repeat(24));
        assert_eq!(spans("phx_[a-z]+", &placeholder), [("own", 0..28)]);
        let key = format!("phx_{}", crate::key::KINDS[0].examples[0]);
        assert_eq!(
            spans(".+", &format!("a {key}")),
            [("personal-api-key", 2..2 + key.len())]
        );
    }
}
