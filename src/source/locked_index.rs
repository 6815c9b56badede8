//! The index that git is about to commit, where the environment does not name it.
//!
//! In `git commit -a` and `git commit PATH` the index to be committed is a lock file, and git names it
//! to its hooks in `GIT_INDEX_FILE`. A hook that unsets git's variables takes that name away, and the
//! plain index holds other content. So without the variable every lock is read, too.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::failure::failed;
use crate::git;

/// Another git holds the same lock for moments, and has not written it to its end yet.
const PATIENCE: Duration = Duration::from_millis(200);
const PAUSE: Duration = Duration::from_millis(5);

const HINT: &str = "wait until the other git is done; if none is running, remove that file";

/// Lists the complete indexes among the lock files of a git directory.
///
/// # Errors
/// A lock stays incomplete, or cannot be read.
pub fn complete_locks(git_directory: &Path) -> Result<Vec<PathBuf>> {
    let mut complete = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    for lock in index_locks(git_directory)? {
        loop {
            let unreadable = match fs::read(&lock) {
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                Err(error) => anyhow!(error),
                Ok(index) if git::is_whole_index(&index) => {
                    complete.push(lock);
                    break;
                }
                Ok(_) => anyhow!("it is no complete index"),
            };
            if Instant::now() > deadline {
                let what = format!("{} may be what is committed", lock.display());
                return Err(failed(what, HINT, unreadable));
            }
            thread::sleep(PAUSE);
        }
    }
    Ok(complete)
}

fn index_locks(git_directory: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error| {
        let what = format!("{} cannot be listed", git_directory.display());
        failed(what, crate::failure::hint::STATUS, error)
    };
    let mut locks = Vec::new();
    for entry in fs::read_dir(git_directory).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        let bytes = name.as_encoded_bytes();
        let is_partial = bytes.starts_with(b"next-index-") && bytes.ends_with(b".lock");
        if bytes == b"index.lock" || is_partial {
            locks.push(git_directory.join(name));
        }
    }
    Ok(locks)
}
