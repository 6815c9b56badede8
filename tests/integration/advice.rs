//! The advice of the message, situation by situation: each command is run as it is printed. Those of
//! the most common situations are in `message`, those of a ref that was not moved in `gate`.

use std::fs;

use crate::message::{command_with, shell, typed, world};
use crate::sandbox::keys::phx;
use crate::sandbox::{Run, Sandbox};

/// A commit that adds a file with a key.
fn with_key_in(file: &str, text: &str) -> Sandbox {
    let sandbox = world();
    sandbox.stage(file, text.replace("KEY", &phx()));
    sandbox.commit_unchecked("Query the events");
    sandbox
}

#[track_caller]
fn refused_range(sandbox: &Sandbox, range: &str) -> String {
    sandbox.phguard(["--range", range]).exits(1).stdout
}

#[track_caller]
fn history_is_clean(sandbox: &Sandbox) {
    sandbox.phguard(["--history"]).exits(0);
}

/// Nobody sits at the terminal of a test, so `phguard fix` is told to go on.
#[test]
fn a_commit_of_source_is_fixed() {
    let sandbox = with_key_in("a.py", "k = 'KEY'\n");
    let message = refused_range(&sandbox, "HEAD~..HEAD");
    let line = command_with(&message, "phguard fix");
    typed(
        &sandbox,
        "",
        &line.replace("phguard fix", "phguard fix --yes"),
    )
    .exits(0);
    history_is_clean(&sandbox);
    let subject = sandbox.git(["log", "-1", "--format=%s"]).stdout;
    assert_eq!(subject, "Query the events\n");
}

#[test]
fn an_author_with_a_key_is_given_another_name() {
    let sandbox = world();
    sandbox.git(["config", "user.name", &phx()]);
    sandbox.stage("a", "a\n");
    let message = sandbox.commit().exits(1).stderr;
    let line = command_with(&message, "git config --edit");
    let mut edit = shell(&sandbox, "", &line);
    let write = "f() { git config --file \"$1\" user.name me; }; f";
    Run::of(edit.env("GIT_EDITOR", write)).exits(0);
    sandbox.commit().exits(0);
}

#[test]
fn a_commit_by_an_author_with_a_key_is_made_anew() {
    let sandbox = world();
    sandbox.stage("a", "a\n");
    let author = format!("{} <a@example.com>", phx());
    sandbox.git([
        "-c",
        "core.hooksPath=none",
        "commit",
        "-qm",
        "x",
        "--author",
        &author,
    ]);
    let message = refused_range(&sandbox, "HEAD~..HEAD");
    typed(&sandbox, "", &command_with(&message, "--reset-author")).exits(0);
    sandbox.phguard(["--range", "HEAD~..HEAD"]).exits(0);
}

#[test]
fn a_commit_with_a_key_in_its_message_is_reworded() {
    let sandbox = world();
    sandbox.stage("a", "a\n");
    sandbox.commit_unchecked(&format!("Use {}", phx()));
    let message = refused_range(&sandbox, "HEAD~..HEAD");
    let mut amend = shell(&sandbox, "", &command_with(&message, "git commit --amend"));
    Run::of(amend.env("GIT_EDITOR", "f() { echo 'Use a variable' >\"$1\"; }; f")).exits(0);
    history_is_clean(&sandbox);
}

#[test]
fn a_commit_with_a_key_in_the_name_of_a_file_is_renamed() {
    let sandbox = world();
    sandbox.stage(format!("a/{}.txt", phx()), "x\n");
    sandbox.commit_unchecked("x");
    let message = refused_range(&sandbox, "HEAD~..HEAD");
    typed(&sandbox, "", &command_with(&message, "git mv")).exits(0);
    history_is_clean(&sandbox);
}

#[test]
fn the_first_commit_is_opened_from_the_root() {
    let sandbox = with_remote();
    sandbox.git(["checkout", "-q", "--orphan", "other"]);
    sandbox.stage("a.unknown", format!("{}\n", phx()));
    sandbox.commit_unchecked("first");
    sandbox.stage("b", "b\n");
    sandbox.commit_unchecked("second");
    let message = refused_push(&sandbox);
    let mut rebase = shell(
        &sandbox,
        "",
        &command_with(&message, "git rebase -i --root"),
    );
    Run::of(rebase.env("GIT_SEQUENCE_EDITOR", "sed -i.before '1s/^pick/edit/'")).exits(0);
    sandbox.write("a.unknown", "from the environment\n");
    typed(&sandbox, "", &command_with(&message, "--amend")).exits(0);
    sandbox.git(["push", "-q", "origin", "HEAD"]);
}

