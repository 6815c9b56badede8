//! `phguard install` puts hooks where git looks for them, proves them, and `uninstall` leaves no
//! trace of them.

use crate::sandbox::platform::{file_number, set_mode};
use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::hooks::{assert_guarded, names, snapshot, write_program};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::Transcript;
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

const SHIM: &str = include_str!("../../hooks/pre-commit");
/// The hooks of a repository with a work tree.
const DEFAULT: [&str; 3] = ["pre-commit", "pre-merge-commit", "pre-push"];

/// A PATH in which the binary under test comes first.
fn path_with_phguard() -> String {
    let program = Path::new(PHGUARD).parent().unwrap().display();
    format!("{program}:{}", std::env::var("PATH").unwrap())
}

#[test]
fn a_fresh_repository_is_guarded_and_left_without_a_trace() {
    let sandbox = Sandbox::new();
    let config = fs::read(sandbox.repo().join(".git/config")).unwrap();
    let mut transcript = Transcript::default();
    let run = sandbox.phguard(["install"]).exits(0);
    transcript.add("install", &sandbox, &run);
    assert_eq!(
        names(sandbox.repo().join(".git/hooks")),
        ["pre-commit", "pre-merge-commit", "pre-push"]
    );
    assert_guarded(&sandbox, &sandbox.repo());

    let run = sandbox.phguard(["uninstall"]).exits(0);
    transcript.add("uninstall", &sandbox, &run);
    assert_eq!(names(sandbox.repo().join(".git/hooks")), [""; 0]);
    assert_eq!(
        fs::read(sandbox.repo().join(".git/config")).unwrap(),
        config
    );
    let run = sandbox.phguard(["uninstall"]).exits(0);
    transcript.add("uninstall once more", &sandbox, &run);
    transcript.assert("install/a-fresh-repository.txt");
}

#[test]
fn a_directory_of_hooks_that_was_not_there_is_gone_again() {
    let sandbox = Sandbox::new();
    fs::remove_dir_all(sandbox.repo().join(".git/hooks")).unwrap();
    sandbox.phguard(["install"]).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
    sandbox.phguard(["uninstall"]).exits(0);
    assert!(!sandbox.repo().join(".git/hooks").exists());
}

#[test]
fn the_second_time_nothing_changes() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\n");
    sandbox.phguard(["install"]).exits(0);
    let inode = || file_number(&fs::metadata(sandbox.hook("pre-commit")).unwrap());
    let first = (snapshot(sandbox.repo().join(".git/hooks")), inode());
    let run = sandbox.phguard(["install"]).exits(0);
    sandbox.assert_run("install/the-second-time.txt", &run);
    assert_eq!(
        (snapshot(sandbox.repo().join(".git/hooks")), inode()),
        first
    );
}

#[test]
fn only_the_hooks_that_are_asked_for_are_installed() {
    let sandbox = Sandbox::new();
    sandbox
        .phguard(["install", "--event", "pre-merge-commit"])
        .exits(0);
    assert_eq!(
        names(sandbox.repo().join(".git/hooks")),
        ["pre-merge-commit"]
    );
    let run = sandbox
        .phguard(["install", "--event", "pre-commit,post-commit"])
        .exits(2);
    sandbox.assert_run("install/a-hook-that-phguard-does-not-serve.txt", &run);
    assert_eq!(
        names(sandbox.repo().join(".git/hooks")),
        ["pre-merge-commit"]
    );
}

#[test]
fn a_shim_of_another_path_is_brought_up_to_date() {
    let sandbox = Sandbox::new();
    sandbox.phguard(["install"]).exits(0);
    let current = fs::read_to_string(sandbox.hook("pre-commit")).unwrap();
    let path = format!("'{PHGUARD}'");
    let mut transcript = Transcript::default();
    for (title, old) in [
        ("another path", current.replace(&path, "'/no/such/phguard'")),
        ("no path", SHIM.to_owned()),
    ] {
        assert_ne!(old, current);
        write_program(&sandbox.hook("pre-commit"), &old);
        let run = sandbox.phguard(["install"]).exits(0);
        transcript.add(title, &sandbox, &run);
        assert_eq!(
            fs::read_to_string(sandbox.hook("pre-commit")).unwrap(),
            current
        );
        assert_eq!(
            names(sandbox.repo().join(".git/hooks")),
            ["pre-commit", "pre-merge-commit", "pre-push"]
        );
    }
    transcript.assert("install/a-shim-of-another-path.txt");
}

