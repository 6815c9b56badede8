//! Events of each harness, whole, malformed, foreign, and their answers.

use std::fs;

use serde_json::{Value, json};

use super::world::{Meaning, claude, claude_tool, hand_over, meaning, path, project, with};
use crate::sandbox::Sandbox;
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::platform::file_name;
use crate::sandbox::snapshots::{Transcript, assert_snapshot};

fn answer_of(stdout: &str) -> Value {
    serde_json::from_str(stdout).unwrap()
}

fn prompt(sandbox: &Sandbox, text: &str) -> Meaning {
    let run = claude(sandbox, "UserPromptSubmit", json!({"prompt": text}));
    meaning("claude-code", "UserPromptSubmit", &run)
}

fn codex(sandbox: &Sandbox, name: &str, fields: Value) -> Meaning {
    let event = json!({
        "session_id": "s", "turn_id": "t", "model": "m", "transcript_path": null, "cwd": sandbox.repo(),
        "hook_event_name": name,
    });
    let run = hand_over(sandbox, "codex", with(event, fields).to_string().as_bytes());
    assert!(run.stdout.is_empty(), "{run:?}");
    meaning("codex", name, &run)
}

fn cursor(sandbox: &Sandbox, name: &str, fields: Value) -> Meaning {
    let event = json!({
        "conversation_id": "c", "hook_event_name": name, "cursor_version": "3.13.25",
        "workspace_roots": [sandbox.repo()],
    });
    let run = hand_over(
        sandbox,
        "cursor",
        with(event, fields).to_string().as_bytes(),
    );
    meaning("cursor", name, &run)
}

fn copilot(sandbox: &Sandbox, name: &str, fields: Value) -> Meaning {
    let event = json!({"sessionId": "s", "timestamp": 1, "cwd": sandbox.repo()});
    let run = hand_over(
        sandbox,
        "copilot",
        with(event, fields).to_string().as_bytes(),
    );
    meaning("copilot", name, &run)
}

#[test]
fn a_prompt_with_a_key_is_refused_and_not_shown_again() {
    let sandbox = project();
    let run = claude(
        &sandbox,
        "UserPromptSubmit",
        json!({"prompt": format!("use {}", phx())}),
    );
    assert_eq!(
        meaning("claude-code", "UserPromptSubmit", &run),
        Meaning::Refused
    );
    let answer = answer_of(&run.stdout);
    assert_eq!(answer["hookSpecificOutput"]["suppressOriginalPrompt"], true);
    let reason = answer["reason"].as_str().unwrap();
    assert_snapshot("agents/a-prompt-with-a-key.txt", reason);
}

#[test]
fn a_prompt_without_a_key_passes() {
    let sandbox = project();
    for text in [
        "add posthog with phc_ and NEXT_PUBLIC",
        "phx_your_key_here",
        "mail me@example.com",
        "see @a.txt",
        "",
    ] {
        assert_eq!(prompt(&sandbox, text), Meaning::Passed, "{text}");
    }
}

#[test]
fn a_file_with_a_key_that_a_prompt_names_is_refused() {
    let sandbox = project();
    sandbox.write("with space.log", format!("K={}\n", phx()));
    for text in [
        "look at @.env and tell me",
        "@.env",
        "(@.env)",
        "read @./.env.",
        "@.env#L1-2",
        "@.env:1",
        "@\"with space.log\"",
        "first\n@.env\nlast",
        "see @a.txt, @.env",
        &format!("@{}", path(&sandbox, ".env")),
    ] {
        assert_eq!(prompt(&sandbox, text), Meaning::Refused, "{text}");
    }
}

