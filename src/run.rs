//! One short function a command.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use crate::cli::{Cli, Command, Output};
use crate::detect::Detector;
use crate::git::Repo;
use crate::hook::Event;
use crate::report::style::Palette;
use crate::report::{Report, human};
use crate::scan::{Outcome, Scanner};
use crate::source;
use crate::unscanned::{cannot_scan, way_out};

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was scanned and holds no key.
    Clean,
    /// A key is added.
    KeyFound,
    /// Something was not scanned; keys may have been found beside it.
    NotScanned,
}

impl Verdict {
    fn of(outcome: &Outcome) -> Self {
        match (outcome.unscanned.is_empty(), outcome.findings.is_empty()) {
            (true, true) => Self::Clean,
            (true, false) => Self::KeyFound,
            (false, _) => Self::NotScanned,
        }
    }
}

/// Runs what the command line asks for.
///
/// # Errors
/// The check could not be made.
pub fn run(cli: &Cli) -> Result<Verdict> {
    match &cli.command {
        None => staged(&cli.check.paths, cli.output),
        Some(Command::Hook { event, .. }) => match Event::named(event) {
            Some(event) => hook(event, cli.output),
            None => Err(cannot_scan(
                format!("phguard does not serve the hook {event:?}"),
                way_out::HOOKS,
                anyhow!("unknown hook"),
            )),
        },
    }
}

/// The check of a hook that runs before a commit is made.
///
/// # Errors
/// The check could not be made.
pub fn hook(event: Event, output: Output) -> Result<Verdict> {
    match event {
        Event::PreCommit | Event::PreMergeCommit => {
            let outcome = check_staged(&[], output)?;
            let verdict = Verdict::of(&outcome);
            if verdict != Verdict::Clean {
                print(&Report { outcome: &outcome, in_hook: true }, output, verdict)?;
            }
            Ok(verdict)
        }
    }
}

/// The same check by hand, which also says so on a terminal when all is well.
fn staged(paths: &[PathBuf], output: Output) -> Result<Verdict> {
    let outcome = check_staged(paths, output)?;
    let verdict = Verdict::of(&outcome);
    if verdict != Verdict::Clean || io::stdout().is_terminal() {
        print(&Report { outcome: &outcome, in_hook: false }, output, verdict)?;
    }
    Ok(verdict)
}

fn check_staged(paths: &[PathBuf], output: Output) -> Result<Outcome> {
    let repo = Repo::open()?;
    let changes = source::staged::changes(&repo, paths)?;
    if changes.is_empty() {
        return Ok(Outcome::default());
    }
    let scanner = Scanner { detector: &Detector::new(), strict: output.strict };
    Ok(scanner.scan(&repo.blobs()?, &changes))
}

/// A report that cannot be written changes no verdict, except that what should have been said to
/// be clean is not.
fn print(report: &Report<'_>, output: Output, verdict: Verdict) -> Result<()> {
    if output.quiet {
        return Ok(());
    }
    let stdout = io::stdout();
    let palette = Palette::decide(output.color, |name| std::env::var_os(name), stdout.is_terminal());
    let mut text = Vec::new();
    human::write(&mut text, report, palette)?;
    let written = stdout.lock().write_all(&text).and_then(|()| io::stdout().flush());
    match written {
        Err(error) if verdict == Verdict::Clean => {
            Err(cannot_scan("the report cannot be written", way_out::STDOUT, error))
        }
        _ => Ok(()),
    }
}
