//! Strings from public code that look like keys and are none give no finding, as they stand and
//! in every encoding.

use crate::recall::encodings::{ALPHABETS, ORDERS, wrap};
use phguard::detect::{Detector, Shape};

const CORPUS: &str = include_str!("corpus/lookalikes.txt");

fn lookalikes() -> impl Iterator<Item = &'static str> {
    CORPUS
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
}

/// The keys that are found in `bytes`, without placeholders.
fn found(detector: &Detector, bytes: &[u8]) -> Vec<String> {
    let hits = detector.scan(bytes);
    let counted = hits.iter().filter(|hit| hit.shape != Shape::Placeholder);
    counted
        .map(|hit| format!("{:?} {} {}", hit.shape, hit.kind.id, hit.masked.as_str()))
        .collect()
}

#[test]
fn there_are_at_least_150_and_each_stands_once() {
    let mut lines: Vec<_> = lookalikes().collect();
    assert!(lines.len() >= 150, "{}", lines.len());
    lines.sort_unstable();
    assert!(lines.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn every_lookalike_would_be_asked_about_by_a_search_for_the_letters() {
    let letters = [
        "ph_", "phk", "phx", "phs", "pha", "phr", "phe", "phc", "phi_", "personal",
    ];
    let base64 = ["cgh", "wah", "wag", "boe", "boc", "boy", "boz", "sha512-"];
    for line in lookalikes() {
        let folded = line.to_ascii_lowercase();
        assert!(
            letters
                .iter()
                .chain(&base64)
                .any(|part| folded.contains(part)),
            "{line}"
        );
    }
}

#[test]
fn no_lookalike_is_found() {
    let detector = Detector::new();
    for line in lookalikes() {
        assert_eq!(found(&detector, line.as_bytes()), [] as [&str; 0], "{line}");
    }
}

#[test]
fn nothing_is_found_in_the_whole_file() {
    assert_eq!(found(&Detector::new(), CORPUS.as_bytes()), [] as [&str; 0]);
    assert_eq!(
        found(&Detector::new(), CORPUS.replace('\n', " ").as_bytes()),
        [] as [&str; 0]
    );
}

#[test]
fn no_lookalike_is_found_in_base64() {
    let detector = Detector::new();
    for line in lookalikes() {
        for (alphabet, lead) in ALPHABETS
            .into_iter()
            .flat_map(|alphabet| ["", ".", "=\""].map(|lead| (alphabet, lead)))
        {
            let text = alphabet.encode_padded([lead, line].concat().as_bytes());
            assert_eq!(
                found(&detector, &text),
                [] as [&str; 0],
                "{line} behind {lead:?}"
            );
            assert_eq!(
                found(&detector, &wrap(&text, 64, b"\n")),
                [] as [&str; 0],
                "{line} behind {lead:?}, wrapped"
            );
        }
    }
}

#[test]
fn nothing_is_found_in_the_whole_file_in_base64() {
    let detector = Detector::new();
    for (alphabet, skip) in ALPHABETS
        .into_iter()
        .flat_map(|alphabet| [0, 1, 2].map(|skip| (alphabet, skip)))
    {
        let text = alphabet.encode(&CORPUS.as_bytes()[skip..]);
        assert_eq!(found(&detector, &text), [] as [&str; 0]);
        for width in [64, 76] {
            assert_eq!(
                found(&detector, &wrap(&text, width, b"\r\n")),
                [] as [&str; 0]
            );
        }
    }
}

#[test]
fn no_lookalike_is_found_in_utf_16() {
    let detector = Detector::new();
    for (line, order) in lookalikes().flat_map(|line| ORDERS.map(|order| (line, order))) {
        for shift in ["", "\n"] {
            let text = [shift.as_bytes(), &order.encode(line)].concat();
            assert_eq!(
                found(&detector, &text),
                [] as [&str; 0],
                "{line} as {order:?}"
            );
        }
    }
}
