//! Adds phguard's entries to the settings files of the harnesses and removes them. Other entries,
//! comments and the order stay as they are.

mod codex_toml;
mod entries;
mod handlers;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};

use self::entries::{Layout, entries};
use self::handlers::{inner_handlers, own_command, put_entry, take_out};
use super::event::Harness;
use super::replace::replace_file;

/// The owner of some settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The project's, shared with all who work on it.
    Project,
    /// The user's own, for all projects.
    User,
}

/// The result of a change to a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The file is new.
    Created,
    /// Entries were put in or taken out.
    Changed,
    /// The entries were there already, or there were none to take out.
    Same,
    /// The file held nothing else and is gone.
    Removed,
}

/// Returns the file in which a harness looks for hooks; `base` is the top of the project, or the
/// home directory.
#[must_use]
pub fn file_of(harness: Harness, owner: Owner, base: &Path) -> PathBuf {
    let name = match (harness, owner) {
        (Harness::ClaudeCode, _) => ".claude/settings.json",
        (Harness::Codex, _) => ".codex/hooks.json",
        (Harness::Cursor, _) => ".cursor/hooks.json",
        (Harness::Copilot, Owner::Project) => ".github/hooks/phguard.json",
        (Harness::Copilot, Owner::User) => ".copilot/hooks/phguard.json",
    };
    base.join(name)
}

/// Returns every file in which a harness looks for hooks, the one that `install` writes first.
#[must_use]
pub fn files_of(harness: Harness, owner: Owner, base: &Path) -> Vec<PathBuf> {
    let mut files = vec![file_of(harness, owner, base)];
    if harness == Harness::Codex {
        files.push(base.join(".codex/config.toml"));
    }
    files
}

/// Tells whether a settings file switches all hooks of its harness off.
///
/// # Errors
/// The file cannot be read, or it is no TOML.
pub fn switches_hooks_off(file: &Path) -> Result<bool> {
    if !is_toml(file) {
        return Ok(false);
    }
    match read(file)? {
        Some(text) => codex_toml::switches_hooks_off(&text, file),
        None => Ok(false),
    }
}

fn is_toml(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "toml")
}

/// Describes the effect of these settings on a machine without phguard.
#[must_use]
pub fn without_phguard(harness: Harness) -> &'static str {
    match harness {
        Harness::ClaudeCode => {
            "without phguard, versions that know onFailure refuse these tools; older ones run them unchecked"
        }
        Harness::Codex => "without phguard, Codex runs every tool unchecked",
        Harness::Cursor => "without phguard, Cursor refuses what the entries cover",
        Harness::Copilot => {
            "without phguard, Copilot denies every tool, in the cloud agent as well: install it there first \
             (copilot-setup-steps.yml)"
        }
    }
}

/// Puts the entries into a settings file. The harness will run `command`.
///
/// # Errors
/// The file cannot be read or written, or it is no JSON object; then it is as it was.
pub fn install(harness: Harness, file: &Path, command: &str) -> Result<Change> {
    let before = read(file)?;
    let root = parse(before.as_deref().unwrap_or("{}\n"), file)?;
    let Some(settings) = root.object_value() else {
        bail!("{} holds no JSON object", file.display());
    };
    let layout = Layout::of(harness);
    if layout == Layout::Flat && settings.get("version").is_none() {
        settings.insert(0, "version", CstInputValue::Number("1".into()));
    }
    let hooks = object_in(&settings, "hooks", file)?;
    let mut changed = before.is_none();
    for entry in entries(harness, command) {
        changed |= put_entry(&hooks, &entry, layout, file)?;
    }
    if !changed {
        return Ok(Change::Same);
    }
    let mut text = root.to_string();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    replace_file(file, text.as_bytes(), before.as_deref().map(str::as_bytes))?;
    Ok(if before.is_some() {
        Change::Changed
    } else {
        Change::Created
    })
}

/// Takes the entries out of a settings file. A file that holds nothing else is removed.
///
/// # Errors
/// The file cannot be read or written, or it is no JSON object; then it is as it was.
pub fn uninstall(file: &Path) -> Result<Change> {
    let Some(before) = read(file)? else {
        return Ok(Change::Same);
    };
    if is_toml(file) {
        let Some(text) = codex_toml::without_own(&before, file)? else {
            return Ok(Change::Same);
        };
        replace_file(file, text.as_bytes(), Some(before.as_bytes()))?;
        return Ok(Change::Changed);
    }
    let root = parse(&before, file)?;
    let settings = root.object_value();
    let hooks = settings
        .as_ref()
        .and_then(|settings| settings.object_value("hooks"));
    let (Some(settings), Some(hooks)) = (settings, hooks) else {
        return Ok(Change::Same);
    };
    let mut changed = false;
    for property in hooks.properties() {
        let Some(list) = property.array_value() else {
            continue;
        };
        if take_out(&list) {
            changed = true;
            if list.elements().is_empty() {
                property.remove();
            }
        }
    }
    if !changed {
        return Ok(Change::Same);
    }
    if hooks.properties().is_empty()
        && let Some(property) = settings.get("hooks")
    {
        property.remove();
    }
    let rest: Vec<Option<String>> = settings
        .properties()
        .iter()
        .map(jsonc_parser::cst::CstObjectProp::decoded_name)
        .collect();
    let is_bare = rest.is_empty() || rest == [Some("version".to_owned())];
    let text = root.to_string();
    if is_bare && !text.contains("//") && !text.contains("/*") {
        std::fs::remove_file(file)
            .with_context(|| format!("{} cannot be removed", file.display()))?;
        return Ok(Change::Removed);
    }
    replace_file(file, text.as_bytes(), Some(before.as_bytes()))?;
    Ok(Change::Changed)
}

/// Returns the commands by which a settings file runs phguard, each once, and the events they are
/// for.
///
/// # Errors
/// The file cannot be read, or it is no JSON.
pub fn commands_in(file: &Path) -> Result<Vec<(String, Vec<String>)>> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let Some(text) = read(file)? else {
        return Ok(found);
    };
    if is_toml(file) {
        return codex_toml::commands_in(&text, file);
    }
    let root = parse(&text, file)?;
    let hooks = root
        .object_value()
        .and_then(|settings| settings.object_value("hooks"));
    for property in hooks.iter().flat_map(CstObject::properties) {
        let event = property.decoded_name().unwrap_or_default();
        let Some(list) = property.array_value() else {
            continue;
        };
        let mut handlers = Vec::new();
        for element in list.elements() {
            match inner_handlers(&element) {
                Some(inner) => handlers.extend(inner.elements()),
                None => handlers.push(element),
            }
        }
        for command in handlers.iter().filter_map(own_command) {
            match found.iter_mut().find(|(known, _)| *known == command) {
                Some((_, events)) => events.push(event.clone()),
                None => found.push((command, vec![event.clone()])),
            }
        }
    }
    Ok(found)
}

fn object_in(settings: &CstObject, name: &str, file: &Path) -> Result<CstObject> {
    match settings.get(name) {
        None => Ok(settings.object_value_or_set(name)),
        Some(property) => property
            .object_value()
            .with_context(|| format!("{}: {name} is no object", file.display())),
    }
}

fn read(file: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

/// Accepts comments and trailing commas, as the harnesses do.
fn parse(text: &str, file: &Path) -> Result<CstRootNode> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let text = if text.trim().is_empty() { "{}\n" } else { text };
    // The message of the parser quotes the text, which may hold a key.
    CstRootNode::parse(text, &options)
        .ok()
        .with_context(|| format!("{} is no JSON", file.display()))
}
