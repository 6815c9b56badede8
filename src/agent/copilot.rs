//! Copilot's answers: JSON with exit code 0, which counts in every version.

use serde_json::{Value, json};

use super::answer::{Answer, Decision, before_tool};
use super::event::{Event, Moment};

pub(super) fn answer(event: &Event, decision: &Decision) -> Answer {
    match decision {
        Decision::Pass => Answer::silent(),
        decision => Answer::json(&answer_value(event, decision)),
    }
}

/// The same beside the form of Claude Code, whose settings it runs.
pub(super) fn answer_by_claude_code(event: &Event, decision: &Decision) -> Answer {
    let (verdict, reason) = match decision {
        Decision::Refuse(reason) => ("deny", reason),
        Decision::Ask(reason) => ("ask", reason),
        _ => return answer(event, decision),
    };
    let mut both = answer_value(event, decision);
    if event.moment == Moment::BeforeTool
        && let (Value::Object(own), Value::Object(other)) =
            (&mut both, before_tool(verdict, reason))
    {
        own.extend(other);
    }
    Answer::json(&both)
}

fn answer_value(event: &Event, decision: &Decision) -> Value {
    match (decision, event.moment) {
        (Decision::Pass, _) => json!({}),
        (Decision::Ask(reason), Moment::BeforeTool) => {
            json!({"permissionDecision": "ask", "permissionDecisionReason": reason})
        }
        (Decision::Refuse(reason), Moment::BeforeTool) => {
            json!({"permissionDecision": "deny", "permissionDecisionReason": reason})
        }
        (Decision::Refuse(reason) | Decision::Ask(reason), Moment::Prompt | Moment::AfterTool) => {
            json!({"decision": "block", "reason": reason})
        }
        (Decision::Refuse(reason) | Decision::Ask(reason), _) => json!({
            "permissionDecision": "deny",
            "permissionDecisionReason": reason,
            "decision": "block",
            "reason": reason,
        }),
        (Decision::Mask { output, note }, _) => masked_result(output, note),
    }
}

/// The result with its text masked, and the note below the text.
fn masked_result(output: &Value, note: &str) -> Value {
    let kind = output.get("resultType").and_then(Value::as_str);
    let text = match output.get("textResultForLlm") {
        Some(Value::String(text)) => text.clone(),
        _ => match output {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        },
    };
    json!({
        "modifiedResult": {
            "resultType": kind.unwrap_or("success"),
            "textResultForLlm": format!("{text}\n\n{note}"),
        }
    })
}
