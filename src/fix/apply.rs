//! Writes a plan: all of it, or nothing.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail, ensure};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::places::{Append, Ignore};
use super::plan::{FileChange, FileFix, Plan};
use crate::git::staging::{self, IndexChange, IndexEntry, Staged};

/// Prefix of a file in the repository's own directory that holds a new content until it is renamed.
const SCRATCH: &str = "phguard-fix.";

/// Writes `.gitignore`, `.env`, the files of the work tree, and the index, in this order. A failure
/// or an interrupt before the last step undoes all earlier steps.
///
/// # Errors
/// Something changed meanwhile, cannot be written, or the user interrupts.
pub fn apply(plan: &Plan<'_>, env: Option<&Append>, ignore: Option<&Ignore>) -> Result<()> {
    let interrupt = Interrupt::watch()?;
    let scratch = staging::git_path(&format!("{SCRATCH}{}", std::process::id()))?;
    remove_leftovers(&scratch);
    let changes = index_changes(plan, ignore)?;
    let mut undo = Undo::new(scratch.clone());
    if let Some(ignore) = ignore {
        append_lines(&ignore.append, Access::Everybody, &mut undo)?;
        for file in &ignore.files {
            ensure!(
                staging::is_ignored(file)?,
                "git does not ignore {}",
                file.display()
            );
        }
    }
    interrupt.check()?;
    if let Some(env) = env {
        append_lines(env, Access::Owner, &mut undo)?;
    }
    for fix in &plan.files {
        interrupt.check()?;
        if let FileChange::Rewrite {
            work_tree: Some(version),
            ..
        } = &fix.change
        {
            let file = &fix.on_disk;
            undo.steps.push(Step::Rewrite(
                file.clone(),
                version.new.clone(),
                version.old.clone(),
            ));
            replace_file(file, &version.old, &version.new, &scratch)?;
        }
    }
    interrupt.check()?;
    must_be_unchanged(&plan.files)?;
    if let Err(error) = staging::update(&changes) {
        // Git may have been ended after it had done all.
        let is_done = changes
            .iter()
            .all(|change| is_in_index(change).unwrap_or(false));
        if !is_done {
            return Err(error).context("the index cannot be written");
        }
    }
    undo.steps.clear();
    staging::refresh();
    Ok(())
}

/// The changes of the index, whose contents are stored now.
fn index_changes(plan: &Plan<'_>, ignore: Option<&Ignore>) -> Result<Vec<IndexChange>> {
    let mut changes = Vec::new();
    for fix in &plan.files {
        let entry = match &fix.change {
            FileChange::Untrack => fix.entry.removed(),
            FileChange::Rewrite { staged, .. } => IndexEntry {
                mode: fix.entry.mode.clone(),
                id: staging::write_blob(&staged.new)?,
            },
        };
        changes.push(IndexChange {
            path: fix.path.clone(),
            entry,
        });
    }
    if let Some((mode, content)) = ignore.and_then(|ignore| ignore.staged.as_ref()) {
        changes.push(IndexChange {
            path: b".gitignore".to_vec(),
            entry: IndexEntry {
                mode: mode.clone(),
                id: staging::write_blob(content)?,
            },
        });
    }
    Ok(changes)
}

fn must_be_unchanged(files: &[FileFix]) -> Result<()> {
    for fix in files {
        let is_same = staging::entry(&fix.path)? == Staged::File(fix.entry.clone());
        ensure!(is_same, "another command changed the index meanwhile");
    }
    Ok(())
}

fn is_in_index(change: &IndexChange) -> Result<bool> {
    let staged = staging::entry(&change.path)?;
    Ok(match change.entry.mode.as_str() {
        "0" => staged == Staged::Absent,
        _ => staged == Staged::File(change.entry.clone()),
    })
}

/// Tells of an interrupt that came while files are written.
struct Interrupt {
    seen: Arc<AtomicBool>,
    handlers: Vec<signal_hook::SigId>,
}

impl Interrupt {
    fn watch() -> Result<Self> {
        let seen = Arc::new(AtomicBool::new(false));
        let mut handlers = Vec::new();
        for signal in [SIGINT, SIGTERM] {
            handlers.push(signal_hook::flag::register(signal, Arc::clone(&seen))?);
        }
        Ok(Self { seen, handlers })
    }

    fn check(&self) -> Result<()> {
        if self.seen.load(Ordering::SeqCst) {
            bail!("it was interrupted");
        }
        Ok(())
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            signal_hook::low_level::unregister(handler);
        }
    }
}

/// Undoes the recorded steps when it is dropped, unless they are cleared first.
struct Undo {
    steps: Vec<Step>,
    scratch: PathBuf,
}

