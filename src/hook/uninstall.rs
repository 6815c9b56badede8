//! Takes phguard out of the hooks again, and tells the files that it leaves.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::config_hooks::{self, Scope};
use super::files::{self, Candidate};
use super::managers::Manager;
use super::place::{Owner, Place, own_directory};
use super::plan::{SET_ASIDE, edited_by_somebody};
use super::shim::{self, Found, State};
use super::{Event, GIT_HOOKS, kept, template};
use crate::failure::failed;
use crate::git::WorkTree;

/// Endings of the names that pre-commit and lefthook give to a hook that was there before them.
pub(crate) const MOVED: [&str; 2] = [".legacy", ".old"];
const PERMISSIONS: &str = "Its permissions may not allow it.";

/// A hook that was uninstalled.
#[derive(Debug)]
pub struct Uninstalled {
    /// Its file.
    pub hook: PathBuf,
    /// The file as it is now.
    pub left: Left,
}

/// The rest of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// No file.
    Nothing,
    /// The hook that was there before.
    OldHook,
}

/// Removes every hook of phguard from a work tree, and nothing else: from the directory where git looks
/// for hooks, and from the repository's own, which core.hooksPath may hide. `force` removes also one
/// that somebody has edited.
///
/// # Errors
/// A hook was edited, or a file cannot be read or written.
pub fn uninstall(tree: &WorkTree, force: bool) -> Result<Vec<Uninstalled>> {
    let place = Place::of(tree)?;
    let own = own_directory(tree)?;
    let mut directories = Vec::new();
    if place.owner != Owner::Everyone {
        directories.push(place.directory.clone());
    }
    let real = own.canonicalize().unwrap_or_else(|_| own.clone());
    if real.is_dir() && !directories.contains(&real) {
        directories.push(real);
    }
    let mut done = Vec::new();
    for hooks in &directories {
        done.extend(uninstall_from(hooks, force)?);
    }
    let is_link = own
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.is_symlink());
    if !done.is_empty() && !is_link {
        // Only if it is empty: then git has made none, and phguard did.
        drop(fs::remove_dir(&own));
    }
    Ok(done)
}

/// Removes every hook of phguard from a directory of hooks.
///
/// # Errors
/// A hook was edited, or a file cannot be read or written.
pub(super) fn uninstall_from(hooks: &Path, force: bool) -> Result<Vec<Uninstalled>> {
    let what = || format!("{} cannot be changed", hooks.display());
    let _lock = files::lock(hooks).map_err(|e| failed(what(), "Try again.", e))?;
    let done = clear_hooks(hooks, force)?;
    files::remove_leftovers(hooks).map_err(|e| failed(what(), PERMISSIONS, e))?;
    Ok(done)
}

fn clear_hooks(hooks: &Path, force: bool) -> Result<Vec<Uninstalled>> {
    let mut ours: Vec<(PathBuf, Found, Vec<u8>)> = Vec::new();
    for event in GIT_HOOKS {
        for hook in names_of(hooks, event) {
            let found = block_at(&hook).map_err(|e| unchanged_error(&hook, e))?;
            let Some((found, text)) = found else {
                continue;
            };
            // Links of several hooks may lead to one file.
            if ours.iter().any(|(known, ..)| *known == hook) {
                continue;
            }
            if found.state == State::Edited && !force {
                return Err(edited_by_somebody(&hook));
            }
            ours.push((hook, found, text));
        }
    }
    let mut done = Vec::new();
    for (hook, found, text) in ours {
        let left =
            remove_call(hooks, &hook, &found, &text).map_err(|e| unchanged_error(&hook, e))?;
        done.push(Uninstalled { hook, left });
    }
    // Somebody deleted phguard's hook: the hook that was there before it is left.
    for event in GIT_HOOKS {
        let hook = hooks.join(event);
        if !names_of(hooks, event).iter().any(|name| is_taken(name))
            && put_back(hooks, &hook, event).map_err(|e| unchanged_error(&hook, e.into()))?
        {
            done.push(Uninstalled {
                hook,
                left: Left::OldHook,
            });
        }
    }
    kept::remove_if_unused(hooks).map_err(|e| unchanged_error(hooks, e.into()))?;
    Ok(done)
}

fn unchanged_error(path: &Path, error: anyhow::Error) -> anyhow::Error {
    failed(
        format!("{} cannot be changed", path.display()),
        PERMISSIONS,
        error,
    )
}

