//! Files on disk and streams: all of their lines count.

use std::io::{self, Read};
use std::path::Path;

use super::{Name, Outcome, Scanner};
use crate::failure::Unscanned;
use crate::mask::masked_message;
use crate::parallel::{Untaken, share_out};
use crate::scan::locate::{Locator, Place};
use crate::scan::window::Window;
use crate::source::files::{self, Listing};
use crate::unpack::closed;

/// So much of a file is held at once.
const ROOM: usize = 16 << 20;

impl Scanner<'_> {
    /// Scans files as they are on disk: all of their lines count.
    pub fn scan_disk(&self, listing: &Listing) -> Outcome {
        let mut outcome = Outcome {
            ignored: listing.ignored,
            ..Outcome::default()
        };
        for (path, reason) in &listing.unread {
            let path = self.scan_name(files::name(path), true, &mut outcome).shown;
            outcome.unscanned.push(Unscanned {
                path,
                reason: masked_message(reason),
            });
        }
        // A pattern can match across any number of lines: for its sake a file is held as a whole.
        let room = if self.detector.has_patterns() {
            usize::MAX
        } else {
            ROOM
        };
        let scan = |number: usize| {
            let file = &listing.files[number];
            let mut outcome = Outcome::default();
            let file_name = self.scan_name(files::name(&file.path), true, &mut outcome);
            let input = files::open(file);
            if let Err(error) =
                input.and_then(|input| self.scan_stream(&file_name, input, room, &mut outcome))
            {
                outcome.unscanned.push(Unscanned {
                    path: file_name.shown,
                    reason: masked_message(&error.to_string()),
                });
            }
            self.progress.advance(outcome.bytes);
            (number, outcome)
        };
        self.progress.expect(listing.files.len());
        let work = |untaken: Untaken<'_>| untaken.map(scan).collect();
        let mut outcomes: Vec<(usize, Outcome)> = share_out(listing.files.len(), work, work);
        outcomes.sort_by_key(|(number, _)| *number);
        outcome.append(outcomes.into_iter().map(|(_, outcome)| outcome).collect());
        outcome
    }

    /// Scans a stream as a file with that name, of which at most `room` bytes are held at once.
    ///
    /// # Errors
    /// The stream cannot be read to its end.
    pub fn scan_reader(&self, name: &[u8], input: impl Read, room: usize) -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let name = self.scan_name(name, true, &mut outcome);
        self.scan_stream(&name, input, room, &mut outcome)?;
        Ok(outcome)
    }

    /// Scans the message of a commit that is being made. The name of its file is git's choice.
    ///
    /// # Errors
    /// There is no memory.
    pub fn scan_message(&self, file: &Path, message: &[u8]) -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let name = self.scan_name(files::name(file), false, &mut outcome);
        self.scan_stream(&name, message, usize::MAX, &mut outcome)?;
        let findings = outcome
            .findings
            .iter_mut()
            .chain(outcome.allowed.iter_mut().map(|(finding, _)| finding));
        findings.for_each(|finding| finding.in_message = true);
        Ok(outcome)
    }

    fn scan_stream(
        &self,
        file: &Name<'_>,
        mut input: impl Read,
        room: usize,
        outcome: &mut Outcome,
    ) -> io::Result<()> {
        let mut window = Window::new(room);
        let mut place = Place::START;
        while window.fill(&mut input)? {
            if outcome.bytes == 0
                && let Some(reason) = closed::reason(window.bytes())
            {
                self.keep_not_opened(&file.shown, reason, outcome);
            }
            let (part, hits) = window.settle(self.detector);
            outcome.bytes += part.len() as u64;
            let mut locator =
                Locator::of_part(window.bytes(), &hits, part, place, window.first_line());
            self.keep_all(file, &mut locator, |_| true, outcome);
            place = locator.end();
        }
        outcome.files += 1;
        Ok(())
    }
}
