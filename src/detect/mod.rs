//! Bytes in, keys out. Knows nothing of git, files or reports.
//!
//! Literals find *anchors*, the three or four bytes with which a form of a key starts; the form
//! then judges by hand what follows. So text without keys is passed at the speed of the literal
//! search, and nothing is compiled that a clean commit does not need: the searcher is built in
//! 30 microseconds, a regular expression over the same forms in ten times that.

mod anchors;
mod base64;
mod custom;
pub mod exposed;
mod legacy;
mod placeholder;
mod plain;
mod utf16;

use std::ops::Range;

use crate::key::{Fingerprint, MaskedKey};
use crate::key::{KINDS, KeyKind, LONGEST_BODY, SHORTEST_WHOLE_BODY};
use anchors::{Anchors, Form};

pub use custom::CustomKey;

/// Whether bytes are a hit, and which, is decided by those that stand at most so far before its
/// first one or behind it: a stream can be read in parts that overlap.
pub const REACH: usize = 4 << 10;

/// A longer run of letters and digits is looked at no further: no key is a quarter as long. Wrapped
/// base64 of so many bytes, each line indented as far as is looked at, stays within [`REACH`].
const LONGEST_RUN: usize = 256;

/// An anchor stands at most so far before the first byte of its hit: the name of a key without
/// prefix does.
const ANCHOR_LEAD: usize = 512;

/// How much like a real key a hit looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// As long as the keys that PostHog issues.
    Whole,
    /// Too short for a key of this kind: cut, or a sample.
    Cut,
    /// Recognisably made up: `phx_xxxxxxxxxxxxxxxxxxxx`.
    Placeholder,
}

/// How a key is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// With an escape in place of its underscore: `%5F`, `\u005f`, `&#95;`.
    Escaped,
    /// Two bytes a character, in either byte order.
    Utf16,
    /// As part of a base64 text, perhaps wrapped.
    Base64,
}

impl Encoding {
    /// The word for it in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Escaped => "escaped",
            Self::Utf16 => "utf-16",
            Self::Base64 => "base64",
        }
    }
}

/// A key, or what may be one, in some bytes.
#[derive(Debug)]
pub struct Hit {
    /// What its prefix says it is.
    pub kind: &'static KeyKind,
    /// How much like a real key it looks.
    pub shape: Shape,
    /// How it is written.
    pub encoding: Encoding,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// The only printable form.
    pub masked: MaskedKey,
    /// The same for the same key, wherever and however it stands.
    pub fingerprint: Fingerprint,
}

/// Finds keys in bytes. Built once, shared by all threads.
#[derive(Debug)]
pub struct Detector {
    anchors: Anchors,
    custom: Vec<CustomKey>,
}

impl Detector {
    /// Finds the keys of the catalogue.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Vec::new())
    }

    /// Finds these keys, too.
    #[must_use]
    pub fn with(custom: Vec<CustomKey>) -> Self {
        Self {
            anchors: Anchors::new(),
            custom,
        }
    }

    /// Every hit in `bytes`, in order and without overlaps; placeholders are among them.
    #[must_use]
    pub fn scan(&self, bytes: &[u8]) -> Vec<Hit> {
        self.scan_part(bytes, 0..bytes.len())
    }

    /// Those of the hits in `bytes` that start in this part of them.
    #[must_use]
    pub fn scan_part(&self, bytes: &[u8], part: Range<usize>) -> Vec<Hit> {
        let hits = apart(self.catalogue_hits(bytes, &part));
        if self.custom.is_empty() {
            hits
        } else {
            custom::merge(hits, custom::matches(&self.custom, bytes, &part))
        }
    }

    /// Every hit in `bytes` that starts in this part of them, in order, and of those that overlap all:
    /// what masks a key by half would show the other half.
    #[must_use]
    pub fn overlapping(&self, bytes: &[u8], part: Range<usize>) -> Vec<Hit> {
        let mut hits = self.catalogue_hits(bytes, &part);
        hits.extend(custom::matches(&self.custom, bytes, &part));
        hits.sort_by_key(|hit| hit.span.start);
        hits
    }

    fn catalogue_hits(&self, bytes: &[u8], part: &Range<usize>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let lead = part.start.saturating_sub(ANCHOR_LEAD);
        let mut from = lead;
        let searched = &bytes[..bytes.len().min(part.end + anchors::LONGEST)];
        while let Some((at, form)) = self.anchors.next(searched, from) {
            let hit = match form {
                Form::Plain => plain::key_at(bytes, at),
                Form::Utf16 => utf16::key_at(bytes, at),
                Form::Base64 { phase } => base64::key_at(bytes, at, phase),
                Form::Legacy => legacy::key_after_name(bytes, at),
            };
            from = at + 1;
            hits.extend(hit);
        }
        hits.extend(base64::keys_with_a_broken_anchor(bytes, lead..part.end));
        hits.retain(|hit| part.contains(&hit.span.start));
        hits
    }

    /// Whether it also looks for patterns, which can reach as far as they like.
    #[must_use]
    pub fn has_patterns(&self) -> bool {
        !self.custom.is_empty()
    }
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

