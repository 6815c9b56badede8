//! What leads to commits: every ref, every HEAD, every stash; and what nothing leads to.

use anyhow::{Context, Result, bail};

use crate::git::ObjectId;
use crate::git::cli::{ask, succeeded};
use crate::git::object::Kind;

/// A ref, or what else keeps commits alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// Its full name: any bytes but NUL.
    pub name: Vec<u8>,
    /// The object it names.
    pub id: ObjectId,
}

/// All refs, the HEADs of all work trees, and all stashes, of which only the last has a ref.
pub(crate) fn all() -> Result<Vec<Ref>> {
    let mut refs = Vec::new();
    let listed = succeeded(ask(&["for-each-ref", "--format=%(objectname) %(refname)"])?)?;
    for line in lines(&listed) {
        let (id, name) = line.split_at(
            line.iter()
                .position(|b| *b == b' ')
                .context("git listed no ref")?,
        );
        refs.push(Ref {
            name: name[1..].into(),
            id: id_in(id)?,
        });
    }
    if refs.iter().any(|known| known.name == b"refs/stash") {
        let stashes = succeeded(ask(&["rev-list", "--walk-reflogs", "refs/stash", "--"])?)?;
        for (number, id) in lines(&stashes).enumerate().skip(1) {
            refs.push(Ref {
                name: format!("stash@{{{number}}}").into(),
                id: id_in(id)?,
            });
        }
    }
    let trees = succeeded(ask(&["worktree", "list", "--porcelain"])?)?;
    let heads = lines(&trees).filter_map(|line| line.strip_prefix(b"HEAD "));
    for head in heads.map(id_in) {
        let id = head?;
        // What a branch leads to needs no second name.
        if !id.is_zero() && refs.iter().all(|known| known.id != id) {
            refs.push(Ref {
                name: b"HEAD".to_vec(),
                id,
            });
        }
    }
    Ok(refs)
}

/// The object that a ref points at; `None` if there is no such ref.
pub(crate) fn value(name: &[u8]) -> Result<Option<ObjectId>> {
    let pattern = str::from_utf8(name)?;
    let format = "--format=%(objectname) %(refname)";
    let listed = succeeded(ask(&["for-each-ref", format, "--", pattern])?)?;
    for line in lines(&listed) {
        // The name stands for a pattern and for a directory, too.
        if let Some(id) = line
            .strip_suffix(name)
            .and_then(|rest| rest.strip_suffix(b" "))
        {
            return id_in(id).map(Some);
        }
    }
    Ok(None)
}

/// Every object that the repository holds, reachable or not, but for trees.
pub(crate) fn objects() -> Result<Vec<(ObjectId, Kind)>> {
    let format = "--batch-check=%(objectname) %(objecttype)";
    let listed = succeeded(ask(&[
        "cat-file",
        "--batch-all-objects",
        "--unordered",
        format,
    ])?)?;
    let mut objects = Vec::new();
    for line in lines(&listed) {
        let (id, kind) = line.split_at(
            line.iter()
                .position(|b| *b == b' ')
                .context("git listed no object")?,
        );
        match Kind::named(&kind[1..]) {
            Some(Kind::Tree) => {}
            Some(kind) => objects.push((id_in(id)?, kind)),
            None => bail!("object {} cannot be read", String::from_utf8_lossy(id)),
        }
    }
    Ok(objects)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| *b == b'\n').filter(|line| !line.is_empty())
}

fn id_in(hexadecimal: &[u8]) -> Result<ObjectId> {
    ObjectId::from_hex(hexadecimal).context("git printed no object id")
}
