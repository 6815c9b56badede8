//! SARIF 2.1.0, with the fields that GitHub code scanning requires. No snippets: they would carry
//! the key.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::Report;
use super::sanitize::sanitize;
use crate::failure::{NotOpened, Unscanned};
use crate::finding::Finding;
use crate::key::{KINDS, KeyKind, Severity};
use crate::misplaced::Warning;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes one SARIF log with one run, and a line break.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let outcome = report.outcome;
    let kinds = rule_kinds(&outcome.findings);
    let mut notifications: Vec<_> = outcome.unscanned.iter().map(not_scanned).collect();
    notifications.extend(outcome.not_opened.iter().map(not_opened));
    notifications.extend(report.warnings.iter().map(in_wrong_place));
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": kinds.iter().map(|kind| rule_of(kind)).collect::<Vec<_>>(),
            }},
            "automationDetails": { "id": format!("{}/", env!("CARGO_PKG_NAME")) },
            "invocations": [{
                "executionSuccessful": !outcome.is_incomplete(),
                "toolExecutionNotifications": notifications,
            }],
            "columnKind": "unicodeCodePoints",
            "results": all_results(&outcome.findings, &kinds),
        }],
    });
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

/// Returns the kinds of the catalogue, and those of the project that were found.
fn rule_kinds(findings: &[Finding]) -> Vec<&'static KeyKind> {
    let mut kinds: Vec<&KeyKind> = KINDS.iter().collect();
    for finding in findings {
        if kinds.iter().all(|kind| kind.id != finding.kind.id) {
            kinds.push(finding.kind);
        }
    }
    kinds
}

fn rule_of(kind: &KeyKind) -> Value {
    // GitHub's bands: critical above 9, high from 7, medium from 4.
    let severity = match kind.severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
    };
    let steps = if kind.prefix.is_empty() {
        String::new()
    } else {
        format!(" Step by step: phguard explain {}", kind.id)
    };
    let help = format!("{}\n\nTo rotate it: {}.{steps}", kind.power, kind.rotate);
    json!({
        "id": kind.id,
        "name": kind.name,
        "shortDescription": { "text": format!("PostHog {} in the code.", kind.name) },
        "fullDescription": { "text": kind.power },
        "help": { "text": help },
        "defaultConfiguration": { "level": "error" },
        "properties": {
            "tags": ["security", "external/cwe/cwe-798"],
            "precision": "very-high",
            "security-severity": severity,
        },
    })
}

/// The same key twice in a file makes two results, which their fingerprints must tell apart.
fn all_results(findings: &[Finding], kinds: &[&KeyKind]) -> Vec<Value> {
    let mut seen: HashMap<_, usize> = HashMap::new();
    let results = findings.iter().map(|finding| {
        let count = seen.entry((&finding.location.path, finding.fingerprint)).or_default();
        *count += 1;
        json!({
            "ruleId": finding.kind.id,
            "ruleIndex": kinds.iter().position(|kind| kind.id == finding.kind.id),
            "level": "error",
            "message": { "text": super::message(finding) },
            "locations": [{ "physicalLocation": physical_location(finding) }],
            "partialFingerprints": { "primaryLocationLineHash": format!("{}:{count}", finding.fingerprint) },
        })
    });
    results.collect()
}

/// A key inside an archive is a result for the archive: no viewer can show a line of it.
fn physical_location(finding: &Finding) -> Value {
    if let Some(container) = &finding.container {
        return json!({ "artifactLocation": { "uri": path_uri(container) } });
    }
    let place = &finding.location;
    json!({
        "artifactLocation": { "uri": path_uri(&place.path) },
        "region": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.line,
            "endColumn": place.end_column,
        },
    })
}

fn not_scanned(Unscanned { path, reason }: &Unscanned) -> Value {
    let text = format!("Not scanned, so nothing is approved: {reason}.");
    new_notification("error", path, &text)
}

fn not_opened(file: &NotOpened) -> Value {
    let text = format!("Not opened: {}.", file.reason);
    let level = if file.blocks { "error" } else { "warning" };
    new_notification(level, &file.path, &text)
}

fn in_wrong_place(warning: &Warning) -> Value {
    let text = format!("Line {}: {}", warning.line, warning.text);
    new_notification("warning", &warning.path, &text)
}

fn new_notification(level: &str, path: &[u8], text: &str) -> Value {
    json!({
        "level": level,
        "message": { "text": sanitize(text.as_bytes()) },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": path_uri(path) } } }],
    })
}

/// A path as a URI: relative to the repository's top, or of a file when it is absolute.
fn path_uri(path: &[u8]) -> String {
    let (scheme, path) = match path {
        // On Windows an absolute path starts with a drive, or with two slashes and a server.
        [b'/', b'/', server @ ..] => ("file://".to_owned(), server),
        [b'/', ..] => ("file://".to_owned(), path),
        [drive, b':', rest @ ..] if drive.is_ascii_alphabetic() && rest.starts_with(b"/") => {
            (format!("file:///{}:", char::from(*drive)), rest)
        }
        _ => (String::new(), path),
    };
    let encode = |byte: &u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(*byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.iter()
        .map(encode)
        .fold(scheme, |uri, part| uri + &part)
}

#[cfg(test)]
mod tests {
    use super::path_uri;

    #[test]
    fn any_path_makes_a_uri() {
        assert_eq!(path_uri(b"src/a b:c%\xff.ts"), "src/a%20b%3Ac%25%FF.ts");
        assert_eq!(path_uri(b"/tmp/x"), "file:///tmp/x");
        assert_eq!(path_uri(b"C:/tmp/a b"), "file:///C:/tmp/a%20b");
        assert_eq!(path_uri(b"//server/share/x"), "file://server/share/x");
        assert_eq!(path_uri(b"C:x"), "C%3Ax");
    }
}
