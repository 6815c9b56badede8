//! `phguard fix`: takes the keys out of the staged files.

use std::collections::BTreeSet;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::context::Context;
use super::{Verdict, check, print};
use crate::cli::{Fix, Output};
use crate::failure::{failed, hint, refused};
use crate::finding::Finding;
use crate::fix::apply;
use crate::fix::places::{self, Append, Ignore};
use crate::fix::plan::{Candidate, FileChange, Plan};
use crate::git::{MergeVariables, RenameSources, Repo, path_of};
use crate::mask::masked;
use crate::report::fix as report;
use crate::report::{Format, Mode};
use crate::scan::Outcome;
use crate::source::{self, Change, Content};

/// The environment of a person's shell says nothing of a merge.
const BY_HAND: MergeVariables = MergeVariables::Ignored;
const UNDONE: &str = "nothing was changed: everything is as it was";

pub(super) fn run(wanted: &Fix, output: &Output) -> Result<Verdict> {
    if output.format != Format::Human {
        return Err(refused(
            "fix has no other format than human",
            "leave --format out",
        ));
    }
    let outcome = check::staged(&wanted.paths, BY_HAND, output)?;
    if outcome.findings.is_empty() {
        print_text(&report::nothing_to_fix(print::palette(output)), output)?;
        return print::by_hand(Mode::Staged, &outcome, output);
    }
    let repo = Repo::open()?;
    let parents = repo.parents(BY_HAND)?;
    let changes = source::staged::changes(&repo, &parents, &wanted.paths)?;
    let context = Context::of_index(&repo, output)?;
    let origins = RenameSources::in_trees(parents);
    let env = places::read_env(repo.top())?;
    let mut plan = Plan::new(
        context.detector(),
        repo.top(),
        env.as_deref().unwrap_or_default(),
    );
    for change in &changes {
        add_change(
            &mut plan,
            &repo,
            &origins,
            &context,
            change,
            &outcome.findings,
        )?;
    }
    let env = places::env_lines(&plan, repo.top(), env)?;
    let ignore = places::ignore_lines(&repo, &plan, env.is_some())?;
    print_text(
        &report::plan(
            &plan,
            context.detector(),
            ignore.as_ref(),
            print::palette(output),
        ),
        output,
    )?;
    if plan.files.is_empty() && plan.left.is_empty() {
        // The keys are not in files.
        return print::by_hand(Mode::Staged, &outcome, output);
    }
    if plan.files.is_empty() && !wanted.dry_run {
        return print::after_fix(&outcome, left_paths(&plan), output);
    }
    if wanted.dry_run {
        return Ok(Verdict::of(&outcome));
    }
    if !wanted.yes && !is_agreed()? {
        print_text("Nothing was changed.\n", output)?;
        return Ok(Verdict::of(&outcome));
    }
    apply_plan(&plan, env.as_ref(), ignore.as_ref())?;
    print_text(&report::fix_summary(&plan, print::palette(output)), output)?;
    let paths = still_staged(&wanted.paths, &plan, repo.top())?;
    if paths.is_empty() && !wanted.paths.is_empty() {
        return print::by_hand(Mode::Staged, &Outcome::default(), output);
    }
    let outcome = check::staged(&paths, BY_HAND, output)?;
    print::after_fix(&outcome, left_paths(&plan), output)
}

/// The paths that are named, without the files that have left the index.
fn still_staged(paths: &[PathBuf], plan: &Plan<'_>, top: &Path) -> Result<Vec<PathBuf>> {
    let mut gone = Vec::new();
    for fix in &plan.files {
        if matches!(fix.change, FileChange::Untrack) {
            gone.push(real_path(&top.join(path_of(&fix.path)?)));
        }
    }
    let mut staged = Vec::new();
    for path in paths {
        if !gone.contains(&real_path(path)) {
            staged.push(path.clone());
        }
    }
    Ok(staged)
}

/// The path without links; as it is if there is no such file.
fn real_path(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn left_paths(plan: &Plan<'_>) -> BTreeSet<Vec<u8>> {
    plan.left.iter().map(|left| left.path.clone()).collect()
}

fn apply_plan(plan: &Plan<'_>, env: Option<&Append>, ignore: Option<&Ignore>) -> Result<()> {
    let written = apply::apply(plan, env, ignore);
    written.map_err(|e| failed("the fix could not be made", UNDONE, e))
}

/// Adds a change with its findings to the plan, if it has any.
fn add_change(
    plan: &mut Plan<'_>,
    repo: &Repo,
    origins: &RenameSources,
    context: &Context,
    change: &Change,
    findings: &[Finding],
) -> Result<()> {
    let hits = context.detector().scan(&change.path);
    let shown = masked(&change.path, 0..change.path.len(), &hits);
    if !findings
        .iter()
        .any(|finding| finding.location.path.starts_with(&shown))
    {
        return Ok(());
    }
    let own = context
        .scanner()
        .scan(repo, origins, std::slice::from_ref(change))?;
    if own.findings.is_empty() {
        return Ok(());
    }
    let blobs = repo.blobs()?;
    let mut content = Vec::new();
    let mut old = Vec::new();
    if change.content == Content::File {
        let blob = blobs.read(&change.new)?;
        content = blob
            .with_context(|| format!("blob {} is missing", change.new))?
            .to_vec();
        let mut ids = change.old.clone();
        if ids.is_empty() {
            for source in origins.of(&change.path, None) {
                if !context.allow().allows_path(&source.path) {
                    ids.push(source.content);
                }
            }
        }
        for id in &ids {
            // Against a content that the repository lacks, every line is new.
            old.extend(blobs.read(id)?.map(|blob| blob.to_vec()));
        }
    }
    let candidate = Candidate {
        path: &change.path,
        shown: &shown,
        content: &content,
        old: &old,
        findings: &own.findings,
    };
    let planned = plan.add(&candidate);
    planned.map_err(|e| failed("the fix cannot be planned", hint::STATUS, e))
}

/// Asks at the terminal.
fn is_agreed() -> Result<bool> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(refused(
            "nobody is there to agree to it",
            "`phguard fix --yes` does it without asking",
        ));
    }
    print::write_out(b"Change these files? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}

fn print_text(text: &str, output: &Output) -> Result<()> {
    if output.quiet {
        return Ok(());
    }
    print::write_out(text.as_bytes())
}
