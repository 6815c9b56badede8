//! The lines that `phguard install` prints where a manager owns the hooks do what they promise.

use crate::sandbox::keys::key;
use std::fs;
use std::path::Path;

use super::flows::{FLOWS, Flow};
use super::pushes::PUSHES;
use super::setups::link_node_modules;
use super::setups::{HUSKY, LEFTHOOK, Manager, PRE_COMMIT, PREK, SIMPLE_GIT_HOOKS};
use super::tools;
use super::world::World;

pub const EVENTS: [&str; 4] = ["commit-msg", "pre-commit", "pre-merge-commit", "pre-push"];

const LEFTHOOK_BY_LINES: Manager = Manager {
    configure: |world, top| lefthook(&LEFTHOOK, world, top),
    ..LEFTHOOK
};
const SIMPLE_GIT_HOOKS_BY_LINES: Manager = Manager {
    configure: |world, top| simple_git_hooks(&SIMPLE_GIT_HOOKS, world, top),
    ..SIMPLE_GIT_HOOKS
};
const HUSKY_BY_LINES: Manager = Manager {
    configure: |world, top| husky(&HUSKY, world, top),
    ..HUSKY
};
const PRE_COMMIT_BY_LINES: Manager = Manager {
    configure: |world, top| framework(&PRE_COMMIT, world, top),
    install: with_types,
    ..PRE_COMMIT
};
const PREK_BY_LINES: Manager = Manager {
    configure: |world, top| framework(&PREK, world, top),
    install: with_types,
    ..PREK
};

/// The managers, each set up by the lines that install prints.
pub fn managers() -> [&'static Manager; 5] {
    [
        &LEFTHOOK_BY_LINES,
        &SIMPLE_GIT_HOOKS_BY_LINES,
        &HUSKY_BY_LINES,
        &PRE_COMMIT_BY_LINES,
        &PREK_BY_LINES,
    ]
}

#[test]
#[ignore = "fetches the managers"]
fn every_manager_guards_by_the_lines_that_install_prints() {
    for manager in managers() {
        let mut flows: Vec<Flow> = vec![("known", is_known), ("message", message), PUSHES[0]];
        for flow in FLOWS {
            if ["commit", "clean merge", "missing program"].contains(&flow.0) {
                flows.push(*flow);
            }
        }
        super::drive(manager, &flows);
    }
}

/// The lines that install prints once the manager has hooks in place that do not call phguard.
pub fn printed(manager: &Manager, world: &World, top: &Path) -> String {
    (manager.install)(world, top);
    let run = world
        .run(top, "phguard", &["install", "--event", &EVENTS.join(",")])
        .exits(2);
    assert!(
        run.stderr.contains(&format!("are {}'s.\n", manager.name)),
        "{}",
        run.stderr
    );
    // Between the introduction and what is to be typed then.
    let part = run.stderr.split("\n\n").nth(1).unwrap();
    let lines = part.lines().map(|line| line.strip_prefix("  ").unwrap());
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn lefthook(manager: &Manager, world: &World, top: &Path) {
    link_node_modules(top);
    let file = top.join("lefthook.yml");
    fs::write(&file, "pre-commit:\n  jobs:\n    - run: true\n").unwrap();
    fs::write(file, printed(manager, world, top)).unwrap();
}

fn simple_git_hooks(manager: &Manager, world: &World, top: &Path) {
    link_node_modules(top);
    let file = top.join("package.json");
    let start = r#"{"simple-git-hooks": {"pre-commit": "true"}}"#;
    fs::write(&file, start).unwrap();
    fs::write(file, printed(manager, world, top)).unwrap();
}

fn husky(manager: &Manager, world: &World, top: &Path) {
    link_node_modules(top);
    let commands = printed(manager, world, top);
    world.run(top, "sh", &["-ec", &commands]).exits(0);
}

fn framework(manager: &Manager, world: &World, top: &Path) {
    let file = top.join(".pre-commit-config.yaml");
    fs::write(&file, "repos: []\n").unwrap();
    let repositories = printed(manager, world, top);
    assert!(repositories.contains("- repo: local"), "{repositories}");
    fs::write(file, format!("repos:\n{repositories}")).unwrap();
}

/// As the last of the printed lines has it.
fn with_types(world: &World, top: &Path) {
    let types = EVENTS.iter().flat_map(|event| ["-t", event]);
    let arguments: Vec<&str> = ["install"].into_iter().chain(types).collect();
    world
        .run(top, tools::python().join(world.manager.name), &arguments)
        .exits(0);
}

/// With the lines in place phguard has nothing to add, and finds nothing wrong.
pub fn is_known(world: &World) {
    let top = world.repo();
    world
        .run(&top, "phguard", &["install", "--event", &EVENTS.join(",")])
        .exits(0);
    let run = world.run(&top, "phguard", &["doctor"]).exits(0);
    for event in EVENTS {
        let line = run.stdout.lines().find(|line| line.contains(event));
        assert!(
            line.is_some_and(|line| line.starts_with('✓')),
            "{}",
            run.stdout
        );
    }
}

pub fn message(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", "one\n");
    world.refuses(&top, &key(1), || world.git(&top, ["commit", "-m", &key(1)]));
    world.makes(&top, || world.git(&top, ["commit", "-m", "none"]));
}
