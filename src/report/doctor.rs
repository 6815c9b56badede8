//! The diagnosis of `phguard doctor`.

use std::fmt::Write;

use serde::Serialize;

use super::sanitize::sanitize;
use super::style::{Palette, Role};
use crate::doctor::{Line, Section, State};

/// Writes one line per observation, with its remedy.
///
/// # Errors
/// None: it writes to memory.
pub fn human(sections: &[Section], palette: Palette) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    for (number, section) in sections.iter().enumerate() {
        let trees: Vec<_> = section
            .work_trees
            .iter()
            .map(|path| sanitize(path.as_os_str().as_encoded_bytes()))
            .collect();
        let end = if number == 0 { "" } else { "\n" };
        writeln!(
            text,
            "{end}{}",
            palette.paint(Role::Place, &trees.join(", "))
        )?;
        for Line {
            state,
            about,
            text: observed,
            mend,
        } in &section.checks
        {
            let mark = match state {
                State::Well => palette.paint(Role::Good, "✓"),
                State::Wrong => palette.paint(Role::Alarm, "✗"),
                State::Unknown => palette.paint(Role::Heading, "?"),
                State::Note => "-".into(),
            };
            writeln!(
                text,
                "{mark} {}: {}",
                printable_text(about),
                printable_text(observed)
            )?;
            for line in mend {
                writeln!(
                    text,
                    "{}",
                    palette.paint(
                        Role::Command,
                        format!("     {}", printable_text(line)).trim_end()
                    )
                )?;
            }
        }
    }
    let of = |state| {
        sections
            .iter()
            .flat_map(|section| &section.checks)
            .filter(|line| line.state == state)
            .count()
    };
    let verdict = match (of(State::Wrong), of(State::Unknown)) {
        (0, 0) => palette.paint(Role::Good, "all is well"),
        (wrong, unknown) => palette.paint(
            Role::Alarm,
            &format!("{wrong} wrong, {unknown} not found out"),
        ),
    };
    writeln!(text, "\nphguard doctor: {verdict}.")?;
    Ok(text)
}

#[derive(Serialize)]
struct Document<'s> {
    version: u32,
    tool: Tool,
    mode: &'static str,
    sections: &'s [Section],
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

/// The same as one JSON document.
///
/// # Errors
/// None that a diagnosis could cause.
pub fn json(sections: &[Section]) -> serde_json::Result<String> {
    let tool = Tool {
        name: "phguard",
        version: env!("CARGO_PKG_VERSION"),
    };
    Ok(serde_json::to_string(&Document {
        version: 1,
        tool,
        mode: "doctor",
        sections,
    })? + "\n")
}

fn printable_text(text: &str) -> String {
    sanitize(text.as_bytes())
}
