//! Files in which a variable is read in the same way wherever it stands.

use super::Slot;
use super::edits::{Edit, line_start};

/// Plans the edits for a makefile: `$(NAME)`.
pub(crate) fn in_makefile(content: &[u8], slots: &[Slot]) -> Vec<Edit> {
    replaced_keys(content, slots, b"#", "$(", ")")
}

/// Plans the edits for Spring's properties: `${NAME}`.
pub(crate) fn in_properties(content: &[u8], slots: &[Slot]) -> Vec<Edit> {
    replaced_keys(content, slots, b"#!", "${", "}")
}

/// Replaces each key by its variable between `open` and `close`, and in a comment by the name alone.
fn replaced_keys(
    content: &[u8],
    slots: &[Slot],
    comments: &[u8],
    open: &str,
    close: &str,
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for slot in slots {
        let start = line_start(content, slot.span.start);
        let first = content[start..].trim_ascii_start().first();
        let text = match first {
            Some(mark) if comments.contains(mark) => slot.variable.clone(),
            _ => format!("{open}{}{close}", slot.variable),
        };
        edits.push(Edit::replace(slot.span.clone(), text));
    }
    edits
}
