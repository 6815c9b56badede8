//! Scans the files inside a container, each under a name of its own: `a.zip!dir/file`.

use std::io::{self, Read};

use super::bounds::{Bounds, DEEPEST};
use super::stream::{StreamScan, Tee};
use super::{Name, Outcome, Scanner};
use crate::mask::masked_message;
use crate::unpack::{self, Format, HEAD, Inner, Source, closed};

/// Bytes of an inner file that are held at once.
const ROOM: usize = 1 << 20;
/// The same if own patterns are looked for, which can be long.
const ROOM_FOR_PATTERNS: usize = 16 << 20;

/// Opens containers for a scanner.
pub(super) struct Opener<'o> {
    pub(super) scanner: &'o Scanner<'o>,
    pub(super) bounds: Bounds<'o>,
}

impl Opener<'_> {
    /// Scans the files inside a container whose own bytes are already scanned.
    pub(super) fn open_container(
        &self,
        format: Format,
        content: &[u8],
        file: &Name<'_>,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let mut input = content;
        let mut source = Source::new(&mut input);
        let walked = self.walk(format, &mut source, file, 0, &mut outcome);
        self.name_unopened(walked, file, &mut outcome);
        outcome
    }

    /// Scans a stream, and the files inside it if it is a container.
    ///
    /// # Errors
    /// The stream cannot be read to its end. The bytes before the error are scanned all the same.
    pub(super) fn scan_stream(
        &self,
        file: &Name<'_>,
        input: &mut dyn Read,
        room: usize,
        depth: usize,
        outcome: &mut Outcome,
    ) -> io::Result<()> {
        let mut scan = StreamScan::new(self, file, room, depth);
        let mut inside = Outcome::default();
        let read = self.read_both(file, input, depth, &mut scan, &mut inside);
        let mut itself = scan.finish()?;
        if depth > 0 {
            itself.bytes = 0;
        } else if read.is_ok() {
            itself.files = 1;
        }
        itself.drop_repeated(&inside);
        outcome.append(itself);
        outcome.append(inside);
        read
    }

    /// Reads a stream once: the same bytes are scanned and unpacked.
    fn read_both(
        &self,
        file: &Name<'_>,
        input: &mut dyn Read,
        depth: usize,
        scan: &mut StreamScan<'_>,
        inside: &mut Outcome,
    ) -> io::Result<()> {
        let mut tee = Tee {
            input,
            scan,
            failure: None,
        };
        let mut source = Source::new(&mut tee);
        let start = source.peek(HEAD)?;
        if let Some(reason) = closed::reason(start) {
            self.scanner.keep_not_opened(&file.shown, reason, inside);
        }
        let format = unpack::format_of(start).unwrap_or(Format::Mixed);
        if format == Format::Mixed && depth == DEEPEST {
            drop(source);
            return tee.scan.pull(tee.input);
        }
        let walked = self.walk(format, &mut source, file, depth, inside);
        if depth > 0
            && let Some(reason) = self.bounds.reached_bound()
        {
            // The rest of an inner file over a bound is not worth reading.
            return Err(io::Error::other(reason));
        }
        // An error is kept as a failure of the input.
        drop(source.drain());
        drop(source);
        if let Some(failure) = tee.failure {
            return Err(failure);
        }
        self.name_unopened(walked, file, inside);
        Ok(())
    }

    /// Hands each inner file of a container to the scan.
    fn walk(
        &self,
        format: Format,
        source: &mut Source<'_>,
        file: &Name<'_>,
        depth: usize,
        outcome: &mut Outcome,
    ) -> io::Result<()> {
        if depth == DEEPEST {
            let reason = "it is nested in more than four containers";
            self.scanner.keep_not_opened(&file.shown, reason, outcome);
            return Ok(());
        }
        unpack::walk(format, source, &mut |name, inner| {
            self.bounds.take_member()?;
            let file = self.scanner.scan_inner_name(file, name, outcome);
            match inner {
                Inner::Closed(reason) => {
                    self.scanner.keep_not_opened(&file.shown, reason, outcome);
                    Ok(())
                }
                Inner::Stream(input) => self.scan_inner(&file, input, depth + 1, outcome),
            }
        })
    }

    /// Scans a compressed stream that stands in a text.
    pub(super) fn open_embedded(
        &self,
        input: &mut dyn Read,
        file: &Name<'_>,
        depth: usize,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        if depth < DEEPEST && self.bounds.take_member().is_ok() {
            // An error is one of a bound, and was noted there.
            drop(self.scan_inner(file, input, depth + 1, &mut outcome));
        }
        outcome
    }

    /// Scans an inner file. One that is damaged does not keep the others from being read.
    fn scan_inner(
        &self,
        file: &Name<'_>,
        input: &mut dyn Read,
        depth: usize,
        outcome: &mut Outcome,
    ) -> io::Result<()> {
        let room = if self.scanner.detector.has_patterns() {
            ROOM_FOR_PATTERNS
        } else {
            ROOM
        };
        let mut counted = self.bounds.count(input);
        let scanned = self.scan_stream(file, &mut counted, room, depth, outcome);
        match scanned {
            Err(error) if self.bounds.reached_bound().is_none() => {
                let reason = damage_reason(&error);
                self.scanner.keep_not_opened(&file.shown, &reason, outcome);
                Ok(())
            }
            other => other,
        }
    }

    /// Says why a container was not opened to its end.
    fn name_unopened(&self, walked: io::Result<()>, file: &Name<'_>, outcome: &mut Outcome) {
        let reason = match (self.bounds.reached_bound(), walked) {
            (Some(reason), _) => reason.to_owned(),
            (None, Err(error)) => damage_reason(&error),
            (None, Ok(())) => return,
        };
        self.scanner.keep_not_opened(&file.shown, &reason, outcome);
    }
}

/// The sentence about a damaged container. A decoder may quote names from it.
fn damage_reason(error: &io::Error) -> String {
    masked_message(&format!("it is damaged: {error}"))
}
