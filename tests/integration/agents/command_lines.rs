//! Command lines: those that go round the hooks, and those that read, copy or print a key.

use std::path::Path;

use phguard::agent::shell::Dialect;
use phguard::agent::{bypass, invocation};
use serde_json::json;

use super::world::{Meaning, claude, claude_shell, meaning, project};
use crate::sandbox::Sandbox;
use crate::sandbox::keys::phx;

const READS: &str = include_str!("../corpus/reads.txt");
const CORPUS: &str = include_str!("../corpus/commands.txt");

#[test]
fn every_command_line_of_the_corpus_has_its_verdict() {
    let mut count = 0;
    for line in CORPUS.lines() {
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        count += 1;
        let (verdict, command) = line.split_once(' ').unwrap();
        let command = command.replace('⏎', "\n");
        let dialect = match verdict {
            "powershell" | "ps-pass" => Dialect::PowerShell,
            _ => Dialect::Posix,
        };
        let found = invocation::of(&command, dialect, Path::new("/work"));
        let way = bypass::in_command_line(&found, &|_, _| None);
        let is_refused = matches!(verdict, "refuse" | "powershell");
        assert_eq!(
            way.is_some(),
            is_refused,
            "{command:?}: {way:?}\n{:?}",
            found.list
        );
    }
    assert!(count >= 300, "{count}");
}

#[test]
fn the_hook_refuses_what_goes_round_and_passes_the_rest() {
    let sandbox = project();
    for (line, meaning) in [
        ("git commit --no-verify -m x", Meaning::Refused),
        ("cd sub && git push --no-verify", Meaning::Refused),
        ("git commit -m 'never use --no-verify'", Meaning::Passed),
        ("git log -n 3", Meaning::Passed),
        ("npm test", Meaning::Passed),
    ] {
        assert_eq!(claude_shell(&sandbox, "Bash", line), meaning, "{line}");
    }
    assert_eq!(
        claude_shell(&sandbox, "PowerShell", "git push --no-verify"),
        Meaning::Refused
    );
}

#[test]
fn an_alias_of_gits_configuration_is_looked_up() {
    let sandbox = project();
    sandbox.git(["config", "alias.quick", "commit -n"]);
    sandbox.git(["config", "alias.ok", "commit -v"]);
    assert_eq!(
        claude_shell(&sandbox, "Bash", "git quick -m x"),
        Meaning::Refused
    );
    assert_eq!(
        claude_shell(&sandbox, "Bash", "git ok -m x"),
        Meaning::Passed
    );
    assert_eq!(
        claude_shell(&sandbox, "Bash", "git ok -n -m x"),
        Meaning::Refused
    );
}

/// A project with a key in an ignored `.env`, in an ignored log and in a tracked file.
fn project_to_search() -> Sandbox {
    let sandbox = Sandbox::new();
    let key = phx();
    sandbox.write(".env", format!("PORT=3000\nPOSTHOG_PAT={key}\n"));
    sandbox.write("debug.log", format!("got {key}\n"));
    sandbox.stage(".gitignore", ".env\n.env.local\n*.log\n");
    sandbox.stage("a.txt", "a TODO\n");
    sandbox.stage("sub/b.js", "// TODO\nconst KEY=1\n");
    sandbox.stage(".env.example", "POSTHOG_PAT=\n");
    sandbox.stage(
        "legacy/config.py",
        format!("# top\nAPI = \"{key}\"\n# TODO end\n"),
    );
    sandbox.commit_unchecked("first");
    sandbox
}

#[test]
fn every_command_line_that_shows_a_key_is_refused_and_no_other() {
    let sandbox = project_to_search();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in READS.lines() {
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        count += 1;
        let (verdict, command) = line.split_once(' ').unwrap();
        let meaning = match verdict {
            "refuse" => Meaning::Refused,
            _ => Meaning::Passed,
        };
        let command = command.replace('⏎', "\n");
        if claude_shell(&sandbox, "Bash", &command) != meaning {
            wrong.push(line);
        }
    }
    assert_eq!(wrong, Vec::<&str>::new());
    assert!(count > 500, "{count}");
}

