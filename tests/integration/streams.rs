//! A stream read in parts gives what the whole gives, wherever the parts end.

pub mod texts;

use std::io::Read;
use std::ops::Range;

use self::texts::{Chunks, sizes, text};
use crate::recall::encodings::{Alphabet, ORDERS, wrap};
use crate::sandbox::keys::{ERAS, random_bytes};
use phguard::config::allow::Allow;
use phguard::detect::{Detector, Hit, REACH};
use phguard::finding::{Excerpt, Finding};
use phguard::progress::Progress;
use phguard::scan::window::{Part, Window};
use phguard::scan::{Markers, Outcome, Scanner};
use proptest::prelude::*;
use proptest::test_runner::Config;

type Seen = (Range<usize>, String);

/// A hit in a part that starts at `start` of the window, and at `offset` of the stream.
fn seen(hit: &Hit, offset: usize, start: usize) -> Seen {
    let span = hit.span.start + offset - start..hit.span.end + offset - start;
    (
        span,
        format!(
            "{} {:?} {:?} {} {:?}",
            hit.kind.id, hit.shape, hit.encoding, hit.fingerprint, hit.masked
        ),
    )
}

/// The hits in a stream that is settled after each read, and the parts put together.
fn in_parts(detector: &Detector, mut input: impl Read) -> (Vec<Seen>, Vec<u8>) {
    let mut window = Window::new(0);
    let (mut hits, mut text) = (Vec::new(), Vec::new());
    while window.read(&mut input).unwrap() {
        let Part {
            range: part,
            hits: found,
            ..
        } = window.settle(detector);
        let offset = text.len();
        assert!(
            found
                .iter()
                .all(|hit| part.start <= hit.span.start && hit.span.end <= part.end)
        );
        hits.extend(found.iter().map(|hit| seen(hit, offset, part.start)));
        text.extend_from_slice(&window.bytes()[part]);
    }
    (hits, text)
}

fn told(finding: &Finding) -> String {
    let Finding {
        kind,
        shape,
        encoding,
        found_in,
        exposed_as,
        location,
        fingerprint,
        ..
    } = finding;
    format!(
        "{} {shape:?} {encoding:?} {found_in:?} {exposed_as:?} {location:?} {fingerprint}",
        kind.id
    )
}

fn all_told(outcome: &Outcome) -> Vec<String> {
    let allowed = outcome
        .allowed
        .iter()
        .map(|(finding, by)| format!("{by:?} {}", told(finding)));
    let counts = format!(
        "{} {} {}",
        outcome.placeholders, outcome.files, outcome.bytes
    );
    outcome
        .findings
        .iter()
        .map(told)
        .chain(allowed)
        .chain([counts])
        .collect()
}

/// The excerpts, which a part's end may cut, are parts of those of the whole. Where something was hidden
/// they may differ: what stands elsewhere in the whole may be hidden, too.
fn excerpts_agree(parts: &[Finding], whole: &[Finding]) -> bool {
    parts.iter().zip(whole).all(|(part, whole)| {
        let (part, whole) = (&part.excerpt, &whole.excerpt);
        if has_hidden(part) || has_hidden(whole) {
            return part.key == whole.key;
        }
        whole.before.ends_with(&part.before)
            && part.key == whole.key
            && whole.after.starts_with(&part.after)
    })
}

fn has_hidden(excerpt: &Excerpt) -> bool {
    let hidden = "…".as_bytes();
    let sides = [&excerpt.before, &excerpt.after];
    sides
        .iter()
        .any(|side| side.windows(hidden.len()).any(|part| part == hidden))
}

