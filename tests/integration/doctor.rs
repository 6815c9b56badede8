//! `phguard doctor` finds each way in which a check is not in force, and says what mends it.

use crate::sandbox::platform::set_mode;
use std::fs;
use std::process::Command;

use crate::sandbox::hooks::{git_with_config_hooks, names, snapshot, write_program};
use crate::sandbox::keys::phx;
use crate::sandbox::snapshots::Transcript;
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

/// The hooks that the stand-in for a newer git runs.
const COMMITS: &str = "pre-commit,pre-merge-commit";

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

/// Whether a canary showed that this hook blocks a key.
fn is_proven(run: &Run, event: &str) -> bool {
    let of_event = |line: &&str| line.starts_with(&format!("{event}: "));
    lines(run, "✓")
        .into_iter()
        .filter(of_event)
        .any(|line| line.contains("blocked a key"))
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
    sandbox.assert_run("doctor/all-is-well.txt", &run);
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
    sandbox.assert_run("doctor/every-hook-is-proven.txt", &run);
}

#[test]
fn a_format_that_it_does_not_have_is_refused() {
    let mut transcript = Transcript::default();
    for format in ["sarif", "github"] {
        let sandbox = well();
        let run = sandbox.phguard(["doctor", "--format", format]).exits(2);
        transcript.add(format, &sandbox, &run);
    }
    transcript.assert("doctor/formats.txt");
}

