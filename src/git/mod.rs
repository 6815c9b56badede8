//! The only code that names git2, or git's own commands where libgit2 refuses. What leaves it are
//! plain, owned values: object ids, paths as bytes, line numbers.

mod added_lines;
mod cat_file;
mod commit;
mod history;
mod index_checksum;
mod index_walk;
mod libgit2;
mod loose;
mod object;
mod object_id;
mod origins;
mod plumbing;
mod raw_diff;
mod reader;
mod refs;
mod remotes;
mod repo;
mod rev_list;
mod staged_tree;
mod tracked;
mod tree_diff;
mod tree_walk;
mod work_tree;

pub use added_lines::AddedLines;
pub use commit::Commit;
pub use history::{History, Peeled, Target};
pub use object_id::ObjectId;
pub use origins::Origins;
pub use reader::{Blob, BlobReader};
pub use refs::Ref;
pub use remotes::Remote;
pub use repo::Repo;
pub use rev_list::{Known, Revisions};
pub use tracked::tracked_below;
pub use work_tree::{WorkTree, version};

/// The mode of a directory, as trees and indexes hold it.
const TREE: u32 = 0o040_000;
/// The mode of a submodule.
const GITLINK: u32 = 0o160_000;

/// A file whose staged content differs from the one in a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delta {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// The content that will be committed.
    pub new: ObjectId,
    /// The content in the tree, if the path has one there.
    pub old: Option<ObjectId>,
}

/// A file whose content is in none of some trees at its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// The content.
    pub new: ObjectId,
    /// The content in each of the trees that has the path.
    pub old: Vec<ObjectId>,
}

/// A path as git prints and stores it.
///
/// # Errors
/// This system has no such paths.
#[cfg(unix)]
pub fn path_of(bytes: &[u8]) -> anyhow::Result<std::path::PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(bytes).into())
}

/// A path as git prints and stores it.
///
/// # Errors
/// This system has no such paths.
#[cfg(not(unix))]
pub fn path_of(bytes: &[u8]) -> anyhow::Result<std::path::PathBuf> {
    Ok(std::str::from_utf8(bytes)?.into())
}

/// The parsers of what git writes, for the fuzzer, which sets this `cfg`.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing {
    use super::{raw_diff, staged_tree, tree_walk};

    /// Reads an index; whether it tells its tree.
    pub fn index(bytes: &[u8], id_length: usize) -> Option<Vec<u8>> {
        staged_tree::root(&mut std::io::Cursor::new(bytes), id_length).expect("a slice can be read")
    }

    /// Reads `diff-index --raw -z`; how many changes it tells of.
    pub fn raw_diff(bytes: &[u8]) -> Option<usize> {
        let records = raw_diff::records(bytes).ok()?;
        Some(records.iter().filter(|record| record.delta().is_some() || record.origin().is_some()).count())
    }

    /// Reads `ls-tree -z` and `ls-files --stage -z`; how many files they list.
    pub fn listed(bytes: &[u8]) -> Option<usize> {
        Some(raw_diff::listed(bytes).ok()?.iter().filter(|file| file.has_content()).count())
    }

    /// Reads a tree; how many entries it has.
    pub fn tree(bytes: &[u8]) -> usize {
        tree_walk::entries(bytes, 20).filter(Result::is_ok).count()
    }
}
