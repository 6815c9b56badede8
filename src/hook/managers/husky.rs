//! The files of husky from version 5 on, and of Vite+. From version 9 on git runs a stub that runs the
//! user's file; up to version 8 git runs the user's file, which sources husky's.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::entries::{is_switched_off, read_if_there};
use super::known::{Known, known_text};
use crate::hook::Event;
use crate::hook::calls::{Call, in_script};

/// The line by which a hook of husky 8 has itself run once more with `sh -e`.
const SOURCES: [&str; 3] = [
    r#". "$(dirname -- "$0")/_/husky.sh""#,
    r#". "$(dirname "$0")/_/husky.sh""#,
    r#". "$(dirname $0)/_/husky.sh""#,
];
/// The stubs that git runs from version 9 on.
const STUBS: [&str; 2] = [
    "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"",
    "#!/usr/bin/env sh\n. \"${0%/*}/h\"",
];

/// Returns the directory in which husky's user writes hooks, if git looks for hooks in husky's own.
#[must_use]
pub fn husky_directory(hooks: &Path) -> Option<PathBuf> {
    if hooks.ends_with(".husky") || hooks.join("_/husky.sh").is_file() {
        return Some(hooks.to_path_buf());
    }
    if hooks.ends_with("_") {
        return hooks.parent().map(Path::to_path_buf);
    }
    None
}

/// Tells whether Vite+ wrote the script that its hooks run.
pub(super) fn is_vite_plus(hooks: &Path) -> bool {
    known_file(&hooks.join("h"), Event::PreCommit) == Some(Known::VitePlus)
}

/// Finds the call in the file of husky's user.
///
/// # Errors
/// The file cannot be read.
pub(super) fn husky_call(top: &Path, hooks: &Path, event: Event) -> Result<Option<Call>> {
    let Some(directory) = husky_directory(hooks) else {
        return Ok(None);
    };
    let file = directory.join(event.name());
    let Some(text) = read_if_there(&file)? else {
        return Ok(None);
    };
    let known_lines = if directory == hooks {
        &SOURCES[..]
    } else {
        &[]
    };
    let Some(mut call) = in_script(&text, event, known_lines) else {
        return Ok(None);
    };
    call.file = file;
    call.searched_first.extend(modules_of(top, hooks, event));
    if call.doubt.is_none() {
        call.doubt = doubt_of_start();
    }
    Ok(Some(call))
}

/// Returns the directory of programs that husky puts first in PATH.
fn modules_of(top: &Path, hooks: &Path, event: Event) -> Option<PathBuf> {
    let text = fs::read_to_string(hooks.join("h")).ok()?;
    match known_text(&text, event)? {
        Known::Husky91 => Some(top.join("node_modules/.bin")),
        Known::VitePlus => {
            let levels = text.lines().find_map(levels_up)?;
            let project = hooks
                .join(event.name())
                .ancestors()
                .nth(levels)?
                .join("node_modules/.bin");
            Some(project)
        }
        _ => None,
    }
}

/// Counts the directories that a line of Vite+ goes up from the hook: `d="$(dirname "$0")"` and the like.
pub(super) fn levels_up(line: &str) -> Option<usize> {
    let mut rest = line.strip_prefix("d=")?;
    let mut levels = 0;
    while let Some(inner) = rest
        .strip_prefix("\"$(dirname ")
        .and_then(|rest| rest.strip_suffix(")\""))
    {
        levels += 1;
        rest = inner;
    }
    (rest == "\"$0\"").then_some(levels)
}

/// Returns a doubt if a file or a variable of the user comes before every hook of husky.
fn doubt_of_start() -> Option<String> {
    for name in ["HUSKY", "VP_GIT_HOOKS", "VITE_GIT_HOOKS"] {
        if let Some(why) = is_switched_off(name, &["0"]) {
            return Some(why);
        }
    }
    let home = env::home_dir()?;
    let config = match env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty()) {
        Some(config) => PathBuf::from(config),
        None => home.join(".config"),
    };
    for file in [
        config.join("husky/init.sh"),
        config.join("vite-plus/hooks-init.sh"),
        home.join(".huskyrc"),
        home.join(".huskyrc.sh"),
    ] {
        if file.exists() {
            let shown = file.display();
            return Some(format!("may not be reached: husky runs {shown} before it"));
        }
    }
    None
}

/// Tells why git may not get from the hook that husky wrote to the user's file.
pub(super) fn doubt_of_hook(hooks: &Path, text: &str, event: Event) -> Option<String> {
    let directory = husky_directory(hooks)?;
    if directory == hooks {
        let is_sourced = text.lines().any(|line| SOURCES.contains(&line.trim()));
        let script = hooks.join("_/husky.sh");
        if is_sourced && known_file(&script, event) != Some(Known::Husky8) {
            return Some(changed_text(&script));
        }
        return None;
    }
    if !STUBS.contains(&text.trim_end_matches('\n')) {
        return Some(changed_text(&hooks.join(event.name())));
    }
    let script = hooks.join("h");
    match known_file(&script, event) {
        Some(Known::Husky91 | Known::Husky90 | Known::VitePlus) => None,
        _ => Some(changed_text(&script)),
    }
}

fn known_file(path: &Path, event: Event) -> Option<Known> {
    known_text(&fs::read_to_string(path).ok()?, event)
}

fn changed_text(path: &Path) -> String {
    let shown = path.display();
    format!("may not be reached: {shown} is not as a husky that phguard knows writes it")
}
