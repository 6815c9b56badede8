//! Keys in texts and files, as an answer may name them.

use std::fmt;
use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result};

use crate::config::allow::AllowedBy;
use crate::detect::Shape;
use crate::finding::Finding;
use crate::key::Fingerprint;
use crate::mask::masked_message;
use crate::scan::{Outcome, Scanner};

use super::files::is_ignored;
use super::reads::Search;

/// Number of bytes of a text that are held at once.
const ROOM: usize = 1 << 20;
/// Maximum size of a file whose lines are searched, in bytes. A search counts as printing every line
/// of a larger one.
const LARGEST_SEARCHED: u64 = 64 << 20;
/// The name that is suggested where none is found.
const USUAL_NAME: &str = "POSTHOG_PERSONAL_API_KEY";

/// A key that an answer names.
#[derive(Clone, Debug)]
pub(super) struct Found {
    kind: &'static str,
    masked: String,
    variable: Option<String>,
    /// The line it stands on.
    pub(super) line: usize,
    fingerprint: Fingerprint,
}

impl Found {
    fn of(finding: &Finding) -> Self {
        Self {
            kind: finding.kind.name,
            masked: finding.excerpt.key.as_str().to_owned(),
            variable: variable_before(&finding.excerpt.before),
            line: finding.location.line,
            fingerprint: finding.fingerprint,
        }
    }

    /// The name of the variable that holds it, or the usual one.
    pub(super) fn variable_name(&self) -> &str {
        self.variable.as_deref().unwrap_or(USUAL_NAME)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostHog {} ({})", self.kind, self.masked)
    }
}

/// The keys in a text that is about to be written.
#[derive(Debug, Default)]
pub(super) struct Added {
    /// One that nothing allows.
    pub(super) found: Option<Found>,
    /// One that a marker beside it allows.
    pub(super) marked: Option<Found>,
}

/// Looks for keys by the rules of a project.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r> {
    pub(super) scanner: &'r Scanner<'r>,
    pub(super) top: Option<&'r Path>,
}

