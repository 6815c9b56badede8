//! What is told of commits only: which one adds a key, and why to rotate before anything else.

use std::io::{self, Write};

use super::excerpt::keep_start;
use super::human::{WIDTH, step};
use super::sanitize::sanitize;
use super::style::{Palette, Role};
use super::{Mode, Report};
use crate::finding::{AddedBy, Trace};
use crate::key::KeyKind;

/// Digits of an object id that are shown: enough in any repository.
const SHORT_ID: usize = 12;

/// Writes which commit adds the keys below.
pub(super) fn heading(out: &mut dyn Write, commit: &AddedBy, palette: Palette) -> io::Result<()> {
    let id = short(commit);
    let date = commit.date.as_ref().and_then(|date| date.split('T').next());
    let date = date.map(|date| format!(" of {date}")).unwrap_or_default();
    let subject = keep_start(&sanitize(&commit.subject), WIDTH.saturating_sub(2));
    writeln!(
        out,
        "\n{}",
        palette.paint(Role::Heading, &format!("commit {id}{date}"))
    )?;
    if subject.is_empty() {
        Ok(())
    } else {
        writeln!(out, "  {subject}")
    }
}

/// Tells whether HEAD still has a key of the history, and how many refs lead to it. A message is in no
/// file of HEAD.
pub(super) fn trace(trace: Trace, in_message: bool) -> String {
    let refs = match trace.refs {
        0 => "no ref leads to it".to_owned(),
        1 => "1 ref leads to it".to_owned(),
        refs => format!("{refs} refs lead to it"),
    };
    match (in_message, trace.in_head) {
        (true, _) => format!("In a message; {refs}."),
        (false, true) => format!("Still in HEAD; {refs}."),
        (false, false) => format!("No longer in HEAD; {refs}."),
    }
}

fn short(commit: &AddedBy) -> String {
    commit.id.to_string().chars().take(SHORT_ID).collect()
}

/// The verdict and its reason, before the number of keys.
pub(super) fn verdict(report: &Report<'_>) -> (&'static str, &'static str) {
    match report.mode {
        Mode::Push => ("push stopped", "it would publish"),
        Mode::Receive => ("push refused", "it would bring in"),
        Mode::Transaction => ("refused", "a branch would gain"),
        Mode::History => ("not clean", "the history holds"),
        _ if report.outcome.commits == Some(1) => ("not clean", "this commit adds"),
        _ => ("not clean", "these commits add"),
    }
}

/// What to do about keys that are committed.
pub(super) fn what_to_do(
    out: &mut dyn Write,
    report: &Report<'_>,
    kinds: &[&KeyKind],
    take_out: &str,
    palette: Palette,
) -> io::Result<()> {
    let explain = palette.paint(Role::Command, "phguard explain");
    let rotate = |out: &mut dyn Write| -> io::Result<()> {
        for kind in kinds {
            step(out, "   ", &format!("{}: {}.", kind.name, kind.rotate))?;
        }
        writeln!(out, "     {explain}")
    };
    if report.mode == Mode::Push {
        step(out, "1. ", take_out)?;
        step(
            out,
            "2. ",
            "A further commit does not take it out: change the one that adds it, then push again.",
        )?;
        if let Some(first) = report
            .outcome
            .findings
            .iter()
            .find_map(|finding| finding.commit.as_ref())
        {
            let onto = if first.is_root {
                "--root".into()
            } else {
                format!("{}~", short(first))
            };
            writeln!(
                out,
                "     {}",
                palette.paint(Role::Command, &format!("git rebase -i {onto}"))
            )?;
        }
        let left = "If the key has already left this machine, rotate it first: rewriting history does not un-leak it.";
        step(out, "3. ", left)?;
        return rotate(out);
    }
    if report.mode == Mode::Transaction {
        step(out, "1. ", take_out)?;
        let again = "No branch was moved, and the work is still in the index. Stage the change and commit again. In a \
                     rebase, run git rebase --continue after that. In a cherry-pick, revert, merge or am, stage it and \
                     run the command with --continue. With --abort git goes back.";
        step(out, "2. ", again)?;
        step(
            out,
            "3. ",
            "Rotate the key only if it has already left this machine (pushed, sent, logged):",
        )?;
        return rotate(out);
    }
    let first = "Rotate the key first, if these commits have left the machine they were made on. Rewriting history \
                 does not un-leak it: whoever fetched them, has it.";
    step(out, "1. ", first)?;
    rotate(out)?;
    step(out, "2. ", take_out)?;
    step(
        out,
        "3. ",
        "Only then, if it is worth it, take it out of the history, too.",
    )
}

/// Before the counts of files and keys.
pub(super) fn count(commits: Option<usize>) -> String {
    commits
        .map(|n| format!("{n} commit{}, ", if n == 1 { "" } else { "s" }))
        .unwrap_or_default()
}
