//! The changes of the next commit: the index against HEAD, and in a merge against every parent.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use anyhow::{Error, Result, anyhow};

use super::{Change, Content};
use crate::failure::{failed, hint, refused};
use crate::git::{ObjectId, Repo, stored_path};

/// The changes that are staged against the trees of all parents, at or below `paths`, or all if
/// there are none.
///
/// # Errors
/// The repository cannot be read, or a path is not in it.
pub fn changes(
    repo: &Repo,
    parents: &[Option<ObjectId>],
    paths: &[PathBuf],
) -> Result<Vec<Change>> {
    let wanted = paths
        .iter()
        .map(|path| from_top(repo, path))
        .collect::<Result<Vec<_>>>()?;
    let mut changes = against_all(repo, parents)?;
    if wanted.is_empty() {
        return Ok(changes);
    }
    let mut selected = Vec::new();
    for (ways, given) in wanted.into_iter().zip(paths) {
        if select_something(repo, &changes, &ways)? {
            selected.extend(ways);
            continue;
        }
        // On macOS the disk may have a name whose accents are characters of their own. Git composes
        // the names that it stores and the ones that it is given.
        let by_git = repo.index_paths_at(given);
        if by_git.is_empty() {
            return Err(selects_nothing(given));
        }
        selected.extend(by_git);
    }
    changes.retain(|change| {
        selected
            .iter()
            .any(|path| is_at_or_below(&change.path, path))
    });
    Ok(changes)
}

/// The changes against every parent: a content that one of them has at the same path is not new.
fn against_all(repo: &Repo, parents: &[Option<ObjectId>]) -> Result<Vec<Change>> {
    let mut changes: Option<BTreeMap<_, Vec<ObjectId>>> = None;
    for tree in parents {
        let mut differing = BTreeMap::new();
        for delta in repo.staged_against(tree.as_ref())? {
            let place = (delta.path, delta.new, delta.kind);
            let mut known = Vec::new();
            if let Some(changes) = &mut changes {
                match changes.remove(&place) {
                    Some(old) => known = old,
                    // An earlier parent has this content.
                    None => continue,
                }
            }
            known.extend(delta.old);
            differing.insert(place, known);
        }
        changes = Some(differing);
    }
    let mut list = Vec::new();
    for ((path, new, kind), old) in changes.into_iter().flatten() {
        list.push(Change {
            path,
            new,
            old,
            commit: None,
            content: Content::of(kind),
        });
    }
    Ok(list)
}

/// Returns the paths by which git may know a file: the path as it is written, and the path with its
/// symbolic links followed. The file need not exist, because a staged file may be gone from the disk.
fn from_top(repo: &Repo, path: &Path) -> Result<Vec<Vec<u8>>> {
    let refuse = |why: &str| {
        failed(
            format!("{} is no path of this repository", path.display()),
            hint::PATHS,
            anyhow!("{why}"),
        )
    };
    let written = normal_path(&std::path::absolute(path).map_err(|e| refuse(&e.to_string()))?);
    let parent = written
        .parent()
        .and_then(|parent| dunce::canonicalize(parent).ok());
    let in_real_directory =
        parent.map(|parent| parent.join(written.file_name().unwrap_or_default()));
    let real = dunce::canonicalize(&written).ok();
    let ways = [Some(written), in_real_directory, real]
        .into_iter()
        .flatten();
    let below: Vec<_> = ways
        .filter_map(|way| way.strip_prefix(repo.top()).map(stored_path).ok())
        .collect();
    if below.is_empty() {
        Err(refuse("it is outside the work tree"))
    } else {
        Ok(below)
    }
}

/// Without `.` and `..`.
fn normal_path(path: &Path) -> PathBuf {
    path.components()
        .fold(PathBuf::new(), |mut normal, component| {
            match component {
                Component::CurDir => {}
                Component::ParentDir => {
                    normal.pop();
                }
                other => normal.push(other),
            }
            normal
        })
}

/// Tells if one of these paths is staged, or tracked at least.
fn select_something(repo: &Repo, changes: &[Change], ways: &[Vec<u8>]) -> Result<bool> {
    let is_staged = |path: &Vec<u8>| {
        changes
            .iter()
            .any(|change| is_at_or_below(&change.path, path))
    };
    if ways.iter().any(is_staged) {
        return Ok(true);
    }
    for path in ways {
        // The top is always there, if git tracks anything or not.
        if path.is_empty() || repo.has_path(path)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A path that selects nothing would approve everything: a mistyped one, one that is not staged yet,
/// or one in another case than git knows it by.
fn selects_nothing(given: &Path) -> Error {
    let path = given.display();
    if given.symlink_metadata().is_ok() {
        return refused(format!("git does not track {path}"), hint::UNTRACKED);
    }
    refused(
        format!("{path} is neither tracked nor on disk"),
        hint::PATHS,
    )
}

/// The empty path is the top: everything is below it.
fn is_at_or_below(path: &[u8], ancestor: &[u8]) -> bool {
    let rest = path.strip_prefix(ancestor);
    rest.is_some_and(|rest| ancestor.is_empty() || matches!(rest, [] | [b'/', ..]))
}
