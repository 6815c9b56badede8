//! Changes in a repository: their contents are scanned whole, and only where there is a hit it is
//! asked which lines are new.

use std::cmp::Reverse;
use std::ops::{Deref, Range};

use anyhow::{Context, Result};

use super::{Outcome, Scanner};
use crate::detect::Hit;
use crate::failure::Unscanned;
use crate::git::{AddedLines, BlobReader, ObjectId, RenameSources, Repo};
use crate::mask::masked_message;
use crate::parallel::{Untaken, share_out};
use crate::scan::locate::Locator;
use crate::source::Change;
use crate::unpack::closed;

/// A content and the keys in it.
struct Searched<C> {
    content: C,
    hits: Vec<Hit>,
}

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
        let mut by_content: Vec<usize> = (0..changes.len()).collect();
        by_content.sort_by_key(|change| changes[*change].new);
        let mut alike: Vec<&[usize]> = by_content
            .chunk_by(|a, b| changes[*a].new == changes[*b].new)
            .collect();
        // A pack holds older versions of a file as differences from newer ones.
        let place = |group: &[usize]| (&changes[group[0]].path, Reverse(group[0]));
        alike.sort_by(|a, b| place(a).cmp(&place(b)));

        let work = |blobs: &BlobReader<'_>, untaken: Untaken<'_>| -> Vec<(usize, Outcome)> {
            untaken
                .flat_map(|group| self.scan_alike(blobs, origins, changes, alike[group]))
                .collect()
        };
        // A repository belongs to one thread. Where it cannot be opened again, this thread does all.
        let elsewhere = |untaken: Untaken<'_>| match Repo::open_or_bare() {
            Ok(repo) => repo
                .blobs()
                .map_or_else(|_| Vec::new(), |blobs| work(&blobs, untaken)),
            Err(_) => Vec::new(),
        };
        let blobs = repo.blobs()?;
        self.progress.expect(alike.len());
        let mut outcomes = share_out(alike.len(), |untaken| work(&blobs, untaken), elsewhere);
        outcomes.sort_by_key(|(change, _)| *change);
        Ok(outcomes.into_iter().map(|(_, outcome)| outcome).collect())
    }

    /// Changes whose new content is one and the same: it is read and searched once.
    fn scan_alike(
        &self,
        blobs: &BlobReader<'_>,
        origins: &RenameSources,
        changes: &[Change],
        alike: &[usize],
    ) -> Vec<(usize, Outcome)> {
        let id = &changes[alike[0]].new;
        let content = blobs.read(id).and_then(|blob| {
            blob.with_context(|| format!("blob {id} is missing from the repository"))
        });
        self.progress
            .advance(content.as_ref().map_or(0, |content| content.len() as u64));
        let searched = content.map(|content| Searched {
            hits: self.detector.scan(&content),
            content,
        });
        let judge = |number: &usize| {
            let change = &changes[*number];
            let old = || match &change.old[..] {
                [] if change.is_message => Vec::new(),
                [] => origins.of(&change.path, change.commit.as_deref()),
                old => old.to_vec(),
            };
            let added = |content: &[u8]| added_lines(blobs, &old(), content);
            (
                *number,
                self.judge(&change.path, change.old.is_empty(), &searched, added)
                    .of(change, self.detector),
            )
        };
        alike.iter().map(judge).collect()
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
        let file = self.scan_name(path, is_new, &mut outcome);
        let judge_content = |Searched { content, hits }: &Searched<C>| {
            outcome.files = 1;
            outcome.bytes = content.len() as u64;
            if let Some(reason) = closed::reason(content) {
                self.keep_not_opened(&file.shown, reason, &mut outcome);
            }
            if !hits.is_empty() {
                let added = added(content).map_err(|error| format!("{error:#}"))?;
                let counts = |lines: &Range<usize>| added.iter().all(|added| added.touch(lines));
                self.keep_all(
                    &file,
                    &mut Locator::new(content, hits),
                    counts,
                    &mut outcome,
                );
            }
            Ok(())
        };
        let judged = searched
            .as_ref()
            .map_err(|error| format!("{error:#}"))
            .and_then(judge_content);
        if let Err(reason) = judged {
            outcome.unscanned.push(Unscanned {
                path: file.shown,
                reason: masked_message(&reason),
            });
        }
        outcome
    }
}

/// The lines that are new against each old content. A parent whose content the repository does
/// not have (a partial clone) is as good as none: against it everything is new.
fn added_lines(blobs: &BlobReader<'_>, old: &[ObjectId], new: &[u8]) -> Result<Vec<AddedLines>> {
    let contents = old.iter().map(|id| blobs.read(id));
    let known = contents.filter_map(Result::transpose);
    known
        .map(|old| Ok(AddedLines::between(&old?, new)))
        .collect()
}
