//! Nothing leaves unread, by whatever way, and nothing is stopped that brings nothing.

use std::fs;
use std::path::Path;

use crate::sandbox::hooks::write_program;
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::snapshots::assert_run;
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

/// A repository with one clean commit, pushed to a bare one.
fn pushed() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "one\n");
    sandbox.commit_unchecked("base");
    sandbox.git(["init", "-q", "--bare", "-b", "main", "../server.git"]);
    sandbox.git(["remote", "add", "origin", "../server.git"]);
    sandbox.git(["push", "-q", "origin", "main"]);
    sandbox
}

fn commit_key_and_remove_it(sandbox: &Sandbox) {
    sandbox.stage("key", format!("{}\n", phx()));
    sandbox.commit_unchecked("Query the events");
    sandbox.git(["rm", "-q", "key"]);
    sandbox.commit_unchecked("out");
}

fn push(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    sandbox.try_git([&["push", "-q"], arguments].concat())
}

#[track_caller]
fn is_stopped(run: Run) -> String {
    let run = run.exits(1);
    let text = run.stdout + &run.stderr;
    assert!(text.contains(&masked(&phx())), "{text}");
    assert!(!text.contains(&phx()), "{text}");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_remote_that_has_moved_has_nothing_that_its_refs_say() {
    let sandbox = pushed();
    commit_key_and_remove_it(&sandbox);
    push(&sandbox, &["origin", "main"]).exits(0);
    sandbox.install_hook("pre-push");
    sandbox.git(["init", "-q", "--bare", "../public.git"]);
    sandbox.git(["remote", "set-url", "origin", "../public.git"]);
    let text = is_stopped(push(&sandbox, &["origin", "main"]));
    assert!(text.contains("`git fetch --prune origin`"), "{text}");
    // The same place, but empty.
    sandbox.git(["remote", "set-url", "origin", "../server.git"]);
    fs::remove_dir_all(sandbox.root().join("server.git")).unwrap();
    sandbox.git(["init", "-q", "--bare", "../server.git"]);
    is_stopped(push(&sandbox, &["origin", "main"]));
}

#[test]
fn a_new_branch_does_not_go_by_refs_that_were_fetched_elsewhere() {
    let sandbox = pushed();
    commit_key_and_remove_it(&sandbox);
    push(&sandbox, &["origin", "main"]).exits(0);
    sandbox.git(["fetch", "-q", "origin"]);
    sandbox.install_hook("pre-push");
    sandbox.git(["switch", "-q", "-c", "topic"]);
    push(&sandbox, &["origin", "topic"]).exits(0);
    sandbox.git(["init", "-q", "--bare", "../public.git"]);
    sandbox.git(["remote", "set-url", "origin", "../public.git"]);
    is_stopped(push(&sandbox, &["origin", "topic:another"]));
}

#[test]
fn another_remotes_refs_below_the_same_name_are_not_believed() {
    let sandbox = pushed();
    sandbox.git(["init", "-q", "--bare", "../fork.git"]);
    sandbox.git(["remote", "add", "fork", "../fork.git"]);
    sandbox.git([
        "config",
        "remote.fork.fetch",
        "+refs/heads/*:refs/remotes/origin/fork/*",
    ]);
    commit_key_and_remove_it(&sandbox);
    push(&sandbox, &["fork", "main"]).exits(0);
    sandbox.git(["fetch", "-q", "fork"]);
    sandbox.install_hook("pre-push");
    is_stopped(push(&sandbox, &["origin", "main:topic"]));
}

#[test]
fn a_push_of_nothing_passes_in_silence_whatever_other_branches_hold() {
    let sandbox = pushed();
    sandbox.git(["switch", "-q", "-c", "other"]);
    commit_key_and_remove_it(&sandbox);
    sandbox.git(["switch", "-q", "main"]);
    sandbox.phguard(["install", "--event", "pre-push"]).exits(0);
    for arguments in [&["origin", "main"][..], &["--dry-run", "origin", "main"]] {
        let run = push(&sandbox, arguments).exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    }
    // A script that nobody knows may keep the lines to itself.
    let script = format!("#!/bin/sh\n{PHGUARD} hook pre-push \"$@\" </dev/null\n");
    write_program(&sandbox.hook("pre-push"), &script);
    is_stopped(push(&sandbox, &["origin", "main"]));
}

#[test]
fn the_commits_of_an_upstream_are_told_from_ones_own() {
    let sandbox = pushed();
    commit_key_and_remove_it(&sandbox);
    push(&sandbox, &["origin", "main"]).exits(0);
    sandbox.git(["init", "-q", "--bare", "../fork.git"]);
    sandbox.git(["remote", "add", "fork", "../fork.git"]);
    sandbox.install_hook("pre-push");
    let text = is_stopped(push(&sandbox, &["fork", "main"]));
    assert!(text.contains("came from origin"), "{text}");
}

#[test]
fn from_a_shallow_clone_what_is_sent_is_read() {
    let sandbox = pushed();
    sandbox.stage("b", "two\n");
    sandbox.commit_unchecked("second");
    push(&sandbox, &["origin", "main"]).exits(0);
    let url = format!("file://{}/server.git", sandbox.root().display());
    sandbox.git(["clone", "-q", "--depth", "1", &url, "../shallow"]);
    let shallow = sandbox.root().join("shallow");
    fs::create_dir_all(shallow.join(".git/hooks")).unwrap();
    symlink(PHGUARD, shallow.join(".git/hooks/pre-push"));
    sandbox.git_in(&shallow, &["tag", "v1"]).exits(0);
    sandbox
        .git_in(&shallow, &["push", "-q", "../server.git", "v1"])
        .exits(0);
    fs::write(shallow.join("k"), phx()).unwrap();
    sandbox.git_in(&shallow, &["add", "k"]).exits(0);
    sandbox
        .git_in(&shallow, &["commit", "-q", "-m", "leak"])
        .exits(0);
    is_stopped(sandbox.git_in(&shallow, &["push", "-q", "../server.git", "HEAD:topic"]));
}

#[test]
fn names_that_leave_are_read() {
    let sandbox = pushed();
    sandbox.install_hook("pre-commit");
    sandbox.install_hook("pre-push");
    let key = phx();
    for name in [format!("branch-{key}"), format!("refs/tags/{key}")] {
        let refspec = format!("main:{name}");
        let refspec = refspec.replace("main:branch", "main:refs/heads/branch");
        is_stopped(push(&sandbox, &["origin", &refspec]));
    }
    sandbox.git(["init", "-q", &key]);
    let inner = sandbox.repo().join(&key);
    sandbox
        .git_in(&inner, &["commit", "-q", "--allow-empty", "-m", "x"])
        .exits(0);
    sandbox.git(["-c", "advice.addEmbeddedRepo=false", "add", &key]);
    let text = is_stopped(sandbox.commit());
    assert!(text.contains("The name of this file"), "{text}");
    sandbox.commit_unchecked("a submodule");
    sandbox.phguard(["--range", "HEAD~1..HEAD"]).exits(1);
    sandbox.phguard(["--history"]).exits(1);
}

#[test]
fn who_makes_a_commit_is_read() {
    let sandbox = Sandbox::with_hook();
    let key = phx();
    sandbox.stage("a", "one\n");
    let author = format!("--author={key} <a@example.com>");
    is_stopped(sandbox.try_git(["commit", "-q", "-m", "x", &author]));
    let mail = format!("{key}@example.com");
    is_stopped(sandbox.try_git([
        "-c",
        &format!("committer.email={mail}"),
        "commit",
        "-q",
        "-m",
        "x",
    ]));
    sandbox.git(["config", "committer.email", &mail]);
    let text = is_stopped(sandbox.commit());
    assert!(text.contains("committer"), "{text}");
    sandbox.git(["config", "--unset", "committer.email"]);
    sandbox.commit().exits(0);
}

#[test]
fn an_allowed_path_gives_nothing_on() {
    let sandbox = Sandbox::new();
    sandbox.stage("tests/key", format!("{}\n", phx()));
    sandbox.stage(".phguard.toml", "[allow]\npaths = ['tests/']\n");
    sandbox.commit_unchecked("allowed");
    sandbox.git(["mv", "tests/key", "tests/moved"]);
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.git(["mv", "tests/moved", "key"]);
    sandbox.phguard(["--staged"]).exits(1);
    sandbox.commit_unchecked("moved");
    sandbox.phguard(["--range", "HEAD~1..HEAD"]).exits(1);
}

#[test]
fn a_merge_counts_only_where_git_makes_it() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "one\n");
    sandbox.commit_unchecked("base");
    sandbox.git(["switch", "-q", "-c", "side"]);
    sandbox.stage("key", phx());
    sandbox.commit_unchecked("leak");
    let side = sandbox.git(["rev-parse", "HEAD"]).stdout;
    sandbox.git(["switch", "-q", "main"]);
    sandbox.stage("key", phx());
    let githead = format!("GITHEAD_{}", side.trim());
    for (event, action, code) in [
        ("pre-commit", "", 1),
        ("pre-commit", "commit", 1),
        ("pre-commit", "merge side", 0),
        ("pre-commit", "pull", 0),
        ("pre-merge-commit", "", 0),
    ] {
        let mut command = sandbox.command(PHGUARD);
        command
            .args(["hook", event])
            .env(&githead, "side")
            .env("GIT_REFLOG_ACTION", action)
            .env("GIT_INDEX_FILE", ".git/index");
        Run::of(&mut command).exits(code);
    }
}

