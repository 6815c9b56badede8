//! Prints the reports.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};

use anyhow::Result;

use super::{Verdict, here};
use crate::cli::Output;
use crate::failure::{failed, hint};
use crate::misplaced::Warning;
use crate::progress::Progress;
use crate::report::style::{Palette, obeys_escapes};
use crate::report::text::{Charset, Screen};
use crate::report::{Detail, Format, Here, Mode, Report, github, human, json, sarif};
use crate::scan::Outcome;

/// Reports a check that was asked for by hand, also when all is well.
pub(super) fn by_hand(mode: Mode, outcome: &Outcome, output: &Output) -> Result<Verdict> {
    // In a hook that names `phguard --staged`, people expect silence.
    let in_commit = mode == Mode::Staged && std::env::var_os("GIT_INDEX_FILE").is_some();
    if in_commit && !io::stdout().is_terminal() {
        return in_hook(mode, outcome, output);
    }
    print_report(&Report::new(outcome, mode, false), output)
}

/// Reports the keys that are left after a fix. The keys in `left` have to be mended by hand.
pub(super) fn after_fix(
    outcome: &Outcome,
    left: BTreeSet<Vec<u8>>,
    output: &Output,
) -> Result<Verdict> {
    let report = Report {
        here: Here {
            left_by_fix: left,
            ..Here::default()
        },
        ..Report::new(outcome, Mode::Staged, false)
    };
    print_report(&report, output)
}

/// Reports a check of files with the mistakes beside keys.
pub(super) fn with_warnings(
    mode: Mode,
    outcome: &Outcome,
    warnings: &[Warning],
    output: &Output,
) -> Result<Verdict> {
    let report = Report {
        warnings,
        ..Report::new(outcome, mode, false)
    };
    print_report(&report, output)
}

/// Reports a check that a person started: the amount scanned is printed even if no key was found.
pub(super) fn always(mode: Mode, outcome: &Outcome, output: &Output) -> Result<Verdict> {
    let in_hook = matches!(mode, Mode::Push | Mode::Receive);
    print_report(&Report::new(outcome, mode, in_hook), output)
}

/// Reports a check that git waits for, to people only if there is something to say.
pub(super) fn in_hook(mode: Mode, outcome: &Outcome, output: &Output) -> Result<Verdict> {
    let verdict = Verdict::of(outcome);
    let has_news = verdict != Verdict::Clean || !outcome.not_opened.is_empty();
    if has_news || output.format.is_document() {
        return print_report(&Report::new(outcome, mode, true), output);
    }
    Ok(verdict)
}

/// Prints a report. If it cannot be written, a clean verdict becomes an error; other verdicts stay.
fn print_report(report: &Report<'_>, output: &Output) -> Result<Verdict> {
    let verdict = Verdict::of(report.outcome);
    if output.quiet {
        return Ok(verdict);
    }
    let mut text = Vec::new();
    match output.format {
        Format::Human => for_people(&mut text, report, output)?,
        Format::Json => json::write(&mut text, report)?,
        Format::Sarif => sarif::write(&mut text, report)?,
        Format::Github => github::write(&mut text, report)?,
    }
    match write_out(&text) {
        Err(error) if verdict == Verdict::Clean => Err(error),
        _ => Ok(verdict),
    }
}

fn for_people(text: &mut Vec<u8>, report: &Report<'_>, output: &Output) -> Result<()> {
    let report = Report {
        detail: if output.all {
            Detail::All
        } else {
            Detail::First
        },
        explain: output.explain,
        may_allow: !output.no_allow && !output.no_markers,
        here: here::look_around(report, output),
        ..*report
    };
    human::write(text, &report, screen_of(report.mode, output))?;
    Ok(())
}

/// Says one thing that a command has done.
pub(super) fn note(text: &str, output: &Output) -> Result<()> {
    if output.quiet {
        return Ok(());
    }
    write_out(format!("phguard: {text}.\n").as_bytes())
}

/// Shows progress to a person at a terminal. A hook prints nothing but its verdict.
pub(super) fn progress(output: &Output) -> Progress {
    Progress::new(output.by_hand && !output.quiet && obeys_escapes(io::stderr().is_terminal()))
}

/// git puts `remote: ` before each line that a server's hook writes.
const COLUMNS_OF_A_SERVER: usize = 72;

/// Describes standard output as a screen.
pub(super) fn screen(output: &Output) -> Screen {
    screen_of(Mode::Staged, output)
}

fn screen_of(mode: Mode, output: &Output) -> Screen {
    let columns = match mode {
        Mode::Receive => Some(COLUMNS_OF_A_SERVER),
        _ => terminal_columns(),
    };
    let charset = Charset::of_locale(|name| std::env::var_os(name));
    Screen::new(palette(output), columns, charset)
}

/// Returns the width of the terminal; `None` if standard output is no terminal, or if the terminal
/// does not tell its width.
fn terminal_columns() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout())
        .map(|(width, _)| usize::from(width.0))
        .filter(|columns| *columns > 0)
}

pub(super) fn palette(output: &Output) -> Palette {
    Palette::decide(
        output.color,
        |name| std::env::var_os(name),
        io::stdout().is_terminal(),
    )
}

pub(super) fn write_out(text: &[u8]) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text).and_then(|()| stdout.flush());
    written.map_err(|e| failed("the report cannot be written", hint::STDOUT, e))
}
