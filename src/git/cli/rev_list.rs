//! Revisions as git resolves them, and the commits between them. Git itself is asked: its syntax
//! has more than libgit2 knows, and one command costs less than a hundredth of a large range.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;

use anyhow::{Context, Result};

use crate::git::ObjectId;
use crate::git::cli::{Git, printed_id};

/// The commits that a range names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revisions {
    /// The commits to start from.
    pub include: Vec<ObjectId>,
    /// The commits that are left out with all their ancestors.
    pub exclude: Vec<ObjectId>,
}

/// Further commits that are left out of a walk with all their ancestors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// None.
    #[default]
    Nothing,
    /// Commits reachable from the remote-tracking refs of this remote.
    OfRemote(OsString),
    /// Commits reachable from any ref of this repository.
    OfRefs,
    /// Commits reachable from any ref, HEAD or work tree, except for stashes.
    OfGuardedRefs,
    /// Commits reachable from a ref that is neither a branch nor a stash: remote-tracking refs,
    /// tags.
    OfOtherRefs,
}

/// Resolves a revision or a range, as gitrevisions(7) writes them. The objects need not exist.
pub(crate) fn resolve(range: &OsStr) -> Result<Revisions> {
    let command = without_grafts(&["rev-parse", "--revs-only"])
        .argument(range)
        .argument("--");
    let mut revisions = Revisions::default();
    for line in str::from_utf8(&command.output()?)?.lines() {
        match line.strip_prefix('^') {
            Some(digits) => revisions.exclude.push(printed_id(digits.as_bytes())?),
            None => revisions.include.push(printed_id(line.as_bytes())?),
        }
    }
    Ok(revisions)
}

/// Lists the included commits and their ancestors, but no excluded and no known ones, each with its
/// parents. Parents come before their children.
pub(crate) fn reachable(
    revisions: &Revisions,
    known: &Known,
) -> Result<Vec<(ObjectId, Vec<ObjectId>)>> {
    let mut command = without_grafts(&["-c", "core.commitGraph=false", "rev-list", "--parents"])
        .arguments(&["--topo-order", "--reverse", "--stdin"]);
    match known {
        Known::Nothing => {}
        Known::OfRemote(name) => {
            let mut option = OsString::from("--remotes=");
            option.push(name);
            command = command.argument("--not").argument(option);
        }
        Known::OfRefs => command = command.arguments(&["--not", "--all"]),
        // A damaged ref leaves out nothing. It is not the reason why a branch moves.
        Known::OfGuardedRefs => {
            command = command.arguments(&["--ignore-missing", "--not"]);
            command = command.arguments(&["--exclude=refs/stash", "--all"]);
        }
        Known::OfOtherRefs => {
            command = command.arguments(&["--ignore-missing", "--not", "--exclude=refs/stash"]);
            command = command.arguments(&["--exclude=refs/heads/*", "--glob=refs/*"]);
        }
    }
    let mut input = String::new();
    for id in &revisions.include {
        writeln!(input, "{id}")?;
    }
    for id in &revisions.exclude {
        writeln!(input, "^{id}")?;
    }
    let output = command.input(input.into_bytes()).output()?;
    let mut commits = Vec::new();
    for line in str::from_utf8(&output)?.lines() {
        commits.push(commit_and_parents(line)?);
    }
    Ok(commits)
}

/// Grafts hide commits as replacements do, which every `Git` turns off.
fn without_grafts(arguments: &[&str]) -> Git {
    Git::new(arguments).variable("GIT_GRAFT_FILE", "")
}

fn commit_and_parents(line: &str) -> Result<(ObjectId, Vec<ObjectId>)> {
    let mut ids = Vec::new();
    for word in line.split(' ') {
        ids.push(printed_id(word.as_bytes())?);
    }
    let (commit, parents) = ids.split_first().context("git printed an empty line")?;
    Ok((*commit, parents.to_vec()))
}
