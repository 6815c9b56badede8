//! Ranges of commits: each commit is judged by its own lines.

use crate::sandbox::keys::{key, masked, phx};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// A clean commit, one that adds a key, and one that takes it out again.
fn in_and_out(format: &[&str]) -> Sandbox {
    let sandbox = Sandbox::without_repository();
    sandbox.git([&["init", "-q", "-b", "main"], format, &["."]].concat());
    sandbox.stage("a", "one\n");
    sandbox.commit_unchecked("base");
    sandbox.stage("a", format!("one\n{}\n", phx()));
    sandbox.commit_unchecked("Query the events");
    sandbox.stage("a", "one\n");
    sandbox.commit_unchecked("Take it out");
    sandbox
}

fn with_stdin(sandbox: &Sandbox, arguments: &[&str], input: &str) -> Run {
    Run::with_input(sandbox.command(PHGUARD).args(arguments), input)
}

#[test]
fn a_key_that_was_added_and_taken_out_again_is_found_with_its_commit() {
    for format in [
        &[][..],
        &["--object-format=sha256"],
        &["--ref-format=reftable"],
    ] {
        let sandbox = in_and_out(format);
        let run = sandbox.phguard(["--range", "HEAD~2..HEAD"]).exits(1);
        let short = &sandbox.id("HEAD~1")[..12];
        for text in [
            &format!("commit {short} of 2026-01-01"),
            "Query the events",
            "a:2:1",
            "2 commits",
            "add a PostHog",
        ] {
            assert!(
                run.stdout.contains(text),
                "{format:?} {text}: {}",
                run.stdout
            );
        }
        assert!(run.stdout.contains("un-leak it"), "{}", run.stdout);
        assert!(
            run.stdout.contains(&masked(&phx())) && !run.stdout.contains(&phx()[8..40]),
            "{}",
            run.stdout
        );
        sandbox.phguard(["--range", "HEAD~1..HEAD"]).exits(0);
    }
}

#[test]
fn programs_are_told_the_commit() {
    let sandbox = in_and_out(&[]);
    let run = sandbox
        .phguard(["--range", "HEAD~2..", "--format", "json"])
        .exits(1);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["mode"], "range");
    assert_eq!(report["scanned"]["commits"], 2);
    let finding = &report["findings"][0];
    assert_eq!(finding["commit"], sandbox.id("HEAD~1"));
    assert_eq!(finding["commit_date"], "2026-01-01T00:00:00+00:00");
    assert_eq!(finding["commit_subject"], "Query the events");
    assert_eq!(
        (&finding["path"], &finding["line"], &finding["in_message"]),
        (&"a".into(), &2.into(), &false.into())
    );
}

#[test]
fn revisions_are_those_of_git() {
    let sandbox = in_and_out(&[]);
    sandbox.git(["tag", "-m", "a tag", "tagged", "HEAD~1"]);
    let oldest = sandbox.id("HEAD~2");
    for (range, code, count) in [
        ("HEAD~1", 1, "1 commit,"),
        ("HEAD", 0, "1 commit,"),
        ("HEAD~2", 0, "1 commit,"),
        ("tagged", 1, "1 commit,"),
        ("main^{/Query}", 1, "1 commit,"),
        (&format!("{oldest}..main"), 1, "2 commits,"),
        ("HEAD~2...HEAD", 1, "2 commits,"),
        ("HEAD^!", 0, "1 commit,"),
        ("HEAD..HEAD", 0, "0 commits,"),
        (&format!("{}..HEAD", "0".repeat(40)), 1, "3 commits,"),
        (&format!("HEAD..{}", "0".repeat(40)), 0, "0 commits,"),
    ] {
        let run = sandbox.phguard(["--range", range]);
        assert_eq!(
            run.code,
            Some(code),
            "{range}: {}{}",
            run.stdout,
            run.stderr
        );
        assert!(run.stdout.contains(count), "{range}: {}", run.stdout);
    }
}

