//! Installing and uninstalling hooks.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Result, anyhow};

use super::{Verdict, agent_settings, machine, print};
use crate::agent::settings::Owner;
use crate::cli::{Install, Output, Uninstall};
use crate::failure::failed;
use crate::git::WorkTree;
use crate::hook::config_hooks::{self, Scope};
use crate::hook::install::{Done, Installed, Manners};
use crate::hook::place::Place;
use crate::hook::program::Program;
use crate::hook::uninstall::{Left, Uninstalled};
use crate::hook::{self, Event};
use crate::report::sanitize::sanitize;
use crate::report::style::Role;

const PROVEN: &str = "in a throw-away repository, it blocked a key and let pass what has none.";

pub(super) fn install(wanted: &Install, output: &Output) -> Result<Verdict> {
    if !wanted.agent.is_empty() {
        let owner = settings_owner(wanted.user);
        return agent_settings::install(&wanted.agent, owner, &wanted.repo, output);
    }
    let reinstall = "Install phguard again, at another place.";
    let program = Program::running()
        .map_err(|e| failed("phguard does not know where it is", reinstall, e))?;
    if wanted.global {
        let mut done = machine::install_global(wanted, &program, output)?;
        done.text += &cache_note(&program);
        return print_machine(&done, output);
    }
    if let Some(directory) = &wanted.below {
        let mut done = machine::install_below(wanted, directory, &program, output)?;
        done.text += &cache_note(&program);
        return print_machine(&done, output);
    }
    let tree = repository_at(&wanted.repo)?;
    let events = chosen_events(wanted, &tree)?;
    let mut text = String::new();
    if wanted.git_config {
        let set = config_hooks::install(&tree, Scope::Local, &events, &program)?;
        text += &lines_of_config_hooks(&events, &set);
    } else {
        for installed in hook::install::install(&tree, &events, &program, manners_of(wanted))? {
            writeln!(text, "{}", line_of(&installed))?;
        }
        write_notes(&mut text, &tree)?;
    }
    text += &cache_note(&program);
    text += &proof_line(output)?;
    print_text(&text, output)
}

/// Warns of a program that goes when a cache is cleared: the hook then blocks every commit.
fn cache_note(program: &Program) -> String {
    if !program.is_in_cache() {
        return String::new();
    }
    let path = shown(&program.lasting);
    format!(
        "note: the hooks name a program in a cache: {path}\n\
         note: when it is cleared, every commit is blocked. Install phguard first, then run \
         `phguard install` again.\n"
    )
}

pub(super) fn uninstall(wanted: &Uninstall, output: &Output) -> Result<Verdict> {
    if !wanted.agent.is_empty() {
        let owner = settings_owner(wanted.user);
        return agent_settings::uninstall(&wanted.agent, owner, &wanted.repo, output);
    }
    if wanted.global {
        return print_machine(&machine::uninstall_global(wanted)?, output);
    }
    if let Some(directory) = &wanted.below {
        return print_machine(&machine::uninstall_below(wanted, directory)?, output);
    }
    let tree = repository_at(&wanted.repo)?;
    let mut text = String::new();
    if wanted.git_config {
        for event in config_hooks::uninstall(&tree, Scope::Local)? {
            writeln!(text, "{event}: removed from git's configuration")?;
        }
    } else {
        for done in hook::uninstall::uninstall(&tree, wanted.force)? {
            writeln!(text, "{}", removed_line(&done))?;
        }
        let unread = |e| failed("the rest cannot be read", "`git status` tells more.", e);
        for line in hook::uninstall::leftovers(&tree).map_err(unread)? {
            writeln!(text, "left: {}", sanitize(line.as_bytes()))?;
        }
    }
    if text.is_empty() {
        writeln!(text, "There is no hook of phguard.")?;
    }
    print_text(&text, output)
}

/// Returns the line that says that every hook was proven.
pub(super) fn proof_line(output: &Output) -> Result<String> {
    let works = print::palette(output).paint(Role::Good, "It works:");
    Ok(format!("{works} {PROVEN}\n"))
}

