//! The entries in the harnesses' settings, what doctor says of them, and the files that agents keep.

use crate::sandbox::platform::{mode_of, set_mode};
use std::fs;

use serde_json::{Value, json};

use super::world::project;
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::{Transcript, assert_snapshot};
use crate::sandbox::{Run, Sandbox, project_file};

/// Runs phguard with itself in PATH, as its entries need it.
fn phguard(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    let path = sandbox.path_with_phguard();
    let program = sandbox.root().join("bin/phguard");
    Run::of(sandbox.command(&program).args(arguments).env("PATH", path))
}

fn read(sandbox: &Sandbox, name: &str) -> String {
    fs::read_to_string(sandbox.repo().join(name)).unwrap()
}

const FILES: [(&str, &str); 4] = [
    ("claude-code", ".claude/settings.json"),
    ("codex", ".codex/hooks.json"),
    ("cursor", ".cursor/hooks.json"),
    ("copilot", ".github/hooks/phguard.json"),
];

#[test]
fn each_block_of_the_docs_is_what_install_writes() {
    let docs = fs::read_to_string(project_file("docs/agents.md")).unwrap();
    let mut transcript = Transcript::default();
    for (name, file) in FILES {
        let sandbox = project();
        let run = phguard(&sandbox, &["install", "--agent", name]).exits(0);
        transcript.add(&format!("install --agent {name}"), &sandbox, &run);
        let text = read(&sandbox, file);
        serde_json::from_str::<Value>(&text).unwrap();
        assert!(
            docs.contains(&format!("\n```json\n{text}```\n")),
            "{name}:\n{text}"
        );
        let run = phguard(&sandbox, &["install", "--agent", name]).exits(0);
        transcript.add("the same once more", &sandbox, &run);
        assert_eq!(read(&sandbox, file), text);
        let run = phguard(&sandbox, &["uninstall", "--agent", name]).exits(0);
        transcript.add(&format!("uninstall --agent {name}"), &sandbox, &run);
        assert!(!sandbox.repo().join(file).exists());
        let run = phguard(&sandbox, &["uninstall", "--agent", name]).exits(0);
        transcript.add("the same once more", &sandbox, &run);
    }
    transcript.assert("agents/install-and-uninstall.txt");
}

/// The commands of a block as a harness of that name finds them, each with the event that calls it.
fn commands_in(block: &Value) -> Vec<(String, String)> {
    let mut commands = Vec::new();
    for (event, entries) in block["hooks"].as_object().unwrap() {
        for entry in entries.as_array().unwrap() {
            let inner = entry["hooks"].as_array();
            for hook in inner.unwrap_or(&vec![entry.clone()]) {
                let command = hook.get("command").or_else(|| hook.get("bash")).unwrap();
                commands.push((event.clone(), command.as_str().unwrap().to_owned()));
            }
        }
    }
    commands
}

/// A minimal event with that text in the place where the harness has it.
fn event_of(harness: &str, name: &str, text: &str) -> Value {
    let lower = name.to_ascii_lowercase();
    let is_after = lower.starts_with("post");
    let tool = json!({"command": text});
    match harness {
        "copilot" if lower.contains("prompt") => json!({"sessionId": "s", "prompt": text}),
        "copilot" if is_after => json!({"sessionId": "s", "toolName": "bash", "toolArgs": "{}",
            "toolResult": {"resultType": "success", "textResultForLlm": text}}),
        "copilot" => json!({"sessionId": "s", "toolName": "bash", "toolArgs": tool.to_string()}),
        "cursor" => json!({"hook_event_name": name, "cursor_version": "2", "workspace_roots": [],
            "cwd": "", "command": text, "prompt": text, "file_path": "a.txt", "content": text,
            "tool_name": "Write", "tool_input": {"path": "a.txt", "contents": text},
            "tool_output": text}),
        _ => {
            json!({"session_id": "s", "hook_event_name": name, "prompt": text, "tool_name": "Bash",
            "tool_use_id": "t", "tool_input": if is_after { json!({}) } else { tool },
            "tool_response": {"stdout": text, "stderr": ""}})
        }
    }
}

