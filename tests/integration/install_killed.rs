//! `phguard install` killed at any of its system calls that change files: the hook that was there still
//! runs, and the next run finishes the work.

use std::fs;

use crate::sandbox::hooks::{names, snapshot, write_program};
use crate::sandbox::keys::phx;
use crate::sandbox::strace::signalled;
use crate::sandbox::{Sandbox, symlink};

/// The system calls by which names and modes change, and by which files become lasting.
const CALLS: &str = "rename,renameat,renameat2,link,linkat,symlink,symlinkat,fsync,chmod,fchmod,fchmodat,rmdir,unlink,mkdir,flock";

/// Kills it at its n-th call. Returns false if it had fewer.
fn kill_at(sandbox: &Sandbox, command: &str, n: usize) -> bool {
    signalled(sandbox, ("KILL", CALLS, n), &[command]).code != Some(0)
}

fn lay(sandbox: &Sandbox, kind: &str) {
    let shell = "#!/bin/sh\necho MINE >>ran\n";
    match kind {
        "shell" => write_program(&sandbox.hook("pre-commit"), shell),
        "python" => {
            let text = "#!/usr/bin/env python3\nopen('ran', 'a').write('MINE')\n";
            write_program(&sandbox.hook("pre-commit"), text);
        }
        _ => {
            write_program(&sandbox.root().join("elsewhere"), shell);
            symlink(sandbox.root().join("elsewhere"), sandbox.hook("pre-commit"));
        }
    }
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_system_call_it_loses_no_shell_hook() {
    kill_both("shell");
}

#[test]
#[ignore = "needs strace and python3"]
fn killed_at_any_system_call_it_loses_no_hook_of_another_interpreter() {
    kill_both("python");
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_system_call_it_loses_no_link() {
    kill_both("link");
}

#[track_caller]
fn kill_both(kind: &str) {
    for command in ["install", "uninstall"] {
        let killed = kill_each(kind, command);
        assert!(killed > 0, "strace killed nothing: {kind}, {command}");
    }
}

fn kill_each(kind: &str, command: &str) -> usize {
    let mut n = 1;
    loop {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.repo().join(".git/hooks")).unwrap();
        lay(&sandbox, kind);
        let before = snapshot(sandbox.repo().join(".git/hooks"));
        if command == "uninstall" {
            sandbox.phguard(["install"]).exits(0);
        }
        let was_killed = kill_at(&sandbox, command, n);
        let what = format!("{command} over {kind}, call {n}");

        sandbox.stage("a", "clean\n");
        assert_eq!(sandbox.commit().code, Some(0), "{what}");
        assert!(
            sandbox.repo().join("ran").exists(),
            "{what}: the hook did not run"
        );

        sandbox.phguard(["install"]).exits(0);
        let left = names(sandbox.repo().join(".git/hooks"));
        assert_eq!(
            left,
            ["pre-commit", "pre-merge-commit", "pre-push"],
            "{what}"
        );
        sandbox.stage("a", phx());
        assert_eq!(sandbox.commit().code, Some(1), "{what}");
        sandbox.phguard(["uninstall"]).exits(0);
        assert_eq!(
            snapshot(sandbox.repo().join(".git/hooks")),
            before,
            "{what}"
        );
        assert!(
            !sandbox.repo().join(".git/hooks.before-phguard").exists(),
            "{what}"
        );
        if !was_killed {
            return n - 1;
        }
        n += 1;
    }
}
