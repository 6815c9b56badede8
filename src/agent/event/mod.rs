//! Reads the event that a harness sends to its hook.

mod moment;
mod surrogates;

use std::path::PathBuf;

use serde_json::{Map, Value};

pub use moment::Moment;
use moment::moment_of;
use surrogates::without_lone_surrogates;

/// A coding agent's harness, by the name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harness {
    /// Anthropic's Claude Code.
    ClaudeCode,
    /// OpenAI's Codex.
    Codex,
    /// Cursor, editor and command line.
    Cursor,
    /// GitHub Copilot, command line and cloud agent.
    Copilot,
}

impl Harness {
    /// The harnesses by their names.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("claude-code", Self::ClaudeCode),
        ("codex", Self::Codex),
        ("cursor", Self::Cursor),
        ("copilot", Self::Copilot),
    ];

    /// The harness of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(known, _)| *known == name)?;
        Some(known.1)
    }

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Codex => "codex",
            Self::Cursor => "cursor",
            Self::Copilot => "copilot",
        }
    }
}

/// The form in which an answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Claude Code's own.
    ClaudeCode,
    /// Copilot runs Claude Code's settings.
    CopilotByClaudeCode,
    /// Cursor runs Claude Code's settings.
    CursorByClaudeCode,
    /// Codex's own.
    Codex,
    /// Cursor's own.
    Cursor,
    /// Copilot's own.
    Copilot,
}

/// An event, in one form for all harnesses.
#[derive(Debug)]
pub struct Event {
    /// When it is.
    pub moment: Moment,
    /// The form of the answer.
    pub form: Form,
    /// The directories that relative paths may start from, best first.
    pub directories: Vec<PathBuf>,
    /// The tool's name as it is written.
    pub tool: String,
    /// The prompt with its attachments, or the tool's input.
    pub input: Value,
    /// The tool's result.
    pub output: Value,
}

impl Event {
    /// Describes an event of which only the sender is known.
    #[must_use]
    pub fn unknown(harness: Harness) -> Self {
        Self {
            moment: Moment::Unknown,
            form: match harness {
                Harness::ClaudeCode => Form::ClaudeCode,
                Harness::Codex => Form::Codex,
                Harness::Cursor => Form::Cursor,
                Harness::Copilot => Form::Copilot,
            },
            directories: Vec::new(),
            tool: String::new(),
            input: Value::Null,
            output: Value::Null,
        }
    }

    /// Tells whether one of MCP's servers runs the tool.
    #[must_use]
    pub fn is_mcp(&self) -> bool {
        let tool = self.tool.to_ascii_lowercase();
        tool.starts_with("mcp")
    }
}

/// Reads an event.
///
/// # Errors
/// It is no JSON object, or a field of its kind of event is missing.
pub fn read(harness: Harness, bytes: &[u8]) -> Result<Event, &'static str> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let parsed = serde_json::from_slice(bytes)
        .or_else(|_| serde_json::from_slice(&without_lone_surrogates(bytes)));
    let Ok(Value::Object(fields)) = parsed else {
        return Err("the event is no JSON object");
    };
    let mut event = Event::unknown(harness);
    event.form = answer_form(harness, &fields);
    event.moment = moment_of(harness, &fields)?;
    event.directories = start_directories(&fields);
    match event.moment {
        Moment::Prompt => read_prompt(&mut event, &fields)?,
        Moment::BeforeTool => read_tool(&mut event, &fields)?,
        Moment::AfterTool => {
            event.output = tool_output(&fields).ok_or("the event has no result of the tool")?;
            // The result counts, whatever the rest of the event looks like.
            if read_tool(&mut event, &fields).is_err() {
                event.input = Value::Null;
            }
        }
        Moment::Other | Moment::Unknown => {}
    }
    Ok(event)
}

fn answer_form(harness: Harness, fields: &Map<String, Value>) -> Form {
    match harness {
        Harness::Codex => Form::Codex,
        Harness::Cursor => Form::Cursor,
        Harness::Copilot => Form::Copilot,
        Harness::ClaudeCode if fields.contains_key("cursor_version") => Form::CursorByClaudeCode,
        Harness::ClaudeCode
            if fields.contains_key("timestamp")
                || fields.contains_key("sessionId")
                || fields.contains_key("toolName") =>
        {
            Form::CopilotByClaudeCode
        }
        Harness::ClaudeCode => Form::ClaudeCode,
    }
}

fn start_directories(fields: &Map<String, Value>) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let input = fields.get("tool_input").and_then(Value::as_object);
    let own = input.and_then(|input| input.get("workdir").or_else(|| input.get("cwd")));
    let roots = fields.get("workspace_roots").and_then(Value::as_array);
    let named = [own, fields.get("cwd")].into_iter().flatten();
    for place in named.chain(roots.into_iter().flatten()) {
        if let Some(place) = place.as_str()
            && !place.is_empty()
        {
            found.push(place.into());
        }
    }
    found.extend(std::env::current_dir());
    // A relative directory starts from those behind it.
    for number in (0..found.len()).rev() {
        if let Some(base) = found.get(number + 1).cloned()
            && found[number].is_relative()
        {
            found[number] = base.join(&found[number]);
        }
    }
    found.dedup();
    found
}

fn read_prompt(event: &mut Event, fields: &Map<String, Value>) -> Result<(), &'static str> {
    if !fields.contains_key("prompt") {
        return Err("the event has no prompt");
    }
    let mut input = Map::new();
    for name in ["prompt", "attachments"] {
        if let Some(value) = fields.get(name) {
            input.insert(name.to_owned(), value.clone());
        }
    }
    event.input = Value::Object(input);
    Ok(())
}

fn read_tool(event: &mut Event, fields: &Map<String, Value>) -> Result<(), &'static str> {
    let tool = fields.get("tool_name").or_else(|| fields.get("toolName"));
    let input = ["tool_input", "toolArgs", "toolInput", "tool_args"]
        .iter()
        .find_map(|name| fields.get(*name));
    match (tool, input) {
        (Some(Value::String(tool)), Some(input)) => {
            event.tool.clone_from(tool);
            event.input = parsed_input(input);
            Ok(())
        }
        // A tool without input has nothing to bring in.
        (Some(Value::String(tool)), None) => {
            event.tool.clone_from(tool);
            Ok(())
        }
        (Some(_), _) => Err("the tool's name is no text"),
        // Cursor's own events carry their fields beside the event's name.
        (None, None) if fields.contains_key("command") => {
            event.tool = "Shell".into();
            event.input = Value::Object(fields.clone());
            Ok(())
        }
        (None, None) if fields.contains_key("file_path") => {
            event.tool = "Read".into();
            event.input = Value::Object(fields.clone());
            Ok(())
        }
        _ => Err("the event names no tool"),
    }
}

/// Copilot and Cursor write objects as JSON in a text.
fn parsed_input(input: &Value) -> Value {
    if let Value::String(text) = input
        && let Ok(value @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(text)
    {
        return value;
    }
    input.clone()
}

fn tool_output(fields: &Map<String, Value>) -> Option<Value> {
    let names = [
        "tool_response",
        "toolResult",
        "tool_result",
        "tool_output",
        "output",
        "result_json",
        "error",
    ];
    names.iter().find_map(|name| fields.get(*name)).cloned()
}
