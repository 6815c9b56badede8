//! What holds for the detector whatever it is given. A failing case shows seeds, never a key.

use crate::recall::encodings::{ALPHABETS, Alphabet, ORDERS, Order};
use crate::sandbox::keys::{ERAS, random_bytes};
use phguard::detect::{Detector, Shape};
use phguard::key::Fingerprint;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;

/// A key, by the numbers from which it is made.
#[derive(Clone, Copy, Debug)]
struct Key {
    era: usize,
    seed: u64,
}

impl Key {
    fn text(self) -> String {
        let era = &ERAS[self.era];
        era.key(&random_bytes(self.seed, era.random_bytes))
    }

    fn fingerprint(self) -> Fingerprint {
        let text = self.text();
        Fingerprint::of(&text.as_bytes()[..4], &text.as_bytes()[4..])
    }
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Plain,
    Escaped(&'static str),
    /// Padded or not, with so many bytes before the key in the first quantum.
    Base64(Alphabet, bool, usize),
    Utf16(Order),
}

impl Form {
    fn write(self, key: &str) -> Vec<u8> {
        match self {
            Self::Plain => key.into(),
            Self::Escaped(underscore) => key.replace('_', underscore).into(),
            Self::Base64(alphabet, true, before) => {
                alphabet.encode_padded(&[&b"::"[..before], key.as_bytes()].concat())
            }
            Self::Base64(alphabet, false, before) => {
                alphabet.encode(&[&b"::"[..before], key.as_bytes()].concat())
            }
            Self::Utf16(order) => order.encode(key),
        }
    }
}

/// A piece of a file.
#[derive(Clone, Debug)]
enum Piece {
    Bytes(Vec<u8>),
    Text(&'static str),
    Key(Key, Form),
}

impl Piece {
    fn write(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Text(text) => (*text).into(),
            Self::Key(key, form) => form.write(&key.text()),
        }
    }
}

fn write(pieces: &[Piece]) -> Vec<u8> {
    pieces.iter().flat_map(Piece::write).collect()
}

fn key() -> impl Strategy<Value = Key> {
    (0..ERAS.len(), any::<u64>()).prop_map(|(era, seed)| Key { era, seed })
}

/// The forms of files with one byte a character.
fn narrow_form() -> impl Strategy<Value = Form> {
    prop_oneof![
        Just(Form::Plain),
        select(vec!["%5F", "%5f", r"\u005f", r"\x5F", "&#95;", "&#x5f;"]).prop_map(Form::Escaped),
        (select(ALPHABETS.to_vec()), any::<bool>(), 0..3_usize)
            .prop_map(|(alphabet, padded, before)| Form::Base64(alphabet, padded, before)),
    ]
}

fn form() -> impl Strategy<Value = Form> {
    prop_oneof![4 => narrow_form(), 1 => select(ORDERS.to_vec()).prop_map(Form::Utf16)]
}

fn separator() -> impl Strategy<Value = &'static str> {
    select(vec![
        " ", "\n", "/", "_", "-", "+", "=", ":", "\"", "\0", ",", "é",
    ])
}

/// Beginnings of keys of every form, and the characters that matter to where one ends.
const BEGINNINGS: [&str; 28] = [
    "phx_",
    "phs_",
    "phx",
    "phc_",
    "phx%5F",
    "phx&#95;",
    "phx\\u005f",
    "p\0h\0x\0_\0",
    "p\0h",
    "cGh4X",
    "cGhzX2",
    "cGh",
    "BoeF8",
    "BocF9",
    "waHhf",
    "waGFf",
    "personal_api_key=",
    "POSTHOG_PERSONAL_API_KEY: ",
    "rson",
    "_",
    "/",
    "+",
    "=",
    "\n",
    "\r\n",
    "\0",
    "\\n",
    "-",
];

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        vec(any::<u8>(), 0..40).prop_map(Piece::Bytes),
        "[A-Za-z0-9+/_-]{0,90}".prop_map(|text| Piece::Bytes(text.into_bytes())),
        select(BEGINNINGS.to_vec()).prop_map(Piece::Text),
        (key(), form()).prop_map(|(key, form)| Piece::Key(key, form)),
    ]
}

/// A byte beside which a key begins or ends.
fn border() -> impl Strategy<Value = u8> {
    any::<u8>().prop_filter("no letter or digit", |byte| !byte.is_ascii_alphanumeric())
}

