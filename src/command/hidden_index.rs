//! The check of an index that the environment does not name, see `source::locked_index`.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::Verdict;
use crate::git::Repo;
use crate::source::locked_index;

/// Checks every index that git has locked, unless git's environment names the one that counts. Each
/// is checked by this program once more, with that index in the environment, as git would start it.
pub(super) fn check(repo: &Repo) -> Result<Verdict> {
    if env::var_os("GIT_INDEX_FILE").is_some() {
        return Ok(Verdict::Clean);
    }
    for index in locked_index::complete_locks(&repo.git_directory()?)? {
        let quiet = run_again(&index, Stdio::null, Stdio::null)?;
        // The other git is done: its index was not for this commit, or has become the plain one.
        if quiet == Some(0) || !index.exists() {
            continue;
        }
        return Ok(match run_again(&index, Stdio::inherit, Stdio::inherit)? {
            Some(1) => Verdict::KeyFound,
            _ => Verdict::NotScanned,
        });
    }
    Ok(Verdict::Clean)
}

fn run_again(index: &Path, stdout: fn() -> Stdio, stderr: fn() -> Stdio) -> Result<Option<i32>> {
    let mut arguments = env::args_os();
    let name = arguments.next();
    let program = env::current_exe().context("phguard does not know where it is")?;
    let mut command = Command::new(program);
    keep_name(&mut command, name);
    let status = command
        .args(arguments)
        .env("GIT_INDEX_FILE", index)
        .stdin(Stdio::null())
        .stdout(stdout())
        .stderr(stderr())
        .status();
    Ok(status.context("phguard cannot be started again")?.code())
}

/// The program may be started by the name of a hook. It then runs the check of that hook.
#[cfg(unix)]
fn keep_name(command: &mut Command, name: Option<std::ffi::OsString>) {
    use std::os::unix::process::CommandExt;
    if let Some(name) = name {
        command.arg0(name);
    }
}

/// The program's own path has that name here.
#[cfg(not(unix))]
fn keep_name(_command: &mut Command, _name: Option<std::ffi::OsString>) {}
