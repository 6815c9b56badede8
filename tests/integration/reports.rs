//! Each format of the report, to the letter; none ever holds a key.

use std::fs;
use std::process::Command;

use crate::recall::encodings::{ALPHABETS, ORDERS};
use crate::sandbox::keys::{ERAS, phx, random_bytes};
use crate::sandbox::snapshots::assert_snapshot;
use crate::sandbox::{Run, Sandbox};
use phguard::config::allow::Allow;
use phguard::detect::{Detector, Shape};
use phguard::failure::failed;
use phguard::key::KINDS;
use phguard::progress::Progress;
use phguard::report::style::{ColorChoice, Palette};
use phguard::report::text::Screen;
use phguard::report::{Detail, Mode, Report, failure, github, human, json, sarif};
use phguard::scan::{Markers, Outcome, Scanner};
use phguard::source::files;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;

/// One file with a key twice, one that is missing, one with a name that would forge a command.
fn with_findings() -> Sandbox {
    let sandbox = Sandbox::without_repository();
    sandbox.write(
        "a b.ts",
        format!("import x\nconst key = \"{0}\"; // {0}\n", phx()),
    );
    sandbox.write("c,d::e", format!("VITE_KEY={}\n", &phx()[..30]));
    sandbox
}

fn reported(sandbox: &Sandbox, format: &str) -> Run {
    sandbox
        .phguard([
            "--files",
            "a b.ts",
            "c,d::e",
            "missing%0A",
            "--format",
            format,
        ])
        .exits(2)
}

#[test]
fn every_format_says_what_it_always_said() {
    let sandbox = with_findings();
    for (format, file) in [
        ("human", "human.txt"),
        ("json", "report.json"),
        ("sarif", "report.sarif"),
        ("github", "github.txt"),
    ] {
        let said = reported(&sandbox, format).stdout;
        // A document is one line there and many here, so that a difference can be read.
        let said = match serde_json::from_str::<serde_json::Value>(&said) {
            Ok(document) => format!("{document:#}\n"),
            Err(_) => said,
        };
        assert_snapshot(&format!("reports/{file}"), &said);
    }
}

#[test]
fn without_a_finding_github_is_told_nothing() {
    let sandbox = Sandbox::without_repository();
    sandbox.write("clean", "nothing\n");
    assert_eq!(
        sandbox
            .phguard(["--files", "clean", "--format", "github"])
            .exits(0)
            .stdout,
        ""
    );
}

#[test]
fn a_clean_run_is_a_document_with_no_results() {
    let sandbox = Sandbox::with_hook();
    sandbox.stage("clean", "nothing\n");
    for arguments in [
        &["--staged"][..],
        &["--files", "clean"],
        &["hook", "pre-commit"],
    ] {
        let run = sandbox
            .phguard([arguments, &["--format", "sarif"]].concat())
            .exits(0);
        let log: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            log["runs"][0]["results"],
            serde_json::json!([]),
            "{arguments:?}"
        );
        assert_eq!(
            log["runs"][0]["invocations"][0]["executionSuccessful"],
            true
        );
    }
}

#[test]
fn an_own_kind_has_a_rule_of_its_own() {
    let sandbox = Sandbox::without_repository();
    let key = "[[keys]]\nid = 'proxy-token'\nregex = 'prx-([a-z0-9]{12})'\ndescription = 'It opens our proxy.'\n";
    sandbox.write(".phguard.toml", key);
    sandbox.write("a", "prx-abc123def456\n");
    let run = sandbox
        .phguard(["--files", "a", "--format", "sarif"])
        .exits(1);
    let log: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let index = KINDS.len();
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "proxy-token");
    assert_eq!(run["results"][0]["ruleIndex"], index);
}

#[test]
fn explain_tells_the_steps_of_every_rotation() {
    let sandbox = Sandbox::without_repository();
    let all = sandbox.phguard(["explain"]).exits(0).stdout;
    assert_snapshot("reports/explain.txt", &all);
}

