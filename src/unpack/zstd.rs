//! Zstandard.

use std::io;

use ruzstd::decoding::StreamingDecoder;

use super::frames::{Frame, Frames};
use super::source::Source;
use super::{Inner, Visitor};

const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

type Decoder<R> = StreamingDecoder<R, ruzstd::decoding::FrameDecoder>;

impl<'s, 'i> Frame<'s, 'i> for Decoder<&'s mut Source<'i>> {
    fn start(source: &'s mut Source<'i>) -> io::Result<Option<Self>> {
        // Frames with other data in them are to be skipped.
        while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d] = *source.peek(8)? {
            source.skip(8 + u64::from(u32::from_le_bytes([a, b, c, d])))?;
        }
        if source.peek(MAGIC.len())? == MAGIC {
            return Self::new(source).map(Some).map_err(io::Error::other);
        }
        Ok(None)
    }

    fn into_source(self) -> &'s mut Source<'i> {
        self.into_inner()
    }
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut content = Frames::<Decoder<_>>::new(source)?;
    visit(b"", Inner::Stream(&mut content))
}
