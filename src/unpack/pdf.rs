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
    let wanted = [Finder::new(STREAM), Finder::new(ENCRYPT)];
    let mut number = 0;
    let mut is_told = false;
    while source.seek_any(&wanted)? {
        if source.peek(ENCRYPT.len())? == ENCRYPT {
            source.consume(ENCRYPT.len());
            let is_dictionary = !source.peek(1)?.first().is_some_and(u8::is_ascii_alphabetic);
            if is_dictionary && !is_told {
                visit(b"", Inner::Closed("it is an encrypted PDF document"))?;
                is_told = true;
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
