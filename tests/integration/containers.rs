//! What stands inside archives and compressed streams is found, wherever the content comes from.

use std::io::Write;
use std::process::Stdio;

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::Value;

use crate::recall::encodings::{Alphabet, wrap};
use crate::sandbox::archives::{
    Lengths, ar, bzip2, gzip, lzip, pdf, png, tar, xz, zip, zip_with, zlib, zstd,
};
use crate::sandbox::keys::phx;
use crate::sandbox::{Run, Sandbox};

/// A text of some lines with a key on its 61st.
fn text() -> Vec<u8> {
    let lines: String = (0..60).map(|i| format!("line {i} of a text\n")).collect();
    format!("{lines}KEY={}\nthe end\n", phx()).into_bytes()
}

fn document(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

/// Path and line of each finding.
fn places(run: &Run) -> Vec<String> {
    let document = document(run);
    let findings = document["findings"].as_array().unwrap();
    let place = |finding: &Value| {
        let path = finding["path"].as_str().unwrap();
        format!("{path}:{}", finding["line"])
    };
    findings.iter().map(place).collect()
}

fn staged(content: &[u8]) -> Run {
    let sandbox = Sandbox::new();
    sandbox.stage("a", content);
    sandbox.phguard(["--staged", "--format", "json"])
}

fn expect(content: &[u8], code: i32, expected: &[&str]) {
    let run = staged(content).exits(code);
    assert_eq!(places(&run), expected);
    assert!(
        !run.stdout.contains(&phx()[8..40]),
        "a part of the key is shown"
    );
}

#[test]
fn compressed_streams_are_read_line_by_line() {
    for content in [
        gzip(&text()),
        bzip2(&text()),
        xz(&text()),
        lzip(&text()),
        zstd(&text()),
        zlib(&text()),
    ] {
        expect(&content, 1, &["a:61"]);
    }
}

#[test]
fn streams_one_behind_the_other_are_one() {
    let (before, behind) = (b"nothing\n", text());
    for content in [
        [gzip(before), gzip(&behind)].concat(),
        [bzip2(before), bzip2(&behind)].concat(),
        [xz(before), vec![0; 4], xz(&behind)].concat(),
        [
            zstd(before),
            b"\x50\x2a\x4d\x18\x02\0\0\0..".to_vec(),
            zstd(&behind),
        ]
        .concat(),
    ] {
        expect(&content, 1, &["a:62"]);
    }
}

#[test]
fn archives_name_the_inner_file() {
    let text = text();
    let members: &[(&str, &[u8])] = &[("empty", b""), ("dir/x", &text), ("y", b"nothing\n")];
    for content in [
        zip(members),
        zip_with(members, Lengths::Behind, 0),
        tar(members),
        gzip(&tar(members)),
        zstd(&tar(members)),
        zip(&[("z", b"nothing"), ("dir/x", &text)]),
        [b"#!/bin/sh\nexec java -jar $0\n".to_vec(), zip(members)].concat(),
    ] {
        expect(&content, 1, &["a!dir/x:61"]);
    }
    expect(&ar(&[("odd", b"1"), ("x", &text)]), 1, &["a!x:61"]);
    let nested = zip(&[("b.tar.gz", &gzip(&tar(members)))]);
    expect(&nested, 1, &["a!b.tar.gz!dir/x:61"]);
}

#[test]
fn long_names_in_tar_are_whole() {
    let name = format!("{}x", "directory/".repeat(20));
    let expected = format!("a!{name}:61");
    expect(&tar(&[(&name, &text())]), 1, &[&expected]);
}

#[test]
fn compressed_parts_of_documents_and_images_are_read() {
    let key = phx();
    expect(&pdf(&text()), 1, &["a!stream 1:61"]);
    expect(&png(b"zTXt", key.as_bytes()), 1, &["a!zTXt:1"]);
    expect(&png(b"iTXt", key.as_bytes()), 1, &["a!iTXt:1"]);
}

#[test]
fn packs_and_bundles_of_git_are_read() {
    let other = Sandbox::new();
    other.stage("k", text());
    other.commit_unchecked("a key");
    other.stage("k", [b"a first line\n".to_vec(), text(), text()].concat());
    other.commit_unchecked("a difference");
    other.git(["repack", "-adq"]);
    other.git(["bundle", "create", "-q", "all.bundle", "--all"]);
    let pack = std::fs::read_dir(other.repo().join(".git/objects/pack")).unwrap();
    let mut paths: Vec<_> = pack.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "pack"));
    paths.push(other.repo().join("all.bundle"));
    for path in paths {
        let run = staged(&std::fs::read(path).unwrap()).exits(1);
        assert!(places(&run)[0].starts_with("a!blob "), "{:?}", places(&run));
        assert_eq!(document(&run)["not_opened"], serde_json::json!([]));
    }
}

