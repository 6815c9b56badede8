//! The catalogue: every kind of PostHog secret that phguard knows.
//!
//! Prefixes, lengths and the powers of a key come from PostHog's own sources
//! (`posthog/models/utils.py`, `personal_api_key.py`, `project_secret_api_key.py`,
//! `posthog/auth.py`, `posthog/api/leaked_key.py`), state of September 2026.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The severity of a leaked key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Dies by itself within a day.
    Medium,
    /// Lives for hours or weeks, with the user's rights.
    High,
    /// Lives until somebody deletes it.
    Critical,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

/// One kind of secret: its syntax, its power, and the steps that rotate it.
pub struct KeyKind {
    /// Stable identifier, as printed in reports: `personal-api-key`.
    pub id: &'static str,
    /// PostHog's name for it.
    pub name: &'static str,
    /// The four characters that every key of this kind starts with.
    pub prefix: &'static str,
    /// From this many characters on, a body can be a whole key.
    pub whole_body: usize,
    /// From this many characters on, a body is reported: a key cut short, unless it is
    /// recognisably a placeholder.
    pub least_body: usize,
    /// Maximum length of a body. Text behind it is a neighbour that touches the key.
    pub longest_body: usize,
    /// Length that is assumed if a neighbour touches the end: of a body in base 57, and of an
    /// older one in base 62.
    pub usual_body: [usize; 2],
    /// The severity of a leak.
    pub severity: Severity,
    /// The power of somebody who holds the key, in one sentence.
    pub power: &'static str,
    /// The environment variable under which PostHog's own programs expect it, where there is one.
    pub variable: Option<&'static str>,
    /// The usual places of a leak.
    pub leaks: &'static str,
    /// The way to make a leaked key worthless, in a few words.
    pub rotate: &'static str,
    /// The same step by step: an instruction, and its page or command (or nothing), in which `HOST`
    /// stands for the PostHog host.
    pub rotation: &'static [(&'static str, &'static str)],
    /// Bodies of made-up keys, without the prefix: no whole key stands in the tree.
    pub examples: &'static [&'static str],
    /// Strings with the prefix that are no keys of this kind.
    pub counter_examples: &'static [&'static str],
}

