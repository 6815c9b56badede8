//! A file that is not opened is named in every report, and blocks if `--strict` is set.

use serde_json::Value;

use crate::sandbox::keys::phx;
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{Run, Sandbox};

const SEVEN_ZIP: &[u8] = b"7z\xbc\xaf\x27\x1c\0\x04 and so on";

fn staged_archive() -> Sandbox {
    let sandbox = Sandbox::with_hook();
    sandbox.stage("a.7z", SEVEN_ZIP);
    sandbox
}

fn document(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn every_format_of_the_report_names_it() {
    let sandbox = staged_archive();
    let said = |format| sandbox.phguard(["--staged", "--format", format]).exits(0);
    assert_eq!(
        said("human").stdout,
        "phguard: not opened: a.7z: it is a 7z archive\n\
         phguard: no secret key; 1 file scanned (18 B), 1 file not opened.\n"
    );
    assert_eq!(
        document(&said("json"))["not_opened"],
        serde_json::json!([{"path": "a.7z", "reason": "it is a 7z archive"}])
    );
    let invocation = &document(&said("sarif"))["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], true);
    let notification = &invocation["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "warning");
    assert_eq!(
        notification["message"]["text"],
        "Not opened: it is a 7z archive."
    );
    assert_eq!(
        said("github").stdout,
        "::notice file=a.7z,title=not opened::phguard did not open this file: it is a 7z archive.\n"
    );
}

#[test]
fn a_commit_goes_through_and_is_told() {
    let sandbox = staged_archive();
    let run = sandbox.commit().exits(0);
    assert!(run.stderr.contains("not opened: a.7z") || run.stdout.contains("not opened: a.7z"));
}

#[test]
fn strict_approves_nothing_that_was_not_opened() {
    let sandbox = staged_archive();
    let run = sandbox.phguard(["--staged", "--strict"]).exits(2);
    assert_run(
        "not-opened/strict-approves-nothing-that-was-not-opened.txt",
        &run,
    );
    let run = sandbox
        .phguard(["--staged", "--strict", "--format", "sarif"])
        .exits(2);
    let invocation = &document(&run)["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["level"],
        "error"
    );
}

#[test]
fn its_bytes_are_scanned_all_the_same() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.7z", [SEVEN_ZIP, b" ", phx().as_bytes()].concat());
    sandbox.phguard(["--staged"]).exits(1);
}

#[test]
fn every_source_names_it() {
    let sandbox = staged_archive();
    sandbox.commit_unchecked("an archive");
    for arguments in [
        &["--files", "a.7z"][..],
        &["--range", "HEAD"],
        &["--history"],
    ] {
        let run = sandbox
            .phguard([arguments, &["--format", "json"]].concat())
            .exits(0);
        assert_eq!(
            document(&run)["not_opened"][0]["path"],
            "a.7z",
            "{arguments:?}"
        );
    }
}
