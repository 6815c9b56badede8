//! Distributes work over the cores.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Workers start only after this delay: reopening the repository costs as much as scanning a few
/// small files.
const PATIENCE: Duration = Duration::from_millis(1);

/// Minimum number of batches per core.
const TURNS: usize = 16;
/// Largest batch. Neighbours have much in common, so one core takes them together.
const MOST_AT_ONCE: usize = 64;

/// A shared queue of the numbers of work items, handed out in batches of neighbours. The taker of a
/// number must do that item.
pub struct WorkQueue<'w> {
    next: &'w AtomicUsize,
    count: usize,
    at_once: usize,
    taken: Range<usize>,
}

impl Iterator for WorkQueue<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.taken.is_empty() {
            let first = self.next.fetch_add(self.at_once, Ordering::Relaxed);
            self.taken = first.min(self.count)..(first + self.at_once).min(self.count);
        }
        self.taken.next()
    }
}

/// Does `count` items of work. `here` runs on this thread. If that takes long, `elsewhere` runs on
/// every other core; its queue may be empty by then. Returns the results in no order.
pub fn share_out<T: Send>(
    count: usize,
    here: impl FnOnce(WorkQueue<'_>) -> Vec<T>,
    elsewhere: impl Fn(WorkQueue<'_>) -> Vec<T> + Sync,
) -> Vec<T> {
    let cores = if count < 2 {
        1
    } else {
        thread::available_parallelism()
            .map_or(1, usize::from)
            .min(count)
    };
    let next = &AtomicUsize::new(0);
    let at_once = (count / (TURNS * cores.max(1))).clamp(1, MOST_AT_ONCE);
    let queue = || WorkQueue {
        next,
        count,
        at_once,
        taken: 0..0,
    };
    thread::scope(|scope| {
        let wait_and_work = || {
            thread::park_timeout(PATIENCE);
            if next.load(Ordering::Relaxed) < count {
                elsewhere(queue())
            } else {
                Vec::new()
            }
        };
        let mut others = Vec::new();
        for _ in 1..cores {
            match thread::Builder::new().spawn_scoped(scope, wait_and_work) {
                Ok(other) => others.push(other),
                // The system gives no more threads: those that there are do all of the work.
                Err(_) => break,
            }
        }
        let mut done = here(queue());
        for other in others {
            other.thread().unpark();
            match other.join() {
                Ok(more) => done.extend(more),
                Err(defect) => std::panic::resume_unwind(defect),
            }
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_done_once_whoever_does_it() {
        for count in [0, 1, 2, 3, 1000] {
            let slowly =
                |queue: WorkQueue<'_>| queue.inspect(|_| thread::yield_now()).collect::<Vec<_>>();
            let mut done = share_out(count, slowly, |queue| queue.collect());
            done.sort_unstable();
            assert_eq!(done, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_the_others_decline_is_done_here() {
        assert_eq!(
            share_out(100, |queue| queue.collect(), |_| Vec::new()).len(),
            100
        );
    }
}
