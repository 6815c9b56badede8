//! The repository around a directory, whichever one the environment names.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::git::cli::{Git, LOCATORS};
use crate::git::path_of;

/// A work tree, or a bare repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTree {
    top: PathBuf,
    is_bare: bool,
    environment: Environment,
}

/// The treatment of the variables that name a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Environment {
    /// They are obeyed, as in a hook.
    Obeyed,
    /// They are ignored: the directory decides.
    Ignored,
}

impl WorkTree {
    /// Finds the work tree or the bare repository that a directory belongs to.
    ///
    /// # Errors
    /// There is no such directory, or it belongs to no repository.
    pub fn around(directory: &Path) -> Result<Self> {
        let here = std::path::absolute(directory)?;
        ensure!(here.is_dir(), "there is no directory {}", here.display());
        let here = Self::at(&here);
        let is_bare = here.git(&["rev-parse", "--is-bare-repository"]).line()? == b"true";
        let option = if is_bare {
            "--absolute-git-dir"
        } else {
            "--show-toplevel"
        };
        let top = here.git(&["rev-parse", option]).path()?;
        Ok(Self {
            top,
            is_bare,
            environment: Environment::Ignored,
        })
    }

    /// Takes a directory as it is. It need not belong to a repository.
    #[must_use]
    pub fn at(directory: &Path) -> Self {
        Self {
            top: directory.into(),
            is_bare: false,
            environment: Environment::Ignored,
        }
    }

    /// Takes the repository that git's variables name, or the one around the current directory: a
    /// hook's own.
    #[must_use]
    pub fn of_hook() -> Self {
        Self {
            top: ".".into(),
            is_bare: false,
            environment: Environment::Obeyed,
        }
    }

    /// The top of the work tree; of a bare repository, its directory.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Tells if it is a bare repository.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// The other work trees of the repository that exist.
    ///
    /// # Errors
    /// Git cannot list them, or one of them is broken.
    pub fn others(&self) -> Result<Vec<Self>> {
        let list = self.run(&["worktree", "list", "--porcelain", "-z"])?;
        let mut others = Vec::new();
        let mut path = None;
        // Every entry starts with its path and ends with an empty field.
        for field in list.split(|byte| *byte == 0) {
            if let Some(start) = field.strip_prefix(b"worktree ") {
                path = Some(path_of(start)?);
            } else if field.starts_with(b"prunable") || field == b"bare" {
                path = None;
            } else if field.is_empty()
                && let Some(path) = path.take()
                // Without its directory, on a disk that is not there, nobody commits in it.
                && path.exists()
            {
                let tree = Self::around(&path);
                let tree = tree.with_context(|| format!("the work tree {}", path.display()))?;
                if tree.top != self.top {
                    others.push(tree);
                }
            }
        }
        Ok(others)
    }

    /// The directory in which git looks for the hooks of this work tree. It need not exist.
    ///
    /// # Errors
    /// `core.hooksPath` is empty or the work tree itself.
    pub fn hooks(&self) -> Result<PathBuf> {
        let hooks = self
            .top
            .join(self.git(&["rev-parse", "--git-path", "hooks"]).path()?);
        let hooks = dunce::canonicalize(&hooks).unwrap_or(hooks);
        let top = dunce::canonicalize(&self.top)?;
        ensure!(
            hooks.components().ne(top.components()),
            "core.hooksPath is empty or the work tree itself"
        );
        Ok(hooks)
    }

    /// The last value of a setting, as it is written.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn config(&self, key: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.config_values(&["--get", key])?.pop())
    }

    /// The output of `git config` with these arguments. It is empty if there is no such setting.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn config_values(&self, arguments: &[&str]) -> Result<Vec<Vec<u8>>> {
        let answer = self.git(&["config", "-z"]).arguments(arguments).answer()?;
        match answer.code {
            Some(0) => {}
            Some(1) => return Ok(Vec::new()),
            _ => bail!(answer.message),
        }
        let output = answer
            .output
            .strip_suffix(b"\0")
            .context("git config printed no value")?;
        Ok(output
            .split(|byte| *byte == 0)
            .map(<[u8]>::to_vec)
            .collect())
    }

    /// All settings whose key matches a regular expression: keys and values.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn config_matching(&self, pattern: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let mut settings = Vec::new();
        for setting in self.config_values(&["--get-regexp", pattern])? {
            // A setting without `=` has no value and no newline.
            let end = setting
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap_or(setting.len());
            let key = String::from_utf8_lossy(&setting[..end]).into_owned();
            let value = setting.get(end + 1..).unwrap_or_default().to_vec();
            settings.push((key, value));
        }
        Ok(settings)
    }

    /// Runs a git command here that must succeed.
    ///
    /// # Errors
    /// The command fails. The error is git's own message.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Result<Vec<u8>> {
        self.git(arguments).output()
    }

    /// Prepares a git command that is started here.
    #[must_use]
    pub fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        self.git(arguments).into_command()
    }

    fn git<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Git {
        let git = Git::new(arguments).directory(&self.top);
        match self.environment {
            Environment::Obeyed => git,
            Environment::Ignored => git.without(&LOCATORS),
        }
    }
}

/// Git's version: the first two numbers.
///
/// # Errors
/// Git is missing, or does not tell its version.
pub fn version() -> Result<(u32, u32)> {
    let text = Git::new(&["--version"]).output()?;
    let text = String::from_utf8_lossy(&text);
    // `git version 2.47.3`, perhaps with more behind it.
    let mut numbers = text.split([' ', '.']).skip(2);
    let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) else {
        bail!("{} tells no version", text.trim());
    };
    let (Ok(major), Ok(minor)) = (major.trim().parse(), minor.trim().parse()) else {
        bail!("{} tells no version", text.trim());
    };
    Ok((major, minor))
}
