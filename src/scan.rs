//! Reads what a source names, asks the detector, and keeps the keys that count.

use std::ops::Range;

use anyhow::{Result, anyhow};

use crate::allow::{Allow, AllowedBy};
use crate::detect::{Detector, Hit, Shape, exposed};
use crate::finding::{Excerpt, Finding, Location};
use crate::git::{AddedLines, BlobReader, ObjectId, Origins};
use crate::locate::{Locator, masked};
use crate::source::Change;
use crate::unscanned::Unscanned;

/// What came of scanning some changes.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Secret keys on added lines, by path and line.
    pub findings: Vec<Finding>,
    /// Keys on added lines that the user allows.
    pub allowed: Vec<(Finding, AllowedBy)>,
    /// Made-up keys on added lines.
    pub placeholders: usize,
    /// Files that could not be read.
    pub unscanned: Vec<Unscanned>,
    /// How many files were scanned.
    pub files: usize,
    /// How many bytes were scanned.
    pub bytes: u64,
}

/// How to judge.
pub struct Scanner<'s> {
    /// Finds keys in bytes.
    pub detector: &'s Detector,
    /// Where new files come from.
    pub origins: &'s Origins,
    /// What is no finding.
    pub allow: &'s Allow,
    /// Whether placeholders count as keys.
    pub strict: bool,
}

impl Scanner<'_> {
    /// Scans the name and the new content of every change.
    pub fn scan(&self, blobs: &BlobReader<'_>, changes: &[Change]) -> Outcome {
        let mut outcome = Outcome::default();
        for change in changes {
            let name_hits = self.detector.scan(&change.path);
            let path = masked(&change.path, 0..change.path.len(), &name_hits);
            if change.old.is_empty() {
                for hit in &name_hits {
                    self.keep(Finding::in_name(&path, hit), &change.path, || None, &mut outcome);
                }
            }
            if let Err(error) = self.scan_content(blobs, change, &path, &mut outcome) {
                outcome.unscanned.push(Unscanned { path, reason: format!("{error:#}") });
            }
        }
        outcome.findings.sort_by(|a, b| a.location.cmp(&b.location));
        outcome.allowed.sort_by(|(a, _), (b, _)| a.location.cmp(&b.location));
        outcome.unscanned.sort_by(|a, b| a.path.cmp(&b.path));
        outcome
    }

    /// `path` is the path of the change as it may be shown.
    fn scan_content(&self, blobs: &BlobReader<'_>, change: &Change, path: &[u8], outcome: &mut Outcome) -> Result<()> {
        let blob = blobs.read(&change.new)?;
        let content = blob.ok_or_else(|| anyhow!("blob {} is missing from the repository", change.new))?;
        let hits = self.detector.scan(&content);
        outcome.files += 1;
        outcome.bytes += content.len() as u64;
        if hits.is_empty() {
            return Ok(());
        }
        let old = if change.old.is_empty() { self.origins.of(&change.path) } else { &change.old };
        let added = added_lines(blobs, old, &content)?;
        let mut locator = Locator::new(&content, &hits);
        let mut marked = (0..0, None);
        for hit in &hits {
            let lines = locator.lines(hit);
            if added.iter().all(|added| added.touch(&lines)) {
                let line = locator.line_around(hit);
                let finding = Finding::on_line(&content, &line, locator.locate(path, hit), locator.excerpt(hit), hit);
                let marker = || self.marker_for(&content, line, &mut marked);
                self.keep(finding, &change.path, marker, outcome);
            }
        }
        Ok(())
    }

    /// The marker of a line, looked for once however many hits the line has.
    fn marker_for(
        &self,
        content: &[u8],
        line: Range<usize>,
        last: &mut (Range<usize>, Option<AllowedBy>),
    ) -> Option<AllowedBy> {
        if last.0 != line {
            *last = (line.clone(), self.allow.marker_for(content, &line));
        }
        last.1
    }

    fn keep(&self, finding: Finding, path: &[u8], marker: impl FnOnce() -> Option<AllowedBy>, outcome: &mut Outcome) {
        if finding.shape == Shape::Placeholder && !self.strict {
            outcome.placeholders += 1;
        } else if let Some(by) = self.allow.entry_for(path, &finding.fingerprint).or_else(marker) {
            outcome.allowed.push((finding, by));
        } else {
            outcome.findings.push(finding);
        }
    }
}

impl Finding {
    fn on_line(content: &[u8], line: &Range<usize>, location: Location, excerpt: Excerpt, hit: &Hit) -> Self {
        let exposed_as = exposed::public_name(&content[line.start..hit.span.start]);
        Self { exposed_as, ..Self::at(location, excerpt, hit) }
    }

    fn in_name(path: &[u8], hit: &Hit) -> Self {
        let location = Location { path: path.to_vec(), line: 1, column: 1, end_column: 1 };
        let excerpt = Excerpt { before: Vec::new(), key: hit.masked.clone(), after: Vec::new() };
        Self { in_name: true, ..Self::at(location, excerpt, hit) }
    }

    fn at(location: Location, excerpt: Excerpt, hit: &Hit) -> Self {
        Self {
            kind: hit.kind,
            shape: hit.shape,
            encoding: hit.encoding,
            in_name: false,
            exposed_as: None,
            location,
            excerpt,
            fingerprint: hit.fingerprint,
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
