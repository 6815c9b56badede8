//! The rest of a key that was not found whole: text near it that looks random.

use std::ops::Range;

use super::Cover;
use crate::detect::{Encoding, Ending, Hit, Shape, may_be_piece};

/// A shorter run of letters and digits tells nothing of a key.
const LEAST_PIECE: usize = 8;

/// The rest of a key ends no further behind its start.
const REACH: usize = 160;

/// Tells whether a hit may be less than its key.
pub(crate) fn is_part(hit: &Hit) -> bool {
    hit.shape == Shape::Cut || hit.ending == Ending::Guessed
}

/// The pieces behind a hit, on its line, or on the next if the hit ends its line.
#[must_use]
pub fn pieces_behind(bytes: &[u8], hit: &Hit) -> Vec<Cover> {
    let is_text = matches!(
        hit.encoding,
        Encoding::Plain | Encoding::Escaped | Encoding::Split
    );
    if !is_part(hit) || !is_text || hit.unit > 1 {
        return Vec::new();
    }
    let near = &bytes[hit.span.end..bytes.len().min(hit.span.end + REACH)];
    let blanks = near.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let line_end = near[blanks..].iter().position(|b| *b == b'\n');
    let end = hit.span.end + line_end.map_or(near.len(), |length| blanks + length);
    let mut covers = Vec::new();
    for span in runs(bytes, hit.span.end..end) {
        if is_piece(&bytes[span.clone()]) {
            covers.push(Cover {
                span,
                text: "\u{2026}".into(),
            });
        }
    }
    covers
}

/// Tells whether a run of letters and digits may be a piece of a key.
pub(crate) fn is_piece(run: &[u8]) -> bool {
    run.len() >= LEAST_PIECE && may_be_piece(run)
}

/// The runs of letters and digits that begin in a part. The last may end behind it.
fn runs(bytes: &[u8], part: Range<usize>) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let run = bytes[at..].iter().take(REACH);
        let length = run.take_while(|b| b.is_ascii_alphanumeric()).count();
        if length > 0 {
            runs.push(at..at + length);
        }
        at += length.max(1);
    }
    runs
}
