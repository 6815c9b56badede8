//! The bytes of a content as a stream in which one can look ahead.

use std::io::{self, BufRead, ErrorKind, Read};

use memchr::memmem::Finder;

/// Bytes held at once; also the most that can be looked ahead.
const ROOM: usize = 32 << 10;

/// A stream with a buffer of its own.
pub struct Source<'i> {
    input: &'i mut dyn Read,
    buffer: Vec<u8>,
    /// The bytes that are held and not yet consumed.
    start: usize,
    end: usize,
    /// Number of reads from it, of which a decoder needs a few for each block.
    pub(super) reads: u64,
}

impl<'i> Source<'i> {
    /// Reads from this input.
    pub fn new(input: &'i mut dyn Read) -> Self {
        Self {
            input,
            buffer: vec![0; ROOM],
            start: 0,
            end: 0,
            reads: 0,
        }
    }

    /// The next `count` bytes, which are not consumed; fewer if the stream ends before.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn peek(&mut self, count: usize) -> io::Result<&[u8]> {
        let count = count.min(ROOM);
        if self.start + count > ROOM {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end - self.start < count && self.read_more()? {}
        let end = self.end.min(self.start + count);
        Ok(&self.buffer[self.start..end])
    }

    /// Consumes everything before the first of these texts; everything if none follows, and then
    /// the answer is `false`.
    ///
    /// # Errors
    /// The input cannot be read.
    pub(super) fn seek_any(&mut self, wanted: &[Finder<'_>]) -> io::Result<bool> {
        let mut longest = 1;
        for finder in wanted {
            longest = longest.max(finder.needle().len());
        }
        loop {
            let held = &self.buffer[self.start..self.end];
            let mut first: Option<usize> = None;
            for finder in wanted {
                let limit = first.map_or(held.len(), |at| held.len().min(at + longest));
                if let Some(at) = finder.find(&held[..limit]) {
                    first = Some(first.map_or(at, |other| other.min(at)));
                }
            }
            if let Some(at) = first {
                self.start += at;
                return Ok(true);
            }
            // The first bytes of a text may be the last ones that are held.
            let kept = held.len().min(longest - 1);
            self.start = self.end - kept;
            if self.peek(kept + 1)?.len() == kept {
                self.start = self.end;
                return Ok(false);
            }
        }
    }

    /// Consumes so many bytes.
    ///
    /// # Errors
    /// The input cannot be read, or ends before.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        let mut rest = (&mut *self).take(count);
        let skipped = io::copy(&mut rest, &mut io::sink())?;
        if skipped < count {
            return Err(cut_short());
        }
        Ok(())
    }

    /// Reads the next bytes.
    ///
    /// # Errors
    /// The input cannot be read, or ends before.
    pub(super) fn read_array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads `count` bytes. More than `most` are an error.
    ///
    /// # Errors
    /// The input cannot be read, or ends before, or these are more.
    pub(super) fn read_short(&mut self, count: u64, most: u64) -> io::Result<Vec<u8>> {
        if count > most {
            return Err(damaged("a header is too long"));
        }
        let mut bytes = Vec::new();
        let read = (&mut *self).take(count).read_to_end(&mut bytes)?;
        if (read as u64) < count {
            return Err(cut_short());
        }
        Ok(bytes)
    }

    /// Reads everything that is left.
    ///
    /// # Errors
    /// The input cannot be read.
    pub fn drain(&mut self) -> io::Result<()> {
        io::copy(self, &mut io::sink()).map(drop)
    }

    /// Fills the buffer further; `false` at the end of the input, or if it is full.
    fn read_more(&mut self) -> io::Result<bool> {
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        let mut held = self.fill_buf()?;
        let count = held.read(bytes)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
            self.read_more()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.start = self.end.min(self.start + count);
    }
}

/// The error of a content that ends too early.
pub(super) fn cut_short() -> io::Error {
    io::Error::new(ErrorKind::UnexpectedEof, "it ends too early")
}

/// Returns the error for a content that does not match the format of its first bytes.
pub(super) fn damaged(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_wherever_the_buffer_ends() {
        let finders = [Finder::new("stream"), Finder::new("PK")];
        for lead in ROOM - 8..ROOM + 2 {
            let text = [&vec![b's'; lead], &b"stream and PK"[..]].concat();
            let mut input = &text[..];
            let mut source = Source::new(&mut input);
            assert!(source.seek_any(&finders).unwrap());
            assert_eq!(source.peek(6).unwrap(), b"stream", "{lead}");
            source.consume(1);
            assert!(source.seek_any(&finders).unwrap());
            assert_eq!(source.peek(9).unwrap(), b"PK", "{lead}");
            source.consume(1);
            assert!(!source.seek_any(&finders).unwrap());
            assert_eq!(source.peek(9).unwrap(), b"", "{lead}");
        }
    }

    #[test]
    fn dense_matches_are_all_found() {
        let text = b"PK".repeat(3 * ROOM);
        let mut input = &text[..];
        let mut source = Source::new(&mut input);
        let mut count = 0;
        while source
            .seek_any(&[Finder::new("PK"), Finder::new("stream")])
            .unwrap()
        {
            source.consume(1);
            count += 1;
        }
        assert_eq!(count, 3 * ROOM);
    }

    #[test]
    fn what_was_looked_at_is_still_read() {
        let mut input = &b"0123456789"[..];
        let mut source = Source::new(&mut input);
        assert_eq!(source.peek(4).unwrap(), b"0123");
        assert_eq!(source.read_array().unwrap(), *b"012");
        source.skip(2).unwrap();
        assert_eq!(source.read_short(2, 4).unwrap(), b"56");
        assert!(source.read_short(2, 1).is_err());
        assert!(source.skip(4).is_err());
    }
}
