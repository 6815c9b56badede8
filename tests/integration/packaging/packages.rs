//! The packages that carry the binary, made by `packaging/package.py` and installed from its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::tools;
use crate::sandbox::{PHGUARD, Run, Sandbox, make_executable};

pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What the packages of platforms that cannot be tested here have in the binary's place.
const NO_BINARY: &str = "x86_64-apple-darwin";

pub fn package(arguments: &[&str]) -> Run {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/package.py");
    let mut command = Command::new("python3");
    command
        .arg(script)
        .args(arguments)
        .env("CARGO_TARGET_DIR", target_directory());
    Run::of(command.env("PATH", with_path(&tools::python()))).exits(0)
}

/// That of this build, whose dependencies need no second compilation.
fn target_directory() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .to_owned()
}

pub fn with_path(first: &Path) -> std::ffi::OsString {
    let rest = std::env::var_os("PATH").unwrap();
    std::env::join_paths(
        [first.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&rest)),
    )
    .unwrap()
}

/// An empty directory for what a script makes.
pub fn output(name: &str) -> PathBuf {
    let directory = tools::scratch().join(name);
    if directory.exists() {
        fs::remove_dir_all(&directory).unwrap();
    }
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// The wheel, of a build without optimisation.
pub fn wheel() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let directory = output("wheel");
        package(&["wheel", directory.to_str().unwrap(), "--profile", "dev"]);
        let mut files = fs::read_dir(&directory).unwrap();
        let file = files.next().unwrap().unwrap().path();
        assert!(files.next().is_none(), "more than one file");
        file
    })
}

/// The binary under test without what only a debugger reads.
pub fn small_binary() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let binary = output("binary").join("phguard");
        Run::of(Command::new("strip").arg("-o").arg(&binary).arg(PHGUARD)).exits(0);
        make_executable(&binary);
        binary
    })
}

/// The packages for npm: this machine's has the binary, the others a text.
pub fn npm_packages() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let directory = output("npm");
        let stand_in = output("no-binary").join(NO_BINARY);
        fs::write(&stand_in, "no binary\n").unwrap();
        let linux = |cpu: &str| {
            let binary = if cpu == std::env::consts::ARCH {
                small_binary()
            } else {
                &stand_in
            };
            format!("{cpu}-unknown-linux-musl={}", binary.display())
        };
        let other = |target: &str| format!("{target}={}", stand_in.display());
        package(&[
            "npm",
            directory.to_str().unwrap(),
            &linux("x86_64"),
            &linux("aarch64"),
            &other(NO_BINARY),
            &other("aarch64-apple-darwin"),
            &other("x86_64-pc-windows-msvc"),
        ]);
        directory
    })
}

/// A project with the packages, none of which is asked of a registry.
pub fn npm_project(sandbox: &Sandbox, options: &[&str]) -> PathBuf {
    let project = sandbox.root().join("project");
    fs::create_dir(&project).unwrap();
    let file = |name: &str| {
        format!(
            r#""{name}": "file:{}/{name}-{VERSION}.tgz""#,
            npm_packages().display()
        )
    };
    let platforms = [
        "linux-x64",
        "linux-arm64",
        "darwin-x64",
        "darwin-arm64",
        "win32-x64",
    ];
    let platforms = platforms
        .map(|platform| file(&format!("phguard-{platform}")))
        .join(",");
    let manifest = format!(
        r#"{{"dependencies": {{{}}}, "optionalDependencies": {{{platforms}}}}}"#,
        file("phguard")
    );
    fs::write(project.join("package.json"), manifest).unwrap();
    Run::of(
        sandbox
            .command("npm")
            .args(["install", "--offline"])
            .args(options)
            .current_dir(&project),
    )
    .exits(0);
    project
}

/// The launcher, as npm puts it into a project.
pub fn launcher(project: &Path) -> PathBuf {
    project.join("node_modules/.bin/phguard")
}
