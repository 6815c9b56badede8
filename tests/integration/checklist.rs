//! Each command of docs/checklist.md is run, where there is something to find and where there is
//! nothing.

use std::fs;

use crate::sandbox::keys::phx;
use crate::sandbox::platform::set_mode;
use crate::sandbox::{Run, Sandbox, project_file};

/// The commands in the second column of the page's tables.
fn commands() -> Vec<String> {
    let page = fs::read_to_string(project_file("docs/checklist.md")).unwrap();
    let mut commands = Vec::new();
    for line in page.lines() {
        if let Some((_, command)) = line.rsplit_once(" | `") {
            commands.push(command.trim_end_matches("` |").to_owned());
        }
    }
    commands
}

/// A sandbox with documents of the account.
fn with_documents(created: &str, scopes: &str, activity: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let last = &phx()[phx().len() - 4..];
    let keys = format!(
        r#"[{{"label":"ci","mask_value":"phx_...{last}","created_at":"{created}","last_used_at":"{created}","scopes":["{scopes}"],"scoped_teams":[1],"scoped_organizations":[]}}]"#
    );
    let log = format!(
        r#"[{{"user":null,"activity":"{activity}","scope":"Insight","detail":null,"created_at":"2026-11-02"}}]"#
    );
    sandbox.write("keys.json", keys);
    sandbox.write("log.json", log);
    sandbox
}

/// A key in a file and in the history, in two environments and in a public variable; code that GitHub
/// does not check; an old key that may do everything.
fn with_everything_wrong() -> Sandbox {
    let sandbox = with_documents("2025-01-01", "*", "exported");
    sandbox.stage("client.ts", format!("posthog('{}')\n", phx()));
    sandbox.stage(
        "b.ts",
        "key(process.env.NEXT_PUBLIC_POSTHOG_PERSONAL_API_KEY)\n",
    );
    sandbox.stage(".github/secret_scanning.yml", "paths-ignore: ['**']\n");
    sandbox.commit_unchecked("first");
    for environment in ["dev", "production"] {
        sandbox.write(format!(".env.{environment}"), format!("K={}\n", phx()));
    }
    sandbox
}

fn run(sandbox: &Sandbox, command: &str) -> Run {
    // The documents are of the tests' day.
    let command = command.replace("phguard audit", "phguard audit --today 2026-11-26");
    Run::of(
        sandbox
            .command("bash")
            .args(["-c", &command])
            .env("PATH", sandbox.path_with_phguard()),
    )
}

#[test]
fn where_all_is_well_each_command_says_so() {
    let sandbox = with_documents("2026-11-20", "insight:read", "updated");
    sandbox.stage(".gitignore", ".env*\n*.json\n");
    sandbox.stage("a.ts", "const key = process.env.POSTHOG_PERSONAL_API_KEY\n");
    sandbox.commit_unchecked("first");
    sandbox.phguard(["install"]).exits(0);
    sandbox.write(".env", format!("POSTHOG_PERSONAL_API_KEY={}\n", phx()));
    set_mode(sandbox.repo().join(".env"), 0o600);
    let commands = commands();
    assert!(commands.len() >= 22, "{commands:?}");
    for command in commands {
        let run = run(&sandbox, &command);
        // The key in .env is where it belongs, and the only one.
        let expected = i32::from(command.contains("--no-ignore"));
        assert_eq!(
            run.code,
            Some(expected),
            "{command}: {}{}",
            run.stdout,
            run.stderr
        );
        assert!(!run.stdout.contains(&phx()), "{command}");
    }
}

#[test]
fn where_something_is_wrong_each_question_is_answered() {
    let sandbox = with_everything_wrong();
    fs::create_dir(sandbox.home().join(".claude")).unwrap();
    fs::write(sandbox.home().join(".claude/history"), phx()).unwrap();
    for command in commands() {
        let run = run(&sandbox, &command);
        let expected: &[i32] = match command.as_str() {
            command if command.contains("explain") => &[0],
            // Hooks that are not there are told, and so is what cannot be found out.
            "phguard doctor" | "phguard doctor --fix" => &[1, 2],
            _ => &[1],
        };
        assert!(
            run.code.is_some_and(|code| expected.contains(&code)),
            "{command}: {:?} {}{}",
            run.code,
            run.stdout,
            run.stderr
        );
        assert!(!run.stdout.contains(&phx()), "{command}");
    }
}

#[test]
fn each_line_of_the_page_finds_what_it_asks_for() {
    let sandbox = with_everything_wrong();
    for (command, words) in [
        (
            "phguard --files . --all",
            &[
                "client.ts:1",
                "b.ts:1",
                "secret_scanning.yml:1",
                "2 environments",
            ][..],
        ),
        (
            "phguard doctor",
            &[
                "client.ts:1",
                "b.ts:1",
                "secret_scanning.yml:1",
                ".env.dev:1",
            ],
        ),
        (
            "phguard audit keys.json",
            &["due for rotation", "scope *", "last used"],
        ),
        (
            "phguard audit --since 2026-11-01 log.json",
            &["exported Insight"],
        ),
        (
            "phguard --history --format json >history.json; phguard audit keys.json --with history.json",
            &["client.ts:1", "commit"],
        ),
    ] {
        let run = run(&sandbox, command);
        let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(text.contains(word), "{command}: {word}: {}", run.stdout);
        }
    }
}
