//! A commit that adds a key is blocked, and no other.

use crate::sandbox::keys::{phc, phx};
use crate::sandbox::platform::{file_name, set_mode};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{PHGUARD, Sandbox, symlink};

#[test]
fn a_commit_with_a_key_is_blocked_and_the_message_says_where() {
    let sandbox = Sandbox::with_hook();
    sandbox.stage(
        "src/client.ts",
        format!("import x\nconst key = \"{}\";\n", phx()),
    );
    let run = sandbox.commit().exits(1);
    assert_run(
        "staged/a-commit-with-a-key-is-blocked-and-the-message-says-where.txt",
        &run,
    );
    assert!(!run.stderr.contains(&phx()[8..40]), "the key is printed");
    sandbox
        .try_git(["rev-parse", "--verify", "HEAD"])
        .exits(128);
}

#[test]
fn a_clean_commit_passes_and_prints_nothing() {
    let sandbox = Sandbox::with_hook();
    sandbox.stage("a", format!("token = {}\n", phc()));
    let run = sandbox.commit().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn the_check_by_hand_gives_the_same_verdict() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "nothing\n");
    assert_eq!(
        sandbox.phguard(["--staged"]).exits(0).stdout,
        "phguard: no secret key; 1 file scanned (8 B).\n"
    );
    sandbox.stage("a", phx());
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert_run("staged/the-check-by-hand-gives-the-same-verdict.txt", &run);
    sandbox.phguard([] as [&str; 0]).exits(1);
}

#[test]
fn only_added_lines_count() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", format!("one\n{}\nthree\n", phx()));
    sandbox.commit_unchecked("the key is in");
    sandbox.stage("a", format!("one\n{}\nthree\nfour\n", phx()));
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.stage("a", format!("one\n  {}\nthree\n", phx()));
    sandbox.phguard(["--staged"]).exits(1);
    sandbox.stage("a", "one\nthree\n");
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn what_is_staged_counts_and_not_what_lies_in_the_work_tree() {
    let sandbox = Sandbox::new();
    sandbox.stage("staged", phx());
    sandbox.write("staged", "clean\n");
    sandbox.stage("edited", "clean\n");
    sandbox.write("edited", phx());
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(
        run.stdout.contains("staged:1:1") && !run.stdout.contains("edited"),
        "{}",
        run.stdout
    );
}

#[test]
fn attributes_and_nul_bytes_hide_nothing() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitattributes", "*.lock binary\n*.min -diff\n");
    sandbox.commit_unchecked("attributes");
    for path in ["a.lock", "a.min"] {
        sandbox.stage(path, format!("{}\n", phx()));
    }
    sandbox.stage("a.bin", [b"\0\xff\n", phx().as_bytes(), b"\0"].concat());
    let run = sandbox.phguard(["--staged"]).exits(1);
    for path in ["a.lock", "a.min", "a.bin"] {
        assert!(
            run.stdout.contains(&format!("{path}:")),
            "{path}: {}",
            run.stdout
        );
    }
}

