//! Archives and compressed streams within something else: behind a script or a program, as in
//! installers that unpack themselves, or in a database.

use std::io::{self, BufRead, Read};
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::source::{Source, damaged};
use super::zlib::Lenient;
use super::{Format, HEAD, Inner, Visitor, format_of, zip};

/// The first bytes of what is looked for. Those of zlib are too few, and those of xz end before a
/// version.
const MAGICS: [&[u8]; 5] = [
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
];

/// Most streams of which no byte comes out, because they are damaged or empty. Each takes a decoder with
/// its memory, and hostile data can begin one every twenty bytes.
const MOST_EMPTY: u32 = 5_000;

static FINDERS: LazyLock<[Finder<'static>; 5]> = LazyLock::new(|| MAGICS.map(Finder::new));

/// Tells whether an archive or a compressed stream seems to stand in a content.
pub(super) fn holds_stream(content: &[u8]) -> bool {
    for finder in FINDERS.iter() {
        for at in finder.find_iter(content) {
            let end = content.len().min(at + HEAD);
            if format_at(&content[at..end]).is_some() {
                return true;
            }
        }
    }
    false
}

/// The format that begins here. Other data holds its first bytes now and then, so more than these are
/// looked at.
fn format_at(start: &[u8]) -> Option<Format> {
    let format = format_of(start)?;
    let is_likely = match format {
        Format::Zip => zip::is_member(start),
        // No flag that is reserved, and the compression of some program.
        Format::Gzip => matches!(start, [_, _, _, flags, ..] if *flags < 32) && inflates(start),
        Format::Bzip2 => has_block_of_bzip2(start),
        Format::Xz | Format::Zstd => true,
        _ => false,
    };
    is_likely.then_some(format)
}

/// Tells whether the first bytes of a gzip stream inflate.
fn inflates(start: &[u8]) -> bool {
    let mut decoder = flate2::bufread::GzDecoder::new(start);
    let mut inflated = [0; 16];
    match decoder.read(&mut inflated) {
        Ok(count) => count > 0,
        Err(error) => error.kind() == io::ErrorKind::UnexpectedEof && start.len() >= HEAD,
    }
}

/// Tells whether the first block of a bzip2 stream begins at a place within the block. Its decoder takes
/// megabytes of memory for each other one, too.
fn has_block_of_bzip2(start: &[u8]) -> bool {
    match *start {
        [_, _, _, level, _, _, _, _, _, _, _, _, _, _, a, b, c, d, ..] => {
            let origin = u32::from_be_bytes([a, b, c, d]) >> 7 & 0x00ff_ffff;
            origin < 100_000 * u32::from(level.wrapping_sub(b'0'))
        }
        _ => false,
    }
}

/// Visits each stream. One that is damaged ends where it is: what was read of it is scanned.
pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut empty = 0;
    while source.seek_any(&*FINDERS)? {
        match format_at(source.peek(HEAD)?) {
            Some(Format::Zip) => return zip::walk(source, visit),
            Some(format) => {
                if !visit_stream(format, source, visit)? {
                    empty += 1;
                }
                if empty > MOST_EMPTY {
                    return Err(damaged("it holds more than 5,000 streams without content"));
                }
            }
            None => source.consume(1),
        }
    }
    Ok(())
}

/// Visits a stream, and tells whether a byte came out of it. An error of the format before its first byte
/// tells that other data only looks like a stream.
fn visit_stream(
    format: Format,
    source: &mut Source<'_>,
    visit: &mut Visitor<'_>,
) -> io::Result<bool> {
    let mut is_visited = false;
    let mut has_content = false;
    let walked = super::walk(format, source, &mut |name, inner| {
        is_visited = true;
        match inner {
            Inner::Stream(stream) => {
                let mut lenient = Lenient::new(stream);
                let visited = visit(name, Inner::Stream(&mut lenient));
                has_content |= lenient.has_content();
                visited
            }
            closed @ Inner::Closed(_) => visit(name, closed),
        }
    });
    if is_visited {
        walked?;
    }
    Ok(has_content)
}

#[cfg(test)]
mod tests {
    use super::super::example::listing;
    use super::*;

    const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x4a\x06\0\xc2\x41\x24\x35\x03\0\0\0";

    #[test]
    fn streams_are_found_within_something_else() {
        let content = [
            b"#!/bin/sh\nexit\n",
            GZIP,
            b"\n\x1f\x8b\x08 BZh9 PK\x03\x04 ",
            GZIP,
        ]
        .concat();
        assert!(holds_stream(&content));
        assert_eq!(listing(Format::Mixed, &content), "=abc;=abc;");
        let bzip2 = b" BZh91AY&SYBZh91AY&SYBZh91AY&SY".repeat(9);
        assert!(!holds_stream(&bzip2));
        let text = b"a text about \x1f\x8b\x08, BZh9 and PK\x03\x04, and so on";
        assert!(!holds_stream(text));
        assert_eq!(listing(Format::Mixed, text), "");
    }

    #[test]
    fn streams_without_content_come_to_an_end() {
        let start = b"\x28\xb5\x2f\xfd\x04\x58";
        let many = listing(Format::Mixed, &start.repeat(30_000));
        assert_eq!(many, "it holds more than 5,000 streams without content");
    }
}
