//! What `.phguard.toml` allows and adds, and what the report for programs says of it.

use phguard::key::KINDS;

use crate::sandbox::keys::{key, masked, phx};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{Run, Sandbox};
use serde_json::Value;

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|e| panic!("{e}: {}", run.stdout))
}

#[test]
fn the_report_for_programs_says_where_and_what() {
    let sandbox = Sandbox::new();
    sandbox.stage("src/a.ts", format!("é\n  x = '{}';\n", phx()));
    let report = json(&sandbox.phguard(["--format", "json"]).exits(1));
    assert_eq!(
        (&report["version"], &report["mode"], &report["tool"]["name"]),
        (&1.into(), &"staged".into(), &"phguard".into())
    );
    assert_eq!(
        (&report["scanned"]["files"], &report["scanned"]["bytes"]),
        (&1.into(), &(3 + 7 + phx().len() + 3).into())
    );
    let finding = &report["findings"][0];
    for (field, expected) in [
        ("kind", "personal-api-key"),
        ("severity", "critical"),
        ("path", "src/a.ts"),
        ("encoding", "plain"),
    ] {
        assert_eq!(finding[field], expected, "{field}");
    }
    assert_eq!(finding["masked"], masked(&phx()));
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&2.into(), &8.into())
    );
    assert_eq!(finding["end_column"], 8 + phx().len());
}

#[test]
fn the_report_for_programs_is_written_when_all_is_clean_too() {
    let sandbox = Sandbox::new();
    let report = json(&sandbox.phguard(["--format", "json"]).exits(0));
    assert_eq!(report["findings"], Value::Array(vec![]));
}

#[test]
fn a_fingerprint_from_the_report_allows_that_key_anywhere_and_no_other() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", phx());
    let report = json(&sandbox.phguard(["--format", "json"]).exits(1));
    let fingerprint = report["findings"][0]["fingerprint"].as_str().unwrap();
    assert!(
        sandbox
            .phguard(["--staged"])
            .stdout
            .contains(&format!("fingerprint {fingerprint}"))
    );
    sandbox.stage(
        ".phguard.toml",
        format!("[allow]\nfingerprints = [\n  \"{fingerprint}\",\n]\n"),
    );
    sandbox.stage("moved", format!("\n\n{}", phx()));
    let report = json(&sandbox.phguard(["--format", "json"]).exits(0));
    assert_eq!(
        (
            &report["allowed"],
            &report["allowed_findings"][0]["allowed_by"]
        ),
        (&2.into(), &"fingerprint".into())
    );
    sandbox.stage("b", key(2));
    sandbox.phguard(["--staged"]).exits(1);
}

#[test]
fn globs_allow_files() {
    let sandbox = Sandbox::new();
    sandbox.stage(
        ".phguard.toml",
        "[allow]\npaths = ['tests/*.snap', 'docs/', '**/deep.txt']\n",
    );
    for path in ["tests/a.snap", "docs/a/b", "x/y/deep.txt"] {
        sandbox.stage(path, phx());
    }
    sandbox.phguard(["--staged"]).exits(0);
    for path in ["tests/sub/a.snap", "a.snap", "doc/a"] {
        sandbox.stage(path, phx());
        sandbox.phguard(["--staged", path]).exits(1);
    }
}

#[test]
fn a_configuration_that_is_not_part_of_the_commit_hides_nothing() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", phx());
    sandbox.write(".phguard.toml", "[allow]\npaths = ['**']\n");
    sandbox.phguard(["--staged"]).exits(1);
    sandbox.git(["add", ".phguard.toml"]);
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_named_configuration_is_read_from_disk() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", phx());
    sandbox.write("other.toml", "[allow]\npaths = ['**']\n");
    sandbox.phguard(["--config", "other.toml"]).exits(0);
    sandbox.phguard(["--config", "nowhere.toml"]).exits(2);
}

#[test]
fn a_wrong_configuration_approves_nothing_and_is_named() {
    let sandbox = Sandbox::new();
    sandbox.stage(".phguard.toml", "[allow]\nfiles = ['**']\n");
    let run = sandbox.phguard(["--staged"]).exits(2);
    assert!(
        run.stderr.contains(".phguard.toml, line 2") && run.stderr.contains("`paths`"),
        "{}",
        run.stderr
    );
}

