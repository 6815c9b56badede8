//! The gate that `--no-verify` does not pass: every command of git that moves a ref, in files and
//! reftable, SHA-1 and SHA-256.

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
