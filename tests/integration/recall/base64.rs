//! Keys in base64: alone, in their usual envelopes, and wrapped into lines.

use std::ops::Range;

use super::carriers::{CARRIERS, split};
use super::encodings::{ALPHABETS, Alphabet, wrap};
use super::tally::{Tally, keys, public};
use crate::sandbox::keys::ERAS;

/// Texts in which base64 travels. `{KEY}` is where it goes; the second part is what was encoded
/// beside the key.
const ENVELOPES: &[(&str, &str, &str)] = &[
    ("alone", "{KEY}", "{KEY}"),
    (
        "Basic, key as the user",
        "Authorization: Basic {KEY}\r\n",
        "{KEY}:",
    ),
    (
        "Basic, key as the password",
        "Authorization: Basic {KEY}\r\n",
        "user:{KEY}",
    ),
    (
        "Basic, longer user",
        "\"authorization\": \"Basic {KEY}\",",
        "ci-bot@example.com:{KEY}",
    ),
    (
        "Kubernetes Secret",
        "kind: Secret\ndata:\n  key: {KEY}\n",
        "{KEY}",
    ),
    (
        "Kubernetes Secret with echo's newline",
        "data: {key: {KEY}}\n",
        "{KEY}\n",
    ),
    (
        "Kubernetes Secret of a whole file",
        "data:\n  .env: {KEY}\n  x: eQ==\n",
        "A=1\nPOSTHOG_KEY={KEY}\nB=2\n",
    ),
    (
        "docker config.json",
        "{\"auths\":{\"x\":{\"auth\":\"{KEY}\"}}}",
        "_:{KEY}",
    ),
    (
        "data URL",
        "url(data:application/json;base64,{KEY})",
        "{\"key\":\"{KEY}\"}",
    ),
    (
        "inline source map",
        "//# sourceMappingURL=data:;base64,{KEY}\n",
        "{\"sourcesContent\":[\"k='{KEY}'\"]}",
    ),
    (
        "mail header",
        "Subject: =?utf-8?B?{KEY}?=\n",
        "your key {KEY}",
    ),
    (
        "JWT payload",
        "eyJhbGciOiJIUzI1NiJ9.{KEY}.c2ln",
        "{\"sub\":\"{KEY}\",\"iat\":1}",
    ),
    ("glued to a name", "key_{KEY}_end", "{KEY}"),
    (
        "URL query",
        "https://example.com/?state={KEY}&x=1",
        "a={KEY}&b=",
    ),
    ("log", "2026-09-01 payload={KEY}, 200\n", "[{KEY}]"),
];

/// The text that holds `plain` in base64, and where the key's digits stand in it.
struct Encoded {
    text: Vec<u8>,
    place: Range<usize>,
}

fn encode(
    envelope: &'static str,
    plain: [&str; 3],
    write: impl Fn(&[u8]) -> Vec<u8>,
    broken: (usize, usize),
) -> Encoded {
    let (before, after) = split(envelope);
    let (start, end) = (plain[0].len(), plain[0].len() + plain[1].len());
    let (width, break_length) = broken;
    let position = |digit: usize| before.len() + digit + digit / width * break_length;
    Encoded {
        place: position(start * 4 / 3)..position((end * 4).div_ceil(3) - 1) + 1,
        text: [
            before.as_bytes(),
            &write(plain.concat().as_bytes()),
            after.as_bytes(),
        ]
        .concat(),
    }
}

const UNBROKEN: (usize, usize) = (usize::MAX, 0);

/// One digit at either end holds bits of the key and of its neighbour; either reading is right.
const SLACK: usize = 1;

#[test]
fn every_era_in_every_envelope() {
    let mut tally = Tally::new();
    for (i, (name, envelope, plain)) in ENVELOPES.iter().enumerate() {
        let (before, after) = split(plain);
        for key in keys(i as u64) {
            for alphabet in ALPHABETS {
                for padded in [false, true] {
                    let write = |plain: &[u8]| {
                        if padded {
                            alphabet.encode_padded(plain)
                        } else {
                            alphabet.encode(plain)
                        }
                    };
                    let encoded = encode(envelope, [before, &key, after], write, UNBROKEN);
                    let case = || format!("{name}, {alphabet:?}, padded {padded}");
                    tally.holds(&encoded.text, &key, encoded.place, SLACK, case);
                }
            }
        }
    }
    tally.assert_all(15 * ERAS.len() * 4);
}

