//! The gate: the check before any branch moves, which `--no-verify` does not skip.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal};
use std::{env, fs};

use anyhow::Result;

use super::{Verdict, commits, print};
use crate::cli::Output;
use crate::failure::{failed, hint};
use crate::git::{self, Caller, History, ObjectId, Repo, path_of};
use crate::report::Mode;
use crate::source::range::Selection;
use crate::source::transaction::{self, Fetched, Gain, Transaction};

/// The only state in which a hook can still refuse.
const PREPARED: &str = "prepared";

/// Checks the commits that branches and tags gain in a transaction. The arguments are the state and, from
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
        text.extend(commits::read_stdin()?);
    }
    let transaction = transaction::parse(&text)?;
    if transaction.moves.is_empty() {
        return Ok(Verdict::Clean);
    }
    // Without /proc, finding the caller costs a process. That is done later, if it is needed.
    let caller = git::caller_by_proc();
    if let Some(caller) = &caller
        && !may_be_local(caller)
    {
        return Ok(Verdict::Clean);
    }
    let repo = Repo::open_or_bare()?;
    if is_quickly_clean(&repo, &transaction, output) {
        return Ok(Verdict::Clean);
    }
    let caller = caller.or_else(git::caller_by_ps);
    let selections = walked_gains(&repo, &transaction, caller.as_ref())?;
    if selections.is_empty() {
        return Ok(Verdict::Clean);
    }
    let outcome = commits::scan_selected(&repo, &selections, output)?;
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
        Some(selections) => commits::scan_selected(repo, &selections, output)
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

/// Tells whether a git command may move refs to commits that were made here. A clone and a fetch
/// cannot, but for a fetch from a directory, which may be this repository.
fn may_be_local(caller: &Caller) -> bool {
    match &caller.command[..] {
        b"clone" => false,
        b"fetch" => names_directory(caller),
        _ => true,
    }
}

fn names_directory(caller: &Caller) -> bool {
    caller
        .arguments
        .iter()
        .any(|word| word.starts_with(b"file:") || path_of(word).is_ok_and(|path| path.is_dir()))
}

/// Tells whether a clone or a fetch from another repository moves the refs.
fn is_by_transfer(repo: &Repo, caller: &Caller) -> bool {
    match &caller.command[..] {
        b"clone" => true,
        b"fetch" => !caller.arguments.iter().any(|word| repo.is_at(word)),
        _ => false,
    }
}

/// Walks the history to find the commits that the moves bring.
fn walked_gains(
    repo: &Repo,
    transaction: &Transaction,
    caller: Option<&Caller>,
) -> Result<Vec<Selection>> {
    let unreadable = |error| failed("what the branches gain cannot be read", hint::FSCK, error);
    let fetched = last_fetch(repo).map_err(unreadable)?;
    let is_transfer = match caller {
        Some(caller) => is_by_transfer(repo, caller),
        None => {
            (fetched.is_unfinished && may_be_fetch(repo, transaction)?)
                || may_be_clone(repo, transaction)?
        }
    };
    if is_transfer {
        return Ok(Vec::new());
    }
    let history = repo.history()?;
    let head = repo.head()?;
    let known = new_objects(repo, &history, fetched)?;
    let moves = &transaction.moves;
    if moves.len() > 1
        && transaction::are_known(repo, &history, &known, moves).map_err(unreadable)?
    {
        return Ok(Vec::new());
    }
    let mut selections = Vec::new();
    for one in moves {
        let gain = transaction::walked_gain(repo, &history, head, &known, one);
        selections.extend(gain.map_err(unreadable)?);
    }
    Ok(selections)
}

/// The commits that the last fetch brought from another repository.
fn new_objects(repo: &Repo, history: &History<'_>, fetched: Fetched) -> Result<Vec<ObjectId>> {
    let mut own_places: Vec<Vec<u8>> = Vec::new();
    let mut other_places: Vec<Vec<u8>> = Vec::new();
    let mut brought = Vec::new();
    for tip in fetched.tips {
        if !history.has(&tip.id)? || own_places.contains(&tip.place) {
            continue;
        }
        if !other_places.contains(&tip.place) {
            if repo.is_at(&tip.place) {
                own_places.push(tip.place);
                continue;
            }
            other_places.push(tip.place);
        }
        brought.push(tip.id);
    }
    Ok(brought)
}

fn last_fetch(repo: &Repo) -> Result<Fetched> {
    match fs::read(repo.git_path("FETCH_HEAD")?) {
        Ok(text) => transaction::fetched(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Fetched::default()),
        Err(error) => Err(error.into()),
    }
}

/// Tells whether `git fetch` may be what moves the branches, where nothing tells the caller: it
/// empties FETCH_HEAD first. A fetch that failed leaves the same behind, but a commit names HEAD, and
/// only in a repository with a work tree.
fn may_be_fetch(repo: &Repo, transaction: &Transaction) -> Result<bool> {
    if !transaction.names_head || repo.is_bare()? {
        return Ok(true);
    }
    let action = env::var_os("GIT_REFLOG_ACTION").unwrap_or_default();
    let action = action.as_encoded_bytes();
    Ok(action.starts_with(b"pull") || action.starts_with(b"fetch"))
}

/// Tells whether `git clone --bare` or `--mirror` may be what writes the first refs of a
/// repository, where nothing tells the caller.
fn may_be_clone(repo: &Repo, transaction: &Transaction) -> Result<bool> {
    Ok(!transaction.names_head && repo.refs()?.is_empty() && !repo.remotes()?.is_empty())
}
