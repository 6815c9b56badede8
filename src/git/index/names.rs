//! A look for one name in an index, without reading all of its entries.

use std::cmp::Ordering;

use memchr::{memchr, memmem};

/// Magic, version, number of entries.
const HEADER: usize = 12;
/// Bytes of an entry before its flags: what the file system tells of the file, and its SHA-1.
const BEFORE_FLAGS: usize = 60;
/// The flag of an entry that has two bytes more.
const EXTENDED: u8 = 0x40;

/// Tells whether the bytes of an index show that it has no file with this name. One that compresses
/// paths (version 4) or has entries in another file (the extension `link`) shows nothing.
///
/// The entries are in the order of their paths (git's `Documentation/gitformat-index.txt`): those
/// behind the name are not looked at.
pub(crate) fn is_without(index: &[u8], name: &str) -> bool {
    let has_plain_paths =
        index.starts_with(b"DIRC\0\0\0\x02") || index.starts_with(b"DIRC\0\0\0\x03");
    // The size of the extension is below 2^24.
    has_plain_paths
        && memmem::find(index, b"link\0").is_none()
        && has_entry(index, name.as_bytes()) == Some(false)
}

/// Looks for an entry with this path. `None` if the index is cut short.
fn has_entry(index: &[u8], path: &[u8]) -> Option<bool> {
    let count = u32::from_be_bytes(*index[8..].first_chunk()?);
    let mut rest = index.get(HEADER..)?;
    for _ in 0..count {
        let flags = rest.get(BEFORE_FLAGS)?;
        let start = BEFORE_FLAGS + if flags & EXTENDED == 0 { 2 } else { 4 };
        let length = memchr(0, rest.get(start..)?)?;
        match rest[start..start + length].cmp(path) {
            Ordering::Less => {}
            Ordering::Equal => return Some(true),
            Ordering::Greater => return Some(false),
        }
        // One to eight NULs stand behind a path.
        rest = rest.get((start + length + 8) / 8 * 8..)?;
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of these entries, each a path and the first byte of its flags.
    fn index(version: u8, entries: &[(&str, u8)], extensions: &str) -> Vec<u8> {
        let count = u8::try_from(entries.len()).unwrap();
        let mut bytes = vec![b'D', b'I', b'R', b'C', 0, 0, 0, version, 0, 0, 0, count];
        for (path, flags) in entries {
            let start = bytes.len();
            bytes.extend([7; BEFORE_FLAGS]);
            bytes.extend([*flags, 0]);
            if flags & EXTENDED != 0 {
                bytes.extend([0x20, 0]);
            }
            bytes.extend(path.as_bytes());
            bytes.push(0);
            while (bytes.len() - start) % 8 != 0 {
                bytes.push(0);
            }
        }
        bytes.extend(extensions.as_bytes());
        bytes
    }

    #[test]
    fn a_name_is_found_among_plain_paths() {
        let entries = [
            (".gitignore", 0),
            ("b.toml", 0),
            ("dir/c.toml", EXTENDED),
            ("e", 0),
        ];
        let bytes = index(3, &entries, "TREE");
        for (path, _) in entries {
            assert!(!is_without(&bytes, path), "{path}");
        }
        for path in [".a", "a.toml", "b.tom", "b.tomla", "c.toml", "d", "z"] {
            assert!(is_without(&bytes, path), "{path}");
        }
    }

    #[test]
    fn an_index_of_another_kind_shows_nothing() {
        let entries = [("a.toml", 0)];
        assert!(is_without(&index(2, &entries, ""), "b.toml"));
        assert!(!is_without(&index(4, &entries, ""), "b.toml"));
        assert!(!is_without(&index(2, &entries, "link\0\0\0\x14"), "b.toml"));
        assert!(!is_without(b"", "b.toml"));
        let whole = index(2, &entries, "");
        for end in 0..whole.len() {
            assert!(!is_without(&whole[..end], "b.toml"), "{end} bytes");
        }
    }
}
