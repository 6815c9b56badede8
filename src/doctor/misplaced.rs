//! The wrong kind of key in the wrong place, as doctor tells it.

use super::{Line, State};
use crate::misplaced::Warning;

/// Number of warnings that are named.
const SHOWN: usize = 20;

/// A mistake by which a key could get out is wrong; the others are good to know.
pub(super) fn warning_lines(warnings: &[Warning]) -> Vec<Line> {
    let mut lines = Vec::new();
    for warning in warnings.iter().take(SHOWN) {
        let about = format!(
            "{}:{}",
            String::from_utf8_lossy(&warning.path),
            warning.line
        );
        let text = warning.text.trim_end_matches('.');
        let line = Line::note(&about, text);
        let state = if warning.mistake.is_leak() {
            State::Wrong
        } else {
            State::Note
        };
        lines.push(Line { state, ..line });
    }
    let rest = warnings.len().saturating_sub(SHOWN);
    if rest > 0 {
        lines.push(Line::note(
            "keys in the wrong place",
            format!("{rest} more; `phguard --files . --all` lists them"),
        ));
    }
    lines
}
