//! The message for people: where, what, why it matters and what to type next. Sixty columns
//! wide, so that it reads in any terminal.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, Write};

use super::sanitize::sanitize;
use super::style::{Palette, Role};
use super::{Mode, Report};
use super::{commits, excerpt};
use crate::detect::Shape;
use crate::failure::{NotOpened, Unscanned, hint};
use crate::finding::Finding;
use crate::key::{KeyKind, SHORTEST_WHOLE_BODY};
use crate::scan::Outcome;

/// Columns of the message; only paths and commands may be longer.
pub(super) const WIDTH: usize = 60;

/// Files that were not opened and are named; more are only counted.
const NAMED: usize = 5;

/// Writes the message.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, report: &Report<'_>, palette: Palette) -> io::Result<()> {
    let outcome = report.outcome;
    if !outcome.findings.is_empty() {
        headline(out, report, palette)?;
        let mut commit = None;
        for finding in &outcome.findings {
            if finding.commit.as_ref() != commit {
                commit = finding.commit.as_ref();
                commit.map_or(Ok(()), |commit| commits::heading(out, commit, palette))?;
            }
            write_finding(out, finding, palette)?;
        }
        for kind in kinds(&outcome.findings) {
            let name = palette.paint(Role::Heading, kind.name);
            writeln!(out, "\n{name} ({})", kind.severity)?;
            paragraph(out, "  ", kind.power)?;
        }
        what_to_do(out, report, palette)?;
    }
    for unscanned in &outcome.unscanned {
        write_unscanned(out, unscanned, report.mode, palette)?;
    }
    write_not_opened(out, &outcome.not_opened)?;
    for advice in &outcome.advice {
        writeln!(out)?;
        paragraph(out, "", advice)?;
    }
    if !outcome.unused.is_empty() {
        paragraph(
            out,
            "",
            "In .phguard.toml, these entries of [allow] match no key any more:",
        )?;
        for entry in &outcome.unused {
            writeln!(out, "     {}", sanitize(entry.as_bytes()))?;
        }
    }
    summary(out, report, palette)
}

fn headline(out: &mut dyn Write, report: &Report<'_>, palette: Palette) -> io::Result<()> {
    let count = report.outcome.findings.len();
    let keys = if count == 1 {
        "a PostHog secret key".into()
    } else {
        format!("{count} PostHog secret keys")
    };
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
    writeln!(
        out,
        "{}: {holds} {keys}.",
        palette.paint(Role::Alarm, &format!("phguard: {verdict}"))
    )
}

fn write_finding(out: &mut dyn Write, finding: &Finding, palette: Palette) -> io::Result<()> {
    let place = &finding.location;
    let path = sanitize(&place.path);
    if finding.in_name {
        writeln!(out, "\n{}", palette.paint(Role::Place, &path))?;
        paragraph(
            out,
            "  ",
            &format!(
                "The name of this {} holds a {}.",
                super::named_thing(finding),
                finding.kind.name
            ),
        )?;
    } else {
        let place = format!("{path}:{}:{}", place.line, place.column);
        writeln!(out, "\n{}", palette.paint(Role::Place, &place))?;
        excerpt::write(out, finding, palette)?;
    }
    if let Some(name) = &finding.exposed_as {
        let warning =
            format!("{name} is copied into the browser bundle: every visitor could read this key.");
        paragraph(out, "  ", &warning)?;
    }
    if let Some(trace) = finding.trace {
        paragraph(out, "  ", &commits::trace(trace, finding.in_message))?;
    }
    if finding.shape == Shape::Whole {
        return Ok(());
    }
    let length = format!(
        "It looks like a cut or a sample key: a whole one has {SHORTEST_WHOLE_BODY} or more characters behind its prefix."
    );
    paragraph(out, "  ", &length)
}

