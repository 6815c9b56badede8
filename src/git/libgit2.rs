//! A repository that libgit2 opens, and its two sides: HEAD and the index.

use std::cell::OnceCell;
use std::env;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use git2::{ErrorCode, Index, Odb, Repository};

use crate::git::object::Kind;
use crate::git::object::loose::LooseObjects;
use crate::git::object::reader::ObjectReader;
use crate::git::tree::walk::entries;
use crate::git::{Delta, ObjectId, TREE, index::staged_tree, index::walk, tree::diff};

/// More entries than libgit2 reads in the time that git takes to start.
const LARGE: u32 = 4000;

/// A repository, with the index that the environment names.
pub(super) struct Libgit2 {
    repo: Repository,
    top: PathBuf,
    index: PathBuf,
    /// The directories of objects that lie in files of their own.
    loose: OnceCell<LooseObjects>,
    /// What the index says of the tree that will be committed.
    staged_tree: OnceCell<Option<ObjectId>>,
    /// The index with its entries, for which there is seldom need.
    loaded: OnceCell<Index>,
}

impl Libgit2 {
    /// Opens the repository that git's environment variables name, or the one around the current
    /// directory. `Repository::discover` would ignore `GIT_INDEX_FILE`, which `git commit -a` and
    /// `git commit PATH` set, and look at the wrong index.
    pub(super) fn open() -> Result<Self> {
        // The objects that libgit2 reads here are verified by their reader, in less time.
        git2::opts::strict_hash_verification(false);
        let repo = Repository::open_from_env()?;
        let top = repo.workdir().unwrap_or(repo.path()).to_path_buf();
        // Git resolves a relative GIT_INDEX_FILE from the top of the work tree, wherever it was
        // started; libgit2 from the current directory.
        let index = env::var_os("GIT_INDEX_FILE")
            .map_or_else(|| repo.path().join("index"), |index| top.join(index));
        let (loose, staged_tree, loaded) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Ok(Self {
            repo,
            top,
            index,
            loose,
            staged_tree,
            loaded,
        })
    }

    /// The same, unless it is bare.
    pub(super) fn with_work_tree(self) -> Result<Self> {
        ensure!(
            self.repo.workdir().is_some(),
            "the repository is bare: nothing can be staged"
        );
        Ok(self)
    }

    /// The top of the work tree; of a bare repository its own directory.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// Where a file of this work tree's own part of the repository lies.
    pub(super) fn is_bare(&self) -> bool {
        self.repo.is_bare()
    }

    pub(super) fn git_path(&self, name: &str) -> PathBuf {
        self.repo.path().join(name)
    }

    /// The object database, as files and as libgit2 sees it.
    pub(super) fn objects(&self) -> Result<(&LooseObjects, Odb<'_>)> {
        if let Some(loose) = self.loose.get() {
            return Ok((loose, self.repo.odb()?));
        }
        let own = env::var_os("GIT_OBJECT_DIRECTORY").map(PathBuf::from);
        let own = own.unwrap_or_else(|| self.repo.commondir().join("objects"));
        let others = env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
        let others = env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
        let loose = LooseObjects::new(own, others)?;
        Ok((self.loose.get_or_init(|| loose), self.repo.odb()?))
    }

    /// The commit of HEAD; `None` before the first on a branch.
    pub(super) fn head(&self) -> Result<Option<ObjectId>> {
        match self.repo.head() {
            Err(error) if error.code() == ErrorCode::UnbornBranch => Ok(None),
            head => head?
                .target()
                .map(|id| Some(id.into()))
                .context("HEAD names no object"),
        }
    }

    /// Every staged file whose content the tree does not have at its path.
    pub(super) fn deltas(
        &self,
        objects: &ObjectReader<'_>,
        tree: Option<&ObjectId>,
    ) -> Result<Vec<Delta>> {
        if let Some(root) = self.staged_tree()? {
            // A staged tree that cannot be read is no harm: the entries say the same.
            if let Ok(deltas) = diff::deltas(objects, tree, &root) {
                return Ok(deltas);
            }
        }
        walk::deltas(objects, tree, self.read_index(tree.is_some())?)
    }

    /// The index if its tree is not known and it is so large that git itself reads it sooner.
    pub(super) fn large_index(&self) -> Option<PathBuf> {
        let is_known = self.staged_tree().is_ok_and(|tree| tree.is_some());
        let entries = || staged_tree::entries(&mut File::open(&self.index).ok()?);
        (!is_known && entries()? > LARGE).then(|| self.index.clone())
    }

    /// The tree that will be committed, if the index holds it.
    fn staged_tree(&self) -> Result<Option<ObjectId>> {
        if let Some(known) = self.staged_tree.get() {
            return Ok(*known);
        }
        let mut file = match File::open(&self.index) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file
                .with_context(|| format!("the index {} cannot be opened", self.index.display()))?,
        };
        let root = staged_tree::root(&mut file, 20)?;
        Ok(*self
            .staged_tree
            .get_or_init(|| root.and_then(|id| ObjectId::from_bytes(&id))))
    }

    /// The paths of all files in the index.
    pub(super) fn index_paths(&self) -> Result<Vec<Vec<u8>>> {
        Ok(self
            .read_index(false)?
            .iter()
            .map(|entry| entry.path)
            .collect())
    }

    /// The staged content of a file at the top that has no conflict.
    pub(super) fn staged_at(
        &self,
        objects: &ObjectReader<'_>,
        name: &str,
    ) -> Result<Option<ObjectId>> {
        if let Some(root) = self.staged_tree()?
            && let Ok(root) = objects.content(&root, Kind::Tree)
        {
            let entries = entries(&root, 20).collect::<Result<Vec<_>>>()?;
            let file = entries
                .iter()
                .find(|entry| entry.name == name.as_bytes() && entry.mode != TREE);
            return Ok(file.map(|file| file.id));
        }
        Ok(self
            .read_index(false)?
            .get_path(Path::new(name), 0)
            .map(|entry| entry.id.into()))
    }

    /// libgit2 takes a missing index for an empty one, which would approve anything.
    fn read_index(&self, head_has_files: bool) -> Result<&Index> {
        if let Some(index) = self.loaded.get() {
            return Ok(index);
        }
        let must_exist = head_has_files || env::var_os("GIT_INDEX_FILE").is_some();
        let read = match fs::metadata(&self.index) {
            Err(error) if must_exist || error.kind() != ErrorKind::NotFound => Err(anyhow!(error)),
            _ => Index::open(&self.index).map_err(Into::into),
        };
        let index =
            read.with_context(|| format!("the index {} cannot be read", self.index.display()))?;
        Ok(self.loaded.get_or_init(|| index))
    }
}
