//! The place where git-lfs keeps the objects behind its pointers.

use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use crate::git::WorkTree;
use crate::git::cli::Git;
use crate::git::path_of;

/// The objects of git-lfs. Git is asked for their place with the first pointer.
#[derive(Debug, Default)]
pub struct LfsObjects {
    directory: OnceLock<Result<PathBuf, String>>,
}

impl LfsObjects {
    /// The file of an object, whether it is there or not. `oid` is 64 hexadecimal digits.
    ///
    /// # Errors
    /// Git does not tell the place.
    pub fn file(&self, oid: &str) -> Result<PathBuf> {
        let directory = self
            .directory
            .get_or_init(|| lfs_directory().map_err(|error| format!("{error:#}")));
        let directory = match directory {
            Ok(directory) => directory,
            Err(error) => return Err(anyhow!(error.clone())),
        };
        let (first, second) = (oid.get(..2), oid.get(2..4));
        let (first, second) = first.zip(second).context("it is no object id of git-lfs")?;
        Ok(directory.join(first).join(second).join(oid))
    }
}

fn lfs_directory() -> Result<PathBuf> {
    let common = Git::new(&["rev-parse", "--path-format=absolute", "--git-common-dir"]).path()?;
    let configured = WorkTree::of_hook().config_values(&["--type=path", "--get", "lfs.storage"])?;
    let storage = match configured.last() {
        Some(storage) => common.join(path_of(storage)?),
        None => common.join("lfs"),
    };
    Ok(storage.join("objects"))
}
