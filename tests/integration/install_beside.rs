//! Hooks of others: a single one is kept and runs first; those of a hook manager are left to it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use crate::sandbox::hooks::{
    assert_guarded, git_with_config_hooks, names, snapshot, write_program,
};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

const BEFORE: &str = "pre-commit.before-phguard";

/// Ways in which a hook can lie in the directory; what git would run writes "theirs" to a file.
fn lay(sandbox: &Sandbox, kind: &str) {
    let hook = sandbox.hook("pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    match kind {
        "sh" => write_program(&hook, "#!/bin/sh\necho theirs >> ran\n"),
        "no interpreter" => write_program(&hook, "echo theirs >> ran\n"),
        "mode 0500" => {
            write_program(&hook, "#!/bin/sh\necho theirs >> ran\n");
            fs::set_permissions(&hook, fs::Permissions::from_mode(0o500)).unwrap();
        }
        "python" => write_program(
            &hook,
            "#!/usr/bin/env python3\nopen('ran', 'a').write('theirs\\n')\n",
        ),
        "not executable" => fs::write(&hook, "#!/bin/sh\necho theirs >> ran\n").unwrap(),
        "dangling link" => symlink("../nowhere", &hook),
        "relative link" => {
            write_program(
                &hook.with_file_name("their hook.sh"),
                "#!/bin/sh\necho theirs >> ran\n",
            );
            symlink("their hook.sh", &hook);
        }
        "absolute link" => {
            let target = sandbox.root().join("their hook");
            write_program(&target, "#!/bin/sh\necho theirs >> ran\n");
            symlink(target, &hook);
        }
        "the binary" => symlink(PHGUARD, &hook),
        _ => panic!("{kind}"),
    }
}

#[test]
fn every_kind_of_hook_is_kept_runs_if_git_ran_it_and_comes_back_as_it_was() {
    for (kind, runs) in [
        ("sh", true),
        ("no interpreter", true),
        ("mode 0500", true),
        ("python", true),
        ("not executable", false),
        ("dangling link", false),
        ("relative link", true),
        ("absolute link", true),
        ("the binary", false),
    ] {
        let sandbox = Sandbox::new();
        lay(&sandbox, kind);
        let hooks = sandbox.repo().join(".git/hooks");
        let before = snapshot(&hooks);
        let theirs = before.iter().find(|file| file.0 == "pre-commit").unwrap();
        let run = sandbox.phguard(["install"]).exits(0);
        assert!(
            run.stdout.contains(&format!("runs first, as {BEFORE}")),
            "{kind}: {}",
            run.stdout
        );
        let kept = snapshot(&hooks)
            .into_iter()
            .find(|file| file.0 == BEFORE)
            .unwrap();
        assert_eq!((kept.1, &kept.2), (theirs.1, &theirs.2), "{kind}");

        sandbox.stage("a", phx());
        let run = sandbox.commit().exits(1);
        assert!(
            run.stderr.contains(&masked(&phx())),
            "{kind}: {}",
            run.stderr
        );
        assert_eq!(sandbox.repo().join("ran").exists(), runs, "{kind}");
        sandbox.stage("a", "clean\n");
        sandbox.commit().exits(0);

        sandbox.phguard(["install"]).exits(0);
        let run = sandbox.phguard(["uninstall"]).exits(0);
        assert!(
            run.stdout
                .contains("the hook that was there before is back"),
            "{kind}: {}",
            run.stdout
        );
        assert_eq!(snapshot(&hooks), before, "{kind}");
    }
}

#[test]
fn the_other_hook_comes_first_and_what_it_stages_is_checked() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\ngit add -A\n");
    sandbox.phguard(["install"]).exits(0);
    sandbox.stage("a", "clean\n");
    sandbox.write("b", phx());
    let run = sandbox.commit().exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
}

#[test]
fn the_other_hook_blocks_by_its_failure() {
    let sandbox = Sandbox::new();
    for status in [1, 3, 127] {
        write_program(
            &sandbox.hook("pre-commit"),
            &format!("#!/bin/sh\necho no >&2\nexit {status}\n"),
        );
        sandbox.phguard(["install"]).exits(0);
        sandbox.stage("a", phx());
        let run = Run::of(&mut sandbox.command(sandbox.hook("pre-commit"))).exits(status);
        assert_eq!(run.stderr, "no\n");
        sandbox.commit().exits(1);
        sandbox.phguard(["uninstall"]).exits(0);
    }
}

