//! `.phguard.toml`: the keys and files that the project allows, and its own patterns.
//!
//! It is read from the tree that is being committed: an edit that is not part of the commit cannot
//! hide a key in it. It is part of a change, so it may be hostile: its size and the cost of its
//! patterns are bounded.

pub mod allow;
mod comment;
pub mod edit;
mod marker;
mod tables;

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Result, anyhow, bail};

use crate::config::allow::Allow;
use crate::detect::CustomKey;
use crate::failure::{failed, hint};
use tables::Wrong;

/// The file's name, at the top of the repository.
pub const FILE_NAME: &str = ".phguard.toml";

/// Largest file in bytes. A configuration comes with a change: it may be hostile.
const LARGEST_FILE: usize = 1 << 20;

/// Everything that a configuration says.
#[derive(Debug, Default)]
pub struct Config {
    /// Keys and files that are no finding.
    pub allow: Allow,
    /// The project's own patterns.
    pub keys: Vec<CustomKey>,
}

impl Config {
    /// Reads the configuration of a directory. A directory without one allows nothing.
    ///
    /// # Errors
    /// `.phguard.toml` is no regular file, is too large, cannot be read or is wrong.
    pub fn in_directory(directory: &Path) -> Result<Self> {
        let file = directory.join(FILE_NAME);
        match fs::symlink_metadata(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(unreadable_file(FILE_NAME, error)),
            Ok(_) => {}
        }
        // A pipe would wait for ever, and a device may have no end.
        match fs::metadata(&file) {
            Ok(metadata) if metadata.is_file() => Self::in_file(&file),
            Ok(_) => Err(unreadable_file(FILE_NAME, anyhow!("it is no regular file"))),
            Err(error) => Err(unreadable_file(FILE_NAME, error)),
        }
    }

    /// Reads the configuration in a file that the user names: also a pipe.
    ///
    /// # Errors
    /// The file is too large, cannot be read or is wrong.
    pub fn in_file(file: &Path) -> Result<Self> {
        let name = file.display().to_string();
        match read_bounded(file) {
            Ok(text) => Self::parse(&text, &name),
            Err(error) => Err(unreadable_file(&name, error)),
        }
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
        let Wrong { at, why } = match tables::read(text) {
            Ok(config) => return Ok(config),
            Err(wrong) => wrong,
        };
        let before = &text[..at.min(text.len())];
        let line = before.split(|byte| *byte == b'\n').count();
        let what = format!("{origin}, line {line}, makes no sense");
        Err(failed(what, hint::CONFIGURATION, anyhow!(why)))
    }
}

fn unreadable_file(name: &str, why: impl Into<anyhow::Error>) -> anyhow::Error {
    failed(format!("{name} cannot be read"), hint::CONFIGURATION, why)
}

/// Reads a file, but not more of it than a configuration may have, and one byte.
fn read_bounded(file: &Path) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let limit = LARGEST_FILE as u64 + 1;
    File::open(file)?.take(limit).read_to_end(&mut text)?;
    if text.len() > LARGEST_FILE {
        bail!("it is larger than {LARGEST_FILE} bytes");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::tables::{MOST_ENTRIES, MOST_PATTERNS};
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