#[test]
fn what_names_no_commit_is_no_approval() {
    let sandbox = in_and_out(&[]);
    let unknown = "1".repeat(40);
    for range in [
        "nonsense",
        "HEAD..nonsense",
        &unknown,
        &format!("{unknown}..HEAD"),
        "^HEAD",
        "--all",
        "..HEAD",
        "...HEAD",
        "..",
        "",
    ] {
        let run = sandbox.phguard([&format!("--range={range}")]);
        assert_eq!(run.code, Some(2), "{range}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains("try: "), "{range}: {}", run.stderr);
    }
    sandbox.phguard(["--range"]).exits(2);
    sandbox.phguard(["--stdin"]).exits(2);
    sandbox.phguard(["--range", "HEAD", "a"]).exits(2);
    Run::of(
        sandbox
            .command(PHGUARD)
            .args(["--range", "HEAD~1..HEAD"])
            .env("PATH", "/nowhere"),
    )
    .exits(2);
}

#[test]
fn ranges_and_commits_are_read_from_standard_input() {
    let sandbox = in_and_out(&[]);
    let all = sandbox.git(["rev-list", "HEAD"]).stdout;
    let run = with_stdin(&sandbox, &["--range", "--stdin"], &all).exits(1);
    assert_run(
        "range/ranges-and-commits-are-read-from-standard-input.txt",
        &run,
    );
    let run = with_stdin(
        &sandbox,
        &["--range", "--stdin"],
        "HEAD\r\nHEAD~1..HEAD\n\nHEAD~2",
    )
    .exits(0);
    assert_eq!(
        run.stdout,
        "phguard: no secret key; 2 commits, 2 files scanned (389 B).\n"
    );
    let run = with_stdin(&sandbox, &["--range", "--stdin"], "").exits(2);
    assert_run(
        "range/ranges-and-commits-are-read-from-standard-input-3.txt",
        &run,
    );
    with_stdin(&sandbox, &["--range", "--stdin"], "HEAD\nnonsense\n").exits(2);
}

#[test]
fn a_commit_message_leaks_too() {
    let sandbox = in_and_out(&[]);
    sandbox.commit_unchecked(&format!("Subject with {}\n\nand {}\n", key(2), key(3)));
    let run = sandbox.phguard(["--range", "HEAD"]).exits(1);
    assert_run("range/a-commit-message-leaks-too.txt", &run);
    for key in [key(2), key(3)] {
        assert!(
            run.stdout.contains(&masked(&key)) && !run.stdout.contains(&key[8..40]),
            "{}",
            run.stdout
        );
    }
    let run = sandbox
        .phguard(["--range", "HEAD", "--format=json"])
        .exits(1);
    assert_run("range/a-commit-message-leaks-too-2.txt", &run);
    sandbox.commit_unchecked(&format!("A sample {} # phguard:allow\n", key(2)));
    sandbox.phguard(["--range", "HEAD"]).exits(0);
}

#[test]
fn a_rename_is_compared_with_its_origin_in_the_parents() {
    let sandbox = Sandbox::new();
    let text: String = (1..=40).map(|n| format!("line {n}\n")).collect();
    sandbox.stage("old", format!("{}\n{text}", phx()));
    sandbox.commit_unchecked("the key is in");
    sandbox.git(["mv", "old", "new"]);
    sandbox.commit_unchecked("renamed");
    sandbox.git(["mv", "new", "newer"]);
    sandbox.stage("newer", format!("{}\n{text}{}\n", phx(), key(2)));
    sandbox.commit_unchecked("renamed and edited");
    sandbox.phguard(["--range", "HEAD~1"]).exits(0);
    let run = sandbox.phguard(["--range", "HEAD~2..HEAD"]).exits(1);
    assert!(
        run.stdout.contains("newer:42:1") && !run.stdout.contains("newer:1:1"),
        "{}",
        run.stdout
    );
}

#[test]
fn replacements_and_grafts_hide_nothing() {
    let sandbox = in_and_out(&[]);
    let [tip, bad, base] = ["HEAD", "HEAD~1", "HEAD~2"].map(|revision| sandbox.id(revision));
    std::fs::create_dir_all(sandbox.repo().join(".git/info")).unwrap();
    for hide in [0, 1] {
        if hide == 0 {
            std::fs::write(
                sandbox.repo().join(".git/info/grafts"),
                format!("{tip} {base}\n"),
            )
            .unwrap();
        } else {
            std::fs::remove_file(sandbox.repo().join(".git/info/grafts")).unwrap();
            sandbox.git(["replace", &bad, &base]);
        }
        for range in [
            format!("{base}..HEAD"),
            format!("{base}..{tip}"),
            "HEAD~2..HEAD".into(),
            "HEAD~1".into(),
        ] {
            let run = sandbox.phguard(["--range", &range]);
            assert_eq!(
                run.code,
                Some(1),
                "{hide} {range}: {}{}",
                run.stdout,
                run.stderr
            );
        }
    }
}

#[test]
fn a_shallow_clone_without_the_base_says_how_to_fetch_it() {
    let sandbox = in_and_out(&[]);
    let base = sandbox.id("HEAD~2");
    let url = format!("file://{}", sandbox.repo().display());
    sandbox.git(["clone", "-q", "--depth=1", &url, "../shallow"]);
    for range in [
        "HEAD",
        &format!("{base}..HEAD"),
        "HEAD~1..HEAD",
        &format!("{}..HEAD", "0".repeat(40)),
    ] {
        let mut command = sandbox.command(PHGUARD);
        let run = Run::of(
            command
                .current_dir(sandbox.root().join("shallow"))
                .args(["--range", range]),
        )
        .exits(2);
        assert!(
            run.stderr.contains("git fetch --unshallow"),
            "{range}: {}",
            run.stderr
        );
    }
    sandbox.git(["-C", "../shallow", "fetch", "-q", "--unshallow"]);
    let mut command = sandbox.command(PHGUARD);
    let range = format!("{base}..HEAD");
    Run::of(
        command
            .current_dir(sandbox.root().join("shallow"))
            .args(["--range", &range]),
    )
    .exits(1);
}

#[test]
fn a_history_that_is_cut_off_between_commits_that_are_here_is_no_approval() {
    let sandbox = in_and_out(&[]);
    let [tip, bad] = ["HEAD", "HEAD~1"].map(|revision| sandbox.id(revision));
    std::fs::write(sandbox.repo().join(".git/shallow"), format!("{tip}\n")).unwrap();
    assert_eq!(
        sandbox.git(["rev-list", "HEAD"]).stdout.lines().count(),
        1,
        "it is not cut off"
    );
    let run = sandbox
        .phguard(["--range", &format!("{}..HEAD", "0".repeat(40))])
        .exits(2);
    assert_run(
        "range/a-history-that-is-cut-off-between-commits-that-are-here-is-no-approval.txt",
        &run,
    );
    sandbox.phguard(["--range", &bad]).exits(1);
}

#[test]
fn the_configuration_of_the_tip_judges_the_commits_before_it() {
    let sandbox = in_and_out(&[]);
    sandbox.stage(".phguard.toml", "[allow]\npaths = ['a']\n");
    sandbox.phguard(["--range", "HEAD~2..HEAD"]).exits(1);
    sandbox.commit_unchecked("allowed");
    let run = sandbox.phguard(["--range", "HEAD~3..HEAD"]).exits(0);
    assert_eq!(
        run.stdout,
        "phguard: no secret key; 3 commits, 3 files scanned (738 B), 1 key allowed.\n"
    );
    sandbox.phguard(["--range", "HEAD~3..HEAD~1"]).exits(1);
    std::fs::write(sandbox.home().join("none.toml"), "").unwrap();
    let none = format!("--config={}", sandbox.home().join("none.toml").display());
    sandbox.phguard(["--range", "HEAD~3..HEAD", &none]).exits(1);
    sandbox.stage(".phguard.toml", "nonsense");
    sandbox.commit_unchecked("broken");
    sandbox.phguard(["--range", "HEAD"]).exits(2);
}

#[test]
fn a_bare_repository_will_do() {
    let sandbox = in_and_out(&[]);
    sandbox.git(["clone", "-q", "--bare", ".", "../bare.git"]);
    let mut command = sandbox.command(PHGUARD);
    let run = Run::of(
        command
            .current_dir(sandbox.root().join("bare.git"))
            .args(["--range", "main~2..main"]),
    )
    .exits(1);
    assert!(run.stdout.contains("a:2:1"), "{}", run.stdout);
}

#[test]
fn a_commit_whose_content_is_missing_or_damaged_is_no_approval() {
    let sandbox = in_and_out(&[]);
    for object in ["HEAD~1:a", "HEAD~1^{tree}", "HEAD~2^{tree}", "HEAD~1"] {
        let file = sandbox.object_file(object);
        let kept = std::fs::read(&file).unwrap();
        for damaged in [Some(b"".as_slice()), None] {
            match damaged {
                Some(bytes) => std::fs::write(&file, bytes).unwrap(),
                None => std::fs::remove_file(&file).unwrap(),
            }
            let run = sandbox.phguard(["--range", "HEAD~2..HEAD"]);
            assert_eq!(
                run.code,
                Some(2),
                "{object} {damaged:?}: {}{}",
                run.stdout,
                run.stderr
            );
        }
        std::fs::write(&file, kept).unwrap();
    }
    sandbox.phguard(["--range", "HEAD~2..HEAD"]).exits(1);
}

#[test]
fn what_two_tips_lead_to_must_be_allowed_by_both() {
    let sandbox = in_and_out(&[]);
    sandbox.git(["branch", "plain"]);
    sandbox.stage(".phguard.toml", "[allow]\npaths = [\"**\"]\n");
    sandbox.commit_unchecked("allow everything");
    sandbox.phguard(["--range", "plain~2..HEAD"]).exits(0);
    let ranges = ["plain~2..HEAD", "plain~2..plain"];
    for [one, other] in [ranges, [ranges[1], ranges[0]]] {
        let run = with_stdin(
            &sandbox,
            &["--range", "--stdin"],
            &format!("{one}\n{other}\n"),
        )
        .exits(1);
        assert!(
            run.stdout.contains("3 commits") && run.stdout.contains("1 secret key found"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn an_own_key_in_a_subject_is_masked() {
    let sandbox = Sandbox::new();
    let own = ["own_", "abcdefghij0123456789"].concat();
    sandbox.stage(
        ".phguard.toml",
        "[[keys]]\nid = \"own\"\nregex = \"own_[a-z0-9]{20}\"\ndescription = \"It opens.\"\n",
    );
    sandbox.stage("a", format!("{own}\n"));
    sandbox.commit_unchecked(&format!("use {own}"));
    for format in ["human", "json"] {
        let run = sandbox
            .phguard(["--range", "HEAD", "--format", format])
            .exits(1);
        assert!(
            !run.stdout.contains(&own) && run.stdout.contains("use "),
            "{}",
            run.stdout
        );
    }
}
