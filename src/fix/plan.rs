//! Plans a fix: the files that change in the index and in the work tree, and the keys that stay.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Reason;
use super::edits::Edit;
use super::family::Family;
use super::names::Names;
use super::versions::Reader;
use crate::detect::Detector;
use crate::finding::{Finding, FoundIn};
use crate::git::path_of;
use crate::git::staging::{self, IndexEntry, Staged};
use crate::key::Fingerprint;

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
const BESIDE_ANOTHER: Reason =
    "a file is changed as a whole or not at all, and another key in it must stay";
const IN_LFS: Reason = "git has only a pointer to it: edit the file, and stage it again";
const INSIDE: Reason = "it is inside an archive or another container";
pub(super) const NO_PLACE: Reason = "its bytes could not be told from the text around them";
const UNKNOWN: Reason = "`phguard fix` does not know how such a file reads the environment";
const CONFLICT: Reason = "a merge has left a conflict in this file";
const LINK: Reason = "it is a symbolic link, or stands behind one";
const DETACHED: Reason =
    "git does not look at this file in the work tree (sparse checkout or assume-unchanged)";
const READ_ONLY: Reason = "the file is read-only";

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
            if finding.found_in == FoundIn::FileName {
                self.leave_key(finding, IN_NAME);
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
            Err(obstacle) => {
                for finding in &on_lines {
                    self.leave_key(finding, obstacle.reason_for(finding, &on_lines));
                }
            }
        }
        Ok(())
    }

    fn leave_key(&mut self, finding: &Finding, reason: Reason) {
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
    ) -> Result<Result<FileFix, Obstacle>> {
        let entry = match staging::entry(file.path)? {
            Staged::File(entry) => entry,
            Staged::Conflict => return Ok(Err(CONFLICT.into())),
            Staged::Detached => return Ok(Err(DETACHED.into())),
            Staged::Absent => return Ok(Err(NO_PLACE.into())),
        };
        if entry.mode == "120000" {
            return Ok(Err(LINK.into()));
        }
        for finding in findings {
            if finding.in_lfs_object {
                return Ok(Err(IN_LFS.into()));
            }
            if finding.location.path != file.shown {
                return Ok(Err(INSIDE.into()));
            }
        }
        let Some(family) = Family::of(file.path, file.content) else {
            return Ok(Err(UNKNOWN.into()));
        };
        let present = match work_tree_content(self.top, file.path)? {
            Ok(present) => present,
            Err(reason) => return Ok(Err(reason.into())),
        };
        let reader = Reader {
            detector: self.detector,
            file,
            findings,
            family: &family,
        };
        let change = if matches!(family, Family::Dotenv) {
            reader.untracked_change(present.as_deref(), names)
        } else {
            reader.rewritten_change(present, names)
        };
        let change = match change {
            Ok(change) => change,
            Err(obstacle) => return Ok(Err(obstacle)),
        };
        Ok(Ok(FileFix {
            path: file.path.to_vec(),
            on_disk: self.top.join(path_of(file.path)?),
            entry,
            change,
            keys: reader.distinct_keys(),
        }))
    }
}

/// The reason why a file stays as it is.
pub(super) struct Obstacle {
    /// The line of the key at fault; `None` if the file as a whole is.
    pub line: Option<usize>,
    /// The reason.
    pub reason: Reason,
}

impl From<Reason> for Obstacle {
    fn from(reason: Reason) -> Self {
        Self { line: None, reason }
    }
}

impl Obstacle {
    /// The reason why this key of the file stays.
    fn reason_for(&self, finding: &Finding, all: &[&Finding]) -> Reason {
        let Some(line) = self.line else {
            return self.reason;
        };
        let is_known = all.iter().any(|other| other.location.line == line);
        if is_known && finding.location.line != line {
            return BESIDE_ANOTHER;
        }
        self.reason
    }
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
