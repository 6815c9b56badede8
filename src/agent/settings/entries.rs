//! The entries that each harness needs.

use jsonc_parser::cst::CstInputValue;

use crate::agent::event::Harness;

/// The arrangement of a settings file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Handlers stand in the lists of the events.
    Flat,
    /// Handlers stand in groups with a matcher.
    Grouped,
}

impl Layout {
    pub(super) fn of(harness: Harness) -> Self {
        match harness {
            Harness::Cursor | Harness::Copilot => Self::Flat,
            Harness::ClaudeCode | Harness::Codex => Self::Grouped,
        }
    }
}

/// One entry: the event, the tools it is for, and the fields of the command.
pub(super) struct Entry {
    pub(super) event: &'static str,
    pub(super) matcher: Option<&'static str>,
    pub(super) handler: Vec<(&'static str, CstInputValue)>,
}

impl Entry {
    fn of(
        event: &'static str,
        matcher: Option<&'static str>,
        fields: &[(&'static str, CstInputValue)],
    ) -> Self {
        Self {
            event,
            matcher,
            handler: fields.to_vec(),
        }
    }

    /// The element of the event's list. In a flat file the handler stands in the list by itself,
    /// else in a group.
    pub(super) fn list_element(&self, layout: Layout) -> CstInputValue {
        let mut handler = Vec::new();
        for (name, value) in &self.handler {
            handler.push(((*name).to_owned(), value.clone()));
        }
        let matcher = self.matcher.map(|matcher| {
            (
                "matcher".to_owned(),
                CstInputValue::String(matcher.to_owned()),
            )
        });
        if layout == Layout::Flat {
            handler.extend(matcher);
            return CstInputValue::Object(handler);
        }
        let mut group = Vec::new();
        group.extend(matcher);
        let handlers = CstInputValue::Array(vec![CstInputValue::Object(handler)]);
        group.push(("hooks".to_owned(), handlers));
        CstInputValue::Object(group)
    }
}

/// Returns the entries by which a harness runs a command.
pub(super) fn entries(harness: Harness, command: &str) -> Vec<Entry> {
    match harness {
        Harness::ClaudeCode => claude_code(command),
        Harness::Codex => codex_entries(command),
        Harness::Cursor => cursor_entries(command),
        Harness::Copilot => copilot_entries(command),
    }
}

fn claude_code(command: &str) -> Vec<Entry> {
    let fields = [
        ("type", text_value("command")),
        ("command", text_value(command)),
        ("timeout", ten_seconds()),
        ("onFailure", text_value("block")),
    ];
    let tools = "Bash|PowerShell|Monitor|Write|Edit|MultiEdit|NotebookEdit|Read|Grep|mcp__.*";
    vec![
        Entry::of("PreToolUse", Some(tools), &fields),
        Entry::of("UserPromptSubmit", None, &fields),
        Entry::of("PostToolUse", Some("*"), &fields),
    ]
}

fn codex_entries(command: &str) -> Vec<Entry> {
    let fields = [
        ("type", text_value("command")),
        ("command", text_value(command)),
        ("timeout", ten_seconds()),
    ];
    let tools = "Bash|apply_patch|mcp__.*";
    vec![
        Entry::of("PreToolUse", Some(tools), &fields),
        Entry::of("UserPromptSubmit", None, &fields),
        Entry::of("PostToolUse", Some(tools), &fields),
    ]
}

fn cursor_entries(command: &str) -> Vec<Entry> {
    let fields = [
        ("command", text_value(command)),
        ("failClosed", CstInputValue::Bool(true)),
        ("timeout", ten_seconds()),
    ];
    let tools = "Write|StrReplace|EditNotebook|ApplyPatch|Edit|MultiEdit|Delete|Task";
    vec![
        Entry::of("beforeShellExecution", None, &fields),
        Entry::of("beforeMCPExecution", None, &fields),
        Entry::of("beforeReadFile", None, &fields),
        Entry::of("beforeSubmitPrompt", None, &fields),
        Entry::of("preToolUse", Some(tools), &fields),
        Entry::of("postToolUse", None, &fields[..1]),
    ]
}

fn copilot_entries(command: &str) -> Vec<Entry> {
    let fields = [
        ("type", text_value("command")),
        ("bash", text_value(command)),
        ("powershell", text_value(command)),
        ("timeoutSec", ten_seconds()),
    ];
    vec![
        Entry::of("preToolUse", None, &fields),
        Entry::of("postToolUse", None, &fields),
        Entry::of("userPromptSubmitted", None, &fields),
    ]
}

fn text_value(text: &str) -> CstInputValue {
    CstInputValue::String(text.into())
}

fn ten_seconds() -> CstInputValue {
    CstInputValue::Number("10".into())
}
