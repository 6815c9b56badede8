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
        let stderr = world.script(&sandbox, act).exits(128).stderr;
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
        (
            "git checkout -q -b far; dirty k; git checkout -q main; clean c",
            "git merge -q --no-ff --no-edit far",
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
