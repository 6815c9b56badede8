//! The entry by which a manager calls phguard, in the manager's own files. Only what consists of the
//! entry and its known options is believed; about everything else there is a doubt.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::yaml::Node;
use super::{Manager, framework, husky, lefthook};
use crate::hook::calls::{Call, Shape, in_script, shape_of};
use crate::hook::{Event, files};

/// A call in a configuration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) program: PathBuf,
    pub(super) doubt: Option<String>,
}

impl Entry {
    pub(super) fn certain(line: usize, program: impl Into<PathBuf>) -> Self {
        Self {
            line,
            program: program.into(),
            doubt: None,
        }
    }

    pub(super) fn doubtful(line: usize, why: impl Into<String>) -> Self {
        Self {
            line,
            program: "phguard".into(),
            doubt: Some(why.into()),
        }
    }
}

/// Reads the value of a setting as the call.
pub(super) fn read_entry(line: usize, value: &str, event: Event) -> Option<Entry> {
    match shape_of(value, event) {
        Shape::Other => None,
        Shape::Unclear(why) => Some(Entry::doubtful(line, why)),
        Shape::Call(program) => Some(Entry::certain(line, program)),
    }
}

/// Finds the entry for this event, whether or not the manager gets to it.
pub(super) fn find_call(
    manager: Manager,
    top: &Path,
    hooks: &Path,
    event: Event,
) -> Result<Option<Call>> {
    match manager {
        Manager::Husky | Manager::VitePlus => husky::husky_call(top, hooks, event),
        Manager::SimpleGitHooks => simple_git_hooks(hooks, event),
        _ => configured_call(manager, top, event),
    }
}

