//! The outcome of a scan.

use std::collections::{HashMap, HashSet};

use crate::config::allow::AllowedBy;
use crate::detect::Detector;
use crate::failure::{NotOpened, Unscanned};
use crate::finding::{AddedBy, Finding, FoundIn};
use crate::git::Commit;
use crate::key::Fingerprint;
use crate::mask::masked;
use crate::source::{Change, Content};

/// The outcome of scanning some changes.
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
    /// Sentences that explain the findings, for people.
    pub advice: Vec<String>,
    /// Number of scanned commits, if commits were scanned.
    pub commits: Option<usize>,
    /// Number of scanned files.
    pub files: usize,
    /// Number of scanned bytes.
    pub bytes: u64,
    /// Number of files and directories that were skipped because git ignores them.
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
    /// Adds the outcome of another scan.
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

    /// There is nothing to report.
    pub(super) fn is_empty(&self) -> bool {
        !self.has_keys() && self.placeholders == 0 && self.not_opened.is_empty()
    }

    /// Keys were found, allowed ones among them.
    pub(super) fn has_keys(&self) -> bool {
        !self.findings.is_empty() || !self.allowed.is_empty()
    }

    /// All findings, those that the user allows behind the others.
    pub(super) fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let allowed = self.allowed.iter().map(|(finding, _)| finding);
        self.findings.iter().chain(allowed)
    }

    /// All findings, to be changed.
    pub(super) fn all_findings_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        let allowed = self.allowed.iter_mut().map(|(finding, _)| finding);
        self.findings.iter_mut().chain(allowed)
    }

    /// Drops keys of a container that were also found in a file inside it.
    pub(super) fn drop_repeated(&mut self, inside: &Self) {
        if !inside.has_keys() {
            return;
        }
        let mut known = HashSet::new();
        for finding in inside.all_findings() {
            known.insert(finding.fingerprint);
        }
        self.findings
            .retain(|finding| !known.contains(&finding.fingerprint));
        self.allowed
            .retain(|(finding, _)| !known.contains(&finding.fingerprint));
    }

    /// Drops keys that an older version of the same container holds, too: on the same line of the
    /// same inner file, and as often.
    pub(super) fn drop_known(&mut self, old: &Self) {
        let mut known: HashMap<_, usize> = HashMap::new();
        for finding in old.all_findings() {
            *known.entry(InnerLine::of(finding)).or_default() += 1;
        }
        let mut is_new = |finding: &Finding| match known.get_mut(&InnerLine::of(finding)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        };
        self.findings.retain(&mut is_new);
        self.allowed.retain(|(finding, _)| is_new(finding));
    }

    /// A file that must be read before anything is approved was not.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        !self.unscanned.is_empty() || self.not_opened.iter().any(|file| file.blocks)
    }

    /// Sorts the findings by commit, oldest first, and drops those that stand there twice because
    /// two configurations judged them.
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

    /// Adds the commit whose change was scanned.
    pub(super) fn of(mut self, change: &Change, detector: &Detector) -> Self {
        let commit = change.commit.as_deref();
        for finding in self.all_findings_mut() {
            finding.commit = commit.map(|commit| AddedBy::new(commit, detector));
            if change.content == Content::Message {
                finding.found_in = FoundIn::Message;
            }
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
        if change.content == Content::Message {
            self.files = 0;
        }
        self
    }
}

/// Tells whether two findings are one that did not change.
#[derive(PartialEq, Eq, Hash)]
struct InnerLine {
    path: Vec<u8>,
    fingerprint: Fingerprint,
    found_in: FoundIn,
    before: Vec<u8>,
    after: Vec<u8>,
}

impl InnerLine {
    fn of(finding: &Finding) -> Self {
        Self {
            path: finding.location.path.clone(),
            fingerprint: finding.fingerprint,
            found_in: finding.found_in,
            before: finding.excerpt.before.clone(),
            after: finding.excerpt.after.clone(),
        }
    }
}

impl AddedBy {
    /// Describes a commit and masks every key in its subject.
    #[must_use]
    pub fn new(commit: &Commit, detector: &Detector) -> Self {
        let hits = detector.scan(&commit.subject);
        let subject = masked(&commit.subject, 0..commit.subject.len(), &hits);
        Self {
            id: commit.id,
            order: commit.order,
            parents: commit.parents.len(),
            date: commit.date.clone(),
            author: None,
            subject,
        }
    }
}
