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
mod chain;
mod custom;
mod cut;
mod density;
mod escape;
pub mod exposed;
mod hex;
mod judge;
mod legacy;
mod placeholder;
mod text;
mod wide;

use std::ops::Range;

use crate::key::{Fingerprint, IssuedBefore, KeyKind, MaskedKey};
use anchors::{Anchors, EVERYWHERE, Form, IN_BASE64, IN_NUMBERS};
use chain::{DEEPEST, Decoded};
use custom::Fingerprints;
use judge::{Origin, Verdict};

pub use custom::CustomKey;
pub use density::BLOCK;
pub use placeholder::looks_random;

/// The bytes that decide about a hit stand at most so far before its first one or behind it: a
/// stream can be read in parts that overlap.
pub const REACH: usize = 4 << 10;

/// A longer run of letters and digits is looked at no further: no key is a quarter as long. Wrapped
/// base64 of so many bytes, each line indented as far as is looked at, stays within [`REACH`].
const LONGEST_RUN: usize = 256;

/// An anchor stands at most so far before the first byte of its hit, as the name of a key without
/// prefix does, or behind it, as the second half of an anchor does that a line break cuts.
const ANCHOR_LEAD: usize = 1 << 10;

/// Text that was decoded from a key's own anchor on ends sooner.
const LONG_DECODED: usize = 400;

/// The likeness of a hit to a real key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// As long as the keys that PostHog issues.
    Whole,
    /// Too short for a key of this kind: cut, or a sample.
    Cut,
    /// Recognisably made up: `phx_xxxxxxxxxxxxxxxxxxxx`.
    Placeholder,
}

/// Tells how the end of a key was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Something that belongs to no key follows.
    Seen,
    /// Letters or digits touch the key, so that its usual length had to tell.
    Guessed,
    /// It is no key but the rest of a text, which was not searched: a pattern matches too often.
    Unsearched,
}

/// The encoding in which a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// With an escape in place of its underscore, or of all characters: `%5F`, `\u005f`, `&#95;`.
    Escaped,
    /// In parts: literals that a program puts together, or cut by what no reader sees.
    Split,
    /// Two bytes a character, in either byte order.
    Utf16,
    /// Four bytes a character, in either byte order.
    Utf32,
    /// As part of a base64 text, perhaps wrapped.
    Base64,
    /// As a list of numbers, most of all hexadecimal ones.
    Hex,
    /// In two of these, one within the other.
    Nested,
}

impl Encoding {
    /// The word for it in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Escaped => "escaped",
            Self::Split => "split",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Nested => "nested",
        }
    }

    /// The encoding of a text in which a key in this encoding was found.
    fn within(self, outer: Self) -> Self {
        match self {
            Self::Plain | Self::Escaped | Self::Split => outer,
            _ => Self::Nested,
        }
    }
}

/// A key, or what may be one, in some bytes.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The kind that its prefix names.
    pub kind: &'static KeyKind,
    /// Its likeness to a real key.
    pub shape: Shape,
    /// The way in which its end was found.
    pub ending: Ending,
    /// Its encoding.
    pub encoding: Encoding,
    /// Bytes of a character of the text in which it stands: 1, or more in wide text.
    pub unit: usize,
    /// Its place, in bytes.
    pub span: Range<usize>,
    /// The only printable form.
    pub masked: MaskedKey,
    /// The same for the same key, wherever and however it stands.
    pub fingerprint: Fingerprint,
    /// The time before which it was issued, where the key itself tells it.
    pub issued_before: Option<IssuedBefore>,
    /// Characters of its body, or 0 if these are not in the span one by one.
    pub(crate) body_length: usize,
}

impl Hit {
    /// A hit with this body, as it was judged.
    fn new(
        kind: &'static KeyKind,
        verdict: Verdict,
        body: &[u8],
        encoding: Encoding,
        span: Range<usize>,
    ) -> Self {
        let is_whole = verdict.shape == Shape::Whole && verdict.ending == Ending::Seen;
        let issued_before = if is_whole {
            IssuedBefore::of_body(kind.prefix, body)
        } else {
            None
        };
        Self {
            kind,
            shape: verdict.shape,
            ending: verdict.ending,
            encoding,
            unit: 1,
            span,
            masked: MaskedKey::new(kind.prefix, body),
            fingerprint: Fingerprint::of(kind.prefix.as_bytes(), body),
            issued_before,
            body_length: body.len(),
        }
    }
}

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
        self.scan_part(bytes, 0..bytes.len())
    }

    /// The hits in `bytes` that start in this part of them.
    #[must_use]
    pub fn scan_part(&self, bytes: &[u8], part: Range<usize>) -> Vec<Hit> {
        let hits = without_overlaps(catalogue_hits(bytes, &part));
        if self.custom.is_empty() {
            hits
        } else {
            let matches = custom::matches(&self.custom, bytes, &part, Fingerprints::Shown);
            custom::merge(hits, matches)
        }
    }

    /// Every hit in `bytes` that starts in this part of them, in order, and of those that overlap all:
    /// what masks a key by half would show the other half.
    #[must_use]
    pub fn overlapping(&self, bytes: &[u8], part: Range<usize>) -> Vec<Hit> {
        let mut hits = catalogue_hits(bytes, &part);
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

/// The hits that start in a part of the bytes.
fn catalogue_hits(bytes: &[u8], part: &Range<usize>) -> Vec<Hit> {
    let searched = part.start.saturating_sub(ANCHOR_LEAD)..bytes.len().min(part.end + ANCHOR_LEAD);
    let mut search = Search::new(bytes, 0);
    search.look_in(searched);
    search.hits.retain(|hit| part.contains(&hit.span.start));
    search.hits
}

/// Looks for keys in a text, which may have been decoded from another.
struct Search<'b> {
    bytes: &'b [u8],
    /// Encodings that were taken off.
    depth: usize,
    hits: Vec<Hit>,
    /// Offset behind the last key that was found in the text as it is.
    last_end: usize,
    /// The last decoded texts, by where the four digits of their quanta stand.
    in_base64: [Decoded; 4],
}