/// The hits in order. Of those that overlap the most real one is kept, and of equals the first.
fn apart(mut hits: Vec<Hit>) -> Vec<Hit> {
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

/// Whether a body is that of a key wherever it stands, even in mid-word: in binary formats the byte
/// before a key is its length, and `-u` or the value of another column may touch it. Names have no
/// such bodies, and in base64url text one stands by chance once in 30 megabytes.
fn is_unmistakable(body: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| body.iter().any(test);
    (SHORTEST_WHOLE_BODY..=LONGEST_BODY).contains(&body.len())
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && !placeholder::is_name(body)
        && !placeholder::is_monotonous(body)
}

/// The kind with this prefix, if it is a secret one.
fn kind_of(prefix: &[u8]) -> Option<&'static KeyKind> {
    KINDS.iter().find(|kind| prefix == kind.prefix.as_bytes())
}

/// The hit that a prefix of `kind` and this body make; `None` if it is no key at all. `tail` is
/// what follows the body: it matters to nothing but other products' tokens.
fn hit(
    kind: &'static KeyKind,
    body: &[u8],
    tail: &[u8],
    encoding: Encoding,
    span: Range<usize>,
) -> Option<Hit> {
    if body.len() < kind.least_body || placeholder::is_other_product(kind, body, tail) {
        return None;
    }
    let shape = match placeholder::is_placeholder(body) {
        true => Shape::Placeholder,
        false if body.len() >= kind.whole_body => Shape::Whole,
        false => Shape::Cut,
    };
    let masked = MaskedKey::new(kind.prefix, body);
    let fingerprint = Fingerprint::of(kind.prefix.as_bytes(), body);
    Some(Hit {
        kind,
        shape,
        encoding,
        span,
        masked,
        fingerprint,
    })
}

/// Whether a key in what ends here, with a line break, may go on in the next line.
#[must_use]
pub fn may_go_on(text: &[u8]) -> bool {
    base64::may_go_on(text)
}

/// The bytes that base64 text from `at` on stands for, each with the offset of the digit that
/// completes it. Ends where the text does.
pub fn decode_base64(bytes: &[u8], at: usize) -> impl Iterator<Item = (u8, usize)> {
    base64::decode(bytes, at)
}

/// The text of a base64 hit in `bytes` with the key in it masked: of the same length, and decoded
/// the same but for `*` in place of the body's characters before the last four. `None` if these are
/// not the bytes in which it was found.
#[must_use]
pub fn masked_base64(bytes: &[u8], hit: &Hit) -> Option<Vec<u8>> {
    base64::masked(bytes, hit)
}

/// Length of the run of ASCII letters and digits that `bytes` start with, as far as is looked.
fn alphanumeric_run(bytes: &[u8]) -> usize {
    let bytes = &bytes[..bytes.len().min(LONGEST_RUN)];
    bytes
        .iter()
        .position(|b| !b.is_ascii_alphanumeric())
        .unwrap_or(bytes.len())
}
