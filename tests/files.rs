//! `--files` looks at files as they are on disk, whole.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test may fail by panic")]

mod sandbox;

use std::io::Write;
use std::process::Stdio;

use sandbox::keys::{masked, phx};
use sandbox::{PHGUARD, Run, Sandbox, symlink};

#[test]
fn every_file_below_a_directory_is_read_but_for_gits_own() {
    let sandbox = Sandbox::new();
    sandbox.write("dir/sub/.hidden", format!("one\n{}\n", phx()));
    sandbox.write(".git/description", phx());
    symlink(format!("nowhere/{}", phx()), sandbox.repo().join("dir/link"));
    let run = sandbox.phguard(["--files", "."]).exits(1);
    assert!(run.stdout.contains("dir/sub/.hidden:2:1") && run.stdout.contains("dir/link:1:9"), "{}", run.stdout);
    assert!(!run.stdout.contains(".git/"), "{}", run.stdout);
    sandbox.phguard(["--files", "dir/sub"]).exits(1);
}

#[test]
fn lines_that_are_committed_count_too() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", phx());
    sandbox.commit_unchecked("the key is in");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.phguard(["--files", "a"]).exits(1);
}

#[test]
fn standard_input_is_read() {
    let sandbox = Sandbox::without_repository();
    let mut command = sandbox.command(PHGUARD);
    let mut child = command
        .args(["--files", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("a\nb {}", phx()).as_bytes()).unwrap();
    let run = Run::from(child.wait_with_output().unwrap()).exits(1);
    assert!(run.stdout.contains("-:2:3") && run.stdout.contains(&masked(&phx())), "{}", run.stdout);
}

#[test]
fn a_file_that_cannot_be_read_is_no_approval_and_hides_no_finding() {
    let sandbox = Sandbox::without_repository();
    sandbox.write("a", phx());
    let run = sandbox.phguard(["--files", "a", "missing"]).exits(2);
    assert!(run.stdout.contains("a:1:1") && run.stdout.contains("missing"), "{}", run.stdout);
    sandbox.phguard(["--files"]).exits(2);
}

#[test]
fn entries_that_allow_nothing_are_reported_when_everything_is_scanned() {
    let sandbox = Sandbox::without_repository();
    sandbox.write("docs/a", phx());
    let unused = "0".repeat(32);
    sandbox.write(".phguard.toml", format!("[allow]\npaths = ['docs/', 'gone/']\nfingerprints = ['{unused}']\n"));
    let run = sandbox.phguard(["--files", "."]).exits(0);
    assert!(run.stdout.contains("gone/") && run.stdout.contains(&unused), "{}", run.stdout);
    assert!(!run.stdout.contains("docs/"), "{}", run.stdout);
    assert_eq!(sandbox.phguard(["--files", "docs"]).exits(0).stdout, "");
}
