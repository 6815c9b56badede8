//! Wheels and release archives, and the workflow that makes them.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::flows;
use super::packages::{VERSION, launcher, npm_project, output, package, small_binary, wheel};
use super::setups::{HUSKY, Manager, PRE_COMMIT};
use super::tools;
use super::world::World;
use crate::sandbox::keys::phx;
use crate::sandbox::{Run, Sandbox, symlink};

#[test]
#[ignore = "fetches maturin"]
fn the_wheel_carries_the_binary_of_this_version() {
    let sandbox = Sandbox::new();
    let name = wheel().file_name().unwrap().to_string_lossy();
    assert!(
        name.starts_with(&format!("phguard-{VERSION}-py3-none-manylinux_")),
        "{name}"
    );
    assert_eq!(package(&["version"]).stdout.trim(), VERSION);

    let venv = sandbox.root().join("venv");
    Run::of(sandbox.command("python3").args(["-m", "venv"]).arg(&venv)).exits(0);
    Run::of(
        sandbox
            .command(venv.join("bin/pip"))
            .args(["install", "--no-index"])
            .arg(wheel()),
    )
    .exits(0);
    let phguard = venv.join("bin/phguard");
    let run = Run::of(sandbox.command(&phguard).arg("--version")).exits(0);
    assert_eq!(run.stdout, format!("phguard {VERSION}\n"));
    sandbox.stage("a", phx());
    Run::of(&mut sandbox.command(&phguard)).exits(1);
}

/// As a team would have it that does not want to compile.
const PRE_COMMIT_WITH_WHEEL: Manager = Manager {
    name: "pre-commit with the wheel",
    configure: |world, top| {
        fs::remove_file(world.programs().join("phguard")).unwrap();
        let hook =
            "id: phguard, name: keys, entry: phguard hook, language: python, pass_filenames: false";
        let wheel = wheel().display();
        let hook = format!("{{{hook}, always_run: true, additional_dependencies: ['{wheel}']}}");
        let config = format!("repos:\n- repo: local\n  hooks:\n  - {hook}\n");
        fs::write(top.join(".pre-commit-config.yaml"), config).unwrap();
    },
    // Where the registry is, which has what pip builds with.
    environment: |command| {
        command.envs(
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PIP_")),
        );
    },
    ..PRE_COMMIT
};

#[test]
#[ignore = "fetches maturin and pre-commit"]
fn pre_commit_runs_the_wheel() {
    let world = World::new(&PRE_COMMIT_WITH_WHEEL);
    flows::commit(&world);
}

/// A phguard that npm installed.
const HUSKY_WITH_LAUNCHER: Manager = Manager {
    name: "husky with npm's phguard",
    configure: |world, top| {
        (HUSKY.configure)(world, top);
        fs::remove_file(world.programs().join("phguard")).unwrap();
        let project = npm_project(&world.sandbox, &[]);
        symlink(launcher(&project), world.programs().join("phguard"));
    },
    ..HUSKY
};

#[test]
#[ignore = "fetches husky"]
fn husky_runs_the_launcher() {
    let world = World::new(&HUSKY_WITH_LAUNCHER);
    flows::commit(&world);
    flows::terminal(&world);
}

#[test]
#[ignore = "needs python3"]
fn an_archive_has_the_name_that_cargo_binstall_looks_for() {
    let sandbox = Sandbox::without_repository();
    let directory = output("archives");
    let out = directory.to_str().unwrap();
    let target = "x86_64-unknown-linux-gnu";
    let windows = "x86_64-pc-windows-msvc";
    for target in [target, windows] {
        package(&["archive", out, target, small_binary().to_str().unwrap()]);
    }
    package(&["checksums", out]);
    Run::of(
        sandbox
            .command("sha256sum")
            .args(["--check", "--strict", "SHA256SUMS"])
            .current_dir(&directory),
    )
    .exits(0);
    assert_eq!(
        fs::read_to_string(directory.join("SHA256SUMS"))
            .unwrap()
            .lines()
            .count(),
        2
    );

    let (file, binary) = binstall(target, "tgz", ".tar.gz");
    Run::of(sandbox.command("tar").arg("-xzf").arg(directory.join(file))).exits(0);
    let run = Run::of(
        sandbox
            .command(sandbox.repo().join(binary))
            .arg("--version"),
    )
    .exits(0);
    assert_eq!(run.stdout, format!("phguard {VERSION}\n"));

    let (file, binary) = binstall(windows, "zip", ".zip");
    let list = Run::of(
        sandbox
            .command("python3")
            .args(["-m", "zipfile", "-l"])
            .arg(directory.join(file)),
    )
    .exits(0);
    assert!(
        list.stdout.contains(&format!("{binary}.exe")),
        "{}",
        list.stdout
    );
}

/// The name of the archive and the path in it, by the templates in Cargo.toml.
fn binstall(target: &str, format: &str, suffix: &str) -> (String, String) {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let own = binstall
        .get("overrides")
        .and_then(|overrides| overrides.get(target))
        .unwrap_or(binstall);
    assert_eq!(own["pkg-fmt"].as_str(), Some(format));
    let render = |name: &str| {
        let text = binstall[name]
            .as_str()
            .unwrap()
            .replace("{ version }", VERSION)
            .replace("{ target }", target);
        text.replace("{ bin }{ binary-ext }", "phguard")
            .replace("{ archive-suffix }", suffix)
    };
    (
        render("pkg-url").rsplit_once('/').unwrap().1.to_owned(),
        render("bin-dir"),
    )
}

#[test]
#[ignore = "fetches zizmor"]
fn the_workflows_have_no_fault() {
    let workflows = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/workflows");
    let mut zizmor = Command::new(tools::python().join("zizmor"));
    Run::of(
        zizmor
            .args(["--offline", "--pedantic", "--no-progress"])
            .arg(&workflows),
    )
    .exits(0);
}
