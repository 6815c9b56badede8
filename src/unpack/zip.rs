//! zip archives, and everything that is one: jar, apk, whl, docx, xlsx, epub, vsix.
//!
//! The members are read one after the other from their own headers, also those that the directory
//! at the end omits. The directory is not used, because it needs a seekable file.

use std::io::{self, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::DeflateDecoder;
use lzma_rust2::XzReader;
use memchr::memmem::Finder;
use ruzstd::decoding::StreamingDecoder;

use super::source::{Source, damaged};
use super::xz::MEMORY;
use super::{Inner, Visitor};

const MEMBER: &[u8] = b"PK\x03\x04";
const DIRECTORY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// Bytes of a member's header before its name.
const HEADER: usize = 30;
/// A length that stands in the extra field.
const IN_EXTRA: u64 = 0xffff_ffff;

const ENCRYPTED: &str = "it is an encrypted zip archive";
const NO_LENGTH: &str = "its archive does not say how long it is";
const METHOD: &str = "its compression method is not supported";

/// The header of a member.
struct Member {
    name: Vec<u8>,
    method: u16,
    is_encrypted: bool,
    /// Compressed bytes; `None` if they are written behind the content.
    length: Option<u64>,
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let signatures = [MEMBER, DIRECTORY, END].map(Finder::new);
    let mut is_encrypted = false;
    while source.seek_any(&signatures)? {
        if source.peek(MEMBER.len())? != MEMBER {
            return Ok(());
        }
        let member = read_member(source)?;
        if member.is_encrypted {
            if !is_encrypted {
                visit(b"", Inner::Closed(ENCRYPTED))?;
            }
            is_encrypted = true;
            source.skip(member.length.unwrap_or(0))?;
        } else {
            visit_member(&member, source, visit)?;
        }
    }
    Err(damaged("its directory is missing"))
}

/// Tells whether these are the first bytes of a member: programs hold its signature elsewhere, too.
pub(super) fn is_member(header: &[u8]) -> bool {
    let Some(header) = header.first_chunk::<HEADER>() else {
        return false;
    };
    let version = u16_at(header, 4);
    let method = u16_at(header, 8);
    let name_length = u16_at(header, 26);
    version <= 63
        && matches!(method, 0 | 8 | 9 | 12 | 14 | 93 | 95 | 99)
        && (1..=4096).contains(&name_length)
}

fn read_member(source: &mut Source<'_>) -> io::Result<Member> {
    let header: [u8; HEADER] = source.read_array()?;
    let flags = u16_at(&header, 6);
    let mut length = u64::from(u32_at(&header, 18));
    let name = source.read_short(u64::from(u16_at(&header, 26)), u64::from(u16::MAX))?;
    let extra = source.read_short(u64::from(u16_at(&header, 28)), u64::from(u16::MAX))?;
    let is_large = length == IN_EXTRA;
    if is_large {
        length = large_length(&extra, u32_at(&header, 22)).unwrap_or(length);
    }
    let is_behind = flags & 8 != 0 && length == 0;
    Ok(Member {
        name,
        method: u16_at(&header, 8),
        is_encrypted: flags & 1 != 0,
        length: (!is_behind).then_some(length),
    })
}

/// The compressed length in an extra field of kind 1, behind the other length if that is there.
fn large_length(mut extra: &[u8], uncompressed: u32) -> Option<u64> {
    while let [kind_low, kind_high, low, high, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        if [*kind_low, *kind_high] == [1, 0] {
            let at = if u64::from(uncompressed) == IN_EXTRA {
                8
            } else {
                0
            };
            return Some(u64::from_le_bytes(*rest.get(at..)?.first_chunk()?));
        }
        extra = rest.get(length..)?;
    }
    None
}

fn visit_member(
    member: &Member,
    source: &mut Source<'_>,
    visit: &mut Visitor<'_>,
) -> io::Result<()> {
    let Some(length) = member.length else {
        return visit_to_its_own_end(member, source, visit);
    };
    let mut content = source.take(length);
    let name = &member.name;
    match member.method {
        0 => visit(name, Inner::Stream(&mut content))?,
        8 => visit(name, Inner::Stream(&mut DeflateDecoder::new(&mut content)))?,
        12 => visit(name, Inner::Stream(&mut BzDecoder::new(&mut content)))?,
        93 => match StreamingDecoder::new(&mut content) {
            Ok(mut decoder) => visit(name, Inner::Stream(&mut decoder))?,
            Err(_) => visit(name, Inner::Closed("its Zstandard stream is damaged"))?,
        },
        95 => {
            let mut decoder = XzReader::new_mem_limit(&mut content, true, MEMORY);
            visit(name, Inner::Stream(&mut decoder))?;
        }
        _ => visit(name, Inner::Closed(METHOD))?,
    }
    io::copy(&mut content, &mut io::sink())?;
    Ok(())
}

/// A deflated or bzip2 stream knows its end. The next signature is searched behind it.
fn visit_to_its_own_end(
    member: &Member,
    source: &mut Source<'_>,
    visit: &mut Visitor<'_>,
) -> io::Result<()> {
    match member.method {
        8 => visit(
            &member.name,
            Inner::Stream(&mut DeflateDecoder::new(source)),
        ),
        12 => visit(&member.name, Inner::Stream(&mut BzDecoder::new(source))),
        // A directory, or a file that was empty when it was written.
        0 if is_empty(source)? => visit(&member.name, Inner::Stream(&mut io::empty())),
        0 => visit(&member.name, Inner::Closed(NO_LENGTH)),
        _ => visit(&member.name, Inner::Closed(METHOD)),
    }
}

fn is_empty(source: &mut Source<'_>) -> io::Result<bool> {
    let next = source.peek(16)?;
    let is_signature = [MEMBER, DIRECTORY, END]
        .iter()
        .any(|text| next.starts_with(text));
    Ok(is_signature || next == b"PK\x07\x08\0\0\0\0\0\0\0\0\0\0\0\0" || next.starts_with(&[0; 12]))
}

fn u16_at(bytes: &[u8; HEADER], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8; HEADER], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::super::Format;
    use super::super::example::listing;
    use super::{large_length, walk};

    /// A stored member with these flags and this length in its header.
    fn member(flags: u8, length: u32, extra: &[u8], content: &[u8]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04\x2d\0".to_vec();
        bytes.extend([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(length.to_le_bytes());
        bytes.extend(u32::MAX.to_le_bytes());
        bytes.extend([1, 0, u8::try_from(extra.len()).unwrap(), 0, b'x']);
        bytes.extend(extra);
        bytes.extend(content);
        bytes
    }

    #[test]
    fn a_member_is_as_long_as_its_header_says() {
        let archive = [member(0, 3, b"", b"abc"), b"PK\x01\x02".to_vec()].concat();
        assert_eq!(listing(Format::Zip, &archive), "x=abc;");
        let behind = [b"#!/bin/sh\nPK\x03\x04 is no member\n".to_vec(), archive].concat();
        assert_eq!(listing(Format::Mixed, &behind), "x=abc;");
    }

    #[test]
    fn a_large_length_stands_in_the_extra_field() {
        let extra = b"\x01\0\x10\0\x03\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0";
        let archive = [member(0, u32::MAX, extra, b"abc"), b"PK\x05\x06".to_vec()].concat();
        assert_eq!(listing(Format::Zip, &archive), "x=abc;");
        assert_eq!(
            large_length(b"\x07\0\x01\0.\x01\0\x08\0\x09\0\0\0\0\0\0\0", 5),
            Some(9)
        );
        assert_eq!(large_length(b"\x01\0\x08\0\x09", 5), None);
        assert_eq!(large_length(b"\x07\0\xff\xff", 5), None);
    }

    #[test]
    fn what_cannot_be_opened_is_said() {
        let archive = [
            member(1, 3, b"", b"abc"),
            member(0, 1, b"", b"d"),
            b"PK\x01\x02".to_vec(),
        ];
        assert_eq!(
            listing(Format::Zip, &archive.concat()),
            "=it is an encrypted zip archive;x=d;"
        );
        assert_eq!(
            listing(Format::Zip, &member(0, 3, b"", b"abc")),
            "its directory is missing"
        );
        assert_eq!(
            listing(Format::Zip, &member(0, 9, b"", b"abc")),
            "its directory is missing"
        );
        let mut empty: &[u8] = b"";
        assert!(walk(&mut super::Source::new(&mut empty), &mut |_, _| Ok(())).is_err());
    }
}
