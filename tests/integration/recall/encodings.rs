//! Encoders of the test's own, so that a mistake in the detector's decoders is not repeated here.

/// Which two characters stand for 62 and 63.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alphabet {
    Standard,
    UrlSafe,
}

pub(crate) const ALPHABETS: [Alphabet; 2] = [Alphabet::Standard, Alphabet::UrlSafe];

impl Alphabet {
    fn digit(self, value: u8) -> u8 {
        match (value, self) {
            (0..26, _) => b'A' + value,
            (26..52, _) => b'a' + value - 26,
            (52..62, _) => b'0' + value - 52,
            (62, Self::Standard) => b'+',
            (62, Self::UrlSafe) => b'-',
            (_, Self::Standard) => b'/',
            (_, Self::UrlSafe) => b'_',
        }
    }

    /// Base64 without padding.
    pub(crate) fn encode(self, bytes: &[u8]) -> Vec<u8> {
        let encode = |chunk: &[u8]| {
            let byte = |i: usize| chunk.get(i).copied().unwrap_or(0);
            let (a, b, c) = (byte(0), byte(1), byte(2));
            let values = [
                a >> 2,
                (a & 3) << 4 | b >> 4,
                (b & 15) << 2 | c >> 6,
                c & 63,
            ];
            values
                .map(|value| self.digit(value))
                .into_iter()
                .take(chunk.len() + 1)
        };
        bytes.chunks(3).flat_map(encode).collect()
    }

    /// Base64 with padding.
    pub(crate) fn encode_padded(self, bytes: &[u8]) -> Vec<u8> {
        let mut text = self.encode(bytes);
        text.resize(text.len().next_multiple_of(4), b'=');
        text
    }
}

/// Breaks a text into lines of `width` characters.
pub(crate) fn wrap(text: &[u8], width: usize, line_break: &[u8]) -> Vec<u8> {
    text.chunks(width).collect::<Vec<_>>().join(line_break)
}

/// In which order the two bytes of a character stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    LittleEndian,
    BigEndian,
}

pub(crate) const ORDERS: [Order; 2] = [Order::LittleEndian, Order::BigEndian];

impl Order {
    /// UTF-16 without a byte-order mark.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| self.bytes(unit))
            .collect()
    }

    pub(crate) fn byte_order_mark(self) -> [u8; 2] {
        self.bytes(0xfeff)
    }

    fn bytes(self, unit: u16) -> [u8; 2] {
        match self {
            Self::LittleEndian => unit.to_le_bytes(),
            Self::BigEndian => unit.to_be_bytes(),
        }
    }
}

#[test]
fn the_encoders_agree_with_rfc_4648_and_the_unicode_standard() {
    assert_eq!(Alphabet::Standard.encode_padded(b"foob"), b"Zm9vYg==");
    assert_eq!(Alphabet::Standard.encode_padded(b"fooba"), b"Zm9vYmE=");
    assert_eq!(Alphabet::Standard.encode_padded(b"foobar"), b"Zm9vYmFy");
    assert_eq!(Alphabet::Standard.encode(&[0xfb, 0xff]), b"+/8");
    assert_eq!(Alphabet::UrlSafe.encode(&[0xfb, 0xff]), b"-_8");
    assert_eq!(wrap(b"abcde", 2, b"\r\n"), b"ab\r\ncd\r\ne");
    assert_eq!(Order::LittleEndian.encode("p\u{e9}"), [0x70, 0, 0xe9, 0]);
    assert_eq!(Order::BigEndian.byte_order_mark(), [0xfe, 0xff]);
}
