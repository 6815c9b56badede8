//! The lines that `phguard install` prints where a manager owns the hooks do what they promise.

use std::fs;
use std::path::Path;

use super::flows::FLOWS;
use super::pushes::PUSHES;
use super::setups::{HUSKY, LEFTHOOK, Manager, PRE_COMMIT, PREK, SIMPLE_GIT_HOOKS};
use super::tools;
use super::world::{World, key};

const EVENTS: [&str; 4] = ["commit-msg", "pre-commit", "pre-merge-commit", "pre-push"];

#[test]
#[ignore = "fetches the managers"]
fn every_manager_guards_by_the_lines_that_install_prints() {
    for manager in [
        &Manager {
            configure: |world, top| lefthook(&LEFTHOOK, world, top),
            ..LEFTHOOK
        },
        &Manager {
            configure: |world, top| simple_git_hooks(&SIMPLE_GIT_HOOKS, world, top),
            ..SIMPLE_GIT_HOOKS
        },
        &Manager {
            configure: |world, top| husky(&HUSKY, world, top),
            ..HUSKY
        },
        &Manager {
            configure: |world, top| framework(&PRE_COMMIT, world, top),
            install: with_types,
            ..PRE_COMMIT
        },
        &Manager {
            configure: |world, top| framework(&PREK, world, top),
            install: with_types,
            ..PREK
        },
    ] {
        for name in ["commit", "clean merge", "missing program"] {
            let (_, flow) = FLOWS.iter().find(|(known, _)| *known == name).unwrap();
            super::drive(manager, &[(name, *flow)]);
        }
        super::drive(manager, &[("message", message), PUSHES[0]]);
    }
}

/// What is to be added, of what install prints once the manager has hooks in place.
fn printed(manager: &Manager, world: &World, top: &Path) -> Vec<String> {
    (manager.configure)(world, top);
    (manager.install)(world, top);
    let run = world
        .run(top, "phguard", &["install", "--event", &EVENTS.join(",")])
        .exits(2);
    assert!(
        run.stderr.contains(&format!("are {}'s.\n", manager.name)),
        "{}",
        run.stderr
    );
    let lines = run
        .stderr
        .lines()
        .skip(1)
        .map(|line| line.strip_prefix("  ").unwrap_or_default().to_owned());
    lines.collect()
}

/// The lines between the introduction and what is to be typed then.
fn block(manager: &Manager, world: &World, top: &Path) -> String {
    let lines = printed(manager, world, top);
    let lines = lines
        .iter()
        .skip_while(|line| !line.is_empty())
        .take_while(|line| *line != "and then:");
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn lefthook(manager: &Manager, world: &World, top: &Path) {
    fs::write(top.join("lefthook.yml"), block(manager, world, top)).unwrap();
}

fn simple_git_hooks(manager: &Manager, world: &World, top: &Path) {
    let members = block(manager, world, top);
    fs::write(top.join("package.json"), format!("{{{members}}}")).unwrap();
}

fn framework(manager: &Manager, world: &World, top: &Path) {
    let repositories = block(manager, world, top);
    assert!(repositories.contains("- repo: local"), "{repositories}");
    fs::write(
        top.join(".pre-commit-config.yaml"),
        format!("repos:\n{repositories}"),
    )
    .unwrap();
}

/// As the last of the printed lines has it.
fn with_types(world: &World, top: &Path) {
    let types = EVENTS.iter().flat_map(|event| ["-t", event]);
    let arguments: Vec<&str> = ["install"].into_iter().chain(types).collect();
    world
        .run(top, tools::python().join(world.manager.name), &arguments)
        .exits(0);
}

fn husky(manager: &Manager, world: &World, top: &Path) {
    let lines = printed(manager, world, top);
    let calls: Vec<&String> = lines
        .iter()
        .filter(|line| line.ends_with(" || exit $?"))
        .collect();
    assert_eq!(calls.len(), EVENTS.len(), "{lines:?}");
    for (event, call) in EVENTS.iter().zip(calls) {
        let file = top.join(".husky").join(event);
        assert!(
            lines.contains(&format!(
                "Add this line to {}, after lint-staged:",
                file.display()
            )),
            "{lines:?}"
        );
        fs::write(file, format!("{call}\n")).unwrap();
    }
}

fn message(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", "one\n");
    world.refuses(&top, &key(1), || world.git(&top, ["commit", "-m", &key(1)]));
    world.makes(&top, || world.git(&top, ["commit", "-m", "none"]));
}
