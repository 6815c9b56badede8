//! Formats that phguard does not open. A file of one of them is named in the report, so that
//! nobody takes it for read.

/// First bytes, and the sentence that says why the file was not opened.
const CLOSED: &[(&[u8], &str)] = &[
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive"),
    (b"Rar!\x1a\x07", "it is a RAR archive"),
    (b"age-encryption.org/v1\n", "it is encrypted with age"),
    (
        b"-----BEGIN AGE ENCRYPTED FILE-----",
        "it is encrypted with age",
    ),
    (
        b"-----BEGIN PGP MESSAGE-----",
        "it is encrypted with OpenPGP",
    ),
    (b"\x04\x22\x4d\x18", "it is compressed with lz4"),
    (b"\x02\x21\x4c\x18", "it is compressed with lz4"),
    (b"\xff\x06\0\0sNaPpY", "it is compressed with Snappy"),
    (b"\x89LZO\0\r\n\x1a\n", "it is compressed with lzop"),
    (b"MSCF\0\0\0\0", "it is a cabinet archive"),
    (b"ISc(", "it is an InstallShield cabinet"),
    (b"ITSF\x03\0\0\0", "it is a compiled HTML help file"),
    (b"MSWIM\0\0\0", "it is a Windows image"),
    (b"xar!\0", "it is a xar archive"),
    (b"ZWS", "it is a Flash file compressed with LZMA"),
    (b"wOFF", "it is a WOFF font, whose tables are compressed"),
    (b"wOF2", "it is a WOFF2 font, whose tables are compressed"),
    (
        b"PAR1",
        "it is a Parquet file, whose columns may be compressed",
    ),
    (b"ORC", "it is an ORC file, whose stripes may be compressed"),
    (
        b"ARROW1\0\0",
        "it is an Arrow file, whose columns may be compressed",
    ),
    (
        b"FEA1",
        "it is a Feather file, whose columns may be compressed",
    ),
    (
        b"\x89HDF\r\n\x1a\n",
        "it is an HDF5 file, whose data may be compressed",
    ),
    (
        b"QFI\xfb",
        "it is a QCOW disk image, whose clusters may be compressed",
    ),
    (b"\x03\xd9\xa2\x9a", "it is a KeePass database"),
    (b"$ANSIBLE_VAULT;", "it is encrypted with Ansible Vault"),
    (b"\0GITCRYPT\0", "it is encrypted with git-crypt"),
    (b"Salted__", "it is encrypted with OpenSSL"),
    (b"U2FsdGVkX1", "it is encrypted with OpenSSL"),
    (b"\xed\xab\xee\xdb", "it is an RPM package"),
    (b"hsqs", "it is a SquashFS image"),
];

/// The reason for which a file with these first bytes is not opened; `None` if it is of no such format.
#[must_use]
pub fn reason(start: &[u8]) -> Option<&'static str> {
    for (magic, reason) in CLOSED {
        if start.starts_with(magic) && is_binary_behind(start, magic.len()) {
            return Some(reason);
        }
    }
    if is_compress(start) {
        return Some("it is compressed with compress");
    }
    if let Some(codec) = avro_codec(start) {
        return (codec != b"null").then_some("it is an Avro file with compressed blocks");
    }
    if is_openpgp(start) {
        return Some("it is encrypted with OpenPGP");
    }
    None
}

/// Three or four letters are the start of a text, too: then a text goes on.
fn is_binary_behind(start: &[u8], length: usize) -> bool {
    let is_short = start[..length].iter().all(u8::is_ascii_alphanumeric) && length <= 4;
    let behind = &start[length..start.len().min(length + 8)];
    !is_short
        || behind
            .iter()
            .any(|b| !b.is_ascii() || b.is_ascii_control() && !b.is_ascii_whitespace())
}

/// Two bytes and one of flags: codes of 9 to 16 bits.
fn is_compress(start: &[u8]) -> bool {
    matches!(start, [0x1f, 0x9d, flags, ..] if matches!(flags & 0x7f, 9..=16))
        || matches!(start, [0x1f, 0x1e | 0xa0, _, ..] if start.len() > 8)
}

/// The codec that the header of an Avro file names: a length twice its own before the text.
fn avro_codec(start: &[u8]) -> Option<&[u8]> {
    let header = start.strip_prefix(b"Obj\x01")?;
    let name = b"avro.codec";
    let at = header.windows(name.len()).position(|text| text == name)? + name.len();
    let length = usize::from(*header.get(at)? / 2);
    header.get(at + 1..at + 1 + length)
}

