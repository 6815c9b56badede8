//! `phguard fix`: what it changes in the index, in the work tree, in `.env` and in `.gitignore`.

use crate::sandbox::platform::{mode_of, set_mode};
use std::fs;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::sandbox::keys::{ERAS, phx, random_bytes};
use crate::sandbox::snapshots::Transcript;
use crate::sandbox::{Run, Sandbox, symlink};

const NAME: &str = "POSTHOG_PERSONAL_API_KEY";

/// Another key of the same kind.
fn other_phx() -> String {
    ERAS[2].key(&random_bytes(2, 35))
}

fn python(key: &str) -> String {
    format!("import os\nk = '{key}'\n")
}

fn fixed_python() -> String {
    format!("import os\nk = os.environ['{NAME}']\n")
}

fn read(sandbox: &Sandbox, path: &str) -> String {
    fs::read_to_string(sandbox.repo().join(path)).unwrap()
}

fn staged(sandbox: &Sandbox, path: &str) -> String {
    sandbox.git(["show", &format!(":{path}")]).stdout
}

#[track_caller]
fn shows_no_key(run: &Run) {
    for key in [phx(), other_phx()] {
        assert!(!run.stdout.contains(&key) && !run.stderr.contains(&key));
    }
}

#[test]
fn a_key_goes_to_an_env_that_is_private_and_ignored() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", python(&phx()));
    sandbox.write("other.txt", "not staged\n");
    let run = sandbox.phguard(["fix", "--yes"]).exits(0);
    shows_no_key(&run);
    assert_eq!(read(&sandbox, "a.py"), fixed_python());
    assert_eq!(staged(&sandbox, "a.py"), fixed_python());
    assert_eq!(read(&sandbox, ".env"), format!("{NAME}={}\n", phx()));
    assert_eq!(mode_of(sandbox.repo().join(".env")), 0o600);
    let status = sandbox.git(["status", "--porcelain"]).stdout;
    assert_eq!(status, "A  .gitignore\nA  a.py\n?? other.txt\n");
    sandbox.phguard(["--staged"]).exits(0);
}

#[test]
fn the_diff_shows_what_changes_with_the_key_masked() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", ".env\n");
    sandbox.stage("a.py", python(&phx()));
    let run = sandbox.phguard(["fix", "--dry-run"]).exits(1);
    shows_no_key(&run);
    let masked = format!("phx_…{}", &phx()[phx().len() - 4..]);
    let expected = format!(
        "a.py\n    2 - k = '{masked}'\n    2 + k = os.environ['{NAME}']\n.env\n  + {NAME}=…\n"
    );
    assert_eq!(run.stdout, expected);
    assert_eq!(read(&sandbox, "a.py"), python(&phx()));
    assert!(!sandbox.repo().join(".env").exists());
}

#[test]
fn without_a_terminal_nothing_is_done_unless_it_is_told_to() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", python(&phx()));
    let run = sandbox.phguard(["fix"]).exits(2);
    sandbox.assert_run("fix/without-a-terminal.txt", &run);
    assert_eq!(read(&sandbox, "a.py"), python(&phx()));
    sandbox.stage("a.py", "k = 1\n");
    sandbox.phguard(["fix"]).exits(0);
}

/// On a terminal, which `script` makes.
#[cfg(unix)]
#[test]
#[ignore = "needs script"]
fn on_a_terminal_it_asks() {
    for (answer, is_agreed) in [("y", true), ("Yes", true), ("n", false), ("", false)] {
        let sandbox = Sandbox::new();
        sandbox.stage("a.py", python(&phx()));
        let line = format!("{} fix", crate::sandbox::PHGUARD);
        let mut script = sandbox.command("script");
        script.args(["-q", "-e", "-c", &line, "/dev/null"]);
        let run = Run::with_input(&mut script, format!("{answer}\n"));
        shows_no_key(&run);
        assert!(
            run.stdout.contains("Change these files? [y/N] "),
            "{}",
            run.stdout
        );
        assert_eq!(run.code, Some(i32::from(!is_agreed)), "{answer}");
        if is_agreed {
            assert_eq!(staged(&sandbox, "a.py"), fixed_python());
            continue;
        }
        assert!(
            run.stdout.contains("Nothing was changed."),
            "{}",
            run.stdout
        );
        assert_eq!(staged(&sandbox, "a.py"), python(&phx()));
        assert!(!sandbox.repo().join(".env").exists());
    }
}

