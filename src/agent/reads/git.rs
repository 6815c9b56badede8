//! The files whose content git prints.

use super::search::{Listing, Search};
use super::searched::{Input, searched_files};
use super::{Shown, Source};

/// Commands of git that print no content, whatever their options are.
const SILENT: &str = "
    add am apply bisect branch bundle check-attr check-ignore check-mailmap checkout cherry cherry-pick
    clean clone commit describe fetch fsck gc hash-object help init lfs ls-files ls-remote ls-tree maintenance
    merge merge-base mergetool mv name-rev notes prune pull push read-tree rebase reflog remote repack
    rerere reset restore rev-list rev-parse revert rm shortlog show-branch show-ref sparse-checkout stage
    status submodule switch symbolic-ref tag update-index var verify-commit verify-tag version worktree
    write-tree checkout-index count-objects pack-refs";

/// Options of git itself that take the next argument.
pub(in crate::agent) const GLOBAL_VALUED: [&str; 8] = [
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--config-env",
    "--super-prefix",
    "--attr-source",
];

/// A call of git, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Call<'w> {
    /// The values of `-C`, in order.
    pub directories: Vec<&'w str>,
    /// The subcommand.
    pub subcommand: &'w str,
    /// The words behind it.
    pub rest: &'w [String],
}

/// Takes the options of git itself off.
#[must_use]
pub fn git_call(words: &[String]) -> Option<Call<'_>> {
    let mut directories = Vec::new();
    let mut place = 0;
    while let Some(word) = words.get(place) {
        if !word.starts_with('-') {
            let rest = &words[place + 1..];
            return Some(Call {
                directories,
                subcommand: word,
                rest,
            });
        }
        if word == "-C" {
            directories.extend(words.get(place + 1).map(String::as_str));
        }
        place += if GLOBAL_VALUED.contains(&word.as_str()) {
            2
        } else {
            1
        };
    }
    None
}

/// Returns the contents of files that git prints.
pub(super) fn files_shown(words: &[String]) -> Vec<Shown> {
    let Some(call) = git_call(words) else {
        return Vec::new();
    };
    let rest = call.rest;
    if call.subcommand == "grep" {
        return files_searched(rest);
    }
    if SILENT
        .split_whitespace()
        .any(|known| known == call.subcommand)
        || prints_no_content(&call)
    {
        return Vec::new();
    }
    let mut shown = Vec::new();
    for word in rest {
        let value = match word.split_once('=') {
            Some((option, value)) if option.starts_with('-') => value,
            _ => word,
        };
        if value.contains(':') && !value.starts_with('-') {
            shown.push(Shown::whole(Source::Blob(value.to_owned())));
        } else {
            shown.push(Shown::whole(Source::Named(value.to_owned())));
            if matches!(
                call.subcommand,
                "archive" | "log" | "show" | "diff" | "stash"
            ) {
                shown.push(Shown::whole(Source::Below(
                    value.to_owned(),
                    Listing::Tracked,
                )));
            }
        }
    }
    shown
}

fn files_searched(rest: &[String]) -> Vec<Shown> {
    match Search::of("git grep", rest) {
        Some(search) => searched_files(&search, Input::None),
        None => Vec::new(),
    }
}

/// Tells whether the options of a command that can print contents ask for less.
fn prints_no_content(call: &Call<'_>) -> bool {
    let has = |wanted: &[&str]| {
        call.rest.iter().any(|word| {
            let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
            wanted.contains(&name)
        })
    };
    let asks_for_patch = has(&[
        "-p",
        "-u",
        "--patch",
        "-c",
        "--cc",
        "-m",
        "--patch-with-stat",
        "-U",
    ]) || call
        .rest
        .iter()
        .any(|word| word.starts_with("-L") || word.starts_with("-U"));
    let asks_for_less = has(&[
        "--stat",
        "--numstat",
        "--shortstat",
        "--dirstat",
        "--summary",
        "--name-only",
        "--name-status",
        "--raw",
        "--quiet",
        "-s",
        "--no-patch",
        "--exit-code",
        "--check",
    ]);
    match call.subcommand {
        "log" | "whatchanged" | "diff-tree" | "diff-index" | "diff-files" => !asks_for_patch,
        "diff" | "show" => asks_for_less && !asks_for_patch && !has(&["--check"]),
        "stash" => !(has(&["show"]) && asks_for_patch),
        "cat-file" => has(&["-e", "-t", "-s"]),
        "config" => !has(&["-f", "--file", "--blob"]),
        "archive" => has(&["-o", "--output", "-l", "--list"]),
        "format-patch" => !has(&["--stdout"]),
        _ => false,
    }
}
