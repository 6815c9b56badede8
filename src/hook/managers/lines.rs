//! The lines to add to a manager's configuration: the files of `packaging/examples`, cut down to the
//! events that are asked for.

use std::path::Path;

use super::{Manager, husky_directory};
use crate::hook::Event;

const FRAMEWORK: &str = include_str!("../../../packaging/examples/pre-commit-local.yaml");
const HUSKY: &str = include_str!("../../../packaging/examples/husky.sh");
const HUSKY_4: &str = include_str!("../../../packaging/examples/husky-4.json");
const LEFTHOOK: &str = include_str!("../../../packaging/examples/lefthook.yml");
const SIMPLE_GIT_HOOKS: &str = include_str!("../../../packaging/examples/simple-git-hooks.json");
const HK: &str = include_str!("../../../packaging/examples/hk.pkl");
const OVERCOMMIT: &str = include_str!("../../../packaging/examples/overcommit.yml");

/// Returns an introduction, the lines, and the command to type then.
pub(super) fn of(manager: Manager, events: &[Event], top: &Path, hooks: &Path) -> Vec<String> {
    let (introduction, example, argument) = match manager {
        Manager::PreCommit | Manager::Prek => {
            let place =
                "Add to .pre-commit-config.yaml, under `repos:`, after whatever stages files:";
            (place, framework_lines(events), "")
        }
        Manager::Husky | Manager::VitePlus => return husky_lines(events, top, hooks),
        Manager::Husky4 => (
            "Add to package.json, behind other commands with &&:",
            HUSKY_4.into(),
            " $HUSKY_GIT_PARAMS",
        ),
        Manager::Lefthook => (
            "Add to lefthook.yml, each as the last job, and not with `parallel: true`:",
            LEFTHOOK.into(),
            " {1}",
        ),
        Manager::SimpleGitHooks => (
            "Add to package.json, behind other commands with &&:",
            SIMPLE_GIT_HOOKS.into(),
            r#" \"$@\""#,
        ),
        Manager::Hk => (
            "Add to hk.pkl, under `hooks`, each as the last step:",
            HK.into(),
            " {{commit_msg_file}}",
        ),
        Manager::Overcommit => ("Add to .overcommit.yml:", OVERCOMMIT.into(), ""),
    };
    let mut lines = vec![introduction.to_owned(), String::new()];
    lines.extend(for_events(&example, events, argument));
    let mut command = manager.activation_command().to_owned();
    if matches!(manager, Manager::PreCommit | Manager::Prek) {
        for event in events {
            command.push_str(&format!(" -t {event}"));
        }
    } else if manager == Manager::Overcommit {
        command = "overcommit --sign".into();
    }
    lines.extend([String::new(), "and then:".into(), String::new(), command]);
    lines
}

/// Leaves out the stages that are not asked for, and entries without a stage.
fn framework_lines(events: &[Event]) -> String {
    let mut text = String::new();
    for entry in FRAMEWORK.split_inclusive("]\n") {
        let Some((before, stages)) = entry.split_once("stages: [") else {
            continue;
        };
        let stages = stages.trim_end().trim_end_matches(']').split(", ");
        let is_asked = |name: &&str| events.iter().any(|event| event.name() == *name);
        let stages: Vec<&str> = stages.filter(is_asked).collect();
        let item = before.find("      - id:").unwrap_or_default();
        let (head, before) = before.split_at(item);
        text.push_str(head);
        if !stages.is_empty() {
            text.push_str(&format!("{before}stages: [{}]\n", stages.join(", ")));
        }
    }
    text
}

/// Commands that add the lines, from the top of the work tree.
fn husky_lines(events: &[Event], top: &Path, hooks: &Path) -> Vec<String> {
    let directory = husky_directory(hooks).unwrap_or_else(|| top.join(".husky"));
    let shown = directory.strip_prefix(top).unwrap_or(&directory);
    let shown = shown.display().to_string();
    let mut lines = vec![
        "Run this at the top of the work tree, with lint-staged in the files already:".to_owned(),
        String::new(),
    ];
    for line in for_events(HUSKY, events, " \"$@\"") {
        lines.push(line.replace(".husky/", &format!("{shown}/")));
    }
    if directory == hooks {
        // Up to version 8 git runs these files themselves, and only executable ones.
        for event in events {
            lines.push(format!("chmod +x {shown}/{event}"));
        }
    }
    lines
}

