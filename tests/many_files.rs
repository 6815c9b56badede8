//! Large change sets, which are shared out over the cores.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test may fail by panic")]

mod sandbox;

use sandbox::{Sandbox, keys};

/// Every third file has a key, every fifth the same content as another.
fn stage_many(sandbox: &Sandbox, count: usize) -> Vec<String> {
    let key = keys::phx();
    let mut with_key = Vec::new();
    for i in 0..count {
        let path = format!("d{}/f{i:04}.txt", i % 7);
        let number = if i % 5 == 0 { 0 } else { i };
        let has_key = number % 3 == 0;
        let secret = if has_key { &key } else { "none" };
        sandbox.write(&path, format!("file {number}\n{}token = {secret}\n", "text\n".repeat(2000)));
        with_key.extend(has_key.then_some(path));
    }
    sandbox.git(["add", "."]);
    with_key.sort();
    with_key
}

#[test]
fn each_key_is_reported_once_in_the_order_of_the_paths() {
    let sandbox = Sandbox::new();
    let with_key = stage_many(&sandbox, 400);
    let run = sandbox.phguard(["--format", "json"]).exits(1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let paths: Vec<&str> = report["findings"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!(paths, with_key);
    assert_eq!(report["scanned"]["files"], 400);
}

#[test]
fn one_missing_object_among_many_is_told() {
    let sandbox = Sandbox::new();
    stage_many(&sandbox, 100);
    let id = sandbox.git(["rev-parse", ":d1/f0001.txt"]).stdout;
    let (directory, file) = id.trim().split_at(2);
    std::fs::remove_file(sandbox.repo().join(".git/objects").join(directory).join(file)).unwrap();
    let run = sandbox.phguard(["--format", "json"]).exits(2);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["unscanned"].as_array().unwrap().len(), 1);
    assert_eq!(report["unscanned"][0]["path"], "d1/f0001.txt");
    assert_eq!(report["scanned"]["files"], 99);
}
