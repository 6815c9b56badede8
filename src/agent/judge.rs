//! The one decision for all harnesses: an event comes in, a decision goes out.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::answer::Decision;
use super::event::{Event, Moment};
use super::files::{self, existing, is_ignored};
use super::found::{Found, Reader, shown_path};
use super::invocation::{self, Invocations};
use super::mask::masked_output;
use super::shell::Dialect;
use super::tool::{self, Act, Written};
use super::{bypass, reads};
use crate::git::WorkTree;
use crate::scan::Scanner;

/// Decides about events.
pub struct Judge<'j> {
    /// Finds keys, except for the allowed ones.
    pub scanner: &'j Scanner<'j>,
    /// The top of the work tree around the agent's directory.
    pub top: Option<PathBuf>,
}

impl Judge<'_> {
    /// Decides on an event.
    ///
    /// # Errors
    /// A file that would come into the conversation cannot be read.
    pub fn decide(&self, event: &Event) -> Result<Decision> {
        match event.moment {
            Moment::Prompt => self.prompt(event),
            Moment::BeforeTool => self.before_tool(event),
            Moment::AfterTool => self.after_tool(event),
            Moment::Other | Moment::Unknown => Ok(Decision::Pass),
        }
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            scanner: self.scanner,
            top: self.top.as_deref(),
        }
    }

    fn prompt(&self, event: &Event) -> Result<Decision> {
        let mut texts = Vec::new();
        tool::texts(&event.input, &mut texts);
        if let Some(found) = self.reader().in_texts(&texts)? {
            return Ok(Decision::Refuse(format!(
                "phguard: the prompt holds a {found}. It was not sent. Put the key into .env, which git \
                 ignores, and name the variable {} in the prompt instead. If it was sent before, rotate it.",
                found.variable()
            )));
        }
        let mut names = Vec::new();
        let attachments = event.input.get("attachments").and_then(Value::as_array);
        for attachment in attachments.into_iter().flatten() {
            let mut found = Vec::new();
            tool::texts(attachment, &mut found);
            names.extend(found.into_iter().map(str::to_owned));
        }
        for text in texts {
            names.extend(files::mentioned(text));
        }
        self.read_all(&names, &event.directories)
    }

    fn before_tool(&self, event: &Event) -> Result<Decision> {
        let acts = tool::act(&event.tool, &event.input, event.is_mcp());
        if let Act::Write(written) = acts {
            return self.write_all(&written, event);
        }
        let mut texts = Vec::new();
        tool::texts(&event.input, &mut texts);
        if let Some(found) = self.reader().in_texts(&texts)? {
            let place = match acts {
                Act::Commands(_) => "the command line",
                _ => "the tool's input",
            };
            return Ok(Decision::Refuse(format!(
                "phguard: {place} holds a {found}. It was not run. Let the program read the key from the \
                 environment: keep it in .env and name the variable {}.",
                found.variable()
            )));
        }
        match acts {
            Act::Commands(lines) => {
                for line in lines {
                    let decision = self.command_line(&line, event)?;
                    if decision != Decision::Pass {
                        return Ok(decision);
                    }
                }
                Ok(Decision::Pass)
            }
            Act::Read(names) => self.read_all(&names, &event.directories),
            Act::Write(_) => Ok(Decision::Pass),
        }
    }

    fn command_line(&self, line: &str, event: &Event) -> Result<Decision> {
        let dialect = if tool::is_powershell(&event.tool) {
            Dialect::PowerShell
        } else {
            Dialect::Posix
        };
        let nowhere = PathBuf::from(".");
        let directory = event.directories.first().unwrap_or(&nowhere);
        let found = invocation::of(line, dialect, directory);
        if let Some(decision) = self.bypass(&found) {
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

    fn bypass(&self, found: &Invocations) -> Option<Decision> {
        let aliases = |directory: &Path, name: &str| {
            let setting = format!("alias.{name}");
            let value = WorkTree::at(directory).config(&setting).ok()??;
            Some(String::from_utf8_lossy(&value).into_owned())
        };
        let way = bypass::in_command_line(found, &aliases)?;
        Some(Decision::Refuse(format!(
            "phguard: {}. The hooks keep keys out of git, so an agent may not go round them. Take out what \
             the hook names, or let the person run this command.",
            shown_path(Path::new(&way))
        )))
    }

    fn reads_of(&self, found: &Invocations, event: &Event) -> Result<Decision> {
        for started in &found.list {
            let mut directories = vec![started.directory.clone()];
            directories.extend(event.directories.iter().cloned());
            let decision = self.read_all(&reads::shown_files(started, found), &directories)?;
            if decision != Decision::Pass {
                return Ok(decision);
            }
            for copied in reads::copied_files(started) {
                let decision = self.copy(&copied, &directories)?;
                if decision != Decision::Pass {
                    return Ok(decision);
                }
            }
            if let Some(name) = self.printed_variable(started)? {
                return Ok(Decision::Refuse(format!(
                    "phguard: the variable {name} of the environment holds a key, and this command would \
                     print it. It was not run. A program reads the variable by its name."
                )));
            }
        }
        Ok(Decision::Pass)
    }

    /// Returns the name of a variable with a key that a program would print.
    fn printed_variable(&self, started: &invocation::Invocation) -> Result<Option<String>> {
        let names = reads::printed_variables(started);
        if names.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        for (name, value) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            let is_printed = names.as_ref().is_none_or(|names| {
                names
                    .iter()
                    .any(|wanted| wanted.eq_ignore_ascii_case(&name))
            });
            let value = value.to_string_lossy();
            if is_printed && self.reader().in_texts(&[&value])?.is_some() {
                return Ok(Some(shown_path(Path::new(&name))));
            }
        }
        Ok(None)
    }

    /// A file with a key may go into one that git ignores.
    fn copy(&self, copied: &reads::Copied, directories: &[PathBuf]) -> Result<Decision> {
        for source in existing(&copied.source, directories) {
            let Some(found) = self.reader().in_file(&source)? else {
                continue;
            };
            let base = directories.first().map_or(Path::new("."), PathBuf::as_path);
            let mut target = files::absolute(&copied.target, base);
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

    fn read_all(&self, names: &[String], directories: &[PathBuf]) -> Result<Decision> {
        for name in names {
            for file in existing(name, directories) {
                if let Some(found) = self.reader().in_file(&file)? {
                    return Ok(self.refused_read(&file, &found));
                }
            }
        }
        Ok(Decision::Pass)
    }

    fn refused_read(&self, file: &Path, found: &Found) -> Decision {
        Decision::Refuse(format!(
            "phguard: {}, line {}, holds a {found}. It was not read, because all that is read becomes part \
             of the conversation. Use the variable {} without its value: the program reads it from the \
             environment.",
            shown_path(file),
            found.line,
            found.variable()
        ))
    }

    fn write_all(&self, written: &[Written], event: &Event) -> Result<Decision> {
        let mut question = None;
        for file in written {
            match self.write(file, event)? {
                Decision::Pass => {}
                Decision::Ask(text) => question = Some(text),
                decision => return Ok(decision),
            }
        }
        Ok(question.map_or(Decision::Pass, Decision::Ask))
    }

    fn write(&self, written: &Written, event: &Event) -> Result<Decision> {
        let nowhere = PathBuf::from(".");
        let directory = event.directories.first().unwrap_or(&nowhere);
        let path = written
            .file
            .as_ref()
            .map(|name| files::absolute(&name.replace("file://", ""), directory));
        if let Some(path) = &path
            && let Some(decision) = self.protected(path, written)?
        {
            return Ok(decision);
        }
        if let (Some(source), Some(target)) = (&written.moved_from, &written.file) {
            let copied = reads::Copied {
                source: source.clone(),
                target: target.clone(),
            };
            let decision = self.copy(&copied, &event.directories)?;
            if decision != Decision::Pass {
                return Ok(decision);
            }
        }
        let reader = self.reader();
        let name = path.as_deref().map(|path| reader.name_of(path));
        let keys = reader.in_added(name.as_deref().unwrap_or_default(), &written.added)?;
        if keys.found.is_none() && keys.marked.is_none() {
            return Ok(Decision::Pass);
        }
        if path.as_deref().is_some_and(is_ignored) {
            return Ok(Decision::Pass);
        }
        let place = path.as_deref().map_or("the patch".to_owned(), shown_path);
        if let Some(found) = keys.found {
            return Ok(Decision::Refuse(format!(
                "phguard: a {found} would be written into {place}, which git does not ignore. Nothing was \
                 written. Read the key from the environment there ({}), and keep it in .env.",
                found.variable()
            )));
        }
        let Some(marked) = keys.marked else {
            return Ok(Decision::Pass);
        };
        let stands_already = match &path {
            Some(path) => reader.is_marked_in(path, &marked)?,
            None => false,
        };
        if stands_already {
            return Ok(Decision::Pass);
        }
        Ok(Decision::Ask(format!(
            "phguard: the agent writes a {marked} into {place}, together with the marker that allows it. Only \
             a person may decide that this key may be committed."
        )))
    }

    /// Judges a change to the files that keep the hooks in force.
    fn protected(&self, path: &Path, written: &Written) -> Result<Option<Decision>> {
        let shown = shown_path(path);
        let name = path.to_string_lossy();
        if bypass::is_hook_file(&name, Path::new("/")) {
            return Ok(Some(Decision::Refuse(format!(
                "phguard: {shown} is a hook of git. An agent may not change it: `phguard install` does, or \
                 the person."
            ))));
        }
        let touches_hooks = written.added.to_ascii_lowercase().contains("hookspath");
        if name.replace('\\', "/").ends_with(".git/config") && touches_hooks {
            return Ok(Some(Decision::Refuse(
                "phguard: core.hooksPath moves git's hooks away. The person has to decide that."
                    .into(),
            )));
        }
        if tool::is_configuration(path) {
            return Ok(Some(Decision::Ask(format!(
                "phguard: the agent changes {shown}, which says what keys may be committed and read. Only a \
                 person may decide that."
            ))));
        }
        if !bypass::is_guard_file(&name) || !path.is_file() {
            return Ok(None);
        }
        let before = std::fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
        let guarded = String::from_utf8_lossy(&before).contains("phguard");
        let drops = written.is_deleted
            || written.moved_from.is_some()
            || (written.is_whole && !written.added.contains("phguard"))
            || (written.removed.contains("phguard") && !written.added.contains("phguard"))
            || written.added.contains("disableAllHooks");
        if guarded && drops {
            return Ok(Some(Decision::Ask(format!(
                "phguard: the agent takes phguard out of {shown}. Only a person may decide that."
            ))));
        }
        Ok(None)
    }

    fn after_tool(&self, event: &Event) -> Result<Decision> {
        if let Act::Read(names) = tool::act(&event.tool, &event.input, event.is_mcp()) {
            let mut read = Vec::new();
            for name in &names {
                read.extend(existing(name, &event.directories));
            }
            let reader = self.reader();
            if !read.is_empty() && read.iter().all(|file| reader.is_readable(file)) {
                return Ok(Decision::Pass);
            }
        }
        let mut texts = Vec::new();
        tool::texts(&event.output, &mut texts);
        let Some(found) = self.reader().in_texts(&texts)? else {
            return Ok(Decision::Pass);
        };
        let output = masked_output(&event.output, self.scanner)?;
        let note = format!(
            "phguard: what the tool returned holds a {found}. Do not repeat it. Name the variable {} instead. \
             The transcript of this session may hold the key: tell the person to rotate it.",
            found.variable()
        );
        Ok(Decision::Mask { output, note })
    }
}
