//! From an outcome to text, on any writer.

mod excerpt;
pub mod failure;
pub mod human;
pub mod sanitize;
pub mod style;

use crate::scan::Outcome;

/// What a report is about.
pub struct Report<'r> {
    /// What was found.
    pub outcome: &'r Outcome,
    /// Whether a commit waits for the verdict.
    pub in_hook: bool,
}
