//! Files that keep hooks in force: removed, written over or made not executable.

use std::path::{Component, Path, PathBuf};

use crate::agent::invocation::{Invocation, Invocations};
use crate::agent::reads::git_call;

/// Programs that remove or replace the files that they name.
const REMOVERS: [&str; 22] = [
    "rm",
    "unlink",
    "rmdir",
    "shred",
    "truncate",
    "mv",
    "chmod",
    "chattr",
    "trash",
    "del",
    "erase",
    "rd",
    "ri",
    "remove-item",
    "move-item",
    "mi",
    "rename-item",
    "rni",
    "clear-content",
    "ren",
    "icacls",
    "gio",
];
/// Programs whose last argument, or every one, is written to.
const WRITERS: [&str; 10] = [
    "cp",
    "install",
    "ln",
    "tee",
    "dd",
    "set-content",
    "sc",
    "out-file",
    "copy-item",
    "rsync",
];
/// Files of a project by which hooks come into force.
const HOOK_CONFIGURATIONS: [&str; 8] = [
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
    ".overcommit.yml",
    "hk.pkl",
    "prek.toml",
];
/// Files by which coding agents run phguard.
const AGENT_SETTINGS: [&str; 7] = [
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".codex/hooks.json",
    ".codex/config.toml",
    ".cursor/hooks.json",
    ".copilot/hooks/phguard.json",
    ".github/hooks/phguard.json",
];

/// Returns how a program takes a hook, or a file that keeps hooks in force, away.
pub(super) fn changed_hook_file(invocation: &Invocation, all: &Invocations) -> Option<String> {
    if let Some(way) = written_over(invocation) {
        return Some(way);
    }
    let mut program = invocation.program.as_str();
    let mut words: Vec<&str> = invocation.arguments.iter().map(String::as_str).collect();
    if program == "git" {
        let call = git_call(&invocation.arguments)?;
        if !matches!(call.subcommand, "rm" | "mv") {
            return None;
        }
        program = "rm";
        words = call.rest.iter().map(String::as_str).collect();
    }
    if invocation.takes_names {
        words.extend(words_before(invocation, all));
    }
    let effect = effect_of(program, &words)?;
    match effect {
        Effect::Overwrites => {
            let last = words.iter().rev().find(|word| !word.starts_with('-'));
            words = last.copied().into_iter().collect();
        }
        Effect::Edits => {
            let mentions = words.iter().any(|word| word.contains("phguard"));
            words.retain(|word| {
                mentions || is_in_git_hooks(word, invocation) || is_configured_by(word, invocation)
            });
        }
        Effect::Removes | Effect::Writes => {}
    }
    for word in words {
        let word = word.strip_prefix("of=").unwrap_or(word);
        let is_protected = effect != Effect::Writes && is_protected(word, invocation);
        if is_in_git_hooks(word, invocation) || is_protected {
            return Some(format!(
                "`{program}` takes the hook file {word} out of force"
            ));
        }
        if is_configured_by(word, invocation) {
            return Some(format!(
                "`{program}` changes the configuration {word} past git"
            ));
        }
        if effect == Effect::Removes && is_git_directory(word) {
            return Some(format!(
                "`{program}` removes git's directory with its hooks"
            ));
        }
    }
    None
}

/// The effect of a program on the files that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// They are gone, or no longer what they were.
    Removes,
    /// They are changed in their place.
    Edits,
    /// The last one is written over.
    Overwrites,
    /// Each is written or appended to.
    Writes,
}

fn effect_of(program: &str, words: &[&str]) -> Option<Effect> {
    if program == "chmod" && words.iter().any(|word| makes_executable(word)) {
        return None;
    }
    if REMOVERS.contains(&program) || (program == "find" && words.contains(&"-delete")) {
        return Some(Effect::Removes);
    }
    let is_editor = matches!(
        program,
        "sed" | "perl" | "ruby" | "ex" | "ed" | "awk" | "gawk"
    );
    let always_edits = matches!(program, "ex" | "ed");
    if is_editor && (always_edits || words.iter().any(|word| is_in_place(word))) {
        return Some(Effect::Edits);
    }
    match program {
        "cp" | "install" | "ln" | "copy-item" | "rsync" => Some(Effect::Overwrites),
        "tee" => Some(Effect::Writes),
        _ if WRITERS.contains(&program) => Some(Effect::Removes),
        _ => None,
    }
}

/// The words in front of `xargs`, which hands their output on.
fn words_before<'w>(invocation: &Invocation, all: &'w Invocations) -> Vec<&'w str> {
    let mut words = Vec::new();
    for other in &all.list {
        if other.pipeline == invocation.pipeline {
            words.extend(other.arguments.iter().map(String::as_str));
        }
    }
    words
}

