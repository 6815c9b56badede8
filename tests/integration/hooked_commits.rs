//! Every way to commit that runs hooks, with the hooks that `phguard install` puts there.

use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{Run, Sandbox};

/// With hooks, a first commit with the files `a` and `b`, and a hook of another that ran first.
fn installed() -> Sandbox {
    let sandbox = Sandbox::new();
    crate::sandbox::hooks::write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\n: theirs\n");
    sandbox.phguard(["install"]).exits(0);
    sandbox.stage("a", "a\n");
    sandbox.stage("b", "b\n");
    sandbox.commit().exits(0);
    sandbox
}

#[track_caller]
fn assert_blocked(run: &Run) {
    assert_ne!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stderr.contains(&masked(&phx())) && run.stderr.contains("commit blocked"),
        "{}",
        run.stderr
    );
}

#[test]
fn each_way_to_commit_a_key_is_blocked_and_without_it_passes() {
    let ways: [(&str, &[&str]); 8] = [
        ("staged", &["commit", "-m", "m"]),
        ("-a", &["commit", "-a", "-m", "m"]),
        ("PATH", &["commit", "-m", "m", "--", "a"]),
        ("-o PATH", &["commit", "-m", "m", "-o", "a"]),
        ("-i PATH", &["commit", "-m", "m", "-i", "a"]),
        ("--amend", &["commit", "--amend", "--no-edit"]),
        ("--fixup", &["commit", "--fixup", "HEAD"]),
        ("-C sub", &["-C", "sub", "commit", "-m", "m"]),
    ];
    for (way, arguments) in ways {
        let sandbox = installed();
        std::fs::create_dir(sandbox.repo().join("sub")).unwrap();
        sandbox.write("a", phx());
        if ["staged", "--amend", "--fixup", "-C sub"].contains(&way) {
            sandbox.git(["add", "a"]);
        }
        let head = sandbox.git(["rev-parse", "HEAD"]).stdout;
        assert_blocked(&sandbox.try_git(arguments));
        assert_eq!(sandbox.git(["rev-parse", "HEAD"]).stdout, head, "{way}");
        sandbox.stage("a", "no key\n");
        let run = sandbox.try_git(arguments).exits(0);
        assert!(!run.stderr.contains("phguard"), "{way}: {}", run.stderr);
    }
}

#[test]
fn the_chosen_hunk_alone_decides() {
    let sandbox = installed();
    let commit = |answers: &str| {
        let mut command = sandbox.command("git");
        Run::with_input(command.args(["commit", "-p", "-m", "m"]), answers)
    };
    sandbox.write("a", phx());
    sandbox.write("b", "no key\n");
    assert_blocked(&commit("y\nn\n"));
    commit("n\ny\n").exits(0);
    assert_eq!(
        sandbox
            .git(["show", "--name-only", "--format=", "HEAD"])
            .stdout,
        "b\n"
    );
}

/// Two branches that change the file `a`, or the files `a` and `b`.
fn branches(theirs: &str) -> Sandbox {
    let sandbox = installed();
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.stage(theirs, "theirs\n");
    sandbox.commit().exits(0);
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.stage("a", "ours\n");
    sandbox.commit().exits(0);
    sandbox
}

#[test]
fn a_merge_without_conflicts_runs_the_hook_and_passes() {
    let sandbox = branches("b");
    let run = sandbox.git(["merge", "-q", "--no-edit", "side"]);
    assert!(!run.stderr.contains("phguard"), "{}", run.stderr);

    let sandbox = branches("b");
    std::fs::remove_file(sandbox.hook("pre-merge-commit")).unwrap();
    crate::sandbox::hooks::write_program(
        &sandbox.hook("pre-merge-commit"),
        "#!/bin/sh\necho no >&2; exit 1\n",
    );
    sandbox.phguard(["install"]).exits(0);
    let run = sandbox.try_git(["merge", "-q", "--no-edit", "side"]);
    assert!(
        run.code != Some(0) && run.stderr.starts_with("no\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_key_that_a_merge_itself_brings_in_is_blocked() {
    // A merge driver stands for whatever changes content while merging.
    let sandbox = branches("a");
    sandbox.git([
        "config",
        "merge.key.driver",
        &format!("echo {} > %A", phx()),
    ]);
    std::fs::write(sandbox.repo().join(".git/info/attributes"), "a merge=key\n").unwrap();
    assert_blocked(&sandbox.try_git(["merge", "--no-edit", "side"]));
}

#[test]
fn a_key_in_a_resolved_conflict_is_blocked() {
    let sandbox = branches("a");
    sandbox.try_git(["merge", "side"]).exits(1);
    sandbox.stage("a", phx());
    assert_blocked(&sandbox.try_git(["commit", "--no-edit"]));
    assert_blocked(&sandbox.try_git(["merge", "--continue"]));
    sandbox.stage("a", "both\n");
    sandbox.git(["commit", "--no-edit"]);
}
