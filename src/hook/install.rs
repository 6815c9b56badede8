//! Puts phguard into the directory where git looks for hooks. A hook that is there goes on doing what
//! it did: a shell hook stays in its file, behind phguard's block; any other is kept beside. All hooks
//! are put into place, or none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::canary::{self, SetUp};
use super::files::{self, Candidate, Seen};
use super::managers::Manager;
use super::others::{install_managed, install_others, not_active};
use super::place::{Owner, Place};
use super::plan::Plan;
use super::planner::plan_of;
use super::program::{self, Program};
use super::undo::{Step, Undo};
use super::{Event, kept, shim};
use crate::failure::{failed, refused};
use crate::git::WorkTree;

pub(super) const DOES_NOT_WORK: &str = "THE HOOK DOES NOT WORK in a throw-away repository";
pub(super) const REPORT: &str = "Without a proof nothing is installed.";
pub(super) const PERMISSIONS: &str = "Its permissions may not allow it.";

/// The outcome for a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is new.
    New,
    /// It was there already, and is the same.
    Same,
    /// It calls phguard without an installation, in this file.
    Calls(PathBuf),
    /// A manager is told to call phguard. This is why it may not get there.
    Configured(String),
    /// It took the place of one of phguard.
    Replaced,
    /// It took the place of one of phguard that is not of this version, or that somebody has edited.
    /// The old hook is kept under this name.
    SetAside(PathBuf),
    /// The lines of the hook that was there run first, in the same file.
    InFront,
    /// The hook that was there is kept in this file and runs first.
    Beside(PathBuf),
}

/// A hook that is installed.
#[derive(Debug)]
pub struct Installed {
    /// The hook.
    pub event: Event,
    /// Its file.
    pub hook: PathBuf,
    /// The outcome.
    pub done: Done,
}

/// The permission of an installation to change hooks that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// It changes no hook of others.
    Careful,
    /// It replaces an edited hook of phguard, and does not wait for a manager that is not active.
    Forced,
}

/// Installs the hooks for these events into a work tree, after a proof that they work.
///
/// # Errors
/// The hooks belong to somebody else, something is in the way, the proof fails, or writing does.
/// Then everything is as it was.
pub fn install(
    tree: &WorkTree,
    events: &[Event],
    program: &Program,
    manners: Manners,
) -> Result<Vec<Installed>> {
    let place = Place::of(tree)?;
    let what = || format!("{} cannot be changed", place.directory.display());
    let manager =
        Manager::of(tree, &place.directory).map_err(|e| failed(what(), PERMISSIONS, e))?;
    let Some(manager) = manager else {
        return install_unmanaged(tree, &place, events, program, manners);
    };
    let mut managed = Vec::new();
    let mut beside = Vec::new();
    for &event in events {
        if manager.leaves_alone(&place.directory, event) {
            beside.push(event);
        } else {
            managed.push(event);
        }
    }
    let mut installed = Vec::new();
    if !managed.is_empty() {
        installed.extend(install_managed(tree, &place, manager, &managed)?);
    }
    if !beside.is_empty() {
        installed.extend(install_owned(tree, &place, &beside, program, manners)?);
    }
    Ok(installed)
}

/// Installs where no manager has put its hooks, unless one is going to.
fn install_unmanaged(
    tree: &WorkTree,
    place: &Place,
    events: &[Event],
    program: &Program,
    manners: Manners,
) -> Result<Vec<Installed>> {
    if place.owner == Owner::Repository
        && manners == Manners::Careful
        && let Some((manager, file)) = Manager::configured(tree)
    {
        let is_safe = events
            .iter()
            .all(|event| manager.leaves_alone(&place.directory, *event));
        // husky and Vite+ are going to lead git to another directory.
        if !is_safe || matches!(manager, Manager::Husky | Manager::VitePlus) {
            return Err(not_active(tree, place, manager, file, events));
        }
    }
    install_owned(tree, place, events, program, manners)
}

/// Installs unless the hooks are not this repository's alone.
fn install_owned(
    tree: &WorkTree,
    place: &Place,
    events: &[Event],
    program: &Program,
    manners: Manners,
) -> Result<Vec<Installed>> {
    if place.owner != Owner::Repository {
        return install_others(tree, place, events);
    }
    install_into(tree.top(), place, events, program, manners)
}