#[test]
fn deletions_mode_changes_and_submodules_add_nothing() {
    let sandbox = Sandbox::new();
    sandbox.stage("gone", phx());
    sandbox.stage("mode", phx());
    sandbox.commit_unchecked("keys are in");
    sandbox.git(["rm", "-q", "gone"]);
    sandbox.git(["update-index", "--chmod=+x", "mode"]);
    let link = format!("160000,{},sub", "1".repeat(40));
    sandbox.git(["update-index", "--add", "--cacheinfo", &link]);
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_symbolic_link_is_its_target_and_may_become_a_file() {
    let sandbox = Sandbox::new();
    symlink(phx(), sandbox.repo().join("link"));
    sandbox.git(["add", "link"]);
    sandbox.phguard(["--staged"]).exits(1);
    sandbox.commit_unchecked("a link");
    std::fs::remove_file(sandbox.repo().join("link")).unwrap();
    sandbox.stage("link", format!("file\n{}\n", phx()));
    sandbox.phguard(["--staged"]).exits(1);
}

#[test]
fn a_file_that_is_only_intended_to_be_added_is_not_checked() {
    let sandbox = Sandbox::new();
    sandbox.write("later", phx());
    sandbox.git(["add", "--intent-to-add", "later"]);
    sandbox.stage("now", "clean\n");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.git(["add", "later"]);
    sandbox.phguard(["--staged"]).exits(1);
}

#[test]
fn odd_file_names_are_checked_and_shown_harmlessly() {
    let sandbox = Sandbox::new();
    let names: [&[u8]; 6] = [
        b"with space",
        b"new\nline",
        b"caf\xe9",
        b"\x1b[31mred",
        "🔑".as_bytes(),
        b"-dash",
    ];
    for name in names {
        sandbox.stage(file_name(name), phx());
    }
    let run = sandbox.phguard(["--staged", "--all"]).exits(1);
    for shown in [
        "with space:1:1",
        "new\\nline:1:1",
        "caf\\xe9:1:1",
        "\\u{1b}[31mred:1:1",
        "🔑:1:1",
        "-dash:1:1",
    ] {
        assert!(run.stdout.contains(shown), "{shown}: {}", run.stdout);
    }
    assert!(!run.stdout.contains('\x1b'));
}

#[test]
fn paths_narrow_the_check() {
    let sandbox = Sandbox::new();
    sandbox.stage("dir/key", phx());
    sandbox.stage("dirty/clean", "clean\n");
    for (paths, code) in [
        (&["dir"][..], 1),
        (&["dir/key"], 1),
        (&["dirty"], 0),
        (&["dirty/clean"], 0),
        (&["dirty", "dir/"], 1),
        (&["."], 1),
    ] {
        let arguments = ["--staged"].iter().chain(paths);
        assert_eq!(sandbox.phguard(arguments).code, Some(code), "{paths:?}");
    }
    let absolute = sandbox.repo().join("dir/key");
    sandbox.phguard([absolute]).exits(1);
}

#[test]
fn a_path_that_is_nowhere_is_no_approval() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "clean\n");
    let run = sandbox.phguard(["--staged", "typo"]).exits(2);
    assert_run("staged/a-path-that-is-nowhere-is-no-approval.txt", &run);
    sandbox.phguard(["--staged", "../outside"]).exits(2);
}

#[test]
fn a_path_that_git_does_not_track_is_no_approval() {
    let sandbox = Sandbox::new();
    sandbox.phguard(["--staged", "."]).exits(0);
    sandbox.stage("dir/tracked", "clean\n");
    sandbox.commit_unchecked("tracked");
    sandbox.write("dir/new", phx());
    sandbox.write("empty/new", phx());
    for path in ["dir/new", "empty"] {
        let run = sandbox.phguard(["--staged", path]).exits(2);
        assert!(
            run.stderr.contains(&format!("git does not track {path}")),
            "{}",
            run.stderr
        );
    }
    // Nothing in it is staged, and nothing has to be.
    sandbox
        .phguard(["--staged", "dir", "dir/tracked", "."])
        .exits(0);
}

#[test]
fn from_a_subdirectory_everything_staged_is_checked() {
    let sandbox = Sandbox::new();
    sandbox.stage("key", phx());
    sandbox.stage("sub/clean", "clean\n");
    let mut command = sandbox.command(PHGUARD);
    let run = crate::sandbox::Run::of(command.current_dir(sandbox.repo().join("sub")));
    run.exits(1);
}

#[test]
fn commit_all_and_commit_path_are_checked_by_the_index_they_use() {
    let sandbox = Sandbox::with_hook();
    sandbox.stage("a", "one\n");
    sandbox.stage("b", "one\n");
    sandbox.commit().exits(0);
    sandbox.write("a", phx());
    sandbox
        .try_git(["commit", "-q", "-a", "-m", "all"])
        .exits(1);
    sandbox
        .try_git(["commit", "-q", "-m", "path", "a"])
        .exits(1);
    sandbox.write("b", "two\n");
    sandbox.git(["add", "a"]);
    sandbox
        .try_git(["commit", "-q", "-m", "only b", "b"])
        .exits(0);
}

#[test]
fn an_amended_commit_is_compared_with_the_one_it_replaces() {
    let sandbox = Sandbox::with_hook();
    sandbox.stage("a", "one\n");
    sandbox.commit().exits(0);
    sandbox.stage("a", phx());
    sandbox
        .try_git(["commit", "-q", "--amend", "--no-edit"])
        .exits(1);
}

