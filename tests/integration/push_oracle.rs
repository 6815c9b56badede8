//! Random pushes to remotes that move, are made anew, go by another name or are stale. An oracle asks
//! the place itself what it has.

use crate::sandbox::keys::phx;
use crate::sandbox::{Run, Sandbox};

/// Sequences of a usual run. `PHGUARD_SEQUENCES` asks for more.
const SEQUENCES: u32 = 6;

#[test]
fn random_pushes_agree_with_what_the_place_lacks() {
    let count = std::env::var("PHGUARD_SEQUENCES").ok();
    let count = count.map_or(SEQUENCES, |count| count.parse().unwrap());
    for seed in 0..count {
        let sandbox = Sandbox::new();
        sandbox.install_hook("pre-push");
        let mut command = sandbox.command("bash");
        let script = include_str!("push_oracle.sh");
        command.args(["-c", script]).env("KEY", phx());
        command.env("SEED", seed.to_string()).env("STEPS", "12");
        command
            .env_remove("GIT_AUTHOR_DATE")
            .env_remove("GIT_COMMITTER_DATE");
        Run::of(&mut command).exits(0);
    }
}
