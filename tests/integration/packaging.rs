//! Whoever runs git's hooks, and wherever phguard came from: a key does not get past, a clean change
//! does.

mod beside;
mod doubts;
mod first_commit;
mod flows;
mod frameworks;
mod launcher;
mod older;
mod packages;
mod printed;
mod pushes;
mod releases;
mod setups;
mod tools;
mod world;

use std::path::Path;

use self::flows::{FLOWS, Flow};
use self::frameworks::{PRE_COMMIT_FROM_SOURCE, PREK_FROM_SOURCE};
use self::pushes::PUSHES;
use self::setups::{HUSKY, LEFTHOOK, LINT_STAGED, Manager, PRE_COMMIT, PREK, SIMPLE_GIT_HOOKS};
use self::world::World;

/// Every flow in a repository of its own.
#[allow(clippy::print_stdout, reason = "a failure tells which flow it was")]
fn drive(manager: &'static Manager, flows: &[Flow]) {
    for (name, flow) in flows {
        println!("{}: {name}", manager.name);
        let world = World::new(manager);
        flow(&world);
        world.assert_no_key_in_logs();
    }
}

/// The hooks' manifest, as the frameworks read it.
#[test]
#[ignore = "fetches pre-commit and prek"]
fn the_frameworks_accept_the_manifest() {
    let world = World::without_hooks(&PRE_COMMIT);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml");
    for program in ["pre-commit", "prek"] {
        let arguments = ["validate-manifest".as_ref(), manifest.as_os_str()];
        let run = world
            .run(&world.repo(), tools::python().join(program), &arguments)
            .exits(0);
        assert!(!run.stderr.contains("WARN"), "{program}: {}", run.stderr);
    }
}

#[test]
#[ignore = "builds the hook from source in release mode"]
fn the_frameworks_build_the_hook_from_source() {
    frameworks::forget_earlier_builds();
    for manager in [&PRE_COMMIT_FROM_SOURCE, &PREK_FROM_SOURCE] {
        let world = World::new(manager);
        flows::commit(&world);
        world.assert_no_key_in_logs();
    }
}

#[test]
#[ignore = "fetches pre-commit and prek"]
fn the_frameworks_find_a_key_that_is_committed_already() {
    drive(&PRE_COMMIT, &[("run", frameworks::runs_without_a_commit)]);
    drive(&PREK, &[("run", frameworks::runs_without_a_commit)]);
}

#[test]
#[ignore = "fetches the managers"]
fn every_manager_guards_every_way_to_push() {
    for manager in [&PRE_COMMIT, &PREK, &HUSKY, &LEFTHOOK, &SIMPLE_GIT_HOOKS] {
        drive(manager, PUSHES);
    }
}

#[test]
#[ignore = "fetches pre-commit"]
fn pre_commit_guards_every_way_to_commit() {
    drive(&PRE_COMMIT, FLOWS);
}

#[test]
#[ignore = "fetches prek"]
fn prek_guards_every_way_to_commit() {
    drive(&PREK, FLOWS);
}

#[test]
#[ignore = "fetches husky"]
fn husky_guards_every_way_to_commit() {
    drive(&HUSKY, FLOWS);
}

#[test]
#[ignore = "fetches lint-staged"]
fn husky_with_lint_staged_guards_every_way_to_commit() {
    drive(&LINT_STAGED, FLOWS);
}

#[test]
#[ignore = "fetches lefthook"]
fn lefthook_guards_every_way_to_commit() {
    drive(&LEFTHOOK, FLOWS);
}

#[test]
#[ignore = "fetches simple-git-hooks"]
fn simple_git_hooks_guard_every_way_to_commit() {
    drive(&SIMPLE_GIT_HOOKS, FLOWS);
}
