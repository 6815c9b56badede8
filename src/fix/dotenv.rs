//! Files of variables: `.env` itself stays on the disk and leaves the index; an example keeps its
//! names and loses its values.

use super::edits::{Edit, line_end, line_start};
use super::names::Names;
use super::{Family, Slot};

/// Endings of files that only show which variables there are.
const SAMPLES: [&[u8]; 6] = [
    b".example",
    b".sample",
    b".template",
    b".dist",
    b".defaults",
    b".tpl",
];

/// The family of a file by its name in lower case.
pub(crate) fn family(name: &[u8]) -> Option<Family> {
    let stem = SAMPLES.iter().find_map(|ending| name.strip_suffix(*ending));
    let stem_or_name = stem.unwrap_or(name);
    let is_dotenv = matches!(stem_or_name, b".env" | b".envrc")
        || stem_or_name.starts_with(b".env.")
        || stem_or_name.ends_with(b".env");
    match (is_dotenv, stem) {
        (false, _) => None,
        (true, Some(_)) => Some(Family::DotenvSample),
        (true, None) => Some(Family::Dotenv),
    }
}

/// Plans the edits that leave the names in an example and move the values to `.env`.
pub(crate) fn without_values(content: &[u8], slots: &[Slot], names: &mut Names) -> Vec<Edit> {
    let mut edits = Vec::new();
    for slot in slots {
        let start = line_start(content, slot.span.start);
        let end = line_end(content, slot.span.end);
        let before = &content[start..slot.span.start];
        let after = &content[slot.span.end..end];
        let wanted = own_name(before, after).unwrap_or_else(|| slot.variable.clone());
        names.name_for_key(&content[slot.span.clone()], &wanted);
        edits.push(Edit::replace(slot.span.clone(), ""));
    }
    edits
}

/// The name in `NAME=key`, with or without quotes.
fn own_name(before: &[u8], after: &[u8]) -> Option<String> {
    let before = before.trim_ascii();
    let before = before.strip_prefix(b"export ").unwrap_or(before);
    let before = before
        .strip_suffix(b"\"")
        .or(before.strip_suffix(b"'"))
        .unwrap_or(before);
    let name = std::str::from_utf8(before.strip_suffix(b"=")?).ok()?.trim();
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let ends = after
        .first()
        .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''));
    (is_name && ends).then(|| name.to_owned())
}
