//! The repository of a canary, sealed off from the user's configuration, and the commands that run in it.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::{Act, SetUp, TAIL};
use crate::config;
use crate::hook::{Event, files};
use crate::time_limit::wait_for;

/// A hook that takes longer is taken for one that hangs.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// An empty repository out of reach of the user's configuration; removed when dropped.
pub(super) struct Canary {
    directory: PathBuf,
}

/// The outcome of a command.
pub(super) struct Said {
    pub(super) succeeded: bool,
    pub(super) text: String,
}

impl Said {
    /// A terminal of another character set than UTF-8 gets dots in place of the ellipsis.
    pub(super) fn names_the_key(&self) -> bool {
        let masked = ["…", "..."].map(|middle| format!("phx_{middle}{TAIL}"));
        masked.iter().any(|key| self.text.contains(key))
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text.trim();
        write!(
            f,
            "it said: {}",
            if text.is_empty() { "nothing" } else { text }
        )
    }
}

impl Canary {
    /// A directory in which a program can run, without a repository.
    pub(super) fn without_git() -> Result<Self> {
        let canary = Self {
            directory: new_directory()?,
        };
        fs::create_dir(canary.directory.join("repository"))?;
        Ok(canary)
    }

    pub(super) fn new(
        event: Event,
        set_up: SetUp<'_>,
        configuration: Option<&[u8]>,
    ) -> Result<Self> {
        let canary = Self {
            directory: new_directory()?,
        };
        for name in ["home", "hooks", "repository"] {
            fs::create_dir(canary.directory.join(name))?;
        }
        canary.git(&["init", "-q", "--template="])?;
        canary.git(&["config", "core.hooksPath", "../hooks"])?;
        if let Some(text) = configuration {
            fs::write(
                canary.directory.join("repository").join(config::FILE_NAME),
                text,
            )?;
            canary.git(&["add", config::FILE_NAME])?;
        }
        match set_up {
            SetUp::Program(program) => canary.link(event, program)?,
            SetUp::Text(text) => canary.write_hook(event, text)?,
            SetUp::Command(command) => {
                canary.git(&["config", "hook.canary.command", command])?;
                canary.git(&["config", "hook.canary.event", event.name()])?;
            }
        }
        Ok(canary)
    }

    /// Runs git with a change that holds this value.
    pub(super) fn act(&self, act: Act, value: &str) -> Result<Said> {
        match act {
            Act::Commit => {
                self.stage_value(value)?;
                self.try_git(&["commit", "-q", "-m", "a change"])
            }
            Act::CommitAll => {
                self.commit_value("base")?;
                self.write(value)?;
                self.try_git(&["commit", "-q", "-a", "-m", "a change"])
            }
            Act::CommitPath => {
                self.commit_value("base")?;
                self.write(value)?;
                self.try_git(&["commit", "-q", "-m", "a change", "canary"])
            }
            Act::CommitUnverified => {
                self.stage_value(value)?;
                self.try_git(&["commit", "-q", "--no-verify", "-m", "a change"])
            }
            Act::Message => self.try_git(&["commit", "-q", "--allow-empty", "-m", value]),
            Act::Merge => self.merge_value(value),
            Act::Push => self.push_value(value),
        }
    }

    /// A link, so that the program runs from where it is.
    fn link(&self, event: Event, program: &Path) -> Result<()> {
        let hook = self.directory.join("hooks").join(event.name());
        #[cfg(unix)]
        std::os::unix::fs::symlink(program, hook)?;
        #[cfg(not(unix))]
        fs::copy(program, hook)?;
        Ok(())
    }

    fn write_hook(&self, event: Event, text: &[u8]) -> Result<()> {
        let hook = self.directory.join("hooks").join(event.name());
        fs::write(&hook, text)?;
        files::make_executable(&hook)?;
        Ok(())
    }

