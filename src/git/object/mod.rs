//! Objects as they come out of a repository, whoever read them.

pub(crate) mod blob_stream;
pub(crate) mod cat_file;
pub(crate) mod commit;
pub(crate) mod history;
pub(crate) mod id;
mod inflate;
pub(crate) mod loose;
pub(crate) mod reader;

use std::ops::Deref;

use anyhow::{Context, Result};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::git::ObjectId;

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    /// Finds a kind by git's name for it.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"blob" => Some(Self::Blob),
            b"tree" => Some(Self::Tree),
            b"commit" => Some(Self::Commit),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }
}

/// An object, whole.
pub(crate) struct Object<'repo> {
    pub(crate) kind: Kind,
    pub(crate) content: Content<'repo>,
}

/// An object, or only the size of a blob that has more bytes than were asked for.
pub(crate) enum Found<'repo> {
    Object(Object<'repo>),
    Larger(u64),
}

impl Object<'_> {
    /// Tells if the object has the name under which it was found.
    pub(crate) fn is_named(&self, id: &ObjectId) -> bool {
        let header = header(self.kind, self.content.len() as u64);
        match id.as_bytes().len() {
            20 => hash_object::<Sha1>(&header, &self.content) == id.as_bytes(),
            _ => hash_object::<Sha256>(&header, &self.content) == id.as_bytes(),
        }
    }
}

/// The text that git puts before the content of an object.
fn header(kind: Kind, size: u64) -> String {
    format!("{} {size}\0", kind.name())
}

fn hash_object<D: Digest>(header: &str, content: &[u8]) -> Vec<u8> {
    D::new()
        .chain_update(header)
        .chain_update(content)
        .finalize()
        .to_vec()
}

/// The bytes of an object, without its header.
pub(crate) enum Content<'repo> {
    Owned(Vec<u8>),
    Libgit2(git2::OdbObject<'repo>),
}

impl Deref for Content<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Libgit2(object) => object.data(),
        }
    }
}

/// The tree of a commit, from the commit's content.
pub(crate) fn tree_of(commit: &[u8]) -> Result<ObjectId> {
    let rest = commit
        .strip_prefix(b"tree ")
        .context("the commit names no tree")?;
    let digits = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    ObjectId::from_hex(digits).context("the commit names no tree")
}
