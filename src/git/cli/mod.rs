//! git's own commands, for everything that libgit2 refuses: SHA-256, reftable, sparse and split
//! indexes, unknown extensions, another user's repository that git itself trusts, and more.

pub(crate) mod ignored;
pub(crate) mod lfs;
pub(crate) mod raw_diff;
pub(crate) mod refs;
pub(crate) mod remotes;
pub(crate) mod rename_sources;
pub(crate) mod repository;
pub(crate) mod rev_list;
pub mod staging;
pub(crate) mod work_tree;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::git::{ObjectId, path_of};

/// The variables by which git finds a repository. A hook inherits those of its own repository.
pub const LOCATORS: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_IMPLICIT_WORK_TREE",
];

/// The variables that change the meaning of a path on git's command line.
const PATHSPEC_SETTINGS: [&str; 4] = [
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// A git command. Every call of git is one of these: it sees the objects as they are, fetches
/// nothing and, outside `staging`, changes nothing.
pub(crate) struct Git {
    command: Command,
    input: Vec<u8>,
}

/// The result of a git command that ran.
pub(crate) struct Answer {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) output: Vec<u8>,
    /// Its standard error, on one line.
    pub(crate) message: String,
}

impl Git {
    pub(crate) fn new<A: AsRef<OsStr>>(arguments: &[A]) -> Self {
        let mut command = Command::new("git");
        command
            .args(["--no-pager", "-c", "core.fsmonitor=false"])
            .args(arguments)
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        Self {
            command,
            input: Vec::new(),
        }
        .without(&PATHSPEC_SETTINGS)
    }

    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn arguments(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, variables: &[&str]) -> Self {
        for name in variables {
            self.command.env_remove(name);
        }
        self
    }

    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Gives the command this standard input. It must read all of it before it writes.
    pub(crate) fn input(mut self, input: Vec<u8>) -> Self {
        self.command.stdin(Stdio::piped());
        self.input = input;
        self
    }

    /// Keeps the terminal's interrupt from a command that must be done as a whole.
    #[cfg(unix)]
    pub(crate) fn own_group(mut self) -> Self {
        use std::os::unix::process::CommandExt;
        self.command.process_group(0);
        self
    }

    /// Keeps the terminal's interrupt from a command that must be done as a whole.
    #[cfg(not(unix))]
    pub(crate) fn own_group(self) -> Self {
        self
    }

    /// The command itself, for a caller that talks to it while it runs.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    /// Runs the command. An exit code other than 0 is an answer, too.
    pub(crate) fn answer(mut self) -> Result<Answer> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().context("git cannot be started")?;
        let written = match child.stdin.take() {
            Some(mut stdin) => stdin.write_all(&self.input),
            None => Ok(()),
        };
        let output = child.wait_with_output().context("git was lost")?;
        let message = match error_text(&output.stderr) {
            Some(message) => message,
            None => "git failed and did not say why".to_owned(),
        };
        if output.status.success() {
            written.context("git did not read its input")?;
        }
        Ok(Answer {
            code: output.status.code(),
            output: output.stdout,
            message,
        })
    }

    /// Runs a command that must succeed and returns its output.
    pub(crate) fn output(self) -> Result<Vec<u8>> {
        let answer = self.answer()?;
        match answer.code {
            Some(0) => Ok(answer.output),
            _ => bail!(answer.message),
        }
    }

    /// Runs a command that must print one line and returns that line without its end.
    pub(crate) fn line(self) -> Result<Vec<u8>> {
        let mut output = self.output()?;
        ensure!(output.pop() == Some(b'\n'), "git printed no line");
        Ok(output)
    }

    /// Runs a command that must print one path.
    pub(crate) fn path(self) -> Result<PathBuf> {
        path_of(&self.line()?)
    }

    /// Runs a command whose exit code 1 means that there is nothing to list.
    pub(crate) fn list(self) -> Result<Vec<u8>> {
        let answer = self.answer()?;
        match answer.code {
            Some(0) => Ok(answer.output),
            Some(1) => Ok(Vec::new()),
            _ => bail!(answer.message),
        }
    }
}

/// Joins the lines of git's standard error. `None` if there are none.
pub(crate) fn error_text(stderr: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(stderr);
    let mut lines = Vec::new();
    for line in text.lines() {
        if !line.trim().is_empty() {
            lines.push(line.trim());
        }
    }
    if lines.is_empty() {
        return None;
    }
    Some(format!("git: {}", lines.join("; ")))
}

/// The lines of an output that are not empty.
pub(crate) fn lines(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
}

/// The fields of an output in which each ends with a NUL byte.
pub(crate) fn fields(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    output
        .split(|byte| *byte == 0)
        .filter(|field| !field.is_empty())
}

/// Reads an object id that git printed.
pub(crate) fn printed_id(hexadecimal: &[u8]) -> Result<ObjectId> {
    ObjectId::from_hex(hexadecimal).context("git printed no object id")
}
