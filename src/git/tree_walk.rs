//! The files of a tree, in the order of an index.

use anyhow::{Context, Result};
use git2::{Oid, Repository, Tree};

/// A file, symbolic link or gitlink below a tree.
pub(super) struct TreeFile {
    pub(super) path: Vec<u8>,
    pub(super) id: Oid,
    pub(super) mode: u32,
}

/// Walks a tree and its subtrees. Git sorts a subtree as if its name ended in `/`, so the paths
/// come out in the byte order that the index has too.
pub(super) struct TreeFiles<'repo> {
    repo: &'repo Repository,
    open: Vec<Level<'repo>>,
    path: Vec<u8>,
}

struct Level<'repo> {
    tree: Tree<'repo>,
    next: usize,
    /// Length of the path of this tree, with its `/`.
    prefix: usize,
}

impl<'repo> TreeFiles<'repo> {
    /// No tree has no files.
    pub(super) fn new(repo: &'repo Repository, root: Option<Oid>) -> Result<Self> {
        let mut files = Self { repo, open: Vec::new(), path: Vec::new() };
        if let Some(root) = root {
            files.enter(root)?;
        }
        Ok(files)
    }

    fn enter(&mut self, id: Oid) -> Result<()> {
        let tree = self.repo.find_tree(id).with_context(|| format!("tree {id} cannot be read"))?;
        self.open.push(Level { tree, next: 0, prefix: self.path.len() });
        Ok(())
    }

    /// The next file, or `None` behind the last.
    pub(super) fn next_file(&mut self) -> Result<Option<TreeFile>> {
        while let Some(level) = self.open.last_mut() {
            self.path.truncate(level.prefix);
            let Some(entry) = level.tree.get(level.next) else {
                self.open.pop();
                continue;
            };
            level.next += 1;
            self.path.extend_from_slice(entry.name_bytes());
            let (id, mode) = (entry.id(), entry.filemode_raw().cast_unsigned());
            drop(entry);
            if mode == super::index_walk::TREE {
                self.path.push(b'/');
                self.enter(id)?;
            } else {
                return Ok(Some(TreeFile { path: self.path.clone(), id, mode }));
            }
        }
        Ok(None)
    }
}
