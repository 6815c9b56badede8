//! Mistakes beside keys, for people: the wrong kind of key in the wrong place.

use std::io;

use super::Report;
use super::style::Role;
use super::text::Page;
use crate::misplaced::Warning;

/// Warnings that are listed without `--all`.
const LISTED: usize = 5;

/// Writes the first warnings.
pub(super) fn write(page: &mut Page<'_>, report: &Report<'_>) -> io::Result<()> {
    let listed = match report.detail {
        super::Detail::First => LISTED,
        super::Detail::All => usize::MAX,
    };
    for Warning {
        path, line, text, ..
    } in report.warnings.iter().take(listed)
    {
        page.blank_line()?;
        let place = format!("{}:{line}", page.printable(path));
        page.line(0, Role::Place, &place)?;
        page.paragraph(2, &page.printable(text.as_bytes()))?;
    }
    let rest = report.warnings.len().saturating_sub(listed);
    if rest > 0 {
        page.paragraph(
            0,
            &format!("And {rest} more warnings: add --all to see them."),
        )?;
    }
    if !report.warnings.is_empty() {
        page.blank_line()?;
    }
    Ok(())
}
