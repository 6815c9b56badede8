//! PDF documents: the text of their pages stands in zlib streams (`/FlateDecode`).

use std::io::{self, BufRead};

use flate2::bufread::ZlibDecoder;
use memchr::memmem::Finder;

use super::source::Source;
use super::zlib::{Lenient, has_header};
use super::{Inner, Visitor};

const STREAM: &[u8] = b"stream";
const ENCRYPT: &[u8] = b"/Encrypt";
/// Filters of streams that are not decoded.
const FILTERS: [&[u8]; 3] = [b"/ASCII85Decode", b"/LZWDecode", b"/ASCIIHexDecode"];

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut finders = vec![Finder::new(STREAM), Finder::new(ENCRYPT)];
    finders.extend(FILTERS.map(Finder::new));
    let mut is_encrypted = false;
    let mut is_encoded = false;
    let mut number = 0;
    while source.seek_any(&finders)? {
        if source.peek(ENCRYPT.len())? == ENCRYPT {
            source.consume(ENCRYPT.len());
            let is_dictionary = !source.peek(1)?.first().is_some_and(u8::is_ascii_alphabetic);
            if is_dictionary && !is_encrypted {
                visit(b"", Inner::Closed("it is an encrypted PDF document"))?;
                is_encrypted = true;
            }
            continue;
        }
        if source.peek(1)? == b"/" {
            source.consume(1);
            if !is_encoded {
                visit(
                    b"",
                    Inner::Closed("it holds streams in ASCII85, hexadecimal or LZW"),
                )?;
                is_encoded = true;
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
            let mut content = Lenient::new(ZlibDecoder::new(&mut *source));
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
        let encoded = b"%PDF-1.4\n<</Filter[/ASCII85Decode/FlateDecode]>>stream\n";
        assert_eq!(
            listing(Format::Pdf, encoded),
            "=it holds streams in ASCII85, hexadecimal or LZW;"
        );
        let encrypted = b"%PDF-1.4\ntrailer<</Encrypt 5 0 R/Encrypt 6 0 R/EncryptMetadata true>>";
        assert_eq!(
            listing(Format::Pdf, encrypted),
            "=it is an encrypted PDF document;"
        );
    }
}