#[test]
fn only_the_paths_that_are_named_are_fixed() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", python(&phx()));
    sandbox.stage("b/b.py", python(&phx()));
    Run::of(
        sandbox
            .command(crate::sandbox::PHGUARD)
            .args(["fix", "--yes", "."])
            .current_dir(sandbox.repo().join("b")),
    )
    .exits(0);
    assert_eq!(read(&sandbox, "a.py"), python(&phx()));
    assert_eq!(staged(&sandbox, "b/b.py"), fixed_python());
    assert!(sandbox.repo().join(".env").exists());
}

#[test]
fn a_name_that_another_value_has_gets_a_number() {
    let sandbox = Sandbox::new();
    sandbox.write(".env", format!("A=1\n{NAME}={}", other_phx()));
    sandbox.stage("a.py", python(&phx()));
    sandbox.stage("b.py", python(&other_phx()));
    sandbox.phguard(["fix", "--yes"]).exits(0);
    let env = format!("A=1\n{NAME}={}\n{NAME}_2={}\n", other_phx(), phx());
    assert_eq!(read(&sandbox, ".env"), env);
    assert!(staged(&sandbox, "a.py").contains("_2']"));
    assert_eq!(staged(&sandbox, "b.py"), fixed_python());
}

#[test]
fn every_kind_of_key_has_its_name() {
    let sandbox = Sandbox::new();
    for (prefix, name) in [
        ("phs_", "POSTHOG_PROJECT_SECRET_API_KEY"),
        ("pha_", "POSTHOG_OAUTH_ACCESS_TOKEN"),
        ("phr_", "POSTHOG_OAUTH_REFRESH_TOKEN"),
        ("phe_", "POSTHOG_AI_GATEWAY_TOKEN"),
    ] {
        let key = format!("{prefix}{}", &phx()[4..]);
        sandbox.stage("a.py", python(&key));
        sandbox.phguard(["fix", "--yes"]).exits(0);
        assert!(staged(&sandbox, "a.py").contains(name), "{name}");
        assert!(
            read(&sandbox, ".env").contains(&format!("{name}={key}\n")),
            "{name}"
        );
    }
}

#[test]
fn work_that_is_not_staged_stays_as_it_is() {
    let sandbox = Sandbox::new();
    sandbox.stage(
        "a.py",
        format!("import os\na = 1\nk = '{}'\nb = 2\n", phx()),
    );
    let unstaged = format!(
        "import os\na = 1\nk = '{}'\nb = 3\nj = '{}'\n",
        phx(),
        other_phx()
    );
    sandbox.write("a.py", unstaged);
    sandbox.phguard(["fix", "--yes"]).exits(0);
    let read_env = format!("os.environ['{NAME}']");
    assert_eq!(
        staged(&sandbox, "a.py"),
        format!("import os\na = 1\nk = {read_env}\nb = 2\n")
    );
    let on_disk = format!(
        "import os\na = 1\nk = {read_env}\nb = 3\nj = '{}'\n",
        other_phx()
    );
    assert_eq!(read(&sandbox, "a.py"), on_disk);
}

#[test]
fn a_key_on_a_line_that_is_committed_stays() {
    let sandbox = Sandbox::new();
    let old = format!("import os\nk = '{}'\n", phx());
    sandbox.stage("a.py", &old);
    sandbox.commit_unchecked("a key");
    sandbox.stage("a.py", format!("{old}j = '{}'\n", phx()));
    sandbox.phguard(["fix", "--yes"]).exits(0);
    let expected = format!("{old}j = os.environ['{NAME}']\n");
    assert_eq!(staged(&sandbox, "a.py"), expected);
    assert_eq!(read(&sandbox, "a.py"), expected);
}

