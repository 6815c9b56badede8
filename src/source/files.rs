//! Files as they are on disk, and standard input.

use std::collections::HashSet;
use std::fs::{self, DirEntry, File, FileType};
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::git::{self, stored_path};

/// Stands for standard input.
const STDIN: &str = "-";
/// Git's own directory is no content.
const GIT: &str = ".git";

/// The treatment of files that git ignores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// They are left out of a directory: no commit can hold them.
    LeftOut,
    /// They are read.
    Read,
}

/// The files of one repository, or files that belong to none.
#[derive(Debug, Default)]
pub struct Listing {
    /// Top of the repository. Its configuration judges these files.
    pub top: Option<PathBuf>,
    /// In order, each once.
    pub files: Vec<Listed>,
    /// Directories that could not be read, by the name that a report shows, and why.
    pub unread: Vec<(Vec<u8>, String)>,
    /// Number of files and directories that git ignores.
    pub ignored: usize,
    /// The whole repository is listed.
    pub is_whole: bool,
    /// Path of the top from the top of the repository around the current directory, for a
    /// repository that lies in another.
    prefix: Vec<u8>,
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its place on disk.
    pub path: PathBuf,
    /// Path from the repository's top, by which the configuration allows it.
    pub from_top: Vec<u8>,
    /// The path that a report shows.
    pub shown: Vec<u8>,
    /// True if the user named the file itself, not only a directory above it. Only then a pipe is
    /// read.
    pub is_named: bool,
}

/// Lists every file at or below these paths, repository by repository: a file has one name and one
/// configuration, wherever phguard is started and however the path is spelled.
///
/// Directories are walked, except for `.git`. Symbolic links in them are not followed. Files that
/// git ignores are skipped; git itself is asked. If git does not answer, nothing is skipped.
#[must_use]
pub fn files_below(paths: &[PathBuf], ignored: Ignored) -> Vec<Listing> {
    let here = top_of(Path::new("."));
    let mut listings: Vec<Listing> = Vec::new();
    let mut directories = Vec::new();
    for path in paths {
        if path.as_os_str() == STDIN {
            let listing = listing_of(&mut listings, here.clone(), here.as_deref());
            listing.files.push(Listed {
                path: path.clone(),
                from_top: STDIN.into(),
                shown: STDIN.into(),
                is_named: true,
            });
        } else if path.is_dir() {
            directories.push(match top_of(path) {
                Some(_) => dunce::canonicalize(path).unwrap_or_else(|_| path.clone()),
                None => path.clone(),
            });
        } else {
            let parent = path.parent().filter(|parent| *parent != Path::new(""));
            let top = top_of(parent.unwrap_or(Path::new(".")));
            listing_of(&mut listings, top, here.as_deref()).push_named(path);
        }
    }
    while let Some(directory) = directories.pop() {
        let listing = listing_of(&mut listings, top_of(&directory), here.as_deref());
        listing.is_whole |= match &listing.top {
            Some(top) => *top == directory,
            None => directory == Path::new("."),
        };
        let mut left_out = match (&listing.top, ignored) {
            (Some(top), Ignored::LeftOut) => git::ignored_below(top, &directory),
            _ => HashSet::new(),
        };
        // The user named a directory that git ignores, so it is meant to be read.
        if left_out.contains(&directory) {
            left_out.clear();
        }
        listing.walk(directory, &left_out, &mut directories);
    }
    for listing in &mut listings {
        listing
            .files
            .sort_by(|a, b| (&a.shown, !a.is_named).cmp(&(&b.shown, !b.is_named)));
        listing.files.dedup_by(|a, b| a.shown == b.shown);
    }
    listings
}

/// Finds the top of the repository around a directory: the nearest directory that has a `.git`.
/// `None` if the directory does not exist.
#[must_use]
pub fn top_of(directory: &Path) -> Option<PathBuf> {
    let directory = dunce::canonicalize(directory).ok()?;
    let top = directory
        .ancestors()
        .find(|ancestor| ancestor.join(GIT).symlink_metadata().is_ok());
    top.map(Path::to_path_buf)
}

