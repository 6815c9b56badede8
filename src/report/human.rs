//! The message for people: the keys first, then the amount scanned, and at the end, where the eye
//! is, the command that fixes it.

use std::io::{self, Write};

use super::advice::{self, Advice};
use super::keys::{self, Key};
use super::style::Role;
use super::text::{Page, Screen, UNBROKEN_BLANK};
use super::{Mode, Report};
use super::{commits, explain, warnings};
use crate::failure::{NotOpened, Unscanned};
use crate::scan::Outcome;

/// Files that were not opened and are named; more are only counted.
const NAMED: usize = 5;

/// Writes the message.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, report: &Report<'_>, screen: Screen) -> io::Result<()> {
    let outcome = report.outcome;
    let page = &mut Page::new(out, screen);
    let keys = keys::distinct_keys(&outcome.findings);
    if !keys.is_empty() {
        write_headline(page, report, &keys)?;
        keys::write(page, report, &keys)?;
        if report.explain {
            page.blank_line()?;
            explain::write_kinds(page, &advice::kinds_of_keys(&keys))?;
            explain::ways_to_allow(page, &keys)?;
        }
    }
    for unscanned in &outcome.unscanned {
        write_unscanned(page, unscanned)?;
    }
    write_not_opened(page, &outcome.not_opened)?;
    for advice in &outcome.advice {
        page.blank_line()?;
        page.paragraph(0, advice)?;
    }
    warnings::write(page, report)?;
    write_unused(page, &outcome.unused)?;
    write_summary(page, report, keys.len())?;
    for advice in advice::all_advice(report, &keys) {
        write_advice(page, &advice)?;
    }
    Ok(())
}

fn write_headline(page: &mut Page<'_>, report: &Report<'_>, keys: &[Key<'_>]) -> io::Result<()> {
    let (verdict, holds) = match (report.mode, report.in_hook) {
        (Mode::Files, _) => ("not clean", "these files hold"),
        (Mode::Tracked, _) => ("not clean", "the tracked files hold"),
        (Mode::Range | Mode::History | Mode::Push | Mode::Receive | Mode::Transaction, _) => {
            commits::verdict(report)
        }
        (Mode::Message, _) => ("commit blocked", "its message holds"),
        (Mode::Staged, true) => ("commit blocked", "it would add"),
        (Mode::Staged, false) => ("not fit to commit", "it would add"),
    };
    let count = match keys.len() {
        1 => "a PostHog secret key".to_owned(),
        count => format!("{count} PostHog secret keys"),
    };
    let opening = format!("phguard: {verdict}");
    page.opening_paragraph(Role::Alarm, &opening, &format!(": {holds} {count}."))
}

fn write_unscanned(page: &mut Page<'_>, unscanned: &Unscanned) -> io::Result<()> {
    let path = page.printable(&unscanned.path);
    page.blank_line()?;
    page.line(0, Role::Place, &path)?;
    page.line(2, Role::Alarm, "could not be scanned")?;
    let reason = page.printable(unscanned.reason.as_bytes());
    page.paragraph(2, &format!("{reason}."))
}

/// Writes one line for each of the first files; the summary counts all of them.
fn write_not_opened(page: &mut Page<'_>, files: &[NotOpened]) -> io::Result<()> {
    for file in files.iter().take(NAMED) {
        let path = page.printable(&file.path);
        let reason = page.printable(file.reason.as_bytes());
        page.line(
            0,
            Role::Plain,
            &format!("phguard: not opened: {path}: {reason}"),
        )?;
    }
    if files.iter().any(|file| file.blocks) {
        page.paragraph(
            0,
            "phguard: with --strict nothing is approved that was not opened",
        )?;
    }
    Ok(())
}

fn write_unused(page: &mut Page<'_>, unused: &[String]) -> io::Result<()> {
    if unused.is_empty() {
        return Ok(());
    }
    page.paragraph(
        0,
        "In .phguard.toml, these entries of [allow] match no key any more:",
    )?;
    for entry in unused {
        let entry = page.printable(entry.as_bytes());
        page.line(2, Role::Plain, &entry)?;
    }
    Ok(())
}

fn write_summary(page: &mut Page<'_>, report: &Report<'_>, keys: usize) -> io::Result<()> {
    let outcome = report.outcome;
    let clean = outcome.findings.is_empty() && !outcome.is_incomplete();
    if !clean {
        page.blank_line()?;
    }
    let (role, verdict) = match (clean, report.in_hook) {
        (true, _) => (Role::Good, "no secret key"),
        (false, true) if report.mode == Mode::Push => (Role::Alarm, "nothing was pushed"),
        (false, true) if report.mode == Mode::Receive => (Role::Alarm, "nothing was accepted"),
        (false, true) if report.mode == Mode::Transaction => {
            (Role::Alarm, "no branch or tag was moved")
        }
        (false, true) => (Role::Alarm, "nothing was committed"),
        (false, false) => (Role::Alarm, "nothing is approved"),
    };
    let noun = match report.mode {
        Mode::Tracked => "tracked file",
        _ => "file",
    };
    let counts = counts_text(outcome, keys, noun);
    page.opening_paragraph(
        role,
        &format!("phguard: {verdict}"),
        &format!("; {counts}."),
    )
}

fn counts_text(outcome: &Outcome, keys: usize, noun: &str) -> String {
    let mut text = format!(
        "{}{} scanned ({})",
        commits::counted_commits(outcome.commits),
        plural(outcome.files, noun),
        size_text(outcome.bytes)
    );
    let found = [
        (keys, "secret key", "found"),
        (outcome.allowed.len(), "key", "allowed"),
        (outcome.placeholders, "placeholder", "left alone"),
        (outcome.unscanned.len(), "file", "not scanned"),
        (outcome.not_opened.len(), "file", "not opened"),
        (outcome.ignored, "path", "ignored by git"),
    ];
    for (count, what, verb) in found {
        if count > 0 {
            let count = format!("{} {verb}", plural(count, what));
            text += &format!(", {}", count.replace(' ', UNBROKEN_BLANK));
        }
    }
    text
}

fn write_advice(page: &mut Page<'_>, advice: &Advice) -> io::Result<()> {
    page.paragraph(0, &advice.text)?;
    for command in &advice.commands {
        page.command(command)?;
    }
    Ok(())
}

pub(super) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// 999 B, 1.0 kB, 20.5 MB: powers of a thousand.
fn size_text(bytes: u64) -> String {
    let mut tenths = u128::from(bytes) * 10;
    for unit in ["B", "kB", "MB", "GB"] {
        if tenths < 10_000 || unit == "GB" {
            let fraction = if unit == "B" {
                String::new()
            } else {
                format!(".{}", tenths % 10)
            };
            return format!("{}{fraction} {unit}", tenths / 10);
        }
        tenths /= 1000;
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_like_sizes() {
        assert_eq!(
            [0, 999, 1000, 1_234_567, 5_000_000_000_000].map(size_text),
            ["0 B", "999 B", "1.0 kB", "1.2 MB", "5000.0 GB"]
        );
    }
}
