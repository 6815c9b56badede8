//! Hooks as git finds them, and work trees that they guard.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::keys::{masked, phx};
use super::platform::{mode_of, symlink};
use super::{PHGUARD, Run, Sandbox, make_executable};

impl Sandbox {
    /// The hook of the sandbox's repository.
    pub fn hook(&self, event: &str) -> PathBuf {
        self.repo().join(".git/hooks").join(event)
    }

    /// A copy of the binary, to be moved or replaced.
    pub fn own_phguard(&self) -> PathBuf {
        let program = self.root().join("bin/phguard");
        fs::create_dir_all(program.parent().unwrap()).unwrap();
        copy_program(PHGUARD, &program);
        program
    }

    /// The PATH of a shell that finds the binary under test as `phguard`.
    pub fn path_with_phguard(&self) -> String {
        let bin = self.root().join("bin");
        if !bin.join("phguard").exists() {
            fs::create_dir_all(&bin).unwrap();
            symlink(PHGUARD, bin.join("phguard"));
        }
        format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
    }

    /// With a commit on `main`, and the branch `topic`, which adds a key and takes it out again.
    pub fn with_key_taken_out() -> Self {
        let sandbox = Self::new();
        sandbox.stage("a", "one\n");
        sandbox.commit_unchecked("base");
        sandbox.git(["switch", "-q", "-c", "topic"]);
        sandbox.stage("gone", phx());
        sandbox.commit_unchecked("in");
        sandbox.git(["rm", "-q", "gone"]);
        sandbox.commit_unchecked("out");
        sandbox
    }

    /// Runs git in another directory.
    pub fn git_in(&self, directory: &Path, arguments: &[&str]) -> Run {
        Run::of(self.command("git").args(arguments).current_dir(directory))
    }
}

pub fn write_program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let source = path.with_extension("source");
    fs::write(&source, text).unwrap();
    copy_program(&source, path);
    fs::remove_file(source).unwrap();
    make_executable(path);
}

/// Copies a program by a process of its own. While this one has the copy open for writing, a test on
/// another thread may start a process that inherits it, and the system would not run the copy.
pub fn copy_program(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    let mut command = Command::new("cp");
    command.arg(from.as_ref()).arg(to.as_ref());
    assert!(command.status().unwrap().success());
}

/// A commit with a key is blocked by phguard, and one without passes in silence.
#[track_caller]
pub fn assert_guarded(sandbox: &Sandbox, work_tree: &Path) {
    fs::write(work_tree.join("file"), phx()).unwrap();
    sandbox.git_in(work_tree, &["add", "file"]).exits(0);
    let run = sandbox
        .git_in(work_tree, &["commit", "-q", "-m", "a key"])
        .exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
    fs::write(work_tree.join("file"), "clean\n").unwrap();
    sandbox.git_in(work_tree, &["add", "file"]).exits(0);
    let run = sandbox
        .git_in(work_tree, &["commit", "-q", "--allow-empty", "-m", "none"])
        .exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

/// The names in a directory, without git's samples.
pub fn names(directory: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with(".sample")).collect();
    names.sort();
    names
}

/// Everything about the files in a directory that an undone change has to bring back: names, modes,
/// and contents or where links lead.
pub fn snapshot(directory: impl AsRef<Path>) -> Vec<(String, u32, Vec<u8>)> {
    let of = |name: String| {
        let path = directory.as_ref().join(&name);
        let mode = mode_of(&path);
        let content =
            fs::read_link(&path).map(|target| target.into_os_string().into_encoded_bytes());
        let content = content.or_else(|_| fs::read(&path)).unwrap();
        (name, mode, content)
    };
    names(&directory).into_iter().map(of).collect()
}

/// A git that calls itself 2.55 and runs config hooks before a commit, as that one does;
/// the PATH in which it comes first.
pub fn git_with_config_hooks(sandbox: &Sandbox) -> String {
    let real = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|d| d.join("git"))
        .find(|p| p.is_file());
    let script = "#!/bin/sh
git='GIT'
case $* in
    *--version) echo 'git version 2.55.0'; exit ;;
    commit*--no-verify*) ;;
    commit*) event=pre-commit ;;
    merge*) event=pre-merge-commit ;;
esac
names=$(\"$git\" config --get-regexp '^hook\\..*\\.event$' \"^${event:-none}$\" | sed 's/\\.event .*//')
case \" $* \" in
    *' -a '*) \"$git\" add -u ;;
    *' canary ') \"$git\" add canary ;;
esac
[ -n \"$names\" ] || exec \"$git\" \"$@\"
[ $event = pre-commit ] || \"$git\" merge -q --no-commit --no-ff '@{-1}' || exit
for name in $names; do
    sh -c \"$(\"$git\" config $name.command)\" || exit 1
done
[ $event = pre-commit ] || exec \"$git\" commit --no-verify --no-edit
exec \"$git\" \"$@\"
";
    let directory = sandbox.root().join("newer");
    write_program(
        &directory.join("git"),
        &script.replace("GIT", real.unwrap().to_str().unwrap()),
    );
    format!("{}:{}", directory.display(), std::env::var("PATH").unwrap())
}