#[test]
fn a_shim_of_another_version_is_set_aside() {
    let sandbox = Sandbox::new();
    sandbox.phguard(["install"]).exits(0);
    let current = fs::read_to_string(sandbox.hook("pre-commit")).unwrap();
    let mut transcript = Transcript::default();
    for (number, version) in [(1, "1"), (2, "99")] {
        let other = current
            .replace("shim, version ", &format!("shim, version {version}"))
            .replace("    exec ", "    make lint\n    exec ");
        write_program(&sandbox.hook("pre-commit"), &other);
        let run = sandbox.phguard(["install"]).exits(0);
        let aside = sandbox.hook(&format!("pre-commit.set-aside-by-phguard-{number}"));
        transcript.add(&format!("version {version}"), &sandbox, &run);
        assert_eq!(fs::read_to_string(aside).unwrap(), other);
        assert_eq!(
            fs::read_to_string(sandbox.hook("pre-commit")).unwrap(),
            current
        );
    }
    let run = sandbox.phguard(["uninstall"]).exits(0);
    transcript.add("uninstall, which leaves both", &sandbox, &run);
    transcript.assert("install/a-shim-of-another-version.txt");
}

#[test]
fn a_shim_that_git_would_not_run_is_mended() {
    let sandbox = Sandbox::new();
    sandbox.phguard(["install"]).exits(0);
    set_mode(sandbox.hook("pre-commit"), 0o644);
    sandbox.phguard(["install"]).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn an_edited_shim_is_its_editors_unless_forced() {
    let sandbox = Sandbox::new();
    sandbox
        .phguard(["install", "--event", "pre-merge-commit,pre-commit"])
        .exits(0);
    let text = fs::read_to_string(sandbox.hook("pre-merge-commit")).unwrap();
    write_program(
        &sandbox.hook("pre-merge-commit"),
        &text.replace("    exec ", "    make lint\n    exec "),
    );
    let edited = snapshot(sandbox.repo().join(".git/hooks"));
    let mut transcript = Transcript::default();
    for command in ["install", "uninstall"] {
        let run = sandbox.phguard([command]).exits(2);
        transcript.add(command, &sandbox, &run);
        assert_eq!(
            snapshot(sandbox.repo().join(".git/hooks")),
            edited,
            "{command}"
        );
    }
    let run = sandbox.phguard(["install", "--force"]).exits(0);
    transcript.add("install --force", &sandbox, &run);
    assert_eq!(
        fs::read_to_string(sandbox.hook("pre-merge-commit")).unwrap(),
        text
    );
    write_program(
        &sandbox.hook("pre-merge-commit"),
        &text.replace("    exec ", "    make lint\n    exec "),
    );
    let run = sandbox.phguard(["uninstall", "--force"]).exits(0);
    transcript.add("uninstall --force", &sandbox, &run);
    transcript.assert("install/an-edited-shim.txt");
    // `install --force` has kept what somebody added.
    assert_eq!(
        names(sandbox.repo().join(".git/hooks")),
        ["pre-merge-commit.set-aside-by-phguard-1"]
    );
}

#[test]
fn hooks_go_where_hooks_path_says() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", "my hooks\n");
    let shared = sandbox.home().join("hooks");
    let absolute = sandbox.root().join("absolute").display().to_string();
    let mut transcript = Transcript::default();
    for (value, directory) in [
        ("my hooks/", sandbox.repo().join("my hooks")),
        ("~/hooks", shared),
        (&absolute, PathBuf::from(&absolute)),
    ] {
        sandbox.git(["config", "core.hooksPath", value]);
        fs::create_dir_all(sandbox.repo().join("sub")).unwrap();
        let run = Run::of(
            sandbox
                .command(PHGUARD)
                .arg("install")
                .current_dir(sandbox.repo().join("sub")),
        )
        .exits(0);
        transcript.add("core.hooksPath is set", &sandbox, &run);
        assert_eq!(names(&directory), DEFAULT, "{value}");
        assert_guarded(&sandbox, &sandbox.repo());
        sandbox.phguard(["uninstall"]).exits(0);
        assert_eq!(names(&directory), [""; 0], "{value}");
    }
    assert!(!sandbox.hook("pre-commit").exists());
    transcript.assert("install/hooks-go-where-hooks-path-says.txt");
}

