//! `phguard doctor` looks at the files that git would take next, and `--fix` mends what is safe.

use std::fs;

use crate::sandbox::keys::phx;
use crate::sandbox::platform::{self, set_mode};
use crate::sandbox::{Run, Sandbox, symlink};

fn line_with_key() -> String {
    format!("POSTHOG_PERSONAL_API_KEY={}\n", phx())
}

fn mode_of(sandbox: &Sandbox, path: &str) -> u32 {
    platform::mode_of(sandbox.repo().join(path))
}

fn is_ignored(sandbox: &Sandbox, path: &str) -> bool {
    sandbox.try_git(["check-ignore", "-q", path]).code == Some(0)
}

/// What doctor says of the files, without its hooks.
fn said(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    let run = sandbox.phguard([&["doctor"], arguments].concat());
    assert!(
        !(run.stdout.clone() + &run.stderr).contains(&phx()),
        "{}",
        run.stdout
    );
    run
}

#[test]
fn each_file_that_git_would_add_with_a_key_is_told() {
    let sandbox = Sandbox::new();
    sandbox.stage("tracked.ts", "clean\n");
    sandbox.stage(".gitignore", "ignored.txt\n");
    sandbox.commit_unchecked("first");
    let taken = [
        ".env.production",
        ".mcp.json",
        ".claude/settings.local.json",
        "a book.ipynb",
        "tracked.ts",
    ];
    for path in taken {
        sandbox.write(path, line_with_key());
    }
    sandbox.write("ignored.txt", line_with_key());
    sandbox.write("allowed.txt", format!("{} # phguard:allow\n", phx()));
    fs::create_dir(sandbox.repo().join("inner")).unwrap();
    sandbox.git(["init", "-q", "inner"]);
    sandbox.write("inner/a.txt", line_with_key());
    symlink("tracked.ts", sandbox.repo().join("link"));
    fs::remove_file(sandbox.repo().join(".gitignore")).unwrap();
    sandbox.write(".gitignore", "ignored.txt\nlink\n");
    let run = said(&sandbox, &[]);
    for path in taken {
        let line = format!("✗ {path}:1: a personal API key");
        assert!(run.stdout.contains(&line), "{path}: {}", run.stdout);
    }
    for path in ["ignored.txt", "allowed.txt", "inner/a.txt"] {
        assert!(!run.stdout.contains(path), "{path}: {}", run.stdout);
    }
    let told = run.stdout.matches("git add -A` would take it").count();
    assert_eq!(told, taken.len(), "{}", run.stdout);
}

#[test]
fn a_key_that_is_staged_already_is_told_once() {
    let sandbox = Sandbox::new();
    sandbox.stage("a.ts", format!("{}a\n", line_with_key()));
    sandbox.write("a.ts", format!("{}b\n", line_with_key()));
    let run = said(&sandbox, &[]);
    assert_eq!(run.stdout.matches("a.ts:1").count(), 1, "{}", run.stdout);
}

#[test]
fn a_file_that_a_filter_changes_first_is_only_mentioned() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitattributes", "*.ipynb filter=phguard\n");
    sandbox.write("a.ipynb", line_with_key());
    let run = said(&sandbox, &[]);
    assert!(run.stdout.contains("- a.ipynb:1: "), "{}", run.stdout);
}

#[test]
fn a_file_of_secrets_that_others_can_read_is_told_even_if_git_ignores_it() {
    let sandbox = Sandbox::new();
    sandbox.stage(".gitignore", ".env*\n");
    for (path, mode) in [
        (".env", 0o644),
        ("app/.env.production", 0o640),
        (".env.local", 0o600),
    ] {
        sandbox.write(path, line_with_key());
        set_mode(sandbox.repo().join(path), mode);
    }
    sandbox.write(".env.empty", "A=b\n");
    let run = said(&sandbox, &[]);
    let told = run
        .stdout
        .matches("others on this machine can read it")
        .count();
    assert_eq!(told, 2, "{}", run.stdout);
    // The command mends it as it stands.
    for command in run
        .stdout
        .lines()
        .filter(|line| line.trim().starts_with("chmod"))
    {
        Run::of(
            sandbox
                .command("sh")
                .args(["-ec", command])
                .current_dir("/"),
        )
        .exits(0);
    }
    assert!(!said(&sandbox, &[]).stdout.contains("can read it"));
    assert_eq!(mode_of(&sandbox, ".env"), 0o600);
}

