//! Plans a fix: the files that change in the index and in the work tree, and the keys that stay.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::edits::{self, Edit};
use super::names::Names;
use super::{Family, IN_BROWSER, Reason, Slot, dotenv, rewrite};
use crate::detect::{Detector, Encoding, Hit};
use crate::finding::Finding;
use crate::git::staging::{self, IndexEntry, Staged};
use crate::git::{AddedLines, path_of};
use crate::key::{Fingerprint, KeyKind};

/// A version of a file, before and after.
#[derive(Debug)]
pub struct Version {
    /// Its content as it is.
    pub old: Vec<u8>,
    /// Its content as it will be.
    pub new: Vec<u8>,
    /// The edits between them.
    pub edits: Vec<Edit>,
}

/// A file that will change.
#[derive(Debug)]
pub struct FileFix {
    /// Path from the repository's top.
    pub path: Vec<u8>,
    /// The file in the work tree.
    pub on_disk: PathBuf,
    /// Its entry in the index.
    pub entry: IndexEntry,
    /// The change.
    pub change: FileChange,
    /// The keys that it loses.
    pub keys: Vec<Fingerprint>,
}

/// The change of a file.
#[derive(Debug)]
pub enum FileChange {
    /// Its text changes: as it is staged, and as it is in the work tree, if that has the keys too.
    Rewrite {
        /// The staged version.
        staged: Version,
        /// The version in the work tree.
        work_tree: Option<Version>,
    },
    /// It leaves the index and stays on the disk.
    Untrack,
}

/// A key that stays where it is.
#[derive(Debug)]
pub struct Left {
    /// Path from the repository's top, keys in it masked.
    pub path: Vec<u8>,
    /// The line.
    pub line: usize,
    /// The masked key.
    pub key: String,
    /// The reason.
    pub reason: Reason,
}

/// A staged file with keys on added lines.
pub struct Candidate<'c> {
    /// Path from the repository's top.
    pub path: &'c [u8],
    /// The same with keys in it masked, as the findings have it.
    pub shown: &'c [u8],
    /// Its staged content.
    pub content: &'c [u8],
    /// The contents that it is compared with.
    pub old: &'c [Vec<u8>],
    /// Its findings.
    pub findings: &'c [Finding],
}

/// Everything that a fix will change.
pub struct Plan<'p> {
    detector: &'p Detector,
    top: &'p Path,
    /// The files.
    pub files: Vec<FileFix>,
    /// The keys that stay as they are.
    pub left: Vec<Left>,
    /// The variables.
    pub names: Names,
}

const IN_NAME: Reason = "it is in the file's name: rename it with `git mv`";
const INSIDE: Reason = "it is inside an archive or another container";
const ENCODED: Reason = "it is written in another encoding";
const NO_PLACE: Reason = "its bytes could not be told from the text around them";
const UNKNOWN: Reason = "`phguard fix` does not know how such a file reads the environment";
const CONFLICT: Reason = "a merge has left a conflict in this file";
const LINK: Reason = "it is a symbolic link, or stands behind one";
const DETACHED: Reason =
    "git does not look at this file in the work tree (sparse checkout or assume-unchanged)";
const READ_ONLY: Reason = "the file is read-only";
const TRACKED: Reason =
    "git tracks this file already: take the key out of it, and keep it in `.env`";
const OVERLAP: Reason = "two changes of it would overlap";
const NOT_CLEAN: Reason = "the keys would still be in it";

impl<'p> Plan<'p> {
    /// A plan that changes nothing yet. `env` is the content of `.env`.
    #[must_use]
    pub fn new(detector: &'p Detector, top: &'p Path, env: &[u8]) -> Self {
        Self {
            detector,
            top,
            files: Vec::new(),
            left: Vec::new(),
            names: Names::new(top, env),
        }
    }

