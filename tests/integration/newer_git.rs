//! git 2.54 and newer run hooks that their configuration names. This is such a git, not a stand-in.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::sandbox::hooks::assert_guarded;
use crate::sandbox::keys::{masked, phx};
use crate::sandbox::{PHGUARD, Run, Sandbox};

/// Unpacks the git of Debian's unstable suite and the libraries that it needs into a directory.
const FETCH: &str = r#"set -eu
directory=$1
source=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Identifier: Packages' | sed -n 's/^Debian //p' | head -n 1)
[ -n "$source" ] || { echo 'apt-get has no source of Debian' >&2; exit 1; }
mkdir -p "$directory/lists/partial" "$directory/cache/archives/partial" "$directory/root"
keys=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$keys] $source unstable main" >"$directory/sources.list"
cd "$directory"
apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$directory/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::State::lists="$directory/lists" -o Dir::Cache="$directory/cache" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none "$@"
}
apt update
apt download git libc6 libpcre2-8-0 zlib1g
for package in *.deb; do
    dpkg-deb -x "$package" root
done
loader=$(find "$directory/root/usr" -name 'ld-linux*.so.*' | head -n 1)
libraries=$(dirname "$(find "$directory/root/usr" -name 'libc.so.6' | head -n 1)")
mv root/usr/bin/git root/usr/bin/git.real
cat >root/usr/bin/git <<END
#!/bin/sh
GIT_EXEC_PATH='$directory/root/usr/lib/git-core'
export GIT_EXEC_PATH
exec '$loader' --library-path '$libraries' --argv0 "\${0##*/}" '$directory/root/usr/bin/git.real' "\$@"
END
chmod +x root/usr/bin/git
rm -f root/usr/lib/git-core/git
cp root/usr/bin/git root/usr/lib/git-core/git
touch complete
"#;

/// The directory of the newer git.
fn newer_git() -> &'static Path {
    static FETCHED: OnceLock<PathBuf> = OnceLock::new();
    FETCHED.get_or_init(|| {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("newer-git");
        if !directory.join("complete").exists() {
            if directory.exists() {
                fs::remove_dir_all(&directory).unwrap();
            }
            fs::create_dir_all(&directory).unwrap();
            let mut command = Command::new("sh");
            Run::of(command.args(["-c", FETCH, "sh"]).arg(&directory)).exits(0);
        }
        directory.join("root/usr/bin")
    })
}

/// A command that finds the newer git first.
fn newer(sandbox: &Sandbox, program: &str, arguments: &[&str]) -> Run {
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", newer_git().display());
    Run::of(sandbox.command(program).args(arguments).env("PATH", path))
}

fn with_newer_git() -> Sandbox {
    let sandbox = Sandbox::new();
    let said = newer(&sandbox, "git", &["--version"]).exits(0).stdout;
    let mut numbers = said.trim_start_matches("git version ").split('.');
    let mut next = || numbers.next().unwrap().trim().parse::<u32>().unwrap();
    assert!((next(), next()) >= (2, 54), "{said}");
    sandbox
}

/// A key is refused in each way to commit, and a clean change is not.
#[track_caller]
fn guards(sandbox: &Sandbox) {
    let head = newer(sandbox, "git", &["rev-parse", "-q", "--verify", "HEAD"]).stdout;
    sandbox.write("guarded", "clean\n");
    newer(sandbox, "git", &["add", "guarded"]).exits(0);
    newer(sandbox, "git", &["commit", "-qm", "clean", "--allow-empty"]).exits(0);
    let before = newer(sandbox, "git", &["rev-parse", "HEAD"]).stdout;
    assert_ne!(before, head);
    sandbox.write("guarded", phx());
    for arguments in [
        &["commit", "-qam", "a key"][..],
        &["commit", "-qm", "a key", "guarded"],
    ] {
        let run = newer(sandbox, "git", arguments);
        assert_ne!(run.code, Some(0), "{arguments:?}");
        assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
    }
    newer(sandbox, "git", &["add", "guarded"]).exits(0);
    assert_ne!(
        newer(sandbox, "git", &["commit", "-qm", "a key"]).code,
        Some(0)
    );
    assert_eq!(newer(sandbox, "git", &["rev-parse", "HEAD"]).stdout, before);
    newer(sandbox, "git", &["reset", "-q", "--hard"]).exits(0);
}

