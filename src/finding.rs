//! What was found and where. None of these types can print a key: its bytes never enter
//! them.

use crate::detect::{Encoding, Ending, Shape};
use crate::git::ObjectId;
use crate::key::{Fingerprint, KeyKind, MaskedKey};

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
    /// Number of its parents.
    pub parents: usize,
    /// When its author made it, in ISO 8601; `None` if it does not say.
    pub date: Option<String>,
    /// The first line of its message, every key in it masked.
    pub subject: Vec<u8>,
}

/// What has become of a key since a commit added it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// A file of HEAD still holds it.
    pub in_head: bool,
    /// How many refs lead to a commit that added it.
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
    /// What kind of key.
    pub kind: &'static KeyKind,
    /// Whether it is a whole one.
    pub shape: Shape,
    /// How its end was found.
    pub ending: Ending,
    /// How it is written.
    pub encoding: Encoding,
    /// The part of the change that holds the key.
    pub found_in: FoundIn,
    /// The file in git that contains the one in which the key stands: an archive. The path of the
    /// location then goes on behind a `!`, and its line is one of the inner file.
    pub container: Option<Vec<u8>>,
    /// The commit that adds it; `None` for what is not committed yet.
    pub commit: Option<AddedBy>,
    /// What has become of it, if all of the history was looked at.
    pub trace: Option<Trace>,
    /// The name under which a build tool would copy the key into the browser bundle.
    pub exposed_as: Option<String>,
    /// The key stands in code that runs in a browser.
    pub in_browser_code: bool,
    /// Where it stands.
    pub location: Location,
    /// The line it stands in.
    pub excerpt: Excerpt,
    /// The key, by value.
    pub fingerprint: Fingerprint,
}
