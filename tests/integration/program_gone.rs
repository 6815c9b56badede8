//! When the program is gone or killed, the hook blocks and names the command that helps.

use std::fs;

use crate::sandbox::hooks::{assert_guarded, copy_program, write_program};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::platform::symlink;
use crate::sandbox::{PHGUARD, Run, Sandbox};

const MODULES: &str = "node_modules/@team/phguard-linux-x64/bin";
const PNPM: &str = "pnpm install && pnpm exec phguard install";
const YARN: &str = "yarn install && yarn phguard install";
const BUN: &str = "bun install && bunx phguard install";

#[test]
fn the_hint_names_the_manager_and_the_directory_of_the_project() {
    for (lock, hint) in [
        ("package-lock.json", "npm install"),
        ("pnpm-lock.yaml", PNPM),
        ("yarn.lock", YARN),
        ("bun.lock", BUN),
        ("bun.lockb", BUN),
    ] {
        assert_hint(
            MODULES,
            &["package.json", lock],
            &format!("cd 'DIR' && {hint}"),
        );
    }
    let unplugged = ".yarn/unplugged/phguard-npm-1.0.0/node_modules/phguard/bin";
    assert_hint(unplugged, &["yarn.lock"], &format!("cd 'DIR' && {YARN}"));
    for (lock, hint) in [
        ("requirements.txt", "pip install phguard"),
        ("uv.lock", "uv sync"),
        ("poetry.lock", "poetry install"),
    ] {
        assert_hint(".venv/bin", &[lock], hint);
    }
}

#[test]
fn the_hint_goes_by_the_way_the_program_came() {
    for (directory, hint) in [
        (MODULES, "npm install --global phguard"),
        ("pnpm/store/v10/links/@team/phguard/node_modules/bin", PNPM),
        (
            "pnpm/global/5/node_modules/phguard/bin",
            "pnpm add --global phguard && phguard install",
        ),
        (
            ".npm/_npx/e27f/node_modules/phguard/bin",
            "npm install --save-dev phguard && npx phguard install",
        ),
        (
            ".cache/pnpm/dlx/52c4/node_modules/phguard/bin",
            "pnpm add --save-dev phguard && pnpm exec phguard install",
        ),
        (
            "xfs-26f3/dlx-47/node_modules/phguard/bin",
            "yarn add --dev phguard && yarn phguard install",
        ),
        (
            "bunx-0-phguard@latest/node_modules/phguard/bin",
            "bun add --dev phguard && bunx phguard install",
        ),
        ("cache/uv/archive-v0/wKg9/bin", "uv tool install phguard"),
        ("share/uv/tools/phguard/bin", "uv tool install phguard"),
        ("share/pipx/venvs/phguard/bin", "pipx install phguard"),
        ("Cellar/phguard/1.0.0/bin", "brew install phguard"),
        ("opt/homebrew/bin", "brew install phguard"),
        (".cargo/bin", "cargo install --locked phguard"),
        ("cache/pypoetry/virtualenvs/a/bin", "poetry install"),
        (".local/bin", "run install.sh of phguard again"),
    ] {
        assert_hint(directory, &[], hint);
    }
}

/// Installs a program below a project with these files, and removes it. `DIR` in the hint stands for the
/// project, which is not the directory in which the hook runs.
fn assert_hint(directory: &str, files: &[&str], hint: &str) {
    let sandbox = Sandbox::new();
    let project = sandbox.root().join("project");
    let directory = project.join(directory);
    fs::create_dir_all(&directory).unwrap();
    for file in files {
        fs::write(project.join(file), "").unwrap();
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

/// The directory is that of the hook; or no command can be made of its name by quotes alone.
#[test]
fn a_hint_without_its_directory() {
    for name in [
        "repo",
        "o'brien",
        "x'; touch made; '",
        "line\nbreak",
        "\u{1b}[31m",
    ] {
        let sandbox = Sandbox::new();
        let project = sandbox.root().join(name);
        let directory = project.join("node_modules/phguard/bin");
        fs::create_dir_all(&directory).unwrap();
        fs::write(project.join("package.json"), "").unwrap();
        let program = directory.join("phguard");
        copy_program(PHGUARD, &program);
        // A link of the user's own says nothing about the manager.
        let link = sandbox.root().join("phguard");
        symlink(&program, &link);
        Run::of(sandbox.command(&link).arg("install")).exits(0);
        fs::remove_file(&program).unwrap();
        sandbox.stage("a", "clean\n");
        let run = sandbox.commit().exits(1);
        let stderr = &run.stderr;
        assert!(stderr.contains("\n  try: npm install\n"), "{stderr}");
    }
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