#[test]
fn a_marker_allows_its_line_and_no_other() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", format!("{} # phguard:allow a sample\n", phx()));
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.stage("a", format!("{0} # phguard:allow\n{0}\n", phx()));
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(
        run.stdout.contains("a:2:1") && run.stdout.contains("1 key allowed"),
        "{}",
        run.stdout
    );
}

#[test]
fn placeholders_count_only_when_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "phx_xxxxxxxxxxxxxxxxxxxxxxxx phx_your_key_here\n");
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.phguard(["--staged", "--strict"]).exits(1);
}

#[test]
fn a_cut_key_blocks_too_and_is_called_one() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", &phx()[..30]);
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(run.stdout.contains("cut or a sample"), "{}", run.stdout);
}

#[test]
fn large_files_and_long_lines_work() {
    let sandbox = Sandbox::new();
    let mut large = "some text of a line\n".repeat(5_000_000);
    large.push_str(&phx());
    sandbox.stage("large", large);
    let mut line = "x ".repeat(25_000_000);
    line.push_str(&phx());
    sandbox.stage("line", line);
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert!(
        run.stdout.contains("large:5000001:1") && run.stdout.contains("line:1:50000001"),
        "{}",
        run.stdout
    );
}

#[test]
fn the_binary_copied_into_the_hooks_directory_works() {
    let sandbox = Sandbox::new();
    let hook = sandbox.repo().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    crate::sandbox::hooks::copy_program(PHGUARD, &hook);
    set_mode(&hook, 0o755);
    sandbox.stage("a", phx());
    let run = sandbox.commit().exits(1);
    assert!(run.stderr.contains("commit blocked"), "{}", run.stderr);
}

#[test]
fn lines_that_both_parents_of_a_merge_have_are_not_new() {
    let sandbox = Sandbox::with_hook();
    sandbox.stage("a", "one\n");
    sandbox.stage("c", "one\n");
    sandbox.commit_unchecked("base");
    sandbox.git(["switch", "-q", "-c", "side"]);
    sandbox.stage("theirs", phx());
    sandbox.stage("c", "theirs\n");
    sandbox.commit_unchecked("the key is in on the side");
    sandbox.git(["switch", "-q", "main"]);
    sandbox.stage("c", "ours\n");
    sandbox.commit_unchecked("ours");
    sandbox.try_git(["merge", "-q", "side"]).exits(1);
    sandbox.stage("c", "both\n");
    sandbox.commit().exits(0);
}

#[test]
fn a_path_through_a_symbolic_link_is_followed() {
    let sandbox = Sandbox::new();
    symlink("real", sandbox.repo().join("link"));
    sandbox.git(["add", "link"]);
    sandbox.commit_unchecked("a link");
    sandbox.stage("real/key", phx());
    for path in ["link/key", "link/", "link", "real"] {
        sandbox.phguard(["--staged", path]).exits(1);
    }
}

#[test]
fn a_link_under_the_name_of_a_hook_that_is_not_served_blocks() {
    let sandbox = Sandbox::new();
    sandbox.install_hook("prepare-commit-msg");
    sandbox.stage("a", phx());
    let run = sandbox.commit().exits(1);
    assert!(
        run.stderr
            .contains("does not serve the hook prepare-commit-msg"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_key_that_touches_what_stands_before_it_is_found_and_no_neighbour_of_it_printed() {
    let sandbox = Sandbox::new();
    sandbox.stage(
        "option",
        format!("curl -u{}: https://us.posthog.com\n", phx()),
    );
    sandbox.stage("length", [b"\0\0\x004", phx().as_bytes()].concat());
    sandbox.stage("two", format!("{0}{0} x{0}\n", phx()));
    let run = sandbox.phguard(["--staged"]).exits(1);
    for place in [
        "option:1:8",
        "length:1:",
        "two:1:1",
        "two:1:53",
        "two:1:107",
    ] {
        assert!(run.stdout.contains(place), "{place}: {}", run.stdout);
    }
    assert!(!run.stdout.contains(&phx()[8..40]), "the key is printed");
}
