//! `phguard allow`: lists keys that are none in `.phguard.toml`, stages that file, and checks
//! again.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use super::context::Context;
use super::{Verdict, check, here, print};
use crate::cli::{Allow, Output};
use crate::config::{Config, FILE_NAME, edit};
use crate::failure::{failed, hint, refused};
use crate::finding::{Finding, FoundIn};
use crate::git::staging::{self, IndexChange, IndexEntry, Staged};
use crate::git::{MergeVariables, RenameSources, Repo};
use crate::key::Fingerprint;
use crate::mask::masked_message;
use crate::report::Mode;
use crate::report::sanitize::sanitize;
use crate::scan::Outcome;
use crate::source;

pub(super) fn run(wanted: &Allow, output: &Output) -> Result<Verdict> {
    let repo = Repo::open()?;
    if wanted.list {
        return list(&repo, output);
    }
    let file = File::read(&repo)?;
    if wanted.remove {
        let keys = keys_to_remove(&repo, wanted, output)?;
        let removed = file.change(|text| Ok(edit::remove(text, &keys)?.0))?;
        if !removed {
            return Err(refused(
                "no entry of .phguard.toml lists these keys",
                "`phguard allow --list` shows the entries",
            ));
        }
        print::note(&format!("{FILE_NAME} is changed and staged"), output)?;
    } else {
        let entries = entries(wanted, output)?;
        let changed = file.change(|text| edit::insert(text, &entries))?;
        let what = match (changed, entries.len()) {
            (false, _) => "nothing new: these keys are listed already".to_owned(),
            (true, 1) => format!("1 key is allowed; {FILE_NAME} is staged"),
            (true, count) => format!("{count} keys are allowed; {FILE_NAME} is staged"),
        };
        print::note(&what, output)?;
    }
    print::by_hand(
        Mode::Staged,
        &check::staged(&[], MergeVariables::Ignored, output)?,
        output,
    )
}

