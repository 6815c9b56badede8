//! Examines the files that the next `git add -A` would take, and the files of secrets that others on
//! this machine can read, by their content.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Line, commands, mend, typed_path};
use crate::finding::Finding;
use crate::git::{WorkTree, path_of};
use crate::key::Fingerprint;
use crate::scan::Outcome;

/// Number of findings that are named.
const SHOWN: usize = 10;
/// The permissions of everybody but the owner.
#[cfg(unix)]
const OTHERS: u32 = 0o077;

/// Files to be searched for keys. Paths are from the top of the work tree.
#[derive(Debug, Default)]
pub struct Candidates {
    /// Untracked files that git does not ignore.
    pub(super) untracked: HashSet<PathBuf>,
    /// Tracked files that are changed on the disk.
    changed: HashSet<PathBuf>,
    /// Files of environment variables, ignored ones among them.
    pub(super) environment: HashSet<PathBuf>,
}

impl Candidates {
    /// Lists the files of a work tree.
    ///
    /// # Errors
    /// Git cannot list them.
    pub fn of(tree: &WorkTree) -> Result<Self> {
        let untracked = listed_files(tree, &["--others", "--exclude-standard"])?;
        let changed = listed_files(tree, &["--modified"])?;
        let files = listed_files(tree, &["--cached", "--others", "--", ":(top,glob)**/.env*"])?;
        let mut environment = HashSet::new();
        for file in files {
            if file.file_name().is_some_and(mend::is_environment_name) {
                environment.insert(file);
            }
        }
        Ok(Self {
            untracked,
            changed,
            environment,
        })
    }

    /// All of them, in order.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        let all = [&self.untracked, &self.changed, &self.environment];
        let mut paths: Vec<PathBuf> = all.into_iter().flatten().cloned().collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Tells whether the next `git add -A` would take a file as it is on the disk.
    fn would_be_added(&self, path: &Path) -> bool {
        self.untracked.contains(path) || self.changed.contains(path)
    }
}

/// Files as git lists them; those that are gone, or are repositories of their own, are left out.
fn listed_files(tree: &WorkTree, options: &[&str]) -> Result<HashSet<PathBuf>> {
    let arguments = [&["ls-files", "-z"], options].concat();
    let mut files = HashSet::new();
    for name in tree.run(&arguments)?.split(|byte| *byte == 0) {
        if name.is_empty() || name.ends_with(b"/") {
            continue;
        }
        let path = path_of(name)?;
        let is_file = tree.top().join(&path).symlink_metadata();
        if is_file.is_ok_and(|metadata| !metadata.is_dir()) {
            files.insert(path);
        }
    }
    Ok(files)
}

/// Keys of tracked files as they are in the index: they are told already.
#[must_use]
pub fn told_keys(tracked: &Result<Outcome>) -> HashSet<(Vec<u8>, Fingerprint)> {
    let mut told = HashSet::new();
    if let Ok(outcome) = tracked {
        for finding in &outcome.findings {
            told.insert((finding.location.path.clone(), finding.fingerprint));
        }
    }
    told
}

/// Returns the lines about a scan of the candidates.
pub(super) fn examine(
    tree: &WorkTree,
    candidates: &Candidates,
    outcome: &Outcome,
    told: &HashSet<(Vec<u8>, Fingerprint)>,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for unscanned in &outcome.unscanned {
        lines.push(Line::unknown(
            &String::from_utf8_lossy(&unscanned.path),
            format!("it could not be scanned: {}", unscanned.reason),
            commands::at_top(tree, &format!("{} --files .", commands::phguard())),
        ));
    }
    let mut hidden = 0;
    for finding in &outcome.findings {
        let Some(path) = file_of(finding) else {
            continue;
        };
        let key = (finding.location.path.clone(), finding.fingerprint);
        if !candidates.would_be_added(&path) || told.contains(&key) {
            continue;
        }
        if lines.len() < SHOWN {
            lines.push(addable_line(tree, finding, &path));
        } else {
            hidden += 1;
        }
    }
    if hidden > 0 {
        lines.push(Line::wrong(
            "files that git would add",
            format!("{hidden} more keys"),
            commands::at_top(tree, &format!("{} --files . --all", commands::phguard())),
        ));
    }
    lines.extend(open_to_others(tree, candidates, outcome));
    if lines.is_empty() {
        let count = candidates.untracked.len() + candidates.changed.len();
        lines.push(Line::note(
            "files that git would add",
            format!("no secret key in {count} untracked or changed ones"),
        ));
    }
    lines
}

