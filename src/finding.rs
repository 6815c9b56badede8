//! What was found and where. None of these types can print a key: its bytes never enter
//! them.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::detect::{Detector, Encoding, Shape};
use crate::git::{Commit, ObjectId};
use crate::keys::KeyKind;
use crate::locate::masked;

/// A key as it may be shown: its prefix, `…` and its last four characters, as PostHog
/// itself shows keys in its settings.
#[derive(Clone, PartialEq, Eq)]
pub struct MaskedKey(String);

impl MaskedKey {
    /// Masks a key of which nothing is known: its last four characters, if enough are left.
    #[must_use]
    pub fn opaque(key: &[u8]) -> Self {
        if key.len() < 12 { Self("…".into()) } else { Self::new("", key) }
    }

    /// Masks a key whose body consists of ASCII letters and digits; other bytes show as `?`.
    #[must_use]
    pub fn new(prefix: &str, body: &[u8]) -> Self {
        let shown = body.iter().skip(body.len().saturating_sub(4));
        let last: String = shown.map(|b| if b.is_ascii_graphic() { char::from(*b) } else { '?' }).collect();
        Self(format!("{prefix}…{last}"))
    }

    /// The masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MaskedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Stands for a key by value: the first 16 bytes of the SHA-256 of the whole key. A body has
/// at least 230 bits of chance, so the fingerprint gives nothing away.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of the key `prefix` + `body`.
    #[must_use]
    pub fn of(prefix: &[u8], body: &[u8]) -> Self {
        let digest = Sha256::new().chain_update(prefix).chain_update(body).finalize();
        let mut cut = [0; 16];
        cut.copy_from_slice(&digest[..16]);
        Self(cut)
    }
}

impl Fingerprint {
    /// The fingerprint that these 32 hexadecimal digits write.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().map(|b| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        let digits: Vec<u8> = digits.collect::<Option<_>>()?;
        let (pairs, rest) = digits.as_chunks::<2>();
        let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
        rest.is_empty().then_some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Fingerprint {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where a key stands. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Path from the repository's top, as git stores it (any bytes but NUL) but for keys in it,
    /// which are masked.
    pub path: Vec<u8>,
    /// Line, ended by `\n`.
    pub line: usize,
    /// Column of the first character, in characters (a byte that is no UTF-8 counts as one).
    pub column: usize,
    /// Column behind the last character.
    pub end_column: usize,
}

/// The line around a key, every key in it masked, cut to what is worth showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// What stands before the key, at most [`Excerpt::REACH`] bytes.
    pub before: Vec<u8>,
    /// The masked key.
    pub key: MaskedKey,
    /// What stands behind the key, at most [`Excerpt::REACH`] bytes.
    pub after: Vec<u8>,
}

impl Excerpt {
    /// So many bytes of the line are kept on either side of a key.
    pub const REACH: usize = 200;
}

/// The commit that adds a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedBy {
    /// Its name.
    pub id: ObjectId,
    /// Its place among the commits that were scanned: parents stand before their children.
    pub order: usize,
    /// Whether there was nothing before it.
    pub is_root: bool,
    /// When its author made it, in ISO 8601; `None` if it does not say.
    pub date: Option<String>,
    /// The first line of its message, every key in it masked.
    pub subject: Vec<u8>,
}

impl AddedBy {
    /// This commit, with every key masked that the detector finds in its subject.
    #[must_use]
    pub fn new(commit: &Commit, detector: &Detector) -> Self {
        let hits = detector.scan(&commit.subject);
        let subject = masked(&commit.subject, 0..commit.subject.len(), &hits);
        let is_root = commit.parents.is_empty();
        Self { id: commit.id, order: commit.order, is_root, date: commit.date.clone(), subject }
    }
}

/// What has become of a key since a commit added it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// A file of HEAD still holds it.
    pub in_head: bool,
    /// How many refs lead to a commit that added it.
    pub refs: usize,
}

/// A secret key on a line that the change adds, or in the name of a file.
#[derive(Debug)]
pub struct Finding {
    /// What kind of key.
    pub kind: &'static KeyKind,
    /// Whether it is a whole one.
    pub shape: Shape,
    /// How it is written.
    pub encoding: Encoding,
    /// The key is in the file's name; its location is the file's first line.
    pub in_name: bool,
    /// The key is in the message of a commit or a tag, which the location's path names.
    pub in_message: bool,
    /// The commit that adds it; `None` for what is not committed yet.
    pub commit: Option<AddedBy>,
    /// What has become of it, if all of the history was looked at.
    pub trace: Option<Trace>,
    /// The name under which a build tool would copy the key into the browser bundle.
    pub exposed_as: Option<String>,
    /// Where it stands.
    pub location: Location,
    /// The line it stands in.
    pub excerpt: Excerpt,
    /// The key, by value.
    pub fingerprint: Fingerprint,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_key_shows_prefix_and_last_four() {
        assert_eq!(MaskedKey::new("phx_", b"abcdefghijWXYZ").as_str(), "phx_…WXYZ");
        assert_eq!(MaskedKey::new("phx_", b"ab").as_str(), "phx_…ab");
    }

    #[test]
    fn a_fingerprint_is_the_sha256_of_the_whole_key() {
        // printf phx_abc | sha256sum
        let fingerprint = Fingerprint::of(b"phx_", b"abc");
        assert_eq!(fingerprint.to_string(), "5e26f9f4aa7f98042e671fbaa15196a1");
        assert_eq!(Fingerprint::parse("5e26f9f4aa7f98042e671fbaa15196A1"), Some(fingerprint));
        assert_eq!(Fingerprint::parse("5e26f9f4aa7f98042e671fbaa15196"), None);
        assert_eq!(Fingerprint::parse("5e26f9f4aa7f98042e671fbaa15196xx"), None);
    }
}
