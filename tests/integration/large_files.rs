//! Files that are too large to be held: they are read part by part, beside git.

use crate::sandbox::keys::phx;
use crate::sandbox::{PHGUARD, Run, Sandbox, make_executable};

/// Lines of more bytes together than a check holds at once.
fn many_lines() -> Vec<u8> {
    b"one line of a log that goes on and on\n".repeat(3_700_000)
}

/// Checks what is staged with less memory than the file takes.
#[cfg(target_os = "linux")]
fn with_little_memory(sandbox: &Sandbox) -> Run {
    let limited = format!("ulimit -v 120000; exec {PHGUARD} --staged");
    Run::of(sandbox.command("sh").args(["-c", &limited]))
}

#[cfg(target_os = "linux")]
#[test]
fn a_large_file_is_scanned_in_little_memory() {
    let sandbox = Sandbox::new();
    sandbox.stage("large.log", many_lines());
    let run = with_little_memory(&sandbox).exits(0);
    assert!(
        run.stdout.contains("1 file scanned (140.6 MB)"),
        "{}",
        run.stdout
    );
    // git puts such a file into a pack.
    sandbox.git(["config", "core.bigFileThreshold", "1m"]);
    sandbox.stage("large.log", [many_lines(), b"more\n".to_vec()].concat());
    let run = with_little_memory(&sandbox).exits(0);
    assert!(run.stdout.contains("1 file scanned"), "{}", run.stdout);
}

#[test]
fn of_a_large_file_only_the_added_lines_count() {
    let sandbox = Sandbox::new();
    let with_key = [many_lines(), phx().into_bytes(), b"\n".to_vec()].concat();
    sandbox.stage("large.log", &with_key);
    sandbox.commit_unchecked("a key that is there already");
    sandbox.stage(
        "large.log",
        [with_key, b"another\n".to_vec(), phx().into_bytes()].concat(),
    );
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(
        run.stdout.contains("large.log:3700003:1\n") && !run.stdout.contains(":3700001:"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_large_file_that_is_not_opened_is_named() {
    let sandbox = Sandbox::new();
    let archive = [&b"7z\xbc\xaf\x27\x1c\0\x04"[..], &many_lines()].concat();
    sandbox.stage("large.7z", archive);
    let run = sandbox.phguard(["--staged"]).exits(0);
    assert!(
        run.stdout
            .contains("not opened: large.7z: it is a 7z archive"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_git_prints_must_be_the_large_file() {
    let sandbox = Sandbox::new();
    sandbox.stage("large.log", many_lines());
    let git = sandbox.root().join("bin/git");
    std::fs::create_dir(git.parent().unwrap()).unwrap();
    let others = std::env::var("PATH").unwrap();
    for instead in ["echo another content", "exit 1"] {
        let script = format!(
            "#!/bin/sh\ncase $* in *'cat-file blob'*) {instead}; exit;; esac\nPATH='{others}' exec git \"$@\"\n"
        );
        std::fs::write(&git, script).unwrap();
        make_executable(&git);
        let path = format!("{}:{others}", git.parent().unwrap().display());
        let run = Run::of(sandbox.command(PHGUARD).arg("--staged").env("PATH", path));
        assert_eq!(run.code, Some(2));
        assert!(
            run.stdout.contains("git does not print blob"),
            "{}",
            run.stdout
        );
    }
}