/// The entries for the keys that are named.
fn entries(wanted: &Allow, output: &Output) -> Result<Vec<edit::Entry>> {
    let mut entries = Vec::new();
    if wanted.all {
        let mut outcome = check::staged(&[], MergeVariables::Ignored, output)?;
        outcome.append(check::tracked(output)?);
        if !outcome.unscanned.is_empty() {
            print::by_hand(Mode::Tracked, &outcome, output)?;
            return Err(refused("not every file could be scanned", hint::FSCK));
        }
        for finding in &outcome.findings {
            add(&mut entries, entry(finding, wanted));
        }
        return Ok(entries);
    }
    let staged = check::staged(&[], MergeVariables::Ignored, output)?;
    let mut tracked = None;
    for name in &wanted.keys {
        let fingerprint = name.to_str().and_then(Fingerprint::parse);
        let mut found = matching(&staged.findings, name, fingerprint);
        if found.is_empty() && fingerprint.is_none() {
            let tracked = match &mut tracked {
                Some(tracked) => tracked,
                none => none.insert(check::tracked(output)?),
            };
            found = matching(&tracked.findings, name, fingerprint);
        }
        match (found.is_empty(), fingerprint) {
            (false, _) => {
                for finding in found {
                    add(&mut entries, entry(finding, wanted));
                }
            }
            (true, Some(fingerprint)) => add(
                &mut entries,
                edit::Entry {
                    fingerprint,
                    comment: reason(wanted),
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

fn entry(finding: &Finding, wanted: &Allow) -> edit::Entry {
    let masked = finding.excerpt.key.as_str();
    let reason = reason(wanted);
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
fn reason(wanted: &Allow) -> String {
    let reason = wanted.reason.as_deref().unwrap_or_default();
    let words: Vec<&str> = reason.split_whitespace().collect();
    sanitize(masked_message(&words.join(" ")).as_bytes())
}

/// The findings at a place, or of a key. A place is written as the message prints it, or from the
/// directory in which the reader stands.
fn matching<'f>(
    findings: &'f [Finding],
    name: &OsStr,
    fingerprint: Option<Fingerprint>,
) -> Vec<&'f Finding> {
    let name = source::files::written_path(Path::new(name));
    let from_here = [&here::prefix().unwrap_or_default()[..], &name].concat();
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

fn keys_to_remove(repo: &Repo, wanted: &Allow, output: &Output) -> Result<BTreeSet<Fingerprint>> {
    let mut keys = BTreeSet::new();
    let mut allowed: Option<Outcome> = None;
    for name in &wanted.keys {
        if let Some(key) = name.to_str().and_then(Fingerprint::parse) {
            keys.insert(key);
            continue;
        }
        let outcome = match &mut allowed {
            Some(outcome) => outcome,
            none => none.insert(scan_tracked(repo, &Context::of_index(repo, output)?)?),
        };
        let mut found = false;
        for (finding, _) in &outcome.allowed {
            if !matching(std::slice::from_ref(finding), name, None).is_empty() {
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

/// Prints the entries of the configuration on the disk, and marks those that no tracked file needs.
fn list(repo: &Repo, output: &Output) -> Result<Verdict> {
    let file = File::read(repo)?;
    let context = Context::of_files(Some(repo.top()), output)?;
    let text = file.on_disk.as_deref().unwrap_or_default();
    let unused = context
        .allow()
        .unused(&scan_tracked(repo, &context)?.allowed);
    let mut lines = Vec::new();
    for pattern in &context.allow().patterns {
        lines.push((masked_message(pattern), "path".to_owned()));
    }
    for entry in edit::entries(text)? {
        lines.push((entry.fingerprint.to_string(), entry.comment));
    }
    for marker in &context.allow().markers {
        lines.push((
            masked_message(&String::from_utf8_lossy(marker)),
            "marker".into(),
        ));
    }
    let mut said = Vec::new();
    for (entry, about) in &lines {
        let mark = match unused.contains(entry) {
            true => " (no tracked file needs it)",
            false => "",
        };
        let line = format!("{entry}  {about}{mark}");
        writeln!(said, "{}", sanitize(line.trim_end().as_bytes()))?;
    }
    if lines.is_empty() {
        writeln!(said, "phguard: {FILE_NAME} allows nothing.")?;
    }
    print::write_out(&said)?;
    Ok(Verdict::Clean)
}

fn scan_tracked(repo: &Repo, context: &Context) -> Result<Outcome> {
    let changes = source::staged::changes(repo, &[None], &[])?;
    context
        .scanner()
        .scan(repo, &RenameSources::default(), &changes)
}

/// `.phguard.toml` as it is on the disk and as it is staged. Work on it that is not staged stays
/// so.
struct File {
    path: PathBuf,
    on_disk: Option<String>,
    staged: Option<String>,
}

impl File {
    fn read(repo: &Repo) -> Result<Self> {
        let path = repo.top().join(FILE_NAME);
        let on_disk = match path.symlink_metadata() {
            Ok(about) if about.is_file() => Some(fs::read(&path)?),
            Ok(_) => {
                return Err(refused(
                    format!("{FILE_NAME} is no regular file"),
                    "replace it by a file",
                ));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(failed(
                    format!("{FILE_NAME} cannot be read"),
                    hint::CONFIGURATION,
                    error,
                ));
            }
        };
        let staged = match repo.staged_at(FILE_NAME)? {
            Some(id) => repo.blobs()?.read(&id)?.map(|blob| blob.to_vec()),
            None => None,
        };
        Ok(Self {
            path,
            on_disk: text_of(on_disk, "on the disk")?,
            staged: text_of(staged, "staged")?,
        })
    }

    /// Changes both versions and stages the second. Returns whether there was something to change.
    fn change(&self, edit: impl Fn(&str) -> Result<String>) -> Result<bool> {
        let old_disk = self.on_disk.as_deref().or(self.staged.as_deref());
        let old_disk = old_disk.unwrap_or_default();
        let old_staged = self.staged.as_deref().unwrap_or_default();
        let disk = keep_line_ends(old_disk, &edit)?;
        let staged = keep_line_ends(old_staged, &edit)?;
        if disk == old_disk && staged == old_staged {
            return Ok(false);
        }
        let written = replace(&self.path, &disk).and_then(|()| stage(&staged));
        written.map_err(|error| {
            failed(
                format!("{FILE_NAME} cannot be written and staged"),
                hint::STATUS,
                error,
            )
        })?;
        Ok(true)
    }
}

/// Stages the list. A new one is an ordinary file.
fn stage(text: &str) -> Result<()> {
    let mode = match staging::entry(FILE_NAME.as_bytes())? {
        Staged::File(entry) => entry.mode,
        _ => "100644".to_owned(),
    };
    let id = staging::write_blob(text.as_bytes())?;
    staging::update(&[IndexChange {
        path: FILE_NAME.into(),
        entry: IndexEntry { mode, id },
    }])?;
    staging::refresh();
    Ok(())
}

fn text_of(bytes: Option<Vec<u8>>, state: &str) -> Result<Option<String>> {
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let origin = format!("{FILE_NAME} ({state})");
    Config::parse(&bytes, &origin)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| failed(format!("{origin} is no UTF-8"), hint::CONFIGURATION, error))?;
    Ok(Some(text))
}

fn keep_line_ends(text: &str, edit: impl Fn(&str) -> Result<String>) -> Result<String> {
    if text.contains("\r\n") {
        return Ok(edit(&text.replace("\r\n", "\n"))?.replace('\n', "\r\n"));
    }
    edit(text)
}

/// Writes a file beside the old one and puts it in its place, so that one of them is always whole.
fn replace(path: &Path, text: &str) -> Result<()> {
    let new = path.with_extension(format!("new.{}", std::process::id()));
    let written = fs::write(&new, text)
        .and_then(|()| match path.metadata() {
            Ok(old) => fs::set_permissions(&new, old.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        drop(fs::remove_file(&new));
    }
    written.with_context(|| format!("{} cannot be written", path.display()))
}