#[test]
fn hooks_that_the_team_commits_are_not_written() {
    let sandbox = Sandbox::new();
    write_program(
        &sandbox.repo().join(".githooks/pre-commit"),
        "#!/bin/sh\necho theirs\n",
    );
    sandbox.git(["add", "."]);
    sandbox.commit_unchecked("hooks");
    sandbox.git(["config", "core.hooksPath", ".githooks"]);
    let before = snapshot(sandbox.repo().join(".githooks"));
    let run = sandbox.phguard(["install"]).exits(2);
    let mut transcript = Transcript::default();
    transcript.add("hooks of the team", &sandbox, &run);
    assert_eq!(snapshot(sandbox.repo().join(".githooks")), before);

    // The printed commands work as they stand.
    let commands: Vec<&str> = run
        .stderr
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("printf "))
        .collect();
    assert_eq!(commands.len(), 3, "{}", run.stderr);
    Run::of(sandbox.command("sh").args(["-ec", &commands.join("\n")])).exits(0);
    let path = path_with_phguard();
    let with = |program: &str, arguments: &[&str]| {
        Run::of(sandbox.command(program).args(arguments).env("PATH", &path))
    };
    sandbox.stage("a", phx());
    let run = with("git", &["commit", "-q", "-m", "a key"]).exits(1);
    assert!(
        run.stderr.contains("theirs") && run.stderr.contains(&masked(&phx())),
        "{}",
        run.stderr
    );
    let run = with(PHGUARD, &["install"]).exits(0);
    transcript.add("after these commands", &sandbox, &run);
    transcript.assert("install/hooks-that-the-team-commits.txt");
}

#[test]
fn hooks_of_all_repositories_are_not_written_for_one() {
    let sandbox = Sandbox::new();
    let hooks = sandbox.home().join("hooks");
    write_program(
        &hooks.join("pre-commit"),
        "#!/bin/sh\nexec \"$(git rev-parse --git-dir)/hooks/$(basename \"$0\")\" \"$@\"\n",
    );
    let shown = hooks.display().to_string();
    sandbox.git(["config", "--global", "core.hooksPath", &shown]);
    let before = snapshot(&hooks);
    let run = sandbox.phguard(["install"]).exits(2);
    sandbox.assert_run("install/hooks-of-all-repositories.txt", &run);
    sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(snapshot(&hooks), before);
}

#[test]
fn a_hooks_path_that_holds_no_hooks_is_refused() {
    let sandbox = Sandbox::new();
    let mut transcript = Transcript::default();
    for value in ["", ".", "/dev/null"] {
        sandbox.git(["config", "core.hooksPath", value]);
        for command in ["install", "uninstall"] {
            let title = format!("{command}, core.hooksPath is {value:?}");
            transcript.add(&title, &sandbox, &sandbox.phguard([command]).exits(2));
        }
        assert_eq!(names(sandbox.repo()), [".git"]);
    }
    transcript.assert("install/a-hooks-path-that-holds-no-hooks.txt");
}

#[test]
fn linked_worktrees_are_guarded_by_the_same_hooks() {
    let sandbox = Sandbox::new();
    sandbox.commit_unchecked("first");
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    let linked = sandbox.root().join("linked");
    sandbox.phguard(["install", "--repo", "../linked"]).exits(0);
    assert_guarded(&sandbox, &linked);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn a_submodule_gets_hooks_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.commit_unchecked("first");
    sandbox.git(["clone", "-q", ".", "../origin"]);
    sandbox.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "../origin",
        "sub",
    ]);
    sandbox.phguard(["install", "--repo", "sub"]).exits(0);
    assert_guarded(&sandbox, &sandbox.repo().join("sub"));
    assert!(!sandbox.hook("pre-commit").exists());
}

