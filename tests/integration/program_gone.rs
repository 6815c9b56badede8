//! When the program is gone or killed, the hook blocks and names the command that helps.

use std::fs;

use crate::sandbox::hooks::{assert_guarded, copy_program, write_program};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::platform::symlink;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// `DIR` stands for the project, which is not the directory in which the hook runs.
#[test]
fn the_hint_goes_by_the_way_the_program_came() {
    let modules = "node_modules/@team/phguard-linux-x64/bin";
    for (directory, lock, hint) in [
        (modules, "", "npm install --global phguard"),
        (modules, "package-lock.json", "cd 'DIR' && npm install"),
        (modules, "pnpm-lock.yaml", "cd 'DIR' && pnpm install"),
        (modules, "yarn.lock", "cd 'DIR' && yarn install"),
        (modules, "bun.lock", "cd 'DIR' && bun install"),
        (modules, "bun.lockb", "cd 'DIR' && bun install"),
        (
            ".yarn/unplugged/phguard-npm-1.0.0/node_modules/phguard/bin",
            "yarn.lock",
            "cd 'DIR' && yarn install && yarn phguard install",
        ),
        (
            "pnpm/store/v10/links/@team/phguard-linux-x64/node_modules/bin",
            "",
            "pnpm install && pnpm exec phguard install",
        ),
        (
            ".npm/_npx/e27f/node_modules/phguard/bin",
            "",
            "install phguard for good, then run phguard install",
        ),
        ("share/uv/tools/phguard/bin", "", "uv tool install phguard"),
        ("share/pipx/venvs/phguard/bin", "", "pipx install phguard"),
        ("Cellar/phguard/1.0.0/bin", "", "brew install phguard"),
        ("opt/homebrew/bin", "", "brew install phguard"),
        (".cargo/bin", "", "cargo install --locked phguard"),
        (".venv/bin", "requirements.txt", "pip install phguard"),
        (".venv/bin", "uv.lock", "uv sync"),
        ("cache/pypoetry/virtualenvs/a/bin", "", "poetry install"),
        (".local/bin", "", "run install.sh of phguard again"),
    ] {
        let sandbox = Sandbox::new();
        let project = sandbox.root().join("project");
        let directory = project.join(directory);
        fs::create_dir_all(&directory).unwrap();
        if !lock.is_empty() {
            fs::write(project.join(lock), "").unwrap();
        }
        if lock.contains("lock") {
            fs::write(project.join("package.json"), "").unwrap();
        }
        let program = directory.join("phguard");
        copy_program(PHGUARD, &program);
        Run::of(sandbox.command(&program).arg("install")).exits(0);
        fs::remove_file(&program).unwrap();
        sandbox.stage("a", "clean\n");
        let run = sandbox.commit().exits(1);
        let hint = hint.replace("DIR", &project.display().to_string());
        let line = format!("\n  try: {hint}\n");
        assert!(run.stderr.contains(&line), "{}", run.stderr);
    }
}

#[test]
fn the_hint_names_no_directory_where_the_hook_runs() {
    let sandbox = Sandbox::new();
    let directory = sandbox.repo().join("node_modules/phguard/bin");
    fs::create_dir_all(&directory).unwrap();
    fs::write(sandbox.repo().join("package.json"), "").unwrap();
    let program = directory.join("phguard");
    copy_program(PHGUARD, &program);
    // A link of the user's own says nothing about the manager.
    let link = sandbox.root().join("phguard");
    symlink(&program, &link);
    Run::of(sandbox.command(&link).arg("install")).exits(0);
    fs::remove_file(&program).unwrap();
    sandbox.stage("a", "clean\n");
    let run = sandbox.commit().exits(1);
    assert!(
        run.stderr.contains("\n  try: npm install\n"),
        "{}",
        run.stderr
    );
}

/// pnpm and bun lay each version into a directory of its own, and keep a link to the one that is in force.
#[test]
fn an_update_by_pnpm_or_bun_leaves_the_hook_in_force() {
    for store in [".pnpm", ".bun"] {
        update_in_store(store);
    }
}

fn update_in_store(store: &str) {
    let sandbox = Sandbox::new();
    let store = sandbox.root().join("project/node_modules").join(store);
    let package = "node_modules/@team/phguard-linux-x64";
    let link = store.join(package);
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    for (version, earlier) in [("1.0.0", None), ("1.1.0", Some("1.0.0"))] {
        let place = |version| store.join(format!("@team+phguard-linux-x64@{version}"));
        let directory = place(version).join(package);
        fs::create_dir_all(directory.join("bin")).unwrap();
        copy_program(PHGUARD, directory.join("bin/phguard"));
        if let Some(earlier) = earlier {
            fs::remove_dir_all(place(earlier)).unwrap();
            fs::remove_file(&link).unwrap();
        }
        symlink(&directory, &link);
        if earlier.is_none() {
            // As npm's launcher starts it.
            Run::of(
                sandbox
                    .command(directory.join("bin/phguard"))
                    .arg("install"),
            )
            .exits(0);
        }
        assert_guarded(&sandbox, &sandbox.repo());
    }
}

/// npx, uvx and their like start a program from a cache, which they clear one day.
#[test]
fn install_warns_of_a_program_in_a_cache() {
    for (directory, is_warned) in [(".npm/_npx/e27fff00b71f91b5/bin", true), ("bin", false)] {
        let sandbox = Sandbox::new();
        let directory = sandbox.root().join(directory);
        fs::create_dir_all(&directory).unwrap();
        let program = directory.join("phguard");
        copy_program(PHGUARD, &program);
        let run = Run::of(sandbox.command(&program).arg("install")).exits(0);
        let note = format!(
            "note: the hooks name a program in a cache: {}\n",
            program.display()
        );
        assert_eq!(run.stdout.contains(&note), is_warned, "{}", run.stdout);
    }
}

/// The system's shell tells by a variable that this is a Mac.
#[test]
fn on_a_mac_the_hook_tells_of_a_quarantined_program() {
    for theirs in [None, Some("#!/bin/sh\n:\n")] {
        let sandbox = Sandbox::new();
        if let Some(theirs) = theirs {
            write_program(&sandbox.hook("pre-commit"), theirs);
        }
        let program = sandbox.own_phguard();
        Run::of(sandbox.command(&program).arg("install")).exits(0);
        let commit = || {
            let mut command = sandbox.command("git");
            Run::of(
                command
                    .args(["commit", "-q", "-m", "a"])
                    .env("OSTYPE", "darwin24"),
            )
        };
        sandbox.stage("a", phx());
        let run = commit().exits(1);
        assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
        assert!(!run.stderr.contains("quarantine"), "{}", run.stderr);
        sandbox.stage("a", "clean\n");
        commit().exits(0);

        write_program(&program, "#!/bin/sh\nkill -9 $$\n");
        sandbox.stage("a", "clean again\n");
        let run = commit().exits(1);
        let hint = format!(
            "try: xattr -d com.apple.quarantine '{}'\n",
            program.display()
        );
        assert!(run.stderr.contains(&hint), "{}", run.stderr);
    }
}
