//! Text with every key in it masked.

use std::ops::Range;

use crate::detect::{Detector, Ending, Hit, Shape, looks_random};
use crate::key::SHORTEST_WHOLE_BODY;

/// A shorter run of letters and digits tells nothing of a key.
const LEAST_PIECE: usize = 8;

/// A part of a content with every key in it masked; `hits` are those of the whole content.
#[must_use]
pub fn masked(content: &[u8], range: Range<usize>, hits: &[Hit]) -> Vec<u8> {
    masked_part(content, range, hits, SHORTEST_WHOLE_BODY)
}

/// The text around a hit with every key in it masked. Where the hit may not be all of its key, runs
/// that look random are hidden, too: they may be the rest of it.
#[must_use]
pub fn masked_around(content: &[u8], range: Range<usize>, hits: &[Hit], hit: &Hit) -> Vec<u8> {
    let is_whole = hit.shape == Shape::Whole && hit.ending == Ending::Seen;
    let shortest = if is_whole {
        SHORTEST_WHOLE_BODY
    } else {
        LEAST_PIECE
    };
    masked_part(content, range, hits, shortest)
}

fn masked_part(content: &[u8], range: Range<usize>, hits: &[Hit], shortest: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(range.len());
    let mut at = range.start;
    let first = hits.partition_point(|hit| hit.span.end <= range.start);
    for hit in hits[first..]
        .iter()
        .take_while(|hit| hit.span.start < range.end)
    {
        push_without_keys(&mut text, &content[at..hit.span.start.max(at)], shortest);
        text.extend_from_slice(hit.masked.as_str().as_bytes());
        at = hit.span.end.clamp(at, range.end);
    }
    push_without_keys(&mut text, &content[at..range.end], shortest);
    text
}

/// Copies text and replaces every alphanumeric run as long as a key body with `…`, in case it is a
/// key that the detector missed, and every random one of `shortest` characters. Object ids and
/// checksums stay: no key consists of hexadecimal digits only.
fn push_without_keys(text: &mut Vec<u8>, part: &[u8], shortest: usize) {
    for run in part.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let is_hexadecimal = run.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let is_long = run.len() >= SHORTEST_WHOLE_BODY && run[0].is_ascii_alphanumeric();
        let is_piece = run.len() >= shortest && looks_random(run);
        if (is_long || is_piece) && !is_hexadecimal {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_key_that_is_cut_is_hidden() {
        let (start, rest) = ("mAyZoPvkF69ztcRobyt4K6R", "DTZVnoMpFyEUw6W7jxMK65PM");
        let text = format!("const personalApiKey = phx_{start} {rest};");
        let hits = Detector::new().scan(text.as_bytes());
        assert_eq!(hits.len(), 1, "{hits:?}");
        let before = masked_around(text.as_bytes(), 0..hits[0].span.start, &hits, &hits[0]);
        assert_eq!(before, b"const personalApiKey = ");
        let after = masked_around(
            text.as_bytes(),
            hits[0].span.end..text.len(),
            &hits,
            &hits[0],
        );
        assert_eq!(String::from_utf8_lossy(&after), " \u{2026};");
    }
}
