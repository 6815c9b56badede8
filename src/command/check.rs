//! The checks of changes that are not committed yet. Each returns the outcome of its scan.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::context::Context;
use super::identity;
use super::misplaced::Lookout;
use crate::cli::Output;
use crate::failure::{Unscanned, failed, hint};
use crate::git::{MergeVariables, RenameSources, Repo};
use crate::mask::masked_message;
use crate::misplaced::{Warning, one_key_for_all};
use crate::scan::{Onlooker, Outcome};
use crate::source;
use crate::source::files::{Ignored, Listing};

pub(super) fn staged(
    paths: &[PathBuf],
    variables: MergeVariables,
    output: &Output,
) -> Result<Outcome> {
    staged_in(&Repo::open()?, paths, variables, output)
}

/// Checks the staged changes of a repository that is open already.
pub(super) fn staged_in(
    repo: &Repo,
    paths: &[PathBuf],
    variables: MergeVariables,
    output: &Output,
) -> Result<Outcome> {
    let parents = repo.parents(variables)?;
    let changes = source::staged::changes(repo, &parents, paths)?;
    let context = Context::of_index(repo, output)?;
    let mut outcome = context
        .scanner()
        .scan(repo, &RenameSources::in_trees(parents), &changes)?;
    let configured = repo
        .configured_identities()
        .map_err(|error| failed("the author cannot be read", hint::CONFIG, error))?;
    for identity in identity::of_next_commit(context.detector(), &configured)? {
        let scanned = context
            .scanner()
            .scan_text(identity.role.as_bytes(), &identity.text);
        outcome.append(
            scanned
                .map_err(|error| failed("the author cannot be searched", hint::CONFIG, error))?,
        );
    }
    Ok(outcome)
}

/// Tells whether the next commit would add anything.
pub(super) fn is_anything_staged() -> Result<bool> {
    let repo = Repo::open()?;
    let parents = repo.parents(MergeVariables::Ignored)?;
    Ok(!source::staged::changes(&repo, &parents, &[])?.is_empty())
}

/// Checks all files of the index, every line of them.
pub(super) fn tracked(output: &Output) -> Result<Outcome> {
    let repo = Repo::open()?;
    let changes = source::staged::changes(&repo, &[None], &[])?;
    Context::of_index(&repo, output)?
        .scanner()
        .scan(&repo, &RenameSources::default(), &changes)
}

/// Checks a commit message in that file, without the lines that git will not keep.
pub(super) fn message(file: &Path, message: &[u8], output: &Output) -> Result<Outcome> {
    let name = source::files::written_path(file);
    let context = match &output.config {
        Some(_) => Context::of_here(output)?,
        None => Context::of_index(&Repo::open()?, output)?,
    };
    context
        .scanner()
        .scan_text(&name, message)
        .map_err(|e| failed("the commit message cannot be searched", hint::MESSAGE, e))
}

/// Checks files as they are on the disk.
pub(super) fn files(paths: &[PathBuf], ignored: Ignored, output: &Output) -> Result<Outcome> {
    let mut all = Outcome::default();
    for listing in source::files::files_below(paths, ignored) {
        let context = Context::of_files(listing.top.as_deref(), output)?;
        all.append(files_of(&context, &listing, None));
    }
    note_ignored(&mut all, paths);
    Ok(all)
}

/// The outcome for files, and the warnings about them.
pub(super) struct FilesChecked {
    pub(super) outcome: Outcome,
    pub(super) warnings: Vec<Warning>,
}

/// Checks files as they are on the disk, and looks for keys in the wrong place in what is read.
pub(super) fn files_and_places(
    paths: &[PathBuf],
    ignored: Ignored,
    output: &Output,
) -> Result<FilesChecked> {
    let (mut all, mut warnings) = (Outcome::default(), Vec::new());
    for listing in source::files::files_below(paths, ignored) {
        let context = Context::of_files(listing.top.as_deref(), output)?;
        let lookout = Lookout::new(&listing, context.allow());
        let onlooker = Onlooker {
            longest: Lookout::longest,
            look: &|file, content| lookout.look(file, content),
        };
        all.append(files_of(&context, &listing, Some(&onlooker)));
        warnings.extend(lookout.into_warnings());
    }
    note_ignored(&mut all, paths);
    warnings.extend(one_key_for_all(&all.findings));
    Ok(FilesChecked {
        outcome: all,
        warnings,
    })
}

fn files_of(context: &Context, listing: &Listing, onlooker: Option<&Onlooker<'_>>) -> Outcome {
    let mut outcome = context.scanner().scan_disk_before(listing, onlooker);
    if listing.is_whole {
        outcome.unused = context.allow().unused_entries(&outcome.allowed);
    }
    outcome
}

/// Says so if nothing was read because git ignores all of it.
fn note_ignored(outcome: &mut Outcome, paths: &[PathBuf]) {
    if outcome.files == 0 && outcome.ignored > 0 {
        let path = masked_message(&paths[0].display().to_string()).into_bytes();
        let reason = "git ignores all that is there; --no-ignore reads it".into();
        outcome.unscanned.push(Unscanned { path, reason });
    }
}

/// Files outside of any repository: no configuration counts.
pub(super) fn home_files(directories: &[PathBuf], output: &Output) -> Result<Outcome> {
    let context = match &output.config {
        Some(_) => Context::of_here(output)?,
        None => Context::without_configuration(output),
    };
    let mut all = Outcome::default();
    for listing in source::files::files_below(directories, Ignored::Read) {
        all.append(context.scanner().scan_disk(&listing));
    }
    Ok(all)
}
