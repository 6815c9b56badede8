//! Finds git's own ways round its hooks. Options are read as git reads them: abbreviations,
//! clusters of letters, values that only look like options.

use std::path::Path;

use super::git_config::{alias_bypass, config_bypass, setting_bypass};
use super::git_skips::{HOOKED, skipping_option};
use super::switches::is_other_repository;
use super::{AliasLookup, in_text};
use crate::agent::invocation::Invocation;
use crate::agent::reads::GLOBAL_VALUED;

/// Commands that make commits or send them below the hooks.
const PLUMBING: [&str; 5] = [
    "update-ref",
    "commit-tree",
    "fast-import",
    "send-pack",
    "http-push",
];
/// git's own commands that an alias cannot replace and that skip no hook.
const BUILT_IN: [&str; 48] = [
    "add",
    "annotate",
    "apply",
    "archive",
    "bisect",
    "blame",
    "branch",
    "bundle",
    "cat-file",
    "check-ignore",
    "checkout",
    "cherry",
    "cherry-pick",
    "clean",
    "clone",
    "describe",
    "diff",
    "diff-index",
    "diff-tree",
    "fetch",
    "for-each-ref",
    "format-patch",
    "gc",
    "grep",
    "help",
    "init",
    "log",
    "ls-files",
    "ls-remote",
    "ls-tree",
    "merge-base",
    "mv",
    "notes",
    "reflog",
    "remote",
    "reset",
    "restore",
    "rev-list",
    "rev-parse",
    "revert",
    "rm",
    "shortlog",
    "show",
    "show-ref",
    "sparse-checkout",
    "stash",
    "status",
    "switch",
];

/// Returns how an invocation of git goes round the hooks, if it does.
pub(super) fn bypass(invocation: &Invocation, aliases: AliasLookup<'_>) -> Option<String> {
    let program = invocation.program.as_str();
    let directory = invocation.directory.as_path();
    if let Some(subcommand) = program.strip_prefix("git-") {
        return subcommand_bypass(subcommand, &invocation.arguments, directory, aliases);
    }
    if program != "git" {
        return None;
    }
    let words = &invocation.arguments;
    let mut place = 0;
    while let Some(word) = words.get(place) {
        if !word.starts_with('-') {
            break;
        }
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (word.as_str(), None),
        };
        let attached = match word.strip_prefix("-c") {
            Some(setting) if !setting.is_empty() => Some(setting),
            _ => attached,
        };
        let value = attached
            .or_else(|| words.get(place + 1).map(String::as_str))
            .unwrap_or_default();
        if word.starts_with("-c") || name == "--config-env" {
            let found = setting_bypass(value, directory);
            if found.is_some() {
                return found;
            }
        }
        if name == "--git-dir" && super::makes_commits(invocation) && is_other_repository(value) {
            return Some(format!("`{name}` names a repository with other hooks"));
        }
        if name == "--exec-path" && attached.is_some() {
            return Some(format!("`{name}` replaces git's own programs"));
        }
        let takes_next = attached.is_none() && GLOBAL_VALUED.contains(&name);
        place += if takes_next { 2 } else { 1 };
    }
    let subcommand = words.get(place)?;
    let rest = words.get(place + 1..).unwrap_or_default();
    subcommand_bypass(subcommand, rest, directory, aliases)
}

fn subcommand_bypass(
    subcommand: &str,
    words: &[String],
    directory: &Path,
    aliases: AliasLookup<'_>,
) -> Option<String> {
    if PLUMBING.contains(&subcommand) {
        return Some(format!("`git {subcommand}` runs no hook"));
    }
    if let Some(hooked) = HOOKED.iter().find(|hooked| hooked.name == subcommand) {
        let option = skipping_option(hooked, words);
        if let Some(option) = option {
            return Some(format!("`{option}` of git {subcommand} skips the hooks"));
        }
    }
    match subcommand {
        "hash-object" if writes_commit(words) => {
            return Some("`git hash-object` writes a commit and runs no hook".into());
        }
        "config" => return config_bypass(words, directory),
        "rebase" => return exec_bypass(words, directory, aliases),
        "submodule" => {
            let place = words.iter().position(|word| word == "foreach")?;
            let command = words[place + 1..]
                .iter()
                .filter(|word| !word.starts_with("--recursive"));
            let command: Vec<&str> = command.map(String::as_str).collect();
            return in_text(&command.join(" "), directory, aliases);
        }
        "bisect" if words.first().is_some_and(|word| word == "run") => {
            return in_text(&words[1..].join(" "), directory, aliases);
        }
        _ => {}
    }
    let is_known =
        BUILT_IN.contains(&subcommand) || HOOKED.iter().any(|hooked| hooked.name == subcommand);
    if is_known
        || matches!(
            subcommand,
            "tag" | "worktree" | "submodule" | "hook" | "update-index" | "write-tree" | "version"
        )
    {
        return None;
    }
    if let Some(value) = aliases(directory, subcommand) {
        return alias_bypass(&value, words, directory);
    }
    // A command of somebody's own: it hands its options on to git.
    if words.iter().any(|word| word == "--no-verify") {
        return Some(format!("`--no-verify` of git {subcommand} skips the hooks"));
    }
    None
}

fn writes_commit(words: &[String]) -> bool {
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    has("commit") && (has("-w") || has("--stdin"))
}

/// Judges the commands that `git rebase --exec` runs.
fn exec_bypass(words: &[String], directory: &Path, aliases: AliasLookup<'_>) -> Option<String> {
    for (place, word) in words.iter().enumerate() {
        let attached = word.strip_prefix("--exec=");
        let command = match (word.as_str(), attached) {
            (_, Some(command)) => command,
            ("-x" | "--exec", None) => words.get(place + 1).map_or("", String::as_str),
            _ => continue,
        };
        let found = in_text(command, directory, aliases);
        if found.is_some() {
            return found;
        }
    }
    None
}