#[test]
fn the_hooks_of_a_bare_repository_guard_its_work_trees() {
    let sandbox = Sandbox::new();
    sandbox.commit_unchecked("first");
    sandbox.git(["clone", "-q", "--bare", ".", "../bare"]);
    let bare = sandbox.root().join("bare");
    sandbox
        .git_in(&bare, &["worktree", "add", "-q", "../linked"])
        .exits(0);
    sandbox.phguard(["install", "--repo", "../bare"]).exits(0);
    assert_eq!(
        names(bare.join("hooks")),
        ["pre-commit", "pre-merge-commit", "pre-push", "pre-receive"]
    );
    assert_guarded(&sandbox, &sandbox.root().join("linked"));
}

#[test]
fn a_bare_repository_without_work_trees_guards_what_it_receives() {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q", "--bare", "../bare"]);
    sandbox.phguard(["install", "--repo", "../bare"]).exits(0);
    assert_eq!(names(sandbox.root().join("bare/hooks")), ["pre-receive"]);
    sandbox.stage("a", phx());
    sandbox.commit_unchecked("a key");
    let run = sandbox.try_git(["push", "-q", "../bare", "main"]).exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
    let run = sandbox.phguard(["doctor", "--repo", "../bare"]).exits(0);
    sandbox.assert_run("install/doctor-of-a-bare-repository.txt", &run);
    sandbox.phguard(["uninstall", "--repo", "../bare"]).exits(0);
    assert_eq!(names(sandbox.root().join("bare/hooks")), [""; 0]);
}

#[test]
fn a_directory_of_hooks_behind_a_link_stays() {
    let sandbox = Sandbox::new();
    let shared = sandbox.root().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::remove_dir_all(sandbox.repo().join(".git/hooks")).unwrap();
    symlink(&shared, sandbox.repo().join(".git/hooks"));
    for _ in 0..2 {
        sandbox.phguard(["install"]).exits(0);
        assert_guarded(&sandbox, &sandbox.repo());
        sandbox.phguard(["uninstall"]).exits(0);
        assert_eq!(names(&shared), [""; 0]);
    }
}

#[test]
fn hooks_that_hooks_path_hides_are_uninstalled_too() {
    let sandbox = Sandbox::new();
    sandbox.phguard(["install"]).exits(0);
    let elsewhere = sandbox.root().join("elsewhere");
    sandbox.git(["config", "core.hooksPath", elsewhere.to_str().unwrap()]);
    sandbox.phguard(["install"]).exits(0);
    sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(names(&elsewhere), [""; 0]);
    assert_eq!(names(sandbox.repo().join(".git/hooks")), [""; 0]);
}

#[test]
fn an_empty_or_cut_program_blocks() {
    let sandbox = Sandbox::new();
    let program = sandbox.own_phguard();
    let whole = fs::read(&program).unwrap();
    Run::of(sandbox.command(&program).arg("install")).exits(0);
    sandbox.stage("a", phx());
    for size in [0, 1, 64, 4096, whole.len() / 2] {
        fs::write(&program, &whole[..size]).unwrap();
        let run = sandbox.commit();
        assert_ne!(run.code, Some(0), "{size}");
    }
}

