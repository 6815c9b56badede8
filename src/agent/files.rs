//! Files that an agent names: where they are, and whether git ignores them.

use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

use super::reads::Listing;
use crate::git::{WorkTree, path_of};

/// At most this many files are read for a pattern.
const MOST: usize = 256;
/// At most this many files and directories are looked at below a directory.
const MOST_VISITED: usize = 20_000;
/// A longer text names no file.
pub(super) const LONGEST: usize = 4096;

/// Returns the top of the work tree around a directory, found without starting git.
#[must_use]
pub fn top_of(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(holds_git).map(Path::to_owned)
}

/// Returns the path that a name stands for, seen from a directory.
pub(super) fn absolute_path(name: &str, directory: &Path) -> PathBuf {
    let name = name.strip_prefix("file://").unwrap_or(name);
    if let Some(rest) = name.strip_prefix("~/")
        && let Some(home) = std::env::home_dir()
    {
        return home.join(rest);
    }
    let mut path = PathBuf::new();
    for component in directory.join(name).components() {
        match component {
            // `..` behind a link to a directory leads elsewhere. That is rare and not resolved here.
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
pub(super) fn existing_files(name: &str, directories: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if name.is_empty() || name.len() > LONGEST || name.contains(['\n', '\0']) {
        return found;
    }
    let is_pattern = name.contains(['*', '?', '[']);
    let spellings = match name.contains('\\') {
        true => vec![name.to_owned(), name.replace('\\', "/")],
        false => vec![name.to_owned()],
    };
    for directory in directories {
        for name in &spellings {
            let path = absolute_path(name, directory);
            if path.is_file() {
                found.push(path);
            } else if is_pattern {
                found.extend(matching_files(&path));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Returns the files that a pattern matches. As in a shell a name that starts with a dot has to be
/// matched by a dot; `**` stands for any number of directories.
fn matching_files(pattern: &Path) -> Vec<PathBuf> {
    let mut places = vec![PathBuf::new()];
    let mut names = pattern.components().peekable();
    while let Some(name) = names.next() {
        let is_last = names.peek().is_none();
        // A name that is no UTF-8 is one of a directory, as the words of an event are UTF-8.
        let text = name.as_os_str().to_str().unwrap_or_default();
        let mut next = Vec::new();
        for place in places {
            if text == "**" {
                next.push(place.clone());
                next.extend(directories_below(&place));
            } else if !text.contains(['*', '?', '[', '{']) {
                next.push(place.join(name));
            } else {
                // A directory of that very name, as frameworks have them: `[id]`.
                let literal = place.join(name);
                if literal.exists() {
                    next.push(literal);
                }
                next.extend(matching_names(&place, text));
            }
            if next.len() > MOST_VISITED {
                break;
            }
        }
        next.retain(|place| {
            if is_last {
                place.is_file()
            } else {
                place.is_dir()
            }
        });
        places = next;
    }
    places.truncate(MOST);
    places
}

fn matching_names(directory: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    // As in a shell, a broken pattern and an unreadable directory match nothing.
    let (Ok(glob), Ok(entries)) = (glob, directory.read_dir()) else {
        return found;
    };
    let matcher = glob.compile_matcher();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        if is_hidden && !pattern.starts_with(['.', '{', '[']) {
            continue;
        }
        if matcher.is_match(&name) {
            found.push(entry.path());
        }
    }
    found
}

/// Returns the directories below one, those near the top first; git's own are left out.
fn directories_below(top: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut at = 0;
    let mut place = top.to_owned();
    loop {
        // A directory that cannot be read is closed to the command as well.
        for entry in place.read_dir().into_iter().flatten().flatten() {
            let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_directory && entry.file_name() != ".git" && found.len() < MOST_VISITED {
                found.push(entry.path());
            }
        }
        let Some(next) = found.get(at) else {
            return found;
        };
        place.clone_from(next);
        at += 1;
    }
}

/// Returns files below a directory, those near the top first, up to a bound.
pub(super) fn files_below(directory: &Path, listing: Listing) -> Vec<PathBuf> {
    if !directory.is_dir() {
        return Vec::new();
    }
    let options: &[&str] = match listing {
        Listing::Everything => return everything_below(directory),
        Listing::Visible => &[
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        Listing::Tracked | Listing::TrackedOrCommitted => &["ls-files", "-z", "--cached"],
    };
    let Ok(listed) = WorkTree::at(directory).run(options) else {
        // Without a repository a search sees every file.
        return everything_below(directory);
    };
    let mut found = Vec::new();
    for name in listed.split(|byte| *byte == 0) {
        if found.len() == MOST_VISITED {
            break;
        }
        if let (false, Ok(name)) = (name.is_empty(), path_of(name)) {
            found.push(directory.join(name));
        }
    }
    found
}

fn everything_below(top: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut places = vec![top.to_owned()];
    places.extend(directories_below(top));
    for place in places {
        for entry in place.read_dir().into_iter().flatten().flatten() {
            if found.len() == MOST_VISITED {
                return found;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                found.push(entry.path());
            }
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
    if is_inside {
        return false;
    }
    let status = WorkTree::at(place)
        .command(&[
            "check-ignore".as_ref(),
            "-q".as_ref(),
            "--".as_ref(),
            path.as_os_str(),
        ])
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

fn holds_git(place: &&Path) -> bool {
    place.join(".git").exists()
}
