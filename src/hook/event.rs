//! Decides which check a hook asks for: by the hook's name, or by the environment that a hook manager
//! leaves.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::{Event, GIT_HOOKS};

/// A check that a hook asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The changes of the next commit.
    Staged,
    /// The changes of a merge without conflicts, which git is about to commit.
    Merged,
    /// The commit message in this file, if git named one.
    Message(Option<OsString>),
    /// The commits of a range, as gitrevisions(7) writes it.
    Range(OsString),
    /// Both of these.
    Both(Box<Check>, Box<Check>),
    /// The commits of this revision that the remote lacks; without a remote all of them.
    NotOnRemote {
        /// The revision; all branches and tags if it is empty.
        local: OsString,
        /// The remote; empty if it is not told.
        remote: OsString,
        /// Its URL; empty if it is not told.
        url: OsString,
    },
    /// The commits that a push sends: git tells them on standard input.
    Push {
        /// The remote's name; its URL if it has none.
        remote: OsString,
        /// Its URL.
        url: OsString,
        /// The program that started the hook.
        caller: Caller,
        /// The check without a line on standard input.
        otherwise: Box<Check>,
    },
    /// The commits that a push brings: git tells them on standard input.
    Receive,
    /// The gains of branches: the state of the transaction, and lines that were read from standard
    /// input already.
    Transaction(Vec<OsString>),
    /// These files and the changes of the next commit; all tracked files if none is named.
    Files(Vec<PathBuf>),
    /// The hook of that name, for which there is no check.
    Unsupported(OsString),
}

/// The program that started a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Git: the binary itself lies where git looks for hooks.
    Git,
    /// A script or a hook manager, which may keep standard input to itself.
    Unknown,
}

/// Decides for the hook of that name; or if the program is started under no hook's name, for these
/// arguments: a hook's name and the arguments that git passes to it, or files.
#[must_use]
pub fn check_for(
    name: Option<&str>,
    arguments: &[OsString],
    variable: impl Fn(&str) -> Option<OsString>,
) -> Check {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let first = arguments
        .first()
        .and_then(|first| first.to_str())
        .filter(|first| GIT_HOOKS.contains(first));
    let (name, caller, arguments) = match (name, first) {
        (Some(name), _) => (name, Caller::Git, arguments),
        (None, Some(first)) => (first, Caller::Unknown, &arguments[1..]),
        (None, None) => return by_environment(arguments, set),
    };
    // A manager runs one entry for several hooks, and passes on neither standard input nor, without
    // a commit, an index.
    let managed = ["PRE_COMMIT", "PRE_COMMIT_TO_REF", "PRE_COMMIT_REMOTE_NAME"]
        .iter()
        .any(|name| set(name).is_some());
    match Event::named(name) {
        Some(Event::PreCommit | Event::PreMergeCommit)
            if managed && set("GIT_INDEX_FILE").is_none() =>
        {
            by_environment(arguments, set)
        }
        Some(Event::PreCommit) => Check::Staged,
        Some(Event::PreMergeCommit) => Check::Merged,
        Some(Event::CommitMsg) => Check::Message(arguments.first().cloned()),
        Some(Event::PrePush) => {
            let argument = |number: usize| arguments.get(number).cloned().unwrap_or_default();
            let (remote, url) = (argument(0), argument(1));
            // Nothing is pushed, or somebody keeps the lines to himself: it may be any branch or tag.
            let not_on_remote = || Check::NotOnRemote {
                local: OsString::new(),
                remote: remote.clone(),
                url: url.clone(),
            };
            let otherwise = Box::new(if managed {
                by_environment(&[], set)
            } else {
                not_on_remote()
            });
            Check::Push {
                remote,
                url,
                caller,
                otherwise,
            }
        }
        Some(Event::PreReceive) => Check::Receive,
        Some(Event::ReferenceTransaction) => Check::Transaction(arguments.to_vec()),
        None => Check::Unsupported(name.into()),
    }
}

/// If the environment names an index, a commit is under way. Nothing else in the environment counts.
fn by_environment(files: &[OsString], set: impl Fn(&str) -> Option<OsString>) -> Check {
    match by_manager(files, &set) {
        Check::Staged => Check::Staged,
        told if set("GIT_INDEX_FILE").is_some() => {
            Check::Both(Box::new(Check::Staged), Box::new(told))
        }
        told => told,
    }
}

fn by_manager(files: &[OsString], set: impl Fn(&str) -> Option<OsString>) -> Check {
    let range =
        |from: &OsStr, dots: &str, to: &OsStr| [from, dots.as_ref(), to].into_iter().collect();
    let told = |name: &str| set(name).unwrap_or_default();
    let not_on_remote = |local| Check::NotOnRemote {
        local,
        remote: told("PRE_COMMIT_REMOTE_NAME"),
        url: told("PRE_COMMIT_REMOTE_URL"),
    };
    match (set("PRE_COMMIT_FROM_REF"), set("PRE_COMMIT_TO_REF")) {
        (Some(from), Some(to)) => return Check::Range(range(&from, "..", &to)),
        (None, Some(local)) => return not_on_remote(local),
        (_, None) => {}
    }
    // The older names of the two: which of them is the newer commit changed between versions.
    if let (Some(source), Some(origin)) = (set("PRE_COMMIT_SOURCE"), set("PRE_COMMIT_ORIGIN")) {
        return Check::Range(range(&source, "...", &origin));
    }
    match (
        set("PRE_COMMIT_LOCAL_BRANCH"),
        set("PRE_COMMIT_REMOTE_NAME"),
    ) {
        (Some(local), Some(_)) => not_on_remote(local),
        _ if set("GIT_INDEX_FILE").is_some() => Check::Staged,
        _ => Check::Files(files.iter().map(PathBuf::from).collect()),
    }
}

#[cfg(test)]
mod tests;
