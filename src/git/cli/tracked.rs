//! What git tracks of a directory, whatever `.gitignore` says of it.

use std::path::{Path, PathBuf};

use crate::git::{cli, path_of};

/// The tracked files at or below a directory, relative to it. `None` if git does not say: the
/// directory is in no repository, or git refuses it, or there is no git.
#[must_use]
pub fn tracked_below(directory: &Path) -> Option<Vec<PathBuf>> {
    let mut command = cli::command(&["ls-files", "--cached", "-z"]);
    // The repository around the directory counts, not the one for which a hook runs.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let output = command.current_dir(directory).output().ok()?;
    let paths = output
        .stdout
        .split(|b| *b == 0)
        .filter(|path| !path.is_empty());
    if output.status.success() {
        paths.map(path_of).collect::<Result<_, _>>().ok()
    } else {
        None
    }
}