#[test]
fn an_environment_that_was_cleared_hides_no_index() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "one\n");
    sandbox.commit_unchecked("base");
    for call in ["hook pre-commit", "--staged", "hook"] {
        let script =
            format!("#!/bin/sh\nunset $(git rev-parse --local-env-vars)\n{PHGUARD} {call}\n");
        write_program(&sandbox.hook("pre-commit"), &script);
        sandbox.write("a", phx());
        is_stopped(sandbox.try_git(["commit", "-q", "-a", "-m", "x"]));
        is_stopped(sandbox.try_git(["commit", "-q", "-m", "x", "a"]));
        sandbox.git(["checkout", "-q", "a"]);
        sandbox.stage("b", call);
        sandbox.commit().exits(0);
    }
}

#[test]
fn a_lock_that_is_no_index_is_no_approval_and_says_why() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "one\n");
    sandbox.write(".git/index.lock", "");
    let run = sandbox.phguard(["--staged"]).exits(2);
    assert!(run.stderr.contains("index.lock"), "{}", run.stderr);
    fs::remove_file(sandbox.repo().join(".git/index.lock")).unwrap();
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_server_decides_who_may_allow_a_key() {
    let sandbox = pushed();
    let server = sandbox.root().join("server.git");
    fs::create_dir_all(server.join("hooks")).unwrap();
    symlink(PHGUARD, server.join("hooks/pre-receive"));
    let set = |value: &str| {
        sandbox
            .git_in(&server, &["config", "phguard.allow", value])
            .exits(0);
    };
    sandbox.stage("marked", format!("'{}' # phguard:allow\n", phx()));
    sandbox.commit_unchecked("marked");
    for value in ["none", "config"] {
        set(value);
        let text = is_stopped(push(&sandbox, &["origin", "main"]));
        assert!(
            !text.contains("phguard:allow\n") && !text.contains("fingerprints"),
            "{text}"
        );
    }
    set("nonsense");
    push(&sandbox, &["origin", "main"]).exits(1);
    sandbox.stage(".phguard.toml", "[allow]\npaths = ['**']\n");
    sandbox.commit_unchecked("allowed");
    set("none");
    is_stopped(push(&sandbox, &["origin", "main"]));
    sandbox
        .phguard(["--range", "HEAD~2..HEAD", "--no-allow"])
        .exits(1);
    sandbox.phguard(["--range", "HEAD~2..HEAD"]).exits(0);
    set("config");
    let run = push(&sandbox, &["origin", "main"]).exits(0);
    assert!(run.stderr.contains("1 key allowed"), "{}", run.stderr);
}

