//! The line of a finding, cut to the width of the message, with a caret line below the key.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::human::WIDTH;
use super::sanitize::sanitize;
use super::style::{Palette, Role};
use crate::detect::Encoding;
use crate::finding::Finding;

/// Columns before the key that are shown at most.
const BEFORE: usize = 26;

/// Writes the two lines.
pub(super) fn write(out: &mut dyn Write, finding: &Finding, palette: Palette) -> io::Result<()> {
    let number = finding.location.line.to_string();
    let gutter = number.len() + 5; // two blanks before the number, " | " behind it
    let key = finding.excerpt.key.as_str();
    let before = sanitize(finding.excerpt.before.trim_ascii_start());
    let before = keep_end(&before, BEFORE);
    let room = WIDTH.saturating_sub(gutter + before.width() + key.width());
    let after = sanitize(finding.excerpt.after.trim_ascii_end());
    let after = keep_start(&after, room);
    let bar = palette.paint(Role::Faint, "|");
    writeln!(
        out,
        "  {} {bar} {before}{}{after}",
        palette.paint(Role::Faint, &number),
        palette.paint(Role::Key, key)
    )?;
    let blank = " ".repeat(number.len());
    let under = " ".repeat(before.width());
    let written = match finding.encoding {
        Encoding::Plain => "",
        Encoding::Escaped => ", its underscore escaped",
        Encoding::Utf16 => ", in UTF-16",
        Encoding::Base64 => ", in base64",
    };
    let carets = format!("{} {}{written}", "^".repeat(key.width()), finding.kind.name);
    writeln!(
        out,
        "  {blank} {bar} {under}{}",
        palette.paint(Role::Alarm, &carets)
    )
}

/// The end of a text, `…` before it if it is cut.
fn keep_end(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let reversed: String = text.chars().rev().collect();
    let kept = fitting(&reversed, columns.saturating_sub(1));
    format!("…{}", kept.chars().rev().collect::<String>())
}

/// The start of a text, `…` behind it if it is cut.
pub(super) fn keep_start(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    format!("{}…", fitting(text, columns.saturating_sub(1)))
}

fn fitting(text: &str, columns: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= columns
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_on_the_far_side_of_the_key() {
        assert_eq!(keep_end("abcdef", 4), "…def");
        assert_eq!(keep_start("abcdef", 4), "abc…");
        assert_eq!(
            (keep_end("abcd", 4), keep_start("abcd", 4)),
            ("abcd".into(), "abcd".into())
        );
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(keep_start("鍵鍵鍵", 5), "鍵鍵…");
    }
}