/// Finds the entry in the one file that configures the manager.
fn configured_call(manager: Manager, top: &Path, event: Event) -> Result<Option<Call>> {
    let mut there = Vec::new();
    for name in manager.configuration_files() {
        let file = top.join(name);
        if let Some(text) = read_if_there(&file)? {
            there.push((name, file, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    for (_, file, text) in &there {
        let Some(mut entry) = find_entry(manager, file, text, event) else {
            continue;
        };
        if let [(first, ..), (second, ..), ..] = &there[..]
            && entry.doubt.is_none()
        {
            entry.doubt = Some(format!(
                "depends on which file is read, {first} or {second}"
            ));
        }
        if manager == Manager::Lefthook && entry.doubt.is_none() {
            entry.doubt = lefthook::doubt_of_machine(top);
        }
        return Ok(Some(Call {
            file: file.clone(),
            line: entry.line,
            program: entry.program,
            searched_first: Vec::new(),
            doubt: entry.doubt,
        }));
    }
    Ok(None)
}

fn find_entry(manager: Manager, file: &Path, text: &str, event: Event) -> Option<Entry> {
    let is_yaml = file
        .extension()
        .is_some_and(|end| end == "yml" || end == "yaml" || end == "json");
    let is_read = matches!(
        manager,
        Manager::Lefthook | Manager::PreCommit | Manager::Prek
    );
    if !is_yaml || !is_read {
        return mention_of(text, event);
    }
    match Node::parse(text) {
        Err(why) => {
            let mut entry = mention_of(text, event)?;
            entry.doubt = Some(format!("is in a file that cannot be read: {why}"));
            Some(entry)
        }
        Ok(document) if manager == Manager::Lefthook => lefthook::find_job(&document, event),
        Ok(document) => framework::find_entry(&document, manager, event),
    }
}

/// Reads a file, or nothing where there is none.
///
/// # Errors
/// It cannot be read.
pub(super) fn read_if_there(file: &Path) -> Result<Option<Vec<u8>>> {
    match file.metadata() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        _ => files::read(file).map(Some),
    }
}

/// The script that simple-git-hooks wrote has the command itself, behind known lines.
fn simple_git_hooks(hooks: &Path, event: Event) -> Result<Option<Call>> {
    const KNOWN: [&str; 7] = [
        r#"if [ "$SKIP_SIMPLE_GIT_HOOKS" = "1" ]; then"#,
        r#"echo "[INFO] SKIP_SIMPLE_GIT_HOOKS is set to 1, skipping hook.""#,
        "exit 0",
        "fi",
        r#"if [ -f "$SIMPLE_GIT_HOOKS_RC" ]; then"#,
        r#". "$SIMPLE_GIT_HOOKS_RC""#,
        "fi",
    ];
    let file = hooks.join(event.name());
    let Some(text) = read_if_there(&file)? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut rest = Vec::new();
    let mut known = KNOWN.iter().peekable();
    for line in text.split('\n') {
        if known.next_if(|known| **known == line.trim()).is_some() {
            rest.push("");
        } else {
            rest.push(line);
        }
    }
    let Some(mut call) = in_script(rest.join("\n").as_bytes(), event, &[]) else {
        return Ok(None);
    };
    call.file = file;
    let is_partly_there = known.peek().is_some_and(|known| **known != KNOWN[0]);
    if call.doubt.is_none() && is_partly_there {
        call.doubt = Some("comes after lines that simple-git-hooks does not write so".into());
    }
    if call.doubt.is_none() {
        call.doubt = is_switched_off("SKIP_SIMPLE_GIT_HOOKS", &["1"]);
    }
    if call.doubt.is_none()
        && let Some(start) = env::var_os("SIMPLE_GIT_HOOKS_RC").filter(|value| !value.is_empty())
    {
        let start = start.display();
        call.doubt = Some(format!("may not be reached: {start} runs before it"));
    }
    Ok(Some(call))
}

/// Any line with phguard's name, in files that are not understood.
fn mention_of(text: &str, event: Event) -> Option<Entry> {
    for (at, line) in text.lines().enumerate() {
        let has_event =
            line.contains(&format!("hook {event}")) || line.contains(&format!("'hook', '{event}'"));
        if line.contains("phguard") && has_event {
            let why = "is in a file that phguard does not understand, and was not run";
            return Some(Entry::doubtful(at + 1, why));
        }
    }
    None
}

/// Tells whether the configuration of a manager names phguard at all.
pub(super) fn names_phguard(manager: Manager, top: &Path, hooks: &Path, event: Event) -> bool {
    let mut files = Vec::new();
    for name in manager.configuration_files() {
        files.push(top.join(name));
    }
    if let Some(directory) = husky::husky_directory(hooks) {
        files.push(directory.join(event.name()));
    }
    for file in files {
        let text = fs::read(file).unwrap_or_default();
        if String::from_utf8_lossy(&text).contains("phguard") {
            return true;
        }
    }
    false
}

/// Tells why the hook that the manager wrote may not get as far as the entry.
pub(super) fn doubt_of_hook(
    manager: Manager,
    top: &Path,
    hooks: &Path,
    event: Event,
) -> Option<String> {
    let file = hooks.join(event.name());
    let Ok(text) = fs::read(&file) else {
        return Some(format!("is not reached: {} is not there", file.display()));
    };
    let text = String::from_utf8_lossy(&text);
    match manager {
        Manager::Husky | Manager::VitePlus => husky::doubt_of_hook(hooks, &text, event),
        Manager::Lefthook => lefthook::doubt_of_hook(&file, &text, top, event),
        Manager::PreCommit | Manager::Prek => framework::doubt_of_hook(&file, &text, event),
        // The entry is in the hook itself, or is never believed.
        Manager::SimpleGitHooks | Manager::Husky4 | Manager::Hk | Manager::Overcommit => None,
    }
}

/// Tells that a variable with one of these values switches a manager off.
pub(super) fn is_switched_off(name: &str, values: &[&str]) -> Option<String> {
    let value = env::var_os(name)?;
    for off in values {
        if value == OsStr::new(off) {
            return Some(format!("is switched off: {name} is {off}"));
        }
    }
    None
}