#[test]
fn a_key_on_a_line_that_is_committed_stays_on_the_disk_too() {
    let sandbox = Sandbox::new();
    let old = format!("import os\nk = '{}'\n", phx());
    sandbox.stage("a.py", &old);
    sandbox.commit_unchecked("a key");
    let new = format!("{old}j = '{}'\n", phx());
    sandbox.stage("a.py", &new);
    sandbox.write("a.py", format!("{new}# later\n"));
    sandbox.phguard(["fix", "--yes"]).exits(0);
    let expected = format!("{old}j = os.environ['{NAME}']\n");
    assert_eq!(staged(&sandbox, "a.py"), expected);
    assert_eq!(read(&sandbox, "a.py"), format!("{expected}# later\n"));
}

#[test]
fn a_file_that_is_gone_from_the_disk_is_fixed_in_the_index() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", python(&phx()));
    fs::remove_file(sandbox.repo().join("a.py")).unwrap();
    sandbox.phguard(["fix", "--yes"]).exits(0);
    assert_eq!(staged(&sandbox, "a.py"), fixed_python());
    assert!(!sandbox.repo().join("a.py").exists());
}

#[test]
fn a_file_is_fixed_as_a_whole_or_not_at_all() {
    let sandbox = Sandbox::new();
    let text = format!(
        "k = '{}'\nmatch x:\n    case '{}':\n        pass\n",
        phx(),
        other_phx()
    );
    sandbox.stage("a.py", &text);
    sandbox.stage("b.py", python(&phx()));
    let run = sandbox.phguard(["fix", "--yes"]).exits(1);
    shows_no_key(&run);
    assert_eq!(staged(&sandbox, "a.py"), text);
    assert_eq!(staged(&sandbox, "b.py"), fixed_python());
    sandbox.assert_run("fix/a-file-is-fixed-as-a-whole.txt", &run);
    assert!(!read(&sandbox, ".env").contains(&other_phx()));
}

#[test]
fn what_it_does_not_understand_is_named_and_stays() {
    let sandbox = Sandbox::new();
    let key = phx();
    let mut transcript = Transcript::default();
    for (file, text) in [
        ("a.unknown", format!("k = {key}\n")),
        ("b.json", format!("{{\"k\": \"{key}\"}}\n")),
        ("c.js", format!("k = 'phx\\u005f{}'\n", &key[4..])),
        ("e.ts", format!("const NEXT_PUBLIC_K = '{key}'\n")),
        (
            "f.tsx",
            format!("import posthog from 'posthog-js'\nconst k = '{key}'\n"),
        ),
    ] {
        sandbox.stage(file, &text);
        let run = sandbox.phguard(["fix", "--yes", file]).exits(1);
        transcript.add(file, &sandbox, &run);
        assert_eq!(read(&sandbox, file), text);
        assert_eq!(staged(&sandbox, file), text);
    }
    transcript.assert("fix/what-it-does-not-understand.txt");
    // The name of this one looks like that of a file of variables, and its end counts.
    sandbox.stage("d.env.ts", format!("k = '{key}'\n"));
    sandbox.phguard(["fix", "--yes", "d.env.ts"]).exits(0);
}

/// Each key of a file that stays is named with its own reason, and nobody is sent back to `fix`.
#[test]
fn a_key_beside_one_that_stays_has_another_reason() {
    let sandbox = Sandbox::new();
    let text = format!("<?php\nconst K = '{0}';\nf('{0}');\n", phx());
    sandbox.stage("a.php", text);
    let run = sandbox.phguard(["fix", "--yes"]).exits(1);
    sandbox.assert_run("fix/a-key-beside-one-that-stays.txt", &run);
}

