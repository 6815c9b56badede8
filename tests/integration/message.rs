//! The message for people: what it says in each situation, and that its commands work as printed.

use crate::sandbox::platform::set_mode;
use std::fs;
use std::process::Command;

use crate::sandbox::keys::{key, masked, phx};
use crate::sandbox::snapshots::{assert_picture, assert_snapshot};
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// A repository with one commit, the hook, and the binary in PATH.
pub fn world() -> Sandbox {
    let sandbox = Sandbox::with_hook();
    sandbox.stage("README", "first\n");
    sandbox.commit_unchecked("first");
    sandbox
}

/// Runs a line as a reader would who copies it.
pub fn typed(sandbox: &Sandbox, directory: &str, line: &str) -> Run {
    Run::of(&mut shell(sandbox, directory, line))
}

pub fn shell(sandbox: &Sandbox, directory: &str, line: &str) -> Command {
    let programs = std::path::Path::new(PHGUARD).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut command = sandbox.command("sh");
    command
        .args(["-c", line])
        .env("PATH", format!("{}:{path}", programs.display()))
        .current_dir(sandbox.repo().join(directory));
    command
}

/// The commands of a message.
fn commands(message: &str) -> Vec<String> {
    let advice = message.lines().skip_while(|line| !is_summary(line));
    let commands = advice.filter_map(|line| line.strip_prefix("  "));
    let starts = ["git ", "phguard "];
    commands
        .filter(|line| starts.iter().any(|start| line.starts_with(start)))
        .map(str::to_owned)
        .collect()
}

fn is_summary(line: &str) -> bool {
    line.starts_with("phguard: nothing")
}

#[track_caller]
pub fn command_with(message: &str, part: &str) -> String {
    let found = commands(message).into_iter().find(|c| c.contains(part));
    found.unwrap_or_else(|| panic!("no command with {part:?}: {message}"))
}

/// The message of the hook, as `git commit` shows it.
#[track_caller]
fn refused(sandbox: &Sandbox, name: &str) -> String {
    let message = sandbox.commit().exits(1).stderr;
    assert_snapshot(&format!("message/{name}.txt"), &message);
    message
}

