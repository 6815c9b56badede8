//! Real tools read the results of the tables: compilers, interpreters, and parsers that the tests
//! fetch from the registries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tables::{COMPILED, JAVASCRIPT, PHP, PLACES, PYTHON, RUBY, SCRIPTS};
use super::{NAME, Row, fallbacks, fixed, projects, text};
use crate::sandbox::Sandbox;
use crate::sandbox::keys::phx;

/// Runs a tool on every fixed file with such an ending, in all tables.
#[track_caller]
fn every_file_passes(endings: &[&str], program: &Path, arguments: &[&str]) {
    let mut tables: Vec<&[Row]> = vec![
        JAVASCRIPT,
        PYTHON,
        RUBY,
        COMPILED,
        PHP,
        SCRIPTS,
        PLACES,
        fallbacks::ALL,
    ];
    tables.extend(projects::ALL);
    let mut checked = 0;
    for table in tables {
        let rows: Vec<Row> = table
            .iter()
            .copied()
            .filter(|row| row.1 != row.2 && endings.iter().any(|ending| row.0.ends_with(ending)))
            .collect();
        if rows.is_empty() {
            continue;
        }
        let sandbox = fixed(&[&rows]);
        for (file, _, _) in rows {
            passes(&sandbox, program, arguments, file);
            checked += 1;
        }
    }
    assert!(checked > 0, "no file was checked");
}

#[track_caller]
fn passes(sandbox: &Sandbox, program: &Path, arguments: &[&str], file: &str) {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .arg(file)
        .current_dir(sandbox.repo());
    let output = command
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).replace(&phx(), "KEY");
    assert!(
        output.status.success(),
        "{} {file}: {said}",
        program.display()
    );
}

/// A directory for the tools that a test fetches. They are kept for the next run.
fn tools(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&directory).unwrap();
    directory
}

#[track_caller]
fn run(program: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", program.display());
}

/// The Python packages of tree-sitter with these grammars.
fn python_with_grammars(name: &str, grammars: &[&str]) -> PathBuf {
    let directory = tools(name);
    let python = directory.join("bin/python");
    run(
        Path::new("python3"),
        &["-m", "venv", &directory.display().to_string()],
    );
    let mut arguments = vec!["-m", "pip", "install", "-q", "tree-sitter==0.26.1"];
    arguments.extend(grammars);
    run(&python, &arguments);
    python
}

/// Fails if the parser of a grammar finds an error in a file.
const PARSE: &str = r#"
import importlib, sys, tree_sitter
module, path = sys.argv[1:]
language = tree_sitter.Language(importlib.import_module(module).language())
root = tree_sitter.Parser(language).parse(open(path, "rb").read()).root_node
sys.exit(f"{root}" if root.has_error else 0)
"#;

#[track_caller]
fn every_file_parses(name: &str, package: &str, module: &str, endings: &[&str]) {
    let python = python_with_grammars(name, &[package]);
    every_file_passes(endings, &python, &["-c", PARSE, module]);
}

#[test]
#[ignore = "needs python3 and the network"]
fn a_parser_reads_every_java_file() {
    every_file_parses(
        "java",
        "tree-sitter-java==0.23.5",
        "tree_sitter_java",
        &[".java"],
    );
}

#[test]
#[ignore = "needs python3 and the network"]
fn a_parser_reads_every_csharp_file() {
    every_file_parses(
        "csharp",
        "tree-sitter-c-sharp==0.23.5",
        "tree_sitter_c_sharp",
        &[".cs"],
    );
}

#[test]
#[ignore = "needs python3 and the network"]
fn a_parser_reads_every_elixir_file() {
    let package = "tree-sitter-elixir==0.3.5";
    every_file_parses("elixir", package, "tree_sitter_elixir", &[".ex", ".exs"]);
}

#[test]
#[ignore = "needs python3 and the network"]
fn a_parser_reads_every_terraform_file() {
    let package = "tree-sitter-hcl==1.2.0";
    every_file_parses("hcl", package, "tree_sitter_hcl", &[".tf", ".tfvars"]);
}

#[test]
#[ignore = "needs python3 and the network"]
fn a_parser_reads_every_yaml_file() {
    let python = python_with_grammars("yaml", &["pyyaml==6.0.4"]);
    let load = "import sys, yaml; yaml.safe_load(open(sys.argv[1]))";
    every_file_passes(&[".yml", ".yaml"], &python, &["-c", load]);
}

/// TypeScript's own parser, of which every complaint about the text is an error.
const TRANSPILE: &str = r#"
const [typescript, file] = process.argv.slice(1);
const ts = require(typescript);
const text = require("fs").readFileSync(file, "utf8");
const compilerOptions = { jsx: ts.JsxEmit.Preserve, target: ts.ScriptTarget.ESNext, allowJs: true };
const result = ts.transpileModule(text, { fileName: file, reportDiagnostics: true, compilerOptions });
const faults = result.diagnostics.map((fault) => ts.flattenDiagnosticMessageText(fault.messageText, "\n"));
if (faults.length > 0) { console.error(faults.join("\n")); process.exit(1); }
"#;

#[test]
#[ignore = "needs node, npm and the network"]
fn typescript_reads_every_script() {
    let directory = tools("typescript");
    let prefix = directory.display().to_string();
    run(
        Path::new("npm"),
        &[
            "install",
            "--silent",
            "--prefix",
            &prefix,
            "typescript@5.9.3",
        ],
    );
    let module = directory
        .join("node_modules/typescript")
        .display()
        .to_string();
    let endings = [".ts", ".tsx", ".jsx", ".js", ".mjs", ".cjs"];
    every_file_passes(&endings, Path::new("node"), &["-e", TRANSPILE, &module]);
}

/// The compiler checks the types, too.
#[test]
fn rust_compiles_every_library() {
    let arguments = [
        "--edition=2021",
        "--crate-type=lib",
        "--emit=metadata",
        "-Awarnings",
        "-o",
        "lib.rmeta",
    ];
    every_file_passes(&[".rs"], Path::new("rustc"), &arguments);
}

/// The parts of JavaScript that node knows: no types, no elements.
#[test]
#[ignore = "needs node"]
fn node_reads_every_script() {
    every_file_passes(&[".js", ".mjs", ".cjs"], Path::new("node"), &["--check"]);
}

#[test]
#[ignore = "needs python3"]
fn python_compiles_every_program() {
    every_file_passes(&[".py"], Path::new("python3"), &["-m", "py_compile"]);
}

#[test]
#[ignore = "needs ruby"]
fn ruby_reads_every_program() {
    every_file_passes(&[".rb"], Path::new("ruby"), &["-c"]);
}

#[test]
#[ignore = "needs php"]
fn php_reads_every_program() {
    every_file_passes(&[".php"], Path::new("php"), &["-l"]);
}

#[test]
#[ignore = "needs go"]
fn go_builds_every_package() {
    every_file_passes(&[".go"], Path::new("go"), &["vet"]);
}

#[test]
#[ignore = "needs bash"]
fn bash_reads_every_script() {
    every_file_passes(&[".sh", ".bash", "tool"], Path::new("bash"), &["-n"]);
}

#[test]
#[ignore = "needs make"]
fn make_reads_every_makefile() {
    every_file_passes(&["Makefile"], Path::new("make"), &["-n", "-f"]);
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
