//! Texts about commits: the one that adds a key, and the way to change it.

use super::excerpt::keep_start;
use super::text::Page;
use super::{Mode, Report};
use crate::finding::{AddedBy, FoundIn, Trace};

/// Digits of an object id that are shown: enough in any repository.
const SHORT_ID: usize = 12;
/// Columns of a subject that are shown.
const SUBJECT: usize = 50;

/// Describes the commit that adds a key.
pub(super) fn commit_note(page: &Page<'_>, commit: &AddedBy) -> String {
    let mut text = format!("commit {}", short_id(commit));
    if let Some(day) = commit.date.as_ref().and_then(|date| date.split('T').next()) {
        text += &format!(" of {day}");
    }
    if let Some(author) = &commit.author {
        let author = keep_start(&page.printable(author), SUBJECT, &page.shown_text("…"));
        text += &format!(" by {author}");
    }
    let subject = keep_start(
        &page.printable(&commit.subject),
        SUBJECT,
        &page.shown_text("…"),
    );
    if !subject.is_empty() {
        text += &format!(": {subject}");
    }
    text
}

/// Tells whether HEAD still has a key of the history, and how many refs lead to it. A message is in
/// no file of HEAD.
pub(super) fn trace_note(trace: Trace, found_in: FoundIn) -> String {
    let refs = match trace.refs {
        0 => "no ref leads to it".to_owned(),
        1 => "1 ref leads to it".to_owned(),
        refs => format!("{refs} refs lead to it"),
    };
    match (found_in, trace.in_head) {
        (FoundIn::Message, _) => format!("In a message; {refs}."),
        (_, true) => format!("Still in HEAD; {refs}."),
        (_, false) => format!("No longer in HEAD; {refs}."),
    }
}

/// The first digits of a commit's id.
pub(super) fn short_id(commit: &AddedBy) -> String {
    commit.id.to_string().chars().take(SHORT_ID).collect()
}

/// The verdict and its reason, before the number of keys.
pub(super) fn verdict(report: &Report<'_>) -> (&'static str, &'static str) {
    match report.mode {
        Mode::Push => ("push stopped", "it would publish"),
        Mode::Receive => ("push refused", "it would bring in"),
        Mode::Transaction => ("refused", "a branch or tag would gain"),
        Mode::History => ("not clean", "the history holds"),
        _ if report.outcome.commits == Some(1) => ("not clean", "this commit adds"),
        _ => ("not clean", "these commits add"),
    }
}

/// Counts commits, before the counts of files and keys.
pub(super) fn counted_commits(commits: Option<usize>) -> String {
    match commits {
        None => String::new(),
        Some(1) => "1 commit, ".into(),
        Some(commits) => format!("{commits} commits, "),
    }
}
