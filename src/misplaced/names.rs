//! Names of variables and fields: those for secrets, those for the project token, and those that a
//! build tool copies into the browser bundle.

use crate::detect::exposed::is_public_name;

/// Parts of a name that make it one of a secret, beside `posthog`.
pub(super) const SECRET_PARTS: [&str; 9] = [
    "personal",
    "secret",
    "featureflagssecure",
    "clitoken",
    "cliapikey",
    "mcptoken",
    "authheader",
    "wizardapikey",
    "pat",
];
/// Fields of PostHog's SDKs for a secret.
const SECRET_FIELDS: [&str; 4] = [
    "personalapikey",
    "projectsecretapikey",
    "secretkey",
    "featureflagssecureapikey",
];

/// A name in a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name<'l> {
    pub(super) text: &'l str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The names in a line: runs of letters, digits and `_`.
pub(super) fn names_in(line: &str) -> Vec<Name<'_>> {
    let mut names = Vec::new();
    let mut start = None;
    for (at, byte) in line.bytes().chain([b' ']).enumerate() {
        let is_part = byte.is_ascii_alphanumeric() || byte == b'_';
        match start {
            None if is_part => start = Some(at),
            Some(begun) if !is_part => {
                if let Some(text) = line.get(begun..at) {
                    let end = at;
                    names.push(Name {
                        text,
                        start: begun,
                        end,
                    });
                }
                start = None;
            }
            _ => {}
        }
    }
    names
}

impl Name<'_> {
    /// A build tool copies the value of this variable into the bundle.
    pub(super) fn is_public(self) -> bool {
        is_public_name(self.text.as_bytes())
    }

    /// The name is about PostHog.
    pub(super) fn is_posthog(self) -> bool {
        fold_name(self.text).contains("posthog")
    }

    /// The name is that of a secret of PostHog.
    pub(super) fn is_secret(self) -> bool {
        let name = fold_name(self.text);
        if name.contains("personalapikey") {
            return true;
        }
        let Some((_, part)) = name.split_once("posthog") else {
            return false;
        };
        // `pat` is a word of its own only at the end.
        SECRET_PARTS
            .iter()
            .any(|secret| part.contains(secret) && (*secret != "pat" || part == "pat"))
            && !part.contains("projectapikey")
            && !is_other_word(part)
    }

    /// The name is that of a field for a secret.
    pub(super) fn is_secret_field(self) -> bool {
        SECRET_FIELDS.contains(&fold_name(self.text).as_str())
    }

    /// The name is that of the project token, which is public.
    pub(super) fn is_project_token(self) -> bool {
        let name = fold_name(self.text);
        let is_token = name.ends_with("projectapikey") || name.ends_with("projecttoken");
        is_token && (name.contains("posthog") || name == "projectapikey")
    }
}

/// Names about a secret that hold none: `POSTHOG_PERSONAL_API_KEY_FILE`, `…_ID`.
fn is_other_word(part: &str) -> bool {
    const OTHERS: [&str; 8] = ["file", "path", "name", "id", "label", "url", "host", "hash"];
    OTHERS.iter().any(|other| part.ends_with(other))
}

/// A name in small letters, without `_`.
fn fold_name(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name<'_> {
        names_in(text)[0]
    }

    #[test]
    fn names_of_secrets_and_of_the_project_token_are_told_apart() {
        for text in [
            "POSTHOG_PERSONAL_API_KEY",
            "MY_POSTHOG_PERSONAL_API_KEY",
            "posthogPersonalApiKey",
            "MY_PERSONAL_API_KEY",
            "POSTHOG_SECRET_KEY",
            "POSTHOG_PROJECT_SECRET_API_KEY",
            "POSTHOG_PAT",
            "POSTHOG_FEATURE_FLAGS_SECURE_API_KEY",
            "POSTHOG_MCP_TOKEN",
            "POSTHOG_CLI_TOKEN",
        ] {
            assert!(name(text).is_secret(), "{text}");
            assert!(!name(text).is_project_token(), "{text}");
        }
        for text in [
            "NEXT_PUBLIC_POSTHOG_KEY",
            "POSTHOG_API_KEY",
            "POSTHOG_PROJECT_API_KEY",
            "POSTHOG_PATH",
            "STRIPE_SECRET_KEY",
            "POSTHOG_HOST",
            "POSTHOG_PERSONAL_ID",
            "VITE_POSTHOG_PATTERN",
        ] {
            assert!(!name(text).is_secret(), "{text}");
        }
        for text in [
            "POSTHOG_PROJECT_API_KEY",
            "POSTHOG_PROJECT_TOKEN",
            "projectApiKey",
        ] {
            assert!(name(text).is_project_token(), "{text}");
        }
    }
}