/// A name that a bundler publishes is no reason to keep a private file in git.
#[test]
fn a_private_file_with_a_public_name_leaves_the_index() {
    for file in [".env", ".env.local", "app/.env"] {
        let sandbox = Sandbox::new();
        let text = format!("NEXT_PUBLIC_K={}\n", phx());
        sandbox.stage(file, &text);
        sandbox.phguard(["fix", "--yes", file]).exits(0);
        assert_eq!(read(&sandbox, file), text);
        assert_eq!(sandbox.git(["ls-files"]).stdout, ".gitignore\n");
        sandbox.git(["check-ignore", "-q", file]);
    }
}

#[test]
fn a_file_with_a_conflict_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", "k = 1\n");
    sandbox.commit_unchecked("base");
    sandbox.git(["checkout", "-q", "-b", "other"]);
    sandbox.stage("a.py", python(&phx()));
    sandbox.commit_unchecked("a key");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.stage("a.py", "k = 2\n");
    sandbox.commit_unchecked("another value");
    // In a merge the key would be an old one of the other side.
    sandbox.try_git(["cherry-pick", "other"]).exits(1);
    let before = read(&sandbox, "a.py");
    let run = sandbox.phguard(["fix", "--yes"]).exits(1);
    sandbox.assert_run("fix/a-file-with-a-conflict.txt", &run);
    assert_eq!(read(&sandbox, "a.py"), before);
}

#[test]
fn a_file_that_git_does_not_look_at_is_left_alone() {
    for option in ["--assume-unchanged", "--skip-worktree"] {
        let sandbox = Sandbox::new();
        sandbox.stage("a.py", python(&phx()));
        sandbox.git(["update-index", option, "a.py"]);
        let run = sandbox.phguard(["fix", "--yes"]).exits(1);
        sandbox.assert_run("fix/a-file-that-git-does-not-look-at.txt", &run);
        assert_eq!(staged(&sandbox, "a.py"), python(&phx()));
        assert_eq!(read(&sandbox, "a.py"), python(&phx()));
    }
}

/// The content of an LFS file stands outside of git, so that only a person can change it.
#[test]
fn a_key_in_an_lfs_object_is_left_alone() {
    let sandbox = Sandbox::new();
    let content = python(&phx());
    let id = sha256(content.as_bytes());
    let place = sandbox
        .repo()
        .join(format!(".git/lfs/objects/{}/{}", &id[..2], &id[2..4]));
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join(&id), &content).unwrap();
    let pointer = format!(
        "version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize {}\n",
        content.len()
    );
    sandbox.stage("a.py", &pointer);
    let mut transcript = Transcript::default();
    let run = sandbox.phguard(["--staged"]).exits(1);
    transcript.add("the check", &sandbox, &run);
    let run = sandbox.phguard(["fix", "--yes"]).exits(1);
    transcript.add("fix", &sandbox, &run);
    transcript.assert("fix/an-lfs-object.txt");
    assert_eq!(staged(&sandbox, "a.py"), pointer);
}

fn sha256(content: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let mut text = String::new();
    for byte in Sha256::digest(content) {
        text += &format!("{byte:02x}");
    }
    text
}

#[test]
fn links_and_read_only_files_are_left_alone() {
    let sandbox = Sandbox::new();
    let key = phx();
    sandbox.write("outside.py", python(&key));
    sandbox.stage("a.py", python(&key));
    fs::remove_file(sandbox.repo().join("a.py")).unwrap();
    symlink("outside.py", sandbox.repo().join("a.py"));
    sandbox.stage("d/b.py", python(&key));
    fs::rename(sandbox.repo().join("d"), sandbox.repo().join("e")).unwrap();
    symlink("e", sandbox.repo().join("d"));
    symlink(&key, sandbox.repo().join("link.py"));
    sandbox.git(["add", "link.py"]);
    sandbox.stage("c.py", python(&key));
    let file = sandbox.repo().join("c.py");
    set_mode(&file, 0o444);
    let run = sandbox.phguard(["fix", "--yes"]).exits(1);
    shows_no_key(&run);
    for path in ["outside.py", "e/b.py", "c.py"] {
        assert_eq!(read(&sandbox, path), python(&key), "{path}");
    }
    sandbox.assert_run("fix/links-and-read-only-files.txt", &run);
    assert!(!sandbox.repo().join(".env").exists());
}

