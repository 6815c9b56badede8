//! The gate: the check before any branch moves, which `--no-verify` does not skip.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal};
use std::{env, fs};

use anyhow::Result;

use super::{Verdict, commits, print};
use crate::cli::Output;
use crate::failure::{failed, hint};
use crate::git::Repo;
use crate::report::Mode;
use crate::source::range::Selection;
use crate::source::transaction::{self, Fetched, Gain, Transaction};

/// The only state in which a hook can still refuse.
const PREPARED: &str = "prepared";

/// Checks the commits that branches gain in a transaction. The arguments are the state and, from
/// our hook file, the lines that it has already read.
pub(super) fn run(arguments: &[OsString], output: &Output) -> Result<Verdict> {
    let Some((state, lines)) = arguments.split_first() else {
        return Ok(Verdict::Clean);
    };
    if state != PREPARED {
        return Ok(Verdict::Clean);
    }
    let mut text = Vec::new();
    for line in lines {
        text.extend_from_slice(line.as_encoded_bytes());
        text.push(b'\n');
    }
    if !io::stdin().is_terminal() {
        text.extend(commits::stdin()?);
    }
    let transaction = transaction::parse(&text)?;
    if transaction.moves.is_empty() {
        return Ok(Verdict::Clean);
    }
    let repo = Repo::open_or_bare()?;
    if is_quickly_clean(&repo, &transaction, output) {
        return Ok(Verdict::Clean);
    }
    let selections = walked_gains(&repo, &transaction)?;
    if selections.is_empty() {
        return Ok(Verdict::Clean);
    }
    let outcome = commits::selected(&repo, &selections, output)?;
    print::in_hook(Mode::Transaction, &outcome, output)
}

/// Tells whether every move brings at most its tip, and the tip holds no key. If anything else is
/// the case, or cannot be read, the walk decides: the commits may not be new at all.
fn is_quickly_clean(repo: &Repo, transaction: &Transaction, output: &Output) -> bool {
    let Ok(selections) = quick_gains(repo, transaction) else {
        return false;
    };
    match selections {
        None => false,
        Some(selections) if selections.is_empty() => true,
        Some(selections) => commits::selected(repo, &selections, output)
            .is_ok_and(|outcome| Verdict::of(&outcome) == Verdict::Clean),
    }
}

/// Returns `None` if the commits that a move brings are known only after a walk.
fn quick_gains(repo: &Repo, transaction: &Transaction) -> Result<Option<Vec<Selection>>> {
    let history = repo.history()?;
    let head = repo.head()?;
    let mut selections = Vec::new();
    for one in &transaction.moves {
        match transaction::quick_gain(&history, head, one)? {
            Gain::Nothing => {}
            Gain::Tip(selection) => selections.push(selection),
            Gain::Unknown => return Ok(None),
        }
    }
    Ok(Some(selections))
}

/// Walks the history to find the commits that the moves bring.
fn walked_gains(repo: &Repo, transaction: &Transaction) -> Result<Vec<Selection>> {
    let unreadable = |error| failed("what the branches gain cannot be read", hint::FSCK, error);
    let fetched = last_fetch(repo).map_err(unreadable)?;
    if fetched.is_unfinished && is_by_fetch(repo, transaction)? {
        return Ok(Vec::new());
    }
    if is_by_clone(repo, transaction)? {
        return Ok(Vec::new());
    }
    let history = repo.history()?;
    let head = repo.head()?;
    let mut known = Vec::new();
    for tip in fetched.tips {
        if history.has(&tip)? {
            known.push(tip);
        }
    }
    let mut selections = Vec::new();
    for one in &transaction.moves {
        let gain = transaction::walked_gain(repo, &history, head, &known, one);
        selections.extend(gain.map_err(unreadable)?);
    }
    Ok(selections)
}

fn last_fetch(repo: &Repo) -> Result<Fetched> {
    match fs::read(repo.git_path("FETCH_HEAD")?) {
        Ok(text) => transaction::fetched(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Fetched::default()),
        Err(error) => Err(error.into()),
    }
}

/// Tells whether `git fetch` moves the branches, given that it may be under way. A fetch that
/// failed leaves the same FETCH_HEAD behind, but a commit names HEAD, and only in a repository with
/// a work tree.
fn is_by_fetch(repo: &Repo, transaction: &Transaction) -> Result<bool> {
    if !transaction.names_head || repo.is_bare()? {
        return Ok(true);
    }
    let action = env::var_os("GIT_REFLOG_ACTION").unwrap_or_default();
    Ok(["pull", "fetch"]
        .iter()
        .any(|command| action.as_encoded_bytes().starts_with(command.as_bytes())))
}

/// Tells whether `git clone --bare` or `--mirror` writes the first refs of a repository.
fn is_by_clone(repo: &Repo, transaction: &Transaction) -> Result<bool> {
    Ok(!transaction.names_head && repo.refs()?.is_empty() && !repo.remotes()?.is_empty())
}
