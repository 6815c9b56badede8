//! Files that an agent names: where they are, and whether git ignores them.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

use crate::git::WorkTree;

/// At most this many files are read for a pattern.
const MOST: usize = 256;
/// A longer text names no file.
const LONGEST: usize = 4096;

/// Returns the top of the work tree around a directory, found without starting git.
#[must_use]
pub fn top_of(directory: &Path) -> Option<PathBuf> {
    let holds_git = |place: &&Path| place.join(".git").exists();
    directory.ancestors().find(holds_git).map(Path::to_owned)
}

/// Returns the path that a name stands for, seen from a directory.
pub(super) fn absolute(name: &str, directory: &Path) -> PathBuf {
    let name = name.strip_prefix("file://").unwrap_or(name);
    if let Some(rest) = name.strip_prefix("~/")
        && let Some(home) = std::env::home_dir()
    {
        return home.join(rest);
    }
    let mut path = PathBuf::new();
    for component in directory.join(name).components() {
        match component {
            // A link before `..` leads elsewhere, but so it does for few.
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

/// Returns the regular files that a name or a pattern stands for, seen from any of these
/// directories.
pub(super) fn existing(name: &str, directories: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if name.is_empty() || name.len() > LONGEST || name.contains(['\n', '\0']) {
        return found;
    }
    let is_pattern = name.contains(['*', '?', '[']);
    for directory in directories {
        for name in [name.to_owned(), name.replace('\\', "/")] {
            let path = absolute(&name, directory);
            if path.is_file() {
                found.push(path);
            } else if is_pattern {
                found.extend(matching(&path));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Returns the files whose last name matches the pattern at the end of a path.
fn matching(path: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let (Some(parent), Some(pattern)) = (path.parent(), path.file_name()) else {
        return found;
    };
    let glob = GlobBuilder::new(&pattern.to_string_lossy())
        .literal_separator(true)
        .build();
    let (Ok(glob), Ok(entries)) = (glob, parent.read_dir()) else {
        return found;
    };
    let matcher = glob.compile_matcher();
    for entry in entries.flatten() {
        let path = entry.path();
        if found.len() < MOST && matcher.is_match(entry.file_name()) && path.is_file() {
            found.push(path);
        }
    }
    found
}

/// Tells whether git leaves this file out of commits. Links are followed, and a file that git
/// tracks is not ignored, whatever a pattern says.
pub(super) fn is_ignored(path: &Path) -> bool {
    let real = real_path(path);
    // git does not look behind links, so both have to be ignored.
    is_ignored_at(&real) && (real == path || is_link_free(path) || is_ignored_at(path))
}

fn is_link_free(path: &Path) -> bool {
    !path.is_symlink()
}

fn is_ignored_at(path: &Path) -> bool {
    let Some(place) = path.ancestors().skip(1).find(|place| place.is_dir()) else {
        return false;
    };
    let is_inside = path.components().any(|name| name.as_os_str() == ".git");
    let Some(name) = path.to_str() else {
        return false;
    };
    if is_inside {
        return false;
    }
    let status = WorkTree::at(place)
        .command(&["check-ignore", "-q", "--", name])
        .stderr(std::process::Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Follows the links of the part of a path that exists.
fn real_path(path: &Path) -> PathBuf {
    for place in path.ancestors() {
        if let Ok(real) = place.canonicalize() {
            let rest = path.strip_prefix(place).unwrap_or(Path::new(""));
            return if rest.as_os_str().is_empty() {
                real
            } else {
                real.join(rest)
            };
        }
    }
    path.to_owned()
}

/// Returns the files that a prompt names with `@`.
pub(super) fn mentioned(prompt: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut before = ' ';
    let mut rest = prompt.chars();
    while let Some(character) = rest.next() {
        if character != '@' || before.is_alphanumeric() {
            before = character;
            continue;
        }
        before = character;
        let text = rest.as_str();
        let quote = text
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\'' | '`'));
        let name = match quote {
            Some(quote) => text.split(quote).nth(1).unwrap_or_default(),
            None => text.split_whitespace().next().unwrap_or_default(),
        };
        push_spellings(&mut names, name);
    }
    names
}

/// A name in running text may be followed by a full stop, a bracket, or a line number.
fn push_spellings(names: &mut Vec<String>, name: &str) {
    if name.is_empty() || name.len() > LONGEST {
        return;
    }
    names.push(name.to_owned());
    for part in [
        name.split('#').next(),
        name.split(':').next(),
        name.split(',').next(),
    ] {
        names.extend(part.map(str::to_owned));
    }
    let trimmed = name.trim_end_matches(|c: char| ".,;:!?)]}>'\"`".contains(c));
    names.push(trimmed.to_owned());
}
