//! What libgit2 refuses, git reads: the verdict is the same in every repository format.

use std::fs;

use crate::sandbox::keys::phx;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// A key in the first commit, then a key on an old line only, then one on a new line.
#[track_caller]
fn judges_as_ever(sandbox: &Sandbox, after_first_commit: &[&[&str]]) {
    sandbox.install_hook("pre-commit");
    sandbox.stage("dir/a", format!("one\n{}\n", phx()));
    sandbox.stage("b", "one\n");
    let run = sandbox.commit().exits(1);
    assert!(run.stderr.contains("dir/a:2:1"), "{}", run.stderr);
    sandbox.commit_unchecked("the key is in");
    for command in after_first_commit {
        sandbox.git(*command);
    }
    sandbox.stage("dir/a", format!("two\n{}\n", phx()));
    sandbox.commit().exits(0);
    sandbox.stage("b", format!("one\ntwo\n{}\n", phx()));
    let run = sandbox.commit().exits(1);
    assert!(run.stderr.contains("b:3:1"), "{}", run.stderr);
    sandbox.phguard(["--staged"]).exits(1);
    sandbox.phguard(["--staged", "dir"]).exits(0);
    sandbox.phguard(["--staged", "typo"]).exits(2);
    sandbox.write("b", "three\n");
    sandbox.try_git(["commit", "-qam", "all"]).exits(0);
}

fn repository(arguments: &[&str]) -> Sandbox {
    let sandbox = Sandbox::without_repository();
    sandbox.git([&["init", "-q", "-b", "main", "."], arguments].concat());
    sandbox
}

#[test]
fn sha256() {
    judges_as_ever(&repository(&["--object-format=sha256"]), &[]);
}

#[test]
fn reftable() {
    judges_as_ever(&repository(&["--ref-format=reftable"]), &[]);
    judges_as_ever(
        &repository(&["--ref-format=reftable", "--object-format=sha256"]),
        &[],
    );
}

#[test]
fn split_index() {
    judges_as_ever(
        &repository(&[]),
        &[
            &["config", "core.splitIndex", "true"],
            &["update-index", "--split-index"],
        ],
    );
}

#[test]
fn sparse_index() {
    let sandbox = repository(&[]);
    sandbox.stage("away/c", format!("{}\n", phx()));
    sandbox.commit_unchecked("what will be sparse");
    judges_as_ever(
        &sandbox,
        &[&["sparse-checkout", "set", "--cone", "--sparse-index", "dir"]],
    );
    let index = fs::read(sandbox.repo().join(".git/index")).unwrap();
    assert!(
        index.windows(4).any(|window| window == b"sdir"),
        "the index is not sparse"
    );
}

#[test]
fn unknown_extensions() {
    let sandbox = repository(&[]);
    for (name, value) in [
        ("core.repositoryFormatVersion", "1"),
        ("extensions.noop-v1", "true"),
    ] {
        sandbox.git(["config", name, value]);
    }
    judges_as_ever(&sandbox, &[]);
}

#[test]
fn a_quoted_alternate() {
    let sandbox = repository(&[]);
    sandbox.stage("b", "in the alternate\n");
    sandbox.commit_unchecked("in the alternate");
    let (objects, away) = (
        sandbox.repo().join(".git/objects"),
        sandbox.root().join("a\tway"),
    );
    fs::rename(&objects, &away).unwrap();
    fs::create_dir_all(objects.join("info")).unwrap();
    let line = format!("\"{}/a\\tway\"\n", sandbox.root().display());
    fs::write(objects.join("info/alternates"), line).unwrap();
    judges_as_ever(&sandbox, &[]);
}

#[test]
fn a_file_of_the_work_tree_never_stands_for_an_object() {
    let sandbox = Sandbox::new();
    sandbox.stage("harmless", "nothing\n");
    sandbox.stage("key", phx());
    let place = |name: &str| {
        let id = sandbox.git(["rev-parse", name]).stdout;
        format!("{}/{}", &id[..2], id[2..].trim())
    };
    let harmless = fs::read(sandbox.repo().join(".git/objects").join(place(":harmless"))).unwrap();
    sandbox.git(["repack", "-adq"]);
    sandbox.git(["prune-packed"]);
    sandbox.write(place(":key"), harmless);
    sandbox.phguard(["--staged"]).exits(1);
}

#[test]
fn a_damaged_blob_is_refused_by_git_too() {
    let sandbox = repository(&["--object-format=sha256"]);
    sandbox.stage("a", "content\n");
    sandbox.stage("key", phx());
    let path = sandbox.object_file(":a");
    let whole = fs::read(&path).unwrap();
    for damaged in [&whole[..whole.len() / 2], b"", b"nonsense"] {
        fs::write(&path, damaged).unwrap();
        let run = sandbox.phguard(["--staged"]).exits(2);
        assert!(
            run.stdout.contains("could not be scanned") && run.stdout.contains("key:1:1"),
            "{}",
            run.stdout
        );
    }
    fs::remove_file(&path).unwrap();
    let run = sandbox.phguard(["--staged"]).exits(2);
    assert!(run.stdout.contains("missing"), "{}", run.stdout);
}

#[test]
fn without_git_what_libgit2_refuses_is_not_approved() {
    let sandbox = repository(&["--object-format=sha256"]);
    let run = Run::of(sandbox.command(PHGUARD).env("PATH", "/nowhere")).exits(2);
    assert!(
        run.stderr.contains("git cannot be started") && run.stderr.contains("sha256"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_repository_of_another_user_is_judged_by_git() {
    let sandbox = repository(&[]);
    sandbox.stage("a", phx());
    let chown = Run::of(sandbox.command("chown").args(["-R", "12345", "."]));
    if chown.code != Some(0) {
        println!("not made, since only root can: a repository of another user");
        return;
    }
    let trusting = |path: &str| {
        let mut command = sandbox.command(PHGUARD);
        command.envs([
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", path),
        ]);
        Run::of(&mut command)
    };
    let parent = sandbox.root();
    for path in [
        &format!("{}/*", parent.display()),
        "*",
        &format!("{}/repo", parent.display()),
    ] {
        trusting(path).exits(1);
    }
    let run = trusting("/elsewhere").exits(2);
    assert!(run.stderr.contains("safe.directory"), "{}", run.stderr);
}
