//! The entries of pre-commit and prek. Only a local entry that is the last one of its stage, with
//! settings that change nothing, leaves no doubt.

use std::env;
use std::path::Path;

use super::Manager;
use super::entries::{Entry, read_entry};
use super::known::{Known, known_text};
use super::yaml::{self, Node};
use crate::hook::Event;

/// Settings of the whole file that keep no entry with `always_run` from running.
const SETTINGS: [&str; 10] = [
    "ci",
    "default_install_hook_types",
    "default_language_version",
    "default_stages",
    "exclude",
    "fail_fast",
    "files",
    "minimum_pre_commit_version",
    "minimum_prek_version",
    "repos",
];

/// A hook of the file and the repository that it comes from.
struct Hook<'n> {
    repository: &'n Node,
    node: &'n Node,
}

impl Hook<'_> {
    fn hook_id(&self) -> &str {
        self.node.get("id").and_then(Node::text).unwrap_or_default()
    }

    /// Returns true if it may run at this stage.
    fn runs_at(&self, document: &Node, event: Event) -> bool {
        let stages = self.node.get("stages").or(document.get("default_stages"));
        let Some(stages) = stages else {
            return true;
        };
        stages
            .list()
            .iter()
            .any(|stage| stage.text() == Some(event.name()))
    }
}

/// Finds the entry that calls phguard. Each stage may have one of its own: the first without a doubt.
pub(super) fn find_entry(document: &Node, manager: Manager, event: Event) -> Option<Entry> {
    let mut hooks = Vec::new();
    for repository in document.get("repos")?.list() {
        for node in repository.get("hooks").map_or(&[][..], Node::list) {
            hooks.push(Hook { repository, node });
        }
    }
    let mut doubtful = None;
    for (at, hook) in hooks.iter().enumerate() {
        let Some(mut entry) = entry_of(hook, event) else {
            continue;
        };
        if entry.doubt.is_none() {
            entry.doubt = doubt_of(document, hook, &hooks[at + 1..], event);
        }
        if entry.doubt.is_none() {
            entry.doubt = doubt_of_variables(manager, hook.hook_id());
        }
        if entry.doubt.is_none() {
            return Some(entry);
        }
        doubtful.get_or_insert(entry);
    }
    doubtful
}

fn entry_of(hook: &Hook<'_>, event: Event) -> Option<Entry> {
    let Some(command) = hook.node.get("entry") else {
        if !matches!(hook.hook_id(), "phguard" | "phguard-system") {
            return None;
        }
        let why = "is an entry that the manager builds itself, and was not run";
        return Some(Entry::doubtful(hook.node.line, why));
    };
    match command.text() {
        // Without a name of its own it takes the event that git tells the manager.
        Some("phguard hook") => Some(Entry::certain(command.line, "phguard")),
        Some(text) => read_entry(command.line, text, event),
        None => None,
    }
}

fn doubt_of(document: &Node, hook: &Hook<'_>, later: &[Hook<'_>], event: Event) -> Option<String> {
    if !hook.runs_at(document, event) {
        return Some(format!("is not for the stage {event}"));
    }
    for entry in document.map() {
        if !SETTINGS.contains(&entry.key.as_str()) {
            return Some(depends_on(entry));
        }
    }
    for entry in hook.repository.map() {
        let is_known = match entry.key.as_str() {
            "repo" => entry.node.text() == Some("local"),
            other => other == "hooks",
        };
        if !is_known {
            return Some(depends_on(entry));
        }
    }
    for entry in hook.node.map() {
        let is_known = match (entry.key.as_str(), entry.node.text()) {
            ("id" | "name" | "description" | "verbose" | "entry" | "stages", _) => true,
            ("language", value) => matches!(value, Some("system" | "unsupported")),
            ("pass_filenames", value) => matches!(value, Some("false" | "true")),
            ("always_run" | "require_serial", value) => value == Some("true"),
            _ => false,
        };
        if !is_known {
            return Some(depends_on(entry));
        }
    }
    if hook.node.get("always_run").is_none() {
        return Some("runs only for some files: add `always_run: true`".into());
    }
    for other in later {
        if other.runs_at(document, event) {
            let id = other.hook_id();
            return Some(format!(
                "is followed by {id}, which may stage what it has not seen: put it last"
            ));
        }
    }
    doubt_of_order(document)
}

