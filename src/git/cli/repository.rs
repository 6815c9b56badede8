//! The questions about a repository, its HEAD and its index that git answers where libgit2 does not.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::git::cli::raw_diff::{self, Listed, RAW, Record};
use crate::git::cli::{Git, LOCATORS, fields, printed_id};
use crate::git::index::checksum;
use crate::git::index::file::IndexFile;
use crate::git::{Delta, EntryKind, ObjectId};

/// The top of the work tree.
pub(crate) fn top() -> Result<PathBuf> {
    Git::new(&["rev-parse", "--path-format=absolute", "--show-toplevel"]).path()
}

/// The repository's own directory.
pub(crate) fn git_dir() -> Result<PathBuf> {
    Git::new(&["rev-parse", "--path-format=absolute", "--git-dir"]).path()
}

/// The directory that the work trees of this repository share.
pub(crate) fn common_directory() -> Result<PathBuf> {
    Git::new(&["rev-parse", "--path-format=absolute", "--git-common-dir"]).path()
}

/// The directory that the work trees of the repository at a place share.
pub(crate) fn common_directory_of(place: &Path) -> Result<PathBuf> {
    Git::new(&["rev-parse", "--path-format=absolute", "--git-common-dir"])
        .directory(place)
        .without(&LOCATORS)
        .path()
}

/// Tells if the repository has no work tree.
pub(crate) fn is_bare() -> Result<bool> {
    Ok(Git::new(&["rev-parse", "--is-bare-repository"]).line()? == b"true")
}

/// The place of a file of the repository, such as its index.
pub(crate) fn git_path(name: &str) -> Result<PathBuf> {
    Git::new(&["rev-parse", "--path-format=absolute", "--git-path", name]).path()
}

/// Tells if history was cut off when the repository was cloned.
pub(crate) fn is_shallow() -> Result<bool> {
    Ok(Git::new(&["rev-parse", "--is-shallow-repository"]).line()? == b"true")
}

/// The index that the environment names, or that of the work tree.
pub(crate) fn index_file() -> Result<IndexFile> {
    Ok(IndexFile::new(git_path("index")?, id_length()?))
}

/// The number of bytes of an object id: 20 or 32.
fn id_length() -> Result<usize> {
    match &Git::new(&["rev-parse", "--show-object-format"]).line()?[..] {
        b"sha1" => Ok(20),
        b"sha256" => Ok(32),
        other => bail!(
            "the object format {} is unknown",
            String::from_utf8_lossy(other)
        ),
    }
}

/// The commit of HEAD; `None` before the first.
pub(crate) fn head() -> Result<Option<ObjectId>> {
    let head = Git::new(&["rev-parse", "--verify", "HEAD^{commit}"]).answer()?;
    if head.code == Some(0) {
        return Ok(Some(printed_id(head.output.trim_ascii_end())?));
    }
    // A branch that does not exist yet is the only HEAD without a commit that is no error.
    let branch = Git::new(&["symbolic-ref", "HEAD"]).line()?;
    let branch = str::from_utf8(&branch)?;
    match Git::new(&["show-ref", "--exists", branch]).answer()?.code {
        Some(2) => Ok(None),
        _ => bail!(head.message),
    }
}

/// Compares the index with a tree, or with an empty one. The index must be whole: git takes a
/// missing one for an empty one, which would approve anything, and verifies no checksum.
pub(crate) fn staged_deltas(index: &IndexFile, tree: Option<&ObjectId>) -> Result<Vec<Delta>> {
    let must_exist = tree.is_some() || env::var_os("GIT_INDEX_FILE").is_some();
    match fs::metadata(&index.path) {
        Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => return Ok(Vec::new()),
        Err(error) => return Err(checksum::unreadable(&index.path, &error.into())),
        Ok(_) => {}
    }
    checksum::verified_while(index, || compare_index(tree))
}

fn compare_index(tree: Option<&ObjectId>) -> Result<Vec<Delta>> {
    let tree = match tree {
        Some(tree) => tree.to_string(),
        None => String::from_utf8(Git::new(&["hash-object", "-t", "tree", "--stdin"]).line()?)?,
    };
    let raw = diff_index(&["--no-renames"], &tree)?;
    let records = raw_diff::records(&raw)?;
    let mut deltas: Vec<Delta> = records.iter().filter_map(Record::delta).collect();
    if records.iter().any(|record| record.status == b'U') {
        add_unmerged(&tree, &mut deltas)?;
    }
    Ok(deltas)
}

/// Runs `diff-index --cached` with these options.
pub(crate) fn diff_index(options: &[&str], tree: &str) -> Result<Vec<u8>> {
    Git::new(&["diff-index", "--cached", "--ita-invisible-in-index"])
        .arguments(&RAW)
        .arguments(options)
        .arguments(&[tree, "--"])
        .output()
}

/// Adds the contents that a conflict left in the index. `diff-index` tells only their path.
fn add_unmerged(tree: &str, deltas: &mut Vec<Delta>) -> Result<()> {
    let staged = Git::new(&["ls-files", "--unmerged", "-z", "--full-name", "--", ":/"]).output()?;
    let committed = Git::new(&["ls-tree", "-r", "-z", "--full-tree", tree]).output()?;
    let committed = raw_diff::listed(&committed)?;
    for entry in raw_diff::listed(&staged)? {
        let old = content_at(&committed, entry.path);
        if entry.has_content() && old != Some(entry.id) {
            let path = entry.path.to_vec();
            deltas.push(Delta {
                path,
                new: entry.id,
                old: old.into_iter().collect(),
                kind: EntryKind::File,
            });
        }
    }
    Ok(())
}

fn content_at(files: &[Listed<'_>], path: &[u8]) -> Option<ObjectId> {
    let file = files
        .iter()
        .find(|file| file.path == path && file.has_content())?;
    Some(file.id)
}

/// The staged content of a file that has no conflict.
pub(crate) fn staged_at(path: &str) -> Result<Option<ObjectId>> {
    let pathspec = format!(":(top,literal){path}");
    let list = Git::new(&["ls-files", "--stage", "-z", "--full-name", "--", &pathspec]).output()?;
    for entry in raw_diff::listed(&list)? {
        if entry.path == path.as_bytes() && entry.stage == 0 {
            return Ok(Some(entry.id));
        }
    }
    Ok(None)
}

/// The paths of the files in the index that git finds at or below a path of the command line.
pub(crate) fn index_paths_at(path: &Path) -> Result<Vec<Vec<u8>>> {
    let git = Git::new(&["--literal-pathspecs", "ls-files", "-z", "--full-name", "--"]);
    let list = git.argument(path).output()?;
    Ok(fields(&list).map(<[u8]>::to_vec).collect())
}

/// The paths of all files in the index.
pub(crate) fn index_paths() -> Result<Vec<Vec<u8>>> {
    let list = Git::new(&["ls-files", "-z", "--full-name", "--", ":/"]).output()?;
    Ok(fields(&list).map(<[u8]>::to_vec).collect())
}
