//! Finds the action of a tool from the shape of its input, not from its name: harnesses
//! name the same tools differently, and MCP's servers bring their own.

use std::path::Path;

use serde_json::{Map, Value};

use super::patch::{patch_text, patched_files};

/// A file that a tool is about to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Its name; `None` if the input does not tell.
    pub(super) file: Option<String>,
    /// The text that is added.
    pub(super) added: String,
    /// The text that is taken out.
    pub(super) removed: String,
    /// The file that it is moved from.
    pub(super) moved_from: Option<String>,
    /// The file is deleted.
    pub(super) is_deleted: bool,
    /// The file holds nothing else afterwards.
    pub(super) is_whole: bool,
}

/// The action of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Run these command lines.
    Commands(Vec<String>),
    /// Write these files of this machine.
    Write(Vec<Written>),
    /// Read these files.
    Read(Vec<String>),
}

const COMMAND_FIELDS: [&str; 6] = [
    "command",
    "cmd",
    "script",
    "chars",
    "commands",
    "commandLine",
];
const ADDED_FIELDS: [&str; 17] = [
    "content",
    "contents",
    "file_text",
    "fileText",
    "new_string",
    "newString",
    "new_str",
    "newStr",
    "new_source",
    "newText",
    "new_text",
    "insert_text",
    "text",
    "code_edit",
    "codeEdit",
    "patch",
    "diff",
];
const REMOVED_FIELDS: [&str; 8] = [
    "old_string",
    "oldString",
    "old_str",
    "oldStr",
    "oldText",
    "old_text",
    "old_source",
    "instructions",
];

/// Tells whether a field's value names files.
fn is_path_field(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("path")
        || name.contains("file")
        || matches!(
            name.as_str(),
            "uri" | "url" | "source" | "src" | "notebook" | "resource"
        )
}

/// Returns the action of a tool with this input.
pub(super) fn act_of(tool: &str, input: &Value, is_mcp: bool) -> Act {
    let name = tool.to_ascii_lowercase();
    if let Some(patch) = patch_text(&name, input) {
        return Act::Write(patched_files(patch));
    }
    let commands = command_lines(input);
    if !commands.is_empty() {
        return Act::Commands(commands);
    }
    if name.contains("delete") || name.contains("remove") {
        return Act::Write(deleted_files(input));
    }
    let reads = name.contains("read") || name == "view";
    let writes = adds_text(input);
    // The writes of a server of MCP may leave this machine.
    if writes && !reads && !is_mcp && has_path(input) {
        return Act::Write(written_files(&name, input));
    }
    if writes && !reads || lists_names(&name) {
        return Act::Read(Vec::new());
    }
    Act::Read(read_files(&name, input))
}

/// Tells whether an input has a field for text that is written.
fn adds_text(input: &Value) -> bool {
    let mut names = ADDED_FIELDS
        .iter()
        .chain(&["edits", "old_string", "old_str"]);
    names.any(|name| input.get(name).is_some())
}

/// Tells whether an input names a file.
fn has_path(input: &Value) -> bool {
    let mut names = input.as_object().into_iter().flat_map(Map::keys);
    names.any(|name| is_path_field(name))
}

/// Tells whether a tool shows names and no content.
fn lists_names(tool: &str) -> bool {
    const TOOLS: [&str; 6] = ["glob", "list", "ls", "todo", "exists", "stat"];
    TOOLS.contains(&tool) || tool.contains("list_") || tool.contains("todo")
}

fn deleted_files(input: &Value) -> Vec<Written> {
    let mut files = Vec::new();
    collect_paths(input, &mut files);
    let mut deleted = Vec::new();
    for file in files {
        deleted.push(Written {
            file: Some(file),
            is_deleted: true,
            ..Written::default()
        });
    }
    deleted
}

