//! Hooks that git's configuration names. Git runs them since 2.54, before the one in the directory
//! and wherever `core.hooksPath` points, so also beside husky and in every linked worktree.

use anyhow::Result;

use super::Event;
use super::canary::{self, SetUp};
use super::install::{DOES_NOT_WORK, REPORT};
use super::program::Program;
use super::shim;
use crate::failure::{failed, refused};
use crate::git::{self, WorkTree};

/// The first version of git that runs them. Older ones say nothing and run none.
pub const SINCE: (u32, u32) = (2, 54);

/// The configuration that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The configuration of one repository, which its linked worktrees share.
    Local,
    /// The configuration of the user, for all repositories.
    Global,
}

impl Scope {
    fn option(self) -> &'static str {
        match self {
            Self::Local => "--local",
            Self::Global => "--global",
        }
    }
}

/// The settings of a hook: `hook.<name>.command` and `hook.<name>.event`.
fn section_name(event: Event) -> String {
    format!("hook.phguard-{event}")
}

/// Sets the hooks for these events, after a proof that they work. Tells the events that were not
/// already set.
///
/// # Errors
/// Git is too old or fails, or the proof does; then everything is as it was.
pub fn install(
    tree: &WorkTree,
    scope: Scope,
    events: &[Event],
    program: &Program,
) -> Result<Vec<Event>> {
    let version = git::version().map_err(|error| {
        failed(
            "git cannot be asked for its version",
            "`git --version` must work.",
            error,
        )
    })?;
    if version < SINCE {
        let what = format!(
            "git {}.{} runs no hooks that its configuration names",
            version.0, version.1
        );
        let hint =
            "It needs git 2.54, everywhere you commit. Without --git-config any git will do.";
        return Err(refused(what, hint));
    }
    let program = String::from_utf8(shim::quoted(&program.lasting));
    let program = program.map_err(|e| {
        failed(
            "the path of phguard is no UTF-8",
            "Install phguard elsewhere.",
            e,
        )
    })?;
    let mut set = Vec::new();
    for &event in events {
        let command = format!("{program} hook {event}");
        let proof = canary::prove(event, SetUp::Command(&command), None);
        let done = proof
            .map_err(|e| failed(DOES_NOT_WORK, REPORT, e))
            .and_then(|()| {
                let not_written = |error| {
                    failed(
                        "git's configuration cannot be written",
                        "Git says why above.",
                        error,
                    )
                };
                write_hook(tree, scope, event, &command).map_err(not_written)
            });
        match done {
            Ok(true) => set.push(event),
            Ok(false) => {}
            Err(error) => {
                for event in set {
                    remove_hook(tree, scope, event)?;
                }
                return Err(error);
            }
        }
    }
    Ok(set)
}

/// The command comes first: an event without one blocks every commit.
fn write_hook(tree: &WorkTree, scope: Scope, event: Event, command: &str) -> Result<bool> {
    let section = section_name(event);
    let mut changed = false;
    for (key, value) in [("command", command), ("event", event.name())] {
        let key = format!("{section}.{key}");
        if values(tree, scope, &key)? != [value.as_bytes()] {
            changed = true;
            if let Err(error) = tree.run(&["config", scope.option(), "--replace-all", &key, value])
            {
                remove_hook(tree, scope, event)?;
                return Err(error);
            }
        }
    }
    Ok(changed)
}

fn values(tree: &WorkTree, scope: Scope, key: &str) -> Result<Vec<Vec<u8>>> {
    tree.config_values(&[scope.option(), "--get-all", key])
}

/// Removes phguard's hooks from the configuration. Tells the events that had one.
///
/// # Errors
/// Git fails.
pub fn uninstall(tree: &WorkTree, scope: Scope) -> Result<Vec<Event>> {
    let mut removed = Vec::new();
    for event in Event::ALL {
        if remove_hook(tree, scope, event)? {
            removed.push(event);
        }
    }
    Ok(removed)
}

/// Returns the events for which the configuration names phguard's hooks.
///
/// # Errors
/// The configuration cannot be read.
pub fn installed_events(tree: &WorkTree, scope: Scope) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for event in Event::ALL {
        if is_set(tree, scope, event)? {
            events.push(event);
        }
    }
    Ok(events)
}

fn is_set(tree: &WorkTree, scope: Scope, event: Event) -> Result<bool> {
    let section = section_name(event);
    for key in ["command", "event"] {
        if !values(tree, scope, &format!("{section}.{key}"))?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Git removes the section by one rename, the event and its command together.
fn remove_hook(tree: &WorkTree, scope: Scope, event: Event) -> Result<bool> {
    let is_there = is_set(tree, scope, event)?;
    if is_there {
        let hint = "`git config --list --show-origin` shows where it is set";
        let section = section_name(event);
        let removed = tree.run(&["config", scope.option(), "--remove-section", &section]);
        removed.map_err(|e| failed("git's configuration cannot be written", hint, e))?;
    }
    Ok(is_there)
}
