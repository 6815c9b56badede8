//! Run with `cargo +nightly fuzz run detector -- -dict=fuzz/detector.dict -max_len=8192`.
//!
//! Nothing panics; hits lie in bounds, in order and apart; a file read in two overlapping parts gives the same hits; and a plain key is what its
//! fingerprint stands for.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use phguard::detect::{BLOCK, Detector, Encoding, Hit, REACH};
use phguard::key::Fingerprint;

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::new);

/// How much two parts of a file have in common on either side of the border.
const OVERLAP: usize = REACH;

/// The hits of longer runs of letters and digits depend on more than that; no key is so long.
const LONGEST: usize = 400;

fuzz_target!(|input: &[u8]| {
    let Some((border, bytes)) = input.split_first_chunk() else { return };
    let hits = DETECTOR.scan(bytes);
    let mut end = 0;
    for hit in &hits {
        assert!(end <= hit.span.start && hit.span.start < hit.span.end && hit.span.end <= bytes.len());
        assert!(holds_plain_key(bytes, hit), "{} at {:?} is none", hit.encoding.as_str(), hit.span);
        end = hit.span.end;
    }
    if hits.iter().all(|hit| hit.span.len() <= LONGEST) {
        let border = usize::from(u16::from_le_bytes(*border)) % (bytes.len() + 1) / BLOCK * BLOCK;
        assert_eq!(read_in_parts(bytes, border), seen(&hits, 0), "split at {border}");
    }
});

/// Of the hits that begin before the border, those in the part around and before it; of the others,
/// those in the part around and behind it.
fn read_in_parts(bytes: &[u8], border: usize) -> Vec<(usize, usize, Fingerprint)> {
    let start = border.saturating_sub(OVERLAP) / BLOCK * BLOCK;
    let before = seen(&DETECTOR.scan(&bytes[..bytes.len().min(border + OVERLAP)]), 0);
    let behind = seen(&DETECTOR.scan(&bytes[start..]), start);
    let is_before = |hit: &(usize, usize, Fingerprint)| hit.0 < border;
    before.into_iter().filter(is_before).chain(behind.into_iter().filter(|hit| !is_before(hit))).collect()
}

fn seen(hits: &[Hit], offset: usize) -> Vec<(usize, usize, Fingerprint)> {
    hits.iter().map(|hit| (hit.span.start + offset, hit.span.end + offset, hit.fingerprint)).collect()
}

/// Tells whether the span of a plain key holds the text that the fingerprint stands for.
fn holds_plain_key(bytes: &[u8], hit: &Hit) -> bool {
    let written = &bytes[hit.span.clone()];
    let prefix = hit.kind.prefix.as_bytes();
    match hit.encoding {
        // A key without prefix is its own body.
        Encoding::Plain => {
            written.strip_prefix(prefix).is_some_and(|body| hit.fingerprint == Fingerprint::of(prefix, body))
                || hit.fingerprint == Fingerprint::of(b"", written)
        }
        _ => true,
    }
}
