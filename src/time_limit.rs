//! Waits for other programs, but not for ever.

use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Pause between two looks at a program that is still running.
const PAUSE: Duration = Duration::from_millis(2);

/// Waits for a program to end.
///
/// # Errors
/// It was still running after this time, and was killed.
pub(crate) fn wait_for(child: &mut Child, limit: Duration) -> Result<ExitStatus> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("it was still running after {} seconds", limit.as_secs());
        }
        thread::sleep(PAUSE);
    }
}