#[test]
fn a_key_is_written_only_into_files_that_git_ignores() {
    let sandbox = project();
    let key = phx();
    let write = |name: &str| {
        claude_tool(
            &sandbox,
            "Write",
            json!({"file_path": path(&sandbox, name), "content": format!("k='{key}'")}),
        )
    };
    assert_eq!(write("a.ts"), Meaning::Refused);
    assert_eq!(write("new/dir/a.ts"), Meaning::Refused);
    assert_eq!(write(".env"), Meaning::Passed);
    assert_eq!(write(".env.local"), Meaning::Passed);
    assert_eq!(write("sub/../a.ts"), Meaning::Refused);
    fs::write(sandbox.repo().join("tracked.log"), "x").unwrap();
    sandbox.git(["add", "-f", "tracked.log"]);
    assert_eq!(
        write("tracked.log"),
        Meaning::Refused,
        "git tracks it all the same"
    );
    crate::sandbox::symlink("a.txt", sandbox.repo().join("link.log"));
    assert_eq!(
        write("link.log"),
        Meaning::Refused,
        "it leads to a tracked file"
    );
    assert_eq!(write("/tmp/outside"), Meaning::Refused);
}

#[test]
fn every_shape_of_an_edit_is_understood() {
    let sandbox = project();
    let (key, file) = (phx(), path(&sandbox, "a.ts"));
    for (tool, input) in [
        (
            "Edit",
            json!({"file_path": file, "old_string": "x", "new_string": key}),
        ),
        (
            "MultiEdit",
            json!({"file_path": file, "edits": [{"old_string": "x", "new_string": key}]}),
        ),
        (
            "NotebookEdit",
            json!({"notebook_path": file, "new_source": key}),
        ),
        (
            "StrReplace",
            json!({"path": file, "old_str": "x", "new_str": key}),
        ),
        ("create", json!({"path": file, "file_text": key})),
        ("Write", json!({"path": file, "contents": key})),
        ("mcp__files__write", json!({"path": file, "content": key})),
        (
            "mcp__files__write",
            json!({"path": path(&sandbox, ".env"), "content": key}),
        ),
        (
            "mcp__github__push_files",
            json!({"files": [{"path": "a.ts", "content": key}]}),
        ),
        (
            "WebFetch",
            json!({"url": format!("https://x.example/?k={key}")}),
        ),
        ("Task", json!({"prompt": format!("use {key}")})),
        ("anything", json!({"a": {"b": [key]}})),
        ("anything", json!({ &key: 1 })),
    ] {
        assert_eq!(
            claude_tool(&sandbox, tool, input.clone()),
            Meaning::Refused,
            "{tool} {input}"
        );
    }
    for (tool, input) in [
        (
            "Edit",
            json!({"file_path": file, "old_string": "x", "new_string": "y"}),
        ),
        (
            "Edit",
            json!({"file_path": file, "old_string": key, "new_string": "process.env.POSTHOG_PAT"}),
        ),
        (
            "Edit",
            json!({"file_path": path(&sandbox, ".env"), "old_string": "x", "new_string": key}),
        ),
        (
            "Write",
            json!({"file_path": file, "content": "phc_ and phx_your_key_here"}),
        ),
        ("Glob", json!({"pattern": ".env"})),
        (
            "Grep",
            json!({"pattern": "x", "path": ".env", "output_mode": "files_with_matches"}),
        ),
        ("TodoWrite", json!({"todos": [{"content": "look at .env"}]})),
        ("WebFetch", json!({"url": "https://posthog.com/docs"})),
        ("mcp__x__y", json!({})),
        ("mcp__x__y", Value::Null),
    ] {
        assert_eq!(
            claude_tool(&sandbox, tool, input.clone()),
            Meaning::Passed,
            "{tool} {input}"
        );
    }
}

