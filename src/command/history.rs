//! The check of all that was ever committed.

use std::path::PathBuf;

use anyhow::Result;

use super::context::Context;
use crate::cli::Output;
use crate::git::{Ref, RenameSources, Repo};
use crate::scan::{Outcome, Tracer};
use crate::source::history;
use crate::source::range::{Tip, Walk};
use crate::source::revisions;

/// Scans the history of these revisions, or of all refs if none is named. The configuration is the
/// one in the first of the revisions, or in HEAD.
pub(super) fn check(named: &[PathBuf], unreachable: bool, output: &Output) -> Result<Outcome> {
    let repo = Repo::open_or_bare()?;
    let head = repo.head()?;
    let refs = if named.is_empty() {
        let mut refs = repo.refs()?;
        let own = repo.work_tree_refs()?;
        // Git lists those of this work tree under their short names, too.
        refs.retain(|known| !own.iter().any(|own| own.name.ends_with(&known.name)));
        refs.extend(own);
        refs
    } else {
        tips_of(&repo, named)?
    };
    let mut walk = Walk::new(&repo)?;
    let mut changes = walk.changes(&history::select_refs(&refs))?;
    if unreachable {
        changes.extend(history::unreachable_changes(&repo, &changes)?);
    }
    let judged_by = if named.is_empty() {
        head
    } else {
        refs.first().map(|first| first.id)
    };
    let in_force = judged_by
        .map(|id| {
            walk.config_at(&Tip {
                id,
                name: b"HEAD".to_vec(),
            })
        })
        .transpose()?
        .flatten();
    let context = Context::of_commit(&repo, in_force.as_ref(), output)?;
    let scanner = context.scanner();
    let mut outcome = scanner.scan(&repo, &RenameSources::default(), &changes)?;
    outcome.commits = Some(walk.commit_count());
    if !outcome.findings.is_empty() || !outcome.allowed.is_empty() {
        let files = head.map_or_else(
            || Ok(Vec::new()),
            |head| history::head_changes(&repo, &head),
        )?;
        let in_head = scanner.scan(&repo, &RenameSources::default(), &files)?;
        Tracer::new(&repo, &changes, &refs, &in_head)?.trace_findings(&mut outcome);
    }
    Ok(outcome)
}

fn tips_of(repo: &Repo, named: &[PathBuf]) -> Result<Vec<Ref>> {
    let history = repo.history()?;
    let mut tips = Vec::new();
    for name in named {
        let selection = revisions::select_commits(repo, &history, name.as_os_str())?;
        tips.extend(selection.tips.into_iter().map(|tip| Ref {
            name: tip.name,
            id: tip.id,
        }));
    }
    Ok(tips)
}
