//! The sentences that a report gives beside its findings, where the source of the changes explains
//! them.

use anyhow::Result;

use crate::failure::hint;
use crate::git::{Known, ObjectId, Remote, Repo, Revisions};
use crate::mask::masked_message;
use crate::scan::Outcome;
use crate::source::push::Belief;

/// Explains a push that is stopped: by commits that somebody else has already, or by objects that are
/// not here.
pub(super) fn for_push(repo: &Repo, outcome: &Outcome, belief: &Belief) -> Result<Vec<String>> {
    let mut advice = Vec::new();
    if !outcome.unscanned.is_empty() && repo.is_partial() {
        advice.push(format!("To read what is missing: {}.", hint::REFETCH));
    }
    let refused = refused_commits(outcome);
    if refused.is_empty() {
        return Ok(advice);
    }
    if let Belief::Doubted(remote) = belief
        && are_all_in(repo, &refused, remote)?
    {
        let remote = masked_message(&remote.to_string_lossy());
        advice.push(format!(
            "All of these commits were at {remote} when it was last fetched, but git says that it has \
             changed since. If it is the same place: `git fetch --prune {remote}`, then push again."
        ));
        return Ok(advice);
    }
    for Remote { name, .. } in repo.remotes()? {
        if are_all_in(repo, &refused, &name)? {
            let remote = masked_message(&name.to_string_lossy());
            advice.push(format!(
                "All of these commits came from {remote}: others have the keys already, and a rebase \
                 would part you from it. Tell its owners to rotate the keys. To push all the same, \
                 allow the keys by their fingerprints in .phguard.toml, and commit that."
            ));
            break;
        }
    }
    Ok(advice)
}

/// Names the authors of commits that somebody else made: an upstream's commit in a new fork is not the
/// reader's.
pub(super) fn name_authors(repo: &Repo, outcome: &mut Outcome) -> Result<()> {
    if outcome.findings.is_empty() {
        return Ok(());
    }
    let history = repo.history()?;
    let own = repo.configured_identities()?;
    for finding in &mut outcome.findings {
        let Some(commit) = &mut finding.commit else {
            continue;
        };
        let author = history.commit(&commit.id)?.author;
        if !author.is_empty() && !own.contains(&author) {
            let name = masked_message(&String::from_utf8_lossy(&author));
            commit.author = Some(name.into_bytes());
        }
    }
    Ok(())
}

/// The commits that add keys; none if a key is in something else.
fn refused_commits(outcome: &Outcome) -> Vec<ObjectId> {
    let mut refused = Vec::new();
    for finding in &outcome.findings {
        match &finding.commit {
            Some(commit) => refused.push(commit.id),
            None => return Vec::new(),
        }
    }
    refused.sort();
    refused.dedup();
    refused
}

/// The remote-tracking refs of a remote lead to all of these commits.
fn are_all_in(repo: &Repo, commits: &[ObjectId], remote: &std::ffi::OsStr) -> Result<bool> {
    let revisions = Revisions {
        include: commits.to_vec(),
        exclude: Vec::new(),
    };
    let elsewhere = repo.reachable(&revisions, &Known::OfRemote(remote.to_os_string()))?;
    Ok(!elsewhere.iter().any(|(id, _)| commits.contains(id)))
}
