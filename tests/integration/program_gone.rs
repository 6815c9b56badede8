//! When the program is gone or killed, the hook blocks and names the command that helps.

use std::fs;

use crate::sandbox::hooks::{assert_guarded, copy_program, write_program};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::platform::symlink;
use crate::sandbox::{PHGUARD, Run, Sandbox};

#[test]
fn the_hint_goes_by_the_way_the_program_came() {
    for (directory, hint) in [
        (
            "project/node_modules/@team/phguard-linux-x64/bin",
            "npm install",
        ),
        (
            "project/node_modules/.pnpm/@team+phguard-linux-x64@1.0.0/bin",
            "pnpm install",
        ),
        (
            "project/.yarn/unplugged/phguard-linux-x64/node_modules/bin",
            "yarn install",
        ),
        ("share/uv/tools/phguard/bin", "uv tool install phguard"),
        ("share/pipx/venvs/phguard/bin", "pipx install phguard"),
        ("Cellar/phguard/1.0.0/bin", "brew install phguard"),
        ("opt/homebrew/bin", "brew install phguard"),
        (".cargo/bin", "cargo install --locked phguard"),
        (".venv/bin", "pip install phguard"),
        (".local/bin", "run install.sh of phguard again"),
    ] {
        let sandbox = Sandbox::new();
        let directory = sandbox.root().join(directory);
        fs::create_dir_all(&directory).unwrap();
        let program = directory.join("phguard");
        copy_program(PHGUARD, &program);
        Run::of(sandbox.command(&program).arg("install")).exits(0);
        fs::remove_file(&program).unwrap();
        sandbox.stage("a", "clean\n");
        let run = sandbox.commit().exits(1);
        let line = format!("\n  try: {hint}\n");
        assert!(run.stderr.contains(&line), "{}", run.stderr);
    }
}

/// pnpm lays each version into a directory of its own, and keeps a link to the one that is in force.
#[test]
fn an_update_by_pnpm_leaves_the_hook_in_force() {
    let sandbox = Sandbox::new();
    let store = sandbox.root().join("project/node_modules/.pnpm");
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
