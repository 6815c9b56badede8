//! What the commands share: the configuration in force, and the scanner that is built from it.

use std::path::Path;

use anyhow::{Result, anyhow};

use super::print;
use crate::cli::Output;
use crate::config::{self, Config, allow::Allow};
use crate::detect::Detector;
use crate::failure::{failed, hint};
use crate::git::{BlobReader, ObjectId, Repo};
use crate::progress::Progress;
use crate::scan::Scanner;

/// The configuration in force, and everything that a scan needs beside its input.
pub(super) struct Context {
    detector: Detector,
    allow: Allow,
    strict: bool,
    progress: Progress,
}

impl Context {
    /// Builds the detector of this configuration.
    pub(super) fn new(config: Config, output: &Output) -> Self {
        Self {
            detector: Detector::with(config.keys),
            allow: config.allow,
            strict: output.strict,
            progress: print::progress(output),
        }
    }

    /// Judges by the configuration that is named, or else by the staged one.
    pub(super) fn of_index(repo: &Repo, output: &Output) -> Result<Self> {
        let config = match &output.config {
            Some(file) => config_on_disk(file)?,
            None => staged_config(repo)?,
        };
        Ok(Self::new(config, output))
    }

    /// Judges by the configuration that is named, or else by this committed one.
    pub(super) fn of_commit(repo: &Repo, id: Option<&ObjectId>, output: &Output) -> Result<Self> {
        let config = match (&output.config, id) {
            (Some(file), _) => config_on_disk(file)?,
            (None, Some(id)) => config_in_blob(&repo.blobs()?, id, "committed")?,
            (None, None) => Config::default(),
        };
        Ok(Self::new(config, output))
    }

    /// Judges by the configuration that is named, or else by the one in this directory.
    pub(super) fn of_directory(output: &Output) -> Result<Self> {
        let here = Path::new(config::FILE_NAME);
        let config = match &output.config {
            Some(file) => config_on_disk(file)?,
            None if here.exists() => config_on_disk(here)?,
            None => Config::default(),
        };
        Ok(Self::new(config, output))
    }

    /// The scanner of this configuration.
    pub(super) fn scanner(&self) -> Scanner<'_> {
        let Self {
            detector,
            allow,
            strict,
            progress,
        } = self;
        Scanner {
            detector,
            allow,
            strict: *strict,
            progress,
        }
    }

    /// What the user allows.
    pub(super) fn allow(&self) -> &Allow {
        &self.allow
    }

    /// What finds keys.
    pub(super) fn detector(&self) -> &Detector {
        &self.detector
    }
}

fn config_on_disk(file: &Path) -> Result<Config> {
    let name = file.display().to_string();
    let text = std::fs::read(file)
        .map_err(|e| failed(format!("{name} cannot be read"), hint::CONFIGURATION, e))?;
    Config::parse(&text, &name)
}

fn staged_config(repo: &Repo) -> Result<Config> {
    match repo.staged_at(config::FILE_NAME)? {
        Some(id) => config_in_blob(&repo.blobs()?, &id, "staged"),
        None => Ok(Config::default()),
    }
}

/// `state` is `staged` or `committed`.
fn config_in_blob(blobs: &BlobReader<'_>, id: &ObjectId, state: &str) -> Result<Config> {
    let name = format!("the {state} {}", config::FILE_NAME);
    let read = blobs
        .read(id)
        .and_then(|blob| blob.ok_or_else(|| anyhow!("blob {id} is missing from the repository")));
    let blob = read.map_err(|e| failed(format!("{name} cannot be read"), hint::FSCK, e))?;
    Config::parse(&blob, &name)
}