/// Length of the block with which an Apple disk image ends.
const KOLY: usize = 512;

/// The reason for which a content with these last bytes is not opened.
#[must_use]
pub fn reason_at_end(end: &[u8]) -> Option<&'static str> {
    let block = end.len().checked_sub(KOLY)?;
    end[block..]
        .starts_with(b"koly\0\0\0\x04\0\0\x02\0")
        .then_some("it is an Apple disk image")
}

/// A binary OpenPGP message starts with a session key: encrypted to a public key (packet 1,
/// version 3) or with a passphrase (packet 3, version 4, 5 or 6).
fn is_openpgp(start: &[u8]) -> bool {
    match *start {
        [0x84, _, 3, ..] => is_openpgp_key(start.get(3..)),
        [0x85, high, _, 3, ..] if high < 16 => is_openpgp_key(start.get(4..)),
        [0xc1, length, 3, ..] if length < 192 => is_openpgp_key(start.get(3..)),
        [0xc1, high, _, 3, ..] if high >= 192 => is_openpgp_key(start.get(4..)),
        [0x8c | 0xc3, length, 4, cipher, s2k, hash, ..] => {
            (4..128).contains(&length)
                && (1..=13).contains(&cipher)
                && matches!(s2k, 0 | 1 | 3 | 4)
                && (1..=14).contains(&hash)
        }
        _ => false,
    }
}

/// An eight-byte key id is followed by a public-key algorithm that can encrypt.
fn is_openpgp_key(behind_version: Option<&[u8]>) -> bool {
    let algorithm = behind_version.and_then(|rest| rest.get(8));
    matches!(algorithm, Some(1 | 2 | 16 | 18 | 25 | 26))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_format_is_known_by_its_first_bytes() {
        for (start, expected) in [
            (&b"7z\xbc\xaf\x27\x1c\0\x04"[..], Some("it is a 7z archive")),
            (b"Rar!\x1a\x07\x01\0", Some("it is a RAR archive")),
            (
                b"age-encryption.org/v1\n->",
                Some("it is encrypted with age"),
            ),
            (b"PK\x03\x04\x14\0\0\0", None),
            (
                b"PAR1\x15\x04\x15\x10",
                Some("it is a Parquet file, whose columns may be compressed"),
            ),
            (b"PAR1S is a town", None),
            (b"ORCHESTRA", None),
            (b"wOFF2 is a format", None),
            (
                b"wOF2\0\x01\0\0",
                Some("it is a WOFF2 font, whose tables are compressed"),
            ),
            (b"\x1f\x9d\x90\x61", Some("it is compressed with compress")),
            (b"\x1f\x9d\x20\x61", None),
            (
                b"Obj\x01\x04\x14avro.codec\x0edeflate",
                Some("it is an Avro file with compressed blocks"),
            ),
            (b"Obj\x01\x04\x14avro.codec\x08null", None),
            (
                b"$ANSIBLE_VAULT;1.1;AES256\n",
                Some("it is encrypted with Ansible Vault"),
            ),
            (b"7zip is a program", None),
            (b"", None),
        ] {
            assert_eq!(reason(start), expected, "{start:?}");
        }
    }

    #[test]
    fn a_disk_image_is_known_by_its_last_block() {
        let mut image = vec![0; 700];
        image.extend(b"koly\0\0\0\x04\0\0\x02\0");
        assert_eq!(reason_at_end(&image), None);
        image.resize(700 + KOLY, 0);
        assert_eq!(reason_at_end(&image), Some("it is an Apple disk image"));
        assert_eq!(reason_at_end(b"koly"), None);
    }

    #[test]
    fn an_openpgp_message_is_known_by_its_first_packet() {
        let to_a_key = b"\x85\x02\x0c\x03\x11\x22\x33\x44\x55\x66\x77\x88\x01\x0f";
        let with_a_passphrase = b"\x8c\x0d\x04\x09\x03\x0a\x01\x02";
        for start in [&to_a_key[..], with_a_passphrase] {
            assert_eq!(reason(start), Some("it is encrypted with OpenPGP"));
        }
        assert_eq!(reason(b"\x85\x02\x0c\x03\x11"), None);
        assert_eq!(reason(b"\x84\x01\x03"), None);
    }
}
