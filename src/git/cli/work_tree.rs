//! What git says of the repository around a directory, whichever one its environment names.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::git::{cli, path_of};

/// The variables by which git finds a repository, and which a hook has inherited from its own.
const LOCATORS: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_IMPLICIT_WORK_TREE",
];

/// A work tree, or a bare repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTree {
    top: PathBuf,
    is_bare: bool,
    /// Whether the variables that name a repository are obeyed.
    inherits: bool,
}

impl WorkTree {
    /// The one that a directory belongs to.
    ///
    /// # Errors
    /// There is no such directory, or it belongs to no repository.
    pub fn around(directory: &Path) -> Result<Self> {
        let here = std::path::absolute(directory)?;
        ensure!(here.is_dir(), "there is no directory {}", here.display());
        let here = Self::at(&here);
        let is_bare = here.line(&["rev-parse", "--is-bare-repository"])? == b"true";
        let top = here.line(&[
            "rev-parse",
            if is_bare {
                "--absolute-git-dir"
            } else {
                "--show-toplevel"
            },
        ])?;
        Ok(Self {
            top: path_of(&top)?,
            is_bare,
            inherits: false,
        })
    }

    /// A directory, whatever it is: for what needs no repository.
    #[must_use]
    pub fn at(directory: &Path) -> Self {
        Self {
            top: directory.into(),
            is_bare: false,
            inherits: false,
        }
    }

    /// The one that git's variables name, or the one around the current directory: a hook's own.
    #[must_use]
    pub fn of_hook() -> Self {
        Self {
            top: ".".into(),
            is_bare: false,
            inherits: true,
        }
    }

    /// The top of the work tree; of a bare repository, its directory.
    #[must_use]
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// Whether it is a bare repository.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.is_bare
    }

    /// The other work trees of the repository that are there.
    ///
    /// # Errors
    /// Git cannot tell them, or one of them is broken.
    pub fn others(&self) -> Result<Vec<Self>> {
        let list = self.run(&["worktree", "list", "--porcelain"])?;
        let mut others = Vec::new();
        for entry in list
            .split_inclusive(|b| *b == b'\n')
            .collect::<Vec<_>>()
            .split(|line| *line == b"\n")
        {
            let has = |name: &[u8]| entry.iter().any(|line| line.starts_with(name));
            let path = entry
                .iter()
                .find_map(|line| line.strip_prefix(b"worktree ")?.strip_suffix(b"\n"));
            let Some(path) = path.filter(|_| !has(b"prunable") && !has(b"bare")) else {
                continue;
            };
            let path = path_of(path)?;
            // Without its directory, on a disk that is not there, nobody commits in it.
            if path.exists() {
                let tree = Self::around(&path)
                    .with_context(|| format!("the work tree {}", path.display()))?;
                if tree.top != self.top {
                    others.push(tree);
                }
            }
        }
        Ok(others)
    }

    /// Where git looks for the hooks of this work tree; the directory need not exist.
    ///
    /// # Errors
    /// `core.hooksPath` is empty or the work tree itself.
    pub fn hooks(&self) -> Result<PathBuf> {
        let path = path_of(&self.line(&["rev-parse", "--git-path", "hooks"])?)?;
        let hooks = self.top.join(path);
        let hooks = hooks.canonicalize().unwrap_or(hooks);
        let top = self.top.canonicalize()?;
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

    /// What `git config` tells with these arguments; nothing if there is no such setting.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn config_values(&self, arguments: &[&str]) -> Result<Vec<Vec<u8>>> {
        let arguments = [&["config", "-z"], arguments].concat();
        match cli::output_of(&mut self.command(&arguments))? {
            (Some(0), output, _) => {
                let output = output
                    .strip_suffix(b"\0")
                    .context("git config printed no value")?;
                Ok(output.split(|b| *b == 0).map(<[u8]>::to_vec).collect())
            }
            (Some(1), ..) => Ok(Vec::new()),
            (_, _, message) => bail!(message),
        }
    }

    /// All settings whose key matches a regular expression: keys and values.
    ///
    /// # Errors
    /// The configuration cannot be read.
    pub fn config_matching(&self, pattern: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let settings = self.config_values(&["--get-regexp", pattern])?;
        let pairs = settings.iter().map(|setting| {
            let end = setting
                .iter()
                .position(|b| *b == b'\n')
                .unwrap_or(setting.len());
            let value = setting.get(end + 1..).unwrap_or_default();
            (
                String::from_utf8_lossy(&setting[..end]).into_owned(),
                value.to_vec(),
            )
        });
        Ok(pairs.collect())
    }

    /// Runs a git command here that must succeed.
    ///
    /// # Errors
    /// It fails; with what git says.
    pub fn run(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        cli::succeeded(cli::output_of(&mut self.command(arguments))?)
    }

    /// A git command that is started here and obeys no variable that names a repository, unless it is a hook's.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = cli::command(arguments);
        command.current_dir(&self.top);
        for variable in LOCATORS.iter().filter(|_| !self.inherits) {
            command.env_remove(variable);
        }
        command
    }

    fn line(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let mut output = self.run(arguments)?;
        ensure!(
            output.pop() == Some(b'\n'),
            "git {} printed no line",
            arguments[0]
        );
        Ok(output)
    }
}

/// Git's version: the first two numbers.
///
/// # Errors
/// Git is missing, or does not tell its version.
pub fn version() -> Result<(u32, u32)> {
    let text = cli::succeeded(cli::output_of(&mut cli::command(&["--version"]))?)?;
    let text = String::from_utf8_lossy(&text);
    let mut numbers = text
        .split([' ', '.'])
        .skip(2)
        .map(|number| number.trim().parse());
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
        _ => None.with_context(|| format!("{} tells no version", text.trim())),
    }
}
