//! A repository, opened and read as git itself would: by libgit2 if it can, else by git.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};
use git2::ErrorCode;

use crate::failure::{failed, hint};
use crate::git::cli::Plumbing;
use crate::git::libgit2::Libgit2;
use crate::git::object::reader::{BlobReader, ObjectReader};
use crate::git::object::{self, Kind};
use crate::git::tree::walk::TreeFiles;
use crate::git::{
    Delta, History, Known, ObjectId, Ref, Remote, Revisions, cli::refs, cli::remotes,
    cli::rev_list, index::checksum,
};

/// Bytes of the only object ids that libgit2 takes.
const SHA1_LENGTH: usize = 20;

/// A repository, with the index that the environment names.
pub struct Repo {
    top: PathBuf,
    /// `None` if libgit2 refuses the repository.
    libgit2: Option<Libgit2>,
}

impl Repo {
    /// Opens the repository that git's environment variables name, or the one around the current
    /// directory.
    ///
    /// # Errors
    /// No repository, a bare one without a work tree, or one that git itself refuses.
    pub fn open() -> Result<Self> {
        Self::opened(
            Libgit2::open().and_then(Libgit2::with_work_tree),
            Plumbing::top,
        )
    }

    /// The same for what needs no work tree: a bare one will do.
    ///
    /// # Errors
    /// No repository, or one that git itself refuses.
    pub fn open_bare_too() -> Result<Self> {
        Self::opened(Libgit2::open(), Plumbing::git_dir)
    }

    fn opened(libgit2: Result<Libgit2>, git: impl FnOnce() -> Result<PathBuf>) -> Result<Self> {
        let refusal = match libgit2 {
            Ok(libgit2) => {
                return Ok(Self {
                    top: libgit2.top().into(),
                    libgit2: Some(libgit2),
                });
            }
            Err(refusal) => refusal,
        };
        let way_out = way_out_of(&refusal);
        let top = git().map_err(|error| both(&refusal, error));
        let top = top.map_err(|error| failed("the repository cannot be opened", way_out, error))?;
        Ok(Self { top, libgit2: None })
    }

