//! Hooks in Codex's `config.toml`, which it reads beside `hooks.json`. phguard puts none there, but
//! finds those of a person, and takes them out with its own.

use std::path::Path;

use anyhow::{Context, Result};
use toml_edit::{DocumentMut, Item, TableLike};

use super::handlers::is_own;

/// Returns the commands by which these settings run phguard, each once, and their events.
pub(super) fn commands_in(text: &str, file: &Path) -> Result<Vec<(String, Vec<String>)>> {
    let settings = parse(text, file)?;
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let Some(hooks) = settings.get("hooks").and_then(Item::as_table_like) else {
        return Ok(found);
    };
    for (event, groups) in hooks.iter() {
        for command in commands_of(groups) {
            match found.iter_mut().find(|(known, _)| *known == command) {
                Some((_, events)) => events.push(event.to_owned()),
                None => found.push((command, vec![event.to_owned()])),
            }
        }
    }
    Ok(found)
}

/// Returns the settings without phguard's hooks; `None` if there is none of them.
pub(super) fn without_own(text: &str, file: &Path) -> Result<Option<String>> {
    let mut settings = parse(text, file)?;
    let Some(hooks) = settings.get_mut("hooks").and_then(Item::as_table_like_mut) else {
        return Ok(None);
    };
    let mut changed = false;
    let mut empty = Vec::new();
    for (event, groups) in hooks.iter_mut() {
        let Some(groups) = groups.as_array_of_tables_mut() else {
            continue;
        };
        let before = groups.len();
        groups.retain(|group| !runs_phguard(group));
        changed |= groups.len() != before;
        if groups.is_empty() {
            empty.push(event.to_string());
        }
    }
    for event in empty {
        hooks.remove(&event);
    }
    if hooks.is_empty() {
        settings.remove("hooks");
    }
    Ok(changed.then(|| settings.to_string()))
}

/// `[features] hooks = false`
pub(super) fn switches_hooks_off(text: &str, file: &Path) -> Result<bool> {
    let settings = parse(text, file)?;
    let features = settings.get("features").and_then(Item::as_table_like);
    let hooks = features.and_then(|features| features.get("hooks"));
    Ok(hooks.and_then(Item::as_bool) == Some(false))
}

fn parse(text: &str, file: &Path) -> Result<DocumentMut> {
    // The message of the parser quotes the text, which may hold a key.
    text.parse()
        .ok()
        .with_context(|| format!("{} is no TOML", file.display()))
}

fn commands_of(groups: &Item) -> Vec<String> {
    let mut commands = Vec::new();
    for group in tables_in(groups) {
        for handler in group.get("hooks").map(tables_in).unwrap_or_default() {
            let command = handler.get("command").and_then(Item::as_str);
            commands.extend(command.filter(|command| is_own(command)).map(str::to_owned));
        }
    }
    commands
}

/// A group whose handlers are all phguard's.
fn runs_phguard(group: &dyn TableLike) -> bool {
    let handlers = group.get("hooks").map(tables_in).unwrap_or_default();
    let mut all_own = !handlers.is_empty();
    for handler in handlers {
        let command = handler.get("command").and_then(Item::as_str);
        all_own &= command.is_some_and(is_own);
    }
    all_own
}

/// The tables of `[[…]]` or of a list of `{ … }`.
fn tables_in(item: &Item) -> Vec<&dyn TableLike> {
    let mut tables: Vec<&dyn TableLike> = Vec::new();
    if let Some(list) = item.as_array_of_tables() {
        for table in list {
            tables.push(table);
        }
    }
    if let Some(list) = item.as_array() {
        for value in list {
            if let Some(table) = value.as_inline_table() {
                tables.push(table);
            }
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{commands_in, switches_hooks_off, without_own};

    const SETTINGS: &str = r#"model = "x" # mine

[[hooks.PreToolUse]]
matcher = "Bash"
[[hooks.PreToolUse.hooks]]
type = "command"
command = "mine"

[[hooks.PreToolUse]]
matcher = "Bash|apply_patch"
[[hooks.PreToolUse.hooks]]
type = "command"
command = "phguard hook agent codex"

[[hooks.UserPromptSubmit]]
hooks = [{ type = "command", command = "phguard hook agent codex" }]

[features]
hooks = false
"#;

    #[test]
    fn entries_are_found_and_taken_out() {
        let file = Path::new("config.toml");
        let events = vec!["PreToolUse".to_owned(), "UserPromptSubmit".to_owned()];
        assert_eq!(
            commands_in(SETTINGS, file).unwrap(),
            [("phguard hook agent codex".to_owned(), events)]
        );
        let rest = without_own(SETTINGS, file).unwrap().unwrap();
        assert_eq!(
            rest,
            r#"model = "x" # mine

[[hooks.PreToolUse]]
matcher = "Bash"
[[hooks.PreToolUse.hooks]]
type = "command"
command = "mine"

[features]
hooks = false
"#
        );
        assert_eq!(without_own(&rest, file).unwrap(), None);
        assert!(switches_hooks_off(SETTINGS, file).unwrap());
        assert!(commands_in("[[", file).is_err());
    }
}
