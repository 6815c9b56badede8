//! Unpacks archives, compressed streams and encrypted files. The first bytes tell the format, never
//! the name.
//!
//! A format reads its container from a [`Source`] and hands each inner content to a visitor as a
//! stream, one after the other, so that memory does not grow with any of them. It sets no bounds:
//! the visitor counts the bytes that come out.

mod ar;
mod bzip2;
pub mod closed;
mod frames;
mod git_pack;
mod gzip;
mod lzip;
mod lzma;
mod mixed;
mod pdf;
mod png;
mod source;
mod tar;
mod xz;
mod zip;
mod zlib;
mod zstd;

use std::io::{self, Read};

pub use source::Source;

/// First bytes that tell every format.
pub const HEAD: usize = 512;

/// A format that is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Unix archives: Debian packages, static libraries.
    Ar,
    /// bzip2.
    Bzip2,
    /// Compressed Flash files.
    Flash,
    /// Bundles of git.
    GitBundle,
    /// Packs of git.
    GitPack,
    /// gzip, of one member or more.
    Gzip,
    /// lzip.
    Lzip,
    /// LZMA, the format before xz.
    Lzma,
    /// PDF documents.
    Pdf,
    /// PNG images.
    Png,
    /// tar archives.
    Tar,
    /// xz.
    Xz,
    /// zip archives, and everything that is one: jar, docx, whl, apk.
    Zip,
    /// Something else in which archives and compressed streams stand: an installer, a database.
    Mixed,
    /// A bare zlib stream, as git keeps its objects in.
    Zlib,
    /// Zstandard.
    Zstd,
}

/// One inner content.
pub enum Inner<'m> {
    /// Its bytes. Unless reading fails, the visitor must read them to the end.
    Stream(&'m mut dyn Read),
    /// It cannot be opened, for this reason.
    Closed(&'static str),
}

/// Takes inner contents with their names. The name of a stream without one, as in gzip, is empty.
pub type Visitor<'v> = dyn FnMut(&[u8], Inner<'_>) -> io::Result<()> + 'v;

/// The format of a content with these first bytes; [`HEAD`] of them, or all there are.
#[must_use]
pub fn format_of(start: &[u8]) -> Option<Format> {
    let format = match start {
        [0x1f, 0x8b, 8, ..] => Format::Gzip,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] => Format::Zip,
        [
            b'B',
            b'Z',
            b'h',
            b'1'..=b'9',
            0x31,
            0x41,
            0x59,
            0x26,
            0x53,
            0x59,
            ..,
        ] => Format::Bzip2,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Format::Xz,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Format::Zstd,
        [b'L', b'Z', b'I', b'P', 1, ..] => Format::Lzip,
        [b'%', b'P', b'D', b'F', b'-', ..] => Format::Pdf,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Format::Png,
        [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3, ..] => Format::GitPack,
        [
            b'#',
            b' ',
            b'v',
            b'2' | b'3',
            b' ',
            b'g',
            b'i',
            b't',
            b' ',
            b'b',
            ..,
        ] => Format::GitBundle,
        [b'!', b'<', b'a', b'r', b'c', b'h', b'>', b'\n', ..] => Format::Ar,
        [b'C', b'W', b'S', 6..=60, ..] => Format::Flash,
        [b']', 0, 0, ..] if lzma::is_start(start) => Format::Lzma,
        [0x08 | 0x18 | 0x28 | 0x38 | 0x48 | 0x58 | 0x68 | 0x78, ..] if zlib::is_start(start) => {
            Format::Zlib
        }
        _ if tar::is_start(start) => Format::Tar,
        _ => return None,
    };
    Some(format)
}

/// The format of a whole content.
#[must_use]
pub fn format_in(content: &[u8]) -> Option<Format> {
    let format = format_of(&content[..content.len().min(HEAD)]);
    if format.is_none() && mixed::holds_stream(content) {
        return Some(Format::Mixed);
    }
    format
}

/// Reads a container to its end and hands each inner content to the visitor.
///
/// # Errors
/// The container is damaged, its source cannot be read, or the visitor stops.
pub fn walk(format: Format, source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    match format {
        Format::Ar => ar::walk(source, visit),
        Format::Bzip2 => bzip2::walk(source, visit),
        Format::Flash => zlib::walk_flash(source, visit),
        Format::GitBundle => git_pack::walk_bundle(source, visit),
        Format::GitPack => git_pack::walk(source, visit),
        Format::Gzip => gzip::walk(source, visit),
        Format::Lzip => lzip::walk(source, visit),
        Format::Lzma => lzma::walk(source, visit),
        Format::Mixed => mixed::walk(source, visit),
        Format::Pdf => pdf::walk(source, visit),
        Format::Png => png::walk(source, visit),
        Format::Tar => tar::walk(source, visit),
        Format::Xz => xz::walk(source, visit),
        Format::Zip => zip::walk(source, visit),
        Format::Zlib => zlib::walk(source, visit),
        Format::Zstd => zstd::walk(source, visit),
    }
}

/// Examples for the tests of each format.
#[cfg(test)]
mod example {
    use super::*;

    /// Names of the inner contents, each with its content or the reason that there is none.
    pub(super) fn opened(format: Format, container: &[u8]) -> io::Result<Vec<(String, String)>> {
        let mut input = container;
        let mut source = Source::new(&mut input);
        let mut found = Vec::new();
        walk(format, &mut source, &mut |name, inner| {
            let mut content = Vec::new();
            match inner {
                Inner::Closed(reason) => content.extend(reason.bytes()),
                Inner::Stream(stream) => {
                    stream.read_to_end(&mut content)?;
                }
            }
            let [name, content] = [name, &content].map(String::from_utf8_lossy);
            found.push((name.into_owned(), content.into_owned()));
            Ok(())
        })?;
        Ok(found)
    }

    /// The same as one text.
    pub(super) fn listing(format: Format, container: &[u8]) -> String {
        match opened(format, container) {
            Ok(found) => {
                let mut listing = String::new();
                for (name, content) in found {
                    listing += &format!("{name}={content};");
                }
                listing
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        for (start, expected) in [
            (&b"\x1f\x8b\x08\0"[..], Some(Format::Gzip)),
            (b"PK\x03\x04\x14\0", Some(Format::Zip)),
            (b"BZh91AY&SY", Some(Format::Bzip2)),
            (b"BZh9 is no stream", None),
            (b"\xfd7zXZ\0\0\x04", Some(Format::Xz)),
            (b"\x28\xb5\x2f\xfd\x04", Some(Format::Zstd)),
            (b"%PDF-1.7\n", Some(Format::Pdf)),
            (b"PACK\0\0\0\x02", Some(Format::GitPack)),
            (b"# v2 git bundle\n", Some(Format::GitBundle)),
            (b"# v2 git is a heading\n", None),
            (b"!<arch>\n", Some(Format::Ar)),
            (b"#!/bin/sh\n", None),
            (b"CWS\x0a", Some(Format::Flash)),
            (
                b"]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0",
                Some(Format::Lzma),
            ),
            (b"]\0\0 is no stream", None),
            (b"fn main() {}\n", None),
            (b"x = 1\n", None),
            (b"hello", None),
            (b"", None),
        ] {
            assert_eq!(format_of(start), expected, "{start:?}");
        }
    }
}