#[test]
fn a_file_with_a_key_is_not_read() {
    let sandbox = project();
    let run = claude(
        &sandbox,
        "PreToolUse",
        json!({"tool_name": "Read", "tool_input": {"file_path": path(&sandbox, ".env")}}),
    );
    assert_eq!(meaning("claude-code", "PreToolUse", &run), Meaning::Refused);
    sandbox.assert_run("agents/a-file-with-a-key.txt", &run);
    for (tool, input) in [
        (
            "Read",
            json!({"file_path": ".env", "offset": 1, "limit": 2}),
        ),
        ("view", json!({"path": path(&sandbox, ".env")})),
        (
            "Grep",
            json!({"pattern": "x", "path": ".env", "output_mode": "content"}),
        ),
        ("mcp__files__read_file", json!({"path": ".env"})),
        (
            "mcp__files__read_multiple_files",
            json!({"paths": ["a.txt", ".env"]}),
        ),
        (
            "mcp__files__read",
            json!({"uri": format!("file://{}", path(&sandbox, ".env"))}),
        ),
    ] {
        assert_eq!(
            claude_tool(&sandbox, tool, input.clone()),
            Meaning::Refused,
            "{tool} {input}"
        );
    }
    for name in ["a.txt", "none.txt", "."] {
        let input = json!({"file_path": path(&sandbox, name)});
        assert_eq!(
            claude_tool(&sandbox, "Read", input),
            Meaning::Passed,
            "{name}"
        );
    }
}

