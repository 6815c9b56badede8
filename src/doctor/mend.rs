//! Mends without asking: lines of `.gitignore` for files of secrets, and their
//! permissions. Never touches a file's content, the index or a hook.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::content::{self, Candidates};
use super::{Line, Section};
use crate::git::WorkTree;
use crate::scan::Outcome;

/// Files that frameworks read secrets from on one machine, by name.
const MACHINE_FILES: [&str; 5] = [
    ".env",
    ".envrc",
    ".dev.vars",
    "settings.local.json",
    "credentials.json",
];
/// Words in the name of a file of variables that is a sample for others.
const SAMPLES: [&str; 7] = [
    "example", "sample", "template", "dist", "defaults", "schema", "test",
];

/// Tells whether a name is that of a file of environment variables: `.env` and `.env.production`.
pub(super) fn is_environment_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == ".env" || name == ".envrc" || name.starts_with(".env.")
}

/// Tells whether a file belongs on one machine only, by its name.
pub(super) fn belongs_to_one_machine(path: &Path) -> bool {
    let name = content::name_of(path).to_string_lossy().into_owned();
    if MACHINE_FILES.contains(&name.as_str()) {
        return true;
    }
    match name.strip_prefix(".env.") {
        Some(rest) => !rest.split('.').any(|part| SAMPLES.contains(&part)),
        None => false,
    }
}

/// Makes the safe changes, and tells each of them.
pub(super) fn apply_safe_changes(
    tree: &WorkTree,
    candidates: &Candidates,
    outcome: &Outcome,
) -> Section {
    let mut checks = Vec::new();
    for pattern in needed_patterns(candidates, outcome) {
        match append_ignored(tree, &pattern) {
            Ok(()) => checks.push(Line::note(
                ".gitignore",
                format!(
                    "mended: git ignores {} (added {})",
                    pattern.path, pattern.line
                ),
            )),
            Err(why) => checks.push(Line::unknown(
                ".gitignore",
                format!("it could not be mended: {why:#}"),
                format!("git check-ignore -v {}", pattern.path),
            )),
        }
    }
    for path in content::environment_files_with_keys(candidates, outcome) {
        let file = tree.top().join(&path);
        let Some(mode) = content::open_mode(&file) else {
            continue;
        };
        let about = path.to_string_lossy();
        match content::close_to_others(&file, mode) {
            Ok(()) => checks.push(Line::note(&about, "mended: only its owner can read it")),
            Err(why) => checks.push(Line::unknown(
                &about,
                format!("its permissions could not be mended: {why}"),
                "ls -l",
            )),
        }
    }
    if checks.is_empty() {
        checks.push(Line::note("--fix", "there was nothing to mend"));
    }
    Section {
        work_trees: vec![tree.top().into()],
        checks,
    }
}

/// A line of `.gitignore`, and the file it is for.
struct Pattern {
    line: String,
    path: String,
}

/// The lines for untracked files that belong on this machine: those that frameworks always keep
/// there, and others if they hold a key.
fn needed_patterns(candidates: &Candidates, outcome: &Outcome) -> Vec<Pattern> {
    let mut with_key = Vec::new();
    for finding in &outcome.findings {
        with_key.extend(content::file_of(finding));
    }
    let mut untracked: Vec<&Path> = candidates.untracked.iter().map(AsRef::as_ref).collect();
    untracked.sort_unstable();
    let mut patterns: Vec<Pattern> = Vec::new();
    for path in untracked {
        let Some(text) = path.to_str() else {
            continue;
        };
        let name = content::name_of(path).to_string_lossy();
        let line = match &*name {
            ".env" | ".env.local" => name.into_owned(),
            name if name.starts_with(".env.") && name.ends_with(".local") => ".env.*.local".into(),
            _ if belongs_to_one_machine(path) && with_key.iter().any(|known| known == path) => {
                format!("/{}", escape_pattern(text))
            }
            _ => continue,
        };
        if !patterns.iter().any(|known| known.line == line) {
            patterns.push(Pattern {
                line,
                path: text.to_owned(),
            });
        }
    }
    patterns
}

/// A path as a pattern that means this file only.
fn escape_pattern(path: &str) -> String {
    let mut pattern = String::new();
    for character in path.chars() {
        if "\\*?[ #!".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

/// Adds a line to the `.gitignore` at the top, behind a newline if the file does not end in one, and
/// asks git whether that helped.
fn append_ignored(tree: &WorkTree, pattern: &Pattern) -> Result<()> {
    if pattern.line.contains(['\n', '\r']) {
        bail!("the name has a line break, for which there is no pattern");
    }
    let file = tree.top().join(".gitignore");
    if file.is_symlink() {
        bail!("it is a symbolic link, which git does not follow");
    }
    let content = match fs::read(&file) {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).context("it cannot be read"),
    };
    let newline = match content.last() {
        None | Some(b'\n') => "",
        Some(_) => "\n",
    };
    let line = format!("{newline}{}\n", pattern.line);
    let opened = OpenOptions::new().append(true).create(true).open(&file);
    opened
        .and_then(|mut file| file.write_all(line.as_bytes()))
        .context("it cannot be written")?;
    let mut command = tree.command(&["check-ignore", "-q", "--"]);
    if !command.arg(&pattern.path).status()?.success() {
        bail!(
            "{} was added, but another pattern takes it back",
            pattern.line
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_for_one_machine_are_known_by_name() {
        for name in [
            ".env",
            "a/.env.production",
            ".env.local",
            ".claude/settings.local.json",
            ".dev.vars",
        ] {
            assert!(belongs_to_one_machine(Path::new(name)), "{name}");
        }
        for name in [
            ".env.example",
            ".env.sample",
            ".mcp.json",
            "a.ipynb",
            "env",
            ".environment",
        ] {
            assert!(!belongs_to_one_machine(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn a_pattern_means_one_file() {
        assert_eq!(escape_pattern("a b/[x]*.env"), r"a\ b/\[x]\*.env");
    }
}
