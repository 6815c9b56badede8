//! A renamed or copied file adds only the lines that its origin lacks.

use crate::sandbox::keys::{key, phx};
use crate::sandbox::{PHGUARD, Run, Sandbox};

fn text() -> String {
    (1..=40).map(|n| format!("line {n}\n")).collect()
}

/// `old` with a key on its first line is committed.
fn committed(format: &str) -> Sandbox {
    let sandbox = Sandbox::without_repository();
    sandbox.git(["init", "-q", "-b", "main", format, "."]);
    sandbox.stage("old", format!("{}\n{}", phx(), text()));
    sandbox.commit_unchecked("the key is in");
    sandbox
}

#[test]
fn a_pure_rename_adds_nothing() {
    for format in ["--object-format=sha1", "--object-format=sha256"] {
        let sandbox = committed(format);
        sandbox.git(["mv", "old", "new"]);
        sandbox.phguard(["--staged"]).exits(0);
    }
}

#[test]
fn a_pure_copy_adds_nothing() {
    let sandbox = committed("--object-format=sha1");
    sandbox.stage("dir/copy", format!("{}\n{}", phx(), text()));
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_copy_with_an_edit_is_a_new_file() {
    let sandbox = committed("--object-format=sha1");
    sandbox.stage("copy", format!("{}\n{}edited\n", phx(), text()));
    sandbox.phguard(["--staged"]).exits(1);
}

#[test]
fn a_rename_with_an_edit_adds_the_edit() {
    for format in ["--object-format=sha1", "--object-format=sha256"] {
        let sandbox = committed(format);
        sandbox.git(["rm", "-q", "old"]);
        sandbox.stage("new", format!("{}\n{}edited\n", phx(), text()));
        sandbox.phguard(["--staged"]).exits(0);
        sandbox.stage("new", format!("{}\n{}{}\n", phx(), text(), key(2)));
        let run = sandbox.phguard(["--staged"]).exits(1);
        assert!(
            run.stdout.contains("new:42:1") && !run.stdout.contains("new:1:1"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn a_key_that_was_elsewhere_is_added_to_a_file_of_other_content() {
    let sandbox = committed("--object-format=sha1");
    sandbox.git(["rm", "-q", "old"]);
    sandbox.stage("new", format!("quite\nanother\nfile\n{}\n", phx()));
    sandbox.phguard(["--staged"]).exits(1);
}

#[test]
fn the_users_configuration_of_renames_changes_nothing() {
    let sandbox = committed("--object-format=sha1");
    for (name, value) in [
        ("diff.renames", "false"),
        ("diff.renameLimit", "1"),
        ("status.renames", "false"),
    ] {
        sandbox.git(["config", name, value]);
    }
    sandbox.git(["mv", "old", "new"]);
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn without_git_every_line_of_a_renamed_file_counts() {
    let sandbox = committed("--object-format=sha1");
    sandbox.git(["mv", "old", "new"]);
    // As before a hook, the index holds its tree.
    sandbox.git(["write-tree"]);
    Run::of(sandbox.command(PHGUARD).env("PATH", "/nowhere")).exits(1);
}

#[test]
fn a_rename_in_a_merge_is_compared_with_every_parent() {
    let sandbox = committed("--object-format=sha1");
    sandbox.git(["switch", "-q", "-c", "side"]);
    sandbox.stage("old", format!("{}\n{}{}\n", phx(), text(), key(2)));
    sandbox.commit_unchecked("theirs");
    sandbox.git(["switch", "-q", "main"]);
    sandbox.git(["mv", "old", "new"]);
    sandbox.commit_unchecked("renamed");
    sandbox.git(["merge", "-q", "--no-commit", "side"]);
    sandbox.git(["mv", "new", "newer"]);
    sandbox.phguard(["--staged"]).exits(0);
}
