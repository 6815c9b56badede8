//! Keys in plain text, and with the underscore escaped.

use std::collections::BTreeSet;

use super::carriers::{CARRIERS, LEFT_ESCAPES, split};
use super::tally::{Tally, keys, public};
use crate::sandbox::keys::{ERAS, random_bytes};

/// Every way to escape the underscore that text formats have in common use.
const UNDERSCORES: [&str; 11] = [
    "%5F", "%5f", r"\u005f", r"\u005F", r"\x5f", r"\x5F", "&#95;", "&#x5f;", "&#x5F;", "&#X5f;",
    "&#X5F;",
];

fn check(
    tally: &mut Tally,
    before: &[u8],
    key: &str,
    written: &str,
    after: &[u8],
    case: impl FnOnce() -> String,
) {
    let text = [before, written.as_bytes(), after].concat();
    tally.holds(
        &text,
        key,
        before.len()..before.len() + written.len(),
        0,
        case,
    );
}

fn check_every_carrier(seeds: std::ops::Range<u64>) -> Tally {
    let mut tally = Tally::new();
    for seed in seeds {
        for (i, (name, text)) in CARRIERS.iter().enumerate() {
            let (before, after) = split(text);
            for key in keys(seed * 1000 + i as u64) {
                check(
                    &mut tally,
                    before.as_bytes(),
                    &key,
                    &key,
                    after.as_bytes(),
                    || (*name).to_owned(),
                );
                for underscore in UNDERSCORES {
                    let written = key.replace('_', underscore);
                    let case = || format!("{name} with {underscore}");
                    check(
                        &mut tally,
                        before.as_bytes(),
                        &key,
                        &written,
                        after.as_bytes(),
                        case,
                    );
                }
            }
        }
    }
    tally
}

#[test]
fn every_era_in_every_carrier_with_every_underscore() {
    check_every_carrier(0..1).assert_all(ERAS.len() * 30 * 12);
}

#[test]
#[ignore = "the large corpus"]
fn every_era_in_every_carrier_with_every_underscore_many_times() {
    check_every_carrier(1..40).assert_all(39 * ERAS.len() * 30 * 12);
}

#[test]
fn no_project_token_in_any_carrier() {
    let mut tally = Tally::new();
    for (i, (name, text)) in CARRIERS.iter().enumerate() {
        for key in keys(i as u64) {
            let token = public(&key);
            tally.is_clean(text.replace("{KEY}", &token).as_bytes(), || {
                (*name).to_owned()
            });
            for underscore in UNDERSCORES {
                let written = token.replace('_', underscore);
                tally.is_clean(text.replace("{KEY}", &written).as_bytes(), || {
                    format!("{name} with {underscore}")
                });
            }
        }
    }
    tally.assert_all(ERAS.len() * 30 * 12);
}

#[test]
fn every_byte_that_is_no_letter_or_digit_can_stand_beside_a_key() {
    let mut tally = Tally::new();
    for byte in (0..=255_u8).filter(|byte| !byte.is_ascii_alphanumeric()) {
        for key in keys(u64::from(byte)) {
            for written in [key.clone(), key.replace('_', "%5f")] {
                check(&mut tally, &[b'a', byte], &key, &written, b"", || {
                    format!("{byte:#04x} on the left")
                });
                check(&mut tally, b"", &key, &written, &[byte, b'a'], || {
                    format!("{byte:#04x} on the right")
                });
                check(&mut tally, &[byte], &key, &written, &[byte], || {
                    format!("{byte:#04x} on both sides")
                });
            }
        }
    }
    tally.assert_all(190 * ERAS.len() * 3);
}

#[test]
fn an_escaped_character_can_stand_left_of_a_key() {
    let mut tally = Tally::new();
    for (i, escape) in LEFT_ESCAPES.iter().enumerate() {
        for key in keys(i as u64) {
            let before = format!("\"Bearer{escape}");
            check(&mut tally, before.as_bytes(), &key, &key, b"\"", || {
                format!("{escape} on the left")
            });
        }
    }
    tally.assert_all(100);
}

#[test]
fn a_terminal_colour_can_stand_left_of_a_key() {
    let mut tally = Tally::new();
    for key in keys(3) {
        check(
            &mut tally,
            b"key: \x1b[1;32m",
            &key,
            &key,
            b"\x1b[0m\n",
            || "colour".to_owned(),
        );
    }
    tally.assert_all(ERAS.len());
}

#[test]
fn a_key_is_found_at_every_offset_around_the_borders_of_buffers() {
    let mut tally = Tally::new();
    let some_keys: Vec<String> = keys(7).collect();
    let filler = "    let total = items.iter().map(|item| item.price).sum::<u64>();\n".repeat(1100);
    for border in [4096, 65536] {
        for (offset, key) in (border - 60..border + 6).zip(some_keys.iter().cycle()) {
            let before = &filler.as_bytes()[filler.len() - offset..];
            let last = [&before[..before.len() - 1], b"="].concat();
            check(&mut tally, &last, key, key, b"\n", || {
                format!("at {offset}")
            });
            check(&mut tally, &last, key, key, b"", || {
                format!("last, at {offset}")
            });
        }
    }
    tally.assert_all(264);
}

#[test]
fn every_length_that_the_generators_can_make_is_found() {
    let mut tally = Tally::new();
    let mut lengths = BTreeSet::new();
    for era in &ERAS {
        for zeros in 0..3 {
            for (seed, top) in [(1, None), (2, Some(0xff)), (3, Some(0x01))] {
                let mut random = random_bytes(seed, era.random_bytes);
                random[..zeros].fill(0);
                random[zeros] = top.unwrap_or(random[zeros]);
                let key = era.key(&random);
                lengths.insert(key.len() - 4);
                check(&mut tally, b"", &key, &key, b"", || "alone".to_owned());
            }
        }
    }
    assert!(
        (40..=49).all(|length| lengths.contains(&length)),
        "{lengths:?}"
    );
    tally.assert_all(81);
}
