//! Changes in a repository. New contents are scanned whole; only if something is found, git is
//! asked which lines are new.

mod old;

use std::borrow::Cow;
use std::cell::Cell;
use std::cmp::Reverse;
use std::thread;

use anyhow::{Context, Result};

use super::bounds::{Bounds, Budget};
use super::disk::ROOM;
use super::embedded;
use super::inner::Opener;
use super::{Name, Outcome, Scanner};
use crate::detect::Hit;
use crate::failure::Unscanned;
use crate::git::{Blob, BlobOrSize, BlobReader, LfsObjects, RenameSources, Repo};
use crate::mask::masked_message;
use crate::parallel::{Work, WorkQueue};
use crate::scan::lfs::Pointer;
use crate::scan::locate::Locator;
use crate::source::{Change, Content};
use crate::unpack::{self, Format, closed};

/// A file of more bytes is scanned part by part, and read as a whole only if it holds a key.
const LARGE: u64 = 128 << 20;

impl Scanner<'_> {
    /// Scans the name and the new content of every change, on all cores. The findings are in the
    /// order of the changes.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn scan(
        &self,
        repo: &Repo,
        origins: &RenameSources,
        changes: &[Change],
    ) -> Result<Outcome> {
        let mut by_content = Vec::with_capacity(changes.len());
        let mut outcomes = Vec::new();
        for (number, change) in changes.iter().enumerate() {
            if change.content == Content::Name {
                let outcome = self.judge_name(change);
                outcomes.push(Numbered { number, outcome });
            } else {
                by_content.push(number);
            }
        }
        by_content.sort_by_key(|number| changes[*number].new);
        let mut groups: Vec<&[usize]> = by_content
            .chunk_by(|a, b| changes[*a].new == changes[*b].new)
            .collect();
        // A pack holds older versions of a file as differences from newer ones.
        groups.sort_by_key(|group| (&changes[group[0]].path, Reverse(group[0])));

        let check = Check {
            scanner: self,
            origins,
            changes,
            budget: Budget::default(),
            lfs_objects: LfsObjects::default(),
        };
        let blobs = repo.blobs()?;
        self.progress.expect(groups.len());
        let mut files = 0;
        for group in &groups {
            if changes[group[0]].content == Content::File {
                files += 1;
            }
        }
        let work = Work::new(groups.len(), files);
        thread::scope(|scope| {
            let helpers = work.start_helpers(scope, |queue| check.scan_elsewhere(&groups, queue));
            outcomes.extend(check.scan_groups(repo, &blobs, &groups, work.queue()));
            outcomes.extend(helpers.join());
        });
        outcomes.sort_by_key(|numbered| numbered.number);
        Ok(outcomes
            .into_iter()
            .map(|numbered| numbered.outcome)
            .collect())
    }

    fn judge_name(&self, change: &Change) -> Outcome {
        let mut outcome = Outcome::default();
        self.scan_name(&change.path, true, &mut outcome);
        outcome.of(change, self.detector)
    }
}

/// One check of some changes, as every core sees it.
struct Check<'c> {
    scanner: &'c Scanner<'c>,
    origins: &'c RenameSources,
    changes: &'c [Change],
    budget: Budget,
    lfs_objects: LfsObjects,
}

/// The outcome of one change, with its number.
struct Numbered {
    number: usize,
    outcome: Outcome,
}

/// A content that was searched, or one that is too large to be read at once.
enum Searched<'b> {
    Whole(Whole<'b>),
    /// The number of its bytes.
    Large(u64),
}

/// A content, the keys in it, and the container that it may be.
struct Whole<'b> {
    content: Blob<'b>,
    hits: Vec<Hit>,
    /// Emptied once the container was opened and held nothing: then no other change opens it again.
    format: Cell<Option<Format>>,
    embedded: Vec<embedded::Start>,
    /// The content that the file has outside of git, if it is a pointer to that.
    lfs: Option<Pointer>,
}

