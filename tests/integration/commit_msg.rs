//! A key in a commit message is blocked by the commit-msg hook; what git drops from it is not.

use crate::sandbox::hooks::write_program;
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{PHGUARD, Run, Sandbox};

fn installed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .phguard(["install", "--event", "commit-msg"])
        .exits(0);
    sandbox.commit_unchecked("first");
    sandbox
}

/// Commits with an editor that runs this shell script on the file with the message, `$1`.
fn commit_edited(sandbox: &Sandbox, script: &str, arguments: &[&str]) -> Run {
    let editor = sandbox.root().join("editor");
    write_program(&editor, &format!("#!/bin/sh\n{script}\n"));
    let mut command = sandbox.command("git");
    Run::of(
        command
            .args(["commit", "-q", "--allow-empty"])
            .args(arguments)
            .env("GIT_EDITOR", editor),
    )
}

fn add_line(line: &str) -> String {
    format!(
        "printf 'subject\\n\\n%s\\n' '{line}' | cat - \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\""
    )
}

#[track_caller]
fn assert_blocked(run: &Run) {
    assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stderr.contains(&masked(&phx())) && !run.stderr.contains(&phx()),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr
            .contains("phguard: commit blocked: its message holds a PostHog secret key"),
        "{}",
        run.stderr
    );
}

/// What the last commit says, to compare what was judged with what git kept.
fn message(sandbox: &Sandbox) -> String {
    sandbox.git(["log", "-1", "--format=%B"]).stdout
}

