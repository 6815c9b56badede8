//! Loose objects: those that lie in files of their own, as all new ones do.
//!
//! libgit2 does not read them here. It inflates a file that was cut short for ever, and it fills up
//! with NUL bytes if the content is shorter than its header says.

use std::cell::{Cell, OnceCell, RefCell};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use libdeflater::Decompressor;

use crate::git::object::inflate::{inflate_file, owned};
use crate::git::object::{Found, Kind, Object};
use crate::git::{ObjectId, path_of};
use crate::hex;

/// The depth to which git follows alternates of alternates.
const DEEPEST_ALTERNATE: usize = 5;
/// After so many objects without a file, the directories that have files are listed.
const MOST_MISSES: u32 = 64;

/// The object directories of a repository: its own and the alternates.
pub(crate) struct LooseObjects {
    directories: Vec<PathBuf>,
    decompressor: RefCell<Decompressor>,
    /// The first tree that was read: whoever compares trees begins with it again.
    first_tree: OnceCell<(ObjectId, Vec<u8>)>,
    /// Objects that had no file.
    misses: Cell<u32>,
    /// The first bytes of ids for which there are files. In a packed repository there are none.
    first_bytes: OnceCell<[bool; 256]>,
}

impl LooseObjects {
    /// Finds all alternates. `own` is the object directory, `others` are the alternates that the
    /// environment names.
    ///
    /// # Errors
    /// `info/alternates` exists and cannot be read.
    pub(crate) fn new(own: PathBuf, others: impl IntoIterator<Item = PathBuf>) -> Result<Self> {
        let mut directories = Vec::new();
        for directory in [own].into_iter().chain(others) {
            add_with_alternates(&mut directories, &directory, 0)?;
        }
        Ok(Self {
            directories,
            decompressor: RefCell::new(Decompressor::new()),
            first_tree: OnceCell::new(),
            misses: Cell::new(0),
            first_bytes: OnceCell::new(),
        })
    }

    /// Reads an object, unless it is a blob of more than `most` bytes. `None` if no file holds it.
    ///
    /// # Errors
    /// The first such file cannot be read, or is damaged.
    pub(crate) fn read(&self, id: &ObjectId, most: u64) -> Result<Option<Found<'static>>> {
        if let Some((known, tree)) = self.first_tree.get()
            && known == id
        {
            return Ok(Some(owned(Kind::Tree, tree.clone())));
        }
        if let Some(first_bytes) = self.first_bytes.get()
            && !first_bytes[usize::from(id.as_bytes()[0])]
        {
            // If the first such file was written since, git finds the object.
            return Ok(None);
        }
        let name = id.to_string();
        let (directory, file) = name.split_at(2);
        for objects in &self.directories {
            match File::open(objects.join(directory).join(file)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                opened => {
                    let found = inflate_file(opened?, most, &mut self.decompressor.borrow_mut())
                        .context("the loose object is damaged")?;
                    self.keep_first_tree(id, &found);
                    return Ok(Some(found));
                }
            }
        }
        self.count_miss();
        Ok(None)
    }

    fn keep_first_tree(&self, id: &ObjectId, found: &Found<'_>) {
        if let Found::Object(Object { kind, content }) = found
            && *kind == Kind::Tree
        {
            self.first_tree.get_or_init(|| (*id, content.to_vec()));
        }
    }

    fn count_miss(&self) {
        self.misses.set(self.misses.get() + 1);
        if self.misses.get() == MOST_MISSES
            && let Some(listed) = self.list_first_bytes()
        {
            self.first_bytes.get_or_init(|| listed);
        }
    }

    /// `None` if a directory cannot be listed.
    fn list_first_bytes(&self) -> Option<[bool; 256]> {
        let mut listed = [false; 256];
        for objects in &self.directories {
            for entry in fs::read_dir(objects).ok()? {
                let name = entry.ok()?.file_name();
                if let Some([byte]) = hex::decode(name.as_encoded_bytes()).as_deref() {
                    listed[usize::from(*byte)] = true;
                }
            }
        }
        Some(listed)
    }
}

fn add_with_alternates(known: &mut Vec<PathBuf>, directory: &Path, depth: usize) -> Result<()> {
    if depth > DEEPEST_ALTERNATE || known.iter().any(|known| known == directory) {
        return Ok(());
    }
    let list = directory.join("info/alternates");
    let lines = match fs::read(&list) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        read => read.with_context(|| format!("{} cannot be read", list.display()))?,
    };
    known.push(directory.into());
    for line in lines
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty() && line[0] != b'#')
    {
        // A quoted path names no file here. Git finds the objects in there.
        let alternate = directory.join(path_of(line)?);
        add_with_alternates(known, &alternate, depth + 1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::git::object::inflate::tests::deflated;

    use super::*;

    #[test]
    fn files_are_found_after_many_objects_without_one() {
        let directory = tempfile::tempdir().unwrap();
        let objects = LooseObjects::new(directory.path().into(), []).unwrap();
        let id = |first: u8| ObjectId::from_bytes(&[first; 20]).unwrap();
        let below = directory.path().join("77");
        fs::create_dir(&below).unwrap();
        fs::write(below.join("77".repeat(19)), deflated(b"blob 1\0x")).unwrap();
        for first in 0..=255 {
            let is_found = objects.read(&id(first), u64::MAX).unwrap().is_some();
            assert_eq!(is_found, first == 0x77, "{first:02x}");
        }
        assert!(objects.first_bytes.get().is_some());
    }

    #[test]
    fn the_first_tree_is_read_once() {
        let directory = tempfile::tempdir().unwrap();
        let objects = LooseObjects::new(directory.path().into(), []).unwrap();
        for (first, object) in [(0x11, &b"tree 1\0x"[..]), (0x22, b"tree 1\0y")] {
            let id = ObjectId::from_bytes(&[first; 20]).unwrap();
            let below = directory.path().join(format!("{first:02x}"));
            fs::create_dir(&below).unwrap();
            fs::write(below.join(id.to_string().split_off(2)), deflated(object)).unwrap();
            assert!(objects.read(&id, u64::MAX).unwrap().is_some());
            fs::remove_dir_all(&below).unwrap();
            let again = objects.read(&id, u64::MAX).unwrap();
            assert_eq!(again.is_some(), first == 0x11, "{first:02x}");
        }
    }
}
