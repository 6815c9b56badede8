//! The checks that git's hooks and hook managers ask for.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, IsTerminal};
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};

use super::{Verdict, advice, check, commits, hidden_index, message, print, transaction};
use crate::cli::Output;
use crate::failure::{failed, hint, refused};
use crate::git::{MergeVariables, Ref, Repo, WorkTree};
use crate::hook::event::{self, Check};
use crate::hook::shim;
use crate::report::Mode;
use crate::scan::Outcome;
use crate::source::files::Ignored;
use crate::source::history;
use crate::source::push::{self, Belief, Place, Update};
use crate::source::range::{Cut, Selection};

/// Runs the check that a hook asks for.
///
/// # Errors
/// The check could not be made.
pub fn run(check: Check, output: &Output) -> Result<Verdict> {
    match check {
        Check::Staged => check_staged(MergeVariables::Ignored, output),
        Check::Merged => check_staged(MergeVariables::Believed, output),
        Check::Message(file) => message::run(file.as_deref(), output),
        Check::Range(range) => print::always(
            Mode::Range,
            &commits::scan_ranges(&[range], false, output)?,
            output,
        ),
        Check::Both(one, other) => Ok(worse_verdict(run(*one, output)?, run(*other, output)?)),
        Check::NotOnRemote { local, remote, url } => {
            check_not_on_remote(&local, &remote, &url, output)
        }
        Check::Push {
            remote,
            url,
            caller,
            otherwise,
        } => check_push(&remote, &url, caller, *otherwise, output),
        Check::Receive => check_received(output),
        Check::Transaction(arguments) => transaction::run(&arguments, output),
        Check::Files(files) => files_and_staged(&files, output),
        Check::Unsupported(name) => {
            let what = format!("phguard does not serve the hook {}", name.display());
            Err(refused(what, hint::HOOKS))
        }
    }
}

fn check_staged(variables: MergeVariables, output: &Output) -> Result<Verdict> {
    let repo = Repo::open()?;
    let hidden = hidden_index::check(&repo)?;
    if hidden != Verdict::Clean {
        return Ok(hidden);
    }
    let outcome = check::staged_in(&repo, &[], variables, output)?;
    print::in_hook(Mode::Staged, &outcome, output)
}

/// The verdict is clean only if both are.
fn worse_verdict(one: Verdict, other: Verdict) -> Verdict {
    if one == Verdict::Clean || other == Verdict::NotScanned {
        other
    } else {
        one
    }
}

fn check_push(
    remote: &OsStr,
    url: &OsStr,
    caller: event::Caller,
    otherwise: Check,
    output: &Output,
) -> Result<Verdict> {
    let is_silent = is_terminal_or_device();
    let text = if is_silent {
        Vec::new()
    } else {
        commits::read_stdin()?
    };
    let updates = push::sent_updates(&text)?;
    if updates.is_empty() {
        // Git starts the hook without a line if there is nothing to push.
        if !is_silent && (caller == event::Caller::Git || is_started_by_shim()) {
            return Ok(Verdict::Clean);
        }
        return run(otherwise, output);
    }
    let repo = Repo::open_or_bare()?;
    let belief = push_belief(&repo, remote, url, &updates)?;
    let selection = push::select_pushed(&repo.history()?, &updates, belief.known_commits())?;
    let outcome = scan_pushed(&repo, selection, &belief, output)?;
    print::in_hook(Mode::Push, &outcome, output)
}

/// Tells whether standard input is a terminal or `/dev/null`. Git gives a hook its lines through a
/// pipe, so no line will come from there.
fn is_terminal_or_device() -> bool {
    io::stdin().is_terminal() || is_device()
}

#[cfg(unix)]
fn is_device() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let Ok(copy) = io::stdin().as_fd().try_clone_to_owned() else {
        return false;
    };
    let metadata = fs::File::from(copy).metadata();
    metadata.is_ok_and(|metadata| metadata.file_type().is_char_device())
}

#[cfg(not(unix))]
fn is_device() -> bool {
    false
}

/// Tells whether the repository's own hook file is phguard's. Its input then comes from git.
fn is_started_by_shim() -> bool {
    let Ok(hooks) = WorkTree::of_hook().hooks() else {
        return false;
    };
    match fs::read(hooks.join("pre-push")) {
        Ok(text) => shim::find_block(&text).is_some(),
        Err(_) => false,
    }
}

