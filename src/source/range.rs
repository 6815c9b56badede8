//! The changes of commits, one by one: each against all of its parents. So a key that a later
//! commit takes out again is found, and the lines that a merge only brings together are not.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};

use super::{Change, Content};
use crate::config;
use crate::failure::{failed, hint};
use crate::git::{Commit, Delta, History, Known, ObjectId, Repo, Revisions, Target};

/// The path of a finding in a commit's message.
const COMMIT_MESSAGE: &[u8] = b"commit message";

/// Commits to look at.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// The start of the walk: commits, or the targets of tags.
    pub tips: Vec<Tip>,
    /// Full names of refs that are scanned themselves, with their targets.
    pub names: Vec<(Vec<u8>, ObjectId)>,
    /// Commits that are left out with everything that they are made from.
    pub exclude: Vec<ObjectId>,
    /// More that is left out.
    pub known: Known,
    /// Scan only the tips, not the commits that are reachable from them.
    pub no_walk: bool,
    /// The meaning of a commit whose parents a shallow clone lacks.
    pub cut: Cut,
}

/// The meaning of a commit whose parents a shallow clone lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cut {
    /// The commits that it adds are unknown: nothing is approved.
    #[default]
    Unknown,
    /// It has no parents, as for git when it pushes: all of its files are sent.
    Root,
}

/// A revision to start from.
#[derive(Clone, Debug)]
pub struct Tip {
    /// The object.
    pub id: ObjectId,
    /// The name by which the user calls it: any bytes but NUL.
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
    /// Starts in this repository.
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

    /// Counts the commits that were gathered.
    #[must_use]
    pub fn commit_count(&self) -> usize {
        self.orders.len()
    }

    /// Starts anew: everything is gathered once more, as under another configuration.
    pub fn start_anew(&mut self) {
        self.seen.clear();
    }

    /// Gathers the changes of a selection: those of its commits, parents before children, the
    /// messages of commits and tags, and tagged trees and blobs.
    ///
    /// # Errors
    /// A commit or a tree cannot be read, or the history is cut off before the selection's start.
    pub fn changes(&mut self, selection: &Selection) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (name, id) in &selection.names {
            changes.push(Change {
                content: Content::Name,
                ..Change::whole_file(name.clone(), *id)
            });
        }
        let mut tips = Vec::new();
        for tip in &selection.tips {
            tips.extend(
                self.peel_tip(tip, &mut changes)
                    .map_err(|error| self.refuse(error))?,
            );
        }
        if selection.no_walk {
            tips.retain(|commit| self.seen.insert(commit.id));
            for commit in tips {
                self.push_commit(commit, &mut changes)
                    .map_err(|error| self.refuse(error))?;
            }
        } else if !tips.is_empty() {
            let include = tips.iter().map(|commit| commit.id).collect();
            let revisions = Revisions {
                include,
                exclude: selection.exclude.clone(),
            };
            self.push_reachable(&revisions, selection, &mut changes)
                .map_err(|error| self.refuse(error))?;
        }
        Ok(changes)
    }

    /// Finds the configuration in the tree of a tip.
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

    fn push_reachable(
        &mut self,
        revisions: &Revisions,
        selection: &Selection,
        changes: &mut Vec<Change>,
    ) -> Result<()> {
        for (id, parents) in self.repo.reachable(revisions, &selection.known)? {
            if !self.seen.insert(id) {
                continue;
            }
            let mut commit = self.history.commit(&id)?;
            // Git walks no further where a shallow clone was cut off.
            if parents.is_empty() && selection.cut == Cut::Root {
                commit.parents.clear();
            }
            ensure!(
                commit.parents == parents,
                "the parents of commit {id} are not those that its history leads to"
            );
            self.push_commit(commit, changes)?;
        }
        Ok(())
    }

    /// Finds the commit at a tip. Tags, and a tree or a blob, are new as a whole.
    fn peel_tip(&mut self, tip: &Tip, changes: &mut Vec<Change>) -> Result<Option<Commit>> {
        let peeled = self.history.peel(&tip.id)?;
        for (id, name) in peeled.tags {
            if self.seen.insert(id) {
                let path = message_of_tag(&name);
                changes.push(Change {
                    content: Content::Message,
                    ..Change::whole_file(path, id)
                });
            }
        }
        match peeled.target {
            Target::Commit(commit) => return Ok(Some(commit)),
            Target::Tree(tree) => {
                let files = self.history.deltas(&[], &tree)?;
                for file in files {
                    changes.push(Change {
                        content: Content::of(file.kind),
                        ..Change::whole_file(file.path, file.new)
                    });
                }
            }
            Target::Blob(blob) => changes.push(Change::whole_file(tip.name.clone(), blob)),
        }
        Ok(None)
    }

    fn push_commit(&mut self, mut commit: Commit, changes: &mut Vec<Change>) -> Result<()> {
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
        let files = self.history.deltas(&parents, &commit.tree);
        let files =
            files.with_context(|| format!("the files of commit {} cannot be read", commit.id))?;
        push_changes(commit, files, changes);
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
        failed("the commits cannot be read", hint_for(self.repo), error)
    }
}

