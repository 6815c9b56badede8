//! The output and exit code that a hook returns to its harness.

use serde_json::{Value, json};

use super::event::{Event, Form, Moment};
use super::{claude_code, codex, copilot, cursor};

/// The answer to an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// Nothing is decided.
    Pass,
    /// It must not happen, with the reason for the model and the person.
    Refuse(String),
    /// The person has to decide, with the question.
    Ask(String),
    /// The tool's result with its keys masked, and a notice for the model.
    Mask {
        /// The tool's own output with the keys masked.
        output: Value,
        /// The note beside it.
        note: String,
    },
}

/// The exit code of an answer. There is no other: 1 blocks nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Standard output decides.
    Ok,
    /// Blocked, with the reason on standard error.
    Blocked,
}

/// An answer as a process gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Text for the harness.
    pub stdout: String,
    /// Text for the model or the person.
    pub stderr: String,
    /// The exit code.
    pub exit: Exit,
}

impl Answer {
    /// Decides nothing.
    pub(super) fn silent() -> Self {
        Self {
            stdout: String::new(),
            stderr: String::new(),
            exit: Exit::Ok,
        }
    }

    /// Decides by JSON on standard output.
    pub(super) fn json(value: &Value) -> Self {
        Self {
            stdout: format!("{value}\n"),
            ..Self::silent()
        }
    }

    /// Blocks by exit code 2, with the reason on standard error.
    pub(super) fn blocked(reason: &str) -> Self {
        Self {
            stdout: String::new(),
            stderr: format!("{reason}\n"),
            exit: Exit::Blocked,
        }
    }
}

/// Writes a decision in the form that the harness reads.
#[must_use]
pub fn answer(event: &Event, decision: &Decision) -> Answer {
    let moment = event.moment;
    match event.form {
        Form::ClaudeCode => claude_code::answer(moment, decision),
        Form::CopilotByClaudeCode => copilot::answer_by_claude_code(event, decision),
        Form::CursorByClaudeCode => cursor::answer_by_claude_code(event, decision),
        Form::Codex => codex::answer(moment, decision),
        Form::Cursor => cursor::answer(event, decision),
        Form::Copilot => copilot::answer(event, decision),
    }
}

/// The JSON of a refusal before a tool, as Claude Code and those who follow it read it.
pub(super) fn before_tool(verdict: &str, reason: &str) -> Value {
    json!({
        "hookSpecificOutput": {
            "hookEventName": "PreToolUse",
            "permissionDecision": verdict,
            "permissionDecisionReason": reason,
        }
    })
}

/// Tells whether an event comes after a tool has run.
pub(super) fn is_after(moment: Moment) -> bool {
    moment == Moment::AfterTool
}
