//! Replaces a file as a whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A file beside another one, which takes its place or is removed.
pub struct Successor {
    /// The file that is replaced; links are followed.
    target: PathBuf,
    path: PathBuf,
    is_placed: bool,
}

impl Successor {
    /// Opens an empty file in the same directory.
    ///
    /// # Errors
    /// The directory cannot be written to.
    pub fn of(target: &Path) -> Result<(Self, File)> {
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        for number in 0..100 {
            let mut name = OsString::from(".");
            name.push(target.file_name().unwrap_or_default());
            name.push(format!(".phguard-{}-{number}", std::process::id()));
            let path = target.with_file_name(name);
            match new_file(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => {
                    let file =
                        made.with_context(|| format!("{} cannot be written", path.display()))?;
                    let successor = Self {
                        target,
                        path,
                        is_placed: false,
                    };
                    return Ok((successor, file));
                }
            }
        }
        anyhow::bail!("there is no free name beside {}", target.display())
    }

    /// Puts it in the place of the file, with that file's mode.
    ///
    /// # Errors
    /// The file cannot be renamed, or its mode cannot be set.
    pub fn place(mut self, file: File) -> Result<()> {
        let unplaced = || format!("{} cannot be replaced", self.target.display());
        if let Ok(metadata) = self.target.metadata() {
            file.set_permissions(metadata.permissions())
                .with_context(unplaced)?;
        }
        file.sync_all().with_context(unplaced)?;
        drop(file);
        fs::rename(&self.path, &self.target).with_context(unplaced)?;
        self.is_placed = true;
        Ok(())
    }
}

impl Drop for Successor {
    fn drop(&mut self) {
        if !self.is_placed {
            // An unfinished file of a hidden name does no harm.
            drop(fs::remove_file(&self.path));
        }
    }
}

/// Nobody else may read it before it has its mode.
fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a file if its content is still `before`.
///
/// # Errors
/// Somebody else has changed it, or it cannot be written; then it is as it was.
pub(super) fn replace_file(file: &Path, text: &[u8], before: Option<&[u8]>) -> Result<()> {
    let directory = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)
        .with_context(|| format!("{} cannot be made", directory.display()))?;
    let (successor, mut output) = Successor::of(file)?;
    output
        .write_all(text)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    #[cfg(unix)]
    if before.is_none() {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        output.set_permissions(mode)?;
    }
    let now = fs::read(file).ok();
    ensure!(
        now.as_deref() == before,
        "{} was changed at the same time",
        file.display()
    );
    successor.place(output)
}
