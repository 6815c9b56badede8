//! Settings of git that take the hooks out of force.

use std::path::Path;

use super::in_text;

/// Judges a setting `key=value` that holds for one command.
pub(super) fn setting_bypass(setting: &str, directory: &Path) -> Option<String> {
    let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
    key_bypass(key, value, directory)
}

fn key_bypass(key: &str, value: &str, directory: &Path) -> Option<String> {
    let key = key.trim().to_ascii_lowercase();
    if key == "core.hookspath" {
        return Some("core.hooksPath moves git's hooks away".into());
    }
    if key.starts_with("hook.") {
        return Some(format!(
            "{key} changes the hooks that git's configuration names"
        ));
    }
    if key == "include.path" || key.starts_with("includeif.") {
        return Some(format!("{key} can move git's hooks away"));
    }
    if key.starts_with("alias.") {
        return alias_bypass(value, &[], directory);
    }
    None
}

/// Judges the command of an alias together with the arguments behind it.
pub(super) fn alias_bypass(value: &str, rest: &[String], directory: &Path) -> Option<String> {
    let mut text = match value.strip_prefix('!') {
        Some(command) => command.to_owned(),
        None => format!("git {value}"),
    };
    for word in rest {
        text.push_str(" '");
        text.push_str(&word.replace('\'', r"'\''"));
        text.push('\'');
    }
    // An alias is not looked up again: one that names itself would never end.
    in_text(&text, directory, &no_alias)
}

/// Judges `git config`: reading a setting is no bypass.
pub(super) fn config_bypass(words: &[String], directory: &Path) -> Option<String> {
    let mut plain: Vec<&str> = Vec::new();
    let mut writes = false;
    let mut reads = false;
    let mut removes_section = false;
    let mut edits = false;
    let mut place = 0;
    while let Some(word) = words.get(place) {
        place += 1;
        match word.as_str() {
            "--get" | "--get-all" | "--get-regexp" | "--get-urlmatch" | "-l" | "--list" => {
                reads = true;
            }
            "--unset" | "--unset-all" | "--add" | "--replace-all" => writes = true,
            "-e" | "--edit" => edits = true,
            "--remove-section" | "--rename-section" => removes_section = true,
            "-f" | "--file" | "--blob" | "--type" | "--default" | "--comment" | "--value" => {
                place += 1;
            }
            option if option.starts_with('-') && option.len() > 1 => {}
            word => plain.push(word),
        }
    }
    match plain.first().copied() {
        Some("get" | "list") => reads = true,
        Some("edit") => edits = true,
        Some("set" | "unset") => {
            plain.remove(0);
            writes = true;
        }
        Some("remove-section" | "rename-section") => {
            plain.remove(0);
            removes_section = true;
        }
        _ => {}
    }
    if edits {
        return Some("an editor can change any setting, that of the hooks too".into());
    }
    if reads {
        return None;
    }
    let key = plain.first().copied()?;
    if removes_section {
        let section = key.to_ascii_lowercase();
        if section == "core" || section.starts_with("hook.") {
            return Some("it removes the settings that name the hooks".into());
        }
        return None;
    }
    let value = plain.get(1).copied();
    if value.is_none() && !writes {
        return None;
    }
    key_bypass(key, value.unwrap_or_default(), directory)
}

fn no_alias(_: &Path, _: &str) -> Option<String> {
    None
}
