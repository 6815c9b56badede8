//! What cannot be scanned is never approved: exit 2, the cause, and that nothing was approved.

use std::fs::{self, File};
use std::io;
use std::process::{Command, Stdio};

use crate::sandbox::keys::phx;
use crate::sandbox::snapshots::assert_snapshot;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// One committed file and another one staged.
fn committed_and_staged() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.stage("old", "old\n");
    sandbox.commit_unchecked("old");
    sandbox.stage("new", "new\n");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox
}

/// Asserts that nothing is approved, by hand and in a hook, and that the message names the cause.
#[track_caller]
fn is_refused(sandbox: &Sandbox, cause: &str) {
    for arguments in [&["--staged"][..], &["hook", "pre-commit"]] {
        is_refusal(&Run::of(sandbox.command(PHGUARD).args(arguments)), cause);
    }
}

#[track_caller]
fn is_refusal(run: &Run, cause: &str) {
    let said = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(run.code, Some(2), "{said}");
    let verdicts = [
        "nothing was approved",
        "nothing is approved",
        "nothing was committed",
    ];
    assert!(
        verdicts.iter().any(|verdict| said.contains(verdict)),
        "no verdict: {said}"
    );
    // The report breaks lines at its width.
    let unwrapped = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains(cause), "no {cause:?}: {said}");
}

/// A situation in which nothing can be approved, and its name.
type Situation = (&'static str, fn() -> Sandbox);

const SITUATIONS: [Situation; 9] = [
    ("no repository", Sandbox::without_repository),
    ("a bare repository", || {
        let sandbox = Sandbox::without_repository();
        sandbox.git(["init", "-q", "--bare", "."]);
        sandbox
    }),
    ("an index that is cut short", || {
        with_git_file("index", b"DIRC")
    }),
    ("no index", || {
        let sandbox = committed_and_staged();
        fs::remove_file(sandbox.repo().join(".git/index")).unwrap();
        sandbox
    }),
    ("a HEAD that is none", || {
        with_git_file("HEAD", b"nonsense\n")
    }),
    ("a HEAD whose commit is missing", || {
        let id = format!("{}\n", "1".repeat(40));
        with_git_file("refs/heads/main", id.as_bytes())
    }),
    ("a tree of HEAD that is missing", || {
        without_object("HEAD^{tree}")
    }),
    ("a staged file that is missing", || without_object(":new")),
    ("a configuration of phguard that is wrong", || {
        let sandbox = committed_and_staged();
        sandbox.stage(".phguard.toml", "[allow]\npath = 'a'\n");
        sandbox
    }),
];

fn with_git_file(name: &str, content: &[u8]) -> Sandbox {
    let sandbox = committed_and_staged();
    fs::write(sandbox.repo().join(".git").join(name), content).unwrap();
    sandbox
}

fn without_object(revision: &str) -> Sandbox {
    let sandbox = committed_and_staged();
    fs::remove_file(sandbox.object_file(revision)).unwrap();
    sandbox
}

#[test]
fn each_refusal_says_what_why_and_what_to_do() {
    let mut all = String::new();
    for (name, situation) in SITUATIONS {
        let sandbox = situation();
        let run = sandbox.phguard(["--staged"]).exits(2);
        let root = sandbox.root().display().to_string();
        let printed = [run.stdout, run.stderr].concat().replace(&root, "ROOT");
        all += &format!("== {name}\n{printed}\n");
    }
    assert_snapshot("bad-input/refusals.txt", &all);
}

#[test]
fn each_wrong_command_line_is_told_what_is_wrong() {
    let sandbox = committed_and_staged();
    let mut all = String::new();
    for arguments in [
        &["--no-such-option"][..],
        &["hook", "post-commit"],
        &["--color", "purple"],
        &["explain", "nosuch"],
        &["--range"],
        &["--range", "nonsense"],
        &["--files"],
        &["allow"],
        &["allow", "nosuch"],
        &["typo"],
    ] {
        let run = sandbox.phguard(arguments).exits(2);
        all += &format!(
            "$ phguard {}\n{}{}\n",
            arguments.join(" "),
            run.stdout,
            run.stderr
        );
    }
    assert_snapshot("bad-input/command-lines.txt", &all);
}

#[test]
fn no_repository() {
    is_refused(&Sandbox::without_repository(), "repository");
}

#[test]
fn a_bare_repository() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(["init", "-q", "--bare", "."]);
    is_refused(&sandbox, "bare");
}

#[test]
fn a_damaged_index() {
    let sandbox = committed_and_staged();
    let index = sandbox.repo().join(".git/index");
    let whole = fs::read(&index).unwrap();
    let mut signature = whole.clone();
    signature[0] ^= 1;
    let mut count = whole.clone();
    count[8] = 0xff;
    for damaged in [
        &signature,
        &count,
        &whole[..whole.len() / 2],
        &whole[..11],
        b"",
        b"not an index",
    ] {
        fs::write(&index, damaged).unwrap();
        is_refused(&sandbox, "index");
    }
    fs::remove_file(&index).unwrap();
    fs::create_dir(&index).unwrap();
    is_refused(&sandbox, "index");
}

#[test]
fn a_missing_index_is_no_empty_one() {
    let sandbox = committed_and_staged();
    fs::remove_file(sandbox.repo().join(".git/index")).unwrap();
    is_refused(&sandbox, "index");
}