#[track_caller]
fn passes(sandbox: &Sandbox) {
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn one_key_fits_a_small_terminal() {
    let sandbox = world();
    let line = format!("const key = \"{}\";\n", phx());
    sandbox.stage("src/client.ts", &line);
    let message = refused(&sandbox, "one");
    assert!(message.lines().count() <= 15, "{message}");
    assert!(
        message.lines().last().unwrap().starts_with("  phguard fix"),
        "{message}"
    );
    typed(&sandbox, "", &command_with(&message, "explain")).exits(0);
    typed(&sandbox, "", &command_with(&message, "allow")).exits(0);
    sandbox.commit().exits(0);
}

#[test]
fn the_message_is_the_picture_in_the_readme() {
    let sandbox = world();
    sandbox.stage("src/client.ts", format!("const key = \"{}\";\n", phx()));
    let mut commit = sandbox.command("git");
    commit
        .args(["commit", "-q", "-m", "a change"])
        .env("FORCE_COLOR", "1");
    assert_picture("docs/message.svg", &Run::of(&mut commit).exits(1).stderr);
}

#[test]
fn many_findings_are_few_keys() {
    let sandbox = world();
    for number in 0..5 {
        sandbox.stage(format!("f{number}.py"), format!("k = '{}'\n", phx()));
    }
    for number in 0..4 {
        let line = format!("k = '{}'\n", key(number + 100));
        sandbox.stage(format!("g{number}.py"), line);
    }
    refused(&sandbox, "five-keys");
    for number in 4..40 {
        let line = format!("k = '{}'\n", key(number + 100));
        sandbox.stage(format!("g{number}.py"), line);
    }
    let message = refused(&sandbox, "many-keys");
    assert!(message.lines().count() <= 50, "{message}");
    let all = typed(&sandbox, "", "phguard --all").exits(1).stdout;
    assert!(all.contains("g39.py:1:6"), "{all}");
    let explained = typed(&sandbox, "", "phguard --explain f0.py").exits(1);
    assert_snapshot("message/explained.txt", &explained.stdout);
}

#[test]
fn a_staged_env_file_is_untracked_and_ignored() {
    for directory in ["", "app"] {
        let sandbox = world();
        let file = format!("{directory}/.env");
        let file = file.trim_start_matches('/');
        let line = format!("POSTHOG_PERSONAL_API_KEY={}\n", phx());
        sandbox.stage(file, &line);
        fs::create_dir_all(sandbox.repo().join("app")).unwrap();
        let message = refused(
            &sandbox,
            if directory.is_empty() {
                "env"
            } else {
                "env-below"
            },
        );
        typed(&sandbox, "", &command_with(&message, "rm --cached")).exits(0);
        passes(&sandbox);
        assert_eq!(fs::read_to_string(sandbox.repo().join(file)).unwrap(), line);
        sandbox.git(["check-ignore", "-q", file]);
    }
}

#[test]
fn a_file_with_a_key_in_its_name_is_renamed() {
    for (name, snapshot) in [("{}.txt", "name"), ("a/{}/b c", "name-of-a-directory")] {
        let sandbox = world();
        sandbox.stage(name.replace("{}", &phx()), "x\n");
        let message = refused(&sandbox, snapshot);
        typed(&sandbox, "", &command_with(&message, "git mv")).exits(0);
        passes(&sandbox);
    }
}

#[test]
fn a_message_with_a_key_is_edited() {
    let sandbox = world();
    sandbox.install_hook("commit-msg");
    let subject = format!("Use {}", phx());
    let args = ["commit", "-q", "--allow-empty", "-m", &subject];
    let message = sandbox.try_git(args).exits(1).stderr;
    assert_snapshot("message/commit-message.txt", &message);
    let editor = sandbox.root().join("editor");
    fs::write(&editor, "#!/bin/sh\necho 'Use a variable' >\"$1\"\n").unwrap();
    set_mode(&editor, 0o755);
    let mut again = shell(&sandbox, "", &command_with(&message, "git commit"));
    Run::of(again.env("GIT_EDITOR", &editor).arg("--allow-empty")).exits(1);
    let line = format!("{} --allow-empty", command_with(&message, "git commit"));
    Run::of(shell(&sandbox, "", &line).env("GIT_EDITOR", &editor)).exits(0);
    assert_eq!(
        sandbox.git(["log", "-1", "--format=%s"]).stdout,
        "Use a variable\n"
    );
}

#[test]
fn a_browser_gets_the_project_token() {
    for (name, text, snapshot) in [
        ("a.tsx", "'use client'\nposthog.init('{}')\n", "browser"),
        (
            ".env.production.example",
            "NEXT_PUBLIC_POSTHOG_KEY={}\n",
            "public-name",
        ),
    ] {
        let sandbox = world();
        sandbox.stage(name, text.replace("{}", &phx()));
        let message = refused(&sandbox, snapshot);
        assert!(message.contains("phc_"), "{message}");
        sandbox.write(name, text.replace("{}", "phc_token"));
        typed(&sandbox, "", &command_with(&message, "git add")).exits(0);
        passes(&sandbox);
    }
}

#[test]
fn any_file_can_be_staged_again_from_anywhere() {
    let sandbox = world();
    let names = [
        "f 1",
        "-dash",
        "it's",
        "sub/deep",
        "new\nline",
        ":colon",
        "é",
        "a*b",
    ];
    for name in names {
        sandbox.write(name, format!("{}\n", phx()));
        sandbox.git(["--literal-pathspecs", "add", "--", name]);
    }
    let message = sandbox.commit().exits(1).stderr;
    let add = command_with(&message, "git add");
    for option in [" -u", " -A", " . ", " --all"] {
        assert!(!add.contains(option), "{add}");
    }
    for name in names {
        sandbox.write(name, "clean\n");
    }
    typed(&sandbox, "", &add).exits(0);
    passes(&sandbox);
    sandbox.stage("sub/deep", format!("{}\n", phx()));
    let below = typed(&sandbox, "sub", "git commit -q -m below")
        .exits(1)
        .stderr;
    sandbox.write("sub/deep", "clean\n");
    typed(&sandbox, "sub", &command_with(&below, "git add")).exits(0);
    passes(&sandbox);
}

#[test]
fn what_is_mended_on_the_disk_has_to_be_staged() {
    let sandbox = world();
    sandbox.stage("a.py", format!("k = '{}'\n", phx()));
    sandbox.write("a.py", "k = None\n");
    let message = refused(&sandbox, "mended-on-disk");
    typed(&sandbox, "", &command_with(&message, "git add a.py")).exits(0);
    passes(&sandbox);

    sandbox.stage("a.py", format!("k = '{}'\n", phx()));
    sandbox.write(".phguard.toml", "[allow]\npaths = [\"a.py\"]\n");
    let message = refused(&sandbox, "allowed-on-disk");
    typed(
        &sandbox,
        "",
        &command_with(&message, "git add .phguard.toml"),
    )
    .exits(0);
    passes(&sandbox);
}

#[test]
fn other_situations_are_told() {
    let cases = [
        ("a.json", format!("{{\"k\": \"{}\"}}\n", phx()), "json"),
        (
            "a.py",
            format!("k = '{}'  # phguard: allow\n", phx()),
            "near-miss",
        ),
        ("k8s.yaml", format!("data: {}\n", base64(&phx())), "base64"),
        ("a.txt", format!("{}\n", &phx()[..30]), "cut"),
    ];
    for (name, text, snapshot) in cases {
        let sandbox = world();
        sandbox.stage(name, text);
        let message = refused(&sandbox, snapshot);
        sandbox.write(name, "{}\n");
        if let Some(add) = commands(&message).iter().find(|c| c.starts_with("git add")) {
            typed(&sandbox, "", add).exits(0);
            passes(&sandbox);
        }
    }
}

fn base64(text: &str) -> String {
    crate::recall::encodings::ALPHABETS[0]
        .encode_padded(text.as_bytes())
        .iter()
        .map(|b| char::from(*b))
        .collect()
}

/// The commit that adds the key is changed; a person marks it `edit` and edits the file.
#[test]
fn a_key_in_a_commit_is_taken_out_of_that_commit() {
    for older in [false, true] {
        let sandbox = world();
        sandbox.stage("a.unknown", format!("key: {}\n", phx()));
        sandbox.commit_unchecked("Query the events");
        if older {
            sandbox.stage("b", "later\n");
            sandbox.commit_unchecked("later");
        }
        let run = sandbox.phguard(["--range", "HEAD~1..HEAD"]);
        let run = if older {
            sandbox.phguard(["--range", "HEAD~2..HEAD"])
        } else {
            run
        };
        let message = run.exits(1).stdout;
        assert_snapshot(
            if older {
                "message/older-commit.txt"
            } else {
                "message/commit.txt"
            },
            &message,
        );
        if older {
            let mut rebase = shell(&sandbox, "", &command_with(&message, "git rebase -i"));
            let mark = "sed -i.before '1s/^pick/edit/'";
            Run::of(rebase.env("GIT_SEQUENCE_EDITOR", mark)).exits(0);
        }
        sandbox.write("a.unknown", "key: from the environment\n");
        typed(&sandbox, "", &command_with(&message, "--amend")).exits(0);
        sandbox.phguard(["--range", "HEAD"]).exits(0);
        sandbox.phguard(["--history"]).exits(0);
    }
}

#[test]
fn a_terminal_of_another_character_set_gets_ascii() {
    let sandbox = world();
    sandbox.stage("é.py", format!("k = '{}' # naïve\n", phx()));
    let mut commit = sandbox.command("git");
    commit.args(["commit", "-q", "-m", "a"]).env("LC_ALL", "C");
    let message = Run::of(&mut commit).exits(1).stderr;
    assert!(message.is_ascii(), "{message}");
    assert!(
        message.contains(&masked(&phx()).replace('…', "...")),
        "{message}"
    );
}