    /// The top of the work tree; of a bare repository its own directory.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// A reader of this repository's blobs.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn blobs(&self) -> Result<BlobReader<'_>> {
        self.objects().map(BlobReader)
    }

    /// A reader of this repository's commits.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn history(&self) -> Result<History<'_>> {
        self.objects().map(History)
    }

    /// What a revision or a range names, in git's own syntax.
    ///
    /// # Errors
    /// Git does not know it.
    pub fn resolve(&self, range: &OsStr) -> Result<Revisions> {
        rev_list::resolve(range)
    }

    /// The commits that the included ones are made from, themselves too, and what is excluded or
    /// known is not; each with those of its parents that the repository's history leads to. Parents
    /// come before their children.
    ///
    /// # Errors
    /// Git cannot walk the history.
    pub fn reachable(
        &self,
        revisions: &Revisions,
        known: &Known,
    ) -> Result<Vec<(ObjectId, Vec<ObjectId>)>> {
        rev_list::reachable(revisions, known)
    }

    /// The remotes that are configured.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn remotes(&self) -> Result<Vec<Remote>> {
        let remotes = remotes::configured();
        remotes.map_err(|e| failed("the remotes cannot be read", hint::CONFIG, e))
    }

    /// The object that a ref points at; `None` if there is no such ref.
    ///
    /// # Errors
    /// Git cannot read it.
    pub fn ref_value(&self, name: &[u8]) -> Result<Option<ObjectId>> {
        refs::value(name).map_err(|e| failed("the refs cannot be read", hint::FSCK, e))
    }

    /// Everything that leads to commits: refs, the HEADs of all work trees, stashes.
    ///
    /// # Errors
    /// Git cannot list it.
    pub fn refs(&self) -> Result<Vec<Ref>> {
        refs::all().map_err(|e| failed("the refs cannot be read", hint::FSCK, e))
    }

    /// Every blob, and with `true` every commit and tag, that is stored, whether anything leads to it
    /// or not.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn stored_objects(&self) -> Result<Vec<(ObjectId, bool)>> {
        let objects =
            refs::objects().map_err(|e| failed("the objects cannot be listed", hint::FSCK, e))?;
        Ok(objects
            .into_iter()
            .map(|(id, kind)| (id, kind != Kind::Blob))
            .collect())
    }

    /// The commit of HEAD; `None` before the first.
    ///
    /// # Errors
    /// HEAD cannot be read.
    pub fn head(&self) -> Result<Option<ObjectId>> {
        self.ask(Libgit2::head, Plumbing::head)
            .map_err(|e| failed("HEAD cannot be read", hint::FSCK, e))
    }

    /// Whether the repository has no work tree.
    ///
    /// # Errors
    /// Git cannot tell.
    pub fn is_bare(&self) -> Result<bool> {
        match &self.libgit2 {
            Some(libgit2) => Ok(libgit2.is_bare()),
            None => Plumbing::is_bare(),
        }
    }

    /// Whether history was cut off when the repository was cloned.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        Plumbing::is_shallow().unwrap_or(false)
    }

    /// The trees that the next commit is compared with: HEAD's (`None` before the first commit),
    /// then that of each commit that is being merged into it.
    ///
    /// # Errors
    /// HEAD or a merged commit cannot be read.
    pub fn parents(&self) -> Result<Vec<Option<ObjectId>>> {
        let objects = self.objects()?;
        let head = self
            .ask(Libgit2::head, Plumbing::head)
            .and_then(|head| match head {
                Some(commit) => tree_of(&objects, &commit).map(Some),
                None => Ok(None),
            });
        let mut trees = vec![head.map_err(|e| failed("HEAD cannot be read", hint::FSCK, e))?];
        for commit in self.merge_heads(&objects)? {
            let tree = tree_of(&objects, &commit);
            trees.push(Some(tree.map_err(|e| {
                failed("a merged commit cannot be read", hint::FSCK, e)
            })?));
        }
        Ok(trees)
    }

    /// Every staged file whose content is not the one that the tree has at the same path; against
    /// no tree, every file. In the order of the paths.
    ///
    /// # Errors
    /// The tree or the index cannot be read.
    pub fn staged_against(&self, tree: Option<&ObjectId>) -> Result<Vec<Delta>> {
        let objects = self.objects()?;
        let by_git =
            || Self::index_must_be_whole(tree.is_some()).and_then(|()| Plumbing::deltas(tree));
        let by_libgit2 = |libgit2: &Libgit2| match libgit2.large_index() {
            Some(index) => checksum::verified_while(&index, SHA1_LENGTH, || Plumbing::deltas(tree)),
            None => libgit2.deltas(&objects, tree),
        };
        let mut deltas = self
            .ask(by_libgit2, by_git)
            .map_err(|e| failed("HEAD cannot be compared with the index", hint::FSCK, e))?;
        deltas.sort();
        Ok(deltas)
    }

    /// The content of a file in the next commit, if it is there.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn staged_at(&self, path: &str) -> Result<Option<ObjectId>> {
        let by_git = || Self::index_must_be_whole(false).and_then(|()| Plumbing::staged_at(path));
        let objects = self.objects()?;
        let by_libgit2 = |libgit2: &Libgit2| match libgit2.large_index() {
            Some(_) => Plumbing::staged_at(path),
            None => libgit2.staged_at(&objects, path),
        };
        let found = self.ask(by_libgit2, by_git);
        found.map_err(|e| failed("the index cannot be read", hint::STATUS, e))
    }

    /// Whether HEAD or the index knows this path, as a file or as a directory.
    ///
    /// # Errors
    /// HEAD or the index cannot be read.
    pub fn knows(&self, path: &[u8]) -> Result<bool> {
        let below = |file: &[u8]| {
            file.strip_prefix(path)
                .is_some_and(|rest| matches!(rest, [] | [b'/', ..]))
        };
        if self
            .ask(Libgit2::index_paths, Plumbing::index_paths)?
            .iter()
            .any(|file| below(file))
        {
            return Ok(true);
        }
        let objects = self.objects()?;
        for tree in self.parents()? {
            let mut files = TreeFiles::new(&objects, tree.as_ref())?;
            while let Some(file) = files.next_file()? {
                if below(&file.path) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn objects(&self) -> Result<ObjectReader<'_>> {
        let libgit2 = self.libgit2.as_ref().map(Libgit2::objects).transpose();
        let libgit2 =
            libgit2.map_err(|e| failed("the object database cannot be opened", hint::FSCK, e))?;
        Ok(ObjectReader::new(libgit2))
    }

    /// The commits that are being merged into HEAD; none outside a merge.
    fn merge_heads(&self, objects: &ObjectReader<'_>) -> Result<Vec<ObjectId>> {
        let refuse = |error: Error| {
            failed(
                "the commits being merged cannot be read",
                hint::STATUS,
                error,
            )
        };
        let text = match fs::read(self.git_path("MERGE_HEAD").map_err(refuse)?) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return merged_cleanly(objects).map_err(refuse);
            }
            read => read.context("MERGE_HEAD").map_err(refuse)?,
        };
        let lines = text.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        let ids = lines.map(|line| {
            ObjectId::from_hex(line).context("MERGE_HEAD holds something else than object ids")
        });
        ids.collect::<Result<_>>().map_err(refuse)
    }

    /// The path of a file that git keeps for this work tree.
    ///
    /// # Errors
    /// Git cannot tell.
    pub fn git_path(&self, name: &str) -> Result<PathBuf> {
        self.libgit2.as_ref().map_or_else(
            || Plumbing::git_path(name),
            |libgit2| Ok(libgit2.git_path(name)),
        )
    }

    /// What libgit2 answers, or if it refuses, git.
    fn ask<T>(
        &self,
        libgit2: impl FnOnce(&Libgit2) -> Result<T>,
        git: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        match self.libgit2.as_ref().map(libgit2) {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(refusal)) => git().map_err(|error| both(&refusal, error)),
            None => git(),
        }
    }

    /// Git takes a missing index for an empty one, which would approve anything.
    fn index_must_be_whole(head_has_files: bool) -> Result<()> {
        let index = Plumbing::git_path("index")?;
        let must_exist = head_has_files || env::var_os("GIT_INDEX_FILE").is_some();
        let checked = match fs::read(&index) {
            Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => Ok(()),
            read => read
                .map_err(Error::from)
                .and_then(|read| checksum::verify(&read, Plumbing::id_length()?)),
        };
        checked.with_context(|| format!("the index {} cannot be read", index.display()))
    }
}

