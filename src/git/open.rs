//! Opening a repository as git itself would, and its two sides: HEAD and the index.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use git2::{ErrorCode, Index, Oid, Repository};

use super::{BlobReader, Delta, ObjectId, index_walk};
use crate::unscanned::{cannot_scan, way_out};

/// A repository, with the index that the environment names.
pub struct Repo {
    git2: Repository,
    index: PathBuf,
}

impl Repo {
    /// Opens the repository that git's environment variables name, or the one around the current
    /// directory. `Repository::discover` would ignore `GIT_INDEX_FILE`, which `git commit -a` and
    /// `git commit PATH` set, and look at the wrong index.
    ///
    /// # Errors
    /// No repository, a bare one without a work tree, or one that libgit2 cannot open.
    pub fn open() -> Result<Self> {
        // An object that does not match its name was let in by git already, and hashing is half
        // of the time it takes to read one.
        git2::opts::strict_hash_verification(false);
        let git2 = Repository::open_from_env()
            .map_err(|error| cannot_scan("the repository cannot be opened", way_out_of(&error), error))?;
        let index = index_path(&git2)?;
        Ok(Self { git2, index })
    }

    /// The top of the work tree, if there is one.
    #[must_use]
    pub fn top(&self) -> Option<&Path> {
        self.git2.workdir()
    }

    /// A reader of this repository's blobs.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn blobs(&self) -> Result<BlobReader<'_>> {
        let odb = self.git2.odb().map_err(|e| cannot_scan("the object database cannot be opened", way_out::FSCK, e))?;
        Ok(BlobReader(odb))
    }

    /// The content of a file in the next commit, if it is there.
    ///
    /// # Errors
    /// HEAD or the index cannot be read.
    pub fn staged_at(&self, path: &str) -> Result<Option<ObjectId>> {
        let index = self.read_index(self.head_tree()?.is_some())?;
        Ok(index.get_path(Path::new(path), 0).map(|entry| entry.id.into()))
    }

    /// What the next commit changes: every file whose staged content is not the one that HEAD
    /// has at the same path. Before the first commit that is every file.
    ///
    /// # Errors
    /// HEAD, one of its trees, or the index cannot be read.
    pub fn staged(&self) -> Result<Vec<Delta>> {
        let head = self.head_tree()?;
        let index = self.read_index(head.is_some())?;
        index_walk::deltas(&self.git2, head, &index)
            .map_err(|e| cannot_scan("HEAD cannot be compared with the index", way_out::FSCK, e))
    }

    /// The content that a file has in the tree of a commit, if it is there at all.
    ///
    /// # Errors
    /// The commit or one of its trees cannot be read.
    pub fn content_at(&self, commit: &ObjectId, path: &[u8]) -> Result<Option<ObjectId>> {
        let mut tree = self.git2.find_commit(commit.to_git2()?)?.tree()?;
        let mut names = path.split(|b| *b == b'/').peekable();
        while let Some(name) = names.next() {
            let Some((id, kind)) = tree.iter().find(|entry| entry.name_bytes() == name).map(|e| (e.id(), e.kind()))
            else {
                return Ok(None);
            };
            match (names.peek(), kind) {
                (None, Some(git2::ObjectType::Blob)) => return Ok(Some(id.into())),
                (Some(_), Some(git2::ObjectType::Tree)) => tree = self.git2.find_tree(id)?,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The commits that are being merged into HEAD; none outside a merge.
    ///
    /// # Errors
    /// `MERGE_HEAD` cannot be read or holds something else.
    pub fn merge_heads(&self) -> Result<Vec<ObjectId>> {
        let path = self.git2.path().join("MERGE_HEAD");
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            read => read.map_err(|e| cannot_scan("MERGE_HEAD cannot be read", way_out::STATUS, e))?,
        };
        let oids = text.lines().map(|line| Oid::from_str(line.trim()).map(ObjectId::from));
        oids.collect::<Result<_, _>>().map_err(|e| cannot_scan("MERGE_HEAD cannot be read", way_out::STATUS, e))
    }

    /// Whether HEAD or the index knows this path, as a file or as a directory.
    ///
    /// # Errors
    /// HEAD or the index cannot be read.
    pub fn knows(&self, path: &[u8]) -> Result<bool> {
        let head = self.head_tree()?;
        let below = |file: &[u8]| file.strip_prefix(path).is_some_and(|rest| matches!(rest, [] | [b'/', ..]));
        if self.read_index(head.is_some())?.iter().any(|entry| below(&entry.path)) {
            return Ok(true);
        }
        let mut files = super::tree_walk::TreeFiles::new(&self.git2, head)?;
        while let Some(file) = files.next_file()? {
            if below(&file.path) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `None` before the first commit on a branch.
    fn head_tree(&self) -> Result<Option<Oid>> {
        let tree = match self.git2.head() {
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(None),
            head => head.and_then(|head| head.peel_to_tree()),
        };
        let tree = tree.map_err(|e| cannot_scan("HEAD cannot be read", way_out::FSCK, e))?;
        Ok(Some(tree.id()))
    }

    /// libgit2 takes a missing index for an empty one, which would approve anything.
    fn read_index(&self, head_has_files: bool) -> Result<Index> {
        let must_exist = head_has_files || env::var_os("GIT_INDEX_FILE").is_some();
        let found = fs::metadata(&self.index);
        let read = match found {
            Err(error) if must_exist || error.kind() != std::io::ErrorKind::NotFound => Err(anyhow!(error)),
            _ => Index::open(&self.index).map_err(Into::into),
        };
        let what = || format!("the index {} cannot be read", self.index.display());
        read.map_err(|e| cannot_scan(what(), way_out::STATUS, e))
    }
}

/// Git resolves a relative `GIT_INDEX_FILE` from the top of the work tree, wherever it was started;
/// libgit2 from the current directory.
fn index_path(repo: &Repository) -> Result<PathBuf> {
    match (env::var_os("GIT_INDEX_FILE"), repo.workdir()) {
        (Some(index), Some(top)) => Ok(top.join(index)),
        (Some(index), None) => std::path::absolute(&index).context("GIT_INDEX_FILE names no file"),
        (None, Some(_)) => Ok(repo.path().join("index")),
        (None, None) => {
            Err(cannot_scan("nothing can be staged here", way_out::WORK_TREE, anyhow!("the repository is bare")))
        }
    }
}

fn way_out_of(error: &git2::Error) -> &'static str {
    match (error.class(), error.code()) {
        (_, ErrorCode::NotFound) => way_out::NOT_FOUND,
        (_, ErrorCode::Owner) => way_out::OWNER,
        (git2::ErrorClass::Config, _) => way_out::CONFIG,
        _ => way_out::STATUS,
    }
}
