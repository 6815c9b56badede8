//! Zstandard.

use std::io::{self, Read};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::frames::{Frame, Frames};
use super::source::{Source, damaged};
use super::{Inner, Visitor};

const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

/// Reads of a source that are too few to take long, whatever comes out.
const FEW_READS: u64 = 1 << 18;

/// Fewest bytes that a read of the source brings on average. Each block takes some reads, and a block of one
/// byte as long as one of hundreds: gzip packs a hundred million of them into 400 kB.
const LEAST_PER_READ: u64 = 16;

struct ZstdFrame<'s, 'i> {
    decoder: StreamingDecoder<&'s mut Source<'i>, FrameDecoder>,
    /// Reads of the source before this frame, and bytes that came out of it.
    reads_before: u64,
    unpacked: u64,
}

impl Read for ZstdFrame<'_, '_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(bytes)?;
        self.unpacked += count as u64;
        let reads = self.decoder.get_ref().reads - self.reads_before;
        if reads > FEW_READS && self.unpacked < reads * LEAST_PER_READ {
            return Err(damaged("its blocks hold a few bytes each"));
        }
        Ok(count)
    }
}

impl<'s, 'i> Frame<'s, 'i> for ZstdFrame<'s, 'i> {
    fn start(source: &'s mut Source<'i>) -> io::Result<Option<Self>> {
        // Frames with other data in them are to be skipped.
        while let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d] = *source.peek(8)? {
            source.skip(8 + u64::from(u32::from_le_bytes([a, b, c, d])))?;
        }
        if source.peek(MAGIC.len())? != MAGIC {
            return Ok(None);
        }
        let reads_before = source.reads;
        let decoder = StreamingDecoder::new(source).map_err(io::Error::other)?;
        Ok(Some(Self {
            decoder,
            reads_before,
            unpacked: 0,
        }))
    }

    fn into_source(self) -> &'s mut Source<'i> {
        self.decoder.into_inner()
    }
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut content = Frames::<ZstdFrame<'_, '_>>::new(source)?;
    visit(b"", Inner::Stream(&mut content))
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::opened;

    /// A frame of blocks that repeat one byte so often.
    fn frame(blocks: usize, size: u8) -> Vec<u8> {
        let block = [size << 3 | 2, 0, 0, b'a'];
        [
            b"\x28\xb5\x2f\xfd\0\x58",
            &block.repeat(blocks)[..],
            b"\x01\0\0",
        ]
        .concat()
    }

    #[test]
    fn blocks_of_a_few_bytes_come_to_an_end() {
        for size in [1, 2, 9] {
            let error = opened(Format::Zstd, &frame(300_000, size)).unwrap_err();
            assert_eq!(
                error.to_string(),
                "its blocks hold a few bytes each",
                "{size}"
            );
        }
        let few = opened(Format::Zstd, &frame(1000, 1)).unwrap();
        assert_eq!(few[0].1.len(), 1000);
        assert!(opened(Format::Zstd, &frame(1000, 31)).is_ok());
    }
}
