//! What is printed, and when.

use std::io::{self, IsTerminal, Write};

use anyhow::Result;

use super::Verdict;
use crate::cli::Output;
use crate::failure::{failed, hint};
use crate::progress::Progress;
use crate::report::style::Palette;
use crate::report::{Format, Mode, Report, github, human, json, sarif};
use crate::scan::Outcome;

/// Reports a check that was asked for by hand, on a terminal also when all is well.
pub(super) fn by_hand(mode: Mode, outcome: &Outcome, output: &Output) -> Result<Verdict> {
    let verdict = Verdict::of(outcome);
    let has_news =
        verdict != Verdict::Clean || !outcome.unused.is_empty() || !outcome.not_opened.is_empty();
    if has_news || output.format.is_document() || io::stdout().is_terminal() {
        print(
            &Report {
                outcome,
                mode,
                in_hook: false,
                may_allow: !output.no_allow && !output.no_markers,
            },
            output,
            verdict,
        )?;
    }
    Ok(verdict)
}

/// Reports a check of which one wants to know what was scanned, also when all is well.
pub(super) fn always(mode: Mode, outcome: &Outcome, output: &Output) -> Result<Verdict> {
    let verdict = Verdict::of(outcome);
    print(
        &Report {
            outcome,
            mode,
            in_hook: matches!(mode, Mode::Push | Mode::Receive),
            may_allow: !output.no_allow && !output.no_markers,
        },
        output,
        verdict,
    )?;
    Ok(verdict)
}

/// Reports a check that git waits for, to people only if there is something to say.
pub(super) fn in_hook(mode: Mode, outcome: &Outcome, output: &Output) -> Result<Verdict> {
    let verdict = Verdict::of(outcome);
    let has_news = verdict != Verdict::Clean || !outcome.not_opened.is_empty();
    if has_news || output.format.is_document() {
        print(
            &Report {
                outcome,
                mode,
                in_hook: true,
                may_allow: !output.no_allow && !output.no_markers,
            },
            output,
            verdict,
        )?;
    }
    Ok(verdict)
}

/// A report that cannot be written changes no verdict, except that what should have been said to
/// be clean is not.
fn print(report: &Report<'_>, output: &Output, verdict: Verdict) -> Result<()> {
    if output.quiet {
        return Ok(());
    }
    let mut text = Vec::new();
    match output.format {
        Format::Human => human::write(&mut text, report, palette(output))?,
        Format::Json => json::write(&mut text, report)?,
        Format::Sarif => sarif::write(&mut text, report)?,
        Format::Github => github::write(&mut text, report)?,
    }
    match write_out(&text) {
        Err(error) if verdict == Verdict::Clean => Err(error),
        _ => Ok(()),
    }
}

/// For whoever waits at a terminal; a hook says nothing but its verdict.
pub(super) fn progress(output: &Output) -> Progress {
    Progress::new(output.by_hand && !output.quiet && io::stderr().is_terminal())
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
