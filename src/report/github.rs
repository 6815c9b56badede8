//! Annotations for GitHub Actions: commands on standard output that mark a line of a file.

use std::io::{self, Write};

use super::Report;
use super::sanitize::sanitize;
use crate::config;
use crate::failure::Unscanned;
use crate::finding::{Finding, FoundIn};

/// Writes a line for each finding and for each file that was not scanned or not opened.
///
/// # Errors
/// The writer fails.
pub fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    for finding in &report.outcome.findings {
        write_finding(out, finding)?;
    }
    for Unscanned { path, reason } in &report.outcome.unscanned {
        let text = escape_message(&format!(
            "phguard could not scan this file, so nothing is approved: {reason}."
        ));
        writeln!(
            out,
            "::error file={},title=not scanned::{text}",
            escape_property(path)
        )?;
    }
    for file in &report.outcome.not_opened {
        let level = if file.blocks { "error" } else { "notice" };
        let path = escape_property(&file.path);
        let text = escape_message(&format!("phguard did not open this file: {}.", file.reason));
        writeln!(out, "::{level} file={path},title=not opened::{text}")?;
    }
    for warning in report.warnings {
        let path = escape_property(&warning.path);
        let text = escape_message(&warning.text);
        let line = warning.line;
        writeln!(
            out,
            "::warning file={path},line={line},title=wrong place::{text}"
        )?;
    }
    for entry in &report.outcome.unused {
        let text = escape_message(&format!(
            "This entry of [allow] matches no key any more: {entry}"
        ));
        writeln!(
            out,
            "::notice file={},title=unused::{text}",
            config::FILE_NAME
        )?;
    }
    Ok(())
}

fn write_finding(out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
    let place = &finding.location;
    let (path, title) = (
        escape_property(&place.path),
        escape_property(finding.kind.name.as_bytes()),
    );
    let text = escape_message(&super::message(finding));
    let line = place.line;
    if let Some(container) = &finding.container {
        let file = escape_property(container);
        return writeln!(out, "::error file={file},title={title}::{text}");
    }
    if finding.found_in == FoundIn::FileName {
        return writeln!(out, "::error file={path},line={line},title={title}::{text}");
    }
    let (column, end) = (place.column, place.end_column);
    writeln!(
        out,
        "::error file={path},line={line},endLine={line},col={column},endColumn={end},title={title}::{text}"
    )
}

/// Escapes the text behind `::`: a line break would end the command.
fn escape_message(text: &str) -> String {
    sanitize(text.as_bytes()).replace('%', "%25")
}

/// The value of a property, which `:` and `,` would end.
fn escape_property(bytes: &[u8]) -> String {
    sanitize(bytes)
        .replace('%', "%25")
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_ends_its_property_or_the_command() {
        assert_eq!(
            escape_property(b"a%0A,line=1::b\r\n::error::c\xff"),
            "a%250A%2Cline=1%3A%3Ab\\r\\n%3A%3Aerror%3A%3Ac\\xff"
        );
        assert_eq!(
            escape_message("50 %\n::error::x\u{1b}[2J"),
            "50 %25\\n::error::x\\u{1b}[2J"
        );
    }
}
