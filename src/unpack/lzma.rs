//! LZMA as it was before xz: `.lzma`.

use std::io;

use lzma_rust2::LzmaReader;

use super::source::Source;
use super::xz::MEMORY;
use super::{Inner, Visitor};

/// Bytes of the header: properties, the size of the dictionary, the size of the content.
const HEADER: usize = 13;

/// Tells whether a stream with the usual properties starts here: with a usual dictionary, and a size
/// that is unknown or below 256 GiB. The first byte of the content is always 0.
pub(super) fn is_start(start: &[u8]) -> bool {
    let Some(
        [
            _,
            dictionary_low,
            _,
            dictionary_high @ ..,
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            h,
        ],
    ) = start.first_chunk::<HEADER>()
    else {
        return false;
    };
    let size = [*a, *b, *c, *d, *e, *f, *g, *h];
    let is_size = size == [0xff; 8] || size[5..] == [0; 3] && size != [0; 8];
    *dictionary_low == 0
        && dictionary_high != &[0, 0]
        && dictionary_high[1] <= 8
        && is_size
        && start.get(HEADER) == Some(&0)
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut content = LzmaReader::new_mem_limit(source, MEMORY, None)?;
    visit(b"", Inner::Stream(&mut content))
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::listing;
    use super::*;

    #[test]
    fn a_stream_is_read() {
        // printf abc | xz --format=lzma
        let stream = b"]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0\x30\x98\x88\xa4\x4a\x8e\x9f\xff\xf6\x63\x80\0";
        assert!(is_start(stream));
        assert_eq!(listing(Format::Lzma, stream), "=abc;");
        assert!(!is_start(b"]\0\0 a text"));
        assert!(!is_start(b"]\0\0"));
    }
}
