//! HEAD's tree against the index, entry by entry.
//!
//! Ids are compared here and not by libgit2's diff, which leaves out entries in silence:
//! those marked assume-unchanged, those of 1 GiB and more, and others.

use std::cmp::Ordering;

use anyhow::{Result, bail};
use git2::{Index, IndexEntry, IndexEntryExtendedFlag};

use crate::git::object::reader::ObjectReader;
use crate::git::tree::walk::{TreeFile, TreeFiles};
use crate::git::{Delta, GITLINK, ObjectId, TREE};

/// Every staged file whose content the tree does not have at its path. Entries of all stages
/// count, whatever their assume-unchanged and skip-worktree bits say; those only intended to be
/// added and submodules have no content.
pub(crate) fn deltas(
    objects: &ObjectReader<'_>,
    tree: Option<&ObjectId>,
    index: &Index,
) -> Result<Vec<Delta>> {
    let mut files = TreeFiles::new(objects, tree)?;
    let mut file = files.next_file()?;
    let mut deltas = Vec::new();
    for entry in index.iter() {
        if !has_content(&entry)? {
            continue;
        }
        while file
            .as_ref()
            .is_some_and(|file| file.path.cmp(&entry.path) == Ordering::Less)
        {
            file = files.next_file()?;
        }
        let old = file
            .as_ref()
            .filter(|file| file.path == entry.path && file.has_content());
        let new = ObjectId::from(entry.id);
        if old.is_none_or(|file: &TreeFile| file.id != new) {
            deltas.push(Delta {
                new,
                old: old.map(|file| file.id),
                path: entry.path,
            });
        }
    }
    Ok(deltas)
}

fn has_content(entry: &IndexEntry) -> Result<bool> {
    if entry.mode == TREE {
        bail!("the index holds a whole directory as one entry (sparse index)");
    }
    let extended = IndexEntryExtendedFlag::from_bits_truncate(entry.flags_extended);
    Ok(entry.mode != GITLINK && !extended.contains(IndexEntryExtendedFlag::INTENT_TO_ADD))
}
