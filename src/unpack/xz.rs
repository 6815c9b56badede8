//! xz.

use std::io::{self, BufRead};

use lzma_rust2::XzReader;

use super::frames::{Frame, Frames};
use super::source::Source;
use super::{Inner, Visitor};

const MAGIC: &[u8] = b"\xfd7zXZ\0";

/// Memory for one stream, in KiB: `xz -9` needs half of it.
pub(super) const MEMORY: u32 = 128 << 10;

impl<'s, 'i> Frame<'s, 'i> for XzReader<&'s mut Source<'i>> {
    fn start(source: &'s mut Source<'i>) -> io::Result<Option<Self>> {
        // Streams are padded with NUL bytes.
        while source.fill_buf()?.first() == Some(&0) {
            source.consume(1);
        }
        if source.peek(MAGIC.len())? == MAGIC {
            return Ok(Some(Self::new_mem_limit(source, false, MEMORY)));
        }
        Ok(None)
    }

    fn into_source(self) -> &'s mut Source<'i> {
        self.into_inner()
    }
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut content = Frames::<XzReader<_>>::new(source)?;
    visit(b"", Inner::Stream(&mut content))
}