/// Returns the names under which a hook of phguard for this event may be. A link to a file of the same
/// directory counts as that file: install puts its block there.
fn names_of(hooks: &Path, event: &str) -> Vec<PathBuf> {
    let mut names = vec![hooks.join(event)];
    for suffix in MOVED {
        names.push(hooks.join(format!("{event}{suffix}")));
    }
    if names[0].is_symlink()
        && let (Ok(target), Ok(directory)) = (names[0].canonicalize(), hooks.canonicalize())
        && target.parent() == Some(&directory)
    {
        names.push(target);
    }
    names
}

/// Finds the block in a file of its own. A link is somebody else's, wherever it leads.
pub(crate) fn block_at(path: &Path) -> Result<Option<(Found, Vec<u8>)>> {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => {
            let text = files::read(path)?;
            Ok(shim::find_block(&text).map(|found| (found, text)))
        }
        Ok(_) => Ok(None),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn remove_call(hooks: &Path, hook: &Path, found: &Found, text: &[u8]) -> Result<Left> {
    if let Some(lines) = found.other_lines(text) {
        let candidate = Candidate::write(hooks, 0, &lines, Some(hook))?;
        candidate.replace(hook)?;
        return Ok(Left::OldHook);
    }
    let event = hook.with_extension("");
    let event = event.file_name().unwrap_or_default().to_string_lossy();
    if put_back(hooks, hook, &event)? {
        return Ok(Left::OldHook);
    }
    fs::remove_file(hook)?;
    Ok(Left::Nothing)
}

/// Puts a hook back that was kept beside, by this version or by 0.1.
fn put_back(hooks: &Path, hook: &Path, event: &str) -> io::Result<bool> {
    let old = kept::old_file(hooks, event);
    if old.symlink_metadata().is_ok() {
        fs::rename(old, hook)?;
        return Ok(true);
    }
    match Event::named(event) {
        Some(event) => kept::put_back(hooks, event, hook),
        None => Ok(false),
    }
}

/// Returns a sentence for everything that still runs phguard, or that phguard has laid aside.
///
/// # Errors
/// A file or git's configuration cannot be read.
pub fn leftovers(tree: &WorkTree) -> Result<Vec<String>> {
    let mut left = Vec::new();
    let place = Place::of(tree)?;
    for entry in fs::read_dir(&place.directory).into_iter().flatten() {
        let path = entry?.path();
        if path.to_string_lossy().contains(SET_ASIDE) {
            left.push(format!(
                "{}: set aside by an installation; delete it if you need nothing of it",
                path.display()
            ));
        }
    }
    if place.owner == Owner::Everyone {
        for event in Event::ALL {
            let hook = place.hook(event);
            if block_at(&hook)?.is_some() {
                left.push(format!("{}: serves all your repositories and stays; delete it to be without phguard in all of them", hook.display()));
            }
        }
    }
    for scope in [Scope::Local, Scope::Global] {
        for event in config_hooks::installed_events(tree, scope)? {
            let option = match scope {
                Scope::Local => "",
                Scope::Global => " --global",
            };
            left.push(format!(
                "{event}: still set in git's configuration; phguard uninstall --git-config{option}"
            ));
        }
    }
    for hook in template::installed_hooks()? {
        left.push(format!(
            "{}: git copies it into new repositories; phguard uninstall --global",
            hook.display()
        ));
    }
    left.extend(hooks_of_other_trees(tree, &place)?);
    if let Some(manager) = Manager::of(tree, &place.directory)? {
        for event in Event::ALL {
            if let Some(call) = manager.call(tree, &place.directory, event)? {
                left.push(format!(
                    "{}, line {}: {} calls phguard for {event}; take the line out",
                    call.file.display(),
                    call.line,
                    manager.name()
                ));
            }
        }
    }
    Ok(left)
}

/// Linked work trees may have directories of hooks of their own.
fn hooks_of_other_trees(tree: &WorkTree, place: &Place) -> Result<Vec<String>> {
    let mut left = Vec::new();
    for other in tree.others()? {
        let other_place = Place::of(&other)?;
        if other_place.directory == place.directory {
            continue;
        }
        for event in Event::ALL {
            let hook = other_place.hook(event);
            if block_at(&hook)?.is_some() {
                let (shown, top) = (hook.display(), other.top().display());
                left.push(format!(
                    "{shown}: of another work tree; phguard uninstall --repo {top}"
                ));
            }
        }
    }
    Ok(left)
}

fn is_taken(name: &Path) -> bool {
    name.symlink_metadata().is_ok()
}
