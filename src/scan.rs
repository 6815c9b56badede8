//! Reads what a source names, asks the detector, and keeps the keys that count.

use std::cmp::Reverse;
use std::ops::{Deref, Range};
use std::path::PathBuf;

use anyhow::{Context, Error, Result};

use crate::allow::{Allow, AllowedBy};
use crate::detect::{Detector, Hit, Shape, exposed};
use crate::finding::{AddedBy, Excerpt, Finding, Location};
use crate::git::{AddedLines, BlobReader, ObjectId, Origins, Repo};
use crate::locate::{Locator, masked, masked_message};
use crate::parallel::{Untaken, share_out};
use crate::source::{Change, files};
use crate::unscanned::Unscanned;

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
    /// How many commits were scanned, where commits are.
    pub commits: Option<usize>,
    /// How many files were scanned.
    pub files: usize,
    /// How many bytes were scanned.
    pub bytes: u64,
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
        self.commits = self.commits.map_or(other.commits, |commits| Some(commits + other.commits.unwrap_or(0)));
        self.files += other.files;
        self.bytes += other.bytes;
    }

    /// With the findings of older commits first.
    #[must_use]
    pub fn by_commit(mut self) -> Self {
        let order = |finding: &Finding| finding.commit.as_ref().map(|commit| commit.order);
        self.findings.sort_by_key(order);
        self.allowed.sort_by_key(|(finding, _)| order(finding));
        self
    }

    /// Says whose change it was that was scanned.
    fn of(mut self, change: &Change) -> Self {
        let commit = change.commit.as_deref();
        for finding in self.findings.iter_mut().chain(self.allowed.iter_mut().map(|(finding, _)| finding)) {
            finding.commit = commit.map(AddedBy::from);
            finding.in_message = change.is_message;
        }
        for unscanned in &mut self.unscanned {
            let place = commit.map(|commit| format!("in commit {}: ", commit.id)).unwrap_or_default();
            unscanned.reason.insert_str(0, &place);
        }
        if change.is_message {
            self.files = 0;
        }
        self
    }
}

/// A content and the keys in it.
struct Searched<C> {
    content: C,
    hits: Vec<Hit>,
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
    /// Scans the name and the new content of every change, on all cores. The findings are in the
    /// order of the changes.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn scan(&self, repo: &Repo, origins: &Origins, changes: &[Change]) -> Result<Outcome> {
        let mut by_content: Vec<usize> = (0..changes.len()).collect();
        by_content.sort_by_key(|change| changes[*change].new);
        let mut alike: Vec<&[usize]> = by_content.chunk_by(|a, b| changes[*a].new == changes[*b].new).collect();
        // A pack holds older versions of a file as differences from newer ones.
        let place = |group: &[usize]| (&changes[group[0]].path, Reverse(group[0]));
        alike.sort_by(|a, b| place(a).cmp(&place(b)));

        let work = |blobs: &BlobReader<'_>, untaken: Untaken<'_>| -> Vec<(usize, Outcome)> {
            untaken.flat_map(|group| self.scan_alike(blobs, origins, changes, alike[group])).collect()
        };
        // A repository belongs to one thread. Where it cannot be opened again, this thread does all.
        let elsewhere = |untaken: Untaken<'_>| match Repo::open_bare_too() {
            Ok(repo) => repo.blobs().map_or_else(|_| Vec::new(), |blobs| work(&blobs, untaken)),
            Err(_) => Vec::new(),
        };
        let blobs = repo.blobs()?;
        let mut outcomes = share_out(alike.len(), |untaken| work(&blobs, untaken), elsewhere);
        outcomes.sort_by_key(|(change, _)| *change);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }

    /// Changes whose new content is one and the same: it is read and searched once.
    fn scan_alike(
        &self,
        blobs: &BlobReader<'_>,
        origins: &Origins,
        changes: &[Change],
        alike: &[usize],
    ) -> Vec<(usize, Outcome)> {
        let id = &changes[alike[0]].new;
        let content =
            blobs.read(id).and_then(|blob| blob.with_context(|| format!("blob {id} is missing from the repository")));
        let searched = self.search(content);
        let judge = |number: &usize| {
            let change = &changes[*number];
            let old = || match &change.old[..] {
                [] if change.is_message => Vec::new(),
                [] => origins.of(&change.path, change.commit.as_deref()),
                old => old.to_vec(),
            };
            let added = |content: &[u8]| added_lines(blobs, &old(), content);
            (*number, self.judge(&change.path, change.old.is_empty(), &searched, added).of(change))
        };
        alike.iter().map(judge).collect()
    }

    /// Scans files as they are on disk: all of their lines count.
    pub fn scan_disk(&self, files: &[PathBuf]) -> Outcome {
        let scan = |file: &PathBuf| {
            let searched = self.search(files::content(file).map_err(Error::from));
            self.judge(files::name(file), true, &searched, |_| Ok(Vec::new()))
        };
        files.iter().map(scan).collect()
    }

    fn search<C: Deref<Target = [u8]>>(&self, content: Result<C>) -> Result<Searched<C>> {
        content.map(|content| Searched { hits: self.detector.scan(&content), content })
    }

    /// What a file's name and content come to. `added` tells the lines that count: those that are
    /// in all of its answers.
    fn judge<C: Deref<Target = [u8]>>(
        &self,
        path: &[u8],
        is_new: bool,
        searched: &Result<Searched<C>>,
        added: impl FnOnce(&[u8]) -> Result<Vec<AddedLines>>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let hits = self.detector.scan(path);
        let shown = masked(path, 0..path.len(), &hits);
        for hit in hits.iter().filter(|_| is_new) {
            self.keep(Finding::in_name(&shown, hit), path, || None, &mut outcome);
        }
        let judged = match searched {
            Ok(searched) => {
                self.judge_content(searched, path, &shown, added, &mut outcome).map_err(|e| format!("{e:#}"))
            }
            Err(error) => Err(format!("{error:#}")),
        };
        if let Err(reason) = judged {
            outcome.unscanned.push(Unscanned { path: shown, reason: masked_message(&reason) });
        }
        outcome
    }

    /// `shown` is the path as it may be printed.
    fn judge_content<C: Deref<Target = [u8]>>(
        &self,
        Searched { content, hits }: &Searched<C>,
        path: &[u8],
        shown: &[u8],
        added: impl FnOnce(&[u8]) -> Result<Vec<AddedLines>>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        outcome.files = 1;
        outcome.bytes = content.len() as u64;
        if hits.is_empty() {
            return Ok(());
        }
        let added = added(content)?;
        let mut locator = Locator::new(content, hits);
        let mut marked = (0..0, None);
        for hit in hits {
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
            in_message: false,
            commit: None,
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
