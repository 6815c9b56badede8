//! `.phguard.toml`: what the project allows, and what else it wants found.
//!
//! Read from the tree that is being committed, so that an edit which is not part of the commit
//! cannot hide a key in it.

pub mod allow;

use std::ops::Range;

use anyhow::{Result, anyhow};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::config::allow::Allow;
use crate::detect::CustomKey;
use crate::failure::{failed, hint};
use crate::key::Fingerprint;
use crate::key::{KeyKind, Severity};
use crate::mask::masked_message;

/// The file's name, at the top of the repository.
pub const FILE_NAME: &str = ".phguard.toml";

/// What the configuration says.
#[derive(Debug, Default)]
pub struct Config {
    /// What is no finding.
    pub allow: Allow,
    /// The project's own patterns.
    pub keys: Vec<CustomKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: AllowTable,
    #[serde(default)]
    keys: Vec<KeyTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AllowTable {
    paths: Vec<Spanned<String>>,
    fingerprints: Vec<Spanned<String>>,
    markers: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    id: String,
    regex: Spanned<String>,
    description: String,
    #[serde(default = "default_severity")]
    severity: Severity,
}

fn default_severity() -> Severity {
    Severity::High
}

impl Config {
    /// Reads a configuration; `origin` is what its file is called in messages.
    ///
    /// # Errors
    /// The text is no TOML, has a field that is not known, or a value that makes no sense: with the
    /// line, but never with its text, which may hold a key.
    pub fn parse(text: &[u8], origin: &str) -> Result<Self> {
        let refuse = |at: usize, why: String| {
            let line = text[..at.min(text.len())]
                .iter()
                .filter(|b| **b == b'\n')
                .count()
                + 1;
            failed(
                format!("{origin}, line {line}, makes no sense"),
                hint::CONFIGURATION,
                anyhow!(why),
            )
        };
        let utf8 = std::str::from_utf8(text)
            .map_err(|e| refuse(e.valid_up_to(), "it is no UTF-8".into()))?;
        let file: File = toml::from_str(utf8)
            .map_err(|e| refuse(e.span().unwrap_or_default().start, e.message().into()))?;
        let at = |(span, why): (Range<usize>, String)| refuse(span.start, why);
        let paths = globs(&file.allow.paths).map_err(at)?;
        let fingerprints = file
            .allow
            .fingerprints
            .iter()
            .map(fingerprint)
            .collect::<Result<_, _>>()
            .map_err(at)?;
        let markers = file
            .allow
            .markers
            .iter()
            .map(marker)
            .collect::<Result<_, _>>()
            .map_err(at)?;
        let keys = file
            .keys
            .into_iter()
            .map(custom_key)
            .collect::<Result<_, _>>()
            .map_err(at)?;
        let patterns = file
            .allow
            .paths
            .into_iter()
            .map(Spanned::into_inner)
            .collect();
        Ok(Self {
            allow: Allow {
                paths,
                patterns,
                fingerprints,
                markers,
            },
            keys,
        })
    }
}

type Wrong = (Range<usize>, String);

/// `*` stays within a directory, `**` crosses them, and `dir/` is everything below.
fn globs(patterns: &[Spanned<String>]) -> Result<GlobSet, Wrong> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let everything_below = if pattern.as_ref().ends_with('/') {
            "**"
        } else {
            ""
        };
        let glob = format!("{}{everything_below}", pattern.as_ref());
        let glob = GlobBuilder::new(&glob).literal_separator(true).build();
        set.add(glob.map_err(|e| (pattern.span(), e.to_string()))?);
    }
    set.build().map_err(|e| (0..0, e.to_string()))
}

fn fingerprint(text: &Spanned<String>) -> Result<Fingerprint, Wrong> {
    let expected = || {
        (
            text.span(),
            "a fingerprint has 32 hexadecimal digits".to_owned(),
        )
    };
    Fingerprint::parse(text.as_ref()).ok_or_else(expected)
}

/// Marks of other tools. An empty one would be on every line.
fn marker(text: &Spanned<String>) -> Result<Vec<u8>, Wrong> {
    match text.as_ref().trim().len() {
        0..4 => Err((text.span(), "a marker has at least four characters".into())),
        _ => Ok(text.as_ref().clone().into_bytes()),
    }
}

fn custom_key(table: KeyTable) -> Result<CustomKey, Wrong> {
    let wrong = |why: String| (table.regex.span(), why);
    let built: Result<Regex, _> = RegexBuilder::new(table.regex.as_ref())
        .unicode(false)
        .build();
    let regex = built.map_err(|e| {
        wrong(format!(
            "the regular expression is not valid: {}",
            last_line(&e.to_string())
        ))
    })?;
    if regex.is_match(b"") {
        return Err(wrong(
            "the regular expression matches the empty text".into(),
        ));
    }
    // A kind lives as long as the program, as those of the catalogue do.
    let leak = |text: String| -> &'static str { masked_message(&text).leak() };
    let kind = Box::leak(Box::new(KeyKind::custom(
        leak(table.id),
        leak(table.description),
        table.severity,
    )));
    Ok(CustomKey { kind, regex })
}

/// Of a message with the pattern in it, the line that says what is wrong.
fn last_line(message: &str) -> &str {
    message.lines().last().unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        format!(
            "{:#}",
            Config::parse(text.as_bytes(), FILE_NAME).unwrap_err()
        )
    }

    #[test]
    fn an_empty_file_says_nothing() {
        assert!(Config::parse(b"# nothing\n", FILE_NAME).is_ok());
    }

    #[test]
    fn what_is_not_known_is_refused_with_its_line() {
        assert!(
            refused("\n[allow]\npath = []\n").contains("line 3"),
            "{}",
            refused("\n[allow]\npath = []\n")
        );
        assert!(
            refused("[allow]\npath = []\n")
                .contains("expected one of `paths`, `fingerprints`, `markers`")
        );
        assert!(
            refused("[[keys]]\nid = 'a'\nregex = 'b'\ndescription = 'c'\nseverity = 'bad'\n")
                .contains("line 5")
        );
        assert!(Config::parse(b"allow = \xff", FILE_NAME).is_err());
        assert!(refused("[allow\n").contains("line 1"));
    }

    #[test]
    fn values_that_make_no_sense_are_refused_with_their_line() {
        assert!(refused("[allow]\npaths = ['a',\n 'b{']\n").contains("line 3"));
        assert!(refused("[allow]\nfingerprints = [\n'0123']\n").contains("32 hexadecimal digits"));
        assert!(refused("[allow]\nmarkers = ['']\n").contains("four characters"));
        let key =
            |regex: &str| format!("[[keys]]\nid = 'a'\nregex = '{regex}'\ndescription = 'c'\n");
        assert!(refused(&key("(")).contains("line 3"));
        assert!(refused(&key("a*")).contains("empty"));
    }

    #[test]
    fn a_message_never_quotes_the_file() {
        assert!(!refused("[allow]\nfingerprints = ['SOMETHING']\n").contains("SOMETHING"));
        assert!(!refused("[allow]\nfingerprints = SOMETHING\n").contains("SOMETHING"));
    }
}
