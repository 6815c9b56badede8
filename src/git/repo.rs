//! A repository, opened and read as git itself would: by libgit2 if it can, else by git.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};
use git2::ErrorCode;

use crate::failure::{failed, hint};
use crate::git::cli::rev_list::{Known, Revisions};
use crate::git::cli::{refs, remotes, repository, rev_list};
use crate::git::libgit2::Libgit2;
use crate::git::object::Kind;
use crate::git::object::reader::{BlobReader, ObjectReader};
use crate::git::{History, ObjectId, Ref, Remote, WorkTree, path_of};

/// The settings from which git takes authors and committers.
const IDENTITIES: [&str; 6] = [
    "user.name",
    "user.email",
    "author.name",
    "author.email",
    "committer.name",
    "committer.email",
];

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
    /// There is no repository, it is bare and has no work tree, or git itself refuses it.
    pub fn open() -> Result<Self> {
        match Libgit2::open().and_then(Libgit2::with_work_tree) {
            Ok(libgit2) => Ok(Self::with(libgit2)),
            Err(refusal) => Self::opened_by_git(repository::top(), &refusal),
        }
    }

    /// Opens a repository for a check that needs no work tree. A bare one will do.
    ///
    /// # Errors
    /// There is no repository, or git itself refuses it.
    pub fn open_or_bare() -> Result<Self> {
        match Libgit2::open() {
            Ok(libgit2) => Ok(Self::with(libgit2)),
            Err(refusal) => Self::opened_by_git(repository::git_dir(), &refusal),
        }
    }

    fn with(libgit2: Libgit2) -> Self {
        Self {
            top: libgit2.top().into(),
            libgit2: Some(libgit2),
        }
    }

    fn opened_by_git(top: Result<PathBuf>, refusal: &Error) -> Result<Self> {
        match top {
            Ok(top) => Ok(Self { top, libgit2: None }),
            Err(error) => {
                let error = join_errors(refusal, error);
                Err(failed(
                    "the repository cannot be opened",
                    opening_hint(refusal),
                    error,
                ))
            }
        }
    }

    /// The top of the work tree; of a bare repository its own directory.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Returns a reader of this repository's blobs.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn blobs(&self) -> Result<BlobReader<'_>> {
        self.objects().map(BlobReader)
    }

    /// Returns a reader of this repository's commits.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn history(&self) -> Result<History<'_>> {
        self.objects().map(History)
    }

    /// Resolves a revision or a range in git's own syntax.
    ///
    /// # Errors
    /// Git does not know it.
    pub fn resolve(&self, range: &OsStr) -> Result<Revisions> {
        rev_list::resolve(range)
    }

    /// Lists the included commits and their ancestors, but no excluded and no known ones, each with
    /// those of its parents that the repository's history leads to. Parents come before children.
    ///
    /// # Errors
    /// Git cannot walk the history.
    pub fn reachable(
        &self,
        revisions: &Revisions,
        known: &Known,
    ) -> Result<Vec<(ObjectId, Vec<ObjectId>)>> {
        let heads = match known {
            Known::OfGuardedRefs => self.heads()?,
            _ => Vec::new(),
        };
        rev_list::reachable(revisions, known, &heads)
    }

    /// The commits that are checked out in the work trees.
    fn heads(&self) -> Result<Vec<ObjectId>> {
        let directory = self.git_directory()?;
        // Where there are linked work trees, only git knows all of them.
        if directory.join("worktrees").exists() || directory.join("commondir").exists() {
            return refs::heads();
        }
        Ok(self.head()?.into_iter().collect())
    }

    /// Lists the commits that tags lead to, and neither HEAD nor a ref that only a fetch writes.
    ///
    /// # Errors
    /// Git cannot walk the history.
    pub fn tagged(&self) -> Result<Vec<ObjectId>> {
        rev_list::tagged()
    }

    /// Lists the commits that were made here, as far as the reflogs go back.
    ///
    /// # Errors
    /// Git cannot read the reflogs.
    pub fn made_here(&self) -> Result<Vec<ObjectId>> {
        rev_list::made_here()
    }

    /// Tells whether a URL or a path that git fetches from is this repository itself.
    #[must_use]
    pub fn is_at(&self, place: &[u8]) -> bool {
        let path = place.strip_prefix(b"file://").unwrap_or(place);
        let Ok(path) = path_of(path) else {
            return false;
        };
        if !path.is_dir() {
            return false;
        }
        match (
            repository::common_directory(),
            repository::common_directory_of(&path),
        ) {
            (Ok(own), Ok(other)) => is_same_directory(&own, &other),
            _ => false,
        }
    }

    /// Lists the remotes that are configured.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn remotes(&self) -> Result<Vec<Remote>> {
        remotes::configured().map_err(|e| failed("the remotes cannot be read", hint::CONFIG, e))
    }

    /// The object that a ref points at; `None` if there is no such ref.
    ///
    /// # Errors
    /// Git cannot read it.
    pub fn ref_value(&self, name: &[u8]) -> Result<Option<ObjectId>> {
        refs::ref_value(name).map_err(|e| failed("the refs cannot be read", hint::FSCK, e))
    }

    /// Lists everything that keeps commits reachable: refs, the HEADs of all work trees, stashes.
    ///
    /// # Errors
    /// Git cannot list it.
    pub fn refs(&self) -> Result<Vec<Ref>> {
        refs::all_refs().map_err(|e| failed("the refs cannot be read", hint::FSCK, e))
    }

    /// Lists the refs that single work trees have for themselves, such as those of a bisection.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn work_tree_refs(&self) -> Result<Vec<Ref>> {
        refs::work_tree_refs().map_err(|e| failed("the refs cannot be read", hint::FSCK, e))
    }

    /// Lists every blob, and with `true` every commit and tag, that is stored, reachable or not.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn stored_objects(&self) -> Result<Vec<(ObjectId, bool)>> {
        let objects = refs::stored_objects();
        let objects = objects.map_err(|e| failed("the objects cannot be listed", hint::FSCK, e))?;
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
        let head = self.ask(Libgit2::head, repository::head);
        head.map_err(|e| failed("HEAD cannot be read", hint::FSCK, e))
    }

    /// Tells if the repository has no work tree.
    ///
    /// # Errors
    /// Git cannot tell.
    pub fn is_bare(&self) -> Result<bool> {
        match &self.libgit2 {
            Some(libgit2) => Ok(libgit2.is_bare()),
            None => repository::is_bare(),
        }
    }

    /// Tells if history was cut off when the repository was cloned.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        repository::is_shallow().unwrap_or(false)
    }

    /// Tells whether the repository was told to fetch only a part of the objects.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        WorkTree::of_hook()
            .config_values(&[
                "--get-regexp",
                r"^(extensions\.partialclone|remote\..*\.promisor)$",
            ])
            .is_ok_and(|settings| !settings.is_empty())
    }

    /// The directory of this work tree's own part of the repository: its HEAD, its index, its
    /// locks.
    ///
    /// # Errors
    /// Git does not tell it.
    pub fn git_directory(&self) -> Result<PathBuf> {
        match &self.libgit2 {
            Some(libgit2) => Ok(libgit2.git_path("")),
            None => repository::git_dir(),
        }
    }

    /// The names and addresses that are configured for authors and committers.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn configured_identities(&self) -> Result<Vec<Vec<u8>>> {
        if let Some(libgit2) = &self.libgit2 {
            return libgit2.configured(&IDENTITIES);
        }
        let mut values = Vec::new();
        for name in IDENTITIES {
            values.extend(WorkTree::of_hook().config(name)?);
        }
        Ok(values)
    }

    pub(super) fn objects(&self) -> Result<ObjectReader<'_>> {
        let Some(libgit2) = &self.libgit2 else {
            return Ok(ObjectReader::new(None));
        };
        match libgit2.objects() {
            Ok(objects) => Ok(ObjectReader::new(Some(objects))),
            Err(error) => Err(failed(
                "the object database cannot be opened",
                hint::FSCK,
                error,
            )),
        }
    }

    /// The path of a file that git keeps for this work tree.
    ///
    /// # Errors
    /// Git cannot tell.
    pub fn git_path(&self, name: &str) -> Result<PathBuf> {
        match &self.libgit2 {
            Some(libgit2) => Ok(libgit2.git_path(name)),
            None => repository::git_path(name),
        }
    }

    /// Asks libgit2, or git if libgit2 refuses.
    pub(super) fn ask<T>(
        &self,
        by_libgit2: impl FnOnce(&Libgit2) -> Result<T>,
        by_git: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let Some(libgit2) = &self.libgit2 else {
            return by_git();
        };
        match by_libgit2(libgit2) {
            Ok(answer) => Ok(answer),
            Err(refusal) => by_git().map_err(|error| join_errors(&refusal, error)),
        }
    }

    /// The repository as libgit2 opened it.
    pub(super) fn libgit2(&self) -> Option<&Libgit2> {
        self.libgit2.as_ref()
    }

    /// Asks libgit2, or git if libgit2 refuses. Git reads every index, so only its error is told.
    pub(super) fn ask_about_index<T>(
        &self,
        by_libgit2: impl FnOnce(&Libgit2) -> Result<T>,
        by_git: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        if let Some(libgit2) = &self.libgit2
            && let Ok(answer) = by_libgit2(libgit2)
        {
            return Ok(answer);
        }
        by_git()
    }
}

fn is_same_directory(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Puts libgit2's error before git's, as it may say more.
fn join_errors(refusal: &Error, error: Error) -> Error {
    error.context(format!("{refusal:#}"))
}

fn opening_hint(refusal: &Error) -> &'static str {
    let Some(refusal) = refusal.downcast_ref::<git2::Error>() else {
        return hint::WORK_TREE;
    };
    match (refusal.class(), refusal.code()) {
        (_, ErrorCode::NotFound) => hint::NOT_FOUND,
        (_, ErrorCode::Owner) => hint::OWNER,
        (git2::ErrorClass::Config, _) => hint::CONFIG,
        _ => hint::STATUS,
    }
}