    /// A merge adds no line of its own, but one with a driver that does.
    fn merge_value(&self, value: &str) -> Result<Said> {
        self.commit_value("base")?;
        self.git(&["branch", "side"])?;
        self.commit_value("ours")?;
        self.git(&["checkout", "-q", "side"])?;
        self.commit_value("theirs")?;
        fs::write(self.directory.join("merged"), line_with(value))?;
        self.git(&["config", "merge.canary.driver", "cat ../merged >%A"])?;
        fs::create_dir_all(self.directory.join("repository/.git/info"))?;
        fs::write(
            self.directory.join("repository/.git/info/attributes"),
            "* merge=canary\n",
        )?;
        self.try_git(&["merge", "--no-edit", "@{-1}"])
    }

    /// The remote repository has the same hooks, for those that run there.
    fn push_value(&self, value: &str) -> Result<Said> {
        self.commit_value(value)?;
        self.git(&["init", "-q", "--bare", "--template=", "../remote"])?;
        self.git(&[
            "--git-dir=../remote",
            "config",
            "core.hooksPath",
            "../hooks",
        ])?;
        self.try_git(&["push", "-q", "../remote", "HEAD"])
    }

    fn commit_value(&self, value: &str) -> Result<()> {
        self.stage_value(value)?;
        self.git(&["commit", "-q", "--no-verify", "-m", "a change"])
    }

    fn write(&self, value: &str) -> Result<()> {
        fs::write(self.directory.join("repository/canary"), line_with(value))?;
        Ok(())
    }

    fn stage_value(&self, value: &str) -> Result<()> {
        self.write(value)?;
        self.git(&["add", "canary"])
    }

    fn try_git(&self, arguments: &[&str]) -> Result<Said> {
        self.run(self.command("git").args(arguments))
    }

    fn git(&self, arguments: &[&str]) -> Result<()> {
        let said = self.try_git(arguments)?;
        if said.succeeded {
            Ok(())
        } else {
            bail!("git {}: {said}", arguments[0])
        }
    }

    /// A command in the repository, with nothing of the user's environment that it or a hook obeys.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let bytes = name.as_encoded_bytes();
            if bytes.starts_with(b"GIT_") && name != "GIT_EXEC_PATH"
                || bytes.starts_with(b"PRE_COMMIT")
            {
                command.env_remove(&name);
            }
        }
        let home = self.directory.join("home");
        command
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home)
            .current_dir(self.directory.join("repository"));
        for (name, value) in [
            // Git for Windows knows this name, too.
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "canary"),
            ("GIT_AUTHOR_EMAIL", "canary"),
            ("GIT_COMMITTER_NAME", "canary"),
            ("GIT_COMMITTER_EMAIL", "canary"),
            ("GIT_DEFAULT_HASH", "sha1"),
            ("GIT_DEFAULT_REF_FORMAT", "files"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("NO_COLOR", "1"),
            ("LC_ALL", "C"),
        ] {
            command.env(name, value);
        }
        command
    }

    /// Runs a command to its end or the time limit. It writes to a file: a grandchild that lives on
    /// would keep a pipe open.
    pub(super) fn run(&self, command: &mut Command) -> Result<Said> {
        let log = self.directory.join("log");
        let file = File::create(&log)?;
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        let mut child = command
            .spawn()
            .with_context(|| format!("{} cannot be started", command.get_program().display()))?;
        let status = wait_for(&mut child, TIME_LIMIT)?;
        let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        Ok(Said {
            succeeded: status.success(),
            text,
        })
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        // Files left in the directory for temporary files do no harm there.
        drop(fs::remove_dir_all(&self.directory));
    }
}

fn line_with(value: &str) -> String {
    format!("POSTHOG_KEY={value}\n")
}

fn new_directory() -> Result<PathBuf> {
    let parent = std::env::temp_dir();
    for number in 0..1000 {
        let directory = parent.join(format!("phguard-canary.{}.{number}", std::process::id()));
        match make_private(&directory) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                made.with_context(|| format!("{} cannot be made", directory.display()))?;
                return Ok(dunce::canonicalize(directory)?);
            }
        }
    }
    bail!("{} is full of phguard-canary directories", parent.display())
}

fn make_private(directory: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}
