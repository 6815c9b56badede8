//! tar archives, also those that a compressed stream holds.

use std::io::{self, Read};

use tar::{Archive, EntryType, Header, PaxExtensions};

use super::source::{Source, damaged};
use super::{Inner, Visitor};

const BLOCK: usize = 512;
/// The span of the checksum in a header.
const CHECKSUM: std::ops::Range<usize> = 148..156;
/// Bytes of the longest name that is read.
const LONGEST_NAME: u64 = 64 << 10;

/// A header with the right checksum; the archives of 1979 have no other magic.
pub(super) fn is_start(start: &[u8]) -> bool {
    let Some(header) = start.first_chunk::<BLOCK>() else {
        return false;
    };
    let mut expected: u32 = 0;
    let mut digits = 0;
    for byte in &header[CHECKSUM] {
        match byte {
            b'0'..=b'7' => {
                expected = expected * 8 + u32::from(byte - b'0');
                digits += 1;
            }
            b' ' | 0 => {}
            _ => return false,
        }
    }
    if digits < 3 || header[0] == 0 {
        return false;
    }
    let mut sum: u32 = 0;
    for (offset, byte) in header.iter().enumerate() {
        sum += u32::from(if CHECKSUM.contains(&offset) {
            b' '
        } else {
            *byte
        });
    }
    sum == expected
}

pub(super) fn walk(source: &mut Source<'_>, visit: &mut Visitor<'_>) -> io::Result<()> {
    let mut archive = Archive::new(source);
    // The crate would read a name of any length into memory.
    let entries = archive.entries()?.raw(true);
    let mut long_name: Option<Vec<u8>> = None;
    for entry in entries {
        let mut entry = entry?;
        match entry.header().entry_type() {
            EntryType::GNULongName => {
                let mut name = read_name(&mut entry)?;
                name.truncate(name.iter().position(|b| *b == 0).unwrap_or(name.len()));
                long_name = Some(name);
            }
            EntryType::XHeader => {
                let extensions = read_name(&mut entry)?;
                if let Some(path) = pax_path(&extensions) {
                    long_name = Some(path);
                }
            }
            EntryType::XGlobalHeader | EntryType::GNULongLink => {}
            _ => {
                let name = long_name.take().unwrap_or_else(|| name_in(entry.header()));
                visit(&name, Inner::Stream(&mut entry))?;
            }
        }
    }
    Ok(())
}

fn read_name(entry: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut name = Vec::new();
    entry.take(LONGEST_NAME + 1).read_to_end(&mut name)?;
    if name.len() as u64 > LONGEST_NAME {
        return Err(damaged("a name in it is too long"));
    }
    Ok(name)
}

/// The name that a damaged extension would give is only shown: the header's own name is shown instead.
fn pax_path(extensions: &[u8]) -> Option<Vec<u8>> {
    for extension in PaxExtensions::new(extensions).flatten() {
        if extension.key_bytes() == b"path" {
            return Some(extension.value_bytes().to_vec());
        }
    }
    None
}

fn name_in(header: &Header) -> Vec<u8> {
    header.path_bytes().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_known_by_its_checksum() {
        let mut header = Header::new_old();
        header.set_path("x").unwrap();
        header.set_size(0);
        header.set_cksum();
        assert!(is_start(header.as_bytes()));
        let mut other = *header.as_bytes();
        other[0] = b'y';
        assert!(!is_start(&other));
        assert!(!is_start(&[b' '; BLOCK]));
        assert!(!is_start(&[0; BLOCK]));
        assert!(!is_start(b"short"));
    }
}
