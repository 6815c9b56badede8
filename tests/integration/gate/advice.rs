//! The advice of a refusal: it depends on where the work is.

use super::world::World;
use crate::sandbox::{Run, Sandbox};

/// A command that the gate refused.
struct Refusal {
    world: World,
    sandbox: Sandbox,
    stderr: String,
}

impl Refusal {
    /// Runs the script without the gate, then the command with it.
    fn of(before: &str, act: &str) -> Self {
        let world = World::new("files", "sha1");
        let sandbox = world.sandbox();
        let off = "git() { command git -c core.hooksPath=/dev/null \"$@\"; }";
        world.script(&sandbox, &format!("{off}\n{before}")).exits(0);
        let run = world.script(&sandbox, act);
        assert_ne!(run.code, Some(0), "{act}");
        let stderr = run.stderr;
        Self {
            world,
            sandbox,
            stderr,
        }
    }

    /// The message without its line breaks.
    fn text(&self) -> String {
        let words: Vec<_> = self.stderr.split_whitespace().collect();
        words.join(" ")
    }

    /// Runs the line of the message that begins with these words, as it stands there.
    fn run_line(&self, begins: &str) -> Option<Run> {
        let mut lines = self.stderr.lines().map(str::trim_start);
        let line = lines.find(|line| line.starts_with(begins))?;
        Some(self.world.script(&self.sandbox, line))
    }
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
    ] {
        let said = Refusal::of(before, act).text();
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
        let refusal = Refusal::of("dangling >../id", act);
        let said = refusal.text();
        assert!(!said.contains("The work is still"), "{act}: {said}");
        let shown = refusal.run_line("git show ").unwrap().exits(0);
        assert!(shown.stdout.contains("+phx_"), "{act}: {}", shown.stdout);
        let is_checkout = act.contains("checkout") || act.contains("reset");
        let reset = refusal.run_line("git reset --merge");
        assert_eq!(reset.is_some(), is_checkout, "{act}: {said}");
        if let Some(reset) = reset {
            reset.exits(0);
            refusal.sandbox.git(["diff-index", "--quiet", "HEAD"]);
        }
        refusal.run_line("git cherry-pick -n ").unwrap().exits(0);
        refusal.sandbox.phguard(["--staged"]).exits(1);
    }
}

/// What was there, the command that is refused, the lines that go on, and the one that goes back.
type Way = (
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static str,
);

/// The branch `side` has `s1`, the key in `k`, and `s2`; `rv` takes `k` and `s1` out. `main` goes on.
const BRANCHES: &str = "git checkout -q -b side; clean s1; dirty k; clean s2; git checkout -q -b rv; git rm -q k; \
    off commit -qm 'k out'; git rm -q s1; off commit -qm 's1 out'; git checkout -q main; clean m";

const WAYS: &[Way] = &[
    (
        "",
        "git cherry-pick side~1",
        &["git cherry-pick --continue"],
        "git cherry-pick --abort",
    ),
    (
        "",
        "git cherry-pick main..side",
        &["git cherry-pick --continue"],
        "git cherry-pick --abort",
    ),
    (
        "git checkout -q rv",
        "git revert --no-edit HEAD~1",
        &["git commit"],
        "git reset --merge",
    ),
    (
        "git checkout -q rv",
        "git revert --no-edit HEAD HEAD~1",
        &["git commit", "git revert --continue"],
        "git revert --abort",
    ),
    (
        "",
        "git rebase -q main side",
        &["git commit", "git rebase --continue"],
        "git rebase --abort",
    ),
    (
        "",
        "git rebase -q --apply main side",
        &["git rebase --continue"],
        "git rebase --abort",
    ),
    (
        "git format-patch -q -o ../p main..side",
        "git am -q ../p/*",
        &["git am --continue"],
        "git am --abort",
    ),
];

#[test]
fn each_command_has_its_way_on_and_its_way_back() {
    for (before, act, forward, back) in WAYS {
        let before = format!("{BRANCHES}; {before}");
        let refusal = Refusal::of(&before, act);
        let lines: Vec<_> = refusal.stderr.lines().map(str::trim).collect();
        assert!(
            lines.windows(forward.len()).any(|part| part == *forward),
            "{act}: {lines:?}"
        );
        let go_on = forward.join("; ");
        let script = format!(
            "echo fine >k; git add k; export GIT_EDITOR=true; {go_on}; no_key HEAD; git status --porcelain"
        );
        let run = refusal.world.script(&refusal.sandbox, &script).exits(0);
        assert!(!run.stderr.contains("phguard"), "{act}: {}", run.stderr);
        let state =
            "git cat-file -e HEAD:k; test -z \"$(git status --porcelain)\"; git status | head -2";
        let run = refusal.world.script(&refusal.sandbox, state).exits(0);
        assert!(!run.stdout.contains("progress"), "{act}: {}", run.stdout);
        assert!(!run.stdout.contains("currently"), "{act}: {}", run.stdout);
        let refusal = Refusal::of(&before, act);
        refusal.run_line(back).expect(act).exits(0);
        let state = "test -z \"$(git status --porcelain)\"; git status | head -2";
        let run = refusal.world.script(&refusal.sandbox, state).exits(0);
        assert!(!run.stdout.contains("progress"), "{act}: {}", run.stdout);
    }
}

#[test]
fn a_merge_does_not_go_on_while_it_brings_the_commit() {
    for act in [
        "git merge -q --no-edit side",
        "git pull -q --no-rebase --no-edit . side",
        "git merge -q --no-edit side || { echo fine >k; git add k; git merge --continue; }",
        "git merge -q --no-edit --no-commit side || exit 3; git commit -qn --no-edit",
    ] {
        let refusal = Refusal::of(BRANCHES, act);
        let said = refusal.text();
        assert!(
            said.contains("in a commit that the merge brings"),
            "{act}: {said}"
        );
        assert!(!said.contains("this goes on"), "{act}: {said}");
        refusal.run_line("git merge --abort").unwrap().exits(0);
        let squash =
            "git merge -q --squash side; echo fine >k; git add k; git commit -qm x; no_key HEAD";
        refusal.world.script(&refusal.sandbox, squash).exits(0);
    }
}

#[test]
fn a_ref_that_is_written_by_hand_changes_no_file() {
    let act = "git update-ref refs/heads/x $(git commit-tree -p HEAD -m $KEY HEAD^{tree})";
    let refusal = Refusal::of("", act);
    assert!(
        refusal.run_line("git reset").is_none(),
        "{}",
        refusal.text()
    );
}
