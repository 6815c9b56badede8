//! A git of 2.54 or newer, for what older ones do not have: hooks in the configuration.
//!
//! It comes from Debian's unstable suite, by the mirror and the keyring of this machine's own apt, and
//! is unpacked into a directory. Nothing is installed. `patchelf` makes its programs find its
//! libraries.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// Git and the libraries that it is linked to.
const PACKAGES: [&str; 4] = ["git", "libc6", "libpcre2-8-0", "zlib1g"];

/// The directory with the newer git. It is fetched once for all tests.
pub fn newer_git() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("newer-git");
        if !root.join("ready").exists() {
            fetch(&root);
            fs::write(root.join("ready"), "").unwrap();
        }
        root
    });
    &ROOT
}

/// Lets a command use the newer git, and everything that it starts.
pub fn use_newer_git(command: &mut Command) {
    let unpacked = newer_git().join("unpacked");
    let path = format!(
        "{}:{}",
        unpacked.join("usr/bin").display(),
        std::env::var("PATH").unwrap()
    );
    command
        .env("PATH", path)
        .env("GIT_EXEC_PATH", unpacked.join("usr/lib/git-core"))
        .env(
            "GIT_TEMPLATE_DIR",
            unpacked.join("usr/share/git-core/templates"),
        );
}

fn fetch(root: &Path) {
    if root.exists() {
        fs::remove_dir_all(root).unwrap();
    }
    fs::create_dir_all(root.join("lists/partial")).unwrap();
    fs::create_dir_all(root.join("cache/archives/partial")).unwrap();
    fs::write(root.join("sources.list"), unstable()).unwrap();
    apt(root, &["update"]);
    let mut arguments = vec!["download"];
    arguments.extend(PACKAGES);
    apt(root, &arguments);
    let unpacked = root.join("unpacked");
    for entry in fs::read_dir(root).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|ending| ending == "deb") {
            run(Command::new("dpkg-deb").arg("-x").arg(&file).arg(&unpacked));
        }
    }
    for directory in ["usr/bin", "usr/lib/git-core"] {
        for entry in fs::read_dir(unpacked.join(directory)).unwrap() {
            patch(&entry.unwrap().path(), &unpacked);
        }
    }
    let path = unpacked.join("usr/bin/git");
    run(Command::new(path).arg("--version"));
}

/// One line of a list of sources: the machine's own mirror, with another suite.
fn unstable() -> String {
    let format = "$(REPO_URI) $(ORIGIN)";
    let mut command = Command::new("apt-get");
    command.args(["indextargets", "--format", format, "Created-By: Packages"]);
    let targets = run(&mut command);
    let mirror = targets
        .lines()
        .find_map(|line| line.strip_suffix(" Debian"))
        .expect("apt knows no mirror of Debian: run apt-get update");
    let keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
    format!("deb [signed-by={keyring}] {mirror} unstable main\n")
}

/// Runs apt-get with lists and a cache of its own.
fn apt(root: &Path, arguments: &[&str]) {
    let mut command = Command::new("apt-get");
    command.current_dir(root).arg("-q");
    for (name, value) in [
        ("Dir::Etc::SourceList", "sources.list"),
        ("Dir::State::Lists", "lists"),
        ("Dir::Cache", "cache"),
    ] {
        let value = root.join(value);
        command.arg("-o").arg(format!("{name}={}", value.display()));
    }
    command.args(["-o", "Dir::Etc::SourceParts=/dev/null"]);
    command.args(["-o", "APT::Sandbox::User=root"]);
    run(command.args(arguments));
}

/// Makes a program use the libraries that were unpacked with it.
fn patch(program: &Path, unpacked: &Path) {
    let metadata = program.symlink_metadata().unwrap();
    if !metadata.is_file() || metadata.permissions().mode() & 0o111 == 0 {
        return;
    }
    if !fs::read(program).unwrap().starts_with(b"\x7fELF") {
        return;
    }
    let libraries = unpacked.join("usr/lib/x86_64-linux-gnu");
    let mut command = Command::new("patchelf");
    command
        .arg("--set-interpreter")
        .arg(libraries.join("ld-linux-x86-64.so.2"));
    run(command.arg("--set-rpath").arg(&libraries).arg(program));
}

/// Runs a command that must succeed and returns what it prints.
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
