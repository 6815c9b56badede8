//! A place where the real binary and the real git meet: own HOME, own configuration, nothing of
//! the user's environment but PATH.

pub mod archives;
pub mod hooks;
pub mod keys;
#[cfg(target_os = "linux")]
pub mod newer_git;
pub mod platform;
pub mod posthog;
pub mod snapshots;
pub mod strace;

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub use platform::{make_executable, make_writable, symlink};

/// A file of the project itself.
pub fn project_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The binary under test.
pub const PHGUARD: &str = env!("CARGO_BIN_EXE_phguard");

/// A directory with a HOME and a git repository, removed when dropped.
pub struct Sandbox {
    dir: TempDir,
}

/// The end of a command: its exit code and its output.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    /// With a fresh repository on the branch `main`.
    pub fn new() -> Self {
        let sandbox = Self::without_repository();
        sandbox.git(["init", "-q", "-b", "main", "."]);
        sandbox
    }

    /// With an empty directory in place of the repository.
    pub fn without_repository() -> Self {
        let dir = tempfile::Builder::new()
            .prefix("phguard-")
            .tempdir()
            .unwrap();
        let sandbox = Self { dir };
        fs::create_dir(sandbox.repo()).unwrap();
        fs::create_dir(sandbox.home()).unwrap();
        let config =
            "[user]\n name = A U Thor\n email = author@example.com\n[commit]\n gpgSign = false\n";
        fs::write(sandbox.home().join(".gitconfig"), config).unwrap();
        sandbox
    }

    /// With a repository whose pre-commit hook is the binary itself.
    pub fn with_hook() -> Self {
        let sandbox = Self::new();
        sandbox.install_hook("pre-commit");
        sandbox
    }

    pub fn install_hook(&self, event: &str) {
        let hooks = self.repo().join(".git/hooks");
        fs::create_dir_all(&hooks).unwrap();
        symlink(PHGUARD, hooks.join(event));
    }

    /// The directory that holds everything.
    pub fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    pub fn repo(&self) -> PathBuf {
        self.root().join("repo")
    }

    pub fn home(&self) -> PathBuf {
        self.root().join("home")
    }

    /// A command with the sealed environment, started in the repository.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.home())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
            .env("GIT_EDITOR", "true")
            // Git words its refusal by whether the temporary directory is a file system of its own.
            .env("GIT_DISCOVERY_ACROSS_FILESYSTEM", "1")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .current_dir(self.repo());
        command
    }

    /// Runs git, which must succeed.
    pub fn git<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        let run = self.try_git(arguments);
        assert_eq!(run.code, Some(0), "git failed: {}", run.stderr);
        run
    }

    /// Runs git, which may fail.
    pub fn try_git<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command("git").args(arguments))
    }

    /// The name of the object that a revision stands for.
    pub fn id(&self, revision: &str) -> String {
        self.git(["rev-parse", revision]).stdout.trim().to_owned()
    }

    /// The file of a loose object, made writable.
    pub fn object_file(&self, revision: &str) -> PathBuf {
        let id = self.id(revision);
        let path = self
            .repo()
            .join(".git/objects")
            .join(&id[..2])
            .join(&id[2..]);
        make_writable(&path);
        path
    }

    /// Runs the binary.
    pub fn phguard<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command(PHGUARD).args(arguments))
    }

    /// Writes a file of the repository and the directories above it.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.repo().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Writes a file and stages it.
    pub fn stage(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        self.write(&path, content);
        self.git([
            OsStr::new("add"),
            OsStr::new("--"),
            path.as_ref().as_os_str(),
        ]);
    }

    /// Commits what is staged without asking a hook.
    pub fn commit_unchecked(&self, message: &str) {
        self.git([
            "commit",
            "-q",
            "--no-verify",
            "--allow-empty",
            "-m",
            message,
        ]);
    }

    /// Commits what is staged, with the hooks.
    pub fn commit(&self) -> Run {
        self.try_git(["commit", "-q", "-m", "a change"])
    }
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// Runs a command that reads this input.
    pub fn with_input(command: &mut Command, input: impl AsRef<[u8]>) -> Self {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_ref()).unwrap();
        drop(stdin);
        Self::from(child.wait_with_output().unwrap())
    }

    /// Asserts the exit code; shows what was printed if it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// Every file below a directory, in order.
pub fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_below(&entry.path()));
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}
