//! Finds git's own ways round its hooks. Options are read as git reads them: abbreviations,
//! clusters of letters, values that only look like options.

use std::path::Path;

use super::bypass::{AliasLookup, in_text};
use super::invocation::Invocation;

/// A subcommand that runs hooks and can be told not to.
struct Hooked {
    name: &'static str,
    /// Letters that mean `--no-verify`.
    skips: &'static str,
    /// Letters that take a value.
    valued: &'static str,
    /// Letters whose value can only be attached.
    attached: &'static str,
    /// Long options that take a value.
    long_valued: &'static [&'static str],
}

const HOOKED: [Hooked; 7] = [
    Hooked {
        name: "commit",
        skips: "n",
        valued: "mFCct",
        attached: "uS",
        long_valued: &[
            "message",
            "file",
            "author",
            "date",
            "reuse-message",
            "reedit-message",
            "fixup",
            "squash",
            "template",
            "cleanup",
            "pathspec-from-file",
            "trailer",
        ],
    },
    Hooked {
        name: "push",
        skips: "",
        valued: "o",
        attached: "",
        long_valued: &[
            "repo",
            "receive-pack",
            "exec",
            "push-option",
            "recurse-submodules",
        ],
    },
    Hooked {
        name: "merge",
        skips: "",
        valued: "mFsX",
        attached: "S",
        long_valued: &[
            "message",
            "file",
            "strategy",
            "strategy-option",
            "into-name",
            "cleanup",
        ],
    },
    Hooked {
        name: "pull",
        skips: "",
        valued: "sXoj",
        attached: "Sr",
        long_valued: &[
            "strategy",
            "strategy-option",
            "upload-pack",
            "depth",
            "cleanup",
        ],
    },
    Hooked {
        name: "rebase",
        skips: "",
        valued: "sXxC",
        attached: "S",
        long_valued: &[
            "onto",
            "strategy",
            "strategy-option",
            "exec",
            "whitespace",
            "empty",
        ],
    },
    Hooked {
        name: "am",
        skips: "n",
        valued: "Cp",
        attached: "S",
        long_valued: &[
            "directory",
            "exclude",
            "include",
            "patch-format",
            "whitespace",
        ],
    },
    Hooked {
        name: "citool",
        skips: "n",
        valued: "",
        attached: "",
        long_valued: &[],
    },
];
/// Commands that make commits or send them below the hooks.
const PLUMBING: [&str; 5] = [
    "update-ref",
    "commit-tree",
    "fast-import",
    "send-pack",
    "http-push",
];
/// Options of git itself that take the next argument.
const GLOBAL_VALUED: [&str; 8] = [
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--config-env",
    "--super-prefix",
    "--attr-source",
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
#[must_use]
pub fn bypass(invocation: &Invocation, aliases: AliasLookup<'_>) -> Option<String> {
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
        let takes_next = attached.is_none() && GLOBAL_VALUED.contains(&name);
        place += if takes_next { 2 } else { 1 };
    }
    let subcommand = words.get(place)?;
    let rest = words.get(place + 1..).unwrap_or_default();
    subcommand_bypass(subcommand, rest, directory, aliases)
}

/// Judges a setting `key=value` that holds for one command.
fn setting_bypass(setting: &str, directory: &Path) -> Option<String> {
    let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
    key_bypass(key, value, directory)
}

fn key_bypass(key: &str, value: &str, directory: &Path) -> Option<String> {
    let key = key.trim().to_ascii_lowercase();
    if key == "core.hookspath" {
        return Some("core.hooksPath moves git's hooks away".into());
    }
    if key.starts_with("hook.") {
        return Some(format!(
            "{key} changes the hooks that git's configuration names"
        ));
    }
    if key == "include.path" || key.starts_with("includeif.") {
        return Some(format!("{key} can move git's hooks away"));
    }
    if key.starts_with("alias.") {
        return alias_bypass(value, &[], directory);
    }
    None
}

/// Judges the command of an alias together with the arguments behind it.
fn alias_bypass(value: &str, rest: &[String], directory: &Path) -> Option<String> {
    let mut text = match value.strip_prefix('!') {
        Some(command) => command.to_owned(),
        None => format!("git {value}"),
    };
    for word in rest {
        text.push_str(" '");
        text.push_str(&word.replace('\'', r"'\''"));
        text.push('\'');
    }
    // An alias is not looked up again: one that names itself would never end.
    let none = |_: &Path, _: &str| None;
    in_text(&text, directory, &none)
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

/// Returns the option that skips hooks, as it is written.
fn skipping_option(hooked: &Hooked, words: &[String]) -> Option<String> {
    let mut place = 0;
    while let Some(word) = words.get(place) {
        place += 1;
        if word == "--" {
            return None;
        }
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            // git takes any abbreviation that is not one of --no-verbose, too.
            if name.len() >= "no-veri".len() && "no-verify".starts_with(name) {
                return Some(word.clone());
            }
            let takes_value = name.len() > 1
                && hooked
                    .long_valued
                    .iter()
                    .any(|option| option.starts_with(name));
            if takes_value && value.is_none() {
                place += 1;
            }
            continue;
        }
        let Some(letters) = word.strip_prefix('-') else {
            continue;
        };
        for (number, letter) in letters.char_indices() {
            if hooked.skips.contains(letter) {
                return Some(word.clone());
            }
            if hooked.valued.contains(letter) {
                if number + letter.len_utf8() == letters.len() {
                    place += 1;
                }
                break;
            }
            if hooked.attached.contains(letter) {
                break;
            }
        }
    }
    None
}

/// Judges `git config`: reading a setting is no bypass.
fn config_bypass(words: &[String], directory: &Path) -> Option<String> {
    let mut plain: Vec<&str> = Vec::new();
    let mut writes = false;
    let mut reads = false;
    let mut removes_section = false;
    let mut place = 0;
    while let Some(word) = words.get(place) {
        place += 1;
        match word.as_str() {
            "--get" | "--get-all" | "--get-regexp" | "--get-urlmatch" | "-l" | "--list" => {
                reads = true;
            }
            "--unset" | "--unset-all" | "--add" | "--replace-all" => writes = true,
            "--remove-section" | "--rename-section" => removes_section = true,
            "-f" | "--file" | "--blob" | "--type" | "--default" | "--comment" | "--value" => {
                place += 1;
            }
            option if option.starts_with('-') && option.len() > 1 => {}
            word => plain.push(word),
        }
    }
    match plain.first().copied() {
        Some("get" | "list") => reads = true,
        Some("set" | "unset") => {
            plain.remove(0);
            writes = true;
        }
        Some("remove-section" | "rename-section") => {
            plain.remove(0);
            removes_section = true;
        }
        _ => {}
    }
    if reads {
        return None;
    }
    let key = plain.first().copied()?;
    if removes_section {
        let section = key.to_ascii_lowercase();
        if section == "core" || section.starts_with("hook.") {
            return Some("it removes the settings that name the hooks".into());
        }
        return None;
    }
    let value = plain.get(1).copied();
    if value.is_none() && !writes {
        return None;
    }
    let found = key_bypass(key, value.unwrap_or_default(), directory);
    found.filter(|_| !key.to_ascii_lowercase().starts_with("include"))
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