#[test]
fn the_files_that_the_docs_name_may_be_read() {
    let page = include_str!("../../../docs/agents.md");
    let (_, block) = page.split_once("```toml\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let sandbox = project();
    sandbox.write(".phguard.toml", block);
    for (name, wanted) in [
        ("tests/fixtures/a.env", Meaning::Passed),
        ("tests/a.env", Meaning::Refused),
    ] {
        sandbox.write(name, format!("KEY={}\n", phx()));
        let input = json!({"file_path": path(&sandbox, name)});
        assert_eq!(claude_tool(&sandbox, "Read", input), wanted, "{name}");
    }
}

#[test]
fn the_configuration_can_name_files_that_agents_may_read() {
    let sandbox = project();
    sandbox.write(".phguard.toml", "[agents]\nread = [\".env\"]\n");
    let read = || {
        claude_tool(
            &sandbox,
            "Read",
            json!({"file_path": path(&sandbox, ".env")}),
        )
    };
    assert_eq!(read(), Meaning::Passed);
    let run = claude(
        &sandbox,
        "PostToolUse",
        json!({
            "tool_name": "Read", "tool_input": {"file_path": path(&sandbox, ".env")},
            "tool_response": {"file": {"content": phx()}},
        }),
    );
    assert_eq!(
        meaning("claude-code", "PostToolUse", &run),
        Meaning::Passed,
        "{run:?}"
    );
    sandbox.write(".phguard.toml", "[agents]\nread = [\"other\"]\n");
    assert_eq!(read(), Meaning::Refused);
    sandbox.write(".phguard.toml", "[agents\n");
    assert_eq!(
        read(),
        Meaning::Refused,
        "what cannot be read approves nothing"
    );
}

#[test]
fn a_name_that_is_no_utf8_is_not_allowed_by_the_character_that_stands_for_it() {
    let sandbox = project();
    sandbox.write(".phguard.toml", "[agents]\nread = [\"caf\u{fffd}\"]\n");
    let text = format!("KEY={}\n", phx());
    sandbox.write("caf\u{fffd}", &text);
    let cat = || claude_tool(&sandbox, "Bash", json!({"command": "cat caf*"}));
    assert_eq!(cat(), Meaning::Passed);
    sandbox.write(file_name(b"caf\xe9"), &text);
    assert_eq!(cat(), Meaning::Refused);
}

#[test]
fn a_marker_that_the_agent_adds_is_a_question_for_the_person() {
    let sandbox = project();
    let text = format!("k = '{}' # phguard:allow\n", phx());
    let input = json!({"file_path": path(&sandbox, "a.py"), "content": text});
    assert_eq!(
        claude_tool(&sandbox, "Write", input.clone()),
        Meaning::Asked
    );
    sandbox.write("a.py", &text);
    assert_eq!(
        claude_tool(&sandbox, "Write", input),
        Meaning::Passed,
        "it stood there before"
    );
    sandbox.write(".env.local", &text);
    let read = json!({"file_path": path(&sandbox, ".env.local")});
    assert_eq!(
        claude_tool(&sandbox, "Read", read),
        Meaning::Refused,
        "a marker says nothing in an ignored file"
    );
    let patch = format!("*** Begin Patch\n*** Add File: b.py\n+{text}*** End Patch\n");
    let input = json!({"tool_name": "apply_patch", "tool_input": {"command": patch}});
    assert_eq!(
        codex(&sandbox, "PreToolUse", input),
        Meaning::Refused,
        "Codex cannot ask"
    );
    let allowance = json!({"file_path": path(&sandbox, ".phguard.toml"), "content": "[allow]\npaths = ['**']\n"});
    assert_eq!(claude_tool(&sandbox, "Write", allowance), Meaning::Asked);
}

#[test]
fn hooks_and_settings_are_not_taken_out_by_an_edit() {
    let sandbox = project();
    let hook = json!({"file_path": path(&sandbox, ".git/hooks/pre-commit"), "content": "exit 0"});
    assert_eq!(claude_tool(&sandbox, "Write", hook), Meaning::Refused);
    let config =
        json!({"file_path": path(&sandbox, ".git/config"), "content": "[core]\nhooksPath = /none"});
    assert_eq!(claude_tool(&sandbox, "Write", config), Meaning::Refused);
    sandbox.phguard(["install", "--agent", "claude-code"]);
    sandbox.write(
        ".claude/settings.json",
        "{\"hooks\": {\"x\": \"phguard hook agent claude-code\"}}",
    );
    let file = path(&sandbox, ".claude/settings.json");
    for input in [
        json!({"file_path": file, "content": "{}"}),
        json!({"file_path": file, "old_string": "phguard", "new_string": ""}),
    ] {
        assert_eq!(
            claude_tool(&sandbox, "Write", input.clone()),
            Meaning::Asked,
            "{input}"
        );
    }
    let input = json!({"file_path": file, "old_string": "{}", "new_string": "{\"model\": \"x\"}"});
    assert_eq!(claude_tool(&sandbox, "Edit", input), Meaning::Passed);
}

#[test]
fn the_output_of_a_tool_is_masked_in_its_own_shape() {
    let sandbox = project();
    let response = json!({"stdout": format!("K={}\n", phx()), "stderr": "", "interrupted": false, "isImage": false});
    let event =
        json!({"tool_name": "Bash", "tool_input": {"command": "env"}, "tool_response": response});
    let run = claude(&sandbox, "PostToolUse", event);
    let output = &answer_of(&run.stdout)["hookSpecificOutput"];
    let expected = json!({"stdout": format!("K={}\n", masked(&phx())), "stderr": "", "interrupted": false, "isImage": false});
    assert_eq!(output["updatedToolOutput"], expected);
    assert!(
        output["additionalContext"]
            .as_str()
            .unwrap()
            .contains("rotate")
    );
    let blocks = json!({"tool_name": "mcp__x__y", "tool_input": {}, "tool_response": [{"type": "text", "text": phx()}]});
    let run = claude(&sandbox, "PostToolUse", blocks);
    let output = &answer_of(&run.stdout)["hookSpecificOutput"];
    assert_eq!(
        output["updatedToolOutput"],
        json!([{"type": "text", "text": masked(&phx())}])
    );
    let text = json!({"tool_name": "x", "tool_input": {}, "tool_response": phx()});
    let run = claude(&sandbox, "PostToolUse", text);
    assert_eq!(
        meaning("claude-code", "PostToolUse", &run),
        Meaning::Refused,
        "a bare text is not replaced"
    );
    let clean = json!({"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_response": {"stdout": "phc_ a.txt"}});
    let run = claude(&sandbox, "PostToolUse", clean);
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (Some(0), "", "")
    );
}

