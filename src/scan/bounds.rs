//! Bounds on opened containers. Anything over a bound is reported, never silently skipped.

use std::cell::Cell;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

/// Containers within containers.
pub(super) const DEEPEST: usize = 4;
/// Bytes that come out of one content.
const FROM_ONE: u64 = 1 << 30;
/// Bytes that come out of all contents of a check, at least; a longer history may give more.
const FROM_ALL: u64 = 4 << 30;
/// Bytes that may come out for each byte of the containers that were opened.
const RATIO: u64 = 32;
/// Files in one content.
const MEMBERS: u32 = 100_000;

/// The budget that all contents of a check share, on every core.
#[derive(Debug, Default)]
pub(super) struct Budget {
    /// Bytes of containers.
    opened: AtomicU64,
    /// Bytes that came out of them.
    unpacked: AtomicU64,
}

impl Budget {
    /// Counts a container that was opened.
    pub(super) fn add_opened(&self, bytes: u64) {
        self.opened.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes that came out; `false` if these are too many.
    fn take(&self, bytes: u64) -> bool {
        let unpacked = self.unpacked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let allowed = self.opened.load(Ordering::Relaxed).saturating_mul(RATIO);
        unpacked <= allowed.max(FROM_ALL)
    }
}

/// The rest of the budget for one content.
pub(super) struct Bounds<'b> {
    budget: &'b Budget,
    bytes: Cell<u64>,
    members: Cell<u32>,
    /// Set once a bound is reached: nothing more is opened then.
    reason: Cell<Option<&'static str>>,
}

impl<'b> Bounds<'b> {
    pub(super) fn new(budget: &'b Budget) -> Self {
        Self {
            budget,
            bytes: Cell::new(FROM_ONE),
            members: Cell::new(MEMBERS),
            reason: Cell::new(None),
        }
    }

    /// The bound that was reached.
    pub(super) fn reached_bound(&self) -> Option<&'static str> {
        self.reason.get()
    }

    /// Counts a file.
    pub(super) fn take_member(&self) -> io::Result<()> {
        match self.members.get().checked_sub(1) {
            Some(left) => {
                self.members.set(left);
                Ok(())
            }
            None => Err(self.reach_bound("it holds more than 100,000 files")),
        }
    }

    /// Counts the bytes that come out of a stream.
    pub(super) fn count<'r>(&'r self, input: &'r mut dyn Read) -> Counted<'r> {
        Counted {
            input,
            bounds: self,
        }
    }

    fn take_bytes(&self, count: u64) -> io::Result<()> {
        if let Some(reason) = self.reason.get() {
            return Err(io::Error::other(reason));
        }
        let Some(left) = self.bytes.get().checked_sub(count) else {
            return Err(self.reach_bound("more than 1 GiB comes out of it"));
        };
        self.bytes.set(left);
        if !self.budget.take(count) {
            return Err(self.reach_bound("more than 4 GiB come out of what is checked"));
        }
        Ok(())
    }

    fn reach_bound(&self, reason: &'static str) -> io::Error {
        self.reason.set(Some(reason));
        io::Error::other(reason)
    }
}

/// A stream whose bytes are counted.
pub(super) struct Counted<'r> {
    input: &'r mut dyn Read,
    bounds: &'r Bounds<'r>,
}

impl Read for Counted<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(bytes)?;
        self.bounds.take_bytes(count as u64)?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_gives_so_much_and_no_more() {
        let budget = Budget::default();
        let bounds = Bounds::new(&budget);
        assert!(bounds.take_bytes(FROM_ONE).is_ok());
        assert_eq!(bounds.reached_bound(), None);
        assert!(bounds.take_bytes(1).is_err());
        assert_eq!(
            bounds.reached_bound(),
            Some("more than 1 GiB comes out of it")
        );
    }

    #[test]
    fn a_check_gives_more_if_it_holds_more() {
        let budget = Budget::default();
        assert!(budget.take(FROM_ALL));
        assert!(!budget.take(1));
        budget.add_opened(FROM_ALL / RATIO + 1);
        assert!(budget.take(1));
    }

    #[test]
    fn files_are_counted() {
        let budget = Budget::default();
        let bounds = Bounds::new(&budget);
        for _ in 0..MEMBERS {
            assert!(bounds.take_member().is_ok());
        }
        assert!(bounds.take_member().is_err());
        assert!(bounds.reached_bound().is_some());
    }
}
