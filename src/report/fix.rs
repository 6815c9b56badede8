//! Reports a fix before and after: the masked changes, the keys that stay, and the next steps.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use super::sanitize::sanitize;
use super::style::{Palette, Role};
use crate::detect::Detector;
use crate::fix::edits::{self, Edit, line_end, line_start};
use crate::fix::places::Ignore;
use crate::fix::plan::{FileChange, Plan, Version};
use crate::key::Fingerprint;
use crate::mask::masked;

/// Bytes of a line that are shown on either side of a change.
const AROUND: usize = 60;

/// Says that no key is staged.
#[must_use]
pub fn nothing_to_fix(palette: Palette) -> String {
    format!(
        "{}\n",
        palette.paint(
            Role::Good,
            "phguard: no key is staged, there is nothing to fix"
        )
    )
}

/// Shows the changes to come and the keys that stay.
#[must_use]
pub fn plan(
    plan: &Plan<'_>,
    detector: &Detector,
    ignore: Option<&Ignore>,
    palette: Palette,
) -> String {
    let mut text = String::new();
    for fix in &plan.files {
        push_line(
            &mut text,
            &palette.paint(Role::Place, &shown_path(&fix.path, detector)),
        );
        match &fix.change {
            FileChange::Untrack => push_line(&mut text, "  leaves git and stays on the disk"),
            FileChange::Rewrite { staged, work_tree } => {
                push_changes(&mut text, staged, detector, palette);
                if work_tree.is_none() {
                    push_line(
                        &mut text,
                        "  (only as it is staged: the file on the disk has no such key)",
                    );
                }
            }
        }
    }
    let added: Vec<&str> = plan.names.new_names().collect();
    if !added.is_empty() {
        push_line(&mut text, &palette.paint(Role::Place, ".env"));
        for name in added {
            push_line(
                &mut text,
                &palette.paint(Role::Good, &format!("  + {name}=…")),
            );
        }
    }
    if let Some(ignore) = ignore {
        let name = ignore.append.file.file_name().unwrap_or_default();
        push_line(
            &mut text,
            &palette.paint(Role::Place, &sanitize(name.as_encoded_bytes())),
        );
        for pattern in String::from_utf8_lossy(&ignore.append.lines).lines() {
            if !pattern.is_empty() {
                let added = format!("  + {}", sanitize(pattern.as_bytes()));
                push_line(&mut text, &palette.paint(Role::Good, &added));
            }
        }
    }
    if !plan.left.is_empty() {
        push_line(&mut text, &palette.paint(Role::Heading, "Left as it is:"));
    }
    for left in &plan.left {
        let place = format!("{}:{}", sanitize(&left.path), left.line);
        let place = palette.paint(Role::Place, &place);
        push_line(
            &mut text,
            &format!("  {place} {}", palette.paint(Role::Key, &left.key)),
        );
        push_line(&mut text, &format!("    {}", left.reason));
    }
    text
}

/// Reports the finished fix, and how programs get the keys now.
#[must_use]
pub fn fix_summary(plan: &Plan<'_>, palette: Palette) -> String {
    let mut keys: BTreeSet<Fingerprint> = BTreeSet::new();
    for fix in &plan.files {
        keys.extend(&fix.keys);
    }
    let mut text = format!(
        "\n{}\n",
        palette.paint(
            Role::Good,
            &format!(
                "phguard: {} taken out of {}",
                counted_noun(keys.len(), "key"),
                counted_noun(plan.files.len(), "file")
            )
        )
    );
    for (advice, command) in plan.next_steps() {
        push_line(&mut text, &format!("{advice}:"));
        push_line(
            &mut text,
            &format!("  {}", palette.paint(Role::Command, &command)),
        );
    }
    text
}

fn counted_noun(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {noun}s")
    }
}

fn push_line(text: &mut String, content: &str) {
    text.push_str(content);
    text.push('\n');
}

fn shown_path(path: &[u8], detector: &Detector) -> String {
    sanitize(&masked(path, 0..path.len(), &detector.scan(path)))
}

/// Shows the lines that change, as they are and as they will be.
fn push_changes(text: &mut String, version: &Version, detector: &Detector, palette: Palette) {
    let hits = detector.scan(&version.old);
    for (range, edits) in edited_regions(version) {
        let before = masked(&version.old, range.clone(), &hits);
        let mut local = Vec::new();
        for edit in edits {
            local.push(Edit {
                start: edit.start - range.start,
                end: edit.end - range.start,
                text: edit.text.clone(),
            });
        }
        let after = edits::apply(&version.old[range.clone()], &local);
        let after = masked(&after, 0..after.len(), &detector.scan(&after));
        let number = edits::line_number(&version.old, range.start);
        push_lines(text, number, '-', &before, |line| {
            palette.paint(Role::Alarm, line)
        });
        push_lines(text, number, '+', &after, |line| {
            palette.paint(Role::Good, line)
        });
    }
}

fn push_lines(
    text: &mut String,
    number: usize,
    sign: char,
    lines: &[u8],
    paint: impl Fn(&str) -> String,
) {
    if lines.trim_ascii().is_empty() {
        return;
    }
    let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
    for (at, content) in lines.split(|b| *b == b'\n').enumerate() {
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        let shown = format!("{sign} {}", sanitize(content));
        if writeln!(text, "{:>5} {}", number + at, paint(&shown)).is_err() {
            text.push('?'); // A String never fails to grow by an error.
        }
    }
}

/// The parts of lines around the edits, those that touch joined into one.
fn edited_regions(version: &Version) -> Vec<(Range<usize>, &[Edit])> {
    let (content, edits) = (&version.old, &version.edits);
    let mut regions: Vec<(Range<usize>, &[Edit])> = Vec::new();
    let mut first = 0;
    for (at, edit) in edits.iter().enumerate() {
        let mut start = line_start(content, edit.start).max(edit.start.saturating_sub(AROUND));
        // The break of the last line is not shown.
        let last = edit.end.max(edit.start + 1) - 1;
        let end = line_end(content, last.min(content.len()))
            .min(edit.end + AROUND)
            .max(edit.end);
        if let Some((range, joined)) = regions.last_mut() {
            if start <= range.end {
                range.end = end.max(range.end);
                *joined = &edits[first..=at];
                continue;
            }
            start = start.max(range.end);
        }
        first = at;
        regions.push((start..end, &edits[at..=at]));
    }
    regions
}