/// A program in phguard's place that tells how it was called.
fn witness(sandbox: &Sandbox, event: &str) {
    let program = sandbox.own_phguard();
    Run::of(
        sandbox
            .command(&program)
            .args(["install", "--event", "pre-commit"]),
    )
    .exits(0);
    fs::rename(sandbox.hook("pre-commit"), sandbox.hook(event)).unwrap();
    if sandbox.hook(BEFORE).exists() {
        fs::rename(
            sandbox.hook(BEFORE),
            sandbox.hook(&format!("{event}.before-phguard")),
        )
        .unwrap();
    }
    write_program(
        &program,
        "#!/bin/sh\necho \"ours: $*\"\nsed 's/^/ours: /'\n",
    );
}

fn run_with_stdin(sandbox: &Sandbox, event: &str, arguments: &[&str], stdin: &str) -> Run {
    let mut command = sandbox.command(sandbox.hook(event));
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(stdin.as_bytes())
        .unwrap();
    Run::from(child.wait_with_output().unwrap())
}

#[test]
fn both_hooks_get_the_arguments_and_standard_input_to_its_last_byte() {
    for event in ["pre-push", "pre-receive"] {
        let sandbox = Sandbox::new();
        write_program(
            &sandbox.hook("pre-commit"),
            "#!/bin/sh\necho \"theirs: $*\"\nsed 's/^/theirs: /'\n",
        );
        witness(&sandbox, event);
        for stdin in ["", "\n", "a b c d\n", "a\n\nb\n\n", "no end"] {
            let run = run_with_stdin(&sandbox, event, &["or igin", "url"], stdin).exits(0);
            let of = |name: &str| -> String {
                stdin
                    .split_inclusive('\n')
                    .map(|line| format!("{name}: {line}"))
                    .collect()
            };
            let expected = format!(
                "theirs: or igin url\n{}ours: hook {event} or igin url\n{}",
                of("theirs"),
                of("ours")
            );
            // GNU sed and others differ in ending a line that has no end.
            assert_eq!(
                run.stdout.replace('\n', ""),
                expected.replace('\n', ""),
                "{event} {stdin:?}"
            );
        }
    }
}

#[test]
fn a_hook_that_does_not_read_its_input_does_not_disturb_ours() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\nexit 0\n");
    witness(&sandbox, "pre-push");
    let lines = "refs/heads/a 0 refs/heads/a 0\n".repeat(20_000);
    let run = run_with_stdin(&sandbox, "pre-push", &[], &lines).exits(0);
    assert_eq!(run.stdout.lines().count(), 20_001);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_shim_that_was_moved_aside_still_knows_its_event() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\necho theirs\n");
    sandbox.phguard(["install"]).exits(0);
    let legacy = sandbox.hook("pre-commit.legacy");
    fs::rename(sandbox.hook("pre-commit"), &legacy).unwrap();
    write_program(
        &sandbox.hook("pre-commit"),
        "#!/bin/sh\n# File generated by pre-commit\n$0.legacy \"$@\"\n",
    );
    sandbox.stage("a", phx());
    let run = sandbox.commit().exits(1);
    assert!(
        run.stderr.contains("theirs") && run.stderr.contains(&masked(&phx())),
        "{}",
        run.stderr
    );
    sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(
        names(sandbox.repo().join(".git/hooks")),
        ["pre-commit", "pre-commit.legacy"]
    );
    assert_eq!(
        fs::read_to_string(legacy).unwrap(),
        "#!/bin/sh\necho theirs\n"
    );
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.hook("pre-commit")).unwrap();
    let run = sandbox.phguard(["install"]).exits(2);
    assert!(
        run.stderr.contains("pre-commit is a directory"),
        "{}",
        run.stderr
    );
    fs::remove_dir(sandbox.hook("pre-commit")).unwrap();

    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\necho one\n");
    write_program(&sandbox.hook(BEFORE), "#!/bin/sh\necho two\n");
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    let run = sandbox.phguard(["install"]).exits(2);
    assert!(
        run.stderr.contains("there are two hooks to keep"),
        "{}",
        run.stderr
    );
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
}