/// A name, and a function that breaks something. The snapshot says what doctor makes of it.
type Case = (&'static str, fn(&Sandbox));

const CASES: &[Case] = &[
    ("no hook", |s| {
        fs::remove_file(s.hook("pre-commit")).unwrap();
    }),
    ("not executable", |s| set_mode(s.hook("pre-commit"), 0o644)),
    ("a check before pushes that is not executable", |s| {
        set_mode(s.hook("pre-push"), 0o644);
    }),
    ("dangling link", |s| {
        fs::remove_file(s.hook("pre-commit")).unwrap();
        symlink("/nowhere", s.hook("pre-commit"));
    }),
    ("moved aside by lefthook", |s| {
        fs::rename(s.hook("pre-commit"), s.hook("pre-commit.old")).unwrap();
    }),
    ("another hook instead", |s| {
        write_program(&s.hook("pre-commit"), "#!/bin/sh\necho theirs\n");
    }),
    ("another hook that may run anything", |s| {
        write_program(&s.hook("pre-commit"), "#!/bin/sh\nrun-parts \"$0.d\"\n");
    }),
    ("a line without a program", |s| {
        write_program(
            &s.hook("pre-commit"),
            "#!/bin/sh\nphguard hook pre-commit || exit $?\n",
        );
    }),
    ("another version of the shim", |s| {
        edit(s, "shim, version ", "shim, version 1");
    }),
    ("a shim that somebody edited", |s| {
        edit(s, "    exec ", "    exit 0\n    exec ");
    }),
    ("line ends of Windows", |s| edit(s, "\n", "\r\n")),
    ("a directory elsewhere", |s| {
        drop(s.git(["config", "core.hooksPath", "/dev/null"]));
    }),
    ("a configuration that allows all", |s| {
        s.stage(".phguard.toml", "[allow]\npaths = [\"**\"]\n");
    }),
    ("a config hook that this git ignores", |s| {
        fs::remove_file(s.hook("pre-commit")).unwrap();
        s.git([
            "config",
            "hook.phguard-pre-commit.command",
            "phguard hook pre-commit",
        ]);
        s.git(["config", "hook.phguard-pre-commit.event", "pre-commit"]);
    }),
    ("Jujutsu", |s| {
        s.write(".jj/repo", "");
        s.write(".git/info/exclude", ".jj\n");
    }),
    ("GitButler", |s| {
        drop(s.git(["checkout", "-q", "-b", "gitbutler/workspace"]));
    }),
];

fn edit(sandbox: &Sandbox, from: &str, to: &str) {
    let text = fs::read_to_string(sandbox.hook("pre-commit")).unwrap();
    assert!(text.contains(from));
    write_program(&sandbox.hook("pre-commit"), &text.replace(from, to));
}

#[test]
fn each_defect_of_a_hook_is_found() {
    let mut transcript = Transcript::default();
    for (what, break_it) in CASES {
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
        let run = Run::of(sandbox.command(PHGUARD).arg("doctor").env("PATH", path));
        transcript.add(what, &sandbox, &run);
    }
    transcript.assert("doctor/each-defect-of-a-hook.txt");
}

/// Hooks that name phguard and let a key pass, or may.
#[test]
fn a_hook_through_which_a_key_passes_is_never_said_to_be_well() {
    let sandbox = well();
    for text in [
        "PHGUARD hook pre-commit | cat",
        "PHGUARD hook pre-commit; exit 0",
        "PHGUARD hook pre-commit &",
        "! PHGUARD hook pre-commit",
        "PHGUARD hook pre-commit\necho",
        "PHGUARD hook pre-commit || true",
        "PHGUARD hook pre-commit || exit 0",
        "PHGUARD hook pre-commit && true || true",
        "if [ -n \"$CI\" ]; then PHGUARD hook pre-commit; fi",
        "if false; then\nPHGUARD hook pre-commit\nfi",
        "[ \"$SKIP\" ] || exit 0\nPHGUARD hook pre-commit",
        "[ \"$SKIP\" ] || return 0\nPHGUARD hook pre-commit",
        "trap 'exit 0' EXIT\nPHGUARD hook pre-commit",
        "PHGUARD hook pre-push",
        "PHGUARD hook commit-msg \"$1\"",
        "echo PHGUARD hook pre-commit",
        ": PHGUARD hook pre-commit",
        "check() {\n  PHGUARD hook pre-commit\n}",
        "exit 0\nPHGUARD hook pre-commit",
        "exec true\nPHGUARD hook pre-commit",
        "exec >/dev/null; exit 0\nPHGUARD hook pre-commit",
        "cat <<EOF\nPHGUARD hook pre-commit\nEOF",
        "true \\\nPHGUARD hook pre-commit",
        ". ./lib.sh\nPHGUARD hook pre-commit",
        "eval 'exit 0'\nPHGUARD hook pre-commit",
        "unset $(git rev-parse --local-env-vars)\nPHGUARD hook pre-commit",
        "env -u GIT_INDEX_FILE PHGUARD hook pre-commit",
        "env -i PATH=\"$PATH\" PHGUARD hook pre-commit",
        "GIT_INDEX_FILE= PHGUARD hook pre-commit",
        "(PHGUARD hook pre-commit); true",
        "PHGUARD hook pre-commit --config /dev/null",
        "PHGUARD --files a || exit 1",
        "set +e\nPHGUARD hook pre-commit\ntrue",
        "kill -9 $$\nPHGUARD hook pre-commit",
        "while false; do\nPHGUARD hook pre-commit\ndone",
        "cd /\nPHGUARD hook pre-commit",
        "alias x=y\nPHGUARD hook pre-commit",
        "PHGUARD hook pre-commit || exit $?\ngit add -A",
        "set -e\nPHGUARD hook pre-commit\ngit add -A",
        "time exit 0\nPHGUARD hook pre-commit",
        "echo \"a\nPHGUARD hook pre-commit\nb\"",
        "echo 'a\nPHGUARD hook pre-commit\nb'\ntrue",
        "cat <<'EOF' >/dev/null\nPHGUARD hook pre-commit\nEOF",
        ": \\\nPHGUARD hook pre-commit",
        "\u{a0}PHGUARD hook pre-commit || exit $?\u{a0}",
        "builtin exit 0\nPHGUARD hook pre-commit",
        "printf -v PATH /nowhere\nphguard hook pre-commit",
    ] {
        let text = format!("#!/bin/sh\n{}\n", text.replace("PHGUARD", PHGUARD));
        write_program(&sandbox.hook("pre-commit"), &text);
        let run = sandbox.phguard(["doctor"]);
        assert!(matches!(run.code, Some(1 | 2)), "{text}{}", run.stdout);
        assert!(!is_proven(&run, "pre-commit"), "{text}{}", run.stdout);
    }
    for text in [
        "PHGUARD hook pre-commit",
        "exec PHGUARD hook pre-commit \"$@\"",
        "npm test && npx lint-staged\nPHGUARD hook pre-commit || exit $?\n",
        "# first\nset -e\nPHGUARD hook pre-commit\n",
        "PHGUARD --staged",
    ] {
        let text = format!("#!/bin/sh\n{}\n", text.replace("PHGUARD", PHGUARD));
        write_program(&sandbox.hook("pre-commit"), &text);
        let run = sandbox.phguard(["doctor"]).exits(0);
        assert!(is_proven(&run, "pre-commit"), "{text}{}", run.stdout);
    }
}

const LEFTHOOK: &str = "pre-commit:
  jobs:
    - name: lint
      glob: '*.ts'
      run: npm run lint
    - name: phguard
      run: PHGUARD hook pre-commit
";
const LEFTHOOK_HOOK: &str = "#!/bin/sh\n# call_lefthook\nlefthook run pre-commit \"$@\"\n";

/// A manager's hook, its configuration, and what doctor says of it.
#[track_caller]
fn judges(hook: &str, file: &str, text: &str, code: i32) {
    judges_with(hook, file, text, code, |_, _| ());
}

/// The same, with something else that may decide.
#[track_caller]
fn judges_with(
    hook: &str,
    file: &str,
    text: &str,
    code: i32,
    change: impl FnOnce(&Sandbox, &mut Command),
) {
    let sandbox = well();
    write_program(&sandbox.hook("pre-commit"), hook);
    sandbox.write(file, text.replace("PHGUARD", PHGUARD));
    let mut command = sandbox.command(PHGUARD);
    change(&sandbox, command.arg("doctor"));
    let run = Run::of(&mut command);
    assert_eq!(run.code, Some(code), "{text}\n{}", run.stdout);
    assert_eq!(
        is_proven(&run, "pre-commit"),
        code == 0,
        "{text}\n{}",
        run.stdout
    );
}

/// What a manager is told beside the entry may keep it from running.
#[test]
fn a_job_of_lefthook_with_other_settings_is_not_vouched_for() {
    let file = "lefthook.yml";
    judges(LEFTHOOK_HOOK, file, LEFTHOOK, 0);
    for more in [
        "      skip: true\n",
        "      glob: '*.ts'\n",
        "extends:\n  - a.yml\n",
    ] {
        judges(LEFTHOOK_HOOK, file, &format!("{LEFTHOOK}{more}"), 2);
    }
    let unheeded = LEFTHOOK.replace("hook pre-commit\n", "hook pre-commit || true\n");
    judges(LEFTHOOK_HOOK, file, &unheeded, 2);
    let skipped = LEFTHOOK.replace("  jobs", "  skip: true\n  jobs");
    judges(LEFTHOOK_HOOK, file, &skipped, 2);
    let elsewhere = LEFTHOOK.replace("pre-commit:\n", "post-commit:\n");
    judges(LEFTHOOK_HOOK, file, &elsewhere, 2);
    judges("#!/bin/sh\n# call_lefthook\nexit 0\n", file, LEFTHOOK, 2);
}

#[test]
fn lefthook_reads_more_than_one_file_and_variable() {
    let file = "lefthook.yml";
    judges_with(LEFTHOOK_HOOK, file, LEFTHOOK, 0, |_, command| {
        command.env("LEFTHOOK_VERBOSE", "1");
    });
    for (name, value) in [
        ("LEFTHOOK", "0"),
        ("LEFTHOOK_EXCLUDE", "phguard"),
        ("LEFTHOOK_CONFIG", "other.yml"),
        ("LEFTHOOK_BIN", "/bin/true"),
    ] {
        judges_with(LEFTHOOK_HOOK, file, LEFTHOOK, 2, |_, command| {
            command.env(name, value);
        });
    }
    for name in [
        "lefthook-local.yml",
        ".lefthook-local.toml",
        ".config/lefthook-local.yml",
        ".lefthook.yml",
        "lefthook.yaml",
        ".config/lefthook.json",
    ] {
        judges_with(LEFTHOOK_HOOK, file, LEFTHOOK, 2, |sandbox, _| {
            sandbox.write(name, "pre-commit:\n  skip: true\n");
        });
    }
}

#[test]
fn a_job_behind_that_of_phguard_may_stage_what_it_has_not_seen() {
    let later = format!("{LEFTHOOK}    - run: git add -A\n");
    judges(LEFTHOOK_HOOK, "lefthook.yml", &later, 2);
    let commands = "pre-commit:\n  commands:\n    phguard:\n      run: PHGUARD hook pre-commit\n";
    judges(LEFTHOOK_HOOK, "lefthook.yml", commands, 0);
    let two = format!("{commands}    stage:\n      run: git add -A\n");
    judges(LEFTHOOK_HOOK, "lefthook.yml", &two, 2);
}

/// Such a hook of lefthook passes where lefthook is missing.
#[test]
fn a_managers_hook_that_is_not_known_is_not_vouched_for() {
    let passes = "#!/bin/sh\ncall_lefthook()\n{\n  if lefthook -h\n  then\n    lefthook \"$@\"\n  else\n    \
                  echo \"Can't find lefthook in PATH\"\n  fi\n}\ncall_lefthook run \"pre-commit\" \"$@\"\n";
    judges(passes, "lefthook.yml", LEFTHOOK, 2);
    let edited = "#!/usr/bin/env bash\n# File generated by pre-commit\n\
                  ARGS=(hook-impl --config=other.yaml --hook-type=pre-commit)\nexec pre-commit \"${ARGS[@]}\"\n";
    let entry = "repos:\n- repo: local\n  hooks:\n  - id: phguard\n    language: system\n    \
                 entry: PHGUARD hook pre-commit\n    always_run: true\n";
    judges(edited, ".pre-commit-config.yaml", entry, 2);
}

/// The shell takes the first `phguard` that it finds, whatever that is.
#[test]
fn a_call_by_name_is_judged_by_the_program_that_comes_first() {
    let sandbox = well();
    let hook = "#!/bin/sh\nphguard hook pre-commit\n";
    write_program(&sandbox.hook("pre-commit"), hook);
    let own = sandbox.own_phguard();
    let own = own.parent().unwrap().display();
    let path = |first: &str| format!("{first}{own}:{}", std::env::var("PATH").unwrap());
    let doctor = |path: String| Run::of(sandbox.command(PHGUARD).arg("doctor").env("PATH", path));
    assert!(is_proven(&doctor(path("")).exits(0), "pre-commit"));

    write_program(&sandbox.repo().join("tools/phguard"), "#!/bin/sh\nexit 0\n");
    sandbox.write(".git/info/exclude", "tools\n");
    assert!(!is_proven(&doctor(path("tools:")).exits(2), "pre-commit"));

    let empty = sandbox.root().join("empty/phguard");
    write_program(&empty, "");
    let first = format!("{}:", empty.parent().unwrap().display());
    assert!(!is_proven(&doctor(path(&first)).exits(1), "pre-commit"));
}

#[test]
fn a_program_that_is_merely_named_phguard_is_not_believed() {
    let sandbox = well();
    let hook = "#!/bin/sh\nphguard hook pre-commit\n";
    write_program(&sandbox.hook("pre-commit"), hook);
    let program = sandbox.root().join("elsewhere/phguard");
    let elsewhere = program.parent().unwrap().display();
    let path = format!("{elsewhere}:{}", std::env::var("PATH").unwrap());
    let mut transcript = Transcript::default();
    // It refuses the canary, and may let everything else pass.
    for text in ["", "# phguard hook shim, version 9\n"] {
        write_program(
            &program,
            &format!("#!/bin/sh\n{text}exec '{PHGUARD}' \"$@\"\n"),
        );
        let mut command = sandbox.command(PHGUARD);
        let run = Run::of(command.arg("doctor").env("PATH", &path)).exits(2);
        transcript.add("doctor", &sandbox, &run);
    }
    let config = sandbox.repo().join("lefthook.yml");
    fs::write(
        config,
        LEFTHOOK.replace("PHGUARD", program.to_str().unwrap()),
    )
    .unwrap();
    for event in ["pre-commit", "pre-merge-commit", "pre-push"] {
        write_program(&sandbox.hook(event), LEFTHOOK_HOOK);
    }
    let run = sandbox
        .phguard(["install", "--event", "pre-commit"])
        .exits(2);
    transcript.add("install beside lefthook", &sandbox, &run);
    transcript.assert("doctor/a-program-that-is-merely-named-phguard.txt");
}

#[test]
fn a_shell_that_the_environment_changes_is_not_vouched_for() {
    let bash = "#!/bin/bash\nPHGUARD hook pre-commit || exit $?\n";
    let sh = "#!/bin/dash\nPHGUARD hook pre-commit || exit $?\n";
    for (hook, name, value, is_doubted) in [
        (bash, "BASH_ENV", "start", true),
        (bash, "BASH_FUNC_exit%%", "() { :; }", true),
        (bash, "SHELLOPTS", "noexec", true),
        (bash, "BASH_FUNC_which%%", "() { :; }", false),
        (bash, "ENV", "start", false),
        (sh, "BASH_ENV", "start", false),
    ] {
        let sandbox = well();
        sandbox.write("start", "trap 'exit 0' EXIT\n");
        sandbox.write(".git/info/exclude", "start\n");
        let hook = hook.replace("PHGUARD", PHGUARD);
        write_program(&sandbox.hook("pre-commit"), &hook);
        let start = sandbox.repo().join("start");
        let value = if value == "start" {
            start.to_str().unwrap()
        } else {
            value
        };
        let mut command = sandbox.command(PHGUARD);
        let run = Run::of(command.arg("doctor").env(name, value));
        assert_eq!(
            is_proven(&run, "pre-commit"),
            !is_doubted,
            "{name} {}",
            run.stdout
        );
        assert_eq!(
            run.code,
            Some(if is_doubted { 2 } else { 0 }),
            "{name} {}",
            run.stdout
        );
        // The doubt is right: with a key the commit passes.
        sandbox.stage("a", phx());
        let mut commit = sandbox.command("git");
        let run = Run::of(commit.args(["commit", "-q", "-m", "x"]).env(name, value));
        assert_eq!(run.code == Some(0), is_doubted, "{name} {}", run.stderr);
    }
}

#[test]
fn a_variable_of_the_environment_does_not_switch_the_hook_off() {
    let sandbox = well();
    sandbox.stage("a", phx());
    let mut commit = sandbox.command("git");
    commit
        .args(["commit", "-q", "-m", "x"])
        .env("phguard_inner", "1");
    Run::of(&mut commit).exits(1);
}

#[test]
fn a_missing_check_before_pushes_is_said() {
    let sandbox = well();
    fs::remove_file(sandbox.hook("pre-push")).unwrap();
    let run = sandbox.phguard(["doctor"]).exits(0);
    sandbox.assert_run("doctor/no-check-before-a-push.txt", &run);
    sandbox
        .phguard(["install", "--event", "reference-transaction"])
        .exits(0);
    let run = sandbox.phguard(["doctor"]).exits(0);
    sandbox.assert_run("doctor/the-gate-and-no-check-before-a-push.txt", &run);
}

#[test]
fn config_hooks_are_in_force_unless_they_are_switched_off() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", IGNORED);
    let path = git_with_config_hooks(&sandbox);
    let run =
        |arguments: &[&str]| Run::of(sandbox.command(PHGUARD).args(arguments).env("PATH", &path));
    run(&["install", "--git-config", "--event", COMMITS]).exits(0);
    let mut transcript = Transcript::default();
    transcript.add("in force", &sandbox, &run(&["doctor"]).exits(0));
    sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    run(&["doctor"]).exits(0);
    sandbox.git(["config", "--unset", "core.hooksPath"]);
    for key in ["hook.pre-commit.enabled", "hook.phguard-pre-commit.enabled"] {
        sandbox.git(["config", key, "false"]);
        let title = format!("{key} is false");
        transcript.add(&title, &sandbox, &run(&["doctor"]).exits(1));
        sandbox.git(["config", "--unset", key]);
    }
    sandbox.git(["config", "--add", "hook.phguard-pre-commit.event", ""]);
    let title = "an empty event, which takes back those before it";
    transcript.add(title, &sandbox, &run(&["doctor"]).exits(1));
    transcript.assert("doctor/config-hooks.txt");
}

