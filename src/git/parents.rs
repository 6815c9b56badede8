//! The commits that the next commit is made from: HEAD, and those that are being merged into it.

use std::env;
use std::fs;
use std::io::ErrorKind;

use anyhow::{Context, Result};

use crate::failure::{failed, hint};
use crate::git::object::reader::ObjectReader;
use crate::git::object::{self, Kind};
use crate::git::{ObjectId, Repo};

/// Tells whether the `GITHEAD_` variables name the commits being merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeVariables {
    /// The hook is pre-merge-commit: git has just set them.
    Believed,
    /// Another hook, or none. They count only where git says that a merge or a pull runs.
    Ignored,
}

impl Repo {
    /// The trees that the next commit is compared with: HEAD's (`None` before the first commit),
    /// then that of each commit that is being merged into it.
    ///
    /// # Errors
    /// HEAD or a merged commit cannot be read.
    pub fn parents(&self, variables: MergeVariables) -> Result<Vec<Option<ObjectId>>> {
        let objects = self.objects()?;
        let head = match self.head()? {
            Some(commit) => {
                let tree = tree_of_commit(&objects, &commit);
                Some(tree.map_err(|e| failed("HEAD cannot be read", hint::FSCK, e))?)
            }
            None => None,
        };
        let mut trees = vec![head];
        for commit in self.merge_heads(&objects, variables)? {
            let tree = tree_of_commit(&objects, &commit);
            let tree = tree.map_err(|e| failed("a merged commit cannot be read", hint::FSCK, e))?;
            trees.push(Some(tree));
        }
        Ok(trees)
    }

    /// The commits that are being merged into HEAD; none outside a merge.
    fn merge_heads(
        &self,
        objects: &ObjectReader<'_>,
        variables: MergeVariables,
    ) -> Result<Vec<ObjectId>> {
        let heads = self.read_merge_heads(objects, variables);
        heads.map_err(|e| failed("the commits being merged cannot be read", hint::STATUS, e))
    }

    fn read_merge_heads(
        &self,
        objects: &ObjectReader<'_>,
        variables: MergeVariables,
    ) -> Result<Vec<ObjectId>> {
        let text = match fs::read(self.git_path("MERGE_HEAD")?) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return merged_cleanly(objects, variables);
            }
            read => read.context("MERGE_HEAD")?,
        };
        let mut heads = Vec::new();
        for line in text.split(|byte| *byte == b'\n') {
            if !line.is_empty() {
                let id = ObjectId::from_hex(line);
                heads.push(id.context("MERGE_HEAD holds something else than object ids")?);
            }
        }
        Ok(heads)
    }
}

/// Reads the commits that git merges without conflicts. There is no `MERGE_HEAD` yet, but `git
/// merge` tells its children, the hook among them: `GITHEAD_<id>=<name>`. A hook may have been
/// started by a hook of another repository; commits that are not here are not merged here.
fn merged_cleanly(objects: &ObjectReader<'_>, variables: MergeVariables) -> Result<Vec<ObjectId>> {
    let mut merged = Vec::new();
    if env::var_os("GIT_INDEX_FILE").is_none() {
        return Ok(merged);
    }
    // git's own sample of pre-merge-commit starts pre-commit.
    let action = env::var_os("GIT_REFLOG_ACTION").unwrap_or_default();
    let action = action.as_encoded_bytes();
    let is_merging = action.starts_with(b"merge") || action.starts_with(b"pull");
    if variables == MergeVariables::Ignored && !is_merging {
        return Ok(merged);
    }
    for (name, _) in env::vars_os() {
        let Some(digits) = name.as_encoded_bytes().strip_prefix(b"GITHEAD_") else {
            continue;
        };
        let Some(id) = ObjectId::from_hex(digits) else {
            continue;
        };
        if objects
            .read(&id)?
            .is_some_and(|object| object.kind == Kind::Commit)
        {
            merged.push(id);
        }
    }
    Ok(merged)
}

fn tree_of_commit(objects: &ObjectReader<'_>, commit: &ObjectId) -> Result<ObjectId> {
    object::tree_of(&objects.content(commit, Kind::Commit)?)
}