/// prek runs hooks by their priority, not by their order.
fn doubt_of_order(document: &Node) -> Option<String> {
    for repository in document.get("repos")?.list() {
        for hook in repository.get("hooks").map_or(&[][..], Node::list) {
            for entry in hook.map() {
                if entry.key == "priority" {
                    return Some(depends_on(entry));
                }
            }
        }
    }
    None
}

fn depends_on(entry: &yaml::Entry) -> String {
    let (line, key) = (entry.node.line, &entry.key);
    format!("depends on `{key}` on line {line}, and was not run")
}

/// Tells of a variable that switches the entry off, or that prek may read.
fn doubt_of_variables(manager: Manager, id: &str) -> Option<String> {
    let skipped = env::var("SKIP").unwrap_or_default();
    for name in skipped.split(',') {
        // prek knows other ways to name a hook.
        let is_meant = name.trim() == id || manager == Manager::Prek && !name.trim().is_empty();
        if is_meant {
            return Some(format!("is switched off: SKIP names {}", name.trim()));
        }
    }
    for (name, value) in env::vars_os() {
        let name = name.to_string_lossy();
        let is_prek = manager == Manager::Prek && name.starts_with("PREK_");
        if is_prek && name != "PREK_HOME" && name != "PREK_COLOR" && !value.is_empty() {
            return Some(format!("depends on the variable {name}, and was not run"));
        }
    }
    None
}

/// Tells why git may not get from this hook to the manager.
pub(super) fn doubt_of_hook(file: &Path, text: &str, event: Event) -> Option<String> {
    match known_text(text, event) {
        Some(Known::PreCommit | Known::Prek) => None,
        _ => Some(format!(
            "may not be reached: {} is not as a manager that phguard knows writes it",
            file.display()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "repos:
  - repo: local
    hooks:
      - id: phguard
        name: keys
        language: system
        entry: phguard hook pre-commit
        always_run: true
";

    #[track_caller]
    fn is_sure(text: &str) -> Option<bool> {
        let document = Node::parse(text).unwrap();
        let entry = find_entry(&document, Manager::PreCommit, Event::PreCommit)?;
        Some(entry.doubt.is_none())
    }

    #[test]
    fn a_local_entry_that_comes_last_is_believed() {
        let other = "  - repo: local\n    hooks:\n      - id: m\n        stages: [commit-msg]\n";
        for text in [
            LOCAL.into(),
            format!("exclude: ^vendor/\n{LOCAL}"),
            format!("{LOCAL}        stages: [pre-commit, manual]\n"),
            format!("{LOCAL}{other}"),
            LOCAL.replace(" pre-commit\n", "\n"),
            LOCAL.replace("system", "'unsupported'"),
            format!("default_stages: [pre-commit]\n{LOCAL}"),
        ] {
            assert_eq!(is_sure(&text), Some(true), "{text}");
        }
    }

    #[test]
    fn an_entry_with_other_settings_is_doubted() {
        let later = "  - repo: https://example.com/other\n    hooks:\n      - id: stage\n";
        for text in [
            format!("{LOCAL}        stages: [manual]\n"),
            format!("{LOCAL}        files: '^src/'\n"),
            format!("{LOCAL}        types: [python]\n"),
            format!("{LOCAL}        priority: 1\n"),
            format!("{LOCAL}        args: [x]\n"),
            format!("{LOCAL}{later}"),
            format!("default_stages: [manual]\n{LOCAL}"),
            format!("unknown: true\n{LOCAL}"),
            LOCAL.replace("        always_run: true\n", ""),
            LOCAL.replace("repo: local", "repo: https://example.com/other"),
            LOCAL.replace("system", "script"),
            LOCAL.replace("hook pre-commit", "hook pre-commit --config x"),
            "repos:\n- repo: local\n  hooks:\n  - id: phguard-system\n".into(),
        ] {
            assert_eq!(is_sure(&text), Some(false), "{text}");
        }
    }

    #[test]
    fn what_stands_outside_of_the_repositories_is_no_entry() {
        for text in [
            LOCAL.replace("repos:", "other:"),
            format!("x:\n  {}", LOCAL.replace('\n', "\n  ")),
            "repos: []\n".into(),
        ] {
            assert_eq!(is_sure(&text), None, "{text}");
        }
    }
}
