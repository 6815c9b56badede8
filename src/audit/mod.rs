//! Judges the account's keys by the answers of PostHog's own API: documents in, concerns out. Opens no
//! connection and knows nothing of git: the user fetches the documents.
//!
//! The fields are those of PostHog's serializers: `PersonalAPIKeySerializer` in
//! `posthog/api/personal_api_key.py`, `ProjectSecretAPIKeySerializer` in
//! `posthog/api/project_secret_api_key.py`, and `ActivityLogSerializer` in
//! `posthog/api/advanced_activity_logs/viewset.py`.

mod activity;
mod date;
mod document;
mod fields;
mod keys;
mod mask;
mod places;
mod rules;

use serde::Serialize;

pub use activity::{Interest, LogEntry};
pub use date::Moment;
pub use document::Documents;
pub use keys::{ListedKey, Reach};
pub use mask::KeyMask;
pub use places::{KeyPlace, Reports};
pub use rules::{Concern, Rule};

/// The questions that the user asks about the documents.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The present.
    pub now: Moment,
    /// Days after which a key is due for rotation.
    pub max_age: i64,
    /// Entries of the activity log before this moment are left out.
    pub since: Option<Moment>,
}

/// A key of the list, and everything that should be done about it.
#[derive(Debug)]
pub struct JudgedKey {
    /// The key.
    pub key: ListedKey,
    /// Its concerns, the gravest first.
    pub concerns: Vec<Concern>,
}

/// The outcome of an audit.
#[derive(Debug, Default)]
pub struct Audit {
    /// All keys, those with the gravest concerns first.
    pub keys: Vec<JudgedKey>,
    /// Number of entries of the activity log within the window.
    pub entries: usize,
    /// Entries that someone should look at, the newest first.
    pub notable: Vec<LogEntry>,
    /// Places of keys that no list holds.
    pub strangers: Vec<KeyPlace>,
    /// Sentences about everything that is missing for an answer.
    pub missing: Vec<String>,
    /// Sentences that are good to know.
    pub notes: Vec<String>,
}

/// The answer of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Nothing is to be done.
    Well,
    /// Something is to be done.
    Todo,
    /// A part of the documents is missing.
    Incomplete,
}

impl Audit {
    /// Judges everything that was read.
    #[must_use]
    pub fn of(documents: Documents, reports: Reports, question: &Question) -> Self {
        let mut audit = Self {
            missing: documents.open_questions(question),
            notes: documents.side_notes(question),
            ..Self::default()
        };
        audit.missing.extend(reports.unscanned);
        let shared = places::shared_out(reports.places, &documents.keys);
        audit.strangers = shared.strangers;
        audit.missing.extend(shared.unclear);
        for (key, places) in documents.keys.into_iter().zip(shared.of_keys) {
            let concerns = rules::concerns_about(&key, places, question);
            audit.keys.push(JudgedKey { key, concerns });
        }
        audit.keys.sort_by_key(|judged| {
            let gravest = judged.concerns.first().map(|concern| concern.severity);
            std::cmp::Reverse(gravest)
        });
        for entry in documents.entries {
            if question.since.is_some_and(|since| entry.at < since) {
                continue;
            }
            audit.entries += 1;
            if entry.interest.is_some() {
                audit.notable.push(entry);
            }
        }
        audit
            .notable
            .sort_by_key(|entry| std::cmp::Reverse(entry.at));
        audit
    }

    /// Returns the verdict of the audit.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let has_concern = self.keys.iter().any(|judged| !judged.concerns.is_empty());
        if !self.missing.is_empty() {
            Answer::Incomplete
        } else if has_concern || !self.notable.is_empty() || !self.strangers.is_empty() {
            Answer::Todo
        } else {
            Answer::Well
        }
    }
}
