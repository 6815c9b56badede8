//! Files that an agent names: where they are, and whether git ignores them.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;

use super::reads::Listing;
use crate::git::{WorkTree, path_of};

/// At most this many files are read for a pattern.
const MOST: usize = 256;
/// At most this many files and directories are looked at below a directory.
const MOST_VISITED: usize = 20_000;
/// At most this many bytes of names are looked for in a prompt.
const MOST_MENTIONED: usize = 4 << 20;
/// A longer text names no file.
const LONGEST: usize = 4096;

/// Returns the top of the work tree around a directory, found without starting git.
#[must_use]
pub fn top_of(directory: &Path) -> Option<PathBuf> {
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
    let spellings = match name.contains('\\') {
        true => vec![name.to_owned(), name.replace('\\', "/")],
        false => vec![name.to_owned()],
    };
    for directory in directories {
        for name in &spellings {
            let path = absolute(name, directory);
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

/// Returns the files that a pattern matches. As in a shell a name that starts with a dot has to be
/// matched by a dot; `**` stands for any number of directories.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    let mut places = vec![PathBuf::new()];
    let mut names = pattern.components().peekable();
    while let Some(name) = names.next() {
        let is_last = names.peek().is_none();
        let text = name.as_os_str().to_string_lossy();
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
                next.extend(matching_names(&place, &text));
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
    // A pattern that is none, and a directory that cannot be read, match nothing in a shell either.
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
pub(super) fn below(directory: &Path, listing: Listing) -> Vec<PathBuf> {
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

/// Returns the files that a prompt names with `@`, each once; `None` if there are too many names to
/// look for.
pub(super) fn mentioned(prompt: &str) -> Option<Vec<String>> {
    let mut names = HashSet::new();
    let (mut length, mut blank) = (0, 0);
    let mut before = ' ';
    let mut rest = prompt.chars();
    while let Some(character) = rest.next() {
        if character != '@' || before.is_alphanumeric() {
            before = character;
            continue;
        }
        before = character;
        let text = rest.as_str();
        let at = prompt.len() - text.len();
        // The next blank is looked for once, however many `@` stand before it.
        if blank < at {
            blank = text
                .find(char::is_whitespace)
                .map_or(prompt.len(), |end| at + end);
        }
        let name = match text.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => quoted_name(text, quote),
            _ => prompt.get(at..blank).unwrap_or_default(),
        };
        if name.is_empty() || name.len() > LONGEST {
            continue;
        }
        for spelling in spellings(name) {
            if names.contains(spelling) {
                continue;
            }
            length += spelling.len();
            names.insert(spelling.to_owned());
        }
        if length > MOST_MENTIONED {
            return None;
        }
    }
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort();
    Some(names)
}

/// The text between two quotes, of which the second stands within the length of a name.
fn quoted_name(text: &str, quote: char) -> &str {
    let text = text.strip_prefix(quote).unwrap_or(text);
    let mut places = text.char_indices().take(LONGEST);
    let end = places.find(|(_, character)| *character == quote);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or_default()
}

/// A name in running text may be followed by a full stop, a bracket, or a line number.
fn spellings(name: &str) -> [&str; 5] {
    let before = |mark: char| name.split(mark).next().unwrap_or_default();
    let trimmed = name.trim_end_matches(|c: char| ".,;:!?)]}>'\"`".contains(c));
    [name, before('#'), before(':'), before(','), trimmed]
}

fn holds_git(place: &&Path) -> bool {
    place.join(".git").exists()
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, mentioned};

    #[test]
    fn names_behind_an_at_sign_are_found_however_they_end() {
        for (prompt, name) in [
            ("see @.env", ".env"),
            ("see @.env, please", ".env"),
            ("(@a/b.ts:12)", "a/b.ts"),
            ("@\"a b.txt\" now", "a b.txt"),
            ("@`.env`", ".env"),
            ("@é.env\u{a0}x", "é.env"),
            ("@a,@.env", ".env"),
            ("@node_modules/@types/a", "node_modules/@types/a"),
        ] {
            let names = mentioned(prompt).unwrap();
            assert!(
                names.iter().any(|found| found == name),
                "{prompt}: {names:?}"
            );
        }
        for prompt in ["ann@example.com", "@", "@ a", "@\"not closed"] {
            let names = mentioned(prompt).unwrap();
            assert_eq!(names, [""; 0], "{prompt}");
        }
    }

    #[test]
    fn a_prompt_without_end_is_read_once() {
        for part in ["@", "@a ", "@\"", "@é", "@a,"] {
            drop(mentioned(&part.repeat(100_000)));
        }
        assert_eq!(mentioned(&"@a ".repeat(100_000)).unwrap(), ["a"]);
        let long = format!("@{}", "a".repeat(LONGEST + 1));
        assert_eq!(mentioned(&long).unwrap(), [""; 0]);
        // Each of so many names would be looked for.
        assert_eq!(
            mentioned(&format!("{} ", "@.".repeat(2_000)).repeat(3)),
            None
        );
    }
}