#[test]
fn a_hook_whose_shim_was_deleted_comes_back_too() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\necho theirs\n");
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    sandbox
        .phguard(["install", "--event", "pre-commit"])
        .exits(0);
    fs::remove_file(sandbox.hook("pre-commit")).unwrap();
    sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
}

#[test]
fn an_installation_that_was_cut_short_is_taken_up() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\necho theirs\n");
    fs::hard_link(sandbox.hook("pre-commit"), sandbox.hook(BEFORE)).unwrap();
    sandbox.phguard(["install"]).exits(0);
    sandbox.stage("a", phx());
    let run = sandbox.commit().exits(1);
    assert!(
        run.stderr.starts_with("theirs\n") && run.stderr.contains(&masked(&phx())),
        "{}",
        run.stderr
    );
}

#[test]
fn the_hooks_of_a_manager_are_left_to_it() {
    let sandbox = Sandbox::new();
    for (manager, mark, line) in [
        (
            "pre-commit",
            "# File generated by pre-commit: https://pre-commit.com",
            "        entry: phguard hook",
        ),
        (
            "prek",
            "# File generated by prek: https://github.com/j178/prek",
            "prek install -t pre-commit",
        ),
        (
            "lefthook",
            "call_lefthook run \"pre-commit\" \"$@\"",
            "      run: phguard hook pre-commit",
        ),
        (
            "simple-git-hooks",
            "if [ \"$SKIP_SIMPLE_GIT_HOOKS\" = \"1\" ]; then",
            "\"pre-commit\": \"phguard hook pre-commit\",",
        ),
        (
            "hk",
            "test \"${HK:-1}\" = \"0\" || exec hk run pre-commit \"$@\"",
            "[\"phguard\"] { check = \"phguard hook pre-commit\"",
        ),
        (
            "overcommit",
            "# Entrypoint for Overcommit hook integration.",
            "    command: ['phguard', 'hook', 'pre-commit']",
        ),
    ] {
        for event in ["pre-commit", "commit-msg"] {
            write_program(&sandbox.hook(event), &format!("#!/bin/sh\n{mark}\n"));
            let before = snapshot(sandbox.repo().join(".git/hooks"));
            let run = sandbox.phguard(["install"]).exits(2);
            assert!(
                run.stderr.contains(&format!("are {manager}'s.\n")),
                "{}",
                run.stderr
            );
            assert!(run.stderr.contains(line), "{}", run.stderr);
            assert!(
                run.stderr.contains("phguard install --git-config"),
                "{}",
                run.stderr
            );
            assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
            fs::remove_file(sandbox.hook(event)).unwrap();
        }
    }
}

#[test]
fn a_manager_that_uses_config_hooks_is_known_by_them() {
    let sandbox = Sandbox::new();
    sandbox.git(["config", "hook.hk-pre-commit.command", "hk run pre-commit"]);
    sandbox.git(["config", "hook.hk-pre-commit.event", "pre-commit"]);
    let run = sandbox.phguard(["install"]).exits(2);
    assert!(run.stderr.contains("are hk's"), "{}", run.stderr);
    assert_eq!(names(sandbox.repo().join(".git/hooks")), [""; 0]);
}

#[test]
fn with_husky_the_line_goes_into_its_users_file() {
    let sandbox = Sandbox::new();
    for directory in [".husky/_", ".husky"] {
        sandbox.git(["config", "core.hooksPath", directory]);
        let run = sandbox.phguard(["install"]).exits(2);
        let file = sandbox.repo().join(".husky/pre-commit");
        assert!(
            run.stderr.contains(&format!("to {},", file.display())),
            "{}",
            run.stderr
        );
        assert!(!sandbox.repo().join(".husky").exists(), "{directory}");
        let line = run
            .stderr
            .lines()
            .find(|line| line.ends_with(" hook pre-commit || exit $?"))
            .unwrap()
            .trim();
        write_program(&file, &format!("#!/bin/sh\n{line}\n"));
        sandbox.git(["config", "core.hooksPath", ".husky"]);
        assert_guarded(&sandbox, &sandbox.repo());
        fs::remove_dir_all(sandbox.repo().join(".husky")).unwrap();
    }
}

