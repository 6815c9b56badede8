//! Reads `.env` and `.gitignore`, and plans the lines that are added to them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::edits::line_ending;
use super::plan::{FileChange, Plan};
use crate::failure::{failed, refused};
use crate::git::staging::{self, IndexEntry, Staged};
use crate::git::{Repo, path_of};

/// The file of variables.
pub const ENV: &str = ".env";
const GITIGNORE: &str = ".gitignore";

/// Lines that go to the end of a file.
#[derive(Debug)]
pub struct Append {
    /// The file.
    pub file: PathBuf,
    /// Its content; `None` if it is not there.
    pub old: Option<Vec<u8>>,
    /// The bytes to add.
    pub lines: Vec<u8>,
}

/// Reads `.env` at the top of the work tree.
///
/// # Errors
/// It is there and nothing can be added to it.
pub fn read_env(top: &Path) -> Result<Option<Vec<u8>>> {
    let file = top.join(ENV);
    let Ok(metadata) = file.symlink_metadata() else {
        return Ok(None);
    };
    if !metadata.is_file() {
        return Err(refused(
            "`.env` is no regular file, and the keys would go there",
            "move it away, or replace the link by the file that it leads to",
        ));
    }
    if metadata.permissions().readonly() {
        return Err(refused(
            "`.env` is read-only, and the keys would go there",
            if cfg!(windows) {
                "`attrib -r .env` makes it yours to write"
            } else {
                "`chmod 600 .env` makes it yours to write"
            },
        ));
    }
    let content = fs::read(&file);
    let content = content.map_err(|e| {
        failed(
            "`.env` cannot be read",
            "its permissions may not allow it",
            e,
        )
    })?;
    Ok(Some(content))
}

/// The lines that `.env` gets; `None` if there are none.
///
/// # Errors
/// Git tracks `.env`, and the plan does not change that.
pub fn env_lines(plan: &Plan<'_>, top: &Path, env: Option<Vec<u8>>) -> Result<Option<Append>> {
    let lines = plan.names.lines_for_env(env.as_deref().unwrap_or_default());
    if lines.is_empty() {
        return Ok(None);
    }
    let leaves = plan.files.iter().any(|fix| fix.path == ENV.as_bytes());
    if !leaves && staging::entry(ENV.as_bytes())? != Staged::Absent {
        return Err(refused(
            "git tracks `.env`, and the keys would go there",
            "`git rm --cached .env` takes it out of git and leaves it on the disk",
        ));
    }
    Ok(Some(Append {
        file: top.join(ENV),
        old: env,
        lines,
    }))
}

/// The lines that make git ignore files that must not be committed.
#[derive(Debug)]
pub struct Ignore {
    /// The lines, in the work tree.
    pub append: Append,
    /// The staged `.gitignore`, if it gets the lines too: its mode and new content.
    pub staged: Option<(String, Vec<u8>)>,
    /// The files that must be ignored then.
    pub files: Vec<PathBuf>,
}

/// Plans the lines that make git ignore `.env` and the files that leave the index. `None` if git
/// already ignores them.
///
/// # Errors
/// Git does not tell, or `.gitignore` cannot be read.
pub fn ignore_lines(repo: &Repo, plan: &Plan<'_>, writes_env: bool) -> Result<Option<Ignore>> {
    let top = repo.top();
    let mut wanted: Vec<Vec<u8>> = Vec::new();
    if writes_env {
        wanted.push(ENV.into());
    }
    for fix in &plan.files {
        if matches!(fix.change, FileChange::Untrack) {
            wanted.push(fix.path.clone());
        }
    }
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    let mut files = Vec::new();
    for path in wanted {
        let file = top.join(path_of(&path)?);
        if !staging::is_ignored(&file)? {
            patterns.push(pattern_of(&path));
            files.push(file);
        }
    }
    patterns.sort();
    patterns.dedup();
    if patterns.is_empty() {
        return Ok(None);
    }
    let file = top.join(GITIGNORE);
    let Some(old) = ignore_file(&file)? else {
        let exclude = staging::git_path("info/exclude")?;
        let old = read_if_there(&exclude)?;
        let lines = with_lines(old.as_deref().unwrap_or_default(), &patterns);
        let append = Append {
            file: exclude,
            old,
            lines,
        };
        return Ok(Some(Ignore {
            append,
            staged: None,
            files,
        }));
    };
    let staged = staged_ignore(repo, old.as_deref(), &patterns)?;
    let lines = with_lines(old.as_deref().unwrap_or_default(), &patterns);
    let append = Append { file, old, lines };
    Ok(Some(Ignore {
        append,
        staged,
        files,
    }))
}

/// The content of `.gitignore`, if it is there. The outer `None`: nothing can be added to it, or
/// git would not read it.
#[expect(clippy::option_option, reason = "two questions in one look")]
fn ignore_file(file: &Path) -> Result<Option<Option<Vec<u8>>>> {
    match file.symlink_metadata() {
        Ok(metadata) if !metadata.is_file() || metadata.permissions().readonly() => Ok(None),
        _ => Ok(Some(read_if_there(file)?)),
    }
}

fn read_if_there(file: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(
            format!("{} cannot be read", file.display()),
            "its permissions may not allow it",
            error,
        )),
    }
}

/// The staged `.gitignore` with the lines. One that was never added stays out of the index.
fn staged_ignore(
    repo: &Repo,
    on_disk: Option<&[u8]>,
    patterns: &[Vec<u8>],
) -> Result<Option<(String, Vec<u8>)>> {
    let (mode, content) = match staging::entry(GITIGNORE.as_bytes())? {
        Staged::File(IndexEntry { mode, id }) if mode.starts_with("100") => {
            let blobs = repo.blobs()?;
            let Some(blob) = blobs.read(&id)? else {
                return Ok(None);
            };
            (mode, blob.to_vec())
        }
        Staged::Absent if on_disk.is_none() => ("100644".into(), Vec::new()),
        _ => return Ok(None),
    };
    let mut missing = patterns.to_vec();
    missing.retain(|pattern| {
        !content
            .split(|b| *b == b'\n')
            .any(|line| line.trim_ascii() == pattern)
    });
    if missing.is_empty() {
        return Ok(None);
    }
    let lines = with_lines(&content, &missing);
    Ok(Some((mode, [content, lines].concat())))
}

/// The lines to add to a content, which may lack its last line break.
fn with_lines(content: &[u8], patterns: &[Vec<u8>]) -> Vec<u8> {
    let eol = line_ending(content).as_bytes();
    let mut lines = Vec::new();
    if !content.is_empty() && !content.ends_with(b"\n") {
        lines.extend_from_slice(eol);
    }
    for pattern in patterns {
        lines.extend_from_slice(pattern);
        lines.extend_from_slice(eol);
    }
    lines
}

/// The name of a file as a pattern that matches it in any directory.
fn pattern_of(path: &[u8]) -> Vec<u8> {
    let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
    let mut pattern = Vec::new();
    for (at, byte) in name.iter().enumerate() {
        let is_special =
            b"*?[\\".contains(byte) || at == 0 && b"#!".contains(byte) || *byte == b' ';
        if is_special {
            pattern.push(b'\\');
        }
        pattern.push(*byte);
    }
    pattern
}
