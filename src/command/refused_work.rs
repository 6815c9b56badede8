//! Finds where the work is that a refused command was about, and the commands that go on with it.

use anyhow::Result;

use crate::finding::FoundIn;
use crate::git::{self, Repo};
use crate::report::{RefusedWork, Report, WayOn};

/// Looks at the git command that was refused, and at the index as it left it.
pub(super) fn find(repo: &Repo, report: &Report<'_>) -> RefusedWork {
    let caller = git::caller_by_proc().or_else(git::caller_by_ps);
    let command = caller.as_ref().map(|caller| &caller.command[..]);
    let may_merge = matches!(command, None | Some(b"commit" | b"merge" | b"pull"));
    if may_merge && is_merged(repo, report) {
        return RefusedWork::Merged;
    }
    // With `-a` or a path it takes files that the index does not have.
    if command == Some(b"commit") {
        return RefusedWork::InFiles(WayOn::default());
    }
    if !is_in_index(repo, report).unwrap_or_default() {
        return RefusedWork::InCommits;
    }
    let Some(command) = command else {
        return RefusedWork::InFiles(WayOn::default());
    };
    if let Some(way) = way_on(repo, command) {
        return RefusedWork::InFiles(way);
    }
    if is_as_checked_out(repo).unwrap_or_default() {
        return RefusedWork::InCommits;
    }
    RefusedWork::CheckedOut
}

/// The way on after a command that makes commits of the files. `None` for another command.
///
/// A commit that git has made itself is gone with the ref, and `--continue` alone would find
/// changes that it does not expect. `am` and `cherry-pick` make it once more.
fn way_on(repo: &Repo, command: &[u8]) -> Option<WayOn> {
    let (forward, back): (&[&str], &str) = match command {
        // `git rebase --apply` has `git am` make the commits.
        b"am" | b"rebase" if has(repo, "rebase-apply/rebasing") => {
            (&["git rebase --continue"], "git rebase --abort")
        }
        b"am" => (&["git am --continue"], "git am --abort"),
        b"cherry-pick" => (&["git cherry-pick --continue"], "git cherry-pick --abort"),
        b"merge" | b"pull" => (&["git merge --continue"], "git merge --abort"),
        b"rebase" => (
            &["git commit", "git rebase --continue"],
            "git rebase --abort",
        ),
        b"revert" if has(repo, "sequencer") => (
            &["git commit", "git revert --continue"],
            "git revert --abort",
        ),
        b"revert" => (&["git commit"], "git reset --merge"),
        _ => return None,
    };
    Some(WayOn {
        forward,
        back: Some(back),
    })
}

/// Tells whether a merge is under way and a key is in another commit than in that of the merge.
fn is_merged(repo: &Repo, report: &Report<'_>) -> bool {
    let mut commits = report
        .outcome
        .findings
        .iter()
        .filter_map(|one| one.commit.as_ref());
    commits.any(|commit| commit.parents < 2) && has(repo, "MERGE_HEAD")
}

fn has(repo: &Repo, name: &str) -> bool {
    repo.git_path(name).is_ok_and(|path| path.exists())
}

/// Tells whether the index has what HEAD has.
fn is_as_checked_out(repo: &Repo) -> Result<bool> {
    let Some(head) = repo.head()? else {
        return Ok(false);
    };
    let tree = repo.history()?.commit(&head)?.tree;
    Ok(repo.staged_against(Some(&tree))?.is_empty())
}

/// Tells whether the index has the files of the findings as the commits have them.
fn is_in_index(repo: &Repo, report: &Report<'_>) -> Result<bool> {
    let history = repo.history()?;
    for finding in &report.outcome.findings {
        let Some(commit) = &finding.commit else {
            return Ok(false);
        };
        let tree = history.commit(&commit.id)?.tree;
        let path = match &finding.container {
            Some(container) => container,
            None => &finding.location.path,
        };
        let changed = repo.staged_against(Some(&tree))?;
        if finding.found_in == FoundIn::Message && changed.is_empty() {
            continue;
        }
        if changed.iter().any(|delta| delta.path == *path) || !repo.has_staged(path)? {
            return Ok(false);
        }
    }
    Ok(true)
}
