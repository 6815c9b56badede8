//! Hooks of others: a single one is kept and runs first; those of a hook manager are left to it.

use crate::sandbox::platform::set_mode;
use std::fs;

use crate::sandbox::hooks::{
    assert_guarded, git_with_config_hooks, names, snapshot, write_program,
};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::{Transcript, assert_run};
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

/// The hooks that the stand-in for a newer git runs.
const COMMITS: &str = "pre-commit,pre-merge-commit";

/// Ways in which a hook can lie in the directory; what git would run writes "theirs" to a file.
fn lay(sandbox: &Sandbox, kind: &str) {
    let hook = sandbox.hook("pre-commit");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    match kind {
        "sh" => write_program(&hook, "#!/bin/sh\necho theirs >> ran\n"),
        "no interpreter" => write_program(&hook, "echo theirs >> ran\n"),
        "mode 0500" => {
            write_program(&hook, "#!/bin/sh\necho theirs >> ran\n");
            set_mode(&hook, 0o500);
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
    const SAME_FILE: &str = "runs first, in the same file";
    const BESIDE: &str = "hooks.before-phguard/pre-commit";
    for (kind, runs, said) in [
        ("sh", true, SAME_FILE),
        ("no interpreter", true, SAME_FILE),
        ("mode 0500", true, SAME_FILE),
        ("python", true, BESIDE),
        ("not executable", false, BESIDE),
        ("dangling link", false, BESIDE),
        ("relative link", true, SAME_FILE),
        ("absolute link", true, BESIDE),
        ("the binary", false, "already there"),
    ] {
        let sandbox = Sandbox::new();
        lay(&sandbox, kind);
        let hooks = sandbox.repo().join(".git/hooks");
        let before = snapshot(&hooks);
        let run = sandbox.phguard(["install"]).exits(0);
        assert!(run.stdout.contains(said), "{kind}: {}", run.stdout);
        let beside = sandbox.repo().join(".git/hooks.before-phguard");
        assert_eq!(beside.exists(), said == BESIDE, "{kind}");

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

        let first = snapshot(&hooks);
        sandbox.phguard(["install"]).exits(0);
        assert_eq!(snapshot(&hooks), first, "{kind}: the second time");
        sandbox.phguard(["uninstall"]).exits(0);
        assert_eq!(snapshot(&hooks), before, "{kind}");
        assert!(!beside.exists(), "{kind}");
    }
}

/// Hooks that ask for their own name or directory find what they found before.
#[test]
fn a_hook_sees_its_own_name_and_its_neighbours() {
    let sandbox = Sandbox::new();
    let part = "#!/bin/sh\necho part >>ran\n[ ! -e no ] || exit 1\n";
    write_program(&sandbox.hook("pre-commit.d/lint"), part);
    fs::write(sandbox.hook("library.sh"), "echo library >>ran\n").unwrap();
    fs::write(sandbox.hook("package.json"), "{\"type\": \"module\"}").unwrap();
    let dispatcher = "for f in \"$(dirname \"$0\")/$(basename \"$0\").d\"/*; do \"$f\" || exit 1; done\n\
                      . \"$(dirname \"$0\")/library.sh\"\n";
    let in_python = "#!/usr/bin/env python3\nimport os, subprocess, sys\n\
                     here = os.path.dirname(sys.argv[0])\n\
                     assert os.path.basename(sys.argv[0]) == 'pre-commit'\n\
                     assert open(os.path.join(here, 'library.sh')).read()\n\
                     assert open(os.path.join(here, 'package.json')).read()\n\
                     open('ran', 'a').write('library\\n')\n\
                     sys.exit(subprocess.call([os.path.join(here, 'pre-commit.d', 'lint')]))\n";
    for text in [
        format!("#!/bin/sh\n{dispatcher}"),
        format!("#!/bin/bash -eu\n{dispatcher}"),
        format!("#!/usr/bin/env bash\nset -o pipefail\n{dispatcher}"),
        in_python.to_owned(),
        // It reads its own lines.
        format!("#!/bin/sh\nsed -n 's/^##//p' \"$0\" >>ran\n##library\n{dispatcher}"),
    ] {
        write_program(&sandbox.hook("pre-commit"), &text);
        sandbox.phguard(["install"]).exits(0);
        sandbox.stage("a", &text);
        sandbox.commit().exits(0);
        let ran = fs::read_to_string(sandbox.repo().join("ran")).unwrap();
        assert!(
            ran.contains("part") && ran.contains("library"),
            "{text}: {ran}"
        );
        assert_eq!(ran.matches("part").count(), 1, "{text}: {ran}");
        fs::write(sandbox.repo().join("no"), "").unwrap();
        sandbox.stage("a", "changed\n");
        sandbox.commit().exits(1);
        fs::remove_file(sandbox.repo().join("no")).unwrap();
        fs::remove_file(sandbox.repo().join("ran")).unwrap();
        sandbox.stage("a", phx());
        let run = sandbox.commit().exits(1);
        assert!(
            run.stderr.contains(&masked(&phx())),
            "{text}: {}",
            run.stderr
        );
        fs::remove_file(sandbox.repo().join("ran")).unwrap();
        sandbox.phguard(["uninstall"]).exits(0);
        assert_eq!(
            fs::read_to_string(sandbox.hook("pre-commit")).unwrap(),
            text
        );
    }
}

/// A dispatcher out of the directory, linked under the names of all hooks.
#[test]
fn links_to_one_dispatcher_are_kept_under_their_names() {
    let sandbox = Sandbox::new();
    write_program(
        &sandbox.repo().join("scripts/run"),
        "#!/bin/sh\necho \"$(basename \"$0\")\" >>ran\n",
    );
    let all = ["pre-commit", "pre-merge-commit", "pre-push", "post-commit"];
    fs::create_dir_all(sandbox.hook("").parent().unwrap()).unwrap();
    for event in all {
        symlink("../../scripts/run", sandbox.hook(event));
    }
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    sandbox.phguard(["install"]).exits(0);
    sandbox.stage("a", "clean\n");
    sandbox.commit().exits(0);
    let ran = fs::read_to_string(sandbox.repo().join("ran")).unwrap();
    assert_eq!(ran, "pre-commit\npost-commit\n");
    sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
}

/// One hook that is a link to another, or that sources another.
#[test]
fn hooks_that_lead_to_each_other_run_once_and_end() {
    let merge = |sandbox: &Sandbox| {
        sandbox.git(["checkout", "-q", "-b", "side"]);
        sandbox.stage("b", "side\n");
        sandbox.commit_unchecked("side");
        sandbox.git(["checkout", "-q", "main"]);
        sandbox.stage("a", "main\n");
        sandbox.commit_unchecked("main");
        Run::of(
            sandbox
                .command("timeout")
                .args(["20", "git", "merge", "-q", "--no-edit", "side"]),
        )
        .exits(0);
    };
    let source = "#!/bin/sh\n. \"$(dirname \"$0\")/pre-commit\"\n";
    for events in [
        "pre-commit",
        "pre-merge-commit",
        "pre-commit,pre-merge-commit",
    ] {
        for is_link in [true, false] {
            let sandbox = Sandbox::new();
            sandbox.commit_unchecked("first");
            write_program(
                &sandbox.hook("pre-commit"),
                "#!/bin/sh\necho \"${0##*/}\" >>ran\n",
            );
            if is_link {
                symlink("pre-commit", sandbox.hook("pre-merge-commit"));
            } else {
                write_program(&sandbox.hook("pre-merge-commit"), source);
            }
            sandbox.phguard(["install", "--event", events]).exits(0);
            merge(&sandbox);
            let ran = fs::read_to_string(sandbox.repo().join("ran")).unwrap();
            assert_eq!(ran, "pre-merge-commit\n", "{events} {is_link}");
        }
    }
}

/// A link to a hook of phguard is one.
#[test]
fn a_link_to_our_own_hook_is_no_other_hook() {
    let sandbox = Sandbox::new();
    sandbox
        .phguard(["install", "--event", "pre-commit"])
        .exits(0);
    let copy = sandbox.root().join("phguard-hook");
    fs::copy(sandbox.hook("pre-commit"), &copy).unwrap();
    fs::remove_file(sandbox.hook("pre-commit")).unwrap();
    symlink(&copy, sandbox.hook("pre-commit"));
    symlink("pre-commit", sandbox.hook("pre-merge-commit"));
    sandbox.phguard(["install"]).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
    let version = fs::read_to_string(&copy)
        .unwrap()
        .replace("shim, version ", "shim, version 1");
    fs::write(&copy, version).unwrap();
    sandbox.phguard(["install"]).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn two_installations_at_once_lose_nothing() {
    for text in [
        "#!/bin/sh\necho MINE >>ran\n",
        "#!/usr/bin/python3\nopen('ran', 'a').write('MINE')\n",
    ] {
        let sandbox = Sandbox::new();
        write_program(&sandbox.hook("pre-commit"), text);
        let mut children = Vec::new();
        for _ in 0..4 {
            children.push(sandbox.command(PHGUARD).arg("install").spawn().unwrap());
        }
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        sandbox.stage("a", "clean\n");
        sandbox.commit().exits(0);
        assert!(sandbox.repo().join("ran").exists(), "{text}");
        sandbox.phguard(["uninstall"]).exits(0);
        assert_eq!(
            fs::read_to_string(sandbox.hook("pre-commit")).unwrap(),
            text
        );
    }
}

/// Killed at any moment, an installation leaves the hook that was there, alone or with phguard.
#[test]
fn a_killed_installation_loses_nothing() {
    for text in [
        "#!/bin/sh\necho MINE >>ran\n",
        "#!/usr/bin/python3\nopen('ran', 'a').write('MINE')\n",
    ] {
        let sandbox = Sandbox::new();
        write_program(&sandbox.hook("pre-commit"), text);
        for delay in (0..600).step_by(60) {
            let mut child = sandbox.command(PHGUARD).arg("install").spawn().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(delay));
            child.kill().unwrap();
            child.wait().unwrap();
            sandbox.stage("a", format!("{delay}\n"));
            sandbox.commit().exits(0);
            let ran = sandbox.repo().join("ran");
            assert!(ran.exists(), "{delay}: {text}");
            fs::remove_file(ran).unwrap();
        }
        sandbox.phguard(["install"]).exits(0);
        let left: Vec<String> = names(sandbox.repo().join(".git/hooks"));
        assert_eq!(left, ["pre-commit", "pre-merge-commit", "pre-push"]);
        assert_eq!(candidates(&sandbox), 0);
        sandbox.stage("a", phx());
        sandbox.commit().exits(1);
        sandbox.phguard(["uninstall"]).exits(0);
        assert_eq!(
            fs::read_to_string(sandbox.hook("pre-commit")).unwrap(),
            text
        );
    }
}

/// Number of files that are not yet hooks.
fn candidates(sandbox: &Sandbox) -> usize {
    let all = names(sandbox.repo().join(".git/hooks"));
    all.iter()
        .filter(|name| name.starts_with(".phguard"))
        .count()
}

#[test]
fn installations_in_a_loop_do_not_disturb_commits() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\necho MINE >>ran\n");
    let script = format!(
        "for i in 1 2 3; do '{PHGUARD}' install -q && '{PHGUARD}' uninstall -q || exit 9; done"
    );
    let mut loops = sandbox.command("sh").args(["-c", &script]).spawn().unwrap();
    let mut commits = 0;
    while loops.try_wait().unwrap().is_none() {
        commits += 1;
        sandbox.stage("a", format!("{commits}\n"));
        sandbox.commit().exits(0);
    }
    assert!(loops.wait().unwrap().success());
    let ran = fs::read_to_string(sandbox.repo().join("ran")).unwrap();
    assert_eq!(ran.lines().count(), commits);
}

#[test]
fn a_hook_that_version_0_1_kept_is_taken_over() {
    let sandbox = Sandbox::new();
    write_program(
        &sandbox.hook("pre-commit.before-phguard"),
        "#!/bin/sh\necho theirs >>ran\n",
    );
    write_program(
        &sandbox.hook("pre-commit"),
        "#!/bin/sh\n# phguard hook shim, version 2\nexit 0\n",
    );
    sandbox.phguard(["install"]).exits(0);
    sandbox.stage("a", phx());
    sandbox.commit().exits(1);
    assert!(sandbox.repo().join("ran").exists());
    assert!(!sandbox.hook("pre-commit.before-phguard").exists());
    sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(
        fs::read_to_string(sandbox.hook("pre-commit")).unwrap(),
        "#!/bin/sh\necho theirs >>ran\n"
    );
}

#[test]
fn a_hook_that_calls_phguard_is_left_alone() {
    let copy: fn(&Sandbox) = |s| {
        crate::sandbox::hooks::copy_program(PHGUARD, s.hook("pre-commit"));
    };
    let line: fn(&Sandbox) = |s| {
        let text = format!("#!/bin/sh\necho theirs\n'{PHGUARD}' hook pre-commit || exit $?\n");
        write_program(&s.hook("pre-commit"), &text);
    };
    let mut transcript = Transcript::default();
    for (title, lay) in [("the program itself", copy), ("a line", line)] {
        let sandbox = Sandbox::new();
        fs::create_dir_all(sandbox.repo().join(".git/hooks")).unwrap();
        lay(&sandbox);
        let before = fs::read(sandbox.hook("pre-commit")).unwrap();
        let run = sandbox.phguard(["install"]).exits(0);
        transcript.add(title, &sandbox, &run);
        assert_eq!(fs::read(sandbox.hook("pre-commit")).unwrap(), before);
    }
    transcript.assert("install-beside/a-hook-that-calls-phguard.txt");
    // One that may not get as far is no check.
    let sandbox = Sandbox::new();
    let text = format!("#!/bin/sh\n'{PHGUARD}' hook pre-commit || true\n");
    write_program(&sandbox.hook("pre-commit"), &text);
    sandbox.phguard(["install"]).exits(0);
    assert_guarded_whatever_it_prints(&sandbox);
}

fn assert_guarded_whatever_it_prints(sandbox: &Sandbox) {
    sandbox.stage("a", phx());
    sandbox.commit().exits(1);
    sandbox.stage("a", "clean\n");
    sandbox.commit().exits(0);
}

#[test]
fn bad_places_are_refused_and_nothing_changes() {
    let sandbox = Sandbox::new();
    let hooks = sandbox.repo().join(".git/hooks");
    let big = sandbox.hook("pre-merge-commit");
    fs::create_dir_all(&hooks).unwrap();
    fs::File::create(&big).unwrap().set_len(100 << 20).unwrap();
    crate::sandbox::make_executable(&big);
    let mut transcript = Transcript::default();
    let run = sandbox.phguard(["install"]).exits(2);
    transcript.add("a hook of 100 MiB", &sandbox, &run);
    assert_eq!(names(&hooks), ["pre-merge-commit"]);
    assert_eq!(candidates(&sandbox), 0);
    fs::remove_file(&big).unwrap();

    // A disk without room for a file of that size.
    let script = format!("ulimit -f 1; trap '' XFSZ; exec '{PHGUARD}' install");
    write_program(
        &sandbox.hook("pre-commit"),
        &format!("#!/bin/bash\n# {}\n", "x".repeat(4096)),
    );
    let before = snapshot(&hooks);
    let run = Run::of(sandbox.command("bash").args(["-c", &script]));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert_eq!(snapshot(&hooks), before);

    fs::remove_dir_all(&hooks).unwrap();
    fs::write(&hooks, "a file\n").unwrap();
    let run = sandbox.phguard(["install"]).exits(2);
    transcript.add("a file in place of the directory", &sandbox, &run);
    transcript.assert("install-beside/what-is-no-hook.txt");
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

/// Installs the hook and puts a program in phguard's place that tells how it was called.
fn witness(sandbox: &Sandbox, event: &str) {
    let program = sandbox.own_phguard();
    Run::of(
        sandbox
            .command(&program)
            .args(["install", "--event", event]),
    )
    .exits(0);
    write_program(
        &program,
        "#!/bin/sh\necho \"ours: $*\"\nsed 's/^/ours: /'\n",
    );
}

fn run_with_stdin(sandbox: &Sandbox, event: &str, arguments: &[&str], stdin: &str) -> Run {
    let mut command = sandbox.command(sandbox.hook(event));
    Run::with_input(command.args(arguments), stdin)
}

#[test]
fn both_hooks_get_the_arguments_and_standard_input_to_its_last_byte() {
    for event in ["pre-push", "pre-receive"] {
        let sandbox = Sandbox::new();
        write_program(
            &sandbox.hook(event),
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
    write_program(&sandbox.hook("pre-push"), "#!/bin/sh\nexit 0\n");
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
    assert_run(
        "install-beside/a-shim-that-was-moved-aside-still-knows-its-event.txt",
        &run,
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
    let mut transcript = Transcript::default();
    let run = sandbox.phguard(["install"]).exits(2);
    transcript.add("a directory", &sandbox, &run);
    fs::remove_dir(sandbox.hook("pre-commit")).unwrap();

    write_program(&sandbox.hook("pre-commit"), "#!/usr/bin/python3\n");
    let kept = sandbox.repo().join(".git/hooks.before-phguard/pre-commit");
    write_program(&kept, "#!/bin/sh\necho two\n");
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    let run = sandbox.phguard(["install"]).exits(2);
    transcript.add("two hooks to keep", &sandbox, &run);
    transcript.assert("install-beside/what-cannot-be-kept.txt");
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
}

#[test]
fn a_hook_whose_shim_was_deleted_comes_back_too() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/usr/bin/python3\n");
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    sandbox
        .phguard(["install", "--event", "pre-commit"])
        .exits(0);
    fs::remove_file(sandbox.hook("pre-commit")).unwrap();
    sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
}

#[test]
fn the_hooks_of_a_manager_are_left_to_it() {
    let sandbox = Sandbox::new();
    let mut transcript = Transcript::default();
    for (manager, mark) in [
        (
            "pre-commit",
            "# File generated by pre-commit: https://pre-commit.com",
        ),
        (
            "prek",
            "# File generated by prek: https://github.com/j178/prek",
        ),
        ("lefthook", "call_lefthook run \"pre-commit\" \"$@\""),
        (
            "simple-git-hooks",
            "if [ \"$SKIP_SIMPLE_GIT_HOOKS\" = \"1\" ]; then",
        ),
        (
            "hk",
            "test \"${HK:-1}\" = \"0\" || exec hk run pre-commit \"$@\"",
        ),
        (
            "overcommit",
            "# Entrypoint for Overcommit hook integration.",
        ),
    ] {
        for event in ["pre-commit", "commit-msg"] {
            write_program(&sandbox.hook(event), &format!("#!/bin/sh\n{mark}\n"));
            let before = snapshot(sandbox.repo().join(".git/hooks"));
            let run = sandbox.phguard(["install"]).exits(2);
            transcript.add(&format!("{manager}, {event}"), &sandbox, &run);
            assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
            fs::remove_file(sandbox.hook(event)).unwrap();
        }
    }
    transcript.assert("install-beside/managers.txt");
}

#[test]
fn a_manager_that_uses_config_hooks_is_known_by_them() {
    let sandbox = Sandbox::new();
    sandbox.git(["config", "hook.hk-pre-commit.command", "hk run pre-commit"]);
    sandbox.git(["config", "hook.hk-pre-commit.event", "pre-commit"]);
    let run = sandbox.phguard(["install"]).exits(2);
    sandbox.assert_run("install-beside/hk.txt", &run);
    assert_eq!(names(sandbox.repo().join(".git/hooks")), [""; 0]);
}

/// The stub of husky 9 and what it leads to, in a directory of any name.
fn lay_husky(sandbox: &Sandbox, directory: &str) {
    let stubs = sandbox.repo().join(directory).join("_");
    let stub = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n";
    let script = "#!/usr/bin/env sh\nn=$(basename \"$0\")\ns=$(dirname \"$(dirname \"$0\")\")/$n\n\
                  [ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\n";
    for event in ["pre-commit", "pre-merge-commit", "pre-push"] {
        write_program(&stubs.join(event), stub);
    }
    write_program(&stubs.join("h"), script);
    let hooks = format!("{directory}/_");
    sandbox.git(["config", "core.hooksPath", &hooks]);
}

#[test]
fn with_husky_the_line_goes_into_its_users_file() {
    let mut transcript = Transcript::default();
    for directory in [".husky", ".config/husky", ".vite-hooks"] {
        let sandbox = Sandbox::new();
        lay_husky(&sandbox, directory);
        let stubs = snapshot(sandbox.repo().join(directory).join("_"));
        let run = sandbox.phguard(["install"]).exits(2);
        transcript.add(&format!("install, {directory}"), &sandbox, &run);
        let lines = run.stderr.lines().map(str::trim);
        let commands: Vec<&str> = lines.filter(|line| line.starts_with("echo ")).collect();
        assert_eq!(commands.len(), 3, "{}", run.stderr);
        Run::of(sandbox.command("sh").args(["-ec", &commands.join("\n")])).exits(0);
        assert_eq!(snapshot(sandbox.repo().join(directory).join("_")), stubs);

        let program = std::path::Path::new(PHGUARD).parent().unwrap().display();
        let path = format!("{program}:{}", std::env::var("PATH").unwrap());
        let with = |program: &str, arguments: &[&str]| {
            Run::of(sandbox.command(program).args(arguments).env("PATH", &path))
        };
        let run = with(PHGUARD, &["install"]).exits(0);
        assert_eq!(
            run.stdout.matches("already there").count(),
            3,
            "{}",
            run.stdout
        );
        // These scripts are not those of a real husky.
        with(PHGUARD, &["doctor"]).exits(2);
        sandbox.stage("a", phx());
        let run = with("git", &["commit", "-q", "-m", "a key"]).exits(1);
        assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
        let run = with(PHGUARD, &["uninstall"]).exits(0);
        transcript.add(&format!("uninstall, {directory}"), &sandbox, &run);
    }
    transcript.assert("install-beside/husky.txt");
}

#[test]
fn a_manager_that_is_not_active_yet_is_named() {
    let mut transcript = Transcript::default();
    for (file, text) in [
        ("lefthook.yml", "pre-commit:\n"),
        (".pre-commit-config.yaml", "repos:\n"),
        ("package.json", "{\"scripts\": {\"prepare\": \"husky\"}}"),
        (
            "package.json",
            "{\"scripts\": {\"postinstall\": \"husky install\"}}",
        ),
        (
            "package.json",
            "{\"scripts\": {\"prepare\": \"vp config\"}}",
        ),
        (".huskyrc", "{\"hooks\": {}}"),
        (".simple-git-hooks.cjs", "module.exports = {}"),
        ("package.json", "{\"simple-git-hooks\": {}}"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write(file, text);
        let run = sandbox.phguard(["install"]).exits(2);
        transcript.add(&format!("{file}: {}", text.trim()), &sandbox, &run);
        assert_eq!(names(sandbox.repo().join(".git/hooks")), [""; 0]);
        sandbox.phguard(["install", "--force"]).exits(0);
        assert_guarded(&sandbox, &sandbox.repo());
    }
    transcript.assert("install-beside/managers-that-are-not-active-yet.txt");
}

#[test]
fn the_gate_stands_beside_the_hooks_of_managers_that_do_not_run_it() {
    for (file, text, hook) in [
        (
            ".pre-commit-config.yaml",
            "repos: []\n",
            "# File generated by pre-commit",
        ),
        (
            "lefthook.yml",
            "pre-commit:\n",
            "# call_lefthook\nlefthook run",
        ),
    ] {
        for is_active in [false, true] {
            let sandbox = Sandbox::new();
            sandbox.write(file, text);
            let hook = format!("#!/bin/sh\n{hook}\nexit 0\n");
            if is_active {
                write_program(&sandbox.hook("pre-commit"), &hook);
            }
            let event = ["install", "--event", "reference-transaction"];
            let run = sandbox.phguard(event).exits(0);
            assert!(run.stdout.contains("(new)"), "{}", run.stdout);
            sandbox.stage("a", phx());
            let commit = ["commit", "-q", "--no-verify", "-m", "a key"];
            let run = sandbox.try_git(commit).exits(128);
            assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
            // The lines of the others come first, and nothing is written without them.
            sandbox.phguard(["uninstall"]).exits(0);
            let both = ["install", "--event", "pre-commit,reference-transaction"];
            let run = sandbox.phguard(both).exits(2);
            assert!(run.stderr.contains("phguard"), "{}", run.stderr);
            assert!(!sandbox.hook("reference-transaction").exists());
        }
    }
}

#[test]
fn a_manager_that_would_delete_the_gate_gets_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("package.json", "{\"simple-git-hooks\": {}}");
    let event = ["install", "--event", "reference-transaction"];
    let run = sandbox.phguard(event).exits(2);
    let mut transcript = Transcript::default();
    transcript.add("simple-git-hooks", &sandbox, &run);
    sandbox.write("package.json", "{\"scripts\": {\"prepare\": \"husky\"}}");
    let run = sandbox.phguard(event).exits(2);
    transcript.add("husky", &sandbox, &run);
    transcript.assert("install-beside/the-line-of-the-gate.txt");
}

#[test]
fn a_workspace_whose_scripts_install_phguard_is_no_manager() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "package.json",
        "{\"scripts\": {\"prepare\": \"phguard install\"}}",
    );
    sandbox.phguard(["install"]).exits(0);
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
    let run = with(&["install", "--git-config", "--event", COMMITS]);
    let mut transcript = Transcript::default();
    transcript.add("install", &sandbox, &run);
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
    assert_run(
        "install-beside/git-is-told-by-its-configuration-if-it-is-new-enough.txt",
        &run,
    );

    let run = with(&["install", "--git-config", "--event", COMMITS]);
    transcript.add("install once more", &sandbox, &run);
    assert_eq!(config(), set);
    let run = with(&["uninstall", "--git-config"]);
    transcript.add("uninstall", &sandbox, &run);
    transcript.assert("install-beside/git-config.txt");
    assert_eq!(config(), untouched);

    let home = fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap();
    with(&["install", "--git-config", "--global", "--event", COMMITS]);
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
            .args(["install", "--git-config", "--global", "--event", COMMITS])
            .env("PATH", older),
    )
    .exits(2);
    sandbox.assert_run("install-beside/an-older-git.txt", &run);
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
            .args(["install", "--git-config", "--event", COMMITS])
            .env("PATH", path),
    )
    .exits(2);
    assert_run(
        "install-beside/a-config-hook-without-proof-is-not-set.txt",
        &run,
    );
    assert_eq!(
        fs::read(sandbox.repo().join(".git/config")).unwrap(),
        before
    );
}

