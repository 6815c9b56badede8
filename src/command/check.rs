//! The checks: each takes what to look at and returns what came of it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::context::Context;
use crate::cli::Output;
use crate::failure::{Unscanned, failed, hint};
use crate::git::{RenameSources, Repo};
use crate::mask::masked_message;
use crate::scan::Outcome;
use crate::source::{self, Change};

pub(super) fn staged(paths: &[PathBuf], output: &Output) -> Result<Outcome> {
    let repo = Repo::open()?;
    let parents = repo.parents()?;
    let changes = source::staged::changes(&repo, &parents, paths)?;
    scan(&repo, &RenameSources::in_trees(parents), &changes, output)
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
    scan(&repo, &RenameSources::default(), &changes, output)
}

/// A commit message in that file, without what git will not keep of it.
pub(super) fn message(file: &Path, message: &[u8], output: &Output) -> Result<Outcome> {
    let context = match &output.config {
        Some(_) => Context::of_directory(output)?,
        None => Context::of_index(&Repo::open()?, output)?,
    };
    let not_searched = |e| failed("the commit message cannot be searched", hint::MESSAGE, e);
    context
        .scanner()
        .scan_message(file, message)
        .map_err(not_searched)
}

fn scan(
    repo: &Repo,
    origins: &RenameSources,
    changes: &[Change],
    output: &Output,
) -> Result<Outcome> {
    Context::of_index(repo, output)?
        .scanner()
        .scan(repo, origins, changes)
}

pub(super) fn files(paths: &[PathBuf], no_ignore: bool, output: &Output) -> Result<Outcome> {
    let context = Context::of_directory(output)?;
    let mut outcome = context
        .scanner()
        .scan_disk(&source::files::below(paths, no_ignore));
    if outcome.files == 0 && outcome.ignored > 0 {
        let path = masked_message(&paths[0].display().to_string()).into_bytes();
        let reason = "git ignores all that is there; --no-ignore reads it".into();
        outcome.unscanned.push(Unscanned { path, reason });
    }
    if paths.iter().any(|path| path == Path::new(".")) {
        outcome.unused = context.allow().unused(&outcome.allowed);
    }
    Ok(outcome)
}