#[test]
fn base64_of_a_compressed_stream_is_read_where_it_stands() {
    let body = Alphabet::Standard.encode_padded(&gzip(&text()));
    let lines = wrap(&body, 76, b"\n");
    let twice = Alphabet::Standard.encode_padded(&body);
    for (content, line) in [
        ([b"\nbody: ", &body[..], b"\n"].concat(), 2),
        ([b"\n\nbody: |\n", &lines[..], b"\n"].concat(), 4),
        ([b"release: ", &twice[..], b"\n"].concat(), 1),
        (
            [
                b"{\"zip\": \"",
                &Alphabet::Standard.encode_padded(&zip(&[("x", &text())]))[..],
                b"\"}",
            ]
            .concat(),
            1,
        ),
    ] {
        let run = staged(&content).exits(1);
        assert_eq!(places(&run), [format!("a:{line}")]);
        assert_eq!(document(&run)["findings"][0]["encoding"], "base64");
    }
}

/// Each byte as a number or an escape, with something between.
fn listed(bytes: &[u8], write: fn(u8) -> String, between: &str) -> Vec<u8> {
    let all: Vec<String> = bytes.iter().map(|byte| write(*byte)).collect();
    all.join(between).into_bytes()
}

/// A string of Python, which escapes what cannot be printed.
fn python(bytes: &[u8]) -> Vec<u8> {
    let mut literal = String::new();
    for byte in bytes {
        match byte {
            b'\'' | b'\\' => literal += &format!("\\{}", char::from(*byte)),
            b' '..=b'~' => literal.push(char::from(*byte)),
            _ => literal += &format!("\\x{byte:02x}"),
        }
    }
    literal.into_bytes()
}

#[test]
fn a_compressed_stream_is_read_in_every_dress() {
    let member = [("x", &text()[..])];
    for stream in [
        gzip(&text()),
        zlib(&text()),
        bzip2(&text()),
        xz(&text()),
        zstd(&text()),
        zip(&member),
    ] {
        let base64 = Alphabet::Standard.encode_padded(&stream);
        for dressed in [
            base64.clone(),
            Alphabet::UrlSafe.encode(&stream),
            Alphabet::Standard.encode_padded(&base64),
            listed(&stream, |b| format!("{b:02x}"), ""),
            listed(&stream, |b| format!("{b:02X}"), ""),
            listed(&stream, |b| format!("0x{b:02x}"), ", "),
            listed(&stream, |b| b.to_string(), ","),
        ] {
            let content = [b"x\nd = '", &dressed[..], b"'\n"].concat();
            expect(&content, 1, &["a:2"]);
        }
    }
    for stream in [gzip(&text()), zlib(&text())] {
        expect(
            &[b"x\nd = b'", &python(&stream)[..], b"'\n"].concat(),
            1,
            &["a:2"],
        );
    }
}

