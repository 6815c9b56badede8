//! Reads what a source names, asks the detector, and keeps the keys that count.

use anyhow::Result;

use crate::allow;
use crate::detect::{Detector, Hit, Shape};
use crate::finding::Finding;
use crate::git::{AddedLines, BlobReader, ObjectId};
use crate::locate::Locator;
use crate::source::Change;
use crate::unscanned::Unscanned;

/// What came of scanning some changes.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Secret keys on added lines, by path and line.
    pub findings: Vec<Finding>,
    /// Files that could not be read.
    pub unscanned: Vec<Unscanned>,
    /// How many files were scanned.
    pub files: usize,
    /// How many bytes were scanned.
    pub bytes: u64,
    /// Keys on added lines that a marker allows.
    pub allowed: usize,
    /// Made-up keys on added lines.
    pub placeholders: usize,
}

/// How to judge.
pub struct Scanner<'s> {
    /// Finds keys in bytes.
    pub detector: &'s Detector,
    /// Whether placeholders count as keys.
    pub strict: bool,
}

impl Scanner<'_> {
    /// Scans the new content of every change.
    pub fn scan(&self, blobs: &BlobReader<'_>, changes: &[Change]) -> Outcome {
        let mut outcome = Outcome::default();
        for change in changes {
            if let Err(error) = self.scan_change(blobs, change, &mut outcome) {
                outcome.unscanned.push(Unscanned { path: change.path.clone(), reason: format!("{error:#}") });
            }
        }
        outcome.findings.sort_by(|a, b| a.location.cmp(&b.location));
        outcome.unscanned.sort_by(|a, b| a.path.cmp(&b.path));
        outcome
    }

    fn scan_change(&self, blobs: &BlobReader<'_>, change: &Change, outcome: &mut Outcome) -> Result<()> {
        let blob = blobs.read(&change.new)?;
        let content = blob.ok_or_else(|| anyhow::anyhow!("blob {} is missing from the repository", change.new))?;
        let hits = self.detector.scan(&content);
        outcome.files += 1;
        outcome.bytes += content.len() as u64;
        if hits.is_empty() {
            return Ok(());
        }
        let added = added_lines(blobs, &change.old, &content)?;
        let mut locator = Locator::new(&content, &hits);
        for hit in &hits {
            let lines = locator.lines(hit);
            if added.iter().all(|added| added.touch(&lines)) {
                self.keep(&content, &mut locator, hit, change, outcome);
            }
        }
        Ok(())
    }

    fn keep(&self, content: &[u8], locator: &mut Locator<'_>, hit: &Hit, change: &Change, outcome: &mut Outcome) {
        if hit.shape == Shape::Placeholder && !self.strict {
            outcome.placeholders += 1;
        } else if allow::is_marked(content, locator.line_around(hit)) {
            outcome.allowed += 1;
        } else {
            outcome.findings.push(Finding {
                kind: hit.kind,
                shape: hit.shape,
                location: locator.locate(&change.path, hit),
                excerpt: locator.excerpt(hit),
                fingerprint: hit.fingerprint,
            });
        }
    }
}

/// The lines that are new against each old content. A parent whose content the repository does
/// not have (a partial clone) is as good as none: against it everything is new.
fn added_lines(blobs: &BlobReader<'_>, old: &[ObjectId], new: &[u8]) -> Result<Vec<AddedLines>> {
    let contents = old.iter().map(|id| blobs.read(id));
    let known = contents.filter_map(Result::transpose);
    known.map(|old| Ok(AddedLines::between(&old?, new))).collect()
}
