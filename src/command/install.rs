//! Installing and uninstalling hooks.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Result, anyhow};

use super::machine::{self, Done};
use super::{Verdict, print};
use crate::cli::{Install, Output, Uninstall};
use crate::failure::failed;
use crate::git::WorkTree;
use crate::hook::config_hooks::{self, Scope};
use crate::hook::install::{Installed, Was, beside};
use crate::hook::uninstall::Uninstalled;
use crate::hook::{self, program};
use crate::report::sanitize::sanitize;
use crate::report::style::Role;

const PROVEN: &str = "in a throw-away repository, it blocked a key and let pass what has none.";

pub(super) fn install(wanted: &Install, output: &Output) -> Result<Verdict> {
    let mut events = wanted.event.clone();
    events.sort_unstable();
    events.dedup();
    let reinstall = "Install phguard again, at another place.";
    let program = program::lasting_path()
        .map_err(|e| failed("phguard does not know where it is", reinstall, e))?;
    if wanted.global {
        return finish(&machine::install_global(wanted, &events, &program)?, output);
    }
    if let Some(directory) = &wanted.below {
        return finish(
            &machine::install_below(wanted, directory, &events, &program)?,
            output,
        );
    }
    let mut text = String::new();
    if wanted.git_config {
        let tree = repository(&wanted.repo)?;
        let set = config_hooks::install(&tree, Scope::Local, &events, &program)?;
        for event in &events {
            let done = if set.contains(event) {
                "set"
            } else {
                "already set"
            };
            writeln!(
                text,
                "{event}: {done} in git's configuration as hook.phguard-{event}"
            )?;
        }
    } else {
        let tree = repository(&wanted.repo)?;
        for installed in hook::install::install(&tree, &events, &program, wanted.force)? {
            writeln!(text, "{}", line_of(&installed))?;
        }
        if let Some(path) = tree.config("core.hooksPath")? {
            let path = sanitize(&path);
            writeln!(
                text,
                "note: core.hooksPath is {path}: the hooks serve all that use that directory."
            )?;
        }
    }
    writeln!(
        text,
        "{} {PROVEN}",
        print::palette(output).paint(Role::Good, "It works:")
    )?;
    say(&text, output)
}

pub(super) fn uninstall(wanted: &Uninstall, output: &Output) -> Result<Verdict> {
    if wanted.global {
        return finish(&machine::uninstall_global(wanted)?, output);
    }
    if let Some(directory) = &wanted.below {
        return finish(&machine::uninstall_below(wanted, directory)?, output);
    }
    let mut text = String::new();
    if wanted.git_config {
        let tree = repository(&wanted.repo)?;
        for event in config_hooks::uninstall(&tree, Scope::Local)? {
            writeln!(text, "{event}: removed from git's configuration")?;
        }
    } else {
        for done in hook::uninstall::uninstall(&repository(&wanted.repo)?, wanted.force)? {
            writeln!(text, "{}", removed_line(&done))?;
        }
    }
    if text.is_empty() {
        writeln!(text, "There is no hook of phguard.")?;
    }
    say(&text, output)
}

fn repository(directory: &Path) -> Result<WorkTree> {
    let what = || format!("{} is in no git repository", shown(directory));
    WorkTree::around(directory)
        .map_err(|e| failed(what(), "Name one to protect: --repo PATH", anyhow!(e)))
}

/// Reports what was done for the machine.
fn finish(done: &Done, output: &Output) -> Result<Verdict> {
    if done.text.is_empty() {
        return say("There is no hook of phguard.\n", output);
    }
    let said = say(&done.text, output)?;
    Ok(if done.is_whole {
        said
    } else {
        Verdict::NotScanned
    })
}

pub(super) fn removed_line(done: &Uninstalled) -> String {
    let what = if done.restored {
        "the hook that was there before is back"
    } else {
        "removed"
    };
    format!("{}: {what}", shown(&done.hook))
}

pub(super) fn line_of(Installed { hook, was, .. }: &Installed) -> String {
    let done = match was {
        Was::Absent => "new".into(),
        Was::Same => "was already there and up to date".into(),
        Was::Ours => "replaced one of another version or path".into(),
        Was::Foreign => format!(
            "new; the hook that was there runs first, as {}",
            name(&beside(hook))
        ),
    };
    format!("The hook: {} ({done})", shown(hook))
}

fn name(path: &Path) -> String {
    sanitize(path.file_name().unwrap_or_default().as_encoded_bytes())
}

pub(super) fn shown(path: &Path) -> String {
    sanitize(path.as_os_str().as_encoded_bytes())
}

fn say(text: &str, output: &Output) -> Result<Verdict> {
    if !output.quiet {
        print::write_out(text.as_bytes())?;
    }
    Ok(Verdict::Clean)
}
