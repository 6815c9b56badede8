//! The keys of a report: each once, with all of its places.

use std::collections::{HashMap, HashSet};
use std::io;

use super::style::Role;
use super::text::Page;
use super::{Detail, Mode, Report, named_thing};
use super::{commits, excerpt, marker};
use crate::detect::{Encoding, Ending, Shape};
use crate::finding::{Finding, FoundIn};
use crate::key::{Fingerprint, SHORTEST_WHOLE_BODY};

/// Keys that are listed without `--all`.
const KEYS: usize = 10;
/// Places of a key that are listed without `--all`.
const PLACES: usize = 5;
/// Up to this many keys, the line and the age of each are shown.
const WITH_LINE: usize = 3;

/// A key and the findings that hold it. There is at least one.
pub(super) struct Key<'r> {
    pub(super) findings: Vec<&'r Finding>,
}

impl<'r> Key<'r> {
    pub(super) fn first_finding(&self) -> &'r Finding {
        self.findings[0]
    }

    fn file_count(&self) -> usize {
        let paths: HashSet<&[u8]> = self
            .findings
            .iter()
            .map(|finding| &finding.location.path[..])
            .collect();
        paths.len()
    }
}

/// Groups findings by key, in the order in which the keys were found.
pub(super) fn distinct_keys(findings: &[Finding]) -> Vec<Key<'_>> {
    let mut keys: Vec<Key<'_>> = Vec::new();
    let mut numbers: HashMap<Fingerprint, usize> = HashMap::new();
    for finding in findings {
        if let Some(number) = numbers.get(&finding.fingerprint) {
            keys[*number].findings.push(finding);
        } else {
            numbers.insert(finding.fingerprint, keys.len());
            keys.push(Key {
                findings: vec![finding],
            });
        }
    }
    keys
}

/// Lists the keys with their places.
pub(super) fn write(page: &mut Page<'_>, report: &Report<'_>, keys: &[Key<'_>]) -> io::Result<()> {
    let (shown_keys, shown_places) = match report.detail {
        Detail::All => (usize::MAX, usize::MAX),
        Detail::First => (KEYS, PLACES),
    };
    let with_line = keys.len() <= WITH_LINE;
    let mut hidden = 0;
    for (number, key) in keys.iter().enumerate() {
        if number >= shown_keys {
            hidden += key.findings.len();
            continue;
        }
        if number == 0 || with_line {
            page.blank_line()?;
        }
        write_key(page, key)?;
        if with_line || report.detail == Detail::All {
            write_age(page, key)?;
        }
        for (number, finding) in key.findings.iter().take(shown_places).enumerate() {
            write_place(page, finding, with_line && number == 0)?;
        }
        hidden += key.findings.len().saturating_sub(shown_places);
    }
    if hidden > 0 {
        write_hidden(page, report, hidden)?;
    }
    Ok(())
}

fn write_key(page: &mut Page<'_>, key: &Key<'_>) -> io::Result<()> {
    let first = key.first_finding();
    let places = match (key.file_count(), key.findings.len()) {
        (1, 1) => String::new(),
        (1, places) => format!(" in {places} places"),
        (files, _) => format!(" in {files} files"),
    };
    let about = format!(
        "{places}: {}, fingerprint {}",
        first.kind.name, first.fingerprint
    );
    page.opening_paragraph(Role::Key, first.excerpt.key.as_str(), &about)
}

/// Tells that a key is old. A list of many keys repeats it for none.
fn write_age(page: &mut Page<'_>, key: &Key<'_>) -> io::Result<()> {
    let Some(before) = key.first_finding().issued_before else {
        return Ok(());
    };
    let month = before.month();
    page.paragraph(2, &format!("Issued before {month}: due for rotation."))
}

fn write_place(page: &mut Page<'_>, finding: &Finding, with_line: bool) -> io::Result<()> {
    let place = page.printable(&place_of(finding));
    page.line(2, Role::Place, &place)?;
    if with_line && finding.found_in != FoundIn::FileName {
        excerpt::write(page, finding)?;
    }
    for note in notes_on(page, finding) {
        page.paragraph(4, &note)?;
    }
    Ok(())
}

/// Returns a place as the message names it, and as `phguard allow` takes it.
pub(super) fn place_of(finding: &Finding) -> Vec<u8> {
    let location = &finding.location;
    let mut place = location.path.clone();
    if finding.found_in != FoundIn::FileName {
        place.extend(format!(":{}:{}", location.line, location.column).bytes());
    }
    place
}

/// Returns the notes about a place that are printed beside its line.
fn notes_on(page: &Page<'_>, finding: &Finding) -> Vec<String> {
    let mut notes = Vec::new();
    if finding.found_in == FoundIn::FileName {
        notes.push(format!(
            "The name of this {} holds a {}.",
            named_thing(finding),
            finding.kind.name
        ));
    }
    match finding.encoding {
        Encoding::Plain => {}
        Encoding::Escaped => notes.push("The key is written with escapes.".into()),
        Encoding::Split => notes.push("The key is split: its parts make one key.".into()),
        Encoding::Nested => notes.push("The key is encoded twice.".into()),
        other => notes.push(format!("The key is written in {}.", written_in(other))),
    }
    if finding.ending == Ending::Guessed {
        notes.push("Other text touches the key, so that its end is a guess.".into());
    }
    if let Some(name) = &finding.exposed_as {
        notes.push(format!(
            "{name} is copied into the browser bundle: every visitor could read this key."
        ));
    }
    if finding.kind.prefix.is_empty() {
        // A kind of the project's own: only its description says what it is.
        notes.push(finding.kind.power.to_owned());
    }
    if finding.shape != Shape::Whole {
        notes.push(format!(
            "It looks like a cut or a sample key: a whole one has {SHORTEST_WHOLE_BODY} or more characters behind its prefix."
        ));
    }
    if let Some(near_miss) = marker::near_miss(&finding.excerpt) {
        notes.push(near_miss);
    }
    if let Some(commit) = &finding.commit {
        notes.push(commits::commit_note(page, commit));
    }
    if let Some(trace) = finding.trace {
        notes.push(commits::trace_note(trace, finding.found_in));
    }
    notes
}

fn written_in(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf16 => "UTF-16",
        other => other.as_str(),
    }
}

fn write_hidden(page: &mut Page<'_>, report: &Report<'_>, hidden: usize) -> io::Result<()> {
    let more = match hidden {
        1 => "1 more place".to_owned(),
        places => format!("{places} more places"),
    };
    let command = match report.mode {
        Mode::Staged if report.in_hook => Some("phguard --all"),
        // The commits of a push are here, whoever refuses them.
        Mode::Push | Mode::Receive => Some("phguard --history --all"),
        _ => None,
    };
    let Some(command) = command else {
        return page.paragraph(0, &format!("And {more}: add --all to see them."));
    };
    page.paragraph(0, &format!("And {more}. To see all of them:"))?;
    page.command(command)
}
