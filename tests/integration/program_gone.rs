//! When the program is gone or killed, the hook blocks and names the command that helps.

use std::fs;

use crate::sandbox::hooks::{copy_program, write_program};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{PHGUARD, Run, Sandbox};

#[test]
fn the_hint_goes_by_the_way_the_program_came() {
    for (directory, hint) in [
        (
            "project/node_modules/@team/phguard-linux-x64/bin",
            "npm install",
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
