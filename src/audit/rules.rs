//! The rules by which a key is judged.

use std::rc::Rc;

use serde::Serialize;

use super::keys::EVERYTHING;
use super::{KeyPlace, ListedKey, Moment, Question, Reach};
use crate::key::Severity;

/// A key that is not used within this many days after it was made is not needed.
const UNUSED_DAYS: i64 = 7;
/// Places that a sentence names.
const NAMED: usize = 3;

/// A rule that a key breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// It stands in a file or in the history.
    Leaked,
    /// It may do everything.
    AllScopes,
    /// Its name says that it reads, and it may write.
    WriteBesideRead,
    /// It was made before keys had prefixes.
    NoPrefix,
    /// It was not rotated in time.
    Old,
    /// It reaches all projects of all organizations.
    AllOrganizations,
    /// Nothing uses it.
    Unused,
}

/// A rule that a key breaks, in words.
#[derive(Clone, Debug)]
pub struct Concern {
    /// The rule.
    pub rule: Rule,
    /// Its gravity.
    pub severity: Severity,
    /// The fault and the remedy, in sentences.
    pub text: String,
    /// The places of the key, if it is leaked.
    pub places: Rc<[KeyPlace]>,
}

impl Concern {
    fn new(rule: Rule, severity: Severity, text: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            text: text.into(),
            places: Rc::default(),
        }
    }
}

/// Judges a key. The gravest concern comes first.
pub(super) fn concerns_about(
    key: &ListedKey,
    places: Rc<[KeyPlace]>,
    question: &Question,
) -> Vec<Concern> {
    let found = [
        leak_concern(places),
        all_scopes(key),
        write_beside_read(key),
        no_prefix(key),
        age_concern(key, question),
        all_organizations(key),
        disuse_concern(key, question),
    ];
    let mut concerns: Vec<Concern> = found.into_iter().flatten().collect();
    concerns.sort_by_key(|concern| std::cmp::Reverse(concern.severity));
    concerns
}

fn leak_concern(places: Rc<[KeyPlace]>) -> Option<Concern> {
    if places.is_empty() {
        return None;
    }
    let mut named: Vec<String> = places.iter().take(NAMED).map(KeyPlace::shown).collect();
    if places.len() > NAMED {
        named.push(format!("{} more", places.len() - NAMED));
    }
    let text = format!(
        "It is in {}. Make a new key, take this one out, and delete it.",
        named.join(", ")
    );
    Some(Concern {
        places,
        ..Concern::new(Rule::Leaked, Severity::Critical, text)
    })
}

fn all_scopes(key: &ListedKey) -> Option<Concern> {
    if !key.scopes.iter().any(|scope| scope == EVERYTHING) {
        return None;
    }
    Some(Concern::new(
        Rule::AllScopes,
        Severity::High,
        "It may do everything that you may (scope *). Make one with only the scopes that are needed.",
    ))
}

fn write_beside_read(key: &ListedKey) -> Option<Concern> {
    if !says_read(&key.label) {
        return None;
    }
    let mut writes: Vec<&str> = Vec::new();
    for scope in &key.scopes {
        if scope.ends_with(":write") {
            writes.push(scope);
        }
    }
    if writes.is_empty() {
        return None;
    }
    let hidden = writes.len().saturating_sub(NAMED);
    writes.truncate(NAMED);
    if hidden > 0 {
        writes.push("and more");
    }
    Some(Concern::new(
        Rule::WriteBesideRead,
        Severity::High,
        format!(
            "Its name says that it reads, but it may also change things ({}).",
            writes.join(", ")
        ),
    ))
}

/// Tells whether a name has a word for reading: `dashboards (read-only)`, `ciReadOnly`, `viewer`.
fn says_read(label: &str) -> bool {
    const WORDS: [&str; 8] = [
        "read", "readonly", "reader", "readers", "reading", "ro", "viewer", "view",
    ];
    words_of(label)
        .iter()
        .any(|word| WORDS.contains(&word.as_str()))
}

/// The words of a name, in small letters. A capital after a small letter starts a word.
fn words_of(label: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lowercase = false;
    for character in label.chars() {
        let starts = character.is_uppercase() && was_lowercase;
        if starts || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        was_lowercase = character.is_lowercase();
    }
    words
}

/// A personal key has a mask without a prefix only if it is that old.
fn no_prefix(key: &ListedKey) -> Option<Concern> {
    let mask = key.mask.as_ref()?;
    if mask.kind().is_some() {
        return None;
    }
    Some(Concern::new(
        Rule::NoPrefix,
        Severity::High,
        "It has no prefix, so it was made before June 2021: no scanner knows it by its looks. Make a new one.",
    ))
}

fn age_concern(key: &ListedKey, question: &Question) -> Option<Concern> {
    let issued = key.issue_date();
    let days = question.now.days_since(issued);
    if days <= question.max_age {
        return None;
    }
    let done = match key.rolled {
        Some(_) => "rotated",
        None => "made",
    };
    let mut text = format!(
        "It was {done} {days} days ago, on {issued}; after {} days a key is due for rotation.",
        question.max_age
    );
    if is_before_march_2026(issued) {
        text += " It was issued before March 2026.";
    }
    Some(Concern::new(Rule::Old, Severity::Medium, text))
}

/// PostHog has made its keys in another way since 30 March 2026.
fn is_before_march_2026(issued: Moment) -> bool {
    Moment::parse("2026-03-01").is_some_and(|day| issued < day)
}

fn all_organizations(key: &ListedKey) -> Option<Concern> {
    if key.reach != Reach::Everywhere {
        return None;
    }
    Some(Concern::new(
        Rule::AllOrganizations,
        Severity::Medium,
        "It reaches every project of every organization that you are in. Limit it to the projects it is for.",
    ))
}

fn disuse_concern(key: &ListedKey, question: &Question) -> Option<Concern> {
    let text = match key.used {
        Some(used) => {
            let days = question.now.days_since(used);
            if days <= question.max_age {
                return None;
            }
            format!("It was last used {days} days ago, on {used}. If nothing needs it, delete it.")
        }
        None => {
            if question.now.days_since(key.created) <= UNUSED_DAYS {
                return None;
            }
            "It was never used. If nothing needs it, delete it.".into()
        }
    };
    Some(Concern::new(Rule::Unused, Severity::Medium, text))
}

#[cfg(test)]
mod tests {
    use super::says_read;

    #[test]
    fn a_name_says_that_its_key_reads_only_by_a_word() {
        for label in [
            "read",
            "Dashboards (read-only)",
            "ciReadOnly",
            "grafana_ro",
            "Viewer key",
        ] {
            assert!(says_read(label), "{label}");
        }
        for label in [
            "",
            "thread pool",
            "prod",
            "bread",
            "Ready",
            "review",
            "cro",
            "writer",
        ] {
            assert!(!says_read(label), "{label}");
        }
    }
}
