//! Puts the shim into the directory where git looks for hooks. The hook that is there already is
//! kept beside it and runs first; all hooks are put into place, or none.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::Event;
use super::canary::{self, SetUp};
use super::managers::Manager;
use super::shim::{self, Shim};
use crate::failure::{failed, refused};
use crate::git::WorkTree;

pub(super) const DOES_NOT_WORK: &str = "THE HOOK DOES NOT WORK in a throw-away repository";
pub(super) const REPORT: &str = "Without a proof nothing is installed.";

/// What was there under the name of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Was {
    /// Nothing.
    Absent,
    /// The same shim, which git runs.
    Same,
    /// Another shim of phguard.
    Ours,
    /// Somebody else's hook.
    Foreign,
}

/// A hook that is installed.
#[derive(Debug)]
pub struct Installed {
    /// The hook.
    pub event: Event,
    /// Its file.
    pub hook: PathBuf,
    /// What was there.
    pub was: Was,
}

/// Installs the shim for these events of a work tree's hooks, after a proof that it works. `force`
/// replaces also a shim that somebody has edited.
///
/// # Errors
/// The hooks belong to a manager, something is in the way, the proof fails, or writing does; then
/// everything is as it was.
pub fn install(
    tree: &WorkTree,
    events: &[Event],
    program: &Path,
    force: bool,
) -> Result<Vec<Installed>> {
    let hooks = hooks_of(tree)?;
    if let Some(manager) = Manager::of(tree, &hooks)? {
        let what = format!("the hooks in {} are {}'s", hooks.display(), manager.name());
        let instead = "Or, with git 2.54 and newer, beside them: phguard install --git-config";
        let lines = manager.lines(events, &hooks, program).join("\n");
        return Err(refused(what, format!("{lines}\n\n{instead}")));
    }
    install_into(&hooks, events, program, force)
}

/// Installs the shim for these events into a directory of hooks.
///
/// # Errors
/// Something is in the way, the proof fails, or writing does; then everything is as it was.
pub(super) fn install_into(
    hooks: &Path,
    events: &[Event],
    program: &Path,
    force: bool,
) -> Result<Vec<Installed>> {
    let text = shim::text(program);
    let mut plan = Vec::new();
    for &event in events {
        let hook = hooks.join(event.name());
        let was = what_is_at(&hook, &text, force)?;
        plan.push(Installed { event, hook, was });
    }
    let is_new = !hooks.exists();
    let done = write_all(hooks, &plan, &text);
    if done.is_err() && is_new {
        // Only if it is empty.
        drop(fs::remove_dir(hooks));
    }
    done.map(|()| plan)
}

/// The directory for a work tree's hooks.
///
/// # Errors
/// There is none.
pub fn hooks_of(tree: &WorkTree) -> Result<PathBuf> {
    const UNSET: &str = "`git config --show-origin core.hooksPath` tells where it is set";
    let hooks = tree
        .hooks()
        .map_err(|e| failed("git runs no hooks of this repository", UNSET, e))?;
    if hooks.exists() && !hooks.is_dir() {
        return Err(failed(
            "git runs no hooks of this repository",
            UNSET,
            anyhow!("{} is no directory", hooks.display()),
        ));
    }
    Ok(hooks)
}

/// What is in the place of a hook, if it can be replaced.
fn what_is_at(hook: &Path, text: &[u8], force: bool) -> Result<Was> {
    let Ok(metadata) = hook.symlink_metadata() else {
        return Ok(Was::Absent);
    };
    if metadata.is_dir() {
        let way_out = "Move it away: git runs files.";
        return Err(refused(
            format!("{} is a directory", hook.display()),
            way_out,
        ));
    }
    if metadata.is_file() {
        let way_out = "Its permissions may not allow it.";
        let old = fs::read(hook)
            .map_err(|e| failed(format!("{} cannot be read", hook.display()), way_out, e))?;
        match shim::recognise(&old) {
            Some(Shim::Edited) if !force => return Err(edited(hook)),
            Some(_) if old == text && is_executable(hook) => return Ok(Was::Same),
            Some(_) => return Ok(Was::Ours),
            None => {}
        }
    }
    let before = beside(hook);
    if before.symlink_metadata().is_ok() && !is_same(hook, &before) {
        let what = format!(
            "there are two hooks to keep: {} and {}",
            hook.display(),
            before.display()
        );
        return Err(refused(
            what,
            "Join them into one, or move one away, and run this again.",
        ));
    }
    Ok(Was::Foreign)
}