#[test]
fn a_key_in_the_message_is_blocked_however_it_is_given() {
    let sandbox = installed();
    sandbox.write("text", format!("a\n\n# {}\n", phx()));
    let key = phx();
    let with_comment = format!("#{key}");
    for arguments in [
        &["-m", &key][..],
        &["-m", "subject", "-m", &key],
        &["-m", &with_comment],
        &["-F", "text"],
        &["--amend", "-m", &key],
        &["--trailer", "Key: x", "-m", &key],
    ] {
        assert_blocked(&Run::of(
            sandbox
                .command("git")
                .args(["commit", "-q", "--allow-empty"])
                .args(arguments),
        ));
    }
    assert_blocked(&commit_edited(&sandbox, &add_line(&key), &[]));
    assert_eq!(message(&sandbox), "first\n\n");
    let run =
        Run::of(
            sandbox
                .command("git")
                .args(["commit", "--allow-empty", "-q", "-m", "no key"]),
        )
        .exits(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn a_key_in_a_merges_message_is_blocked() {
    let sandbox = installed();
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.stage("b", "b\n");
    sandbox.commit_unchecked("side");
    sandbox.git(["checkout", "-q", "main"]);
    let run = sandbox.try_git(["merge", "-q", "--no-ff", "-m", &phx(), "side"]);
    assert!(run.stderr.contains("commit blocked"), "{}", run.stderr);
}

#[test]
fn comments_that_git_drops_are_left_alone_and_those_that_it_keeps_are_not() {
    let key = phx();
    for (settings, line, is_kept) in [
        (&[][..], format!("# {key}"), false),
        (&[("commit.cleanup", "strip")], format!("# {key}"), false),
        (
            &[("commit.cleanup", "whitespace")],
            format!("# {key}"),
            true,
        ),
        (&[("commit.cleanup", "verbatim")], format!("# {key}"), true),
        (&[("commit.cleanup", "scissors")], format!("# {key}"), true),
        (&[("core.commentChar", ";")], format!("; {key}"), false),
        (&[("core.commentChar", ";")], format!("# {key}"), true),
        (&[("core.commentChar", "auto")], key.clone(), true),
        (
            &[("core.commentChar", "%"), ("core.commentChar", ";")],
            format!("; {key}"),
            false,
        ),
    ] {
        let sandbox = installed();
        for (name, value) in settings {
            sandbox.git(["config", "--add", name, value]);
        }
        let run = commit_edited(&sandbox, &add_line(&line), &[]);
        if is_kept {
            assert_blocked(&run);
            sandbox.phguard(["uninstall"]).exits(0);
            commit_edited(&sandbox, &add_line(&line), &[]).exits(0);
        } else {
            run.exits(0);
        }
        assert_eq!(message(&sandbox).contains(&key), is_kept, "{settings:?}");
    }
}

#[test]
fn the_comment_string_counts_where_git_knows_it() {
    let sandbox = installed();
    sandbox.git(["config", "core.commentString", "//"]);
    let version = sandbox.git(["--version"]).stdout;
    let minor: u32 = version.split('.').nth(1).unwrap().parse().unwrap();
    let run = commit_edited(&sandbox, &add_line(&format!("// {}", phx())), &[]);
    if minor >= 45 {
        run.exits(0);
    } else {
        assert_blocked(&run);
    }
    assert!(!message(&sandbox).contains(&phx()));
}

#[test]
fn the_diff_below_the_scissors_is_left_alone() {
    for comment in ["#", ";", "auto"] {
        let sandbox = installed();
        sandbox.git(["config", "core.commentChar", comment]);
        sandbox.stage("a", phx());
        sandbox.commit_unchecked("a key that was there before");
        sandbox.stage("a", "taken out\n");
        commit_edited(&sandbox, &add_line("Take the key out"), &["-v"]).exits(0);
        assert!(
            message(&sandbox).starts_with("subject\n\nTake the key out\n"),
            "{comment}"
        );
        assert_blocked(&commit_edited(&sandbox, &add_line(&phx()), &["-v"]));
    }
}

#[test]
fn a_line_of_scissors_by_itself_hides_nothing() {
    let sandbox = installed();
    let scissors = "# ------------------------ >8 ------------------------";
    let script = format!("printf 'a\\n{scissors}\\n%s\\n' '{}' >\"$1\"", phx());
    assert_blocked(&commit_edited(&sandbox, &script, &[]));
    sandbox.git(["config", "commit.cleanup", "scissors"]);
    commit_edited(&sandbox, &script, &[]).exits(0);
    assert!(!message(&sandbox).contains(&phx()));
}

#[test]
fn a_key_can_be_allowed_by_its_value() {
    let sandbox = installed();
    let run = commit_edited(&sandbox, &add_line(&phx()), &[]);
    let (_, fingerprint) = run.stderr.split_once("fingerprint ").unwrap();
    let fingerprint = &fingerprint[..32];
    sandbox.stage(
        ".phguard.toml",
        format!("[allow]\nfingerprints = [\"{fingerprint}\"]\n"),
    );
    commit_edited(&sandbox, &add_line(&phx()), &[]).exits(0);
}

#[test]
fn what_cannot_be_read_is_not_approved() {
    let sandbox = installed();
    for arguments in [
        &["hook", "commit-msg"][..],
        &["hook", "commit-msg", "nowhere"],
        &["hook", "commit-msg", "."],
    ] {
        let run = sandbox.phguard(arguments).exits(2);
        assert!(
            run.stderr.starts_with("phguard: nothing was approved"),
            "{}",
            run.stderr
        );
    }
    sandbox.write("message", "fine\n");
    sandbox.phguard(["hook", "commit-msg", "message"]).exits(0);
    std::fs::write(sandbox.repo().join(".git/config"), "[core\n").unwrap();
    sandbox.phguard(["hook", "commit-msg", "message"]).exits(2);
}

#[test]
fn the_report_says_where_in_the_message() {
    let sandbox = installed();
    sandbox.write("message", format!("subject\n\nline {}\n", phx()));
    let run = sandbox
        .phguard(["hook", "--format", "json", "commit-msg", "message"])
        .exits(1);
    assert_run("commit-msg/the-report-says-where-in-the-message.txt", &run);
    assert!(
        run.stdout
            .contains("\"path\":\"message\",\"line\":3,\"column\":6"),
        "{}",
        run.stdout
    );
    let run = Run::of(
        sandbox
            .command(PHGUARD)
            .args(["hook", "commit-msg", "message"]),
    )
    .exits(1);
    assert!(
        run.stdout.contains("git commit -e -F message") && !run.stdout.contains("git add"),
        "{}",
        run.stdout
    );
}
