//! Places in which an installation cannot work, and installations beside commits for a long time.

use std::fs;
use std::process::Command;

use crate::sandbox::hooks::{names, snapshot, write_program};
use crate::sandbox::platform::{file_name, run_as_plain_user, set_mode};
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// A hook of somebody else for each way in which install keeps one.
const HOOKS: [&str; 2] = [
    "#!/bin/sh\necho MINE >>ran\n",
    "#!/usr/bin/env python3\nopen('ran', 'a').write('MINE\\n')\n",
];

/// Install and uninstall say that they cannot change the hooks, and change nothing.
#[track_caller]
fn assert_refused(sandbox: &Sandbox, mut command: impl FnMut(&str) -> Command) {
    let directory = sandbox.repo().join(".git");
    let above = names(&directory);
    let hooks = snapshot(directory.join("hooks"));
    for (word, said) in [
        ("install", "nothing was installed: "),
        ("uninstall", "nothing was removed: "),
    ] {
        let run = Run::of(&mut command(word));
        assert_eq!(run.code, Some(2), "{word}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
        assert!(run.stderr.contains("  why: "), "{}", run.stderr);
        assert_eq!(names(&directory), above, "{word}");
        assert_eq!(snapshot(directory.join("hooks")), hooks, "{word}");
    }
}

#[test]
fn hooks_that_git_ignores_may_lie_below_a_name_that_is_no_utf8() {
    let sandbox = Sandbox::new();
    let hooks = sandbox.repo().join(file_name(b"caf\xe9"));
    fs::create_dir(&hooks).unwrap();
    sandbox.write(".gitignore", b"/caf\xe9/\n");
    sandbox.git([
        "config".as_ref(),
        "core.hooksPath".as_ref(),
        hooks.as_os_str(),
    ]);
    sandbox.phguard(["install"]).exits(0);
    assert_eq!(
        names(&hooks),
        ["pre-commit", "pre-merge-commit", "pre-push"]
    );
}

#[test]
fn a_directory_of_hooks_without_the_right_to_write_is_left_as_it_was() {
    for hook in HOOKS {
        let sandbox = Sandbox::new();
        let program = sandbox.own_phguard();
        Run::of(
            sandbox
                .command(&program)
                .args(["install", "--event", "pre-push"]),
        )
        .exits(0);
        write_program(&sandbox.hook("pre-commit"), hook);
        let hooks = sandbox.repo().join(".git/hooks");
        set_mode(&hooks, 0o555);
        assert_refused(&sandbox, |word| {
            let mut command = sandbox.command(&program);
            run_as_plain_user(command.arg(word), &sandbox.root());
            command
        });
        set_mode(&hooks, 0o755);
        let mut command = sandbox.command(&program);
        run_as_plain_user(command.arg("install"), &sandbox.root());
        Run::of(&mut command).exits(0);
    }
}

/// A command in a file system of its own, in which this script has mounted something.
fn with_mount(sandbox: &Sandbox, mount: &str, word: &str) -> Command {
    let mut command = sandbox.command("unshare");
    let script = format!("set -e; {mount}; exec '{PHGUARD}' {word}");
    command.args(["--mount", "--map-root-user", "bash", "-c", &script]);
    command
}

#[test]
#[ignore = "needs unshare and the right to mount"]
fn a_read_only_file_system_is_left_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox.phguard(["install", "--event", "pre-push"]).exits(0);
    write_program(&sandbox.hook("pre-commit"), HOOKS[0]);
    let mount = "mount --bind .git/hooks .git/hooks; mount -o remount,ro,bind .git/hooks";
    assert_refused(&sandbox, |word| with_mount(&sandbox, mount, word));
    sandbox.phguard(["install"]).exits(0);
}

/// The proof fails, because git cannot start the hook.
#[test]
#[ignore = "needs unshare and the right to mount"]
fn without_a_shell_nothing_is_installed() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), HOOKS[0]);
    sandbox.write("empty", "");
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    let mount = "mount --bind empty \"$(readlink -f /bin/sh)\"";
    let run = Run::of(&mut with_mount(&sandbox, mount, "install")).exits(2);
    assert!(
        run.stderr.contains("THE HOOK DOES NOT WORK"),
        "{}",
        run.stderr
    );
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
    // What is installed already blocks there, and doctor says so.
    sandbox.phguard(["install"]).exits(0);
    let run = Run::of(&mut with_mount(&sandbox, mount, "doctor")).exits(1);
    assert!(run.stdout.contains("✗ pre-commit"), "{}", run.stdout);
}

#[test]
#[ignore = "takes minutes, and needs python3"]
fn many_installations_in_a_loop_do_not_disturb_commits() {
    for hook in HOOKS {
        let sandbox = Sandbox::new();
        write_program(&sandbox.hook("pre-commit"), hook);
        let rounds = format!(
            "for i in $(seq 40); do '{PHGUARD}' install -q && '{PHGUARD}' uninstall -q || exit 9; done"
        );
        let mut loops = sandbox.command("sh").args(["-c", &rounds]).spawn().unwrap();
        let (mut made, mut failed) = (0, 0);
        while loops.try_wait().unwrap().is_none() {
            sandbox.stage("a", format!("{made} {failed}\n"));
            if sandbox.commit().code == Some(0) {
                made += 1;
            } else {
                failed += 1;
            }
        }
        assert!(loops.wait().unwrap().success());
        let ran = fs::read_to_string(sandbox.repo().join("ran")).unwrap();
        let ran = ran.lines().count();
        // The system opens a script once for its first line and the interpreter opens it again. In
        // between it may become one of another interpreter: that commit fails.
        if hook.contains("python") {
            assert!(ran >= made && failed < made, "{ran} {made} {failed}");
        } else {
            assert_eq!((ran, failed), (made, 0));
        }
        assert_eq!(names(sandbox.repo().join(".git/hooks")), ["pre-commit"]);
        assert_eq!(
            fs::read_to_string(sandbox.hook("pre-commit")).unwrap(),
            hook
        );
    }
}

/// Two loops of installations, and no commit in between passes with a key once a loop has begun
/// with phguard in place: only install runs, never uninstall.
#[test]
#[ignore = "takes minutes, and needs python3"]
fn installations_in_two_loops_never_open_a_gap() {
    for hook in HOOKS {
        let sandbox = Sandbox::new();
        write_program(&sandbox.hook("pre-commit"), hook);
        sandbox.phguard(["install"]).exits(0);
        let other = sandbox.own_phguard();
        let mut loops = Vec::new();
        for program in [PHGUARD, other.to_str().unwrap()] {
            let rounds = format!("for i in $(seq 15); do '{program}' install -q || exit 9; done");
            loops.push(sandbox.command("sh").args(["-c", &rounds]).spawn().unwrap());
        }
        while loops
            .iter_mut()
            .any(|one| one.try_wait().unwrap().is_none())
        {
            sandbox.stage("a", crate::sandbox::keys::phx());
            sandbox.commit().exits(1);
        }
        for mut one in loops {
            assert!(one.wait().unwrap().success());
        }
        fs::remove_file(sandbox.repo().join("ran")).unwrap();
        sandbox.git(["rm", "-qf", "--cached", "a"]);
        sandbox.stage("clean", "clean\n");
        sandbox.commit().exits(0);
        assert_eq!(
            fs::read_to_string(sandbox.repo().join("ran")).unwrap(),
            "MINE\n"
        );
    }
}