fn what_to_do(out: &mut dyn Write, report: &Report<'_>, palette: Palette) -> io::Result<()> {
    let findings = &report.outcome.findings;
    let kinds = kinds(findings);
    writeln!(out, "\n{}", palette.paint(Role::Heading, "What to do"))?;
    let variables: Vec<&str> = kinds.iter().filter_map(|kind| kind.variable).collect();
    let variables = if variables.is_empty() {
        String::new()
    } else {
        format!(" ({})", variables.join(", "))
    };
    let take_out = format!(
        "Take the key out of the line. Let the program read it from the environment{variables} or from a secret manager."
    );
    if matches!(
        report.mode,
        Mode::Range | Mode::History | Mode::Push | Mode::Receive | Mode::Transaction
    ) {
        commits::what_to_do(out, report, &kinds, &take_out, palette)?;
        return false_alarm(out, report, palette);
    }
    let if_it_left =
        "Rotate the key only if it has already left this machine (pushed, sent, logged):";
    if report.mode == Mode::Message {
        let kept = sanitize(&findings[0].location.path);
        step(
            out,
            "1. ",
            &format!("Commit again without the key in the message, which is kept in {kept}."),
        )?;
        step(out, "2. ", if_it_left)?;
    } else if report.mode == Mode::Files {
        step(out, "1. ", &take_out)?;
        step(
            out,
            "2. ",
            "Rotate the key if it was ever committed, pushed, sent or logged:",
        )?;
    } else {
        step(out, "1. ", &take_out)?;
        step(out, "2. ", "Stage that and commit again:")?;
        writeln!(
            out,
            "     {}",
            palette.paint(Role::Command, &git_add(findings))
        )?;
        step(out, "3. ", if_it_left)?;
    }
    for kind in &kinds {
        step(out, "   ", &format!("{}: {}.", kind.name, kind.rotate))?;
    }
    step(
        out,
        "   ",
        "The commands for that, and to see what the key did:",
    )?;
    let which = if kinds.len() == 1 {
        kinds[0].prefix
    } else {
        ""
    };
    let explain = format!("phguard explain {which}");
    writeln!(
        out,
        "     {}",
        palette.paint(Role::Command, explain.trim_end())
    )?;
    false_alarm(out, report, palette)
}

/// Tells how to allow the keys, but not where the reader has no say in that.
fn false_alarm(out: &mut dyn Write, report: &Report<'_>, palette: Palette) -> io::Result<()> {
    if !report.may_allow {
        return Ok(());
    }
    let findings = &report.outcome.findings;
    writeln!(out, "\nNo key at all? Say so in a comment on that line:")?;
    writeln!(
        out,
        "     {}",
        palette.paint(Role::Command, "phguard:allow")
    )?;
    writeln!(out, "or by its value in .phguard.toml, under [allow]:")?;
    let values: BTreeSet<_> = findings.iter().map(|finding| finding.fingerprint).collect();
    let values: Vec<_> = values
        .iter()
        .map(|value| format!("     \"{value}\","))
        .collect();
    let lines = format!("     fingerprints = [\n{}\n     ]", values.join("\n"));
    writeln!(out, "{}", palette.paint(Role::Command, &lines))
}

/// The command that stages the files again, from whichever directory.
fn git_add(findings: &[Finding]) -> String {
    let mut paths: Vec<&[u8]> = findings
        .iter()
        .filter(|finding| !finding.in_message)
        .map(|finding| {
            let container = finding.container.as_deref();
            container.unwrap_or(&finding.location.path)
        })
        .collect();
    paths.dedup();
    let is_plain = |path: &&[u8]| {
        path.iter()
            .all(|b| b.is_ascii_alphanumeric() || b"/._-+@".contains(b))
    };
    if paths.is_empty() || paths.len() > 3 || !paths.iter().all(is_plain) {
        return "git add -u".into();
    }
    paths.iter().fold("git add".into(), |command, path| {
        format!("{command} :/{}", sanitize(path))
    })
}

fn write_unscanned(
    out: &mut dyn Write,
    unscanned: &Unscanned,
    mode: Mode,
    palette: Palette,
) -> io::Result<()> {
    writeln!(
        out,
        "\n{}",
        palette.paint(Role::Place, &sanitize(&unscanned.path))
    )?;
    writeln!(
        out,
        "  {}",
        palette.paint(Role::Alarm, "could not be scanned")
    )?;
    paragraph(
        out,
        "  ",
        &format!("{}.", sanitize(unscanned.reason.as_bytes())),
    )?;
    match mode {
        Mode::Files => paragraph(out, "  ", "Nothing is approved until it can be read."),
        _ => paragraph(
            out,
            "  ",
            &format!("Nothing is approved until it can be read: {}.", hint::FSCK),
        ),
    }
}

