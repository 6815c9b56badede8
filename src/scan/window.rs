//! A stream in parts, so that memory does not grow with it, with the hits that the whole would have.
//!
//! The window holds three things: what is settled and stays as context, what can be settled now,
//! and what has to wait until more is read. A part ends behind a line if it can: a reader of a log
//! waits for whole lines, and a marker counts for a whole line. It does not end where a key may
//! continue on the next line, as in wrapped base64. A line that fills half of the window is settled
//! up to its last [`REACH`] bytes.

use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use memchr::{memchr, memrchr};

use crate::detect::{BLOCK, Detector, Hit, REACH, Regions, may_go_on};

/// Number of bytes before a part that stay in the window.
const CONTEXT: usize = REACH;

/// Size of the first read in bytes; each further read is twice as large, up to the room that there is.
const FIRST: usize = 64 << 10;

/// A part of a window, which may be empty, and the hits that start in it.
#[derive(Debug)]
pub struct Part {
    /// Its place in the window.
    pub range: Range<usize>,
    /// The hits.
    pub hits: Vec<Hit>,
    /// The regions around it.
    pub regions: Regions,
}

/// A window on a stream.
#[derive(Debug)]
pub struct Window {
    bytes: Vec<u8>,
    room: usize,
    filled: usize,
    settled: usize,
    /// No line break stands between the last one that was found and this offset.
    searched: usize,
    ended: bool,
    /// Bytes of the stream before these were dropped.
    is_cut: bool,
}

impl Window {
    /// The least room in which everything that has to wait finds its place.
    pub const LEAST_ROOM: usize = 4 * (CONTEXT + REACH);

