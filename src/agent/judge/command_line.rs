//! Command lines: ways round the hooks, files and variables that are shown, copies.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Judge;
use crate::agent::answer::Decision;
use crate::agent::event::Event;
use crate::agent::files::{absolute_path, existing_files, files_below, is_ignored};
use crate::agent::found::shown_path;
use crate::agent::invocation::{self, Invocation, Invocations};
use crate::agent::reads::{self, Copied, Listing, Search, Shown, Source};
use crate::agent::shell::Dialect;
use crate::agent::{bypass, tool};
use crate::git::WorkTree;

/// A longer command line is not read: the harness would not wait for it. Linux gives a program at most
/// 128 KiB in one argument.
const LONGEST_LINE: usize = 1 << 20;

impl Judge<'_> {
    pub(super) fn command_line(&self, line: &str, event: &Event) -> Result<Decision> {
        if line.len() > LONGEST_LINE {
            return Ok(Decision::Refuse(format!(
                "phguard: the command line is longer than {} KiB and was not read, so it was not run. Write \
                 a script, and run that.",
                LONGEST_LINE >> 10
            )));
        }
        let dialect = if tool::is_powershell(&event.tool) {
            Dialect::PowerShell
        } else {
            Dialect::Posix
        };
        let nowhere = PathBuf::from(".");
        let directory = event.directories.first().unwrap_or(&nowhere);
        let found = invocation::of(line, dialect, directory);
        if let Some(decision) = self.find_bypass(&found) {
            return Ok(decision);
        }
        // A key in pieces, which quotes kept apart.
        let mut words = Vec::new();
        for started in &found.list {
            words.push(started.arguments.join(" "));
            for (name, value) in &started.assignments {
                words.push(format!("{name}={value}"));
            }
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let Some(key) = self.reader().in_texts(&words)? {
            return Ok(Decision::Refuse(format!(
                "phguard: the command line holds a {key} in pieces. It was not run. Name a variable of the \
                 environment instead."
            )));
        }
        self.reads_of(&found, event)
    }

    fn find_bypass(&self, found: &Invocations) -> Option<Decision> {
        let way = bypass::in_command_line(found, &configured_alias)?;
        Some(Decision::Refuse(format!(
            "phguard: {}. The hooks keep keys out of git, so an agent may not go round them. Take out what \
             the hook names, or let the person run this command.",
            shown_path(Path::new(&way))
        )))
    }

    fn reads_of(&self, found: &Invocations, event: &Event) -> Result<Decision> {
        let loaded = self.loaded_variables(found, event)?;
        for (place, started) in found.list.iter().enumerate() {
            let directories = directories_of(started, event);
            let shown = reads::shown_places(started, found);
            if reads::is_on_screen(started) {
                let filters = reads::searches_behind(place, found);
                for source in &shown {
                    let decision = self.judge_shown(source, &filters, &directories)?;
                    if decision != Decision::Pass {
                        return Ok(decision);
                    }
                }
            }
            for copied in reads::copied_files(started, &shown) {
                let decision = self.judge_copy(&copied, &directories)?;
                if decision != Decision::Pass {
                    return Ok(decision);
                }
            }
            if let Some(decision) = self.printed_variables(place, found, &loaded, event)? {
                return Ok(decision);
            }
        }
        Ok(Decision::Pass)
    }

    /// Judges a place that a program shows lines of.
    fn judge_shown(
        &self,
        shown: &Shown,
        filters: &[Search],
        directories: &[PathBuf],
    ) -> Result<Decision> {
        let searches: Vec<&Search> = shown.search.iter().chain(filters).collect();
        let files = match &shown.source {
            Source::Blob(name) => return self.shown_blob(name, &searches, directories),
            Source::Named(name) => existing_files(name, directories),
            Source::Below(directory, listing) => {
                let mut files = Vec::new();
                if let Some(base) = directories.first() {
                    files.extend(files_below(
                        &searched_directory(directory, *listing, base),
                        *listing,
                    ));
                }
                if let Some(search) = &shown.search {
                    files.retain(|file| search.reads(file));
                }
                files
            }
        };
        for file in files {
            // A file that is gone by now, or closed to this user, is so for the program as well.
            if !matches!(shown.source, Source::Named(_)) && std::fs::File::open(&file).is_err() {
                continue;
            }
            if !self.reader().is_shown_in(&file, &searches)? {
                continue;
            }
            if let Some(found) = self.reader().in_file(&file)? {
                return Ok(self.refused_read(&file, &found));
            }
        }
        Ok(Decision::Pass)
    }

    /// Judges a file of a commit, and the one of that name on the disk in its place if git has none.
    fn shown_blob(
        &self,
        name: &str,
        searches: &[&Search],
        directories: &[PathBuf],
    ) -> Result<Decision> {
        let base = directories.first().map_or(Path::new("."), PathBuf::as_path);
        let Ok(content) = WorkTree::at(base).run(&["cat-file", "blob", name]) else {
            return Ok(Decision::Pass);
        };
        let path = name.split_once(':').map_or(name, |(_, path)| path);
        let Some(found) = self.reader().in_content(path, &content, searches)? else {
            return Ok(Decision::Pass);
        };
        Ok(self.refused_read(Path::new(name), &found))
    }

    /// A file with a key may go into one that git ignores.
    pub(super) fn judge_copy(&self, copied: &Copied, directories: &[PathBuf]) -> Result<Decision> {
        for source in existing_files(&copied.source, directories) {
            let Some(found) = self.reader().in_file(&source)? else {
                continue;
            };
            let base = directories.first().map_or(Path::new("."), PathBuf::as_path);
            // A file that git would commit already may get another name.
            if !copied.stays && !is_ignored(&source) {
                continue;
            }
            let mut target = absolute_path(&copied.target, base);
            if copied.target.starts_with("/dev/") || copied.target.contains(':') {
                return Ok(self.refused_read(&source, &found));
            }
            if target.is_dir() {
                target.push(source.file_name().unwrap_or_default());
            }
            if !is_ignored(&target) {
                return Ok(Decision::Refuse(format!(
                    "phguard: {} holds a {found}, and git does not ignore {}. It was not copied. Copy it to a \
                     file that git ignores, or copy only the names of the variables.",
                    shown_path(&source),
                    shown_path(&target)
                )));
            }
        }
        Ok(Decision::Pass)
    }
}

pub(super) fn directories_of(started: &Invocation, event: &Event) -> Vec<PathBuf> {
    let mut directories = vec![started.directory.clone()];
    if let Some(call) = reads::git_call(&started.arguments)
        && started.program == "git"
    {
        for directory in call.directories {
            directories[0] = directories[0].join(directory);
        }
    }
    directories.extend(event.directories.iter().cloned());
    directories
}

/// The directory that a search goes into.
fn searched_directory(name: &str, listing: Listing, base: &Path) -> PathBuf {
    let directory = absolute_path(name, base);
    if listing == Listing::TrackedOrCommitted && !directory.exists() {
        return base.to_owned();
    }
    directory
}

/// Looks up an alias in git's configuration.
fn configured_alias(directory: &Path, name: &str) -> Option<String> {
    let setting = format!("alias.{name}");
    // A git that cannot read its configuration runs no command at all.
    let value = WorkTree::at(directory).config(&setting).ok()??;
    // Options are ASCII: what is no UTF-8 is no option.
    Some(String::from_utf8_lossy(&value).into_owned())
}
