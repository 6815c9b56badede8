//! The tree that the next commit will have, found from the end of the index.
//!
//! An index is a header, the entries, the extensions and a checksum (git's
//! `Documentation/gitformat-index.txt`). The extensions are few and small, so `TREE` is looked for
//! from the end, and no entry is read at all: the time does not grow with the repository. What is
//! taken for the extension must start a chain of extensions that ends where the checksum starts,
//! and must count as many entries as the header does; nothing among the entries can.

use std::io::{self, Read, Seek, SeekFrom};

/// Magic, version, number of entries.
const HEADER: usize = 12;
/// Signature and length of an extension.
const EXTENSION_HEADER: usize = 8;
/// What is read from the end at first.
const WINDOW: u64 = 1 << 14;
/// The trees of a hundred thousand directories take no more.
const LARGEST_WINDOW: u64 = 1 << 23;

/// What the end of an index says of the tree that will be committed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// Its object id, 20 bytes or 32.
    Root(Vec<u8>),
    /// It has not been computed since the last `git add`.
    Invalid,
    /// Nothing that is understood here.
    Unknown,
}

/// Reads the end of an index whose object ids have so many bytes.
///
/// # Errors
/// The file cannot be read.
pub(super) fn read(index: &mut (impl Read + Seek), id_length: usize) -> io::Result<Tail> {
    let end = index.seek(SeekFrom::End(0))?.saturating_sub(id_length as u64);
    if end < HEADER as u64 {
        return Ok(Tail::Unknown);
    }
    index.rewind()?;
    let mut header = [0; HEADER];
    index.read_exact(&mut header)?;
    let [b'D', b'I', b'R', b'C', 0, 0, 0, 2..=4, count @ ..] = header else { return Ok(Tail::Unknown) };

    let mut window = WINDOW;
    loop {
        let start = end.saturating_sub(window).max(HEADER as u64);
        index.seek(SeekFrom::Start(start))?;
        let mut tail = Vec::new();
        index.take(end - start).read_to_end(&mut tail)?;
        if let Some(tree) = tree_extension(&tail) {
            return Ok(root_of(tree, u32::from_be_bytes(count), id_length));
        }
        if start == HEADER as u64 || window >= LARGEST_WINDOW {
            return Ok(Tail::Unknown);
        }
        window *= 8;
    }
}

/// The content of the extension `TREE` in bytes that end with the last extension.
fn tree_extension(tail: &[u8]) -> Option<&[u8]> {
    let starts = (0..tail.len().saturating_sub(EXTENSION_HEADER - 1)).rev();
    let mut candidates = starts.filter(|start| tail[*start..].starts_with(b"TREE"));
    let start = candidates.find(|start| is_chain(&tail[*start..]))?;
    let (length, content) = tail[start + 4..].split_first_chunk()?;
    content.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Whether these are extensions, one behind the other, and nothing else.
fn is_chain(mut bytes: &[u8]) -> bool {
    while let Some((signature, rest)) = bytes.split_first_chunk::<4>() {
        let length = rest.first_chunk().and_then(|length| usize::try_from(u32::from_be_bytes(*length)).ok());
        let next = length.and_then(|length| rest[4..].get(length..));
        match next {
            Some(next) if signature.iter().all(u8::is_ascii_alphabetic) => bytes = next,
            _ => return false,
        }
    }
    bytes.is_empty()
}

/// The extension starts with the root: an empty path, the number of entries below it (negative if
/// the tree is not known), the number of subtrees, and the id.
fn root_of(tree: &[u8], entries: u32, id_length: usize) -> Tail {
    let known = format!("\0{entries} ");
    if tree.starts_with(b"\0-1 ") {
        return Tail::Invalid;
    }
    let counts = tree.strip_prefix(known.as_bytes()).and_then(|rest| {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        rest[digits..].strip_prefix(b"\n")
    });
    counts.and_then(|rest| rest.get(..id_length)).map_or(Tail::Unknown, |id| Tail::Root(id.into()))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const ID: [u8; 20] = [7; 20];

    fn extension(signature: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [signature, &u32::try_from(content.len()).unwrap().to_be_bytes()[..], content].concat()
    }

    fn tree(counts: &str, subtrees: &[u8]) -> Vec<u8> {
        extension(b"TREE", &[b"\0", counts.as_bytes(), b"\n", &ID, subtrees].concat())
    }

    /// An index that says it has 3 entries, with these bytes for them, then these extensions.
    fn index(entries: &[u8], extensions: &[u8]) -> Vec<u8> {
        [b"DIRC\0\0\0\x02\0\0\0\x03", entries, extensions, &[9; 20]].concat()
    }

    fn tail(bytes: Vec<u8>) -> Tail {
        read(&mut Cursor::new(bytes), 20).unwrap()
    }

    #[test]
    fn the_root_is_found_before_and_behind_other_extensions_and_however_large_they_are() {
        let others = [extension(b"REUC", b"TREE"), extension(b"UNTR", &[b'x'; 200_000])].concat();
        for entries in [&b""[..], &[1; 300_000]] {
            for extensions in [
                tree("3 0", b""),
                [tree("3 1", &b"a name with TREE in it\0".repeat(9000)), others.clone()].concat(),
                [others.clone(), tree("3 12", b"TREE\0\0\0\x01")].concat(),
            ] {
                assert_eq!(tail(index(entries, &extensions)), Tail::Root(ID.to_vec()));
            }
        }
    }

    #[test]
    fn a_root_of_other_entries_than_the_index_has_is_none() {
        assert_eq!(tail(index(b"", &tree("4 0", b""))), Tail::Unknown);
        assert_eq!(tail(index(b"", &tree("-1 0", b""))), Tail::Invalid);
    }

    #[test]
    fn what_only_looks_like_the_extension_is_none() {
        let no_end = [tree("3 0", b""), b"more".to_vec()].concat();
        for extensions in [no_end, b"TREE".to_vec(), tree("3 0", b"")[..30].to_vec(), tree("3x0", b""), Vec::new()] {
            assert_eq!(tail(index(b"entries", &extensions)), Tail::Unknown, "{extensions:?}");
        }
        let other_version = [b"DIRC\0\0\0\x05\0\0\0\x03", &tree("3 0", b"")[..], &[9; 20]].concat();
        for bytes in [other_version, b"DIRC".to_vec(), Vec::new()] {
            assert_eq!(tail(bytes), Tail::Unknown);
        }
    }
}
