//! The project's own patterns, from `[[keys]]` of its configuration.

use std::collections::BTreeMap;
use std::ops::Range;

use regex::bytes::Regex;

use super::judge::Verdict;
use super::{Encoding, Ending, Hit, Shape};
use crate::key::KeyKind;
use crate::key::{Fingerprint, MaskedKey};

/// Maximum number of matches of a pattern in a part of a text. One more hit takes in all the rest, to
/// hide possible matches there.
const MOST_MATCHES: usize = 10_000;

/// A kind of key that a pattern finds.
#[derive(Debug)]
pub struct CustomKey {
    /// The kind of the key.
    pub kind: &'static KeyKind,
    /// The pattern. The key is its first group if there is one, else the whole match.
    pub regex: Regex,
}

/// Adds the matches of the patterns. Of hits that overlap one is kept: a key of the catalogue before a
/// match, and a match before a placeholder.
pub(super) fn merge(hits: Vec<Hit>, matches: Vec<Hit>) -> Vec<Hit> {
    let (placeholders, real): (Vec<_>, Vec<_>) = hits
        .into_iter()
        .partition(|hit| hit.shape == Shape::Placeholder);
    let (rests, matches): (Vec<_>, Vec<_>) = matches
        .into_iter()
        .partition(|hit| hit.ending == Ending::Unsearched);
    let mut kept: BTreeMap<usize, Hit> = BTreeMap::new();
    for hit in real.into_iter().chain(matches).chain(placeholders) {
        let before = kept.range(..hit.span.end).next_back();
        if before.is_none_or(|(_, other)| other.span.end <= hit.span.start) {
            kept.insert(hit.span.start, hit);
        }
    }
    for rest in rests {
        keep_gaps(&rest, &mut kept);
    }
    kept.into_values().collect()
}

/// Keeps a hit where no other one stands.
fn keep_gaps(rest: &Hit, kept: &mut BTreeMap<usize, Hit>) {
    let mut gaps = Vec::new();
    let mut start = rest.span.start;
    for other in kept.values() {
        if other.span.start > start {
            gaps.push(start..other.span.start.min(rest.span.end));
        }
        start = start.max(other.span.end);
    }
    gaps.push(start..rest.span.end);
    for gap in gaps {
        if gap.start < gap.end {
            let span = gap.clone();
            let hit = Hit {
                span,
                ..rest.clone()
            };
            kept.insert(gap.start, hit);
        }
    }
}

/// The use of the fingerprints of matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fingerprints {
    /// They are shown and compared: a match may have so little chance that it must be slow to guess.
    Shown,
    /// Nobody sees them.
    Unused,
}

/// The matches of the patterns in this part of the bytes.
pub(super) fn matches(
    keys: &[CustomKey],
    bytes: &[u8],
    part: &Range<usize>,
    fingerprints: Fingerprints,
) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut known = BTreeMap::new();
    for key in keys {
        let mut count = 0;
        for captures in key.regex.captures_iter(bytes) {
            let group = captures.get(1).filter(|group| !group.is_empty());
            let Some(found) = group.or_else(|| captures.get(0)) else {
                continue;
            };
            let mut span = found.range();
            if span.is_empty() || !part.contains(&span.start) {
                continue;
            }
            count += 1;
            if count > MOST_MATCHES {
                span.end = span.end.max(part.end);
                hits.push(rest_hit(key, span));
                break;
            }
            let text = &bytes[span.clone()];
            let fingerprint = match fingerprints {
                Fingerprints::Unused => Fingerprint::of(b"", text),
                Fingerprints::Shown => *known
                    .entry((key.kind.id, text))
                    .or_insert_with(|| Fingerprint::salted(&fingerprint_salt(key), text)),
            };
            hits.push(custom_hit(key, text, fingerprint, span));
        }
    }
    hits
}

/// Another project's pattern makes another fingerprint of the same text.
fn fingerprint_salt(key: &CustomKey) -> Vec<u8> {
    [key.kind.id.as_bytes(), b"\0", key.regex.as_str().as_bytes()].concat()
}

fn custom_hit(key: &CustomKey, text: &[u8], fingerprint: Fingerprint, span: Range<usize>) -> Hit {
    let verdict = Verdict {
        shape: Shape::Whole,
        length: text.len(),
        ending: Ending::Seen,
    };
    Hit {
        masked: MaskedKey::opaque(text),
        fingerprint,
        ..Hit::new(key.kind, verdict, b"", Encoding::Plain, span)
    }
}

/// The rest of a text, in which a pattern was not searched for any more.
fn rest_hit(key: &CustomKey, span: Range<usize>) -> Hit {
    let unknown = custom_hit(key, b"", Fingerprint::of(b"", b""), span);
    Hit {
        ending: Ending::Unsearched,
        ..unknown
    }
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
    fn a_fingerprint_is_no_plain_hash_of_the_match() {
        let kind = Box::leak(Box::new(KeyKind::custom(
            "own",
            "our own",
            Severity::Medium,
        )));
        let key = |pattern: &str| CustomKey {
            kind,
            regex: Regex::new(pattern).unwrap(),
        };
        let fingerprint =
            |pattern: &str| Detector::with(vec![key(pattern)]).scan(b"pin 1234")[0].fingerprint;
        assert_eq!(fingerprint("[0-9]{4}"), fingerprint("[0-9]{4}"));
        assert_ne!(fingerprint("[0-9]{4}"), fingerprint("pin ([0-9]+)"));
        assert_ne!(fingerprint("[0-9]{4}"), Fingerprint::of(b"", b"1234"));
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
