//! Writes, edits and patches of files.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::Judge;
use crate::agent::answer::Decision;
use crate::agent::event::Event;
use crate::agent::files::{self, is_ignored};
use crate::agent::found::shown_path;
use crate::agent::tool::{self, Written};
use crate::agent::{bypass, reads};

impl Judge<'_> {
    pub(super) fn write_all(&self, written: &[Written], event: &Event) -> Result<Decision> {
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
            .map(|name| files::absolute_path(&name.replace("file://", ""), directory));
        if let Some(path) = &path
            && let Some(decision) = self.judge_protected(path, written)?
        {
            return Ok(decision);
        }
        if let (Some(source), Some(target)) = (&written.moved_from, &written.file) {
            let copied = reads::Copied {
                source: source.clone(),
                target: target.clone(),
                stays: false,
            };
            let decision = self.judge_copy(&copied, &event.directories)?;
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
                found.variable_name()
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
    fn judge_protected(&self, path: &Path, written: &Written) -> Result<Option<Decision>> {
        let shown = shown_path(path);
        let name = path.to_string_lossy();
        if bypass::is_hook_file(&name, Path::new("/")) {
            return Ok(Some(Decision::Refuse(format!(
                "phguard: {shown} is a hook of git. An agent may not change it: `phguard install` does, or \
                 the person."
            ))));
        }
        if bypass::is_git_configuration(&name) {
            return Ok(Some(git_configuration_changed(&shown, written)));
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
}

/// Judges an edit of git's own settings: those of hooks are the person's.
fn git_configuration_changed(shown: &str, written: &Written) -> Decision {
    let text = format!("{}\n{}", written.added, written.removed).to_ascii_lowercase();
    let settings = ["hookspath", "[include", "[hook", "[alias"];
    if settings.iter().any(|setting| text.contains(setting)) {
        return Decision::Refuse(format!(
            "phguard: this edit of {shown} can move git's hooks away. The person has to decide that."
        ));
    }
    Decision::Ask(format!(
        "phguard: the agent edits {shown}, git's own settings, past `git config`. Only a person may decide that."
    ))
}
