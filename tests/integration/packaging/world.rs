//! A repository whose hooks a manager runs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::setups::Manager;
use crate::sandbox::keys::{key, masked};
use crate::sandbox::{PHGUARD, Run, Sandbox, files_below, symlink};

pub struct World {
    pub manager: &'static Manager,
    pub sandbox: Sandbox,
}

impl World {
    pub fn new(manager: &'static Manager) -> Self {
        let world = Self::without_hooks(manager);
        world.guard(&world.repo());
        world
    }

    /// With nothing but phguard in PATH.
    pub fn without_hooks(manager: &'static Manager) -> Self {
        let world = Self {
            manager,
            sandbox: Sandbox::new(),
        };
        fs::create_dir(world.programs()).unwrap();
        symlink(phguard(), world.programs().join("phguard"));
        world
    }

    /// Has the manager put its hooks into the repository of this work tree.
    pub fn guard(&self, top: &Path) {
        (self.manager.configure)(self, top);
        self.git(top, ["add", "-A"]).exits(0);
        self.git(top, ["commit", "-q", "--no-verify", "-m", "hooks"])
            .exits(0);
        self.install(top);
    }

    pub fn install(&self, top: &Path) {
        (self.manager.install)(self, top);
    }

    pub fn repo(&self) -> PathBuf {
        self.sandbox.repo()
    }

    pub fn programs(&self) -> PathBuf {
        self.sandbox.root().join("bin")
    }

    /// A command with the sealed environment and the programs of the sandbox, and no other phguard.
    pub fn command(&self, directory: &Path, program: impl AsRef<OsStr>) -> Command {
        let path = std::env::var_os("PATH").unwrap();
        let others =
            std::env::split_paths(&path).filter(|directory| !directory.join("phguard").exists());
        let path = std::env::join_paths([self.programs()].into_iter().chain(others)).unwrap();
        let mut command = self.sandbox.command(program);
        command
            .current_dir(directory)
            .env("PATH", path)
            .env("GIT_CONFIG_COUNT", "1");
        command
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always");
        (self.manager.environment)(&mut command);
        command
    }

    pub fn run<A: AsRef<OsStr>>(
        &self,
        directory: &Path,
        program: impl AsRef<OsStr>,
        arguments: &[A],
    ) -> Run {
        Run::of(self.command(directory, program).args(arguments))
    }

    pub fn git<A: AsRef<OsStr>>(
        &self,
        directory: &Path,
        arguments: impl IntoIterator<Item = A>,
    ) -> Run {
        Run::of(self.command(directory, "git").args(arguments))
    }

    /// Git under a terminal of its own, whose output comes as standard output.
    pub fn git_on_terminal(&self, directory: &Path, arguments: &str) -> Run {
        let mut command = self.command(directory, "script");
        command.args([
            "--quiet",
            "--return",
            "--command",
            &format!("git {arguments}"),
            "/dev/null",
        ]);
        Run::of(command.env("TERM", "xterm-256color"))
    }

    /// Git with answers to its questions, which quote the change and are left out.
    pub fn git_answered(&self, directory: &Path, arguments: &[&str], answers: &str) -> Run {
        let mut command = self.command(directory, "git");
        Run {
            stdout: String::new(),
            ..Run::with_input(command.args(arguments), answers)
        }
    }

    pub fn stage(&self, top: &Path, path: &str, content: &str) {
        fs::write(top.join(path), content).unwrap();
        self.git(top, ["add", "--", path]).exits(0);
    }

    pub fn head(&self, directory: &Path) -> String {
        self.git(directory, ["rev-parse", "-q", "--verify", "HEAD"])
            .stdout
    }

    /// Makes a change that the hook blocks: no commit, a message with the masked key, no whole one.
    #[track_caller]
    pub fn refuses(&self, directory: &Path, key: &str, change: impl FnOnce() -> Run) {
        let before = self.head(directory);
        self.blocks(key, &change());
        assert_eq!(self.head(directory), before, "a commit was made");
    }

    #[track_caller]
    pub fn blocks(&self, key: &str, run: &Run) {
        let output = format!("{}{}", run.stdout, run.stderr);
        assert_ne!(run.code, Some(0), "{output}");
        assert!(output.contains(&masked(key)), "{output}");
        assert!(!output.contains(&key[8..40]), "the key is printed");
    }

    /// Makes a change that the hook lets pass.
    #[track_caller]
    pub fn makes(&self, directory: &Path, change: impl FnOnce() -> Run) {
        let before = self.head(directory);
        change().exits(0);
        assert_ne!(self.head(directory), before, "no commit was made");
    }

    /// Neither the manager nor git has written a key anywhere but into objects and work trees.
    #[track_caller]
    pub fn assert_no_key_in_logs(&self) {
        for place in [self.sandbox.home(), self.repo().join(".git")] {
            for file in files_below(&place) {
                if !file.symlink_metadata().unwrap().is_file() || is_patch(&file) {
                    continue;
                }
                let content = fs::read(&file).unwrap();
                let found = (1..=9)
                    .map(key)
                    .find(|key| contains(&content, &key.as_bytes()[8..40]));
                assert_eq!(found.map(|key| masked(&key)), None, "in {}", file.display());
            }
        }
    }
}

fn contains(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}

/// The user's own unstaged changes, which pre-commit and prek lay aside while the hooks run.
fn is_patch(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_string_lossy();
    name.starts_with("patch") || name.ends_with(".patch")
}

/// A copy of the binary under test: cargo replaces that one while another test builds packages.
fn phguard() -> &'static Path {
    static COPY: OnceLock<PathBuf> = OnceLock::new();
    COPY.get_or_init(|| {
        let directory =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("program-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        crate::sandbox::hooks::copy_program(PHGUARD, directory.join("phguard"));
        directory.join("phguard")
    })
}
