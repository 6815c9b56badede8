//! Colours. No other module uses `colored`.

use std::ffi::OsString;

use colored::Colorize;

/// The values of `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// When the environment or the terminal asks for it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The part that a piece of text plays. It decides the colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The verdict.
    Alarm,
    /// The verdict when all is well.
    Good,
    /// A file and a line.
    Place,
    /// A key.
    Key,
    /// The heading of a paragraph.
    Heading,
    /// A command to copy.
    Command,
    /// Ordinary text.
    Plain,
}

/// Tells whether a terminal obeys escape sequences. The console of Windows does so once it is told to.
#[must_use]
pub fn obeys_escapes(is_terminal: bool) -> bool {
    #[cfg(windows)]
    if is_terminal && colored::control::set_virtual_terminal(true).is_err() {
        return false;
    }
    is_terminal
}

/// Paints text, or leaves it as it is. Decided once for each stream.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    colored: bool,
}

impl Palette {
    /// Decides for one stream. The first of these that is set decides: `--color`, `NO_COLOR`,
    /// `FORCE_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`. Otherwise a terminal that is not dumb gets
    /// colours.
    #[must_use]
    pub fn decide(
        choice: ColorChoice,
        variable: impl Fn(&str) -> Option<OsString>,
        is_terminal: bool,
    ) -> Self {
        let colored = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => wants_colors(variable, is_terminal),
        };
        // `colored` would decide once more, by standard output, even for standard error.
        colored::control::set_override(true);
        Self { colored }
    }

    /// No colours.
    #[must_use]
    pub fn plain() -> Self {
        Self { colored: false }
    }

    /// Paints a text in the colours of its role.
    #[must_use]
    pub fn paint(self, role: Role, text: &str) -> String {
        if !self.colored || text.is_empty() {
            return text.to_owned();
        }
        let painted = match role {
            Role::Alarm => text.red().bold(),
            Role::Good => text.green().bold(),
            Role::Place => text.bold(),
            Role::Key => text.red().bold().underline(),
            Role::Heading => text.yellow().bold(),
            Role::Command => text.cyan(),
            Role::Plain => text.normal(),
        };
        painted.to_string()
    }
}

fn wants_colors(variable: impl Fn(&str) -> Option<OsString>, is_terminal: bool) -> bool {
    if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return false;
    }
    if let Some(value) = variable("FORCE_COLOR") {
        return !is_off(&value);
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && !is_off(&value)) {
        return true;
    }
    if variable("CLICOLOR").is_some_and(|value| value == "0") {
        return false;
    }
    obeys_escapes(is_terminal) && variable("TERM").is_none_or(|term| term != "dumb")
}

fn is_off(value: &OsString) -> bool {
    value == "0" || value == "false"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colored(choice: ColorChoice, environment: &[(&str, &str)], is_terminal: bool) -> bool {
        let variable = |name: &str| {
            environment
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| value.into())
        };
        Palette::decide(choice, variable, is_terminal).colored
    }

    #[test]
    fn the_first_that_speaks_decides() {
        use ColorChoice::{Always, Auto, Never};
        type Case = (
            ColorChoice,
            &'static [(&'static str, &'static str)],
            bool,
            bool,
        );
        let cases: &[Case] = &[
            (Auto, &[], true, true),
            (Auto, &[], false, false),
            (Auto, &[("TERM", "dumb")], true, false),
            (Auto, &[("NO_COLOR", "1")], true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (
                Auto,
                &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")],
                true,
                false,
            ),
            (Auto, &[("FORCE_COLOR", "1")], false, true),
            (Auto, &[("FORCE_COLOR", "")], false, true),
            (Auto, &[("FORCE_COLOR", "0")], true, false),
            (Auto, &[("FORCE_COLOR", "false")], true, false),
            (Auto, &[("CLICOLOR_FORCE", "1")], false, true),
            (Auto, &[("CLICOLOR_FORCE", "0")], false, false),
            (Auto, &[("CLICOLOR", "0")], true, false),
            (
                Auto,
                &[("CLICOLOR", "0"), ("CLICOLOR_FORCE", "1")],
                true,
                true,
            ),
            (Always, &[("NO_COLOR", "1")], false, true),
            (Never, &[("FORCE_COLOR", "1")], true, false),
        ];
        for (choice, environment, is_terminal, expected) in cases {
            assert_eq!(
                colored(*choice, environment, *is_terminal),
                *expected,
                "{choice:?} {environment:?} {is_terminal}"
            );
        }
    }

    #[test]
    fn without_colour_the_text_is_left_alone() {
        let palette = Palette::decide(ColorChoice::Never, |_| None, true);
        assert_eq!(palette.paint(Role::Alarm, "text"), "text");
    }
}