#[test]
fn a_check_that_runs_twice_is_no_defect() {
    let sandbox = well();
    let path = git_with_config_hooks(&sandbox);
    let run =
        |arguments: &[&str]| Run::of(sandbox.command(PHGUARD).args(arguments).env("PATH", &path));
    run(&["install", "--git-config", "--global", "--event", COMMITS]).exits(0);
    let run = run(&["doctor"]).exits(0);
    sandbox.assert_run("doctor/a-check-that-runs-twice.txt", &run);
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
    let mut transcript = Transcript::default();
    let run = sandbox.phguard(["doctor"]).exits(1);
    transcript.add("an older program", &sandbox, &run);
    write_program(&program, "#!/bin/sh\necho something else\n");
    let run = sandbox.phguard(["doctor"]).exits(1);
    transcript.add("another program", &sandbox, &run);

    fs::remove_file(&program).unwrap();
    let run = sandbox.phguard(["doctor"]).exits(1);
    transcript.add("no program", &sandbox, &run);
    let in_path = sandbox.root().join("elsewhere");
    fs::create_dir(&in_path).unwrap();
    symlink(PHGUARD, in_path.join("phguard"));
    let path = format!("{}:{}", in_path.display(), std::env::var("PATH").unwrap());
    let run = Run::of(sandbox.command(PHGUARD).arg("doctor").env("PATH", path)).exits(0);
    transcript.add("a program in PATH", &sandbox, &run);
    transcript.assert("doctor/a-program-that-is-gone-or-older.txt");
}

