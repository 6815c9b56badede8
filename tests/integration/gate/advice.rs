//! The advice of a refusal: it depends on where the work is.

use super::world::World;

/// Runs the script without the gate, then the command with it, and returns what phguard says.
fn refusal(before: &str, act: &str) -> String {
    let world = World::new("files", "sha1");
    let sandbox = world.sandbox();
    let off = "git() { command git -c core.hooksPath=/dev/null \"$@\"; }";
    world.script(&sandbox, &format!("{off}\n{before}")).exits(0);
    let run = world.script(&sandbox, act).exits(128);
    // Lines are wrapped.
    run.stderr.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_new_commit_leaves_the_work_in_the_index() {
    for (before, act) in [
        ("", "echo $KEY >k; git add k; git commit -qnm x"),
        ("", "echo fine >k; git add k; git commit -qnm $KEY"),
        ("", "echo $KEY >one; git commit -qnm x one"),
        (
            "git checkout -q -b far; dirty k; git checkout -q main; clean c",
            "git cherry-pick far",
        ),
        (
            "git checkout -q -b far; dirty k; git checkout -q main; clean c",
            "git merge -q --no-ff --no-edit far",
        ),
    ] {
        let said = refusal(before, act);
        assert!(
            said.contains("The work is still in the files"),
            "{act}: {said}"
        );
    }
}

#[test]
fn a_commit_that_was_there_is_shown_or_taken_apart() {
    for act in [
        "git checkout -q $(cat ../id)",
        "git branch x $(cat ../id)",
        "git tag x $(cat ../id)",
        "git reset -q --hard $(cat ../id)",
        "git update-ref refs/heads/x $(cat ../id)",
        "git worktree add -q --detach ../w $(cat ../id)",
    ] {
        let said = refusal("dangling >../id", act);
        assert!(!said.contains("The work is still"), "{act}: {said}");
        let is_checkout = act.contains("checkout") || act.contains("reset");
        assert_eq!(
            said.contains("git reset --merge"),
            is_checkout,
            "{act}: {said}"
        );
        assert!(said.contains("git cherry-pick -n "), "{act}: {said}");
    }
}
