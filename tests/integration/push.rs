//! A push that would publish a key is stopped, by the client's hook and by the server's.

use std::path::PathBuf;

use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

/// A repository with one clean commit on a bare server, and the binary as the hook of one of them.
struct Pair {
    sandbox: Sandbox,
}

impl Pair {
    fn with_client_hook() -> Self {
        let pair = Self::new(&[]);
        pair.sandbox.install_hook("pre-push");
        pair
    }

    fn with_server_hook(format: &[&str]) -> Self {
        let pair = Self::new(format);
        symlink(PHGUARD, pair.server().join("hooks/pre-receive"));
        pair
    }

    fn new(format: &[&str]) -> Self {
        let sandbox = Sandbox::without_repository();
        sandbox.git([&["init", "-q", "-b", "main"], format, &["."]].concat());
        sandbox.git(
            [
                &["init", "-q", "-b", "main", "--bare"],
                format,
                &["../server.git"],
            ]
            .concat(),
        );
        std::fs::create_dir_all(sandbox.root().join("server.git/hooks")).unwrap();
        sandbox.stage("a", "one\n");
        sandbox.commit_unchecked("base");
        sandbox.git(["remote", "add", "origin", "../server.git"]);
        let pair = Self { sandbox };
        pair.push(&["origin", "main"]).exits(0);
        pair
    }

    fn server(&self) -> PathBuf {
        self.sandbox.root().join("server.git")
    }

    fn push(&self, arguments: &[&str]) -> Run {
        self.sandbox.try_git([&["push", "-q"], arguments].concat())
    }

    /// A commit that adds a key, and one that takes it out again.
    fn add_key_and_remove_it(&self) {
        self.add_key();
        self.sandbox.git(["rm", "-q", "key"]);
        self.sandbox.commit_unchecked("out");
    }

    fn add_key(&self) {
        self.sandbox.stage("key", format!("{}\n", phx()));
        self.sandbox.commit_unchecked("Query the events");
    }

    fn on_server(&self, arguments: &[&str]) -> String {
        let server = self.server();
        let run = self
            .sandbox
            .git([&["-C", server.to_str().unwrap()], arguments].concat());
        run.stdout
    }
}

/// What was printed: git hands on what pre-push says as it is, and what pre-receive says on standard
/// error.
#[track_caller]
fn is_stopped(run: Run) -> String {
    let run = run.exits(1);
    let text = run.stdout + &run.stderr;
    assert!(
        text.contains(&masked(&phx())) && !text.contains(&phx()[8..40]),
        "{text}"
    );
    text
}

#[test]
fn the_installed_hooks_of_a_push_stop_it() {
    for (event, repository) in [("pre-push", "."), ("pre-receive", "../server.git")] {
        let pair = Pair::new(&[]);
        pair.sandbox
            .phguard(["install", "--event", event, "--repo", repository])
            .exits(0);
        pair.add_key_and_remove_it();
        let run = pair.push(&["origin", "main"]).exits(1);
        let text = run.stdout + &run.stderr;
        assert!(
            text.contains(&masked(&phx())) && !text.contains(&phx()),
            "{event}: {text}"
        );
        pair.sandbox
            .phguard(["uninstall", "--repo", repository])
            .exits(0);
        pair.push(&["origin", "main"]).exits(0);
    }
}

