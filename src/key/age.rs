//! The age of a key, estimated from the key itself.
//!
//! PostHog writes 32 or 35 random bytes as a number: in base 62 until 30 March 2026, since then in
//! base 57, which lacks `0 1 O I l`, with the top bit set. One of these five characters is proof of
//! base 62. Nothing else is: a body of today that was cut can be as long as an older one.

use super::alphabet::is_base57;

/// A time before which a key was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssuedBefore {
    /// Personal keys had 32 random bytes.
    May2024,
    /// Keys were written in base 62.
    March2026,
}

/// Longest body of 32 random bytes in base 62.
const LONGEST_OF_32_BYTES: usize = 43;
/// Longest body of 35 random bytes in base 62.
const LONGEST_OF_35_BYTES: usize = 48;

impl IssuedBefore {
    /// Tells the time by the body of a whole key with this prefix. `None` where it is not certain.
    #[must_use]
    pub fn of_body(prefix: &str, body: &[u8]) -> Option<Self> {
        let is_base62 = body.iter().any(|digit| !is_base57(*digit));
        if !is_base62 || !body.iter().all(u8::is_ascii_alphanumeric) {
            return None;
        }
        let longest = match prefix {
            "phx_" | "phs_" => LONGEST_OF_35_BYTES,
            "pha_" | "phr_" => LONGEST_OF_32_BYTES,
            // The alphabet of the other kinds is not published.
            _ => return None,
        };
        if body.len() < super::SHORTEST_WHOLE_BODY || body.len() > longest {
            return None;
        }
        if prefix == "phx_" && body.len() <= LONGEST_OF_32_BYTES {
            return Some(Self::May2024);
        }
        Some(Self::March2026)
    }

    /// Reads the month as programs write it.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        [Self::May2024, Self::March2026]
            .into_iter()
            .find(|month| month.as_str() == text)
    }

    /// The month, in words.
    #[must_use]
    pub fn month(self) -> &'static str {
        match self {
            Self::May2024 => "May 2024",
            Self::March2026 => "March 2026",
        }
    }

    /// The month, for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::May2024 => "2024-05",
            Self::March2026 => "2026-03",
        }
    }
}