/// The error for a shim that somebody has changed.
pub(super) fn edited(hook: &Path) -> anyhow::Error {
    let what = format!(
        "{} is phguard's, but somebody has edited it",
        hook.display()
    );
    refused(
        what,
        "Save what was added to it, and run this again with --force.",
    )
}

/// The name that a hook is kept under.
#[must_use]
pub fn beside(hook: &Path) -> PathBuf {
    let mut name = hook.as_os_str().to_owned();
    name.push(shim::BEFORE);
    name.into()
}

/// Whether two names are of one hook, as an installation that was cut short leaves behind.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::read_link(one), fs::read_link(other)) {
        (Ok(one), Ok(other)) => one == other,
        (Err(_), Err(_)) => {
            matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
        }
        _ => false,
    }
}

fn write_all(hooks: &Path, plan: &[Installed], text: &[u8]) -> Result<()> {
    let not_written = |error: io::Error| {
        failed(
            format!("{} cannot be written", hooks.display()),
            "Its permissions may not allow it.",
            error,
        )
    };
    fs::create_dir_all(hooks).map_err(not_written)?;
    let mut undo = Undo::default();
    for Installed { event, hook, was } in plan {
        if *was == Was::Same {
            must_work(*event, hook)?;
            continue;
        }
        let candidate = Candidate::write(hooks, text).map_err(not_written)?;
        must_work(*event, &candidate.0)?;
        candidate.put(hook, *was, &mut undo).map_err(not_written)?;
    }
    undo.0.clear();
    Ok(())
}

/// `shim` is what is, or will be, the hook.
fn must_work(event: Event, shim: &Path) -> Result<()> {
    canary::prove(event, SetUp::Program(shim), None).map_err(|e| failed(DOES_NOT_WORK, REPORT, e))
}

/// A shim under a name that git does not know. Removed when dropped.
struct Candidate(PathBuf);

impl Candidate {
    fn write(hooks: &Path, text: &[u8]) -> io::Result<Self> {
        let path = hooks.join(format!(".phguard.{}", std::process::id()));
        let mut file = File::create_new(&path)?;
        let candidate = Self(path);
        file.write_all(text)?;
        make_executable(&candidate.0)?;
        // After a loss of power the name must not lead to an empty hook, which would pass.
        file.sync_all()?;
        Ok(candidate)
    }

    /// By a link and a rename, so that there is a hook at every moment.
    fn put(&self, hook: &Path, was: Was, undo: &mut Undo) -> io::Result<()> {
        match was {
            Was::Foreign => {
                let before = beside(hook);
                remove_if_there(&before)?;
                if fs::hard_link(hook, &before).is_err() {
                    fs::rename(hook, &before)?;
                }
                undo.0.push(Step::Restore(hook.into()));
            }
            Was::Absent => undo.0.push(Step::Remove(hook.into())),
            Was::Ours | Was::Same => undo.0.push(Step::Rewrite(
                hook.into(),
                fs::read(hook)?,
                fs::metadata(hook)?,
            )),
        }
        fs::rename(&self.0, hook)
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

/// What brings back what was there, unless it is cleared before it is dropped.
#[derive(Default)]
struct Undo(Vec<Step>);

enum Step {
    Remove(PathBuf),
    Restore(PathBuf),
    Rewrite(PathBuf, Vec<u8>, fs::Metadata),
}

impl Drop for Undo {
    fn drop(&mut self) {
        for step in self.0.drain(..).rev() {
            // An error is already on its way; there is nothing better to do about a second one.
            drop(match step {
                Step::Remove(hook) => remove_if_there(&hook),
                // To rename one link of a file to another does nothing.
                Step::Restore(hook) => {
                    fs::rename(beside(&hook), &hook).and_then(|()| remove_if_there(&beside(&hook)))
                }
                Step::Rewrite(hook, text, old) => fs::write(&hook, text)
                    .and_then(|()| fs::set_permissions(&hook, old.permissions())),
            });
        }
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether git would run it.
#[cfg(unix)]
#[must_use]
pub fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// Whether git would run it.
#[cfg(not(unix))]
#[must_use]
pub fn is_executable(path: &Path) -> bool {
    path.is_file()
}