impl<'b> Search<'b> {
    fn new(bytes: &'b [u8], depth: usize) -> Self {
        Self {
            bytes,
            depth,
            hits: Vec::new(),
            last_end: 0,
            in_base64: Default::default(),
        }
    }

    fn look_in(&mut self, part: Range<usize>) {
        self.look_for(&EVERYWHERE, part.clone());
        let dense = density::dense(self.bytes, &part);
        for range in dense.numbers {
            self.look_for(&IN_NUMBERS, range);
        }
        if self.depth == DEEPEST {
            return;
        }
        for range in dense.base64 {
            self.look_for(&IN_BASE64, range);
        }
        for range in dense.wide {
            for (unit, encoding) in [(2, Encoding::Utf16), (4, Encoding::Utf32)] {
                for stretch in wide::stretches(self.bytes, &range, unit) {
                    self.look_inside(&stretch, encoding, unit);
                }
            }
        }
    }

    fn look_for(&mut self, anchors: &Anchors, part: Range<usize>) {
        let mut from = part.start;
        while let Some((at, forms)) = anchors.next(self.bytes, from, part.end) {
            for form in forms {
                self.look_at(at, form);
            }
            from = at + 1;
        }
    }

    /// Looks at an anchor of this form.
    fn look_at(&mut self, at: usize, form: &Form) {
        let bytes = self.bytes;
        let origin = if self.depth == 0 {
            Origin::File
        } else {
            Origin::Decoded
        };
        match form {
            Form::Text => self.record(text::key_at(bytes, at, origin, self.last_end)),
            Form::CutPrefix => {
                self.record(text::key_with_cut_prefix(bytes, at, origin, self.last_end));
            }
            Form::Legacy => self.hits.extend(legacy::key_after_name(bytes, at)),
            Form::Number => {
                if let Some(start) = text::start_of_escape(bytes, at) {
                    self.record(text::key_at(bytes, start, origin, self.last_end));
                }
                if self.depth < DEEPEST {
                    for decoded in hex::decode_from(bytes, at) {
                        self.look_inside(&decoded, Encoding::Hex, 1);
                    }
                }
            }
            Form::Base64(_) | Form::BrokenBase64(_) if self.depth == DEEPEST => {}
            Form::Base64(anchor) => {
                if base64::is_plausible(bytes, at, anchor) {
                    self.look_in_base64(at, anchor);
                }
            }
            Form::BrokenBase64(anchor) => {
                for (tail, start) in [(2, at), (1, at.saturating_sub(1))] {
                    if let Some(start) = base64::start_of_broken(bytes, start, anchor, tail) {
                        self.look_in_base64(start, anchor);
                    }
                }
            }
        }
    }

    /// Decodes the text around an anchor, unless the text that was decoded before holds it.
    fn look_in_base64(&mut self, at: usize, anchor: &base64::Written) {
        let known = at.wrapping_sub(anchor.before) % 4;
        if base64::holds_anchor(&self.in_base64[known], at, anchor) {
            return;
        }
        let decoded = base64::decode_around(self.bytes, at, anchor, &self.in_base64[known]);
        self.look_inside(&decoded, Encoding::Base64, 1);
        self.in_base64[known] = decoded;
    }

    /// Keeps a key of the text as it is.
    fn record(&mut self, hit: Option<Hit>) {
        let Some(hit) = hit else {
            return;
        };
        if hit.shape != Shape::Placeholder {
            self.last_end = hit.span.end;
        }
        self.hits.push(hit);
    }

    /// Looks for keys in decoded text, and says where they stand in this one.
    fn look_inside(&mut self, decoded: &Decoded, outer: Encoding, unit: usize) {
        let mut search = Search::new(&decoded.bytes, self.depth + 1);
        search.look_in(0..decoded.bytes.len());
        let length = decoded.bytes.len();
        for hit in search.hits {
            // Decoding stops somewhere: what stands there has an anchor nearer to it.
            if unit == 1 && length >= LONG_DECODED && hit.span.end + 8 > length {
                continue;
            }
            self.hits.push(Hit {
                span: decoded.place(&hit.span),
                encoding: hit.encoding.within(outer),
                unit,
                ..hit
            });
        }
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
