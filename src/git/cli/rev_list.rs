//! Revisions as git resolves them, and the commits between them. Git itself is asked: its syntax
//! has more than libgit2 knows, and one command costs less than a hundredth of a large range.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;

use anyhow::{Context, Result};

use crate::git::ObjectId;
use crate::git::cli::{Git, fields, lines, printed_id};

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
    /// Commits reachable from a ref that the gate judges (a branch, a tag, a HEAD), or that only a
    /// fetch writes.
    OfGuardedRefs,
    /// Commits reachable from a ref that only a fetch writes.
    OfFetchedRefs,
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
/// parents. Parents come before their children. `heads` are the commits that are checked out.
pub(crate) fn reachable(
    revisions: &Revisions,
    known: &Known,
    heads: &[ObjectId],
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
            command = command.arguments(&["--ignore-missing", "--not", "--branches", "--tags"]);
            command = fetched_refs(command)?;
            for head in heads {
                command = command.argument(head.to_string());
            }
        }
        Known::OfFetchedRefs => {
            command = fetched_refs(command.arguments(&["--ignore-missing", "--not"]))?;
        }
    }
    let mut input = String::new();
    for id in &revisions.include {
        writeln!(input, "{id}")?;
    }
    for id in &revisions.exclude {
        writeln!(input, "^{id}")?;
    }
    let output = command.argument("--").input(input.into_bytes()).output()?;
    let mut commits = Vec::new();
    for line in str::from_utf8(&output)?.lines() {
        commits.push(commit_and_parents(line)?);
    }
    Ok(commits)
}

/// Adds the refs that only a fetch writes: remote-tracking refs, and those that a remote's
/// configuration names. Anybody can write the others by hand.
fn fetched_refs(command: Git) -> Result<Git> {
    let mut command = command.argument("--remotes");
    let refspecs = Git::new(&["config", "-z", "--get-regexp", r"^remote\..*\.fetch$"]).list()?;
    let mut patterns = vec!["refs/prefetch/*".to_owned(), "refs/bundles/*".to_owned()];
    for setting in fields(&refspecs) {
        // Without the refs that it names, more is checked.
        let Ok(refspec) = str::from_utf8(setting) else {
            continue;
        };
        if let Some((_, destination)) = refspec.rsplit_once(':')
            && destination.contains('*')
            && !destination.starts_with("refs/remotes/")
        {
            patterns.push(destination.to_owned());
        }
    }
    for pattern in patterns {
        command = command.arguments(&["--exclude=refs/heads/*", "--exclude=refs/tags/*"]);
        command = command.argument("--exclude=refs/stash");
        command = command.argument(format!("--glob={pattern}"));
    }
    Ok(command)
}

/// Lists the commits that tags lead to, and neither HEAD nor a ref that only a fetch writes.
pub(crate) fn tagged() -> Result<Vec<ObjectId>> {
    let command = without_grafts(&["-c", "core.commitGraph=false", "rev-list"]);
    let command = command.arguments(&["--ignore-missing", "--tags", "--not", "HEAD"]);
    let mut commits = Vec::new();
    // A file may have a revision's name: in a push to a work tree, git's own HEAD lies beside the hook.
    let command = fetched_refs(command)?.argument("--");
    // A damaged tag leaves out nothing: then more commits are judged, not fewer.
    let Ok(output) = command.output() else {
        return Ok(commits);
    };
    for line in lines(&output) {
        commits.push(printed_id(line)?);
    }
    Ok(commits)
}

/// Lists the commits that were made here, as far as the reflogs go back.
pub(crate) fn made_here() -> Result<Vec<ObjectId>> {
    let format = "--format=%H %gs";
    let entries = Git::new(&["log", "--walk-reflogs", "--all", "--no-color", format]).output()?;
    let mut commits = Vec::new();
    for entry in lines(&entries) {
        let mut words = entry.splitn(2, |byte| *byte == b' ');
        let id = printed_id(words.next().unwrap_or_default())?;
        if makes_commit(words.next().unwrap_or_default()) {
            commits.push(id);
        }
    }
    Ok(commits)
}

/// Tells whether the subject of a reflog's entry is one of a command that makes a commit. The others
/// move to a commit that was there.
fn makes_commit(subject: &[u8]) -> bool {
    const MAKERS: [&str; 6] = [
        "commit",
        "cherry-pick",
        "revert",
        "am",
        "rebase",
        "pull --rebase",
    ];
    const MOVES: [&str; 4] = ["(start)", "(finish)", "(abort)", "fast-forward"];
    let subject = String::from_utf8_lossy(subject);
    let action = subject.split(": ").next().unwrap_or_default();
    MAKERS.iter().any(|maker| action.starts_with(maker))
        && !MOVES.iter().any(|part| action.contains(part))
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
