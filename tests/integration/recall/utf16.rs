//! Keys in UTF-16, as PowerShell's `>` writes files.

use super::carriers::{CARRIERS, split};
use super::encodings::{ORDERS, Order};
use super::tally::{Tally, keys, public};
use crate::sandbox::keys::ERAS;
use phguard::detect::Detector;

/// Bytes before the text: none, or some that shift it to an odd offset.
const SHIFTS: [&[u8]; 4] = [b"", b"\n", b"\xff", b"\x00\x01\x02"];

/// Where every second byte is NUL, nothing but the offset tells the byte orders apart. So at an odd
/// offset the high byte of a neighbour that is neither ASCII nor Latin-1 may pass for that of the
/// key's first or last character.
fn cannot_tell_order(order: Order, shift: &[u8], before: &str, after: &str) -> bool {
    let is_wide = |neighbour: Option<char>| neighbour.is_some_and(|c| c > '\u{ff}');
    let wide = is_wide(before.chars().next_back()) || is_wide(after.chars().next());
    order == Order::BigEndian && !shift.len().is_multiple_of(2) && wide
}

fn check_carriers(tally: &mut Tally, shift: &[u8], with_mark: bool) {
    for (i, (name, text)) in CARRIERS.iter().enumerate() {
        let (before, after) = split(text);
        for (key, order) in keys(i as u64).flat_map(|key| ORDERS.map(|order| (key.clone(), order)))
        {
            let mut bytes = shift.to_vec();
            if with_mark {
                bytes.extend(order.byte_order_mark());
            }
            bytes.extend(order.encode(before));
            let start = bytes.len();
            bytes.extend(order.encode(&key));
            let end = bytes.len();
            bytes.extend(order.encode(after));
            let case = || format!("{name}, {order:?} behind {shift:?}, marked {with_mark}");
            if cannot_tell_order(order, shift, before, after) {
                tally.blocks(&bytes, &key, start..end, case);
            } else {
                tally.holds(&bytes, &key, start..end, 1, case);
            }
        }
    }
}

#[test]
fn every_era_in_every_carrier_and_either_byte_order() {
    let mut tally = Tally::new();
    check_carriers(&mut tally, b"", true);
    check_carriers(&mut tally, b"", false);
    tally.assert_all(30 * ERAS.len() * 4);
}

#[test]
fn every_era_in_every_carrier_at_an_odd_offset() {
    let mut tally = Tally::new();
    for shift in SHIFTS {
        check_carriers(&mut tally, shift, true);
        check_carriers(&mut tally, shift, false);
    }
    tally.assert_all(30 * ERAS.len() * 16);
}

#[test]
fn a_file_can_end_in_the_middle_of_a_character() {
    let mut tally = Tally::new();
    for key in keys(11) {
        for order in ORDERS {
            let mut bytes = order.encode(&format!("\n{key}"));
            let place = 2..bytes.len();
            bytes.push(order.encode("\r")[0]);
            tally.holds(&bytes, &key, place, 1, || format!("{order:?}"));
        }
    }
    tally.assert_all(ERAS.len() * 2);
}

#[test]
fn no_project_token_in_any_carrier() {
    let mut tally = Tally::new();
    for (i, (name, text)) in CARRIERS.iter().enumerate() {
        for (key, order) in keys(i as u64).flat_map(|key| ORDERS.map(|order| (key.clone(), order)))
        {
            for shift in SHIFTS {
                let text = order.encode(&text.replace("{KEY}", &public(&key)));
                tally.is_clean(&[shift, &text].concat(), || {
                    format!("{name}, {order:?} behind {shift:?}")
                });
            }
        }
    }
    tally.assert_all(30 * ERAS.len() * 8);
}

#[test]
fn a_letter_or_digit_before_the_prefix_of_a_cut_key_makes_it_part_of_a_word() {
    let mut tally = Tally::new();
    for (key, order) in keys(12).flat_map(|key| ORDERS.map(|order| (key.clone(), order))) {
        for left in ["a", "Z", "7"] {
            tally.is_clean(&order.encode(&format!(" {left}{}", &key[..30])), || {
                format!("{left}, {order:?}")
            });
        }
    }
    tally.assert_all(ERAS.len() * 6);
}

#[test]
fn a_utf_16_key_is_found_at_every_offset_around_the_borders_of_buffers() {
    let mut tally = Tally::new();
    let some_keys: Vec<String> = keys(13).collect();
    for order in ORDERS {
        let filler = order.encode(&"let total = items.iter().sum::<u64>();\n".repeat(1000));
        for border in [4096, 65536] {
            for (offset, key) in (border - 110..border + 6).zip(some_keys.iter().cycle()) {
                let before = &filler[filler.len() - offset..];
                let text = [before, &order.encode(key)].concat();
                tally.holds(&text, key, offset..text.len(), 1, || {
                    format!("{order:?} at {offset}")
                });
            }
        }
    }
    tally.assert_all(464);
}

/// Twenty characters are the shortest that count: a prefix and a body of 16.
#[test]
fn the_shortest_key_is_found_alone() {
    let key = format!("phe_{}", &keys(14).next().unwrap()[4..20]);
    for order in ORDERS {
        for shift in SHIFTS {
            for blank in 0..70 {
                let mut bytes = b" ".repeat(blank);
                bytes.extend(shift);
                bytes.extend(order.encode(&key));
                let hits = Detector::new().scan(&bytes);
                assert_eq!(hits.len(), 1, "{order:?} behind {shift:?} and {blank}");
            }
        }
    }
}