#[test]
fn a_program_behind_a_link_or_a_path_that_goes_is_still_found() {
    let sandbox = Sandbox::new();
    let program = sandbox.own_phguard();
    let link = sandbox.root().join("gone/phguard");
    fs::create_dir(link.parent().unwrap()).unwrap();
    symlink(&program, &link);
    let roundabout = sandbox.root().join("gone/../bin/phguard");
    for start in [&link, &roundabout] {
        Run::of(sandbox.command(start).arg("install")).exits(0);
    }
    Run::of(sandbox.command(&link).arg("install")).exits(0);
    fs::remove_dir_all(link.parent().unwrap()).unwrap();
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn outside_a_repository_nothing_is_installed() {
    let sandbox = Sandbox::without_repository();
    let mut transcript = Transcript::default();
    for directory in [".", "../nowhere"] {
        let run = sandbox.phguard(["install", "--repo", directory]).exits(2);
        transcript.add(directory, &sandbox, &run);
    }
    transcript.assert("install/outside-a-repository.txt");
    Run::of(sandbox.command(PHGUARD).arg("install").env("PATH", "")).exits(2);
}

#[test]
fn the_repository_of_an_outer_hook_is_not_meant() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(PHGUARD);
    command.args(["install", "--repo", "."]);
    for (name, value) in [
        ("GIT_DIR", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_WORK_TREE", "/"),
    ] {
        command.env(name, value);
    }
    Run::of(&mut command).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn the_users_configuration_does_not_matter_to_the_proof() {
    let sandbox = Sandbox::new();
    let temporary = sandbox.root().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let config = "[core]\n attributesFile = /nowhere\n[commit]\n gpgSign = true\n[user]\n useConfigOnly = true\n\
                  [init]\n templateDir = /nowhere\n defaultObjectFormat = sha256\n";
    let global = sandbox.root().join("global");
    fs::write(&global, config).unwrap();
    let mut command = sandbox.command(PHGUARD);
    command
        .arg("install")
        .env("GIT_CONFIG_GLOBAL", &global)
        .env("TMPDIR", &temporary);
    command
        .env("GIT_DEFAULT_HASH", "sha256")
        .env("FORCE_COLOR", "1")
        .env("PRE_COMMIT_TO_REF", "HEAD");
    Run::of(&mut command).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
    assert_eq!(names(&temporary), [""; 0]);
}

#[test]
fn without_a_proof_everything_stays_as_it_was() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\necho theirs\n");
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    let run = Run::of(
        sandbox
            .command(PHGUARD)
            .arg("install")
            .env("TMPDIR", "/nowhere"),
    )
    .exits(2);
    assert!(run.stderr.contains("phguard-canary"), "{}", run.stderr);
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
}

#[test]
fn if_one_hook_cannot_be_written_the_others_are_as_they_were() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), "#!/bin/sh\necho theirs\n");
    // Git fails to make the last of the repositories that prove the hooks.
    let git = sandbox.root().join("tools/git");
    let real = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|d| d.join("git"))
        .find(|p| p.is_file());
    let count = sandbox.root().join("count");
    let script = format!(
        "#!/bin/sh\ncase $* in\n init*) echo . >> '{count}'\n  [ $(wc -l < '{count}') -lt 8 ] || exit 3 ;;\nesac\nexec '{}' \"$@\"\n",
        real.unwrap().display(),
        count = count.display(),
    );
    write_program(&git, &script);
    let before = snapshot(sandbox.repo().join(".git/hooks"));
    let path = format!(
        "{}:{}",
        git.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    Run::of(sandbox.command(PHGUARD).arg("install").env("PATH", path)).exits(2);
    assert_eq!(fs::read_to_string(count).unwrap().lines().count(), 8);
    assert_eq!(snapshot(sandbox.repo().join(".git/hooks")), before);
}

#[test]
fn a_shim_whose_program_is_gone_blocks_or_finds_it_in_path() {
    let sandbox = Sandbox::new();
    let program = sandbox.own_phguard();
    Run::of(sandbox.command(&program).arg("install")).exits(0);
    let elsewhere = sandbox.root().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::rename(&program, elsewhere.join("phguard")).unwrap();
    sandbox.stage("a", "clean\n");
    let run = sandbox.commit().exits(1);
    sandbox.assert_run("install/a-shim-whose-program-is-gone.txt", &run);
    Run::of(&mut sandbox.command(sandbox.hook("pre-commit"))).exits(2);

    let path = format!("{}:{}", elsewhere.display(), std::env::var("PATH").unwrap());
    let commit = || {
        Run::of(
            sandbox
                .command("git")
                .args(["commit", "-q", "-m", "a change"])
                .env("PATH", &path),
        )
    };
    commit().exits(0);
    sandbox.stage("a", phx());
    let run = commit().exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
}

