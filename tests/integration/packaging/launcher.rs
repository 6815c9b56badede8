//! npm's launcher passes on arguments, standard input, exit codes and signals.

use crate::sandbox::platform::signal_of;
use std::fs;
use std::process::{Child, Stdio};

use super::packages::{self, VERSION};
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{Run, Sandbox};

#[test]
#[ignore = "needs npm"]
fn the_launcher_passes_on_arguments_input_and_exit_codes() {
    let sandbox = Sandbox::new();
    let phguard = packages::launcher(&packages::npm_project(&sandbox, &[]));
    let run = |arguments: &[&str]| Run::of(sandbox.command(&phguard).args(arguments));
    assert_eq!(
        run(&["--version"]).exits(0).stdout,
        format!("phguard {VERSION}\n")
    );
    sandbox.stage("a file", "clean\n");
    assert_eq!(
        run(&[]).exits(0).stdout,
        "phguard: no secret key; 1 file scanned (6 B).\n"
    );
    sandbox.stage("a file", phx());
    let found = run(&["--staged", "a file"]).exits(1);
    assert!(found.stdout.contains(&masked(&phx())), "{}", found.stdout);
    run(&["--frobnicate"]).exits(2);

    let mut command = sandbox.command(&phguard);
    Run::with_input(command.args(["--files", "-"]), phx()).exits(1);
}

#[test]
#[ignore = "needs npm"]
fn a_signal_ends_the_launcher_and_the_binary_alike() {
    let sandbox = Sandbox::new();
    let phguard = packages::launcher(&packages::npm_project(&sandbox, &[]));
    let start = || {
        sandbox
            .command(&phguard)
            .args(["--files", "-"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap()
    };

    for (name, number) in [("TERM", 15), ("INT", 2), ("HUP", 1)] {
        let mut launcher = start();
        // Else waiting would close it, and the binary end by itself.
        let input = launcher.stdin.take();
        let binary = binary_of(&launcher);
        signal(&sandbox, name, launcher.id());
        assert_eq!(signal_of(launcher.wait().unwrap()), Some(number));
        drop(input);
        assert!(
            !fs::exists(format!("/proc/{binary}")).unwrap(),
            "the binary goes on after {name}"
        );
    }
    let mut launcher = start();
    let input = launcher.stdin.take();
    signal(&sandbox, "KILL", binary_of(&launcher));
    assert_eq!(signal_of(launcher.wait().unwrap()), Some(9));
    drop(input);
}

fn signal(sandbox: &Sandbox, name: &str, process: u32) {
    Run::of(
        sandbox
            .command("kill")
            .args(["-s", name, &process.to_string()]),
    )
    .exits(0);
}

/// The process that the launcher starts, which then waits for standard input.
fn binary_of(launcher: &Child) -> u32 {
    let list = format!("/proc/{0}/task/{0}/children", launcher.id());
    loop {
        let children = fs::read_to_string(&list).unwrap();
        if let Some(first) = children.split_whitespace().next() {
            return first.parse().unwrap();
        }
        std::thread::yield_now();
    }
}

#[test]
#[ignore = "needs npm"]
fn without_the_package_of_its_platform_the_launcher_blocks() {
    let sandbox = Sandbox::new();
    let phguard = packages::launcher(&packages::npm_project(&sandbox, &["--omit=optional"]));
    sandbox.stage("a", "clean\n");
    let run = Run::of(&mut sandbox.command(&phguard)).exits(2);
    assert!(
        run.stderr.contains("nothing was approved") && run.stderr.contains("is not installed"),
        "{}",
        run.stderr
    );
}

#[test]
#[ignore = "needs npm"]
fn no_package_runs_anything_when_it_is_installed() {
    let sandbox = Sandbox::without_repository();
    let packages = packages::npm_packages();
    let mut manifests = 0;
    for file in fs::read_dir(packages).unwrap() {
        let mut tar = sandbox.command("tar");
        tar.arg("-xzOf")
            .arg(file.unwrap().path())
            .arg("package/package.json");
        let manifest: serde_json::Value =
            serde_json::from_str(&Run::of(&mut tar).exits(0).stdout).unwrap();
        assert_eq!(
            (manifest.get("scripts"), manifest["version"].as_str()),
            (None, Some(VERSION))
        );
        manifests += 1;
    }
    assert_eq!(manifests, 7);
}
