//! Commands that go round the hooks: variables that switch them off, hooks that are removed, a
//! guard that is uninstalled, options of git that skip them.

mod git;
mod git_config;
mod git_skips;
mod guards;
mod hook_files;
mod switches;

use std::path::Path;

pub use hook_files::{is_git_configuration, is_guard_file, is_hook_file};

use super::invocation::{self, Invocation, Invocations};
use super::shell::Dialect;

/// Looks up an alias in git's configuration: the directory, the name.
pub type AliasLookup<'l> = &'l dyn Fn(&Path, &str) -> Option<String>;

/// Commands within commands of git deeper than this are not read.
const DEEPEST: usize = 32;
const OPAQUE: &str = "it is nested or encoded so that phguard cannot read it";

/// Returns how a command line goes round the hooks, if it does.
#[must_use]
pub fn in_command_line(found: &Invocations, aliases: AliasLookup<'_>) -> Option<String> {
    if found.is_opaque {
        return Some(OPAQUE.into());
    }
    let runs_git = found.list.iter().any(makes_commits);
    for invocation in &found.list {
        let way = switches::switched_off(invocation, runs_git)
            .or_else(|| git::bypass(invocation, aliases))
            .or_else(|| guards::uninstalled_guard(invocation))
            .or_else(|| hook_files::changed_hook_file(invocation, found))
            .or_else(|| guards::skipped_by_runner(invocation));
        if way.is_some() {
            return way;
        }
    }
    None
}

/// Judges text that is itself a command line, such as an alias of git.
pub(super) fn in_text(text: &str, directory: &Path, aliases: AliasLookup<'_>) -> Option<String> {
    // Each level of `git submodule foreach git …` takes a word away.
    if text.matches("git").count() > DEEPEST {
        return Some(OPAQUE.into());
    }
    in_command_line(&invocation::of(text, Dialect::Posix, directory), aliases)
}

fn makes_commits(invocation: &Invocation) -> bool {
    let is_git = invocation.program == "git" || invocation.program == "pre-commit";
    let makes = |word: &String| {
        matches!(
            word.as_str(),
            "commit" | "push" | "merge" | "pull" | "rebase" | "run" | "am" | "ci"
        )
    };
    is_git && invocation.arguments.iter().any(makes)
}
