//! Installing and uninstalling hooks.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Result, anyhow};

use super::{Verdict, print};
use crate::cli::{Install, Output, Uninstall};
use crate::failure::failed;
use crate::git::WorkTree;
use crate::hook::config_hooks::{self, Scope};
use crate::hook::install::{Installed, Was, beside};
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
    let mut text = String::new();
    if wanted.git_config {
        let tree = if wanted.global {
            WorkTree::at(Path::new("."))
        } else {
            repository(&wanted.repo)?
        };
        let set = config_hooks::install(&tree, scope(wanted.global), &events, &program)?;
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
    let mut text = String::new();
    if wanted.git_config {
        let tree = if wanted.global {
            WorkTree::at(Path::new("."))
        } else {
            repository(&wanted.repo)?
        };
        for event in config_hooks::uninstall(&tree, scope(wanted.global))? {
            writeln!(text, "{event}: removed from git's configuration")?;
        }
    } else {
        for done in hook::uninstall::uninstall(&repository(&wanted.repo)?, wanted.force)? {
            let what = if done.restored {
                "the hook that was there before is back"
            } else {
                "removed"
            };
            writeln!(text, "{}: {what}", shown(&done.hook))?;
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

fn scope(is_global: bool) -> Scope {
    if is_global {
        Scope::Global
    } else {
        Scope::Local
    }
}

fn line_of(Installed { hook, was, .. }: &Installed) -> String {
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

fn shown(path: &Path) -> String {
    sanitize(path.as_os_str().as_encoded_bytes())
}

fn say(text: &str, output: &Output) -> Result<Verdict> {
    if !output.quiet {
        print::write_out(text.as_bytes())?;
    }
    Ok(Verdict::Clean)
}
