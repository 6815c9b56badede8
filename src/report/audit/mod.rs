//! The answer of `phguard audit`.

mod json;

use std::io::{self, Write};

pub use json::json;

use crate::audit::{
    Answer, Audit, Concern, Interest, JudgedKey, KeyMask, KeyPlace, LogEntry, Question, Reach,
};
use crate::report::human::plural;
use crate::report::sanitize::sanitize;
use crate::report::style::Role;
use crate::report::text::{Page, Screen};

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
    fn most_listed(self) -> usize {
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
        page.paint(role, &page.shown_text(&label)),
        page.paint(Role::Key, &page.shown_text(&mask))
    );
    page.painted_line(0, &heading)?;
    page.paragraph(2, &facts_about(judged, question))?;
    for Concern { severity, text, .. } in &judged.concerns {
        let mark = format!("  {:<8} ", severity.to_string());
        page.numbered_paragraph(&mark, mark.len(), &sanitize(text.as_bytes()))?;
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
    for place in places.iter().take(listed.most_listed()) {
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
    for entry in entries.iter().take(listed.most_listed()) {
        let mark = format!("  {} {}  ", entry.at, entry.at.time_of_day());
        page.numbered_paragraph(&mark, mark.len(), &deed_text(entry))?;
    }
    write_rest(page, entries.len(), listed)?;
    page.blank_line()
}

fn write_rest(page: &mut Page<'_>, count: usize, listed: Listed) -> io::Result<()> {
    let rest = count.saturating_sub(listed.most_listed());
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
    page.opening_paragraph(
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
