//! Text with every key in it masked.

use std::ops::Range;

use crate::detect::{Detector, Hit};
use crate::key::SHORTEST_WHOLE_BODY;

/// A part of a content with every key in it masked; `hits` are those of the whole content.
#[must_use]
pub fn masked(content: &[u8], range: Range<usize>, hits: &[Hit]) -> Vec<u8> {
    let mut text = Vec::with_capacity(range.len());
    let mut at = range.start;
    let first = hits.partition_point(|hit| hit.span.end <= range.start);
    for hit in hits[first..]
        .iter()
        .take_while(|hit| hit.span.start < range.end)
    {
        push_without_keys(&mut text, &content[at..hit.span.start.max(at)]);
        text.extend_from_slice(hit.masked.as_str().as_bytes());
        at = hit.span.end.clamp(at, range.end);
    }
    push_without_keys(&mut text, &content[at..range.end]);
    text
}

/// Copies text and replaces every alphanumeric run as long as a key body with `…`, in case it is a
/// key that the detector missed. Object ids and checksums stay: no key consists of hexadecimal
/// digits only.
fn push_without_keys(text: &mut Vec<u8>, part: &[u8]) {
    for run in part.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let is_hexadecimal = run.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if run.len() >= SHORTEST_WHOLE_BODY && run[0].is_ascii_alphanumeric() && !is_hexadecimal {
            text.extend_from_slice("…".as_bytes());
        } else {
            text.extend_from_slice(run);
        }
    }
}

/// Masks every key in a message, which may quote the user or a file.
#[must_use]
pub fn masked_message(message: &str) -> String {
    let hits = Detector::new().scan(message.as_bytes());
    let text = masked(message.as_bytes(), 0..message.len(), &hits);
    String::from_utf8_lossy(&text).into_owned()
}
