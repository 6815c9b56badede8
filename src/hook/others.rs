//! Hooks that belong to a manager, to the team or to all repositories: nothing is written, and what calls
//! phguard there already is proven.

use std::path::Path;

use anyhow::Result;

use super::calls::{self, Call, Trust};
use super::canary::SetUp;
use super::files::{self, Seen};
use super::install::{Done, Installed, PERMISSIONS, must_work};
use super::managers::Manager;
use super::place::{Owner, Place};
use super::{Event, program, shim};
use crate::failure::{failed, refused};
use crate::git::WorkTree;

/// The hooks of a manager. They may call phguard already.
pub(super) fn install_managed(
    tree: &WorkTree,
    place: &Place,
    manager: Manager,
    events: &[Event],
) -> Result<Vec<Installed>> {
    let hooks = &place.directory;
    let mut installed = Vec::new();
    let mut missing = Vec::new();
    let mut doubts = String::new();
    for &event in events {
        let unread = |e| {
            failed(
                format!("{}'s files cannot be read", manager.name()),
                PERMISSIONS,
                e,
            )
        };
        match manager.call(tree, hooks, event).map_err(unread)? {
            Some(Call {
                doubt: Some(why),
                file,
                line,
                ..
            }) => {
                doubts.push_str(&format!(
                    "{}, line {line}: the call {why}.\n",
                    file.display()
                ));
                missing.push(event);
            }
            Some(call) if program::is_executable(&place.hook(event)) => {
                let doubt = manager.doubt_of_hook(tree, hooks, event);
                let mut call = proven_call(tree, event, place, call)?;
                if let Some(why) = doubt {
                    call.done = Done::Configured(why);
                }
                installed.push(call);
            }
            Some(call) => {
                let (file, hook) = (call.file.display(), place.hook(event));
                let activation = manager.activation_command();
                doubts.push_str(&format!(
                    "{file}, line {} calls phguard, but {} is not there: {activation}\n",
                    call.line,
                    hook.display()
                ));
                missing.push(event);
            }
            None => missing.push(event),
        }
    }
    if missing.is_empty() {
        return Ok(installed);
    }
    let what = format!("the hooks in {} are {}'s", hooks.display(), manager.name());
    let lines = manager.instruction_lines(&missing, tree, hooks).join("\n");
    let instead = "Or, with git 2.54 and newer, beside them: phguard install --git-config";
    Err(refused(what, format!("{doubts}{lines}\n\n{instead}")))
}

/// A manager whose hooks are not in this clone would later move or delete these files.
pub(super) fn not_active(
    tree: &WorkTree,
    place: &Place,
    manager: Manager,
    file: &str,
    events: &[Event],
) -> anyhow::Error {
    let name = manager.name();
    let what = format!("{name} is set up by {file}, but not active in this clone");
    let mut managed = Vec::new();
    let mut lines = Vec::new();
    for &event in events {
        if manager.leaves_alone(&place.directory, event) {
            lines.push(format!("Then: phguard install --event {event}"));
        } else {
            managed.push(event);
        }
    }
    if !managed.is_empty() {
        lines.extend(manager.instruction_lines(&managed, tree, &place.directory));
    }
    let lines = lines.join("\n");
    let activation = manager.activation_command();
    let hint = format!(
        "Activate it: {activation}\n{lines}\n\nWithout {name}, all the same: phguard install --force"
    );
    refused(what, hint)
}

/// Hooks that the team commits, or that serve all repositories. They may call phguard already.
pub(super) fn install_others(
    tree: &WorkTree,
    place: &Place,
    events: &[Event],
) -> Result<Vec<Installed>> {
    let mut installed = Vec::new();
    let mut missing = Vec::new();
    for &event in events {
        let hook = place.hook(event);
        let unread = |e| failed(format!("{} cannot be read", hook.display()), PERMISSIONS, e);
        let Seen::File {
            text,
            is_executable: true,
        } = files::look(&hook).map_err(unread)?
        else {
            missing.push(event);
            continue;
        };
        if let Some(found) = shim::find_block(&text)
            && matches!(found.state, shim::State::Current(_))
        {
            must_work(event, SetUp::Program(&hook))?;
            let done = Done::Calls(hook.clone());
            installed.push(Installed { event, hook, done });
            continue;
        }
        match calls::in_script(&text, event, &[]) {
            Some(call) if call.doubt.is_none() => {
                let file = hook.clone();
                installed.push(proven_call(tree, event, place, Call { file, ..call })?);
            }
            _ => missing.push(event),
        }
    }
    if missing.is_empty() {
        return Ok(installed);
    }
    let directory = place.directory.display();
    let what = match place.owner {
        Owner::Everyone => {
            format!("{directory} is set for all your repositories by core.hooksPath")
        }
        _ => format!("{directory} is committed for the whole team"),
    };
    let lines = lines_for(tree.top(), place, &missing).join("\n");
    let instead = "Or, with git 2.54 and newer, beside them: phguard install --git-config";
    Err(refused(what, format!("{lines}\n\n{instead}")))
}

/// Returns the text that says how to add phguard to hooks that are not this repository's alone.
#[must_use]
pub fn lines_for(top: &Path, place: &Place, events: &[Event]) -> Vec<String> {
    let mut lines = vec![
        "Add the line to each file, before any `exit`, and let git run it:".to_owned(),
        String::new(),
    ];
    for event in events {
        let file = place.hook(*event);
        let arguments = match event {
            Event::PreCommit | Event::PreMergeCommit | Event::PreReceive => "",
            Event::CommitMsg | Event::PrePush | Event::ReferenceTransaction => " \"$@\"",
        };
        let call = format!("phguard hook {event}{arguments} || exit $?");
        let start = if file.exists() { "" } else { "#!/bin/sh\\n" };
        let shown = match file.strip_prefix(top) {
            Ok(relative) if place.owner == Owner::Team => relative,
            _ => &file,
        };
        let shown = String::from_utf8_lossy(&shim::quoted(shown)).into_owned();
        lines.push(format!(
            "printf '{start}{call}\\n' >>{shown} && chmod +x {shown}"
        ));
    }
    lines
}

/// Proves the program that somebody else's hook calls. The rest of that hook is not run.
fn proven_call(tree: &WorkTree, event: Event, place: &Place, call: Call) -> Result<Installed> {
    let shown = format!("{}, line {}", call.file.display(), call.line);
    let Some(program) = call.resolved_program(tree.top()) else {
        let what = format!("{shown} needs a phguard in PATH, and there is none");
        return Err(refused(what, "Put phguard into PATH."));
    };
    if calls::trust_in(&program, tree.top()) != Trust::Phguard {
        let program = program.display();
        let what = format!("{shown} runs {program}, whose content is not phguard's");
        return Err(refused(what, "Put phguard itself first into PATH."));
    }
    must_work(event, SetUp::Program(&program))?;
    let hook = place.hook(event);
    let done = Done::Calls(call.file);
    Ok(Installed { event, hook, done })
}
