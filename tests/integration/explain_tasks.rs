//! `phguard explain` by task: each line that it prints can be run, and hands the new key on.

use std::fs;

use crate::sandbox::hooks::write_program;
use crate::sandbox::keys::phx;
use crate::sandbox::posthog::{HOST, PostHog};
use crate::sandbox::{Run, Sandbox};

/// The lines to copy that follow a heading.
fn commands(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| !line.starts_with(' '))
        .collect()
}

fn said(words: &[&str]) -> String {
    let sandbox = Sandbox::without_repository();
    let arguments: Vec<&str> = ["explain"]
        .into_iter()
        .chain(words.iter().copied())
        .collect();
    sandbox.phguard(arguments).exits(0).stdout
}

#[test]
fn a_task_is_found_by_the_words_that_people_use() {
    for (words, expected) in [
        (
            &["scopes", "dashboards"][..],
            "insight:read dashboard:read query:read",
        ),
        (&["dashboards"], "insight:read dashboard:read query:read"),
        (&["scopes for flags"], "feature_flag:write"),
        (&["Scopes", "exports"], "batch_export:read"),
        (&["scopes", "annotations"], "annotation:write"),
        (&["person"], "person:read"),
        (&["rotate", "vercel"], "vercel env add"),
        (&["rotate", "with", "github-actions"], "gh secret set"),
        (&["k8s"], "kubectl patch"),
        (&["audit"], "api/personal_api_keys/"),
        (&["leak"], "phguard --history"),
        (&["after", "a", "leak"], "phguard --history"),
    ] {
        let text = said(words);
        assert!(text.contains(expected), "{words:?}: {text}");
    }
    for group in ["scopes", "rotate"] {
        assert!(said(&[group]).lines().count() > 20, "{group}");
    }
    assert!(!said(&["rotate", "fly"]).contains("vercel"));
    let sandbox = Sandbox::without_repository();
    for words in [
        &["scopes", "nosuch"][..],
        &["vercel", "flags"],
        &["phx_", "phs_"],
        &["with"],
    ] {
        let arguments: Vec<&str> = ["explain"]
            .into_iter()
            .chain(words.iter().copied())
            .collect();
        let run = sandbox.phguard(arguments).exits(2);
        assert!(
            run.stderr
                .contains("`leak`, `scopes`, `rotate` and `audit`"),
            "{}",
            run.stderr
        );
    }
}

/// Each tool is replaced by one that keeps its arguments and its input.
#[test]
fn each_line_that_rotates_hands_the_new_key_on_and_prints_none() {
    let sandbox = Sandbox::new();
    let bin = sandbox.root().join("bin");
    fs::create_dir(&bin).unwrap();
    let received = sandbox.root().join("received");
    for tool in [
        "vercel", "gh", "kubectl", "heroku", "netlify", "fly", "doppler", "op",
    ] {
        let script = format!(
            "#!/bin/sh\necho \"{tool} $*\" >>{0}\nfor argument; do [ \"$argument\" != /dev/stdin ] || cat >>{0}; done\n\
             [ -t 0 ] || cat >>{0}\nenv | grep op:// >>{0}\necho \"$*\"\n",
            received.display()
        );
        write_program(&bin.join(tool), &script);
    }
    for (place, sets) in [
        ("vercel", 1),
        ("github", 3),
        ("kubernetes", 1),
        ("heroku", 1),
        ("netlify", 1),
        ("fly", 1),
        ("doppler", 1),
        ("1password", 1),
    ] {
        let text = said(&["rotate", place]);
        drop(fs::remove_file(&received));
        let lines = commands(&text);
        assert!(!lines.is_empty(), "{text}");
        for line in lines {
            let path = std::env::var("PATH").unwrap();
            let run = Run::of(
                sandbox
                    .command("bash")
                    .args(["-euc", line])
                    .env("NEW_KEY", phx())
                    .env("PATH", format!("{}:{path}", bin.display())),
            )
            .exits(0);
            assert!(!run.stdout.contains(&phx()), "{line}: {}", run.stdout);
        }
        let received = fs::read_to_string(&received).unwrap();
        assert_eq!(
            received.matches(&phx()).count(),
            sets,
            "{place}: {received}"
        );
        assert!(
            received.contains("POSTHOG_PERSONAL_API_KEY") || place == "1password",
            "{received}"
        );
    }
}

/// curl is replaced by one that parses its line and answers as the API does.
#[test]
fn each_line_for_the_audit_feeds_it() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.txt", "clean\n");
    sandbox.commit_unchecked("first");
    sandbox.write("keys.json", "[]");
    let posthog = PostHog::beside(&sandbox);
    let key = r#"{"label":"a","mask_value":"phx_...abcd","created_at":"2026-11-20","last_used_at":null,"scopes":["*"]}"#;
    posthog.answer("api/personal_api_keys/@current/", key);
    posthog.answer("api/projects/7/project_secret_api_keys/", key);
    let log = r#"[{"user":null,"activity":"deleted","scope":"Team","detail":null,"created_at":"2026-11-02"}]"#;
    posthog.answer("api/projects/7/activity_log/", log);
    posthog.answer("api/organizations/8/advanced_activity_logs/", log);
    let text = said(&["audit"]);
    let lines = commands(&text);
    assert!(lines.len() >= 9, "{text}");
    let mut requests = 0;
    for line in lines.iter().filter(|line| !line.starts_with("HOST/")) {
        let line = line
            .replace("DATE", "2026-01-01")
            .replace("HOST", HOST)
            .replace("PROJECT_ID", "7")
            .replace("ORGANIZATION_ID", "8")
            .replace("phguard audit", "phguard audit --today 2026-11-26");
        let script = format!("KEY={0} NEW_KEY={0}\n{line}", phx());
        let run = posthog.run(&sandbox, &sandbox.repo(), &script, "");
        // Each document has something to look at, so that the line must have reached the audit.
        let expected = i32::from(line.contains("curl"));
        assert_eq!(
            run.code,
            Some(expected),
            "{line}: {}{}",
            run.stdout,
            run.stderr
        );
        if line.contains("curl") {
            let header = format!("\nAuthorization: Bearer {}\n", phx());
            let request = posthog.requests();
            assert!(
                request.starts_with("GET ") && request.contains(&header),
                "{line}"
            );
            requests += 1;
        }
    }
    assert_eq!(requests, 4, "{text}");
}
