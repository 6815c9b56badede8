//! What commits add, one by one: each against all of its parents, so that a key that a later commit
//! takes out again is found, and none of the lines that a merge only brings together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use super::Change;
use crate::config;
use crate::failure::{failed, hint};
use crate::git::{Commit, History, Known, ObjectId, Repo, Revisions, Target};

/// The path of a finding in a commit's message.
const COMMIT_MESSAGE: &[u8] = b"commit message";

/// Commits to look at.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Where to start: commits, or what a tag may point at.
    pub tips: Vec<Tip>,
    /// What is left out with all that it is made from.
    pub exclude: Vec<ObjectId>,
    /// What else is left out.
    pub known: Known,
    /// Only the tips themselves.
    pub alone: bool,
}

/// A revision to start from.
#[derive(Clone, Debug)]
pub struct Tip {
    /// The object.
    pub id: ObjectId,
    /// What the user calls it: any bytes but NUL.
    pub name: Vec<u8>,
}

/// Gathers the changes of commits, each commit once.
pub struct Walk<'r> {
    repo: &'r Repo,
    history: History<'r>,
    seen: HashSet<ObjectId>,
    /// The places of the commits that were gathered.
    orders: HashMap<ObjectId, usize>,
    /// The trees of commits that were read.
    trees: HashMap<ObjectId, ObjectId>,
}

impl<'r> Walk<'r> {
    /// In this repository.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn new(repo: &'r Repo) -> Result<Self> {
        let history = repo.history()?;
        Ok(Self {
            repo,
            history,
            seen: HashSet::new(),
            orders: HashMap::new(),
            trees: HashMap::new(),
        })
    }

    /// How many commits were gathered.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.orders.len()
    }

    /// Starts anew: what was gathered is gathered once more, as under another configuration.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    /// What the commits of a selection add, parents before children, with their messages, those of
    /// the tags around them, and what else tags point at.
    ///
    /// # Errors
    /// A commit or a tree cannot be read, or the history is cut off before the selection's start.
    pub fn changes(&mut self, selection: &Selection) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let mut tips = Vec::new();
        for tip in &selection.tips {
            tips.extend(
                self.peeled(tip, &mut changes)
                    .map_err(|error| self.refuse(error))?,
            );
        }
        if selection.alone {
            tips.retain(|commit| self.seen.insert(commit.id));
            for commit in tips {
                self.commit(commit, &mut changes)
                    .map_err(|error| self.refuse(error))?;
            }
        } else if !tips.is_empty() {
            let include = tips.iter().map(|commit| commit.id).collect();
            let revisions = Revisions {
                include,
                exclude: selection.exclude.clone(),
            };
            self.reachable(&revisions, &selection.known, &mut changes)
                .map_err(|error| self.refuse(error))?;
        }
        Ok(changes)
    }

    /// The configuration in the tree of a tip.
    ///
    /// # Errors
    /// The tip cannot be read.
    pub fn config_at(&self, tip: &Tip) -> Result<Option<ObjectId>> {
        let find = || {
            let tree = match self.history.peel(&tip.id)?.target {
                Target::Commit(commit) => commit.tree,
                Target::Tree(tree) => tree,
                Target::Blob(_) => return Ok(None),
            };
            self.history.file_at_top(&tree, config::FILE_NAME)
        };
        find().map_err(|error| self.refuse(error))
    }

    fn reachable(
        &mut self,
        revisions: &Revisions,
        known: &Known,
        changes: &mut Vec<Change>,
    ) -> Result<()> {
        for (id, parents) in self.repo.reachable(revisions, known)? {
            if !self.seen.insert(id) {
                continue;
            }
            let commit = self.history.commit(&id)?;
            // Git walks no further where a shallow clone was cut off.
            let is_whole = commit.parents == parents;
            ensure!(
                is_whole,
                "the parents of commit {id} are not those that its history leads to"
            );
            self.commit(commit, changes)?;
        }
        Ok(())
    }

    /// The commit at a tip. What tags there are, and a tree or a blob, are new as a whole.
    fn peeled(&mut self, tip: &Tip, changes: &mut Vec<Change>) -> Result<Option<Commit>> {
        let peeled = self.history.peel(&tip.id)?;
        for (id, name) in peeled.tags {
            if self.seen.insert(id) {
                let path = [b"message of tag ", &name[..]].concat();
                changes.push(Change {
                    path,
                    new: id,
                    old: Vec::new(),
                    commit: None,
                    is_message: true,
                });
            }
        }
        let new = |path, new| Change {
            path,
            new,
            old: Vec::new(),
            commit: None,
            is_message: false,
        };
        match peeled.target {
            Target::Commit(commit) => return Ok(Some(commit)),
            Target::Tree(tree) => {
                let files = self.history.deltas(&[], &tree)?;
                changes.extend(files.into_iter().map(|file| new(file.path, file.new)));
            }
            Target::Blob(blob) => changes.push(new(tip.name.clone(), blob)),
        }
        Ok(None)
    }

    fn commit(&mut self, mut commit: Commit, changes: &mut Vec<Change>) -> Result<()> {
        let next = self.orders.len();
        commit.order = *self.orders.entry(commit.id).or_insert(next);
        self.trees.insert(commit.id, commit.tree);
        let parents = commit
            .parents
            .iter()
            .map(|id| self.tree_of(id))
            .collect::<Result<Vec<_>>>();
        let parents =
            parents.with_context(|| format!("a parent of commit {} cannot be read", commit.id))?;
        let additions = self.history.deltas(&parents, &commit.tree);
        let additions = additions
            .with_context(|| format!("the files of commit {} cannot be read", commit.id))?;
        let commit = Arc::new(commit);
        let of_commit = |path, new, old, is_message| {
            let commit = Some(Arc::clone(&commit));
            Change {
                path,
                new,
                old,
                commit,
                is_message,
            }
        };
        changes.push(of_commit(
            COMMIT_MESSAGE.to_vec(),
            commit.id,
            Vec::new(),
            true,
        ));
        changes.extend(
            additions
                .into_iter()
                .map(|file| of_commit(file.path, file.new, file.old, false)),
        );
        Ok(())
    }

    fn tree_of(&mut self, commit: &ObjectId) -> Result<ObjectId> {
        if let Some(tree) = self.trees.get(commit) {
            return Ok(*tree);
        }
        let tree = self.history.commit(commit)?.tree;
        self.trees.insert(*commit, tree);
        Ok(tree)
    }

    fn refuse(&self, error: anyhow::Error) -> anyhow::Error {
        let way_out = if self.repo.is_shallow() {
            hint::UNSHALLOW
        } else {
            hint::FSCK
        };
        failed("the commits cannot be read", way_out, error)
    }
}