#[test]
fn every_linked_work_tree_is_examined() {
    let sandbox = well();
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    sandbox.git(["worktree", "add", "-q", "../gone"]);
    fs::remove_dir_all(sandbox.root().join("gone")).unwrap();
    let mut transcript = Transcript::default();
    let run = sandbox.phguard(["doctor"]).exits(0);
    transcript.add("hooks that both work trees share", &sandbox, &run);

    // As husky does: its directory exists where it was set up, and nowhere else.
    sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    write_program(
        &sandbox.repo().join(".husky/_/h"),
        "#!/usr/bin/env sh\nsh -e \"$s\" \"$@\"\n",
    );
    for event in ["pre-commit", "pre-merge-commit"] {
        write_program(
            &sandbox.repo().join(".husky/_").join(event),
            "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n",
        );
        let line = format!("npm test\n'{PHGUARD}' hook {event}\n");
        fs::write(sandbox.repo().join(".husky").join(event), line).unwrap();
    }
    let run = sandbox.phguard(["doctor"]).exits(2);
    transcript.add("husky, set up in one of them", &sandbox, &run);
    transcript.assert("doctor/every-linked-work-tree.txt");
}

#[test]
fn a_manager_is_never_started() {
    let mut transcript = Transcript::default();
    for (mark, file, call) in [
        (
            "call_lefthook run \"pre-commit\" \"$@\"",
            "lefthook.yml",
            "pre-commit:\n  jobs:\n    - run: \"'PHGUARD' hook pre-commit\"\n",
        ),
        (
            "# Entrypoint for Overcommit",
            ".overcommit.yml",
            "    command: ['phguard', 'hook', 'pre-commit']\n",
        ),
    ] {
        let sandbox = well();
        let ran = sandbox.root().join("ran");
        write_program(
            &sandbox.hook("pre-commit"),
            &format!("#!/bin/sh\ntouch '{}'\n{mark}\n", ran.display()),
        );
        let title = format!("no {file}");
        transcript.add(&title, &sandbox, &sandbox.phguard(["doctor"]).exits(1));
        sandbox.write(file, call.replace("PHGUARD", PHGUARD));
        transcript.add(file, &sandbox, &sandbox.phguard(["doctor"]).exits(2));
        assert!(!ran.exists(), "{mark}: the manager's hook was run");
    }
    transcript.assert("doctor/managers.txt");
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
    sandbox.assert_run("doctor/a-hook-that-a-manager-builds-itself.txt", &run);
}

