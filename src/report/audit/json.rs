//! The answer of `phguard audit` as one JSON document.

use serde::Serialize;

use crate::audit::{
    Answer, Audit, Concern, Interest, JudgedKey, KeyPlace, LogEntry, Question, Reach,
};
use crate::key::Severity;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Program,
    mode: &'static str,
    today: String,
    answer: Answer,
    keys: Vec<KeyItem<'a>>,
    findings: Vec<ConcernItem<'a>>,
    entries: usize,
    activity: Vec<EntryItem<'a>>,
    unknown_keys: Vec<PlaceItem<'a>>,
    missing: &'a [String],
    notes: &'a [String],
}

#[derive(Serialize)]
struct Program {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct KeyItem<'a> {
    label: &'a str,
    masked: Option<String>,
    kind: Option<&'static str>,
    created: String,
    rotated: Option<String>,
    last_used: Option<String>,
    age_days: i64,
    scopes: &'a [String],
    projects: Option<&'a [String]>,
    all_organizations: bool,
}

#[derive(Serialize)]
struct ConcernItem<'a> {
    rule: crate::audit::Rule,
    severity: Severity,
    label: &'a str,
    masked: Option<String>,
    text: &'a str,
    places: Vec<PlaceItem<'a>>,
}

#[derive(Serialize)]
struct PlaceItem<'a> {
    masked: String,
    place: &'a str,
    commit: Option<&'a str>,
}

#[derive(Serialize)]
struct EntryItem<'a> {
    interest: Interest,
    date: String,
    time: String,
    by: &'a str,
    activity: &'a str,
    scope: &'a str,
    name: &'a str,
    scopes_before: Option<&'a str>,
    scopes_after: Option<&'a str>,
}

/// The same as one JSON document.
///
/// # Errors
/// None that an audit could cause.
pub fn json(audit: &Audit, question: &Question) -> serde_json::Result<String> {
    let mut keys = Vec::new();
    let mut findings = Vec::new();
    for judged in &audit.keys {
        keys.push(KeyItem::new(judged, question));
        for concern in &judged.concerns {
            findings.push(ConcernItem::new(judged, concern));
        }
    }
    let document = Document {
        version: 1,
        tool: Program {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        mode: "audit",
        today: question.now.to_string(),
        answer: audit.answer(),
        keys,
        findings,
        entries: audit.entries,
        activity: audit.notable.iter().filter_map(EntryItem::new).collect(),
        unknown_keys: audit.strangers.iter().map(PlaceItem::new).collect(),
        missing: &audit.missing,
        notes: &audit.notes,
    };
    Ok(serde_json::to_string(&document)? + "\n")
}

impl<'a> KeyItem<'a> {
    fn new(judged: &'a JudgedKey, question: &Question) -> Self {
        let key = &judged.key;
        Self {
            label: &key.label,
            masked: key.mask.as_ref().map(ToString::to_string),
            kind: key.mask.as_ref().and_then(|mask| Some(mask.kind()?.id)),
            created: key.created.to_string(),
            rotated: key.rolled.map(|rolled| rolled.to_string()),
            last_used: key.used.map(|used| used.to_string()),
            age_days: question.now.days_since(key.issue_date()),
            scopes: &key.scopes,
            projects: match &key.reach {
                Reach::Projects(projects) => Some(projects),
                _ => None,
            },
            all_organizations: key.reach == Reach::Everywhere,
        }
    }
}

impl<'a> ConcernItem<'a> {
    fn new(judged: &'a JudgedKey, concern: &'a Concern) -> Self {
        Self {
            rule: concern.rule,
            severity: concern.severity,
            label: &judged.key.label,
            masked: judged.key.mask.as_ref().map(ToString::to_string),
            text: &concern.text,
            places: concern.places.iter().map(PlaceItem::new).collect(),
        }
    }
}

impl<'a> PlaceItem<'a> {
    fn new(place: &'a KeyPlace) -> Self {
        Self {
            masked: place.mask.to_string(),
            place: &place.at,
            commit: place.commit.as_deref(),
        }
    }
}

impl<'a> EntryItem<'a> {
    fn new(entry: &'a LogEntry) -> Option<Self> {
        let scopes = entry.scopes.as_ref();
        Some(Self {
            interest: entry.interest?,
            date: entry.at.to_string(),
            time: entry.at.time_of_day(),
            by: &entry.by,
            activity: &entry.activity,
            scope: &entry.scope,
            name: &entry.name,
            scopes_before: scopes.map(|(before, _)| before.as_str()),
            scopes_after: scopes.map(|(_, after)| after.as_str()),
        })
    }
}
