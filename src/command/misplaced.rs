//! Looks for the wrong kind of key in the wrong place, in files on the disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::context::Context;
use crate::cli::Output;
use crate::config::allow::Allow;
use crate::finding::Finding;
use crate::misplaced::{self, LONGEST_FILE, Warning};
use crate::source::files::{self, Ignored, Listed, Listing};

/// The file that tells GitHub where not to look for secrets.
const SECRET_SCANNING: [&[u8]; 2] = [
    b".github/secret_scanning.yml",
    b".github/secret_scanning.yaml",
];

/// Collects the mistakes in the files of a listing.
pub(super) struct Lookout<'l> {
    listing: &'l Listing,
    allow: &'l Allow,
    warnings: Mutex<Vec<Warning>>,
}

impl<'l> Lookout<'l> {
    pub(super) fn new(listing: &'l Listing, allow: &'l Allow) -> Self {
        Self {
            listing,
            allow,
            warnings: Mutex::default(),
        }
    }

    /// Number of bytes up to which somebody may have written a file by hand; 0 if no mistake could
    /// be in it.
    pub(super) fn longest(file: &Listed) -> usize {
        let is_setting = SECRET_SCANNING.contains(&&file.from_top[..]);
        if is_setting || misplaced::is_looked_at(&file.from_top) {
            LONGEST_FILE
        } else {
            0
        }
    }

    /// Looks for mistakes in a file.
    pub(super) fn look(&self, file: &Listed, content: &[u8]) {
        let found = if SECRET_SCANNING.contains(&&file.from_top[..]) {
            let files = self.listing.files.iter();
            let all: Vec<Vec<u8>> = files.map(|file| file.from_top.clone()).collect();
            misplaced::hidden_from_github(&file.shown, content, &all)
        } else {
            misplaced::warnings_in(&file.shown, content)
        };
        if found.is_empty() || self.allow.allows_path(&file.from_top) {
            return;
        }
        let warnings = self.warnings.lock();
        warnings
            .unwrap_or_else(PoisonError::into_inner)
            .extend(found);
    }

    /// All mistakes, in the order of the files.
    pub(super) fn into_warnings(self) -> Vec<Warning> {
        let warnings = self.warnings.into_inner();
        let mut warnings = warnings.unwrap_or_else(PoisonError::into_inner);
        warnings.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        warnings
    }
}

/// Finds the mistakes in the files below a directory, and the keys of `findings` that serve several
/// environments.
pub(super) fn in_files(
    paths: &[PathBuf],
    findings: &[Finding],
    output: &Output,
) -> Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    for listing in files::files_below(paths, Ignored::LeftOut) {
        let context = Context::of_files(listing.top.as_deref(), output)?;
        let lookout = Lookout::new(&listing, context.allow());
        for file in &listing.files {
            // A warning is no verdict: a file that cannot be read gives none.
            if let Ok(Some(content)) = content_of(file, Lookout::longest(file)) {
                lookout.look(file, &content);
            }
        }
        warnings.extend(lookout.into_warnings());
    }
    warnings.extend(misplaced::one_key_for_all(findings));
    Ok(warnings)
}

/// The content of a regular file of at most `longest` bytes.
fn content_of(file: &Listed, longest: usize) -> io::Result<Option<Vec<u8>>> {
    if longest == 0 {
        return Ok(None);
    }
    let metadata = file.path.symlink_metadata()?;
    let longest = longest as u64;
    if !metadata.is_file() || metadata.len() > longest {
        return Ok(None);
    }
    let mut content = Vec::new();
    File::open(&file.path)?
        .take(longest)
        .read_to_end(&mut content)?;
    Ok(Some(content))
}
