//! The check of commits.

use std::ffi::{OsStr, OsString};
use std::io::{self, Read};

use anyhow::{Result, anyhow};

use super::context::Context;
use crate::cli::Output;
use crate::failure::{failed, hint};
use crate::git::{Known, ObjectId, RenameSources, Repo};
use crate::scan::Outcome;
use crate::source::range::{Selection, Walk};
use crate::source::revisions;

pub(super) fn scan_ranges(
    ranges: &[OsString],
    from_stdin: bool,
    output: &Output,
) -> Result<Outcome> {
    let repo = Repo::open_or_bare()?;
    let history = repo.history()?;
    let mut ranges = ranges.to_vec();
    if from_stdin {
        ranges.extend(revisions::ranges_in(&read_stdin()?)?);
    }
    // Their writer may have failed.
    if ranges.is_empty() {
        let why = anyhow!("neither here nor on standard input");
        return Err(failed("no range is named", hint::REVISIONS, why));
    }
    let selections = ranges
        .iter()
        .map(|range| revisions::select_commits(&repo, &history, range))
        .collect::<Result<Vec<_>>>()?;
    scan_selected(&repo, &selections, output)
}

/// Selects every commit that is reachable from a revision, except for the known ones.
pub(super) fn all_of(repo: &Repo, revision: &OsStr, known: Known) -> Result<Selection> {
    Ok(Selection {
        known,
        no_walk: false,
        ..revisions::select_commits(repo, &repo.history()?, revision)?
    })
}

/// Everything on standard input.
pub(super) fn read_stdin() -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut text);
    read.map_err(|e| failed("standard input cannot be read", hint::STDIN, e))?;
    Ok(text)
}

/// Scans the commits of the selections. A commit is judged by the configuration in the tree of the
/// tip from which it is reachable: only a committed file can allow a key, and a later commit can
/// allow the key of an earlier one. If a commit is reachable from several tips, all of them must
/// allow the key.
pub(super) fn scan_selected(
    repo: &Repo,
    selections: &[Selection],
    output: &Output,
) -> Result<Outcome> {
    let mut walk = Walk::new(repo)?;
    let mut parts: Vec<(Option<ObjectId>, Vec<Selection>)> = Vec::new();
    for selection in selections {
        for (config, selection) in by_config(&walk, selection, output)? {
            match parts.iter_mut().find(|(other, _)| *other == config) {
                Some((_, known)) => known.push(selection),
                None => parts.push((config, vec![selection])),
            }
        }
    }
    let mut outcome = Outcome::default();
    for (id, selections) in parts {
        walk.start_anew();
        let mut changes = Vec::new();
        for selection in &selections {
            changes.extend(walk.changes(selection)?);
        }
        let context = Context::of_commit(repo, id.as_ref(), output)?;
        outcome.append(
            context
                .scanner()
                .scan(repo, &RenameSources::default(), &changes)?,
        );
    }
    outcome.commits = Some(walk.commit_count());
    Ok(outcome.by_commit())
}

/// A selection, taken apart by the configuration that its tips have.
fn by_config(
    walk: &Walk<'_>,
    selection: &Selection,
    output: &Output,
) -> Result<Vec<(Option<ObjectId>, Selection)>> {
    let mut parts: Vec<(Option<ObjectId>, Selection)> = Vec::new();
    for tip in &selection.tips {
        let config = if output.config.is_some() {
            None
        } else {
            walk.config_at(tip)?
        };
        match parts.iter_mut().find(|(other, _)| *other == config) {
            Some((_, part)) => part.tips.push(tip.clone()),
            None => {
                let mut part = selection.clone();
                part.tips = vec![tip.clone()];
                part.names.clear();
                parts.push((config, part));
            }
        }
    }
    for (name, id) in &selection.names {
        for (_, part) in &mut parts {
            if part.tips.iter().any(|tip| tip.name == *name) {
                part.names.push((name.clone(), *id));
            }
        }
    }
    Ok(parts)
}
