//! What a kind of key can do, where it leaks, and how to be rid of one.

use std::io::{self, Write};

use super::human::{paragraph, step};
use super::style::{Palette, Role};
use crate::key::KeyKind;

/// What the words in capitals stand for.
const WORDS: [&str; 3] = [
    "HOST is https://us.posthog.com, https://eu.posthog.com, or your own; PROJECT_ID is the number in the address of \
     every page of the project.",
    "`read -rs OLD_KEY` takes a key from the terminal without leaving it in the shell's history. A revocation asks one \
     region only: \"found\":false may mean that the other one issued the key.",
    "phguard itself never opens a connection: the commands are yours to run.",
];

/// Writes a section a kind.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, kinds: &[&KeyKind], palette: Palette) -> io::Result<()> {
    for kind in kinds {
        writeln!(
            out,
            "{} {}",
            palette.paint(Role::Key, kind.prefix),
            palette.paint(Role::Heading, kind.name)
        )?;
        paragraph(out, "  ", &format!("Kind {}, {}.", kind.id, kind.severity))?;
        paragraph(out, "  ", kind.power)?;
        paragraph(out, "  ", &format!("Leaks through {}.", kind.leaks))?;
        if let Some(variable) = kind.variable {
            paragraph(
                out,
                "  ",
                &format!("Belongs into the environment as {variable}, or into a secret manager."),
            )?;
        }
        writeln!(
            out,
            "\n  {}",
            palette.paint(Role::Heading, "If it has left your machine")
        )?;
        for (number, (text, command)) in kind.rotation.iter().enumerate() {
            step(out, &format!("{}. ", number + 1), text)?;
            if !command.is_empty() {
                writeln!(out, "       {}", palette.paint(Role::Command, command))?;
            }
        }
        writeln!(out)?;
    }
    WORDS.iter().try_for_each(|text| paragraph(out, "", text))
}
