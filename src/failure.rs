//! The error type of the commands. Every failure ends in exit code 2.

use std::error::Error;
use std::fmt;

/// One file of a change that could not be read. The others were scanned all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unscanned {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// The reason, in a sentence without its full stop.
    pub reason: String,
}

/// A file that was not opened: a format that phguard does not read, or one over a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOpened {
    /// Path from the repository's top: any bytes but NUL. Of a member of an archive the path in it
    /// follows behind a `!`.
    pub path: Vec<u8>,
    /// The reason, in a sentence without its full stop.
    pub reason: String,
    /// `--strict` is set: nothing is approved that was not opened.
    pub blocks: bool,
}

/// A command that was given up. The command itself supplies the title of the message.
#[derive(Debug)]
pub struct Failure {
    /// The error in one sentence, without its full stop.
    pub what: String,
    /// The command or the change that mends it. It may have several lines, with text to copy.
    pub hint: String,
    why: Option<anyhow::Error>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.why {
            Some(why) => Some(why.as_ref()),
            None => None,
        }
    }
}

/// Returns the error for something that is refused. Nothing else failed, so there is no cause.
pub fn refused(what: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Failure {
        what: what.into(),
        hint: hint.into(),
        why: None,
    }
    .into()
}

/// Returns the error for something that failed because of `why`.
pub fn failed(
    what: impl Into<String>,
    hint: impl Into<String>,
    why: impl Into<anyhow::Error>,
) -> anyhow::Error {
    Failure {
        what: what.into(),
        hint: hint.into(),
        why: Some(why.into()),
    }
    .into()
}

/// The hints that more than one failure gives.
pub mod hint {
    /// For damage in the repository.
    pub const FSCK: &str = "`git fsck` names what is damaged or missing";
    /// The hint for a repository that git itself may fail to read.
    pub const STATUS: &str = "`git status` tells whether git itself can read the repository";
    /// Outside a repository.
    pub const NOT_FOUND: &str = "run phguard inside a git repository";
    /// In a bare repository.
    pub const WORK_TREE: &str = "run phguard in a work tree of this repository";
    /// A repository of another user.
    pub const OWNER: &str = "if you trust it: `git config --global --add safe.directory PATH`";
    /// Broken configuration.
    pub const CONFIG: &str = "`git config --list --show-origin` shows the file that is at fault";
    /// A hook that phguard has no check for.
    pub const HOOKS: &str = "the hooks it serves are pre-commit, pre-merge-commit, commit-msg, pre-push, pre-receive and reference-transaction";
    /// Git's variables name another repository.
    pub const UNSET: &str = "run it outside of hooks, or unset that variable";
    /// A commit message that cannot be read.
    pub const MESSAGE: &str = "call it as git does: `phguard hook commit-msg FILE`";
    /// A kind that is not in the catalogue.
    pub const KINDS: &str =
        "`phguard explain` lists all kinds; tasks are `leak`, `scopes`, `rotate` and `audit`";
    /// A format that a command does not have.
    pub const FORMATS: &str = "leave --format out, or ask for json";
    /// A command that phguard does not have.
    pub const COMMANDS: &str = "`phguard --help` lists all commands";
    /// A document that is no answer of PostHog's API.
    pub const API: &str = "`phguard explain audit` has the commands that fetch the right documents";
    /// A file that is no report of phguard.
    pub const REPORT: &str = "phguard --files . --format json >report.json";
    /// A full disk or a closed pipe.
    pub const STDOUT: &str = "write the report to somewhere that takes it";
    /// Standard input is a directory, or its other end failed.
    pub const STREAM: &str = "what was written so far is redacted; give the rest again";
    /// `.phguard.toml` is wrong.
    pub const CONFIGURATION: &str = "docs/configuration.md describes what it may hold";
    /// A mistyped path.
    pub const PATHS: &str =
        "name files or directories of this repository; without a path everything staged is checked";
    /// A path that git does not know.
    pub const UNTRACKED: &str =
        "stage it with `git add`, or check the file on the disk: `phguard --files PATH`";
    /// A hook that git did not start.
    pub const HOOK_INPUT: &str = "let git start this hook, or give it git's lines on standard input; by hand: `phguard --range A..B`";
    /// A closed standard input.
    pub const STDIN: &str = "give it a file or a pipe to read";
    /// A history that was cut off when it was cloned.
    pub const UNSHALLOW: &str =
        "this clone is shallow: `git fetch --unshallow` brings what it lacks";
    /// A clone that was told to fetch only a part of the objects.
    pub const REFETCH: &str =
        "this clone is partial: `git fetch --refetch --no-filter` brings what it lacks";
    /// A setting of the server's repository.
    pub const SERVER: &str =
        "`git config --show-origin --get-regexp '^phguard'` shows where it is set";
    /// A mistyped revision, or one that was not fetched.
    pub const REVISIONS: &str = "name commits that are here, such as origin/main..HEAD; what only the remote has, `git fetch` brings";
}
