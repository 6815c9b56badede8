//! The directory in which git looks for hooks, and who else it belongs to.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::Event;
use crate::failure::failed;
use crate::git::{WorkTree, path_of};

/// The directory in which git looks for the hooks of a work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The directory, without links in its path. It need not exist.
    pub directory: PathBuf,
    /// Whose it is.
    pub owner: Owner,
}

/// Who a directory of hooks belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// This repository on this machine.
    Repository,
    /// The team: its files are committed.
    Team,
    /// Every repository of this user or machine.
    Everyone,
}

impl Place {
    /// Finds the hooks of a work tree.
    ///
    /// # Errors
    /// Git runs no hooks there, or cannot be asked.
    pub fn of(tree: &WorkTree) -> Result<Self> {
        const UNSET: &str = "`git config --show-origin core.hooksPath` tells where it is set";
        let hooks = tree.hooks();
        let directory =
            hooks.map_err(|e| failed("git runs no hooks of this repository", UNSET, e))?;
        if directory.exists() && !directory.is_dir() {
            let why = anyhow!("{} is no directory", directory.display());
            return Err(failed("git runs no hooks of this repository", UNSET, why));
        }
        let owner = owner_of(tree, &directory)?;
        Ok(Self { directory, owner })
    }

    /// Returns the file that git runs for an event.
    #[must_use]
    pub fn hook(&self, event: Event) -> PathBuf {
        self.directory.join(event.name())
    }
}

/// Returns the repository's own directory of hooks, which core.hooksPath may hide.
///
/// # Errors
/// Git cannot be asked.
pub fn own_directory(tree: &WorkTree) -> Result<PathBuf> {
    let common = common_directory(tree)?;
    Ok(common.join("hooks"))
}

fn common_directory(tree: &WorkTree) -> Result<PathBuf> {
    let line = tree.run(&["rev-parse", "--git-common-dir"])?;
    let line = line.strip_suffix(b"\n").context("git printed no line")?;
    let common = tree.top().join(path_of(line)?);
    Ok(dunce::canonicalize(common)?)
}

fn owner_of(tree: &WorkTree, directory: &Path) -> Result<Owner> {
    if let Some(b"global" | b"system") = scope_of_hooks_path(tree)?.as_deref() {
        return Ok(Owner::Everyone);
    }
    let is_in_tree = !tree.is_bare()
        && directory.starts_with(dunce::canonicalize(tree.top())?)
        && !directory.starts_with(common_directory(tree)?);
    if is_in_tree && is_committed(tree, directory)? {
        return Ok(Owner::Team);
    }
    Ok(Owner::Repository)
}

/// Returns the scope that core.hooksPath is set in, in git's words.
fn scope_of_hooks_path(tree: &WorkTree) -> Result<Option<Vec<u8>>> {
    let values = tree.config_values(&["--show-scope", "--get", "core.hooksPath"])?;
    Ok(values.into_iter().next())
}

/// Tells whether files of this directory are tracked, or would be.
fn is_committed(tree: &WorkTree, directory: &Path) -> Result<bool> {
    let listing = [
        "ls-files".as_ref(),
        "-z".as_ref(),
        "--".as_ref(),
        directory.as_os_str(),
    ];
    if !tree.run(&listing)?.is_empty() {
        return Ok(true);
    }
    let file = directory.join(Event::PreCommit.name());
    let question = [
        "check-ignore".as_ref(),
        "-q".as_ref(),
        "--".as_ref(),
        file.as_os_str(),
    ];
    let status = tree.command(&question).status()?;
    Ok(!status.success())
}
