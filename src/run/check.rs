//! The checks: each takes what to look at and returns what came of it.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::print;
use crate::cli::Output;
use crate::config::{self, Config};
use crate::detect::Detector;
use crate::git::{BlobReader, ObjectId, Origins, Repo};
use crate::locate::masked_message;
use crate::scan::{Outcome, Scanner};
use crate::source::{self, Change};
use crate::unscanned::{Unscanned, cannot_scan, way_out};

pub(super) fn staged(paths: &[PathBuf], output: &Output) -> Result<Outcome> {
    let repo = Repo::open()?;
    let parents = repo.parents()?;
    let changes = source::staged::changes(&repo, &parents, paths)?;
    scan(&repo, &Origins::in_trees(parents), &changes, output)
}

/// Whether the next commit would add anything.
pub(super) fn is_anything_staged() -> Result<bool> {
    let repo = Repo::open()?;
    Ok(!source::staged::changes(&repo, &repo.parents()?, &[])?.is_empty())
}

/// All files of the index, every line of them.
pub(super) fn tracked(output: &Output) -> Result<Outcome> {
    let repo = Repo::open()?;
    let changes = source::staged::changes(&repo, &[None], &[])?;
    scan(&repo, &Origins::default(), &changes, output)
}

/// A commit message in that file, without what git will not keep of it.
pub(super) fn message(file: &Path, message: &[u8], output: &Output) -> Result<Outcome> {
    let config = match &output.config {
        Some(file) => config_on_disk(file)?,
        None => config_in_commit(&Repo::open()?)?,
    };
    let scanner = Scanner {
        detector: &Detector::with(config.keys),
        allow: &config.allow,
        strict: output.strict,
        progress: &print::progress(output),
    };
    let not_searched = |e| cannot_scan("the commit message cannot be searched", way_out::MESSAGE, e);
    scanner.scan_message(file, message).map_err(not_searched)
}

fn scan(repo: &Repo, origins: &Origins, changes: &[Change], output: &Output) -> Result<Outcome> {
    let config = match &output.config {
        Some(file) => config_on_disk(file)?,
        None => config_in_commit(repo)?,
    };
    let scanner = Scanner {
        detector: &Detector::with(config.keys),
        allow: &config.allow,
        strict: output.strict,
        progress: &print::progress(output),
    };
    scanner.scan(repo, origins, changes)
}

pub(super) fn files(paths: &[PathBuf], no_ignore: bool, output: &Output) -> Result<Outcome> {
    let config = config_here(output)?;
    let scanner = Scanner {
        detector: &Detector::with(config.keys),
        allow: &config.allow,
        strict: output.strict,
        progress: &print::progress(output),
    };
    let mut outcome = scanner.scan_disk(&source::files::below(paths, no_ignore));
    if outcome.files == 0 && outcome.ignored > 0 {
        let path = masked_message(&paths[0].display().to_string()).into_bytes();
        let reason = "git ignores all that is there; --no-ignore reads it".into();
        outcome.unscanned.push(Unscanned { path, reason });
    }
    if paths.iter().any(|path| path == Path::new(".")) {
        outcome.unused = config.allow.unused(&outcome.allowed);
    }
    Ok(outcome)
}

/// The configuration that is named, or else the one in this directory.
pub(super) fn config_here(output: &Output) -> Result<Config> {
    let here = Path::new(config::FILE_NAME);
    match &output.config {
        Some(file) => config_on_disk(file),
        None if here.exists() => config_on_disk(here),
        None => Ok(Config::default()),
    }
}

fn config_on_disk(file: &Path) -> Result<Config> {
    let name = file.display().to_string();
    let text =
        std::fs::read(file).map_err(|e| cannot_scan(format!("{name} cannot be read"), way_out::CONFIGURATION, e))?;
    Config::parse(&text, &name)
}

fn config_in_commit(repo: &Repo) -> Result<Config> {
    let Some(id) = repo.staged_at(config::FILE_NAME)? else { return Ok(Config::default()) };
    config_from(&repo.blobs()?, &id, "staged")
}

/// The configuration that is named, or else this committed one.
pub(super) fn committed_config(repo: &Repo, id: Option<&ObjectId>, output: &Output) -> Result<Config> {
    match (&output.config, id) {
        (Some(file), _) => config_on_disk(file),
        (None, Some(id)) => config_from(&repo.blobs()?, id, "committed"),
        (None, None) => Ok(Config::default()),
    }
}

/// `state` says which one it is: the staged one, or the committed one.
fn config_from(blobs: &BlobReader<'_>, id: &ObjectId, state: &str) -> Result<Config> {
    let name = format!("the {state} {}", config::FILE_NAME);
    let read = blobs.read(id).and_then(|blob| blob.ok_or_else(|| anyhow!("blob {id} is missing from the repository")));
    let blob = read.map_err(|e| cannot_scan(format!("{name} cannot be read"), way_out::FSCK, e))?;
    Config::parse(&blob, &name)
}