#[test]
fn archives_behind_or_within_something_else_are_read() {
    let script = b"#!/bin/sh\ntail -n +3 $0 | tar xz\nexit\n";
    for (start, inner, place) in [
        (&script[..], gzip(&text()), "a:61"),
        (&script[..], tar(&[("x", &text())]), "a!x:61"),
        (b"a text, and no script\n", zip(&[("x", &text())]), "a!x:61"),
        (b"SQLite\0\x01\xff\xfe", xz(&text()), "a:61"),
        (b"SQLite\0\x01\xff\xfe", bzip2(&text()), "a:61"),
        (b"SQLite\0\x01\xff\xfe", zstd(&text()), "a:61"),
    ] {
        let content = if place == "a!x:61" && start[0] == b'#' {
            [start, &gzip(&inner)].concat()
        } else {
            [start, &inner].concat()
        };
        expect(&content, 1, &[place]);
    }
    // Other data holds the first bytes of a format, too.
    expect(b"a\x1f\x8b\x08 b BZh9 c PK\x03\x04 d \xfd7zXZ\0 e", 0, &[]);
}

#[test]
fn a_change_of_one_member_reports_that_member() {
    let text = text();
    let sandbox = Sandbox::new();
    sandbox.stage("a", zip(&[("old", &text), ("other", b"nothing")]));
    sandbox.commit_unchecked("an archive");
    let json = ["--staged", "--format", "json"];
    sandbox.stage("a", zip(&[("old", &text), ("other", b"changed")]));
    assert_eq!(places(&sandbox.phguard(json).exits(0)), [] as [&str; 0]);
    sandbox.stage("a", zip(&[("old", &text), ("other", phx().as_bytes())]));
    assert_eq!(places(&sandbox.phguard(json).exits(1)), ["a!other:1"]);
    let longer = [b"a new line\n".to_vec(), text.clone()].concat();
    sandbox.stage("a", zip(&[("old", &longer), ("other", b"changed")]));
    assert_eq!(places(&sandbox.phguard(json).exits(0)), [] as [&str; 0]);
    sandbox.stage("a", zip(&[("old", &[text.clone(), text].concat())]));
    assert_eq!(places(&sandbox.phguard(json).exits(1)).len(), 1);
}

