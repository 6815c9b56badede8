//! `phguard fix` killed at any of its system calls that write: nothing is lost, and the next run
//! finishes the work.

use std::fs;

use crate::sandbox::Sandbox;
use crate::sandbox::keys::phx;
use crate::sandbox::strace::{killed_at_each_call, signalled};

const NAME: &str = "POSTHOG_PERSONAL_API_KEY";

/// A file, its text with `KEY` in it on the disk and in the index, and the read that comes instead.
const FILES: [(&str, &str, &str, &str); 2] = [
    ("a.sh", "k=KEY\n# later\n", "k=KEY\n", "\"${NAME}\""),
    ("b.sh", "curl \"KEY\"\n", "curl \"KEY\"\n", "${NAME}"),
];

fn set_up() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".env", "A=1");
    for (file, on_disk, staged, _) in FILES {
        sandbox.stage(file, staged.replace("KEY", &phx()));
        sandbox.write(file, on_disk.replace("KEY", &phx()));
    }
    sandbox
}

fn fixed(text: &str, read: &str) -> String {
    text.replace("KEY", &read.replace("NAME", NAME))
}

fn env_of(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.repo().join(".env")).unwrap()
}

#[test]
#[ignore = "needs strace"]
fn killed_at_any_system_call_it_loses_nothing() {
    killed_at_each_call(set_up, &["fix", "--yes"], |sandbox, n| {
        no_key_is_lost(sandbox, n);
        sandbox.phguard(["fix", "--yes"]).exits(0);
        assert_eq!(
            env_of(sandbox),
            format!("A=1\n{NAME}={}\n", phx()),
            "call {n}"
        );
        for (file, on_disk, staged, read) in FILES {
            assert_eq!(
                found_in_both(sandbox, file),
                [fixed(on_disk, read), fixed(staged, read)]
            );
        }
        let leftovers = sandbox.git(["status", "--porcelain"]).stdout;
        assert!(!leftovers.contains("phguard"), "call {n}: {leftovers}");
    });
}

/// The versions of a file on the disk and in the index.
fn found_in_both(sandbox: &Sandbox, file: &str) -> [String; 2] {
    [
        fs::read_to_string(sandbox.repo().join(file)).unwrap(),
        sandbox.git(["show", &format!(":{file}")]).stdout,
    ]
}

/// Each version is as it was or as it will be, and a key that has left one is in `.env`.
fn no_key_is_lost(sandbox: &Sandbox, n: usize) {
    let env = env_of(sandbox);
    assert!(env.starts_with("A=1"), "call {n}");
    for (file, on_disk, staged, read) in FILES {
        let [disk, index] = found_in_both(sandbox, file);
        let disk_is_fixed = disk == fixed(on_disk, read);
        let index_is_fixed = index == fixed(staged, read);
        assert!(
            disk_is_fixed || disk == on_disk.replace("KEY", &phx()),
            "call {n}: {file}"
        );
        assert!(
            index_is_fixed || index == staged.replace("KEY", &phx()),
            "call {n}: {file}"
        );
        if disk_is_fixed || index_is_fixed {
            assert!(env.contains(&phx()), "call {n}: the key is lost");
        }
        assert!(
            disk_is_fixed || !index_is_fixed,
            "call {n}: the next run would not see {file}"
        );
    }
}

#[test]
#[ignore = "needs strace"]
fn an_interrupt_brings_everything_back() {
    for n in [1, 2, 3, 4, 5] {
        let sandbox = set_up();
        let run = signalled(&sandbox, ("INT", "fsync", n), &["fix", "--yes"]);
        if run.code == Some(0) {
            assert!(n > 2, "no interrupt at {n}");
            break;
        }
        assert!(run.stderr.contains("interrupted"), "{n}: {}", run.stderr);
        assert_eq!(env_of(&sandbox), "A=1", "{n}");
        assert!(!sandbox.repo().join(".gitignore").exists(), "{n}");
        for (file, on_disk, staged, _) in FILES {
            let before = [on_disk, staged].map(|text| text.replace("KEY", &phx()));
            assert_eq!(found_in_both(&sandbox, file), before, "{n}");
        }
    }
}