#[test]
fn a_push_with_a_key_is_stopped_and_says_which_commit() {
    let pair = Pair::with_client_hook();
    pair.add_key_and_remove_it();
    let text = is_stopped(pair.push(&["origin", "main"]));
    for part in [
        "push stopped",
        "Query the events",
        "key:1:1",
        "git rebase -i",
        "nothing was pushed",
        "un-leak",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(pair.on_server(&["rev-list", "--count", "--all"]), "1\n");
}

#[test]
fn a_clean_push_passes_and_prints_nothing() {
    let pair = Pair::with_client_hook();
    pair.sandbox.stage("b", "two\n");
    pair.sandbox.commit_unchecked("clean");
    let run = pair.push(&["origin", "main"]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn a_new_branch_brings_only_what_the_remote_lacks() {
    let pair = Pair::new(&[]);
    pair.add_key();
    pair.push(&["origin", "main"]).exits(0);
    pair.sandbox.install_hook("pre-push");
    pair.sandbox.git(["switch", "-q", "-c", "topic"]);
    pair.sandbox.stage("b", "two\n");
    pair.sandbox.commit_unchecked("clean");
    pair.push(&["origin", "topic"]).exits(0);
    pair.add_key_and_remove_it();
    pair.push(&["origin", "topic"]).exits(0);
    pair.sandbox.stage("new", phx());
    pair.sandbox.commit_unchecked("again");
    is_stopped(pair.push(&["origin", "topic:another"]));
}

#[test]
fn a_first_push_to_another_place_brings_everything() {
    let pair = Pair::new(&[]);
    pair.add_key_and_remove_it();
    pair.push(&["origin", "main"]).exits(0);
    pair.sandbox.install_hook("pre-push");
    pair.sandbox.git(["init", "-q", "--bare", "../other.git"]);
    is_stopped(pair.push(&["../other.git", "main"]));
    pair.sandbox
        .git(["remote", "set-url", "--push", "origin", "../other.git"]);
    is_stopped(pair.push(&["origin", "main"]));
    pair.push(&["../server.git", "main:topic"]).exits(0);
}

#[test]
fn a_place_that_is_no_remote_has_what_its_ref_pointed_at() {
    let pair = Pair::with_client_hook();
    pair.add_key_and_remove_it();
    pair.sandbox.git(["init", "-q", "--bare", "../other.git"]);
    pair.push(&["--no-verify", "../other.git", "main"]).exits(0);
    pair.sandbox.stage("b", "two\n");
    pair.sandbox.commit_unchecked("clean");
    pair.push(&["../other.git", "main"]).exits(0);
    is_stopped(pair.push(&["../other.git", "main:refs/heads/topic"]));
}

#[test]
fn deletions_bring_nothing() {
    let pair = Pair::with_client_hook();
    pair.push(&["origin", "main:gone"]).exits(0);
    pair.push(&["origin", "main:gone-2"]).exits(0);
    pair.add_key();
    pair.push(&["origin", ":gone"]).exits(0);
    is_stopped(pair.push(&["origin", "main", ":gone-2"]));
}

#[test]
fn a_forced_push_is_compared_with_what_the_remote_has() {
    let pair = Pair::with_client_hook();
    pair.sandbox.stage("b", "two\n");
    pair.sandbox.commit_unchecked("to be replaced");
    pair.push(&["origin", "main"]).exits(0);
    pair.sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    pair.add_key_and_remove_it();
    is_stopped(pair.push(&["--force", "origin", "main"]));
    pair.sandbox.git(["reset", "-q", "--hard", "HEAD~2"]);
    pair.sandbox.stage("c", "three\n");
    pair.sandbox.commit_unchecked("clean");
    pair.push(&["--force", "origin", "main"]).exits(0);
}

#[test]
fn what_the_remote_has_and_this_repository_lacks_is_left_out_of_nothing() {
    let pair = Pair::with_client_hook();
    pair.sandbox
        .git(["clone", "-q", "../server.git", "../elsewhere"]);
    pair.sandbox.git([
        "-C",
        "../elsewhere",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "theirs",
    ]);
    pair.sandbox.git(["-C", "../elsewhere", "push", "-q"]);
    pair.add_key_and_remove_it();
    is_stopped(pair.push(&["--force", "origin", "main"]));
}

#[test]
fn tags_are_looked_at_with_their_messages_and_whatever_they_point_at() {
    let pair = Pair::with_client_hook();
    let message = format!("A release\n\nwith {}\n", phx());
    pair.sandbox.git(["tag", "-m", &message, "message"]);
    let text = is_stopped(pair.push(&["origin", "message"]));
    assert!(text.contains("message of tag message:3:6"), "{text}");
    pair.add_key();
    for (tag, target) in [
        ("light", "HEAD"),
        ("tree", "HEAD^{tree}"),
        ("blob", "HEAD:key"),
    ] {
        pair.sandbox.git(["tag", tag, target]);
        is_stopped(pair.push(&["origin", tag]));
        pair.sandbox
            .git(["tag", "-m", "nested", &format!("nested-{tag}"), tag]);
        let text = is_stopped(pair.push(&["origin", &format!("nested-{tag}")]));
        let place = if tag == "blob" {
            "refs/tags/nested-blob:1:1"
        } else {
            "key:1:1"
        };
        assert!(text.contains(place), "{tag}: {text}");
    }
    pair.sandbox.git(["tag", "-m", "clean", "clean", "HEAD~1"]);
    pair.push(&["origin", "clean"]).exits(0);
}

#[test]
fn of_several_refs_each_is_looked_at() {
    let pair = Pair::with_client_hook();
    pair.sandbox.git(["branch", "clean"]);
    pair.sandbox.git(["switch", "-q", "-c", "dirty"]);
    pair.add_key_and_remove_it();
    is_stopped(pair.push(&["origin", "clean", "dirty"]));
    is_stopped(pair.push(&["--all", "origin"]));
    pair.push(&["origin", "clean"]).exits(0);
}

#[test]
fn a_key_on_one_branch_is_not_allowed_by_the_configuration_of_another() {
    let pair = Pair::with_client_hook();
    pair.sandbox.git(["switch", "-q", "-c", "allowed"]);
    pair.sandbox
        .stage(".phguard.toml", "[allow]\npaths = ['key']\n");
    pair.add_key();
    pair.push(&["origin", "allowed"]).exits(0);
    pair.sandbox.git(["switch", "-q", "-c", "other", "main"]);
    pair.add_key();
    is_stopped(pair.push(&["origin", "allowed:again", "other"]));
}

#[test]
fn with_no_line_to_read_what_the_remote_lacks_is_checked() {
    let pair = Pair::new(&[]);
    pair.add_key_and_remove_it();
    let hook = |sandbox: &Sandbox| sandbox.phguard(["hook", "pre-push", "origin", "../server.git"]);
    let run = hook(&pair.sandbox).exits(1);
    assert_run(
        "push/with-no-line-to-read-what-the-remote-lacks-is-checked.txt",
        &run,
    );
    pair.push(&["origin", "main"]).exits(0);
    let run = hook(&pair.sandbox).exits(0);
    assert_eq!(
        run.stdout,
        "phguard: no secret key; 0 commits, 0 files scanned (0 B).\n"
    );
    let run = pair.sandbox.phguard(["hook", "pre-push"]).exits(1);
    assert_run(
        "push/with-no-line-to-read-what-the-remote-lacks-is-checked-3.txt",
        &run,
    );
    pair.sandbox.install_hook("pre-push");
    pair.push(&["origin", "main"]).exits(0);
}

#[test]
fn what_git_says_of_a_push_counts_more_than_what_a_manager_left_behind() {
    let pair = Pair::with_client_hook();
    pair.add_key_and_remove_it();
    let mut command = pair.sandbox.command("git");
    command
        .args(["push", "-q", "origin", "main"])
        .env("PRE_COMMIT", "1")
        .env("GIT_INDEX_FILE", ".git/index");
    is_stopped(Run::of(&mut command));
}

#[test]
fn lines_that_git_does_not_give_are_no_approval() {
    let pair = Pair::new(&[]);
    for (event, lines) in [
        ("pre-push", "nonsense\n"),
        ("pre-receive", "nonsense\n"),
        ("pre-receive", ""),
    ] {
        std::fs::write(pair.sandbox.root().join("lines"), lines).unwrap();
        let lines = std::fs::File::open(pair.sandbox.root().join("lines")).unwrap();
        let mut command = pair.sandbox.command(PHGUARD);
        Run::of(command.args(["hook", event, "origin", "url"]).stdin(lines)).exits(2);
    }
}

#[test]
fn a_server_refuses_a_push_with_a_key_and_keeps_nothing_of_it() {
    for format in [&[][..], &["--object-format=sha256"]] {
        let pair = Pair::with_server_hook(format);
        let before = pair.on_server(&["cat-file", "--batch-all-objects", "--batch-check"]);
        pair.add_key_and_remove_it();
        let text = is_stopped(pair.push(&["origin", "main"]));
        for part in [
            "push refused",
            "Query the events",
            "key:1:1",
            "nothing was accepted",
            "pre-receive hook declined",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(
            pair.on_server(&["cat-file", "--batch-all-objects", "--batch-check"]),
            before
        );
        pair.sandbox.git(["reset", "-q", "--hard", "HEAD~2"]);
        pair.sandbox.stage("b", "two\n");
        pair.sandbox.commit_unchecked("clean");
        let run = pair.push(&["origin", "main"]).exits(0);
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn a_server_looks_at_packs_tags_and_new_branches_too() {
    let pair = Pair::with_server_hook(&[]);
    pair.on_server(&["config", "receive.unpackLimit", "1"]);
    pair.add_key_and_remove_it();
    is_stopped(pair.push(&["origin", "main:topic"]));
    pair.sandbox.git(["tag", "blob", "HEAD~1:key"]);
    is_stopped(pair.push(&["origin", "blob"]));
    pair.push(&["origin", "main~2:refs/heads/topic"]).exits(0);
    pair.push(&["origin", ":topic"]).exits(0);
}

#[test]
fn what_the_server_has_already_is_not_refused_again() {
    let pair = Pair::new(&[]);
    pair.add_key();
    pair.push(&["origin", "main"]).exits(0);
    symlink(PHGUARD, pair.server().join("hooks/pre-receive"));
    pair.sandbox.stage("b", "two\n");
    pair.sandbox.commit_unchecked("clean");
    pair.push(&["origin", "main:topic"]).exits(0);
    pair.push(&["origin", "main"]).exits(0);
}

#[test]
fn a_server_whose_objects_are_damaged_accepts_nothing() {
    let pair = Pair::with_server_hook(&[]);
    let tree = pair.sandbox.git(["rev-parse", "HEAD^{tree}"]).stdout;
    let file = pair
        .server()
        .join("objects")
        .join(&tree[..2])
        .join(tree[2..].trim());
    crate::sandbox::make_writable(&file);
    std::fs::write(&file, "").unwrap();
    pair.sandbox.stage("b", "two\n");
    pair.sandbox.commit_unchecked("clean");
    let run = pair.push(&["origin", "main"]).exits(1);
    assert!(
        run.stderr.contains("nothing was approved"),
        "{}",
        run.stderr
    );
}

#[test]
fn without_lines_every_branch_that_the_remote_lacks_is_checked() {
    let pair = Pair::new(&[]);
    pair.sandbox.git(["switch", "-q", "-c", "other"]);
    pair.add_key();
    pair.sandbox.git(["switch", "-q", "main"]);
    is_stopped(
        pair.sandbox
            .phguard(["hook", "pre-push", "origin", "../server.git"]),
    );
}

#[test]
fn of_a_remote_with_two_urls_the_second_is_known_to_have_nothing() {
    let pair = Pair::new(&[]);
    pair.add_key_and_remove_it();
    pair.push(&["origin", "main"]).exits(0);
    pair.sandbox.git(["init", "-q", "--bare", "../second.git"]);
    pair.sandbox
        .git(["remote", "set-url", "--add", "origin", "../second.git"]);
    pair.sandbox.install_hook("pre-push");
    is_stopped(pair.push(&["origin", "main"]));
}

#[test]
fn a_server_does_not_believe_what_a_client_says_it_had() {
    let pair = Pair::new(&[]);
    pair.add_key();
    let server = pair.server();
    let [new, zero] = [
        pair.sandbox.git(["rev-parse", "HEAD"]).stdout,
        "0".repeat(40),
    ];
    let new = new.trim();
    pair.sandbox.git([
        "-C",
        server.to_str().unwrap(),
        "fetch",
        "-q",
        "../repo",
        "main",
    ]);
    let lines = format!("{new} {zero} refs/heads/gone\n{zero} {new} refs/heads/new\n");
    let input = pair.sandbox.root().join("lines");
    std::fs::write(&input, lines).unwrap();
    let mut command = pair.sandbox.command(PHGUARD);
    command
        .args(["hook", "pre-receive"])
        .current_dir(&server)
        .stdin(std::fs::File::open(&input).unwrap());
    is_stopped(Run::of(&mut command));
}

#[test]
fn a_record_of_fetches_that_cannot_be_read_stops_a_push() {
    let pair = Pair::with_client_hook();
    std::fs::create_dir(pair.sandbox.repo().join(".git/FETCH_HEAD")).unwrap();
    pair.sandbox.stage("b", "two\n");
    pair.sandbox.commit_unchecked("clean");
    let run = pair.push(&["origin", "main"]).exits(1);
    assert!(
        run.stderr.contains("FETCH_HEAD cannot be read"),
        "{}",
        run.stderr
    );
}