#[test]
#[ignore = "fetches git 2.54 or newer with apt-get"]
fn hooks_in_the_directory_work_with_a_newer_git() {
    let sandbox = with_newer_git();
    newer(&sandbox, PHGUARD, &["install"]).exits(0);
    guards(&sandbox);
    let run = newer(&sandbox, PHGUARD, &["doctor"]).exits(0);
    assert!(run.stdout.contains("✓ pre-commit"), "{}", run.stdout);
    newer(
        &sandbox,
        PHGUARD,
        &["install", "--event", "reference-transaction"],
    )
    .exits(0);
    sandbox.write("guarded", phx());
    let run = newer(&sandbox, "git", &["commit", "-qanm", "a key"]);
    assert_ne!(run.code, Some(0), "{}", run.stderr);
    newer(&sandbox, PHGUARD, &["uninstall"]).exits(0);
    let run = newer(&sandbox, "git", &["commit", "-qam", "a key"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
#[ignore = "fetches git 2.54 or newer with apt-get"]
fn hooks_in_the_configuration_work_with_a_newer_git() {
    let sandbox = with_newer_git();
    newer(&sandbox, PHGUARD, &["install", "--git-config"]).exits(0);
    guards(&sandbox);
    newer(&sandbox, PHGUARD, &["doctor"]).exits(0);

    // They run wherever core.hooksPath leads.
    newer(&sandbox, "git", &["config", "core.hooksPath", ".husky/_"]).exits(0);
    guards(&sandbox);
    newer(&sandbox, PHGUARD, &["doctor"]).exits(0);
    newer(&sandbox, "git", &["config", "--unset", "core.hooksPath"]).exits(0);

    let enabled = "hook.phguard-pre-commit.enabled";
    let event = "hook.phguard-pre-commit.event";
    let off: [&[&str]; 2] = [
        &["config", enabled, "false"],
        &["config", "--add", event, ""],
    ];
    for arguments in off {
        newer(&sandbox, "git", arguments).exits(0);
        let run = newer(&sandbox, PHGUARD, &["doctor"]).exits(1);
        assert!(run.stdout.contains("✗ pre-commit"), "{}", run.stdout);
        newer(
            &sandbox,
            "git",
            &["config", "--unset-all", arguments[arguments.len() - 2]],
        );
        newer(&sandbox, PHGUARD, &["install", "--git-config"]).exits(0);
    }
    newer(&sandbox, PHGUARD, &["doctor"]).exits(0);

    newer(&sandbox, PHGUARD, &["uninstall", "--git-config"]).exits(0);
    let left = newer(&sandbox, "git", &["config", "--get-regexp", r"^hook\."]);
    assert_eq!((left.code, left.stdout.as_str()), (Some(1), ""));
}

#[test]
#[ignore = "fetches git 2.54 or newer with apt-get"]
fn one_installation_guards_every_repository_of_a_newer_git() {
    let sandbox = with_newer_git();
    let run = newer(&sandbox, PHGUARD, &["install", "--global"]).exits(0);
    assert!(run.stdout.contains("It works:"), "{}", run.stdout);
    guards(&sandbox);
    newer(&sandbox, PHGUARD, &["doctor"]).exits(0);
    newer(&sandbox, PHGUARD, &["install"]).exits(0);
    newer(&sandbox, PHGUARD, &["doctor"]).exits(0);
    newer(&sandbox, PHGUARD, &["uninstall", "--global"]).exits(0);
    guards(&sandbox);
}

/// Whoever uses an older git in the same repository is guarded by the hooks in the directory.
#[test]
#[ignore = "fetches git 2.54 or newer with apt-get"]
fn both_gits_are_guarded_in_one_repository() {
    let sandbox = with_newer_git();
    newer(&sandbox, PHGUARD, &["install"]).exits(0);
    newer(&sandbox, PHGUARD, &["install", "--git-config"]).exits(0);
    guards(&sandbox);
    assert_guarded(&sandbox, &sandbox.repo());
}
