//! Bare zlib streams: git's loose objects, the inside of PDF, PNG and packs.

use std::io::{self, Read};

use flate2::bufread::ZlibDecoder;
use flate2::{Decompress, FlushDecompress};

use super::source::Source;
use super::{Inner, Visitor};

/// Two bytes are too few to recognise a format: the bytes behind them must inflate, too.
pub(super) fn is_start(start: &[u8]) -> bool {
    if !has_header(start) {
        return false;
    }
    let mut inflated = [0; 64];
    let mut stream = Decompress::new(true);
    let result = stream.decompress(start, &mut inflated, FlushDecompress::None);
    result.is_ok() && stream.total_out() > 0
}

/// Deflate, with a window that exists and no dictionary, and the check of both bytes.
pub(super) fn has_header(start: &[u8]) -> bool {
    match *start {
        [method, flags, ..] => {
            method & 0x8f == 0x08
                && flags & 0x20 == 0
                && u16::from_be_bytes([method, flags]) % 31 == 0
        }
        _ => false,
    }
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    visit(
        b"",
        Inner::Stream(&mut Lenient::new(ZlibDecoder::new(source))),
    )
}

/// A Flash file with a signature, a version and a length before its zlib stream.
pub(super) fn walk_flash(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    source.skip(8)?;
    walk(source, visit)
}

/// Ends where the inner stream fails: other data that looks like a compressed stream is not
/// damaged.
pub(super) struct Lenient<R> {
    /// `None` behind an error: no decoder is read on then, and that of bzip2 would panic.
    inner: Option<R>,
    has_content: bool,
}

impl<R> Lenient<R> {
    pub(super) fn new(inner: R) -> Self {
        Self {
            inner: Some(inner),
            has_content: false,
        }
    }

    /// Tells whether a byte was read.
    pub(super) fn has_content(&self) -> bool {
        self.has_content
    }
}

impl<R: Read> Read for Lenient<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let Some(inner) = &mut self.inner else {
            return Ok(0);
        };
        match inner.read(bytes) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.inner = None;
                Ok(0)
            }
            result => {
                self.has_content |= matches!(result, Ok(1..));
                result
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::listing;
    use super::*;

    #[test]
    fn a_stream_is_known_by_what_it_inflates_to() {
        let stream = b"\x78\x9c\x4b\x4c\x4a\x06\0\x02\x4d\x01\x27";
        assert!(is_start(stream));
        assert_eq!(listing(Format::Zlib, stream), "=abc;");
        assert_eq!(listing(Format::Zlib, &stream[..6]), "=abc;");
        let flash = [b"CWS\x0a\x0b\0\0\0", &stream[..]].concat();
        assert_eq!(listing(Format::Flash, &flash), "=abc;");
        assert!(!is_start(b"x\x9c is no stream, and so on"));
        assert!(!is_start(b"hello"));
        assert!(!is_start(b"x"));
    }
}
