//! A key as it may be shown and compared: masked, and by its fingerprint.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::hex;

/// A key as it may be shown: its prefix, `…` and its last four characters, as PostHog
/// itself shows keys in its settings.
#[derive(Clone, PartialEq, Eq)]
pub struct MaskedKey(String);

impl MaskedKey {
    /// Masks a key of an unknown kind. Shows its last four characters if it is long enough.
    #[must_use]
    pub fn opaque(key: &[u8]) -> Self {
        if key.len() < 12 {
            Self("…".into())
        } else {
            Self::new("", key)
        }
    }

    /// Masks a key whose body consists of ASCII letters and digits; other bytes show as `?`.
    #[must_use]
    pub fn new(prefix: &str, body: &[u8]) -> Self {
        let shown = body.iter().skip(body.len().saturating_sub(4));
        let last: String = shown
            .map(|b| {
                if b.is_ascii_graphic() {
                    char::from(*b)
                } else {
                    '?'
                }
            })
            .collect();
        Self(format!("{prefix}…{last}"))
    }

    /// The masked text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MaskedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Stands for a key by value: the first 16 bytes of the SHA-256 of the whole key. A body has
/// at least 230 bits of chance, so the fingerprint gives nothing away.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of the key `prefix` + `body`.
    #[must_use]
    pub fn of(prefix: &[u8], body: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(prefix)
            .chain_update(body)
            .finalize();
        let mut cut = [0; 16];
        cut.copy_from_slice(&digest[..16]);
        Self(cut)
    }
}

/// Rounds of SHA-256 in the fingerprint of a key that may be easy to guess.
const ROUNDS: usize = 4096;

impl Fingerprint {
    /// The fingerprint of a key that may have little chance, such as the match of a project's own
    /// pattern: salted, and slow to compute, so that trying all candidates takes long.
    #[must_use]
    pub fn salted(salt: &[u8], key: &[u8]) -> Self {
        let mut digest = Sha256::new()
            .chain_update(salt)
            .chain_update(b"\0")
            .chain_update(key)
            .finalize();
        for _ in 1..ROUNDS {
            digest = Sha256::new()
                .chain_update(digest)
                .chain_update(salt)
                .finalize();
        }
        let mut cut = [0; 16];
        cut.copy_from_slice(&digest[..16]);
        Self(cut)
    }

    /// Reads 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = hex::decode(text.as_bytes())?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for Fingerprint {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, &self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_key_shows_prefix_and_last_four() {
        assert_eq!(
            MaskedKey::new("phx_", b"abcdefghijWXYZ").as_str(),
            "phx_…WXYZ"
        );
        assert_eq!(MaskedKey::new("phx_", b"ab").as_str(), "phx_…ab");
    }

    #[test]
    fn a_fingerprint_is_the_sha256_of_the_whole_key() {
        // printf phx_abc | sha256sum
        let fingerprint = Fingerprint::of(b"phx_", b"abc");
        assert_eq!(fingerprint.to_string(), "5e26f9f4aa7f98042e671fbaa15196a1");
        assert_eq!(
            Fingerprint::parse("5e26f9f4aa7f98042e671fbaa15196A1"),
            Some(fingerprint)
        );
        assert_eq!(Fingerprint::parse("5e26f9f4aa7f98042e671fbaa15196"), None);
        assert_eq!(Fingerprint::parse("5e26f9f4aa7f98042e671fbaa15196xx"), None);
    }
}
