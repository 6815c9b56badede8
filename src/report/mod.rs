//! From an outcome to text, on any writer.

mod advice;
pub mod audit;
mod commits;
pub mod doctor;
mod excerpt;
pub mod explain;
pub mod failure;
pub mod fix;
pub mod github;
pub mod human;
pub mod json;
mod keys;
mod marker;
mod remedy;
pub mod sanitize;
pub mod sarif;
mod shell;
pub mod style;
pub mod text;
pub mod topics;
mod warnings;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::detect::Shape;
use crate::finding::{Finding, FoundIn, Location};
use crate::git::ObjectId;
use crate::key::Fingerprint;
use crate::misplaced::Warning;
use crate::scan::Outcome;

/// The source of the changes of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The changes of the next commit.
    Staged,
    /// Files on disk.
    Files,
    /// A commit message.
    Message,
    /// All files of the index.
    #[serde(rename = "files")]
    Tracked,
    /// The changes of commits.
    Range,
    /// All of the history.
    History,
    /// The commits that a push sends.
    #[serde(rename = "range")]
    Push,
    /// The commits that a server receives from a push.
    #[serde(rename = "range")]
    Receive,
    /// The commits that branches gain when git moves them.
    #[serde(rename = "range")]
    Transaction,
}

/// The format of a report.
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
    /// Tells whether the format is a document, which is written even if nothing was found.
    #[must_use]
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }
}

/// The number of keys and places that a report for people lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// The first ones.
    #[default]
    First,
    /// All of them.
    All,
}

/// The directory and environment in which the reader types the next command.
#[derive(Debug, Default)]
pub struct Here {
    /// The reader stands in a repository.
    pub in_repository: bool,
    /// Path of the directory from the top of the repository; empty or with a `/` at its end.
    pub prefix: Vec<u8>,
    /// The commit that is checked out.
    pub head: Option<ObjectId>,
    /// Staged files with a key whose version on the disk has none.
    pub mended_on_disk: BTreeSet<Vec<u8>>,
    /// Keys that the `.phguard.toml` on the disk allows and the staged one does not.
    pub allowed_on_disk: BTreeSet<Fingerprint>,
    /// Staged files that `phguard fix` leaves as they are.
    pub left_by_fix: BTreeSet<Vec<u8>>,
    /// The place of what the refused commits bring.
    pub refused_work: RefusedWork,
}

/// The place of what the commits bring that a ref did not get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefusedWork {
    /// In commits that were there before.
    #[default]
    InCommits,
    /// In commits that were there before, and by a checkout in the index and in the files.
    CheckedOut,
    /// In the files: the commit that was to hold it is new.
    InFiles(WayOn),
    /// In commits that a merge brings.
    Merged,
}

/// The commands after a refusal, as git keeps the state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WayOn {
    /// They go on once the work is mended and staged. Empty if git does not tell which they are.
    pub forward: &'static [&'static str],
    /// It goes back to where it was before the command.
    pub back: Option<&'static str>,
}

/// Everything that a report tells.
pub struct Report<'r> {
    /// The findings and the counts.
    pub outcome: &'r Outcome,
    /// The source of the changes.
    pub mode: Mode,
    /// True if a commit waits for the verdict.
    pub in_hook: bool,
    /// True if the reader may allow a key: a server's message names no way past it.
    pub may_allow: bool,
    /// The length of the message for people.
    pub detail: Detail,
    /// The message for people explains the kinds of the keys.
    pub explain: bool,
    /// Mistakes beside keys. They change no verdict.
    pub warnings: &'r [Warning],
    /// The reader's directory and environment.
    pub here: Here,
}

/// Names the place of a key inside an archive: `in a.zip!dir/file, line 3`.
fn in_container(place: &Location) -> String {
    let path = sanitize::sanitize(&place.path);
    format!("in {path}, line {}", place.line)
}

impl<'r> Report<'r> {
    /// A report without knowledge of the reader.
    #[must_use]
    pub fn new(outcome: &'r Outcome, mode: Mode, in_hook: bool) -> Self {
        Self {
            outcome,
            mode,
            in_hook,
            may_allow: true,
            detail: Detail::First,
            explain: false,
            warnings: &[],
            here: Here::default(),
        }
    }
}

/// Describes a finding in one line, for a reader who sees its place already.
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
    let place = match (&finding.container, finding.found_in) {
        (Some(_), _) => in_container(&finding.location),
        (None, FoundIn::FileName) => format!("in the name of this {}", named_thing(finding)),
        (None, FoundIn::Line | FoundIn::Message) => "on this line".into(),
    };
    let exposed = match &finding.exposed_as {
        Some(name) => format!(" {name} is copied into the browser bundle."),
        None => String::new(),
    };
    format!(
        "{a} {} ({}){cut} is {place}. {}{} Take it out, and rotate it if it was ever pushed: {}.",
        kind.name,
        finding.excerpt.key.as_str(),
        kind.power,
        exposed,
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
