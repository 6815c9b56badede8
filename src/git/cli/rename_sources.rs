//! Where new files come from: git's rename and copy detection, asked only when there is a hit.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::git::cli::Plumbing;
use crate::git::{Commit, ObjectId};

/// The files that new ones were renamed or copied from.
#[derive(Default)]
pub struct Origins {
    /// What the staged files are compared with.
    staged_against: Vec<Option<ObjectId>>,
    /// For the staged files and for each commit that was asked about.
    found: Mutex<HashMap<Option<ObjectId>, Pairs>>,
}

/// By the new path: the content in each tree that has an origin for it.
type Pairs = HashMap<Vec<u8>, Vec<ObjectId>>;

impl Origins {
    /// Those of staged files are to be looked for in these trees, once somebody asks.
    #[must_use]
    pub fn in_trees(trees: Vec<Option<ObjectId>>) -> Self {
        Self {
            staged_against: trees,
            ..Self::default()
        }
    }

    /// The contents that git would pair a new file of a commit with, or a staged one if there is no
    /// commit: one a parent at most. If git cannot tell, none: then all of its lines count as added,
    /// too many perhaps, never too few.
    #[must_use]
    pub fn of(&self, path: &[u8], commit: Option<&Commit>) -> Vec<ObjectId> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let pairs = found
            .entry(commit.map(|commit| commit.id))
            .or_insert_with(|| {
                let pairs = match commit {
                    Some(commit) => find(commit.parents.iter(), Some(&commit.id)),
                    None => find(self.staged_against.iter().flatten(), None),
                };
                pairs.unwrap_or_else(|_| Pairs::new())
            });
        pairs.get(path).cloned().unwrap_or_default()
    }
}

/// Against no commit: in the index.
fn find<'t>(trees: impl Iterator<Item = &'t ObjectId>, commit: Option<&ObjectId>) -> Result<Pairs> {
    let mut found = Pairs::new();
    for tree in trees {
        for (path, origin) in Plumbing::origins(tree, commit)? {
            found.entry(path).or_default().push(origin);
        }
    }
    Ok(found)
}
