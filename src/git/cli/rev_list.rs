//! Revisions as git resolves them, and the commits between them. Git itself is asked: its syntax
//! has more than libgit2 knows, and one command costs less than a hundredth of a large range.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::git::{ObjectId, cli};

/// What a range names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revisions {
    /// Where to start.
    pub include: Vec<ObjectId>,
    /// What is left out with all that it is made from.
    pub exclude: Vec<ObjectId>,
}

/// What else is left out of a walk, with all that it is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// Nothing else.
    #[default]
    Nothing,
    /// What the remote of this name is known to have.
    OfRemote(OsString),
    /// What any ref of this repository leads to.
    OfRefs,
    /// What any ref, HEAD or work tree leads to, but for stashes.
    OfGuardedRefs,
    /// What any ref leads to that is neither a branch nor a stash: remote-tracking refs, tags.
    OfOtherRefs,
}

/// A commit and its parents.
pub(crate) type Line = (ObjectId, Vec<ObjectId>);

/// Resolves a revision or a range, as gitrevisions(7) writes them. Whether the objects exist is
/// not asked.
pub(crate) fn resolve(range: &OsStr) -> Result<Revisions> {
    let mut command = command(&["rev-parse", "--revs-only"]);
    let output = command
        .arg(range)
        .arg("--")
        .output()
        .context("git cannot be started")?;
    if !output.status.success() {
        bail!(cli::message(&output.stderr).unwrap_or_else(|| "git rev-parse failed".into()));
    }
    let mut revisions = Revisions::default();
    for line in str::from_utf8(&output.stdout)?.lines() {
        let (side, digits) = match line.strip_prefix('^') {
            Some(digits) => (&mut revisions.exclude, digits),
            None => (&mut revisions.include, line),
        };
        side.push(ObjectId::from_hex(digits.as_bytes()).context("git printed no object id")?);
    }
    Ok(revisions)
}

/// The commits that the included ones are made from, themselves too, and the excluded ones are not.
/// Parents come before their children.
pub(crate) fn reachable(revisions: &Revisions, known: &Known) -> Result<Vec<Line>> {
    let mut command = command(&[
        "-c",
        "core.commitGraph=false",
        "rev-list",
        "--parents",
        "--topo-order",
        "--reverse",
    ]);
    command.arg("--stdin");
    match known {
        Known::Nothing => {}
        Known::OfRemote(name) => {
            let mut option = OsString::from("--remotes=");
            option.push(name);
            command.arg("--not").arg(option);
        }
        Known::OfRefs => {
            command.args(["--not", "--all"]);
        }
        // A ref that is damaged leaves out nothing; it is not why the branch moves.
        Known::OfGuardedRefs => {
            command.args(["--ignore-missing", "--not", "--exclude=refs/stash", "--all"]);
        }
        Known::OfOtherRefs => {
            command.args(["--ignore-missing", "--not", "--exclude=refs/stash"]);
            command.args(["--exclude=refs/heads/*", "--glob=refs/*"]);
        }
    }
    let mut text = String::new();
    for (sign, ids) in [("", &revisions.include), ("^", &revisions.exclude)] {
        for id in ids {
            writeln!(text, "{sign}{id}")?;
        }
    }
    fed(command, text.as_bytes())?.lines().map(parse).collect()
}

/// Grafts hide commits as replacements do, which `cli::command` turns off.
fn command(arguments: &[&str]) -> Command {
    let mut command = cli::command(arguments);
    command.env("GIT_GRAFT_FILE", "");
    command
}

/// The output of a command that reads all of its input before it writes.
fn fed(mut command: Command, input: &[u8]) -> Result<String> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("git cannot be started")?;
    let fed = child.stdin.take().map(|mut stdin| stdin.write_all(input));
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!(cli::message(&output.stderr).unwrap_or_else(|| "git rev-list failed".into()));
    }
    fed.context("git took no input")??;
    Ok(String::from_utf8(output.stdout)?)
}

fn parse(line: &str) -> Result<Line> {
    let ids: Option<Vec<ObjectId>> = line
        .split(' ')
        .map(|word| ObjectId::from_hex(word.as_bytes()))
        .collect();
    let ids = ids.with_context(|| format!("git printed {line:?}"))?;
    let (commit, parents) = ids.split_first().context("git printed an empty line")?;
    Ok((*commit, parents.to_vec()))
}
