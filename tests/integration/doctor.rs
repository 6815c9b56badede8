//! `phguard doctor` finds each way in which a check is not in force, and says what mends it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::sandbox::hooks::{git_with_config_hooks, names, snapshot, write_program};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

const IGNORED: &str = ".env\n.env.local\n.env.*.local\n";

/// A repository in which all is well.
fn well() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", IGNORED);
    sandbox.commit_unchecked("first");
    sandbox.phguard(["install"]).exits(0);
    sandbox
}

/// The lines with this mark, without it.
fn lines<'r>(run: &'r Run, mark: &str) -> Vec<&'r str> {
    run.stdout
        .lines()
        .filter_map(|line| line.strip_prefix(mark))
        .map(str::trim)
        .collect()
}

/// The one thing that is wrong, and the command that mends it.
#[track_caller]
fn only_defect(run: &Run) -> (&str, &str) {
    let mut all = run.stdout.lines().skip_while(|line| !line.starts_with('✗'));
    let (defect, mend) = (
        all.next().unwrap_or_default(),
        all.next().unwrap_or_default(),
    );
    assert_eq!(lines(run, "✗").len(), 1, "{}", run.stdout);
    (defect, mend.trim())
}

#[test]
fn where_all_is_well_it_says_so_and_leaves_no_trace() {
    let sandbox = well();
    write_program(
        &sandbox.hook("post-commit"),
        "#!/bin/sh\ntouch /nowhere/ran\n",
    );
    let temporary = sandbox.root().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let before = (
        snapshot(sandbox.repo().join(".git/hooks")),
        sandbox.git(["rev-parse", "HEAD"]).stdout,
    );
    let run = Run::of(
        sandbox
            .command(PHGUARD)
            .arg("doctor")
            .env("TMPDIR", &temporary),
    )
    .exits(0);
    assert!(
        run.stdout.ends_with("phguard doctor: all is well.\n") && run.stderr.is_empty(),
        "{}",
        run.stdout
    );
    assert_eq!(
        run.stdout
            .matches("in a throw-away repository, it blocked a key")
            .count(),
        2,
        "{}",
        run.stdout
    );
    assert_eq!(names(&temporary), [""; 0]);
    assert_eq!(
        (
            snapshot(sandbox.repo().join(".git/hooks")),
            sandbox.git(["rev-parse", "HEAD"]).stdout
        ),
        before
    );
    assert_eq!(sandbox.git(["status", "--porcelain"]).stdout, "");
}

#[test]
fn every_hook_that_is_installed_is_proven() {
    let sandbox = well();
    sandbox
        .phguard(["install", "--event", "commit-msg,pre-push,pre-receive"])
        .exits(0);
    let run = sandbox.phguard(["doctor"]).exits(0);
    for event in [
        "pre-commit",
        "pre-merge-commit",
        "commit-msg",
        "pre-push",
        "pre-receive",
    ] {
        let proof = format!("✓ {event}: in a throw-away repository, it blocked a key");
        assert!(run.stdout.contains(&proof), "{event}: {}", run.stdout);
    }
}

#[test]
fn a_format_that_it_does_not_have_is_refused() {
    for format in ["sarif", "github"] {
        let run = well().phguard(["doctor", "--format", format]).exits(2);
        assert!(
            run.stdout.is_empty() && run.stderr.contains("no report in that format"),
            "{}",
            run.stderr
        );
    }
}

