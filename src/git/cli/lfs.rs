//! The place where git-lfs keeps the objects behind its pointers.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use crate::git::WorkTree;
use crate::git::cli::{Git, LOCATORS};
use crate::git::path_of;

/// The objects of git-lfs. Git is asked for their place with the first pointer.
#[derive(Debug, Default)]
pub struct LfsObjects {
    /// The top of their repository; without one, the environment and the current directory decide.
    top: Option<PathBuf>,
    directory: OnceLock<Result<PathBuf, String>>,
}

impl LfsObjects {
    /// The objects of the repository with this top.
    #[must_use]
    pub fn at(top: Option<&Path>) -> Self {
        Self {
            top: top.map(Path::to_path_buf),
            directory: OnceLock::new(),
        }
    }

    /// The file of an object, whether it is there or not. `oid` is 64 hexadecimal digits.
    ///
    /// # Errors
    /// Git does not tell the place.
    pub fn file(&self, oid: &str) -> Result<PathBuf> {
        let directory = self.directory.get_or_init(|| {
            lfs_directory(self.top.as_deref()).map_err(|error| format!("{error:#}"))
        });
        let directory = match directory {
            Ok(directory) => directory,
            Err(error) => return Err(anyhow!(error.clone())),
        };
        let (first, second) = (oid.get(..2), oid.get(2..4));
        let (first, second) = first.zip(second).context("it is no object id of git-lfs")?;
        Ok(directory.join(first).join(second).join(oid))
    }
}

fn lfs_directory(top: Option<&Path>) -> Result<PathBuf> {
    let mut question = Git::new(&["rev-parse", "--path-format=absolute", "--git-common-dir"]);
    let mut tree = WorkTree::of_hook();
    if let Some(top) = top {
        question = question.directory(top).without(&LOCATORS);
        tree = WorkTree::at(top);
    }
    let common = question.path()?;
    let configured = tree.config_values(&["--type=path", "--get", "lfs.storage"])?;
    let storage = match configured.last() {
        Some(storage) => common.join(path_of(storage)?),
        None => common.join("lfs"),
    };
    Ok(storage.join("objects"))
}
