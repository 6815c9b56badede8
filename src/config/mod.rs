//! `.phguard.toml`: the keys and files that the project allows, and its own patterns.
//!
//! It is read from the tree that is being committed: an edit that is not part of the commit cannot
//! hide a key in it. It is part of a change, so it may be hostile: its size and the cost of its
//! patterns are bounded.

pub mod allow;
pub mod edit;

use std::fs::{self, File as DiskFile};
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
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

/// Largest file in bytes. A configuration comes with a change: it may be hostile.
const LARGEST_FILE: usize = 1 << 20;
/// Largest number of `[[keys]]`.
const MOST_PATTERNS: usize = 200;
/// Largest number of entries in each list of `[allow]`.
const MOST_ENTRIES: usize = 10_000;
/// Largest size of a compiled pattern in bytes.
const PATTERN_SIZE: usize = 1 << 18;

/// Everything that a configuration says.
#[derive(Debug, Default)]
pub struct Config {
    /// Keys and files that are no finding.
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

impl Config {
    /// Reads the configuration of a directory. A directory without one allows nothing.
    ///
    /// # Errors
    /// `.phguard.toml` is no regular file, is too large, cannot be read or is wrong.
    pub fn in_directory(directory: &Path) -> Result<Self> {
        let file = directory.join(FILE_NAME);
        let unreadable = |error| {
            failed(
                format!("{FILE_NAME} cannot be read"),
                hint::CONFIGURATION,
                error,
            )
        };
        match fs::symlink_metadata(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(unreadable(anyhow!(error))),
            Ok(_) => {}
        }
        // A pipe would wait for ever, and a device may have no end.
        match fs::metadata(&file) {
            Ok(metadata) if metadata.is_file() => Self::in_file(&file),
            Ok(_) => Err(unreadable(anyhow!("it is no regular file"))),
            Err(error) => Err(unreadable(anyhow!(error))),
        }
    }

    /// Reads the configuration in a file that the user names: also a pipe.
    ///
    /// # Errors
    /// The file is too large, cannot be read or is wrong.
    pub fn in_file(file: &Path) -> Result<Self> {
        let name = file.display().to_string();
        let text = read_bounded(file).map_err(|error| {
            failed(format!("{name} cannot be read"), hint::CONFIGURATION, error)
        })?;
        Self::parse(&text, &name)
    }

    /// Reads a configuration; `origin` is the name of its file in messages.
    ///
    /// # Errors
    /// The text is no TOML, has a field that is not known, a value that makes no sense or too many
    /// of them. The message has the line, but never its text, which may hold a key.
    pub fn parse(text: &[u8], origin: &str) -> Result<Self> {
        if text.len() > LARGEST_FILE {
            let why = anyhow!("it is larger than {LARGEST_FILE} bytes");
            return Err(failed(
                format!("{origin} is refused"),
                hint::CONFIGURATION,
                why,
            ));
        }
        read_tables(text).map_err(|Wrong { at, why }| {
            let before = &text[..at.min(text.len())];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let what = format!("{origin}, line {line}, makes no sense");
            failed(what, hint::CONFIGURATION, anyhow!(why))
        })
    }
}

/// Reads a file, but not more of it than a configuration may have, and one byte.
fn read_bounded(file: &Path) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let limit = LARGEST_FILE as u64 + 1;
    DiskFile::open(file)?.take(limit).read_to_end(&mut text)?;
    if text.len() > LARGEST_FILE {
        bail!("it is larger than {LARGEST_FILE} bytes");
    }
    Ok(text)
}

/// A value that makes no sense.
struct Wrong {
    /// Its place in the text.
    at: usize,
    why: String,
}

impl Wrong {
    fn new(span: Range<usize>, why: impl Into<String>) -> Self {
        Self {
            at: span.start,
            why: why.into(),
        }
    }
}

fn read_tables(text: &[u8]) -> Result<Config, Wrong> {
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
        config.keys.push(custom_key(table)?);
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
        paths: globs(&table.paths)?,
        agent_files: globs(&agents.read)?,
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

/// `*` stays within a directory, `**` crosses them, and `dir/` is everything below.
fn globs(patterns: &[Spanned<String>]) -> Result<GlobSet, Wrong> {
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

fn custom_key(table: KeyTable) -> Result<CustomKey, Wrong> {
    let wrong = |why: String| Wrong::new(table.regex.span(), why);
    let built: Result<Regex, _> = RegexBuilder::new(table.regex.as_ref())
        .unicode(false)
        .size_limit(PATTERN_SIZE)
        .build();
    let regex = match built {
        Ok(regex) => regex,
        Err(error) => {
            let reason = last_line(&error.to_string()).to_owned();
            return Err(wrong(format!(
                "the regular expression is not valid: {reason}"
            )));
        }
    };
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

/// Returns the line of a message that names the error. The other lines quote the pattern.
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
    fn what_costs_too_much_is_refused() {
        let key = "[[keys]]\nid = 'a'\nregex = 'b'\ndescription = 'c'\n";
        assert!(Config::parse(key.repeat(MOST_PATTERNS).as_bytes(), FILE_NAME).is_ok());
        assert!(refused(&key.repeat(MOST_PATTERNS + 1)).contains("more than 200"));
        assert!(refused(&key.replace('b', "((a|b){1,99}){99}")).contains("not valid"));
        let entries = |count| format!("[allow]\npaths = [{}]\n", "'a/b',".repeat(count));
        assert!(Config::parse(entries(MOST_ENTRIES).as_bytes(), FILE_NAME).is_ok());
        assert!(refused(&entries(MOST_ENTRIES + 1)).contains("more than 10000"));
        assert!(refused(&"#".repeat(LARGEST_FILE + 1)).contains("larger"));
    }

    /// The names behind "expected one of" when a field is not known.
    fn known_fields(text: &str) -> Vec<String> {
        let message = refused(text);
        let names = message.split('`').skip(1).step_by(2);
        let mut names: Vec<String> = names.skip(1).map(str::to_owned).collect();
        names.sort();
        names
    }

    #[test]
    fn the_schema_lists_exactly_the_fields_that_are_known() {
        let schema = include_str!("../../docs/phguard.schema.json");
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        let key = "[[keys]]\nid = 'a'\nregex = 'b'\ndescription = 'c'\nunknown = 1\n";
        for (text, table) in [
            ("unknown = 1\n", &schema),
            ("[allow]\nunknown = 1\n", &schema["properties"]["allow"]),
            ("[agents]\nunknown = 1\n", &schema["properties"]["agents"]),
            (key, &schema["properties"]["keys"]["items"]),
        ] {
            let listed = table["properties"].as_object().unwrap().keys();
            let mut listed: Vec<String> = listed.cloned().collect();
            listed.sort();
            assert_eq!(known_fields(text), listed, "{}", refused(text));
        }
        let severities = &schema["properties"]["keys"]["items"]["properties"]["severity"]["enum"];
        for severity in severities.as_array().unwrap() {
            let text = key.replace("unknown = 1", &format!("severity = {severity}"));
            assert!(
                Config::parse(text.as_bytes(), FILE_NAME).is_ok(),
                "{severity}"
            );
        }
        let most = &schema["properties"]["keys"]["maxItems"];
        assert_eq!(most.as_u64(), Some(MOST_PATTERNS as u64));
    }

    #[test]
    fn a_message_never_quotes_the_file() {
        assert!(!refused("[allow]\nfingerprints = ['SOMETHING']\n").contains("SOMETHING"));
        assert!(!refused("[allow]\nfingerprints = SOMETHING\n").contains("SOMETHING"));
    }
}
