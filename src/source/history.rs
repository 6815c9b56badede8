//! Everything that was ever committed: the lines that every reachable commit adds and, on request,
//! objects that are stored but no longer reachable.

use std::collections::HashSet;

use anyhow::Result;

use super::range::{Selection, Tip};
use super::{Change, Content};
use crate::git::{ObjectId, Ref, Repo, Target};

/// Selects everything that these refs lead to, and their names.
#[must_use]
pub fn select_refs(refs: &[Ref]) -> Selection {
    let mut selection = Selection::default();
    for tip in refs {
        selection.tips.push(Tip {
            id: tip.id,
            name: tip.name.clone(),
        });
        selection.names.push((tip.name.clone(), tip.id));
    }
    selection
}

/// Lists the blobs, commits and tags that none of the changes names.
///
/// # Errors
/// The objects cannot be listed.
pub fn unreachable_changes(repo: &Repo, changes: &[Change]) -> Result<Vec<Change>> {
    let known: HashSet<ObjectId> = changes.iter().map(|change| change.new).collect();
    let mut lost = Vec::new();
    for (id, is_message) in repo.stored_objects()? {
        if known.contains(&id) {
            continue;
        }
        let (content, word) = if is_message {
            (Content::Message, "message")
        } else {
            (Content::File, "file")
        };
        lost.push(Change {
            content,
            ..Change::whole_file(format!("unreachable {word} {id}").into(), id)
        });
    }
    Ok(lost)
}

/// Lists the files of HEAD as changes, every line of them.
///
/// # Errors
/// HEAD cannot be read.
pub fn head_changes(repo: &Repo, head: &ObjectId) -> Result<Vec<Change>> {
    let history = repo.history()?;
    let Target::Commit(commit) = history.peel(head)?.target else {
        return Ok(Vec::new());
    };
    let mut changes = Vec::new();
    for file in history.deltas(&[], &commit.tree)? {
        changes.push(Change {
            content: Content::of(file.kind),
            ..Change::whole_file(file.path, file.new)
        });
    }
    Ok(changes)
}