#[test]
fn an_index_file_that_the_environment_names_must_exist() {
    let sandbox = Sandbox::new();
    for name in ["nowhere", ".git/nowhere", "/nowhere/index", ""] {
        let mut command = sandbox.command(PHGUARD);
        is_refusal(&Run::of(command.env("GIT_INDEX_FILE", name)), "index");
    }
}

#[test]
fn a_relative_index_file_is_found_from_a_subdirectory() {
    let sandbox = Sandbox::new();
    sandbox.stage("sub/key", phx());
    let mut command = sandbox.command(PHGUARD);
    command
        .current_dir(sandbox.repo().join("sub"))
        .env("GIT_INDEX_FILE", ".git/index");
    Run::of(&mut command).exits(1);
}

#[test]
fn a_head_that_is_none() {
    let sandbox = committed_and_staged();
    for head in ["nonsense\n", "", "ref: refs/heads/../x\n", &"1".repeat(39)] {
        fs::write(sandbox.repo().join(".git/HEAD"), head).unwrap();
        is_refused(&sandbox, "HEAD");
    }
}

#[test]
fn a_head_at_a_commit_that_is_missing() {
    let sandbox = committed_and_staged();
    fs::write(
        sandbox.repo().join(".git/refs/heads/main"),
        format!("{}\n", "1".repeat(40)),
    )
    .unwrap();
    is_refused(&sandbox, "HEAD");
    fs::write(sandbox.repo().join(".git/refs/heads/main"), "nonsense\n").unwrap();
    is_refused(&sandbox, "HEAD");
    fs::write(
        sandbox.repo().join(".git/HEAD"),
        format!("{}\n", "2".repeat(40)),
    )
    .unwrap();
    is_refused(&sandbox, "HEAD");
}

#[test]
fn a_tree_of_head_that_is_missing_or_damaged() {
    let sandbox = committed_and_staged();
    let tree = sandbox.object_file("HEAD^{tree}");
    fs::write(&tree, "damaged").unwrap();
    is_refused(&sandbox, "HEAD");
    fs::remove_file(&tree).unwrap();
    is_refused(&sandbox, "HEAD");
}

#[test]
fn a_staged_blob_that_is_missing() {
    let sandbox = committed_and_staged();
    fs::remove_file(sandbox.object_file(":new")).unwrap();
    is_refused(&sandbox, "missing");
}

#[test]
fn a_staged_blob_that_is_damaged() {
    let sandbox = committed_and_staged();
    let blob = sandbox.object_file(":new");
    let whole = fs::read(&blob).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x10;
    for damaged in [&flipped[..], &whole[..whole.len() / 2], b"", b"nonsense"] {
        fs::write(&blob, damaged).unwrap();
        is_refused(&sandbox, "cannot be read");
    }
    fs::remove_file(&blob).unwrap();
    fs::create_dir(&blob).unwrap();
    is_refused(&sandbox, "new could not be scanned");
}

#[test]
fn a_key_is_shown_even_if_another_file_cannot_be_read() {
    let sandbox = committed_and_staged();
    sandbox.stage("key", phx());
    fs::write(sandbox.object_file(":new"), "").unwrap();
    let run = sandbox.phguard(["--staged"]).exits(2);
    assert!(
        run.stdout.contains("key:1:1") && run.stdout.contains("could not be scanned"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_closed_pipe_or_a_full_disk_approves_nothing() {
    let sandbox = Sandbox::new();
    sandbox.stage("key", phx());
    let closed = || Stdio::from(io::pipe().unwrap().1);
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let start = |arguments: &[&str], stdout: Stdio| -> Option<i32> {
        let mut command: Command = sandbox.command(PHGUARD);
        command
            .args(arguments)
            .stdout(stdout)
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .code()
    };
    for arguments in [
        &["--staged"][..],
        &["hook", "pre-commit"],
        &["--staged", "--quiet"],
    ] {
        assert_eq!(
            start(arguments, closed()),
            Some(1),
            "closed pipe: {arguments:?}"
        );
        assert_eq!(
            start(arguments, full()),
            Some(1),
            "full disk: {arguments:?}"
        );
    }
    for arguments in [["--help"], ["--version"]] {
        assert_eq!(
            start(&arguments, full()),
            Some(2),
            "full disk: {arguments:?}"
        );
    }
}

#[test]
fn a_configuration_that_git_cannot_read() {
    let sandbox = committed_and_staged();
    fs::write(sandbox.home().join(".gitconfig"), "[user\nname").unwrap();
    is_refused(&sandbox, "config");
}

#[test]
fn a_home_that_does_not_exist_is_no_obstacle() {
    let sandbox = committed_and_staged();
    let staged = |home: &str| Run::of(sandbox.command(PHGUARD).env("HOME", home));
    staged("/nowhere").exits(0);
    sandbox.stage("key", phx());
    staged("/nowhere").exits(1);
    Run::of(sandbox.command(PHGUARD).env_remove("HOME")).exits(1);
}

#[test]
fn memory_that_is_not_there() {
    for format in ["--object-format=sha1", "--object-format=sha256"] {
        let sandbox = Sandbox::without_repository();
        sandbox.git(["init", "-q", format, "."]);
        // A large file without a key is read part by part, if libgit2 knows its size.
        sandbox.stage("large", "x".repeat(200_000_000) + &phx());
        let limited = format!("ulimit -v 190000; exec {PHGUARD} --staged");
        is_refusal(
            &Run::of(sandbox.command("sh").args(["-c", &limited])),
            "memory",
        );
    }
}
