//! Reads commits, tags and trees.

use anyhow::{Context, Result, bail};

use crate::git::object::Kind;
use crate::git::object::commit::{Commit, Tag};
use crate::git::object::reader::ObjectReader;
use crate::git::tree::{diff, walk};
use crate::git::{Delta, ObjectId};

/// Reads commits, tags and trees.
pub struct History<'repo>(pub(crate) ObjectReader<'repo>);

/// An object with all tags around it taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeled {
    /// The tags with their names, the outermost first.
    pub tags: Vec<(ObjectId, Vec<u8>)>,
    /// The object that the innermost tag points at.
    pub target: Target,
}

/// The kinds of object that a tag can point at in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The usual target.
    Commit(Commit),
    /// A tree.
    Tree(ObjectId),
    /// A blob.
    Blob(ObjectId),
}

impl History<'_> {
    /// Tells if the repository has the object.
    ///
    /// # Errors
    /// The object is damaged.
    pub fn has(&self, id: &ObjectId) -> Result<bool> {
        Ok(self
            .0
            .read(id)
            .with_context(|| format!("object {id} cannot be read"))?
            .is_some())
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// It is missing or damaged, or another kind of object.
    pub fn commit(&self, id: &ObjectId) -> Result<Commit> {
        Commit::parse(*id, &self.0.content(id, Kind::Commit)?)
            .with_context(|| format!("commit {id} cannot be read"))
    }

    /// Takes the tags off an object.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn peel(&self, id: &ObjectId) -> Result<Peeled> {
        let (mut id, mut tags) = (*id, Vec::new());
        loop {
            let object = self
                .0
                .read(&id)
                .with_context(|| format!("object {id} cannot be read"))?;
            let Some(object) = object else {
                bail!("object {id} is missing")
            };
            let target = match object.kind {
                Kind::Tag => {
                    let tag = Tag::parse(&object.content)
                        .with_context(|| format!("tag {id} cannot be read"))?;
                    tags.push((id, tag.name));
                    id = tag.target;
                    continue;
                }
                Kind::Commit => Target::Commit(Commit::parse(id, &object.content)?),
                Kind::Tree => Target::Tree(id),
                Kind::Blob => Target::Blob(id),
            };
            return Ok(Peeled { tags, target });
        }
    }

    /// Lists every file of a tree whose content none of the other trees has at its path.
    ///
    /// # Errors
    /// A tree is missing or damaged.
    pub fn deltas(&self, old: &[ObjectId], new: &ObjectId) -> Result<Vec<Delta>> {
        diff::deltas(&self.0, old, new)
    }

    /// The file with this name at the top of a tree.
    ///
    /// # Errors
    /// The tree is missing or damaged.
    pub fn file_at_top(&self, tree: &ObjectId, name: &str) -> Result<Option<ObjectId>> {
        walk::file_at_top(&self.0, tree, name)
    }
}