impl Reader<'_> {
    /// Scans texts that belong to no file. Markers do not count there; allowed fingerprints do.
    pub(super) fn in_texts(self, texts: &[&str]) -> Result<Option<Found>> {
        for text in texts {
            let outcome = self.scan(b"", text.as_bytes())?;
            if let Some(found) = first_that_counts(&outcome, |by| by == AllowedBy::Marker) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Scans text that is added to a file of that name.
    pub(super) fn in_added(self, name: &[u8], text: &str) -> Result<Added> {
        let outcome = self.scan(name, text.as_bytes())?;
        let marked = outcome
            .allowed
            .iter()
            .find(|(_, by)| *by == AllowedBy::Marker);
        Ok(Added {
            found: outcome.findings.first().map(Found::of),
            marked: marked.map(|(finding, _)| Found::of(finding)),
        })
    }

    /// Scans a file that an agent wants to read. A marker allows a key to be committed, so it does
    /// not count in a file that git ignores.
    pub(super) fn in_file(self, file: &Path) -> Result<Option<Found>> {
        if self.is_readable(file) {
            return Ok(None);
        }
        let outcome = self.scan_file(file)?;
        if let Some(finding) = outcome.findings.first() {
            return Ok(Some(Found::of(finding)));
        }
        if outcome.allowed.is_empty() || !is_ignored(file) {
            return Ok(None);
        }
        Ok(first_that_counts(&outcome, |by| by == AllowedBy::Marker))
    }

    /// Tells whether lines of a file that these searches print hold a key. Without a search all of
    /// them are printed.
    pub(super) fn is_shown_in(self, file: &Path, searches: &[&Search]) -> Result<bool> {
        if searches.is_empty() {
            return Ok(true);
        }
        let unreadable = || format!("{} cannot be read", shown_path(file));
        if file.metadata().with_context(unreadable)?.len() > LARGEST_SEARCHED {
            return Ok(true);
        }
        let content = std::fs::read(file).with_context(unreadable)?;
        Ok(self.is_shown(&content, searches))
    }

    fn is_shown(self, content: &[u8], searches: &[&Search]) -> bool {
        for hit in self.scanner.detector.scan(content) {
            if hit.shape == Shape::Placeholder {
                continue;
            }
            let start = content[..hit.span.start]
                .iter()
                .rposition(|byte| *byte == b'\n');
            let start = start.map_or(0, |place| place + 1);
            let end = content[hit.span.end..]
                .iter()
                .position(|byte| *byte == b'\n');
            let end = end.map_or(content.len(), |place| hit.span.end + place);
            let line = &content[start..end];
            let key = hit.span.start - start..hit.span.end - start;
            let is_printed = |search: &&Search| match search.may_show_others() {
                true => search.matches_in(content),
                false => search.shows(line, key.clone()),
            };
            if searches.iter().all(is_printed) {
                return true;
            }
        }
        false
    }

    /// Scans a content, if these searches print a key of it.
    pub(super) fn in_content(
        self,
        name: &str,
        content: &[u8],
        searches: &[&Search],
    ) -> Result<Option<Found>> {
        if !searches.is_empty() && !self.is_shown(content, searches) {
            return Ok(None);
        }
        let outcome = self.scan(name.as_bytes(), content)?;
        Ok(outcome.findings.first().map(Found::of))
    }

    /// Returns the names in front of the keys of a file. A key without a name adds none.
    pub(super) fn variables_in(self, file: &Path) -> Result<Vec<String>> {
        let outcome = self.scan_file(file)?;
        let allowed = outcome.allowed.iter().map(|(finding, _)| finding);
        let mut names = Vec::new();
        for finding in outcome.findings.iter().chain(allowed) {
            names.extend(variable_before(&finding.excerpt.before));
        }
        Ok(names)
    }

    /// Tells whether a key stands in a file with a marker already.
    pub(super) fn is_marked_in(self, file: &Path, key: &Found) -> Result<bool> {
        if !file.is_file() {
            return Ok(false);
        }
        let outcome = self.scan_file(file)?;
        let is_same = |(finding, _): &(Finding, AllowedBy)| finding.fingerprint == key.fingerprint;
        Ok(outcome.allowed.iter().any(is_same))
    }

    /// Tells whether the project's configuration lets agents read this file.
    pub(super) fn is_readable(self, file: &Path) -> bool {
        let name = crate::git::path_of(&self.name_of(file));
        name.is_ok_and(|name| self.scanner.allow.agent_files.is_match(name))
    }

    /// The name of a file from the top of the work tree.
    pub(super) fn name_of(self, file: &Path) -> Vec<u8> {
        let top = self.top.unwrap_or(Path::new(""));
        let inner = file.strip_prefix(top).unwrap_or(file);
        crate::git::stored_path(inner)
    }

    fn scan_file(self, file: &Path) -> Result<Outcome> {
        let unreadable = || format!("{} cannot be read", shown_path(file));
        let input = File::open(file).with_context(unreadable)?;
        let name = self.name_of(file);
        self.scanner
            .scan_reader(&name, input, self.window_room())
            .with_context(unreadable)
    }

    fn scan(self, name: &[u8], text: &[u8]) -> Result<Outcome> {
        let scanned = self.scanner.scan_reader(name, text, self.window_room());
        scanned.context("the event cannot be searched")
    }

    /// A pattern may match across any number of lines.
    fn window_room(self) -> usize {
        if self.scanner.detector.has_patterns() {
            usize::MAX
        } else {
            ROOM
        }
    }
}

/// The first key that counts: one that nothing allows, or that is allowed only in this way.
fn first_that_counts(
    outcome: &Outcome,
    does_not_count: impl Fn(AllowedBy) -> bool,
) -> Option<Found> {
    if let Some(finding) = outcome.findings.first() {
        return Some(Found::of(finding));
    }
    let allowed = outcome.allowed.iter().find(|(_, by)| does_not_count(*by));
    allowed.map(|(finding, _)| Found::of(finding))
}

/// Returns a path as an answer may show it: without keys and control characters.
pub(super) fn shown_path(path: &Path) -> String {
    let mut shown = String::new();
    for character in masked_message(&path.to_string_lossy()).chars() {
        let is_plain =
            character.escape_debug().len() == 1 || matches!(character, '"' | '\'' | '\\');
        if is_plain {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    shown
}

/// The name in `NAME=`, `NAME: "` and the like at the end of a text.
fn variable_before(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_end_matches(['"', '\'', '`', ' ']);
    let text = text.strip_suffix(['=', ':'])?;
    let text = text.trim_end_matches(['"', '\'', ' ', ':']);
    let reversed: String = text
        .chars()
        .rev()
        .take_while(is_name_part)
        .take(64)
        .collect();
    let name: String = reversed.chars().rev().collect();
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if name.len() > 2 && starts_well && masked_message(&name) == name {
        Some(name)
    } else {
        None
    }
}

fn is_name_part(c: &char) -> bool {
    c.is_ascii_alphanumeric() || *c == '_'
}
