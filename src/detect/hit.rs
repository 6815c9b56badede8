//! A key that was found: its place, kind, encoding and masked form.

use std::ops::Range;

use super::judge::Verdict;
use crate::key::{Fingerprint, IssuedBefore, KeyKind, MaskedKey};

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
    pub(super) fn within(self, outer: Self) -> Self {
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
    pub(super) fn new(
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
