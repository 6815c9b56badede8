//! The tree that the next commit will have, taken from the index instead of computed.
//!
//! Before `git commit` runs a hook it writes the trees of the commit and records them in the index
//! (`builtin/commit.c`, `cache-tree.c`): the root of the `TREE` extension *is* the tree to be
//! committed. By hand after `git add`, in `git commit PATH` and with intent-to-add entries the root
//! is marked invalid, and another way must be taken.
//!
//! The index is read as a stream and its entries are skipped by their lengths (git's
//! `Documentation/gitformat-index.txt`), which takes a hundredth of the time of parsing them.

use std::io::{self, BufRead, ErrorKind};

/// Bytes of an entry before its object id: times, device, inode, mode, owner, size.
const STAT: usize = 40;
/// In the flags of an entry: two more bytes of flags follow (version 3 on).
const EXTENDED: u16 = 0x4000;
/// In the flags of an entry: the length of its name, or this if it is longer.
const NAME_LENGTH: u16 = 0x0fff;

/// The object id of the tree that the index says will be committed: 20 bytes, or 32 if `id_length`
/// says so.
///
/// `None` if the index does not say, or says it in a way that is not known here: then the entries
/// have to be compared.
///
/// # Errors
/// The stream cannot be read.
pub(super) fn root(index: &mut impl BufRead, id_length: usize) -> io::Result<Option<Vec<u8>>> {
    match read_root(index, id_length) {
        Err(error) if matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData) => Ok(None),
        root => root,
    }
}

fn read_root(index: &mut impl BufRead, id_length: usize) -> io::Result<Option<Vec<u8>>> {
    let signature: [u8; 4] = array(index)?;
    let version = u32::from_be_bytes(array(index)?);
    let entries = u32::from_be_bytes(array(index)?);
    if signature != *b"DIRC" || !(2..=4).contains(&version) {
        return Ok(None);
    }
    let mut left = entries;
    while left > 0 {
        let (skipped, length) = whole_entries(index.fill_buf()?, left, version, id_length);
        index.consume(length);
        left -= skipped;
        if skipped == 0 {
            skip_entry(index, version, id_length)?;
            left -= 1;
        }
    }
    // The checksum at the end is no extension: no signature has a digit or a control character,
    // and if chance makes it look like one its length leads beyond the end.
    loop {
        let signature: [u8; 4] = array(index)?;
        let length = u32::from_be_bytes(array(index)?);
        if signature == *b"TREE" {
            return tree_root(index, id_length);
        }
        if !signature.iter().all(u8::is_ascii_alphabetic) {
            return Ok(None);
        }
        skip(index, u64::from(length))?;
    }
}

/// How many entries, `most` at the most, the buffer starts with, and their length. Only entries of
/// the plain kind, which nearly all are: they end before one of another kind.
fn whole_entries(buffer: &[u8], most: u32, version: u32, id_length: usize) -> (u32, usize) {
    let (mut count, mut end) = (0, 0);
    while count < most && version < 4 {
        let Some(flags) = buffer.get(end + STAT + id_length..).and_then(<[u8]>::first_chunk) else { break };
        let flags = u16::from_be_bytes(*flags);
        if flags & EXTENDED != 0 || flags & NAME_LENGTH == NAME_LENGTH {
            break;
        }
        let next = end + padded(STAT + id_length + 2 + usize::from(flags & NAME_LENGTH));
        if next > buffer.len() {
            break;
        }
        (count, end) = (count + 1, next);
    }
    (count, end)
}

/// One to eight NUL bytes end a name, so that the length of an entry is a multiple of eight.
fn padded(length: usize) -> usize {
    (length + 8) & !7
}

fn skip_entry(index: &mut impl BufRead, version: u32, id_length: usize) -> io::Result<()> {
    skip(index, (STAT + id_length) as u64)?;
    let flags = u16::from_be_bytes(array(index)?);
    let mut length = STAT + id_length + 2;
    if version >= 3 && flags & EXTENDED != 0 {
        skip(index, 2)?;
        length += 2;
    }
    if version == 4 {
        skip_number(index)?;
        return skip_name(index).map(drop);
    }
    let name = match flags & NAME_LENGTH {
        NAME_LENGTH => skip_name(index)?,
        name => {
            skip(index, u64::from(name) + 1)?;
            usize::from(name)
        }
    };
    skip(index, (padded(length + name) - (length + name + 1)) as u64)
}

