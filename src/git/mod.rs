//! The only code that names git2. What leaves it are plain, owned values: object ids, paths as
//! bytes, line numbers.

mod added_lines;
mod index_walk;
mod object_id;
mod open;
mod tree_walk;

use std::ops::Deref;

use anyhow::{Context, Result, bail};

pub use added_lines::AddedLines;
pub use object_id::ObjectId;
pub use open::Repo;

/// A file whose staged content differs from the one in HEAD.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delta {
    /// Path from the repository's top: any bytes but NUL.
    pub path: Vec<u8>,
    /// The content that will be committed.
    pub new: ObjectId,
    /// The content in HEAD, if the path has one there.
    pub old: Option<ObjectId>,
}

/// The bytes of a blob.
pub struct Blob<'repo>(git2::OdbObject<'repo>);

impl Deref for Blob<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.data()
    }
}

/// Reads blobs. Each thread has its own.
pub struct BlobReader<'repo>(git2::Odb<'repo>);

impl BlobReader<'_> {
    /// The content of a blob, or `None` if the repository does not have it (a partial clone).
    ///
    /// # Errors
    /// A damaged object, an unreadable file, or an object that is no blob.
    pub fn read(&self, id: &ObjectId) -> Result<Option<Blob<'_>>> {
        match self.0.read(id.to_git2()?) {
            Ok(object) if object.kind() == git2::ObjectType::Blob => Ok(Some(Blob(object))),
            Ok(object) => bail!("object {id} is a {}, not a blob", object.kind()),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("blob {id} cannot be read")),
        }
    }
}
