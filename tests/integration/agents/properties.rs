//! Whatever an event holds, the answer shows no key, and the program does not panic.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::world::{hand_over, project};
use crate::sandbox::keys::phx;

const NAMES: [&str; 8] = [
    "PreToolUse",
    "PostToolUse",
    "UserPromptSubmit",
    "beforeShellExecution",
    "beforeReadFile",
    "beforeSubmitPrompt",
    "postToolUse",
    "Stop",
];
const FIELDS: [&str; 22] = [
    "tool_name",
    "tool_input",
    "tool_response",
    "prompt",
    "cwd",
    "command",
    "file_path",
    "content",
    "toolName",
    "toolArgs",
    "toolResult",
    "textResultForLlm",
    "sessionId",
    "timestamp",
    "cursor_version",
    "workspace_roots",
    "attachments",
    "new_string",
    "path",
    "tool_output",
    "hook_event_name",
    "resultType",
];

/// Text with keys in it, in quotes, paths and command lines.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(phx()),
        Just(phx()),
        Just(".env".to_owned()),
        Just("git commit".to_owned()),
        Just("cat ".to_owned()),
        Just("*** Add File: ".to_owned()),
        "[ -~\n\u{e9}\u{202e}]{0,12}",
        "[$(){}<>|&;'\"`\\\\@=]{0,6}",
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(Value::String),
        Just(Value::Null),
        any::<i32>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(Value::Bool),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let name = prop_oneof![
            proptest::sample::select(&FIELDS[..]).prop_map(str::to_owned),
            text()
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((name, inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn event() -> impl Strategy<Value = Value> {
    let fields = proptest::collection::vec((proptest::sample::select(&FIELDS[..]), value()), 0..8);
    (proptest::sample::select(&NAMES[..]), fields).prop_map(|(name, fields)| {
        let mut event = json!({"hook_event_name": name});
        for (field, value) in fields {
            event[field] = value;
        }
        event
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_answer_shows_a_key(event in event(), harness in 0usize..4, cut in 0usize..4) {
        thread_local! {
            static SANDBOX: crate::sandbox::Sandbox = project();
        }
        let harness = ["claude-code", "codex", "cursor", "copilot"][harness];
        let mut bytes = event.to_string().into_bytes();
        if cut == 0 {
            bytes.truncate(bytes.len() / 2);
        }
        // `hand_over` asserts that the answer does not show the key.
        let run = SANDBOX.with(|sandbox| hand_over(sandbox, harness, &bytes));
        prop_assert!(matches!(run.code, Some(0 | 2)), "{:?}", run);
        prop_assert!(!run.stderr.contains("a defect in phguard"), "{:?}", run);
    }
}