/// Breaks something, and tells what doctor has to say of it: the defect and what mends it.
type Case = (&'static str, fn(&Sandbox), &'static str, &'static str);

const CASES: &[Case] = &[
    (
        "no hook",
        |s| fs::remove_file(s.hook("pre-commit")).unwrap(),
        "no hook of phguard runs",
        "phguard install",
    ),
    (
        "not executable",
        |s| fs::set_permissions(s.hook("pre-commit"), fs::Permissions::from_mode(0o644)).unwrap(),
        "is not executable: git skips it",
        "chmod +x ",
    ),
    (
        "dangling link",
        |s| {
            fs::remove_file(s.hook("pre-commit")).unwrap();
            symlink("/nowhere", s.hook("pre-commit"));
        },
        "leads nowhere: git skips it",
        "rm ",
    ),
    (
        "moved aside by lefthook",
        |s| fs::rename(s.hook("pre-commit"), s.hook("pre-commit.old")).unwrap(),
        "was moved aside to",
        "rm ",
    ),
    (
        "another hook instead",
        |s| write_program(&s.hook("pre-commit"), "#!/bin/sh\necho theirs\n"),
        "(somebody else's) does not call phguard",
        "phguard install",
    ),
    (
        "a line whose verdict is lost",
        |s| {
            write_program(
                &s.hook("pre-commit"),
                &format!("#!/bin/sh\n'{PHGUARD}' hook pre-commit\necho\n"),
            );
        },
        "its verdict is lost",
        "edit ",
    ),
    (
        "a line that is not reached",
        |s| {
            write_program(
                &s.hook("pre-commit"),
                &format!("#!/bin/sh\nexit 0\n'{PHGUARD}' hook pre-commit\n"),
            );
        },
        "is not reached",
        "edit ",
    ),
    (
        "a line without a program",
        |s| {
            write_program(
                &s.hook("pre-commit"),
                "#!/bin/sh\nphguard hook pre-commit || exit $?\n",
            );
        },
        "needs a phguard in PATH, and there is none",
        "put phguard into PATH",
    ),
    (
        "another version of the shim",
        |s| {
            let text = fs::read_to_string(s.hook("pre-commit")).unwrap();
            write_program(
                &s.hook("pre-commit"),
                &text.replace(", version 3", ", version 2"),
            );
        },
        "of another version",
        "phguard install",
    ),
    (
        "a shim that approves all",
        |s| {
            let text = fs::read_to_string(s.hook("pre-commit")).unwrap();
            write_program(
                &s.hook("pre-commit"),
                &text.replace("\nexec ", "\nexit 0\nexec "),
            );
        },
        "DOES NOT WORK in a throw-away repository: pre-commit did not block a key",
        "phguard install",
    ),
    (
        "twice",
        |s| {
            fs::remove_file(s.hook("pre-commit")).unwrap();
            symlink(PHGUARD, s.hook("pre-commit"));
            s.phguard(["install"]).exits(0);
        },
        "phguard runs more than once",
        "phguard uninstall",
    ),
    (
        "a directory elsewhere",
        |s| drop(s.git(["config", "core.hooksPath", "/dev/null"])),
        "is no directory",
        "git config --show-origin core.hooksPath",
    ),
    (
        "a configuration that allows all",
        |s| s.write(".phguard.toml", "[allow]\npaths = [\"**\"]\n"),
        "pre-commit did not block a key",
        "phguard install",
    ),
    (
        "a config hook that this git ignores",
        |s| {
            fs::remove_file(s.hook("pre-commit")).unwrap();
            s.git([
                "config",
                "hook.phguard-pre-commit.command",
                "phguard hook pre-commit",
            ]);
            s.git(["config", "hook.phguard-pre-commit.event", "pre-commit"]);
        },
        "this git is older than 2.54 and ignores hook.phguard-pre-commit",
        "phguard install",
    ),
];

#[test]
fn each_defect_of_a_hook_is_found() {
    for (what, break_it, defect, mend) in CASES {
        let sandbox = well();
        break_it(&sandbox);
        let older = sandbox.root().join("older/git");
        let git = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|d| d.join("git"))
            .find(|p| p.is_file());
        let script = "#!/bin/sh\ncase $1 in --version | --no-pager) case $* in *--version) echo git version 2.47.3; exit ;; esac ;; esac\nexec GIT \"$@\"\n";
        write_program(
            &older,
            &script.replace("GIT", git.unwrap().to_str().unwrap()),
        );
        let path = format!(
            "{}:{}",
            older.parent().unwrap().display(),
            std::env::var("PATH").unwrap()
        );
        let run = Run::of(sandbox.command(PHGUARD).arg("doctor").env("PATH", path)).exits(1);
        let wrong = lines(&run, "✗");
        assert!(
            !wrong.is_empty() && wrong.iter().any(|line| line.contains(defect)),
            "{what}: {}",
            run.stdout
        );
        let after = run
            .stdout
            .lines()
            .skip_while(|line| !line.contains(defect))
            .nth(1)
            .unwrap()
            .trim();
        assert!(after.starts_with(mend), "{what}: {}", run.stdout);
        assert!(
            wrong.iter().all(|line| line.contains("pre-")),
            "{what}: {}",
            run.stdout
        );
        assert!(!run.stdout.contains("QwErTy7u8i9oPaSdFgH"), "{what}");
    }
}

