//! Large change sets, which are shared out over the cores.

use crate::sandbox::{Sandbox, keys};

/// Every third file has a key, every fifth the same content as another.
fn stage_many(sandbox: &Sandbox, count: usize) -> Vec<String> {
    let key = keys::phx();
    let mut with_key = Vec::new();
    for i in 0..count {
        let path = format!("d{}/f{i:04}.txt", i % 7);
        let number = if i % 5 == 0 { 0 } else { i };
        let has_key = number % 3 == 0;
        let secret = if has_key { &key } else { "none" };
        sandbox.write(
            &path,
            format!("file {number}\n{}token = {secret}\n", "text\n".repeat(2000)),
        );
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
    let paths: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, with_key);
    assert_eq!(report["scanned"]["files"], 400);
}

#[test]
fn one_missing_object_among_many_is_told() {
    let sandbox = Sandbox::new();
    stage_many(&sandbox, 100);
    std::fs::remove_file(sandbox.object_file(":d1/f0001.txt")).unwrap();
    let run = sandbox.phguard(["--format", "json"]).exits(2);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["unscanned"].as_array().unwrap().len(), 1);
    assert_eq!(report["unscanned"][0]["path"], "d1/f0001.txt");
    assert_eq!(report["scanned"]["files"], 99);
}

/// So many entries that git itself compares the index.
#[test]
fn a_large_index_without_a_known_tree_is_judged_as_ever() {
    let sandbox = Sandbox::new();
    sandbox.stage("first", "nothing\n");
    let id = sandbox.git(["rev-parse", ":first"]).stdout;
    let entries: String = (0..5000)
        .map(|i| format!("100644 {}\tdir/f{i}\n", id.trim()))
        .collect();
    sandbox.write("entries", &entries);
    let input = std::fs::File::open(sandbox.repo().join("entries")).unwrap();
    let added = sandbox
        .command("git")
        .args(["update-index", "--add", "--index-info"])
        .stdin(input)
        .status()
        .unwrap();
    assert!(added.success());
    sandbox.commit_unchecked("many");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.stage("dir/f77", format!("{}\n", keys::phx()));
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(run.stdout.contains("dir/f77:1:1"), "{}", run.stdout);
    sandbox.stage(".phguard.toml", "[allow]\npaths = [\"dir/**\"]\n");
    sandbox.phguard(["--staged"]).exits(0);

    let index = sandbox.repo().join(".git/index");
    let mut damaged = std::fs::read(&index).unwrap();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    std::fs::write(&index, damaged).unwrap();
    let run = sandbox.phguard(["--staged"]).exits(2);
    assert!(run.stderr.contains("checksum"), "{}", run.stderr);
}
