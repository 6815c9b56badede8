//! The state before a change: the old contents of its file, the keys in them, and the rules that
//! held then. A key counts only if it is new against all of that.

use std::collections::HashSet;
use std::ops::Range;

use anyhow::Result;

use super::Check;
use crate::detect::Hit;
use crate::git::{AddedLines, Blob, BlobReader, ObjectId, Repo};
use crate::key::Fingerprint;
use crate::scan::lfs::Pointer;
use crate::scan::old_rules::{Before, OldRules};
use crate::scan::{Name, Outcome};
use crate::source::{Change, Content};
use crate::unpack;

/// Tells which keys of a content count as added.
pub(super) struct AddedKeys {
    /// The new lines, against each old content.
    lines: Vec<AddedLines>,
    /// Keys that every old content had as allowed ones.
    bared: HashSet<Fingerprint>,
}

impl AddedKeys {
    /// Tells whether the hit, which stands on these lines, is added.
    pub(super) fn has(&self, hit: &Hit, lines: &Range<usize>) -> bool {
        self.bared.contains(&hit.fingerprint) || self.lines.iter().all(|added| added.touch(lines))
    }
}

impl Check<'_> {
    /// Tells whether a parent has this very content under another name, so that no line is new.
    pub(super) fn is_moved(&self, change: &Change) -> bool {
        if !change.old.is_empty() || change.content != Content::File {
            return false;
        }
        let sources = self.origins.of(&change.path, change.commit.as_deref());
        sources.iter().any(|source| {
            source.content == change.new && !self.scanner.allow.allows_path(&source.path)
        })
    }

    /// The rules that held before a change. If the change does not bring the rules, or has no old
    /// content, there are none.
    pub(super) fn rules_before(
        &self,
        repo: &Repo,
        blobs: &BlobReader<'_>,
        change: &Change,
    ) -> Result<Before> {
        let has_old = !change.old.is_empty() || change.content == Content::File;
        if !self.scanner.allow.of_change || !has_old {
            return Ok(Before::default());
        }
        OldRules::new(repo, blobs)?.read_before(change)
    }

    /// Reads the content that the file had in each parent. A content that the repository lacks
    /// (partial clone) is left out, so that nothing counts as old because of it.
    pub(super) fn old_contents<'b>(
        &self,
        blobs: &'b BlobReader<'_>,
        change: &Change,
        before: &Before,
    ) -> Result<Vec<Blob<'b>>> {
        let mut ids: Vec<ObjectId> = change.old.clone();
        // The lines of a file that is allowed by its path count as new when they are moved elsewhere,
        // and in the file itself when the entry is deleted.
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

    /// Finds the lines of a content that are new against every old one, and the keys that the old
    /// ones had as allowed ones.
    pub(super) fn added_keys(
        &self,
        content: &[u8],
        hits: &[Hit],
        old: &[Blob<'_>],
        before: &Before,
    ) -> AddedKeys {
        let mut lines = Vec::new();
        let mut bared: Option<HashSet<Fingerprint>> = None;
        for old in old {
            lines.push(AddedLines::between(old, content));
            let here = before.bared_keys(self.scanner, old, content, hits);
            bared = match bared {
                Some(bared) => Some(bared.intersection(&here).copied().collect()),
                None => Some(here),
            };
        }
        AddedKeys {
            lines,
            bared: bared.unwrap_or_default(),
        }
    }

    /// Drops keys inside a container or an LFS object if an old content holds them in the same place.
    pub(super) fn drop_old(&self, inside: &mut Outcome, old: &[Blob<'_>], file: &Name<'_>) {
        for content in old {
            if let Some(pointer) = Pointer::parse(content)
                && inside.has_keys()
            {
                let known = self.scanner.scan_lfs(file, &pointer, &self.lfs_objects);
                inside.drop_known(&known);
            }
            if let Some(format) = unpack::format_in(content)
                && inside.has_keys()
            {
                inside.drop_known(&self.opener().open_container(format, content, file));
            }
        }
    }
}
