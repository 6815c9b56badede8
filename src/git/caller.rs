//! The git command that runs this process as its hook.
//!
//! Git tells a hook about refs the moves, but not the command that makes them. Only the list of processes
//! can tell a fetch from a `git branch`: their lines are the same.

use std::process::{Command, Stdio};

/// Processes between git and its hook at most: the shells of hook files and hook managers.
const LEVELS: usize = 6;

/// Words that `ps` makes of one path at most.
const MOST_JOINED: usize = 8;

/// Global options of git that take the next word as their value.
const WITH_VALUE: [&[u8]; 8] = [
    b"-C",
    b"-c",
    b"--git-dir",
    b"--work-tree",
    b"--namespace",
    b"--config-env",
    b"--attr-source",
    b"--super-prefix",
];

/// A command line of git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The name of the command, such as `fetch`.
    pub command: Vec<u8>,
    /// The words after it.
    pub arguments: Vec<Vec<u8>>,
}

/// A process: its parent and its command line.
struct Process {
    parent: u32,
    words: Vec<Vec<u8>>,
}

/// Finds the caller in `/proc`, which costs next to nothing. `None` if there is no `/proc`, or if
/// git did not start this process.
#[must_use]
pub fn caller_by_proc() -> Option<Caller> {
    caller_by(in_proc)
}

/// Finds the caller with `ps`, for systems that have no `/proc`. `None` if that tells nothing.
#[must_use]
pub fn caller_by_ps() -> Option<Caller> {
    let mut caller = caller_by(in_ps)?;
    let joined = joined_words(&caller.arguments);
    caller.arguments.extend(joined);
    Some(caller)
}

/// Joins neighbours by a space: `ps` does not tell whether a space stands in a word or between two.
fn joined_words(words: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut joined = Vec::new();
    for start in 0..words.len() {
        for end in start + 2..=words.len().min(start + MOST_JOINED) {
            joined.push(words[start..end].join(&b' '));
        }
    }
    joined
}

fn caller_by(look_up: fn(u32) -> Option<Process>) -> Option<Caller> {
    let mut id = parent_id()?;
    for _ in 0..LEVELS {
        let process = look_up(id)?;
        if let Some(caller) = parse_words(&process.words) {
            return Some(caller);
        }
        id = process.parent;
    }
    None
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other systems cannot tell")]
fn parent_id() -> Option<u32> {
    Some(std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn parent_id() -> Option<u32> {
    None
}

fn in_proc(id: u32) -> Option<Process> {
    let line = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
    let stat = std::fs::read(format!("/proc/{id}/stat")).ok()?;
    // `id (name) state parent …`; the name may hold anything.
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let mut fields = stat[end + 1..].split(|byte| *byte == b' ');
    let parent = str::from_utf8(fields.nth(2)?).ok()?.parse().ok()?;
    let mut words: Vec<Vec<u8>> = Vec::new();
    for word in line.split(|byte| *byte == 0) {
        words.push(word.to_vec());
    }
    Some(Process { parent, words })
}

fn in_ps(id: u32) -> Option<Process> {
    let mut command = Command::new("ps");
    command.args(["-o", "ppid=", "-o", "args=", "-p", &id.to_string()]);
    let output = command.stdin(Stdio::null()).output().ok()?;
    let mut words = Vec::new();
    for word in output.stdout.split(u8::is_ascii_whitespace) {
        if !word.is_empty() {
            words.push(word.to_vec());
        }
    }
    if words.is_empty() {
        return None;
    }
    let parent = str::from_utf8(&words.remove(0)).ok()?.parse().ok()?;
    Some(Process { parent, words })
}

/// Reads a command line. `None` if it is not one of git.
fn parse_words(words: &[Vec<u8>]) -> Option<Caller> {
    let (program, mut rest) = words.split_first()?;
    let name = program.rsplit(|byte| *byte == b'/').next()?;
    if let Some(command) = name.strip_prefix(b"git-") {
        return Some(Caller {
            command: command.to_vec(),
            arguments: rest.to_vec(),
        });
    }
    if name != b"git" {
        return None;
    }
    while let Some((word, after)) = rest.split_first() {
        if !word.starts_with(b"-") {
            return Some(Caller {
                command: word.clone(),
                arguments: after.to_vec(),
            });
        }
        let skipped = usize::from(WITH_VALUE.contains(&&word[..]));
        rest = after.get(skipped..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Option<String> {
        let words: Vec<Vec<u8>> = line.split(' ').map(Into::into).collect();
        Some(String::from_utf8(parse_words(&words)?.command).unwrap())
    }

    #[test]
    fn a_path_with_spaces_is_put_together_again() {
        let words = ["-q", "/my", "own", "repo", "main:x"].map(|word| word.as_bytes().to_vec());
        let joined = joined_words(&words);
        assert!(joined.contains(&b"/my own repo".to_vec()));
        assert_eq!(joined.len(), 10);
        let many = vec![b"a".to_vec(); 1000];
        assert!(joined_words(&many).len() < 7 * many.len());
    }

    #[test]
    fn the_command_stands_behind_the_global_options() {
        for line in [
            "git fetch",
            "/usr/bin/git fetch -q origin",
            "git -C fetch -c branch=x --git-dir=x --no-pager fetch",
            "git --git-dir branch fetch",
            "/usr/lib/git-core/git-fetch origin",
        ] {
            assert_eq!(command(line).unwrap(), "fetch", "{line}");
        }
        for line in [
            "git branch fetch",
            "git -c fetch tag fetch",
            "git-branch fetch",
        ] {
            assert_ne!(command(line).unwrap(), "fetch", "{line}");
        }
        for line in [
            "sh .git/hooks/reference-transaction",
            "git",
            "git -C",
            "gitk fetch",
        ] {
            assert_eq!(command(line), None, "{line}");
        }
    }
}
