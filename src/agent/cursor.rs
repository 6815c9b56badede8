//! Cursor's answers. They are always JSON: a call passes only with an explicit `allow`.

use serde_json::{Map, Value, json};

use super::answer::{Answer, Decision, Exit, is_after};
use super::event::{Event, Moment};

pub(super) fn answer(event: &Event, decision: &Decision) -> Answer {
    let answered = Answer::json(&answer_value(event, decision));
    match (event.moment, decision) {
        // The event is unknown, and so are the fields that count. Exit code 2 denies every event.
        (Moment::Unknown, Decision::Refuse(reason)) => Answer {
            stderr: format!("{reason}\n"),
            exit: Exit::Blocked,
            ..answered
        },
        _ => answered,
    }
}

/// The same with exit code 2, which denies also by Claude Code's rules.
pub(super) fn answer_by_claude_code(event: &Event, decision: &Decision) -> Answer {
    let answered = answer(event, decision);
    match decision {
        Decision::Refuse(reason) if !is_after(event.moment) => Answer {
            stderr: format!("{reason}\n"),
            exit: Exit::Blocked,
            ..answered
        },
        _ => answered,
    }
}

fn answer_value(event: &Event, decision: &Decision) -> Value {
    let is_prompt = event.moment == Moment::Prompt;
    let (reason, output) = match decision {
        Decision::Pass if is_prompt => return json!({"continue": true}),
        Decision::Pass => return json!({"permission": "allow"}),
        Decision::Refuse(reason) | Decision::Ask(reason) if is_prompt => {
            return json!({"continue": false, "user_message": reason});
        }
        Decision::Ask(reason) if can_ask(event) => {
            return Value::Object(permission_fields("ask", reason));
        }
        Decision::Refuse(reason) | Decision::Ask(reason) => (reason, None),
        Decision::Mask { output, note } => (note, Some(output)),
    };
    let mut fields = permission_fields("deny", reason);
    if event.moment == Moment::Unknown {
        fields.insert("continue".into(), false.into());
    }
    if is_after(event.moment) {
        fields.insert("additional_context".into(), reason.as_str().into());
    }
    // Only the answers of MCP's servers can be replaced.
    if let (Some(output), true) = (output, event.is_mcp()) {
        fields.insert("updated_mcp_tool_output".into(), output.clone());
    }
    Value::Object(fields)
}

/// It asks the person only about the shell and MCP's servers.
fn can_ask(event: &Event) -> bool {
    event.is_mcp() || event.tool.eq_ignore_ascii_case("shell")
}

fn permission_fields(permission: &str, reason: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("permission".into(), permission.into());
    fields.insert("user_message".into(), reason.into());
    fields.insert("agent_message".into(), reason.into());
    fields
}
