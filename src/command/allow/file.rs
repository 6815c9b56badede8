//! The list on the disk and in the index.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::config::{Config, FILE_NAME};
use crate::failure::{failed, hint, refused};
use crate::git::Repo;
use crate::git::staging::{self, IndexChange, IndexEntry, Staged};
use crate::hook::files::lock;

/// The new list until it is renamed, in the repository's own directory.
const SCRATCH: &str = "phguard-allow.new";

/// `.phguard.toml` as it is on the disk and as it is staged. Work on it that is not staged stays
/// so.
pub(super) struct File {
    path: PathBuf,
    pub(super) on_disk: Option<String>,
    staged: Option<String>,
}

impl File {
    pub(super) fn read(repo: &Repo) -> Result<Self> {
        let path = repo.top().join(FILE_NAME);
        let on_disk = match path.symlink_metadata() {
            Ok(about) if about.is_file() => Some(fs::read(&path)?),
            Ok(_) => {
                return Err(refused(
                    format!("{FILE_NAME} is no regular file"),
                    "replace it by a file",
                ));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                return Err(failed(
                    format!("{FILE_NAME} cannot be read"),
                    hint::CONFIGURATION,
                    error,
                ));
            }
        };
        let staged = match repo.staged_at(FILE_NAME)? {
            Some(id) => repo.blobs()?.read(&id)?.map(|blob| blob.to_vec()),
            None => None,
        };
        Ok(Self {
            path,
            on_disk: text_of(on_disk, "on the disk")?,
            staged: text_of(staged, "staged")?,
        })
    }

    /// Changes both versions and stages the second. Returns whether there was something to change.
    /// Another phguard that changes them at the same time waits.
    pub(super) fn change_both(edit: impl Fn(&str) -> Result<String>) -> Result<bool> {
        let scratch = staging::git_path(SCRATCH)?;
        let _lock = lock(&scratch).map_err(|error| {
            failed(
                format!("{FILE_NAME} cannot be changed"),
                "try again when the other phguard has ended",
                error,
            )
        })?;
        // Opened under the lock, so that it knows the other one's staged file.
        let file = Self::read(&Repo::open()?)?;
        let old_disk = file.on_disk.as_deref().or(file.staged.as_deref());
        let old_disk = old_disk.unwrap_or_default();
        let old_staged = file.staged.as_deref().unwrap_or_default();
        let disk = keep_line_ends(old_disk, &edit)?;
        let staged = keep_line_ends(old_staged, &edit)?;
        if disk == old_disk && staged == old_staged {
            return Ok(false);
        }
        let written = replace_file(&file.path, &disk, &scratch).and_then(|()| stage_list(&staged));
        written.map_err(|error| {
            failed(
                format!("{FILE_NAME} cannot be written and staged"),
                hint::STATUS,
                error,
            )
        })?;
        Ok(true)
    }
}

/// Stages the list. A new one is an ordinary file.
fn stage_list(text: &str) -> Result<()> {
    let mode = match staging::entry(FILE_NAME.as_bytes())? {
        Staged::File(entry) => entry.mode,
        _ => "100644".to_owned(),
    };
    let id = staging::write_blob(text.as_bytes())?;
    staging::update(&[IndexChange {
        path: FILE_NAME.into(),
        entry: IndexEntry { mode, id },
    }])?;
    staging::refresh();
    Ok(())
}

fn text_of(bytes: Option<Vec<u8>>, state: &str) -> Result<Option<String>> {
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let origin = format!("{FILE_NAME} ({state})");
    Config::parse(&bytes, &origin)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| failed(format!("{origin} is no UTF-8"), hint::CONFIGURATION, error))?;
    Ok(Some(text))
}

fn keep_line_ends(text: &str, edit: impl Fn(&str) -> Result<String>) -> Result<String> {
    if text.contains("\r\n") {
        return Ok(edit(&text.replace("\r\n", "\n"))?.replace('\n', "\r\n"));
    }
    edit(text)
}

/// Writes a file and puts it in the place of the old one, so that one of them is always whole. An
/// earlier one that was killed leaves its file in the repository's own directory, where this one
/// writes over it.
fn replace_file(path: &Path, text: &str, scratch: &Path) -> Result<()> {
    let unwritten = || format!("{} cannot be written", path.display());
    let new = write_beside(path, text, scratch).with_context(unwritten)?;
    let placed = fs::rename(&new, path);
    if placed.is_err() {
        drop(fs::remove_file(&new));
    }
    match placed {
        // The repository's own directory is on another disk.
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            let beside = path.with_extension("new");
            let new = write_beside(path, text, &beside).with_context(unwritten)?;
            fs::rename(new, path).with_context(unwritten)
        }
        placed => placed.with_context(unwritten),
    }
}

/// Writes a file with the mode of the one that it is to replace.
fn write_beside(path: &Path, text: &str, new: &Path) -> io::Result<PathBuf> {
    let mut file = fs::File::create(new)?;
    file.write_all(text.as_bytes())?;
    if let Ok(old) = path.metadata() {
        file.set_permissions(old.permissions())?;
    }
    // After a loss of power the name must not lead to an empty list.
    file.sync_all()?;
    Ok(new.to_owned())
}
