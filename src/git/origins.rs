//! Where new files come from: git's rename and copy detection, asked only when there is a hit.

use std::collections::HashMap;
use std::sync::OnceLock;

use anyhow::Result;

use super::ObjectId;
use super::plumbing::Plumbing;

/// The files that staged ones were renamed or copied from.
pub struct Origins {
    trees: Vec<Option<ObjectId>>,
    /// By the new path: the content in each tree that has an origin for it.
    found: OnceLock<HashMap<Vec<u8>, Vec<ObjectId>>>,
}

impl Origins {
    /// To be looked for in these trees, once somebody asks.
    #[must_use]
    pub fn in_trees(trees: Vec<Option<ObjectId>>) -> Self {
        Self { trees, found: OnceLock::new() }
    }

    /// The contents that git would pair a new file with, one a tree at most. If git cannot tell,
    /// none: then all of its lines count as added, too many perhaps, never too few.
    #[must_use]
    pub fn of(&self, path: &[u8]) -> &[ObjectId] {
        let found = self.found.get_or_init(|| find(&self.trees).unwrap_or_else(|_| HashMap::new()));
        found.get(path).map_or(&[], Vec::as_slice)
    }
}

fn find(trees: &[Option<ObjectId>]) -> Result<HashMap<Vec<u8>, Vec<ObjectId>>> {
    let mut found: HashMap<Vec<u8>, Vec<ObjectId>> = HashMap::new();
    for tree in trees.iter().flatten() {
        for (path, origin) in Plumbing::origins(tree)? {
            found.entry(path).or_default().push(origin);
        }
    }
    Ok(found)
}