#[test]
fn what_cannot_be_read_is_refused_and_other_events_pass() {
    let sandbox = project();
    let whole = json!({"hook_event_name": "PreToolUse", "cwd": sandbox.repo(), "tool_name": "Bash", "tool_input": {"command": "ls"}});
    let whole = whole.to_string();
    for harness in ["claude-code", "codex", "cursor", "copilot"] {
        let half = &whole.as_bytes()[..whole.len() / 2];
        for event in [
            &b"no json"[..],
            b"",
            b"{}",
            b"[]",
            b"null",
            b"\xff\xfe",
            half,
            b"{\"hook_event_name\": 1}",
        ] {
            let run = hand_over(&sandbox, harness, event);
            assert_eq!(
                meaning(harness, "", &run),
                Meaning::Refused,
                "{harness}: {event:?}: {run:?}"
            );
        }
        for name in [
            "Stop",
            "SubagentStop",
            "Notification",
            "SessionStart",
            "PreCompact",
            "NotKnownYet",
        ] {
            let event =
                json!({"hook_event_name": name, "sessionId": "s", "last_assistant_message": phx()});
            let run = hand_over(&sandbox, harness, event.to_string().as_bytes());
            assert_eq!(
                meaning(harness, name, &run),
                Meaning::Passed,
                "{harness} {name}: {run:?}"
            );
        }
    }
    for event in [
        json!({"hook_event_name": "PreToolUse"}),
        json!({"hook_event_name": "UserPromptSubmit"}),
    ] {
        let run = hand_over(&sandbox, "claude-code", event.to_string().as_bytes());
        assert_eq!(run.code, Some(2), "{event}");
    }
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(
        hand_over(&sandbox, "claude-code", deep.as_bytes()).code,
        Some(2)
    );
    let cut = format!(
        "{{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\",\"tool_input\":{{\"command\":\"echo \\ud83d\"}},\"cwd\":{:?}}}",
        sandbox.repo()
    );
    assert_eq!(
        hand_over(&sandbox, "claude-code", cut.as_bytes()).code,
        Some(0),
        "half a character is no harm"
    );
}

#[test]
fn an_unknown_harness_is_an_error() {
    let sandbox = project();
    let mut transcript = Transcript::default();
    for arguments in [&["hook", "agent", "nosuch"][..], &["hook", "agent"]] {
        let run = sandbox.phguard(arguments).exits(2);
        transcript.add(&arguments.join(" "), &sandbox, &run);
    }
    transcript.assert("agents/an-unknown-harness.txt");
}

#[test]
fn an_event_of_ten_megabytes_is_answered() {
    let sandbox = project();
    let filler = "x y z\n".repeat(10 << 20 >> 1).split_off(20 << 20);
    let write = |end: &str| {
        let content = format!("{filler}{end}");
        claude_tool(
            &sandbox,
            "Write",
            json!({"file_path": path(&sandbox, "big.ts"), "content": content}),
        )
    };
    assert_eq!(write("end"), Meaning::Passed);
    assert_eq!(write(&phx()), Meaning::Refused);
    let line = format!(
        "echo {} && git commit -n",
        filler[..1 << 20].replace('\n', " ")
    );
    assert_eq!(
        super::world::claude_shell(&sandbox, "Bash", &line),
        Meaning::Refused
    );
}

#[test]
fn codex_is_answered_by_exit_codes() {
    let sandbox = project();
    let key = phx();
    let tool = |name: &str, input: Value| {
        codex(
            &sandbox,
            "PreToolUse",
            json!({"tool_name": name, "tool_input": input}),
        )
    };
    let patch =
        |text: &str| json!({"command": format!("*** Begin Patch\n{text}\n*** End Patch\n")});
    assert_eq!(
        codex(&sandbox, "UserPromptSubmit", json!({"prompt": key})),
        Meaning::Refused
    );
    assert_eq!(
        tool(
            "apply_patch",
            patch(&format!("*** Add File: a.ts\n+k='{key}'"))
        ),
        Meaning::Refused
    );
    assert_eq!(
        tool(
            "apply_patch",
            patch(&format!("*** Add File: .env\n+k='{key}'"))
        ),
        Meaning::Passed
    );
    assert_eq!(
        tool(
            "apply_patch",
            patch(&format!("*** Update File: a.txt\n@@\n-k='{key}'\n+k=env"))
        ),
        Meaning::Passed
    );
    assert_eq!(
        tool(
            "apply_patch",
            patch(&format!(
                "*** Add File: .env\n+a\n*** Add File: b.ts\n+{key}"
            ))
        ),
        Meaning::Refused
    );
    assert_eq!(
        tool(
            "apply_patch",
            patch("*** Update File: .env\n*** Move to: b.ts")
        ),
        Meaning::Refused
    );
    assert_eq!(
        tool("Bash", json!({"command": "cat .env"})),
        Meaning::Refused
    );
    assert_eq!(
        tool("shell", json!({"command": ["bash", "-lc", "cat .env"]})),
        Meaning::Refused
    );
    assert_eq!(
        tool(
            "exec_command",
            json!({"cmd": "git commit -n", "workdir": "."})
        ),
        Meaning::Refused
    );
    assert_eq!(tool("Bash", json!({"command": "ls"})), Meaning::Passed);
    let after =
        json!({"tool_name": "Bash", "tool_input": {"command": "env"}, "tool_response": key});
    assert_eq!(codex(&sandbox, "PostToolUse", after), Meaning::Refused);
    assert_eq!(codex(&sandbox, "Stop", json!({})), Meaning::Passed);
}