fn push_belief(repo: &Repo, name: &OsStr, url: &OsStr, updates: &[Update]) -> Result<Belief> {
    let (remotes, refs) = (repo.remotes()?, repo.refs()?);
    let fetched_from = match fs::read(repo.git_directory()?.join("FETCH_HEAD")) {
        Ok(text) => push::places_in_fetch_head(&text),
        // Nothing was ever fetched here.
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(failed("FETCH_HEAD cannot be read", hint::FSCK, error)),
    };
    let place = Place {
        remotes: &remotes,
        refs: &refs,
        fetched_from: &fetched_from,
        name,
        url,
    };
    Ok(place.belief(updates))
}

fn scan_pushed(
    repo: &Repo,
    selection: Selection,
    belief: &Belief,
    output: &Output,
) -> Result<Outcome> {
    let mut outcome = commits::scan_selected(repo, &[selection], output)?;
    advice::name_authors(repo, &mut outcome)?;
    outcome.advice = advice::for_push(repo, &outcome, belief)?;
    Ok(outcome)
}

fn check_not_on_remote(
    local: &OsStr,
    remote: &OsStr,
    url: &OsStr,
    output: &Output,
) -> Result<Verdict> {
    let repo = Repo::open_or_bare()?;
    let belief = push_belief(&repo, remote, url, &[])?;
    let known = belief.known_commits();
    let selection = if local.is_empty() {
        let is_local = |tip: &Ref| {
            [&b"refs/heads/"[..], b"refs/tags/", b"HEAD"]
                .iter()
                .any(|at| tip.name.starts_with(at))
        };
        let refs: Vec<Ref> = repo.refs()?.into_iter().filter(is_local).collect();
        Selection {
            known,
            cut: Cut::Root,
            ..history::select_refs(&refs)
        }
    } else {
        Selection {
            cut: Cut::Root,
            ..commits::all_of(&repo, local, known)?
        }
    };
    let outcome = scan_pushed(&repo, selection, &belief, output)?;
    print::always(Mode::Push, &outcome, output)
}

/// Checks a push on the server, before any ref is changed. Whatever its refs lead to is there
/// already.
fn check_received(output: &Output) -> Result<Verdict> {
    let updates = push::received_updates(&commits::read_stdin()?)?;
    if updates.is_empty() {
        return Err(failed(
            "nothing is said to be received",
            hint::HOOK_INPUT,
            anyhow!("no line was read"),
        ));
    }
    let repo = Repo::open_or_bare()?;
    let server = server_output(output).map_err(|error| {
        failed(
            "this server's phguard settings make no sense",
            hint::SERVER,
            error,
        )
    })?;
    let outcome = commits::scan_selected(&repo, &[push::new_tips(&updates)], &server)?;
    if outcome.allowed.is_empty() {
        return print::in_hook(Mode::Receive, &outcome, &server);
    }
    print::always(Mode::Receive, &outcome, &server)
}

/// Returns the output for a server, whose own configuration decides which ways to allow a key
/// count.
fn server_output(output: &Output) -> Result<Output> {
    let server = WorkTree::of_hook();
    let mut decided = output.clone();
    if let Some(file) = server
        .config_values(&["--type=path", "--get", "phguard.config"])?
        .pop()
        && decided.config.is_none()
    {
        decided.config = Some(crate::git::path_of(&file)?);
    }
    match server.config("phguard.allow")?.as_deref() {
        None | Some(b"all") => {}
        Some(b"config") => decided.no_markers = true,
        Some(b"none") => decided.no_allow = true,
        Some(other) => bail!(
            "phguard.allow is {:?}, and can be none, config or all",
            String::from_utf8_lossy(other)
        ),
    }
    Ok(decided)
}

/// Checks the staged changes and the files that a manager names. If it names none, all tracked
/// files are checked as they are staged: `run --all-files` looks the same as a run by hand.
fn files_and_staged(files: &[PathBuf], output: &Output) -> Result<Verdict> {
    let hidden = hidden_index::check(&Repo::open()?)?;
    if hidden != Verdict::Clean {
        return Ok(hidden);
    }
    if files.is_empty() {
        return print::always(Mode::Tracked, &check::tracked(output)?, output);
    }
    let named = print::always(
        Mode::Files,
        &check::files(files, Ignored::Read, output)?,
        output,
    )?;
    if !check::is_anything_staged()? {
        return Ok(named);
    }
    let outcome = check::staged(&[], MergeVariables::Ignored, output)?;
    Ok(worse_verdict(
        named,
        print::always(Mode::Staged, &outcome, output)?,
    ))
}
