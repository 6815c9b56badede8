//! A look for one name in an index, without reading its entries.

use memchr::memmem;

/// Tells whether the bytes of an index show that it has no file with this name at its top. One that
/// compresses paths (version 4) or has entries in another file (the extension `link`) shows nothing.
pub(crate) fn is_without(index: &[u8], name: &str) -> bool {
    let has_plain_paths =
        index.starts_with(b"DIRC\0\0\0\x02") || index.starts_with(b"DIRC\0\0\0\x03");
    // The size of the extension is below 2^24.
    has_plain_paths
        && memmem::find(index, b"link\0").is_none()
        && memmem::find(index, name.as_bytes()).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_paths_show_that_a_name_is_missing() {
        let index =
            |version: u8, rest: &str| [&b"DIRC\0\0\0"[..], &[version], rest.as_bytes()].concat();
        assert!(is_without(&index(2, "a.toml\0"), "b.toml"));
        assert!(is_without(&index(3, "a.toml\0"), "b.toml"));
        assert!(!is_without(&index(4, "a.toml\0"), "b.toml"));
        assert!(!is_without(&index(2, "a.toml\0link\0\0\0\x14"), "b.toml"));
        assert!(!is_without(&index(2, "dir/b.toml\0"), "b.toml"));
        assert!(!is_without(b"", "b.toml"));
    }
}
