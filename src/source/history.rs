//! All that was ever committed: what every commit adds that anything leads to, and if that is asked
//! for, what nothing leads to any more but is still stored.

use std::collections::HashSet;

use anyhow::Result;

use super::Change;
use super::range::{Selection, Tip};
use crate::git::{ObjectId, Ref, Repo, Target};

/// Everything that these refs lead to.
#[must_use]
pub fn selection(refs: &[Ref]) -> Selection {
    let tips = refs
        .iter()
        .map(|tip| Tip {
            id: tip.id,
            name: tip.name.clone(),
        })
        .collect();
    Selection {
        tips,
        ..Selection::default()
    }
}

/// The blobs, commits and tags that none of the changes names.
///
/// # Errors
/// The objects cannot be listed.
pub fn unreachable(repo: &Repo, changes: &[Change]) -> Result<Vec<Change>> {
    let known: HashSet<ObjectId> = changes.iter().map(|change| change.new).collect();
    let lost = repo
        .stored_objects()?
        .into_iter()
        .filter(|(id, _)| !known.contains(id));
    let change = |(new, is_message): (ObjectId, bool)| {
        let path = format!(
            "unreachable {} {new}",
            if is_message { "message" } else { "file" }
        )
        .into();
        Change {
            path,
            new,
            old: Vec::new(),
            commit: None,
            is_message,
        }
    };
    Ok(lost.map(change).collect())
}

/// The files of HEAD as changes, every line of them.
///
/// # Errors
/// HEAD cannot be read.
pub fn head(repo: &Repo, head: &ObjectId) -> Result<Vec<Change>> {
    let history = repo.history()?;
    let Target::Commit(commit) = history.peel(head)?.target else {
        return Ok(Vec::new());
    };
    let files = history.deltas(&[], &commit.tree)?.into_iter();
    let change = |path, new| Change {
        path,
        new,
        old: Vec::new(),
        commit: None,
        is_message: false,
    };
    Ok(files.map(|file| change(file.path, file.new)).collect())
}
