//! Copies a stream with every key in it masked, and changes nothing else.

use std::io::{Read, Write};
use std::ops::Range;

use anyhow::{Result, anyhow};

use crate::detect::{Detector, Encoding, Hit, REACH, Regions, Shape, masked_base64};
use crate::failure::{failed, hint};
use crate::mask::{Bodies, Cover, rests};
use crate::scan::window::{Part, Window};

/// Bytes of the stream that are held at once.
const ROOM: usize = 1 << 20;
/// Longest line if own patterns are looked for: a match may be as long as its line.
const LONGEST_LINE: usize = 64 << 20;

/// Copies the input to the output, part by part as it comes in, and returns the number of keys that it
/// masked: whole and cut ones, and if `strict` placeholders, too. Bytes that are not decided yet are
/// not written. The project's own patterns are looked for within each line.
///
/// A body that stands without its prefix behind its key, or shortly before it, is masked as well, and
/// what may be the rest of a key that is cut or touched is replaced by `…`.
///
/// # Errors
/// The input cannot be read, or the output cannot be written: nothing more was written then.
pub fn copy(
    mut input: impl Read,
    mut output: impl Write,
    detector: &Detector,
    strict: bool,
) -> Result<usize> {
    let unread = |e| failed("standard input cannot be read to its end", hint::STREAM, e);
    let unwritten = |e| failed("the redacted text cannot be written", hint::STDOUT, e);
    let has_patterns = detector.has_patterns();
    let catalogue = Detector::new();
    let mut window = Window::new(if has_patterns {
        LONGEST_LINE + 2 * REACH
    } else {
        ROOM
    });
    let mut bodies = Bodies::default();
    let mut count = 0;
    // So many bytes behind the last part belong to a key that started in it.
    let mut masked_ahead = 0;
    while window.read(&mut input).map_err(unread)? {
        let mut part = if has_patterns {
            let range = window.settle_lines().ok_or_else(too_long)?;
            lines_with_hits(window.bytes(), range, detector, &catalogue)
        } else {
            window.settle_with_overlaps(detector)
        };
        let bytes = window.bytes();
        let mut at = part.range.start + masked_ahead;
        part.hits
            .retain(|hit| strict || hit.shape != Shape::Placeholder);
        let mut text = Vec::new();
        for hidden in hidden_parts(bytes, &part, &mut bodies) {
            if hidden.span.end <= at {
                continue;
            }
            match bytes.get(at..hidden.span.start) {
                Some(between) => {
                    text.extend(between);
                    text.extend(hidden.text);
                }
                None => text.extend(hidden.short_text),
            }
            at = hidden.span.end;
            count += usize::from(hidden.is_key);
        }
        let rest = bytes.get(at..part.range.end).unwrap_or_default();
        let written = output
            .write_all(&text)
            .and_then(|()| output.write_all(rest));
        written.and_then(|()| output.flush()).map_err(unwritten)?;
        masked_ahead = at.saturating_sub(part.range.end);
    }
    Ok(count)
}

/// Finds the keys of the catalogue anywhere in a part, and matches of patterns within each line of it:
/// so it does not matter in which portions the lines came in.
fn lines_with_hits(
    bytes: &[u8],
    range: Range<usize>,
    detector: &Detector,
    catalogue: &Detector,
) -> Part {
    let regions = Regions::around(bytes, &range);
    let mut hits = catalogue.overlapping(bytes, range.clone(), &regions);
    let mut start = range.start;
    for line in bytes[range.clone()].split_inclusive(|byte| *byte == b'\n') {
        let whole = 0..line.len();
        let regions = Regions::around(line, &whole);
        for mut hit in detector.overlapping(line, whole, &regions) {
            hit.span = hit.span.start + start..hit.span.end + start;
            hits.push(hit);
        }
        start += line.len();
    }
    hits.sort_by_key(|hit| hit.span.start);
    Part {
        range,
        hits,
        regions,
    }
}

/// Nothing of such a line was written: a pattern may match in any part of it.
fn too_long() -> anyhow::Error {
    let why = anyhow!("[[keys]] are looked for, and a match may be as long as its line");
    let what = format!("a line is longer than {} MiB", LONGEST_LINE >> 20);
    failed(what, hint::STREAM, why)
}

/// A part of the stream that is not shown.
struct Hidden {
    span: Range<usize>,
    /// The text in its place.
    text: Vec<u8>,
    /// The same if it begins in another hidden part.
    short_text: Vec<u8>,
    is_key: bool,
}

/// Everything in a part that is hidden, in order: the keys, the pieces that may be the rest of one, and
/// the bodies of known keys. Of those that begin together the key is the first.
fn hidden_parts(bytes: &[u8], part: &Part, bodies: &mut Bodies) -> Vec<Hidden> {
    let mut all = Vec::new();
    let mut pieces = Vec::new();
    for hit in &part.hits {
        bodies.add(hit);
        pieces.extend(rests::pieces_behind(bytes, hit));
        all.push(Hidden {
            span: hit.span.clone(),
            text: masked(bytes, hit),
            short_text: hit.masked.as_str().into(),
            is_key: true,
        });
    }
    for cover in bodies.find(bytes, &part.range, &part.regions) {
        all.push(hidden(cover, true));
    }
    for cover in pieces {
        all.push(hidden(cover, false));
    }
    all.sort_by_key(|hidden| hidden.span.start);
    all
}

fn hidden(cover: Cover, is_key: bool) -> Hidden {
    Hidden {
        span: cover.span,
        short_text: cover.text.clone(),
        text: cover.text,
        is_key,
    }
}

/// The text that takes the place of a key: its masked form, written as the text around it is.
fn masked(bytes: &[u8], hit: &Hit) -> Vec<u8> {
    let masked = hit.masked.as_str();
    if hit.unit > 1 {
        return in_wide_characters(&masked.replace('…', "..."), hit.unit);
    }
    let in_base64 = match hit.encoding {
        Encoding::Base64 => masked_base64(bytes, hit),
        _ => None,
    };
    in_base64.unwrap_or_else(|| masked.into())
}

/// ASCII, which is the same in both byte orders between its first and its last byte.
fn in_wide_characters(text: &str, unit: usize) -> Vec<u8> {
    let mut wide = Vec::with_capacity(text.len() * unit);
    for byte in text.bytes() {
        wide.push(byte);
        wide.resize(wide.len() + unit - 1, 0);
    }
    wide.truncate(text.len() * unit - (unit - 1));
    wide
}
