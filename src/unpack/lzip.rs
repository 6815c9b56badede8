//! lzip.

use std::io;

use lzma_rust2::LzipReader;

use super::source::{Source, damaged};
use super::{Inner, Visitor};

/// The largest dictionary, as a power of two: 64 MiB.
const LARGEST: u8 = 26;

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    if source
        .peek(6)?
        .get(5)
        .is_none_or(|size| size & 31 > LARGEST)
    {
        return Err(damaged("its dictionary is larger than 64 MiB"));
    }
    let mut content = LzipReader::new(source);
    visit(b"", Inner::Stream(&mut content))
}