/// Leaves out the blocks of events that are not asked for. The block of commit-msg is made of that of
/// pre-commit; `argument` is how the manager hands the message on. The block of the gate, which reads
/// standard input as well, is made of that of pre-push.
fn for_events(example: &str, events: &[Event], argument: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for block in example_blocks(example) {
        let is_asked = block.event.is_none_or(|event| events.contains(&event));
        if is_asked {
            lines.extend(block.lines.iter().map(|line| (*line).to_owned()));
        }
        if block.event == Some(Event::PrePush) && events.contains(&Event::ReferenceTransaction) {
            for line in &block.lines {
                lines.push(line.replace("pre-push", "reference-transaction"));
            }
        }
        if block.event == Some(Event::PreCommit) && events.contains(&Event::CommitMsg) {
            for line in block.lines {
                let call = format!("hook pre-commit{argument}");
                let line = line.replace("hook pre-commit", &call);
                let line = line.replace("pre-commit", "commit-msg");
                lines.push(line.replace("PreCommit", "CommitMsg"));
            }
        }
    }
    without_last_commas(lines)
}

/// Lines of an example that belong to one event, or to none.
struct Block<'e> {
    event: Option<Event>,
    indent: usize,
    lines: Vec<&'e str>,
}

fn example_blocks(example: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for line in example.lines() {
        let indent = line.len() - line.trim_start().len();
        if let Some(last) = blocks.last_mut()
            && last.event.is_some()
            && (indent > last.indent || indent == last.indent && line.trim() == "}")
        {
            last.lines.push(line);
            continue;
        }
        blocks.push(Block {
            event: event_of(line),
            indent,
            lines: vec![line],
        });
    }
    blocks
}

/// Returns the event whose block this line begins.
fn event_of(line: &str) -> Option<Event> {
    let text = line.trim_start();
    let text = text.strip_prefix("echo 'phguard hook ").unwrap_or(text);
    let name = text.trim_start_matches(['[', '"']);
    let name = name.split([':', '"', ' ', '\'']).next().unwrap_or(name);
    match name {
        "PreCommit" => Some(Event::PreCommit),
        "PrePush" => Some(Event::PrePush),
        other => Event::named(other),
    }
}

/// Takes the comma from the last member of a JSON object.
fn without_last_commas(mut lines: Vec<String>) -> Vec<String> {
    for number in 1..lines.len() {
        if lines[number].trim_start().starts_with('}') && lines[number - 1].ends_with(',') {
            lines[number - 1].pop();
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_has_its_block() {
        let events = [Event::PreCommit, Event::CommitMsg];
        for (example, argument, expected) in [
            (
                LEFTHOOK,
                " {1}",
                "pre-commit:\n  jobs:\n    - name: phguard\n      run: phguard hook pre-commit\n\
                 commit-msg:\n  jobs:\n    - name: phguard\n      run: phguard hook commit-msg {1}",
            ),
            (
                SIMPLE_GIT_HOOKS,
                r#" \"$@\""#,
                "{\n  \"simple-git-hooks\": {\n    \"pre-commit\": \"phguard hook pre-commit\",\n\
                 \x20   \"commit-msg\": \"phguard hook commit-msg \\\"$@\\\"\"\n  }\n}",
            ),
            (
                HUSKY,
                " \"$@\"",
                "echo 'phguard hook pre-commit' >>.husky/pre-commit\n\
                 echo 'phguard hook commit-msg \"$@\"' >>.husky/commit-msg",
            ),
        ] {
            assert_eq!(for_events(example, &events, argument).join("\n"), expected);
        }
        let gate = for_events(SIMPLE_GIT_HOOKS, &[Event::ReferenceTransaction], "");
        let call = r#""phguard hook reference-transaction \"$@\"""#;
        assert_eq!(gate[2].trim(), format!("\"reference-transaction\": {call}"));
        let framework = framework_lines(&events);
        assert!(framework.contains("stages: [pre-commit]\n"), "{framework}");
        assert!(framework.contains("stages: [commit-msg]\n"), "{framework}");
        for example in [LEFTHOOK, SIMPLE_GIT_HOOKS, HUSKY, HUSKY_4, HK, OVERCOMMIT] {
            let all = [Event::PreCommit, Event::PreMergeCommit, Event::PrePush];
            assert_eq!(for_events(example, &all, "").join("\n"), example.trim_end());
        }
    }
}