fn holds_both(text: &[u8], first: Key, second: Key) -> bool {
    let hits = Detector::new().scan(text);
    let holds = |key: Key| {
        hits.iter()
            .any(|hit| hit.shape == Shape::Whole && hit.fingerprint == key.fingerprint())
    };
    holds(first) && holds(second)
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn a_key_anywhere_in_any_bytes_is_found(
        before in vec(any::<u8>(), 0..300), left in border(), key in key(), right in border(), after in vec(any::<u8>(), 0..300),
    ) {
        let text = [&before, &[left][..], key.text().as_bytes(), &[right], &after].concat();
        let hits = Detector::new().scan(&text);
        let hit = hits.iter().find(|hit| hit.span.start == before.len() + 1);
        prop_assert!(hit.is_some_and(|hit| hit.shape == Shape::Whole && hit.fingerprint == key.fingerprint()));
    }

    #[test]
    fn a_key_at_the_start_or_the_end_of_any_bytes_is_found(key in key(), other in vec(any::<u8>(), 0..300), border in border()) {
        for text in [[key.text().as_bytes(), &[border], &other].concat(), [&other, &[border][..], key.text().as_bytes()].concat()] {
            let hits = Detector::new().scan(&text);
            prop_assert!(hits.iter().any(|hit| hit.shape == Shape::Whole && hit.fingerprint == key.fingerprint()));
        }
    }

    #[test]
    fn two_keys_side_by_side_are_both_found(
        first in key(), first_form in narrow_form(), between in separator(), second in key(), second_form in narrow_form(),
    ) {
        let text = write(&[Piece::Key(first, first_form), Piece::Text(between), Piece::Key(second, second_form)]);
        prop_assert!(holds_both(&text, first, second));
    }

    #[test]
    fn two_keys_side_by_side_in_utf_16_are_both_found(
        first in key(), between in separator(), second in key(), order in select(ORDERS.to_vec()),
    ) {
        let text = order.encode(&format!("{}{between}{}", first.text(), second.text()));
        prop_assert!(holds_both(&text, first, second));
    }

    #[test]
    fn hits_lie_in_bounds_in_order_and_apart(pieces in vec(piece(), 0..12)) {
        let text = write(&pieces);
        let mut end = 0;
        for hit in Detector::new().scan(&text) {
            prop_assert!(end <= hit.span.start && hit.span.start < hit.span.end && hit.span.end <= text.len());
            end = hit.span.end;
        }
    }

    #[test]
    fn a_masked_key_shows_no_more_than_its_prefix_and_last_four(pieces in vec(piece(), 0..12)) {
        for hit in Detector::new().scan(&write(&pieces)) {
            let masked = hit.masked.as_str();
            let (prefix, last) = masked.split_once('…').unwrap_or_default();
            prop_assert!(prefix == hit.kind.prefix || prefix.is_empty(), "{masked}");
            prop_assert_eq!(last.chars().count(), 4, "{}", masked);
        }
    }
}

/// A body of 37 characters or more is taken for a placeholder only if it has fewer than 12 distinct
/// characters. All its digits but the first are as good as uniform over an alphabet of `a`, so for
/// n of them the chance is below C(a, 11) (11 / a)^n. For a body of 40, the shortest that is ever
/// seen, n = 39: 1.8e11 * 1.4e-28 = 2.5e-17 with a = 57, 5.1e11 * 5.1e-29 = 2.6e-17 with a = 62.
///
/// Shorter ones exist: 32 bytes in base 62 make n digits or fewer with a chance of 62^n / 2^256,
/// which is 6.9e-8 for 39, 1.1e-9 for 38, 1.8e-11 for 37 and 2.9e-13 for 36. Judged by words and
/// runs, a random body of that length is taken for a sample with a chance of 3e-4. So if 39 were
/// judged by words, one real key in 5e10 would be let through; from 36 down it is 9e-17.
#[test]
fn the_chance_that_a_real_key_is_taken_for_a_placeholder_is_below_1e_15() {
    let few_distinct = |alphabet: f64, digits: i32| {
        let choices: f64 = (0..11)
            .map(f64::from)
            .map(|i| (alphabet - i) / (11.0 - i))
            .product();
        choices * (11.0 / alphabet).powi(digits)
    };
    let as_short_as = |digits: f64| (digits * 62.0_f64.log2() - 256.0).exp2();
    assert!(few_distinct(57.0, 39) < 1e-15);
    assert!(few_distinct(62.0, 39) < 1e-15);
    assert!(as_short_as(36.0) * 3e-4 < 1e-15);
    assert!(
        as_short_as(37.0) * 3e-4 > 1e-15,
        "bodies of 37 must not be judged by words"
    );
}

#[test]
fn a_body_of_37_to_39_characters_is_not_judged_by_words() {
    let detector = Detector::new();
    let key = Key { era: 0, seed: 1 }.text();
    for word in ["test", "Fake", "HERE", "demo", "xxxx", "your"] {
        for length in 37..40 {
            let body = format!("{word}{}", &key[10..10 + length - word.len()]);
            let hits = detector.scan(format!("phx_{body}").as_bytes());
            assert!(
                matches!(hits.as_slice(), [hit] if hit.shape != Shape::Placeholder),
                "{word} in {length}"
            );
        }
    }
}

#[test]
fn no_real_key_is_ever_taken_for_a_placeholder() {
    let detector = Detector::new();
    for seed in 0..100_000 {
        let era = usize::try_from(seed).unwrap() % ERAS.len();
        let key = Key { era, seed };
        let hits = detector.scan(key.text().as_bytes());
        assert!(
            matches!(hits.as_slice(), [hit] if hit.shape == Shape::Whole),
            "{key:?}"
        );
    }
}

/// Many anchors. A search that is quadratic in any of them does not end within the patience of CI.
#[test]
fn bytes_full_of_anchors_are_read_once() {
    let detector = Detector::new();
    for anchor in [
        &b"p\0h\0x\0_\0"[..],
        b"p\0h\0",
        b"personal_api_key=x,",
        b"phx_",
        b"sphx_a",
        b"phx\\",
        b"phx%25",
        b"cGh4X2",
        b"BoeF8",
        b"waHhf",
        b"cGh4X2\n",
    ] {
        let bytes: Vec<u8> = anchor.iter().copied().cycle().take(1 << 18).collect();
        drop(detector.scan(&bytes));
    }
}
