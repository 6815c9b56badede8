//! Writes blobs and index entries by git's own commands: they know every kind of index.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::git::cli::{Git, fields, printed_id, repository};
use crate::git::{ObjectId, path_of};

/// A file in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexEntry {
    /// Its mode, in octal digits.
    pub mode: String,
    /// Its content.
    pub id: ObjectId,
}

/// A file's state in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Staged {
    /// It is not there.
    Absent,
    /// It is there, without a conflict.
    File(IndexEntry),
    /// A merge left several versions.
    Conflict,
    /// Git does not look at the work tree for it: sparse checkout, or assume-unchanged.
    Detached,
}

/// A change of the index.
#[derive(Clone, Debug)]
pub struct IndexChange {
    /// Path from the repository's top.
    pub path: Vec<u8>,
    /// The entry as it will be; mode 0 removes it.
    pub entry: IndexEntry,
}

impl IndexEntry {
    /// The entry that removes this one.
    #[must_use]
    pub fn removed(&self) -> Self {
        Self {
            mode: "0".into(),
            id: self.id,
        }
    }
}

/// The state of the file with this path from the repository's top.
///
/// # Errors
/// The index cannot be read.
pub fn entry(path: &[u8]) -> Result<Staged> {
    let list = Git::new(&["ls-files", "-v", "--stage", "-z", "--full-name", "--"])
        .argument(literal_pathspec(path)?)
        .output()?;
    let mut found = Staged::Absent;
    for line in fields(&list) {
        let Some(tab) = line.iter().position(|b| *b == b'\t') else {
            continue;
        };
        if &line[tab + 1..] != path {
            continue;
        }
        let words: Vec<&[u8]> = line[..tab].split(|b| *b == b' ').collect();
        let [tag, mode, id, stage] = words[..] else {
            bail!("git printed a list of another shape");
        };
        if stage != b"0" {
            return Ok(Staged::Conflict);
        }
        if tag != b"H" {
            return Ok(Staged::Detached);
        }
        found = Staged::File(IndexEntry {
            mode: String::from_utf8_lossy(mode).into_owned(),
            id: printed_id(id)?,
        });
    }
    Ok(found)
}

/// Stores a content as it is, without any filter.
///
/// # Errors
/// Git cannot write it.
pub fn write_blob(content: &[u8]) -> Result<ObjectId> {
    let git = Git::new(&["hash-object", "-w", "--stdin"]).input(content.to_vec());
    printed_id(&git.line()?)
}

/// Makes all changes of the index at once, or none.
///
/// # Errors
/// Git cannot write the index.
pub fn update(changes: &[IndexChange]) -> Result<()> {
    let mut list = Vec::new();
    for IndexChange { path, entry } in changes {
        list.extend_from_slice(format!("{} {} 0\t", entry.mode, entry.id).as_bytes());
        list.extend_from_slice(path);
        list.push(0);
    }
    // The terminal's interrupt does not reach it.
    Git::new(&["update-index", "-z", "--add", "--index-info"])
        .input(list)
        .own_group()
        .output()?;
    Ok(())
}

/// Looks at the files on the disk again, so that programs see at once which ones are unchanged.
pub fn refresh() {
    // It changes nothing that anybody relies on; git does the same in its next command.
    drop(Git::new(&["update-index", "-q", "--refresh"]).answer());
}

/// Path of a file of the repository itself.
///
/// # Errors
/// Git does not tell.
pub fn git_path(name: &str) -> Result<PathBuf> {
    repository::git_path(name)
}

/// Tells whether git ignores a file that is not tracked.
///
/// # Errors
/// Git does not tell.
pub fn is_ignored(file: &Path) -> Result<bool> {
    let answer = Git::new(&["check-ignore", "-q", "--no-index", "--"])
        .argument(file)
        .answer()?;
    match answer.code {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => bail!(answer.message),
    }
}

fn literal_pathspec(path: &[u8]) -> Result<OsString> {
    let mut pathspec = b":(top,literal)".to_vec();
    pathspec.extend_from_slice(path);
    Ok(path_of(&pathspec)?.into_os_string())
}
