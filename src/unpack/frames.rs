//! Compressed streams that may stand one behind the other and are read as one, as `zcat` reads
//! them.

use std::io::{self, Read};

use super::source::Source;

/// A decoder of one frame.
pub(super) trait Frame<'s, 'i>: Read + Sized {
    /// Starts with the frame that begins here; `None` if none does.
    fn start(source: &'s mut Source<'i>) -> io::Result<Option<Self>>;

    /// Returns the source behind the frame.
    fn into_source(self) -> &'s mut Source<'i>;
}

/// All frames up to the end, or up to something else: it was scanned as bytes.
pub(super) struct Frames<F> {
    frame: Option<F>,
}

impl<'s, 'i: 's, F: Frame<'s, 'i>> Frames<F> {
    pub(super) fn new(source: &'s mut Source<'i>) -> io::Result<Self> {
        let frame = F::start(source)?;
        Ok(Self { frame })
    }
}

impl<'s, 'i: 's, F: Frame<'s, 'i>> Read for Frames<F> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while let Some(frame) = &mut self.frame {
            let count = frame.read(bytes)?;
            if count > 0 || bytes.is_empty() {
                return Ok(count);
            }
            if let Some(ended) = self.frame.take() {
                self.frame = F::start(ended.into_source())?;
            }
        }
        Ok(0)
    }
}
