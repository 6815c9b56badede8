//! The age that a key itself shows: said where it is certain, for keys of every time, and nothing
//! where it is not.

use phguard::detect::{Detector, Ending, Shape};
use phguard::key::IssuedBefore;

use crate::sandbox::keys::{ERAS, Era, phx, random_bytes};
use crate::sandbox::{Run, Sandbox};

fn age(key: &str) -> Option<IssuedBefore> {
    let hits = Detector::new().scan(format!("k = '{key}'").as_bytes());
    assert_eq!(hits.len(), 1);
    assert_eq!(
        (hits[0].shape, hits[0].ending),
        (Shape::Whole, Ending::Seen)
    );
    hits[0].issued_before
}

fn expected(era: &Era) -> Option<IssuedBefore> {
    match (era.is_base57, era.prefix, era.random_bytes) {
        (true, ..) => None,
        (false, "phx_", 32) => Some(IssuedBefore::May2024),
        (false, ..) => Some(IssuedBefore::March2026),
    }
}

#[test]
fn no_key_of_any_time_is_told_a_wrong_age_and_few_old_ones_none() {
    const KEYS: usize = 4000;
    for (number, era) in ERAS.iter().enumerate() {
        let mut told = 0;
        for seed in 0..KEYS {
            let seed = u64::try_from(number * KEYS + seed).unwrap();
            let key = era.key(&random_bytes(seed, era.random_bytes));
            let age = age(&key);
            assert!(
                age.is_none() || age == expected(era),
                "{era:?} {} {age:?}",
                key.len()
            );
            told += usize::from(age.is_some());
        }
        // Of 43 characters in base 62, all are in base 57 as well in (57/62)^43 = 2.7 % of keys.
        let least = if era.is_base57 { 0 } else { KEYS * 96 / 100 };
        assert!(told >= least, "{era:?}: {told}");
    }
}

#[test]
fn a_key_of_today_that_was_cut_is_told_no_age() {
    for length in 44..48 {
        assert_eq!(age(&phx()[..4 + length]), None, "{length}");
    }
    assert_eq!(IssuedBefore::of_body("phe_", &[b'0'; 43]), None);
    assert_eq!(IssuedBefore::of_body("phx_", &[b'0'; 39]), None);
    assert_eq!(IssuedBefore::of_body("phx_", &[b'0'; 49]), None);
    assert_eq!(IssuedBefore::of_body("phx_", b""), None);
    assert_eq!(IssuedBefore::of_body("", &[b'-'; 43]), None);
}

/// A key of 2025, and one of before May 2024.
fn old_keys() -> [String; 2] {
    [1, 0].map(|era| {
        let era: &Era = &ERAS[era];
        let keys = (0..).map(|seed| era.key(&random_bytes(seed, era.random_bytes)));
        keys.into_iter().find(|key| age(key).is_some()).unwrap()
    })
}

#[test]
fn the_message_the_history_and_the_audit_say_it() {
    let sandbox = Sandbox::new();
    let [of_2025, of_2023] = old_keys();
    sandbox.stage(
        "a.ts",
        format!("k = '{of_2025}'\nl = '{of_2023}'\nm = '{}'\n", phx()),
    );
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert_eq!(
        said(&run),
        [
            "Issued before March 2026: due for rotation.",
            "Issued before May 2024: due for rotation."
        ]
    );
    sandbox.commit_unchecked("keys");
    let run = sandbox.phguard(["--history"]).exits(1);
    assert_eq!(said(&run).len(), 2, "{}", run.stdout);
    let report = sandbox
        .phguard(["--history", "--format", "json"])
        .exits(1)
        .stdout;
    assert_eq!(
        report.matches("\"issued_before\":\"2026-03\"").count(),
        1,
        "{report}"
    );
    assert_eq!(report.matches("issued_before").count(), 2, "{report}");
    sandbox.write("report.json", report);
    let key = format!(
        r#"[{{"label":"ci","mask_value":"phx_...{}","created_at":"2025-01-01","last_used_at":"2026-11-25","scopes":["a:read"],"scoped_teams":[1],"scoped_organizations":[]}}]"#,
        &of_2025[of_2025.len() - 4..]
    );
    sandbox.write("keys.json", key);
    let run = sandbox
        .phguard([
            "audit",
            "keys.json",
            "--with",
            "report.json",
            "--today",
            "2026-11-26",
        ])
        .exits(1);
    assert!(
        run.stdout.contains("issued before March 2026"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("issued before May 2024"),
        "{}",
        run.stdout
    );
}

fn said(run: &Run) -> Vec<&str> {
    let lines = run.stdout.lines().map(str::trim);
    lines.filter(|line| line.starts_with("Issued")).collect()
}
