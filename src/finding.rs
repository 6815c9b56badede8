//! Findings: the key's kind, its place and its masked form. No type here holds the bytes of a key,
//! so none can print it.

use crate::detect::{Encoding, Ending, Shape};
use crate::git::ObjectId;
use crate::key::{Fingerprint, IssuedBefore, KeyKind, MaskedKey};

/// The place of a key. Lines and columns count from 1.
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

/// The line around a key, shortened, with every key in it masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The text before the key, at most [`Excerpt::REACH`] bytes.
    pub before: Vec<u8>,
    /// The masked key.
    pub key: MaskedKey,
    /// The text behind the key, at most [`Excerpt::REACH`] bytes.
    pub after: Vec<u8>,
}

impl Excerpt {
    /// Number of bytes kept on either side of a key.
    pub const REACH: usize = 200;
}

/// The commit that adds a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedBy {
    /// Its name.
    pub id: ObjectId,
    /// Its place among the commits that were scanned: parents stand before their children.
    pub order: usize,
    /// Number of its parents.
    pub parents: usize,
    /// When its author made it, in ISO 8601; `None` if it does not say.
    pub date: Option<String>,
    /// The name of its author, if that is somebody else and the report tells it. Every key in it is
    /// masked.
    pub author: Option<Vec<u8>>,
    /// The first line of its message, every key in it masked.
    pub subject: Vec<u8>,
}

/// The history of a key since a commit added it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// A file of HEAD still holds it.
    pub in_head: bool,
    /// Number of refs from which a commit that added it is reachable.
    pub refs: usize,
}

/// The part of a change that holds a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoundIn {
    /// A line of a file.
    Line,
    /// The name of a file. The location is the first line of that file.
    FileName,
    /// The message of a commit or of a tag. The path of the location names it.
    Message,
}

/// A secret key on a line that the change adds, or in the name of a file.
#[derive(Debug)]
pub struct Finding {
    /// The kind of the key.
    pub kind: &'static KeyKind,
    /// Whole key, cut key or placeholder.
    pub shape: Shape,
    /// The way its end was found.
    pub ending: Ending,
    /// The encoding of the key in the file.
    pub encoding: Encoding,
    /// The part of the change that holds the key.
    pub found_in: FoundIn,
    /// The file in git that contains the one in which the key stands: an archive. The path of the
    /// location then goes on behind a `!`, and its line is one of the inner file.
    pub container: Option<Vec<u8>>,
    /// The commit that adds it; `None` if it is not committed yet.
    pub commit: Option<AddedBy>,
    /// The history of the key, if all of the history was scanned.
    pub trace: Option<Trace>,
    /// The name under which a build tool would copy the key into the browser bundle.
    pub exposed_as: Option<String>,
    /// The key stands in code that runs in a browser.
    pub in_browser_code: bool,
    /// The line stands in an LFS object; the blob itself is only a pointer to it.
    pub in_lfs_object: bool,
    /// The place of the key.
    pub location: Location,
    /// The line it stands in.
    pub excerpt: Excerpt,
    /// The key, by value.
    pub fingerprint: Fingerprint,
    /// The time before which the key was issued, where the key itself tells it.
    pub issued_before: Option<IssuedBefore>,
}