#[test]
fn a_staged_env_leaves_git_and_stays_on_the_disk() {
    let sandbox = Sandbox::new();
    let text = format!("A=1\n{NAME}={}\n", phx());
    sandbox.stage("apps/.env", &text);
    sandbox.stage(".env", &text);
    sandbox.commit_unchecked("files of variables");
    let text = format!("{text}B={}\n", other_phx());
    sandbox.stage("apps/.env", &text);
    sandbox.stage(".env", &text);
    sandbox.phguard(["fix", "--yes"]).exits(0);
    assert_eq!(sandbox.git(["ls-files"]).stdout, ".gitignore\n");
    assert_eq!(read(&sandbox, ".env"), text);
    assert_eq!(read(&sandbox, "apps/.env"), text);
    sandbox.git(["check-ignore", ".env", "apps/.env"]);
}

#[test]
fn a_staged_env_that_is_gone_from_the_disk_loses_no_key() {
    let sandbox = Sandbox::new();
    sandbox.stage(".env", format!("K='{}'\n", phx()));
    fs::remove_file(sandbox.repo().join(".env")).unwrap();
    sandbox.phguard(["fix", "--yes"]).exits(0);
    assert_eq!(read(&sandbox, ".env"), format!("K={}\n", phx()));
    assert_eq!(sandbox.git(["ls-files"]).stdout, ".gitignore\n");
}

#[test]
fn an_env_that_git_tracks_gets_no_key() {
    let sandbox = Sandbox::new();
    sandbox.stage(".env", "A=1\n");
    sandbox.commit_unchecked("a file of variables");
    sandbox.stage("a.py", python(&phx()));
    let run = sandbox.phguard(["fix", "--yes"]).exits(2);
    sandbox.assert_run("fix/an-env-that-git-tracks.txt", &run);
    assert_eq!(read(&sandbox, "a.py"), python(&phx()));
    assert_eq!(read(&sandbox, ".env"), "A=1\n");
}

#[test]
fn gitignore_gets_a_line_in_both_versions() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", "!.env\r\n/a");
    sandbox.write(".gitignore", "!.env\r\n/a\r\n/b");
    sandbox.stage("a.py", python(&phx()));
    sandbox.phguard(["fix", "--yes"]).exits(0);
    assert_eq!(
        read(&sandbox, ".gitignore"),
        "!.env\r\n/a\r\n/b\r\n.env\r\n"
    );
    assert_eq!(staged(&sandbox, ".gitignore"), "!.env\r\n/a\r\n.env\r\n");
}

#[test]
fn a_gitignore_that_git_does_not_read_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("other", "x\n");
    symlink("other", sandbox.repo().join(".gitignore"));
    sandbox.stage("a.py", python(&phx()));
    sandbox.phguard(["fix", "--yes"]).exits(0);
    assert_eq!(read(&sandbox, "other"), "x\n");
    assert!(read(&sandbox, ".git/info/exclude").ends_with("\n.env\n"));
}

#[test]
fn no_object_that_anything_leads_to_holds_the_key() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.py", python(&phx()));
    sandbox.phguard(["fix", "--yes"]).exits(0);
    sandbox.commit_unchecked("clean");
    sandbox.phguard(["--history"]).exits(0);
    let leftovers = sandbox.git(["grep", "-c", "--untracked", "--no-exclude-standard", &phx()]);
    assert_eq!(leftovers.stdout, ".env:1\n");
}

