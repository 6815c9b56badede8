//! Files as they are on disk, and standard input.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder};

use crate::git;

/// Stands for standard input.
const STDIN: &str = "-";
/// Git's own directory is no content.
const GIT: &str = ".git";

/// What there is to read.
#[derive(Debug, Default)]
pub struct Listing {
    /// In order, each once.
    pub files: Vec<Listed>,
    /// Directories that could not be read, and why.
    pub unread: Vec<(PathBuf, String)>,
    /// How many files and directories git ignores.
    pub ignored: usize,
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// Whether the user named it, and did not find it in a directory: a pipe is read then.
    pub is_named: bool,
}

/// Every file at or below these paths. Directories are walked, but for `.git`; symbolic links in them
/// are not followed. In a repository, what git ignores is left out, unless git tracks it all the
/// same or `no_ignore` asks for it; if git does not say what it tracks, nothing is left out.
#[must_use]
pub fn below(paths: &[PathBuf], no_ignore: bool) -> Listing {
    let mut listing = Listing::default();
    let mut open = Vec::new();
    for path in paths {
        if path.as_os_str() != STDIN && path.is_dir() {
            open.push(path.clone());
        } else {
            listing.files.push(Listed {
                path: path.clone(),
                is_named: true,
            });
        }
    }
    while let Some(directory) = open.pop() {
        let tracked = if no_ignore {
            None
        } else {
            git::tracked_below(&directory)
        };
        listing.walk(&directory, tracked, &mut open);
    }
    listing
        .files
        .sort_by(|a, b| (&a.path, !a.is_named).cmp(&(&b.path, !b.is_named)));
    listing.files.dedup_by(|a, b| a.path == b.path);
    listing
}

impl Listing {
    /// Repositories inside the directory are left to be walked on their own, by their own rules.
    fn walk(&mut self, directory: &Path, tracked: Option<Vec<PathBuf>>, open: &mut Vec<PathBuf>) {
        let (repositories, found) = mpsc::channel();
        let is_outer = move |entry: &DirEntry| {
            let is_repository =
                entry.depth() > 0 && is_directory(entry) && entry.path().join(GIT).exists();
            !is_git(entry)
                && (!is_repository || repositories.send(entry.path().to_owned()).is_err())
        };
        let walk = WalkBuilder::new(directory)
            .standard_filters(false)
            .parents(tracked.is_some())
            .git_ignore(tracked.is_some())
            .git_exclude(tracked.is_some())
            .git_global(tracked.is_some())
            .filter_entry(is_outer)
            .build();
        let mut known = HashSet::new();
        let mut directories = Vec::new();
        for entry in walk {
            match entry {
                Ok(entry) if is_directory(&entry) => directories.push(entry.into_path()),
                Ok(entry) => {
                    self.push(entry.path());
                    known.insert(entry.into_path());
                }
                Err(error) => self.unread.push((
                    place(&error).unwrap_or(directory).to_owned(),
                    reason(&error),
                )),
            }
        }
        let inner: Vec<_> = found.try_iter().collect();
        known.extend(directories.iter().chain(&inner).cloned());
        for path in tracked
            .into_iter()
            .flatten()
            .map(|path| directory.join(path))
        {
            if !known.contains(&path) {
                if path.is_dir() && !path.is_symlink() {
                    open.push(path.clone());
                } else {
                    self.push(&path);
                }
                known.insert(path);
            }
        }
        self.ignored += directories
            .iter()
            .map(|directory| unknown_in(directory, &known))
            .sum::<usize>();
        open.extend(inner);
    }

    /// Sockets, pipes and devices have no content to commit; to read one may take for ever. What is
    /// not there is tracked, and deleted.
    fn push(&mut self, path: &Path) {
        let has_content = match path.symlink_metadata().map(|metadata| metadata.file_type()) {
            Ok(kind) => kind.is_file() || kind.is_symlink(),
            Err(error) => !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
        };
        if has_content {
            self.files.push(Listed {
                path: path.to_owned(),
                is_named: false,
            });
        }
    }
}

fn is_directory(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
        || (entry.depth() == 0 && entry.path().is_dir())
}

fn is_git(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name() == GIT && is_directory(entry)
}

/// How many entries of a directory the walk did not show.
fn unknown_in(directory: &Path, known: &HashSet<PathBuf>) -> usize {
    // What cannot be read was reported by the walk.
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name() != GIT && !known.contains(&entry.path()))
        .count()
}

fn place(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            place(err)
        }
        _ => None,
    }
}

fn reason(error: &ignore::Error) -> String {
    error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

/// The content of a file, the target of a symbolic link, or standard input.
///
/// # Errors
/// It cannot be read.
pub fn open(file: &Listed) -> io::Result<Box<dyn Read>> {
    let path = &file.path;
    if path.as_os_str() == STDIN {
        return Ok(Box::new(io::stdin().lock()));
    }
    let is_content = |kind: fs::FileType| kind.is_file() || (file.is_named && !kind.is_dir());
    match path.metadata().map(|metadata| metadata.file_type()) {
        Ok(kind) if is_content(kind) => Ok(Box::new(File::open(path)?)),
        _ if path.is_symlink() => Ok(Box::new(Cursor::new(
            fs::read_link(path)?.into_os_string().into_encoded_bytes(),
        ))),
        Ok(_) => Err(io::Error::new(
            ErrorKind::InvalidInput,
            "it is no regular file",
        )),
        Err(error) => Err(error),
    }
}

/// The path as a report shows it.
#[must_use]
pub fn name(path: &Path) -> &[u8] {
    let path = path.strip_prefix(".").unwrap_or(path);
    path.as_os_str().as_encoded_bytes()
}