#[test]
fn git_is_told_by_its_configuration_if_it_is_new_enough() {
    let sandbox = Sandbox::new();
    let config = || fs::read_to_string(sandbox.repo().join(".git/config")).unwrap();
    let untouched = config();
    let newer = git_with_config_hooks(&sandbox);
    let with = |arguments: &[&str]| {
        Run::of(sandbox.command(PHGUARD).args(arguments).env("PATH", &newer)).exits(0)
    };
    let run = with(&["install", "--git-config"]);
    assert!(
        run.stdout
            .contains("pre-commit: set in git's configuration"),
        "{}",
        run.stdout
    );
    let set = config();
    let added: Vec<&str> = set
        .strip_prefix(&untouched)
        .unwrap()
        .lines()
        .map(str::trim)
        .collect();
    let command = |event: &str| format!("command = '{PHGUARD}' hook {event}");
    assert_eq!(
        added,
        [
            "[hook \"phguard-pre-commit\"]",
            &command("pre-commit"),
            "event = pre-commit",
            "[hook \"phguard-pre-merge-commit\"]",
            &command("pre-merge-commit"),
            "event = pre-merge-commit",
        ]
    );
    assert_eq!(names(sandbox.repo().join(".git/hooks")), [""; 0]);
    sandbox.stage("a", phx());
    let run = Run::of(
        sandbox
            .command("git")
            .args(["commit", "-m", "a key"])
            .env("PATH", &newer),
    )
    .exits(1);
    assert!(run.stdout.contains(&masked(&phx())), "{}", run.stdout);

    assert!(
        with(&["install", "--git-config"])
            .stdout
            .contains("already set")
    );
    assert_eq!(config(), set);
    assert!(
        with(&["uninstall", "--git-config"])
            .stdout
            .contains("pre-commit: removed")
    );
    assert_eq!(config(), untouched);

    let home = fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap();
    with(&["install", "--git-config", "--global"]);
    assert_eq!(config(), untouched);
    assert_ne!(
        fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap(),
        home
    );
    with(&["uninstall", "--git-config", "--global"]);
    assert_eq!(
        fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap(),
        home
    );
}

#[test]
fn an_older_git_is_not_told_what_it_would_not_do() {
    let sandbox = Sandbox::new();
    let before = fs::read(sandbox.repo().join(".git/config")).unwrap();
    let older = sandbox.root().join("older");
    write_program(&older.join("git"), "#!/bin/sh\necho 'git version 2.53.9'\n");
    let run = Run::of(
        sandbox
            .command(PHGUARD)
            .args(["install", "--git-config", "--global"])
            .env("PATH", older),
    )
    .exits(2);
    assert!(
        run.stderr
            .contains("git 2.53 runs no hooks that its configuration names"),
        "{}",
        run.stderr
    );
    assert_eq!(
        fs::read(sandbox.repo().join(".git/config")).unwrap(),
        before
    );
}

#[test]
fn a_config_hook_without_proof_is_not_set() {
    let sandbox = Sandbox::new();
    let before = fs::read(sandbox.repo().join(".git/config")).unwrap();
    let claims = sandbox.root().join("claims");
    let real = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|d| d.join("git"))
        .find(|p| p.is_file());
    let script = "#!/bin/sh\ncase $1 in\n--version | --no-pager) [ -z \"${*##*--version}\" ] && echo git version 2.55.0 && exit ;;\ncommit) shift; exec GIT commit --no-verify \"$@\" ;;\nesac\nexec GIT \"$@\"\n";
    write_program(
        &claims.join("git"),
        &script.replace("GIT", real.unwrap().to_str().unwrap()),
    );
    let path = format!("{}:{}", claims.display(), std::env::var("PATH").unwrap());
    let run = Run::of(
        sandbox
            .command(PHGUARD)
            .args(["install", "--git-config"])
            .env("PATH", path),
    )
    .exits(2);
    assert!(
        run.stderr.contains("THE HOOK DOES NOT WORK"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("did not block a key"), "{}", run.stderr);
    assert_eq!(
        fs::read(sandbox.repo().join(".git/config")).unwrap(),
        before
    );
}
