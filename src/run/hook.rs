//! What git's hooks call.

use anyhow::{Result, anyhow};

use super::{Verdict, check, print};
use crate::cli::Output;
use crate::hook::Event;
use crate::report::{Format, Mode, Report};
use crate::unscanned::{cannot_scan, way_out};

/// The check of a hook that runs before a commit is made.
///
/// # Errors
/// The check could not be made.
pub fn run(name: &str, output: &Output) -> Result<Verdict> {
    let Some(event) = Event::named(name) else {
        let what = format!("phguard does not serve the hook {name}");
        return Err(cannot_scan(what, way_out::HOOKS, anyhow!("unknown hook")));
    };
    match event {
        Event::PreCommit | Event::PreMergeCommit => {
            let outcome = check::staged(&[], output)?;
            let verdict = Verdict::of(&outcome);
            if verdict != Verdict::Clean || output.format == Format::Json {
                print::print(&Report { outcome: &outcome, mode: Mode::Staged, in_hook: true }, output, verdict)?;
            }
            Ok(verdict)
        }
    }
}
