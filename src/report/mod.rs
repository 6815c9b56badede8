//! From an outcome to text, on any writer.

mod commits;
mod excerpt;
pub mod explain;
pub mod failure;
pub mod human;
pub mod json;
pub mod sanitize;
pub mod style;

use serde::Serialize;

use crate::scan::Outcome;

/// Where the changes of a report came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// What the next commit adds.
    Staged,
    /// Files on disk.
    Files,
    /// All files of the index.
    #[serde(rename = "files")]
    Tracked,
    /// What commits add.
    Range,
    /// What a push would send.
    #[serde(rename = "range")]
    Push,
    /// What a push brings to a server.
    #[serde(rename = "range")]
    Receive,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs; the README describes its fields.
    Json,
}

/// What a report is about.
pub struct Report<'r> {
    /// What was found.
    pub outcome: &'r Outcome,
    /// Where the changes came from.
    pub mode: Mode,
    /// Whether a commit waits for the verdict.
    pub in_hook: bool,
}
