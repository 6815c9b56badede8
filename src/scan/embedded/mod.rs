//! Archives and compressed streams that stand in a text, in base64 or as a list of numbers: recorded
//! responses, releases of Helm, user data of virtual machines, dumps of databases.

mod anchors;

use std::io::{self, Read};
use std::ops::Range;

use super::inner::Opener;
use super::{Name, Outcome};
use crate::detect::{Encoding, Hit, Regions, decode_base64, decode_escapes, decode_numbers};
use crate::unpack::{self, HEAD};

use anchors::{Anchors, IN_NUMBERS, IN_TEXT};

/// The writing of a stream in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dress {
    Base64,
    /// Base64 of base64.
    Twice,
    /// A string of a program, with escapes in place of some bytes.
    Escaped,
    /// Numbers of which the first stands for this byte.
    Numbers(u8),
}

impl Dress {
    fn encoding(self) -> Encoding {
        match self {
            Self::Base64 | Self::Twice => Encoding::Base64,
            Self::Escaped => Encoding::Escaped,
            Self::Numbers(_) => Encoding::Hex,
        }
    }
}

/// A place at which a stream seems to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    at: usize,
    dress: Dress,
}

/// Bytes of the shortest stream.
const LEAST_STREAM: usize = 8;

/// Digits before an anchor would shift it: then it is no start.
fn is_start(bytes: &[u8], start: Start) -> bool {
    let before = &bytes[..start.at];
    let Some(last) = before.last() else {
        return true;
    };
    match start.dress {
        Dress::Base64 | Dress::Twice => {
            !(last.is_ascii_alphanumeric() || matches!(last, b'+' | b'/'))
                || is_escaped_break(before)
        }
        Dress::Escaped => matches!(last, b'"' | b'\'' | b'`' | b' ' | b'\n'),
        Dress::Numbers(_) => !last.is_ascii_hexdigit() || is_escaped_break(before),
    }
}

/// The letter of `\n` or `\r` is no digit.
fn is_escaped_break(before: &[u8]) -> bool {
    before.ends_with(b"\\n") || before.ends_with(b"\\r")
}

/// The places in this part at which an archive or a compressed stream starts, in order; `regions` are
/// those around the part.
pub(super) fn starts(bytes: &[u8], part: &Range<usize>, regions: &Regions) -> Vec<Start> {
    let mut starts = Vec::new();
    for range in &regions.anchored {
        add_starts(bytes, part, range, &IN_TEXT, &mut starts);
    }
    for range in &regions.numbers {
        add_starts(bytes, part, range, &IN_NUMBERS, &mut starts);
    }
    starts.sort_unstable_by_key(|start| start.at);
    starts
}

/// Adds the starts in a range, as far as that is in the part.
fn add_starts(
    bytes: &[u8],
    part: &Range<usize>,
    range: &Range<usize>,
    anchors: &Anchors,
    starts: &mut Vec<Start>,
) {
    let mut from = range.start.max(part.start);
    let end = range.end.min(part.end);
    while let Some((at, anchor)) = anchors.next(bytes, from..end) {
        let start = Start {
            at: at + anchor.lead,
            dress: anchor.dress,
        };
        if is_start(bytes, start) && opens(bytes, start) {
            starts.push(start);
        }
        from = at + 1;
    }
}

/// Tells whether the first bytes behind a start are those of a format.
fn opens(bytes: &[u8], start: Start) -> bool {
    let mut head = Vec::new();
    let mut stream = decoded(bytes, start).map(|(byte, _)| byte);
    while head.len() < HEAD
        && let Some(byte) = stream.next()
    {
        head.push(byte);
    }
    if head.len() < LEAST_STREAM {
        return false;
    }
    if start.dress == Dress::Twice {
        let inner: Vec<u8> = decode_base64(&head, 0).map(|(byte, _)| byte).collect();
        return unpack::format_of(&inner).is_some();
    }
    unpack::format_of(&head).is_some()
}

/// The bytes of the stream that begins here, each with the offset behind what writes it.
fn decoded(bytes: &[u8], start: Start) -> Box<dyn Iterator<Item = (u8, usize)> + '_> {
    match start.dress {
        Dress::Base64 | Dress::Twice => {
            Box::new(decode_base64(bytes, start.at).map(|(byte, place)| (byte, place + 1)))
        }
        Dress::Escaped => Box::new(decode_escapes(bytes, start.at)),
        Dress::Numbers(first) => Box::new(decode_numbers(bytes, start.at, first)),
    }
}

