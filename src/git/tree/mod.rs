//! Trees: their entries, and the differences between two of them.

pub(crate) mod diff;
pub(crate) mod walk;

use super::ObjectId;

/// The mode of a directory, as trees and indexes hold it.
pub(crate) const TREE: u32 = 0o040_000;
/// The mode of a submodule.
pub(crate) const GITLINK: u32 = 0o160_000;

/// A file whose content is new: none of some trees has it at the same path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delta {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// The content.
    pub new: ObjectId,
    /// The content in each of the trees that has the path.
    pub old: Vec<ObjectId>,
    /// The kind of the entry.
    pub kind: EntryKind,
}

/// The kind of an entry of a tree or an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A file or a symbolic link.
    File,
    /// A submodule: the content is a commit of another repository, and only the name is here.
    Submodule,
}