#[test]
fn cursor_is_answered_in_its_form() {
    let sandbox = project();
    let key = phx();
    for (name, fields, expected) in [
        (
            "beforeSubmitPrompt",
            json!({"prompt": key, "attachments": []}),
            Meaning::Refused,
        ),
        (
            "beforeSubmitPrompt",
            json!({"prompt": "hello", "attachments": []}),
            Meaning::Passed,
        ),
        (
            "beforeSubmitPrompt",
            json!({"prompt": "x", "attachments": [{"type": "file", "file_path": path(&sandbox, ".env")}]}),
            Meaning::Refused,
        ),
        (
            "beforeShellExecution",
            json!({"command": "cat .env", "cwd": ""}),
            Meaning::Refused,
        ),
        (
            "beforeShellExecution",
            json!({"command": "git commit -nm x", "cwd": sandbox.repo()}),
            Meaning::Refused,
        ),
        (
            "beforeShellExecution",
            json!({"command": "npm test", "cwd": ""}),
            Meaning::Passed,
        ),
        (
            "beforeReadFile",
            json!({"file_path": path(&sandbox, "a.txt"), "content": format!("K={key}"), "attachments": []}),
            Meaning::Refused,
        ),
        (
            "beforeReadFile",
            json!({"file_path": path(&sandbox, ".env"), "content": "", "attachments": []}),
            Meaning::Refused,
        ),
        (
            "beforeReadFile",
            json!({"file_path": path(&sandbox, "a.txt"), "content": "a", "attachments": []}),
            Meaning::Passed,
        ),
        (
            "beforeMCPExecution",
            json!({"tool_name": "push", "tool_input": format!("{{\"text\":\"{key}\"}}"), "command": "server"}),
            Meaning::Refused,
        ),
        (
            "beforeMCPExecution",
            json!({"tool_name": "push", "tool_input": "{\"text\":\"x\"}", "command": "server"}),
            Meaning::Passed,
        ),
        (
            "preToolUse",
            json!({"tool_name": "Write", "tool_input": {"file_path": "a.ts", "content": key}, "cwd": ""}),
            Meaning::Refused,
        ),
        (
            "preToolUse",
            json!({"tool_name": "Write", "tool_input": {"file_path": ".env", "content": key}, "cwd": ""}),
            Meaning::Passed,
        ),
        (
            "postToolUse",
            json!({"tool_name": "Shell", "tool_input": {}, "tool_output": format!("{{\"output\":\"{key}\"}}")}),
            Meaning::Refused,
        ),
        ("stop", json!({"status": "completed"}), Meaning::Passed),
    ] {
        assert_eq!(
            cursor(&sandbox, name, fields.clone()),
            expected,
            "{name} {fields}"
        );
    }
}

