//! In a merge a line counts when no parent has it.

use crate::sandbox::Sandbox;
use crate::sandbox::keys::phx;

/// Another key on each side: `main` has one in `ours`, each branch one in a file of its name.
fn diverged(branches: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_hook();
    sandbox.install_hook("pre-merge-commit");
    sandbox.stage("shared", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    sandbox.commit_unchecked("base");
    for (seed, branch) in (2..).zip(branches) {
        sandbox.git(["switch", "-q", "-c", branch, "main"]);
        sandbox.stage(branch, key(seed));
        sandbox.commit_unchecked(branch);
    }
    sandbox.git(["switch", "-q", "main"]);
    sandbox.stage("ours", phx());
    sandbox.commit_unchecked("ours");
    sandbox
}

fn key(seed: u64) -> String {
    format!("{}\n", crate::sandbox::keys::key(seed))
}

#[test]
fn a_clean_merge_adds_nothing_of_its_own() {
    let sandbox = diverged(&["side"]);
    sandbox.git(["merge", "-q", "--no-edit", "side"]);
    let parents = sandbox.git(["rev-list", "--parents", "-1", "HEAD"]).stdout;
    assert_eq!(parents.split_whitespace().count(), 3, "no merge was made");
}

#[test]
fn a_clean_merge_is_checked() {
    let sandbox = diverged(&["side"]);
    // What no parent has comes from a merge driver, as some teams have for their lock files.
    sandbox.git([
        "config",
        "merge.adds.driver",
        &format!("echo '{}' >> %A", key(9).trim()),
    ]);
    sandbox.stage(".gitattributes", "shared merge=adds\n");
    sandbox.stage("shared", "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
    sandbox.commit_unchecked("ours, too");
    sandbox.git(["switch", "-q", "side"]);
    sandbox.stage("shared", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
    sandbox.commit_unchecked("side, too");
    sandbox.git(["switch", "-q", "main"]);
    let run = sandbox
        .try_git(["merge", "-q", "--no-edit", "side"])
        .exits(1);
    assert!(run.stderr.contains("shared:10:1"), "{}", run.stderr);
    assert!(
        !run.stderr.contains("side:1:1") && !run.stderr.contains("ours:1:1"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_octopus_has_many_parents() {
    let sandbox = diverged(&["one", "two", "three"]);
    sandbox.git(["merge", "-q", "--no-edit", "one", "two", "three"]);
    let parents = sandbox.git(["rev-list", "--parents", "-1", "HEAD"]).stdout;
    assert_eq!(parents.split_whitespace().count(), 5, "no octopus was made");
}

#[test]
fn a_merge_to_be_committed_by_hand_is_still_a_merge() {
    let sandbox = diverged(&["side"]);
    sandbox.git(["merge", "-q", "--no-commit", "side"]);
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.stage("new", key(9));
    let run = sandbox.commit().exits(1);
    assert!(
        run.stderr.contains("new:1:1") && !run.stderr.contains("side:1:1"),
        "{}",
        run.stderr
    );
    sandbox.stage("new", "clean\n");
    sandbox.commit().exits(0);
}

#[test]
fn a_squashed_merge_is_a_commit_of_its_own() {
    let sandbox = diverged(&["side"]);
    sandbox.git(["merge", "-q", "--squash", "side"]);
    let run = sandbox.commit().exits(1);
    assert!(run.stderr.contains("side:1:1"), "{}", run.stderr);
}

#[test]
fn a_line_that_one_parent_has_elsewhere_in_the_file_is_not_new() {
    let sandbox = diverged(&["side"]);
    sandbox.git(["switch", "-q", "side"]);
    sandbox.stage(
        "shared",
        format!("1\n2\n3\n4\n5\n6\n7\n{}8\nnine\n", key(7)),
    );
    sandbox.commit_unchecked("side");
    sandbox.git(["switch", "-q", "main"]);
    sandbox.stage("shared", "one\n2\n3\n4\n5\n6\n7\n8\nNINE\n");
    sandbox.commit_unchecked("ours");
    sandbox.try_git(["merge", "-q", "side"]).exits(1);
    sandbox.stage(
        "shared",
        format!("one\n2\n3\n4\n5\n6\n7\n{}8\nboth\n", key(7)),
    );
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.stage(
        "shared",
        format!("one\n{}2\n3\n4\n5\n6\n7\n{}8\nboth\n", key(8), key(7)),
    );
    let run = sandbox.commit().exits(1);
    assert!(
        run.stderr.contains("shared:2:1") && !run.stderr.contains("shared:9:1"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_a_merge_elsewhere_leaves_in_the_environment_hides_nothing() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", phx());
    for variable in [
        format!("GITHEAD_{}", "1".repeat(40)),
        "GITHEAD_".into(),
        "GITHEAD_main".into(),
    ] {
        let mut command = sandbox.command(crate::sandbox::PHGUARD);
        crate::sandbox::Run::of(
            command
                .env(variable, "name")
                .env("GIT_INDEX_FILE", ".git/index"),
        )
        .exits(1);
    }
}

#[test]
fn a_merge_head_that_is_none_approves_nothing() {
    let sandbox = diverged(&["side"]);
    sandbox.stage("a", "clean\n");
    for damaged in ["nonsense\n", &format!("{}\n", "1".repeat(40))] {
        std::fs::write(sandbox.repo().join(".git/MERGE_HEAD"), damaged).unwrap();
        sandbox.phguard(["--staged"]).exits(2);
    }
}
