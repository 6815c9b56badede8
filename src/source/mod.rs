//! Which changes are looked at. A source knows where content comes from; it never looks into it.

pub mod files;
pub mod history;
pub mod message;
pub mod push;
pub mod range;
pub mod revisions;
pub mod staged;
pub mod transaction;

use std::sync::Arc;

use crate::git::{Commit, ObjectId};

/// The new content of a file, and what it had before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// The content to scan.
    pub new: ObjectId,
    /// The content in each parent that has the file. A line counts as added only if it is new
    /// against all of them; if there is none, every line is.
    pub old: Vec<ObjectId>,
    /// The commit that makes the change; `None` for what is not committed yet.
    pub commit: Option<Arc<Commit>>,
    /// `new` is a commit or a tag, and its content the message; `path` says which.
    pub is_message: bool,
}
