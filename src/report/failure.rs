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
        printable_message(&error.to_string())
    );
    for cause in error.chain().skip(1) {
        lines += &format!("  why: {}\n", printable_message(&cause.to_string()));
    }
    let Some(Failure { hint, .. }) = error.downcast_ref() else {
        return lines;
    };
    if !hint.contains('\n') {
        lines += &format!("  try: {}\n", printable_message(hint));
        return lines;
    }
    for line in hint.lines() {
        lines += format!("  {}", printable_message(line)).trim_end();
        lines.push('\n');
    }
    lines
}

fn printable_message(message: &str) -> String {
    sanitize(masked_message(message).as_bytes())
}