#[test]
fn own_patterns_are_found_and_described() {
    let sandbox = Sandbox::new();
    let keys = "[[keys]]\nid = 'proxy-token'\nregex = 'prx-([a-z0-9]{12})'\ndescription = 'It opens our proxy.'\n";
    sandbox.stage(".phguard.toml", keys);
    sandbox.stage("a", "token: prx-abc123def456\n");
    let run = sandbox.phguard(["--staged"]).exits(1);
    for part in ["a:1:12", "proxy-token", "It opens our proxy.", "…f456"] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
}

#[test]
fn markers_of_other_tools_count_only_if_the_project_says_so() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", format!("{} # gitleaks:allow\n", phx()));
    sandbox.phguard(["--staged"]).exits(1);
    sandbox.stage(".phguard.toml", "[allow]\nmarkers = ['gitleaks:allow']\n");
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_key_in_a_new_files_name_is_found_and_masked_wherever_the_name_is_shown() {
    let sandbox = Sandbox::new();
    let path = format!("dir/{}.txt", phx());
    sandbox.stage(&path, format!("{}\n", key(2)));
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(
        run.stdout
            .contains("The name of this file holds a personal API key"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains(&format!("dir/{}.txt:1:1", masked(&phx()))),
        "{}",
        run.stdout
    );
    for output in [run.stdout, sandbox.phguard(["--format", "json"]).stdout] {
        assert!(!output.contains(&phx()[8..40]), "the key is printed");
    }
    sandbox.commit_unchecked("the name is in");
    sandbox.stage(&path, "edited\n");
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_secret_under_a_browser_exposed_name_is_called_out() {
    let sandbox = Sandbox::new();
    sandbox.stage(".env", format!("NEXT_PUBLIC_POSTHOG_KEY={}\n", phx()));
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(
        run.stdout
            .contains("NEXT_PUBLIC_POSTHOG_KEY is copied into the browser"),
        "{}",
        run.stdout
    );
    sandbox.stage(".env", format!("POSTHOG_PERSONAL_API_KEY={}\n", phx()));
    assert!(
        !sandbox
            .phguard(["--staged"])
            .exits(1)
            .stdout
            .contains("browser")
    );
}

#[test]
fn utf_16_is_read_and_its_columns_are_characters() {
    let sandbox = Sandbox::new();
    let text = format!("\u{feff}one\r\nkey={}\r\n", phx());
    sandbox.stage(
        "a.txt",
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
    );
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert_run(
        "config/utf-16-is-read-and-its-columns-are-characters.txt",
        &run,
    );
    assert!(
        run.stdout.contains(&format!("    key={}", masked(&phx()))),
        "{}",
        run.stdout
    );
}

#[test]
fn every_kind_can_be_explained() {
    let sandbox = Sandbox::without_repository();
    let all = sandbox.phguard(["explain"]).exits(0).stdout;
    for prefix in KINDS.iter().map(|kind| kind.prefix) {
        let one = sandbox.phguard(["explain", prefix]).exits(0).stdout;
        assert!(one.contains("If it has left your machine"), "{one}");
        assert!(all.contains(one.lines().next().unwrap()), "{prefix}");
    }
    sandbox.phguard(["explain", "personal-api-key"]).exits(0);
    sandbox.phguard(["explain", "phc_"]).exits(2);
}

#[test]
fn an_error_never_quotes_a_key() {
    let sandbox = Sandbox::new();
    for text in [
        format!("[allow]\npaths = '{}'\n", phx()),
        format!("[allow]\n{} = 1\n", phx()),
        format!("{}\n", phx()),
    ] {
        sandbox.stage(".phguard.toml", text);
        let run = sandbox.phguard(["--staged"]).exits(2);
        assert!(!run.stderr.contains(&phx()[8..40]), "the key is printed");
    }
    for arguments in [
        vec![phx()],
        vec![format!("--{}", phx())],
        vec!["explain".into(), phx()],
        vec!["hook".into(), phx()],
    ] {
        let run = sandbox.phguard(arguments).exits(2);
        assert!(!run.stderr.contains(&phx()[8..40]), "the key is printed");
    }
}
