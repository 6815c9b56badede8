//! Examines the places where PostHog's keys should be, and where they should not.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Line, commands, typed_path};
use crate::finding::Finding;
use crate::git::{WorkTree, path_of};
use crate::hook::shim;
use crate::scan::Outcome;

/// Patterns of git for the files that frameworks read secrets from on one machine.
const LOCAL_FILES: [&str; 3] = [".env", ".env.local", ".env.*.local"];
/// Number of findings that are named.
const SHOWN: usize = 10;

/// Examines the files for secrets in the work tree: none may be tracked, and git must ignore each.
pub(super) fn environment_files(tree: &WorkTree) -> Vec<Line> {
    let mut lines = Vec::new();
    for (options, text) in [
        (
            &["--cached"][..],
            "is tracked, though it is a file for secrets",
        ),
        (
            &["--others", "--exclude-standard"],
            "is not ignored by git, though it is a file for secrets",
        ),
    ] {
        let names = match listed_paths(tree, options) {
            Ok(names) => names,
            Err(why) => {
                let text = format!("git cannot list them: {why:#}");
                return vec![Line::unknown(
                    ".env files",
                    text,
                    commands::git(tree, "status"),
                )];
            }
        };
        for path in names {
            let mend = if options.contains(&"--cached") {
                let path = String::from_utf8_lossy(&shim::quoted(&path)).into_owned();
                commands::git(tree, &format!("rm --cached -- {path}"))
            } else {
                let pattern = pattern_of(&path);
                let file = typed_path(&tree.top().join(".gitignore"));
                // The first newline ends the last line of a file that has no newline at its end.
                format!("printf '\\n%s\\n' '{pattern}' >>{file}")
            };
            lines.push(Line::wrong(&path.to_string_lossy(), text, mend));
        }
    }
    if lines.is_empty() {
        lines.push(Line::note(
            ".env files",
            "none is tracked or could be by mistake",
        ));
    }
    lines
}

fn listed_paths(tree: &WorkTree, options: &[&str]) -> Result<Vec<PathBuf>> {
    let patterns = LOCAL_FILES.map(|name| format!(":(top,glob)**/{name}"));
    let mut arguments = vec!["ls-files", "-z"];
    arguments.extend(options);
    arguments.push("--");
    arguments.extend(patterns.iter().map(String::as_str));
    let list = tree.run(&arguments)?;
    let mut paths = Vec::new();
    for name in list.split(|b| *b == 0).filter(|name| !name.is_empty()) {
        paths.push(path_of(name)?);
    }
    Ok(paths)
}

fn pattern_of(path: &Path) -> &'static str {
    match path.file_name().and_then(|name| name.to_str()) {
        Some(".env") => LOCAL_FILES[0],
        Some(".env.local") => LOCAL_FILES[1],
        _ => LOCAL_FILES[2],
    }
}

/// Returns the lines about a scan of all tracked files.
pub(super) fn tracked_keys(tree: &WorkTree, tracked: Result<Outcome>) -> Vec<Line> {
    let about = "tracked files";
    let outcome = match tracked {
        Ok(outcome) => outcome,
        Err(why) => {
            return vec![Line::unknown(
                about,
                format!("they cannot be scanned: {why:#}"),
                commands::git(tree, "fsck"),
            )];
        }
    };
    let mut lines = Vec::new();
    for unscanned in &outcome.unscanned {
        let path = String::from_utf8_lossy(&unscanned.path);
        lines.push(Line::unknown(
            &path,
            format!("it could not be scanned: {}", unscanned.reason),
            commands::git(tree, "fsck"),
        ));
    }
    lines.extend(outcome.findings.iter().take(SHOWN).map(key_line));
    let rest = outcome.findings.len().saturating_sub(SHOWN);
    if rest > 0 {
        lines.push(Line::wrong(
            about,
            format!("{rest} more keys"),
            commands::at_top(tree, &format!("{} --files .", commands::phguard())),
        ));
    }
    if lines.is_empty() {
        let count = outcome.files;
        lines.push(Line::well(
            about,
            format!("no secret key in {count} of them, none exposed to browsers"),
        ));
    }
    lines
}

fn key_line(finding: &Finding) -> Line {
    let place = &finding.location;
    let about = format!("{}:{}", String::from_utf8_lossy(&place.path), place.line);
    let kind = format!("{}, {}", finding.kind.name, finding.excerpt.key.as_str());
    let text = match &finding.exposed_as {
        Some(name) => format!("a {kind} under {name}, which every visitor of the site can read"),
        None => format!("a {kind}"),
    };
    let mend = format!(
        "phguard explain {}: rotate it, and take it out",
        finding.kind.prefix
    );
    Line::wrong(&about, text, mend)
}
