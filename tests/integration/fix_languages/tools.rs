//! Real tools read the results.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::tables::{COMPILED, JAVASCRIPT, PHP, PYTHON, RUBY, SCRIPTS};
use super::{NAME, Row, fixed, text};
use crate::sandbox::Sandbox;
use crate::sandbox::keys::phx;

/// Runs a tool on every fixed file with this ending.
fn every_file_passes(table: &[Row], endings: &[&str], program: &str, arguments: &[&str]) {
    let sandbox = fixed(&[table]);
    let mut checked = 0;
    for (file, before, after) in table {
        if before == after || !endings.iter().any(|ending| file.ends_with(ending)) {
            continue;
        }
        let mut command = Command::new(program);
        command
            .args(arguments)
            .arg(file)
            .current_dir(sandbox.repo());
        let output = command
            .output()
            .unwrap_or_else(|e| panic!("{program}: {e}"));
        let said = String::from_utf8_lossy(&output.stderr).replace(&phx(), "KEY");
        assert!(output.status.success(), "{program} {file}: {said}");
        checked += 1;
    }
    assert!(checked > 0, "no file was checked");
}

/// The parts of JavaScript that node knows: no types, no elements.
#[test]
#[ignore = "needs node"]
fn node_reads_every_script() {
    every_file_passes(JAVASCRIPT, &[".js", ".mjs", ".cjs"], "node", &["--check"]);
}

#[test]
#[ignore = "needs python3"]
fn python_compiles_every_program() {
    every_file_passes(PYTHON, &[".py"], "python3", &["-m", "py_compile"]);
}

#[test]
#[ignore = "needs ruby"]
fn ruby_reads_every_program() {
    every_file_passes(RUBY, &[".rb"], "ruby", &["-c"]);
}

#[test]
#[ignore = "needs php"]
fn php_reads_every_program() {
    every_file_passes(PHP, &[".php"], "php", &["-l"]);
}

#[test]
#[ignore = "needs go"]
fn go_builds_every_package() {
    every_file_passes(COMPILED, &[".go"], "go", &["vet"]);
}

#[test]
#[ignore = "needs bash"]
fn bash_reads_every_script() {
    every_file_passes(SCRIPTS, &[".sh", ".bash", "tool"], "bash", &["-n"]);
}

#[test]
#[ignore = "needs terraform"]
fn terraform_reads_every_file() {
    every_file_passes(SCRIPTS, &[".tf", ".tfvars"], "terraform", &["fmt", "-diff"]);
}

/// The programs read the key from the environment, and get the same text as before.
#[test]
#[ignore = "needs node, python3, ruby, php and bash"]
fn a_fixed_program_prints_what_it_printed_before() {
    let programs = [
        ("a.js", "console.log('it\\'s `a` ${b} \\n KEY!')\n", "node"),
        ("a.py", "print('it\\'s {a} \\n KEY!')\n", "python3"),
        ("b.py", "print('a' \"b {c}\" 'KEY' f'{1}')\n", "python3"),
        ("a.rb", "puts 'it\\'s \"a\" #{b} \\n KEY!'\n", "ruby"),
        ("a.php", "<?php echo \"it's \\$a {KEY}!\";\n", "php"),
        (
            "a.sh",
            "echo 'a \"b\" $c KEY!' $'x\\tKEY' \"y KEY\" z=KEY\n",
            "bash",
        ),
    ];
    let sandbox = Sandbox::new();
    let mut before = Vec::new();
    for (file, program, tool) in programs {
        sandbox.stage(file, text(program));
        before.push(printed(sandbox.repo().join(file).as_path(), tool));
    }
    sandbox.phguard(["fix", "--yes"]).exits(0);
    for ((file, _, tool), before) in programs.iter().zip(before) {
        let file = sandbox.repo().join(file);
        assert!(
            !fs::read_to_string(&file).unwrap().contains(&phx()),
            "{}",
            file.display()
        );
        let after = printed(&file, tool);
        assert!(
            after.contains(&phx()) && after == before,
            "{}",
            file.display()
        );
    }
}

fn printed(file: &Path, tool: &str) -> String {
    let mut command = Command::new(tool);
    let output = command.arg(file).env(NAME, phx()).output();
    let output = output.unwrap_or_else(|e| panic!("{tool}: {e}"));
    assert!(output.status.success(), "{tool} {}", file.display());
    String::from_utf8(output.stdout).unwrap()
}
