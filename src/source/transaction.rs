//! The branches that a transaction of refs moves, and the commits that each of them gains.
//!
//! Git tells its hook `reference-transaction` about every ref that changes. Only `HEAD`, branches and
//! tags count. A ref vouches for its commits if the gate has judged it, or if only a fetch writes
//! it. Stashes, notes and refs of other names vouch for nothing.
//!
//! - A commit that only a fetch brought never counts.
//! - If a ref that vouches leads to the new tip, nothing is gained: a checkout, a reset, a
//!   fast-forward.
//! - A new branch and a tag gain the commits that no ref vouches for.
//! - An existing branch gains the commits that are reachable neither from its old tip, nor from HEAD,
//!   nor from a ref that only a fetch writes: a merge brings in the whole other branch. A commit that
//!   came with a tag is not gained, one that was made here is.

use std::collections::HashSet;

use anyhow::{Context, Result, anyhow};

use super::range::{Selection, Tip};
use crate::failure::{failed, hint};
use crate::git::{History, Known, ObjectId, Repo, Revisions, Target};

const HEAD: &[u8] = b"HEAD";
const BRANCHES: &[u8] = b"refs/heads/";
const TAGS: &[u8] = b"refs/tags/";

/// A branch, a tag or HEAD, and its new tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The full name of the ref.
    pub name: Vec<u8>,
    /// The old tip. Git often does not tell it, so `None` does not mean that the ref is new.
    pub old: Option<ObjectId>,
    /// The new tip.
    pub new: ObjectId,
}

/// The moves that one transaction makes together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// The moves whose commits have to be looked at.
    pub moves: Vec<Move>,
    /// True if git names HEAD, as it does for every commit.
    pub names_head: bool,
}

/// Reads the lines that reference-transaction gets: `<old> <new> <ref>`. Either value may also be
/// zeros, or `ref:<name>`.
///
/// # Errors
/// A line of another shape.
pub fn parse(text: &[u8]) -> Result<Transaction> {
    let mut transaction = Transaction::default();
    let mut tips: Vec<ObjectId> = Vec::new();
    for line in text.split(|b| *b == b'\n') {
        if line.is_empty() {
            continue;
        }
        let mut words = line.splitn(3, |b| *b == b' ');
        let (Some(old), Some(new), Some(name)) = (words.next(), words.next(), words.next()) else {
            return Err(not_understood(line));
        };
        if !is_guarded(name) || new.starts_with(b"ref:") {
            continue;
        }
        let new = ObjectId::from_hex(new).ok_or_else(|| not_understood(line))?;
        if new.is_zero() {
            continue;
        }
        let old = if old.starts_with(b"ref:") {
            None
        } else {
            let id = ObjectId::from_hex(old).ok_or_else(|| not_understood(line))?;
            Some(id).filter(|id| !id.is_zero())
        };
        if name == HEAD {
            transaction.names_head = true;
        } else {
            tips.push(new);
        }
        transaction.moves.push(Move {
            name: name.to_vec(),
            old,
            new,
        });
    }
    // Where HEAD is on a branch, git tells the old tip for the branch only.
    transaction
        .moves
        .retain(|one| !(one.name == HEAD && one.old.is_none() && tips.contains(&one.new)));
    transaction.moves.retain(|one| one.old != Some(one.new));
    Ok(transaction)
}

fn is_guarded(name: &[u8]) -> bool {
    name == HEAD
        || name.starts_with(BRANCHES)
        || name.starts_with(TAGS)
        || (name.ends_with(b"/HEAD")
            && (name.starts_with(b"worktrees/") || name.starts_with(b"main-worktree/")))
}

fn not_understood(line: &[u8]) -> anyhow::Error {
    let line = String::from_utf8_lossy(line).into_owned();
    failed(
        "git gives such a hook other lines",
        hint::HOOK_INPUT,
        anyhow!("{line:?}"),
    )
}

/// The gain of a move, as far as it can be told without a walk.
#[derive(Debug)]
pub enum Gain {
    /// The new tip was there already.
    Nothing,
    /// At most the new tip itself.
    Tip(Selection),
    /// Only a walk can tell.
    Unknown,
}

/// Compares the new tip with the old one and with HEAD, and with the parents of both. This is
/// enough for `commit`, `commit --amend`, `cherry-pick`, `revert`, `rebase` and `am`.
///
/// # Errors
/// A commit cannot be read.
pub fn quick_gain(history: &History<'_>, head: Option<ObjectId>, one: &Move) -> Result<Gain> {
    let Some(new) = commit_of(history, one)? else {
        return Ok(Gain::Nothing);
    };
    let mut known: Vec<ObjectId> = head.into_iter().collect();
    if !one.name.starts_with(TAGS) {
        known.extend(one.old);
    }
    if known.contains(&new) {
        return Ok(Gain::Nothing);
    }
    let parents = history.commit(&new)?.parents;
    if !parents.iter().all(|parent| known.contains(parent)) {
        for tip in known.clone() {
            known.extend(history.commit(&tip)?.parents);
        }
        if known.contains(&new) {
            return Ok(Gain::Nothing);
        }
        if !parents.iter().all(|parent| known.contains(parent)) {
            return Ok(Gain::Unknown);
        }
    }
    Ok(Gain::Tip(Selection {
        tips: vec![tip_of(one, new)],
        no_walk: true,
        ..Selection::default()
    }))
}

