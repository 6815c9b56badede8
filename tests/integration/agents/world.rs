//! A repository with a key in an ignored file, an agent's harness beside it, and what its answers
//! mean there.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::sandbox::keys::phx;
use crate::sandbox::platform::set_mode;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// What an answer means to the harness that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Refused,
    Asked,
    Passed,
    /// The harness would not understand it.
    Wrong,
}

/// A repository whose `.env` holds a key and is ignored.
pub fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".env", format!("POSTHOG_PAT={}\n", phx()));
    // Whatever the umask is: doctor tells of a file that others can read.
    set_mode(sandbox.repo().join(".env"), 0o600);
    sandbox.stage(".gitignore", ".env\n.env.local\n*.log\n");
    sandbox.stage("a.txt", "a\n");
    sandbox.commit_unchecked("first");
    sandbox
}

/// Hands bytes to the hook of a harness.
pub fn hand_over(sandbox: &Sandbox, harness: &str, event: &[u8]) -> Run {
    let mut child = sandbox
        .command(PHGUARD)
        .args(["hook", "agent", harness])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let written = input.write_all(event);
    drop(input);
    let run = Run::from(child.wait_with_output().unwrap());
    assert!(written.is_ok(), "it did not read the event: {run:?}");
    assert!(!run.stdout.contains(&phx()[4..34]), "{run:?}");
    assert!(!run.stderr.contains(&phx()[4..34]), "{run:?}");
    run
}

/// Claude Code's event of that name with these fields.
pub fn claude(sandbox: &Sandbox, name: &str, fields: Value) -> Run {
    let event = with(
        json!({
            "session_id": "s", "transcript_path": null, "cwd": sandbox.repo(),
            "permission_mode": "default", "hook_event_name": name,
        }),
        fields,
    );
    hand_over(sandbox, "claude-code", event.to_string().as_bytes())
}

/// What Claude Code makes of a tool's call.
pub fn claude_tool(sandbox: &Sandbox, tool: &str, input: Value) -> Meaning {
    let fields = json!({"tool_name": tool, "tool_use_id": "t", "tool_input": input});
    meaning(
        "claude-code",
        "PreToolUse",
        &claude(sandbox, "PreToolUse", fields),
    )
}

/// What Claude Code makes of a command line.
pub fn claude_shell(sandbox: &Sandbox, tool: &str, line: &str) -> Meaning {
    claude_tool(sandbox, tool, json!({"command": line}))
}

pub fn with(mut event: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else {
        panic!("{fields}");
    };
    event.as_object_mut().unwrap().extend(fields);
    event
}

/// Reads an answer as the harness does.
pub fn meaning(harness: &str, event: &str, run: &Run) -> Meaning {
    let event = event.to_ascii_lowercase();
    let is_prompt = event.contains("prompt");
    let answer = if run.stdout.trim().is_empty() {
        Value::Null
    } else {
        match serde_json::from_str(&run.stdout) {
            Ok(answer) => answer,
            Err(_) => return Meaning::Wrong,
        }
    };
    let text = |pointer: &str| {
        answer
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if run.code == Some(2) {
        let is_read = harness != "copilot" && !run.stderr.trim().is_empty();
        return if is_read {
            Meaning::Refused
        } else {
            Meaning::Wrong
        };
    }
    if run.code != Some(0) || !run.stderr.is_empty() {
        return Meaning::Wrong;
    }
    match harness {
        "cursor" if is_prompt => match answer.get("continue") {
            Some(Value::Bool(true)) => Meaning::Passed,
            Some(Value::Bool(false)) if !text("/user_message").is_empty() => Meaning::Refused,
            _ => Meaning::Wrong,
        },
        "cursor" => match text("/permission") {
            "allow" => Meaning::Passed,
            "deny" if !text("/agent_message").is_empty() => Meaning::Refused,
            "ask" => Meaning::Asked,
            _ => Meaning::Wrong,
        },
        _ if answer.is_null() => Meaning::Passed,
        "copilot" if !is_prompt => match text("/permissionDecision") {
            "deny" if !text("/permissionDecisionReason").is_empty() => Meaning::Refused,
            "ask" if !text("/permissionDecisionReason").is_empty() => Meaning::Asked,
            _ => Meaning::Wrong,
        },
        _ if event == "pretooluse" => match text("/hookSpecificOutput/permissionDecision") {
            "deny" => Meaning::Refused,
            "ask" if !text("/hookSpecificOutput/permissionDecisionReason").is_empty() => {
                Meaning::Asked
            }
            _ => Meaning::Wrong,
        },
        _ if text("/decision") == "block" && !text("/reason").is_empty() => Meaning::Refused,
        _ => Meaning::Wrong,
    }
}

/// The absolute path of a file of the project, as harnesses write it.
pub fn path(sandbox: &Sandbox, name: impl AsRef<Path>) -> String {
    sandbox.repo().join(name).to_str().unwrap().to_owned()
}