impl fmt::Debug for KeyKind {
    /// Its id. The rest is the same in every finding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

impl KeyKind {
    /// A kind that a project's configuration describes by a pattern.
    #[must_use]
    pub fn custom(id: &'static str, description: &'static str, severity: Severity) -> Self {
        Self {
            id,
            name: id,
            prefix: "",
            whole_body: 0,
            least_body: 0,
            longest_body: 0,
            usual_body: [0; 2],
            severity,
            power: description,
            variable: None,
            leaks: "",
            rotate: "where it was issued",
            rotation: &[],
            examples: &[],
            counter_examples: &[],
        }
    }
}

const USER_KEYS: &str = "HOST/settings/user-api-keys";
const REVOKE: &str =
    r#"printf '{"token":"%s"}' "$OLD_KEY" | curl --json @- HOST/api/revoke_leaked_key"#;
const ACTIVITY: (&str, &str) = (
    "Read what it did meanwhile, the newest first, with a key that has the scope activity_log:read. Look for changes that nobody made, exports and new keys:",
    "curl -H \"Authorization: Bearer $NEW_KEY\" HOST/api/projects/PROJECT_ID/activity_log/",
);

/// No body of a prefixed key is shorter. Exact arithmetic over PostHog's generators, all
/// of which turn 32 or 35 random bytes into base 62 or 57: 40 to 49 characters.
pub const SHORTEST_WHOLE_BODY: usize = 40;

/// No body of a kind whose alphabet is known is longer.
pub const LONGEST_BODY: usize = 49;

/// The shortest body that the common `phx_[a-zA-Z0-9]{20,}` hook finds.
const SHORTEST_CUT_BODY: usize = 20;

/// PostHog publishes neither length nor alphabet of `phe_`; its own redactor takes 16.
const SHORTEST_GATEWAY_BODY: usize = 16;

/// Every kind of secret that PostHog issues. `phc_`, the project token, is public by
/// design and not among them.
pub static KINDS: &[KeyKind] = &[
    KeyKind {
        id: "personal-api-key",
        name: "personal API key",
        prefix: "phx_",
        whole_body: SHORTEST_WHOLE_BODY,
        least_body: SHORTEST_CUT_BODY,
        longest_body: 49,
        usual_body: [48, 47],
        severity: Severity::Critical,
        power: "It acts as you: whoever holds it reads and changes whatever its scopes \
                allow, in every project you can reach, until you delete it.",
        variable: Some("POSTHOG_PERSONAL_API_KEY"),
        leaks: "scripts, notebooks, .env files, CI variables, MCP and CLI configuration, shell history",
        rotate: "delete it at us.posthog.com/settings/user-api-keys (or eu.posthog.com, or your own host)",
        rotation: &[
            (
                "Make a new key with only the scopes that are needed:",
                USER_KEYS,
            ),
            (
                "Put it where the old one was, and check that it works:",
                "curl -H \"Authorization: Bearer $NEW_KEY\" HOST/api/personal_api_keys/@current/",
            ),
            (
                "Delete the old key on the same page. A key cannot delete itself: this needs the browser. In a hurry, revoke it at once:",
                REVOKE,
            ),
            ACTIVITY,
        ],
        examples: &[
            "kY9pF34Qy6nB3Wwd25rq4f5zr3QA7YeEEBY3ABp3e2z",
            "S8iq9y7AjzQHb6BAEcn6zJ4A3DdvHyrNktBXtnjfObINf5A",
            "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM",
            "mJDLVvkNrZKp3wpcG9y5fSkaQhssYy7cvsCjZaVuYCjNtpLZr",
        ],
        counter_examples: &[
            "phx_reply",
            "phx_trigger_action",
            "phx_your_key_here",
            "phx_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "phx_abcdefghijklmnopqrstuvwxyz1234",
            "phx_123456789012345678901234567890",
            "phx_REDACTED",
            "phx_...",
            "phx_<key>",
            "migraphx_program_parameter_shapes_size",
            "sphx_glr_auto_examples_plot_classifier",
        ],
    },
    KeyKind {
        id: "project-secret-key",
        name: "project secret API key",
        prefix: "phs_",
        whole_body: SHORTEST_WHOLE_BODY,
        least_body: SHORTEST_CUT_BODY,
        longest_body: 49,
        usual_body: [48, 47],
        severity: Severity::Critical,
        power: "It reads the project's feature flags and what else its scopes allow, and \
                stays live until it is rolled and its backup is deleted.",
        variable: Some("POSTHOG_PROJECT_SECRET_API_KEY"),
        leaks: "server code and .env files of services that evaluate feature flags locally, Terraform state",
        rotate: "roll it at us.posthog.com/settings/project-secret-api-keys (or eu.posthog.com, or your \
                 own host) or in the project's settings, and delete the old key's backup there",
        rotation: &[
            (
                "Make a new key, or roll the feature flags key of a team in its project's settings:",
                "HOST/settings/project-secret-api-keys",
            ),
            (
                "Put it where the old one was, and check that flags are evaluated.",
                "",
            ),
            (
                "Delete the old key on the same page. In a hurry, revoke a key of a project at once:",
                REVOKE,
            ),
            (
                "The feature flags key of a team stays valid as a backup until that is deleted, too:",
                "curl -X PATCH -H \"Authorization: Bearer $PERSONAL_KEY\" HOST/api/projects/PROJECT_ID/delete_secret_token_backup/",
            ),
            ACTIVITY,
        ],
        examples: &[
            "uj596LlLguRIax1dYYxn9IyW1MxjFT5ISgxnWamNeyyNwlEe",
            "Zc8LtHpQ3vXnRkWe5JsYbGm7DuTaFi2NoSgKxVqBhMr4EyCj",
        ],
        counter_examples: &["graphs_", "paragraphs_of_text", "glyphs_in_the_font_table"],
    },
    KeyKind {
        id: "oauth-access-token",
        name: "OAuth access token",
        prefix: "pha_",
        whole_body: SHORTEST_WHOLE_BODY,
        least_body: SHORTEST_CUT_BODY,
        longest_body: 44,
        usual_body: [44, 43],
        severity: Severity::High,
        power: "For up to an hour it acts as the user who signed in, and the refresh \
                token that comes with it makes new ones.",
        variable: None,
        leaks: "logs, recorded HTTP traffic, credential files of command-line tools",
        rotate: "revoke the application's access in your PostHog settings, and log in again",
        rotation: &[
            ("Revoke it at once:", REVOKE),
            (
                "Do the same with the refresh token (phr_) that came with it, and log in again where it was used.",
                "",
            ),
            ACTIVITY,
        ],
        examples: &[
            "gb7dbgKg2yWEdik2btBqGDnaMXzGJLQ5wYSYLUCssss8",
            "uEp3c4dsa7lC360A9y6YnD14TdDo9EgZmCnu77Svtu",
        ],
        counter_examples: &["alpha_channel_premultiplied", "pha_access_token"],
    },
    KeyKind {
        id: "oauth-refresh-token",
        name: "OAuth refresh token",
        prefix: "phr_",
        whole_body: SHORTEST_WHOLE_BODY,
        least_body: SHORTEST_CUT_BODY,
        longest_body: 44,
        usual_body: [44, 43],
        severity: Severity::High,
        power: "For up to 30 days it makes new access tokens for the user who signed in.",
        variable: None,
        leaks: "logs, recorded HTTP traffic, credential files of command-line tools",
        rotate: "revoke the application's access in your PostHog settings, and log in again",
        rotation: &[
            ("Revoke it at once:", REVOKE),
            ("Log in again where it was used.", ""),
            ACTIVITY,
        ],
        examples: &["Xs6MfYqTb9KcRvWzHn4JpGdLuEa8TiNoSg3QxVkBhMr5"],
        counter_examples: &["phr_refresh_token", "paraphr_ase"],
    },
    KeyKind {
        id: "ai-gateway-token",
        name: "AI gateway token",
        prefix: "phe_",
        whole_body: SHORTEST_GATEWAY_BODY,
        least_body: SHORTEST_GATEWAY_BODY,
        longest_body: 64,
        usual_body: [48, 48],
        severity: Severity::Medium,
        power: "For up to a day it runs language-model requests on your account.",
        variable: None,
        leaks: "logs and transcripts of agent runs",
        rotate: "it cannot be rolled by hand; it expires within 24 hours",
        rotation: &[
            (
                "Wait: it expires within 24 hours, and there is no page to roll it.",
                "",
            ),
            ACTIVITY,
        ],
        examples: &["Rk7TqWn3ZxHcVb5MsJdY", "GUTRXeUhVsQUgeAypP33TjxieMFpvUPp"],
        counter_examples: &["phe_short", "phe_xxxxxxxxxxxxxxxx"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Detector, Shape};
    use crate::key::alphabet::BASE64;

    fn shapes(text: &str) -> Vec<(&'static str, Shape)> {
        let hits = Detector::new().scan(text.as_bytes());
        hits.iter().map(|hit| (hit.kind.id, hit.shape)).collect()
    }

    #[test]
    fn every_example_is_found_as_a_whole_key_of_its_kind() {
        for kind in KINDS {
            for body in kind.examples {
                let key = format!("{}{body}", kind.prefix);
                assert_eq!(
                    shapes(&key),
                    [(kind.id, Shape::Whole)],
                    "{} {}",
                    kind.id,
                    body.len()
                );
            }
        }
    }

    #[test]
    fn every_example_is_found_in_base64_hex_and_utf_16() {
        for kind in KINDS {
            for body in kind.examples {
                let key = format!("{}{body}", kind.prefix);
                let mut hex = String::new();
                crate::hex::write(&mut hex, key.as_bytes()).unwrap();
                let setting = format!("POSTHOG_TOKEN = {key}\n");
                let wide: String = setting.chars().flat_map(|c| [c, '\0']).collect();
                for text in [in_base64(key.as_bytes()), hex, wide] {
                    assert_eq!(shapes(&text), [(kind.id, Shape::Whole)], "{}", kind.id);
                }
            }
        }
    }

    fn in_base64(bytes: &[u8]) -> String {
        let mut text = String::new();
        for three in bytes.chunks(3) {
            let mut group = [0; 4];
            group[1..=three.len()].copy_from_slice(three);
            let group = u32::from_be_bytes(group);
            for place in 0..=three.len() {
                let digit = (group >> (18 - 6 * place)) & 63;
                text.push(char::from(BASE64[digit as usize]));
            }
        }
        text
    }

    #[test]
    fn no_counter_example_is_found() {
        for text in KINDS.iter().flat_map(|kind| kind.counter_examples) {
            let found: Vec<_> = shapes(text)
                .into_iter()
                .filter(|(_, shape)| *shape != Shape::Placeholder)
                .collect();
            assert_eq!(found, [], "{text}");
        }
    }

    #[test]
    fn ids_and_prefixes_are_unique() {
        for (i, a) in KINDS.iter().enumerate() {
            for b in &KINDS[i + 1..] {
                assert_ne!(a.id, b.id);
                assert_ne!(a.prefix, b.prefix);
            }
        }
    }
}
