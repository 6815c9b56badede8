//! The table of docs/detection.md, row by row: the examples of each row get the verdict that it states.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::recall::encodings::{Alphabet, ORDERS, wrap};
use crate::sandbox::Sandbox;
use crate::sandbox::archives;
use crate::sandbox::keys::{ERAS, phc, phx, random_bytes};

/// The verdict on the examples of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Found,
    /// Found in parts.
    Split,
    /// Counted only with `--strict`.
    Placeholder,
    Nothing,
}
use Verdict::{Found, Nothing, Placeholder, Split};

struct Row {
    /// The row begins so.
    begins: &'static str,
    verdict: Verdict,
    /// Contents of files.
    examples: Vec<Vec<u8>>,
}

#[test]
fn every_row_has_examples() {
    let page = include_str!("../../docs/detection.md");
    let table = page.lines().filter(|line| line.starts_with("| "));
    let rows: Vec<_> = table.skip(1).collect();
    let known: Vec<_> = known_rows().into_iter().map(|row| row.begins).collect();
    assert_eq!(rows.len(), known.len(), "a row has no examples, or is gone");
    for (row, begins) in rows.iter().zip(known) {
        assert!(row.starts_with(&format!("| {begins}")), "{row}");
    }
}

#[test]
fn every_example_is_judged_as_its_row_states() {
    let sandbox = Sandbox::without_repository();
    let mut wanted = BTreeMap::new();
    for (number, row) in known_rows().into_iter().enumerate() {
        for (example, content) in row.examples.iter().enumerate() {
            let name = format!("{number:02}-{example}.txt");
            sandbox.write(&name, content);
            wanted.insert(name, (row.begins, row.verdict));
        }
    }
    let report = sandbox
        .phguard(["--files", ".", "--format", "json"])
        .exits(1);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let mut found: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let path = finding["path"].as_str().unwrap();
        let file = path.split('!').next().unwrap();
        found.entry(file).or_default().push(finding);
    }
    let mut placeholders = 0;
    let mut wrong = Vec::new();
    for (name, (row, verdict)) in &wanted {
        let here = found.get(&name[..]).map_or(&[][..], |found| &found[..]);
        let is_right = match verdict {
            Found => here.len() == 1,
            Split => here.len() == 1 && here[0]["encoding"] == "split",
            Placeholder | Nothing => here.is_empty(),
        };
        placeholders += u64::from(*verdict == Placeholder);
        if !is_right {
            wrong.push(format!("{name} of '{row}' is not {verdict:?}: {here:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(report["placeholders"], placeholders);
}

/// Rows on names, messages and modes of git, whose examples are no contents.
#[test]
fn names_links_and_messages_are_read() {
    let sandbox = Sandbox::new();
    sandbox.stage(phx(), "a name\n");
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(
        run.stdout.contains("The name of this file"),
        "{}",
        run.stdout
    );
    sandbox.git(["rm", "-qf", &phx()]);
    for (path, attribute) in [("a.bin", "binary"), ("b.txt", "-diff")] {
        sandbox.stage(".gitattributes", format!("{path} {attribute}\n"));
        sandbox.stage(path, [&b"\0\x01\xff"[..], phx().as_bytes(), b"\n"].concat());
        sandbox.phguard(["--staged"]).exits(1);
        sandbox.git(["rm", "-qf", path]);
    }
    crate::sandbox::platform::symlink(phx(), sandbox.repo().join("link"));
    sandbox.git(["add", "link"]);
    sandbox.phguard(["--staged"]).exits(1);
    sandbox.git(["rm", "-qf", "link"]);
    sandbox.stage("clean", "clean\n");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.commit_unchecked(&format!("message with {}", phx()));
    sandbox.git(["tag", "-am", &format!("tag with {}", phx()), "v1"]);
    let run = sandbox.phguard(["--range", "v1"]).exits(1);
    assert!(run.stdout.contains("commit message"), "{}", run.stdout);
    assert!(run.stdout.contains("message of tag v1"), "{}", run.stdout);
}

fn base64(text: &[u8]) -> Vec<u8> {
    Alphabet::Standard.encode_padded(text)
}

fn hex(text: &[u8], separator: &str) -> Vec<u8> {
    let digits: Vec<String> = text.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(separator).into_bytes()
}

fn numbers(text: &[u8]) -> Vec<u8> {
    [b"[", &decimal(text, ", ")[..], b"]"].concat()
}

fn decimal(text: &[u8], separator: &str) -> Vec<u8> {
    let numbers: Vec<String> = text.iter().map(u8::to_string).collect();
    numbers.join(separator).into_bytes()
}

fn in_dress(text: &[u8], dress: impl Fn(u8) -> String) -> Vec<u8> {
    let all: Vec<String> = text.iter().map(|byte| dress(*byte)).collect();
    all.concat().into_bytes()
}

/// Words of sixteen bits with the low byte first, as `od -x` writes them.
fn swapped_words(text: &[u8]) -> Vec<u8> {
    let mut words = String::from("0000000");
    for pair in text.chunks_exact(2) {
        words += &format!(" {:02x}{:02x}", pair[1], pair[0]);
    }
    words.into_bytes()
}

/// A list in JSON that is indented so far, behind a line of a log.
fn one_a_line(text: &[u8], indent: usize) -> Vec<u8> {
    let log = b"2026-11-26T10:11:12.345Z INFO the request was served without a cookie [\n";
    let separator = format!(",\n{}", " ".repeat(indent));
    [
        log,
        &separator.as_bytes()[2..],
        &decimal(text, &separator)[..],
    ]
    .concat()
}

fn escaped(text: &str, escape: impl Fn(u8) -> String) -> Vec<u8> {
    format!("k = \"{}\"", text.bytes().map(escape).collect::<String>()).into_bytes()
}

/// Puts a text between pieces of so many characters.
fn every(text: &str, length: usize, between: &str) -> String {
    let mut cut = String::new();
    for (number, character) in text.chars().enumerate() {
        if number > 0 && number % length == 0 {
            cut += between;
        }
        cut.push(character);
    }
    cut
}

/// The keys of all generators.
fn keys_of_all_times() -> Vec<Vec<u8>> {
    let mut keys = vec![format!("phe_{}", &phx()[4..]).into_bytes()];
    for (number, era) in ERAS.iter().enumerate() {
        let key = era.key(&random_bytes(number as u64, era.random_bytes));
        keys.push(format!("key: {key}\n").into_bytes());
    }
    keys
}

fn texts<const N: usize>(texts: [String; N]) -> Vec<Vec<u8>> {
    texts.into_iter().map(String::into_bytes).collect()
}

fn wide(text: &str) -> Vec<Vec<u8>> {
    let mut all: Vec<_> = ORDERS.map(|order| order.encode(text)).into();
    all.push(text.bytes().flat_map(|b| [b, 0, 0, 0]).collect());
    all.push(text.bytes().flat_map(|b| [0, 0, 0, b]).collect());
    all
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn known_rows() -> Vec<Row> {
    let key = phx();
    let (prefix, body) = key.split_at(4);
    let (left, right) = body.split_at(20);
    let legacy = "Rk7TqWn3ZxHcVb5MsJdYKq7RkpTqWn4ZxHcVb9MsJdYa";
    let legacy = &legacy[..43];
    let named = format!("POSTHOG_PERSONAL_API_KEY={legacy}\n");
    let lower = format!("personal_api_key={legacy}\n");
    let to_text = |text: &[u8]| String::from_utf8(text.to_vec()).unwrap();
    let secret = format!("key: {key}\n").into_bytes();
    let gz = archives::gzip(&secret);
    let hash = hex(&random_bytes(9, 20), "");
    let hash = String::from_utf8(hash).unwrap();
    let row = |begins, verdict, examples| Row {
        begins,
        verdict,
        examples,
    };
    vec![
        row("`phx_` personal API keys", Found, keys_of_all_times()),
        row("of every age", Found, keys_of_all_times()),
        row(
            "touched on both sides",
            Found,
            texts([format!("\u{1}a7{key}rowid42\u{2}"), format!("xY{key}\0")]),
        ),
        row(
            "personal keys from before June 2021",
            Found,
            texts([
                format!("personal_api_key = \"{legacy}\"\n"),
                format!("- name: POSTHOG_PERSONAL_API_KEY\n  value: {legacy}\n"),
                format!("<key>personalApiKey</key>\n<string>{legacy}</string>\n"),
                format!("\"<key>personalApiKey</key>\\n<string>{legacy}</string>\\n\""),
                format!("${{POSTHOG_PERSONAL_API_KEY:-{legacy}}}\n"),
                to_text(&hex(lower.as_bytes(), "")),
                to_text(&hex(lower.as_bytes(), " ")),
                to_text(&hex(named.as_bytes(), "")),
                to_text(&hex(named.as_bytes(), " ")).to_uppercase(),
                to_text(&base64(named.as_bytes())),
            ]),
        ),
        row(
            "shorter bodies",
            Found,
            texts([
                format!("k: {prefix}{left}\n"),
                format!("phe_{}\n", &left[..16]),
            ]),
        ),
        row(
            "base64 at any offset",
            Found,
            vec![
                base64(&secret),
                base64(&[b"a", &secret[..]].concat()),
                base64(&[b"ab", &secret[..]].concat()),
                wrap(&base64(&secret), 20, b"\n"),
                wrap(&base64(&secret), 32, b"\",\n  \""),
                wrap(&base64(&secret), 4, b" "),
                wrap(&base64(&secret), 24, b"\" <>\n  \""),
                wrap(&base64(&secret), 24, b"\" & _\r\n  \""),
                wrap(&base64(&secret), 24, b"'\n    b'"),
                wrap(&base64(&secret), 24, b"^\r\n"),
                wrap(&base64(&secret), 24, b"|\n"),
                wrap(&base64(&secret), 24, b";\n"),
                wrap(&base64(&secret), 24, b"\t"),
                [b"REM ", &wrap(&base64(&secret), 24, b"\nREM ")[..]].concat(),
                [b"++", &wrap(&base64(&secret), 24, b"\n++")[..]].concat(),
            ],
        ),
        row(
            "base64 of base64",
            Found,
            vec![
                base64(&base64(&secret)),
                base64(&ORDERS[0].encode(&format!("key: {key}\n"))),
                base64(&hex(&secret, "")),
                ORDERS[0].encode(&String::from_utf8(base64(&secret)).unwrap()),
                ORDERS[1].encode(&String::from_utf8(hex(&secret, "")).unwrap()),
            ],
        ),
        row(
            "hex: plain",
            Found,
            vec![
                hex(&secret, ""),
                [b"0x", &hex(&secret, ", 0x")[..]].concat(),
                [b"'\\x", &hex(&secret, "\\x")[..], b"'"].concat(),
                hex(&secret, " "),
                hex(&secret, ":"),
                numbers(&secret),
                one_a_line(&secret, 12),
                [b"(byte)0x", &hex(&secret, ", (byte)0x")[..]].concat(),
                [b"chr(", &decimal(&secret, ") . chr(")[..], b")"].concat(),
                [b"#", &decimal(&secret, "#")[..]].concat(),
                [b"&H", &hex(&secret, ", &H")[..]].concat(),
                hex(&secret, "|"),
                in_dress(&secret, |b| format!("{b:02x}h, ")),
                in_dress(&secret, |b| format!("0x{b:02x}u8, ")),
                in_dress(&secret, |b| format!("16#{b:02X}#, ")),
                in_dress(&secret, |b| format!("std::byte{{0x{b:02x}}}, ")),
                in_dress(&secret, |b| format!("    db 0{b:02X}h\n")),
                in_dress(&secret, |b| format!("{{\"byte\":{b}}},")),
                in_dress(&secret, |b| match b {
                    b'\n' => String::new(),
                    _ => format!("0x{b:02x}, /* {} */\n", char::from(b)),
                }),
                swapped_words(&secret),
                swapped_words(&[b"x", &secret[..]].concat()),
            ],
        ),
        row(
            "base64, hex, byte lists and escaped strings of gzip",
            Found,
            vec![
                base64(&gz),
                hex(&gz, ""),
                numbers(&gz),
                base64(&archives::zlib(&secret)),
                base64(&archives::zip(&[("a", &secret)])),
                base64(&archives::bzip2(&secret)),
                base64(&archives::xz(&secret)),
                base64(&archives::zstd(&secret)),
                base64(&archives::pdf(&secret)),
                [b"s = b'\\x", &hex(&gz, "\\x")[..], b"'"].concat(),
            ],
        ),
        row(
            "archives and compressed streams behind",
            Found,
            vec![
                [b"#!/bin/sh\nexit\n", &gz[..]].concat(),
                [&[0x90; 300][..], &archives::zip(&[("a", &secret)])].concat(),
            ],
        ),
        row("UTF-16 and UTF-32", Found, wide(&format!("key: {key}\n"))),
        row("the underscore escaped", Found, {
            let escapes = [
                "%5F",
                "%u005F",
                "=5F",
                "\\u005f",
                "\\x5f",
                "\\_",
                "&#95;",
                "_x005F_",
                "\\N{LOW LINE}",
                "\\textunderscore ",
                "{\\_}",
                "$\\_$",
                "\\string_",
                "\u{ff3f}",
            ];
            let written = |escape: &str| format!("k = {}\n", key.replace('_', escape)).into_bytes();
            escapes.map(written).into()
        }),
        row(
            "any other character of the prefix escaped",
            Found,
            texts([
                format!("%70{}", &key[1..]),
                format!("%2570%2568%2578%255F{body}"),
                format!("p\\u0068{}", &key[2..]),
                format!("&#112;{}", &key[1..]),
                format!("{}{body}", r"\\x70\\x68\\x78\\x5f"),
                format!("{}{body}", r"\\u0070\\u0068\\u0078\\u005f"),
                format!("{}{body}", r"\160\150\170\137"),
                format!("{}{body}", r"\u{70}\u{68}\u{78}_"),
                format!("&amp;#112;&amp;#104;&amp;#120;_{body}"),
                format!("&amp;#x70;&amp;#x68;&amp;#x78;_{body}"),
                format!("\u{ff50}\u{ff48}\u{ff58}_{body}"),
            ]),
        ),
        row(
            "all characters escaped",
            Found,
            vec![
                escaped(&key, |b| format!("%{b:02x}")),
                escaped(&key, |b| format!("\\u{b:04x}")),
                escaped(&key, |b| format!("\\x{b:02x}")),
                escaped(&key, |b| format!("&#{b};")),
                escaped(&key, |b| format!("={b:02X}")),
            ],
        ),
        row(
            "cut by invisible characters",
            Found,
            texts([
                format!("{prefix}\u{1b}[32m{body}\u{1b}[0m"),
                format!("{prefix}{left}\u{200b}{right}"),
                format!("{prefix}{left}\u{ad}{right}"),
                format!("{prefix}{left}<wbr>{right}"),
                format!("{prefix}{left}=\n{right}"),
                format!("{prefix}{left}\u{1b}]8;;\u{7}{right}"),
                format!("{prefix}{left}<!-- -->{right}"),
            ]),
        ),
        row(
            "split over literals",
            Split,
            texts([
                format!("k = '{prefix}' + '{body}'\n"),
                format!("k = '{prefix}{left}' '{right}'\n"),
                format!("k = \"{prefix}{left}\" & _\n  \"{right}\"\n"),
                format!("k = `{prefix}${{'{body}'}}`\n"),
                format!("k = ['phx', '{body}'].join('_')\n"),
                format!("k = '{prefix}{left}';\nk += '{right}';\n"),
                format!("k = \"{}\"\n", every(&key, 10, "\" +\n  \"")),
                format!("k = \"{}\"\n", every(&key, 16, "\" + // a piece\n  \"")),
                format!("k.append(\"{prefix}{left}\")\n .append(\"{right}\");\n"),
                format!("k = \"{prefix}{left}\" /* the rest */ \"{right}\";\n"),
                format!("k = &quot;{prefix}{left}&quot; + &quot;{right}&quot;;\n"),
            ]),
        ),
        row(
            "put together at run time",
            Split,
            texts([
                format!("k = '{prefix}%s' % '{body}'\n"),
                format!("k = '{prefix}{{}}'.format('{body}')\n"),
                format!("S = '{body}'\nK = f'{prefix}{{S}}'\n"),
                format!("P = '{prefix}'\n\nB = '{body}'\nK = P + B\n"),
            ]),
        ),
        row(
            "folded over lines",
            Split,
            texts([
                format!("key: >-\n  {prefix}{left}\n  {right}\nother: 1\n"),
                format!("# {prefix}{left}\n# {right}\n"),
                format!("**{prefix}**{body}\n"),
            ]),
        ),
        row("in a new file's name", Found, Vec::new()),
        row("in the messages of commits", Found, Vec::new()),
        row(
            "under a name that build tools copy",
            Found,
            texts([
                format!("NEXT_PUBLIC_KEY={key}\n"),
                format!("VITE_KEY={key}\n"),
            ]),
        ),
        row(
            "`phc_` project tokens",
            Nothing,
            vec![
                phc().into_bytes(),
                base64(format!("key: {}", phc()).as_bytes()),
                ORDERS[0].encode(&phc()),
                format!("'phc_' + '{}'", &phc()[4..]).into_bytes(),
            ],
        ),
        row(
            "placeholders",
            Placeholder,
            texts([
                "phx_xxxxxxxxxxxxxxxxxxxx".into(),
                "phx_abcdef1234567890abcdef".into(),
            ]),
        ),
        row(
            "ULIDs",
            Nothing,
            texts([
                "phx_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
                "phx_01h455vb4pex5vsknk084sn02q".into(),
                "phx_507f1f77bcf86cd799439011".into(),
                "phx_550e8400e29b41d4a716446655440000".into(),
                format!("phx_{hash}"),
            ]),
        ),
        row(
            "`phx_trigger_action`",
            Nothing,
            texts([
                "phx_trigger_action(sphx_glr_plot_gallery_of_examples)".into(),
                "migraphx_fuse_reduce alpha_compositing phs_ci_pipeline_2".into(),
                "LoadGraphs_ReturnsCorrectJSONResponse".into(),
            ]),
        ),
        row(
            "encrypted values",
            Nothing,
            texts([
                format!("personal_api_key_hash = \"{legacy}\"\n"),
                format!("personal_api_key_encrypted: {legacy}\n"),
                format!("personal_api_key: {legacy}+{legacy}/{legacy}=\n"),
            ]),
        ),
        row(
            "alphabets, progressions",
            Placeholder,
            texts([
                format!("phx_{}", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"),
                format!("phx_{}", "Kq7Rk7TqZxHcVb5MsJdYWn".repeat(2)),
                format!("phx_{}", "handleWebsocketConnectionUpgradeRequestHeader"),
            ]),
        ),
        row(
            "a key that is encrypted",
            Nothing,
            vec![
                base64(&base64(&base64(&secret))),
                format!("{:?}", key.chars().collect::<Vec<_>>()).into_bytes(),
                escaped(&key, |b| match b {
                    b'a'..=b'z' => char::from((b - b'a' + 13) % 26 + b'a').into(),
                    b'A'..=b'Z' => char::from((b - b'A' + 13) % 26 + b'A').into(),
                    _ => char::from(b).into(),
                }),
            ],
        ),
        row(
            "prefix and body in variables more",
            Nothing,
            texts([
                format!(
                    "P = '{prefix}'\n{}B = '{body}'\nK = P + B\n",
                    "x = 1\n".repeat(5)
                ),
                format!("P = '{prefix}'\nA = '{left}'\nB = '{right}'\nK = P + A + B\n"),
                format!("K = 'phx' + SEPARATOR + '{body}'\n"),
                format!("value: {legacy}\nname: POSTHOG_PERSONAL_API_KEY\n"),
            ]),
        ),
    ]
}
