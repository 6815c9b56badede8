//! Files on disk and streams: all of their lines count.

use std::io::{self, Read};
use std::thread;

use super::bounds::{Bounds, Budget};
use super::inner::Opener;
use super::lfs::{self, Pointer};
use super::{Name, Outcome, Scanner};
use crate::failure::Unscanned;
use crate::finding::FoundIn;
use crate::git::LfsObjects;
use crate::mask::masked_message;
use crate::parallel::{Work, WorkQueue};
use crate::source::files::{self, Listed, Listing};

/// Bytes of a file that are held at once.
pub(super) const ROOM: usize = 16 << 20;

/// Sees the contents of files while they are scanned, so that nobody reads them twice.
pub struct Onlooker<'o> {
    /// Number of bytes up to which a file is shown; 0 if it is of no interest.
    pub longest: fn(&Listed) -> usize,
    /// Gets a file and its whole content, on any thread and in any order.
    pub look: &'o (dyn Fn(&Listed, &[u8]) + Sync),
}

/// Everything that the files of a listing are scanned with.
#[derive(Clone, Copy)]
struct DiskScan<'d> {
    budget: &'d Budget,
    lfs_objects: &'d LfsObjects,
    onlooker: Option<&'d Onlooker<'d>>,
}

/// The outcome of one file, with its number.
struct Numbered {
    number: usize,
    outcome: Outcome,
}

impl Scanner<'_> {
    /// Scans files as they are on disk: all of their lines count.
    pub fn scan_disk(&self, listing: &Listing) -> Outcome {
        self.scan_disk_before(listing, None)
    }

    /// Scans files as they are on disk, and shows them to somebody.
    pub fn scan_disk_before(&self, listing: &Listing, onlooker: Option<&Onlooker<'_>>) -> Outcome {
        let mut outcome = Outcome {
            ignored: listing.ignored,
            ..Outcome::default()
        };
        for (path, reason) in &listing.unread {
            let path = self.scan_name(path, true, &mut outcome).shown;
            outcome.unscanned.push(Unscanned {
                path,
                reason: masked_message(reason),
            });
        }
        let budget = Budget::default();
        self.progress.expect(listing.files.len());
        let scan = DiskScan {
            budget: &budget,
            lfs_objects: &LfsObjects::at(listing.top.as_deref()),
            onlooker,
        };
        let work = Work::new(listing.files.len(), listing.files.len());
        let mut outcomes = thread::scope(|scope| {
            let helpers = work.start_helpers(scope, |queue| self.scan_files(listing, scan, queue));
            let mut outcomes = self.scan_files(listing, scan, work.queue());
            outcomes.extend(helpers.join());
            outcomes
        });
        outcomes.sort_by_key(|numbered| numbered.number);
        for numbered in outcomes {
            outcome.append(numbered.outcome);
        }
        outcome
    }

    fn scan_files(
        &self,
        listing: &Listing,
        scan: DiskScan<'_>,
        queue: WorkQueue<'_>,
    ) -> Vec<Numbered> {
        let mut outcomes = Vec::new();
        for number in queue {
            let outcome = self.scan_file(&listing.files[number], scan);
            self.progress.advance(outcome.bytes);
            outcomes.push(Numbered { number, outcome });
        }
        outcomes
    }

    fn scan_file(&self, file: &Listed, scan: DiskScan<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let name = Name {
            path: &file.from_top,
            ..self.scan_name(&file.shown, true, &mut outcome)
        };
        let opener = Opener {
            scanner: self,
            bounds: Bounds::new(scan.budget),
        };
        let read = match files::open_listed(file) {
            Ok(input) => self.scan_opened(&opener, &name, file, input, scan, &mut outcome),
            Err(error) => Err(error),
        };
        if let Err(error) = read {
            outcome.unscanned.push(Unscanned {
                path: name.shown,
                reason: masked_message(&error.to_string()),
            });
        }
        scan.budget.add_opened(outcome.bytes);
        outcome
    }

    /// Scans a file, and the content behind it if it is a pointer of Git LFS.
    fn scan_opened(
        &self,
        opener: &Opener<'_>,
        name: &Name<'_>,
        file: &Listed,
        input: Box<dyn Read>,
        scan: DiskScan<'_>,
        outcome: &mut Outcome,
    ) -> io::Result<()> {
        // A pattern can match across any number of lines: for its sake a file is held as a whole.
        let room = if self.detector.has_patterns() {
            usize::MAX
        } else {
            ROOM
        };
        let mut shown = 0;
        if let Some(onlooker) = scan.onlooker {
            shown = (onlooker.longest)(file);
        }
        let mut input = input;
        let mut start = Vec::new();
        let longest = shown.max(lfs::LONGEST) as u64 + 1;
        input.by_ref().take(longest).read_to_end(&mut start)?;
        if let Some(onlooker) = scan.onlooker
            && start.len() <= shown
        {
            (onlooker.look)(file, &start);
        }
        if let Some(pointer) = Pointer::parse(&start) {
            outcome.append(self.scan_lfs(name, &pointer, scan.lfs_objects));
        }
        let mut whole = start.as_slice().chain(input);
        opener.scan_stream(name, &mut whole, room, 0, outcome)
    }

    /// Scans a stream as a file with that name. Holds at most `room` bytes of it at once.
    ///
    /// # Errors
    /// The stream cannot be read to its end.
    pub fn scan_reader(
        &self,
        name: &[u8],
        mut input: impl Read,
        room: usize,
    ) -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let name = self.scan_name(name, true, &mut outcome);
        self.scan_named(&name, &mut input, room, &mut outcome)?;
        Ok(outcome)
    }

    /// Scans a text that git stores in a commit: its message, or who made it. The name is not the
    /// user's choice and is not scanned.
    ///
    /// # Errors
    /// There is no memory.
    pub fn scan_text(&self, name: &[u8], text: &[u8]) -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let name = self.scan_name(name, false, &mut outcome);
        self.scan_named(&name, &mut &text[..], usize::MAX, &mut outcome)?;
        outcome.files = 0;
        for finding in outcome.all_findings_mut() {
            finding.found_in = FoundIn::Message;
        }
        Ok(outcome)
    }

    /// Scans a stream as a file with a name that was scanned already.
    pub(super) fn scan_named(
        &self,
        name: &Name<'_>,
        input: &mut dyn Read,
        room: usize,
        outcome: &mut Outcome,
    ) -> io::Result<()> {
        let budget = Budget::default();
        let opener = Opener {
            scanner: self,
            bounds: Bounds::new(&budget),
        };
        opener.scan_stream(name, input, room, 0, outcome)
    }
}