#[test]
fn a_call_that_depends_on_the_place_is_not_vouched_for() {
    let sandbox = well();
    write_program(
        &sandbox.hook("pre-commit"),
        "#!/bin/sh\nnode_modules/.bin/phguard hook pre-commit || exit $?\n",
    );
    let run = sandbox.phguard(["doctor"]).exits(2);
    sandbox.assert_run("doctor/a-call-that-depends-on-the-place.txt", &run);
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
    sandbox.assert_run("doctor/a-shim-that-pre-commit-moved-aside.txt", &run);
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
    assert!(is_proven(&run, "commit-msg"), "{}", run.stdout);
    write_program(&sandbox.hook("commit-msg"), "#!/bin/sh\necho theirs\n");
    sandbox.phguard(["doctor"]).exits(0);
}

#[test]
fn files_for_secrets_that_git_would_take_are_found() {
    // Without such a file all is well, whatever is ignored.
    let sandbox = well();
    fs::remove_file(sandbox.repo().join(".gitignore")).unwrap();
    sandbox.git(["rm", "-q", "--cached", ".gitignore"]);
    sandbox.phguard(["doctor"]).exits(0);

    // The commands mend it as they stand, from anywhere.
    sandbox.write(".gitignore", "no end of line");
    sandbox.write("it's/.env", "A=b\n");
    sandbox.write(".env.test.local", "A=b\n");
    for name in [".env.local", "app/.env"] {
        sandbox.write(name, "A=b\n");
        sandbox.git(["add", "-f", name]);
    }
    sandbox.write("environment.local", "A=b\n");
    sandbox.write(".env.example", "A=b\n");
    let run = sandbox.phguard(["doctor"]).exits(1);
    let mut transcript = Transcript::default();
    transcript.add("not ignored, and tracked", &sandbox, &run);
    let commands: Vec<&str> = run
        .stdout
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("git -C ") || line.starts_with("printf "))
        .collect();
    assert_eq!(commands.len(), 4, "{}", run.stdout);
    for command in commands {
        Run::of(
            sandbox
                .command("sh")
                .args(["-ec", command])
                .current_dir("/"),
        )
        .exits(0);
    }
    let ignored = fs::read_to_string(sandbox.repo().join(".gitignore")).unwrap();
    assert!(ignored.starts_with("no end of line\n"), "{ignored}");
    let run = sandbox.phguard(["doctor"]);
    transcript.add("after these commands", &sandbox, &run);
    transcript.assert("doctor/files-for-secrets.txt");
}

