//! The line of a finding, cut to the width of the message.

use std::io;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::style::Role;
use super::text::Page;
use crate::finding::Finding;

/// Columns before the key that are shown at most.
const BEFORE: usize = 26;
/// Columns before the line.
const INDENT: usize = 4;

/// Writes the line with its masked key.
pub(super) fn write(page: &mut Page<'_>, finding: &Finding) -> io::Result<()> {
    let excerpt = &finding.excerpt;
    let key = page.shown_text(excerpt.key.as_str());
    let before = page.printable(excerpt.before.trim_ascii_start());
    let before = keep_end(&before, BEFORE, &page.shown_text("…"));
    let room = page
        .width()
        .saturating_sub(INDENT + before.width() + key.width());
    let after = page.printable(excerpt.after.trim_ascii_end());
    let after = keep_start(&after, room, &page.shown_text("…"));
    let key = page.paint(Role::Key, &key);
    page.painted_line(INDENT, &format!("{before}{key}{after}"))
}

/// Keeps the end of a text; `mark` stands before it if it is cut.
fn keep_end(text: &str, columns: usize, mark: &str) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let reversed: String = text.chars().rev().collect();
    let kept = fitting_part(&reversed, columns.saturating_sub(mark.width()));
    let kept: String = kept.chars().rev().collect();
    format!("{mark}{kept}")
}

/// Keeps the start of a text; `mark` stands behind it if it is cut.
pub(super) fn keep_start(text: &str, columns: usize, mark: &str) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let kept = fitting_part(text, columns.saturating_sub(mark.width()));
    format!("{kept}{mark}")
}

fn fitting_part(text: &str, columns: usize) -> String {
    let mut kept = String::new();
    let mut used = 0;
    for character in text.chars() {
        used += character.width().unwrap_or(0);
        if used > columns {
            break;
        }
        kept.push(character);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_on_the_far_side_of_the_key() {
        assert_eq!(keep_end("abcdef", 4, "…"), "…def");
        assert_eq!(keep_start("abcdef", 4, "…"), "abc…");
        assert_eq!(keep_start("abcdef", 4, "..."), "a...");
        assert_eq!(keep_end("abcd", 4, "…"), "abcd");
        assert_eq!(keep_start("abcd", 4, "…"), "abcd");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(keep_start("鍵鍵鍵", 5, "…"), "鍵鍵…");
    }
}
