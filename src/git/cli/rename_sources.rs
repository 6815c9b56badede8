//! The blobs that git's rename detection pairs with new files. Asked only when there is a hit.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::git::cli::Git;
use crate::git::cli::raw_diff::{self, RAW, Record};
use crate::git::cli::repository::diff_index;
use crate::git::{Commit, ObjectId};

/// Finds the files that new files were renamed or copied from.
#[derive(Default)]
pub struct RenameSources {
    /// The trees that staged files are compared with.
    staged_against: Vec<Option<ObjectId>>,
    /// The answers by commit; those for the staged files are at `None`.
    found: Mutex<HashMap<Option<ObjectId>, Pairs>>,
}

/// A file that a new one was renamed or copied from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameSource {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// Its content.
    pub content: ObjectId,
}

/// By new path: the old file in each tree that has one.
type Pairs = HashMap<Vec<u8>, Vec<RenameSource>>;

impl RenameSources {
    /// Compares staged files with these trees once somebody asks.
    #[must_use]
    pub fn in_trees(trees: Vec<Option<ObjectId>>) -> Self {
        Self {
            staged_against: trees,
            ..Self::default()
        }
    }

    /// The files that git's rename detection pairs with a new file, at most one per parent. `commit`
    /// is `None` for a staged file. If git cannot tell, there are none: then all lines of the file
    /// count as added, perhaps too many, never too few.
    #[must_use]
    pub fn of(&self, path: &[u8], commit: Option<&Commit>) -> Vec<RenameSource> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let key = commit.map(|commit| commit.id);
        let pairs = found.entry(key).or_insert_with(|| self.find(commit));
        pairs.get(path).cloned().unwrap_or_default()
    }

    fn find(&self, commit: Option<&Commit>) -> Pairs {
        let mut pairs = Pairs::new();
        let Some(commit) = commit else {
            for tree in self.staged_against.iter().flatten() {
                add_pairs(&mut pairs, tree, None);
            }
            return pairs;
        };
        for parent in &commit.parents {
            add_pairs(&mut pairs, parent, Some(&commit.id));
        }
        pairs
    }
}

/// Adds the files that are renamed from a file of the tree, as git's diff pairs them by default, or
/// copied from one word for word. A copy with edits counts as a new file: one of a key and little
/// else resembles any other. In a partial clone git may have no content to compare: it still pairs
/// files that are the same.
fn add_pairs(pairs: &mut Pairs, tree: &ObjectId, commit: Option<&ObjectId>) {
    let mut sources = HashMap::new();
    for options in [&["-C100%", "--find-copies-harder"][..], &["-M", "-l1000"]] {
        if let Ok(found) = sources_by_path(options, tree, commit) {
            sources.extend(found);
        }
    }
    for (path, source) in sources {
        pairs.entry(path).or_default().push(source);
    }
}

fn sources_by_path(
    options: &[&str],
    tree: &ObjectId,
    commit: Option<&ObjectId>,
) -> Result<HashMap<Vec<u8>, RenameSource>> {
    let raw = match commit {
        Some(commit) => diff_tree(options, &tree.to_string(), &commit.to_string())?,
        None => diff_index(options, &tree.to_string())?,
    };
    let records = raw_diff::records(&raw)?;
    Ok(records.iter().filter_map(Record::rename_source).collect())
}

fn diff_tree(options: &[&str], old: &str, new: &str) -> Result<Vec<u8>> {
    let command = Git::new(&["diff-tree"]).arguments(&RAW).arguments(options);
    command.arguments(&[old, new, "--"]).output()
}