#[test]
fn fix_ignores_files_of_secrets_and_closes_them_and_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "node_modules");
    sandbox.stage("tracked.ts", "clean\n");
    sandbox.commit_unchecked("first");
    for path in [
        ".env",
        "app/.env.test.local",
        "app/.env.[prod] #1",
        ".claude/settings.local.json",
        ".mcp.json",
        ".env.example",
        "tracked.ts",
    ] {
        sandbox.write(path, line_with_key());
    }
    sandbox.write("node_modules/x", line_with_key());
    let run = said(&sandbox, &["--fix"]);
    for path in [
        ".env",
        "app/.env.test.local",
        "app/.env.[prod] #1",
        ".claude/settings.local.json",
        "node_modules/x",
    ] {
        assert!(is_ignored(&sandbox, path), "{path}: {}", run.stdout);
    }
    for path in [".mcp.json", ".env.example", "tracked.ts"] {
        assert!(!is_ignored(&sandbox, path), "{path}");
        assert!(
            run.stdout.contains(&format!("✗ {path}:1")),
            "{path}: {}",
            run.stdout
        );
    }
    for path in [".env", "app/.env.test.local", "app/.env.[prod] #1"] {
        assert_eq!(mode_of(&sandbox, path), 0o600, "{path}");
    }
    assert_eq!(mode_of(&sandbox, "tracked.ts"), 0o644);
    assert!(run.stdout.matches("mended:").count() >= 7, "{}", run.stdout);
    let once = fs::read(sandbox.repo().join(".gitignore")).unwrap();
    let run = said(&sandbox, &["--fix"]);
    assert_eq!(fs::read(sandbox.repo().join(".gitignore")).unwrap(), once);
    assert!(!run.stdout.contains("added"), "{}", run.stdout);
    // Nothing was staged.
    let staged = sandbox.git(["diff", "--cached", "--name-only"]).stdout;
    assert_eq!(staged, "");
}

#[test]
fn fix_says_what_it_could_not_mend() {
    let sandbox = Sandbox::new();
    sandbox.write(".env", line_with_key());
    symlink("elsewhere", sandbox.repo().join(".gitignore"));
    let run = said(&sandbox, &["--fix"]).exits(2);
    assert!(run.stdout.contains("symbolic link"), "{}", run.stdout);
    fs::remove_file(sandbox.repo().join(".gitignore")).unwrap();
    fs::create_dir(sandbox.repo().join(".gitignore")).unwrap();
    said(&sandbox, &["--fix"]).exits(2);
    fs::remove_dir(sandbox.repo().join(".gitignore")).unwrap();
    sandbox.write("app/.gitignore", "!.env\n");
    sandbox.write("app/.env", line_with_key());
    fs::remove_file(sandbox.repo().join(".env")).unwrap();
    let run = said(&sandbox, &["--fix"]).exits(2);
    assert!(run.stdout.contains("takes it back"), "{}", run.stdout);
}

#[test]
fn fix_does_not_follow_a_link_out_of_the_work_tree() {
    let sandbox = Sandbox::new();
    let outside = sandbox.root().join("shared.env");
    fs::write(&outside, line_with_key()).unwrap();
    symlink(&outside, sandbox.repo().join(".env"));
    let before = platform::mode_of(&outside);
    said(&sandbox, &["--fix"]);
    assert_eq!(platform::mode_of(&outside), before);
}
