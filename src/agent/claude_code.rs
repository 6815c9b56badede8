//! Claude Code's answers. Before a tool exit code 2 blocks in every harness that runs these settings;
//! the JSON beside it carries the same verdict.

use serde_json::{Value, json};

use super::answer::{Answer, Decision, Exit, before_tool};
use super::event::Moment;

pub(super) fn answer(moment: Moment, decision: &Decision) -> Answer {
    match (decision, moment) {
        (Decision::Pass, _) => Answer::silent(),
        (Decision::Refuse(reason), Moment::BeforeTool) => Answer {
            stdout: format!("{}\n", before_tool("deny", reason)),
            stderr: format!("{reason}\n"),
            exit: Exit::Blocked,
        },
        // The prompt would be shown again without the second field.
        (Decision::Refuse(reason) | Decision::Ask(reason), Moment::Prompt) => {
            Answer::json(&json!({
                "decision": "block",
                "reason": reason,
                "hookSpecificOutput": {
                    "hookEventName": "UserPromptSubmit",
                    "suppressOriginalPrompt": true,
                },
            }))
        }
        (Decision::Refuse(reason), Moment::AfterTool) => {
            Answer::json(&json!({"decision": "block", "reason": reason}))
        }
        (Decision::Ask(reason), Moment::BeforeTool) => Answer::json(&before_tool("ask", reason)),
        (Decision::Mask { output, note }, _) => masked_answer(output, note),
        (Decision::Refuse(reason) | Decision::Ask(reason), _) => Answer::blocked(reason),
    }
}

/// Claude Code takes a replacement only in the shape of the tool's own output. It drops bare text
/// silently: then the model is told that the output is blocked.
fn masked_answer(output: &Value, note: &str) -> Answer {
    if output.is_string() {
        return Answer::json(&json!({"decision": "block", "reason": note}));
    }
    Answer::json(&json!({
        "hookSpecificOutput": {
            "hookEventName": "PostToolUse",
            "updatedToolOutput": output,
            "additionalContext": note,
        }
    }))
}
