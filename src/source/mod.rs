//! The changes that a check reads. A source knows where content comes from and never looks into it.

pub mod files;
pub mod history;
pub mod locked_index;
pub mod message;
pub mod push;
pub mod range;
pub mod revisions;
pub mod staged;
pub mod transaction;

use std::sync::Arc;

use crate::git::{Commit, EntryKind, ObjectId};

/// The new content of a file, and its earlier contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// The object to scan.
    pub new: ObjectId,
    /// The content in each parent that has the file. A line counts as added only if it is new
    /// against all of them; if there is none, every line is.
    pub old: Vec<ObjectId>,
    /// The commit that makes the change; `None` if it is not committed yet.
    pub commit: Option<Arc<Commit>>,
    /// The part of the object that is scanned.
    pub content: Content,
}

/// The part of a changed object that is scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The object is a file: its name and its lines are scanned.
    File,
    /// The object is a commit or a tag: its message is scanned, and the path says whose it is.
    Message,
    /// Only the path is scanned: it is the name of a branch, a tag or a submodule.
    Name,
}

impl Content {
    fn of(kind: EntryKind) -> Self {
        match kind {
            EntryKind::File => Self::File,
            EntryKind::Submodule => Self::Name,
        }
    }
}

impl Change {
    /// Every line of a file that no commit adds.
    fn whole_file(path: Vec<u8>, new: ObjectId) -> Self {
        Self {
            path,
            new,
            old: Vec::new(),
            commit: None,
            content: Content::File,
        }
    }
}
