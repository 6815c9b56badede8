//! The answer of `phguard audit`.

use std::io::{self, Write};

use serde::Serialize;

use super::human::plural;
use super::sanitize::sanitize;
use super::style::Role;
use super::text::{Page, Screen};
use crate::audit::{
    Answer, Audit, Concern, Interest, JudgedKey, KeyMask, KeyPlace, LogEntry, Question, Reach,
};
use crate::key::Severity;

/// Entries of the activity log and places that are listed without `--all`.
const LISTED: usize = 10;

/// Writes the answer for people: the gravest first, the sum at the end.
///
/// # Errors
/// The writer fails.
pub fn human(
    out: &mut dyn Write,
    audit: &Audit,
    question: &Question,
    listed: Listed,
    screen: Screen,
) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    for judged in &audit.keys {
        write_key(page, judged, question)?;
    }
    write_strangers(page, &audit.strangers, listed)?;
    for interest in Interest::ALL {
        write_entries(page, audit, interest, listed)?;
    }
    for sentence in audit.missing.iter().chain(&audit.notes) {
        page.paragraph(0, &sanitize(sentence.as_bytes()))?;
        page.blank_line()?;
    }
    write_sum(page, audit)?;
    write_advice(page, audit)
}

/// The number of entries and places that are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// The first ones.
    First,
    /// All of them.
    All,
}

impl Listed {
    fn limit(self) -> usize {
        match self {
            Self::First => LISTED,
            Self::All => usize::MAX,
        }
    }
}

fn write_key(page: &mut Page<'_>, judged: &JudgedKey, question: &Question) -> io::Result<()> {
    let key = &judged.key;
    let label = match key.label.as_str() {
        "" => "(no name)".to_owned(),
        label => sanitize(label.as_bytes()),
    };
    let mask = match &key.mask {
        Some(mask) => mask.to_string(),
        None => "(no mask)".into(),
    };
    let role = if judged.concerns.is_empty() {
        Role::Good
    } else {
        Role::Alarm
    };
    let heading = format!(
        "{}  {}",
        page.paint(role, &page.shown(&label)),
        page.paint(Role::Key, &page.shown(&mask))
    );
    page.painted_line(0, &heading)?;
    page.paragraph(2, &facts_about(judged, question))?;
    for Concern { severity, text, .. } in &judged.concerns {
        let mark = format!("  {:<8} ", severity.to_string());
        page.numbered(&mark, mark.len(), &sanitize(text.as_bytes()))?;
    }
    page.blank_line()
}

/// Age, last use, scopes and projects.
fn facts_about(judged: &JudgedKey, question: &Question) -> String {
    let key = &judged.key;
    let age = question.now.days_since(key.created);
    let mut text = format!("made {} ({})", key.created, days_ago(age));
    if let Some(rolled) = key.rolled {
        text += &format!(", rotated {rolled}");
    }
    text += &match key.used {
        Some(used) => format!(", last used {used}"),
        None => ", never used".to_owned(),
    };
    if key.scopes.is_empty() {
        text += "; no scopes";
    } else {
        text += &format!("; scopes {}", first_of(&key.scopes, " "));
    }
    text += &format!("; {}", reach_text(&key.reach));
    text
}

fn days_ago(days: i64) -> String {
    match days {
        ..=0 => "today".into(),
        1 => "yesterday".into(),
        days => format!("{days} days ago"),
    }
}

fn reach_text(reach: &Reach) -> String {
    match reach {
        Reach::Everywhere => "all organizations".into(),
        Reach::Organizations(count) => {
            format!("all projects of {}", plural(*count, "organization"))
        }
        Reach::Projects(projects) => {
            format!("projects {}", first_of(projects, ", "))
        }
        Reach::Own => "its own project".into(),
    }
}

/// The first texts of a list on one line.
fn first_of(texts: &[String], between: &str) -> String {
    let shown = &texts[..texts.len().min(LISTED)];
    let mut text = sanitize(shown.join(between).as_bytes());
    if texts.len() > LISTED {
        text += &format!(" and {} more", texts.len() - LISTED);
    }
    text
}