/// Frameworks have directories with names that look like patterns.
#[test]
fn a_pattern_finds_files_in_a_directory_that_is_named_like_a_pattern() {
    for name in ["[id]", "[...slug]", "a*b", "{x}", "(group)", "what?"] {
        let sandbox = project();
        let directory = sandbox.repo().join("app").join(name);
        sandbox.write(directory.join(".env.here"), format!("K={}\n", phx()));
        sandbox.write(directory.join("page.ts"), "page\n");
        let judged = |line: &str| {
            let fields = json!({"cwd": directory, "tool_name": "Bash", "tool_use_id": "t", "tool_input": {"command": line}});
            meaning(
                "claude-code",
                "PreToolUse",
                &claude(&sandbox, "PreToolUse", fields),
            )
        };
        // The `.env` at the top of the project has another name.
        for line in [
            "cat .env.h*",
            "cat .env.?ere",
            "cat .e[n]v.here",
            "cat ./.env.h*",
        ] {
            assert_eq!(judged(line), Meaning::Refused, "{name}: {line}");
        }
        assert_eq!(judged("cat page*"), Meaning::Passed, "{name}");
    }
}

#[test]
fn powershell_shows_no_file_with_a_key() {
    let sandbox = project();
    for line in [
        "Get-Content .env",
        "gc .\\.env",
        "type .env",
        "Select-String POSTHOG .env",
        "cat .env",
        "Get-Content -Path .env | Out-String",
        "powershell -Command \"Get-Content .env\"",
    ] {
        assert_eq!(
            claude_shell(&sandbox, "PowerShell", line),
            Meaning::Refused,
            "{line}"
        );
    }
}

#[test]
fn a_key_is_not_copied_into_a_file_that_git_would_commit() {
    let sandbox = project();
    for line in [
        "cp .env config.txt",
        "cat .env > config.txt",
        "mv .env config.txt",
        "grep PAT .env >> a.txt",
    ] {
        assert_eq!(
            claude_shell(&sandbox, "Bash", line),
            Meaning::Refused,
            "{line}"
        );
    }
}

#[test]
fn a_variable_of_the_environment_with_a_key_is_not_printed() {
    let sandbox = project();
    let hand_over = |line: &str| {
        let event = serde_json::json!({
            "hook_event_name": "PreToolUse", "cwd": sandbox.repo(), "tool_name": "Bash",
            "tool_input": {"command": line},
        });
        let mut command = sandbox.command(crate::sandbox::PHGUARD);
        command
            .args(["hook", "agent", "claude-code"])
            .env("POSTHOG_PAT", phx());
        command.stdin(std::process::Stdio::piped());
        command.stdout(std::process::Stdio::piped());
        command.stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        std::io::Write::write_all(&mut input, event.to_string().as_bytes()).unwrap();
        drop(input);
        child.wait_with_output().unwrap().status.code()
    };
    for line in [
        "env",
        "printenv",
        "printenv POSTHOG_PAT",
        "echo $POSTHOG_PAT",
        "echo \"${POSTHOG_PAT}\"",
        "export -p",
    ] {
        assert_eq!(hand_over(line), Some(2), "{line}");
    }
    for line in [
        "curl -H \"Authorization: Bearer $POSTHOG_PAT\" https://us.posthog.com",
        "echo $HOME",
        "env FOO=1 ls",
    ] {
        assert_eq!(hand_over(line), Some(0), "{line}");
    }
}

#[test]
fn a_key_in_pieces_on_a_command_line_is_put_together() {
    let sandbox = project();
    let key = phx();
    let (start, end) = key.split_at(20);
    for line in [
        format!("curl -d {start}\"{end}\""),
        format!("K={start}; curl -d $K'{end}'"),
        format!("echo {key}"),
    ] {
        assert_eq!(claude_shell(&sandbox, "Bash", &line), Meaning::Refused);
    }
}

#[test]
fn a_command_line_made_to_exhaust_is_refused_at_once() {
    let sandbox = project();
    let doubled = format!("a={}; {}", "x".repeat(60_000), "echo $a; ".repeat(4_000));
    for line in [
        "git submodule foreach ".repeat(20_000),
        "sudo ".repeat(200_000),
        "a|".repeat(200_000),
        "$(".repeat(100_000),
        "${a:-".repeat(100_000),
        format!("git commit --no-verify; {}", "A=(".repeat(100_000)),
        format!("ls {}", "# x\n".repeat(3 << 20)),
        "eval ".repeat(10_000),
        "word ".repeat(200_000),
        "a=1 ".repeat(200_000),
        format!("find . {}", "-exec a ; ".repeat(100_000)),
        format!("cat {}", "< a ".repeat(200_000)),
        doubled,
    ] {
        let start: String = line.chars().take(20).collect();
        assert_eq!(
            claude_shell(&sandbox, "Bash", &line),
            Meaning::Refused,
            "{start}"
        );
    }
}
