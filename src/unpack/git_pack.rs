//! Packs and bundles of git: objects that are compressed one by one.
//!
//! Some objects are stored as a delta against another one. The inserted bytes are read; the copied
//! bytes are read with the other object.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::ZlibDecoder;

use super::source::{Source, damaged};
use super::{Inner, Visitor};

const HEADER: u64 = 8;
/// Bytes of the longest line in a bundle's header.
const LONGEST_LINE: u64 = 64 << 10;
/// The checksum at the end is as long as an object id.
const SHA1: usize = 20;

/// Skips the header, which an empty line ends.
pub(super) fn walk_bundle(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        (&mut *source)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?;
        match line.as_slice() {
            b"\n" => return walk(source, visit),
            [.., b'\n'] => {}
            _ => return Err(damaged("its header has no end")),
        }
    }
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    if source.peek(4)? != b"PACK" {
        return Err(damaged("it holds no pack"));
    }
    source.skip(HEADER)?;
    let count = u32::from_be_bytes(source.read_array()?);
    for number in 1..=count {
        let kind = read_kind(source)?;
        if kind == 6 {
            while source.read_array::<1>()?[0] & 0x80 != 0 {}
        } else if kind == 7 {
            // The id of the other object; packs with longer ids are not listing apart by their header.
            source.skip(SHA1 as u64)?;
            if !super::zlib::has_header(source.peek(2)?) {
                source.skip(12)?;
            }
        }
        let mut content = ZlibDecoder::new(&mut *source);
        match kind {
            1 => visit_object("commit", number, &mut content, visit)?,
            2 => visit_object("tree", number, &mut content, visit)?,
            3 => visit_object("blob", number, &mut content, visit)?,
            4 => visit_object("tag", number, &mut content, visit)?,
            6 | 7 => {
                let mut inserted = Insertions::new(BufReader::new(content))?;
                visit_object("delta", number, &mut inserted, visit)?;
            }
            _ => return Err(damaged("an object in it is of no known kind")),
        }
    }
    Ok(())
}

fn visit_object(
    kind: &str,
    number: u32,
    content: &mut dyn Read,
    visit: &mut Visitor<'_>,
) -> io::Result<()> {
    visit(
        format!("{kind} {number}").as_bytes(),
        Inner::Stream(content),
    )
}

/// Reads the kind of an object, and its length, which nobody asks for.
fn read_kind(source: &mut Source<'_>) -> io::Result<u8> {
    let [first] = source.read_array()?;
    let mut byte = first;
    while byte & 0x80 != 0 {
        [byte] = source.read_array()?;
    }
    Ok(first >> 4 & 7)
}

/// The bytes that a delta inserts. A line break stands for each copy.
struct Insertions<R> {
    delta: R,
    /// Bytes that are left of the insertion that is being read.
    left: usize,
}

impl<R: BufRead> Insertions<R> {
    /// Skips the two lengths at the start.
    fn new(mut delta: R) -> io::Result<Self> {
        for _ in 0..2 {
            while next_byte(&mut delta)? & 0x80 != 0 {}
        }
        Ok(Self { delta, left: 0 })
    }
}

impl<R: BufRead> Read for Insertions<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            let Some(operation) = self.delta.fill_buf()?.first().copied() else {
                return Ok(0);
            };
            self.delta.consume(1);
            if operation & 0x80 != 0 {
                // Each of the lower bits announces a byte of offset or length.
                for _ in 0..(operation & 0x7f).count_ones() {
                    next_byte(&mut self.delta)?;
                }
                bytes[0] = b'\n';
                return Ok(1);
            }
            if operation == 0 {
                return Err(damaged("a difference in it is damaged"));
            }
            self.left = usize::from(operation);
        }
        let length = bytes.len().min(self.left);
        let count = self.delta.read(&mut bytes[..length])?;
        if count == 0 {
            return Err(super::source::cut_short());
        }
        self.left -= count;
        Ok(count)
    }
}

fn next_byte(input: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    input.read_exact(&mut byte)?;
    Ok(byte[0])
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::listing;
    use super::*;

    fn inserted(delta: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        Insertions::new(delta)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn a_difference_gives_what_it_inserts() {
        // Two lengths; insert 3 and 2; copy by two bytes of offset and one of length; insert 1.
        let delta = b"\x90\x01\x10\x03abc\x02de\x93\x01\x02\x03\x01f";
        assert_eq!(inserted(delta).unwrap(), "abcde\nf");
        assert!(inserted(b"\x10\x10\x05abc").is_err());
        assert!(inserted(b"\x10\x10\0").is_err());
        assert!(inserted(b"\x90").is_err());
    }

    #[test]
    fn a_pack_that_is_none_is_damaged() {
        let bundle = b"# v2 git bundle\n\nno pack";
        assert_eq!(listing(Format::GitBundle, bundle), "it holds no pack");
        assert_eq!(
            listing(Format::GitBundle, b"# v2 git bundle\n"),
            "its header has no end"
        );
        assert_eq!(listing(Format::GitPack, b"PACK\0\0\0\x02\0\0\0\0"), "");
    }
}
