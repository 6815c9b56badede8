//! The entry by which a manager calls phguard, in the manager's own files. Only what consists of the
//! entry and its known options is believed; about everything else there is a doubt.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{Manager, husky_directory};
use crate::hook::calls::{Call, Shape, in_script, shape_of};
use crate::hook::{Event, GIT_HOOKS, files};

/// Finds the entry for this event, whether or not the manager gets to it.
pub(super) fn call(
    manager: Manager,
    top: &Path,
    hooks: &Path,
    event: Event,
) -> Result<Option<Call>> {
    let found = match manager {
        Manager::Husky => husky(hooks, event)?,
        Manager::Lefthook => in_files(manager, top, |text| lefthook(text, event))?,
        Manager::PreCommit | Manager::Prek => {
            in_files(manager, top, |text| framework(text, event))?
        }
        Manager::SimpleGitHooks => simple_git_hooks(hooks, event)?,
        Manager::Husky4 | Manager::Hk | Manager::Overcommit => {
            in_files(manager, top, |text| mention(text, event))?
        }
    };
    let Some(mut call) = found else {
        return Ok(None);
    };
    if call.doubt.is_none() {
        call.doubt = switched_off(manager);
    }
    if call.doubt.is_none() && manager == Manager::Lefthook {
        call.doubt = local_file(top);
    }
    Ok(Some(call))
}

/// A call in a text: its line, program and doubt.
type Entry = (usize, PathBuf, Option<String>);

fn in_files(
    manager: Manager,
    top: &Path,
    find: impl Fn(&str) -> Option<Entry>,
) -> Result<Option<Call>> {
    for name in manager.configuration() {
        let file = top.join(name);
        let Some(text) = read_if_there(&file)? else {
            continue;
        };
        if let Some((line, program, doubt)) = find(&String::from_utf8_lossy(&text)) {
            return Ok(Some(Call {
                file,
                line,
                program,
                doubt,
            }));
        }
    }
    Ok(None)
}

fn read_if_there(file: &Path) -> Result<Option<Vec<u8>>> {
    match file.metadata() {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        _ => files::read(file).map(Some),
    }
}

/// The file of husky's user. From version 9 on a script of husky runs it with `sh -e`.
fn husky(hooks: &Path, event: Event) -> Result<Option<Call>> {
    let Some(directory) = husky_directory(hooks) else {
        return Ok(None);
    };
    let file = directory.join(event.name());
    let Some(text) = read_if_there(&file)? else {
        return Ok(None);
    };
    let is_version_9 = directory != hooks;
    Ok(in_script(&text, event, is_version_9).map(|call| Call { file, ..call }))
}

/// The script that simple-git-hooks wrote has the command itself, behind known lines.
fn simple_git_hooks(hooks: &Path, event: Event) -> Result<Option<Call>> {
    const KNOWN: [&str; 6] = [
        r#"if [ "$SKIP_SIMPLE_GIT_HOOKS" = "1" ]; then"#,
        r#"echo "[INFO] SKIP_SIMPLE_GIT_HOOKS is set to 1, skipping hook.""#,
        "exit 0",
        "fi",
        r#"if [ -f "$SIMPLE_GIT_HOOKS_RC" ]; then"#,
        r#". "$SIMPLE_GIT_HOOKS_RC""#,
    ];
    let file = hooks.join(event.name());
    let Some(text) = read_if_there(&file)? else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut rest = Vec::new();
    let mut known = KNOWN.iter().copied().chain(["fi"]).peekable();
    for line in text.lines() {
        if known.peek() == Some(&line.trim()) {
            known.next();
            rest.push("");
        } else {
            rest.push(line);
        }
    }
    Ok(in_script(rest.join("\n").as_bytes(), event, false).map(|call| Call { file, ..call }))
}

/// A line of YAML: how far it is indented, and its text.
struct Row<'t> {
    number: usize,
    indent: usize,
    text: &'t str,
}

impl Row<'_> {
    fn key(&self) -> &str {
        let text = self.text.strip_prefix("- ").unwrap_or(self.text);
        unquoted(text.split(':').next().unwrap_or(text))
    }
}

fn rows(text: &str) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let text = line.trim();
        if !text.is_empty() && !text.starts_with('#') && text != "---" {
            let indent = line.len() - line.trim_start().len();
            rows.push(Row {
                number: at + 1,
                indent,
                text,
            });
        }
    }
    rows
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|v| v.strip_suffix(quote))
        {
            return inner;
        }
    }
    value
}

/// Reads the value of a setting as the call.
fn entry(row: &Row<'_>, value: &str, event: Event, doubt: Option<String>) -> Option<Entry> {
    match shape_of(unquoted(value), event) {
        Shape::Other => None,
        Shape::Unclear(why) => Some((row.number, "phguard".into(), Some(why))),
        Shape::Call { program, .. } => Some((row.number, program, doubt)),
    }
}