#[test]
fn a_servers_own_configuration_can_allow_a_key() {
    let sandbox = pushed();
    let server = sandbox.root().join("server.git");
    fs::create_dir_all(server.join("hooks")).unwrap();
    symlink(PHGUARD, server.join("hooks/pre-receive"));
    fs::write(server.join("rules"), "[allow]\npaths = ['samples/']\n").unwrap();
    for (name, value) in [("phguard.allow", "none"), ("phguard.config", "rules")] {
        sandbox.git_in(&server, &["config", name, value]).exits(0);
    }
    sandbox.stage("samples/key", phx());
    sandbox.commit_unchecked("sample");
    push(&sandbox, &["origin", "main"]).exits(0);
    sandbox.stage("key", phx());
    sandbox.commit_unchecked("leak");
    is_stopped(push(&sandbox, &["origin", "main"]));
}

#[test]
fn a_hostile_configuration_is_refused_at_once() {
    let sandbox = Sandbox::new();
    sandbox.stage("a", "one\n");
    let key = "[[keys]]\nid = 'a'\nregex = 'b{20}'\ndescription = 'c'\n";
    sandbox.stage(".phguard.toml", key.repeat(3000));
    sandbox.phguard(["--staged"]).exits(2);
    let place = sandbox.repo().join(".phguard.toml");
    fs::remove_file(&place).unwrap();
    for target in ["/dev/zero", "nowhere", "."] {
        symlink(target, &place);
        let run = sandbox.phguard(["--files", "a"]).exits(2);
        assert!(run.stderr.contains(".phguard.toml"), "{}", run.stderr);
        fs::remove_file(&place).unwrap();
    }
    Run::of(sandbox.command("mkfifo").arg(&place)).exits(0);
    sandbox.phguard(["--files", "a"]).exits(2);
}

