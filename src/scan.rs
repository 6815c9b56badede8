//! Reads what a source names, asks the detector, and keeps the keys that count.

use std::ops::{Deref, Range};
use std::path::PathBuf;

use anyhow::{Error, Result, anyhow};

use crate::allow::{Allow, AllowedBy};
use crate::detect::{Detector, Hit, Shape, exposed};
use crate::finding::{Excerpt, Finding, Location};
use crate::git::{AddedLines, BlobReader, ObjectId, Origins};
use crate::locate::{Locator, masked, masked_message};
use crate::source::{Change, files};
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
    /// Entries of the configuration that allowed nothing, if all there is was scanned.
    pub unused: Vec<String>,
    /// Files that could not be read.
    pub unscanned: Vec<Unscanned>,
    /// How many files were scanned.
    pub files: usize,
    /// How many bytes were scanned.
    pub bytes: u64,
}

impl Outcome {
    fn sorted(mut self) -> Self {
        self.findings.sort_by(|a, b| a.location.cmp(&b.location));
        self.allowed.sort_by(|(a, _), (b, _)| a.location.cmp(&b.location));
        self.unscanned.sort_by(|a, b| a.path.cmp(&b.path));
        self
    }
}

/// How to judge.
pub struct Scanner<'s> {
    /// Finds keys in bytes.
    pub detector: &'s Detector,
    /// What is no finding.
    pub allow: &'s Allow,
    /// Whether placeholders count as keys.
    pub strict: bool,
}

impl Scanner<'_> {
    /// Scans the name and the new content of every change.
    pub fn scan(&self, blobs: &BlobReader<'_>, origins: &Origins, changes: &[Change]) -> Outcome {
        let mut outcome = Outcome::default();
        for change in changes {
            let old = || if change.old.is_empty() { origins.of(&change.path) } else { &change.old };
            let content = blobs
                .read(&change.new)
                .and_then(|blob| blob.ok_or_else(|| anyhow!("blob {} is missing from the repository", change.new)));
            let added = |content: &[u8]| added_lines(blobs, old(), content);
            self.scan_file(&change.path, change.old.is_empty(), content, added, &mut outcome);
        }
        outcome.sorted()
    }

    /// Scans files as they are on disk: all of their lines count.
    pub fn scan_disk(&self, files: &[PathBuf]) -> Outcome {
        let mut outcome = Outcome::default();
        for file in files {
            let content = files::content(file).map_err(Error::from);
            self.scan_file(files::name(file), true, content, |_| Ok(Vec::new()), &mut outcome);
        }
        outcome.sorted()
    }

    /// `added` tells the lines that count: those that are in all of its answers.
    fn scan_file(
        &self,
        path: &[u8],
        is_new: bool,
        content: Result<impl Deref<Target = [u8]>>,
        added: impl FnOnce(&[u8]) -> Result<Vec<AddedLines>>,
        outcome: &mut Outcome,
    ) {
        let hits = self.detector.scan(path);
        let shown = masked(path, 0..path.len(), &hits);
        for hit in hits.iter().filter(|_| is_new) {
            self.keep(Finding::in_name(&shown, hit), path, || None, outcome);
        }
        if let Err(error) = content.and_then(|content| self.scan_content(&content, path, &shown, added, outcome)) {
            outcome.unscanned.push(Unscanned { path: shown, reason: masked_message(&format!("{error:#}")) });
        }
    }

    /// `shown` is the path as it may be printed.
    fn scan_content(
        &self,
        content: &[u8],
        path: &[u8],
        shown: &[u8],
        added: impl FnOnce(&[u8]) -> Result<Vec<AddedLines>>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let hits = self.detector.scan(content);
        outcome.files += 1;
        outcome.bytes += content.len() as u64;
        if hits.is_empty() {
            return Ok(());
        }
        let added = added(content)?;
        let mut locator = Locator::new(content, &hits);
        let mut marked = (0..0, None);
        for hit in &hits {
            let lines = locator.lines(hit);
            if added.iter().all(|added| added.touch(&lines)) {
                let line = locator.line_around(hit);
                let finding = Finding::on_line(content, &line, locator.locate(shown, hit), locator.excerpt(hit), hit);
                let marker = || self.marker_for(content, line, &mut marked);
                self.keep(finding, path, marker, outcome);
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
        let exposed_as = exposed::public_name(&content[line.start..hit.span.start]).as_deref().map(masked_message);
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
