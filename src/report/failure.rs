//! The message of a command that was given up.

use super::sanitize::sanitize;
use super::style::{Palette, Role};
use crate::failure::Failure;
use crate::mask::masked_message;

/// Returns the message about an error: the error, its cause and a hint. `title` names the step that
/// was left undone.
#[must_use]
pub fn text(error: &anyhow::Error, title: Option<&str>, palette: Palette) -> String {
    let title = match title {
        Some(title) => format!("phguard: {title}"),
        None => "phguard".to_owned(),
    };
    let mut lines = format!(
        "{}: {}.\n",
        palette.paint(Role::Alarm, &title),
        printable(&error.to_string())
    );
    for cause in error.chain().skip(1) {
        lines += &format!("  why: {}\n", printable(&cause.to_string()));
    }
    let Some(Failure { hint, .. }) = error.downcast_ref() else {
        return lines;
    };
    if !hint.contains('\n') {
        lines += &format!("  try: {}\n", printable(hint));
        return lines;
    }
    for line in hint.lines() {
        lines += format!("  {}", printable(line)).trim_end();
        lines.push('\n');
    }
    lines
}

fn printable(message: &str) -> String {
    sanitize(masked_message(message).as_bytes())
}
