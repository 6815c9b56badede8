//! pre-commit and prek alone: runs without a commit, and hooks that they build themselves.

use crate::sandbox::keys::key;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::setups::{Manager, PRE_COMMIT, PREK, configure_framework};
use super::tools;
use super::world::World;
use crate::sandbox::Run;

/// With the hook that `cargo install` makes of this source tree, and no phguard in PATH.
pub const PRE_COMMIT_FROM_SOURCE: Manager = Manager {
    name: "pre-commit from source",
    configure: |world, top| {
        fs::remove_file(world.programs().join("phguard")).unwrap();
        configure_framework(top, "phguard");
    },
    environment: build_once,
    ..PRE_COMMIT
};

pub const PREK_FROM_SOURCE: Manager = Manager {
    name: "prek from source",
    configure: PRE_COMMIT_FROM_SOURCE.configure,
    environment: build_once,
    ..PREK
};

/// Compiled without optimisation, and once: prek has cargo keep its sources in a place of prek's
/// own, so pre-commit is told the same place.
fn build_once(command: &mut Command) {
    let prek = tools::scratch().join("prek");
    let rustup = || {
        Path::new(&std::env::var_os("HOME").unwrap())
            .join(".rustup")
            .into_os_string()
    };
    command
        .env("PREK_HOME", &prek)
        .env("CARGO_HOME", prek.join("cache/cargo"))
        .env(
            "RUSTUP_HOME",
            std::env::var_os("RUSTUP_HOME").unwrap_or_else(rustup),
        )
        .env("CARGO_TARGET_DIR", tools::scratch().join("build"))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CFLAGS", "-O0");
}

/// Takes away what prek has made of an earlier run's sources.
pub fn forget_earlier_builds() {
    for part in ["repos", "hooks"] {
        let directory = tools::scratch().join("prek").join(part);
        if directory.exists() {
            fs::remove_dir_all(directory).unwrap();
        }
    }
}

/// A key that is committed already is found by a run over all files and over its commit.
pub fn runs_without_a_commit(world: &World) {
    let top = world.repo();
    world.stage(&top, "clean", "one\n");
    world.git(&top, ["commit", "-q", "-m", "clean"]).exits(0);
    run(world, &["--all-files"]).exits(0);
    run(world, &["--from-ref", "HEAD~1", "--to-ref", "HEAD"]).exits(0);

    world.stage(&top, "a", &key(1));
    world
        .git(&top, ["commit", "-q", "--no-verify", "-m", "a key"])
        .exits(0);
    world.stage(&top, "clean", "two\n");
    world
        .git(&top, ["commit", "-q", "--no-verify", "-m", "clean"])
        .exits(0);
    world.blocks(&key(1), &run(world, &["--all-files"]));
    world.blocks(
        &key(1),
        &run(world, &["--from-ref", "HEAD~2", "--to-ref", "HEAD"]),
    );
    world.blocks(
        &key(1),
        &run(world, &["--from-ref", "HEAD~2", "--to-ref", "HEAD~1"]),
    );
    run(world, &["--from-ref", "HEAD~1", "--to-ref", "HEAD"]).exits(0);
}

fn run(world: &World, arguments: &[&str]) -> Run {
    let arguments = ["run"].iter().chain(arguments).collect::<Vec<_>>();
    let program = world.manager.name.split(' ').next().unwrap();
    world.run(&world.repo(), tools::python().join(program), &arguments)
}