#[test]
fn an_archive_is_packed_again() {
    let sandbox = world();
    let archive = crate::sandbox::archives::zip(&[("a.txt", phx().as_bytes())]);
    sandbox.stage("a.zip", archive);
    let message = sandbox.commit().exits(1).stderr;
    let clean = crate::sandbox::archives::zip(&[("a.txt", b"clean")]);
    sandbox.write("a.zip", clean);
    typed(&sandbox, "", &command_with(&message, "git add a.zip")).exits(0);
    sandbox.commit().exits(0);
}

#[test]
fn a_false_alarm_in_a_commit_is_allowed_by_a_further_one() {
    let sandbox = with_key_in("a.unknown", "KEY\n");
    let message = refused_range(&sandbox, "HEAD~..HEAD");
    typed(&sandbox, "", &command_with(&message, "phguard allow")).exits(0);
    history_is_clean(&sandbox);
}

/// Outside of a repository the list is written by hand.
#[test]
fn a_false_alarm_outside_of_a_repository_is_listed_by_its_fingerprint() {
    let sandbox = Sandbox::new();
    let outside = sandbox.root().join("outside");
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("a.txt"), phx()).unwrap();
    let said = typed(&sandbox, "../outside", "phguard --files .")
        .exits(1)
        .stdout;
    let entry = said
        .lines()
        .find(|line| line.starts_with("  fingerprints = ["));
    let entry = entry.unwrap_or_else(|| panic!("no entry: {said}"));
    fs::write(outside.join(".phguard.toml"), format!("[allow]\n{entry}\n")).unwrap();
    typed(
        &sandbox,
        "../outside",
        "phguard --files . --config .phguard.toml",
    )
    .exits(0);
}

#[test]
fn all_places_of_many_keys_are_shown_by_the_command_that_is_named() {
    let sandbox = world();
    for number in 0..12 {
        let line = format!("{}\n", crate::sandbox::keys::key(number));
        sandbox.stage(format!("f{number}.txt"), line);
    }
    let message = sandbox.commit().exits(1).stderr;
    let all = typed(&sandbox, "", "phguard --all").exits(1).stdout;
    assert!(message.contains("\n  phguard --all\n"), "{message}");
    assert!(all.contains("f11.txt:1:1"), "{all}");
}

/// Damage is named by git itself.
#[test]
fn what_is_damaged_is_named_by_git() {
    let sandbox = world();
    sandbox.stage("a", "a\n");
    let id = sandbox.git(["rev-parse", ":a"]).stdout;
    let (directory, file) = id.trim().split_at(2);
    let object = sandbox
        .repo()
        .join(".git/objects")
        .join(directory)
        .join(file);
    fs::remove_file(object).unwrap();
    let message = sandbox.phguard(["--staged"]).exits(2).stdout;
    let said = typed(&sandbox, "", &command_with(&message, "git fsck"));
    assert!(said.stdout.contains(id.trim()), "{}", said.stdout);
}

/// A repository with a remote, and the hook that checks pushes.
fn with_remote() -> Sandbox {
    let sandbox = world();
    sandbox.git(["init", "-q", "--bare", "../remote"]);
    sandbox.git(["remote", "add", "origin", "../remote"]);
    sandbox.install_hook("pre-push");
    sandbox
}

/// The message about a push of all branches and tags.
#[track_caller]
fn refused_push(sandbox: &Sandbox) -> String {
    let args = ["push", "-q", "origin", "refs/heads/*", "refs/tags/*"];
    sandbox.try_git(args).exits(1).stdout
}

#[test]
fn all_places_of_the_many_keys_of_a_push_are_in_the_history() {
    let sandbox = with_remote();
    for number in 0..12 {
        let line = format!("{}\n", crate::sandbox::keys::key(number));
        sandbox.stage(format!("f{number}.txt"), line);
    }
    sandbox.commit_unchecked("many keys");
    let message = refused_push(&sandbox);
    assert!(!message.contains("f9.txt:1:1"), "{message}");
    let line = "phguard --history --all";
    assert!(message.contains(&format!("\n  {line}\n")), "{message}");
    let all = typed(&sandbox, "", line).exits(1).stdout;
    assert!(all.contains("f9.txt:1:1"), "{all}");
}

#[test]
fn a_branch_or_a_tag_with_a_key_in_its_name_gets_another() {
    for kind in ["branch", "tag"] {
        let sandbox = with_remote();
        sandbox.git([kind, &format!("use-{}/x", phx())]);
        let message = refused_push(&sandbox);
        typed(
            &sandbox,
            "",
            &command_with(&message, &format!("git {kind}")),
        )
        .exits(0);
        sandbox.git(["push", "-q", "origin", "refs/heads/*", "refs/tags/*"]);
    }
}