/// Returns the listing of a repository. Starts one if there is none yet.
fn listing_of<'l>(
    listings: &'l mut Vec<Listing>,
    top: Option<PathBuf>,
    here: Option<&Path>,
) -> &'l mut Listing {
    let known = listings.iter().position(|listing| listing.top == top);
    let at = known.unwrap_or_else(|| {
        let inner = top
            .as_deref()
            .zip(here)
            .map(|(top, here)| top.strip_prefix(here));
        let mut prefix = match inner {
            Some(Ok(path)) => stored_path(path),
            _ => Vec::new(),
        };
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        listings.push(Listing {
            top,
            prefix,
            ..Listing::default()
        });
        listings.len() - 1
    });
    &mut listings[at]
}

impl Listing {
    /// Walks a directory. Repositories inside it are left to be walked on their own.
    fn walk(
        &mut self,
        directory: PathBuf,
        left_out: &HashSet<PathBuf>,
        repositories: &mut Vec<PathBuf>,
    ) {
        let mut open = vec![directory];
        while let Some(directory) = open.pop() {
            let entries = match fs::read_dir(&directory) {
                Ok(entries) => entries,
                Err(error) => {
                    self.unread(&directory, &error);
                    continue;
                }
            };
            for entry in entries {
                let kind = match &entry {
                    Ok(entry) => entry.file_type(),
                    Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
                };
                match (entry, kind) {
                    (Ok(entry), Ok(kind)) => {
                        self.enter(&entry, kind, left_out, &mut open, repositories);
                    }
                    (Ok(entry), Err(error)) => self.unread(&entry.path(), &error),
                    (Err(error), _) => self.unread(&directory, &error),
                }
            }
        }
    }

    fn enter(
        &mut self,
        entry: &DirEntry,
        kind: FileType,
        left_out: &HashSet<PathBuf>,
        open: &mut Vec<PathBuf>,
        repositories: &mut Vec<PathBuf>,
    ) {
        let path = entry.path();
        if kind.is_dir() && entry.file_name() == GIT {
            return;
        }
        if left_out.contains(&path) {
            self.ignored += 1;
        } else if kind.is_dir() && path.join(GIT).symlink_metadata().is_ok() {
            repositories.push(path);
        } else if kind.is_dir() {
            open.push(path);
        } else if kind.is_file() || kind.is_symlink() {
            // Sockets, pipes and devices cannot be committed, and reading one may never end.
            self.push(&path);
        }
    }

    fn push(&mut self, path: &Path) {
        let (from_top, shown) = self.names_of(path);
        self.files.push(Listed {
            path: path.to_owned(),
            from_top,
            shown,
            is_named: false,
        });
    }

    fn push_named(&mut self, path: &Path) {
        let real = match &self.top {
            Some(_) => real_path(path),
            None => None,
        };
        let (from_top, shown) = self.names_of(real.as_deref().unwrap_or(path));
        self.files.push(Listed {
            path: path.to_owned(),
            from_top,
            shown,
            is_named: true,
        });
    }

    fn unread(&mut self, path: &Path, error: &io::Error) {
        self.unread.push((self.names_of(path).1, error.to_string()));
    }

    /// The path from the repository's top, and the one that a report shows. Without a repository
    /// both are as they are written.
    fn names_of(&self, path: &Path) -> (Vec<u8>, Vec<u8>) {
        let from_top = match &self.top {
            Some(top) => stored_path(path.strip_prefix(top).unwrap_or(path)),
            None => written_path(path),
        };
        let shown = [&self.prefix[..], &from_top].concat();
        (from_top, shown)
    }
}

/// The path without links in its directories. The file itself may be a link, or missing.
fn real_path(path: &Path) -> Option<PathBuf> {
    let Some(name) = path.file_name() else {
        return dunce::canonicalize(path).ok();
    };
    let parent = path.parent().filter(|parent| *parent != Path::new(""));
    let parent = dunce::canonicalize(parent.unwrap_or(Path::new("."))).ok()?;
    Some(parent.join(name))
}

/// Opens the content of a file, the target of a symbolic link, or standard input.
///
/// # Errors
/// It cannot be read.
pub fn open_listed(file: &Listed) -> io::Result<Box<dyn Read>> {
    let path = &file.path;
    if path.as_os_str() == STDIN {
        return Ok(Box::new(io::stdin().lock()));
    }
    let is_content = |kind: FileType| kind.is_file() || (file.is_named && !kind.is_dir());
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

/// Writes a path as the user does, without a leading `./`.
#[must_use]
pub fn written_path(path: &Path) -> Vec<u8> {
    stored_path(path.strip_prefix(".").unwrap_or(path))
}
