//! The gate's file, and one installation for a whole machine.

use std::fs;

use crate::sandbox::hooks::{assert_guarded, git_with_config_hooks, names};
use crate::sandbox::platform::file_name;
use crate::sandbox::snapshots::Transcript;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// Without these lines doctor finds a fault.
const IGNORED: &str = ".env\n.env.local\n.env.*.local\n";

#[test]
fn a_missing_program_blocks_branches_and_nothing_else() {
    let sandbox = Sandbox::new();
    let program = sandbox.own_phguard();
    let mut command = sandbox.command(&program);
    Run::of(command.args(["install", "--event", "reference-transaction"])).exits(0);
    sandbox.stage("a", "fine\n");
    sandbox.commit_unchecked("first");
    fs::remove_file(program).unwrap();
    sandbox.git(["tag", "v1"]);
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    sandbox.git(["pack-refs", "--all"]);
    let mut command = sandbox.command("git");
    command.args(["commit", "-qn", "--allow-empty", "-m", "x"]);
    let run = Run::of(command.env("PATH", "/usr/local/bin:/usr/bin:/bin")).exits(128);
    sandbox.assert_run("gate/a-missing-program.txt", &run);
}

#[test]
fn other_states_and_refs_need_no_repository() {
    let sandbox = Sandbox::without_repository();
    let id = "1".repeat(40);
    for (state, lines) in [
        ("committed", format!("{id} {id} refs/heads/a\n")),
        ("aborted", "nonsense\n".to_owned()),
        ("preparing", "nonsense\n".to_owned()),
        (
            "prepared",
            format!("{id} {} refs/notes/v1\n", "2".repeat(40)),
        ),
        (
            "prepared",
            format!("{id} {} refs/heads/a\n", "0".repeat(40)),
        ),
    ] {
        fs::write(sandbox.root().join("lines"), &lines).unwrap();
        let input = fs::File::open(sandbox.root().join("lines")).unwrap();
        let mut command = sandbox.command(PHGUARD);
        command.args(["hook", "reference-transaction", state]);
        Run::of(command.stdin(input)).exits(0);
    }
}

#[test]
fn a_template_guards_what_is_made_from_now_on() {
    let sandbox = Sandbox::without_repository();
    let run = sandbox.phguard(["install", "--global"]).exits(0);
    sandbox.assert_run("gate/a-template.txt", &run);
    sandbox.phguard(["install", "--global"]).exits(0);
    sandbox.git(["init", "-q", "-b", "main", "."]);
    assert_guarded(&sandbox, &sandbox.repo());
    assert!(sandbox.repo().join(".git/info/exclude").exists());
    sandbox.write(".gitignore", IGNORED);
    sandbox.phguard(["doctor"]).exits(0);
    let run = sandbox.phguard(["uninstall", "--global"]).exits(0);
    assert!(
        run.stdout.contains("phguard uninstall --below DIR"),
        "{}",
        run.stdout
    );
    let config = fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap();
    assert!(!config.contains("templateDir"), "{config}");
    sandbox.git(["init", "-q", "../later"]);
    let hooks = sandbox.root().join("later/.git/hooks");
    assert_eq!(names(hooks), Vec::<String>::new());
    assert!(
        !sandbox
            .home()
            .join(".local/share/phguard/template")
            .exists()
    );
}

#[test]
fn a_template_may_lie_below_a_name_that_is_no_utf8() {
    let sandbox = Sandbox::without_repository();
    let mut command = sandbox.command(PHGUARD);
    command.args(["install", "--global"]);
    let data = sandbox.root().join(file_name(b"caf\xe9"));
    Run::of(command.env("XDG_DATA_HOME", data)).exits(0);
    sandbox.git(["init", "-q", "-b", "main", "."]);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn a_template_that_is_set_is_kept_and_added_to() {
    let sandbox = Sandbox::without_repository();
    let hooks = sandbox.home().join("template/hooks");
    fs::create_dir_all(&hooks).unwrap();
    fs::write(sandbox.home().join("template/description"), "mine\n").unwrap();
    crate::sandbox::hooks::write_program(&hooks.join("post-commit"), "#!/bin/sh\n:\n");
    sandbox.git(["config", "--global", "init.templateDir", "~/template"]);
    sandbox.phguard(["install", "--global"]).exits(0);
    assert_eq!(
        names(&hooks),
        ["post-commit", "pre-commit", "pre-merge-commit", "pre-push"]
    );
    sandbox.phguard(["uninstall", "--global"]).exits(0);
    assert_eq!(names(&hooks), ["post-commit"]);
    let value = sandbox
        .git(["config", "--global", "init.templateDir"])
        .stdout;
    assert_eq!(value, "~/template\n");
}

#[test]
fn every_repository_below_a_directory_is_guarded() {
    let sandbox = Sandbox::without_repository();
    for name in ["a", "deep/er/b", "husky"] {
        sandbox.git(["init", "-q", "-b", "main", name]);
    }
    let husky = sandbox.repo().join("husky");
    fs::create_dir_all(husky.join(".husky/_")).unwrap();
    sandbox.git(["-C", "husky", "config", "core.hooksPath", ".husky/_"]);
    sandbox.git(["init", "-q", "--bare", "server.git"]);
    let run = sandbox.phguard(["install", "--below", "."]).exits(2);
    let mut transcript = Transcript::default();
    transcript.add("four, one with husky", &sandbox, &run);
    assert!(sandbox.repo().join("server.git/hooks/pre-receive").exists());
    let run = sandbox.phguard(["install", "--below", "a"]).exits(0);
    transcript.add("one, for the second time", &sandbox, &run);
    transcript.assert("gate/below-a-directory.txt");
    for name in ["a", "deep/er/b"] {
        assert_guarded(&sandbox, &sandbox.repo().join(name));
    }
    sandbox.phguard(["uninstall", "--below", "."]).exits(0);
    assert_eq!(
        names(sandbox.repo().join("a/.git/hooks")),
        Vec::<String>::new()
    );
}

#[test]
fn a_directory_without_repositories_is_no_success() {
    let sandbox = Sandbox::without_repository();
    for command in ["install", "uninstall"] {
        let run = sandbox.phguard([command, "--below", "."]).exits(2);
        assert!(run.stderr.contains("no repository below"), "{}", run.stderr);
        assert!(!run.stdout.contains("It works"), "{}", run.stdout);
    }
}

#[test]
fn a_newer_git_is_told_in_the_users_configuration() {
    let sandbox = Sandbox::new();
    let path = git_with_config_hooks(&sandbox);
    let phguard = |arguments: &[&str]| {
        let mut command = sandbox.command(PHGUARD);
        Run::of(command.args(arguments).env("PATH", &path))
    };
    let commits = "pre-commit,pre-merge-commit";
    phguard(&["install", "--global", "--event", commits]).exits(0);
    let config = fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap();
    assert!(config.contains("phguard-pre-commit") && !config.contains("hooksPath"));
    phguard(&["install"]).exits(0);
    sandbox.write(".gitignore", IGNORED);
    let run = phguard(&["doctor"]).exits(0);
    sandbox.assert_run("gate/doctor-of-a-newer-git.txt", &run);
    phguard(&["uninstall", "--global"]).exits(0);
    let config = fs::read_to_string(sandbox.home().join(".gitconfig")).unwrap();
    assert!(!config.contains("phguard"), "{config}");
}
