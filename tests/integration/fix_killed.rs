//! `phguard fix` killed at any of its system calls that write: nothing is lost, and the next run
//! finishes the work.

use std::fs;

use crate::sandbox::keys::phx;
use crate::sandbox::{PHGUARD, Run, Sandbox};

const NAME: &str = "POSTHOG_PERSONAL_API_KEY";
/// The system calls by which files change, and by which git is started and answers.
const CALLS: &str = "write,openat,rename,renameat,renameat2,unlink,unlinkat,ftruncate,fchmod,chmod,fsync,clone,clone3,vfork,wait4,waitid,read,close";

fn set_up() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".env", "A=1");
    sandbox.stage("a.sh", format!("k={}\n", phx()));
    sandbox.write("a.sh", format!("k={}\n# later\n", phx()));
    sandbox.stage("b.sh", format!("curl \"{}\"\n", phx()));
    sandbox
}

/// Kills it at its n-th call; whether it had so many.
fn kill_at(sandbox: &Sandbox, n: usize) -> bool {
    let inject = format!("inject={CALLS}:signal=KILL:when={n}");
    let mut command = sandbox.command("strace");
    command.args([
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &inject,
        PHGUARD,
        "fix",
        "--yes",
    ]);
    Run::of(&mut command).code != Some(0)
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_system_call_it_loses_nothing() {
    let fixed = [
        (
            "a.sh",
            format!("k=\"${{{NAME}}}\"\n# later\n"),
            format!("k=\"${{{NAME}}}\"\n"),
        ),
        (
            "b.sh",
            format!("curl \"${{{NAME}}}\"\n"),
            format!("curl \"${{{NAME}}}\"\n"),
        ),
    ];
    let mut n = 1;
    loop {
        let sandbox = set_up();
        let was_killed = kill_at(&sandbox, n);
        let env = fs::read_to_string(sandbox.repo().join(".env")).unwrap();
        assert!(env.starts_with("A=1"), "call {n}");
        for (file, on_disk, staged) in &fixed {
            let found = fs::read_to_string(sandbox.repo().join(file)).unwrap();
            let is_fixed = found == *on_disk;
            assert!(
                is_fixed || found == on_disk.replace(&read_of(file), &value_of(file)),
                "call {n}: {file}"
            );
            let index = sandbox.git(["show", &format!(":{file}")]).stdout;
            let is_fixed_there = index == *staged;
            assert!(
                is_fixed_there || index == staged.replace(&read_of(file), &value_of(file)),
                "call {n}: {file}"
            );
            if is_fixed || is_fixed_there {
                assert!(env.contains(&phx()), "call {n}: the key is lost");
            }
            assert!(
                is_fixed || !is_fixed_there,
                "call {n}: the next run would not see {file}"
            );
        }
        // A git that was killed leaves its lock, as it always does.
        drop(fs::remove_file(sandbox.repo().join(".git/index.lock")));
        sandbox.phguard(["fix", "--yes"]).exits(0);
        let env = fs::read_to_string(sandbox.repo().join(".env")).unwrap();
        assert_eq!(env, format!("A=1\n{NAME}={}\n", phx()), "call {n}");
        for (file, on_disk, staged) in &fixed {
            assert_eq!(
                &fs::read_to_string(sandbox.repo().join(file)).unwrap(),
                on_disk
            );
            assert_eq!(&sandbox.git(["show", &format!(":{file}")]).stdout, staged);
        }
        let leftovers = sandbox.git(["status", "--porcelain"]).stdout;
        assert!(!leftovers.contains("phguard"), "call {n}: {leftovers}");
        if !was_killed {
            break;
        }
        n += 1;
    }
    println!("killed at {} calls", n - 1);
    assert!(n > 20, "strace killed nothing");
}

fn read_of(file: &str) -> String {
    if file == "a.sh" {
        format!("\"${{{NAME}}}\"")
    } else {
        format!("${{{NAME}}}")
    }
}

fn value_of(_: &str) -> String {
    phx()
}

#[test]
#[ignore = "needs strace"]
fn an_interrupt_brings_everything_back() {
    for n in [1, 2, 3, 4, 5] {
        let sandbox = set_up();
        let mut command = sandbox.command("strace");
        let inject = format!("inject=fsync:signal=INT:when={n}");
        command.args([
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            &inject,
            PHGUARD,
            "fix",
            "--yes",
        ]);
        let run = Run::of(&mut command);
        if run.code == Some(0) {
            assert!(n > 2, "no interrupt at {n}");
            break;
        }
        assert!(run.stderr.contains("interrupted"), "{n}: {}", run.stderr);
        assert_eq!(
            fs::read_to_string(sandbox.repo().join(".env")).unwrap(),
            "A=1",
            "{n}"
        );
        assert!(!sandbox.repo().join(".gitignore").exists(), "{n}");
        let on_disk = fs::read_to_string(sandbox.repo().join("a.sh")).unwrap();
        assert_eq!(on_disk, format!("k={}\n# later\n", phx()), "{n}");
        assert_eq!(
            sandbox.git(["show", ":a.sh"]).stdout,
            format!("k={}\n", phx()),
            "{n}"
        );
    }
}