/// Each command of each block of docs/agents.md answers the event that it is called for: a key is
/// refused, masked or told, and what has none passes.
#[test]
fn each_entry_of_the_docs_does_what_it_is_there_for() {
    let docs = fs::read_to_string(project_file("docs/agents.md")).unwrap();
    let mut harnesses = Vec::new();
    for part in docs.split("```json\n").skip(1) {
        let block = serde_json::from_str(part.split("```").next().unwrap()).unwrap();
        let sandbox = project();
        for (event, command) in commands_in(&block) {
            let harness = command.rsplit(' ').next().unwrap().to_owned();
            let answers = ["nothing", &phx()].map(|text| {
                let mut shell = sandbox.command("sh");
                shell
                    .args(["-c", &command])
                    .env("PATH", sandbox.path_with_phguard());
                Run::with_input(&mut shell, event_of(&harness, &event, text).to_string())
            });
            let [passed, answered] = answers;
            assert_eq!(passed.code, Some(0), "{harness} {event}: {}", passed.stderr);
            let said = [passed.stdout, passed.stderr].concat();
            assert!(!said.contains("phx_"), "{harness} {event}: {said}");
            let said = [answered.stdout, answered.stderr].concat();
            assert!(said.contains("phx_…"), "{harness} {event}: {said}");
            assert!(!said.contains(&phx()[8..30]), "{harness} {event}");
            harnesses.push(harness);
        }
    }
    harnesses.sort();
    harnesses.dedup();
    assert_eq!(harnesses, ["claude-code", "codex", "copilot", "cursor"]);
}

#[test]
fn every_command_of_the_docs_can_be_run() {
    let docs = fs::read_to_string(project_file("docs/agents.md")).unwrap();
    let sandbox = project();
    fs::write(sandbox.home().join("log"), phx()).unwrap();
    let mut count = 0;
    for part in docs.split("```sh\n").skip(1) {
        for line in part.split("```").next().unwrap().lines() {
            let line = line.replace("FILE...", "~/log");
            let mut shell = sandbox.command("bash");
            shell
                .args(["-c", &line])
                .env("PATH", sandbox.path_with_phguard());
            let run = Run::of(&mut shell);
            // The sandbox has no hooks, which doctor calls wrong.
            let expected = i32::from(line.starts_with("phguard doctor  "));
            assert_eq!(
                run.code,
                Some(expected),
                "{line}: {}{}",
                run.stdout,
                run.stderr
            );
            count += 1;
        }
    }
    assert_eq!(count, 6);
    let text = fs::read_to_string(sandbox.home().join("log")).unwrap();
    assert!(!text.contains(&phx()), "{text}");
}

#[test]
fn what_is_there_is_kept_with_its_comments_and_order() {
    let sandbox = project();
    let before = "{\n  // mine\n  \"zebra\": 1,\n  \"hooks\": {\n    \"PreToolUse\": [\n      {\"matcher\": \"Bash\", \"hooks\": [{\"type\": \"command\", \"command\": \"mine\"}]}, // first\n    ],\n    \"Stop\": []\n  },\n  \"apple\": [1, 2]\n}\n";
    sandbox.write(".claude/settings.json", before);
    let file = sandbox.repo().join(".claude/settings.json");
    set_mode(&file, 0o640);
    phguard(&sandbox, &["install", "--agent", "claude-code"]).exits(0);
    let text = read(&sandbox, ".claude/settings.json");
    assert_snapshot("agents/settings-with-our-entries.txt", &text);
    assert_eq!(mode_of(&file), 0o640);
    phguard(&sandbox, &["uninstall", "--agent", "claude-code"]).exits(0);
    let text = read(&sandbox, ".claude/settings.json");
    assert_snapshot("agents/settings-after-uninstall.txt", &text);
}

#[test]
fn a_broken_file_is_left_alone() {
    let sandbox = project();
    for text in [
        "not json",
        "[]",
        "{\"hooks\": []}",
        "{\"hooks\": {\"PreToolUse\": 1}}",
        "{\"a\": 1",
    ] {
        sandbox.write(".claude/settings.json", text);
        phguard(&sandbox, &["install", "--agent", "claude-code"]).exits(2);
        assert_eq!(read(&sandbox, ".claude/settings.json"), text);
    }
    phguard(&sandbox, &["install", "--agent", "nosuch"]).exits(2);
}

#[test]
fn nothing_is_installed_without_a_proof() {
    let sandbox = project();
    let run = sandbox
        .command(crate::sandbox::PHGUARD)
        .args(["install", "--agent", "cursor"])
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    let run = Run::from(run).exits(2);
    sandbox.assert_run("agents/nothing-without-a-proof.txt", &run);
    assert!(!sandbox.repo().join(".cursor").exists());
}

#[test]
fn the_users_own_settings_name_the_program_by_its_path() {
    let sandbox = project();
    phguard(
        &sandbox,
        &["install", "--agent", "claude-code,codex", "--user"],
    )
    .exits(0);
    let text = fs::read_to_string(sandbox.home().join(".claude/settings.json")).unwrap();
    let program = sandbox.root().join("bin/phguard");
    assert!(
        text.contains(&format!("{} hook agent claude-code", program.display())),
        "{text}"
    );
    assert!(sandbox.home().join(".codex/hooks.json").exists());
    phguard(
        &sandbox,
        &["uninstall", "--agent", "claude-code,codex", "--user"],
    )
    .exits(0);
    assert!(!sandbox.home().join(".claude/settings.json").exists());
}