/// Adds the message of a commit, then the files that are new in it.
fn push_changes(commit: Commit, files: Vec<Delta>, changes: &mut Vec<Change>) {
    let commit = Arc::new(commit);
    changes.push(Change {
        path: COMMIT_MESSAGE.to_vec(),
        new: commit.id,
        old: Vec::new(),
        commit: Some(Arc::clone(&commit)),
        content: Content::Message,
    });
    for file in files {
        changes.push(Change {
            path: file.path,
            new: file.new,
            old: file.old,
            commit: Some(Arc::clone(&commit)),
            content: Content::of(file.kind),
        });
    }
}

/// The path of a finding in a tag's message.
#[must_use]
pub fn message_of_tag(name: &[u8]) -> Vec<u8> {
    [b"message of tag ", name].concat()
}

/// The hint for an object that is not here.
fn hint_for(repo: &Repo) -> &'static str {
    if repo.is_shallow() {
        hint::UNSHALLOW
    } else if repo.is_partial() {
        hint::REFETCH
    } else {
        hint::FSCK
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::EntryKind;

    fn id(digit: &str) -> ObjectId {
        ObjectId::from_hex(digit.repeat(40).as_bytes()).unwrap()
    }

    fn push_commit() -> Commit {
        Commit {
            id: id("c"),
            tree: id("7"),
            parents: vec![id("a")],
            date: None,
            author: b"A U Thor".to_vec(),
            subject: b"a change".to_vec(),
            order: 0,
        }
    }

    fn delta(path: &str, kind: EntryKind) -> Delta {
        Delta {
            path: path.into(),
            new: id("b"),
            old: vec![id("d")],
            kind,
        }
    }

    #[test]
    fn the_message_of_a_commit_comes_before_its_files() {
        let mut changes = Vec::new();
        let files = vec![delta("a.txt", EntryKind::File)];
        push_changes(push_commit(), files, &mut changes);
        let [message, file] = &changes[..] else {
            panic!("{changes:?}");
        };
        assert_eq!(message.path, COMMIT_MESSAGE);
        assert_eq!(message.new, id("c"));
        assert_eq!(message.content, Content::Message);
        assert_eq!(file.path, b"a.txt");
        assert_eq!((file.new, &file.old[..]), (id("b"), &[id("d")][..]));
        assert_eq!(file.content, Content::File);
        assert_eq!(file.commit, message.commit);
    }

    #[test]
    fn of_a_submodule_only_the_name_is_scanned() {
        let mut changes = Vec::new();
        let files = vec![delta("sub", EntryKind::Submodule)];
        push_changes(push_commit(), files, &mut changes);
        assert_eq!(changes[1].content, Content::Name);
    }

    #[test]
    fn a_shallow_clone_is_not_approved_unless_a_push_says_so() {
        assert_eq!(Selection::default().cut, Cut::Unknown);
    }

    #[test]
    fn a_tag_is_named_in_the_path_of_its_message() {
        assert_eq!(message_of_tag(b"v1"), b"message of tag v1");
    }
}