/// A clean filter that does what git-lfs does, without its attributes for other files.
fn with_lfs() -> Sandbox {
    let sandbox = Sandbox::new();
    let filter = "f=$(mktemp); cat >$f; h=$(sha256sum <$f | cut -c1-64); \
        d=.git/lfs/objects/$(echo $h | cut -c1-2)/$(echo $h | cut -c3-4); mkdir -p $d; \
        printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize %s\\n' $h $(stat -c %s $f); \
        mv $f $d/$h";
    sandbox.git(["config", "filter.lfs.clean", filter]);
    sandbox.stage(".gitattributes", "*.log filter=lfs\n");
    sandbox.commit_unchecked("base");
    sandbox
}

#[test]
fn the_content_behind_an_lfs_pointer_is_read() {
    let sandbox = with_lfs();
    sandbox.stage("app.log", format!("one\nkey={}\n", phx()));
    let run = sandbox.phguard(["--staged"]).exits(1);
    assert_run(
        "what-leaves/the-content-behind-an-lfs-pointer-is-read.txt",
        &run,
    );
    sandbox.commit_unchecked("leak");
    sandbox.phguard(["--range", "HEAD~1..HEAD"]).exits(1);
    sandbox.phguard(["--history"]).exits(1);
    // The key is not new in the next version.
    sandbox.stage("app.log", format!("one\nkey={}\nmore\n", phx()));
    sandbox.phguard(["--staged"]).exits(0);
    sandbox.commit_unchecked("more");
    sandbox.git(["mv", "app.log", "moved.log"]);
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn a_pointer_on_the_disk_leads_to_its_object_from_each_work_tree() {
    let sandbox = with_lfs();
    sandbox.stage("app.log", format!("one\nkey={}\n", phx()));
    sandbox.commit_unchecked("leak");
    // Without a smudge filter the pointer itself is checked out.
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    let pointer = fs::read_to_string(sandbox.root().join("linked/app.log")).unwrap();
    assert!(pointer.starts_with("version "), "{pointer}");
    for path in ["../linked/app.log", "../linked"] {
        let run = sandbox.phguard(["--files", path]).exits(1);
        assert!(run.stdout.contains("app.log:2:5"), "{}", run.stdout);
    }
    let mut command = sandbox.command(PHGUARD);
    command.current_dir(sandbox.root().join("linked"));
    Run::of(command.args(["--files", "app.log"])).exits(1);
    fs::remove_dir_all(sandbox.repo().join(".git/lfs")).unwrap();
    let run = sandbox.phguard(["--files", "../linked"]).exits(0);
    assert!(run.stdout.contains("not opened"), "{}", run.stdout);
}

#[test]
fn a_blobless_clone_is_pushed_to_a_fork_once_the_fork_is_known() {
    let sandbox = Sandbox::without_repository();
    let origin = "git init -q -b main ../origin; cd ../origin; git config uploadpack.allowFilter true; \
        echo one >a; git add a; git commit -qm one; echo two >a; git commit -qam two; \
        git clone -q --bare . ../fork; cd ../repo; \
        git clone -q --filter=blob:none file://$PWD/../origin .; git remote add fork ../fork; \
        git checkout -q -b topic; echo fine >b; git add b; git commit -qm fine";
    Run::of(sandbox.command("sh").args(["-ec", origin])).exits(0);
    sandbox.install_hook("pre-push");
    // The old version of `a` is not here, and phguard does not know that the fork has it.
    let run = sandbox.try_git(["push", "-q", "fork", "topic"]);
    assert_ne!(run.code, Some(0));
    let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("git fetch --refetch") && !said.contains("git fsck"),
        "{said}"
    );
    sandbox.git(["fetch", "-q", "fork"]);
    sandbox.git(["push", "-q", "fork", "topic"]);
    sandbox.stage("k", phx());
    sandbox.commit_unchecked("leak");
    assert_ne!(
        sandbox.try_git(["push", "-q", "fork", "topic"]).code,
        Some(0)
    );
}

