//! `--files` looks at files as they are on disk, whole.

use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

#[test]
fn every_file_below_a_directory_is_read_but_for_gits_own() {
    let sandbox = Sandbox::new();
    sandbox.write("dir/sub/.hidden", format!("one\n{}\n", phx()));
    sandbox.write(".git/description", phx());
    symlink(
        format!("nowhere/{}", phx()),
        sandbox.repo().join("dir/link"),
    );
    let run = sandbox.phguard(["--files", "."]).exits(1);
    assert_run(
        "files/every-file-below-a-directory-is-read-but-for-gits-own.txt",
        &run,
    );
    sandbox.phguard(["--files", "dir/sub"]).exits(1);
}

#[test]
fn lines_that_are_committed_count_too() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", phx());
    sandbox.commit_unchecked("the key is in");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.phguard(["--files", "a"]).exits(1);
}

#[test]
fn standard_input_is_read() {
    let sandbox = Sandbox::without_repository();
    let input = format!("a\nb {}", phx());
    let mut command = sandbox.command(PHGUARD);
    let run = Run::with_input(command.args(["--files", "-"]), input).exits(1);
    assert!(
        run.stdout.contains("-:2:3") && run.stdout.contains(&masked(&phx())),
        "{}",
        run.stdout
    );
}

#[test]
fn a_file_that_cannot_be_read_is_no_approval_and_hides_no_finding() {
    let sandbox = Sandbox::without_repository();
    sandbox.write("a", phx());
    let run = sandbox.phguard(["--files", "a", "missing"]).exits(2);
    assert_run(
        "files/a-file-that-cannot-be-read-is-no-approval-and-hides-no-finding.txt",
        &run,
    );
    sandbox.phguard(["--files"]).exits(2);
}

#[test]
fn entries_that_allow_nothing_are_reported_when_everything_is_scanned() {
    let sandbox = Sandbox::without_repository();
    sandbox.write("docs/a", phx());
    let unused = "0".repeat(32);
    sandbox.write(
        ".phguard.toml",
        format!("[allow]\npaths = ['docs/', 'gone/']\nfingerprints = ['{unused}']\n"),
    );
    let run = sandbox.phguard(["--files", "."]).exits(0);
    assert_run(
        "files/entries-that-allow-nothing-are-reported-when-everything-is-scanned.txt",
        &run,
    );
    assert_eq!(
        sandbox.phguard(["--files", "docs"]).exits(0).stdout,
        "phguard: no secret key; 1 file scanned (52 B), 1 key allowed.\n"
    );
}

/// Files that git ignores, in each of the places where it may say so.
fn with_ignored_files() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", ".env\nnode_modules/\n");
    sandbox.write("sub/.gitignore", "*.log\n");
    sandbox.write(".git/info/exclude", "excluded\n");
    for path in [".env", "node_modules/a/b", "sub/c.log", "excluded"] {
        sandbox.write(path, phx());
    }
    sandbox
}