impl Check<'_> {
    /// Scans groups on another core. A repository belongs to one thread; if it cannot be opened
    /// again, the first thread does all the work.
    fn scan_elsewhere(&self, groups: &[&[usize]], queue: WorkQueue<'_>) -> Vec<Numbered> {
        let Ok(repo) = Repo::open_or_bare() else {
            return Vec::new();
        };
        let Ok(blobs) = repo.blobs() else {
            return Vec::new();
        };
        self.scan_groups(&repo, &blobs, groups, queue)
    }

    /// Scans groups of changes. Those of a group have the same new content, which is read and
    /// searched once.
    fn scan_groups(
        &self,
        repo: &Repo,
        blobs: &BlobReader<'_>,
        groups: &[&[usize]],
        queue: WorkQueue<'_>,
    ) -> Vec<Numbered> {
        let mut outcomes = Vec::new();
        for group in queue {
            let first = &self.changes[groups[group][0]];
            let searched = self.search_content(blobs, first, self.longest_at_once(first));
            for number in groups[group] {
                let change = &self.changes[*number];
                let outcome = self.find_added_keys(repo, blobs, change, &searched);
                outcomes.push(Numbered {
                    number: *number,
                    outcome: outcome.of(change, self.scanner.detector),
                });
            }
        }
        outcomes
    }

    /// The largest number of bytes of a content that are held at once. A pattern can match across any
    /// number of lines, and the headers of a commit stand before its message.
    fn longest_at_once(&self, change: &Change) -> u64 {
        if change.content == Content::File && !self.scanner.detector.has_patterns() {
            LARGE
        } else {
            u64::MAX
        }
    }

    fn search_content<'b>(
        &self,
        blobs: &'b BlobReader<'_>,
        change: &Change,
        most: u64,
    ) -> Result<Searched<'b>> {
        let id = &change.new;
        let read = blobs.read_up_to(id, most).and_then(|blob| {
            blob.with_context(|| format!("blob {id} is missing from the repository"))
        });
        let length = match &read {
            Ok(BlobOrSize::Blob(content)) => content.len() as u64,
            Ok(BlobOrSize::Size(size)) => *size,
            Err(_) => 0,
        };
        self.scanner.progress.advance(length);
        match read? {
            BlobOrSize::Blob(content) => Ok(Searched::Whole(self.search_whole(content, change))),
            BlobOrSize::Size(size) => Ok(Searched::Large(size)),
        }
    }

    fn search_whole<'b>(&self, content: Blob<'b>, change: &Change) -> Whole<'b> {
        let (format, lfs) = match change.content {
            Content::File => (unpack::format_in(&content), Pointer::parse(&content)),
            Content::Message | Content::Name => (None, None),
        };
        if format.is_some() {
            self.budget.add_opened(content.len() as u64);
        }
        let mut embedded = Vec::new();
        let hits = self
            .scanner
            .detector
            .scan_in_parts(&content, |part, regions| {
                embedded.extend(embedded::starts(&content, part, regions));
            });
        Whole {
            embedded,
            hits,
            format: Cell::new(format),
            lfs,
            content,
        }
    }

    /// Finds the keys that a change adds: in its name, on new lines of its content, and in new
    /// files inside it.
    fn find_added_keys(
        &self,
        repo: &Repo,
        blobs: &BlobReader<'_>,
        change: &Change,
        searched: &Result<Searched<'_>>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let is_new = change.old.is_empty();
        let file = self.scanner.scan_name(&change.path, is_new, &mut outcome);
        let judged = match searched {
            Ok(Searched::Whole(whole)) => {
                self.judge_content(repo, blobs, change, whole, &file, &mut outcome)
            }
            Ok(Searched::Large(size)) => {
                self.judge_large(repo, blobs, change, *size, &file, &mut outcome)
            }
            // A merge of a partial clone moves files that it never fetched.
            Err(_) if self.is_moved(change) => Ok(()),
            Err(error) => Err(anyhow::anyhow!("{error:#}")),
        };
        if let Err(error) = judged {
            outcome.unscanned.push(Unscanned {
                path: file.shown,
                reason: masked_message(&format!("{error:#}")),
            });
        }
        outcome
    }

    /// Scans a content part by part. Which lines of it are new only matters if it holds a key: then it
    /// is read again, as a whole, and so it is where there is no git.
    fn judge_large(
        &self,
        repo: &Repo,
        blobs: &BlobReader<'_>,
        change: &Change,
        size: u64,
        file: &Name<'_>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let id = &change.new;
        if let Ok(mut input) = blobs.stream(id, size) {
            let mut streamed = Outcome::default();
            self.budget.add_opened(size);
            self.opener()
                .scan_stream(file, &mut input, ROOM, 0, &mut streamed)?;
            if !streamed.has_keys() && streamed.placeholders == 0 {
                outcome.append(streamed);
                return Ok(());
            }
        }
        let content = blobs.read(id)?.context("it is gone")?;
        let whole = self.search_whole(content, change);
        self.judge_content(repo, blobs, change, &whole, file, outcome)
    }

    fn judge_content(
        &self,
        repo: &Repo,
        blobs: &BlobReader<'_>,
        change: &Change,
        searched: &Whole<'_>,
        file: &Name<'_>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let content = &searched.content[..];
        outcome.files += 1;
        outcome.bytes += content.len() as u64;
        if let Some(reason) = closed::reason(content).or_else(|| closed::reason_at_end(content)) {
            self.scanner.keep_not_opened(&file.shown, reason, outcome);
        }
        let mut inside = self.scan_inside(content, searched, file);
        let mut hits = Cow::Borrowed(&searched.hits[..]);
        if !searched.embedded.is_empty() {
            let part = 0..content.len();
            let opener = self.opener();
            let embedded =
                opener.embedded_hits(content, &part, &searched.embedded, file, 0, outcome);
            embedded::merge(embedded, hits.to_mut());
        }
        if !hits.is_empty() || inside.has_keys() {
            let before = self.rules_before(repo, blobs, change)?;
            let old = self.old_contents(blobs, change, &before)?;
            let mut itself = Outcome::default();
            if !hits.is_empty() {
                let added = self.added_keys(content, &hits, &old, &before);
                let mut locator = Locator::new(content, &hits);
                let counts = |hit: &Hit, lines: &_| added.has(hit, lines);
                self.scanner
                    .record_hits(file, &mut locator, counts, &mut itself);
            }
            itself.drop_repeated(&inside);
            outcome.append(itself);
            self.drop_old(&mut inside, &old, file);
        }
        outcome.append(inside);
        Ok(())
    }

    /// Scans the files inside a container, or the content behind a pointer.
    fn scan_inside(&self, content: &[u8], searched: &Whole<'_>, file: &Name<'_>) -> Outcome {
        if let Some(format) = searched.format.get() {
            let inside = self.opener().open_container(format, content, file);
            if inside.is_empty() {
                searched.format.set(None);
            }
            inside
        } else if let Some(pointer) = &searched.lfs {
            self.scanner.scan_lfs(file, pointer, &self.lfs_objects)
        } else {
            Outcome::default()
        }
    }

    fn opener(&self) -> Opener<'_> {
        Opener {
            scanner: self.scanner,
            bounds: Bounds::new(&self.budget),
        }
    }
}
