//! Forms in which programs, documents and people write a key: in parts, escaped, folded.

use phguard::detect::{Detector, Shape};
use phguard::key::Fingerprint;
use phguard::scan::redact;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use super::encodings::{Alphabet, wrap};
use crate::sandbox::keys::{ERAS, random_bytes};

/// Number of keys of each era in each form.
const KEYS: u64 = 12;

/// Text around a form.
const AROUND: [(&str, &str); 4] = [
    ("", ""),
    ("# a file\nPORT=1\n", "\nDEBUG=0\n"),
    ("a first line\r\n\t", "\r\nthe last"),
    ("{\"x\": 1}\n", "\n\n"),
];

/// Every form of a text without line breaks, by its name.
#[expect(clippy::too_many_lines, reason = "a table")]
fn forms(key: &str) -> Vec<(String, String)> {
    let (prefix, body) = key.split_at(4);
    let (ph, letter) = (&key[..2], &key[2..3]);
    let (left, right) = body.split_at(21);
    let rest = &key[1..];
    let wide: String = key.chars().map(full_width).collect();
    let mut forms = vec![
        ("percent", format!("K = '{prefix}%s' % '{body}'")),
        ("format", format!("K = '{prefix}{{}}'.format('{body}')")),
        ("numbered", format!("'{prefix}{{0}}' -f '{body}'")),
        (
            "Sprintf",
            format!("fmt.Sprintf(\"{prefix}%s\", \"{body}\")"),
        ),
        ("f-string", format!("S = '{body}'\nK = f'{prefix}{{S}}'")),
        (
            "template",
            format!("const b = \"{body}\"\nconst k = `{prefix}${{b}}`"),
        ),
        ("variables", format!("P='{prefix}'; K=P+'{body}'")),
        (
            "variables below",
            format!("P = \"{prefix}\"\n\nB = \"{body}\"\nK = P + B"),
        ),
        ("shell", format!("P={prefix}\nB={body}\nexport K=$P$B")),
        (
            "Visual Basic",
            format!("k = \"{prefix}{left}\" & _\r\n    \"{right}\""),
        ),
        (
            "folded",
            format!("key: >-\n  {prefix}{left}\n  {right}\nother: 1"),
        ),
        (
            "folded behind the prefix",
            format!("key: >\n  {prefix}\n  {body}"),
        ),
        ("wrapped comment", format!("# {prefix}{left}\n# {right}")),
        ("wrapped quotation", format!("> {prefix}{left}\n> {right}")),
        ("bold prefix", format!("**{prefix}**{body}")),
        ("bold body", format!("{prefix}**{body}**")),
        ("italic", format!("*{prefix}*{body}")),
        ("code", format!("`{prefix}`{body}")),
        ("struck out", format!("~~{prefix}~~{body}")),
        ("LaTeX", format!("\\textbf{{{ph}{letter}\\_}}{body}")),
        ("full-width underscore", key.replace('_', "\u{ff3f}")),
        ("full-width", wide),
    ];
    for escape in [
        "%70", "\\u0070", "\\x70", "\\160", "&#112;", "&#x70;", "\\u{70}", "=70",
    ] {
        forms.push((escape, format!("{escape}{rest}")));
    }
    for escape in [
        "%68", "\\u0068", "\\x68", "\\150", "&#104;", "&#x68;", "=68",
    ] {
        forms.push((escape, format!("p{escape}{}", &key[2..])));
    }
    forms.push(("two escapes", format!("%70%68{}", &key[2..])));
    let mut named = Vec::new();
    for (name, text) in forms {
        named.push((name.to_owned(), text));
    }
    let json: String = key
        .chars()
        .map(|c| format!("\\u{:04x}", c as u32))
        .collect();
    for (name, text) in [
        ("base64 of \\u", format!("{{\"k\": \"{json}\"}}")),
        (
            "base64 of an escape",
            format!("k = \"{}\"", key.replace('_', "\\u005f")),
        ),
    ] {
        let encoded = Alphabet::Standard.encode_padded(text.as_bytes());
        named.push((name.to_owned(), String::from_utf8(encoded).unwrap()));
    }
    let with_more = format!("a:{key}, and more");
    for width in [4, 5, 8, 16] {
        for (text, blank) in [
            (&with_more[..], " "),
            (key, "\t"),
            (key, "\r\n"),
            (key, "\n\t"),
        ] {
            let encoded = Alphabet::Standard.encode_padded(text.as_bytes());
            let groups = String::from_utf8(wrap(&encoded, width, blank.as_bytes())).unwrap();
            let name = format!("groups of {width} with {blank:?}");
            named.push((name, groups.trim_end().to_owned()));
        }
    }
    let mut references = String::new();
    for c in key.chars() {
        references.push_str(&format!("&amp;#{};", u32::from(c)));
    }
    named.push(("references in HTML, twice".to_owned(), references));
    let hex: String = key.bytes().map(|byte| format!("{byte:02X}")).collect();
    named.push(("hex literal".to_owned(), format!("0x{hex}")));
    named
}

