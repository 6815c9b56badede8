//! The name of a git object, of either hash.

use std::fmt;

use anyhow::{Context, Result};

use crate::hex;

/// The name of an object: 20 bytes of SHA-1 or 32 of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Takes 20 or 32 bytes. Any other number is `None`.
    #[must_use]
    pub fn from_bytes(raw: &[u8]) -> Option<Self> {
        let length = match raw.len() {
            20 => 20,
            32 => 32,
            _ => return None,
        };
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(Self { bytes, length })
    }

    /// Reads 40 or 64 hexadecimal digits. Anything else is `None`.
    #[must_use]
    pub fn from_hex(digits: &[u8]) -> Option<Self> {
        Self::from_bytes(&hex::decode(digits)?)
    }

    /// The 20 or 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Tells if it is the id that git prints for a missing object.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.bytes == [0; 32]
    }

    pub(crate) fn to_git2(self) -> Result<git2::Oid> {
        git2::Oid::from_bytes(self.as_bytes())
            .with_context(|| format!("libgit2 refuses the object id {self}"))
    }
}

impl From<git2::Oid> for ObjectId {
    fn from(oid: git2::Oid) -> Self {
        let mut bytes = [0; 32];
        let raw = oid.as_bytes();
        bytes[..raw.len()].copy_from_slice(raw);
        Self {
            bytes,
            length: if raw.len() == 32 { 32 } else { 20 },
        }
    }
}

impl fmt::Display for ObjectId {
    /// Hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(f, self.as_bytes())
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