#[test]
fn doctor_proves_each_entry_and_does_not_vouch_for_codex() {
    let sandbox = project();
    phguard(
        &sandbox,
        &["install", "--agent", "claude-code,codex,cursor,copilot"],
    )
    .exits(0);
    let mut transcript = Transcript::default();
    transcript.add("as installed", &sandbox, &phguard(&sandbox, &["doctor"]));
    phguard(&sandbox, &["install", "--event", "reference-transaction"]).exits(0);
    transcript.add("with the gate", &sandbox, &phguard(&sandbox, &["doctor"]));
    let broken = read(&sandbox, ".cursor/hooks.json").replace("phguard hook", "/none/phguard hook");
    sandbox.write(".cursor/hooks.json", broken);
    let other = read(&sandbox, ".claude/settings.json").replace(
        "phguard hook agent claude-code",
        "touch ran; phguard hook agent claude-code",
    );
    sandbox.write(".claude/settings.json", other);
    let title = "another program for Cursor, another command for Claude Code";
    transcript.add(title, &sandbox, &phguard(&sandbox, &["doctor"]));
    transcript.assert("agents/doctor.txt");
    assert!(
        !sandbox.repo().join("ran").exists(),
        "what is not phguard's was run"
    );
}

#[test]
fn codex_reads_hooks_of_config_toml_too() {
    let sandbox = project();
    let entry = "[[hooks.PreToolUse]]\nmatcher = \"Bash\"\n[[hooks.PreToolUse.hooks]]\ntype = \"command\"\n";
    let own = format!("{entry}command = \"phguard hook agent codex\"\n");
    let settings = format!("model = \"x\"\n\n{own}\n[features]\nhooks = false\n");
    sandbox.write(".codex/config.toml", settings);
    let mut transcript = Transcript::default();
    transcript.add("doctor", &sandbox, &phguard(&sandbox, &["doctor"]));
    let run = phguard(&sandbox, &["install", "--agent", "codex"]).exits(0);
    transcript.add("install", &sandbox, &run);
    transcript.assert("agents/config-toml-of-codex.txt");
    phguard(&sandbox, &["uninstall", "--agent", "codex"]).exits(0);
    let rest = "model = \"x\"\n\n[features]\nhooks = false\n";
    assert_eq!(read(&sandbox, ".codex/config.toml"), rest);
    sandbox.write(".codex/config.toml", "[[");
    phguard(&sandbox, &["uninstall", "--agent", "codex"]).exits(2);
}

#[test]
fn keys_in_transcripts_are_found_and_cleaned() {
    let sandbox = project();
    let transcript = sandbox.home().join(".claude/projects/x/session.jsonl");
    fs::create_dir_all(transcript.parent().unwrap()).unwrap();
    fs::write(&transcript, format!("{{\"text\":\"K={}\"}}\n", phx())).unwrap();
    set_mode(&transcript, 0o600);
    let run = phguard(&sandbox, &["doctor", "--agents"]).exits(1);
    sandbox.assert_run("agents/a-key-in-a-transcript.txt", &run);
    let file = transcript.to_str().unwrap();
    phguard(&sandbox, &["redact", "--in-place", file]).exits(0);
    let text = fs::read_to_string(&transcript).unwrap();
    assert_eq!(text, format!("{{\"text\":\"K={}\"}}\n", masked(&phx())));
    assert_eq!(mode_of(&transcript), 0o600);
    phguard(&sandbox, &["doctor", "--agents"]).exits(0);
    let names = fs::read_dir(transcript.parent().unwrap()).unwrap().count();
    assert_eq!(names, 1, "nothing is left beside it");
}

#[test]
fn redact_in_place_touches_only_what_it_can_read_whole() {
    let sandbox = project();
    sandbox.write("clean.txt", "clean\n");
    let file = sandbox.repo().join("clean.txt");
    let before = file.metadata().unwrap().modified().unwrap();
    phguard(&sandbox, &["redact", "--in-place", "clean.txt", ".env"]).exits(0);
    assert_eq!(file.metadata().unwrap().modified().unwrap(), before);
    assert_eq!(
        read(&sandbox, ".env"),
        format!("POSTHOG_PAT={}\n", masked(&phx()))
    );
    phguard(&sandbox, &["redact", "--in-place", "none.txt"]).exits(2);
    phguard(&sandbox, &["redact", "--in-place", "."]).exits(2);
}