fn not_known(row: &Row<'_>) -> String {
    format!(
        "depends on line {}, `{}`, and was not run",
        row.number, row.text
    )
}

fn lefthook(text: &str, event: Event) -> Option<Entry> {
    const TOP: [&str; 5] = ["colors", "min_version", "no_tty", "output", "source_dir"];
    let rows = rows(text);
    let mut doubt: Option<String> = None;
    let mut section: Vec<&Row<'_>> = Vec::new();
    let mut is_in_section = false;
    for row in &rows {
        if row.indent > 0 {
            if is_in_section {
                section.push(row);
            }
            continue;
        }
        let key = row.key();
        is_in_section = key == event.name();
        if !TOP.contains(&key) && !GIT_HOOKS.contains(&key) {
            doubt.get_or_insert_with(|| not_known(row));
        }
    }
    let at = section
        .iter()
        .position(|row| row.key() == "run" && row.text.contains("phguard"))?;
    let (_, command) = section[at].text.split_once(':')?;
    let (number, program, why) = entry(section[at], command, event, None)?;
    // The settings of the hook, and those of the one job. Other jobs may have any.
    let first = section[0].indent;
    let is_start = |row: &&Row<'_>| {
        row.text.starts_with("- ") || row.indent < section[at].indent && row.text.ends_with(':')
    };
    let start = section[..=at].iter().rposition(is_start)?;
    let job = section[start];
    let rest = section[start + 1..]
        .iter()
        .take_while(|row| row.indent > job.indent);
    for row in section
        .iter()
        .filter(|row| row.indent == first && !row.text.starts_with("- "))
    {
        let is_known = matches!(
            row.text,
            "jobs:" | "commands:" | "parallel: false" | "piped: false"
        );
        if !is_known {
            doubt.get_or_insert_with(|| not_known(row));
        }
    }
    for row in [job].iter().chain(rest) {
        let is_name = row.text.ends_with(':') && row.indent == job.indent;
        if !is_name && !matches!(row.key(), "name" | "run" | "use_stdin") {
            doubt.get_or_insert_with(|| not_known(row));
        }
    }
    if section[..start]
        .iter()
        .any(|row| row.indent > first && row.indent < job.indent)
    {
        doubt.get_or_insert_with(|| not_known(job));
    }
    Some((number, program, why.or(doubt)))
}

fn framework(text: &str, event: Event) -> Option<Entry> {
    let rows = rows(text);
    // Each stage may have an entry of its own: the first one without a doubt is the call.
    let mut doubtful = None;
    for (at, row) in rows.iter().enumerate() {
        let Some(id) = row.text.strip_prefix("- id:") else {
            continue;
        };
        let inner = rows[at + 1..]
            .iter()
            .take_while(|other| other.indent > row.indent);
        let inner: Vec<&Row<'_>> = inner.collect();
        if matches!(unquoted(id), "phguard" | "phguard-system")
            && !inner.iter().any(|row| row.text.starts_with("entry:"))
        {
            let why = "is an entry that the manager builds itself, and was not run";
            doubtful.get_or_insert((row.number, "phguard".into(), Some(why.into())));
            continue;
        }
        match framework_hook(unquoted(id), &inner, &rows, event) {
            Some(entry) if entry.2.is_none() => return Some(entry),
            Some(entry) => {
                doubtful.get_or_insert(entry);
            }
            None => {}
        }
    }
    doubtful
}

fn framework_hook(id: &str, inner: &[&Row<'_>], all: &[Row<'_>], event: Event) -> Option<Entry> {
    let mut doubt = None;
    let mut found = None;
    let mut stages = None;
    let mut is_always_run = false;
    for row in inner {
        let (key, value) = row.text.split_once(':').unwrap_or((row.text, ""));
        match (key, value.trim()) {
            // Without a name of its own the entry takes the event from what git tells the manager.
            ("entry", "phguard hook") => found = Some((row.number, PathBuf::from("phguard"), None)),
            ("entry", value) => found = entry(row, value, event, None),
            ("stages", value) => stages = Some(value),
            ("always_run", "true") => is_always_run = true,
            ("name" | "description" | "verbose", _)
            | ("language", "system" | "unsupported")
            | ("pass_filenames", "false" | "true")
            | ("require_serial", "true") => {}
            _ => doubt = Some(not_known(row)),
        }
    }
    let (number, program, why) = found?;
    let stages = match stages {
        Some(stages) => Some(stages),
        None => all
            .iter()
            .find_map(|row| row.text.strip_prefix("default_stages:")),
    };
    let runs = stages.is_none_or(|stages| {
        let stages = stages.trim().trim_matches(['[', ']']);
        stages
            .split(',')
            .any(|stage| unquoted(stage) == event.name())
    });
    if !runs {
        doubt = Some(format!("is not for the stage {event}"));
    } else if !is_always_run {
        doubt = Some("runs only for some files: add `always_run: true`".into());
    }
    let is_skipped = env::var("SKIP").is_ok_and(|skip| skip.split(',').any(|name| name == id));
    if is_skipped {
        doubt = Some(format!("is switched off: SKIP names {id}"));
    }
    Some((number, program, why.or(doubt)))
}

