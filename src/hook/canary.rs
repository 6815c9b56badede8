//! A throw-away repository in which a hook has to show that it blocks a key.

mod repository;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};

use self::repository::Canary;
use super::Event;

/// The key's last four characters, which a report may show.
const TAIL: &str = "s4Fd";

/// The way in which the hook gets into force.
#[derive(Clone, Copy, Debug)]
pub enum SetUp<'s> {
    /// By this program, in the directory of hooks.
    Program(&'s Path),
    /// By a file with this content, in the directory of hooks.
    Text(&'s [u8]),
    /// By this command, in git's configuration.
    Command(&'s str),
}

/// Shows that the hook of this event blocks a key and lets a clean change pass, if this is the
/// content of `.phguard.toml`.
///
/// # Errors
/// It does not, with its output; or there is no place for the repository, or git fails.
pub fn prove(event: Event, set_up: SetUp<'_>, configuration: Option<&[u8]>) -> Result<()> {
    let key = canary_key();
    for act in acts_for(event) {
        let canary = Canary::new(event, set_up, configuration)?;
        let blocked = canary.act(*act, &key)?;
        if blocked.text.contains(&key) {
            bail!("{event} printed the key");
        } else if blocked.succeeded {
            bail!("{event} did not block a key in `{act}`; {blocked}");
        } else if !blocked.names_the_key() {
            bail!("{event} blocked a key in `{act}` without naming it; {blocked}");
        }
        let canary = Canary::new(event, set_up, configuration)?;
        let passed = canary.act(*act, "no key")?;
        if !passed.succeeded {
            bail!("{event} blocked what has no key in `{act}`; {passed}");
        }
    }
    Ok(())
}

/// A git command that runs a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Commit,
    CommitAll,
    CommitPath,
    CommitUnverified,
    Message,
    Merge,
    Push,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Commit | Self::Message => "git commit",
            Self::CommitAll => "git commit -a",
            Self::CommitPath => "git commit PATH",
            Self::CommitUnverified => "git commit --no-verify",
            Self::Merge => "git merge",
            Self::Push => "git push",
        })
    }
}

/// Returns the commands that set off the hook of an event. Each way to commit has an index of
/// its own, which a hook may miss.
fn acts_for(event: Event) -> &'static [Act] {
    match event {
        Event::PreCommit => &[Act::Commit, Act::CommitAll, Act::CommitPath],
        Event::PreMergeCommit => &[Act::Merge],
        Event::CommitMsg => &[Act::Message],
        Event::PrePush | Event::PreReceive => &[Act::Push],
        Event::ReferenceTransaction => &[Act::CommitUnverified],
    }
}

/// The answer of a program to `--version`.
///
/// # Errors
/// It cannot be started, fails or hangs.
pub fn version_of(program: &Path) -> Result<String> {
    let canary = Canary::without_git()?;
    let said = canary.run(canary.command(program).arg("--version"))?;
    if said.succeeded {
        Ok(said.text.trim().to_owned())
    } else {
        bail!("{} failed; {said}", program.display())
    }
}

/// Assembled here, so that neither this file nor the binary holds a key.
pub(crate) fn canary_key() -> String {
    [
        "phx",
        "_",
        "QwErTy7u8i9oPaSdFgH",
        TAIL,
        // A body that repeats itself is a placeholder.
        "7Hq2LwVz9TbXc4RnKdM",
        TAIL,
    ]
    .concat()
}
