//! Changes in a repository. New contents are scanned whole; only if something is found, git is
//! asked which lines are new.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::HashSet;

use anyhow::{Context, Result};

use super::bounds::{Bounds, Budget};
use super::embedded;
use super::inner::Opener;
use super::old_rules::{Before, OldRules};
use super::{Name, Outcome, Scanner};
use crate::detect::Hit;
use crate::failure::Unscanned;
use crate::git::{AddedLines, Blob, BlobReader, LfsObjects, ObjectId, RenameSources, Repo};
use crate::key::Fingerprint;
use crate::mask::masked_message;
use crate::parallel::{WorkQueue, share_out};
use crate::scan::lfs::Pointer;
use crate::scan::locate::Locator;
use crate::source::{Change, Content};
use crate::unpack::{self, Format, closed};

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
        outcomes.extend(share_out(
            groups.len(),
            |queue| check.scan_groups(repo, &blobs, &groups, queue),
            |queue| check.scan_elsewhere(&groups, queue),
        ));
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

/// A content, the keys in it, and the container that it may be.
struct Searched<'b> {
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
            let searched = self.search(blobs, &self.changes[groups[group][0]]);
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

    fn search<'b>(&self, blobs: &'b BlobReader<'_>, change: &Change) -> Result<Searched<'b>> {
        let id = &change.new;
        let read = blobs.read(id).and_then(|blob| {
            blob.with_context(|| format!("blob {id} is missing from the repository"))
        });
        let length = read.as_ref().map_or(0, |content| content.len());
        self.scanner.progress.advance(length as u64);
        let content = read?;
        let (format, lfs) = match change.content {
            Content::File => (unpack::format_in(&content), Pointer::parse(&content)),
            Content::Message | Content::Name => (None, None),
        };
        if format.is_some() {
            self.budget.add_opened(length as u64);
        }
        Ok(Searched {
            hits: self.scanner.detector.scan(&content),
            embedded: embedded::starts(&content, &(0..length)),
            format: Cell::new(format),
            lfs,
            content,
        })
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
            Ok(searched) => self.judge_content(repo, blobs, change, searched, &file, &mut outcome),
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

    /// Tells whether a parent has this very content under another name, so that no line is new.
    fn is_moved(&self, change: &Change) -> bool {
        if !change.old.is_empty() || change.content != Content::File {
            return false;
        }
        let sources = self.origins.of(&change.path, change.commit.as_deref());
        sources.iter().any(|source| {
            source.content == change.new && !self.scanner.allow.allows_path(&source.path)
        })
    }

    fn judge_content(
        &self,
        repo: &Repo,
        blobs: &BlobReader<'_>,
        change: &Change,
        searched: &Searched<'_>,
        file: &Name<'_>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let content = &searched.content[..];
        outcome.files += 1;
        outcome.bytes += content.len() as u64;
        if let Some(reason) = closed::reason(content).or_else(|| closed::reason_at_end(content)) {
            self.scanner.keep_not_opened(&file.shown, reason, outcome);
        }
        let mut inside = Outcome::default();
        if let Some(format) = searched.format.get() {
            inside = self.opener().open(format, content, file);
            if inside.is_empty() {
                searched.format.set(None);
            }
        } else if let Some(pointer) = &searched.lfs {
            inside = self.scanner.scan_lfs(file, pointer, &self.lfs_objects);
        }
        let mut embedded = Vec::new();
        if !searched.embedded.is_empty() {
            let part = 0..content.len();
            let opener = self.opener();
            embedded = opener.embedded_hits(content, &part, &searched.embedded, file, 0, outcome);
        }
        let has_hits = !searched.hits.is_empty() || !embedded.is_empty();
        if has_hits || inside.has_keys() {
            let before = self.rules_before(repo, blobs, change)?;
            let old = self.old_contents(blobs, change, &before)?;
            let mut itself = Outcome::default();
            if embedded.is_empty() {
                self.keep_added(content, &searched.hits, &old, &before, file, &mut itself);
            } else {
                let mut hits = self.scanner.detector.scan(content);
                embedded::merge(embedded, &mut hits);
                self.keep_added(content, &hits, &old, &before, file, &mut itself);
            }
            itself.drop_repeated(&inside);
            outcome.append(itself);
            for content in &old {
                if let Some(pointer) = Pointer::parse(content)
                    && inside.has_keys()
                {
                    let known = self.scanner.scan_lfs(file, &pointer, &self.lfs_objects);
                    inside.drop_known(&known);
                }
                if let Some(format) = unpack::format_in(content)
                    && inside.has_keys()
                {
                    inside.drop_known(&self.opener().open(format, content, file));
                }
            }
        }
        outcome.append(inside);
        Ok(())
    }

    /// The rules that held before a change. If the change does not bring the rules, or has no old
    /// content, there are none.
    fn rules_before(&self, repo: &Repo, blobs: &BlobReader<'_>, change: &Change) -> Result<Before> {
        let has_old = !change.old.is_empty() || change.content == Content::File;
        if !self.scanner.allow.of_change || !has_old {
            return Ok(Before::default());
        }
        OldRules::new(repo, blobs)?.before(change)
    }

    /// Keeps the hits on lines that are new against every old content, and those that the old
    /// content had as allowed ones.
    fn keep_added(
        &self,
        content: &[u8],
        hits: &[Hit],
        old: &[Blob<'_>],
        before: &Before,
        file: &Name<'_>,
        outcome: &mut Outcome,
    ) {
        if hits.is_empty() {
            return;
        }
        let mut added = Vec::new();
        let mut bared: Option<HashSet<Fingerprint>> = None;
        for old in old {
            added.push(AddedLines::between(old, content));
            let here = before.bared(self.scanner, old, content, hits);
            bared = match bared {
                Some(bared) => Some(bared.intersection(&here).copied().collect()),
                None => Some(here),
            };
        }
        let bared = bared.unwrap_or_default();
        let mut locator = Locator::new(content, hits);
        self.scanner.record_hits(
            file,
            &mut locator,
            |hit, lines| {
                bared.contains(&hit.fingerprint) || added.iter().all(|added| added.touch(lines))
            },
            outcome,
        );
    }

    /// Reads the content that the file had in each parent. A content that the repository lacks
    /// (partial clone) is left out, so that nothing counts as old because of it.
    fn old_contents<'b>(
        &self,
        blobs: &'b BlobReader<'_>,
        change: &Change,
        before: &Before,
    ) -> Result<Vec<Blob<'b>>> {
        let mut ids: Vec<ObjectId> = change.old.clone();
        // A file that is allowed by its path gives nothing on: elsewhere its lines are new, and so
        // they are in its place when the entry goes.
        if before.allowed_path(&change.path) {
            ids.clear();
        } else if ids.is_empty() && change.content == Content::File {
            for source in self.origins.of(&change.path, change.commit.as_deref()) {
                let is_allowed = self.scanner.allow.allows_path(&source.path)
                    || before.allowed_path(&source.path);
                if !is_allowed {
                    ids.push(source.content);
                }
            }
        }
        let mut contents = Vec::new();
        for id in &ids {
            contents.extend(blobs.read(id)?);
        }
        Ok(contents)
    }

    fn opener(&self) -> Opener<'_> {
        Opener {
            scanner: self.scanner,
            bounds: Bounds::new(&self.budget),
        }
    }
}
