//! The digits of base64 text, and the alphabet of today's keys.

/// The digits of base64 in the order of their values. `-` and `_` replace the last two in URLs.
pub const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Looked up, because the branches of a `match` are mispredicted on every character of random text.
const SEXTETS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut value = 0;
    while value < 64 {
        table[BASE64[value as usize] as usize] = value;
        value += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

/// Value of a digit of either base64 alphabet.
#[must_use]
pub fn sextet(digit: u8) -> Option<u8> {
    let value = SEXTETS[usize::from(digit)];
    (value < 64).then_some(value)
}

/// Base 57, in which keys are written since March 2026: letters and digits but `0 1 O I l`.
#[must_use]
pub fn is_base57(digit: u8) -> bool {
    digit.is_ascii_alphanumeric() && !matches!(digit, b'0' | b'1' | b'O' | b'I' | b'l')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_has_its_value() {
        for (value, digit) in (0..64).zip(BASE64) {
            assert_eq!(sextet(*digit), Some(value));
        }
        assert_eq!([b'-', b'_', b'='].map(sextet), [Some(62), Some(63), None]);
        assert_eq!((0..=255).filter(|digit| is_base57(*digit)).count(), 57);
    }
}
