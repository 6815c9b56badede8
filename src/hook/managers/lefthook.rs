//! The jobs of lefthook. Only a file that holds nothing but hooks, and our job as the last one of its
//! hook, leaves no doubt.

use std::env;
use std::path::{Path, PathBuf};

use super::entries::{Entry, read_entry};
use super::known::{Known, known_text};
use super::yaml::{self, Node};
use crate::hook::plain_shell::runs_programs;
use crate::hook::{Event, GIT_HOOKS, program};

/// Settings that change nothing about which jobs run.
const SETTINGS: [&str; 8] = [
    "assert_lefthook_installed",
    "colors",
    "min_version",
    "no_auto_install",
    "no_tty",
    "output",
    "skip_lfs",
    "source_dir",
];
/// Variables that change nothing about which jobs run.
const VARIABLES: [&str; 3] = ["LEFTHOOK_OUTPUT", "LEFTHOOK_QUIET", "LEFTHOOK_VERBOSE"];
/// Places of the program in npm's packages, below the top of the work tree.
const MODULES: [&str; 2] = [
    "node_modules/lefthook-",
    "node_modules/@evilmartians/lefthook",
];

/// Finds the job that calls phguard.
pub(super) fn find_job(document: &Node, event: Event) -> Option<Entry> {
    let hook = document.get(event.name())?;
    let mut found = None;
    for kind in ["jobs", "commands"] {
        for job in all_jobs(hook.get(kind)) {
            if let Some(run) = job.get("run")
                && let Some(entry) = run
                    .text()
                    .and_then(|text| read_entry(run.line, text, event))
            {
                found = Some((entry, job));
            }
        }
    }
    let (mut entry, job) = found?;
    if entry.doubt.is_none() {
        entry.doubt = doubt_of(document, hook, job);
    }
    Some(entry)
}

fn all_jobs(list: Option<&Node>) -> Vec<&Node> {
    let Some(list) = list else {
        return Vec::new();
    };
    let mut jobs: Vec<&Node> = list.list().iter().collect();
    for entry in list.map() {
        jobs.push(&entry.node);
    }
    jobs
}

fn doubt_of(document: &Node, hook: &Node, job: &Node) -> Option<String> {
    for entry in document.map() {
        let key = entry.key.as_str();
        if !SETTINGS.contains(&key) && !GIT_HOOKS.contains(&key) {
            return Some(depends_on(entry));
        }
    }
    let mut all = Vec::new();
    for entry in hook.map() {
        match (entry.key.as_str(), entry.node.text()) {
            ("jobs", None) => all = all_jobs(Some(&entry.node)),
            // Their order follows from their names.
            ("commands", None) if entry.node.map().len() == 1 => all = all_jobs(Some(&entry.node)),
            ("parallel" | "piped", Some("false")) => {}
            _ => return Some(depends_on(entry)),
        }
    }
    for entry in job.map() {
        if !matches!(entry.key.as_str(), "name" | "run" | "use_stdin") {
            return Some(depends_on(entry));
        }
    }
    if all.last() != Some(&job) {
        return Some(
            "is followed by other jobs, which may stage what it has not seen: put it last".into(),
        );
    }
    None
}

fn depends_on(entry: &yaml::Entry) -> String {
    let (line, key) = (entry.node.line, &entry.key);
    format!("depends on `{key}` on line {line}, and was not run")
}

/// Tells of what else decides which jobs run: variables, and files of this machine.
pub(super) fn doubt_of_machine(top: &Path) -> Option<String> {
    for (name, value) in env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with("LEFTHOOK")) else {
            continue;
        };
        if !VARIABLES.contains(&name) && !value.is_empty() {
            let value = value.display();
            return Some(format!(
                "depends on the variable {name}, which is {value}, and was not run"
            ));
        }
    }
    for start in ["", ".", ".config/"] {
        for end in ["yml", "yaml", "json", "jsonc", "toml"] {
            let name = format!("{start}lefthook-local.{end}");
            if top.join(&name).exists() {
                return Some(format!("depends on {name}, and was not run"));
            }
        }
    }
    None
}

/// Tells why git may not get from this hook to lefthook.
pub(super) fn doubt_of_hook(file: &Path, text: &str, top: &Path, event: Event) -> Option<String> {
    // Without lefthook such a line fails.
    if runs_programs(text, &format!("lefthook run {event} \"$@\"")) {
        return None;
    }
    let shown = file.display();
    match known_text(text, event) {
        Some(Known::LefthookAsserted) => None,
        Some(Known::Lefthook) if finds_lefthook(text, top) => None,
        Some(Known::Lefthook) => Some(format!(
            "may not be reached: {shown} does nothing if there is no lefthook, and none was found"
        )),
        _ => Some(format!(
            "may not be reached: {shown} is not as a lefthook that phguard knows writes it"
        )),
    }
}

/// Tells whether there is a lefthook where the hook looks first: in PATH, at the path that the hook
/// names, or among npm's packages.
fn finds_lefthook(text: &str, top: &Path) -> bool {
    if program::in_path("lefthook").is_some() {
        return true;
    }
    for line in text.lines() {
        if let Some(path) = line.trim().strip_suffix(" \"$@\"")
            && program::is_program(&PathBuf::from(path))
        {
            return true;
        }
    }
    for start in MODULES {
        let system = format!(
            "{}-{}",
            env::consts::OS.replace("macos", "darwin"),
            cpu_name()
        );
        for end in [
            format!("{system}/bin/lefthook"),
            format!("/bin/lefthook-{system}/lefthook"),
            "-installer/bin/lefthook".into(),
        ] {
            if program::is_program(&top.join(format!("{start}{end}"))) {
                return true;
            }
        }
    }
    program::is_program(&top.join("node_modules/lefthook/bin/index.js"))
}

/// Returns the processor by the name that npm has for it.
fn cpu_name() -> &'static str {
    match env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }
}
