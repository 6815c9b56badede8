//! The tables of `.phguard.toml`.

use std::ops::Range;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use super::Config;
use super::allow::Allow;
use crate::detect::CustomKey;
use crate::key::{Fingerprint, KeyKind, Severity};
use crate::mask::masked_message;

/// Largest number of `[[keys]]`.
pub(super) const MOST_PATTERNS: usize = 200;
/// Largest number of entries in each list of `[allow]`.
pub(super) const MOST_ENTRIES: usize = 10_000;
/// Largest size of a compiled pattern in bytes.
const PATTERN_SIZE: usize = 1 << 18;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: AllowTable,
    #[serde(default)]
    agents: AgentTable,
    #[serde(default)]
    keys: Vec<KeyTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AgentTable {
    read: Vec<Spanned<String>>,
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

/// A value that makes no sense.
pub(super) struct Wrong {
    /// Its place in the text.
    pub(super) at: usize,
    /// The reason, which never quotes the value: it may hold a key.
    pub(super) why: String,
}

impl Wrong {
    fn new(span: Range<usize>, why: impl Into<String>) -> Self {
        Self {
            at: span.start,
            why: why.into(),
        }
    }
}

/// Reads a whole configuration.
pub(super) fn read(text: &[u8]) -> Result<Config, Wrong> {
    let text = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            return Err(Wrong::new(
                error.valid_up_to()..text.len(),
                "it is no UTF-8",
            ));
        }
    };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            return Err(Wrong::new(
                error.span().unwrap_or_default(),
                error.message(),
            ));
        }
    };
    let mut config = Config {
        allow: read_allow(&file.allow, &file.agents)?,
        keys: Vec::new(),
    };
    for table in file.keys {
        if config.keys.len() == MOST_PATTERNS {
            let why = format!("there are more than {MOST_PATTERNS} [[keys]]");
            return Err(Wrong::new(table.regex.span(), why));
        }
        config.keys.push(custom_key(&table)?);
    }
    Ok(config)
}

fn read_allow(table: &AllowTable, agents: &AgentTable) -> Result<Allow, Wrong> {
    for list in [
        &table.paths,
        &table.fingerprints,
        &table.markers,
        &agents.read,
    ] {
        if let Some(entry) = list.get(MOST_ENTRIES) {
            let why = format!("a list has more than {MOST_ENTRIES} entries");
            return Err(Wrong::new(entry.span(), why));
        }
    }
    let mut allow = Allow {
        paths: compile_globs(&table.paths)?,
        agent_files: compile_globs(&agents.read)?,
        ..Allow::default()
    };
    for pattern in &table.paths {
        allow.patterns.push(pattern.as_ref().clone());
    }
    for text in &table.fingerprints {
        match Fingerprint::parse(text.as_ref()) {
            Some(fingerprint) => allow.fingerprints.insert(fingerprint),
            None => {
                let why = "a fingerprint has 32 hexadecimal digits";
                return Err(Wrong::new(text.span(), why));
            }
        };
    }
    for text in &table.markers {
        // An empty marker would be on every line.
        if text.as_ref().trim().len() < 4 {
            return Err(Wrong::new(
                text.span(),
                "a marker has at least four characters",
            ));
        }
        allow.markers.push(text.as_ref().clone().into_bytes());
    }
    Ok(allow)
}

/// Compiles patterns of paths: `*` stays within a directory, `**` crosses them, and `dir/` is
/// everything below.
fn compile_globs(patterns: &[Spanned<String>]) -> Result<GlobSet, Wrong> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let mut glob = pattern.as_ref().clone();
        if glob.ends_with('/') {
            glob.push_str("**");
        }
        match GlobBuilder::new(&glob).literal_separator(true).build() {
            Ok(glob) => set.add(glob),
            Err(error) => return Err(Wrong::new(pattern.span(), error.kind().to_string())),
        };
    }
    set.build()
        .map_err(|error| Wrong::new(0..0, error.kind().to_string()))
}

fn custom_key(table: &KeyTable) -> Result<CustomKey, Wrong> {
    let regex = match compile_pattern(table.regex.as_ref()) {
        Ok(regex) => regex,
        Err(why) => return Err(Wrong::new(table.regex.span(), why)),
    };
    // A kind lives as long as the program, as those of the catalogue do.
    let id = masked_message(&table.id).leak();
    let description = masked_message(&table.description).leak();
    let kind = KeyKind::custom(id, description, table.severity);
    Ok(CustomKey {
        kind: Box::leak(Box::new(kind)),
        regex,
    })
}

fn compile_pattern(pattern: &str) -> Result<Regex, String> {
    let mut builder = RegexBuilder::new(pattern);
    let regex = match builder.unicode(false).size_limit(PATTERN_SIZE).build() {
        Ok(regex) => regex,
        Err(error) => {
            let message = error.to_string();
            let reason = last_line(&message);
            return Err(format!("the regular expression is not valid: {reason}"));
        }
    };
    if regex.is_match(b"") {
        return Err("the regular expression matches the empty text".into());
    }
    Ok(regex)
}

/// Returns the line of a message that names the error. The other lines quote the pattern.
fn last_line(message: &str) -> &str {
    message.lines().last().unwrap_or(message)
}
