//! Variables that a command line loads from files with keys, and variables that it prints.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Judge;
use super::command_line::directories_of;
use crate::agent::answer::Decision;
use crate::agent::event::Event;
use crate::agent::files::existing_files;
use crate::agent::found::{Found, shown_path};
use crate::agent::invocation::{Fate, Invocation, Invocations};
use crate::agent::reads::{self, Search, Shown, Source};

/// Variables of the shell that hold a key after the command line has loaded a file.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// Their names.
    names: Vec<String>,
    /// The files that they come from.
    files: Vec<(PathBuf, Found)>,
}

impl Judge<'_> {
    /// Collects the variables that files with keys are loaded into.
    pub(super) fn loaded_variables(&self, found: &Invocations, event: &Event) -> Result<Loaded> {
        let mut loaded = Loaded::default();
        for started in &found.list {
            let directories = directories_of(started, event);
            let mut sources = reads::loaded_files(started);
            if let Fate::Kept(_) = started.fate {
                for shown in reads::shown_places(started, found) {
                    sources.push(shown.source);
                }
            }
            for source in sources {
                let Source::Named(name) = source else {
                    continue;
                };
                for file in existing_files(&name, &directories) {
                    self.load_file(&file, started, found, &mut loaded)?;
                }
            }
        }
        Ok(loaded)
    }

    fn load_file(
        &self,
        file: &Path,
        started: &Invocation,
        found: &Invocations,
        loaded: &mut Loaded,
    ) -> Result<()> {
        let Some(key) = self.reader().in_file(file)? else {
            return Ok(());
        };
        loaded.names.extend(self.reader().variables_in(file)?);
        match &started.fate {
            Fate::Kept(Some(name)) => loaded.names.push(name.clone()),
            // `set -- $(cat .env)` fills the numbered variables.
            Fate::Kept(None) => {
                let positions = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "@", "*"];
                loaded.names.extend(positions.map(str::to_owned));
            }
            _ => {}
        }
        for other in &found.list {
            loaded.names.extend(reads::filled_variables(other));
        }
        loaded.files.push((file.to_owned(), key));
        Ok(())
    }

    /// Judges the variables that a program prints: those of the environment, and those that the
    /// command line has loaded.
    pub(super) fn printed_variables(
        &self,
        place: usize,
        found: &Invocations,
        loaded: &Loaded,
        event: &Event,
    ) -> Result<Option<Decision>> {
        let started = &found.list[place];
        if matches!(started.program.as_str(), "source" | ".")
            && found.list.iter().any(reads::traces_shell)
        {
            let decision = self.judge_trace(started, event)?;
            if decision.is_some() {
                return Ok(decision);
            }
        }
        if !reads::prints_any(started) || matches!(started.fate, Fate::Counted | Fate::Kept(_)) {
            return Ok(None);
        }
        let filters = reads::searches_behind(place, found);
        if let Some((file, key)) = loaded.files.first() {
            for name in &loaded.names {
                if is_printed(started, name, None, &filters) {
                    return self
                        .refused_print(started, name, file, key, event)
                        .map(Some);
                }
            }
        }
        if !reads::is_on_screen(started) {
            return Ok(None);
        }
        for (name, value) in std::env::vars_os() {
            // A name or value that is no UTF-8 is looked through with replacement characters: a key
            // in it is ASCII and stays what it is.
            let name = name.to_string_lossy();
            let value = value.to_string_lossy();
            if is_printed(started, &name, Some(&value), &filters)
                && self.reader().in_texts(&[&value])?.is_some()
            {
                return Ok(Some(Decision::Refuse(format!(
                    "phguard: the variable {} of the environment holds a key, and this command would print it. \
                     It was not run. A program reads the variable by its name.",
                    shown_path(Path::new(&*name))
                ))));
            }
        }
        Ok(None)
    }

    /// Judges `set -x; . ./.env`, which prints each assignment.
    fn judge_trace(&self, started: &Invocation, event: &Event) -> Result<Option<Decision>> {
        let directories = directories_of(started, event);
        let names: Vec<String> = started.arguments.iter().take(1).cloned().collect();
        let decision = self.read_all(&names, &directories)?;
        Ok((decision != Decision::Pass).then_some(decision))
    }

    fn refused_print(
        &self,
        started: &Invocation,
        name: &str,
        file: &Path,
        key: &Found,
        event: &Event,
    ) -> Result<Decision> {
        if !reads::is_on_screen(started) {
            let directories = directories_of(started, event);
            let shown = [Shown {
                source: Source::Named(file.to_string_lossy().into_owned()),
                search: None,
            }];
            for copied in reads::copied_files(started, &shown) {
                let decision = self.judge_copy(&copied, &directories)?;
                if decision != Decision::Pass {
                    return Ok(decision);
                }
            }
            return Ok(Decision::Pass);
        }
        Ok(Decision::Refuse(format!(
            "phguard: {} holds a {key}, and this command would load it and print the variable {}. It was not \
             run. A program reads the variable by its name.",
            shown_path(file),
            shown_path(Path::new(name))
        )))
    }
}

/// Tells whether a program prints a variable, and every search behind it lets the line through.
fn is_printed(started: &Invocation, name: &str, value: Option<&str>, filters: &[Search]) -> bool {
    if !reads::prints_variable(started, name) {
        return false;
    }
    let Some(value) = value else {
        let start = format!("{name}=");
        return filters
            .iter()
            .all(|filter| filter.may_match_line_of(start.as_bytes()));
    };
    let line = format!("{name}={value}");
    filters
        .iter()
        .all(|filter| filter.shows(line.as_bytes(), name.len() + 1..line.len()))
}
