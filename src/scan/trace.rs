//! Traces the keys of a whole history: the commit that added each, and the refs that reach it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;

use super::Outcome;
use crate::finding::{Finding, FoundIn, Trace};
use crate::git::{Commit, ObjectId, Ref, Repo, Target};
use crate::key::Fingerprint;
use crate::source::range::message_of_tag;
use crate::source::{Change, Content};

/// Finds the first commit that added a key, and counts the refs that still reach it.
pub struct Tracer {
    /// The parents of each commit, both as places in the history.
    parents: Vec<Vec<usize>>,
    /// The place that each ref leads to.
    tips: Vec<usize>,
    /// The keys in HEAD.
    in_head: HashSet<Fingerprint>,
    /// The number of refs that lead to something that no commit holds: a tag's message, or a file
    /// that a tag points at. By path.
    refs_outside: HashMap<Vec<u8>, usize>,
}

impl Tracer {
    /// Takes the changes of a whole history, the refs that lead to them, and the outcome of a scan
    /// of HEAD's files.
    ///
    /// # Errors
    /// A ref cannot be read.
    pub fn new(repo: &Repo, changes: &[Change], refs: &[Ref], head: &Outcome) -> Result<Self> {
        let commits = changes
            .iter()
            .filter(|change| change.content == Content::Message)
            .filter_map(|change| change.commit.as_ref());
        let commits: Vec<&Arc<Commit>> = commits.collect();
        let places: HashMap<ObjectId, usize> = commits
            .iter()
            .map(|commit| (commit.id, commit.order))
            .collect();
        let mut parents = vec![Vec::new(); commits.len()];
        for commit in commits {
            parents[commit.order] = commit
                .parents
                .iter()
                .filter_map(|id| places.get(id).copied())
                .collect();
        }
        let history = repo.history()?;
        let mut tips = Vec::new();
        let mut refs_outside: HashMap<Vec<u8>, usize> = HashMap::new();
        for tip in refs {
            let peeled = history.peel(&tip.id)?;
            let mut outside: Vec<Vec<u8>> = Vec::new();
            for (_, name) in &peeled.tags {
                outside.push(message_of_tag(name));
            }
            match peeled.target {
                Target::Commit(commit) => tips.extend(places.get(&commit.id)),
                Target::Tree(tree) => {
                    for file in history.deltas(&[], &tree)? {
                        outside.push(file.path);
                    }
                }
                Target::Blob(_) => outside.push(tip.name.clone()),
            }
            outside.push(tip.name.clone());
            outside.sort();
            outside.dedup();
            for path in outside {
                *refs_outside.entry(path).or_default() += 1;
            }
        }
        let in_head = head
            .all_findings()
            .map(|finding| finding.fingerprint)
            .collect();
        Ok(Self {
            parents,
            tips,
            in_head,
            refs_outside,
        })
    }

    /// Keeps the first finding of each key in each file and drops the later ones.
    pub fn trace_findings(&self, outcome: &mut Outcome) {
        self.keep_first(&mut outcome.findings, |finding| finding);
        // An allowed key never stands for one that is not.
        self.keep_first(&mut outcome.allowed, |(finding, _)| finding);
    }

    fn keep_first<T>(&self, list: &mut Vec<T>, finding_in: impl Fn(&mut T) -> &mut Finding) {
        let mut places: HashMap<_, Vec<usize>> = HashMap::new();
        for item in &mut *list {
            let finding = finding_in(item);
            let added_by = finding.commit.as_ref().map(|commit| commit.order);
            places.entry(key_of(finding)).or_default().extend(added_by);
        }
        let traces: HashMap<_, _> = places
            .iter()
            .map(|(key, places)| (key, self.trace_of(key, places)))
            .collect();
        list.retain_mut(|item| {
            let finding = finding_in(item);
            let key = key_of(finding);
            finding.trace = traces.get(&key).copied();
            if let Some(trace) = &mut finding.trace {
                // HEAD's files are looked at, and a message is in none of them.
                trace.in_head &= finding.found_in != FoundIn::Message;
            }
            let first = places
                .get(&key)
                .and_then(|places| places.iter().min().copied());
            finding.commit.as_ref().map(|commit| commit.order) == first
        });
    }

    fn trace_of(&self, (key, path): &(Fingerprint, Vec<u8>), added_by: &[usize]) -> Trace {
        if added_by.is_empty() {
            return Trace {
                in_head: self.in_head.contains(key),
                refs: match self.refs_outside.get(path) {
                    Some(refs) => *refs,
                    None if path.starts_with(b"unreachable ") => 0,
                    // The name of a ref, which is masked in the path.
                    None => 1,
                },
            };
        }
        let mut leads_to_it = vec![false; self.parents.len()];
        for place in added_by {
            leads_to_it[*place] = true;
        }
        // Parents stand before their children.
        for place in
            added_by.iter().min().copied().unwrap_or(self.parents.len())..self.parents.len()
        {
            leads_to_it[place] |= self.parents[place]
                .iter()
                .any(|parent| leads_to_it[*parent]);
        }
        let refs = self.tips.iter().filter(|tip| leads_to_it[**tip]).count();
        Trace {
            in_head: self.in_head.contains(key),
            refs,
        }
    }
}

/// One key in one file.
fn key_of(finding: &Finding) -> (Fingerprint, Vec<u8>) {
    (finding.fingerprint, finding.location.path.clone())
}
