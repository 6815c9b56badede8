//! One key for several environments.

use std::collections::{BTreeSet, HashMap};

use super::{Mistake, Warning};
use crate::finding::Finding;
use crate::key::Fingerprint;

/// Words in a path that name an environment, each with the name that is shown.
const ENVIRONMENTS: [(&str, &str); 15] = [
    ("dev", "development"),
    ("development", "development"),
    ("local", "development"),
    ("test", "test"),
    ("testing", "test"),
    ("ci", "test"),
    ("qa", "test"),
    ("uat", "staging"),
    ("stage", "staging"),
    ("staging", "staging"),
    ("preview", "staging"),
    ("prod", "production"),
    ("production", "production"),
    ("live", "production"),
    ("sandbox", "staging"),
];

/// Finds keys that serve more than one environment. The names of the files tell the environment.
/// Each warning names the first place of the key.
#[must_use]
pub fn one_key_for_all(findings: &[Finding]) -> Vec<Warning> {
    let mut order: Vec<&Finding> = Vec::new();
    let mut environments: HashMap<Fingerprint, BTreeSet<&'static str>> = HashMap::new();
    for finding in findings {
        let Some(environment) = environment_of(&finding.location.path) else {
            continue;
        };
        let known = environments.entry(finding.fingerprint).or_default();
        if known.is_empty() {
            order.push(finding);
        }
        known.insert(environment);
    }
    let mut warnings = Vec::new();
    for finding in order {
        let known = &environments[&finding.fingerprint];
        if known.len() < 2 {
            continue;
        }
        let names: Vec<&str> = known.iter().copied().collect();
        warnings.push(Warning {
            mistake: Mistake::OneKeyForAll,
            path: finding.location.path.clone(),
            line: finding.location.line,
            text: format!(
                "{} is the key of {} environments ({}). Make one for each: what leaks from one then \
                 opens no other.",
                finding.excerpt.key.as_str(),
                names.len(),
                names.join(", ")
            ),
        });
    }
    warnings
}

/// The environment that a path names last. Names are cut into words at everything but letters.
fn environment_of(path: &[u8]) -> Option<&'static str> {
    let path = String::from_utf8_lossy(path).to_ascii_lowercase();
    let words: Vec<&str> = path.split(|c: char| !c.is_ascii_alphabetic()).collect();
    for word in words.iter().rev() {
        // `.env.production.local` belongs to production.
        if *word == "local" && words.len() > 1 && !path.ends_with(".env.local") {
            continue;
        }
        if let Some((_, shown)) = ENVIRONMENTS.iter().find(|(known, _)| known == word) {
            return Some(shown);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::environment_of;

    #[test]
    fn paths_name_environments() {
        for (path, environment) in [
            (".env.production", Some("production")),
            (".env.production.local", Some("production")),
            (".env.local", Some("development")),
            ("deploy/staging/secret.yaml", Some("staging")),
            ("values-prod.yaml", Some("production")),
            ("prod.tfvars", Some("production")),
            ("src/client.ts", None),
            ("latest/product.ts", None),
            (".env", None),
        ] {
            assert_eq!(environment_of(path.as_bytes()), environment, "{path}");
        }
    }
}
