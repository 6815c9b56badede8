//! The configuration in force, and the scanner that is built from it: all commands share them.

use std::path::Path;

use anyhow::{Result, anyhow};

use super::print;
use crate::cli::Output;
use crate::config::{self, Config, allow::Allow};
use crate::detect::Detector;
use crate::failure::{failed, hint};
use crate::git::{BlobReader, ObjectId, Repo};
use crate::progress::Progress;
use crate::scan::{Markers, Scanner};
use crate::source::files;

/// The configuration in force, and everything that a scan needs beside its input.
pub(super) struct Context {
    detector: Detector,
    allow: Allow,
    strict: bool,
    markers: Markers,
    progress: Progress,
}

impl Context {
    /// Builds the detector of this configuration.
    pub(super) fn new(config: Config, output: &Output) -> Self {
        Self {
            detector: Detector::with(config.keys),
            allow: config.allow,
            strict: output.strict,
            markers: if output.no_allow || output.no_markers {
                Markers::Ignored
            } else {
                Markers::Counted
            },
            progress: print::progress(output),
        }
    }

    /// Judges by nothing but the catalogue.
    pub(super) fn without_configuration(output: &Output) -> Self {
        Self::new(Config::default(), output)
    }

    /// Judges by the configuration that is named, or else by the staged one.
    pub(super) fn of_index(repo: &Repo, output: &Output) -> Result<Self> {
        let config = match &output.config {
            Some(file) => Config::in_file(file)?,
            None => of_change(staged_config(repo)?, output),
        };
        Ok(Self::new(config, output))
    }

    /// Judges by the configuration that is named, or else by this committed one.
    pub(super) fn of_commit(repo: &Repo, id: Option<&ObjectId>, output: &Output) -> Result<Self> {
        let config = match (&output.config, id) {
            (Some(file), _) => Config::in_file(file)?,
            (None, Some(id)) => of_change(config_in_blob(&repo.blobs()?, id, "committed")?, output),
            (None, None) => of_change(Config::default(), output),
        };
        Ok(Self::new(config, output))
    }

    /// Judges by the configuration that is named, or else by the one at this top of a repository. Of
    /// files in no repository, the current directory has it.
    pub(super) fn of_files(top: Option<&Path>, output: &Output) -> Result<Self> {
        let config = match &output.config {
            Some(file) => Config::in_file(file)?,
            None => of_change(Config::in_directory(top.unwrap_or(Path::new(".")))?, output),
        };
        Ok(Self::new(config, output))
    }

    /// Judges by the configuration that is named, or else by the one of the repository around the
    /// current directory.
    pub(super) fn of_here(output: &Output) -> Result<Self> {
        Self::of_files(files::top_of(Path::new(".")).as_deref(), output)
    }

    /// Judges by the configuration that is named, or else by the one at the top of a work tree.
    pub(super) fn of_top(top: &Path, output: &Output) -> Result<Self> {
        Self::of_files(Some(top), output)
    }

    /// The scanner of this configuration.
    pub(super) fn scanner(&self) -> Scanner<'_> {
        let Self {
            detector,
            allow,
            strict,
            markers,
            progress,
        } = self;
        Scanner {
            detector,
            allow,
            strict: *strict,
            markers: *markers,
            progress,
        }
    }

    /// Everything that the user allows.
    pub(super) fn allow(&self) -> &Allow {
        &self.allow
    }

    /// The detector of this configuration.
    pub(super) fn detector(&self) -> &Detector {
        &self.detector
    }
}

/// The configuration of a change may come from whoever is checked. With `--no-allow` its word on
/// allowed keys does not count; its own patterns do.
fn of_change(config: Config, output: &Output) -> Config {
    if output.no_allow {
        return Config {
            allow: Allow::default(),
            ..config
        };
    }
    Config {
        allow: Allow {
            of_change: true,
            ..config.allow
        },
        ..config
    }
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
