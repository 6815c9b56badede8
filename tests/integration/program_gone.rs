//! When the program is gone, the hook blocks and names the command that brings it back.

use std::fs;

use crate::sandbox::hooks::copy_program;
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
