//! Installing and uninstalling for a whole machine: every repository of a person.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;

use super::install::{
    chosen_events, line_of, lines_of_config_hooks, manners_of, proof_line, removed_line, shown,
};
use crate::cli::{Install, Output, Uninstall};
use crate::failure::{Failure, failed, refused};
use crate::git::{self, WorkTree};
use crate::hook::config_hooks::{self, SINCE, Scope};
use crate::hook::program::Program;
use crate::hook::{Event, below, install, template, uninstall};

/// The steps that were done, one line each, and whether all of them succeeded.
pub(super) struct Done {
    pub(super) text: String,
    pub(super) is_whole: bool,
}

/// Guards all repositories of the user: by git's configuration where git runs hooks from there, or
/// by the template directory.
pub(super) fn install_global(wanted: &Install, program: &Program, output: &Output) -> Result<Done> {
    let mut text = String::new();
    let events = if wanted.event.is_empty() {
        &Event::DEFAULT[..]
    } else {
        &wanted.event
    };
    if wanted.git_config || git::version().is_ok_and(|version| version >= SINCE) {
        let here = WorkTree::at(Path::new("."));
        let set = config_hooks::install(&here, Scope::Global, events, program)?;
        text += &lines_of_config_hooks(events, &set);
    } else {
        for installed in template::install(events, program, manners_of(wanted))? {
            writeln!(text, "{}", line_of(&installed))?;
        }
        text += "Git copies it into every repository that is made or cloned from now on.\n\
                 For those that exist: phguard install --below DIR\n";
    }
    text += &proof_line(output)?;
    Ok(Done {
        text,
        is_whole: true,
    })
}

/// Removes the settings of [`install_global`], whichever git version they were made for.
pub(super) fn uninstall_global(wanted: &Uninstall) -> Result<Done> {
    let mut text = String::new();
    let here = WorkTree::at(Path::new("."));
    for event in config_hooks::uninstall(&here, Scope::Global)? {
        writeln!(text, "{event}: removed from git's configuration")?;
    }
    if !wanted.git_config {
        let removed = template::uninstall(wanted.force)?;
        for done in &removed {
            writeln!(text, "{}", removed_line(done))?;
        }
        if !removed.is_empty() {
            text += "Repositories that git has copied it into keep it.\n\
                     To free them: phguard uninstall --below DIR\n";
        }
    }
    Ok(Done {
        text,
        is_whole: true,
    })
}

/// Installs the hooks into every repository below a directory.
pub(super) fn install_below(
    wanted: &Install,
    directory: &Path,
    program: &Program,
    output: &Output,
) -> Result<Done> {
    let mut done = each_below(directory, |tree, text| {
        let events = chosen_events(wanted, tree)?;
        for installed in install::install(tree, &events, program, manners_of(wanted))? {
            writeln!(text, "  {}", line_of(&installed))?;
        }
        Ok(())
    })?;
    if done.is_whole {
        done.text += &proof_line(output)?;
    }
    Ok(done)
}

/// Removes the hooks from every repository below a directory.
pub(super) fn uninstall_below(wanted: &Uninstall, directory: &Path) -> Result<Done> {
    each_below(directory, |tree, text| {
        for done in uninstall::uninstall(tree, wanted.force)? {
            writeln!(text, "  {}", removed_line(&done))?;
        }
        Ok(())
    })
}

const NAME_ANOTHER: &str = "Name one that holds repositories: --below DIR";

/// Does the same in every repository. One that refuses does not stop the others.
fn each_below(
    directory: &Path,
    act: impl Fn(&WorkTree, &mut String) -> Result<()>,
) -> Result<Done> {
    let found = below::repositories(directory)
        .map_err(|e| failed("the directory cannot be searched", NAME_ANOTHER, e))?;
    if found.trees.is_empty() && found.unreadable.is_empty() {
        let what = format!("there is no repository below {}", shown(directory));
        return Err(refused(what, NAME_ANOTHER));
    }
    let mut text = String::new();
    let mut is_whole = found.unreadable.is_empty();
    let number = found.trees.len();
    for tree in found.trees {
        writeln!(text, "{}", shown(tree.top()))?;
        if let Err(error) = act(&tree, &mut text) {
            is_whole = false;
            write_error(&mut text, &error)?;
        }
    }
    for (path, error) in found.unreadable {
        writeln!(text, "{}", shown(&path))?;
        write_error(&mut text, &error)?;
    }
    let noun = if number == 1 {
        "repository"
    } else {
        "repositories"
    };
    writeln!(text, "{number} {noun} below {}", shown(directory))?;
    Ok(Done { text, is_whole })
}

fn write_error(text: &mut String, error: &anyhow::Error) -> Result<()> {
    writeln!(text, "  left as it is: {error:#}")?;
    if let Some(Failure { hint, .. }) = error.downcast_ref() {
        for line in hint.lines() {
            writeln!(text, "    {line}")?;
        }
    }
    Ok(())
}
