//! The long explanation of a kind of key: its power, its leaks, and the steps that rotate it.

use std::io::{self, Write};

use super::keys::Key;
use super::style::Role;
use super::text::{Page, Screen};
use crate::finding::FoundIn;
use crate::key::KeyKind;

/// The meaning of the words in capitals.
const WORDS: [&str; 4] = [
    "HOST is https://us.posthog.com, https://eu.posthog.com, or your own; PROJECT_ID is the number in the address of \
     every page of the project.",
    "`read -rs NEW_KEY` and `read -rs OLD_KEY` take a key from the terminal without leaving it in the shell's history. A \
     revocation asks one region only: \"found\":false may mean that the other one issued the key.",
    "By task: `phguard explain rotate` puts a new key in place at Vercel, GitHub Actions, Kubernetes, Heroku, Netlify, \
     Fly.io, Doppler and 1Password; `phguard explain scopes` names the scopes that are needed; `phguard explain audit` \
     fetches what `phguard audit` reads.",
    "phguard itself never opens a connection: the commands are yours to run.",
];

/// Files without comments: a marker cannot stand in them.
const WITHOUT_COMMENTS: [&str; 6] = [".json", ".ipynb", ".lock", ".csv", ".map", ".har"];

/// Writes a section for each kind.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, wanted: &[&KeyKind], screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    write_kinds(page, wanted)?;
    for text in WORDS {
        page.paragraph(0, text)?;
    }
    page.paragraph(
        0,
        "All steps after a leak, from the places of the key to a clean history:",
    )?;
    page.command("phguard explain leak")
}

pub(super) fn write_kinds(page: &mut Page<'_>, kinds: &[&KeyKind]) -> io::Result<()> {
    for kind in kinds {
        let prefix = page.paint(Role::Key, kind.prefix);
        let name = page.paint(Role::Heading, kind.name);
        page.painted_line(0, format!("{prefix} {name}").trim_start())?;
        page.paragraph(2, &format!("Kind {}, {}.", kind.id, kind.severity))?;
        page.paragraph(2, kind.power)?;
        if !kind.leaks.is_empty() {
            page.paragraph(2, &format!("Leaks through {}.", kind.leaks))?;
        }
        if let Some(variable) = kind.variable {
            page.paragraph(
                2,
                &format!("Belongs into the environment as {variable}, or into a secret manager."),
            )?;
        }
        page.blank_line()?;
        page.line(2, Role::Heading, "If it has left your machine")?;
        if kind.rotation.is_empty() {
            page.paragraph(2, &format!("Rotate it {}.", kind.rotate))?;
        }
        for (number, (text, command)) in kind.rotation.iter().enumerate() {
            page.numbered_paragraph(&format!("  {}. ", number + 1), 5, text)?;
            if !command.is_empty() {
                page.line(7, Role::Command, command)?;
            }
        }
        page.blank_line()?;
    }
    Ok(())
}

/// Writes the other ways to allow a key, apart from `phguard allow`.
pub(super) fn ways_to_allow(page: &mut Page<'_>, keys: &[Key<'_>]) -> io::Result<()> {
    page.line(0, Role::Heading, "If it is no real key")?;
    let takes_comments = keys.iter().flat_map(|key| &key.findings).any(|finding| {
        let path = String::from_utf8_lossy(&finding.location.path);
        finding.found_in == FoundIn::Line
            && !WITHOUT_COMMENTS.iter().any(|ending| path.ends_with(ending))
    });
    if takes_comments {
        page.paragraph(
            2,
            "Write this in a comment on the line, or alone in a comment on the line above:",
        )?;
        page.line(4, Role::Command, "phguard:allow")?;
    }
    page.paragraph(
        2,
        "Or list its value in .phguard.toml at the top of the repository, and stage that:",
    )?;
    page.line(4, Role::Command, "[allow]")?;
    page.line(4, Role::Command, "fingerprints = [")?;
    for key in keys {
        page.line(
            6,
            Role::Command,
            &format!("\"{}\",", key.first_finding().fingerprint),
        )?;
    }
    page.line(4, Role::Command, "]")
}