/// Neither a block nor another place could keep such a hook what it is.
#[test]
fn a_hook_that_asks_for_its_file_or_its_parent_is_refused_with_the_line() {
    let mut transcript = Transcript::default();
    for line in [
        "ps -o args= -p $PPID >&2",
        "tail -n 1 \"$PWD/.git/hooks/pre-commit\"",
        "tail -n 1 \"$(git rev-parse --git-path hooks)/pre-commit\"",
        "tail -n 1 \"$(dirname \"$0\")/pre-commit\"",
    ] {
        let sandbox = Sandbox::new();
        write_program(&sandbox.hook("pre-commit"), &format!("#!/bin/sh\n{line}\n"));
        let before = snapshot(sandbox.repo().join(".git/hooks"));
        let run = sandbox.phguard(["install"]).exits(2);
        transcript.add(line, &sandbox, &run);
        assert_eq!(
            snapshot(sandbox.repo().join(".git/hooks")),
            before,
            "{line}"
        );
        assert!(!sandbox.repo().join(".git/hooks.before-phguard").exists());
    }
    transcript.assert("install-beside/a-hook-that-asks-for-its-file.txt");
}

/// The output of a hook that asks for its name, its lines and their numbers is the same as before.
#[test]
fn a_hook_reads_its_own_lines_and_name_as_before() {
    for (first, line) in [
        ("#!/bin/sh", "me=$0\necho \"$me\""),
        ("#!/bin/sh", "me=$0\ntail -n 2 \"$me\" | head -n 1"),
        ("#!/bin/sh", "f=$(readlink -f \"$0\")\nsed -n 2p \"$f\""),
        ("#!/bin/sh", "sed -n 2p \"$(readlink -f -- \"$0\")\""),
        ("#!/usr/bin/env -S bash -e", "echo \"$0 $-\""),
        ("#!/usr/bin/env bash", "echo $LINENO"),
    ] {
        let sandbox = Sandbox::new();
        let text = format!("{first}\n# two\n{line} >>\"$HOME/said\"\n# end\n");
        write_program(&sandbox.hook("pre-commit"), &text);
        sandbox.stage("a", "a\n");
        sandbox.commit().exits(0);
        sandbox.phguard(["install"]).exits(0);
        sandbox.stage("b", "b\n");
        sandbox.commit().exits(0);
        let said = fs::read_to_string(sandbox.home().join("said")).unwrap();
        let (before, after) = said.split_at(said.len() / 2);
        assert_eq!(before, after, "{text}");
        assert!(!before.is_empty(), "{text}");
    }
}
