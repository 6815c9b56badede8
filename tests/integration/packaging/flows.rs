//! The ways to commit, whoever runs the hook.

use crate::sandbox::keys::key;
use crate::sandbox::symlink;
use std::fs;

use super::world::World;

pub type Flow = (&'static str, fn(&World));

pub const FLOWS: &[Flow] = &[
    ("commit", commit),
    ("commit -a", commit_all),
    ("commit PATH", commit_path),
    ("commit -p", commit_patch),
    ("amend", amend),
    ("clean merge", clean_merge),
    ("conflicting merge", conflicting_merge),
    ("linked work tree", linked_work_tree),
    ("submodule", submodule),
    ("subdirectory", subdirectory),
    ("terminal", terminal),
    ("missing program", missing_program),
];

pub fn commit(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", &format!("one\nkey = \"{}\"\n", key(1)));
    world.refuses(&top, &key(1), || {
        let run = world.git(&top, ["commit", "-m", "a key"]);
        assert!(
            format!("{}{}", run.stdout, run.stderr).contains("a:2:8"),
            "{}",
            run.stderr
        );
        run
    });
    world.stage(&top, "a", "one\n");
    world.makes(&top, || world.git(&top, ["commit", "-m", "none"]));
}

fn commit_all(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", "one\n");
    world.makes(&top, || world.git(&top, ["commit", "-m", "one"]));
    fs::write(top.join("a"), key(1)).unwrap();
    world.refuses(&top, &key(1), || {
        world.git(&top, ["commit", "-a", "-m", "a key"])
    });
    fs::write(top.join("a"), "two\n").unwrap();
    world.makes(&top, || world.git(&top, ["commit", "-a", "-m", "none"]));
}

/// Git makes an index for this commit alone; the other one says nothing about it.
fn commit_path(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", "one\n");
    world.stage(&top, "b", "one\n");
    world.makes(&top, || world.git(&top, ["commit", "-m", "one"]));
    fs::write(top.join("a"), key(1)).unwrap();
    world.stage(&top, "b", "two\n");
    world.refuses(&top, &key(1), || {
        world.git(&top, ["commit", "-m", "a key", "a"])
    });
    world.git(&top, ["add", "a"]).exits(0);
    world.makes(&top, || world.git(&top, ["commit", "-m", "none", "b"]));
}

fn commit_patch(world: &World) {
    let top = world.repo();
    let lines = |first: &str, last: &str| format!("{first}\n{}{last}\n", "same\n".repeat(9));
    world.stage(&top, "a", &lines("one", "one"));
    world.makes(&top, || world.git(&top, ["commit", "-m", "one"]));
    fs::write(top.join("a"), lines("two", &key(1))).unwrap();
    world.refuses(&top, &key(1), || {
        world.git_answered(&top, &["commit", "-p", "-m", "a key"], "n\ny\n")
    });
    world.git(&top, ["reset", "-q"]).exits(0);
    world.makes(&top, || {
        world.git_answered(&top, &["commit", "-p", "-m", "none"], "y\nn\n")
    });
}

fn amend(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", "one\n");
    world.makes(&top, || world.git(&top, ["commit", "-m", "one"]));
    world.stage(&top, "a", &key(1));
    world.refuses(&top, &key(1), || {
        world.git(&top, ["commit", "--amend", "--no-edit"])
    });
    world.stage(&top, "a", "two\n");
    world.makes(&top, || world.git(&top, ["commit", "--amend", "--no-edit"]));
}

/// A merge driver, as some teams have for their lock files, adds lines that no parent has.
fn clean_merge(world: &World) {
    let top = world.repo();
    world
        .git(
            &top,
            [
                "config",
                "merge.adds.driver",
                &format!("echo '{}' >> %A", key(9)),
            ],
        )
        .exits(0);
    diverge(world, "a merge=adds\n");
    world.refuses(&top, &key(9), || {
        world.git(&top, ["merge", "--no-edit", "side"])
    });
    world.git(&top, ["merge", "--abort"]).exits(0);
    world
        .git(&top, ["config", "merge.adds.driver", "true"])
        .exits(0);
    world.makes(&top, || world.git(&top, ["merge", "--no-edit", "side"]));
}

