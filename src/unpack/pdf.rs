//! PDF documents: the text of their pages stands in zlib streams (`/FlateDecode`).

use std::io::{self, BufRead};

use flate2::bufread::ZlibDecoder;
use memchr::memmem::Finder;

use super::source::Source;
use super::zlib::{Lenient, has_header};
use super::{Inner, Visitor};

const STREAM: &[u8] = b"stream";
const ENCRYPT: &[u8] = b"/Encrypt";

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let both = [Finder::new(STREAM), Finder::new(ENCRYPT)];
    let mut wanted = &both[..];
    let mut number = 0;
    while source.seek_any(wanted)? {
        if source.peek(ENCRYPT.len())? == ENCRYPT {
            source.consume(ENCRYPT.len());
            let is_dictionary = !source.peek(1)?.first().is_some_and(u8::is_ascii_alphabetic);
            if is_dictionary {
                visit(b"", Inner::Closed("it is an encrypted PDF document"))?;
                wanted = &both[..1];
            }
            continue;
        }
        source.consume(STREAM.len());
        while matches!(source.peek(1)?, b"\r" | b"\n") {
            source.consume(1);
        }
        if has_header(source.peek(2)?) {
            number += 1;
            let name = format!("stream {number}");
            let mut content = Lenient(ZlibDecoder::new(&mut *source));
            visit(name.as_bytes(), Inner::Stream(&mut content))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::listing;

    #[test]
    fn streams_that_inflate_are_read() {
        let zlib = b"\x78\x9c\x4b\x4c\x4a\x06\0\x02\x4d\x01\x27";
        let document = [
            b"%PDF-1.4\nstream\r\n\xff\xd8 an image\nendstream\nstream\n",
            &zlib[..],
            b"endstream\nstream\n\x78\x9c nothing\nendstream\nstream\n",
            zlib,
            b"endstream",
        ];
        assert_eq!(
            listing(Format::Pdf, &document.concat()),
            "stream 1=abc;stream 2=;stream 3=abc;"
        );
        let encrypted = b"%PDF-1.4\ntrailer<</Encrypt 5 0 R/Encrypt 6 0 R/EncryptMetadata true>>";
        assert_eq!(
            listing(Format::Pdf, encrypted),
            "=it is an encrypted PDF document;"
        );
    }
}
