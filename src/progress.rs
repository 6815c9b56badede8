//! Progress of a long check, on one line of the terminal that disappears at the end.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A check that ends sooner shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// Shortest time between two updates.
const PAUSE: Duration = Duration::from_millis(100);

/// Counts contents, from any thread.
pub struct Progress {
    /// The start of the check; `None` if nothing is shown.
    since: Option<Instant>,
    total: AtomicUsize,
    done: AtomicUsize,
    bytes: AtomicU64,
    /// When the next line is due, in milliseconds since the start.
    due: AtomicU64,
}

impl Progress {
    /// Writes to standard error, or nowhere.
    #[must_use]
    pub fn new(is_shown: bool) -> Self {
        let since = is_shown.then(Instant::now);
        let due = AtomicU64::new(in_millis(PATIENCE));
        Self {
            since,
            total: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            bytes: AtomicU64::new(0),
            due,
        }
    }

    /// Adds to the number of contents that will be read.
    pub fn expect(&self, count: usize) {
        self.total.fetch_add(count, Ordering::Relaxed);
    }

    /// Counts one content that was read.
    pub fn advance(&self, bytes: u64) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let Some(elapsed) = self.since.map(|since| since.elapsed()) else {
            return;
        };
        let due = self.due.load(Ordering::Relaxed);
        let next = in_millis(elapsed + PAUSE);
        let is_due = in_millis(elapsed) >= due;
        // Only one of the threads that see it due writes.
        if is_due
            && self
                .due
                .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        {
            let line = progress_line(done, self.total.load(Ordering::Relaxed), bytes, elapsed);
            // A terminal that is gone needs no line.
            drop(write!(io::stderr(), "\r\x1b[K{line}"));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.since.is_some() && *self.due.get_mut() > in_millis(PATIENCE) {
            drop(write!(io::stderr(), "\r\x1b[K"));
        }
    }
}

fn in_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Writes the counts, the rate, and the time that is left at this rate.
fn progress_line(done: usize, total: usize, bytes: u64, elapsed: Duration) -> String {
    let elapsed = in_millis(elapsed).max(1);
    let rate = bytes / 1000 / elapsed;
    let left = total.saturating_sub(done) as u64 * elapsed / (done.max(1) as u64) / 1000;
    format!("phguard: {done} of {total} contents, {rate} MB/s, {left} s left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_counts_rate_and_what_is_left() {
        let text = progress_line(250, 1000, 500_000_000, Duration::from_secs(2));
        assert_eq!(text, "phguard: 250 of 1000 contents, 250 MB/s, 6 s left");
        progress_line(0, 0, 0, Duration::ZERO);
    }
}
