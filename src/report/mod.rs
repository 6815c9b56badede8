//! From an outcome to text, on any writer.

mod commits;
pub mod doctor;
mod excerpt;
pub mod explain;
pub mod failure;
pub mod fix;
pub mod github;
pub mod human;
pub mod json;
pub mod sanitize;
pub mod sarif;
pub mod style;

use serde::Serialize;

use crate::detect::Shape;
use crate::finding::{Finding, Location};
use crate::scan::Outcome;

/// Where the changes of a report came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// What the next commit adds.
    Staged,
    /// Files on disk.
    Files,
    /// A commit message.
    Message,
    /// All files of the index.
    #[serde(rename = "files")]
    Tracked,
    /// What commits add.
    Range,
    /// What was ever committed.
    History,
    /// What a push would send.
    #[serde(rename = "range")]
    Push,
    /// What a push brings to a server.
    #[serde(rename = "range")]
    Receive,
    /// What branches gain that git is about to move.
    #[serde(rename = "range")]
    Transaction,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs; the README describes its fields.
    Json,
    /// SARIF 2.1.0, for GitHub code scanning and the like.
    Sarif,
    /// Annotations for a workflow of GitHub Actions.
    Github,
}

impl Format {
    /// Whether a reader waits for a document, which must say so when nothing was found.
    #[must_use]
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }
}

/// What a report is about.
pub struct Report<'r> {
    /// What was found.
    pub outcome: &'r Outcome,
    /// Where the changes came from.
    pub mode: Mode,
    /// Whether a commit waits for the verdict.
    pub in_hook: bool,
    /// Whether the reader may allow a key: a server does not tell how to pass it.
    pub may_allow: bool,
}

/// Where a key inside an archive stands: `in a.zip!dir/file, line 3`.
fn in_container(place: &Location) -> String {
    let path = sanitize::sanitize(&place.path);
    format!("in {path}, line {}", place.line)
}

/// What to say of a finding beside its line, where there is no room for more.
fn message(finding: &Finding) -> String {
    let kind = finding.kind;
    let a = if kind.name.starts_with(|c: char| "aeiouAEIOU".contains(c)) {
        "An"
    } else {
        "A"
    };
    let cut = if finding.shape == Shape::Whole {
        ""
    } else {
        ", cut or a sample"
    };
    let place = match &finding.container {
        Some(_) => in_container(&finding.location),
        None if finding.in_name => format!("in the name of this {}", named_thing(finding)),
        None => "on this line".into(),
    };
    let exposed = finding
        .exposed_as
        .as_ref()
        .map(|name| format!(" {name} is copied into the browser bundle."));
    format!(
        "{a} {} ({}){cut} is {place}. {}{} Take it out, and rotate it if it was ever pushed: {}.",
        kind.name,
        finding.excerpt.key.as_str(),
        kind.power,
        exposed.unwrap_or_default(),
        kind.rotate
    )
}

/// The word for something whose name holds a key.
fn named_thing(finding: &Finding) -> &'static str {
    let path = &finding.location.path;
    if path.starts_with(b"refs/heads/") {
        "branch"
    } else if path.starts_with(b"refs/tags/") {
        "tag"
    } else if path.starts_with(b"refs/") {
        "ref"
    } else {
        "file"
    }
}