proptest! {
    #![proptest_config(Config { cases: 60, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_hits_are_those_of_the_whole(text in text(), sizes in sizes()) {
        let detector = Detector::new();
        let (hits, settled) = in_parts(&detector, Chunks::new(&text, &sizes));
        let whole: Vec<_> = detector.scan(&text).iter().map(|hit| seen(hit, 0, 0)).collect();
        prop_assert_eq!(hits, whole);
        prop_assert!(settled == text, "the parts are not the whole");
    }

    #[test]
    fn the_findings_are_those_of_the_whole(text in text(), sizes in sizes()) {
        let (detector, allow) = (Detector::new(), Allow::default());
        let scanner = Scanner { detector: &detector, allow: &allow, strict: false, markers: Markers::Counted, progress: &Progress::new(false) };
        let parts = scanner.scan_reader(b"a", Chunks::new(&text, &sizes), 0).unwrap();
        let whole = scanner.scan_reader(b"a", &text[..], usize::MAX).unwrap();
        prop_assert_eq!(all_told(&parts), all_told(&whole));
        prop_assert!(excerpts_agree(&parts.findings, &whole.findings));
    }
}

/// Keys with all that makes them one, on both sides.
fn with_neighbours() -> Vec<Vec<u8>> {
    let key = ERAS[2].key(&random_bytes(7, 35));
    let wrapped = |lead: usize, line_break: &[u8]| {
        let text = format!(
            "{}{key}{key}, and more than a line of text behind it, in any case",
            "~".repeat(lead)
        );
        wrap(&Alphabet::Standard.encode(text.as_bytes()), 64, line_break)
    };
    let mut texts = vec![
        format!("x {key} y").into_bytes(),
        format!("\\u001b[38;5;196m{}\\n", &key[..30]).into_bytes(),
        format!(" {}phx_x", key.replace('_', "%255F")).into_bytes(),
        ORDERS[0].encode(&format!("\n key={key}\n")),
        [&b"x"[..], &ORDERS[1].encode(&format!("\n key={key}\n"))].concat(),
        format!(
            " X-PostHog-Personal-API-Key-{}: {} ",
            "x".repeat(200),
            Alphabet::UrlSafe.encode_text(3)
        )
        .into_bytes(),
        format!(
            "Basic {}",
            String::from_utf8(Alphabet::Standard.encode(format!("a:{key}").as_bytes())).unwrap()
        )
        .into_bytes(),
    ];
    texts.extend([0, 40, 44, 45, 46, 47].map(|lead| wrapped(lead, b"\n")));
    texts.push(wrapped(45, b"\r\n        "));
    texts
}

#[test]
fn a_part_may_end_anywhere_in_or_beside_a_key() {
    let detector = Detector::new();
    for (number, text) in with_neighbours().iter().enumerate() {
        for (lead, behind) in [(0, "\n"), (0, " "), (3001, " ")] {
            let text = [
                &b" ".repeat(lead),
                &text[..],
                &behind.repeat(REACH + 300).into_bytes(),
            ]
            .concat();
            let whole: Vec<_> = detector
                .scan(&text)
                .iter()
                .map(|hit| seen(hit, 0, 0))
                .collect();
            assert!(!whole.is_empty());
            let end = whole.last().unwrap().0.end + 4;
            let first_reads = if behind == "\n" {
                lead..end
            } else {
                lead + REACH..end + REACH
            };
            for first in first_reads {
                let (hits, settled) =
                    in_parts(&detector, Chunks::new(&text, &[first.max(1), 1 << 20]));
                assert!(
                    hits == whole && settled == text,
                    "text {number} behind {lead}, first {first} bytes read"
                );
            }
        }
    }
}

/// The same where all but the context of the first part is forgotten.
#[test]
fn what_a_key_needs_of_the_part_before_stays() {
    let detector = Detector::new();
    let border = Window::LEAST_ROOM - REACH;
    for (number, text) in with_neighbours().iter().enumerate() {
        for before in (0..text.len().min(400)).step_by(2) {
            let text = [
                &b" ".repeat(border - before),
                &text[..],
                &b" ".repeat(2 * REACH),
            ]
            .concat();
            let whole: Vec<_> = detector
                .scan(&text)
                .iter()
                .map(|hit| seen(hit, 0, 0))
                .collect();
            let mut window = Window::new(0);
            let (mut input, mut found, mut offset) = (&text[..], Vec::new(), 0);
            while window.fill(&mut input).unwrap() {
                let Part {
                    range: part, hits, ..
                } = window.settle(&detector);
                found.extend(hits.iter().map(|hit| seen(hit, offset, part.start)));
                offset += part.len();
            }
            assert!(
                found == whole,
                "text {number}, {before} bytes before the border"
            );
        }
    }
}

