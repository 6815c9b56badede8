//! Resolves the revisions that the user types into commits.

use std::ffi::{OsStr, OsString};

use anyhow::{Result, anyhow};

use super::range::{Selection, Tip};
use crate::failure::{failed, hint};
use crate::git::{History, ObjectId, Repo, Revisions, path_of};

/// Selects the commits of a range: `A..B`, `A...B` or any other range that git accepts. A single
/// revision means that one commit. A zero object id means no commit: the start of a new branch, the
/// end of a deleted one.
///
/// # Errors
/// The repository lacks the named revision.
pub fn select(repo: &Repo, history: &History<'_>, range: &OsStr) -> Result<Selection> {
    let name = range.as_encoded_bytes();
    let shown = range.to_string_lossy();
    let refuse = |why| {
        let hint = if repo.is_shallow() {
            hint::UNSHALLOW
        } else {
            hint::REVISIONS
        };
        failed(
            format!("{shown:?} names no commits of this repository"),
            hint,
            why,
        )
    };
    if name.is_empty() || name.starts_with(b"-") || name.contains(&b'\n') {
        return Err(refuse(anyhow!("it is no revision")));
    }
    // To git it is HEAD..B; in CI it is a variable that is not set, and HEAD is B.
    if name.starts_with(b"..") {
        return Err(refuse(anyhow!(
            "it does not say where to start; HEAD{shown} would"
        )));
    }
    let named = match ObjectId::from_hex(name) {
        Some(id) => Revisions {
            include: vec![id],
            exclude: Vec::new(),
        },
        None => repo.resolve(range).map_err(refuse)?,
    };
    if named.include.is_empty() {
        return Err(refuse(anyhow!("it only says what is left out")));
    }
    for id in named
        .include
        .iter()
        .chain(&named.exclude)
        .filter(|id| !id.is_zero())
    {
        if !history.has(id).map_err(refuse)? {
            return Err(refuse(anyhow!("{id} is missing")));
        }
    }
    let no_walk = named.include.len() == 1 && named.exclude.is_empty();
    let tip = |id| Tip {
        id,
        name: name.to_vec(),
    };
    let tips = named
        .include
        .into_iter()
        .filter(is_no_zero)
        .map(tip)
        .collect();
    Ok(Selection {
        tips,
        exclude: named.exclude.into_iter().filter(is_no_zero).collect(),
        no_walk,
        ..Selection::default()
    })
}

/// The ranges on the lines of a text.
///
/// # Errors
/// A line that this system cannot take for text.
pub fn lines(text: &[u8]) -> Result<Vec<OsString>> {
    let lines = text
        .split(|b| *b == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    lines
        .map(|line| Ok(path_of(line)?.into_os_string()))
        .collect()
}

fn is_no_zero(id: &ObjectId) -> bool {
    !id.is_zero()
}
