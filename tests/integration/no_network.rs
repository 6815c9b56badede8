//! The program itself never touches the network, and what it starts does not either.

use crate::sandbox::keys::phx;
use crate::sandbox::{PHGUARD, Run, Sandbox};

#[test]
#[ignore = "needs strace"]
fn no_check_opens_a_socket() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", format!("{}\n", phx()));
    sandbox.commit_unchecked("with a key");
    sandbox.stage("b", format!("{}\n", phx()));
    sandbox.write("keys.json", "[]");
    let report = sandbox.phguard(["--files", ".", "--format", "json"]).stdout;
    sandbox.write("report.json", report);
    let trace = sandbox.root().join("trace");
    let commands = [
        &["--staged"][..],
        &["hook", "pre-commit"],
        &["hook", "pre-push"],
        &["--range", "HEAD"],
        &["--history", "--unreachable"],
        &["--files", "."],
        &["explain"],
        &["redact"],
        &["doctor"],
        &["install"],
        &["audit", "keys.json"],
        &[
            "audit",
            "keys.json",
            "--with",
            "report.json",
            "--since",
            "2026-01-01",
        ],
        &["explain", "audit"],
        &["doctor", "--fix"],
    ];
    for arguments in commands {
        let mut command = sandbox.command("strace");
        command
            .args([
                "-f",
                "-e",
                "trace=network",
                "-o",
                trace.to_str().unwrap(),
                PHGUARD,
            ])
            .args(arguments);
        let run = Run::of(&mut command);
        let traced = std::fs::read_to_string(&trace).unwrap();
        assert!(
            traced.contains("+++ exited with"),
            "nothing was traced: {}",
            run.stderr
        );
        // git looks up nobody and asks nobody; a look into the name service cache stays on the machine.
        let sockets: Vec<&str> = traced
            .lines()
            .filter(|line| line.contains("socket(") && !line.contains("AF_UNIX"))
            .collect();
        assert!(sockets.is_empty(), "{arguments:?}: {sockets:?}");
    }
}