/// Before a merge without conflicts is committed there is no `MERGE_HEAD` yet, but `git merge` tells
/// its children, the hook among them, what it merges: `GITHEAD_<id>=<name>`. A hook may have been
/// started by a hook of another repository; commits that are not here are not merged here.
fn merged_cleanly(objects: &ObjectReader<'_>) -> Result<Vec<ObjectId>> {
    let mut merged = Vec::new();
    if env::var_os("GIT_INDEX_FILE").is_none() {
        return Ok(merged);
    }
    for (name, _) in env::vars_os() {
        let id = name
            .as_encoded_bytes()
            .strip_prefix(b"GITHEAD_")
            .and_then(ObjectId::from_hex);
        let Some(id) = id else { continue };
        if objects
            .read(&id)?
            .is_some_and(|object| object.kind == Kind::Commit)
        {
            merged.push(id);
        }
    }
    Ok(merged)
}

/// Git's error, with libgit2's before it if that says more.
fn both(refusal: &Error, error: Error) -> Error {
    error.context(format!("{refusal:#}"))
}

fn tree_of(objects: &ObjectReader<'_>, commit: &ObjectId) -> Result<ObjectId> {
    object::tree_of(&objects.content(commit, Kind::Commit)?)
}

fn way_out_of(error: &Error) -> &'static str {
    let Some(error) = error.downcast_ref::<git2::Error>() else {
        return hint::WORK_TREE;
    };
    match (error.class(), error.code()) {
        (_, ErrorCode::NotFound) => hint::NOT_FOUND,
        (_, ErrorCode::Owner) => hint::OWNER,
        (git2::ErrorClass::Config, _) => hint::CONFIG,
        _ => hint::STATUS,
    }
}
