//! The hooks of git, the checks that they ask for, and their installation.

pub mod below;
pub mod calls;
pub mod canary;
pub mod config_hooks;
pub mod event;
pub mod files;
pub mod install;
pub mod kept;
pub mod managers;
pub mod others;
pub mod place;
pub mod plain_shell;
mod plan;
mod planner;
pub mod program;
pub mod script;
mod self_use;
pub mod shell_start;
pub mod shim;
pub mod template;
mod undo;
pub mod uninstall;

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

/// A hook that phguard serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// Before `git commit` makes a commit.
    PreCommit,
    /// Before a merge without conflicts makes its commit.
    PreMergeCommit,
    /// After the message of a commit was written.
    CommitMsg,
    /// Before `git push` sends anything.
    PrePush,
    /// On the server, before a push changes any ref.
    PreReceive,
    /// Before refs change, whichever command changes them.
    ReferenceTransaction,
}

impl Event {
    /// Every hook that phguard serves.
    pub const ALL: [Self; 6] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::CommitMsg,
        Self::PrePush,
        Self::PreReceive,
        Self::ReferenceTransaction,
    ];

    /// The hooks that a repository with a work tree gets. pre-push is among them: it is the first to see
    /// what cherry-pick, rebase, am and `--no-verify` bring, and without a remote it never runs.
    pub const DEFAULT: [Self; 3] = [Self::PreCommit, Self::PreMergeCommit, Self::PrePush];

    /// Returns git's name for the hook.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
            Self::ReferenceTransaction => "reference-transaction",
        }
    }

    /// Returns the event that git calls by this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.name() == name)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// All of git's client-side and server-side hooks (githooks(5)).
const GIT_HOOKS: [&str; 27] = [
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "pre-push",
    "pre-receive",
    "update",
    "proc-receive",
    "post-receive",
    "post-update",
    "reference-transaction",
    "push-to-checkout",
    "pre-auto-gc",
    "post-rewrite",
    "sendemail-validate",
    "fsmonitor-watchman",
    "p4-changelist",
    "p4-prepare-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
];

/// The hook under whose name a program was started: the binary itself lies in `.git/hooks`, or a
/// link to it, maybe with what a tool appended that moved it aside. Also one that phguard does not
/// serve, lest git's arguments be taken for a command.
#[must_use]
pub fn name_of_program(argv0: &OsStr) -> Option<&str> {
    let name = Path::new(argv0).file_name()?.to_str()?;
    let name = name.split('.').next()?;
    GIT_HOOKS.contains(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_the_hooks_directory_knows_its_event() {
        let hook = |name: &str| name_of_program(OsStr::new(name)).map(Event::named);
        assert_eq!(hook(".git/hooks/pre-commit"), Some(Some(Event::PreCommit)));
        assert_eq!(
            hook(".git/hooks/pre-commit.legacy"),
            Some(Some(Event::PreCommit))
        );
        assert_eq!(
            hook("pre-merge-commit.exe"),
            Some(Some(Event::PreMergeCommit))
        );
        assert_eq!(hook("hooks/post-commit"), Some(None));
        assert_eq!(hook("/usr/bin/phguard"), None);
    }
}
