//! Tells made-up bodies from random ones.
//!
//! Only bodies that are too short for a whole key are judged by words. A longer one is a key unless
//! it is so regular that a random generator makes it with a chance below 1e-15.

use super::random::is_name;
use crate::key::KeyKind;

/// Words that people put where a key belongs.
const WORDS: &[&[u8]] = &[
    b"your",
    b"test",
    b"fake",
    b"here",
    b"demo",
    b"mock",
    b"dummy",
    b"sample",
    b"secret",
    b"example",
    b"replace",
    b"changeme",
    b"redacted",
    b"placeholder",
    b"apikey",
    b"personal",
    b"posthog",
    b"invalid",
    b"notreal",
    b"foobar",
    b"qwerty",
    b"insert",
    b"xxxx",
];

/// A random body of `n` characters over an alphabet of `a` has fewer than 12 distinct ones with
/// a chance below C(a, 11) * (11 / a)^n: 4.9e-18 for the shortest bodies ever possible (40, base
/// 57 or 62), 9.4e-24 for those of today (48, base 57).
pub(super) const LEAST_DISTINCT: usize = 12;

/// The longest placeholder among 56 real ones. 32 random bytes in base 62 make so few digits or
/// fewer with a chance of 62^36 / 2^256 = 2.9e-13, so that a real key is judged by words, and taken
/// for a sample, with a chance below 1e-16; from 37 digits on it would be above 1e-15.
const LONGEST_SAMPLE: usize = 36;

