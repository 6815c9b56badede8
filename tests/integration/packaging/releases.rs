//! Wheels and release archives, and the workflow that makes them.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::flows;
use super::packages::{self, VERSION, launcher, npm_project, output, package, small_binary, wheel};
use super::setups::{HUSKY, Manager, PRE_COMMIT};
use super::tools;
use super::world::World;
use crate::sandbox::keys::phx;
use crate::sandbox::{Run, Sandbox, symlink};

#[test]
#[ignore = "needs python3"]
fn the_wheel_carries_the_binary_of_this_version() {
    let sandbox = Sandbox::new();
    let name = wheel().file_name().unwrap().to_string_lossy();
    assert!(
        name.starts_with(&format!("phguard-{VERSION}-py3-none-manylinux_2_17_")),
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
#[ignore = "fetches pre-commit"]
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
    let windows = ["x86_64-pc-windows-msvc", "aarch64-pc-windows-msvc"];
    for target in [target, windows[0], windows[1]] {
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
        3
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

    for target in windows {
        let (file, binary) = binstall(target, "zip", ".zip");
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

/// Every package has the licences of phguard and of what is linked into it.
#[test]
#[ignore = "needs npm"]
fn every_package_has_the_licences() {
    let sandbox = Sandbox::without_repository();
    let out = output("licences");
    let binary = small_binary().to_str().unwrap();
    package(&["archive", out.to_str().unwrap(), packages::TARGET, binary]);
    let npm = packages::npm_packages();
    let cpu = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "x64"
    };
    let carriers = [
        (packages::only_file(&out), "LICENSE-MIT"),
        (wheel().to_owned(), "licenses/LICENSE-MIT"),
        (
            npm.join(format!("undecided-phguard-linux-{cpu}-{VERSION}.tgz")),
            "package/LICENSE-MIT",
        ),
    ];
    for (file, name) in carriers {
        let place = sandbox.root().join("unpacked");
        fs::create_dir(&place).unwrap();
        let mut unpack = sandbox.command("python3");
        unpack.args([
            "-c",
            "import shutil, sys; shutil.unpack_archive(*sys.argv[1:])",
        ]);
        unpack.arg(with_known_suffix(&sandbox, &file)).arg(&place);
        Run::of(&mut unpack).exits(0);
        let names = Run::of(sandbox.command("find").arg(&place)).stdout;
        assert!(names.contains(name), "{names}");
        let third = names
            .lines()
            .find(|line| line.ends_with("THIRD-PARTY-LICENSES"))
            .unwrap();
        let text = fs::read_to_string(third).unwrap();
        for part in [
            "git2 ",
            "Copyright (c) 2014 Alex Crichton",
            "LINKING EXCEPTION",
        ] {
            assert!(text.contains(part), "{} lacks {part}", file.display());
        }
        assert!(!text.contains("snapbox"), "a crate of the tests");
        fs::remove_dir_all(place).unwrap();
    }
}

/// The image takes them out of the directory in which it is built.
#[test]
#[ignore = "asks cargo for the licences of all crates"]
fn the_image_has_the_licences() {
    let out = output("image");
    let binary = small_binary().to_str().unwrap();
    let [one, other] =
        ["x86_64", "aarch64"].map(|cpu| format!("{cpu}-unknown-linux-musl={binary}"));
    package(&["container", out.to_str().unwrap(), &one, &other]);
    let recipe = fs::read_to_string(out.join("Containerfile")).unwrap();
    let copied: Vec<&str> = recipe.split_ascii_whitespace().collect();
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY-LICENSES"] {
        assert!(out.join(name).exists(), "{name}");
        assert!(copied.contains(&name), "{recipe}");
    }
}

/// A copy whose name tells Python how it is packed.
fn with_known_suffix(sandbox: &Sandbox, file: &Path) -> std::path::PathBuf {
    let name = file.file_name().unwrap().to_str().unwrap();
    let copy = sandbox
        .root()
        .join(name.replace(".whl", ".zip").replace(".tgz", ".tar.gz"));
    fs::copy(file, &copy).unwrap();
    copy
}

/// A copy of what the script reads, in which it may fill in things.
fn project(sandbox: &Sandbox) -> std::path::PathBuf {
    let copy = sandbox.root().join("copy");
    Run::of(
        sandbox
            .command("git")
            .args(["clone", "-q"])
            .arg(tools::source_repository())
            .arg(&copy),
    )
    .exits(0);
    copy
}

fn package_in(project: &Path, arguments: &[&str]) -> Run {
    let mut command = Command::new("python3");
    Run::of(
        command
            .arg(project.join("packaging/package.py"))
            .args(arguments),
    )
}

#[test]
#[ignore = "needs python3"]
fn nothing_is_released_before_a_person_has_decided_everything() {
    let sandbox = Sandbox::without_repository();
    let project = project(&sandbox);
    let tag = format!("v{VERSION}");
    let refused = |tag: &str, faults: usize| {
        let run = package_in(&project, &["check", tag]).exits(1);
        assert_eq!(run.stderr.matches("\n- ").count(), faults, "{}", run.stderr);
    };
    let edit = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(project.join(file)).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(project.join(file), text.replacen(from, to, 1)).unwrap();
    };
    // As the tree is.
    let text = fs::read_to_string(project.join("CHANGELOG.md")).unwrap();
    let sections = format!("\n## {VERSION}");
    let tree = text.split(&sections).next().unwrap().to_owned() + "\n## 0.0.1\n\nThe first.\n";
    fs::write(project.join("CHANGELOG.md"), tree).unwrap();
    refused("v9.9.9", 4);
    refused(&tag, 3);
    package_in(&project, &["notes"]).exits(1);
    edit(
        "CHANGELOG.md",
        "\n## 0.0.1",
        &format!("\n## {VERSION} - 2026-01-01\n\n- One.\n\n## 0.0.1"),
    );
    refused(&tag, 2);
    assert_eq!(package_in(&project, &["notes"]).exits(0).stdout, "- One.\n");
    edit(
        "packaging/release.toml",
        "npm_scope = \"\"",
        "npm_scope = \"@team\"",
    );
    refused(&tag, 1);
    for address in [
        "https://example.com/old/phguard",
        "https://example.com/team/phguard",
    ] {
        package_in(&project, &["fill", address]).exits(0);
    }
    package_in(&project, &["check", &tag]).exits(0);
    let manifest = fs::read_to_string(project.join("Cargo.toml")).unwrap();
    let address = "\"https://example.com/team/phguard\"\n";
    assert_eq!(manifest.matches(address).count(), 2, "{manifest}");
    assert!(!manifest.contains("/old/"), "{manifest}");
}

#[test]
#[ignore = "needs ruby"]
fn the_formula_has_the_checksums_of_the_archives() {
    let sandbox = Sandbox::without_repository();
    let project = project(&sandbox);
    let out = sandbox.root().join("out");
    let out = out.to_str().unwrap();
    package_in(&project, &["formula", out]).exits(1);
    package_in(&project, &["fill", "https://example.com/team/phguard"]).exits(0);
    let text = packages::stand_in();
    for target in packages::TARGETS {
        package_in(&project, &["archive", out, target, text.to_str().unwrap()]).exits(0);
    }
    package_in(&project, &["checksums", out]).exits(0);
    package_in(&project, &["formula", out]).exits(0);
    let formula = Path::new(out).join("phguard.rb");
    Run::of(sandbox.command("ruby").arg("-c").arg(&formula)).exits(0);
    let formula = fs::read_to_string(formula).unwrap();
    let sums = fs::read_to_string(Path::new(out).join("SHA256SUMS")).unwrap();
    let mut known = 0;
    for line in sums.lines() {
        let (sum, file) = line.split_once("  ").unwrap();
        let source = format!(
            "url \"https://example.com/team/phguard/releases/download/v{VERSION}/{file}\"\n      sha256 \"{sum}\""
        );
        known += formula.matches(&source).count();
    }
    assert_eq!(known, 4, "{formula}");
}

#[test]
#[ignore = "needs npm"]
fn the_packages_name_the_repository_once_it_is_known() {
    let sandbox = Sandbox::without_repository();
    let project = project(&sandbox);
    package_in(&project, &["fill", "https://example.com/team/phguard"]).exits(0);
    let out = sandbox.root().join("out");
    let text = packages::stand_in();
    let mut arguments = vec!["npm".to_owned(), out.to_str().unwrap().to_owned()];
    arguments.extend(packages::TARGETS.map(|target| format!("{target}={}", text.display())));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    package_in(&project, &arguments).exits(0);
    let script = format!(
        "tar -xzOf '{}/phguard-{VERSION}.tgz' package/package.json",
        out.display()
    );
    let manifest = Run::of(sandbox.command("sh").args(["-c", &script]))
        .exits(0)
        .stdout;
    assert!(
        manifest.contains("git+https://example.com/team/phguard.git"),
        "{manifest}"
    );

    let wheels = sandbox.root().join("wheels");
    let wheel = [
        "wheel",
        wheels.to_str().unwrap(),
        packages::TARGET,
        text.to_str().unwrap(),
    ];
    package_in(&project, &wheel).exits(0);
    let mut read = sandbox.command("unzip");
    read.arg("-p")
        .arg(packages::only_file(&wheels))
        .arg("*/METADATA");
    let metadata = Run::of(&mut read).exits(0).stdout;
    for part in [
        "Project-URL: Repository, https://example.com/team/phguard\n",
        "](https://example.com/team/phguard/raw/v",
    ] {
        assert!(metadata.contains(part), "{metadata}");
    }
}

/// The package for a system that no wheel is for.
#[test]
#[ignore = "builds the source distribution"]
fn pip_builds_the_source_distribution() {
    let sandbox = Sandbox::new();
    let out = output("sdist");
    package(&["sdist", out.to_str().unwrap()]);
    let mut pip = Command::new(tools::python().join("pip"));
    pip.args(["wheel", "--quiet", "--no-deps", "--wheel-dir"])
        .arg(out.join("built"));
    pip.arg(out.join(format!("phguard-{VERSION}.tar.gz")));
    pip.env("MATURIN_PEP517_ARGS", "--profile dev")
        .env("CARGO_TARGET_DIR", packages::target_directory());
    Run::of(&mut pip).exits(0);
    let venv = sandbox.root().join("venv");
    Run::of(sandbox.command("python3").args(["-m", "venv"]).arg(&venv)).exits(0);
    let mut pip = sandbox.command(venv.join("bin/pip"));
    pip.args(["install", "--no-index"])
        .arg(packages::only_file(&out.join("built")));
    Run::of(&mut pip).exits(0);
    let run = Run::of(sandbox.command(venv.join("bin/phguard")).arg("--version")).exits(0);
    assert_eq!(run.stdout, format!("phguard {VERSION}\n"));
}

#[test]
#[ignore = "needs bash"]
fn the_smoke_script_passes_and_sees_a_program_that_approves_everything() {
    let sandbox = Sandbox::without_repository();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/smoke.sh");
    let run = Run::of(sandbox.command("bash").arg(&script).arg(small_binary())).exits(0);
    assert!(
        run.stdout.ends_with("smoke: everything held\n"),
        "{}",
        run.stdout
    );
    let yes = sandbox.root().join("yes");
    crate::sandbox::hooks::write_program(&yes, "#!/bin/sh\nexit 0\n");
    Run::of(sandbox.command("bash").arg(&script).arg(&yes)).exits(1);
}

/// The program holds some files, and compares them with those that npm installs.
#[test]
#[ignore = "clones the project"]
fn a_checkout_has_the_same_bytes_where_git_converts_the_ends_of_lines() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(["config", "--global", "safe.directory", "*"]);
    let source = env!("CARGO_MANIFEST_DIR");
    sandbox.git(["clone", "-q", "-c", "core.autocrlf=true", source, "clone"]);
    let clone = sandbox.repo().join("clone");
    let list = sandbox.git_in(&clone, &["ls-files"]).exits(0).stdout;
    assert!(list.contains("packaging/npm/phguard.js"), "{list}");
    for file in list.lines() {
        let content = fs::read(clone.join(file)).unwrap();
        assert!(!content.contains(&b'\r'), "{file}");
    }
}

#[test]
#[ignore = "fetches zizmor"]
fn the_workflows_have_no_fault() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut zizmor = Command::new(tools::python().join("zizmor"));
    zizmor.args(["--offline", "--pedantic", "--no-progress"]);
    zizmor
        .arg(top.join(".github/workflows"))
        .arg(top.join("action.yml"));
    Run::of(&mut zizmor).exits(0);
}