enum Step {
    /// Removes a file that was new.
    Remove(PathBuf),
    /// Cuts a file to its old length and gives it its old permissions.
    Cut(PathBuf, u64, Permissions),
    /// Gives a file its old content, if it has the new one: file, new, old.
    Rewrite(PathBuf, Vec<u8>, Vec<u8>),
}

impl Undo {
    fn new(scratch: PathBuf) -> Self {
        Self {
            steps: Vec::new(),
            scratch,
        }
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        for step in self.steps.drain(..).rev() {
            // An error is already on its way; there is nothing better to do about a second one.
            drop(match step {
                Step::Remove(file) => fs::remove_file(&file).map_err(Into::into),
                Step::Cut(file, length, permissions) => {
                    truncate_file(&file, length, permissions).map_err(Into::into)
                }
                Step::Rewrite(file, new, old) => replace_file(&file, &new, &old, &self.scratch),
            });
        }
        drop(fs::remove_file(&self.scratch));
    }
}

fn truncate_file(file: &Path, length: u64, permissions: Permissions) -> io::Result<()> {
    OpenOptions::new().write(true).open(file)?.set_len(length)?;
    fs::set_permissions(file, permissions)
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Everybody,
    Owner,
}

/// Adds lines to the end of a file by a single write.
fn append_lines(append: &Append, access: Access, undo: &mut Undo) -> Result<()> {
    let Append { file, old, lines } = append;
    let what = || format!("{} cannot be written", file.display());
    let mut options = OpenOptions::new();
    options.append(true);
    if let Some(old) = old {
        let now = fs::read(file).with_context(what)?;
        ensure!(now == *old, "{} was changed meanwhile", file.display());
        let permissions = fs::metadata(file).with_context(what)?.permissions();
        undo.steps.push(Step::Cut(
            file.clone(),
            old.len() as u64,
            permissions.clone(),
        ));
        if access == Access::Owner {
            fs::set_permissions(file, for_owner(&permissions)).with_context(what)?;
        }
    } else {
        options.create_new(true);
        if let Some(directory) = file.parent() {
            fs::create_dir_all(directory).with_context(what)?;
        }
        if access == Access::Owner {
            make_private(&mut options);
        }
    }
    let mut opened = options.open(file).with_context(what)?;
    if old.is_none() {
        undo.steps.push(Step::Remove(file.clone()));
    }
    opened.write_all(lines).with_context(what)?;
    opened.sync_all().with_context(what)
}

/// Replaces a file's content by a rename, so that it has the old one or the new one at any moment.
fn replace_file(file: &Path, old: &[u8], new: &[u8], scratch: &Path) -> Result<()> {
    let what = || format!("{} cannot be written", file.display());
    let metadata = file.symlink_metadata().with_context(what)?;
    ensure!(
        metadata.is_file(),
        "{} was changed meanwhile",
        file.display()
    );
    ensure!(
        fs::read(file).with_context(what)? == old,
        "{} was changed meanwhile",
        file.display()
    );
    write_scratch(scratch, new, &metadata).with_context(what)?;
    match fs::rename(scratch, file) {
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {}
        renamed => return renamed.with_context(what),
    }
    drop(fs::remove_file(scratch));
    let mut name = std::ffi::OsString::from(".");
    name.push(SCRATCH);
    name.push(file.file_name().unwrap_or_default());
    let scratch_path = file.with_file_name(name);
    let written =
        write_scratch(&scratch_path, new, &metadata).and_then(|()| fs::rename(&scratch_path, file));
    if written.is_err() {
        drop(fs::remove_file(&scratch_path));
    }
    written.with_context(what)
}

fn write_scratch(scratch: &Path, content: &[u8], like: &fs::Metadata) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    make_private(&mut options);
    let mut file = options.open(scratch)?;
    file.write_all(content)?;
    same_owner(&file, like)?;
    file.set_permissions(like.permissions())?;
    file.sync_all()
}

/// Removes the files that a killed run has left behind.
fn remove_leftovers(scratch: &Path) {
    let Some(Ok(entries)) = scratch.parent().map(fs::read_dir) else {
        return;
    };
    for entry in entries.flatten() {
        if entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(SCRATCH.as_bytes())
        {
            drop(fs::remove_file(entry.path()));
        }
    }
}

#[cfg(unix)]
fn make_private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn make_private(_: &mut OpenOptions) {}

#[cfg(unix)]
fn for_owner(permissions: &Permissions) -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(permissions.mode() & 0o700)
}

#[cfg(not(unix))]
fn for_owner(permissions: &Permissions) -> Permissions {
    permissions.clone()
}

/// A file that another user owns stays theirs.
#[cfg(unix)]
fn same_owner(file: &File, like: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let now = file.metadata()?;
    if (now.uid(), now.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    std::os::unix::fs::fchown(file, Some(like.uid()), Some(like.gid()))
}

#[cfg(not(unix))]
fn same_owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}
