//! Repositories in which a script runs, with the gate or without.

use std::fs;
use std::process::Command;

use crate::sandbox::keys::phx;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// Functions of every script. `off` runs a command without the gate.
const PRELUDE: &str = r#"
off() { git -c core.hooksPath=/dev/null -c hook.gate.enabled=false "$@"; }
clean() { echo "$1" >"$1"; git add "$1"; off commit -qm "clean $1"; }
dirty() { echo "k=$KEY" >"$1"; git add "$1"; off commit -qm "dirty $1"; }
dangling() { git commit-tree -p "${1:-HEAD}" -m dangling "$(printf '100644 blob %s\tdangling\n' "$(echo "$KEY" | git hash-object -w --stdin)" | git mktree)"; }
same() { [ "$(git rev-parse "$1")" = "$(git rev-parse "$2")" ]; }
no_key() { ! git grep -q "$KEY" "$1" --; }
"#;

/// A git, a format of refs and a format of objects.
pub struct World {
    refs: &'static str,
    objects: &'static str,
    git: Git,
}

/// The git that scripts use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Git {
    /// The one in PATH.
    Here,
    /// One of 2.54 or newer.
    #[cfg(target_os = "linux")]
    Newer,
}

impl World {
    pub fn new(refs: &'static str, objects: &'static str) -> Self {
        Self {
            refs,
            objects,
            git: Git::Here,
        }
    }

    /// The same with another git.
    #[cfg(target_os = "linux")]
    pub fn with(self, git: Git) -> Self {
        Self { git, ..self }
    }

    /// A sandbox with the repository, on `main` with two commits, and `../origin`, of which it is a
    /// clone. The gate is installed there.
    pub fn sandbox(&self) -> Sandbox {
        let sandbox = Sandbox::without_repository();
        let config = sandbox.home().join(".gitconfig");
        let more = "[init]\n defaultBranch = main\n[protocol \"file\"]\n allow = always\n[advice]\n detachedHead = false\n[gc]\n auto = 0\n[maintenance]\n auto = false\n";
        fs::write(&config, fs::read_to_string(&config).unwrap() + more).unwrap();
        self.script(
            &sandbox,
            "git init -q ../origin; cd ../origin; clean base; clean one; cd ../repo; git clone -q ../origin .",
        )
        .exits(0);
        self.script(
            &sandbox,
            "\"$PHGUARD\" install --event reference-transaction",
        )
        .exits(0);
        sandbox
    }

    /// Runs a script in the repository; it ends at the first command that fails.
    pub fn script(&self, sandbox: &Sandbox, script: &str) -> Run {
        Run::of(&mut self.command(sandbox, script))
    }

    fn command(&self, sandbox: &Sandbox, script: &str) -> Command {
        let mut command = sandbox.command("sh");
        command
            .args(["-ec", &format!("{PRELUDE}\n{script}")])
            .env("KEY", phx())
            .env("PHGUARD", PHGUARD)
            .env("GIT_DEFAULT_REF_FORMAT", self.refs)
            .env("GIT_DEFAULT_HASH", self.objects)
            .env_remove("GIT_AUTHOR_DATE")
            .env_remove("GIT_COMMITTER_DATE");
        #[cfg(target_os = "linux")]
        if self.git == Git::Newer {
            crate::sandbox::newer_git::use_newer_git(&mut command);
        }
        command
    }
}