#[test]
fn what_git_ignores_is_left_out_and_counted() {
    let sandbox = with_ignored_files();
    let said = sandbox.phguard(["--files", "."]).exits(0).stdout;
    assert!(said.ends_with("4 paths ignored by git.\n"), "{said}");
    let report = sandbox
        .phguard(["--files", ".", "--format", "json"])
        .exits(0)
        .stdout;
    assert!(report.contains("\"ignored\":4"), "{report}");
    let all = sandbox
        .phguard(["--files", ".", "--no-ignore"])
        .exits(1)
        .stdout;
    for path in [".env:", "node_modules/a/b:", "sub/c.log:", "excluded:"] {
        assert!(all.contains(path), "{path} {all}");
    }
    sandbox.write("found", phx());
    let run = sandbox.phguard(["--files", "."]).exits(1);
    assert!(
        run.stdout.contains("4 paths ignored by git"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_file_or_directory_that_is_named_is_read_though_git_ignores_it() {
    let sandbox = with_ignored_files();
    for path in [".env", "node_modules", "node_modules/a", "sub/c.log"] {
        sandbox.phguard(["--files", path]).exits(1);
    }
}

#[test]
fn what_git_tracks_is_read_though_it_ignores_it() {
    let sandbox = with_ignored_files();
    sandbox.git(["add", "-f", ".env", "node_modules/a/b"]);
    sandbox.write("node_modules/gone", "gone");
    sandbox.git(["add", "-f", "node_modules/gone"]);
    std::fs::remove_file(sandbox.repo().join("node_modules/gone")).unwrap();
    let run = sandbox.phguard(["--files", "."]).exits(1);
    assert_run(
        "files/what-git-tracks-is-read-though-it-ignores-it.txt",
        &run,
    );
    sandbox.phguard(["--files", "sub"]).exits(0);
}

#[test]
fn a_repository_inside_goes_by_its_own_rules() {
    let sandbox = with_ignored_files();
    sandbox.git(["init", "-q", "sub/inner"]);
    sandbox.write("sub/inner/.gitignore", "ours\n");
    sandbox.write("sub/inner/ours", phx());
    sandbox.write("sub/inner/other.log", phx());
    sandbox.write("sub/inner/forced/ours", phx());
    sandbox.git(["-C", "sub/inner", "add", "-f", "forced/ours"]);
    let run = sandbox.phguard(["--files", "."]).exits(1);
    assert_run("files/a-repository-inside-goes-by-its-own-rules.txt", &run);
    assert!(!run.stdout.contains("sub/inner/ours"), "{}", run.stdout);
}

#[test]
fn nothing_is_left_out_where_git_does_not_say_what_it_tracks() {
    let sandbox = with_ignored_files();
    let run = Run::of(
        sandbox
            .command(PHGUARD)
            .args(["--files", "."])
            .env("PATH", "/nowhere"),
    )
    .exits(1);
    assert_run(
        "files/nothing-is-left-out-where-git-does-not-say-what-it-tracks.txt",
        &run,
    );
    std::fs::remove_dir_all(sandbox.repo().join(".git")).unwrap();
    let run = sandbox.phguard(["--files", "."]).exits(1);
    assert!(
        run.stdout.contains(".env:1:1") && run.stdout.contains("node_modules/a/b:1:1"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_directory_that_cannot_be_read_is_no_approval() {
    let sandbox = Sandbox::without_repository();
    sandbox.write("a/deep/b", "nothing");
    let mut command = sandbox.command("sh");
    // Whoever may read everything meets a name that is too long instead of a closed door.
    command.args([
        "-c",
        "d=$(printf 'x%.0s' $(seq 250)); for i in $(seq 17); do mkdir $d && cd -P $d; done; : >b",
    ]);
    Run::of(&mut command).exits(0);
    let run = sandbox.phguard(["--files", "."]).exits(2);
    assert!(
        run.stdout.contains("could not be scanned"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_pipe_that_is_named_is_read() {
    let sandbox = Sandbox::without_repository();
    let script = format!("mkfifo pipe; printf 'a\\n%s\\n' \"$KEY\" >pipe & {PHGUARD} --files pipe");
    let run = Run::of(
        sandbox
            .command("sh")
            .args(["-c", &script])
            .env("KEY", phx()),
    )
    .exits(1);
    assert_run("files/a-pipe-that-is-named-is-read.txt", &run);
    let script = format!("printf '%s' \"$KEY\" | {PHGUARD} --files /dev/stdin");
    let run = Run::of(
        sandbox
            .command("sh")
            .args(["-c", &script])
            .env("KEY", phx()),
    )
    .exits(1);
    assert_run("files/a-pipe-that-is-named-is-read-2.txt", &run);
    sandbox.phguard(["--files", "."]).exits(0);
}

#[test]
fn a_stream_larger_than_memory_is_read_with_its_lines_counted() {
    let sandbox = Sandbox::without_repository();
    let script = format!(
        "{{ yes 'a line of a log that goes on and on' | head -n 1000000; printf '%s' \"$KEY\"; \
         head -c 30000000 /dev/zero; printf '\\n %s' \"$KEY\"; }} | {{ ulimit -v 90000; exec {PHGUARD} --files -; }}"
    );
    let run = Run::of(
        sandbox
            .command("sh")
            .args(["-c", &script])
            .env("KEY", phx()),
    )
    .exits(1);
    assert!(
        run.stdout.contains("-:1000001:1\n") && run.stdout.contains("-:1000002:2\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_directory_of_which_git_ignores_everything_is_read_if_it_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "dist/*\n");
    sandbox.write("dist/bundle.js", phx());
    let run = sandbox.phguard(["--files", "dist"]).exits(1);
    assert_run(
        "files/a-directory-of-which-git-ignores-everything-is-read-if-it-is-named.txt",
        &run,
    );
    sandbox.phguard(["--files", "."]).exits(0);
}

#[test]
fn where_git_ignores_everything_nothing_is_approved() {
    let sandbox = Sandbox::new();
    sandbox.write(".git/info/exclude", "*\n");
    sandbox.write("key", phx());
    let run = sandbox.phguard(["--files", "."]).exits(2);
    assert!(
        run.stdout.contains("--no-ignore reads it"),
        "{}",
        run.stdout
    );
}
