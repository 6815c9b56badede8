//! Masks of keys, as PostHog and phguard write them.

use std::fmt;

use crate::detect::Detector;
use crate::key::{KINDS, KeyKind};

/// Length of the part of a key that a mask shows at its end.
const SHOWN: usize = 4;

/// The part of a key that may be shown: the kind that its prefix names, and its last characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyMask {
    prefix: &'static str,
    last: String,
}

impl KeyMask {
    /// Reads `phx_...abcd`, as PostHog writes it, `phx_…abcd`, as phguard does, or `AbCd...wxyz`, a
    /// key of the time before the prefixes. `None` if nothing of the key is shown.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (start, last) = text.split_once("...").or_else(|| text.split_once('…'))?;
        let is_last = last.len() == SHOWN && last.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_last || start.len() > SHOWN {
            return None;
        }
        let prefix = kind_of(start).map_or("", |kind| kind.prefix);
        Some(Self {
            prefix,
            last: last.to_owned(),
        })
    }

    /// Masks the one key that a text consists of.
    pub(super) fn of_key(detector: &Detector, text: &str) -> Option<Self> {
        match &detector.scan(text.as_bytes())[..] {
            [hit] => Self::parse(hit.masked.as_str()),
            _ => None,
        }
    }

    /// The kind of the key; `None` if it has no prefix.
    #[must_use]
    pub fn kind(&self) -> Option<&'static KeyKind> {
        kind_of(self.prefix)
    }
}

fn kind_of(prefix: &str) -> Option<&'static KeyKind> {
    KINDS
        .iter()
        .find(|kind| !prefix.is_empty() && kind.prefix == prefix)
}

impl fmt::Display for KeyMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…{}", self.prefix, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        KeyMask::parse(text).map(|mask| mask.to_string())
    }

    #[test]
    fn masks_of_posthog_and_of_phguard_are_the_same() {
        assert_eq!(shown("phx_...abcd").as_deref(), Some("phx_…abcd"));
        assert_eq!(KeyMask::parse("phx_...abcd"), KeyMask::parse("phx_…abcd"));
        assert_ne!(KeyMask::parse("phx_...abcd"), KeyMask::parse("phs_...abcd"));
    }

    #[test]
    fn the_start_of_a_key_without_prefix_is_not_shown() {
        assert_eq!(shown("AbCd...wxyz").as_deref(), Some("…wxyz"));
        assert_eq!(shown("…wxyz").as_deref(), Some("…wxyz"));
    }

    #[test]
    fn a_text_that_shows_more_or_less_than_a_mask_is_none() {
        for text in [
            "",
            "********",
            "phx_...",
            "phx_...abcde",
            "phx_abcd...wxyz",
            "phx_...ab d",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
