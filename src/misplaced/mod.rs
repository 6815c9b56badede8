//! Finds the wrong kind of key in the wrong place, where no secret key stands in any file: a secret
//! that a build tool will copy into the browser bundle, a project token where a personal key belongs,
//! keys that may do everything, and settings that hide code from GitHub's check. Text in, warnings
//! out. A warning blocks nothing: `phc_` is no secret, and the hook says nothing of it.

mod environments;
mod names;
mod public;
mod settings;
mod wrong_kind;

use memchr::memmem;
use serde::Serialize;

use crate::mask::masked_message;

pub use environments::one_key_for_all;
pub use settings::hidden_from_github;

/// A longer line is generated code.
const LONGEST_LINE: usize = 2000;
/// A longer file is generated, or is data.
pub const LONGEST_FILE: u64 = 1 << 20;

/// The mistake that a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mistake {
    /// A build tool copies a secret into the browser bundle.
    PublicName,
    /// A secret stands where the project token belongs.
    SecretForToken,
    /// The project token stands where a secret belongs.
    TokenForSecret,
    /// A key is asked for that may do everything.
    AllScopes,
    /// Code is hidden from GitHub's own check.
    HiddenFromGithub,
    /// One key serves several environments.
    OneKeyForAll,
}

impl Mistake {
    /// Tells whether a key could get out by it. The others only do not work, or weaken a defence.
    #[must_use]
    pub fn is_leak(self) -> bool {
        matches!(
            self,
            Self::PublicName | Self::SecretForToken | Self::HiddenFromGithub | Self::AllScopes
        )
    }
}

/// A mistake and its place. The text holds no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The mistake.
    pub mistake: Mistake,
    /// The file.
    pub path: Vec<u8>,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do, in sentences.
    pub text: String,
}

/// A line, with those around it.
struct Lines<'f> {
    lines: Vec<&'f str>,
}

/// A file as text.
struct Source<'f> {
    /// Its name without directories.
    name: &'f str,
    lines: Lines<'f>,
    mentions_posthog: bool,
}

/// A mistake on a line of a file, in words.
struct Note {
    line: usize,
    mistake: Mistake,
    text: String,
}

/// Tells by its name whether a file is code or configuration, in which a mistake would count.
#[must_use]
pub fn is_looked_at(path: &[u8]) -> bool {
    const ENDINGS: [&str; 50] = [
        "ts",
        "tsx",
        "js",
        "jsx",
        "mjs",
        "cjs",
        "mts",
        "cts",
        "vue",
        "svelte",
        "astro",
        "py",
        "rb",
        "go",
        "php",
        "java",
        "kt",
        "kts",
        "cs",
        "rs",
        "ex",
        "exs",
        "dart",
        "swift",
        "scala",
        "sh",
        "bash",
        "zsh",
        "fish",
        "ps1",
        "env",
        "yml",
        "yaml",
        "json",
        "jsonc",
        "json5",
        "toml",
        "tf",
        "tfvars",
        "hcl",
        "ini",
        "conf",
        "cfg",
        "properties",
        "gradle",
        "vars",
        "envrc",
        "nix",
        "local",
        "ipynb",
    ];
    const NAMES: [&str; 5] = [
        "Dockerfile",
        "Containerfile",
        "Makefile",
        "justfile",
        "Procfile",
    ];
    let path = String::from_utf8_lossy(path);
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.starts_with(".env") || NAMES.iter().any(|known| name.starts_with(known)) {
        return true;
    }
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// Finds the mistakes in a file.
#[must_use]
pub fn warnings_in(path: &[u8], content: &[u8]) -> Vec<Warning> {
    if !may_hold_mistake(path, content) {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(content);
    let shown = String::from_utf8_lossy(path).into_owned();
    let source = Source {
        name: shown.rsplit('/').next().unwrap_or_default(),
        lines: Lines {
            lines: text.lines().collect(),
        },
        mentions_posthog: shown.to_ascii_lowercase().contains("posthog")
            || text.to_ascii_lowercase().contains("posthog"),
    };
    let mut notes = public::notes(&source);
    notes.extend(wrong_kind::notes(&source));
    notes.extend(settings::notes(&source));
    notes.sort_by_key(|note| note.line);
    notes.dedup_by_key(|note| (note.line, note.mistake as u8));
    let mut warnings = Vec::new();
    for note in notes {
        warnings.push(Warning {
            mistake: note.mistake,
            path: masked_message(&shown).into_bytes(),
            line: note.line + 1,
            text: masked_message(&note.text),
        });
    }
    warnings
}

/// Looks for a word that every mistake has: most files are passed at the speed of this search.
fn may_hold_mistake(path: &[u8], content: &[u8]) -> bool {
    const WORDS: [&[u8]; 6] = [
        b"osthog",
        b"ostHog",
        b"OSTHOG",
        b"OST_HOG",
        b"ersonalApiKey",
        b"PERSONAL_API_KEY",
    ];
    if content.contains(&0) {
        return false;
    }
    WORDS
        .iter()
        .any(|word| memmem::find(content, word).is_some() || memmem::find(path, word).is_some())
}

impl<'f> Lines<'f> {
    /// The lines of code with their numbers: no comments, none that are allowed, none that are long.
    fn code(&self) -> impl Iterator<Item = (usize, &'f str)> + '_ {
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| is_code(line))
            .map(|(number, line)| (number, *line))
    }

    /// The lines of code that name something of PostHog, or a secret.
    fn of_interest(&self) -> impl Iterator<Item = (usize, &'f str)> + '_ {
        self.code().filter(|(_, line)| is_of_interest(line))
    }

    /// A line and the two behind it, for an expression that goes on there.
    fn with_next(&self, number: usize) -> String {
        let end = (number + 3).min(self.lines.len());
        let mut text = String::new();
        for line in &self.lines[number..end] {
            if line.len() <= LONGEST_LINE {
                text += line;
            }
            text.push(' ');
        }
        text
    }

    fn get(&self, number: usize) -> &'f str {
        self.lines.get(number).copied().unwrap_or_default()
    }
}

fn is_code(line: &str) -> bool {
    const COMMENTS: [&str; 7] = ["//", "#", "/*", "*", "<!--", "--", ";"];
    let text = line.trim_start();
    let is_comment = COMMENTS.iter().any(|opening| text.starts_with(opening));
    !is_comment && line.len() <= LONGEST_LINE && !line.contains("phguard:allow")
}

/// Looks for a part of every name that a mistake has, so that most lines are cut into no names.
fn is_of_interest(line: &str) -> bool {
    const PARTS: [&[u8]; 14] = [
        b"OST_HOG",
        b"rojectApiKey",
        b"phx_",
        b"phs_",
        b"osthog",
        b"OSTHOG",
        b"ostHog",
        b"ersonal",
        b"ERSONAL",
        b"ecretKey",
        b"ecret_key",
        b"ecretApiKey",
        b"envPrefix",
        b"phc_",
    ];
    PARTS
        .iter()
        .any(|part| memmem::find(line.as_bytes(), part).is_some())
}
