//! Files of hooks: read whole, written by a rename, one installation at a time.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// No hook is larger, and no phguard.
const MAX_SIZE: u64 = 64 * 1024 * 1024;
/// Start of the names of files that are not yet hooks.
const CANDIDATE: &str = ".phguard.";
/// An installation proves its hooks in a few seconds.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// The file under the name of a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    Nothing,
    /// A symbolic link and its target.
    Link(PathBuf),
    /// A file.
    File {
        /// Its content.
        text: Vec<u8>,
        /// True if git would run it.
        is_executable: bool,
    },
}

/// Looks at the name of a hook.
///
/// # Errors
/// It is no file, is too large, or cannot be read.
pub fn look(path: &Path) -> Result<Seen> {
    let metadata = match path.symlink_metadata() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Seen::Nothing);
        }
        metadata => metadata?,
    };
    if metadata.is_symlink() {
        return Ok(Seen::Link(fs::read_link(path)?));
    }
    let text = read(path)?;
    let is_executable = super::program::is_executable(path);
    Ok(Seen::File {
        text,
        is_executable,
    })
}

/// Reads a file whole.
///
/// # Errors
/// It is no file, is too large, or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let metadata = path.metadata()?;
    if metadata.is_dir() {
        bail!("it is a directory");
    }
    if !metadata.is_file() {
        bail!("it is no file");
    }
    if metadata.len() > MAX_SIZE {
        bail!("it is larger than 64 MiB");
    }
    let mut text = Vec::new();
    File::open(path)?.take(MAX_SIZE).read_to_end(&mut text)?;
    Ok(text)
}

/// A file under a name that git does not know. It is removed when dropped.
pub struct Candidate(pub PathBuf);

impl Candidate {
    /// Writes a file that is to become a hook.
    ///
    /// # Errors
    /// Writing fails.
    pub fn write(
        hooks: &Path,
        number: usize,
        text: &[u8],
        mode_of: Option<&Path>,
    ) -> io::Result<Self> {
        let path = hooks.join(format!("{CANDIDATE}{}.{number}", std::process::id()));
        let mut file = File::create_new(&path)?;
        let candidate = Self(path);
        file.write_all(text)?;
        match mode_of {
            Some(model) => fs::set_permissions(&candidate.0, model.metadata()?.permissions())?,
            None => make_executable(&candidate.0)?,
        }
        // After a loss of power the name must not lead to an empty hook, which would pass.
        file.sync_all()?;
        Ok(candidate)
    }

    /// Gives it the name of a hook that is not there.
    ///
    /// # Errors
    /// There is one by now, or writing fails.
    pub fn put_new(&self, hook: &Path) -> io::Result<()> {
        match fs::hard_link(&self.0, hook) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // This file system has no hard links.
            Err(_) if hook.symlink_metadata().is_err() => fs::rename(&self.0, hook),
            linked => linked,
        }
    }

    /// Gives it the name of a hook in that one's place.
    ///
    /// # Errors
    /// Writing fails.
    pub fn replace(&self, hook: &Path) -> io::Result<()> {
        fs::rename(&self.0, hook)
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

/// Removes candidates that an interrupted installation left behind. Call it under the lock.
///
/// # Errors
/// Reading or writing fails.
pub fn remove_leftovers(hooks: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(hooks) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(CANDIDATE.as_bytes()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Waits until no other phguard changes these files, and keeps others waiting until it is dropped.
/// The lock is on the directory above, so that it leaves no file.
///
/// # Errors
/// Another one holds it for too long.
pub fn lock(hooks: &Path) -> Result<Option<File>> {
    let above = hooks.parent().unwrap_or(hooks);
    // Windows opens no directory as a file. There, only the second look protects.
    let Ok(file) = File::open(above) else {
        return Ok(None);
    };
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            // A network file system without locks.
            Err(TryLockError::Error(_)) => return Ok(None),
            Err(TryLockError::WouldBlock) if start.elapsed() > MAX_WAIT => {
                bail!("another phguard is still at work on them");
            }
            Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(20)),
        }
    }
}

/// Lets git run this file.
///
/// # Errors
/// Its mode cannot be changed.
#[cfg(unix)]
pub fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Lets git run this file.
///
/// # Errors
/// None on this system.
#[cfg(not(unix))]
pub fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}
