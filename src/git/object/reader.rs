//! Reads objects: from their own file, from libgit2's packs, or from git itself.

use std::ops::Deref;

use anyhow::{Context, Result, bail, ensure};

use crate::git::ObjectId;
use crate::git::object::blob_stream::BlobStream;
use crate::git::object::cat_file::CatFile;
use crate::git::object::commit::message_first;
use crate::git::object::loose::LooseObjects;
use crate::git::object::{Content, Found, Kind, Object};

/// The bytes of a blob, or the text of a commit or a tag.
pub struct Blob<'repo>(Content<'repo>);

impl Deref for Blob<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Reads blobs. Each thread has its own.
pub struct BlobReader<'repo>(pub(crate) ObjectReader<'repo>);

/// A blob, or only its size if it has more bytes than were asked for.
pub enum BlobOrSize<'repo> {
    /// The whole blob.
    Blob(Blob<'repo>),
    /// The number of its bytes.
    Size(u64),
}

impl BlobReader<'_> {
    /// Reads a blob. `None` if the repository does not have it (a partial clone). For a commit or a
    /// tag the result is the message, with the headers behind it.
    ///
    /// # Errors
    /// The object is damaged, cannot be read, or is a tree.
    pub fn read(&self, id: &ObjectId) -> Result<Option<Blob<'_>>> {
        let object = self.0.read(id);
        let object = object.with_context(|| format!("blob {id} cannot be read"))?;
        object.map(|object| blob_of(id, object)).transpose()
    }

    /// Reads a blob if it has at most so many bytes. Where git itself reads the objects, it is read
    /// however large it is.
    ///
    /// # Errors
    /// As for [`BlobReader::read`].
    pub fn read_up_to(&self, id: &ObjectId, most: u64) -> Result<Option<BlobOrSize<'_>>> {
        let found = self.0.read_up_to(id, most);
        match found.with_context(|| format!("blob {id} cannot be read"))? {
            Some(Found::Object(object)) => Ok(Some(BlobOrSize::Blob(blob_of(id, object)?))),
            Some(Found::Larger(size)) => Ok(Some(BlobOrSize::Size(size))),
            None => Ok(None),
        }
    }

    /// Starts to read a blob of this size, part by part.
    ///
    /// # Errors
    /// git cannot be started.
    pub fn stream(&self, id: &ObjectId, size: u64) -> Result<BlobStream> {
        BlobStream::start(id, size)
    }
}

fn blob_of<'repo>(id: &ObjectId, object: Object<'repo>) -> Result<Blob<'repo>> {
    match object.kind {
        Kind::Blob => Ok(Blob(object.content)),
        Kind::Commit | Kind::Tag => Ok(Blob(Content::Owned(message_first(&object.content)))),
        Kind::Tree => bail!("object {id} is a tree, not a blob"),
    }
}

/// Reads objects of any kind.
pub(crate) struct ObjectReader<'repo> {
    /// `None` if libgit2 refuses the repository.
    libgit2: Option<(&'repo LooseObjects, git2::Odb<'repo>)>,
    git: CatFile,
}

impl<'repo> ObjectReader<'repo> {
    pub(crate) fn new(libgit2: Option<(&'repo LooseObjects, git2::Odb<'repo>)>) -> Self {
        Self {
            libgit2,
            git: CatFile::default(),
        }
    }

    /// Reads an object. `None` if neither libgit2 nor git finds it. A damaged object is not looked
    /// for elsewhere: the next commit would hold the damaged one.
    pub(crate) fn read(&self, id: &ObjectId) -> Result<Option<Object<'_>>> {
        match self.read_up_to(id, u64::MAX)? {
            Some(Found::Object(object)) => Ok(Some(object)),
            Some(Found::Larger(size)) => bail!("it has {size} bytes"),
            None => Ok(None),
        }
    }

    /// Reads an object, unless it is a blob of more than `most` bytes.
    pub(crate) fn read_up_to(&self, id: &ObjectId, most: u64) -> Result<Option<Found<'_>>> {
        if let Some((loose, _)) = &self.libgit2 {
            // A loose object has a checksum, which its reader verifies.
            if let Some(found) = loose.read(id, most)? {
                return Ok(Some(found));
            }
        }
        if let Some(size) = self.size_above(id, most)? {
            return Ok(Some(Found::Larger(size)));
        }
        // Nobody verifies the index of a pack. It may lead to another object.
        let Some(object) = self.read_packed(id)? else {
            return Ok(None);
        };
        let is_right = object.is_named(id);
        ensure!(
            is_right,
            "the object is damaged: its content does not match its name"
        );
        Ok(Some(Found::Object(object)))
    }

    /// The size of a packed blob of more than `most` bytes. `None` for any other object.
    fn size_above(&self, id: &ObjectId, most: u64) -> Result<Option<u64>> {
        let Some((_, packed)) = &self.libgit2 else {
            return Ok(None);
        };
        if most == u64::MAX {
            return Ok(None);
        }
        match packed.read_header(id.to_git2()?) {
            Ok((size, git2::ObjectType::Blob)) if size as u64 > most => Ok(Some(size as u64)),
            // Whoever reads the object tells what is wrong with it.
            _ => Ok(None),
        }
    }

    fn read_packed(&self, id: &ObjectId) -> Result<Option<Object<'_>>> {
        let Some((_, packed)) = &self.libgit2 else {
            return self.git.read(id);
        };
        match packed.read(id.to_git2()?) {
            Ok(object) => Ok(Some(Object {
                kind: kind_of(object.kind())?,
                content: Content::Libgit2(object),
            })),
            // libgit2 does not know every place where git looks.
            Err(error) if error.code() == git2::ErrorCode::NotFound => self.git.read(id),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the content of an object that must exist and be of this kind.
    pub(crate) fn content(&self, id: &ObjectId, kind: Kind) -> Result<Content<'_>> {
        match self
            .read(id)
            .with_context(|| format!("{kind:?} {id} cannot be read"))?
        {
            Some(object) if object.kind == kind => Ok(object.content),
            Some(object) => bail!("object {id} is a {:?}, not a {kind:?}", object.kind),
            None => bail!("{kind:?} {id} is missing"),
        }
    }
}

fn kind_of(kind: git2::ObjectType) -> Result<Kind> {
    match kind {
        git2::ObjectType::Blob => Ok(Kind::Blob),
        git2::ObjectType::Tree => Ok(Kind::Tree),
        git2::ObjectType::Commit => Ok(Kind::Commit),
        git2::ObjectType::Tag => Ok(Kind::Tag),
        git2::ObjectType::Any => bail!("the object is of no known kind"),
    }
}