#[test]
fn every_carrier_encoded_as_a_whole_at_every_offset() {
    let mut tally = Tally::new();
    for (i, (name, carrier)) in CARRIERS.iter().enumerate() {
        let (before, after) = split(carrier);
        for key in keys(100 + i as u64) {
            for alphabet in ALPHABETS {
                for lead in ["", "\n", " \n", "#\t\n"] {
                    let before = [lead, before].concat();
                    let encoded = encode(
                        "{KEY}",
                        [&before, &key, after],
                        |plain| alphabet.encode_padded(plain),
                        UNBROKEN,
                    );
                    let case = || format!("{name}, {alphabet:?}, {} bytes before", before.len());
                    tally.holds(&encoded.text, &key, encoded.place, SLACK, case);
                }
            }
        }
    }
    tally.assert_all(30 * ERAS.len() * 8);
}

#[test]
fn no_project_token_in_any_envelope() {
    let mut tally = Tally::new();
    for (i, (name, envelope, plain)) in ENVELOPES.iter().enumerate() {
        for key in keys(i as u64) {
            for (alphabet, lead) in ALPHABETS
                .into_iter()
                .flat_map(|alphabet| ["", "\n", " \n"].map(|lead| (alphabet, lead)))
            {
                let plain = [lead, &plain.replace("{KEY}", &public(&key))].concat();
                let encoded = String::from_utf8(alphabet.encode_padded(plain.as_bytes())).unwrap();
                tally.is_clean(envelope.replace("{KEY}", &encoded).as_bytes(), || {
                    format!("{name}, {alphabet:?}")
                });
            }
        }
    }
    tally.assert_all(15 * ERAS.len() * 6);
}

/// The break falls behind every digit of the key: 77 bytes before it are more than a line.
fn check_wrapped(widths: &[usize], breaks: &[&str], envelope: &'static str) -> Tally {
    let mut tally = Tally::new();
    let filler = "-----------------------------------------------------------------------------";
    for key in keys(5) {
        for (width, line_break) in widths
            .iter()
            .flat_map(|width| breaks.iter().map(move |line_break| (*width, *line_break)))
        {
            for lead in 0..=filler.len() {
                let write = |plain: &[u8]| {
                    wrap(
                        &Alphabet::Standard.encode_padded(plain),
                        width,
                        line_break.as_bytes(),
                    )
                };
                let plain = [
                    &filler[..lead],
                    &key,
                    "\nand so on, for more than another line of the text\n",
                ];
                let encoded = encode(envelope, plain, write, (width, line_break.len()));
                let case =
                    || format!("{lead} bytes before, wrapped at {width} with {line_break:?}");
                tally.holds(
                    &encoded.text,
                    &key,
                    encoded.place,
                    SLACK + line_break.len(),
                    case,
                );
            }
        }
    }
    tally
}

#[test]
fn a_line_break_can_fall_behind_every_digit_of_a_key() {
    check_wrapped(&[64, 76], &["\n", "\r\n"], "{KEY}\n").assert_all(ERAS.len() * 4 * 77);
}

#[test]
fn an_indented_block_can_be_broken_behind_every_digit_of_a_key() {
    check_wrapped(
        &[64, 76],
        &["\n    ", "\n\t"],
        "data:\n  key: |\n    {KEY}\n",
    )
    .assert_all(ERAS.len() * 4 * 77);
}

#[test]
fn the_line_break_can_be_escaped() {
    check_wrapped(&[64, 76], &["\\n", "\\r\\n"], "{\"pem\": \"{KEY}\\n\"}\n")
        .assert_all(ERAS.len() * 4 * 77);
}

#[test]
fn no_wrapped_project_token_is_found() {
    let mut tally = Tally::new();
    for key in keys(6) {
        for (width, lead) in [64, 76]
            .into_iter()
            .flat_map(|width| (0..58).map(move |lead| (width, lead)))
        {
            let plain = format!("{}{}\nand more\n", "-".repeat(lead), public(&key));
            let text = wrap(
                &Alphabet::Standard.encode_padded(plain.as_bytes()),
                width,
                b"\n",
            );
            tally.is_clean(&text, || format!("{lead} bytes before, wrapped at {width}"));
        }
    }
    tally.assert_all(ERAS.len() * 2 * 58);
}

#[test]
fn a_base64_key_is_found_at_every_offset_around_the_borders_of_buffers() {
    let mut tally = Tally::new();
    let some_keys: Vec<String> = keys(9).collect();
    let filler = "//3+7PzQfHh4NLSkBwcAAAAAAAA/v7+Pv7+".repeat(2000);
    for border in [4096, 65536] {
        for (offset, key) in (border - 80..border + 6).zip(some_keys.iter().cycle()) {
            let mut text = filler.as_bytes()[..offset].to_vec();
            text[offset - 1] = b'\n';
            text.extend(Alphabet::Standard.encode(format!("{key}\n").as_bytes()));
            let end = offset + (key.len() * 4).div_ceil(3);
            tally.holds(&text, key, offset..end, SLACK, || format!("at {offset}"));
        }
    }
    tally.assert_all(172);
}