/// Installs the hooks into a directory. A program inside `top` may be anybody's.
///
/// # Errors
/// Something is in the way, the proof fails, or writing does. Then everything is as it was.
pub(super) fn install_into(
    top: &Path,
    place: &Place,
    events: &[Event],
    program: &Program,
    manners: Manners,
) -> Result<Vec<Installed>> {
    let what = || format!("{} cannot be changed", place.directory.display());
    let _lock = files::lock(&place.directory).map_err(|e| failed(what(), "Try again.", e))?;
    let is_new = !place.directory.exists();
    let done = write_all(top, place, events, program, manners);
    if done.is_err() && is_new {
        // Only if it is empty.
        drop(fs::remove_dir(&place.directory));
    }
    done
}

fn write_all(
    top: &Path,
    place: &Place,
    events: &[Event],
    program: &Program,
    manners: Manners,
) -> Result<Vec<Installed>> {
    let hooks = &place.directory;
    let not_written = |e: io::Error| {
        failed(
            format!("{} cannot be written", hooks.display()),
            PERMISSIONS,
            e,
        )
    };
    let plans = plan_of(top, place, events, program, manners)?;
    fs::create_dir_all(hooks).map_err(not_written)?;
    files::remove_leftovers(hooks).map_err(not_written)?;
    let mut candidates = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        let candidate = match &plan.text {
            Some(text) => {
                let written = Candidate::write(hooks, number, text, plan.mode_of.as_deref());
                Some(written.map_err(not_written)?)
            }
            None => None,
        };
        plan.prove(candidate.as_ref())?;
        candidates.push(candidate);
    }
    let mut undo = Undo::default();
    for (plan, candidate) in plans.iter().zip(&candidates) {
        if let Some(candidate) = candidate {
            put_in_place(hooks, plan, candidate, &mut undo)?;
        }
    }
    undo.0.clear();
    let mut installed = Vec::new();
    for plan in plans {
        remove_old_place(hooks, &plan).map_err(not_written)?;
        for event in plan.events {
            let (hook, done) = (place.hook(event), plan.done.clone());
            installed.push(Installed { event, hook, done });
        }
    }
    Ok(installed)
}

/// Gives a candidate the name of its hook. There is a hook at every moment, and what was there is kept
/// before it goes.
fn put_in_place(hooks: &Path, plan: &Plan, candidate: &Candidate, undo: &mut Undo) -> Result<()> {
    let file = &plan.file;
    let not_written = |e: io::Error| {
        failed(
            format!("{} cannot be written", file.display()),
            PERMISSIONS,
            e,
        )
    };
    let changed = || {
        let what = format!("somebody else changed {} at the same time", file.display());
        refused(what, "Run this again.")
    };
    let seen = files::look(file).map_err(|e| failed(PERMISSIONS, REPORT, e))?;
    if seen != plan.seen {
        return Err(changed());
    }
    let old = plan.old_place(hooks);
    let metadata = file.metadata();
    undo.0.push(Step {
        hooks: hooks.into(),
        file: file.clone(),
        seen,
        permissions: metadata.ok().map(|metadata| metadata.permissions()),
        is_kept: matches!(plan.done, Done::Beside(_)) && old == *file,
    });
    match &plan.done {
        Done::Beside(_) => kept::keep_hook(hooks, plan.events[0], &old).map_err(not_written)?,
        Done::SetAside(aside) => {
            fs::copy(file, aside).map_err(not_written)?;
        }
        _ => {}
    }
    let done = match plan.seen {
        Seen::Nothing => candidate.put_new(file),
        _ => candidate.replace(file),
    };
    done.map_err(not_written)
}

/// Version 0.1 kept hooks in the directory itself.
fn remove_old_place(hooks: &Path, plan: &Plan) -> io::Result<()> {
    if !matches!(plan.done, Done::Beside(_)) {
        return Ok(());
    }
    let old = plan.old_place(hooks);
    if old == plan.file {
        Ok(())
    } else {
        fs::remove_file(old)
    }
}

pub(super) fn must_work(event: Event, set_up: SetUp<'_>) -> Result<()> {
    canary::prove(event, set_up, None).map_err(|e| failed(DOES_NOT_WORK, REPORT, e))
}

/// Tells whether git runs this file, and it is phguard itself.
pub(super) fn is_own_binary(file: &Path, text: &[u8]) -> bool {
    program::is_executable(file) && shim::is_in_binary(text)
}
