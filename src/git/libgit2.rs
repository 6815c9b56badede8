//! A repository that libgit2 opens: its HEAD, its objects, and the tree that its index holds.

use std::cell::OnceCell;
use std::env;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::slice;

use anyhow::{Context, Result, ensure};
use git2::{ErrorCode, Odb, Repository};

use crate::git::index::file::IndexFile;
use crate::git::index::{names, staged_tree};
use crate::git::object::loose::LooseObjects;
use crate::git::object::reader::ObjectReader;
use crate::git::tree::{diff, walk};
use crate::git::{Delta, ObjectId};

/// The number of bytes of the only object ids that libgit2 takes here.
const SHA1_LENGTH: usize = 20;

/// A repository, with the index that the environment names.
pub(super) struct Libgit2 {
    /// Never closed: that takes some hundred calls, and the process ends soon anyway.
    repo: ManuallyDrop<Repository>,
    top: PathBuf,
    index: IndexFile,
    /// The directories of objects that lie in files of their own.
    loose: OnceCell<LooseObjects>,
    /// The tree that the index says will be committed.
    staged_tree: OnceCell<ObjectId>,
}

impl Libgit2 {
    /// Opens the repository that git's environment variables name, or the one around the current
    /// directory. `Repository::discover` would ignore `GIT_INDEX_FILE`, which `git commit -a` and
    /// `git commit PATH` set, and look at the wrong index.
    pub(super) fn open() -> Result<Self> {
        // The objects that libgit2 reads here are verified by their reader, in less time.
        git2::opts::strict_hash_verification(false);
        // It may name another place for the refs, which libgit2 does not know.
        ensure!(
            env::var_os("GIT_REFERENCE_BACKEND").is_none(),
            "GIT_REFERENCE_BACKEND is set"
        );
        let repo = Repository::open_from_env()?;
        let top = repo.workdir().unwrap_or(repo.path()).to_path_buf();
        // Git resolves a relative GIT_INDEX_FILE from the top of the work tree, wherever it was
        // started; libgit2 from the current directory.
        let index = match env::var_os("GIT_INDEX_FILE") {
            Some(index) => top.join(index),
            None => repo.path().join("index"),
        };
        let (loose, staged_tree) = (OnceCell::new(), OnceCell::new());
        Ok(Self {
            repo: ManuallyDrop::new(repo),
            top,
            index: IndexFile::new(index, SHA1_LENGTH),
            loose,
            staged_tree,
        })
    }

    /// Refuses a bare repository.
    pub(super) fn with_work_tree(self) -> Result<Self> {
        let is_bare = self.repo.workdir().is_none();
        ensure!(!is_bare, "the repository is bare: nothing can be staged");
        Ok(self)
    }

    /// The top of the work tree; of a bare repository its own directory.
    pub(super) fn top(&self) -> &Path {
        &self.top
    }

    /// Tells if the repository has no work tree.
    pub(super) fn is_bare(&self) -> bool {
        self.repo.is_bare()
    }

    /// The place of a file of this work tree's own part of the repository.
    pub(super) fn git_path(&self, name: &str) -> PathBuf {
        self.repo.path().join(name)
    }

    /// The values of these settings, of those that there are, from all files of the configuration.
    /// Asking for one setting at a time would look at each of the files again.
    pub(super) fn configured(&self, names: &[&str]) -> Result<Vec<Vec<u8>>> {
        let config = self.repo.config()?;
        let mut entries = config.entries(None)?;
        let mut values = Vec::new();
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let is_wanted = names
                .iter()
                .any(|name| name.as_bytes() == entry.name_bytes());
            if is_wanted && entry.has_value() {
                values.push(entry.value_bytes().to_vec());
            }
        }
        Ok(values)
    }

    /// The object database, as files and as libgit2 sees it.
    pub(super) fn objects(&self) -> Result<(&LooseObjects, Odb<'_>)> {
        if let Some(loose) = self.loose.get() {
            return Ok((loose, self.repo.odb()?));
        }
        let own = match env::var_os("GIT_OBJECT_DIRECTORY") {
            Some(directory) => PathBuf::from(directory),
            None => self.repo.commondir().join("objects"),
        };
        let others = env::var_os("GIT_ALTERNATE_OBJECT_DIRECTORIES").unwrap_or_default();
        let others = env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
        let loose = LooseObjects::new(own, others)?;
        Ok((self.loose.get_or_init(|| loose), self.repo.odb()?))
    }

    /// The commit of HEAD; `None` before the first on a branch.
    pub(super) fn head(&self) -> Result<Option<ObjectId>> {
        let head = match self.repo.head() {
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(None),
            head => head?,
        };
        let id = head.target().context("HEAD names no object")?;
        Ok(Some(id.into()))
    }

    /// Compares the staged tree with another tree, or with an empty one.
    ///
    /// # Errors
    /// The index does not hold its tree, or a tree cannot be read.
    pub(super) fn staged_deltas(
        &self,
        objects: &ObjectReader<'_>,
        tree: Option<&ObjectId>,
    ) -> Result<Vec<Delta>> {
        let old = match tree {
            Some(tree) => slice::from_ref(tree),
            None => &[],
        };
        diff::deltas(objects, old, &self.staged_tree()?)
    }

    /// The content of a file at the top of the staged tree.
    ///
    /// # Errors
    /// The index does not hold its tree and may have the file, or the tree cannot be read.
    pub(super) fn staged_at(
        &self,
        objects: &ObjectReader<'_>,
        name: &str,
    ) -> Result<Option<ObjectId>> {
        match self.staged_tree() {
            Ok(tree) => walk::file_at_top(objects, &tree, name),
            // To ask git costs as much as the whole comparison with HEAD.
            Err(_) if self.index_is_without(name) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The index that the next commit is made of.
    pub(super) fn index(&self) -> &IndexFile {
        &self.index
    }

    fn index_is_without(&self, name: &str) -> bool {
        let bytes = self.index.bytes();
        bytes.is_ok_and(|bytes| names::is_without(bytes, name))
    }

    /// The tree that will be committed, if the index holds it.
    fn staged_tree(&self) -> Result<ObjectId> {
        if let Some(known) = self.staged_tree.get() {
            return Ok(*known);
        }
        let path = &self.index.path;
        let mut file = File::open(path)
            .with_context(|| format!("the index {} cannot be opened", path.display()))?;
        let root = staged_tree::root(&mut file, SHA1_LENGTH)?;
        let root = root.context("the index does not hold its tree")?;
        let root = ObjectId::from_bytes(&root).context("the index holds another kind of id")?;
        Ok(*self.staged_tree.get_or_init(|| root))
    }
}
