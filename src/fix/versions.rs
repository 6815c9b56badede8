//! The versions of a file, in the index and in the work tree, before and after its keys are taken
//! out.

use super::edits;
use super::family::Family;
use super::names::Names;
use super::plan::{Candidate, FileChange, NO_PLACE, Obstacle, Version};
use super::{IN_BROWSER, Reason, Slot, dotenv, rewrite};
use crate::detect::{Detector, Encoding, Hit};
use crate::finding::Finding;
use crate::git::AddedLines;
use crate::key::{Fingerprint, KeyKind};

const ENCODED: Reason = "it is written in another encoding";
const TRACKED: Reason =
    "git tracks this file already: take the key out of it, and keep it in `.env`";
const OVERLAP: Reason = "two changes of it would overlap";
const NOT_CLEAN: Reason = "the keys would still be in it";

/// Reads the versions of a file and plans their changes.
pub(super) struct Reader<'r> {
    pub detector: &'r Detector,
    pub file: &'r Candidate<'r>,
    /// The findings on its lines.
    pub findings: &'r [&'r Finding],
    pub family: &'r Family,
}

impl Reader<'_> {
    /// The keys that are found, each once.
    pub(super) fn distinct_keys(&self) -> Vec<Fingerprint> {
        let mut keys = Vec::new();
        for finding in self.findings {
            keys.push(finding.fingerprint);
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Takes a file of variables out of the index. A key that its version on the disk lacks goes to
    /// `.env`.
    pub(super) fn untracked_change(
        &self,
        present: Option<&[u8]>,
        names: &mut Names,
    ) -> Result<FileChange, Obstacle> {
        let file = self.file;
        let is_env = file.path.rsplit(|b| *b == b'/').next() == Some(b".env");
        if !is_env && !file.old.is_empty() {
            return Err(TRACKED.into());
        }
        let on_disk = self.detector.scan(present.unwrap_or_default());
        let mut lost = Vec::new();
        for hit in self.staged_hits()? {
            let is_kept = on_disk
                .iter()
                .any(|other| other.fingerprint == hit.fingerprint);
            if !is_kept {
                lost.push(slot_of(&hit));
            }
        }
        dotenv::without_values(file.content, &lost, names);
        Ok(FileChange::Untrack)
    }

    /// Rewrites the staged version, and the one in the work tree if it has the keys too.
    pub(super) fn rewritten_change(
        &self,
        present: Option<Vec<u8>>,
        names: &mut Names,
    ) -> Result<FileChange, Obstacle> {
        for finding in self.findings {
            if finding.exposed_as.is_some() || finding.in_browser_code {
                return Err(Obstacle {
                    line: Some(finding.location.line),
                    reason: IN_BROWSER,
                });
            }
        }
        let staged_hits = self.staged_hits()?;
        let staged = self.new_version(self.file.content.to_vec(), &staged_hits, names)?;
        let Some(present) = present else {
            return Ok(FileChange::Rewrite {
                staged,
                work_tree: None,
            });
        };
        let hits = self.work_tree_hits(&present)?;
        let work_tree = if present == self.file.content {
            Some(Version {
                old: present,
                new: staged.new.clone(),
                edits: staged.edits.clone(),
            })
        } else if hits.is_empty() {
            None
        } else {
            // Its lines are not those that the report names.
            let version = self.new_version(present, &hits, names);
            Some(version.map_err(|obstacle| Obstacle::from(obstacle.reason))?)
        };
        Ok(FileChange::Rewrite { staged, work_tree })
    }

    /// The hits that are the findings: on the same lines, with the same keys.
    fn staged_hits(&self) -> Result<Vec<Hit>, Reason> {
        let content = self.file.content;
        let mut places: Vec<(usize, Fingerprint)> = Vec::new();
        for finding in self.findings {
            places.push((finding.location.line, finding.fingerprint));
        }
        let mut hits = self.detector.scan(content);
        hits.retain(|hit| {
            let line = edits::line_number(content, hit.span.start);
            places.contains(&(line, hit.fingerprint))
        });
        if hits.len() < self.findings.len() {
            return Err(NO_PLACE);
        }
        all_plain(hits)
    }

    /// The same keys in the work tree, on lines that are new there.
    fn work_tree_hits(&self, present: &[u8]) -> Result<Vec<Hit>, Reason> {
        let keys = self.distinct_keys();
        let text = without_returns(present);
        let mut added = Vec::new();
        for old in self.file.old {
            added.push(AddedLines::between(&without_returns(old), &text));
        }
        let mut hits = self.detector.scan(present);
        hits.retain(|hit| {
            let line = edits::line_number(present, hit.span.start);
            keys.contains(&hit.fingerprint)
                && added.iter().all(|added| added.touch(&(line..line + 1)))
        });
        all_plain(hits)
    }

    /// The version of a file without these hits.
    fn new_version(
        &self,
        old: Vec<u8>,
        hits: &[Hit],
        names: &mut Names,
    ) -> Result<Version, Obstacle> {
        let slots: Vec<Slot> = hits.iter().map(slot_of).collect();
        let edits = match rewrite(self.family, self.file.path, &old, &slots, names) {
            Ok(edits) => edits::in_order(edits).ok_or(OVERLAP)?,
            Err(refusal) => {
                return Err(Obstacle {
                    line: Some(edits::line_number(&old, refusal.at)),
                    reason: refusal.reason,
                });
            }
        };
        let new = edits::apply(&old, &edits);
        let (before, after) = (self.detector.scan(&old), self.detector.scan(&new));
        if after.len() + hits.len() > before.len() {
            return Err(NOT_CLEAN.into());
        }
        Ok(Version { old, new, edits })
    }
}

fn slot_of(hit: &Hit) -> Slot {
    Slot {
        span: hit.span.clone(),
        variable: variable_of(hit.kind),
    }
}

/// The name that PostHog's programs give a key of this kind, or one made of the kind's own name.
fn variable_of(kind: &KeyKind) -> String {
    if let Some(variable) = kind.variable {
        return variable.to_owned();
    }
    let mut name = String::new();
    if !kind.prefix.is_empty() {
        name.push_str("POSTHOG_");
    }
    for letter in kind.id.chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter.to_ascii_uppercase());
        } else {
            name.push('_');
        }
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "KEY_");
    }
    name
}

fn all_plain(hits: Vec<Hit>) -> Result<Vec<Hit>, Reason> {
    if hits.iter().any(|hit| hit.encoding != Encoding::Plain) {
        return Err(ENCODED);
    }
    Ok(hits)
}

fn without_returns(content: &[u8]) -> Vec<u8> {
    content.iter().copied().filter(|b| *b != b'\r').collect()
}