#[test]
fn a_merge_that_moves_a_file_of_a_partial_clone_passes() {
    let sandbox = Sandbox::without_repository();
    // Git reads no content to see that `new` belongs into the directory's other name.
    let script = "git init -q -b main ../origin; cd ../origin; git config uploadpack.allowFilter true; \
        mkdir dir; for f in a b c; do seq 50 >dir/$f; echo $f >>dir/$f; done; git add .; git commit -qm base; \
        git checkout -q -b adds; echo new >dir/new; git add .; git commit -qm adds; git checkout -q main; \
        git mv dir folder; echo more >>folder/a; git commit -qam moves; cd ../repo; \
        git clone -q --sparse --filter=blob:none file://$PWD/../origin .; git checkout -q main";
    Run::of(sandbox.command("sh").args(["-ec", script])).exits(0);
    sandbox.phguard(["install"]).exits(0);
    sandbox.git(["config", "merge.directoryRenames", "true"]);
    sandbox.git(["merge", "-q", "--no-edit", "origin/adds"]);
    assert_eq!(
        sandbox.git(["ls-files", "folder/new"]).stdout,
        "folder/new\n"
    );
}

#[test]
fn a_commit_of_somebody_else_is_shown_with_its_author() {
    let sandbox = Sandbox::new();
    sandbox.git(["init", "-q", "--bare", "../fork"]);
    sandbox.stage("k", phx());
    sandbox.git(["commit", "-qm", "old", "--author", "Up Stream <up@stream>"]);
    sandbox.install_hook("pre-push");
    let run = sandbox.try_git(["push", "-q", "../fork", "main"]);
    assert_ne!(run.code, Some(0));
    let said = run.stdout;
    assert!(said.contains("of 2026-01-01 by Up Stream: old"), "{said}");
    assert!(said.contains("phguard allow "), "{said}");
    sandbox.git(["commit", "-q", "--amend", "--reset-author", "--no-edit"]);
    let said = sandbox.try_git(["push", "-q", "../fork", "main"]).stdout;
    assert!(said.contains("of 2026-01-01: old"), "{said}");
}

#[test]
fn an_lfs_object_that_is_not_here_is_named_and_a_wrong_one_is_no_approval() {
    let sandbox = with_lfs();
    sandbox.stage("app.log", "content\n");
    let objects = sandbox.repo().join(".git/lfs/objects");
    let object = find_file(&objects);
    fs::write(&object, "another\nsize\n").unwrap();
    sandbox.phguard(["--staged"]).exits(2);
    fs::remove_dir_all(objects).unwrap();
    let report = sandbox
        .phguard(["--staged", "--format", "json"])
        .exits(0)
        .stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["not_opened"][0]["path"], "app.log");
    sandbox.phguard(["--staged", "--strict"]).exits(2);
}

fn find_file(directory: &Path) -> std::path::PathBuf {
    let entry = fs::read_dir(directory).unwrap().next().unwrap().unwrap();
    if entry.path().is_dir() {
        return find_file(&entry.path());
    }
    entry.path()
}