fn written_over(invocation: &Invocation) -> Option<String> {
    for output in &invocation.outputs {
        let file = &output.file;
        let is_emptied = !output.appends && is_protected(file, invocation);
        if is_in_git_hooks(file, invocation) || is_emptied || base_of(file) == ".phguard.toml" {
            return Some(format!("it writes over the hook file {file}"));
        }
        if is_configured_by(file, invocation) {
            return Some(format!("it changes the configuration {file} past git"));
        }
    }
    None
}

fn is_configured_by(path: &str, invocation: &Invocation) -> bool {
    if path.is_empty() || path.starts_with('-') {
        return false;
    }
    is_git_configuration(&names_of(path, &invocation.directory).join("/"))
}

/// Tells whether a path is one of git's files of settings, which can move the hooks away.
#[must_use]
pub fn is_git_configuration(path: &str) -> bool {
    let path = path.replace('\\', "/");
    let mut names = path.rsplit('/');
    let last = names.next().unwrap_or_default();
    let above = names.next().unwrap_or_default();
    match last {
        ".gitconfig" => true,
        "config" => matches!(above, ".git" | "git"),
        "config.worktree" => path.contains(".git/"),
        _ => false,
    }
}

/// `-i`, `-i.bak`, `-pi`, `--in-place`; `-n` and scripts are not.
fn is_in_place(word: &str) -> bool {
    let is_cluster = word.starts_with('-') && !word.starts_with("--");
    (is_cluster && word.chars().take(5).any(|c| c == 'i'))
        || word.starts_with("--in-place")
        || word == "inplace"
}

/// `+x`, `a+rx`, `755`: the hook stays in force.
fn makes_executable(mode: &str) -> bool {
    let is_octal = mode.len() >= 3 && mode.bytes().all(|b| (b'0'..=b'7').contains(&b));
    if is_octal {
        let owner = mode.as_bytes()[mode.len() - 3];
        return owner & 1 == 1;
    }
    let adds = mode
        .split_once('+')
        .is_some_and(|(_, bits)| bits.contains('x') && !bits.contains('-'));
    adds || (mode.contains('=') && mode.contains('x'))
}

/// Returns the names along a path, with `.` and `..` resolved.
fn names_of(path: &str, directory: &Path) -> Vec<String> {
    let path = path.replace('\\', "/");
    let whole: PathBuf = directory.join(path);
    let mut names: Vec<String> = Vec::new();
    for component in whole.components() {
        match component {
            // All names that are looked for are ASCII, so one that is no UTF-8 is none of them.
            Component::Normal(name) => names.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => {
                names.pop();
            }
            _ => {}
        }
    }
    names
}

/// Tells whether a path is in git's own directory of hooks, samples excepted.
#[must_use]
pub fn is_hook_file(path: &str, directory: &Path) -> bool {
    let names = names_of(path, directory);
    let is_sample = names.last().is_some_and(|name| name.ends_with(".sample"));
    let Some(place) = names.iter().rposition(|name| name == ".git") else {
        return false;
    };
    let below = &names[place + 1..];
    let in_hooks = below
        .first()
        .is_some_and(|name| name == "hooks" || is_glob_of(name, "hooks"))
        || (below
            .first()
            .is_some_and(|name| name == "modules" || name == "worktrees")
            && below.iter().any(|name| name == "hooks"));
    in_hooks && !is_sample
}

fn is_in_git_hooks(path: &str, invocation: &Invocation) -> bool {
    is_hook_file(path, &invocation.directory)
}

/// Tells whether a path is one of a project's files by which hooks come into force: removed or
/// emptied, nothing is checked any more.
fn is_protected(path: &str, invocation: &Invocation) -> bool {
    if path.is_empty() || path.starts_with('-') {
        return false;
    }
    let whole = invocation.directory.join(path);
    let name = base_of(path);
    is_guard_file(&whole.to_string_lossy()) || name == "phguard" || name == ".phguard.toml"
}

fn base_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Tells whether a path is a file by which hooks come into force.
#[must_use]
pub fn is_guard_file(path: &str) -> bool {
    let names = names_of(path, Path::new("/"));
    let Some(last) = names.last() else {
        return false;
    };
    let tail = |count: usize| names[names.len().saturating_sub(count)..].join("/");
    names.iter().rev().take(3).any(|name| name == ".husky")
        || HOOK_CONFIGURATIONS.contains(&last.as_str())
        || AGENT_SETTINGS
            .iter()
            .any(|file| *file == tail(2) || *file == tail(3))
}

fn is_git_directory(path: &str) -> bool {
    let path = path.trim_end_matches(['/', '\\']);
    path == ".git" || path.ends_with("/.git") || path == ".git/*" || path.ends_with("/.git/*")
}

fn is_glob_of(pattern: &str, name: &str) -> bool {
    let Some(place) = pattern.find(['*', '?', '[']) else {
        return false;
    };
    pattern
        .get(..place)
        .is_some_and(|start| name.starts_with(start))
}
