//! One entry for every hook: what is checked follows from the name, the arguments and the
//! environment, and a run without a commit never passes on nothing.

use crate::sandbox::keys::phx;
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// On the branch `topic` a key was added and taken out again; `key` holds one and is not committed.
fn topic() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "one\n");
    sandbox.commit_unchecked("base");
    sandbox.git(["switch", "-q", "-c", "topic"]);
    sandbox.stage("gone", phx());
    sandbox.commit_unchecked("Query the events");
    sandbox.git(["rm", "-q", "gone"]);
    sandbox.commit_unchecked("out");
    sandbox
}

fn hook(sandbox: &Sandbox, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let mut command = sandbox.command(PHGUARD);
    Run::of(
        command
            .arg("hook")
            .args(arguments)
            .envs(environment.iter().copied()),
    )
}

#[test]
fn a_manager_names_a_range_and_it_is_checked_commit_by_commit() {
    let sandbox = topic();
    let range = [
        ("PRE_COMMIT", "1"),
        ("PRE_COMMIT_FROM_REF", "main"),
        ("PRE_COMMIT_TO_REF", "HEAD"),
    ];
    for arguments in [&[][..], &["pre-push"], &["pre-commit"], &["a"]] {
        let run = hook(&sandbox, arguments, &range).exits(1);
        assert!(
            run.stdout.contains("gone:1:1") && run.stdout.contains("2 commits"),
            "{}",
            run.stdout
        );
    }
    let run = hook(
        &sandbox,
        &[],
        &[range[0], ("PRE_COMMIT_FROM_REF", "HEAD~1"), range[2]],
    )
    .exits(0);
    assert!(
        run.stdout
            .contains("no secret key; 1 commit, 0 files scanned"),
        "{}",
        run.stdout
    );
    for old in [["main", "HEAD"], ["HEAD", "main"]] {
        hook(
            &sandbox,
            &[],
            &[("PRE_COMMIT_SOURCE", old[0]), ("PRE_COMMIT_ORIGIN", old[1])],
        )
        .exits(1);
    }
    hook(
        &sandbox,
        &[],
        &[range[0], ("PRE_COMMIT_FROM_REF", "nonsense"), range[2]],
    )
    .exits(2);
}

#[test]
fn a_first_push_under_a_manager_is_what_the_remote_lacks() {
    let sandbox = topic();
    sandbox.git(["init", "-q", "--bare", "../server.git"]);
    sandbox.git(["remote", "add", "origin", "../server.git"]);
    sandbox.git(["push", "-q", "origin", "main"]);
    let remote = [
        ("PRE_COMMIT", "1"),
        ("PRE_COMMIT_REMOTE_NAME", "origin"),
        ("PRE_COMMIT_REMOTE_URL", "../server.git"),
    ];
    for local in [
        ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/topic"),
        ("PRE_COMMIT_TO_REF", "topic"),
    ] {
        let run = hook(&sandbox, &[], &[&remote[..], &[local]].concat()).exits(1);
        assert!(
            run.stdout.contains("push stopped") && run.stdout.contains("2 commits"),
            "{}",
            run.stdout
        );
    }
    let run = hook(
        &sandbox,
        &[],
        &[&remote[..], &[("PRE_COMMIT_LOCAL_BRANCH", "main")]].concat(),
    )
    .exits(0);
    assert_eq!(
        run.stdout,
        "phguard: no secret key; 0 commits, 0 files scanned (0 B).\n"
    );
    let run = hook(
        &sandbox,
        &["pre-push"],
        &[remote[0], ("PRE_COMMIT_TO_REF", "topic")],
    )
    .exits(1);
    assert!(run.stdout.contains("3 commits"), "{}", run.stdout);
}

#[test]
fn with_an_index_the_staged_change_is_checked() {
    let sandbox = topic();
    sandbox.stage("key", phx());
    for arguments in [&[][..], &["pre-commit"], &["pre-merge-commit"], &["a"]] {
        let run = hook(&sandbox, arguments, &[("GIT_INDEX_FILE", ".git/index")]).exits(1);
        assert!(run.stdout.contains("commit blocked"), "{}", run.stdout);
    }
    sandbox.git(["rm", "-q", "-f", "key"]);
    assert_eq!(
        hook(&sandbox, &[], &[("GIT_INDEX_FILE", ".git/index")])
            .exits(0)
            .stdout,
        ""
    );
}

