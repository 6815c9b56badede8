//! The ways to push, whoever runs the hook.

use crate::sandbox::keys::key;
use std::path::PathBuf;

use super::flows::Flow;
use super::world::World;
use crate::sandbox::Run;

pub const PUSHES: &[Flow] = &[
    ("a key in an earlier commit", earlier_commit),
    ("first push of a branch", first_push_of_a_branch),
    ("first push of all", first_push_of_all),
    ("deletion", deletion),
    ("force-push", force_push),
];

/// The next commits bring a key and take it out again.
fn key_comes_and_goes(world: &World) {
    let top = world.repo();
    world.stage(&top, "a", &key(1));
    world
        .git(&top, ["commit", "-q", "--no-verify", "-m", "a key"])
        .exits(0);
    world.stage(&top, "a", "one\n");
    world
        .git(&top, ["commit", "-q", "--no-verify", "-m", "none"])
        .exits(0);
}

fn clean_commit(world: &World, content: &str) {
    world.stage(&world.repo(), "b", content);
    world
        .git(&world.repo(), ["commit", "-q", "-m", "clean"])
        .exits(0);
}

fn remote(world: &World) -> PathBuf {
    world.sandbox.root().join("remote.git")
}

fn add_remote(world: &World) {
    let remote = remote(world);
    world
        .git(
            &world.repo(),
            ["init", "-q", "--bare", remote.to_str().unwrap()],
        )
        .exits(0);
    world
        .git(
            &world.repo(),
            ["remote", "add", "origin", remote.to_str().unwrap()],
        )
        .exits(0);
}

fn push(world: &World, arguments: &[&str]) -> Run {
    world.git(&world.repo(), ["push", "-q"].iter().chain(arguments))
}

/// The commits that the remote has.
fn refs(world: &World) -> String {
    world
        .git(
            &remote(world),
            ["for-each-ref", "--format=%(refname) %(objectname)"],
        )
        .exits(0)
        .stdout
}

#[track_caller]
fn refuses(world: &World, arguments: &[&str]) {
    let before = refs(world);
    world.blocks(&key(1), &push(world, arguments));
    assert_eq!(refs(world), before, "it was pushed");
}

#[track_caller]
fn pushes(world: &World, arguments: &[&str]) {
    let before = refs(world);
    push(world, arguments).exits(0);
    assert_ne!(refs(world), before, "nothing was pushed");
}

fn earlier_commit(world: &World) {
    add_remote(world);
    pushes(world, &["origin", "main"]);
    clean_commit(world, "one\n");
    pushes(world, &["origin", "main"]);
    key_comes_and_goes(world);
    clean_commit(world, "two\n");
    refuses(world, &["origin", "main"]);
}

fn first_push_of_a_branch(world: &World) {
    add_remote(world);
    pushes(world, &["origin", "main"]);
    world
        .git(&world.repo(), ["switch", "-q", "-c", "side"])
        .exits(0);
    clean_commit(world, "one\n");
    pushes(world, &["origin", "side"]);
    world
        .git(&world.repo(), ["switch", "-q", "-c", "topic"])
        .exits(0);
    key_comes_and_goes(world);
    refuses(world, &["origin", "topic"]);
}

fn first_push_of_all(world: &World) {
    add_remote(world);
    key_comes_and_goes(world);
    refuses(world, &["origin", "main"]);
}

/// It brings nothing to the remote, even if what remains there has a key.
fn deletion(world: &World) {
    add_remote(world);
    key_comes_and_goes(world);
    world
        .git(
            &world.repo(),
            ["push", "-q", "--no-verify", "origin", "main", "main:topic"],
        )
        .exits(0);
    pushes(world, &["--delete", "origin", "topic"]);
}

fn force_push(world: &World) {
    add_remote(world);
    clean_commit(world, "one\n");
    pushes(world, &["origin", "main"]);
    world
        .git(&world.repo(), ["reset", "-q", "--hard", "HEAD~1"])
        .exits(0);
    clean_commit(world, "two\n");
    pushes(world, &["--force", "origin", "main"]);
    world
        .git(&world.repo(), ["reset", "-q", "--hard", "HEAD~1"])
        .exits(0);
    key_comes_and_goes(world);
    refuses(world, &["--force", "origin", "main"]);
}
