//! Compressed streams that stand in a text as base64: recorded responses, releases of Helm,
//! user data of virtual machines.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memmem;

use super::inner::Opener;
use super::{Name, Outcome};
use crate::detect::{Encoding, Hit, decode_base64};

/// The base64 of the first bytes of gzip, of zip and of xz, and of the base64 of gzip.
const ANCHORS: [&[u8]; 4] = [b"H4sI", b"UEsDB", b"/Td6WFoA", b"SDRzS"];

/// Digits before an anchor would shift it: then it is no start.
fn is_start(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    !before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
        || is_escaped_break(&bytes[..at])
}

/// The letter of `\n` or `\r` is no digit.
fn is_escaped_break(before: &[u8]) -> bool {
    before.ends_with(b"\\n") || before.ends_with(b"\\r")
}

/// Offsets in this part at which a compressed stream seems to start, in order.
pub(super) fn starts(bytes: &[u8], part: &Range<usize>) -> Vec<usize> {
    let mut starts = Vec::new();
    for anchor in ANCHORS {
        let end = bytes.len().min(part.end + anchor.len() - 1);
        for offset in memmem::find_iter(&bytes[part.start..end], anchor) {
            if is_start(bytes, part.start + offset) {
                starts.push(part.start + offset);
            }
        }
    }
    starts.sort_unstable();
    starts
}

impl Opener<'_> {
    /// The keys in the compressed streams that start at these offsets. Each spans the whole text of
    /// its stream, as far as that is in the part.
    pub(super) fn embedded_hits(
        &self,
        bytes: &[u8],
        part: &Range<usize>,
        starts: &[usize],
        file: &Name<'_>,
        depth: usize,
        outcome: &mut Outcome,
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut from = part.start;
        for start in starts {
            if *start < from || self.bounds.reached().is_some() {
                continue;
            }
            let mut text = Base64 {
                decoded: decode_base64(bytes, *start),
                end: *start,
            };
            let inside = self.open_embedded(&mut text, file, depth);
            let is_cut = text.end >= bytes.len() && !inside.not_opened.is_empty();
            if is_cut {
                outcome.not_opened.extend(inside.not_opened);
            }
            if let Some(reason) = self.bounds.reached()
                && depth == 0
            {
                self.scanner.keep_not_opened(&file.shown, reason, outcome);
            }
            let span = *start..text.end.min(part.end).max(start + 1);
            for finding in inside.findings {
                hits.push(Hit {
                    kind: finding.kind,
                    shape: finding.shape,
                    ending: finding.ending,
                    encoding: Encoding::Base64,
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

/// Decodes a base64 text as a stream.
struct Base64<I> {
    decoded: I,
    /// Offset behind the last digit that was read.
    end: usize,
}

impl<I: Iterator<Item = (u8, usize)>> Read for Base64<I> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        for byte in bytes {
            let Some((decoded, place)) = self.decoded.next() else {
                break;
            };
            *byte = decoded;
            self.end = place + 1;
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::starts;

    #[test]
    fn a_stream_starts_where_no_digit_stands_before_it() {
        let text = b"a: H4sIAAA\n\"UEsDBAAA\" xH4sI \\nH4sI";
        assert_eq!(starts(text, &(0..text.len())), [3, 12, 30]);
        assert_eq!(starts(text, &(4..12)), [] as [usize; 0]);
        assert_eq!(starts(text, &(4..13)), [12]);
    }
}
