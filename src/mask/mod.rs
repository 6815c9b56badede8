//! Text with every key in it masked.

mod bodies;
pub mod rests;

use std::ops::Range;

use crate::detect::{Detector, Hit, Regions};
use crate::key::SHORTEST_WHOLE_BODY;
pub(crate) use bodies::Bodies;

/// A part of a text that is hidden, and the text in its place.
#[derive(Debug)]
pub struct Cover {
    /// Its place.
    pub span: Range<usize>,
    /// The text that is shown.
    pub text: Vec<u8>,
}

/// Keys so near to a text may have parts in it.
const NEARBY: usize = 512;

/// A part of a content with every key in it masked; `hits` are those of the whole content. Bodies of
/// these keys that stand there without prefix are hidden, too. Where a key nearby may be less than the
/// whole, so are runs that look random: they may be the rest of it.
#[must_use]
pub fn masked(content: &[u8], range: Range<usize>, hits: &[Hit]) -> Vec<u8> {
    let mut bodies = Bodies::default();
    let mut pieces = Pieces::Shown;
    let mut covers = Vec::new();
    let first = hits.partition_point(|hit| hit.span.end + NEARBY <= range.start);
    for hit in &hits[first..] {
        if hit.span.start >= range.end + NEARBY {
            break;
        }
        bodies.add(hit);
        if rests::is_part(hit) {
            pieces = Pieces::Hidden;
        }
        if hit.span.end > range.start && hit.span.start < range.end {
            covers.push(Cover {
                span: hit.span.clone(),
                text: hit.masked.as_str().into(),
            });
        }
    }
    let regions = Regions::around(content, &range);
    covers.extend(bodies.find(content, &range, &regions));
    covers.sort_by_key(|cover| cover.span.start);
    let mut text = Vec::with_capacity(range.len());
    let mut at = range.start;
    for cover in covers {
        if cover.span.end <= at {
            continue;
        }
        push_without_keys(&mut text, &content[at..cover.span.start.max(at)], pieces);
        text.extend(cover.text);
        at = cover.span.end.clamp(at, range.end);
    }
    push_without_keys(&mut text, &content[at..range.end], pieces);
    text
}

/// The treatment of runs that may be pieces of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pieces {
    Shown,
    Hidden,
}

/// Copies text and replaces every alphanumeric run as long as a key body with `…`, in case it is a
/// key that the detector missed, and pieces if these are hidden. Object ids and checksums stay: no key
/// consists of hexadecimal digits only.
fn push_without_keys(text: &mut Vec<u8>, part: &[u8], pieces: Pieces) {
    for run in part.chunk_by(|a, b| a.is_ascii_alphanumeric() == b.is_ascii_alphanumeric()) {
        let is_hexadecimal = run.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let is_long = run.len() >= SHORTEST_WHOLE_BODY && run[0].is_ascii_alphanumeric();
        let is_piece = pieces == Pieces::Hidden && rests::is_piece(run);
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
        let before = masked(text.as_bytes(), 0..hits[0].span.start, &hits);
        assert_eq!(before, b"const personalApiKey = ");
        let after = masked(text.as_bytes(), hits[0].span.end..text.len(), &hits);
        assert_eq!(String::from_utf8_lossy(&after), " \u{2026};");
    }

    #[test]
    fn a_body_without_its_prefix_is_hidden() {
        let body = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";
        let text = format!("a = 'phx_{body}'; b = 'x_{body}_y'");
        let hits = Detector::new().scan(text.as_bytes());
        let shown = masked(text.as_bytes(), 0..text.len(), &hits);
        assert_eq!(
            String::from_utf8_lossy(&shown),
            "a = 'phx_\u{2026}65PM'; b = 'x_\u{2026}65PM_y'"
        );
    }
}
