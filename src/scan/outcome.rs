//! What came of a scan.

use std::collections::HashSet;

use crate::config::allow::AllowedBy;
use crate::detect::Detector;
use crate::failure::{NotOpened, Unscanned};
use crate::finding::{AddedBy, Finding};
use crate::git::Commit;
use crate::mask::masked;
use crate::source::Change;

/// What came of scanning some changes.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Secret keys on added lines, in the order of the changes.
    pub findings: Vec<Finding>,
    /// Keys on added lines that the user allows.
    pub allowed: Vec<(Finding, AllowedBy)>,
    /// Made-up keys on added lines.
    pub placeholders: usize,
    /// Entries of the configuration that allowed nothing, if all there is was scanned.
    pub unused: Vec<String>,
    /// Files that could not be read.
    pub unscanned: Vec<Unscanned>,
    /// Files that were not opened, by choice: the report names them.
    pub not_opened: Vec<NotOpened>,
    /// How many commits were scanned, where commits are.
    pub commits: Option<usize>,
    /// How many files were scanned.
    pub files: usize,
    /// How many bytes were scanned.
    pub bytes: u64,
    /// How many files and directories were left out because git ignores them.
    pub ignored: usize,
}

impl FromIterator<Self> for Outcome {
    fn from_iter<T: IntoIterator<Item = Self>>(outcomes: T) -> Self {
        let mut all = Self::default();
        outcomes.into_iter().for_each(|outcome| all.append(outcome));
        all
    }
}

impl Outcome {
    /// Takes over what came of another scan.
    pub fn append(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.allowed.extend(other.allowed);
        self.placeholders += other.placeholders;
        self.unused.extend(other.unused);
        self.unscanned.extend(other.unscanned);
        self.not_opened.extend(other.not_opened);
        self.commits = self.commits.map_or(other.commits, |commits| {
            Some(commits + other.commits.unwrap_or(0))
        });
        self.files += other.files;
        self.bytes += other.bytes;
        self.ignored += other.ignored;
    }

    /// A file that must be read before anything is approved was not.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        !self.unscanned.is_empty() || self.not_opened.iter().any(|file| file.blocks)
    }

    /// With the findings of older commits first, and each once, whatever it was judged by.
    #[must_use]
    pub fn by_commit(mut self) -> Self {
        let order = |finding: &Finding| finding.commit.as_ref().map(|commit| commit.order);
        self.findings.sort_by_key(order);
        self.allowed.sort_by_key(|(finding, _)| order(finding));
        let mut seen = HashSet::new();
        self.findings.retain(|finding| {
            finding.commit.is_none()
                || seen.insert((
                    order(finding),
                    finding.location.clone(),
                    finding.fingerprint,
                ))
        });
        self
    }

    /// Says whose change it was that was scanned.
    pub(super) fn of(mut self, change: &Change, detector: &Detector) -> Self {
        let commit = change.commit.as_deref();
        for finding in self
            .findings
            .iter_mut()
            .chain(self.allowed.iter_mut().map(|(finding, _)| finding))
        {
            finding.commit = commit.map(|commit| AddedBy::new(commit, detector));
            finding.in_message = change.is_message;
        }
        if let Some(commit) = commit {
            let place = format!("in commit {}: ", commit.id);
            for unscanned in &mut self.unscanned {
                unscanned.reason.insert_str(0, &place);
            }
            for not_opened in &mut self.not_opened {
                not_opened.reason.insert_str(0, &place);
            }
        }
        if change.is_message {
            self.files = 0;
        }
        self
    }
}

impl AddedBy {
    /// This commit, with every key masked that the detector finds in its subject.
    #[must_use]
    pub fn new(commit: &Commit, detector: &Detector) -> Self {
        let hits = detector.scan(&commit.subject);
        let subject = masked(&commit.subject, 0..commit.subject.len(), &hits);
        let is_root = commit.parents.is_empty();
        Self {
            id: commit.id,
            order: commit.order,
            is_root,
            date: commit.date.clone(),
            subject,
        }
    }
}