/// Returns the files whose content a tool shows.
fn read_files(tool: &str, input: &Value) -> Vec<String> {
    let mut files = Vec::new();
    collect_paths(input, &mut files);
    if tool != "grep" && tool != "search" {
        return files;
    }
    if let Some("files_with_matches" | "count") = text_field(input, "output_mode") {
        return Vec::new();
    }
    files.extend(text_field(input, "glob").map(str::to_owned));
    files
}

pub(super) fn text_field<'v>(input: &'v Value, name: &str) -> Option<&'v str> {
    input.get(name).and_then(Value::as_str)
}

/// Command lines: a text, a list of texts, or a list of words.
fn command_lines(input: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for name in COMMAND_FIELDS {
        match input.get(name) {
            Some(Value::String(text)) => lines.push(text.clone()),
            Some(Value::Array(words)) => {
                let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                let quoted: Vec<String> = words.iter().map(|word| quoted_word(word)).collect();
                lines.push(quoted.join(" "));
                if name == "commands" {
                    lines.extend(words.into_iter().map(str::to_owned));
                }
            }
            _ => {}
        }
    }
    if let (false, Some(Value::Array(words))) = (lines.is_empty(), input.get("args")) {
        let words: Vec<String> = words
            .iter()
            .filter_map(Value::as_str)
            .map(quoted_word)
            .collect();
        let first = lines[0].clone();
        lines.push(format!("{first} {}", words.join(" ")));
    }
    lines
}

fn quoted_word(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn collect_paths(input: &Value, files: &mut Vec<String>) {
    let Some(fields) = input.as_object() else {
        return;
    };
    for (name, value) in fields {
        match value {
            Value::String(text) if is_path_field(name) => files.push(text.clone()),
            Value::Array(values) => {
                for value in values {
                    match value {
                        Value::String(text) if is_path_field(name) => files.push(text.clone()),
                        inner => collect_paths(inner, files),
                    }
                }
            }
            Value::Object(_) => collect_paths(value, files),
            _ => {}
        }
    }
}

fn written_files(tool: &str, input: &Value) -> Vec<Written> {
    let mut names = Vec::new();
    if let Some(fields) = input.as_object() {
        for (name, value) in fields {
            if let (true, Some(text)) = (is_path_field(name), value.as_str()) {
                names.push(text.to_owned());
            }
        }
    }
    let mut added = Vec::new();
    let mut removed = Vec::new();
    collect_texts(input, &mut added, &mut removed);
    let is_whole = !tool.contains("edit")
        && !tool.contains("replace")
        && !tool.contains("insert")
        && input.get("edits").is_none()
        && removed.is_empty();
    let added = added.join("\n");
    let removed = removed.join("\n");
    let mut written = Vec::new();
    for name in names {
        written.push(Written {
            file: Some(name),
            added: added.clone(),
            removed: removed.clone(),
            is_whole,
            ..Written::default()
        });
    }
    written
}

/// Collects every text that is no path. A text counts as added unless its field says that it is
/// removed.
fn collect_texts(input: &Value, added: &mut Vec<String>, removed: &mut Vec<String>) {
    match input {
        Value::Object(fields) => {
            for (name, value) in fields {
                if is_path_field(name)
                    && value.is_string()
                    && name != "file_text"
                    && name != "fileText"
                {
                    continue;
                }
                if REMOVED_FIELDS.contains(&name.as_str()) {
                    collect_texts(value, removed, &mut Vec::new());
                } else {
                    collect_texts(value, added, removed);
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                collect_texts(value, added, removed);
            }
        }
        Value::String(text) => added.push(text.clone()),
        _ => {}
    }
}

/// Returns every text in a value, names of fields among them.
pub(super) fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(values) => {
            for value in values {
                texts(value, found);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                found.push(name);
                texts(value, found);
            }
        }
        _ => {}
    }
}

/// Tells whether a command goes to PowerShell.
pub(super) fn is_powershell(tool: &str) -> bool {
    let name = tool.to_ascii_lowercase();
    name.contains("powershell") || name.contains("pwsh")
}

/// Tells whether a path ends in the configuration of phguard.
pub(super) fn is_configuration(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name == crate::config::FILE_NAME)
}
