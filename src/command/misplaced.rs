//! Looks for the wrong kind of key in the wrong place, in files on the disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use anyhow::Result;

use super::context::Context;
use crate::cli::Output;
use crate::finding::Finding;
use crate::misplaced::{self, LONGEST_FILE, Warning};
use crate::source::files::{self, Ignored, Listed};

/// The file that tells GitHub where not to look for secrets.
const SECRET_SCANNING: [&[u8]; 2] = [
    b".github/secret_scanning.yml",
    b".github/secret_scanning.yaml",
];

/// Finds the mistakes in these files and below these directories, and the keys of `findings` that
/// serve several environments.
pub(super) fn in_files(
    paths: &[PathBuf],
    ignored: Ignored,
    findings: &[Finding],
    output: &Output,
) -> Result<Vec<Warning>> {
    let mut warnings = Vec::new();
    for listing in files::below(paths, ignored) {
        let context = Context::of_files(listing.top.as_deref(), output)?;
        for file in &listing.files {
            if context.allow().allows_path(&file.from_top) {
                continue;
            }
            if SECRET_SCANNING.contains(&&file.from_top[..]) {
                let all: Vec<Vec<u8>> = listing
                    .files
                    .iter()
                    .map(|file| file.from_top.clone())
                    .collect();
                if let Ok(Some(content)) = content_of(file) {
                    warnings.extend(misplaced::hidden_from_github(&file.shown, &content, &all));
                }
            } else if misplaced::is_looked_at(&file.from_top)
                // A file that cannot be read is an error of the scan itself.
                && let Ok(Some(content)) = content_of(file)
            {
                warnings.extend(misplaced::warnings_in(&file.shown, &content));
            }
        }
    }
    warnings.extend(misplaced::one_key_for_all(findings));
    Ok(warnings)
}

/// The content of a regular file that somebody may have written by hand.
fn content_of(file: &Listed) -> io::Result<Option<Vec<u8>>> {
    let metadata = file.path.symlink_metadata()?;
    if !metadata.is_file() || metadata.len() > LONGEST_FILE {
        return Ok(None);
    }
    let mut content = Vec::new();
    File::open(&file.path)?
        .take(LONGEST_FILE)
        .read_to_end(&mut content)?;
    Ok(Some(content))
}