#[test]
fn copilot_is_answered_by_json_alone() {
    let sandbox = project();
    let key = phx();
    for (name, fields, expected) in [
        (
            "preToolUse",
            json!({"toolName": "bash", "toolArgs": "{\"command\":\"cat .env\"}"}),
            Meaning::Refused,
        ),
        (
            "preToolUse",
            json!({"toolName": "bash", "toolArgs": {"command": "git push --no-verify"}}),
            Meaning::Refused,
        ),
        (
            "preToolUse",
            json!({"toolName": "powershell", "toolArgs": "{\"command\":\"gc .env\"}"}),
            Meaning::Refused,
        ),
        (
            "preToolUse",
            json!({"toolName": "create", "toolArgs": json!({"path": "a.ts", "file_text": key}).to_string()}),
            Meaning::Refused,
        ),
        (
            "preToolUse",
            json!({"toolName": "edit", "toolArgs": json!({"path": ".env", "old_str": "x", "new_str": key}).to_string()}),
            Meaning::Passed,
        ),
        (
            "preToolUse",
            json!({"toolName": "view", "toolArgs": "{\"path\":\".env\"}"}),
            Meaning::Refused,
        ),
        (
            "preToolUse",
            json!({"toolName": "apply_patch", "toolArgs": format!("*** Begin Patch\n*** Add File: a.ts\n+{key}\n*** End Patch")}),
            Meaning::Refused,
        ),
        (
            "preToolUse",
            json!({"toolName": "bash", "toolArgs": "{\"command\":\"ls\"}"}),
            Meaning::Passed,
        ),
        (
            "userPromptSubmitted",
            json!({"prompt": key}),
            Meaning::Refused,
        ),
        (
            "userPromptSubmitted",
            json!({"prompt": "hello"}),
            Meaning::Passed,
        ),
        ("sessionEnd", json!({"reason": "complete"}), Meaning::Passed),
    ] {
        assert_eq!(
            copilot(&sandbox, name, fields.clone()),
            expected,
            "{name} {fields}"
        );
    }
    let event = json!({
        "sessionId": "s", "timestamp": 1, "cwd": sandbox.repo(), "toolName": "bash", "toolArgs": "{}",
        "toolResult": {"resultType": "success", "textResultForLlm": format!("K={key}")},
    });
    let run = hand_over(&sandbox, "copilot", event.to_string().as_bytes());
    let result = &answer_of(&run.stdout)["modifiedResult"];
    assert_eq!(result["resultType"], "success");
    assert!(
        result["textResultForLlm"]
            .as_str()
            .unwrap()
            .starts_with(&format!("K={}\n", masked(&key)))
    );
}

#[test]
fn claude_codes_settings_serve_cursor_and_copilot_too() {
    let sandbox = project();
    let cursor = |fields: Value| {
        let event = json!({
            "hook_event_name": "preToolUse", "cursor_version": "3.13.25", "workspace_roots": [sandbox.repo()], "cwd": "",
        });
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        bytes.extend(with(event, fields).to_string().into_bytes());
        let run = hand_over(&sandbox, "claude-code", &bytes);
        (
            run.code,
            answer_of(&run.stdout)["permission"]
                .as_str()
                .unwrap()
                .to_owned(),
        )
    };
    assert_eq!(
        cursor(json!({"tool_name": "Shell", "tool_input": {"command": "npm test", "cwd": ""}})),
        (Some(0), "allow".into())
    );
    assert_eq!(
        cursor(json!({"tool_name": "Shell", "tool_input": {"command": "cat .env", "cwd": ""}})),
        (Some(2), "deny".into())
    );
    let copilot = |fields: Value| {
        let event = json!({"hook_event_name": "PreToolUse", "session_id": "s", "timestamp": "2026-11-26T00:00:00Z", "cwd": sandbox.repo()});
        let run = hand_over(
            &sandbox,
            "claude-code",
            with(event, fields).to_string().as_bytes(),
        );
        assert_eq!(run.code, Some(0));
        run.stdout
    };
    let refused = copilot(
        json!({"tool_name": "Write", "tool_input": {"path": path(&sandbox, "a.ts"), "file_text": phx()}}),
    );
    let answer = answer_of(&refused);
    assert_eq!(answer["permissionDecision"], "deny");
    assert_eq!(answer["hookSpecificOutput"]["permissionDecision"], "deny");
    assert_eq!(
        copilot(json!({"tool_name": "Read", "tool_input": {"path": "a.txt"}})),
        ""
    );
}