/// Microsoft's validator, with the schema and with GitHub's rules. Its exit code is 0 whatever it finds.
#[test]
#[ignore = "fetches the validator with npm"]
fn the_sarif_is_what_github_takes() {
    let sandbox = with_findings();
    let scratch = sandbox.root().join("npm");
    fs::create_dir(&scratch).unwrap();
    let package = "@microsoft/sarif-multitool-linux";
    let npm = [
        "install",
        "--no-save",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
        ".",
        package,
    ];
    Run::of(Command::new("npm").args(npm).current_dir(&scratch)).exits(0);
    let tool = scratch
        .join("node_modules")
        .join(package)
        .join("Sarif.Multitool");
    crate::sandbox::make_executable(&tool);
    fs::write(
        scratch.join("found.sarif"),
        reported(&sandbox, "sarif").stdout,
    )
    .unwrap();
    sandbox.write("clean", "nothing\n");
    let clean = sandbox
        .phguard(["--files", "clean", "--format", "sarif"])
        .exits(0);
    fs::write(scratch.join("clean.sarif"), clean.stdout).unwrap();
    let wrong = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"message":{"text":"x"}}]}]}"#;
    fs::write(scratch.join("wrong.sarif"), wrong).unwrap();
    let validate = |file: &str| {
        let mut command = sandbox.command(&tool);
        command
            .args(["validate", file, "--rule-kind", "Sarif;Ghas"])
            .current_dir(&scratch);
        let run = Run::of(command.env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"));
        assert!(
            run.stdout.contains("1 files scanned"),
            "{}{}",
            run.stdout,
            run.stderr
        );
        run.stdout
    };
    assert!(
        validate("wrong.sarif").contains("error GH"),
        "the validator finds nothing"
    );
    for file in ["found.sarif", "clean.sarif"] {
        let said = validate(file);
        assert!(!said.contains(": error "), "{file}: {said}");
    }
}

/// A key as it may stand in a file, and what of that text may not be shown again.
fn written(seed: u64, form: usize) -> (Vec<u8>, String) {
    let era = &ERAS[usize::try_from(seed).unwrap() % ERAS.len()];
    let key = era.key(&random_bytes(seed, era.random_bytes));
    let text = match form {
        0 => key.clone().into_bytes(),
        1 => key.replace('_', "%5F").into_bytes(),
        2 => key.replace('_', "\\u005f").into_bytes(),
        3..5 => ALPHABETS[form - 3].encode_padded(format!("user:{key}").as_bytes()),
        5..7 => ORDERS[form - 5].encode(&format!("\nkey={key}\n")),
        _ => key.as_bytes()[..30].to_vec(),
    };
    (text, key)
}

/// Everything that a report of these files can say.
fn everything_printed(outcome: &Outcome) -> Vec<u8> {
    let report = Report {
        explain: true,
        detail: Detail::All,
        ..Report::new(outcome, Mode::Staged, true)
    };
    let mut text = format!("{outcome:?}{outcome:#?}").into_bytes();
    human::write(&mut text, &report, Screen::plain()).unwrap();
    json::write(&mut text, &report).unwrap();
    sarif::write(&mut text, &report).unwrap();
    github::write(&mut text, &report).unwrap();
    text
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// No ten characters of the key that are not its last four, nor of the base64 in which it stands.
fn shows(text: &[u8], written: &[u8], key: &str) -> bool {
    let length = key.len().min(written.len());
    let body = &key.as_bytes()[4..length - 4];
    let secret = |part: &[u8]| part.iter().all(u8::is_ascii_alphanumeric);
    let encoded = written.windows(20).filter(|part| secret(part));
    body.windows(10)
        .chain(encoded)
        .any(|part| holds(text, part))
        || Detector::new()
            .scan(text)
            .iter()
            .any(|hit| hit.shape == Shape::Whole)
}

fn around() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..60),
        select(vec![
            "",
            "\n",
            "key=\"",
            "POSTHOG_PERSONAL_API_KEY=",
            "phx_",
            "a_",
            "\"; phx_",
            "::error::",
            "-u "
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        "[ A-Za-z0-9_=/+-]{0,80}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_format_ever_holds_a_key(before in around(), seed in any::<u64>(), form in 0..8_usize, after in around(), strict in any::<bool>()) {
        let (text, key) = written(seed, form);
        let dir = tempfile::tempdir().unwrap();
        let name = if form < 3 { format!("_{}.txt", String::from_utf8_lossy(&text)) } else { "a".into() };
        let (file, missing) = (dir.path().join(&name), dir.path().join(format!("missing{name}")));
        fs::write(&file, [&before, &b" "[..], &text, b"\n", &after].concat()).unwrap();
        let (detector, allow) = (Detector::new(), Allow::default());
        let outcome = Scanner { detector: &detector, allow: &allow, strict, markers: Markers::Counted, progress: &Progress::new(false) }.scan_disk(&files::files_below(&[file, missing], files::Ignored::LeftOut)[0]);
        // One of eighty keys that are cut this short reads like a name.
        prop_assume!(form < 7 || !outcome.findings.is_empty());
        prop_assert!(!outcome.findings.is_empty());
        prop_assert!(!shows(&everything_printed(&outcome), &text, &key));
    }

    #[test]
    fn no_error_message_ever_holds_a_key(before in "\\PC{0,30}", seed in any::<u64>(), form in 0..4_usize, after in "\\PC{0,30}") {
        let (text, key) = written(seed, form);
        let quoted = format!("{before} {} {after}", String::from_utf8_lossy(&text));
        let error = failed(quoted.clone(), "try", anyhow::anyhow!(quoted));
        let palette = Palette::decide(ColorChoice::Never, |_| None, false);
        prop_assert!(!shows(failure::text(&error, None, palette).as_bytes(), &text, &key));
    }
}