#[test]
fn config_hooks_are_in_force_unless_they_are_switched_off() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", IGNORED);
    let path = git_with_config_hooks(&sandbox);
    let run =
        |arguments: &[&str]| Run::of(sandbox.command(PHGUARD).args(arguments).env("PATH", &path));
    run(&["install", "--git-config"]).exits(0);
    let well = run(&["doctor"]).exits(0);
    assert!(
        well.stdout
            .contains("✓ pre-commit: hook.phguard-pre-commit runs"),
        "{}",
        well.stdout
    );
    sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    run(&["doctor"]).exits(0);
    sandbox.git(["config", "--unset", "core.hooksPath"]);
    for (key, defect) in [
        (
            "hook.pre-commit.enabled",
            "git is told to run no hooks at all",
        ),
        (
            "hook.phguard-pre-commit.enabled",
            "hook.phguard-pre-commit, which calls phguard, is not enabled",
        ),
    ] {
        sandbox.git(["config", key, "false"]);
        let run = run(&["doctor"]).exits(1);
        let (found, mend) = only_defect(&run);
        assert!(found.contains(defect), "{found}");
        assert_eq!(mend, format!("git config --unset {key}"));
        sandbox.git(["config", "--unset", key]);
    }
    sandbox.phguard(["install"]).exits(0);
    let twice = run(&["doctor"]).exits(1);
    assert!(
        lines(&twice, "✗")
            .iter()
            .all(|line| line.contains("phguard runs more than once")),
        "{}",
        twice.stdout
    );
    assert_eq!(lines(&twice, "✗").len(), 2, "{}", twice.stdout);
}

#[test]
fn a_program_that_is_gone_or_older_is_found() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", IGNORED);
    let program = sandbox.own_phguard();
    Run::of(
        sandbox
            .command(&program)
            .args(["install", "--event", "pre-commit"]),
    )
    .exits(0);
    fs::copy(sandbox.hook("pre-commit"), sandbox.hook("pre-merge-commit")).unwrap();
    sandbox.phguard(["doctor"]).exits(0);

    write_program(
        &program,
        &format!(
            "#!/bin/sh\n[ \"$1\" = --version ] || exec '{PHGUARD}' \"$@\"\necho phguard 0.0.9\n"
        ),
    );
    let run = sandbox.phguard(["doctor"]).exits(1);
    assert!(
        lines(&run, "✗")
            .iter()
            .all(|line| line.contains("is older than this phguard: phguard 0.0.9")),
        "{}",
        run.stdout
    );
    write_program(&program, "#!/bin/sh\necho something else\n");
    let run = sandbox.phguard(["doctor"]).exits(1);
    assert!(
        run.stdout.contains("is no phguard") && run.stdout.contains("DOES NOT WORK"),
        "{}",
        run.stdout
    );

    fs::remove_file(&program).unwrap();
    let run = sandbox.phguard(["doctor"]).exits(1);
    assert!(
        lines(&run, "✗")
            .iter()
            .all(|line| line.contains("is gone, and PATH has none")),
        "{}",
        run.stdout
    );
    let in_path = sandbox.root().join("elsewhere");
    fs::create_dir(&in_path).unwrap();
    symlink(PHGUARD, in_path.join("phguard"));
    let path = format!("{}:{}", in_path.display(), std::env::var("PATH").unwrap());
    let run = Run::of(sandbox.command(PHGUARD).arg("doctor").env("PATH", path)).exits(1);
    assert!(
        run.stdout
            .contains("is gone; the hook takes the phguard in PATH"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("✓ pre-commit: in a throw-away repository, it blocked a key"),
        "{}",
        run.stdout
    );
}

#[test]
fn every_linked_work_tree_is_examined() {
    let sandbox = well();
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    sandbox.git(["worktree", "add", "-q", "../gone"]);
    fs::remove_dir_all(sandbox.root().join("gone")).unwrap();
    let run = sandbox.phguard(["doctor"]).exits(0);
    let both = format!(
        "{}, {}\n",
        sandbox.repo().display(),
        sandbox.root().join("linked").display()
    );
    assert!(run.stdout.starts_with(&both), "{}", run.stdout);

    // As husky does: its directory exists where it was set up, and nowhere else.
    sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    for event in ["pre-commit", "pre-merge-commit"] {
        write_program(
            &sandbox.repo().join(".husky/_").join(event),
            "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n",
        );
        let line = format!("npm test\n'{PHGUARD}' hook pre-commit || exit $?\n");
        fs::write(sandbox.repo().join(".husky").join(event), line).unwrap();
    }
    let run = sandbox.phguard(["doctor"]).exits(1);
    assert_eq!(
        run.stdout
            .matches("✓ pre-commit: by itself, that call blocks a key")
            .count(),
        1,
        "{}",
        run.stdout
    );
    let linked = run
        .stdout
        .split(&format!("\n{}\n", sandbox.root().join("linked").display()))
        .nth(1)
        .unwrap();
    assert!(
        linked.starts_with("✗ pre-commit: husky's"),
        "{}",
        run.stdout
    );
    assert!(
        linked.contains("git runs no hook in this work tree"),
        "{}",
        run.stdout
    );
}