/// Reads past a name and its NUL; its length.
fn skip_name(index: &mut impl BufRead) -> io::Result<usize> {
    let mut length = 0;
    loop {
        let buffer = index.fill_buf()?;
        if buffer.is_empty() {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        if let Some(end) = buffer.iter().position(|b| *b == 0) {
            index.consume(end + 1);
            return Ok(length + end);
        }
        let all = buffer.len();
        length += all;
        index.consume(all);
    }
}

/// Reads past a number of seven bits a byte, the last without its high bit.
fn skip_number(index: &mut impl BufRead) -> io::Result<()> {
    while u8::from_be_bytes(array(index)?) & 0x80 != 0 {}
    Ok(())
}

/// The start of the extension: an empty path, how many entries and subtrees the root has, its id.
/// The entry count is negative if the tree is not known.
fn tree_root(index: &mut impl BufRead, id_length: usize) -> io::Result<Option<Vec<u8>>> {
    let path: [u8; 1] = array(index)?;
    let mut counts = Vec::new();
    io::Read::take(&mut *index, 32).read_until(b'\n', &mut counts)?;
    let known = counts.first().is_some_and(u8::is_ascii_digit) && counts.ends_with(b"\n");
    if path != [0] || !known {
        return Ok(None);
    }
    let mut id = vec![0; id_length];
    index.read_exact(&mut id)?;
    Ok(Some(id))
}

fn array<const N: usize>(index: &mut impl BufRead) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    index.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn skip(index: &mut impl BufRead, mut count: u64) -> io::Result<()> {
    while count > 0 {
        let available = index.fill_buf()?.len();
        if available == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let step = available.min(usize::try_from(count).unwrap_or(usize::MAX));
        index.consume(step);
        count -= step as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: [u8; 20] = [7; 20];

    /// An index with these names, and a `TREE` extension with this head.
    fn index(version: u32, names: &[Vec<u8>], extended: bool, tree: &[u8]) -> Vec<u8> {
        let mut bytes =
            [b"DIRC".as_slice(), &version.to_be_bytes(), &u32::try_from(names.len()).unwrap().to_be_bytes()].concat();
        for name in names {
            let start = bytes.len();
            bytes.extend([1; STAT + 20]);
            let flags =
                u16::try_from(name.len()).unwrap_or(u16::MAX).min(NAME_LENGTH) | if extended { EXTENDED } else { 0 };
            bytes.extend(flags.to_be_bytes());
            bytes.extend(vec![0; if extended { 2 } else { 0 }]);
            if version == 4 {
                bytes.extend([0x81, 0x00]);
                bytes.extend(name);
                bytes.push(0);
            } else {
                bytes.extend(name);
                let length = bytes.len() - start;
                bytes.extend(vec![0; 8 - length % 8]);
            }
        }
        for (signature, content) in [(b"REUC", b"anything".as_slice()), (b"TREE", tree)] {
            bytes.extend(signature);
            bytes.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
            bytes.extend(content);
        }
        bytes.extend([9; 20]);
        bytes
    }

    fn names() -> Vec<Vec<u8>> {
        [1, 2, 7, 8, 9, 10, 61, 4094, 4095, 4096, 70_000].map(|length| vec![b'n'; length]).into()
    }

    /// In one piece, and through a buffer that ends everywhere.
    fn roots(bytes: &[u8]) -> Option<Vec<u8>> {
        let whole = root(&mut &bytes[..], 20).unwrap();
        let pieces = root(&mut io::BufReader::with_capacity(7, bytes), 20).unwrap();
        assert_eq!(whole, pieces);
        whole
    }

    #[test]
    fn entries_of_every_version_and_length_are_skipped() {
        let tree = [b"\x0011 2\n".as_slice(), &ID].concat();
        for (version, extended) in [(2, false), (3, false), (3, true), (4, false), (4, true)] {
            assert_eq!(
                roots(&index(version, &names(), extended, &tree)).as_deref(),
                Some(&ID[..]),
                "{version} {extended}"
            );
        }
    }

    #[test]
    fn an_invalid_root_is_none() {
        assert_eq!(roots(&index(2, &names(), false, b"\0-1 2\n")), None);
    }

    #[test]
    fn an_index_without_trees_or_of_another_kind_says_nothing() {
        let good = index(2, &names(), false, &[b"\x0011 2\n".as_slice(), &ID].concat());
        let cut = good.len() - 20 - ID.len() - 6 - 8;
        assert_eq!(roots(&[&good[..cut], &[9; 20]].concat()), None);
        assert_eq!(roots(&[b"DIRC\0\0\0\x05".as_slice(), &good[8..]].concat()), None);
        assert_eq!(roots(b""), None);
    }

    #[test]
    fn an_index_cut_anywhere_says_nothing_wrong() {
        let good = index(2, &[vec![b'n'; 9]], false, &[b"\x001 0\n".as_slice(), &ID].concat());
        for length in 0..good.len() - 20 {
            assert_eq!(roots(&good[..length]), None, "{length}");
        }
    }
}