    /// A window that holds at most `room` bytes, but not less than it needs.
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self {
            bytes: Vec::new(),
            room: room.max(Self::LEAST_ROOM),
            filled: 0,
            settled: 0,
            searched: 0,
            ended: false,
            is_cut: false,
        }
    }

    /// Reads until the window is full or the stream ends. Returns true if there is something to settle.
    ///
    /// # Errors
    /// The stream cannot be read, or there is no memory.
    pub fn fill(&mut self, input: &mut impl Read) -> io::Result<bool> {
        self.forget();
        while !self.ended && self.filled < self.room {
            self.read_once(input)?;
        }
        Ok(self.settled < self.filled)
    }

    /// Reads the bytes that are there, at least one, or none at the end of the stream. Returns false if
    /// there is nothing to settle and nothing more can come.
    ///
    /// # Errors
    /// The stream cannot be read, or there is no memory.
    pub fn read(&mut self, input: &mut impl Read) -> io::Result<bool> {
        if !self.ended {
            self.read_once(input)?;
        }
        Ok(self.settled < self.filled || !self.ended)
    }

    /// The bytes in the window. The places in a part count in these.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }

    /// Offset of the first line whose beginning is still in the window.
    #[must_use]
    pub fn first_line(&self) -> usize {
        if !self.is_cut {
            return 0;
        }
        match memchr(b'\n', self.bytes()) {
            Some(line_break) => line_break + 1,
            None => self.filled,
        }
    }

    /// The next part. None of its hits ends behind it.
    pub fn settle(&mut self, detector: &Detector) -> Part {
        let start = self.settled;
        let mut end = self.part_end();
        let regions = Regions::around(self.bytes(), &(start..end));
        let mut hits = detector.scan_part(self.bytes(), start..end, &regions);
        if let Some(last) = hits.pop_if(|last| last.span.end > end) {
            end = last.span.start;
        }
        self.settled = end;
        Part {
            range: start..end,
            hits,
            regions,
        }
    }

    /// The next part with all of its hits: those that overlap, and those that end behind it.
    pub fn settle_with_overlaps(&mut self, detector: &Detector) -> Part {
        let range = self.settled..self.part_end();
        self.settled = range.end;
        let regions = Regions::around(self.bytes(), &range);
        Part {
            hits: detector.overlapping(self.bytes(), range.clone(), &regions),
            range,
            regions,
        }
    }

    /// Settles whole lines only, for patterns that look for a key within a line. `None` if a line is
    /// longer than `longest_line`. Each byte is searched for a line break only once.
    pub fn settle_lines(&mut self) -> Option<Range<usize>> {
        let end = if self.ended {
            self.filled
        } else {
            self.end_of_lines()
        };
        self.searched = self.filled;
        if self.filled - end > self.longest_line() {
            return None;
        }
        let part = self.settled..end;
        self.settled = end;
        Some(part)
    }

    /// Length of the longest line that is settled as a whole.
    fn longest_line(&self) -> usize {
        self.room - 2 * CONTEXT
    }

    /// Offset behind the last line that is complete and does not go on in the next, or where the part starts.
    fn end_of_lines(&self) -> usize {
        let from = self.searched.max(self.settled);
        let Some(last_break) = memrchr(b'\n', &self.bytes[from..self.filled]) else {
            return self.settled;
        };
        let last = from + last_break + 1;
        let mut end = last;
        while end > self.settled && last - end < REACH && may_go_on(&self.bytes[..end]) {
            let near = self.settled.max(end.saturating_sub(REACH));
            match memrchr(b'\n', &self.bytes[near..end - 1]) {
                Some(at) => end = near + at + 1,
                // A long line waits with all that stands before it: there is little of that.
                None => return self.settled,
            }
        }
        end
    }

    fn part_end(&self) -> usize {
        if self.ended {
            return self.filled;
        }
        let floor = self.settled.max(self.filled.saturating_sub(REACH));
        let mut end = self.line_end(self.filled);
        if self.filled - end > self.room / 2 {
            return floor;
        }
        while end > floor && may_go_on(&self.bytes[..end]) {
            end = self.line_end(end - 1).max(floor);
        }
        if end == self.settled { floor } else { end }
    }

    /// Offset behind the last line break before `limit`, or the start of the part if there is none in it.
    fn line_end(&self, limit: usize) -> usize {
        let unsettled = &self.bytes[self.settled..limit];
        self.settled
            + unsettled
                .iter()
                .rposition(|b| *b == b'\n')
                .map_or(0, |at| at + 1)
    }

    fn read_once(&mut self, input: &mut impl Read) -> io::Result<()> {
        if self.filled == self.bytes.len() {
            self.forget();
            self.grow()?;
        }
        loop {
            match input.read(&mut self.bytes[self.filled..]) {
                Ok(count) => {
                    self.filled += count;
                    self.ended = count == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Drops the bytes that are no context any more: whole blocks, so that each byte is counted with the same
    /// neighbours, and in wide text stays the first or the second byte of its character.
    fn forget(&mut self) {
        let forgotten = self.settled.saturating_sub(CONTEXT) / BLOCK * BLOCK;
        self.bytes.copy_within(forgotten..self.filled, 0);

        self.is_cut |= forgotten > 0;
        self.filled -= forgotten;
        self.settled -= forgotten;
        self.searched = self.searched.saturating_sub(forgotten);
    }

    /// Makes room for at least one byte.
    fn grow(&mut self) -> io::Result<()> {
        if self.filled < self.bytes.len() {
            return Ok(());
        }
        let wanted = (self.filled * 2)
            .max(FIRST)
            .min(self.room)
            .max(self.filled + 1);
        self.bytes
            .try_reserve_exact(wanted - self.filled)
            .map_err(|error| io::Error::new(ErrorKind::OutOfMemory, error))?;
        self.bytes.resize(wanted, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &[u8]) -> Window {
        let mut window = Window::new(0);
        window.fill(&mut &text[..]).unwrap();
        window
    }

    #[test]
    fn a_text_that_has_ended_is_settled_as_a_whole() {
        let mut window = filled(b"one\ntwo");
        assert!(window.ended);
        assert_eq!(window.settle(&Detector::new()).range, 0..7);
        assert_eq!(window.settle(&Detector::new()).range, 7..7);
    }

    #[test]
    fn a_part_ends_behind_a_line_and_the_rest_waits() {
        let line = [&b"x ".repeat(50)[..], b"\n"].concat();
        let text = line.repeat(2 * Window::LEAST_ROOM / line.len());
        let mut window = filled(&text);
        assert!(!window.ended);
        let part = window.settle(&Detector::new());
        let (start, end) = (part.range.start, part.range.end);
        assert_eq!((start, end % line.len(), part.hits.len()), (0, 0, 0));
        assert!(window.filled - end < line.len(), "{part:?}");
    }

    #[test]
    fn of_a_line_that_fills_the_window_the_last_bytes_wait() {
        let text = b"x ".repeat(Window::LEAST_ROOM);
        let mut window = filled(&text);
        let part = window.settle(&Detector::new());
        assert_eq!(part.range, 0..Window::LEAST_ROOM - REACH);
    }

    #[test]
    fn the_first_line_is_one_whose_beginning_was_not_dropped() {
        let line = [&b"x ".repeat(50)[..], b"\n"].concat();
        let text = line.repeat(2 * Window::LEAST_ROOM / line.len());
        let mut input = &text[..];
        let mut window = Window::new(0);
        window.fill(&mut input).unwrap();
        assert_eq!(window.first_line(), 0);
        window.settle(&Detector::new());
        window.fill(&mut input).unwrap();
        let first = window.first_line();
        assert!(first > 0 && first <= line.len(), "{first}");
        assert_eq!(window.bytes()[first - 1], b'\n');
    }
}