#[test]
fn with_nothing_staged_all_tracked_files_are_checked_and_it_says_so() {
    let sandbox = topic();
    for environment in [&[][..], &[("PRE_COMMIT", "1")]] {
        let run = hook(&sandbox, &[], environment).exits(0);
        assert!(
            run.stdout
                .contains("no secret key; 1 tracked file scanned (4 B)"),
            "{}",
            run.stdout
        );
    }
    sandbox.stage("dir/key", phx());
    sandbox.commit_unchecked("in");
    for arguments in [&[][..], &["pre-commit"]] {
        let run = hook(&sandbox, arguments, &[("PRE_COMMIT", "1")]).exits(1);
        assert!(
            run.stdout.contains("tracked files hold") && run.stdout.contains("dir/key:1:1"),
            "{}",
            run.stdout
        );
    }
    let mut command = sandbox.command(PHGUARD);
    Run::of(command.arg("hook").current_dir(sandbox.repo().join("dir"))).exits(1);
    sandbox.write("dir/key", "clean\n");
    hook(&sandbox, &[], &[("PRE_COMMIT", "1")]).exits(1);
    sandbox.stage(".phguard.toml", "[allow]\npaths = ['dir/*']\n");
    sandbox.commit_unchecked("allowed");
    hook(&sandbox, &[], &[("PRE_COMMIT", "1")]).exits(0);
}

#[test]
fn what_is_staged_comes_before_the_files_named() {
    let sandbox = topic();
    sandbox.write("named", phx());
    let run = hook(&sandbox, &["a", "named"], &[("PRE_COMMIT", "1")]).exits(1);
    assert_run(
        "hook-modes/what-is-staged-comes-before-the-files-named.txt",
        &run,
    );
    let run = hook(&sandbox, &["a"], &[("PRE_COMMIT", "1")]).exits(0);
    assert_eq!(
        run.stdout,
        "phguard: no secret key; 1 file scanned (4 B).\n"
    );
    hook(&sandbox, &["typo"], &[("PRE_COMMIT", "1")]).exits(2);
    sandbox.stage("key", phx());
    let run = hook(&sandbox, &["a"], &[("PRE_COMMIT", "1")]).exits(1);
    assert!(
        run.stdout.contains("key:1:1") && !run.stdout.contains("named"),
        "{}",
        run.stdout
    );
}

#[test]
fn options_stand_before_or_behind_the_event() {
    let sandbox = topic();
    sandbox.stage("a", "phx_xxxxxxxxxxxxxxxxxxxxxxxx\n");
    let index = [("GIT_INDEX_FILE", ".git/index")];
    hook(&sandbox, &["--strict"], &index).exits(1);
    hook(&sandbox, &["--strict", "pre-commit"], &index).exits(1);
    hook(&sandbox, &["pre-commit", "--strict"], &index).exits(1);
    let run = hook(&sandbox, &["--format=json", "pre-commit"], &index).exits(0);
    assert!(run.stdout.starts_with('{'), "{}", run.stdout);
}

#[test]
fn a_hook_that_is_not_served_is_no_approval() {
    let sandbox = topic();
    let run = hook(&sandbox, &["post-commit"], &[]).exits(2);
    assert!(
        run.stderr.contains("does not serve the hook post-commit"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_commit_under_way_is_checked_whatever_a_manager_left_behind() {
    let sandbox = topic();
    sandbox.stage("key", phx());
    let stale = [
        ("GIT_INDEX_FILE", ".git/index"),
        ("PRE_COMMIT_FROM_REF", "HEAD"),
        ("PRE_COMMIT_TO_REF", "HEAD"),
    ];
    let run = hook(&sandbox, &[], &stale).exits(1);
    assert!(run.stdout.contains("key:1:1"), "{}", run.stdout);
}

#[test]
fn files_that_are_named_are_read_beside_what_is_staged() {
    let sandbox = topic();
    sandbox.write("leak", phx());
    sandbox.stage("clean", "nothing\n");
    for arguments in [&["leak"][..], &["pre-commit", "leak"]] {
        let run = hook(&sandbox, arguments, &[("PRE_COMMIT", "1")]).exits(1);
        assert!(run.stdout.contains("leak:1:1"), "{}", run.stdout);
    }
}
