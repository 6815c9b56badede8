//! What git's hooks and hook managers call.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::{Verdict, check, commits, message, print, transaction};
use crate::cli::Output;
use crate::failure::{failed, hint};
use crate::git::{Ref, Repo};
use crate::hook::event::{self, Check};
use crate::report::Mode;
use crate::source::range::Selection;
use crate::source::{history, push};

/// The check that the hook of that name asks for, or these arguments and the environment.
///
/// # Errors
/// The check could not be made.
pub fn run(name: Option<&str>, arguments: &[OsString], output: &Output) -> Result<Verdict> {
    decided(
        event::decide(name, arguments, |name| env::var_os(name)),
        output,
    )
}

fn decided(check: Check, output: &Output) -> Result<Verdict> {
    match check {
        Check::Staged => print::in_hook(Mode::Staged, &check::staged(&[], output)?, output),
        Check::Message(file) => message::run(file.as_deref(), output),
        Check::Range(range) => print::always(
            Mode::Range,
            &commits::range(&[range], false, output)?,
            output,
        ),
        Check::Both(one, other) => Ok(both(decided(*one, output)?, decided(*other, output)?)),
        Check::Lacking { local, remote, url } => lacking(&local, &remote, &url, output),
        Check::Push {
            remote,
            url,
            otherwise,
        } => push(&remote, &url, *otherwise, output),
        Check::Receive => receive(output),
        Check::Transaction(arguments) => transaction::run(&arguments, output),
        Check::Files(files) => files_or_staged(&files, output),
        Check::Unserved(name) => {
            let what = format!("phguard does not serve the hook {}", name.display());
            Err(failed(what, hint::HOOKS, anyhow!("unknown hook")))
        }
    }
}

/// Clean is what both are.
fn both(one: Verdict, other: Verdict) -> Verdict {
    if one == Verdict::Clean || other == Verdict::NotScanned {
        other
    } else {
        one
    }
}

fn push(remote: &OsStr, url: &OsStr, otherwise: Check, output: &Output) -> Result<Verdict> {
    let text = if io::stdin().is_terminal() {
        Vec::new()
    } else {
        commits::stdin()?
    };
    let updates = push::sent(&text)?;
    if updates.is_empty() {
        return decided(otherwise, output);
    }
    let repo = Repo::open_or_bare()?;
    let known = push::known(&repo.remotes()?, remote, url);
    let selection = push::selection(&repo.history()?, &updates, known)?;
    print::in_hook(
        Mode::Push,
        &commits::selected(&repo, &[selection], output)?,
        output,
    )
}

fn lacking(local: &OsStr, remote: &OsStr, url: &OsStr, output: &Output) -> Result<Verdict> {
    let repo = Repo::open_or_bare()?;
    let known = push::known(&repo.remotes()?, remote, url);
    let selection = if local.is_empty() {
        let is_local = |tip: &Ref| {
            [&b"refs/heads/"[..], b"refs/tags/", b"HEAD"]
                .iter()
                .any(|at| tip.name.starts_with(at))
        };
        let refs: Vec<Ref> = repo.refs()?.into_iter().filter(is_local).collect();
        Selection {
            known,
            ..history::selection(&refs)
        }
    } else {
        commits::all_of(&repo, local, known)?
    };
    print::always(
        Mode::Push,
        &commits::selected(&repo, &[selection], output)?,
        output,
    )
}

/// On the server, before any ref is changed. What its refs lead to is there already.
fn receive(output: &Output) -> Result<Verdict> {
    let updates = push::received(&commits::stdin()?)?;
    if updates.is_empty() {
        return Err(failed(
            "nothing is said to be received",
            hint::HOOK_INPUT,
            anyhow!("no line was read"),
        ));
    }
    let repo = Repo::open_or_bare()?;
    print::in_hook(
        Mode::Receive,
        &commits::selected(&repo, &[push::brought(&updates)], output)?,
        output,
    )
}

/// Without a commit under way, nothing staged is no reason to look at nothing.
fn files_or_staged(files: &[PathBuf], output: &Output) -> Result<Verdict> {
    if check::is_anything_staged()? {
        let staged = print::always(Mode::Staged, &check::staged(&[], output)?, output)?;
        if files.is_empty() {
            return Ok(staged);
        }
        return Ok(both(
            staged,
            print::always(Mode::Files, &check::files(files, true, output)?, output)?,
        ));
    }
    if files.is_empty() {
        return print::always(Mode::Tracked, &check::tracked(output)?, output);
    }
    print::always(Mode::Files, &check::files(files, true, output)?, output)
}