#[test]
fn keys_in_tracked_files_are_found_and_masked() {
    let sandbox = well();
    sandbox.stage("a", format!("\nkey = {}\n", phx()));
    sandbox.stage("b", format!("NEXT_PUBLIC_KEY={}\n", phx()));
    sandbox.commit_unchecked("keys");
    let run = sandbox.phguard(["doctor"]).exits(1);
    let mut transcript = Transcript::default();
    transcript.add("two files", &sandbox, &run);
    let run = sandbox.phguard(["doctor", "--format", "json"]).exits(1);
    transcript.add("the same as JSON", &sandbox, &run);

    sandbox.stage(&*phx(), "a key for a name\n");
    let run = sandbox.phguard(["doctor", "--format", "json"]).exits(1);
    transcript.add("a name that is a key", &sandbox, &run);
    transcript.assert("doctor/keys-in-tracked-files.txt");
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
    let mut transcript = Transcript::default();
    transcript.add("a variable that names a repository", &sandbox, &run);
    let run = sandbox.phguard(["doctor", "--repo", "/"]).exits(2);
    transcript.add("outside of any repository", &sandbox, &run);
    sandbox.stage("a", "content\n");
    fs::remove_file(sandbox.object_file(":a")).unwrap();
    let run = sandbox.phguard(["doctor"]).exits(2);
    transcript.add("a staged content that is gone", &sandbox, &run);
    transcript.assert("doctor/what-cannot-be-examined.txt");
}

#[test]
fn a_bare_repository_is_examined_by_its_hooks_alone() {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q", "--bare", "../bare"]);
    sandbox.phguard(["install", "--repo", "../bare"]).exits(0);
    let run = sandbox.phguard(["doctor", "--repo", "../bare"]).exits(0);
    sandbox.assert_run("doctor/a-bare-repository.txt", &run);
}
