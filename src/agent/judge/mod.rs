//! The one decision for all harnesses: an event comes in, a decision goes out.

mod command_line;
mod variables;
mod write;

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::Value;

use super::answer::Decision;
use super::event::{Event, Moment};
use super::files::existing_files;
use super::found::{Found, Reader, shown_path};
use super::mask::masked_output;
use super::mentions::mentioned_files;
use super::tool::{self, Act};
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
            Moment::Prompt => self.judge_prompt(event),
            Moment::BeforeTool => self.before_tool(event),
            Moment::AfterTool => self.after_tool(event),
            Moment::Other | Moment::Unknown => Ok(Decision::Pass),
        }
    }

    pub(in crate::agent) fn reader(&self) -> Reader<'_> {
        Reader {
            scanner: self.scanner,
            top: self.top.as_deref(),
        }
    }

    fn judge_prompt(&self, event: &Event) -> Result<Decision> {
        let mut texts = Vec::new();
        tool::texts(&event.input, &mut texts);
        if let Some(found) = self.reader().in_texts(&texts)? {
            return Ok(Decision::Refuse(format!(
                "phguard: the prompt holds a {found}. It was not sent. Put the key into .env, which git \
                 ignores, and name the variable {} in the prompt instead. If it was sent before, rotate it.",
                found.variable_name()
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
            let Some(in_prompt) = mentioned_files(text) else {
                return Ok(Decision::Refuse(
                    "phguard: the prompt names more files with @ than can be looked at. It was not sent. Send \
                     a shorter one."
                        .into(),
                ));
            };
            names.extend(in_prompt);
        }
        self.read_all(&names, &event.directories)
    }

    fn before_tool(&self, event: &Event) -> Result<Decision> {
        let acts = tool::act_of(&event.tool, &event.input, event.is_mcp());
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
                found.variable_name()
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

    pub(in crate::agent) fn read_all(
        &self,
        names: &[String],
        directories: &[PathBuf],
    ) -> Result<Decision> {
        for name in names {
            for file in existing_files(name, directories) {
                if let Some(found) = self.reader().in_file(&file)? {
                    return Ok(self.refused_read(&file, &found));
                }
            }
        }
        Ok(Decision::Pass)
    }

    pub(in crate::agent) fn refused_read(&self, file: &Path, found: &Found) -> Decision {
        Decision::Refuse(format!(
            "phguard: {}, line {}, holds a {found}. It was not read, because all that is read becomes part \
             of the conversation. Use the variable {} without its value: the program reads it from the \
             environment.",
            shown_path(file),
            found.line,
            found.variable_name()
        ))
    }

    fn after_tool(&self, event: &Event) -> Result<Decision> {
        if let Act::Read(names) = tool::act_of(&event.tool, &event.input, event.is_mcp()) {
            let mut read = Vec::new();
            for name in &names {
                read.extend(existing_files(name, &event.directories));
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
            found.variable_name()
        );
        Ok(Decision::Mask { output, note })
    }
}