fn conflicting_merge(world: &World) {
    let top = world.repo();
    diverge(world, "");
    let run = world.git(&top, ["merge", "--no-edit", "side"]).exits(1);
    assert!(
        run.stdout.contains("CONFLICT"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    world.stage(&top, "a", &key(9));
    world.refuses(&top, &key(9), || world.git(&top, ["commit", "--no-edit"]));
    world.stage(&top, "a", "both\n");
    world.makes(&top, || world.git(&top, ["commit", "--no-edit"]));
}

/// Two branches that change the same line; both bring a key which is no fault of the merge.
fn diverge(world: &World, attributes: &str) {
    let top = world.repo();
    let commit = |message: &str| {
        world
            .git(&top, ["commit", "-q", "--no-verify", "-m", message])
            .exits(0);
    };
    world.stage(&top, ".gitattributes", attributes);
    world.stage(&top, "a", "one\n");
    commit("base");
    world.git(&top, ["switch", "-q", "-c", "side"]).exits(0);
    world.stage(&top, "a", "theirs\n");
    world.stage(&top, "theirs", &key(2));
    commit("theirs");
    world.git(&top, ["switch", "-q", "main"]).exits(0);
    world.stage(&top, "a", "ours\n");
    world.stage(&top, "ours", &key(3));
    commit("ours");
}

fn linked_work_tree(world: &World) {
    let linked = world.sandbox.root().join("linked");
    world
        .git(
            &world.repo(),
            ["worktree", "add", "-q", linked.to_str().unwrap()],
        )
        .exits(0);
    if !world.manager.covers_linked_work_trees {
        fs::remove_file(linked.join("node_modules")).unwrap_or_default();
        symlink(super::tools::node_modules(), linked.join("node_modules"));
        world.install(&linked);
    }
    world.stage(&linked, "a", &key(1));
    world.refuses(&linked, &key(1), || {
        world.git(&linked, ["commit", "-m", "a key"])
    });
    world.stage(&linked, "a", "one\n");
    world.makes(&linked, || world.git(&linked, ["commit", "-m", "none"]));
}

fn submodule(world: &World) {
    let outer = world.sandbox.root().join("outer");
    world
        .git(
            &world.repo(),
            ["init", "-q", "-b", "main", outer.to_str().unwrap()],
        )
        .exits(0);
    let inner = world.repo();
    world
        .git(
            &outer,
            ["submodule", "add", "-q", inner.to_str().unwrap(), "inner"],
        )
        .exits(0);
    let top = outer.join("inner");
    if inner.join("node_modules").exists() {
        symlink(super::tools::node_modules(), top.join("node_modules"));
    }
    world.install(&top);
    world.stage(&top, "a", &key(1));
    world.refuses(&top, &key(1), || world.git(&top, ["commit", "-m", "a key"]));
    world.stage(&top, "a", "one\n");
    world.makes(&top, || world.git(&top, ["commit", "-m", "none"]));
}

fn subdirectory(world: &World) {
    let top = world.repo();
    let below = top.join("below");
    fs::create_dir(&below).unwrap();
    world.stage(&below, "a", &key(1));
    world.refuses(&below, &key(1), || {
        world.git(&below, ["commit", "-m", "a key"])
    });
    let elsewhere = world.sandbox.root();
    let from_elsewhere = ["-C", "repo/below", "commit", "-m", "a key"];
    world.refuses(&top, &key(1), || world.git(&elsewhere, from_elsewhere));
    world.stage(&below, "a", "one\n");
    world.makes(&below, || world.git(&below, ["commit", "-m", "none"]));
}

/// Colours on a terminal and nowhere else, whatever the manager does with its own lines.
pub fn terminal(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", &key(1));
    world.refuses(&top, &key(1), || {
        let run = world.git_on_terminal(&top, "commit -m key");
        assert!(
            report(&run.stdout).contains('\x1b'),
            "no colour on a terminal: {:?}",
            run.stdout
        );
        run
    });
    world.refuses(&top, &key(1), || {
        let run = world.git(&top, ["commit", "-m", "key"]);
        assert!(
            !report(&run.stderr).contains('\x1b'),
            "colour off a terminal: {:?}",
            run.stderr
        );
        run
    });
}

fn missing_program(world: &World) {
    let top = world.repo();
    fs::remove_file(world.programs().join("phguard")).unwrap();
    world.stage(&top, "a", "clean\n");
    let before = world.head(&top);
    let run = world.git(&top, ["commit", "-m", "unchecked"]);
    assert_ne!(run.code, Some(0), "{run:?}");
    assert_eq!(world.head(&top), before, "a commit was made");
}

/// The lines that phguard has written.
fn report(output: &str) -> String {
    let lines = output
        .lines()
        .skip_while(|line| !line.contains("phguard: commit blocked"));
    let lines: Vec<&str> = lines
        .take_while(|line| !line.contains("nothing was committed"))
        .collect();
    assert!(lines.len() > 5, "no report: {output}");
    lines.join("\n")
}
