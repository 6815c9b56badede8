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
    (b"\x1f\x9d", "it is compressed with compress"),
    (b"MSCF\0\0\0\0", "it is a cabinet archive"),
    (b"\xed\xab\xee\xdb", "it is an RPM package"),
    (b"hsqs", "it is a SquashFS image"),
];

/// Why a file with these first bytes is not opened; `None` if it is of no such format.
#[must_use]
pub fn reason(start: &[u8]) -> Option<&'static str> {
    for (magic, reason) in CLOSED {
        if start.starts_with(magic) {
            return Some(reason);
        }
    }
    if is_openpgp(start) {
        return Some("it is encrypted with OpenPGP");
    }
    None
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
    use super::reason;

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
            (b"7zip is a program", None),
            (b"", None),
        ] {
            assert_eq!(reason(start), expected, "{start:?}");
        }
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
