//! Where PostHog's keys should be, and where they should not.

use std::path::Path;

use anyhow::Result;

use super::Line;
use crate::finding::Finding;
use crate::git::WorkTree;
use crate::scan::Outcome;

/// The files that frameworks read secrets from on one machine; each with a name that git is asked
/// about.
const LOCAL_FILES: [(&str, &str); 3] = [
    (".env", ".env"),
    (".env.local", ".env.local"),
    (".env.*.local", ".env.production.local"),
];
/// So many findings are named.
const SHOWN: usize = 10;

/// Whether they are ignored and not tracked.
pub(super) fn environment_files(tree: &WorkTree) -> Vec<Line> {
    let mut lines: Vec<Line> = LOCAL_FILES
        .iter()
        .map(|(pattern, name)| ignored(tree, pattern, name))
        .collect();
    lines.extend(match tree.run(&["ls-files", "-z"]) {
        Err(why) => vec![Line::unknown(
            "tracked files",
            format!("git cannot list them: {why:#}"),
            "git status",
        )],
        Ok(list) => {
            let names = list.split(|b| *b == 0).map(String::from_utf8_lossy);
            let tracked: Vec<_> = names.filter(|name| is_local_file(name)).collect();
            let line = |name: &std::borrow::Cow<'_, str>| {
                let mend = format!("git rm --cached -- '{}'", name.replace('\'', "'\\''"));
                Line::wrong(name, "is tracked, though it is a file for secrets", mend)
            };
            match &tracked[..] {
                [] => vec![Line::well(".env files", "none is tracked")],
                tracked => tracked.iter().map(line).collect(),
            }
        }
    });
    lines
}

fn ignored(tree: &WorkTree, pattern: &str, name: &str) -> Line {
    let status = tree
        .command(&["check-ignore", "-q", "--no-index", name])
        .status();
    match status.map(|status| status.code()) {
        Ok(Some(0)) => Line::well(pattern, "is ignored by git"),
        Ok(Some(1)) => Line::wrong(
            pattern,
            "is not ignored by git",
            format!("echo '{pattern}' >> .gitignore"),
        ),
        _ => Line::unknown(
            pattern,
            "git cannot tell whether it is ignored",
            "git status",
        ),
    }
}

fn is_local_file(path: &str) -> bool {
    let name = Path::new(path)
        .file_name()
        .map(|name| name.to_string_lossy())
        .unwrap_or_default();
    name == ".env"
        || name == ".env.local"
        || (name.starts_with(".env.") && name.ends_with(".local"))
}

/// What a scan of all tracked files found.
pub(super) fn keys(tracked: Result<Outcome>) -> Vec<Line> {
    let about = "tracked files";
    let outcome = match tracked {
        Ok(outcome) => outcome,
        Err(why) => {
            return vec![Line::unknown(
                about,
                format!("they cannot be scanned: {why:#}"),
                "git fsck",
            )];
        }
    };
    let mut lines = Vec::new();
    for unscanned in &outcome.unscanned {
        let path = String::from_utf8_lossy(&unscanned.path);
        lines.push(Line::unknown(
            &path,
            format!("it could not be scanned: {}", unscanned.reason),
            "git fsck",
        ));
    }
    lines.extend(outcome.findings.iter().take(SHOWN).map(key));
    let rest = outcome.findings.len().saturating_sub(SHOWN);
    if rest > 0 {
        lines.push(Line::wrong(
            about,
            format!("{rest} more keys"),
            "phguard --files .",
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

fn key(finding: &Finding) -> Line {
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
