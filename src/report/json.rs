//! The report for programs. Its shape is stable: `version` changes with it.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::{Mode, Report};
use crate::config::allow::AllowedBy;
use crate::finding::{Finding, FoundIn};
use crate::key::{IssuedBefore, Severity};
use crate::misplaced::{Mistake, Warning};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    tool: Tool,
    mode: Mode,
    scanned: Scanned,
    allowed: usize,
    placeholders: usize,
    findings: Vec<Item<'r>>,
    allowed_findings: Vec<Item<'r>>,
    unused_allowances: &'r [String],
    unscanned: Vec<NotScanned<'r>>,
    not_opened: Vec<NotScanned<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Misplaced<'r>>,
}

/// The wrong kind of key in the wrong place.
#[derive(Serialize)]
struct Misplaced<'r> {
    mistake: Mistake,
    #[serde(flatten)]
    path: Path,
    line: usize,
    text: &'r str,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Scanned {
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<usize>,
    files: usize,
    bytes: u64,
    ignored: usize,
}

#[derive(Serialize)]
struct Item<'r> {
    kind: &'static str,
    severity: Severity,
    #[serde(flatten)]
    path: Path,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<Cow<'r, str>>,
    line: usize,
    column: usize,
    end_column: usize,
    in_name: bool,
    in_message: bool,
    encoding: &'static str,
    masked: &'r str,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_before: Option<&'static str>,
    exposed_as: Option<&'r str>,
    commit: Option<String>,
    commit_date: Option<&'r str>,
    commit_subject: Option<Cow<'r, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_head: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refs: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_by: Option<AllowedBy>,
}

#[derive(Serialize)]
struct NotScanned<'r> {
    #[serde(flatten)]
    path: Path,
    reason: &'r str,
}

/// A path as text; one that is no UTF-8 also as the base64 of its bytes.
#[derive(Serialize)]
struct Path {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
}

/// Writes one JSON document and a line break.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let outcome = report.outcome;
    let document = Document {
        version: VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        mode: report.mode,
        scanned: Scanned {
            commits: outcome.commits,
            files: outcome.files,
            bytes: outcome.bytes,
            ignored: outcome.ignored,
        },
        allowed: outcome.allowed.len(),
        placeholders: outcome.placeholders,
        findings: outcome
            .findings
            .iter()
            .map(|finding| Item::new(finding, None))
            .collect(),
        allowed_findings: outcome
            .allowed
            .iter()
            .map(|(finding, by)| Item::new(finding, Some(*by)))
            .collect(),
        unused_allowances: &outcome.unused,
        unscanned: outcome
            .unscanned
            .iter()
            .map(|unscanned| NotScanned {
                path: Path::new(&unscanned.path),
                reason: &unscanned.reason,
            })
            .collect(),
        not_opened: outcome
            .not_opened
            .iter()
            .map(|not_opened| NotScanned {
                path: Path::new(&not_opened.path),
                reason: &not_opened.reason,
            })
            .collect(),
        warnings: report.warnings.iter().map(Misplaced::new).collect(),
    };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

impl<'r> Misplaced<'r> {
    fn new(warning: &'r Warning) -> Self {
        Self {
            mistake: warning.mistake,
            path: Path::new(&warning.path),
            line: warning.line,
            text: &warning.text,
        }
    }
}

impl<'r> Item<'r> {
    fn new(finding: &'r Finding, allowed_by: Option<AllowedBy>) -> Self {
        let commit = finding.commit.as_ref();
        Self {
            kind: finding.kind.id,
            severity: finding.kind.severity,
            path: Path::new(&finding.location.path),
            container: finding.container.as_deref().map(String::from_utf8_lossy),
            line: finding.location.line,
            column: finding.location.column,
            end_column: finding.location.end_column,
            in_name: finding.found_in == FoundIn::FileName,
            in_message: finding.found_in == FoundIn::Message,
            encoding: finding.encoding.as_str(),
            masked: finding.excerpt.key.as_str(),
            fingerprint: finding.fingerprint.to_string(),
            issued_before: finding.issued_before.map(IssuedBefore::as_str),
            exposed_as: finding.exposed_as.as_deref(),
            commit: commit.map(|commit| commit.id.to_string()),
            commit_date: commit.and_then(|commit| commit.date.as_deref()),
            commit_subject: commit.map(|commit| String::from_utf8_lossy(&commit.subject)),
            in_head: finding.trace.map(|trace| trace.in_head),
            refs: finding.trace.map(|trace| trace.refs),
            allowed_by,
        }
    }
}

impl Path {
    fn new(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(path) => Self {
                path: path.to_owned(),
                path_bytes: None,
            },
            Err(_) => Self {
                path: escape_bytes(bytes),
                path_bytes: Some(base64(bytes)),
            },
        }
    }
}

/// Bytes that are no UTF-8 as `\xNN`.
fn escape_bytes(bytes: &[u8]) -> String {
    let chunks = bytes.utf8_chunks();
    chunks
        .map(|chunk| {
            chunk.valid().to_owned() + &chunk.invalid().iter().map(escape_byte).collect::<String>()
        })
        .collect()
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number =
            chunk.iter().fold(0, |n, b| n << 8 | usize::from(*b)) << (8 * (3 - chunk.len()));
        let digits = (0..4).map(|i| {
            if i <= chunk.len() {
                ALPHABET[number >> (18 - 6 * i) & 63]
            } else {
                b'='
            }
        });
        text.extend(digits.map(char::from));
    }
    text
}

fn escape_byte(byte: &u8) -> String {
    format!("\\x{byte:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_is_no_text_is_written_twice() {
        let path = serde_json::to_string(&Path::new(b"caf\xe9")).unwrap();
        assert_eq!(path, r#"{"path":"caf\\xe9","path_bytes":"Y2Fm6Q=="}"#);
        assert_eq!(
            serde_json::to_string(&Path::new("é".as_bytes())).unwrap(),
            r#"{"path":"é"}"#
        );
    }
}
