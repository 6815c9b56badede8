//! Bytes as hexadecimal digits.

use std::fmt::{self, Write};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Writes two lower-case digits a byte, all of them at once: a formatter takes its time for each call.
pub(crate) fn write(out: &mut impl Write, bytes: &[u8]) -> fmt::Result {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        digits.push(DIGITS[usize::from(byte >> 4)].into());
        digits.push(DIGITS[usize::from(byte & 15)].into());
    }
    out.write_str(&digits)
}

/// Reads pairs of digits of either case. `None` if a digit is missing or is none.
pub(crate) fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    let mut bytes = Vec::with_capacity(pairs.len());
    for [high, low] in pairs {
        bytes.push(digit(*high)? << 4 | digit(*low)?);
    }
    Some(bytes)
}

/// The value of one digit.
pub(crate) fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_and_read_again() {
        let mut text = String::new();
        write(&mut text, &[0, 0x7f, 0xff]).unwrap();
        assert_eq!(text, "007fff");
        assert_eq!(decode(b"007FfF"), Some(vec![0, 0x7f, 0xff]));
        assert_eq!(decode(b"0"), None);
        assert_eq!(decode(b"0g"), None);
    }
}
