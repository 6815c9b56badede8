//! The page that a message for people is written on: its width, its colours, and the characters
//! that the terminal can show.

use std::ffi::OsString;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::sanitize::{sanitize, to_ascii};
use super::style::{Palette, Role};

/// Columns of a message that is not written to a terminal.
const DEFAULT_WIDTH: usize = 80;
/// Longer lines are hard to read, whatever the width of the terminal.
const GREATEST_WIDTH: usize = 100;
/// On a narrower terminal, lines are cut by the terminal itself.
const LEAST_WIDTH: usize = 24;

/// Stands for a blank at which no line is broken, until the lines are made. No text can hold it:
/// it is a control character.
pub(super) const UNBROKEN_BLANK: &str = "\u{1}";

/// The characters that the reader's terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// All of them.
    Unicode,
    /// ASCII only.
    Ascii,
}

impl Charset {
    /// Reads the locale of the environment. Only a locale that names another character set than
    /// UTF-8 asks for ASCII: logs and containers often have no locale at all.
    #[must_use]
    pub fn of_locale(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            let Some(locale) = variable(name).filter(|value| !value.is_empty()) else {
                continue;
            };
            let locale = locale.to_string_lossy().to_ascii_lowercase();
            if locale.contains("utf-8") || locale.contains("utf8") {
                return Self::Unicode;
            }
            return Self::Ascii;
        }
        Self::Unicode
    }
}

/// The width and the colours of the terminal or file that a message is written to.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    palette: Palette,
    width: usize,
    charset: Charset,
}

impl Screen {
    /// Describes a screen; `columns` is the width of the terminal, if it is one.
    #[must_use]
    pub fn new(palette: Palette, columns: Option<usize>, charset: Charset) -> Self {
        let width = columns.unwrap_or(DEFAULT_WIDTH);
        Self {
            palette,
            width: width.clamp(LEAST_WIDTH, GREATEST_WIDTH),
            charset,
        }
    }

    /// Describes a pipe or a file: no colours, 80 columns.
    #[must_use]
    pub fn plain() -> Self {
        Self::new(Palette::plain(), None, Charset::Unicode)
    }
}

/// Writes the parts of a message.
pub(super) struct Page<'w> {
    out: &'w mut dyn Write,
    screen: Screen,
}

impl<'w> Page<'w> {
    pub(super) fn new(out: &'w mut dyn Write, screen: Screen) -> Self {
        Self { out, screen }
    }

    pub(super) fn width(&self) -> usize {
        self.screen.width
    }

    /// Returns bytes as text that the terminal can show and that cannot act on it.
    pub(super) fn printable(&self, bytes: &[u8]) -> String {
        self.shown_text(&sanitize(bytes))
    }

    /// Returns a text in the characters of the terminal.
    pub(super) fn shown_text(&self, text: &str) -> String {
        match self.screen.charset {
            Charset::Unicode => text.to_owned(),
            Charset::Ascii => to_ascii(text),
        }
    }

    pub(super) fn paint(&self, role: Role, text: &str) -> String {
        self.screen.palette.paint(role, text)
    }

    pub(super) fn blank_line(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Writes one line that is never broken, such as a path, a page or a command.
    pub(super) fn line(&mut self, indent: usize, role: Role, text: &str) -> io::Result<()> {
        let text = self.paint(role, &self.shown_text(text));
        self.painted_line(indent, &text)
    }

    /// Writes a line whose parts are painted already.
    pub(super) fn painted_line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{text}", "")
    }

    /// Writes a command of one or more lines, to be copied.
    pub(super) fn command(&mut self, command: &str) -> io::Result<()> {
        for line in command.lines() {
            self.line(2, Role::Command, line)?;
        }
        Ok(())
    }

    /// Writes a text that is broken at its spaces.
    pub(super) fn paragraph(&mut self, indent: usize, text: &str) -> io::Result<()> {
        self.numbered_paragraph("", indent, text)
    }

    /// Writes a paragraph with a number or a mark before its first line.
    pub(super) fn numbered_paragraph(
        &mut self,
        mark: &str,
        indent: usize,
        text: &str,
    ) -> io::Result<()> {
        let lines = wrap_lines(mark, indent, &self.shown_text(text), self.screen.width);
        self.write_lines(&lines)
    }

    /// Writes a paragraph that opens with a painted part. That part is never broken.
    pub(super) fn opening_paragraph(
        &mut self,
        role: Role,
        opening: &str,
        text: &str,
    ) -> io::Result<()> {
        let opening = self.shown_text(opening);
        let unbroken = opening.replace(' ', UNBROKEN_BLANK);
        let text = format!("{unbroken}{}", self.shown_text(text));
        let mut lines = wrap_lines("", 2, &text, self.screen.width);
        if let Some(first) = lines.first_mut() {
            let painted = self.paint(role, &opening);
            *first = first.trim_start().replacen(&unbroken, &painted, 1);
        }
        self.write_lines(&lines)
    }

    fn write_lines(&mut self, lines: &[String]) -> io::Result<()> {
        for line in lines {
            writeln!(self.out, "{}", line.replace(UNBROKEN_BLANK, " "))?;
        }
        Ok(())
    }
}

/// Breaks a text at its spaces. `mark` opens the first line; the others are indented.
fn wrap_lines(mark: &str, indent: usize, text: &str, width: usize) -> Vec<String> {
    let blanks = " ".repeat(indent);
    let mut lines = Vec::new();
    let mut line = if mark.is_empty() {
        blanks.clone()
    } else {
        mark.to_owned()
    };
    let mut is_fresh = mark.is_empty() || mark.ends_with(' ');
    for word in text.split_ascii_whitespace() {
        if !is_fresh && line.width() + 1 + word.width() > width {
            lines.push(line);
            line = blanks.clone();
            is_fresh = true;
        }
        if !is_fresh {
            line.push(' ');
        }
        line.push_str(word);
        is_fresh = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_at_the_width_and_a_long_word_is_left_whole() {
        assert_eq!(
            wrap_lines("", 2, "one two three", 9),
            ["  one two", "  three"]
        );
        assert_eq!(
            wrap_lines("1. ", 3, "one two three", 10),
            ["1. one two", "   three"]
        );
        assert_eq!(
            wrap_lines("", 0, "a src/a/very/long/path b", 10),
            ["a", "src/a/very/long/path", "b"]
        );
    }

    #[test]
    fn only_a_locale_of_another_character_set_asks_for_ascii() {
        let charset = |environment: &[(&str, &str)]| {
            Charset::of_locale(|name| {
                let found = environment.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            })
        };
        assert_eq!(charset(&[]), Charset::Unicode);
        assert_eq!(charset(&[("LANG", "de_DE.UTF-8")]), Charset::Unicode);
        assert_eq!(charset(&[("LANG", "de_DE.utf8")]), Charset::Unicode);
        assert_eq!(charset(&[("LC_ALL", "C")]), Charset::Ascii);
        assert_eq!(charset(&[("LANG", "de_DE.ISO-8859-1")]), Charset::Ascii);
        let both = [("LC_ALL", "C"), ("LANG", "en_US.UTF-8")];
        assert_eq!(charset(&both), Charset::Ascii);
        let empty = [("LC_ALL", ""), ("LANG", "en_US.UTF-8")];
        assert_eq!(charset(&empty), Charset::Unicode);
    }
}
