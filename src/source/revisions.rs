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
pub fn select_commits(repo: &Repo, history: &History<'_>, range: &OsStr) -> Result<Selection> {
    let name = range.as_encoded_bytes();
    let refuse = |why| {
        let hint = if repo.is_shallow() {
            hint::UNSHALLOW
        } else {
            hint::REVISIONS
        };
        let shown = range.to_string_lossy();
        failed(
            format!("{shown:?} names no commits of this repository"),
            hint,
            why,
        )
    };
    if let Some(why) = fault_in_name(name) {
        return Err(refuse(anyhow!(why)));
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
    for id in named.include.iter().chain(&named.exclude) {
        if !id.is_zero() && !history.has(id).map_err(refuse)? {
            return Err(refuse(anyhow!("{id} is missing")));
        }
    }
    Ok(selection_of(named, name))
}

/// Tells why git is not asked for a range of this name.
fn fault_in_name(name: &[u8]) -> Option<String> {
    if name.is_empty() || name.starts_with(b"-") || name.contains(&b'\n') {
        return Some("it is no revision".to_owned());
    }
    // To git it is HEAD..B; in CI it is a variable that is not set, and HEAD is B.
    if name.starts_with(b"..") {
        let range = String::from_utf8_lossy(name);
        return Some(format!("it does not say where to start; HEAD{range} would"));
    }
    None
}

/// Selects the commits that git finds under this name.
fn selection_of(named: Revisions, name: &[u8]) -> Selection {
    let no_walk = named.include.len() == 1 && named.exclude.is_empty();
    let mut tips = Vec::new();
    for id in without_zero(named.include) {
        let name = name.to_vec();
        tips.push(Tip { id, name });
    }
    Selection {
        tips,
        exclude: without_zero(named.exclude),
        no_walk,
        ..Selection::default()
    }
}

/// The ranges on the lines of a text.
///
/// # Errors
/// A line that this system cannot take for text.
pub fn ranges_in(text: &[u8]) -> Result<Vec<OsString>> {
    let lines = text
        .split(|b| *b == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty());
    lines
        .map(|line| Ok(path_of(line)?.into_os_string()))
        .collect()
}

fn without_zero(mut ids: Vec<ObjectId>) -> Vec<ObjectId> {
    ids.retain(|id| !id.is_zero());
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: &str) -> ObjectId {
        ObjectId::from_hex(digit.repeat(40).as_bytes()).unwrap()
    }

    fn selection(include: &[&str], exclude: &[&str]) -> Selection {
        let ids = |digits: &[&str]| digits.iter().map(|digit| id(digit)).collect();
        let named = Revisions {
            include: ids(include),
            exclude: ids(exclude),
        };
        selection_of(named, b"A..B")
    }

    fn tips(selection: &Selection) -> Vec<ObjectId> {
        selection.tips.iter().map(|tip| tip.id).collect()
    }

    #[test]
    fn a_single_revision_is_that_one_commit() {
        let one = selection(&["b"], &[]);
        assert!(one.no_walk);
        assert_eq!(tips(&one), [id("b")]);
        assert_eq!(one.tips[0].name, b"A..B");
    }

    #[test]
    fn a_range_is_walked_from_its_end_to_its_start() {
        let range = selection(&["b"], &["a"]);
        assert!(!range.no_walk);
        assert_eq!(tips(&range), [id("b")]);
        assert_eq!(range.exclude, [id("a")]);
        assert!(!selection(&["b", "c"], &[]).no_walk);
    }

    #[test]
    fn a_range_that_starts_at_zero_leaves_nothing_out() {
        let new_branch = selection(&["b"], &["0"]);
        assert!(!new_branch.no_walk);
        assert_eq!(new_branch.exclude, []);
    }

    #[test]
    fn a_range_that_ends_at_zero_has_no_commit() {
        let deleted = selection(&["0"], &["a"]);
        assert_eq!(tips(&deleted), []);
    }

    #[test]
    fn git_is_not_asked_for_what_is_no_range() {
        for (name, fault) in [
            ("", Some("it is no revision")),
            ("--all", Some("it is no revision")),
            ("main\nother", Some("it is no revision")),
            (
                "..main",
                Some("it does not say where to start; HEAD..main would"),
            ),
            ("main..", None),
            ("main...other", None),
            ("HEAD~3", None),
        ] {
            assert_eq!(fault_in_name(name.as_bytes()).as_deref(), fault, "{name}");
        }
    }

    #[test]
    fn each_line_is_a_range_without_its_blanks() {
        assert_eq!(
            ranges_in(b"a..b\n\n \tc \r\nd").unwrap(),
            ["a..b", "c", "d"]
        );
        assert!(ranges_in(b" \n").unwrap().is_empty());
    }
}