#[test]
fn files_are_read_as_git_sees_them() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "{sec,x}/\n[a\\-z].txt\n");
    sandbox.write("sec/key", phx());
    sandbox.phguard(["--files", "."]).exits(1);
    fs::remove_file(sandbox.repo().join(".gitignore")).unwrap();
    sandbox.write("real", "sec/\n");
    symlink("real", sandbox.repo().join(".gitignore"));
    sandbox.phguard(["--files", "."]).exits(1);
    fs::remove_file(sandbox.repo().join(".gitignore")).unwrap();
    fs::rename(
        sandbox.repo().join("real"),
        sandbox.repo().join(".gitignore"),
    )
    .unwrap();
    sandbox.phguard(["--files", "."]).exits(0);
}

#[test]
fn one_file_has_one_verdict_and_one_name() {
    let sandbox = Sandbox::new();
    sandbox.write("packages/a/key", phx());
    sandbox.write(".phguard.toml", "[allow]\npaths = ['packages/a/']\n");
    symlink("packages", sandbox.repo().join("link"));
    let repo = sandbox.repo();
    let absolute = repo.join("packages/a/key");
    let spellings = [
        (&repo, "packages"),
        (&repo, "packages/a/key"),
        (&repo, "./packages/../packages/a/key"),
        (&repo, "link/a/key"),
        (&repo, absolute.to_str().unwrap()),
        (&repo.join("packages"), "."),
        (&repo.join("packages/a"), "key"),
        (&sandbox.root(), "repo/packages/a"),
    ];
    let run = |(directory, path): (&std::path::PathBuf, &str)| {
        let mut command = sandbox.command(PHGUARD);
        command
            .args(["--files", path, "--format", "json"])
            .current_dir(directory);
        Run::of(&mut command)
    };
    for spelling in spellings {
        run(spelling).exits(0);
    }
    fs::remove_file(repo.join(".phguard.toml")).unwrap();
    for spelling in spellings {
        let report = run(spelling).exits(1).stdout;
        assert!(
            report.contains("\"packages/a/key\""),
            "{spelling:?}: {report}"
        );
    }
}

#[test]
fn a_repository_inside_another_has_its_own_configuration() {
    let sandbox = Sandbox::new();
    sandbox.write(".phguard.toml", "[allow]\npaths = ['inner/']\n");
    sandbox.git(["init", "-q", "inner"]);
    sandbox.write("inner/key", phx());
    let run = sandbox.phguard(["--files", "."]).exits(1);
    assert_run(
        "what-leaves/a-repository-inside-another-has-its-own-configuration.txt",
        &run,
    );
    sandbox.write("inner/.phguard.toml", "[allow]\npaths = ['key']\n");
    sandbox.phguard(["--files", "."]).exits(0);
}

#[test]
fn all_files_are_checked_beside_what_is_staged() {
    let sandbox = Sandbox::new();
    sandbox.stage("leak", phx());
    sandbox.commit_unchecked("leak");
    sandbox.stage("a", "one\n");
    let mut command = sandbox.command(PHGUARD);
    Run::of(command.arg("hook").env("PRE_COMMIT", "1")).exits(1);
}

#[test]
fn refs_of_another_work_tree_belong_to_the_history() {
    let sandbox = pushed();
    sandbox.git(["worktree", "add", "-q", "../tree", "-b", "other"]);
    let tree = sandbox.root().join("tree");
    fs::write(tree.join("key"), phx()).unwrap();
    sandbox.git_in(&tree, &["add", "key"]).exits(0);
    sandbox
        .git_in(&tree, &["commit", "-q", "--no-verify", "-m", "leak"])
        .exits(0);
    sandbox
        .git_in(&tree, &["update-ref", "refs/worktree/kept", "HEAD"])
        .exits(0);
    sandbox
        .git_in(&tree, &["reset", "-q", "--hard", "main"])
        .exits(0);
    sandbox.phguard(["--history"]).exits(1);
}

#[test]
fn a_tags_message_counts_its_own_ref_and_is_not_in_head() {
    let sandbox = pushed();
    sandbox.git(["tag", "-a", "v1", "-m", &format!("with {}", phx())]);
    sandbox.stage("key", phx());
    sandbox.commit_unchecked("leak");
    let report = sandbox
        .phguard(["--history", "--format", "json"])
        .exits(1)
        .stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let tag = findings
        .iter()
        .find(|finding| finding["path"] == "message of tag v1")
        .unwrap();
    assert_eq!((&tag["refs"], &tag["in_head"]), (&1.into(), &false.into()));
}
