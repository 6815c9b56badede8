//! Files as they are on disk, and standard input.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Stands for standard input.
const STDIN: &str = "-";
/// Git's own directory is no content.
const GIT: &str = ".git";

/// Every file at or below these paths, in order. Directories are walked, but for `.git`; symbolic
/// links in them are not followed. A directory that cannot be read stands for itself, so that
/// reading it fails.
#[must_use]
pub fn below(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = Vec::new();
    for path in paths {
        if path.as_os_str() != STDIN && path.is_dir() { open.push(path.clone()) } else { files.push(path.clone()) }
    }
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let Ok(entries) = entries else {
            files.push(directory);
            continue;
        };
        for entry in entries {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() == GIT => {}
                Ok(kind) if kind.is_dir() => open.push(path),
                // Sockets, pipes and devices have no content to commit; to read one may take for ever.
                Ok(kind) if !kind.is_file() && !kind.is_symlink() => {}
                _ => files.push(path),
            }
        }
    }
    files.sort();
    files.dedup();
    files
}

/// The content of a file, the target of a symbolic link, or all of standard input.
///
/// # Errors
/// It cannot be read.
pub fn content(path: &Path) -> io::Result<Vec<u8>> {
    if path.as_os_str() == STDIN {
        let mut content = Vec::new();
        io::stdin().lock().read_to_end(&mut content)?;
        return Ok(content);
    }
    if path.is_symlink() && !path.is_file() {
        return Ok(fs::read_link(path)?.into_os_string().into_encoded_bytes());
    }
    if path.exists() && !path.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    fs::read(path)
}

/// The path as a report shows it.
#[must_use]
pub fn name(path: &Path) -> &[u8] {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.as_os_str().as_encoded_bytes()
}