fn full_width(c: char) -> char {
    char::from_u32(c as u32 + 0xfee0).unwrap()
}

/// The fault in what is found in a text that holds this key.
fn fault(text: &[u8], key: &str) -> Option<String> {
    let hits = Detector::new().scan(text);
    let (prefix, body) = key.split_at(4);
    let wanted = Fingerprint::of(prefix.as_bytes(), body.as_bytes());
    let counted = hits.iter().filter(|hit| hit.shape != Shape::Placeholder);
    let found: Vec<_> = counted.map(|hit| (hit.shape, hit.fingerprint)).collect();
    if found != [(Shape::Whole, wanted)] {
        return Some(format!("found {found:?}"));
    }
    let mut shown = Vec::new();
    redact::copy(text, &mut shown, &Detector::new(), false).unwrap();
    let is_left = body.as_bytes().windows(12).any(|part| {
        let mut places = shown.windows(12);
        places.any(|window| window == part)
    });
    is_left.then(|| "a part of the key passes redact".to_owned())
}

#[test]
fn every_form_of_every_era_is_found_and_masked() {
    let mut wrong = Vec::new();
    for (number, era) in ERAS.iter().enumerate() {
        for seed in 0..KEYS {
            let key = era.key(&random_bytes(seed * 31 + number as u64, era.random_bytes));
            for (name, form) in forms(&key) {
                for (before, behind) in AROUND {
                    let text = format!("{before}{form}{behind}");
                    if let Some(fault) = fault(text.as_bytes(), &key) {
                        wrong.push(format!("{}{seed} {name}: {fault}", era.prefix));
                    }
                }
            }
        }
    }
    let count = wrong.len();
    wrong.truncate(20);
    assert!(count == 0, "{count} wrong: {wrong:#?}");
}

proptest! {
    // The same keys in each run: one of 16,000 random bodies in parts reads like a name.
    #![proptest_config(Config { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() })]

    /// Neither the place of a form nor the text before it matters.
    #[test]
    fn a_form_is_found_at_any_offset(era in 0..ERAS.len(), seed in any::<u64>(), form in 0..48_usize, lead in 0..200_usize) {
        let key = ERAS[era].key(&random_bytes(seed, ERAS[era].random_bytes));
        // A body in parts must have a digit. One of a thousand has none.
        prop_assume!(key.bytes().any(|b| b.is_ascii_digit()));
        let all = forms(&key);
        let (name, form) = &all[form % all.len()];
        let text = format!("{}\n{form}\n{}", "a line, and ".repeat(lead / 12) + &"-".repeat(lead % 12), "the end ".repeat(lead % 7));
        let fault = fault(text.as_bytes(), &key);
        prop_assert!(fault.is_none(), "{name}: {fault:?}");
    }
}