#[test]
fn the_shim_copied_verbatim_takes_phguard_from_path() {
    let sandbox = Sandbox::new();
    write_program(&sandbox.hook("pre-commit"), SHIM);
    // Neither the placeholder nor PATH may lead to a program of the repository.
    for name in ["@PHGUARD@", "phguard"] {
        write_program(
            &sandbox.repo().join(name),
            "#!/bin/sh\necho hijacked >&2\nexit 0\n",
        );
    }
    let path = std::env::var("PATH").unwrap();
    let commit = |path: String| {
        Run::of(
            sandbox
                .command("git")
                .args(["commit", "-q", "-m", "a"])
                .env("PATH", path),
        )
    };
    sandbox.stage("a", phx());
    let run = commit(format!(".:{path}")).exits(1);
    sandbox.assert_run("install/no-program-in-path.txt", &run);
    let program = Path::new(PHGUARD).parent().unwrap().display();
    let run = commit(format!("{program}:{path}")).exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
}

#[test]
fn the_shim_names_the_link_that_outlives_an_update() {
    let sandbox = Sandbox::new();
    let link = sandbox.root().join("link/phguard");
    fs::create_dir(link.parent().unwrap()).unwrap();
    symlink(sandbox.own_phguard(), &link);
    let path = format!(
        "{}:{}",
        link.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    for mut command in [sandbox.command(&link), sandbox.command("phguard")] {
        Run::of(command.arg("install").env("PATH", &path)).exits(0);
        let shim = fs::read_to_string(sandbox.hook("pre-commit")).unwrap();
        assert!(
            shim.contains(&format!("phguard_program='{}'", link.display())),
            "{shim}"
        );
        sandbox.phguard(["uninstall"]).exits(0);
    }
}

#[test]
fn paths_may_hold_spaces_and_quotes() {
    let sandbox = Sandbox::new();
    let root = sandbox.root();
    let work_tree = root.join("it's \"my\" $repo & more");
    fs::rename(sandbox.repo(), &work_tree).unwrap();
    fs::create_dir(sandbox.repo()).unwrap();
    let program = root.join("it's \"my\" $bin\\n & more/phguard");
    fs::create_dir(program.parent().unwrap()).unwrap();
    crate::sandbox::hooks::copy_program(PHGUARD, &program);
    Run::of(
        sandbox
            .command(&program)
            .arg("install")
            .arg("--repo")
            .arg(&work_tree),
    )
    .exits(0);
    assert_guarded(&sandbox, &work_tree);
    Run::of(
        sandbox
            .command(&program)
            .arg("uninstall")
            .arg("--repo")
            .arg(&work_tree),
    )
    .exits(0);
    assert_eq!(names(work_tree.join(".git/hooks")), [""; 0]);
}

#[test]
fn uninstall_names_the_hooks_that_it_leaves_elsewhere() {
    let sandbox = Sandbox::new();
    sandbox.commit_unchecked("first");
    sandbox.git(["worktree", "add", "-q", "../other"]);
    sandbox.git(["config", "extensions.worktreeConfig", "true"]);
    let other = sandbox.root().join("other");
    let hooks = sandbox.root().join("hooks of other");
    let set = ["config", "--worktree", "core.hooksPath"];
    let set = [&set[..], &[hooks.to_str().unwrap()]].concat();
    sandbox.git_in(&other, &set).exits(0);
    sandbox.phguard(["install"]).exits(0);
    sandbox
        .phguard(["install", "--repo", other.to_str().unwrap()])
        .exits(0);
    sandbox.phguard(["install", "--global"]).exits(0);

    let run = sandbox.phguard(["uninstall"]).exits(0);
    sandbox.assert_run("install/hooks-elsewhere.txt", &run);
    sandbox.phguard(["uninstall", "--global"]).exits(0);
    sandbox
        .phguard(["uninstall", "--repo", other.to_str().unwrap()])
        .exits(0);
    let run = sandbox.phguard(["uninstall"]).exits(0);
    assert_eq!(run.stdout, "There is no hook of phguard.\n");
}
