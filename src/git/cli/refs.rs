//! Everything that keeps commits reachable, and everything that is stored.

use std::fs;
use std::io::ErrorKind;

use anyhow::{Context, Result, bail};

use crate::git::ObjectId;
use crate::git::cli::{Git, lines, printed_id};
use crate::git::object::Kind;

/// A ref, a stash or the HEAD of a work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// Its full name: any bytes but NUL.
    pub name: Vec<u8>,
    /// The object it names.
    pub id: ObjectId,
}

/// Lists all refs, the HEADs of all work trees and all stashes. Only the newest stash has a ref.
pub(crate) fn all_refs() -> Result<Vec<Ref>> {
    let mut refs = Vec::new();
    let listed = Git::new(&["for-each-ref", "--format=%(objectname) %(refname)"]).output()?;
    for line in lines(&listed) {
        let (id, name) = split_at_blank(line)?;
        refs.push(Ref {
            name: name.into(),
            id: printed_id(id)?,
        });
    }
    if refs.iter().any(|known| known.name == b"refs/stash") {
        add_older_stashes(&mut refs)?;
    }
    add_heads(&mut refs)?;
    Ok(refs)
}

fn add_older_stashes(refs: &mut Vec<Ref>) -> Result<()> {
    let stashes = Git::new(&["rev-list", "--walk-reflogs", "refs/stash", "--"]).output()?;
    for (number, id) in lines(&stashes).enumerate().skip(1) {
        let name = format!("stash@{{{number}}}").into();
        refs.push(Ref {
            name,
            id: printed_id(id)?,
        });
    }
    Ok(())
}

/// Adds the HEADs that no ref names already.
fn add_heads(refs: &mut Vec<Ref>) -> Result<()> {
    for id in heads()? {
        if refs.iter().all(|known| known.id != id) {
            refs.push(Ref {
                name: b"HEAD".to_vec(),
                id,
            });
        }
    }
    Ok(())
}

/// Lists the commits that are checked out in the work trees.
pub(crate) fn heads() -> Result<Vec<ObjectId>> {
    let trees = Git::new(&["worktree", "list", "--porcelain"]).output()?;
    let mut heads = Vec::new();
    for line in lines(&trees) {
        if let Some(head) = line.strip_prefix(b"HEAD ") {
            heads.push(printed_id(head)?);
        }
    }
    heads.retain(|id| !id.is_zero());
    Ok(heads)
}

/// The refs that each work tree has for itself.
const OF_ONE_WORK_TREE: [&str; 3] = ["refs/bisect", "refs/rewritten", "refs/worktree"];

/// Lists the refs that the work trees of the repository have for themselves, each with the work
/// tree's name before its own, as git writes it.
pub(crate) fn work_tree_refs() -> Result<Vec<Ref>> {
    let common = Git::new(&["rev-parse", "--path-format=absolute", "--git-common-dir"]).path()?;
    let mut places = vec![(b"main-worktree/".to_vec(), common.clone())];
    match fs::read_dir(common.join("worktrees")) {
        Ok(entries) => {
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name();
                let prefix = [b"worktrees/", name.as_encoded_bytes(), b"/"].concat();
                places.push((prefix, entry.path()));
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let mut refs = Vec::new();
    for (prefix, git_directory) in places {
        let directory = git_directory
            .to_str()
            .context("a work tree has an odd name")?;
        let listed = Git::new(&["for-each-ref", "--format=%(objectname) %(refname)"])
            .arguments(&OF_ONE_WORK_TREE)
            .without(&["GIT_WORK_TREE", "GIT_COMMON_DIR"])
            .variable("GIT_DIR", directory)
            .output()?;
        for line in lines(&listed) {
            let (id, name) = split_at_blank(line)?;
            refs.push(Ref {
                name: [&prefix[..], name].concat(),
                id: printed_id(id)?,
            });
        }
    }
    Ok(refs)
}

/// The object that a ref points at; `None` if there is no such ref.
pub(crate) fn ref_value(name: &[u8]) -> Result<Option<ObjectId>> {
    let pattern = str::from_utf8(name)?;
    let format = "--format=%(objectname) %(refname)";
    let listed = Git::new(&["for-each-ref", format, "--", pattern]).output()?;
    for line in lines(&listed) {
        let (id, listed_name) = split_at_blank(line)?;
        // Git takes the name for a pattern and for a directory, too.
        if listed_name == name {
            return Ok(Some(printed_id(id)?));
        }
    }
    Ok(None)
}

/// Lists every blob, commit and tag that the repository holds, reachable or not.
pub(crate) fn stored_objects() -> Result<Vec<(ObjectId, Kind)>> {
    let format = "--batch-check=%(objectname) %(objecttype)";
    let command = Git::new(&["cat-file", "--batch-all-objects", "--unordered", format]);
    let mut objects = Vec::new();
    for line in lines(&command.output()?) {
        let (id, kind) = split_at_blank(line)?;
        match Kind::named(kind) {
            Some(Kind::Tree) => {}
            Some(kind) => objects.push((printed_id(id)?, kind)),
            None => bail!("object {} cannot be read", String::from_utf8_lossy(id)),
        }
    }
    Ok(objects)
}

fn split_at_blank(line: &[u8]) -> Result<(&[u8], &[u8])> {
    let blank = line
        .iter()
        .position(|byte| *byte == b' ')
        .context("git printed another list")?;
    Ok((&line[..blank], &line[blank + 1..]))
}
