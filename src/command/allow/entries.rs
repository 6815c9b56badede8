//! Keys that are named by their place or their fingerprint.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Result, anyhow};

use crate::cli::{Allow, Output};
use crate::command::context::Context;
use crate::command::{check, here, print};
use crate::config::edit;
use crate::failure::{failed, hint, refused};
use crate::finding::{Finding, FoundIn};
use crate::git::{MergeVariables, Repo};
use crate::key::Fingerprint;
use crate::mask::masked_message;
use crate::report::Mode;
use crate::report::sanitize::sanitize;
use crate::scan::Outcome;
use crate::source;

/// The entries for the keys that are named.
pub(super) fn wanted_entries(wanted: &Allow, output: &Output) -> Result<Vec<edit::Entry>> {
    let mut entries = Vec::new();
    if wanted.all {
        let mut outcome = check::staged(&[], MergeVariables::Ignored, output)?;
        outcome.append(check::tracked(output)?);
        if !outcome.unscanned.is_empty() {
            print::by_hand(Mode::Tracked, &outcome, output)?;
            return Err(refused("not every file could be scanned", hint::FSCK));
        }
        for finding in &outcome.findings {
            add(&mut entries, entry_for(finding, wanted));
        }
        return Ok(entries);
    }
    let staged = check::staged(&[], MergeVariables::Ignored, output)?;
    let mut tracked = None;
    for name in &wanted.keys {
        let fingerprint = name.to_str().and_then(Fingerprint::parse);
        let mut found = matching_findings(&staged.findings, name, fingerprint);
        if found.is_empty() && fingerprint.is_none() {
            let tracked = match &mut tracked {
                Some(tracked) => tracked,
                none => none.insert(check::tracked(output)?),
            };
            found = matching_findings(&tracked.findings, name, fingerprint);
        }
        match (found.is_empty(), fingerprint) {
            (false, _) => {
                for finding in found {
                    add(&mut entries, entry_for(finding, wanted));
                }
            }
            (true, Some(fingerprint)) => add(
                &mut entries,
                edit::Entry {
                    fingerprint,
                    comment: one_line_reason(wanted),
                },
            ),
            (true, None) => return Err(not_found(name)),
        }
    }
    Ok(entries)
}

fn add(entries: &mut Vec<edit::Entry>, entry: edit::Entry) {
    if entries
        .iter()
        .all(|known| known.fingerprint != entry.fingerprint)
    {
        entries.push(entry);
    }
}

fn entry_for(finding: &Finding, wanted: &Allow) -> edit::Entry {
    let masked = finding.excerpt.key.as_str();
    let reason = one_line_reason(wanted);
    let comment = match reason.is_empty() {
        true => masked.to_owned(),
        false => format!("{masked}: {reason}"),
    };
    edit::Entry {
        fingerprint: finding.fingerprint,
        comment,
    }
}

/// The reason in one line. It may hold a key.
fn one_line_reason(wanted: &Allow) -> String {
    let reason = wanted.reason.as_deref().unwrap_or_default();
    let words: Vec<&str> = reason.split_whitespace().collect();
    sanitize(masked_message(&words.join(" ")).as_bytes())
}

/// The findings at a place, or of a key. A place is written as the message prints it, or from the
/// directory in which the reader stands.
fn matching_findings<'f>(
    findings: &'f [Finding],
    name: &OsStr,
    fingerprint: Option<Fingerprint>,
) -> Vec<&'f Finding> {
    let name = source::files::written_path(Path::new(name));
    let from_here = [&here::path_prefix().unwrap_or_default()[..], &name].concat();
    let mut found = Vec::new();
    for finding in findings {
        let is_named = match fingerprint {
            Some(fingerprint) => finding.fingerprint == fingerprint,
            None => is_at(finding, &name) || is_at(finding, &from_here),
        };
        if is_named {
            found.push(finding);
        }
    }
    found
}

fn is_at(finding: &Finding, name: &[u8]) -> bool {
    let place = &finding.location;
    // The message shows a path by its printable form.
    let path = sanitize(&place.path);
    let name = sanitize(name);
    if name == path || finding.found_in == FoundIn::FileName && matches_masked(&name, &path) {
        return true;
    }
    let line = format!("{path}:{}", place.line);
    name == line || name == format!("{line}:{}", place.column)
}

/// A shell completes `phx_*65PM` to the whole name, which holds the key.
fn matches_masked(name: &str, path: &str) -> bool {
    masked_message(name) == path
}

fn not_found(name: &OsStr) -> anyhow::Error {
    let name = masked_message(&name.to_string_lossy());
    failed(
        format!("there is no key at {name}"),
        "`phguard --all` lists the keys that are staged; name one as FILE:LINE",
        anyhow!("neither in what is staged nor in a tracked file"),
    )
}

/// Returns the keys whose entries go.
pub(super) fn to_remove(
    repo: &Repo,
    wanted: &Allow,
    output: &Output,
) -> Result<BTreeSet<Fingerprint>> {
    let mut keys = BTreeSet::new();
    let mut allowed: Option<Outcome> = None;
    for name in &wanted.keys {
        if let Some(key) = name.to_str().and_then(Fingerprint::parse) {
            keys.insert(key);
            continue;
        }
        let outcome = match &mut allowed {
            Some(outcome) => outcome,
            none => none.insert(super::scan_tracked(
                repo,
                &Context::of_index(repo, output)?,
            )?),
        };
        let mut found = false;
        for (finding, _) in &outcome.allowed {
            if !matching_findings(std::slice::from_ref(finding), name, None).is_empty() {
                keys.insert(finding.fingerprint);
                found = true;
            }
        }
        if !found {
            return Err(not_found(name));
        }
    }
    Ok(keys)
}
