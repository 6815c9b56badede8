//! Hooks of phguard's own beside those of real tools: the gate beside managers, and everything beside
//! Git LFS.

use std::fs;

use super::printed;
use super::setups::SIMPLE_GIT_HOOKS;
use super::tools;
use super::world::World;
use crate::sandbox::Run;
use crate::sandbox::hooks::{names, snapshot};
use crate::sandbox::keys::key;

const GATE: [&str; 3] = ["install", "--event", "reference-transaction"];

fn is_refused(world: &World, key: &str) {
    let top = world.repo();
    world.stage(&top, "a", key);
    world.refuses(&top, key, || {
        world.git(&top, ["commit", "--no-verify", "-m", "a key"])
    });
    world.git(&top, ["rm", "-qf", "a"]).exits(0);
}

#[test]
#[ignore = "fetches the managers"]
fn the_gate_outlives_every_manager_that_installs_itself_again() {
    for manager in printed::managers() {
        if manager.name == SIMPLE_GIT_HOOKS.name {
            continue;
        }
        let world = World::new(manager);
        let top = world.repo();
        let run = world.run(&top, "phguard", &GATE).exits(0);
        assert!(run.stdout.contains("(new)"), "{}", run.stdout);
        is_refused(&world, &key(1));
        world.install(&top);
        world.install(&top);
        is_refused(&world, &key(1));
        let run = world.run(&top, "phguard", &["doctor"]).exits(0);
        let proven = "✓ reference-transaction";
        assert!(
            run.stdout.contains(proven),
            "{}{}",
            manager.name,
            run.stdout
        );
        let run = world.run(&top, "phguard", &["uninstall"]).exits(0);
        assert!(
            run.stdout.contains("reference-transaction: removed"),
            "{}",
            run.stdout
        );
    }
}

#[test]
#[ignore = "fetches simple-git-hooks"]
fn simple_git_hooks_runs_the_gate_by_the_line_that_install_prints() {
    let world = World::new(&SIMPLE_GIT_HOOKS);
    let top = world.repo();
    let run = world.run(&top, "phguard", &GATE).exits(2);
    let part = run.stderr.split("\n\n").nth(1).unwrap();
    let line = part
        .lines()
        .find(|line| line.contains("reference-transaction"));
    let line = line.unwrap().trim();
    let file = top.join("package.json");
    let text = fs::read_to_string(&file).unwrap();
    let start = r#""simple-git-hooks": {"#;
    assert!(text.contains(start), "{text}");
    fs::write(&file, text.replace(start, &format!("{start}\n{line},"))).unwrap();
    world.git(&top, ["add", "-A"]).exits(0);
    world.git(&top, ["commit", "-qm", "the gate"]).exits(0);
    world.install(&top);
    is_refused(&world, &key(1));
    world.run(&top, "phguard", &GATE).exits(0);
}

/// Git LFS' hooks push, lock and clean up as before, and come back as they were.
#[test]
#[ignore = "needs apt-get: it fetches Git LFS"]
fn the_hooks_of_git_lfs_go_on() {
    let world = World::without_hooks(&SIMPLE_GIT_HOOKS);
    let top = world.repo();
    let lfs = tools::git_lfs();
    let path = |command: &std::process::Command| {
        let own = command
            .get_envs()
            .find(|(name, _)| *name == "PATH")
            .unwrap();
        format!("{}:{}", lfs.display(), own.1.unwrap().to_string_lossy())
    };
    let git = |arguments: &[&str]| {
        let mut command = world.command(&top, "git");
        let path = path(&command);
        Run::of(command.args(arguments).env("PATH", path))
    };
    let phguard = |arguments: &[&str]| {
        let mut command = world.command(&top, "phguard");
        let path = path(&command);
        Run::of(command.args(arguments).env("PATH", path))
    };
    git(&["lfs", "install", "--local"]).exits(0);
    let before = snapshot(top.join(".git/hooks"));
    assert!(
        before.iter().any(|(name, ..)| name == "pre-push"),
        "{before:?}"
    );
    phguard(&["install"]).exits(0);
    let doctor = phguard(&["doctor"]).exits(0);
    assert!(doctor.stdout.contains("✓ pre-push"), "{}", doctor.stdout);

    let remote = world.sandbox.root().join("remote.git");
    let remote = remote.to_str().unwrap();
    git(&["init", "-q", "--bare", remote]).exits(0);
    git(&["remote", "add", "origin", remote]).exits(0);
    git(&["lfs", "track", "*.bin"]).exits(0);
    fs::write(top.join("large.bin"), "a large file\n".repeat(1000)).unwrap();
    git(&["add", "-A"]).exits(0);
    git(&["commit", "-qm", "large"]).exits(0);
    git(&["push", "-q", "origin", "HEAD"]).exits(0);
    // The object is there: the hook of Git LFS got its arguments and its input.
    let objects = crate::sandbox::files_below(&std::path::Path::new(remote).join("lfs/objects"));
    assert_eq!(objects.len(), 1, "{objects:?}");

    fs::write(top.join("a"), key(1)).unwrap();
    git(&["add", "a"]).exits(0);
    git(&["commit", "-q", "--no-verify", "-m", "a key"]).exits(0);
    let run = git(&["push", "-q", "origin", "HEAD"]);
    world.blocks(&key(1), &run);
    git(&["lfs", "update"]);
    phguard(&["uninstall"]).exits(0);
    assert_eq!(snapshot(top.join(".git/hooks")), before);
    assert!(!names(top.join(".git")).contains(&"hooks.before-phguard".to_owned()));
}
