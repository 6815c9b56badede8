//! The rules that held before a change. A key that they allowed, and that nothing allows any more, is
//! new with this change, though its line is old.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::Result;

use super::{Markers, Scanner};
use crate::config::allow::Allow;
use crate::config::{self, Config};
use crate::detect::Hit;
use crate::git::{BlobReader, History, MergeVariables, ObjectId, Repo};
use crate::key::Fingerprint;
use crate::scan::locate::Locator;
use crate::source::Change;

/// The rules of the parents of changes, each read once.
pub(super) struct OldRules<'r> {
    repo: &'r Repo,
    history: History<'r>,
    blobs: &'r BlobReader<'r>,
    by_blob: RefCell<HashMap<ObjectId, Rc<Allow>>>,
}

/// The rules of each parent of a change. A key counts as allowed before if all of them allow it.
#[derive(Default)]
pub(super) struct Before {
    rules: Vec<Rc<Allow>>,
}

impl<'r> OldRules<'r> {
    pub(super) fn new(repo: &'r Repo, blobs: &'r BlobReader<'r>) -> Result<Self> {
        Ok(Self {
            repo,
            history: repo.history()?,
            blobs,
            by_blob: RefCell::default(),
        })
    }

    /// Reads the rules in the trees of the parents. A parent that is not here (a shallow clone)
    /// allowed nothing.
    pub(super) fn read_before(&self, change: &Change) -> Result<Before> {
        let mut rules = Vec::new();
        match &change.commit {
            Some(commit) => {
                for parent in &commit.parents {
                    if !self.history.has(parent)? {
                        return Ok(Before::default());
                    }
                    let tree = self.history.commit(parent)?.tree;
                    rules.push(self.rules_in(&tree)?);
                }
            }
            None => {
                for tree in self.repo.parents(MergeVariables::Ignored)? {
                    match tree {
                        Some(tree) => rules.push(self.rules_in(&tree)?),
                        None => return Ok(Before::default()),
                    }
                }
            }
        }
        Ok(Before { rules })
    }

    fn rules_in(&self, tree: &ObjectId) -> Result<Rc<Allow>> {
        let Some(id) = self.history.file_at_top(tree, config::FILE_NAME)? else {
            return Ok(Rc::default());
        };
        if let Some(known) = self.by_blob.borrow().get(&id) {
            return Ok(known.clone());
        }
        let mut allow = Rc::default();
        // A configuration that is wrong allowed nothing.
        if let Some(text) = self.blobs.read(&id)?
            && let Ok(config) = Config::parse(&text, config::FILE_NAME)
        {
            allow = Rc::new(config.allow);
        }
        self.by_blob.borrow_mut().insert(id, Rc::clone(&allow));
        Ok(allow)
    }
}

impl Before {
    /// Tells whether a file was allowed by its path.
    pub(super) fn allowed_path(&self, path: &[u8]) -> bool {
        !self.rules.is_empty() && self.rules.iter().all(|rules| rules.allows_path(path))
    }

    fn allowed_value(&self, fingerprint: &Fingerprint) -> bool {
        !self.rules.is_empty()
            && self
                .rules
                .iter()
                .all(|rules| rules.fingerprints.contains(fingerprint))
    }

    /// The keys of a content that were allowed in the old content, and stand there bare in more
    /// places than before.
    pub(super) fn bared_keys(
        &self,
        scanner: &Scanner<'_>,
        old: &[u8],
        new: &[u8],
        hits: &[Hit],
    ) -> HashSet<Fingerprint> {
        let mut bared = HashSet::new();
        for hit in hits {
            if self.allowed_value(&hit.fingerprint) {
                bared.insert(hit.fingerprint);
            }
        }
        let old_rules = self.rules.first().map_or(scanner.allow, |rules| &**rules);
        if scanner.markers == Markers::Ignored || !old_rules.has_marker(old) {
            return bared;
        }
        let before = bare_counts(scanner, old_rules, old, &scanner.detector.scan(old));
        for (fingerprint, count) in bare_counts(scanner, scanner.allow, new, hits) {
            match before.get(&fingerprint) {
                Some(known) if count > *known => {
                    bared.insert(fingerprint);
                }
                _ => {}
            }
        }
        bared
    }
}

/// Counts, for each key, the places in which no marker allows it.
fn bare_counts(
    scanner: &Scanner<'_>,
    allow: &Allow,
    content: &[u8],
    hits: &[Hit],
) -> HashMap<Fingerprint, usize> {
    let mut counts = HashMap::new();
    let mut locator = Locator::new(content, hits);
    for hit in hits {
        let line = locator.line_around(hit);
        let is_bare = scanner.marker_for(allow, &locator, &line, hit).is_none();
        *counts.entry(hit.fingerprint).or_default() += usize::from(is_bare);
    }
    counts
}