/// The file on the disk: of a member of an archive the archive.
pub(super) fn file_of(finding: &Finding) -> Option<PathBuf> {
    let path = match &finding.container {
        Some(container) => container,
        None => &finding.location.path,
    };
    path_of(path).ok()
}

fn addable_line(tree: &WorkTree, finding: &Finding, path: &Path) -> Line {
    let place = &finding.location;
    let about = format!("{}:{}", String::from_utf8_lossy(&place.path), place.line);
    let key = format!("a {}, {}", finding.kind.name, finding.excerpt.key.as_str());
    if let Some(filter) = filter_of(tree, path) {
        let text = format!("{key}; `git add -A` gives it to the filter {filter} first");
        return Line::note(&about, text);
    }
    let mend = if mend::belongs_to_one_machine(path) {
        format!("{} doctor --fix", commands::phguard())
    } else {
        format!(
            "{} explain {}: take it out before you add the file",
            commands::phguard(),
            finding.kind.prefix
        )
    };
    Line::wrong(
        &about,
        format!("{key}; the next `git add -A` would take it"),
        mend,
    )
}

/// The filter that changes a file before git stores it. That of LFS changes nothing in it.
fn filter_of(tree: &WorkTree, path: &Path) -> Option<String> {
    let mut command = tree.command(&["check-attr", "-z", "filter", "--"]);
    let output = command.arg(path).output().ok()?;
    let value = output.stdout.split(|byte| *byte == 0).nth(2)?;
    match value {
        b"unspecified" | b"unset" | b"set" | b"lfs" | b"" => None,
        name => Some(String::from_utf8_lossy(name).into_owned()),
    }
}

/// Files of environment variables that hold a key and are readable by others.
fn open_to_others(tree: &WorkTree, candidates: &Candidates, outcome: &Outcome) -> Vec<Line> {
    let mut lines = Vec::new();
    for path in environment_files_with_keys(candidates, outcome) {
        let Some(mode) = open_mode(&tree.top().join(&path)) else {
            continue;
        };
        let file = typed_path(&tree.top().join(&path));
        lines.push(Line::wrong(
            &path.to_string_lossy(),
            format!("it holds a key, and others on this machine can read it (mode {mode:o})"),
            format!("chmod go= {file}"),
        ));
    }
    lines
}

/// Files of environment variables in which a key was found, in order and each once.
pub(super) fn environment_files_with_keys(
    candidates: &Candidates,
    outcome: &Outcome,
) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for finding in &outcome.findings {
        if let Some(path) = file_of(finding)
            && candidates.environment.contains(&path)
        {
            files.push(path);
        }
    }
    files.sort();
    files.dedup();
    files
}

/// The permissions of a regular file that others than its owner have some of.
#[cfg(unix)]
pub(super) fn open_mode(file: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.symlink_metadata().ok()?;
    let mode = metadata.permissions().mode() & 0o777;
    (metadata.is_file() && mode & OTHERS != 0).then_some(mode)
}

/// Other systems have other permissions.
#[cfg(not(unix))]
pub(super) fn open_mode(_: &Path) -> Option<u32> {
    None
}

/// Takes a file's permissions from everybody but its owner.
#[cfg(unix)]
pub(super) fn close_to_others(file: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode & !OTHERS))
}

/// Other systems have other permissions.
#[cfg(not(unix))]
pub(super) fn close_to_others(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// The name of a file.
pub(super) fn name_of(path: &Path) -> &OsStr {
    path.file_name().unwrap_or_default()
}
