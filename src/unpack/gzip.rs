//! gzip: `zcat`'s streams, rotated logs, the outer half of `.tar.gz`.

use std::io;

use flate2::bufread::GzDecoder;

use super::frames::{Frame, Frames};
use super::source::Source;
use super::{Inner, Visitor};

impl<'s, 'i> Frame<'s, 'i> for GzDecoder<&'s mut Source<'i>> {
    fn start(source: &'s mut Source<'i>) -> io::Result<Option<Self>> {
        if source.peek(2)? == b"\x1f\x8b" {
            return Ok(Some(Self::new(source)));
        }
        Ok(None)
    }

    fn into_source(self) -> &'s mut Source<'i> {
        self.into_inner()
    }
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut content = Frames::<GzDecoder<_>>::new(source)?;
    visit(b"", Inner::Stream(&mut content))
}