/// Any line with phguard's name, of managers whose files are not understood.
fn mention(text: &str, event: Event) -> Option<Entry> {
    for (at, line) in text.lines().enumerate() {
        let has_event =
            line.contains(&format!("hook {event}")) || line.contains(&format!("'hook', '{event}'"));
        if line.contains("phguard") && has_event {
            let why = "is in a file that phguard does not understand, and was not run";
            return Some((at + 1, "phguard".into(), Some(why.into())));
        }
    }
    None
}

/// Tells why the hook that the manager wrote may not get as far as the entry.
pub(super) fn doubt_of_hook(manager: Manager, hooks: &Path, event: Event) -> Option<String> {
    let file = hooks.join(event.name());
    let Ok(text) = fs::read(&file) else {
        return Some(format!("is not reached: {} is not there", file.display()));
    };
    let text = String::from_utf8_lossy(&text);
    let changed = || {
        Some(format!(
            "may not be reached: {} is not as its manager writes it",
            file.display()
        ))
    };
    if manager == Manager::Husky {
        return doubt_of_husky(hooks, &text, &file);
    }
    if manager == Manager::SimpleGitHooks {
        return None;
    }
    for line in text.lines() {
        let word = line.split([' ', ';']).next().unwrap_or_default();
        let ends = matches!(
            word,
            "exit" | "exec" | "return" | "trap" | "." | "source" | "eval"
        );
        let is_prek = manager == Manager::Prek && line.starts_with(r#"exec "$PREK" hook-impl "#);
        let is_own = is_prek || line.contains(manager.name());
        if ends && !is_own {
            return changed();
        }
    }
    let names_event = match manager {
        Manager::PreCommit | Manager::Prek => text.contains(&format!("--hook-type={event}")),
        _ => {
            let last = text.lines().rev().find(|line| !line.trim().is_empty());
            let calls = [
                format!("run {event} \"$@\""),
                format!("run \"{event}\" \"$@\""),
            ];
            last.is_some_and(|last| calls.iter().any(|call| last.ends_with(call)))
        }
    };
    if names_event { None } else { changed() }
}

fn doubt_of_husky(hooks: &Path, text: &str, file: &Path) -> Option<String> {
    let directory = husky_directory(hooks)?;
    if directory == hooks {
        let is_whole = fs::read_to_string(hooks.join("_/husky.sh"))
            .is_ok_and(|script| script.contains(r#"sh -e "$0" "$@""#));
        let sources = text.contains("/husky.sh\"");
        return (sources && !is_whole)
            .then(|| "may not be reached: _/husky.sh is not as husky writes it".into());
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let is_stub =
        matches!(lines[..], [first, r#". "$(dirname "$0")/h""#] if first.starts_with("#!"));
    let is_whole = fs::read_to_string(hooks.join("h"))
        .is_ok_and(|script| script.contains(r#"sh -e "$s" "$@""#));
    if !is_stub || !is_whole {
        let shown = file.display();
        return Some(format!(
            "may not be reached: {shown} is not as husky writes it"
        ));
    }
    let config = env::var_os("XDG_CONFIG_HOME").filter(|value| !value.is_empty());
    let config = match (config, env::var_os("HOME")) {
        (Some(config), _) => PathBuf::from(config),
        (None, Some(home)) => Path::new(&home).join(".config"),
        (None, None) => return None,
    };
    let start = config.join("husky/init.sh");
    let why = || {
        format!(
            "may not be reached: husky runs {} before it",
            start.display()
        )
    };
    start.exists().then(why)
}

/// Tells which variable switches a manager off.
fn switched_off(manager: Manager) -> Option<String> {
    let (name, values): (&str, &[&str]) = match manager {
        Manager::Husky => ("HUSKY", &["0"]),
        Manager::Lefthook => ("LEFTHOOK", &["0", "false"]),
        Manager::SimpleGitHooks => ("SKIP_SIMPLE_GIT_HOOKS", &["1"]),
        _ => return None,
    };
    let value = env::var_os(name)?;
    let is_off = values.iter().any(|off| value == OsStr::new(off));
    is_off.then(|| format!("is switched off: {name} is {}", value.display()))
}

/// A file of this machine may change lefthook's configuration.
fn local_file(top: &Path) -> Option<String> {
    for end in ["yml", "yaml", "toml", "json"] {
        for start in ["", "."] {
            let name = format!("{start}lefthook-local.{end}");
            if top.join(&name).exists() {
                return Some(format!("depends on {name}, and was not run"));
            }
        }
    }
    None
}
