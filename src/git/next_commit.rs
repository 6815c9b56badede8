//! The files that the next commit will hold.

use std::path::Path;

use anyhow::Result;

use crate::failure::{failed, hint};
use crate::git::cli::repository;
use crate::git::tree::walk::TreeFiles;
use crate::git::{Delta, MergeVariables, ObjectId, Repo};

impl Repo {
    /// Lists every staged file whose content is not the one that the tree has at the same path;
    /// against no tree, every file. They are in the order of the paths.
    ///
    /// # Errors
    /// The tree or the index cannot be read.
    pub fn staged_against(&self, tree: Option<&ObjectId>) -> Result<Vec<Delta>> {
        let objects = self.objects()?;
        // An index that does not hold its tree is read by git, in less time than by libgit2.
        let deltas = self.ask_about_index(
            |libgit2| libgit2.staged_deltas(&objects, tree),
            || match self.libgit2() {
                Some(libgit2) => repository::staged_deltas(libgit2.index(), tree),
                None => repository::staged_deltas(&repository::index_file()?, tree),
            },
        );
        let deltas =
            deltas.map_err(|e| failed("HEAD cannot be compared with the index", hint::FSCK, e));
        let mut deltas = deltas?;
        deltas.sort();
        Ok(deltas)
    }

    /// The content of a file at the top of the next commit, if it is there.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn staged_at(&self, name: &str) -> Result<Option<ObjectId>> {
        let objects = self.objects()?;
        let found = self.ask(
            |libgit2| libgit2.staged_at(&objects, name),
            || repository::staged_at(name),
        );
        found.map_err(|e| failed("the index cannot be read", hint::STATUS, e))
    }

    /// Tells if the index has a file at this path.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn has_staged(&self, path: &[u8]) -> Result<bool> {
        Ok(repository::index_paths()?.iter().any(|file| file == path))
    }

    /// The files of the index that git finds at or below a path of the command line. There are none
    /// if it does not answer.
    #[must_use]
    pub fn index_paths_at(&self, path: &Path) -> Vec<Vec<u8>> {
        repository::index_paths_at(path).unwrap_or_default()
    }

    /// Tells if HEAD or the index has this path, as a file or as a directory.
    ///
    /// # Errors
    /// HEAD or the index cannot be read.
    pub fn has_path(&self, path: &[u8]) -> Result<bool> {
        if repository::index_paths()?
            .iter()
            .any(|file| is_at_or_below(file, path))
        {
            return Ok(true);
        }
        let objects = self.objects()?;
        for tree in self.parents(MergeVariables::Ignored)? {
            let mut files = TreeFiles::new(&objects, tree.as_ref())?;
            while let Some(file) = files.next_file()? {
                if is_at_or_below(&file, path) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

fn is_at_or_below(file: &[u8], path: &[u8]) -> bool {
    match file.strip_prefix(path) {
        Some(rest) => matches!(rest, [] | [b'/', ..]),
        None => false,
    }
}