/// The end of a long line is no comment of its own, even if all that is left of the line in the
/// window looks like one.
#[test]
fn a_marker_at_the_end_of_a_long_line_does_not_reach_the_next() {
    let (detector, allow) = (Detector::new(), Allow::default());
    let scanner = Scanner {
        detector: &detector,
        allow: &allow,
        strict: false,
        markers: Markers::Counted,
        progress: &Progress::new(false),
    };
    let key = ERAS[2].key(&random_bytes(7, 35));
    for length in REACH - 2..=REACH + 2 {
        let line = format!(
            "\n{}# phguard:allow {}\n",
            "x ".repeat(REACH),
            &"-. ".repeat(length)[..length - 17]
        );
        let before = "z ".repeat(Window::LEAST_ROOM / 2 - line.len() / 2 - 10);
        let text = format!("{before}{line}{key}{}\n", " ".repeat(Window::LEAST_ROOM));
        let found = scanner.scan_reader(b"a", text.as_bytes(), 0).unwrap();
        assert_eq!(
            (found.findings.len(), found.allowed.len()),
            (1, 0),
            "{length}"
        );
    }
}

#[test]
fn an_excerpt_shows_no_half_of_a_run_that_a_part_cuts() {
    let (detector, allow) = (Detector::new(), Allow::default());
    let scanner = Scanner {
        detector: &detector,
        allow: &allow,
        strict: false,
        markers: Markers::Counted,
        progress: &Progress::new(false),
    };
    let key = ERAS[2].key(&random_bytes(7, 35));
    let beside = |letter: &str| letter.repeat(100);
    for before in (0..270).step_by(3) {
        let lead = " ".repeat(Window::LEAST_ROOM - REACH - before);
        let text = format!(
            "{lead}{}-{key}-{}{}",
            beside("x"),
            beside("y"),
            " ".repeat(2 * REACH)
        );
        let parts = scanner.scan_reader(b"a", text.as_bytes(), 0).unwrap();
        let whole = scanner
            .scan_reader(b"a", text.as_bytes(), usize::MAX)
            .unwrap();
        assert_eq!(all_told(&parts), all_told(&whole), "{before}");
        assert!(
            excerpts_agree(&parts.findings, &whole.findings),
            "{before}: {:?}",
            parts.findings[0].excerpt.key
        );
    }
}

/// What needs as much of what follows as anything can: a body that goes on and on, in wrapped and
/// deeply indented base64.
#[test]
fn nothing_needs_more_than_the_reach() {
    let detector = Detector::new();
    let body = "Rk7TqWn3ZxHcVb5MsJdYmAyZoPvkF69z".repeat(100);
    let text = Alphabet::Standard.encode(format!("{}phx_{body}", "~".repeat(47)).as_bytes());
    let line_break = format!("\\r\\n{}", " ".repeat(256));
    let wrapped = [wrap(&text, 63, line_break.as_bytes()), vec![b'A'; 5000]].concat();
    let plain = format!("phx%{}5F{body}{body}", "25".repeat(20)).into_bytes();
    let utf16 = ORDERS[0].encode(&format!("phx_{body}"));
    for text in [wrapped, plain, utf16] {
        let whole = detector.scan(&text);
        let first = detector.scan(&text[..REACH.min(text.len())]);
        assert_eq!(
            first.iter().map(|hit| seen(hit, 0, 0)).next(),
            whole.iter().map(|hit| seen(hit, 0, 0)).next()
        );
        assert!(whole[0].span.len() < REACH, "{}", whole[0].span.len());
    }
}