fn write_strangers(page: &mut Page<'_>, places: &[KeyPlace], listed: Listed) -> io::Result<()> {
    if places.is_empty() {
        return Ok(());
    }
    page.line(0, Role::Alarm, "Found, but in none of these lists")?;
    for place in places.iter().take(listed.limit()) {
        let text = format!("{} in {}", place.mask, place.shown());
        page.paragraph(2, &sanitize(text.as_bytes()))?;
    }
    write_rest(page, places.len(), listed)?;
    page.paragraph(
        2,
        "Each is deleted already, or it belongs to somebody else: everybody sees only their own keys. \
         Until you know, treat it as alive.",
    )?;
    page.blank_line()
}

fn write_entries(
    page: &mut Page<'_>,
    audit: &Audit,
    interest: Interest,
    listed: Listed,
) -> io::Result<()> {
    let entries: Vec<&LogEntry> = audit
        .notable
        .iter()
        .filter(|entry| entry.interest == Some(interest))
        .collect();
    if entries.is_empty() {
        return Ok(());
    }
    page.line(0, Role::Heading, interest.heading())?;
    for entry in entries.iter().take(listed.limit()) {
        let mark = format!("  {} {}  ", entry.at, entry.at.time());
        page.numbered(&mark, mark.len(), &deed_text(entry))?;
    }
    write_rest(page, entries.len(), listed)?;
    page.blank_line()
}

fn write_rest(page: &mut Page<'_>, count: usize, listed: Listed) -> io::Result<()> {
    let rest = count.saturating_sub(listed.limit());
    if rest == 0 {
        return Ok(());
    }
    page.paragraph(2, &format!("And {rest} more: add --all to see them."))
}

/// An entry in a sentence: `ann@example.com created PersonalAPIKey "ci"`.
fn deed_text(entry: &LogEntry) -> String {
    let mut text = format!("{} {} {}", entry.by, entry.activity, entry.scope);
    if !entry.name.is_empty() {
        text += &format!(" `{}`", entry.name);
    }
    if let Some((before, after)) = &entry.scopes {
        text += &format!(", scopes {before} -> {after}");
    }
    sanitize(text.as_bytes())
}

fn write_sum(page: &mut Page<'_>, audit: &Audit) -> io::Result<()> {
    let with_concern = audit
        .keys
        .iter()
        .filter(|judged| !judged.concerns.is_empty())
        .count();
    let mut parts = Vec::new();
    if !audit.keys.is_empty() || audit.entries == 0 {
        let keys = plural(audit.keys.len(), "key");
        parts.push(format!("{with_concern} of {keys} with something to do"));
    }
    if audit.entries > 0 {
        let noun = if audit.entries == 1 {
            "entry"
        } else {
            "entries"
        };
        parts.push(format!(
            "{} of {} {noun} of the activity log to look at",
            audit.notable.len(),
            audit.entries
        ));
    }
    if !audit.strangers.is_empty() {
        parts.push(format!(
            "{} in no list",
            plural(audit.strangers.len(), "place")
        ));
    }
    let (role, verdict) = match audit.answer() {
        Answer::Well => (Role::Good, "nothing to do"),
        Answer::Todo => (Role::Alarm, "something to do"),
        Answer::Incomplete => (Role::Alarm, "not everything is known"),
    };
    page.opening(
        role,
        &format!("phguard audit: {verdict}"),
        &format!("; {}.", parts.join(", ")),
    )
}

fn write_advice(page: &mut Page<'_>, audit: &Audit) -> io::Result<()> {
    let gravest = audit.keys.iter().find(|judged| !judged.concerns.is_empty());
    let mask = match gravest {
        Some(judged) => judged.key.mask.as_ref(),
        None if audit.strangers.is_empty() => return Ok(()),
        None => audit.strangers.first().map(|place| &place.mask),
    };
    // Keys of the time before the prefixes are personal ones.
    let kind = mask.and_then(KeyMask::kind);
    let prefix = kind.map_or("phx_", |kind| kind.prefix);
    page.paragraph(0, "The way to rotate a key, step by step:")?;
    page.command(&format!("phguard explain {prefix}"))
}

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
            age_days: question.now.days_since(key.issued()),
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
            time: entry.at.time(),
            by: &entry.by,
            activity: &entry.activity,
            scope: &entry.scope,
            name: &entry.name,
            scopes_before: scopes.map(|(before, _)| before.as_str()),
            scopes_after: scopes.map(|(_, after)| after.as_str()),
        })
    }
}
