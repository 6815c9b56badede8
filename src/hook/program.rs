//! Where the binary is that a hook should name.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// The path of this binary that lasts: the one that it was started by, or by which the shell finds
/// it. What that leads to may bear a version in its name and be gone after an update.
///
/// # Errors
/// The system does not tell the path of the running program.
pub fn lasting_path() -> Result<PathBuf> {
    let this = env::current_exe()?;
    let real = this.canonicalize()?;
    let started_by = env::args_os()
        .next()
        .map(PathBuf::from)
        .filter(|name| name.components().count() > 1);
    let started_by = started_by.map(std::path::absolute).transpose()?;
    let names = started_by.into_iter().chain(in_path("phguard"));
    let mut same = names.filter(|name| name.canonicalize().is_ok_and(|path| path == real));
    Ok(same.next().unwrap_or(this))
}

/// The program that the shell finds by this name, if its directory is absolute.
#[must_use]
pub fn in_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let directories = env::split_paths(&path).filter(|directory| directory.is_absolute());
    let mut programs = directories.map(|directory| directory.join(&name));
    programs.find(|program| is_program(program))
}

/// Whether a hook would run this program: only what is absolute, as anything else could be a file
/// of the repository.
#[must_use]
pub fn is_program(path: &Path) -> bool {
    path.is_absolute() && super::install::is_executable(path)
}
