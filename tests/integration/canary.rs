//! A hook is only proven if it blocks a key, names it without showing it, and lets the rest pass.

use crate::sandbox::hooks::write_program;
use crate::sandbox::{PHGUARD, Sandbox};
use phguard::hook::Event;
use phguard::hook::canary::{SetUp, prove};

/// What is said of a hook that is this shell script; nothing if it is proven.
fn verdict(event: &str, script: &str, configuration: Option<&str>) -> String {
    let sandbox = Sandbox::without_repository();
    let program = sandbox.root().join("hook");
    write_program(
        &program,
        &format!("#!/bin/sh\n{}\n", script.replace("PHGUARD", PHGUARD)),
    );
    match prove(
        Event::named(event).unwrap(),
        SetUp::Program(&program),
        configuration.map(str::as_bytes),
    ) {
        Ok(()) => String::new(),
        Err(why) => format!("{why:#}"),
    }
}

const MASK: &str = "sed -nE 's/.*(phx_)[A-Za-z0-9]*(.{4})$/\\1…\\2/p'";

#[test]
fn what_is_no_check_is_not_proven() {
    let block_all = format!("git diff --cached | {MASK}; exit 1");
    for (script, said) in [
        ("exec PHGUARD hook pre-commit", ""),
        (
            "exit 0",
            "pre-commit did not block a key in `git commit`; it said: nothing",
        ),
        (
            "echo broken; exit 1",
            "pre-commit blocked a key in `git commit` without naming it; it said: broken",
        ),
        ("git diff --cached; exit 1", "pre-commit printed the key"),
        ("git diff --cached; exit 0", "pre-commit printed the key"),
        (&block_all, "pre-commit blocked what has no key"),
    ] {
        let verdict = verdict("pre-commit", script, None);
        assert!(
            if said.is_empty() {
                verdict.is_empty()
            } else {
                verdict.starts_with(said)
            },
            "{script}: {verdict}"
        );
        assert!(!verdict.contains("QwErTy7u8i9oPaSdFgH"), "{script}");
    }
}

#[test]
fn the_proof_is_an_act_that_runs_the_hook() {
    for (event, look) in [
        ("pre-commit", "git diff --cached"),
        ("pre-merge-commit", "git diff --cached"),
        ("commit-msg", "cat $1"),
        ("pre-push", "read l local rest; git show $local"),
        ("pre-receive", "read old new rest; git show $new"),
    ] {
        let finds_keys = format!("shown=$({look} | {MASK}); echo \"$shown\"; [ -z \"$shown\" ]");
        assert_eq!(verdict(event, &finds_keys, None), "", "{event}");
        assert!(
            verdict(event, "exit 0", None).contains("did not block a key"),
            "{event}"
        );
    }
}

/// Each of these commits has an index of its own. A hook that clears git's variables misses it.
#[test]
fn every_way_to_commit_is_part_of_it() {
    let staged = "unset GIT_INDEX_FILE; git diff --cached";
    let script = format!("shown=$({staged} | {MASK}); echo \"$shown\"; [ -z \"$shown\" ]");
    let said = verdict("pre-commit", &script, None);
    assert!(
        said.contains("did not block a key in `git commit -a`"),
        "{said}"
    );
}

#[test]
fn the_configuration_that_is_in_force_is_part_of_it() {
    let prove = |configuration| {
        verdict(
            "pre-commit",
            "exec PHGUARD hook pre-commit",
            Some(configuration),
        )
    };
    assert_eq!(prove("[allow]\npaths = [\"docs/\"]\n"), "");
    assert!(prove("[allow]\npaths = [\"**\"]\n").contains("did not block a key"));
    assert!(prove("[allow]\nno = 1\n").contains("without naming it"));
}
