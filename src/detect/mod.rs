//! Bytes in, keys out. Knows nothing of git, files or reports.
//!
//! One regular expression finds *anchors*, the few bytes that every form of a key starts
//! with; what follows an anchor is then judged by hand. The expression holds only literals,
//! so its prefilter runs at memory speed over text without keys.

mod placeholder;

use std::ops::Range;

use regex::bytes::Regex;

use crate::finding::{Fingerprint, MaskedKey};
use crate::keys::{KINDS, KeyKind, SHORTEST_WHOLE_BODY};

/// How much like a real key a hit looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As long as the keys that PostHog issues.
    Whole,
    /// Too short for a key of this kind: cut, or a sample.
    Cut,
    /// Recognisably made up: `phx_xxxxxxxxxxxxxxxxxxxx`.
    Placeholder,
}

/// A key, or what may be one, in some bytes.
#[derive(Debug)]
pub struct Hit {
    /// What the prefix says it is.
    pub kind: &'static KeyKind,
    /// How much like a real key it looks.
    pub shape: Shape,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// The only printable form.
    pub masked: MaskedKey,
    /// The same for the same key, wherever it stands.
    pub fingerprint: Fingerprint,
}

/// Finds keys in bytes. Built once, shared by all threads.
#[derive(Debug)]
pub struct Detector {
    anchors: Regex,
}

impl Detector {
    /// Compiles the anchors.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the pattern is a constant and a test compiles it")]
    pub fn new() -> Self {
        let anchors = Regex::new(r"(?-u)ph[xsare]_").expect("a valid pattern");
        Self { anchors }
    }

    /// Every hit in `bytes`, in order; placeholders are among them.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Vec<Hit> {
        self.anchors.find_iter(bytes).filter_map(|anchor| plain(bytes, anchor.range())).collect()
    }
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

/// A key in plain text: a prefix that does not continue a word, and the longest run of
/// letters and digits behind it. What follows the run does not matter.
fn plain(bytes: &[u8], anchor: Range<usize>) -> Option<Hit> {
    let left = anchor.start.checked_sub(1).and_then(|i| bytes.get(i));
    if left.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let rest = &bytes[anchor.end..];
    let length = rest.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (body, tail) = rest.split_at(length);
    let kind = KINDS.iter().find(|kind| bytes[anchor.clone()] == *kind.prefix.as_bytes())?;
    let shape = judge(kind, body, tail)?;
    Some(Hit {
        kind,
        shape,
        span: anchor.start..anchor.end + length,
        masked: MaskedKey::new(kind.prefix, body),
        fingerprint: Fingerprint::of(kind.prefix.as_bytes(), body),
    })
}

/// What a prefix of `kind` with this body is; `None` if it is no key at all. `tail` is what
/// follows the body.
fn judge(kind: &KeyKind, body: &[u8], tail: &[u8]) -> Option<Shape> {
    if body.len() < kind.least_body || placeholder::is_other_product(kind, body, tail) {
        return None;
    }
    let made_up = if body.len() >= SHORTEST_WHOLE_BODY {
        placeholder::is_monotonous(body)
    } else {
        placeholder::is_placeholder(body)
    };
    Some(match made_up {
        true => Shape::Placeholder,
        false if body.len() >= kind.whole_body => Shape::Whole,
        false => Shape::Cut,
    })
}
