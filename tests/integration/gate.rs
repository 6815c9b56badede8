//! The gate that `--no-verify` does not pass: every command of git that moves a ref, in files and
//! reftable, SHA-1 and SHA-256.

mod advice;
mod install;
mod table;
mod world;

use world::World;

#[test]
fn every_command_with_files_and_sha1() {
    table::holds(&World::new("files", "sha1"));
}

#[test]
fn every_command_with_reftable_and_sha1() {
    table::holds(&World::new("reftable", "sha1"));
}

#[test]
fn every_command_with_files_and_sha256() {
    table::holds(&World::new("files", "sha256"));
}

#[test]
fn every_command_with_reftable_and_sha256() {
    table::holds(&World::new("reftable", "sha256"));
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs apt, patchelf and the network: it fetches a git of 2.54 or newer"]
fn every_command_with_a_newer_git() {
    table::holds(&World::new("files", "sha1").with(world::Git::Newer));
    table::holds(&World::new("reftable", "sha256").with(world::Git::Newer));
}

/// Sequences of a usual run. `PHGUARD_SEQUENCES` asks for more.
const SEQUENCES: u32 = 6;

#[test]
fn random_sequences_agree_with_a_scan_of_every_commit() {
    let script = include_str!("gate/oracle.sh");
    let world = World::new("files", "sha1");
    let count = std::env::var("PHGUARD_SEQUENCES").ok();
    let count = count.map_or(SEQUENCES, |count| count.parse().unwrap());
    for seed in 0..count {
        let sandbox = world.sandbox();
        let start = "git checkout -q -b b0; git branch b1; git branch b2";
        world
            .script(
                &sandbox,
                &format!("SEED={seed} STEPS=15\n{start}\n{script}"),
            )
            .exits(0);
    }
}
