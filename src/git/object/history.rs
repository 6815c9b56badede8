//! Commits and what they add.

use anyhow::{Context, Result, bail};

use crate::git::object::Kind;
use crate::git::object::commit::{Commit, Tag};
use crate::git::object::reader::ObjectReader;
use crate::git::tree::walk::entries;
use crate::git::{Addition, ObjectId, TREE, tree::diff};

/// Reads commits, tags and trees.
pub struct History<'repo>(pub(crate) ObjectReader<'repo>);

/// What is left of an object when all tags around it are taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeled {
    /// The tags with their names, the outermost first.
    pub tags: Vec<(ObjectId, Vec<u8>)>,
    /// What they point at.
    pub target: Target,
}

/// What a tag can point at in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// As nearly always.
    Commit(Commit),
    /// A tree.
    Tree(ObjectId),
    /// A blob.
    Blob(ObjectId),
}

impl History<'_> {
    /// Whether the repository has the object.
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

    /// The commit of that name.
    ///
    /// # Errors
    /// It is missing, damaged or no commit.
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

    /// Every file of a tree whose content none of the other trees has at its path.
    ///
    /// # Errors
    /// A tree is missing or damaged.
    pub fn additions(&self, old: &[ObjectId], new: &ObjectId) -> Result<Vec<Addition>> {
        diff::additions(&self.0, old, new)
    }

    /// The file of that name at the top of a tree.
    ///
    /// # Errors
    /// The tree is missing or damaged.
    pub fn file_at_top(&self, tree: &ObjectId, name: &str) -> Result<Option<ObjectId>> {
        let content = self.0.content(tree, Kind::Tree)?;
        for entry in entries(&content, tree.as_bytes().len()) {
            let entry = entry?;
            if entry.name == name.as_bytes() && entry.mode != TREE {
                return Ok(Some(entry.id));
            }
        }
        Ok(None)
    }
}
