//! Hooks that cannot take phguard's lines: binaries, links, other interpreters. They move to a
//! directory beside the directory of hooks, under the same name and at the same depth. Links to all
//! other files of the old directory stand beside them, so that they still find these.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::Event;

/// The end of the name of the directory of kept hooks.
const SUFFIX: &str = ".before-phguard";

/// Returns the name of the directory that keeps the hooks of this one.
#[must_use]
pub fn directory_name(hooks: &Path) -> String {
    let name = hooks.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}{SUFFIX}")
}

/// Returns the directory that keeps the hooks of this one.
#[must_use]
pub fn kept_directory(hooks: &Path) -> PathBuf {
    hooks.with_file_name(directory_name(hooks))
}

/// Returns the file in which a hook is kept.
#[must_use]
pub fn kept_file(hooks: &Path, event: Event) -> PathBuf {
    kept_directory(hooks).join(event.name())
}

/// Returns the file in which version 0.1 kept a hook.
#[must_use]
pub fn old_file(hooks: &Path, event: &str) -> PathBuf {
    hooks.join(format!("{event}{SUFFIX}"))
}

/// Keeps `hook` for this event. It stays where it is, too, until something else takes its place.
///
/// # Errors
/// Writing fails.
pub fn keep_hook(hooks: &Path, event: Event, hook: &Path) -> io::Result<()> {
    let directory = kept_directory(hooks);
    fs::create_dir_all(&directory)?;
    let kept = directory.join(event.name());
    match fs::remove_file(&kept) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if fs::hard_link(hook, &kept).is_err() {
        copy_file(hook, &kept)?;
    }
    let old = hooks.file_name().unwrap_or_default();
    for entry in fs::read_dir(hooks)? {
        let name = entry?.file_name();
        let text = name.to_string_lossy();
        if text.ends_with(".sample") || text.starts_with('.') || name == event.name() {
            continue;
        }
        match link(
            &Path::new("..").join(old).join(&name),
            &directory.join(&name),
        ) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Gives a kept hook its place, or this name. Returns false if none is kept.
///
/// # Errors
/// Writing fails.
pub fn put_back(hooks: &Path, event: Event, hook: &Path) -> io::Result<bool> {
    let kept = kept_file(hooks, event);
    if kept.symlink_metadata().is_err() || is_own_link(hooks, &kept) {
        return Ok(false);
    }
    fs::rename(&kept, hook)?;
    // Renaming one name of a file to another name of it does nothing.
    match fs::remove_file(&kept) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    remove_if_unused(hooks)?;
    Ok(true)
}

/// Removes the kept hook of this event, which is still in its old place, too.
///
/// # Errors
/// Writing fails.
pub fn forget_kept(hooks: &Path, event: Event) -> io::Result<()> {
    if is_kept(hooks, event) {
        fs::remove_file(kept_file(hooks, event))?;
    }
    remove_if_unused(hooks)
}

/// Tells whether a hook is kept for this event.
#[must_use]
pub fn is_kept(hooks: &Path, event: Event) -> bool {
    let kept = kept_file(hooks, event);
    kept.symlink_metadata().is_ok() && !is_own_link(hooks, &kept)
}

/// Removes the directory if nothing is left in it but links of its own.
///
/// # Errors
/// Reading or writing fails.
pub fn remove_if_unused(hooks: &Path) -> io::Result<()> {
    let directory = kept_directory(hooks);
    let entries = match fs::read_dir(&directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    let mut links = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if !is_own_link(hooks, &path) {
            return Ok(());
        }
        links.push(path);
    }
    for link in links {
        fs::remove_file(link)?;
    }
    fs::remove_dir(directory)
}

/// Tells whether this is one of the links to the other files of the directory of hooks.
fn is_own_link(hooks: &Path, path: &Path) -> bool {
    let (Ok(target), Some(name)) = (fs::read_link(path), path.file_name()) else {
        return false;
    };
    target
        == Path::new("..")
            .join(hooks.file_name().unwrap_or_default())
            .join(name)
}

/// Copies a file with its mode, or a link as a link.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    match fs::read_link(from) {
        Ok(target) => link(&target, to),
        Err(_) => fs::copy(from, to).map(|_| ()),
    }
}

#[cfg(unix)]
pub(super) fn link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
pub(super) fn link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, link)
}
