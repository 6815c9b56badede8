//! Inflates the file of a loose object: a header, and the content behind it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use anyhow::{Context, Result, ensure};
use flate2::read::ZlibDecoder;
use flate2::{Decompress, FlushDecompress};
use libdeflater::{DecompressionError, Decompressor};

use crate::git::object::{Content, Found, Kind, Object};

/// No header is longer: `commit `, 20 digits and a NUL byte.
const LONGEST_HEADER: usize = 32;
/// A smaller file, in bytes, is inflated from memory to memory.
const AT_ONCE: u64 = 1 << 20;
/// The largest number of bytes that one deflated byte stands for (RFC 1951: 258 for two bits).
const MOST_DEFLATED: usize = 1032;
/// A file of fewer bytes is inflated without a look at its header first, into four times the room:
/// few contents need more.
const SMALL: usize = 1 << 12;

/// Inflates header and content. Their length must be the one that the header announces, and the
/// checksum at the end of the stream must be right.
pub(super) fn inflate_file(
    mut file: File,
    most: u64,
    decompressor: &mut Decompressor,
) -> Result<Found<'static>> {
    let mut start = Vec::with_capacity(1 << 13);
    file.by_ref().take(AT_ONCE).read_to_end(&mut start)?;
    if (start.len() as u64) < AT_ONCE {
        inflate_at_once(&start, most, decompressor)
    } else {
        inflate_stream(start.chain(file), most)
    }
}

fn inflate_at_once(
    deflated: &[u8],
    most: u64,
    decompressor: &mut Decompressor,
) -> Result<Found<'static>> {
    let mut content = Vec::new();
    let mut written = None;
    if deflated.len() < SMALL {
        content.resize(4 * deflated.len() + LONGEST_HEADER, 0);
        written = match decompressor.zlib_decompress(deflated, &mut content) {
            Err(DecompressionError::InsufficientSpace) => None,
            inflated => Some(inflated?),
        };
    }
    let written = match written {
        Some(written) => written,
        None => {
            let (kind, size, length) = announced(deflated)?;
            if kind == Kind::Blob && size > most {
                return Ok(Found::Larger(size));
            }
            content = with_room_for(length)?;
            content.resize(length, 0);
            decompressor.zlib_decompress(deflated, &mut content)?
        }
    };
    let mut behind_header = &content[..written];
    let (kind, size) = read_header(&mut behind_header)?;
    let header = written - behind_header.len();
    ensure!(
        behind_header.len() as u64 == size,
        "it holds {} bytes and announces {size}",
        behind_header.len()
    );
    content.truncate(written);
    content.drain(..header);
    Ok(owned(kind, content))
}

/// Kind and size of the content as the header tells them, and the length of both together.
fn announced(deflated: &[u8]) -> Result<(Kind, u64, usize)> {
    let mut start = [0; LONGEST_HEADER];
    let mut stream = Decompress::new(true);
    stream.decompress(deflated, &mut start, FlushDecompress::None)?;
    let start = &start[..usize::try_from(stream.total_out())?];
    let mut behind_header = start;
    let (kind, size) = read_header(&mut behind_header)?;
    let length = usize::try_from(size)?;
    ensure!(
        length / MOST_DEFLATED <= deflated.len(),
        "it cannot hold {size} bytes"
    );
    Ok((kind, size, start.len() - behind_header.len() + length))
}

fn inflate_stream(stream: impl Read, most: u64) -> Result<Found<'static>> {
    let mut stream = BufReader::new(ZlibDecoder::new(stream));
    let (kind, size) = read_header(&mut stream)?;
    if kind == Kind::Blob && size > most {
        return Ok(Found::Larger(size));
    }
    let content = read_exactly(&mut stream, size)?;
    ensure!(
        stream.read(&mut [0])? == 0,
        "it goes on behind its announced end"
    );
    Ok(owned(kind, content))
}

pub(super) fn owned(kind: Kind, content: Vec<u8>) -> Found<'static> {
    Found::Object(Object {
        kind,
        content: Content::Owned(content),
    })
}

/// Reads `blob 123` and a NUL byte.
fn read_header(stream: &mut impl BufRead) -> Result<(Kind, u64)> {
    let mut header = Vec::new();
    stream
        .take(LONGEST_HEADER as u64)
        .read_until(0, &mut header)?;
    ensure!(header.pop() == Some(0), "it has no header");
    let (kind, size) = header.split_at(
        header
            .iter()
            .position(|b| *b == b' ')
            .context("it has no header")?,
    );
    let kind = Kind::named(kind).context("it is of no known kind")?;
    Ok((kind, std::str::from_utf8(&size[1..])?.parse()?))
}

/// Reserves memory. A lack of memory is an error and no abort.
fn with_room_for(length: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(length)
        .with_context(|| format!("there is no memory for {length} bytes"))?;
    Ok(bytes)
}

/// Reads exactly `size` bytes.
fn read_exactly(stream: &mut impl Read, size: u64) -> Result<Vec<u8>> {
    let length = usize::try_from(size)?;
    let mut content = with_room_for(length)?;
    stream.take(size).read_to_end(&mut content)?;
    ensure!(
        content.len() == length,
        "it ends after {} of {size} bytes",
        content.len()
    );
    Ok(content)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    pub(in crate::git::object) fn deflated(object: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(object).unwrap();
        encoder.finish().unwrap()
    }

    /// Inflates by both ways, which must agree.
    fn inflated(file: &[u8]) -> Option<Vec<u8>> {
        let at_once = inflate_at_once(file, u64::MAX, &mut Decompressor::new());
        let content = at_once.ok().map(content_of);
        assert_eq!(content, inflate_stream(file, u64::MAX).ok().map(content_of));
        content
    }

    fn content_of(found: Found<'_>) -> Vec<u8> {
        match found {
            Found::Object(object) => object.content.to_vec(),
            Found::Larger(size) => panic!("{size} bytes were not read"),
        }
    }

    #[test]
    fn of_a_large_blob_only_the_size_is_read() {
        let object = [b"blob 50000\0", &[7; 50_000][..]].concat();
        let file = deflated(&object);
        // Its end is not looked at.
        let cut = &file[..file.len() - 4];
        for found in [
            inflate_at_once(cut, 49_999, &mut Decompressor::new()),
            inflate_stream(cut, 49_999),
        ] {
            assert!(matches!(found, Ok(Found::Larger(50_000))));
        }
        assert!(inflate_stream(&file[..], 50_000).is_ok());
    }

    #[test]
    fn a_whole_object_is_inflated() {
        for content in [&b""[..], b"text\n", &[7; 5000], &[7; 50_000]] {
            let header = format!("blob {}\0", content.len());
            let object = [header.as_bytes(), content].concat();
            assert_eq!(inflated(&deflated(&object)).as_deref(), Some(content));
        }
    }

    #[test]
    fn a_file_that_is_cut_or_changed_is_damaged() {
        let file = deflated(b"blob 11\0hello world");
        for end in 0..file.len() {
            assert_eq!(inflated(&file[..end]), None, "cut at {end}");
        }
        let mut changed = file.clone();
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert_eq!(inflated(&changed), None, "another checksum");
    }

    #[test]
    fn a_header_that_lies_is_damage() {
        for object in [
            &b"blob 12\0hello world"[..],
            b"blob 10\0hello world",
            b"blob 18446744073709551615\0x",
            b"thing 1\0x",
            b"blob\0x",
            b"blob 1",
        ] {
            assert_eq!(inflated(&deflated(object)), None, "{object:?}");
        }
    }
}
