//! The point in an agent's turn at which an event is sent.

use serde_json::{Map, Value};

use super::Harness;

/// The point in an agent's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A person has sent a prompt.
    Prompt,
    /// A tool is about to run.
    BeforeTool,
    /// A tool has run.
    AfterTool,
    /// Nothing comes into the conversation.
    Other,
    /// It could not be read.
    Unknown,
}

pub(super) fn moment_of(
    harness: Harness,
    fields: &Map<String, Value>,
) -> Result<Moment, &'static str> {
    let name = ["hook_event_name", "hookEventName", "event"]
        .iter()
        .find_map(|name| fields.get(*name));
    let name = match name {
        Some(Value::String(name)) if !name.is_empty() => name,
        Some(_) => return Err("the event's name is no text"),
        None => return moment_without_name(harness, fields),
    };
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    Ok(match letters.to_ascii_lowercase().as_str() {
        "userpromptsubmit" | "userpromptsubmitted" | "beforesubmitprompt" | "beforeagent" => {
            Moment::Prompt
        }
        "pretooluse"
        | "beforetool"
        | "beforeshellexecution"
        | "beforemcpexecution"
        | "beforereadfile"
        | "beforetabfileread" => Moment::BeforeTool,
        "posttooluse"
        | "aftertool"
        | "posttoolusefailure"
        | "aftershellexecution"
        | "aftermcpexecution" => Moment::AfterTool,
        _ => Moment::Other,
    })
}

/// Copilot sends no name of the event. The fields tell which one it is.
fn moment_without_name(
    harness: Harness,
    fields: &Map<String, Value>,
) -> Result<Moment, &'static str> {
    let has = |name: &str| fields.contains_key(name);
    let is_copilot = harness == Harness::Copilot || has("toolName") || has("sessionId");
    if !is_copilot {
        return Err("the event names no event");
    }
    if has("toolResult") || has("tool_result") {
        Ok(Moment::AfterTool)
    } else if has("toolName") || has("toolArgs") || has("tool_name") {
        Ok(Moment::BeforeTool)
    } else if has("prompt") {
        Ok(Moment::Prompt)
    } else if has("sessionId") || has("timestamp") || has("cwd") {
        Ok(Moment::Other)
    } else {
        Err("the event names no event")
    }
}