/// Tells whether refs that vouch lead to all new tips: one walk for moves of a thousand branches.
///
/// # Errors
/// The history cannot be walked.
pub fn are_known(
    repo: &Repo,
    history: &History<'_>,
    fetched: &[ObjectId],
    moves: &[Move],
) -> Result<bool> {
    let mut revisions = Revisions {
        include: Vec::new(),
        exclude: fetched.to_vec(),
    };
    for one in moves {
        if let Some(new) = commit_of(history, one)? {
            // The objects that are left out may be missing, the tip may not.
            history.commit(&new)?;
            revisions.include.push(new);
        }
    }
    Ok(repo
        .reachable(&revisions, &Known::OfGuardedRefs)?
        .is_empty())
}

/// Finds by a walk which commits a move brings; `None` if there are none.
///
/// # Errors
/// The history cannot be walked.
pub fn walked_gain(
    repo: &Repo,
    history: &History<'_>,
    head: Option<ObjectId>,
    fetched: &[ObjectId],
    one: &Move,
) -> Result<Option<Selection>> {
    let Some(new) = commit_of(history, one)? else {
        return Ok(None);
    };
    // The objects that are left out may be missing, the tip may not.
    history.commit(&new)?;
    let mut revisions = Revisions {
        include: vec![new],
        exclude: fetched.to_vec(),
    };
    if repo
        .reachable(&revisions, &Known::OfGuardedRefs)?
        .is_empty()
    {
        return Ok(None);
    }
    let old = match one.old {
        _ if one.name.starts_with(TAGS) => None,
        Some(old) => Some(old),
        None if one.name == HEAD => head,
        None => repo.ref_value(&one.name)?,
    };
    let known = match old {
        Some(old) => {
            revisions.exclude.extend([old].into_iter().chain(head));
            exclude_tagged(repo, &mut revisions)?;
            Known::OfFetchedRefs
        }
        None => Known::OfGuardedRefs,
    };
    Ok(Some(Selection {
        tips: vec![tip_of(one, new)],
        exclude: revisions.exclude,
        known,
        no_walk: false,
        ..Selection::default()
    }))
}

/// Excludes the commits that came with a tag. Those that were made here are judged once more: a
/// tag was judged beside the branches, and one of them may have led to it.
fn exclude_tagged(repo: &Repo, revisions: &mut Revisions) -> Result<()> {
    let tagged: HashSet<ObjectId> = repo.tagged()?.into_iter().collect();
    if tagged.is_empty() {
        return Ok(());
    }
    let made_here: HashSet<ObjectId> = repo.made_here()?.into_iter().collect();
    let mut judged = HashSet::new();
    // Parents come before their children.
    for (id, parents) in repo.reachable(revisions, &Known::OfFetchedRefs)? {
        let is_brought = tagged.contains(&id) && !made_here.contains(&id);
        if is_brought && parents.iter().all(|parent| !judged.contains(parent)) {
            revisions.exclude.push(id);
        } else {
            judged.insert(id);
        }
    }
    Ok(())
}

/// The commit that a ref gets. `None` if it is a tag of a tree or a blob, which no branch can gain.
fn commit_of(history: &History<'_>, one: &Move) -> Result<Option<ObjectId>> {
    if !one.name.starts_with(TAGS) {
        return Ok(Some(one.new));
    }
    match history.peel(&one.new)?.target {
        Target::Commit(commit) => Ok(Some(commit.id)),
        Target::Tree(_) | Target::Blob(_) => Ok(None),
    }
}

fn tip_of(one: &Move, commit: ObjectId) -> Tip {
    Tip {
        id: commit,
        name: one.name.clone(),
    }
}

/// A commit that FETCH_HEAD names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedTip {
    /// The commit.
    pub id: ObjectId,
    /// The URL or the path it came from, as git shows it.
    pub place: Vec<u8>,
}

/// The content of FETCH_HEAD.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The commits that the last fetch brought.
    pub tips: Vec<FetchedTip>,
    /// True if a fetch may be under way: it empties the file first and fills it at its end.
    pub is_unfinished: bool,
}

/// Reads FETCH_HEAD. A line is an object id, a tab, perhaps `not-for-merge`, a tab, and then a place
/// or `<kind> '<name>' of <place>`.
///
/// # Errors
/// A whole line does not start with an object id.
pub fn fetched(text: &[u8]) -> Result<Fetched> {
    let mut fetched = Fetched {
        tips: Vec::new(),
        is_unfinished: !text.ends_with(b"\n"),
    };
    for line in text.split_inclusive(|b| *b == b'\n') {
        let Some(line) = line.strip_suffix(b"\n") else {
            break;
        };
        let mut fields = line.splitn(3, |b| *b == b'\t');
        let id = fields.next().and_then(ObjectId::from_hex);
        let source = fields.nth(1).unwrap_or_default();
        fetched.tips.push(FetchedTip {
            id: id.context("FETCH_HEAD holds something else than object ids")?,
            place: place_in(source).to_vec(),
        });
    }
    Ok(fetched)
}

/// Names of refs have no blanks, so the first such mark ends the name.
fn place_in(source: &[u8]) -> &[u8] {
    const MARK: &[u8] = b"' of ";
    match source.windows(MARK.len()).position(|part| part == MARK) {
        Some(at) => &source[at + MARK.len()..],
        None => source,
    }
}

#[cfg(test)]
mod tests;
