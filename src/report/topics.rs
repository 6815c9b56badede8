//! The pages of `phguard explain` by task: finds and writes them.

mod texts;

use std::io::{self, Write};

use super::style::Role;
use super::text::{Page, Screen};
use texts::{AUDIT, LEAK, PLACES, SCOPES};

/// A task and its commands.
pub struct Topic {
    /// The words by which it is asked for. The first is its name.
    pub names: &'static [&'static str],
    /// Its heading.
    heading: &'static str,
    steps: &'static [Step],
}

/// A sentence, and the lines to copy.
struct Step {
    text: &'static str,
    lines: &'static [&'static str],
}

/// Words in the lines of topics that stand for something of the user's.
const TO_FILL_IN: [&str; 5] = ["HOST", "APP", "VAULT", "ORGANIZATION", "NEW_KEY"];

/// The kinds of topics, by the word before them: `explain scopes flags`, `explain rotate vercel`.
pub const GROUPS: [(&str, &[Topic]); 4] = [
    ("leak", LEAK),
    ("scopes", SCOPES),
    ("rotate", PLACES),
    ("audit", AUDIT),
];

/// Finds topics by words, such as `rotate vercel`, `scopes`, or `dashboards`.
#[must_use]
pub fn named(words: &[String]) -> Vec<&'static Topic> {
    let mut found = Vec::new();
    for (group, topics) in &GROUPS {
        let asked: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| !is_filler(word))
            .collect();
        let (of_group, others): (Vec<&str>, Vec<&str>) =
            asked.into_iter().partition(|word| word == group);
        for topic in *topics {
            let is_named = others.iter().all(|word| topic.names.contains(word));
            if is_named && !(others.is_empty() && of_group.is_empty()) {
                found.push(topic);
            }
        }
    }
    found
}

/// Words that somebody may write between the ones that count.
fn is_filler(word: &str) -> bool {
    [
        "after", "with", "for", "on", "in", "a", "the", "key", "keys",
    ]
    .contains(&word)
}

/// Writes topics.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, topics: &[&Topic], screen: Screen) -> io::Result<()> {
    let page = &mut Page::new(out, screen);
    for topic in topics {
        page.line(0, Role::Heading, topic.heading)?;
        for step in topic.steps {
            page.paragraph(2, step.text)?;
            for line in step.lines {
                page.line(4, Role::Command, line)?;
            }
        }
        page.blank_line()?;
    }
    if has_word(topics, "_KEY\"") {
        page.paragraph(
            0,
            "`read -rs NEW_KEY` takes the key from the terminal; it then stands in no history of the shell.",
        )?;
    }
    if has_word(topics, "HOST") {
        page.paragraph(
            0,
            "HOST is https://us.posthog.com, https://eu.posthog.com, or your own.",
        )?;
    }
    if TO_FILL_IN.iter().any(|word| has_word(topics, word)) {
        page.paragraph(
            0,
            "Words in capitals are yours to fill in. phguard itself runs none of this.",
        )?;
    }
    Ok(())
}

/// Tells whether a word stands in a line to copy.
fn has_word(topics: &[&Topic], word: &str) -> bool {
    let mut steps = topics.iter().flat_map(|topic| topic.steps);
    steps.any(|step| step.lines.iter().any(|line| line.contains(word)))
}
