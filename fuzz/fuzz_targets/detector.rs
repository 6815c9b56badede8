//! Run with `cargo +nightly fuzz run detector -- -dict=fuzz/detector.dict -max_len=8192`.
//!
//! Nothing panics; hits lie in bounds, in order and apart; what stands in each span decodes to a
//! key with the hit's fingerprint; and a file read in two overlapping parts gives the same hits.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phguard::detect::{Detector, Encoding, Hit};
use phguard::key::Fingerprint;

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::new);

/// How much two parts of a file have in common on either side of the border. More than the longest
/// form of a key that PostHog issues, UTF-16 or base64 with an indented break in it, and the lines
/// around it. Even, because the offset tells the order of the bytes of UTF-16.
const OVERLAP: usize = 1024;

/// The hits of longer runs of letters and digits depend on more than that; no key is so long.
const LONGEST: usize = 400;

fuzz_target!(|input: &[u8]| {
    let Some((border, bytes)) = input.split_first_chunk() else { return };
    let hits = DETECTOR.scan(bytes);
    let mut end = 0;
    for hit in &hits {
        assert!(end <= hit.span.start && hit.span.start < hit.span.end && hit.span.end <= bytes.len());
        assert!(decodes(bytes, hit), "{} at {:?} is none", hit.encoding.as_str(), hit.span);
        end = hit.span.end;
    }
    if hits.iter().all(|hit| hit.span.len() <= LONGEST) {
        let border = usize::from(u16::from_le_bytes(*border)) % (bytes.len() + 1) & !1;
        assert_eq!(read_in_parts(bytes, border), seen(&hits, 0), "split at {border}");
    }
});

/// Of the hits that begin before the border, those in the part around and before it; of the others,
/// those in the part around and behind it.
fn read_in_parts(bytes: &[u8], border: usize) -> Vec<(usize, usize, Fingerprint)> {
    let start = border.saturating_sub(OVERLAP);
    let before = seen(&DETECTOR.scan(&bytes[..bytes.len().min(border + OVERLAP)]), 0);
    let behind = seen(&DETECTOR.scan(&bytes[start..]), start);
    let is_before = |hit: &(usize, usize, Fingerprint)| hit.0 < border;
    before.into_iter().filter(is_before).chain(behind.into_iter().filter(|hit| !is_before(hit))).collect()
}

fn seen(hits: &[Hit], offset: usize) -> Vec<(usize, usize, Fingerprint)> {
    hits.iter().map(|hit| (hit.span.start + offset, hit.span.end + offset, hit.fingerprint)).collect()
}

/// Whether the span holds the key that the fingerprint stands for.
fn decodes(bytes: &[u8], hit: &Hit) -> bool {
    let written = &bytes[hit.span.clone()];
    let prefix = hit.kind.prefix.as_bytes();
    let is_end_of = |text: &[u8]| (0..text.len()).any(|at| hit.fingerprint == Fingerprint::of(prefix, &text[at..]));
    match hit.encoding {
        // A key without prefix is its own body.
        Encoding::Plain => is_end_of(written) || hit.fingerprint == Fingerprint::of(b"", written),
        Encoding::Escaped => is_end_of(written),
        Encoding::Utf16 => is_end_of(&written.iter().copied().step_by(2).collect::<Vec<_>>()),
        Encoding::Base64 => {
            let digits = without_breaks(written);
            (0..4).any(|lead| is_end_of(&decode(&[&b"AAAA"[..lead], &digits].concat())))
        }
    }
}

/// The digits of base64 text, without line breaks, written as they are or as an escape.
fn without_breaks(text: &[u8]) -> Vec<u8> {
    let mut digits = Vec::new();
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = match rest {
            [b'\\', _, tail @ ..] => tail,
            [b'\n' | b'\r' | b' ' | b'\t', tail @ ..] => tail,
            _ => {
                digits.push(*first);
                tail
            }
        };
    }
    digits
}

fn decode(digits: &[u8]) -> Vec<u8> {
    let value = |digit: &u8| match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    };
    let bits: Vec<u8> =
        digits.iter().map(value).flat_map(|value| (0..6).rev().map(move |bit| value >> bit & 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
}
