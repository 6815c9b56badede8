//! The repositories below a directory.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::place::Place;
use crate::git::WorkTree;

/// The finds below a directory.
#[derive(Debug, Default)]
pub struct Found {
    /// One work tree for each directory of hooks.
    pub trees: Vec<WorkTree>,
    /// The directories that could not be read, and why.
    pub unreadable: Vec<(PathBuf, anyhow::Error)>,
}

/// Finds every repository below a directory, submodules and bare ones included. Links are not followed.
/// Linked work trees have their repository's hooks and are not listed again.
///
/// # Errors
/// The directory itself cannot be read.
pub fn repositories(directory: &Path) -> Result<Found> {
    let top = directory
        .canonicalize()
        .with_context(|| format!("{} cannot be read", directory.display()))?;
    let mut found = Found::default();
    let mut known: Vec<PathBuf> = Vec::new();
    let mut waiting = vec![top];
    while let Some(directory) = waiting.pop() {
        let is_bare = is_bare(&directory);
        if is_bare || directory.join(".git").exists() {
            let tree = WorkTree::around(&directory);
            match tree.and_then(|tree| Place::of(&tree).map(|place| (tree, place.directory))) {
                Ok((_, hooks)) if known.contains(&hooks) => {}
                Ok((tree, hooks)) => {
                    known.push(hooks);
                    found.trees.push(tree);
                }
                Err(error) => found.unreadable.push((directory.clone(), error)),
            }
        }
        if is_bare {
            continue;
        }
        match directories_in(&directory) {
            Ok(inner) => waiting.extend(inner),
            Err(error) => found.unreadable.push((directory, error.into())),
        }
    }
    found.trees.sort_by(|one, other| one.top().cmp(other.top()));
    Ok(found)
}

/// Tells whether a directory is what git makes for a bare repository.
fn is_bare(directory: &Path) -> bool {
    directory.join("HEAD").is_file()
        && directory.join("objects").is_dir()
        && directory.join("refs").is_dir()
}

fn directories_in(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut inner = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name() != ".git" {
            inner.push(entry.path());
        }
    }
    Ok(inner)
}