#[test]
fn a_failure_in_the_middle_brings_everything_back() {
    let sandbox = Sandbox::new();
    sandbox.write(".env", "A=1");
    sandbox.stage("a.py", python(&phx()));
    fs::write(sandbox.repo().join(".git/index.lock"), "").unwrap();
    let run = sandbox.phguard(["fix", "--yes"]).exits(2);
    sandbox.assert_run("fix/a-failure-in-the-middle.txt", &run);
    fs::remove_file(sandbox.repo().join(".git/index.lock")).unwrap();
    assert_eq!(read(&sandbox, "a.py"), python(&phx()));
    assert_eq!(staged(&sandbox, "a.py"), python(&phx()));
    assert_eq!(read(&sandbox, ".env"), "A=1");
    assert!(!sandbox.repo().join(".gitignore").exists());
}

#[test]
fn modes_and_other_versions_of_the_index_are_kept() {
    let sandbox = Sandbox::new();
    sandbox.stage("run.sh", format!("#!/bin/sh\necho {}\n", phx()));
    let file = sandbox.repo().join("run.sh");
    set_mode(&file, 0o755);
    sandbox.git(["update-index", "--chmod=+x", "run.sh"]);
    sandbox.git(["update-index", "--split-index"]);
    sandbox.phguard(["fix", "--yes"]).exits(0);
    assert_eq!(mode_of(&file), 0o755);
    let entry = sandbox.git(["ls-files", "--stage", "run.sh"]).stdout;
    assert!(entry.starts_with("100755 "), "{entry}");
    assert_eq!(sandbox.git(["diff"]).stdout, "");
}

#[test]
fn sha256_repositories_are_fixed_too() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(["init", "-q", "--object-format=sha256", "."]);
    sandbox.stage("a.py", python(&phx()));
    sandbox.stage(".env", format!("K={}\n", phx()));
    sandbox.phguard(["fix", "--yes"]).exits(0);
    assert_eq!(sandbox.git(["ls-files"]).stdout, ".gitignore\na.py\n");
}

/// Lines of any bytes around a key's line, in both versions of a file.
#[test]
fn no_byte_outside_the_replaced_spans_changes() {
    let line = prop::collection::vec(
        prop_oneof![any::<u8>(), Just(b'\t'), Just(b' '), Just(b'a'), Just(0xc3)],
        0..20,
    );
    let lines = prop::collection::vec(line, 0..6);
    let versions = (lines.clone(), lines.clone(), lines, any::<[bool; 3]>());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&versions, |(above, below, unstaged, [bom, crlf, ended])| {
            let sandbox = Sandbox::new();
            let build = |value: &str, below: &[Vec<u8>]| {
                let eol: &[u8] = if crlf { b"\r\n" } else { b"\n" };
                let mut text = Vec::new();
                if bom {
                    text.extend_from_slice(b"\xef\xbb\xbf");
                }
                for line in &above {
                    text.extend_from_slice(b"# ");
                    text.extend(line.iter().filter(|b| !b"\r\n".contains(b)));
                    text.extend_from_slice(eol);
                }
                text.extend_from_slice(b"import os");
                text.extend_from_slice(eol);
                text.extend_from_slice(value.as_bytes());
                for line in below {
                    text.extend_from_slice(eol);
                    text.extend_from_slice(b"# ");
                    text.extend(line.iter().filter(|b| !b"\r\n".contains(b)));
                }
                if ended {
                    text.extend_from_slice(eol);
                }
                text
            };
            let old = format!("\tk = '{}'", phx());
            let new = format!("\tk = os.environ['{NAME}']");
            sandbox.git(["config", "core.autocrlf", "false"]);
            sandbox.stage("a.py", build(&old, &below));
            sandbox.write("a.py", build(&old, &unstaged));
            sandbox.phguard(["fix", "--yes"]).exits(0);
            let on_disk = fs::read(sandbox.repo().join("a.py")).unwrap();
            prop_assert_eq!(on_disk, build(&new, &unstaged));
            let mut command = sandbox.command("git");
            let index = command.args(["show", ":a.py"]).output().unwrap().stdout;
            prop_assert_eq!(index, build(&new, &below));
            Ok(())
        })
        .unwrap();
}