    /// Adds a file to the changes, or adds each of its keys to `left`.
    ///
    /// # Errors
    /// The index or the file cannot be read.
    pub fn add(&mut self, file: &Candidate<'_>) -> Result<()> {
        let mut on_lines = Vec::new();
        for finding in file.findings {
            if finding.found_in == crate::finding::FoundIn::FileName {
                self.leave(finding, IN_NAME);
            } else {
                on_lines.push(finding);
            }
        }
        if on_lines.is_empty() {
            return Ok(());
        }
        let mut names = self.names.clone();
        match self.fix_of(file, &on_lines, &mut names)? {
            Ok(fix) => {
                self.files.push(fix);
                self.names = names;
            }
            Err(reason) => {
                for finding in on_lines {
                    self.leave(finding, reason);
                }
            }
        }
        Ok(())
    }

    fn leave(&mut self, finding: &Finding, reason: Reason) {
        self.left.push(Left {
            path: finding.location.path.clone(),
            line: finding.location.line,
            key: finding.excerpt.key.as_str().to_owned(),
            reason,
        });
    }

    /// The fix of a file, or the reason why it stays as it is.
    fn fix_of(
        &self,
        file: &Candidate<'_>,
        findings: &[&Finding],
        names: &mut Names,
    ) -> Result<Result<FileFix, Reason>> {
        let entry = match staging::entry(file.path)? {
            Staged::File(entry) => entry,
            Staged::Conflict => return Ok(Err(CONFLICT)),
            Staged::Detached => return Ok(Err(DETACHED)),
            Staged::Absent => return Ok(Err(NO_PLACE)),
        };
        if entry.mode == "120000" {
            return Ok(Err(LINK));
        }
        if findings
            .iter()
            .any(|finding| finding.location.path != file.shown)
        {
            return Ok(Err(INSIDE));
        }
        let Some(family) = Family::of(file.path, file.content) else {
            return Ok(Err(UNKNOWN));
        };
        let on_disk = self.top.join(path_of(file.path)?);
        let present = match work_tree_content(self.top, file.path)? {
            Ok(present) => present,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut keys: Vec<Fingerprint> =
            findings.iter().map(|finding| finding.fingerprint).collect();
        keys.sort_unstable();
        keys.dedup();
        if findings.iter().any(|finding| finding.exposed_as.is_some()) {
            return Ok(Err(IN_BROWSER));
        }
        let change = if matches!(family, Family::Dotenv) {
            self.untracked(file, findings, present.as_deref(), names)
        } else {
            self.rewritten(file, &family, findings, &keys, present, names)
        };
        Ok(change.map(|change| FileFix {
            path: file.path.to_vec(),
            on_disk,
            entry,
            change,
            keys,
        }))
    }

    /// Takes a file of variables out of the index. A key that its version on the disk lacks goes to
    /// `.env`.
    fn untracked(
        &self,
        file: &Candidate<'_>,
        findings: &[&Finding],
        present: Option<&[u8]>,
        names: &mut Names,
    ) -> Result<FileChange, Reason> {
        let is_env = file.path.rsplit(|b| *b == b'/').next() == Some(b".env");
        if !is_env && !file.old.is_empty() {
            return Err(TRACKED);
        }
        let on_disk = self.detector.scan(present.unwrap_or_default());
        let mut lost = Vec::new();
        for hit in self.staged_hits(file.content, findings)? {
            if !on_disk
                .iter()
                .any(|other| other.fingerprint == hit.fingerprint)
            {
                lost.push(slot_of(&hit));
            }
        }
        dotenv::without_values(file.content, &lost, names);
        Ok(FileChange::Untrack)
    }

    fn rewritten(
        &self,
        file: &Candidate<'_>,
        family: &Family,
        findings: &[&Finding],
        keys: &[Fingerprint],
        present: Option<Vec<u8>>,
        names: &mut Names,
    ) -> Result<FileChange, Reason> {
        let staged_hits = self.staged_hits(file.content, findings)?;
        let staged = self.version(file, family, file.content.to_vec(), &staged_hits, names)?;
        let Some(present) = present else {
            return Ok(FileChange::Rewrite {
                staged,
                work_tree: None,
            });
        };
        let hits = self.work_tree_hits(file, &present, keys)?;
        let work_tree = if present == file.content {
            Some(Version {
                old: present,
                new: staged.new.clone(),
                edits: staged.edits.clone(),
            })
        } else if hits.is_empty() {
            None
        } else {
            Some(self.version(file, family, present, &hits, names)?)
        };
        Ok(FileChange::Rewrite { staged, work_tree })
    }

    /// The hits that are the findings: on the same lines, with the same keys.
    fn staged_hits(&self, content: &[u8], findings: &[&Finding]) -> Result<Vec<Hit>, Reason> {
        let mut places: Vec<(usize, Fingerprint)> = Vec::new();
        for finding in findings {
            places.push((finding.location.line, finding.fingerprint));
        }
        let mut hits = self.detector.scan(content);
        hits.retain(|hit| {
            let line = edits::line_number(content, hit.span.start);
            places.contains(&(line, hit.fingerprint))
        });
        if hits.len() < findings.len() {
            return Err(NO_PLACE);
        }
        all_plain(hits)
    }

    /// The same keys in the work tree, on lines that are new there.
    fn work_tree_hits(
        &self,
        file: &Candidate<'_>,
        present: &[u8],
        keys: &[Fingerprint],
    ) -> Result<Vec<Hit>, Reason> {
        let text = without_returns(present);
        let mut added = Vec::new();
        for old in file.old {
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
    fn version(
        &self,
        file: &Candidate<'_>,
        family: &Family,
        old: Vec<u8>,
        hits: &[Hit],
        names: &mut Names,
    ) -> Result<Version, Reason> {
        let slots: Vec<Slot> = hits.iter().map(slot_of).collect();
        let edits =
            rewrite(family, file.path, &old, &slots, names).map_err(|refusal| refusal.reason)?;
        let edits = edits::in_order(edits).ok_or(OVERLAP)?;
        let new = edits::apply(&old, &edits);
        let (before, after) = (self.detector.scan(&old), self.detector.scan(&new));
        if after.len() + hits.len() > before.len() {
            return Err(NOT_CLEAN);
        }
        Ok(Version { old, new, edits })
    }
}

impl Plan<'_> {
    /// Returns the next steps after the fix: advice and its command.
    #[must_use]
    pub fn next_steps(&self) -> Vec<(&'static str, String)> {
        let mut steps = Vec::new();
        let names: Vec<&str> = self.names.used().collect();
        for name in &names {
            if self.has_file(|path| path.starts_with(b".github/workflows/")) {
                let command = format!("sed -n 's/^{name}=//p' .env | gh secret set {name}");
                steps.push((
                    "GitHub's workflows read it as a secret. Set it once",
                    command,
                ));
            }
            if self.has_file(is_dockerfile) {
                let command = format!("docker build --build-arg {name} .");
                steps.push(("Docker gets it from your shell when it builds", command));
            }
        }
        if !names.is_empty() {
            let command = "set -a; . ./.env; set +a".to_owned();
            steps.push((
                "Programs read it from their environment. To load it into your shell",
                command,
            ));
        }
        steps
    }

    fn has_file(&self, test: fn(&[u8]) -> bool) -> bool {
        self.files.iter().any(|fix| test(&fix.path))
    }
}

fn is_dockerfile(path: &[u8]) -> bool {
    matches!(Family::of(path, b""), Some(Family::Docker))
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

/// The content of a file in the work tree; `None` if it is not there. Links are not followed.
fn work_tree_content(top: &Path, path: &[u8]) -> Result<Result<Option<Vec<u8>>, Reason>> {
    let path = path_of(path)?;
    let mut place = top.to_path_buf();
    for part in path.components() {
        place.push(part);
        let Ok(metadata) = place.symlink_metadata() else {
            return Ok(Ok(None));
        };
        if metadata.is_symlink() {
            return Ok(Err(LINK));
        }
        if metadata.is_file() && metadata.permissions().readonly() {
            return Ok(Err(READ_ONLY));
        }
    }
    if !place.is_file() {
        return Ok(Ok(None));
    }
    let content =
        fs::read(&place).with_context(|| format!("{} cannot be read", place.display()))?;
    Ok(Ok(Some(content)))
}
