//! A person who has never used phguard gets it by one command of docs/install.md, installs the hooks
//! by the next, and the first commit with a key is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::packages::{self, launcher, npm_binary, npm_project, wheel};
use super::tools;
use crate::sandbox::hooks::{assert_guarded, write_program};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{Run, Sandbox};

/// The command on the line of docs/install.md that starts like this.
fn documented(start: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/install.md");
    let text = fs::read_to_string(docs).unwrap();
    let line = text.lines().find(|line| line.starts_with(start));
    line.unwrap_or_else(|| panic!("no line starts with {start}"))
        .to_owned()
}

/// A repository in the directory of an npm project.
fn npm_repository(sandbox: &Sandbox) -> PathBuf {
    let project = npm_project(sandbox, &[]);
    sandbox
        .git_in(&project, &["init", "-q", "-b", "main"])
        .exits(0);
    fs::write(project.join(".gitignore"), "node_modules\n").unwrap();
    project
}

#[test]
#[ignore = "needs npm"]
fn with_npm() {
    let sandbox = Sandbox::new();
    let project = npm_repository(&sandbox);
    let mut npx = sandbox.command("npx");
    npx.args(["--offline", "phguard", "install"])
        .current_dir(&project);
    let run = Run::of(&mut npx).exits(0);
    assert!(run.stdout.contains("It works"), "{}", run.stdout);
    assert_guarded(&sandbox, &project);
    // The hook starts the program itself, without node.
    let hook = fs::read_to_string(project.join(".git/hooks/pre-commit")).unwrap();
    let binary = npm_binary(&project);
    assert!(hook.contains(&format!("'{}'", binary.display())), "{hook}");
}

#[test]
#[ignore = "needs npm"]
fn with_the_program_of_the_platforms_package() {
    let sandbox = Sandbox::new();
    let project = npm_repository(&sandbox);
    let line = documented("node_modules/@OWNER/").replace("OWNER", "undecided");
    write_program(
        &project.join(".git/hooks/pre-commit"),
        &format!("#!/bin/sh\n{line}\n"),
    );
    assert_guarded(&sandbox, &project);
    fs::remove_dir_all(project.join("node_modules")).unwrap();
    fs::write(project.join("file"), "clean\n").unwrap();
    sandbox.git_in(&project, &["add", "file"]).exits(0);
    sandbox
        .git_in(&project, &["commit", "-q", "-m", "unguarded"])
        .exits(1);
}

/// An image is built without `.git` and without what only developers need.
#[test]
#[ignore = "needs npm"]
fn the_documented_script_installs_the_hooks_and_stops_no_image() {
    let sandbox = Sandbox::new();
    let project = npm_project(&sandbox, &[]);
    let file = project.join("package.json");
    let manifest = fs::read_to_string(&file).unwrap();
    let script = documented("  \"prepare\": ");
    let scripts = format!("{{\"scripts\": {{{script}}}, \"dependencies\"");
    let manifest = manifest.replace("{\"dependencies\"", &scripts);
    fs::write(&file, &manifest).unwrap();
    let install = || {
        let mut npm = sandbox.command("npm");
        Run::of(npm.args(["install", "--offline"]).current_dir(&project)).exits(0)
    };
    let run = install();
    assert!(
        run.stdout.contains("phguard: no hook was installed\n"),
        "{}",
        run.stdout
    );
    sandbox
        .git_in(&project, &["init", "-q", "-b", "main"])
        .exits(0);
    install();
    fs::write(project.join(".gitignore"), "node_modules\n").unwrap();
    assert_guarded(&sandbox, &project);

    fs::write(
        &file,
        manifest.replace("\"dependencies\"", "\"devDependencies\""),
    )
    .unwrap();
    install();
    let mut npm = sandbox.command("npm");
    npm.args(["ci", "--offline", "--omit=dev", "--omit=optional"]);
    Run::of(npm.current_dir(&project)).exits(0);
    assert!(!launcher(&project).exists());
}

#[test]
#[ignore = "needs python3"]
fn with_pip() {
    let sandbox = Sandbox::new();
    let venv = sandbox.root().join("venv");
    Run::of(sandbox.command("python3").args(["-m", "venv"]).arg(&venv)).exits(0);
    let mut pip = sandbox.command(venv.join("bin/pip"));
    Run::of(pip.args(["install", "--no-index"]).arg(wheel())).exits(0);
    let run = Run::of(sandbox.command(venv.join("bin/phguard")).arg("install")).exits(0);
    assert!(run.stdout.contains("It works"), "{}", run.stdout);
    assert_guarded(&sandbox, &sandbox.repo());
}

/// Runs the documented check of what is published, in a directory with a package.
fn guards_a_package(sandbox: &Sandbox, start: &str, source: &str, path: &str) {
    let line = documented(start);
    // The last command would publish.
    let (check, _) = line.rsplit_once(" && ").unwrap();
    for (text, code) in [("one".to_owned(), 0), (phx(), 1)] {
        sandbox.write(source, format!("key = \"{text}\"\n"));
        let binary = packages::small_binary().parent().unwrap();
        let path_with_tools = packages::with_path(&tools::python());
        let mut directories = vec![binary.to_owned()];
        directories.extend(std::env::split_paths(&path_with_tools));
        let mut command = Command::new("sh");
        command.args(["-c", check]).current_dir(sandbox.repo());
        command.env("PATH", std::env::join_paths(directories).unwrap());
        let run = Run::of(&mut command).exits(code);
        if code == 1 {
            assert!(run.stdout.contains(path), "{}", run.stdout);
            assert!(run.stdout.contains(&masked(&text)), "{}", run.stdout);
        }
    }
}

#[test]
#[ignore = "needs npm"]
fn a_key_in_what_npm_packs_is_found() {
    let sandbox = Sandbox::new();
    // What builds the package prints.
    let manifest =
        r#"{"name": "thing", "version": "1.0.0", "scripts": {"prepack": "echo building"}}"#;
    sandbox.write("package.json", manifest);
    sandbox.write(".gitignore", "*.tgz\n");
    let start = "package=$(npm pack";
    guards_a_package(
        &sandbox,
        start,
        "index.js",
        "thing-1.0.0.tgz!package/index.js:1:",
    );
}

#[test]
#[ignore = "fetches build"]
fn a_key_in_what_python_builds_is_found() {
    let sandbox = Sandbox::new();
    let project = "[build-system]\nrequires = [\"flit_core\"]\nbuild-backend = \"flit_core.buildapi\"\n\
                   [project]\nname = \"thing\"\nversion = \"1.0.0\"\ndescription = \"A thing\"\nrequires-python = \">=3.8\"\n";
    sandbox.write("pyproject.toml", project);
    sandbox.write(".gitignore", "dist\n");
    guards_a_package(
        &sandbox,
        "python -m build",
        "thing.py",
        "thing-1.0.0-py3-none-any.whl!thing.py:1:",
    );
}