#[test]
fn what_a_manager_is_told_to_run_is_proven_without_the_manager() {
    for (mark, file, call) in [
        (
            "call_lefthook run",
            "lefthook.yml",
            "pre-commit:\n  jobs:\n    - run: 'PHGUARD' hook pre-commit\n",
        ),
        (
            "File generated by pre-commit",
            ".pre-commit-config.yaml",
            "      entry: 'PHGUARD' hook pre-commit\n",
        ),
        (
            "Entrypoint for Overcommit",
            ".overcommit.yml",
            "    command: ['PHGUARD', 'hook', 'pre-commit']\n",
        ),
    ] {
        let sandbox = Sandbox::new();
        sandbox.stage(".gitignore", IGNORED);
        sandbox
            .phguard(["install", "--event", "pre-merge-commit"])
            .exits(0);
        let ran = sandbox.root().join("ran");
        write_program(
            &sandbox.hook("pre-commit"),
            &format!("#!/bin/sh\n# {mark}\ntouch '{}'\n", ran.display()),
        );
        let run = sandbox.phguard(["doctor"]).exits(1);
        let (defect, mend) = only_defect(&run);
        assert!(
            defect.contains("'s) does not call phguard")
                || defect.contains(") does not call phguard"),
            "{defect}"
        );
        assert!(mend.starts_with("Add to "), "{mend}");
        sandbox.write(file, call.replace("PHGUARD", PHGUARD));
        let run = sandbox.phguard(["doctor"]).exits(0);
        assert!(
            run.stdout.contains(&format!("{file}, line")),
            "{}",
            run.stdout
        );
        assert!(!ran.exists(), "{mark}: the manager's hook was run");
    }
}

