//! The change that an installation makes to one file of hooks.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::canary::SetUp;
use super::files::{Candidate, Seen};
use super::install::{Done, must_work};
use super::program::is_executable;
use super::{Event, kept};
use crate::failure::refused;

/// The change to one file.
#[derive(Debug)]
pub(super) struct Plan {
    /// The events that git calls it for.
    pub(super) events: Vec<Event>,
    /// The file to write.
    pub(super) file: PathBuf,
    /// The file as it is now.
    pub(super) seen: Seen,
    /// The new content; `None` if it stays.
    pub(super) text: Option<Vec<u8>>,
    /// The file whose mode it gets.
    pub(super) mode_of: Option<PathBuf>,
    /// The words about it in the report.
    pub(super) done: Done,
    pub(super) proof: Proof,
}

/// The way in which the hook is shown to work.
#[derive(Debug)]
pub(super) enum Proof {
    /// By itself.
    File,
    /// By this text, without the lines of others.
    Text(Vec<u8>),
    /// By this program, which it calls.
    Program(PathBuf),
}

impl Plan {
    /// Shows that the hook is going to work.
    ///
    /// # Errors
    /// It does not.
    pub(super) fn prove(&self, candidate: Option<&Candidate>) -> Result<()> {
        for event in &self.events {
            let set_up = match (&self.proof, candidate) {
                (Proof::Text(text), _) => SetUp::Text(text),
                (Proof::Program(program), _) => SetUp::Program(program),
                (Proof::File, Some(candidate)) => SetUp::Program(&candidate.0),
                (Proof::File, None) => SetUp::Program(&self.file),
            };
            must_work(*event, set_up)?;
        }
        Ok(())
    }

    /// Returns the file of the hook that is to be kept beside: the hook, or where version 0.1 kept it.
    #[must_use]
    pub(super) fn old_place(&self, hooks: &Path) -> PathBuf {
        let old = kept::old_file(hooks, self.events[0].name());
        if old.symlink_metadata().is_ok() {
            old
        } else {
            self.file.clone()
        }
    }

    pub(super) fn stays(event: Event, file: PathBuf, seen: Seen, done: Done, proof: Proof) -> Self {
        Self {
            events: vec![event],
            file,
            seen,
            text: None,
            mode_of: None,
            done,
            proof,
        }
    }

    /// Leaves a hook as it is, because it calls phguard.
    pub(super) fn calls(event: Event, file: PathBuf, seen: Seen, proof: Proof) -> Self {
        let done = Done::Calls(file.clone());
        Self::stays(event, file, seen, done, proof)
    }

    pub(super) fn leave_if_same(&mut self, old: &[u8]) {
        if self.text.as_deref() == Some(old) && is_executable(&self.file) {
            self.text = None;
            self.done = Done::Same;
        }
    }
}

/// Returns the error for a hook of phguard that somebody has changed.
pub(super) fn edited_by_somebody(hook: &Path) -> anyhow::Error {
    let what = format!(
        "{} is phguard's, but somebody has edited it",
        hook.display()
    );
    refused(
        what,
        "Save what was added to it, and run this again with --force.",
    )
}

/// Returns a name beside a hook that is not taken.
pub(super) fn free_name(hook: &Path) -> PathBuf {
    let mut number = 1;
    loop {
        let mut name = hook.as_os_str().to_owned();
        name.push(format!("{SET_ASIDE}{number}"));
        let path = PathBuf::from(name);
        if path.symlink_metadata().is_err() {
            return path;
        }
        number += 1;
    }
}

/// The end of the name of a hook that is set aside. A number follows.
pub(super) const SET_ASIDE: &str = ".set-aside-by-phguard-";
