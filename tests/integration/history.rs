//! What was ever committed, whatever leads to it.

use std::collections::BTreeSet;
use std::fs;

use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{Run, Sandbox};
use serde_json::Value;

fn history(sandbox: &Sandbox, arguments: &[&str], code: i32) -> Value {
    let run = sandbox
        .phguard([&["--history", "--format", "json"], arguments].concat())
        .exits(code);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Path, first words of the commit's subject, whether HEAD has it, how many refs lead to it.
fn findings(report: &Value) -> Vec<(String, String, bool, u64)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let row = |f: &Value| {
        (
            text(&f["path"]),
            text(&f["commit_subject"]),
            f["in_head"].as_bool().unwrap(),
            f["refs"].as_u64().unwrap(),
        )
    };
    findings.map(row).collect()
}

fn commit(sandbox: &Sandbox, path: &str, content: &str, subject: &str) {
    sandbox.stage(path, content);
    sandbox.commit_unchecked(subject);
}

#[test]
fn a_key_is_named_once_with_its_first_commit_and_what_leads_to_it() {
    let sandbox = Sandbox::new();
    let key = phx();
    commit(&sandbox, "a", "nothing\n", "start");
    commit(&sandbox, "a", &format!("nothing\nkey = {key}\n"), "first");
    sandbox.git(["branch", "other"]);
    commit(&sandbox, "a", "nothing\n", "taken out");
    commit(&sandbox, "a", &format!("more\nkey  = {key}\n"), "again");
    sandbox.git(["tag", "-a", "-m", "a tag", "v1"]);
    commit(&sandbox, "a", "nothing\n", "taken out again");
    let report = history(&sandbox, &[], 1);
    assert_eq!(findings(&report), [("a".into(), "first".into(), false, 3)]);
    assert_eq!(report["mode"], "history");
    assert_eq!(report["scanned"]["commits"], 5);

    commit(&sandbox, "b", &format!("moved {key}\n"), "moved");
    let expected = [
        ("a".to_owned(), "first".to_owned(), true, 3),
        ("b".to_owned(), "moved".to_owned(), true, 1),
    ];
    assert_eq!(findings(&history(&sandbox, &[], 1)), expected);
    assert_eq!(findings(&history(&sandbox, &["other"], 1)).len(), 1);
    assert!(findings(&history(&sandbox, &["other~1"], 0)).is_empty());

    let run = sandbox.phguard(["--history"]).exits(1);
    for part in [
        "the history holds a PostHog secret key",
        "Still in HEAD; 3 refs lead to it.",
        "does not un-leak",
    ] {
        assert!(
            run.stdout
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .contains(part),
            "{part}: {}",
            run.stdout
        );
    }
    assert!(
        !run.stdout.contains(&key) && run.stdout.contains(&masked(&key)),
        "{}",
        run.stdout
    );
}

#[test]
fn whatever_leads_to_a_commit_counts() {
    let sandbox = Sandbox::new();
    let line = || format!("{}\n", phx());
    commit(&sandbox, "base", "nothing\n", "base");
    for stash in ["older stash", "newer stash"] {
        sandbox.stage(stash, line());
        sandbox.git(["stash", "push", "-q", "-m", stash]);
    }
    let note = line();
    sandbox.git(["notes", "add", "-m", note.trim()]);
    sandbox.git(["tag", "-a", "-m", line().trim(), "annotated"]);
    let blob = sandbox.root().join("blob");
    fs::write(&blob, line()).unwrap();
    let id = sandbox
        .git(["hash-object", "-w", blob.to_str().unwrap()])
        .stdout;
    sandbox.git(["tag", "of-a-blob", id.trim()]);
    let tree = sandbox.root().join("tree");
    sandbox.git(["worktree", "add", "-q", "--detach", tree.to_str().unwrap()]);
    fs::write(tree.join("detached"), line()).unwrap();
    let at = tree.to_str().unwrap();
    sandbox.git(["-C", at, "add", "detached"]);
    sandbox.git(["-C", at, "commit", "-q", "-m", "on no branch"]);

    let report = history(&sandbox, &[], 1);
    let paths: BTreeSet<String> = findings(&report)
        .into_iter()
        .map(|(path, ..)| path)
        .collect();
    let note = paths.iter().find(|path| path.len() == 40).cloned().unwrap();
    let expected = [
        "detached",
        "message of tag annotated",
        "newer stash",
        "older stash",
        "refs/tags/of-a-blob",
        &note,
    ];
    assert_eq!(paths, expected.map(ToOwned::to_owned).into());
}

#[test]
fn what_nothing_leads_to_is_found_when_asked_for() {
    let sandbox = Sandbox::new();
    commit(&sandbox, "a", "nothing\n", "base");
    commit(
        &sandbox,
        "a",
        &format!("{}\n", phx()),
        &format!("undone {}", phx()),
    );
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    assert!(findings(&history(&sandbox, &[], 0)).is_empty());
    let report = history(&sandbox, &["--unreachable"], 1);
    let expected = [
        format!("unreachable file {}", sandbox.id("ORIG_HEAD:a")),
        format!("unreachable message {}", sandbox.id("ORIG_HEAD")),
    ];
    let paths: BTreeSet<String> = findings(&report)
        .into_iter()
        .map(|(path, ..)| path)
        .collect();
    assert_eq!(paths, expected.into());
}

#[test]
fn a_history_that_was_cut_off_is_not_clean() {
    let sandbox = Sandbox::new();
    for number in 0..4 {
        commit(&sandbox, "a", &format!("{number}\n"), "one more");
    }
    let clone = sandbox.root().join("clone");
    let url = format!("file://{}", sandbox.repo().display());
    sandbox.git(["clone", "-q", "--depth", "2", &url, clone.to_str().unwrap()]);
    let run = Run::of(
        sandbox
            .command(crate::sandbox::PHGUARD)
            .arg("--history")
            .current_dir(&clone),
    )
    .exits(2);
    assert!(
        run.stderr.contains("git fetch --unshallow"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_empty_repository_has_a_clean_history() {
    let sandbox = Sandbox::new();
    assert_eq!(history(&sandbox, &[], 0)["scanned"]["commits"], 0);
    let run = sandbox.phguard(["--history", "nowhere"]).exits(2);
    assert!(run.stderr.contains("nowhere"), "{}", run.stderr);
}

#[test]
fn what_was_allowed_once_allows_nothing_later() {
    let sandbox = Sandbox::new();
    let key = phx();
    commit(
        &sandbox,
        "a",
        &format!("k = {key} # phguard:allow\n"),
        "allowed",
    );
    commit(&sandbox, "a", "nothing\n", "out");
    commit(&sandbox, "a", &format!("k = {key}\n"), "not allowed");
    let report = history(&sandbox, &[], 1);
    assert_eq!(
        findings(&report),
        [("a".into(), "not allowed".into(), true, 1)]
    );
    assert_eq!(report["allowed"], 1);
}
