//! A stream that is scanned part by part, while somebody else may read it, too.

use std::io::{self, Read};

use super::inner::Opener;
use super::{Name, Outcome, embedded};
use crate::scan::locate::{Locator, Place};
use crate::scan::window::{Part, Window};
use crate::unpack::closed;

/// Scans the bytes that are pushed into it, as a file with a name.
pub(super) struct StreamScan<'s> {
    opener: &'s Opener<'s>,
    file: &'s Name<'s>,
    /// Containers around it.
    depth: usize,
    window: Window,
    room: usize,
    place: Place,
    outcome: Outcome,
}

impl<'s> StreamScan<'s> {
    /// Holds at most `room` bytes at once.
    pub(super) fn new(
        opener: &'s Opener<'s>,
        file: &'s Name<'s>,
        room: usize,
        depth: usize,
    ) -> Self {
        Self {
            opener,
            file,
            depth,
            window: Window::new(room),
            room: room.max(Window::LEAST_ROOM),
            place: Place::START,
            outcome: Outcome::default(),
        }
    }

    /// Scans the rest of a stream that nobody else reads.
    pub(super) fn pull(&mut self, input: &mut dyn Read) -> io::Result<()> {
        let mut input = input;
        while self.window.fill(&mut input)? {
            self.scan_ready();
        }
        Ok(())
    }

    /// Returns the outcome for all pushed bytes.
    pub(super) fn finish(mut self) -> io::Result<Outcome> {
        while self.window.fill(&mut io::empty())? {
            self.scan_ready();
        }
        if let Some(reason) = closed::reason_at_end(self.window.bytes()) {
            let scanner = self.opener.scanner;
            scanner.keep_not_opened(&self.file.shown, reason, &mut self.outcome);
        }
        Ok(self.outcome)
    }

    fn push(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.window.read(&mut bytes)?;
            if self.window.bytes().len() >= self.room {
                self.scan_ready();
            }
        }
        Ok(())
    }

    fn scan_ready(&mut self) {
        let scanner = self.opener.scanner;
        let Part {
            range: part,
            mut hits,
            regions,
        } = self.window.settle(scanner.detector);
        let bytes = self.window.bytes();
        let starts = embedded::starts(bytes, &part, &regions);
        if !starts.is_empty() {
            let outcome = &mut self.outcome;
            let opener = self.opener;
            let embedded =
                opener.embedded_hits(bytes, &part, &starts, self.file, self.depth, outcome);
            embedded::merge(embedded, &mut hits);
        }
        self.outcome.bytes += part.len() as u64;
        let first_line = self.window.first_line();
        let mut locator = Locator::of_part(bytes, &hits, part, self.place, first_line);
        scanner.record_hits(self.file, &mut locator, |_, _| true, &mut self.outcome);
        self.place = locator.end();
    }
}

/// Pushes everything that is read into a scan.
pub(super) struct Tee<'t, 's> {
    pub(super) input: &'t mut dyn Read,
    pub(super) scan: &'t mut StreamScan<'s>,
    /// The error of the input itself; any other error is one of whoever reads it.
    pub(super) failure: Option<io::Error>,
}

impl Read for Tee<'_, '_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        // A decoder is not read on behind an error: that of bzip2 panics then.
        if let Some(failure) = &self.failure {
            return Err(copy_of(failure));
        }
        match self.read_and_push(bytes) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.failure = Some(copy_of(&error));
                Err(error)
            }
            result => result,
        }
    }
}

fn copy_of(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}

impl Tee<'_, '_> {
    fn read_and_push(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(bytes)?;
        self.scan.push(&bytes[..count])?;
        Ok(count)
    }
}
