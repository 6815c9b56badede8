//! Comments that were meant to allow a key and do not.

use crate::finding::Excerpt;

/// Words with which people try to allow a key, without blanks and in small letters.
const ATTEMPTS: [&str; 7] = [
    "phguard:ignore",
    "phguard-allow",
    "phguard-ignore",
    "phguard_allow",
    "phguard:allowed",
    "phguard=allow",
    "phguardallow",
];
/// The markers of other tools.
const OTHERS: [&str; 4] = [
    "gitleaks:allow",
    "allowlist secret",
    "trufflehog:ignore",
    "betterleaks:allow",
];
const MARKER: &str = "phguard:allow";

/// Returns a hint if the line of a key holds something like a marker. The key was reported, so it
/// is none that counts.
pub(super) fn near_miss(line: &Excerpt) -> Option<String> {
    let text = [&line.before[..], b" ", &line.after[..]].concat();
    let text = String::from_utf8_lossy(&text).to_ascii_lowercase();
    for other in OTHERS {
        if text.contains(other) {
            return Some(format!(
                "`{other}` counts only if .phguard.toml lists it under [allow] markers."
            ));
        }
    }
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if ATTEMPTS.iter().any(|attempt| squeezed.contains(attempt)) {
        return Some(format!("That marker does not count. Write `{MARKER}`."));
    }
    if squeezed.contains(MARKER) {
        return Some(format!(
            "`{MARKER}` does not count here. Write it in a comment, without blanks, near the key."
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::MaskedKey;

    fn hint(before: &str, after: &str) -> Option<String> {
        near_miss(&Excerpt {
            before: before.into(),
            key: MaskedKey::new("phx_", b"abcd"),
            after: after.into(),
        })
    }

    #[test]
    fn an_attempt_at_a_marker_gets_a_hint() {
        for after in [
            " # phguard: allow",
            " # PHGuard:Allow",
            " // phguard:ignore",
            " # phguard-allow",
            " # gitleaks:allow",
            " # pragma: allowlist secret",
        ] {
            assert!(hint("k = ", after).is_some(), "{after}");
        }
        assert!(hint("allowed = phguard, ", "").is_none());
    }
}