#[test]
fn every_source_opens_containers() {
    let sandbox = Sandbox::new();
    let archive = zip(&[("x", &text())]);
    sandbox.stage("a", &archive);
    sandbox.commit_unchecked("an archive");
    for arguments in [&["--files", "a"][..], &["--range", "HEAD"], &["--history"]] {
        let run = sandbox
            .phguard([arguments, &["--format", "json"]].concat())
            .exits(1);
        assert_eq!(places(&run), ["a!x:61"], "{arguments:?}");
    }
    let mut command = sandbox.command(crate::sandbox::PHGUARD);
    command
        .args(["--files", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&gzip(&tar(&[("x", &text())])))
        .unwrap();
    let run = Run::from(child.wait_with_output().unwrap()).exits(1);
    assert_eq!(places(&run), ["-!x:61"]);
}

#[test]
fn the_configuration_allows_by_the_path_in_git() {
    let sandbox = Sandbox::new();
    sandbox.stage("docs/a.zip", zip(&[("x", &text())]));
    sandbox.stage(".phguard.toml", "[allow]\npaths = [\"docs/\"]\n");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.stage(
        "docs/a.zip",
        zip(&[("x", format!("{} # phguard:allow\n", phx()).as_bytes())]),
    );
    sandbox.git(["rm", "-q", "-f", ".phguard.toml"]);
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_key_in_the_name_of_a_member_is_found() {
    let name = format!("{}.txt", phx());
    expect(&zip(&[(&name, b"nothing")]), 1, &["a!phx_…2xth.txt:1"]);
}

#[test]
fn an_encrypted_archive_is_named_once() {
    let members: &[(&str, &[u8])] = &[("x", b"nothing"), ("y", b"nothing")];
    let run = staged(&zip_with(members, Lengths::InHeader, 1)).exits(0);
    let expected = serde_json::json!([{"path": "a", "reason": "it is an encrypted zip archive"}]);
    assert_eq!(document(&run)["not_opened"], expected);
}

#[test]
fn a_damaged_container_is_named_and_scanned_as_it_is() {
    let key = phx();
    for content in [
        gzip(&text()),
        bzip2(&text()),
        xz(&text()),
        zstd(&text()),
        zip(&[("x", &text())]),
    ] {
        let cut = &content[..content.len() / 2];
        let run = staged(cut);
        assert_ne!(document(&run)["not_opened"], serde_json::json!([]));
        let with_key = [cut, b"\n ", key.as_bytes(), b"\n"].concat();
        staged(&with_key).exits(1);
    }
}

#[test]
fn a_decoder_is_not_read_on_behind_an_error() {
    // The map of the used bytes is empty.
    let damaged = b"BZh91AY&SYP\0\0\0\0\0\0\0\0\0\0\0K\x03\x04";
    for before in ["", "`", "some text\n"] {
        let run = staged(&[before.as_bytes(), damaged].concat());
        run.exits(0);
    }
}

#[test]
fn what_is_nested_too_deeply_is_named() {
    let mut content = text();
    for _ in 0..4 {
        content = zip(&[("x", &content)]);
    }
    expect(&content, 1, &["a!x!x!x!x:61"]);
    content = zip(&[("x", &content)]);
    let run = staged(&content).exits(0);
    assert_eq!(document(&run)["not_opened"][0]["path"], "a!x!x!x!x");
}

/// A bomb: 1 GiB and more of one byte.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![0; 1 << 20];
    for _ in 0..1030 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
#[ignore = "slow without optimization"]
fn a_bomb_is_named() {
    let run = staged(&bomb()).exits(0);
    assert_eq!(
        document(&run)["not_opened"][0]["reason"],
        "more than 1 GiB comes out of it"
    );
}

proptest! {
    #![proptest_config(Config { cases: 40, failure_persistence: None, ..Config::default() })]

    /// Whatever formats a content goes through, up to four of them, its key is found.
    #[test]
    fn a_key_is_found_through_any_formats(formats in proptest::collection::vec(0..8_usize, 1..5), lead in 0..70_000_usize) {
        let detector = phguard::detect::Detector::new();
        let allow = phguard::config::allow::Allow::default();
        let scanner = phguard::scan::Scanner { detector: &detector, allow: &allow, strict: false, markers: phguard::scan::Markers::Counted, progress: &phguard::progress::Progress::new(false) };
        let mut content = [&vec![b' '; lead][..], b"\nKEY=", phx().as_bytes(), b"\n"].concat();
        for format in &formats {
            content = match format {
                0 => gzip(&content),
                1 => bzip2(&content),
                2 => xz(&content),
                3 => zstd(&content),
                4 => zlib(&content),
                5 => tar(&[("x", b"nothing"), ("y", &content)]),
                6 => zip_with(&[("x", b"nothing"), ("y", &content)], Lengths::Behind, 0),
                _ => zip(&[("y", &content)]),
            };
        }
        let outcome = scanner.scan_reader(b"a", &content[..], 0).unwrap();
        prop_assert_eq!(outcome.findings.len(), 1);
        prop_assert_eq!(outcome.findings[0].location.line, 2);
        prop_assert!(outcome.not_opened.is_empty());
    }

    /// No damage makes it panic or hang.
    #[test]
    fn damage_anywhere_is_survived(format in 0..9_usize, place in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let text = text();
        let mut content = match format {
            0 => gzip(&text),
            1 => bzip2(&text),
            2 => xz(&text),
            3 => zstd(&text),
            4 => lzip(&text),
            5 => tar(&[("x", &text)]),
            6 => png(b"iTXt", &text),
            7 => pdf(&text),
            _ => zip(&[("y", &text)]),
        };
        let place = place.index(content.len());
        content[place] = byte;
        let detector = phguard::detect::Detector::new();
        let allow = phguard::config::allow::Allow::default();
        let scanner = phguard::scan::Scanner { detector: &detector, allow: &allow, strict: false, markers: phguard::scan::Markers::Counted, progress: &phguard::progress::Progress::new(false) };
        let outcome = scanner.scan_reader(b"a", &content[..], 0).unwrap();
        prop_assert!(outcome.unscanned.is_empty());
    }
}
