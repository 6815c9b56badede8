//! With real managers: doctor believes what their newest versions write, and nothing that was changed.

use std::fs;

use super::printed;
use super::world::World;
use crate::sandbox::Run;
use crate::sandbox::hooks::write_program;

/// Something that keeps the call from running, or may.
type Change = fn(&World) -> Vec<(&'static str, String)>;

#[test]
#[ignore = "fetches the managers"]
fn doctor_believes_a_manager_only_as_it_installs_itself() {
    for manager in printed::managers() {
        let world = World::new(manager);
        assert!(is_proven(&world, &[]), "{}", manager.name);
        for (what, change) in changes(manager.name) {
            let world = World::new(manager);
            let variables = change(&world);
            assert!(!is_proven(&world, &variables), "{}: {what}", manager.name);
        }
    }
}

fn is_proven(world: &World, variables: &[(&'static str, String)]) -> bool {
    let mut command = world.command(&world.repo(), "phguard");
    command.arg("doctor");
    for (name, value) in variables {
        command.env(name, value);
    }
    let run = Run::of(&mut command);
    run.stdout
        .lines()
        .any(|line| line.starts_with("✓ pre-commit: "))
}

fn changes(manager: &str) -> &'static [(&'static str, Change)] {
    match manager {
        "husky" => &[
            ("an edited script", |world| {
                append(world, ".husky/_/h", "exit 0\n")
            }),
            ("an edited stub", |world| {
                append(world, ".husky/_/pre-commit", "\nexit 0\n")
            }),
            ("HUSKY=0", |_| vec![("HUSKY", "0".into())]),
            ("a file of the user", |world| {
                in_home(world, ".config/husky/init.sh")
            }),
            ("an old file of the user", |world| {
                in_home(world, ".huskyrc")
            }),
            ("another phguard first in PATH", another_phguard),
        ],
        "lefthook" => &[
            ("an edited hook", |world| {
                append(world, ".git/hooks/pre-commit", "exit 0\n")
            }),
            ("LEFTHOOK_EXCLUDE", |_| {
                vec![("LEFTHOOK_EXCLUDE", "phguard".into())]
            }),
            ("no lefthook", without_lefthook),
        ],
        "simple-git-hooks" => &[
            ("an edited hook", |world| {
                append(world, ".git/hooks/pre-commit", "exit 0\n")
            }),
            ("a file of the user", |_| {
                vec![("SIMPLE_GIT_HOOKS_RC", "/nowhere".into())]
            }),
        ],
        _ => &[
            ("an edited hook", |world| {
                append(world, ".git/hooks/pre-commit", "exit 0\n")
            }),
            ("another file", |world| {
                let program = super::tools::python().join(world.manager.name);
                let other = ["install", "-f", "-c", "other.yaml"];
                fs::write(world.repo().join("other.yaml"), "repos: []\n").unwrap();
                world.run(&world.repo(), program, &other).exits(0);
                Vec::new()
            }),
            ("SKIP", |_| vec![("SKIP", "flake8, phguard ".into())]),
        ],
    }
}

fn append(world: &World, file: &str, text: &str) -> Vec<(&'static str, String)> {
    let file = world.repo().join(file);
    let old = fs::read_to_string(&file).unwrap_or_default();
    write_program(&file, &format!("{old}{text}"));
    Vec::new()
}

fn in_home(world: &World, name: &str) -> Vec<(&'static str, String)> {
    write_program(&world.sandbox.home().join(name), "exit 0\n");
    Vec::new()
}

/// The hook names the file of the lefthook that wrote it.
fn without_lefthook(world: &World) -> Vec<(&'static str, String)> {
    fs::remove_file(world.repo().join("node_modules")).unwrap();
    let hook = world.repo().join(".git/hooks/pre-commit");
    let text = fs::read_to_string(&hook).unwrap();
    let named = text.lines().find_map(|line| {
        let path = line.trim().strip_suffix(" \"$@\"")?;
        path.starts_with('/').then_some(path)
    });
    write_program(&hook, &text.replace(named.unwrap(), "/nowhere/lefthook"));
    Vec::new()
}

/// In a directory of modules of this repository's own.
fn another_phguard(world: &World) -> Vec<(&'static str, String)> {
    fs::remove_file(world.repo().join("node_modules")).unwrap();
    append(world, "node_modules/.bin/phguard", "#!/bin/sh\nexit 0\n")
}
