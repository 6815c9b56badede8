//! Shows that an entry works: its command has to refuse an event with a key and let one without
//! pass.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::event::Harness;
use crate::time_limit::wait_for;

/// The harnesses give up after this time, too.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Runs a command as the harness does, on a canary event with this key and on one without.
///
/// # Errors
/// It does not refuse the first or does not pass the second. The error quotes its output.
pub fn prove(harness: Harness, command: &str, directory: &Path, key: &str) -> Result<()> {
    let refused = run(
        command,
        directory,
        &canary_event(harness, directory, &format!("curl -d {key}")),
    )?;
    let said = [&refused.stdout[..], &refused.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if said.contains(key) {
        bail!("it printed the key of a canary event");
    }
    if !is_refusal(harness, &refused) {
        bail!(
            "it did not refuse a key in a canary event; it said: {}",
            said.trim()
        );
    }
    let passed = run(command, directory, &canary_event(harness, directory, "ls"))?;
    if !passed.status.success() || is_refusal(harness, &passed) {
        let said = String::from_utf8_lossy(&passed.stderr).into_owned();
        bail!(
            "it refused a canary event without a key; it said: {}",
            said.trim()
        );
    }
    Ok(())
}

fn canary_event(harness: Harness, directory: &Path, line: &str) -> Value {
    // An event is JSON, so a harness cannot name other directories either. The command starts there.
    let cwd = directory.to_string_lossy();
    match harness {
        Harness::ClaudeCode | Harness::Codex => json!({
            "session_id": "canary", "transcript_path": null, "cwd": cwd, "hook_event_name": "PreToolUse",
            "tool_name": "Bash", "tool_use_id": "canary", "tool_input": {"command": line},
        }),
        Harness::Cursor => json!({
            "conversation_id": "canary", "hook_event_name": "beforeShellExecution",
            "cursor_version": "canary", "workspace_roots": [cwd], "cwd": "", "command": line,
        }),
        Harness::Copilot => json!({
            "sessionId": "canary", "timestamp": 0, "cwd": cwd, "toolName": "bash",
            "toolArgs": json!({"command": line}).to_string(),
        }),
    }
}

fn is_refusal(harness: Harness, output: &Output) -> bool {
    // An answer that is no document refuses nothing: the proof fails.
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let is = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str) == Some("deny");
    match harness {
        Harness::ClaudeCode | Harness::Codex => {
            output.status.code() == Some(2) && !output.stderr.is_empty()
        }
        Harness::Cursor => is("/permission"),
        Harness::Copilot => output.status.success() && is("/permissionDecision"),
    }
}

fn run(command: &str, directory: &Path, event: &Value) -> Result<Output> {
    let (shell, option) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let mut child = Command::new(shell)
        .args([option, command])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{shell} cannot be started"))?;
    if let Some(mut input) = child.stdin.take() {
        // A command that does not read shows that it does not work by its answer.
        drop(input.write_all(event.to_string().as_bytes()));
    }
    wait_for(&mut child, TIME_LIMIT)?;
    Ok(child.wait_with_output()?)
}