fn repository_at(directory: &Path) -> Result<WorkTree> {
    let what = || format!("{} is in no git repository", shown(directory));
    WorkTree::around(directory)
        .map_err(|e| failed(what(), "Name one to protect: --repo PATH", anyhow!(e)))
}

fn settings_owner(is_user: bool) -> Owner {
    if is_user { Owner::User } else { Owner::Project }
}

/// Reports the steps that were done for the machine.
fn print_machine(done: &machine::Done, output: &Output) -> Result<Verdict> {
    if done.text.is_empty() {
        return print_text("There is no hook of phguard.\n", output);
    }
    let said = print_text(&done.text, output)?;
    Ok(if done.is_whole {
        said
    } else {
        Verdict::NotScanned
    })
}

pub(super) fn manners_of(wanted: &Install) -> Manners {
    if wanted.force {
        Manners::Forced
    } else {
        Manners::Careful
    }
}

pub(super) fn removed_line(done: &Uninstalled) -> String {
    let what = match done.left {
        Left::OldHook => "the hook that was there before is as it was",
        Left::Nothing => "removed",
    };
    format!("{}: {what}", shown(&done.hook))
}

/// Returns the events that are asked for, or those that fit the repository.
pub(super) fn chosen_events(wanted: &Install, tree: &WorkTree) -> Result<Vec<Event>> {
    let mut events = wanted.event.clone();
    if events.is_empty() {
        let has_work_tree = !tree.is_bare() || !tree.others()?.is_empty();
        if has_work_tree {
            events.extend(Event::DEFAULT);
        }
        if tree.is_bare() {
            events.push(Event::PreReceive);
        }
    }
    events.sort_unstable();
    events.dedup();
    Ok(events)
}

fn write_notes(text: &mut String, tree: &WorkTree) -> Result<()> {
    let Some(path) = tree.config("core.hooksPath")? else {
        return Ok(());
    };
    let shown_path = sanitize(&path);
    writeln!(
        text,
        "note: core.hooksPath is {shown_path}: the hooks serve all that use that directory."
    )?;
    let directory = Place::of(tree)?.directory;
    for other in tree.others()? {
        if Place::of(&other)?.directory != directory {
            let top = shown(other.top());
            writeln!(
                text,
                "note: the work tree {top} has hooks of its own: phguard install --repo {top}"
            )?;
        }
    }
    Ok(())
}

/// Says of each hook whether it was set in git's configuration now or before.
pub(super) fn lines_of_config_hooks(events: &[Event], set: &[Event]) -> String {
    let mut text = String::new();
    for event in events {
        let done = if set.contains(event) {
            "set"
        } else {
            "already set"
        };
        text += &format!("{event}: {done} in git's configuration as hook.phguard-{event}\n");
    }
    text
}

pub(super) fn line_of(Installed { hook, done, .. }: &Installed) -> String {
    let done = match done {
        Done::New => "new".into(),
        Done::Same => "was already there and up to date".into(),
        Done::Calls(file) => format!("already there: {} calls phguard", shown(file)),
        Done::Configured(why) => {
            format!("already there, but the call {}", sanitize(why.as_bytes()))
        }
        Done::Replaced => "replaced one of another path".into(),
        Done::SetAside(aside) => format!(
            "replaced one of another version or that was edited, which is now {}",
            shown(aside)
        ),
        Done::InFront => "the hook that was there runs first, in the same file".into(),
        Done::Beside(kept) => format!("the hook that was there runs first, as {}", shown(kept)),
    };
    format!("The hook: {} ({done})", shown(hook))
}

pub(super) fn shown(path: &Path) -> String {
    sanitize(path.as_os_str().as_encoded_bytes())
}

fn print_text(text: &str, output: &Output) -> Result<Verdict> {
    if !output.quiet {
        print::write_out(text.as_bytes())?;
    }
    Ok(Verdict::Clean)
}
