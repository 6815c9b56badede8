//! Brings hooks back after an installation that failed half way.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::files::{Candidate, Seen};
use super::{Event, kept};

/// Brings the old files back, unless it is cleared before it is dropped.
#[derive(Default)]
pub(super) struct Undo(pub(super) Vec<Step>);

/// A file that an installation is about to change.
pub(super) struct Step {
    pub(super) hooks: PathBuf,
    pub(super) file: PathBuf,
    pub(super) seen: Seen,
    pub(super) permissions: Option<fs::Permissions>,
    /// The hook itself was moved to the directory beside.
    pub(super) is_kept: bool,
}

impl Drop for Undo {
    fn drop(&mut self) {
        for step in self.0.drain(..).rev() {
            // An error is already on its way; there is nothing better to do about a second one.
            drop(step.undo());
        }
    }
}

impl Step {
    fn undo(&self) -> Result<()> {
        let name = self.file.file_name().and_then(|name| name.to_str());
        let event = name.and_then(Event::named);
        match (event, &self.seen) {
            (Some(event), _) if self.is_kept => {
                kept::put_back(&self.hooks, event, &self.file)?;
            }
            (_, Seen::Nothing) => fs::remove_file(&self.file)?,
            (_, Seen::Link(_)) => {}
            (_, Seen::File { text, .. }) => {
                let candidate = Candidate::write(&self.hooks, usize::MAX, text, None)?;
                if let Some(permissions) = &self.permissions {
                    fs::set_permissions(&candidate.0, permissions.clone())?;
                }
                candidate.replace(&self.file)?;
                if let Some(event) = event {
                    kept::forget_kept(&self.hooks, event)?;
                }
            }
        }
        Ok(())
    }
}
