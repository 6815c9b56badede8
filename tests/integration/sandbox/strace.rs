//! phguard under strace, which sends it a signal at one of its system calls.

use std::fs;

use super::{PHGUARD, Run, Sandbox};

/// The system calls by which files change, and by which git is started and answers.
pub const CHANGES: &str = "write,openat,rename,renameat,renameat2,unlink,unlinkat,ftruncate,fchmod,chmod,fsync,clone,clone3,vfork,wait4,waitid,read,close";

/// Runs phguard and sends it a signal at the n-th of these calls.
pub fn signalled(
    sandbox: &Sandbox,
    (signal, calls, n): (&str, &str, usize),
    arguments: &[&str],
) -> Run {
    let inject = format!("inject={calls}:signal={signal}:when={n}");
    let mut command = sandbox.command("strace");
    command.args(["-qq", "-o", "/dev/null", "-e", &inject, PHGUARD]);
    Run::of(command.args(arguments))
}

/// Kills phguard at each of these calls in turn, in a new sandbox each time. `check` gets the sandbox
/// and the number of the call. It ends when phguard has no further call.
pub fn killed_at_each_call(
    set_up: fn() -> Sandbox,
    arguments: &[&str],
    check: impl Fn(&Sandbox, usize),
) {
    let mut n = 1;
    loop {
        let sandbox = set_up();
        let run = signalled(&sandbox, ("KILL", CHANGES, n), arguments);
        // A git that was killed leaves its lock, as it always does.
        drop(fs::remove_file(sandbox.repo().join(".git/index.lock")));
        check(&sandbox, n);
        if run.code == Some(0) {
            break;
        }
        n += 1;
    }
    assert!(n > 20, "strace killed nothing");
}
