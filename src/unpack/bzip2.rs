//! bzip2.

use std::io;

use bzip2::bufread::BzDecoder;

use super::frames::{Frame, Frames};
use super::source::Source;
use super::{Inner, Visitor};

impl<'s, 'i> Frame<'s, 'i> for BzDecoder<&'s mut Source<'i>> {
    fn start(source: &'s mut Source<'i>) -> io::Result<Option<Self>> {
        if source.peek(3)? == b"BZh" {
            return Ok(Some(Self::new(source)));
        }
        Ok(None)
    }

    fn into_source(self) -> &'s mut Source<'i> {
        self.into_inner()
    }
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut content = Frames::<BzDecoder<_>>::new(source)?;
    visit(b"", Inner::Stream(&mut content))
}