/// One line for each of the first files; the summary counts all of them.
fn write_not_opened(out: &mut dyn Write, files: &[NotOpened]) -> io::Result<()> {
    for file in files.iter().take(NAMED) {
        let path = sanitize(&file.path);
        let reason = sanitize(file.reason.as_bytes());
        writeln!(out, "phguard: not opened: {path}: {reason}")?;
    }
    if files.iter().any(|file| file.blocks) {
        writeln!(
            out,
            "phguard: with --strict nothing is approved that was not opened"
        )?;
    }
    Ok(())
}

fn summary(out: &mut dyn Write, report: &Report<'_>, palette: Palette) -> io::Result<()> {
    let outcome = report.outcome;
    let clean = outcome.findings.is_empty() && !outcome.is_incomplete();
    if !clean {
        writeln!(out)?;
    }
    let (role, verdict) = match (clean, report.in_hook) {
        (true, _) => (Role::Good, "no secret key"),
        (false, true) if report.mode == Mode::Push => (Role::Alarm, "nothing was pushed"),
        (false, true) if report.mode == Mode::Receive => (Role::Alarm, "nothing was accepted"),
        (false, true) if report.mode == Mode::Transaction => (Role::Alarm, "no branch was moved"),
        (false, true) => (Role::Alarm, "nothing was committed"),
        (false, false) => (Role::Alarm, "nothing is approved"),
    };
    let noun = if report.mode == Mode::Tracked {
        "tracked file"
    } else {
        "file"
    };
    // The verdict stands first, so that it is never broken, and is painted when the lines are.
    let mut lines = Vec::new();
    paragraph(
        &mut lines,
        "",
        &format!("phguard: {verdict}; {}.", counts(outcome, noun)),
    )?;
    out.write_all(
        String::from_utf8_lossy(&lines)
            .replacen(verdict, &palette.paint(role, verdict), 1)
            .as_bytes(),
    )
}

fn counts(outcome: &Outcome, noun: &str) -> String {
    let commits = commits::count(outcome.commits);
    let scanned = format!(
        "{commits}{} scanned ({})",
        plural(outcome.files, noun),
        size(outcome.bytes)
    );
    let found = [
        (outcome.findings.len(), "secret key", "found"),
        (outcome.allowed.len(), "key", "allowed"),
        (outcome.placeholders, "placeholder", "left alone"),
        (outcome.unscanned.len(), "file", "not scanned"),
        (outcome.not_opened.len(), "file", "not opened"),
        (outcome.ignored, "path", "ignored by git"),
    ];
    let found = found.iter().filter(|(count, ..)| *count > 0);
    found.fold(scanned, |text, (count, what, verb)| {
        format!("{text}, {} {verb}", plural(*count, what))
    })
}

fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// 999 B, 1.0 kB, 20.5 MB: powers of a thousand.
fn size(bytes: u64) -> String {
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

/// The kinds of the findings, each once, the worst first.
fn kinds(findings: &[Finding]) -> Vec<&'static KeyKind> {
    let mut kinds: Vec<_> = findings.iter().map(|finding| finding.kind).collect();
    kinds.sort_by_key(|kind| (Reverse(kind.severity), kind.id));
    kinds.dedup_by_key(|kind| kind.id);
    kinds
}

pub(super) fn step(out: &mut dyn Write, number: &str, text: &str) -> io::Result<()> {
    let indent = "     ";
    wrapped(out, &format!("  {number}"), indent, text)
}

pub(super) fn paragraph(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    wrapped(out, indent, indent, text)
}

/// Breaks a text at its spaces.
fn wrapped(out: &mut dyn Write, first: &str, indent: &str, text: &str) -> io::Result<()> {
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(out, "{line}")?;
            indent.clone_into(&mut line);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    writeln!(out, "{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_like_sizes() {
        assert_eq!(
            [0, 999, 1000, 1_234_567, 5_000_000_000_000].map(size),
            ["0 B", "999 B", "1.0 kB", "1.2 MB", "5000.0 GB"]
        );
    }

    #[test]
    fn text_is_broken_at_sixty_columns() {
        let mut out = Vec::new();
        paragraph(&mut out, "  ", &"word ".repeat(40)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.lines()
                .all(|line| line.len() <= WIDTH && line.starts_with("  word"))
        );
        assert_eq!(text.matches("word").count(), 40);
    }
}
