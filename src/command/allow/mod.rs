//! `phguard allow`: lists keys that are none in `.phguard.toml`, stages that file, and checks
//! again.

mod entries;
mod file;

use std::io::Write;

use anyhow::Result;

use super::context::Context;
use super::{Verdict, check, print};
use crate::cli::{Allow, Output};
use crate::config::{FILE_NAME, edit};
use crate::failure::refused;
use crate::git::{MergeVariables, RenameSources, Repo};
use crate::mask::masked_message;
use crate::report::Mode;
use crate::report::sanitize::sanitize;
use crate::scan::Outcome;
use crate::source;
use file::File;

pub(super) fn run(wanted: &Allow, output: &Output) -> Result<Verdict> {
    let repo = Repo::open()?;
    if wanted.list {
        return list_entries(&repo, output);
    }
    if wanted.remove {
        let keys = entries::to_remove(&repo, wanted, output)?;
        let removed = File::change_both(|text| Ok(edit::remove(text, &keys)?.0))?;
        if !removed {
            return Err(refused(
                "no entry of .phguard.toml lists these keys",
                "`phguard allow --list` shows the entries",
            ));
        }
        print::note(&format!("{FILE_NAME} is changed and staged"), output)?;
    } else {
        let entries = entries::wanted_entries(wanted, output)?;
        let changed = File::change_both(|text| edit::insert(text, &entries))?;
        let what = match (changed, entries.len()) {
            (false, _) => "nothing new: these keys are listed already".to_owned(),
            (true, 1) => format!("1 key is allowed; {FILE_NAME} is staged"),
            (true, count) => format!("{count} keys are allowed; {FILE_NAME} is staged"),
        };
        print::note(&what, output)?;
    }
    print::by_hand(
        Mode::Staged,
        &check::staged(&[], MergeVariables::Ignored, output)?,
        output,
    )
}

/// Prints the entries of the configuration on the disk, and marks those that no tracked file needs.
fn list_entries(repo: &Repo, output: &Output) -> Result<Verdict> {
    let file = File::read(repo)?;
    let context = Context::of_files(Some(repo.top()), output)?;
    let text = file.on_disk.as_deref().unwrap_or_default();
    let unused = context
        .allow()
        .unused_entries(&scan_tracked(repo, &context)?.allowed);
    let mut lines = Vec::new();
    for pattern in &context.allow().patterns {
        lines.push((masked_message(pattern), "path".to_owned()));
    }
    for entry in edit::entries(text)? {
        lines.push((entry.fingerprint.to_string(), entry.comment));
    }
    for marker in &context.allow().markers {
        lines.push((
            masked_message(&String::from_utf8_lossy(marker)),
            "marker".into(),
        ));
    }
    let mut said = Vec::new();
    for (entry, about) in &lines {
        let mark = match unused.contains(entry) {
            true => " (no tracked file needs it)",
            false => "",
        };
        let line = format!("{entry}  {about}{mark}");
        writeln!(said, "{}", sanitize(line.trim_end().as_bytes()))?;
    }
    if lines.is_empty() {
        writeln!(said, "phguard: {FILE_NAME} allows nothing.")?;
    }
    print::write_out(&said)?;
    Ok(Verdict::Clean)
}

fn scan_tracked(repo: &Repo, context: &Context) -> Result<Outcome> {
    let changes = source::staged::changes(repo, &[None], &[])?;
    context
        .scanner()
        .scan(repo, &RenameSources::default(), &changes)
}
