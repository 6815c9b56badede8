//! Finds the wrong kind of key in the wrong place, where no secret key stands in any file: a secret
//! that a build tool will copy into the browser bundle, a project token where a personal key belongs,
//! keys that may do everything, and settings that hide code from GitHub's check. Text in, warnings
//! out. A warning blocks nothing: `phc_` is no secret, and the hook says nothing of it.

mod comments;
mod environments;
mod lines;
mod names;
mod public;
mod settings;
mod wrong_kind;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Serialize;

use crate::mask::masked_message;

use lines::Lines;

pub use environments::one_key_for_all;
pub use settings::hidden_from_github;

/// A part of the name that every file with a mistake holds, or has itself.
const FILE_WORDS: [&str; 6] = [
    "osthog",
    "ostHog",
    "OSTHOG",
    "OST_HOG",
    "ersonalApiKey",
    "PERSONAL_API_KEY",
];
/// A line with this word is allowed.
const MARKER: &str = "phguard:allow";
/// A longer file is generated, or is data.
pub const LONGEST_FILE: usize = 1 << 20;

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
    /// The mistake and its remedy, in sentences.
    pub text: String,
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
    let name = shown.rsplit('/').next().unwrap_or_default();
    // A comment may mention PostHog, too.
    let mentions_posthog = mentions_posthog(&shown) || mentions_posthog(&text);
    let mut source = Source {
        name,
        lines: Lines::of(&text),
        mentions_posthog,
    };
    if notes_in(&source).is_empty() {
        return Vec::new();
    }
    // Only for a mistake it is worth the time to find out what is a comment.
    let code = comments::without_comments(name, &text);
    source.lines = Lines::of(&code);
    let notes = notes_in(&source);
    let lines: Vec<&str> = text.lines().collect();
    let mut warnings = Vec::new();
    for note in notes {
        if lines
            .get(note.line)
            .is_some_and(|line| line.contains(MARKER))
        {
            continue;
        }
        warnings.push(Warning {
            mistake: note.mistake,
            path: masked_message(&shown).into_bytes(),
            line: note.line + 1,
            text: masked_message(&note.text),
        });
    }
    warnings
}

/// Finds the mistakes in a text, in the order of its lines.
fn notes_in(source: &Source<'_>) -> Vec<Note> {
    let mut notes = public::notes(source);
    notes.extend(wrong_kind::notes(source));
    notes.extend(settings::notes(source));
    notes.sort_by_key(|note| note.line);
    notes.dedup_by_key(|note| (note.line, note.mistake as u8));
    notes
}

/// Looks for a word that every mistake has: most files are passed at the speed of this search.
fn may_hold_mistake(path: &[u8], content: &[u8]) -> bool {
    static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| search_for(&FILE_WORDS));
    (SEARCH.is_match(content) || SEARCH.is_match(path)) && memchr::memchr(0, content).is_none()
}

fn mentions_posthog(text: &str) -> bool {
    static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| search_for(&["posthog"]));
    SEARCH.is_match(text)
}

/// Searches for several words at once, in letters of any case.
#[expect(
    clippy::expect_used,
    reason = "some words are far below every limit of an automaton"
)]
fn search_for(words: &[&str]) -> AhoCorasick {
    let mut builder = AhoCorasick::builder();
    let builder = builder.ascii_case_insensitive(true);
    builder.build(words).expect("an automaton of few words")
}
