//! The packages that carry the binary, made by `packaging/package.py` and installed from its files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::tools;
use crate::sandbox::{PHGUARD, Run, Sandbox, make_executable};

pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The npm organisation, as long as nobody has named one.
const SCOPE: &str = "@undecided";

pub fn package(arguments: &[&str]) -> Run {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/package.py");
    let mut command = Command::new("python3");
    command
        .arg(script)
        .args(arguments)
        .env("CARGO_TARGET_DIR", target_directory())
        // On Windows the default encoding is another one.
        .env("PYTHONWARNDEFAULTENCODING", "1")
        .env("PYTHONWARNINGS", "error::EncodingWarning");
    Run::of(command.env("PATH", with_path(&tools::python()))).exits(0)
}

/// The target directory of this build, whose dependencies need no second compilation.
pub fn target_directory() -> PathBuf {
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

/// The target of this machine.
pub const TARGET: &str = if cfg!(target_arch = "aarch64") {
    "aarch64-unknown-linux-musl"
} else {
    "x86_64-unknown-linux-musl"
};

/// The targets of all packages.
pub const TARGETS: [&str; 6] = [
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
];

/// A wheel with the binary under test.
pub fn wheel() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let directory = output("wheel");
        let binary = small_binary().to_str().unwrap();
        package(&["wheel", directory.to_str().unwrap(), TARGET, binary]);
        only_file(&directory)
    })
}

/// The only file of a directory.
pub fn only_file(directory: &Path) -> PathBuf {
    let mut files = fs::read_dir(directory).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none(), "more than one file");
    file
}

/// A file in the place of a binary that cannot run here.
pub fn stand_in() -> PathBuf {
    let file = output("no-binary").join("text");
    fs::write(&file, "no binary\n").unwrap();
    file
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
        let stand_in = stand_in();
        let mut arguments = vec!["npm".to_owned(), directory.to_str().unwrap().to_owned()];
        for target in TARGETS {
            let binary = if target == TARGET {
                small_binary()
            } else {
                &stand_in
            };
            arguments.push(format!("{target}={}", binary.display()));
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        package(&arguments);
        directory
    })
}

/// A project with the packages, none of which is asked of a registry.
pub fn npm_project(sandbox: &Sandbox, options: &[&str]) -> PathBuf {
    let project = sandbox.root().join("project");
    fs::create_dir(&project).unwrap();
    let mut platforms = Vec::new();
    for name in [
        "linux-x64",
        "linux-arm64",
        "darwin-x64",
        "darwin-arm64",
        "win32-x64",
        "win32-arm64",
    ] {
        let name = format!("phguard-{name}");
        let file = format!("{}-{name}", SCOPE.trim_start_matches('@'));
        platforms.push(dependency(&format!("{SCOPE}/{name}"), &file));
    }
    let launcher = dependency("phguard", "phguard");
    let platforms = platforms.join(",");
    let manifest =
        format!(r#"{{"dependencies": {{{launcher}}}, "optionalDependencies": {{{platforms}}}}}"#);
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

/// An entry of `package.json` for a package that lies here as a file.
fn dependency(name: &str, file: &str) -> String {
    let directory = npm_packages().display();
    format!(r#""{name}": "file:{directory}/{file}-{VERSION}.tgz""#)
}

/// The binary in the package of this platform.
pub fn npm_binary(project: &Path) -> PathBuf {
    let cpu = if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "x64"
    };
    let package = format!("node_modules/{SCOPE}/phguard-linux-{cpu}");
    project.join(package).join("bin/phguard")
}
