//! A key that was allowed, and that the change leaves without what allowed it.

use crate::sandbox::Sandbox;
use crate::sandbox::keys::{key, masked, phx};

const CONFIG: &str = ".phguard.toml";

/// Commits these files, then stages others, and returns the exit codes of the check before the
/// commit and of the range after it.
fn codes(before: &[(&str, &str)], after: &[(&str, &str)], removed: &[&str]) -> [Option<i32>; 2] {
    let sandbox = Sandbox::new();
    for (path, content) in before {
        sandbox.stage(path, content);
    }
    sandbox.commit_unchecked("before");
    for path in removed {
        sandbox.git(["rm", "-q", path]);
    }
    for (path, content) in after {
        sandbox.stage(path, content);
    }
    let staged = sandbox.phguard(["--staged"]).code;
    sandbox.commit_unchecked("after");
    [staged, sandbox.phguard(["--range", "HEAD^..HEAD"]).code]
}

#[test]
fn a_marker_on_the_line_above_is_taken_away() {
    let phx = phx();
    let marked = format!("a\n# phguard:allow\nk = \"{phx}\"\nb\n");
    let bare = format!("a\nk = \"{phx}\"\nb\n");
    assert_eq!(
        codes(&[("a.py", &marked)], &[("a.py", &bare)], &[]),
        [Some(1); 2]
    );
    let other = format!("a\n# nothing\nk = \"{phx}\"\nb\n");
    assert_eq!(
        codes(&[("a.py", &marked)], &[("a.py", &other)], &[]),
        [Some(1); 2]
    );
    // It moved with its key, in a file of another name.
    assert_eq!(
        codes(&[("a.py", &marked)], &[("b.py", &bare)], &["a.py"]),
        [Some(1); 2]
    );
}

#[test]
fn a_marker_that_stays_or_belongs_to_another_key_changes_nothing() {
    let (phx, other) = (phx(), key(7));
    let marked = format!("# phguard:allow\nk = \"{phx}\"\n");
    let grown = format!("new\n\n{marked}new\n");
    assert_eq!(
        codes(&[("a.py", &marked)], &[("a.py", &grown)], &[]),
        [Some(0); 2]
    );
    // The first key was bare before, too.
    let two = format!("k = \"{phx}\"\nx\n# phguard:allow\nl = \"{other}\"\n");
    let one = format!("k = \"{phx}\"\nx\n");
    assert_eq!(
        codes(&[("a.py", &two)], &[("a.py", &one)], &[]),
        [Some(0); 2]
    );
    // One of two places goes.
    let places = format!("k = \"{phx}\"\n# phguard:allow\nk = \"{phx}\"\n");
    let place = format!("k = \"{phx}\"\n");
    assert_eq!(
        codes(&[("a.py", &places)], &[("a.py", &place)], &[]),
        [Some(0); 2]
    );
}

#[test]
fn an_allowed_path_goes_as_its_file_moves_or_changes() {
    let content = format!("one\nk = \"{}\"\nthree\n", phx());
    let changed = format!("{content}four\n");
    let allow = "[allow]\npaths = [\"fixtures/**\"]\n";
    let before = [("fixtures/a.py", &content[..]), (CONFIG, allow)];
    for after in [
        [("src/a.py", &content[..]), (CONFIG, "")],
        [("src/a.py", &changed[..]), (CONFIG, "[allow]\n")],
    ] {
        assert_eq!(codes(&before, &after, &["fixtures/a.py"]), [Some(1); 2]);
    }
    // The whole file of the configuration goes.
    let after = [("src/a.py", &content[..])];
    assert_eq!(
        codes(&before, &after, &["fixtures/a.py", CONFIG]),
        [Some(1); 2]
    );
    let after = [("fixtures/a.py", &changed[..]), (CONFIG, "")];
    assert_eq!(codes(&before, &after, &[]), [Some(1); 2]);
    // Another entry allows it.
    let wider = "[allow]\npaths = [\"src/**\", \"fixtures/**\"]\n";
    let after = [("src/a.py", &content[..]), (CONFIG, wider)];
    assert_eq!(codes(&before, &after, &["fixtures/a.py"]), [Some(0); 2]);
}

#[test]
fn an_allowed_value_and_a_foreign_marker_go_as_the_file_changes() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", format!("k = \"{}\"\n", phx()));
    sandbox
        .phguard(["allow", "a.py:1", "--reason", "a sample"])
        .exits(0);
    sandbox.commit_unchecked("allowed");
    sandbox.stage("a.py", format!("k = \"{}\"\nmore\n", phx()));
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.stage(CONFIG, "");
    sandbox.phguard(["--staged"]).exits(1);
    sandbox
        .phguard(["--staged", "--config", "/dev/null"])
        .exits(0);

    let content = format!("k = \"{}\" # gitleaks:allow\n", phx());
    let before = [
        ("a.py", &content[..]),
        (CONFIG, "[allow]\nmarkers = [\"gitleaks:allow\"]\n"),
    ];
    let changed = format!("{content}more\n");
    let after = [("a.py", &changed[..]), (CONFIG, "")];
    assert_eq!(codes(&before, &after, &[]), [Some(1); 2]);
}

#[test]
fn a_push_of_a_moved_file_sees_the_entry_of_the_commit_before() {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q", "--bare", "../origin"]);
    sandbox.git(["remote", "add", "origin", "../origin"]);
    sandbox.stage("fixtures/a.py", format!("one\nk = \"{}\"\nthree\n", phx()));
    sandbox.stage(CONFIG, "[allow]\npaths = [\"fixtures/**\"]\n");
    sandbox.commit_unchecked("allowed");
    sandbox.install_hook("pre-push");
    sandbox.git(["push", "-q", "-u", "origin", "main"]);
    sandbox.git(["mv", "fixtures/a.py", "a.py"]);
    sandbox.stage(CONFIG, "");
    sandbox.commit_unchecked("moved");
    let run = sandbox.try_git(["push", "-q"]);
    assert_ne!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_pattern_that_matches_too_often_is_named_and_hides_no_key() {
    let sandbox = Sandbox::new();
    let pattern = "[[keys]]\nid = \"own\"\nregex = '''own-[0-9]+'''\ndescription = \"ours\"\n";
    sandbox.stage(CONFIG, format!("{pattern}[allow]\nmarkers = [\"fine\"]\n"));
    sandbox.commit_unchecked("pattern");
    let text = "own-1 fine\n".repeat(10_000);
    sandbox.stage("a.txt", &text);
    sandbox.phguard(["--staged"]).exits(0);
    let text = text + "own-x1 own-10000 fine\n";
    sandbox.stage("a.txt", format!("{text}own-10001\n"));
    let run = sandbox.phguard(["--staged"]).exits(2);
    let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the pattern of own matches too often: from line 10001 on"));
    sandbox.stage("a.txt", format!("{text}own-10001 k = {}\n", phx()));
    let run = sandbox.phguard(["--staged"]).exits(2);
    assert!(run.stdout.contains(&masked(&phx())));
    assert!(run.stdout.contains("1 secret key found"));
    assert!(!run.stdout.contains("own-10001"));
    // Its file may be allowed.
    let allow = format!("{pattern}[allow]\nmarkers = [\"fine\"]\npaths = [\"a.txt\"]\n");
    sandbox.stage(CONFIG, allow);
    sandbox.phguard(["--staged"]).exits(0);
}