impl Opener<'_> {
    /// The keys in the compressed streams that start at these offsets. Each spans the whole text of
    /// its stream, as far as that is in the part.
    pub(super) fn embedded_hits(
        &self,
        bytes: &[u8],
        part: &Range<usize>,
        starts: &[Start],
        file: &Name<'_>,
        depth: usize,
        outcome: &mut Outcome,
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut from = part.start;
        for start in starts {
            if start.at < from || self.bounds.reached_bound().is_some() {
                continue;
            }
            let mut text = Text {
                decoded: decoded(bytes, *start),
                end: start.at,
            };
            let inside = self.open_embedded(&mut text, file, depth);
            let is_cut = text.end >= bytes.len() && !inside.not_opened.is_empty();
            if is_cut {
                outcome.not_opened.extend(inside.not_opened);
            }
            if let Some(reason) = self.bounds.reached_bound()
                && depth == 0
            {
                self.scanner.keep_not_opened(&file.shown, reason, outcome);
            }
            let span = start.at..text.end.min(part.end).max(start.at + 1);
            for finding in inside.findings {
                hits.push(Hit {
                    kind: finding.kind,
                    shape: finding.shape,
                    ending: finding.ending,
                    encoding: start.dress.encoding(),
                    unit: 1,
                    body_length: 0,
                    span: span.clone(),
                    masked: finding.excerpt.key,
                    fingerprint: finding.fingerprint,
                    issued_before: finding.issued_before,
                });
            }
            outcome.allowed.extend(inside.allowed);
            from = text.end;
        }
        hits
    }
}

/// Puts the keys of embedded streams among those of the text around them, each key once: of a stream
/// that is not compressed, the text itself shows the keys.
pub(super) fn merge(embedded: Vec<Hit>, hits: &mut Vec<Hit>) {
    hits.retain(|hit| !embedded.iter().any(|stream| holds(stream, hit)));
    hits.extend(embedded);
    hits.sort_by_key(|hit| hit.span.start);
}

/// Tells whether a hit is the same key as one in a stream around it.
fn holds(stream: &Hit, hit: &Hit) -> bool {
    stream.fingerprint == hit.fingerprint
        && stream.span.start <= hit.span.start
        && hit.span.end <= stream.span.end
}

/// Decodes a text as a stream.
struct Text<'b> {
    decoded: Box<dyn Iterator<Item = (u8, usize)> + 'b>,
    /// Offset behind the last character that was read.
    end: usize,
}

impl Read for Text<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        for byte in bytes {
            let Some((decoded, end)) = self.decoded.next() else {
                break;
            };
            *byte = decoded;
            self.end = end;
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::anchors::{Alphabet, digit};
    use super::*;

    const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x4c\x4a\x06\0";
    const ZLIB: &[u8] = b"\x78\x9c\x4b\x4c\x4a\x06\0\x02\x4d\x01\x27";

    fn places(text: &str) -> Vec<usize> {
        let part = 0..text.len();
        let regions = Regions::around(text.as_bytes(), &part);
        let starts = starts(text.as_bytes(), &part, &regions);
        starts.iter().map(|start| start.at).collect()
    }

    fn base64(bytes: &[u8]) -> String {
        let digits = 0..bytes.len() * 8 / 6;
        digits
            .map(|number| char::from(digit(bytes, number, Alphabet::Standard)))
            .collect()
    }

    fn listed(bytes: &[u8], each: impl Fn(u8) -> String, between: &str) -> String {
        let all: Vec<String> = bytes.iter().map(|byte| each(*byte)).collect();
        all.join(between)
    }

    #[test]
    fn a_stream_starts_where_no_digit_stands_before_it() {
        let gzip = base64(GZIP);
        let text = format!("a: {gzip}\n\"{gzip}\" x{gzip} \\n{gzip}");
        let last = text.len() - gzip.len();
        assert_eq!(places(&text), [3, 5 + gzip.len(), last]);
        assert_eq!(places("H4sI is a word, eJw too, UEsDB"), [] as [usize; 0]);
    }

    #[test]
    fn a_stream_starts_in_every_dress() {
        for magic in [GZIP, ZLIB] {
            // A list is looked for only where there are many digits.
            let stream = [magic, &[0x55; 60]].concat();
            for text in [
                base64(&stream),
                base64(base64(&stream).as_bytes()),
                listed(&stream, |b| format!("{b:02x}"), ""),
                listed(&stream, |b| format!("{b:02X}"), " "),
                listed(&stream, |b| format!("0x{b:02x}"), ", "),
                listed(&stream, |b| format!("{b}"), ","),
                listed(&stream, |b| format!("{b}"), ", "),
                listed(&stream, |b| format!("\\x{b:02x}"), ""),
            ] {
                let at = if text.starts_with("0x") { 4 } else { 2 };
                let found = places(&format!("('{text}')"));
                assert_eq!(found, [at], "{text}");
            }
        }
        let python = "x = b'x\\x9cKLJ\\x06\\x00\\x02M\\x01\\''";
        assert_eq!(places(python), [6]);
    }
}
