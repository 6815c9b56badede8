//! One short function a command.

mod advice;
pub mod agent;
mod agent_settings;
mod allow;
mod audit;
mod check;
pub mod command_line;
mod commits;
mod context;
mod docs;
mod doctor;
mod explain;
mod fix;
mod here;
mod hidden_index;
mod history;
pub mod hook;
mod identity;
mod install;
mod machine;
mod message;
mod misplaced;
mod print;
mod redact;
mod refused_work;
mod transaction;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use crate::cli::{Cli, Command, Output};
use crate::failure::{failed, hint};
use crate::git::{MergeVariables, Repo};
use crate::hook::event;
use crate::report::Mode;
use crate::scan::Outcome;
use crate::source::files::Ignored;

/// The verdict of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was scanned and holds no key.
    Clean,
    /// A key is added.
    KeyFound,
    /// A check is not in force, or a key is where it should not be.
    Defect,
    /// Something was not scanned; keys may have been found beside it.
    NotScanned,
}

impl Verdict {
    fn of(outcome: &Outcome) -> Self {
        match (outcome.is_incomplete(), outcome.findings.is_empty()) {
            (false, true) => Self::Clean,
            (false, false) => Self::KeyFound,
            (true, _) => Self::NotScanned,
        }
    }
}

/// The title of the message about a check that could not be made.
pub const CHECK_FAILED: Option<&str> = Some("nothing was approved");

/// Returns the title of the message about a command that failed. The title names the step left
/// undone.
#[must_use]
pub fn failure_title(command: Option<&Command>) -> Option<&'static str> {
    match command {
        None | Some(Command::Hook { .. }) => CHECK_FAILED,
        Some(Command::Fix(_) | Command::Allow(_)) => Some("nothing was changed"),
        Some(Command::Install(_)) => Some("nothing was installed"),
        Some(Command::Uninstall(_)) => Some("nothing was removed"),
        Some(
            Command::Completions { .. }
            | Command::Explain { .. }
            | Command::Redact { .. }
            | Command::Doctor(_)
            | Command::Audit(_)
            | Command::Man { .. },
        ) => None,
    }
}

/// Runs the command that the command line names.
///
/// # Errors
/// The check could not be made.
pub fn run(cli: &Cli) -> Result<Verdict> {
    let check = &cli.check;
    let output = &Output {
        by_hand: cli.command.is_none(),
        all: check.all,
        explain: check.explain,
        ..cli.output.clone()
    };
    match &cli.command {
        None if check.range.is_some() => range(
            check.range.as_deref().unwrap_or_default(),
            check.stdin,
            output,
        ),
        None if check.history => print::always(
            Mode::History,
            &history::check(&check.paths, check.unreachable, output)?,
            output,
        ),
        None if check.files => {
            let ignored = if check.no_ignore {
                Ignored::Read
            } else {
                Ignored::LeftOut
            };
            let checked = check::files_and_places(&check.paths, ignored, output)?;
            print::with_warnings(Mode::Files, &checked.outcome, &checked.warnings, output)
        }
        None => staged(&check.paths, output),
        Some(Command::Completions { shell }) => docs::completions(*shell),
        Some(Command::Man { command }) => docs::man(command.as_deref()),
        Some(Command::Explain { topic }) => explain::run(topic, output),
        Some(Command::Redact {
            fail_on_key,
            in_place,
        }) => {
            if in_place.is_empty() {
                redact::run(*fail_on_key, output)
            } else {
                redact::in_place(in_place, output)
            }
        }
        Some(Command::Hook { event, arguments })
            if event.as_ref().is_some_and(|event| event == "agent") =>
        {
            agent::run(arguments, output)
        }
        Some(Command::Hook { event, arguments }) => {
            let arguments: Vec<OsString> = event.iter().chain(arguments).cloned().collect();
            let check = event::check_for(None, &arguments, |name| env::var_os(name));
            hook::run(check, output)
        }
        Some(Command::Audit(wanted)) => audit::run(wanted, output),
        Some(Command::Allow(wanted)) => allow::run(wanted, output),
        Some(Command::Doctor(wanted)) => doctor::run(wanted, output),
        Some(Command::Fix(wanted)) => fix::run(wanted, output),
        Some(Command::Install(wanted)) => install::install(wanted, output),
        Some(Command::Uninstall(wanted)) => install::uninstall(wanted, output),
    }
}

fn staged(paths: &[PathBuf], output: &Output) -> Result<Verdict> {
    let repo = Repo::open()?;
    let hidden = hidden_index::check(&repo)?;
    if hidden != Verdict::Clean {
        return Ok(hidden);
    }
    let outcome = check::staged_in(&repo, paths, MergeVariables::Ignored, output)?;
    print::by_hand(Mode::Staged, &outcome, output)
}

fn range(ranges: &[OsString], from_stdin: bool, output: &Output) -> Result<Verdict> {
    if ranges.is_empty() && !from_stdin {
        return Err(failed(
            "no range is named",
            hint::REVISIONS,
            anyhow!("--range stands alone"),
        ));
    }
    print::always(
        Mode::Range,
        &commits::scan_ranges(ranges, from_stdin, output)?,
        output,
    )
}
