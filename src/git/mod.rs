//! The only code that names git2 or starts git. It hands out plain, owned values: object ids, paths
//! as bytes, line numbers.
//!
//! `repo` decides who answers: `libgit2`, or git's own commands in `cli`. `object`, `tree` and
//! `index` hold the results of both, `parents` and `next_commit` tell what is committed; `added_lines`
//! compares two contents. `caller` finds the git command that runs a hook.

mod added_lines;
mod caller;
mod cli;
mod index;
mod libgit2;
mod next_commit;
mod object;
mod parents;
mod repo;
mod tree;

pub use added_lines::AddedLines;
pub use caller::{Caller, caller_by_proc, caller_by_ps};
pub use cli::LOCATORS;
pub use cli::ignored::ignored_below;
pub use cli::lfs::LfsObjects;
pub use cli::refs::Ref;
pub use cli::remotes::Remote;
pub use cli::rename_sources::{RenameSource, RenameSources};
pub use cli::rev_list::{Known, Revisions};
pub use cli::staging;
pub use cli::work_tree::{WorkTree, version};
pub use object::commit::Commit;
pub use object::history::{History, Peeled, Target};
pub use object::id::ObjectId;
pub use object::reader::{Blob, BlobOrSize, BlobReader};
pub use parents::MergeVariables;
pub use repo::Repo;
pub use tree::{Delta, EntryKind};

use tree::{GITLINK, TREE};

/// Turns a path as git prints and stores it into one of this system.
///
/// # Errors
/// This system has no such paths.
#[cfg(unix)]
pub fn path_of(bytes: &[u8]) -> anyhow::Result<std::path::PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(bytes).into())
}

/// Turns a path as git prints and stores it into one of this system.
///
/// # Errors
/// This system has no such paths.
#[cfg(not(unix))]
pub fn path_of(bytes: &[u8]) -> anyhow::Result<std::path::PathBuf> {
    Ok(std::str::from_utf8(bytes)?.into())
}

/// Writes a path as git stores it.
#[cfg(unix)]
#[must_use]
pub fn stored_path(path: &std::path::Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

/// Writes a path as git stores it.
#[cfg(not(unix))]
#[must_use]
pub fn stored_path(path: &std::path::Path) -> Vec<u8> {
    with_slashes(path.as_os_str().as_encoded_bytes())
}

/// Writes a path of Windows with slashes, and without the prefix that takes it literally.
#[cfg(any(not(unix), test))]
fn with_slashes(path: &[u8]) -> Vec<u8> {
    let mut written = Vec::new();
    let mut rest = path;
    if let Some(share) = path.strip_prefix(br"\\?\UNC\") {
        written.extend(b"//");
        rest = share;
    } else if let Some(plain) = path.strip_prefix(br"\\?\") {
        rest = plain;
    }
    for byte in rest {
        written.push(if *byte == b'\\' { b'/' } else { *byte });
    }
    written
}

/// Tells whether these bytes are an index that git has written to its end.
#[must_use]
pub fn is_whole_index(bytes: &[u8]) -> bool {
    let lengths = [20, 32];
    bytes.starts_with(b"DIRC")
        && lengths
            .iter()
            .any(|length| index::checksum::verify(bytes, *length).is_ok())
}

/// The parsers of git's output, for the fuzzer, which sets this `cfg`.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing {
    use super::cli::raw_diff;
    use super::index::staged_tree;
    use super::tree::walk;

    /// Reads an index and returns the tree that it holds.
    pub fn index(bytes: &[u8], id_length: usize) -> Option<Vec<u8>> {
        staged_tree::root(&mut std::io::Cursor::new(bytes), id_length).expect("a slice can be read")
    }

    /// Reads `diff-index --raw -z` and counts the changes.
    pub fn raw_diff(bytes: &[u8]) -> Option<usize> {
        let records = raw_diff::records(bytes).ok()?;
        Some(
            records
                .iter()
                .filter(|record| record.delta().is_some() || record.rename_source().is_some())
                .count(),
        )
    }

    /// Reads `ls-tree -z` or `ls-files --stage -z` and counts the files.
    pub fn listed(bytes: &[u8]) -> Option<usize> {
        Some(
            raw_diff::listed(bytes)
                .ok()?
                .iter()
                .filter(|file| file.has_content())
                .count(),
        )
    }

    /// Reads a tree and counts its entries.
    pub fn tree(bytes: &[u8]) -> usize {
        walk::entries(bytes, 20).filter(Result::is_ok).count()
    }
}

#[cfg(test)]
mod tests {
    use super::with_slashes;

    #[test]
    fn a_path_of_windows_is_written_as_git_does() {
        let cases: [(&[u8], &[u8]); 6] = [
            (br"src\client.ts", b"src/client.ts"),
            (br"C:\repo\src", b"C:/repo/src"),
            (br"\\?\C:\repo\src", b"C:/repo/src"),
            (br"\\?\UNC\server\share\a", b"//server/share/a"),
            (br"\\server\share\a", b"//server/share/a"),
            (b"a/b", b"a/b"),
        ];
        for (path, expected) in cases {
            assert_eq!(with_slashes(path), expected, "{}", path.escape_ascii());
        }
    }
}
