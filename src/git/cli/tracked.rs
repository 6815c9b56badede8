//! The files that git tracks, whatever `.gitignore` says of them.

use std::path::{Path, PathBuf};

use crate::git::cli::{Git, LOCATORS, fields};
use crate::git::path_of;

/// The tracked files at or below a directory, relative to it. `None` if git does not say: the
/// directory is in no repository, git refuses it, or there is no git.
#[must_use]
pub fn tracked_below(directory: &Path) -> Option<Vec<PathBuf>> {
    // The repository around the directory counts, not the one for which a hook runs.
    let list = Git::new(&["ls-files", "--cached", "-z"])
        .without(&LOCATORS)
        .directory(directory);
    let Ok(list) = list.output() else {
        return None;
    };
    let mut paths = Vec::new();
    for path in fields(&list) {
        match path_of(path) {
            Ok(path) => paths.push(path),
            Err(_) => return None,
        }
    }
    Some(paths)
}
