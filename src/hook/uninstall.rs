//! Takes the shims away and puts the hooks back that were there before them.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::GIT_HOOKS;
use super::install::{beside, edited, hooks_of};
use super::shim::{self, Shim};
use crate::failure::failed;
use crate::git::WorkTree;

/// Where pre-commit and lefthook put a hook that was there before them.
pub(crate) const MOVED: [&str; 2] = [".legacy", ".old"];

/// A hook that was uninstalled.
#[derive(Debug)]
pub struct Uninstalled {
    /// Its file.
    pub hook: PathBuf,
    /// Whether the hook that was there before is back.
    pub restored: bool,
}

/// Removes every shim of phguard from the hooks of a work tree, and nothing else. `force` removes
/// also one that somebody has edited.
///
/// # Errors
/// A shim was edited, or a file cannot be read or written.
pub fn uninstall(tree: &WorkTree, force: bool) -> Result<Vec<Uninstalled>> {
    let hooks = hooks_of(tree)?;
    let done = uninstall_from(&hooks, force)?;
    if tree.config("core.hooksPath")?.is_none() && !done.is_empty() {
        // Only if it is empty: then git has made none, and phguard did.
        drop(fs::remove_dir(&hooks));
    }
    Ok(done)
}

/// Removes every shim of phguard from a directory of hooks.
///
/// # Errors
/// A shim was edited, or a file cannot be read or written.
pub(super) fn uninstall_from(hooks: &Path, force: bool) -> Result<Vec<Uninstalled>> {
    let refuse = |path: &Path, error: io::Error| {
        failed(
            format!("{} cannot be changed", path.display()),
            "Its permissions may not allow it.",
            error,
        )
    };
    let mut ours = Vec::new();
    for hook in GIT_HOOKS.iter().flat_map(|event| names_of(hooks, event)) {
        match shim_at(&hook).map_err(|e| refuse(&hook, e))? {
            Some(Shim::Edited) if !force => return Err(edited(&hook)),
            Some(_) => ours.push(hook),
            None => {}
        }
    }
    // What is left of a shim that somebody deleted: the hook that was there before it.
    let left = GIT_HOOKS.iter().filter(|event| {
        let is_taken = names_of(hooks, event)
            .iter()
            .any(|name| name.symlink_metadata().is_ok());
        !is_taken && beside(&hooks.join(event)).symlink_metadata().is_ok()
    });
    ours.extend(left.map(|event| hooks.join(event)));
    let mut done = Vec::new();
    for hook in ours {
        let restored = remove(&hook).map_err(|e| refuse(&hook, e))?;
        done.push(Uninstalled { hook, restored });
    }
    Ok(done)
}

/// Where a shim for this event may be.
pub(super) fn names_of(hooks: &Path, event: &str) -> Vec<PathBuf> {
    let moved = MOVED
        .iter()
        .map(|suffix| hooks.join(format!("{event}{suffix}")));
    std::iter::once(hooks.join(event)).chain(moved).collect()
}

/// The shim in a file of its own; a link is somebody else's, wherever it leads.
pub(crate) fn shim_at(path: &Path) -> io::Result<Option<Shim>> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => Ok(shim::recognise(&fs::read(path)?)),
        Ok(_) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Whether a hook took the shim's place again.
fn remove(hook: &Path) -> io::Result<bool> {
    let event = hook.with_extension("");
    let before = beside(&event);
    if before.symlink_metadata().is_ok() {
        fs::rename(before, hook)?;
        return Ok(true);
    }
    fs::remove_file(hook)?;
    Ok(false)
}
