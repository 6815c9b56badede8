//! Finds the directory and the environment of the reader, so that printed commands work when they
//! are pasted. This is no part of the check: an error here only makes a message shorter.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use anyhow::Result;

use super::context::Context;
use super::refused_work;
use crate::cli::Output;
use crate::git::{Repo, WorkTree, path_of};
use crate::report::{Here, Mode, Report};
use crate::source::files::{self, Ignored};

/// Looks around, if there is something to mend.
pub(super) fn look_around(report: &Report<'_>, output: &Output) -> Here {
    if report.outcome.findings.is_empty() {
        return Here::default();
    }
    let Ok(repo) = Repo::open_or_bare() else {
        return Here::default();
    };
    let mut here = Here {
        in_repository: true,
        prefix: path_prefix().unwrap_or_default(),
        head: repo.head().unwrap_or_default(),
        left_by_fix: report.here.left_by_fix.clone(),
        ..Here::default()
    };
    // With another configuration than the repository's own, the reader has plans of his own.
    if report.mode == Mode::Staged && output.config.is_none() {
        // A file that cannot be read on the disk is not mended there.
        drop(look_at_disk(&mut here, &repo, report, output));
    }
    if report.mode == Mode::Transaction {
        here.refused_work = refused_work::find(&repo, report);
    }
    here
}

/// Git tells its hooks where it was called; by hand it is asked.
pub(super) fn path_prefix() -> Result<Vec<u8>> {
    if let Some(prefix) = env::var_os("GIT_PREFIX") {
        return Ok(prefix.into_encoded_bytes());
    }
    let mut line = WorkTree::of_hook().run(&["rev-parse", "--show-prefix"])?;
    line.pop();
    Ok(line)
}

/// Scans the files of the findings as they are on the disk, by the configuration on the disk.
fn look_at_disk(here: &mut Here, repo: &Repo, report: &Report<'_>, output: &Output) -> Result<()> {
    let on_disk = Context::of_files(Some(repo.top()), output)?;
    for finding in &report.outcome.findings {
        let path = &finding.location.path;
        if on_disk
            .allow()
            .entry_for(path, &finding.fingerprint)
            .is_some()
        {
            here.allowed_on_disk.insert(finding.fingerprint);
        }
    }
    let paths: BTreeSet<&Vec<u8>> = report
        .outcome
        .findings
        .iter()
        .map(|finding| &finding.location.path)
        .collect();
    for path in paths {
        let file: PathBuf = repo.top().join(path_of(path)?);
        if !file.is_file() {
            continue;
        }
        let mut is_mended = true;
        for listing in files::files_below(&[file], Ignored::Read) {
            let outcome = on_disk.scanner().scan_disk(&listing);
            is_mended &= outcome.findings.is_empty() && outcome.unscanned.is_empty();
        }
        if is_mended {
            here.mended_on_disk.insert(path.clone());
        }
    }
    Ok(())
}
