//! Distributes work over the cores.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::Duration;

/// Workers start only after this delay: reopening the repository costs as much as scanning a few
/// small files.
const PATIENCE: Duration = Duration::from_millis(1);

/// Minimum number of batches per core.
const TURNS: usize = 16;
/// Largest batch. Neighbours have much in common, so one core takes them together.
const MOST_AT_ONCE: usize = 64;

/// Numbered items of work that several threads share.
pub struct Work {
    next: AtomicUsize,
    count: usize,
    at_once: usize,
    cores: usize,
}

impl Work {
    /// Describes `count` items of work, `large` of which may take long. If there is only one of these,
    /// nobody helps: the check of a commit with one file would wait for a thread that has nothing to do.
    #[must_use]
    pub fn new(count: usize, large: usize) -> Self {
        let cores = if large < 2 {
            1
        } else {
            thread::available_parallelism().map_or(1, usize::from)
        };
        let cores = cores.min(large).max(1);
        Self {
            next: AtomicUsize::new(0),
            count,
            at_once: (count / (TURNS * cores)).clamp(1, MOST_AT_ONCE),
            cores,
        }
    }

    /// Starts a thread for every other core. Each waits a little and then does `help`, unless no
    /// work is left by then.
    pub fn start_helpers<'scope, T: Send + 'scope>(
        &'scope self,
        scope: &'scope Scope<'scope, '_>,
        help: impl Fn(WorkQueue<'scope>) -> Vec<T> + Send + Copy + 'scope,
    ) -> Helpers<'scope, T> {
        let mut threads = Vec::new();
        for _ in 1..self.cores {
            let wait_and_help = move || {
                thread::park_timeout(PATIENCE);
                if self.next.load(Ordering::Relaxed) < self.count {
                    help(self.queue())
                } else {
                    Vec::new()
                }
            };
            match thread::Builder::new().spawn_scoped(scope, wait_and_help) {
                Ok(thread) => threads.push(thread),
                // The system gives no more threads: those that there are do all of the work.
                Err(_) => break,
            }
        }
        Helpers { threads }
    }

    /// Hands out the work, in batches of neighbours. The taker of a number must do that item.
    #[must_use]
    pub fn queue(&self) -> WorkQueue<'_> {
        WorkQueue {
            work: self,
            taken: 0..0,
        }
    }
}

/// The numbers of the items of work that one thread takes.
pub struct WorkQueue<'w> {
    work: &'w Work,
    taken: Range<usize>,
}

impl Iterator for WorkQueue<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.taken.is_empty() {
            let Work { count, at_once, .. } = *self.work;
            let first = self.work.next.fetch_add(at_once, Ordering::Relaxed);
            self.taken = first.min(count)..(first + at_once).min(count);
        }
        self.taken.next()
    }
}

/// Threads that help with work.
pub struct Helpers<'scope, T> {
    threads: Vec<ScopedJoinHandle<'scope, Vec<T>>>,
}

impl<T> Helpers<'_, T> {
    /// Waits for the threads and returns their results, in no order.
    #[must_use]
    pub fn join(self) -> Vec<T> {
        let mut results = Vec::new();
        for thread in self.threads {
            thread.thread().unpark();
            match thread.join() {
                Ok(more) => results.extend(more),
                Err(defect) => std::panic::resume_unwind(defect),
            }
        }
        results
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share_out(
        count: usize,
        here: fn(WorkQueue<'_>) -> Vec<usize>,
        help: fn(WorkQueue<'_>) -> Vec<usize>,
    ) -> Vec<usize> {
        let work = Work::new(count, count);
        thread::scope(|scope| {
            let helpers = work.start_helpers(scope, help);
            let mut done = here(work.queue());
            done.extend(helpers.join());
            done
        })
    }

    #[test]
    fn every_piece_is_done_once_whoever_does_it() {
        for count in [0, 1, 2, 3, 1000] {
            let mut done = share_out(
                count,
                |queue| queue.inspect(|_| thread::yield_now()).collect(),
                |queue| queue.collect(),
            );
            done.sort_unstable();
            assert_eq!(done, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn nobody_helps_with_one_large_item() {
        for (count, large) in [(1000, 0), (1000, 1), (1, 1), (0, 0)] {
            assert_eq!(Work::new(count, large).cores, 1);
        }
    }

    #[test]
    fn what_the_others_decline_is_done_here() {
        let done = share_out(100, |queue| queue.collect(), |_| Vec::new());
        assert_eq!(done.len(), 100);
    }
}
