//! The tree that the next commit will have, taken from the index instead of computed.
//!
//! Before `git commit` runs a hook it writes the trees of the commit and records them in the index
//! (`builtin/commit.c`, `cache-tree.c`): the root of the `TREE` extension *is* the tree to be
//! committed. By hand after `git add`, in `git commit PATH` and with intent-to-add entries the root
//! is marked invalid, and another way must be taken.
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
/// Number of bytes read from the end at first.
const WINDOW: u64 = 1 << 14;
/// The trees of a hundred thousand directories take no more.
const LARGEST_WINDOW: u64 = 1 << 23;

/// The object id of the tree that the index says will be committed: 20 bytes, or 32 if `id_length`
/// says so. `None` if the index does not say, or says it in a way that is not known here: then the
/// entries have to be compared.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn root(
    index: &mut (impl Read + Seek),
    id_length: usize,
) -> io::Result<Option<Vec<u8>>> {
    let end = index
        .seek(SeekFrom::End(0))?
        .saturating_sub(id_length as u64);
    if end < HEADER as u64 {
        return Ok(None);
    }
    index.rewind()?;
    let Some(count) = entries(index) else {
        return Ok(None);
    };

    let mut window = WINDOW;
    loop {
        let start = end.saturating_sub(window).max(HEADER as u64);
        index.seek(SeekFrom::Start(start))?;
        let mut tail = Vec::with_capacity(usize::try_from(window).unwrap_or_default());
        index.take(end - start).read_to_end(&mut tail)?;
        if let Some(tree) = tree_extension(&tail) {
            return Ok(root_of(tree, count, id_length));
        }
        if start == HEADER as u64 || window >= LARGEST_WINDOW {
            return Ok(None);
        }
        window *= 8;
    }
}

/// Reads the number of entries from the header of an index.
pub(crate) fn entries(index: &mut impl Read) -> Option<u32> {
    let mut header = [0; HEADER];
    index.read_exact(&mut header).ok()?;
    let [b'D', b'I', b'R', b'C', 0, 0, 0, 2..=4, count @ ..] = header else {
        return None;
    };
    Some(u32::from_be_bytes(count))
}

/// The content of the extension `TREE` in bytes that end with the last extension.
fn tree_extension(tail: &[u8]) -> Option<&[u8]> {
    let starts = (0..tail.len().saturating_sub(EXTENSION_HEADER - 1)).rev();
    let mut candidates = starts.filter(|start| tail[*start..].starts_with(b"TREE"));
    let start = candidates.find(|start| is_chain(&tail[*start..]))?;
    let (length, content) = tail[start + 4..].split_first_chunk()?;
    content.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// Tells whether these bytes are a sequence of extensions and nothing else.
fn is_chain(mut bytes: &[u8]) -> bool {
    while let Some((signature, rest)) = bytes.split_first_chunk::<4>() {
        let length = rest
            .first_chunk()
            .and_then(|length| usize::try_from(u32::from_be_bytes(*length)).ok());
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
fn root_of(tree: &[u8], entries: u32, id_length: usize) -> Option<Vec<u8>> {
    let known = format!("\0{entries} ");
    let counts = tree.strip_prefix(known.as_bytes()).and_then(|rest| {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        rest[digits..].strip_prefix(b"\n")
    });
    counts
        .and_then(|rest| rest.get(..id_length))
        .map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const ID: [u8; 20] = [7; 20];

    fn extension(signature: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [
            signature,
            &u32::try_from(content.len()).unwrap().to_be_bytes()[..],
            content,
        ]
        .concat()
    }

    fn tree(counts: &str, subtrees: &[u8]) -> Vec<u8> {
        extension(
            b"TREE",
            &[b"\0", counts.as_bytes(), b"\n", &ID, subtrees].concat(),
        )
    }

    /// An index that says it has 3 entries, with these bytes for them, then these extensions.
    fn index(entries: &[u8], extensions: &[u8]) -> Vec<u8> {
        [b"DIRC\0\0\0\x02\0\0\0\x03", entries, extensions, &[9; 20]].concat()
    }

    fn tail(bytes: Vec<u8>) -> Option<Vec<u8>> {
        root(&mut Cursor::new(bytes), 20).unwrap()
    }

    #[test]
    fn the_root_is_found_before_and_behind_other_extensions_and_however_large_they_are() {
        let others = [
            extension(b"REUC", b"TREE"),
            extension(b"UNTR", &[b'x'; 200_000]),
        ]
        .concat();
        for entries in [&b""[..], &[1; 300_000]] {
            for extensions in [
                tree("3 0", b""),
                [
                    tree("3 1", &b"a name with TREE in it\0".repeat(9000)),
                    others.clone(),
                ]
                .concat(),
                [others.clone(), tree("3 12", b"TREE\0\0\0\x01")].concat(),
            ] {
                assert_eq!(tail(index(entries, &extensions)), Some(ID.to_vec()));
            }
        }
    }

    #[test]
    fn a_root_of_other_entries_than_the_index_has_is_none() {
        assert_eq!(tail(index(b"", &tree("4 0", b""))), None);
        assert_eq!(tail(index(b"", &tree("-1 0", b""))), None);
    }

    #[test]
    fn what_only_looks_like_the_extension_is_none() {
        let no_end = [tree("3 0", b""), b"more".to_vec()].concat();
        for extensions in [
            no_end,
            b"TREE".to_vec(),
            tree("3 0", b"")[..30].to_vec(),
            tree("3x0", b""),
            Vec::new(),
        ] {
            assert_eq!(tail(index(b"entries", &extensions)), None, "{extensions:?}");
        }
        let other_version = [b"DIRC\0\0\0\x05\0\0\0\x03", &tree("3 0", b"")[..], &[9; 20]].concat();
        for bytes in [other_version, b"DIRC".to_vec(), Vec::new()] {
            assert_eq!(tail(bytes), None);
        }
    }
}
