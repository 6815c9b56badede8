//! The hook managers and what makes and checks packages, fetched once into a directory of the build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use crate::sandbox::Run;

const PYTHON: &[&str] = &[
    "build==1.6.1",
    "maturin==1.16.0",
    "pre-commit==4.7.0",
    "prek==0.5.11",
    "zizmor==1.32.0",
];
const NODE: &[&str] = &[
    "husky@9.1.7",
    "lefthook@2.2.2",
    "lint-staged@16.4.0",
    "simple-git-hooks@2.14.0",
];

/// A directory of this test's own that outlives the run.
pub fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaging")
}

/// The directory with the programs that PyPI has.
pub fn python() -> PathBuf {
    static FETCHED: OnceLock<PathBuf> = OnceLock::new();
    let venv = FETCHED.get_or_init(|| {
        fetched("python", PYTHON, |directory| {
            must_run(Command::new("python3").args(["-m", "venv"]).arg(directory));
            must_run(
                Command::new(directory.join("bin/pip"))
                    .args(["install", "--quiet"])
                    .args(PYTHON),
            );
        })
    });
    venv.join("bin")
}

/// `node_modules` with what npm has.
pub fn node_modules() -> PathBuf {
    static FETCHED: OnceLock<PathBuf> = OnceLock::new();
    let project = FETCHED.get_or_init(|| npm_project("node", NODE));
    project.join("node_modules")
}

/// `node_modules` with one manager that does not go together with the others.
pub fn modules_with(package: &'static str) -> PathBuf {
    static FETCHING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = FETCHING.lock();
    npm_project(package, &[package]).join("node_modules")
}

fn npm_project(name: &str, packages: &[&str]) -> PathBuf {
    fetched(name, packages, |directory| {
        fs::create_dir_all(directory).unwrap();
        fs::write(directory.join("package.json"), r#"{"private":true}"#).unwrap();
        // Without their install scripts, which would look for a repository to write hooks into.
        must_run(
            Command::new("npm")
                .args(["install", "--ignore-scripts"])
                .args(packages)
                .current_dir(directory),
        );
    })
}

/// The directory with Git LFS, by this machine's own apt. Nothing is installed.
pub fn git_lfs() -> PathBuf {
    static FETCHED: OnceLock<PathBuf> = OnceLock::new();
    let unpacked = FETCHED.get_or_init(|| {
        fetched("git-lfs", &["git-lfs"], |directory| {
            fs::create_dir_all(directory).unwrap();
            let mut apt = Command::new("apt-get");
            must_run(apt.args(["download", "git-lfs"]).current_dir(directory));
            let unpack = "dpkg-deb --extract git-lfs_*.deb .";
            let mut shell = Command::new("sh");
            must_run(shell.args(["-ec", unpack]).current_dir(directory));
        })
    });
    unpacked.join("usr/bin")
}

/// Fetches unless an earlier run has fetched the same.
fn fetched(name: &str, packages: &[&str], fetch: impl FnOnce(&Path)) -> PathBuf {
    let directory = scratch().join(name);
    let complete = directory.join("complete");
    if fs::read_to_string(&complete).is_ok_and(|list| list == packages.join("\n")) {
        return directory;
    }
    if directory.exists() {
        fs::remove_dir_all(&directory).unwrap();
    }
    fetch(&directory);
    fs::write(&complete, packages.join("\n")).unwrap();
    directory
}

/// The registries are reached with the user's own settings, so the environment is not cleared.
fn must_run(command: &mut Command) {
    Run::of(command).exits(0);
}

/// A repository with this source tree as it is on disk and the tag `v` and the version, as a
/// framework would clone it.
pub fn source_repository() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let directory = scratch().join("source");
        if directory.exists() {
            fs::remove_dir_all(&directory).unwrap();
        }
        for file in source_files() {
            let copy = directory.join(&file);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file), copy).unwrap();
        }
        let tag = concat!("v", env!("CARGO_PKG_VERSION"));
        let author = [
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "-c",
            "core.hooksPath=/dev/null",
        ];
        for arguments in [
            &["init", "-q"][..],
            &["add", "-A"],
            &["commit", "-q", "-m", tag],
            &["tag", tag],
        ] {
            must_run(
                Command::new("git")
                    .args(author)
                    .args(arguments)
                    .current_dir(&directory),
            );
        }
        directory
    })
}

fn source_files() -> Vec<PathBuf> {
    let here = env!("CARGO_MANIFEST_DIR");
    let trusted = format!("safe.directory={here}");
    let list = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let run = Run::of(
        Command::new("git")
            .args(["-C", here, "-c", &trusted])
            .args(list),
    )
    .exits(0);
    let files = run.stdout.split_terminator('\0').map(PathBuf::from);
    files
        .filter(|file| Path::new(here).join(file).is_file())
        .collect()
}