/// Tells if so few distinct characters occur that no random generator made the body.
pub(super) fn is_monotonous(body: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in body {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count() < LEAST_DISTINCT
}

/// Tells whether a body is recognisably a sample or a name. A random body of 20 characters is taken
/// for one with a chance of about 3e-4.
pub(super) fn is_placeholder(body: &[u8]) -> bool {
    if is_monotonous(body) {
        return true;
    }
    if body.len() <= LONGEST_SAMPLE {
        return is_sample(body);
    }
    is_regular(body)
}

/// Tells whether a body is as regular as no random one. The chances are those of a random body of 43
/// characters in base 62, the shortest that is usual, or of one of 48 in base 57:
///
/// - letters of one case: (26 / 62)^43 = 6e-17. With digits it would be (36 / 62)^43 = 7e-11, and
///   for the alphabet of base 32 (32 / 62)^43 = 4e-13: such a body stays a key.
/// - a progression: 22 of 42 characters follow their neighbour in one of nine ways, each with a chance
///   of 2 / 57: 9 * C(42, 22) * (2 / 57)^22 = 5e-20.
/// - a repetition: one half is the other, 62^-21.
/// - a name: words in camel case of at least three letters are 3e-10, and 60 % of the pairs of letters
///   in them are common ones, of which random letters make 15 %: below 1e-15 together.
fn is_regular(body: &[u8]) -> bool {
    let folded = body.to_ascii_lowercase();
    is_of_one_case(body) || is_progression(&folded) || is_repetition(&folded) || is_long_name(body)
}

fn is_of_one_case(body: &[u8]) -> bool {
    body.iter().all(u8::is_ascii_lowercase) || body.iter().all(u8::is_ascii_uppercase)
}

/// The pairs of letters that are most common in the names of programs.
const COMMON_PAIRS: &[u8] = b"thheineranrendonenatouedhatooritishiesngstartesemevealntleof\
rorariraioiccotinedelilaelcecamaomurecasetctusutsssinonallchnseatrprpepoungeholotutamoemacad\
amaiolotoposowieidilimirivulumutfofiexuevididadobuiu";

/// Words in camel case that a language is in.
fn is_long_name(body: &[u8]) -> bool {
    if !is_name(body) {
        return false;
    }
    let mut pairs = 0;
    let mut common = 0;
    for pair in body.windows(2) {
        if pair[1].is_ascii_uppercase() {
            continue;
        }
        pairs += 1;
        let folded = pair.to_ascii_lowercase();
        common += usize::from(COMMON_PAIRS.chunks_exact(2).any(|known| known == folded));
    }
    common * 5 >= pairs * 3
}

fn is_sample(body: &[u8]) -> bool {
    let folded = body.to_ascii_lowercase();
    is_name(body)
        || is_progression(&folded)
        || is_repetition(&folded)
        || WORDS
            .iter()
            .any(|word| folded.windows(word.len()).any(|window| window == *word))
}

/// Hexadecimal digits of one case: a digest, an object id, a UUID without hyphens. A random body of
/// 16 characters is one with a chance below 2e-9, one of 40 below 1e-22.
pub(super) fn is_hexadecimal(body: &[u8]) -> bool {
    let mut lower = false;
    let mut upper = false;
    for byte in body {
        match byte {
            b'0'..=b'9' => {}
            b'a'..=b'f' => lower = true,
            b'A'..=b'F' => upper = true,
            _ => return false,
        }
    }
    !(lower && upper)
}

/// `phe_<hex>_<hex>` is another product's: hexadecimal, and going on behind an underscore.
pub(super) fn is_other_product(kind: &KeyKind, body: &[u8], tail: &[u8]) -> bool {
    let is_hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    kind.prefix == "phe_"
        && body.iter().all(is_hex)
        && matches!(tail, [b'_', next, ..] if is_hex(next))
}

/// `abcdef`, `987654`, `a1b2c3`, `abc123def456`: at least half of the characters follow their
/// neighbour (or the one two or three before) up, down or unchanged.
fn is_progression(folded: &[u8]) -> bool {
    let follows = |step: i16, a: u8, b: u8| match (a, b) {
        (b'9', b'0') => step == 1,
        (b'0', b'9') => step == -1,
        _ => i16::from(b) - i16::from(a) == step,
    };
    (1..=3).any(|stride| {
        [-1, 0, 1].into_iter().any(|step| {
            let pairs = folded.iter().zip(&folded[stride.min(folded.len())..]);
            let following = pairs.filter(|(a, b)| follows(step, **a, **b)).count();
            2 * following + stride >= folded.len()
        })
    })
}

/// The same block again and again.
fn is_repetition(folded: &[u8]) -> bool {
    (1..=folded.len() / 2).any(|period| folded[period..] == folded[..folded.len() - period])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_names_are_placeholders() {
        for body in [
            "xxxxxxxxxxxxxxxxxxxxxxxx",
            "abcdefghijklmnopqrstuvwxyz1234",
            "123456789012345678901234567890",
            "abcdef1234567890abcdef1234567890",
            "abc123def456ghi789jkl012",
            "a1b2c3d4e5f6g7h8i9j0",
            "aBcDeFgHiJkLmNoPqRsTuVwXyZ",
            "ZyXwVuTsRqPoNmLkJiHgFeDc",
            "YourPersonalApiKey1234567",
            "Kq7Rk7TqKq7Rk7TqKq7Rk7TqKq7",
            "ServerSideRenderingConfiguration",
            "triggeractionsforthisform",
        ] {
            assert!(is_placeholder(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn random_bodies_are_not() {
        for body in [
            "Rk7TqWn3ZxHcVb5MsJdY",
            "kY9pF34Qy6nB3Wwd25rq4f5zr3QA",
            "Gq8c2b7e5d1a6340cbe8d2f7a913",
        ] {
            assert!(!is_placeholder(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn long_bodies_are_samples_only_if_they_are_regular() {
        for body in [
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV",
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ",
            "aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgHiJkLmNoPqR",
            "Kq7Rk7TqZxHcVb5MsJdYWnKq7Rk7TqZxHcVb5MsJdYWn",
            "ServerSideRenderingConfigurationForTheBrowser",
            "handleWebsocketConnectionUpgradeRequestHeader",
            "thequickbrownfoxjumpsoverthelazydogandmore",
            "THEQUICKBROWNFOXJUMPSOVERTHELAZYDOGANDMORE",
        ] {
            assert!(is_placeholder(body.as_bytes()), "{body}");
        }
        for body in [
            "mAyZoPvkFKLztcRobytKKVRCDTZVnoMpFyEUwVWRjxMK",
            "9k2mt4v7pw3rxz6nbq8hc5jd2fgs9tkw4m7vr3xz6nb8q",
            "XbcQtyMnvZopKwrJkasHgfdPqwerLzxcvBnmTyuiRopS",
        ] {
            assert!(!is_placeholder(body.as_bytes()), "{body}");
        }
    }

    #[test]
    fn twelve_distinct_characters_make_a_body() {
        assert!(is_monotonous(&b"abcdefghijk".repeat(4)));
        assert!(!is_monotonous(&b"abcdefghijkL".repeat(4)));
    }
}