#[test]
fn a_hook_that_a_manager_builds_itself_is_not_vouched_for() {
    let sandbox = well();
    write_program(
        &sandbox.hook("pre-commit"),
        "#!/bin/sh\n# File generated by pre-commit\n",
    );
    sandbox.write(
        ".pre-commit-config.yaml",
        "repos:\n  - repo: https://example.com\n    hooks:\n      - id: phguard\n",
    );
    let run = sandbox.phguard(["doctor"]).exits(2);
    assert!(
        lines(&run, "?")[0].contains("pre-commit is told to run the hook `phguard`"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("     pre-commit run phguard --all-files\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_call_that_depends_on_the_place_is_not_vouched_for() {
    let sandbox = well();
    write_program(
        &sandbox.hook("pre-commit"),
        "#!/bin/sh\nnode_modules/.bin/phguard hook pre-commit || exit $?\n",
    );
    let run = sandbox.phguard(["doctor"]).exits(2);
    assert!(
        lines(&run, "?")[0].contains("depends on where it runs"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_hook_beside_ours_is_not_run() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", IGNORED);
    let ran = sandbox.root().join("ran");
    write_program(
        &sandbox.hook("pre-commit"),
        &format!("#!/bin/sh\ntouch '{}'\n", ran.display()),
    );
    sandbox.phguard(["install"]).exits(0);
    sandbox.phguard(["doctor"]).exits(0);
    assert!(!ran.exists());
}

#[test]
fn a_shim_that_pre_commit_moved_aside_and_runs_is_in_force() {
    let sandbox = well();
    fs::rename(
        sandbox.hook("pre-commit"),
        sandbox.hook("pre-commit.legacy"),
    )
    .unwrap();
    write_program(
        &sandbox.hook("pre-commit"),
        "#!/bin/sh\n# File generated by pre-commit\n",
    );
    let run = sandbox.phguard(["doctor"]).exits(0);
    assert!(
        run.stdout.contains("pre-commit.legacy runs"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_hook_that_is_not_needed_is_examined_if_it_is_there() {
    let sandbox = well();
    assert!(
        !sandbox
            .phguard(["doctor"])
            .exits(0)
            .stdout
            .contains("commit-msg")
    );
    sandbox
        .phguard(["install", "--event", "commit-msg"])
        .exits(0);
    let run = sandbox.phguard(["doctor"]).exits(0);
    assert!(
        run.stdout
            .contains("✓ commit-msg: in a throw-away repository, it blocked a key"),
        "{}",
        run.stdout
    );
    write_program(&sandbox.hook("commit-msg"), "#!/bin/sh\necho theirs\n");
    sandbox.phguard(["doctor"]).exits(0);
}

#[test]
fn files_for_secrets_that_git_would_take_are_found() {
    let sandbox = well();
    sandbox.write(".gitignore", "/.env\n");
    let run = sandbox.phguard(["doctor"]).exits(1);
    let unignored = [
        ".env.local: is not ignored by git",
        ".env.*.local: is not ignored by git",
    ];
    assert_eq!(lines(&run, "✗"), unignored, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("     echo '.env.*.local' >> .gitignore\n"),
        "{}",
        run.stdout
    );

    let sandbox = well();
    for name in [
        ".env",
        "app/.env.test.local",
        "app/.env.example",
        "environment.local",
    ] {
        sandbox.write(name, "A=b\n");
        sandbox.git(["add", "-f", name]);
    }
    let run = sandbox.phguard(["doctor"]).exits(1);
    let tracked = [".env", "app/.env.test.local"]
        .map(|name| format!("{name}: is tracked, though it is a file for secrets"));
    assert_eq!(lines(&run, "✗"), tracked, "{}", run.stdout);
    assert!(
        run.stdout
            .contains("     git rm --cached -- 'app/.env.test.local'\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn keys_in_tracked_files_are_found_and_masked() {
    let sandbox = well();
    sandbox.stage("a", format!("\nkey = {}\n", phx()));
    sandbox.stage("b", format!("NEXT_PUBLIC_KEY={}\n", phx()));
    sandbox.commit_unchecked("keys");
    let run = sandbox.phguard(["doctor"]).exits(1);
    let shown = masked(&phx());
    let exposed = format!(
        "b:1: a personal API key, {shown} under NEXT_PUBLIC_KEY, which every visitor of the site can read"
    );
    assert_eq!(
        lines(&run, "✗"),
        [format!("a:2: a personal API key, {shown}"), exposed],
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains(&phx()));
    let run = sandbox.phguard(["doctor", "--format", "json"]).exits(1);
    assert!(
        run.stdout.contains("\"state\":\"wrong\",\"about\":\"a:2\"")
            && !run.stdout.contains(&phx()),
        "{}",
        run.stdout
    );

    sandbox.stage(&*phx(), "a key for a name\n");
    let run = sandbox.phguard(["doctor", "--format", "json"]).exits(1);
    assert!(
        run.stdout.contains(&shown) && !run.stdout.contains(&phx()),
        "{}",
        run.stdout
    );
}

#[test]
fn what_cannot_be_examined_is_exit_code_2() {
    let sandbox = well();
    let run = Run::of(
        sandbox
            .command(PHGUARD)
            .arg("doctor")
            .env("GIT_DIR", ".git"),
    )
    .exits(2);
    assert!(run.stderr.contains("GIT_DIR is set"), "{}", run.stderr);
    let run = sandbox.phguard(["doctor", "--repo", "/"]).exits(2);
    assert!(
        run.stderr.contains("/ is in no git repository"),
        "{}",
        run.stderr
    );
    sandbox.stage("a", "content\n");
    let blob = sandbox.git(["rev-parse", ":a"]).stdout;
    fs::remove_file(
        sandbox
            .repo()
            .join(".git/objects")
            .join(&blob[..2])
            .join(blob[2..].trim()),
    )
    .unwrap();
    let run = sandbox.phguard(["doctor"]).exits(2);
    assert!(
        lines(&run, "?")[0].starts_with("a: it could not be scanned"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_bare_repository_is_examined_by_its_hooks_alone() {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q", "--bare", "../bare"]);
    sandbox.phguard(["install", "--repo", "../bare"]).exits(0);
    let run = sandbox.phguard(["doctor", "--repo", "../bare"]).exits(0);
    assert!(!run.stdout.contains(".env"), "{}", run.stdout);
}
