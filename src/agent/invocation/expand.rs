//! Words as the shell hands them over: variables and substitutions filled in, braces expanded.

use super::Fate;
use super::pipeline::printed_text;
use super::walker::Walker;
use crate::agent::shell::{Dialect, Part, Word};

/// Variables are filled in, and scripts followed, until the command line has grown by this much.
pub(super) const MOST_GROWTH: usize = 16 << 20;
/// A longer word is left as it is: no system hands it to a program.
const LONGEST_WORD: usize = 128 << 10;
/// A word with braces becomes at most this many words.
const MOST_CHOICES: usize = 64;

impl Walker {
    /// Fills in variables and substitutions, expands braces, and splits unquoted text. The output
    /// of substitutions goes the given way.
    pub(super) fn expand_word(&mut self, word: &Word, fate: &Fate) -> Vec<String> {
        if let Some(plain) = word.plain_text() {
            return expand_braces(&self.expand_home(plain));
        }
        let mut fields = vec![String::new()];
        for part in &word.parts {
            match part {
                Part::Text { text, quoted: true } => push_last(&mut fields, text),
                Part::Text {
                    text,
                    quoted: false,
                } => push_last(&mut fields, &self.expand_home(text)),
                Part::Variable {
                    name,
                    default,
                    quoted,
                } => {
                    let value = self.variable_value(name, default.as_deref());
                    if self.is_too_long(value.len()) {
                        return Vec::new();
                    }
                    // One turn of a loop after the other: all at once.
                    let is_one_word = *quoted && !self.loop_variables.contains(name);
                    push_value(&mut fields, &value, is_one_word);
                }
                Part::Substitution { commands, quoted } => {
                    let before = self.found.list.len();
                    self.follow_commands(commands, fate);
                    let mut value = String::new();
                    if let [invocation] = self.found.list.get(before..).unwrap_or_default() {
                        value = printed_text(invocation).unwrap_or_default();
                    }
                    push_value(&mut fields, &value, *quoted);
                }
            }
        }
        if fields.len() == 1 && fields[0].is_empty() && !has_quotes(word) {
            return Vec::new();
        }
        fields
    }

    /// Counts text that was not in the command line itself; too much of it cannot be followed.
    pub(super) fn is_too_long(&mut self, length: usize) -> bool {
        self.growth += length;
        let is_too_long = self.growth > MOST_GROWTH;
        self.found.is_opaque |= is_too_long;
        is_too_long
    }

    fn expand_home(&self, text: &str) -> String {
        let rest = match text.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => rest,
            _ => return text.to_owned(),
        };
        format!("{}{rest}", self.variable_value("HOME", Some("~")))
    }

    fn variable_value(&self, name: &str, default: Option<&str>) -> String {
        let folded = name.to_ascii_lowercase();
        let folded = folded.strip_prefix("env:").unwrap_or(&folded);
        let is_folded = self.dialect == Dialect::PowerShell;
        let known = self.variables.get(if is_folded { folded } else { name });
        if let Some(value) = known {
            return value.clone();
        }
        // A directory that is no UTF-8 comes back with replacement characters: it then names no
        // file, as the words of an event, which are UTF-8, could not name it either.
        match name {
            "PWD" => return self.directory.to_string_lossy().into_owned(),
            "HOME" => {
                if let Some(home) = std::env::home_dir() {
                    return home.to_string_lossy().into_owned();
                }
            }
            _ => {}
        }
        default.unwrap_or_default().to_owned()
    }
}

fn has_quotes(word: &Word) -> bool {
    word.parts
        .iter()
        .any(|part| matches!(part, Part::Text { quoted: true, .. }))
}

fn push_last(fields: &mut [String], text: &str) {
    if let Some(last) = fields.last_mut() {
        last.push_str(text);
    }
}

fn push_value(fields: &mut Vec<String>, value: &str, quoted: bool) {
    if quoted {
        push_last(fields, value);
        return;
    }
    let mut words = value.split_whitespace();
    if let Some(first) = words.next() {
        push_last(fields, first);
    }
    fields.extend(words.map(str::to_owned));
}

/// Expands `a{b,c}d`, one pair of braces after the other.
fn expand_braces(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    if text.len() > LONGEST_WORD {
        return vec![text.to_owned()];
    }
    let mut open = vec![text.to_owned()];
    while let Some(word) = open.pop() {
        let has_room = open.len() + done.len() < MOST_CHOICES;
        match braced_parts(&word) {
            Some((before, inside, after)) if has_room => {
                for choice in inside.rsplit(',') {
                    open.push(format!("{before}{choice}{after}"));
                }
            }
            _ => done.push(word),
        }
    }
    done
}

fn braced_parts(word: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = word.split_once('{')?;
    let (inside, after) = rest.split_once('}')?;
    inside.contains(',').then_some((before, inside, after))
}
