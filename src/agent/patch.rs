//! Patches that a tool applies: the files that they write.

use serde_json::Value;

use super::tool::{Written, text_field};

/// Returns the patch that a tool is given.
pub(super) fn patch_text<'v>(tool: &str, input: &'v Value) -> Option<&'v str> {
    let names = ["command", "patch", "input", "patchText", "diff"];
    let text = match input {
        Value::String(text) => Some(text.as_str()),
        input => names.iter().find_map(|name| text_field(input, name)),
    };
    text.filter(|text| {
        text.trim_start().starts_with("*** Begin Patch")
            || tool.contains("apply_patch")
            || tool == "applypatch"
    })
}

/// Reads the patch of `apply_patch`, and one that git writes. Lines in front of the first file
/// count for a file without a name.
pub(super) fn patched_files(patch: &str) -> Vec<Written> {
    let mut files = vec![Written::default()];
    for line in patch.lines() {
        let named = [
            "*** Add File: ",
            "*** Update File: ",
            "*** Delete File: ",
            "+++ b/",
            "+++ ",
        ]
        .iter()
        .find_map(|mark| line.strip_prefix(mark).map(|name| (*mark, name.trim())));
        if let Some((mark, name)) = named {
            files.push(Written {
                file: Some(name.to_owned()),
                is_deleted: mark == "*** Delete File: ",
                is_whole: mark == "*** Add File: ",
                ..Written::default()
            });
            continue;
        }
        let Some(file) = files.last_mut() else {
            continue;
        };
        if let Some(target) = line.strip_prefix("*** Move to: ") {
            file.moved_from = file.file.replace(target.trim().to_owned());
        } else if let Some(removed) = line.strip_prefix('-') {
            file.removed.push_str(removed);
            file.removed.push('\n');
        } else if let Some(added) = line.strip_prefix('+') {
            file.added.push_str(added);
            file.added.push('\n');
        } else if file.file.is_none() {
            file.added.push_str(line);
            file.added.push('\n');
        }
    }
    files
}
