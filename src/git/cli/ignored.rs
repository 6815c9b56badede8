//! The files that git ignores.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::git::cli::{Git, LOCATORS, fields};
use crate::git::path_of;

/// Lists the untracked files and directories at or below a directory of a repository that git
/// ignores. None if git does not answer.
#[must_use]
pub fn ignored_below(top: &Path, directory: &Path) -> HashSet<PathBuf> {
    // The repository around the directory counts, not the one for which a hook runs.
    let mut git = Git::new(&["--literal-pathspecs", "ls-files", "--others", "--ignored"])
        .arguments(&["--exclude-standard", "--directory", "-z", "--"])
        .without(&LOCATORS)
        .directory(top);
    let below = directory.strip_prefix(top).unwrap_or(directory);
    if below != Path::new("") {
        git = git.argument(below);
    }
    let mut ignored = HashSet::new();
    let Ok(list) = git.output() else {
        return ignored;
    };
    for path in fields(&list) {
        if let Ok(path) = path_of(path.strip_suffix(b"/").unwrap_or(path)) {
            ignored.insert(top.join(path));
        }
    }
    ignored
}
