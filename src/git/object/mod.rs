//! Objects as they come out of a repository, whoever read them.

pub(crate) mod cat_file;
pub(crate) mod commit;
pub(crate) mod history;
pub(crate) mod id;
pub(crate) mod loose;
pub(crate) mod reader;

use std::ops::Deref;

use anyhow::{Context, Result};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::git::ObjectId;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    /// By git's name for it.
    pub(crate) fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"blob" => Some(Self::Blob),
            b"tree" => Some(Self::Tree),
            b"commit" => Some(Self::Commit),
            b"tag" => Some(Self::Tag),
            _ => None,
        }
    }
}

/// An object, whole.
pub(crate) struct Object<'repo> {
    pub(crate) kind: Kind,
    pub(crate) content: Content<'repo>,
}

impl Object<'_> {
    /// Whether the object has the name under which it was found.
    pub(crate) fn is_named(&self, id: &ObjectId) -> bool {
        let kind = match self.kind {
            Kind::Blob => "blob",
            Kind::Tree => "tree",
            Kind::Commit => "commit",
            Kind::Tag => "tag",
        };
        let header = format!("{kind} {}\0", self.content.len());
        match id.as_bytes().len() {
            20 => {
                Sha1::new()
                    .chain_update(header)
                    .chain_update(&*self.content)
                    .finalize()[..]
                    == *id.as_bytes()
            }
            _ => {
                Sha256::new()
                    .chain_update(header)
                    .chain_update(&*self.content)
                    .finalize()[..]
                    == *id.as_bytes()
            }
        }
    }
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
    let line = commit
        .strip_prefix(b"tree ")
        .and_then(|rest| rest.split(|b| *b == b'\n').next());
    line.and_then(ObjectId::from_hex)
        .context("the commit names no tree")
}
