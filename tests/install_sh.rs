//! `./install.sh` puts a hook into a repository that blocks, and says so only when it does.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "a test may fail by panic")]

mod sandbox;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::keys::{masked, phx};
use sandbox::{PHGUARD, Run, Sandbox, symlink};

const SOURCE: &str = env!("CARGO_MANIFEST_DIR");

/// The script, which takes the binary under test and the sandbox's directory for programs.
fn install_sh(sandbox: &Sandbox) -> Command {
    install_sh_with(sandbox, "sh", Path::new(PHGUARD))
}

fn install_sh_with(sandbox: &Sandbox, shell: &str, binary: &Path) -> Command {
    let mut command = sandbox.command(shell);
    command.arg(Path::new(SOURCE).join("install.sh"));
    command.arg("--binary").arg(binary).arg("--bin-dir").arg(sandbox.root().join("bin"));
    command
}

fn installed(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("bin/phguard")
}

fn hook(sandbox: &Sandbox) -> PathBuf {
    sandbox.repo().join(".git/hooks/pre-commit")
}

fn write_program(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn git_in(sandbox: &Sandbox, directory: &Path, arguments: &[&str]) -> Run {
    Run::of(sandbox.command("git").args(arguments).current_dir(directory))
}

/// A commit with a key is blocked by phguard, and one without passes.
#[track_caller]
fn assert_guarded(sandbox: &Sandbox, work_tree: &Path) {
    fs::write(work_tree.join("file"), phx()).unwrap();
    git_in(sandbox, work_tree, &["add", "file"]).exits(0);
    let run = git_in(sandbox, work_tree, &["commit", "-q", "-m", "a key"]).exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
    fs::write(work_tree.join("file"), "clean\n").unwrap();
    git_in(sandbox, work_tree, &["add", "file"]).exits(0);
    let run = git_in(sandbox, work_tree, &["commit", "-q", "--allow-empty", "-m", "none"]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

/// The names in a directory, without git's samples.
fn names(directory: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| !name.ends_with(".sample")).collect();
    names.sort();
    names
}

/// The line that a refusal says to add to a hook.
fn line_to_add(refusal: &Run) -> String {
    let line = refusal.stderr.lines().find(|line| line.ends_with(" hook pre-commit || exit $?"));
    line.unwrap_or_else(|| panic!("no line to add: {}", refusal.stderr)).trim_start().to_owned()
}

#[test]
fn the_hook_blocks_a_key_and_lets_a_clean_commit_pass() {
    let sandbox = Sandbox::new();
    let run = Run::of(&mut install_sh(&sandbox)).exits(0);
    assert!(run.stdout.contains("It works"), "{}", run.stdout);
    assert_eq!(run.stderr, "");
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn nothing_but_the_hook_is_left_behind() {
    let sandbox = Sandbox::new();
    let temporary = sandbox.root().join("tmp");
    fs::create_dir(&temporary).unwrap();
    Run::of(install_sh(&sandbox).env("TMPDIR", &temporary)).exits(0);
    assert_eq!(names(&temporary), [""; 0]);
    assert_eq!(names(sandbox.repo().join(".git/hooks")), ["pre-commit"]);
    assert_eq!(names(sandbox.root().join("bin")), ["phguard"]);
    assert_eq!(names(sandbox.home()), [".gitconfig"]);
    assert_eq!(sandbox.git(["status", "--porcelain", "--ignored"]).stdout, "");
}

#[test]
fn every_shell_that_is_there_will_do() {
    let shells = ["sh", "dash", "bash", "ksh", "mksh", "yash"];
    let is_there = |shell: &&str| Command::new(shell).args(["-c", ":"]).output().is_ok();
    let shells: Vec<&str> = shells.into_iter().filter(is_there).collect();
    assert!(shells.contains(&"sh"));
    for shell in shells {
        let sandbox = Sandbox::new();
        let run = Run::of(&mut install_sh_with(&sandbox, shell, Path::new(PHGUARD)));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{shell}: {}", run.stdout);
        let run = Run::of(&mut install_sh_with(&sandbox, shell, Path::new("/bin/true")));
        assert_eq!(run.code, Some(2), "{shell}: {}", run.stderr);
    }
}

#[test]
fn run_twice_it_says_so_and_proves_again() {
    let sandbox = Sandbox::new();
    let first = Run::of(&mut install_sh(&sandbox)).exits(0);
    assert!(first.stdout.contains("(new)"), "{}", first.stdout);
    let second = Run::of(&mut install_sh(&sandbox)).exits(0);
    assert!(second.stdout.contains("already there and up to date"), "{}", second.stdout);
    assert!(second.stdout.contains("It works"), "{}", second.stdout);
    let third = Run::of(&mut install_sh_with(&sandbox, "sh", Path::new("/bin/true"))).exits(2);
    assert!(third.stderr.contains("DOES NOT WORK"), "{}", third.stderr);
}

#[test]
fn a_hook_of_ours_is_brought_up_to_date() {
    let sandbox = Sandbox::new();
    for (what, old) in [
        ("another path", "phguard='/no/such/phguard'"),
        ("another version", "# phguard hook shim, version 0"),
        ("verbatim", "phguard='@PHGUARD@'"),
    ] {
        Run::of(&mut install_sh(&sandbox)).exits(0);
        let start = old.split([' ', '=']).next().unwrap();
        let text = fs::read_to_string(hook(&sandbox)).unwrap();
        let is_old = |line: &&str| line.starts_with(start) && (line.contains('=') || line.contains("version 1"));
        let line = text.lines().find(is_old).unwrap();
        write_program(&hook(&sandbox), &text.replace(line, old));
        let run = Run::of(&mut install_sh(&sandbox)).exits(0);
        assert!(run.stdout.contains("replaced one"), "{what}: {}", run.stdout);
        assert_guarded(&sandbox, &sandbox.repo());
    }
}

#[test]
fn a_hook_of_ours_that_git_would_not_run_is_mended() {
    let sandbox = Sandbox::new();
    Run::of(&mut install_sh(&sandbox)).exits(0);
    fs::set_permissions(hook(&sandbox), fs::Permissions::from_mode(0o644)).unwrap();
    Run::of(&mut install_sh(&sandbox)).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn a_hook_of_ours_that_was_edited_is_its_editors() {
    let sandbox = Sandbox::new();
    Run::of(&mut install_sh(&sandbox)).exits(0);
    let edited = fs::read_to_string(hook(&sandbox)).unwrap().replace("\nexec ", "\nmake lint\nexec ");
    write_program(&hook(&sandbox), &edited);
    Run::of(&mut install_sh(&sandbox)).exits(2);
    assert_eq!(fs::read_to_string(hook(&sandbox)).unwrap(), edited);
}

#[test]
fn another_hook_is_left_as_it_is_and_the_printed_line_works_in_it() {
    let sandbox = Sandbox::new();
    let theirs = "#!/bin/sh\necho theirs\n";
    write_program(&hook(&sandbox), theirs);
    let run = Run::of(&mut install_sh(&sandbox)).exits(2);
    assert!(run.stderr.starts_with("install.sh: there is another hook"), "{}", run.stderr);
    assert!(!run.stdout.contains("It works"), "{}", run.stdout);
    assert_eq!(fs::read_to_string(hook(&sandbox)).unwrap(), theirs);
    assert_eq!(names(sandbox.repo().join(".git/hooks")), ["pre-commit"]);

    let line = line_to_add(&run);
    write_program(&hook(&sandbox), &format!("{theirs}{line}\necho whatever follows >&2\nexit 0\n"));
    sandbox.stage("a", phx());
    let run = sandbox.commit().exits(1);
    assert!(run.stderr.contains(&masked(&phx())) && !run.stderr.contains("whatever follows"), "{}", run.stderr);
    sandbox.stage("a", "clean\n");
    let run = sandbox.commit().exits(0);
    assert!(run.stderr.contains("whatever follows"), "{}", run.stderr);
}

#[test]
fn what_is_no_plain_file_is_another_hook() {
    let sandbox = Sandbox::new();
    let own = sandbox.root().join("own");
    fs::create_dir_all(sandbox.repo().join(".git/hooks")).unwrap();
    fs::copy(Path::new(SOURCE).join("hooks/pre-commit"), &own).unwrap();
    for target in [own, sandbox.root().join("nowhere"), PathBuf::from(PHGUARD)] {
        symlink(&target, hook(&sandbox));
        Run::of(&mut install_sh(&sandbox)).exits(2);
        assert_eq!(fs::read_link(hook(&sandbox)).unwrap(), target);
        fs::remove_file(hook(&sandbox)).unwrap();
    }
    fs::create_dir(hook(&sandbox)).unwrap();
    Run::of(&mut install_sh(&sandbox)).exits(2);
    assert_eq!(names(hook(&sandbox)), [""; 0]);
}

#[test]
fn the_hook_of_a_hook_manager_is_left_to_it() {
    let sandbox = Sandbox::new();
    for (manager, mark) in [
        ("pre-commit", "# File generated by pre-commit: https://pre-commit.com"),
        ("prek", "# File generated by prek: https://github.com/j178/prek"),
        ("lefthook", "call_lefthook run \"pre-commit\" \"$@\""),
        ("simple-git-hooks", "if [ \"$SKIP_SIMPLE_GIT_HOOKS\" = \"1\" ]; then"),
        ("hk", "test \"${HK:-1}\" = \"0\" || exec hk run pre-commit \"$@\""),
    ] {
        let theirs = format!("#!/bin/sh\n{mark}\n");
        write_program(&hook(&sandbox), &theirs);
        let run = Run::of(&mut install_sh(&sandbox)).exits(2);
        assert!(run.stderr.contains(&format!("the hook is {manager}'s")), "{}", run.stderr);
        let command = format!("'{}' hook pre-commit\n", installed(&sandbox).display());
        assert!(run.stderr.contains(&command), "{}", run.stderr);
        assert_eq!(fs::read_to_string(hook(&sandbox)).unwrap(), theirs);
    }
}

#[test]
fn with_husky_the_line_goes_into_its_users_file() {
    let sandbox = Sandbox::new();
    for directory in [".husky/_", ".husky"] {
        sandbox.git(["config", "core.hooksPath", directory]);
        let run = Run::of(&mut install_sh(&sandbox)).exits(2);
        let file = sandbox.repo().join(".husky/pre-commit");
        assert!(run.stderr.contains(&format!("to {},", file.display())), "{}", run.stderr);
        assert!(!sandbox.repo().join(".husky").exists(), "{directory}");
        write_program(&file, &format!("#!/bin/sh\n{}\n", line_to_add(&run)));
        sandbox.git(["config", "core.hooksPath", ".husky"]);
        assert_guarded(&sandbox, &sandbox.repo());
        fs::remove_dir_all(sandbox.repo().join(".husky")).unwrap();
    }
}

#[test]
fn the_hook_goes_where_hooks_path_says() {
    let sandbox = Sandbox::new();
    let shared = sandbox.home().join("hooks");
    for (value, directory) in [("my hooks/", sandbox.repo().join("my hooks")), ("~/hooks", shared)] {
        sandbox.git(["config", "core.hooksPath", value]);
        fs::create_dir_all(sandbox.repo().join("sub")).unwrap();
        let run = Run::of(install_sh(&sandbox).current_dir(sandbox.repo().join("sub"))).exits(0);
        assert!(run.stdout.contains(&format!("core.hooksPath is {value}")), "{}", run.stdout);
        assert_eq!(names(&directory), ["pre-commit"], "{value}");
        assert_guarded(&sandbox, &sandbox.repo());
    }
    assert!(!hook(&sandbox).exists());
}

#[test]
fn a_hooks_path_that_holds_no_hooks_is_refused() {
    let sandbox = Sandbox::new();
    for (value, message) in
        [("", "core.hooksPath is empty"), (".", "the work tree itself"), ("/dev/null", "no directory")]
    {
        sandbox.git(["config", "core.hooksPath", value]);
        let run = Run::of(&mut install_sh(&sandbox)).exits(2);
        assert!(run.stderr.starts_with("install.sh: ") && run.stderr.contains(message), "{}", run.stderr);
        assert_eq!(names(sandbox.repo()), [".git"]);
    }
}

#[test]
fn linked_worktrees_are_guarded_too() {
    let sandbox = Sandbox::new();
    sandbox.commit_unchecked("first");
    sandbox.git(["worktree", "add", "-q", "../linked"]);
    let linked = sandbox.root().join("linked");
    Run::of(install_sh(&sandbox).arg(&linked)).exits(0);
    assert_guarded(&sandbox, &linked);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn a_submodule_gets_a_hook_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.commit_unchecked("first");
    sandbox.git(["clone", "-q", ".", "../origin"]);
    sandbox.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../origin", "sub"]);
    Run::of(install_sh(&sandbox).arg("sub")).exits(0);
    assert_guarded(&sandbox, &sandbox.repo().join("sub"));
    assert!(!hook(&sandbox).exists());
}

#[test]
fn paths_may_hold_spaces_and_quotes() {
    let sandbox = Sandbox::new();
    let root = sandbox.root();
    let work_tree = root.join("it's \"my\" $repo & more");
    fs::rename(sandbox.repo(), &work_tree).unwrap();
    fs::create_dir(sandbox.repo()).unwrap();
    let bin_dir = "../it's \"my\" $bin\\n & more";
    let mut command = sandbox.command("sh");
    command.arg(Path::new(SOURCE).join("install.sh")).args(["--binary", PHGUARD, "--bin-dir", bin_dir]);
    let run = Run::of(command.arg(&work_tree)).exits(0);
    assert!(run.stdout.contains("It works"), "{}", run.stdout);
    assert_guarded(&sandbox, &work_tree);

    write_program(&work_tree.join(".git/hooks/pre-commit"), "#!/bin/sh\n");
    let line = line_to_add(&Run::of(&mut command).exits(2));
    write_program(&work_tree.join(".git/hooks/pre-commit"), &format!("#!/bin/sh\n{line}\n"));
    assert_guarded(&sandbox, &work_tree);
}

#[test]
fn what_is_no_work_tree_is_refused() {
    let sandbox = Sandbox::without_repository();
    Run::of(sandbox.command("git").args(["init", "-q", "--bare", "../bare"])).exits(0);
    for directory in [".", "../bare", "../nowhere"] {
        let run = Run::of(install_sh(&sandbox).arg(directory)).exits(2);
        assert!(run.stderr.contains("install.sh: ") && run.stderr.contains("no work tree"), "{}", run.stderr);
    }
    assert!(!installed(&sandbox).exists());
}

#[test]
fn what_is_not_understood_changes_nothing() {
    let sandbox = Sandbox::new();
    let cases: [&[&str]; 6] = [&["--binary"], &["--bin-dir"], &["--bin-dir", ""], &["--typo"], &[""], &[".", "."]];
    for arguments in cases {
        let mut command = sandbox.command("sh");
        let run = Run::of(command.arg(Path::new(SOURCE).join("install.sh")).args(arguments));
        assert_eq!(run.code, Some(2), "{arguments:?} {}", run.stdout);
        assert!(run.stderr.starts_with("install.sh: "), "{arguments:?} {}", run.stderr);
    }
    assert!(!hook(&sandbox).exists() && !sandbox.home().join(".local").exists());
    let mut command = sandbox.command("sh");
    let run = Run::of(command.arg(Path::new(SOURCE).join("install.sh")).arg("--help")).exits(0);
    assert!(run.stdout.contains("--bin-dir DIR") && run.stderr.is_empty(), "{}", run.stdout);
}

#[test]
fn a_hook_whose_program_is_gone_blocks_or_finds_it_in_path() {
    let sandbox = Sandbox::new();
    Run::of(&mut install_sh(&sandbox)).exits(0);
    let elsewhere = sandbox.root().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::rename(installed(&sandbox), elsewhere.join("phguard")).unwrap();
    sandbox.stage("a", "clean\n");
    let run = sandbox.commit().exits(1);
    assert!(run.stderr.contains("nothing was approved: the program phguard is missing"), "{}", run.stderr);
    for hint in [&installed(&sandbox), &hook(&sandbox)] {
        assert!(run.stderr.contains(&hint.display().to_string()), "{}", run.stderr);
    }
    Run::of(&mut sandbox.command(hook(&sandbox))).exits(2);

    let path = format!("{}:{}", elsewhere.display(), std::env::var("PATH").unwrap());
    let commit = || Run::of(sandbox.command("git").args(["commit", "-q", "-m", "a change"]).env("PATH", &path));
    commit().exits(0);
    sandbox.stage("a", phx());
    let run = commit().exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
}

#[test]
fn the_shim_copied_verbatim_takes_phguard_from_path() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.repo().join(".git/hooks")).unwrap();
    fs::copy(Path::new(SOURCE).join("hooks/pre-commit"), hook(&sandbox)).unwrap();
    // Neither the placeholder nor PATH may lead to a program of the repository.
    for name in ["@PHGUARD@", "phguard"] {
        write_program(&sandbox.repo().join(name), "#!/bin/sh\necho hijacked >&2\nexit 0\n");
    }
    let path = std::env::var("PATH").unwrap();
    let commit = |path: String| Run::of(sandbox.command("git").args(["commit", "-q", "-m", "a"]).env("PATH", path));
    sandbox.stage("a", phx());
    let run = commit(format!(".:{path}")).exits(1);
    assert!(run.stderr.contains("why: it is not in PATH") && !run.stderr.contains("hijacked"), "{}", run.stderr);
    let program = Path::new(PHGUARD).parent().unwrap().display();
    let run = commit(format!("{program}:{path}")).exits(1);
    assert!(run.stderr.contains(&masked(&phx())), "{}", run.stderr);
}

#[test]
fn a_program_that_does_not_work_is_found_out_and_no_hook_is_left() {
    let show_masked = "git diff --cached | sed -E 's/(phx_)[A-Za-z0-9]*(....)$/\\1…\\2/'; exit 1";
    for (what, script, message) in [
        ("passes everything", "exit 0", "a commit with a key was not blocked"),
        ("fails always", "echo broken; exit 1", "without naming the key"),
        ("blocks everything", show_masked, "it blocked a commit without a key"),
        ("prints the key", "git diff --cached; exit 1", "it printed the key"),
    ] {
        let sandbox = Sandbox::new();
        let fake = sandbox.root().join("fake");
        write_program(&fake, &format!("#!/bin/sh\n{script}\n"));
        let run = Run::of(&mut install_sh_with(&sandbox, "sh", &fake)).exits(2);
        assert!(run.stderr.contains("install.sh: THE HOOK DOES NOT WORK"), "{what}: {}", run.stderr);
        assert!(run.stderr.contains(message), "{what}: {}", run.stderr);
        assert!(!run.stdout.contains("It works"), "{what}: {}", run.stdout);
        let hooks = sandbox.repo().join(".git/hooks");
        assert_eq!(names(hooks), [""; 0], "{what}");
    }
}

#[test]
fn the_users_configuration_and_an_outer_git_do_not_matter_to_the_proof() {
    let sandbox = Sandbox::new();
    let config = "[core]\n hooksPath = /dev/null\n attributesFile = /nowhere\n[commit]\n gpgSign = true\n\
                  [user]\n useConfigOnly = true\n[init]\n templateDir = /nowhere\n defaultObjectFormat = sha256\n";
    let global = sandbox.root().join("global");
    fs::write(&global, config).unwrap();
    sandbox.git(["config", "core.hooksPath", ".git/hooks"]);
    let mut command = install_sh(&sandbox);
    command.arg(sandbox.repo()).env("GIT_CONFIG_GLOBAL", &global).env("GIT_DEFAULT_HASH", "sha256");
    for (name, value) in [("GIT_DIR", "/nowhere"), ("GIT_INDEX_FILE", "/nowhere"), ("GIT_WORK_TREE", "/")] {
        command.env(name, value);
    }
    Run::of(command.env("FORCE_COLOR", "1")).exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn a_program_that_is_running_is_replaced() {
    let sandbox = Sandbox::new();
    let sleep = Path::new("/bin/sleep").canonicalize().unwrap();
    fs::create_dir(sandbox.root().join("bin")).unwrap();
    fs::copy(sleep, installed(&sandbox)).unwrap();
    let mut running = sandbox.command(installed(&sandbox)).arg("60").spawn().unwrap();
    let run = Run::of(&mut install_sh(&sandbox));
    running.kill().unwrap();
    running.wait().unwrap();
    run.exits(0);
    assert_guarded(&sandbox, &sandbox.repo());
}

#[test]
fn a_directory_for_programs_outside_path_is_worth_a_note() {
    let sandbox = Sandbox::new();
    let bin_dir = sandbox.root().join("bin");
    let run = Run::of(&mut install_sh(&sandbox)).exits(0);
    assert!(run.stdout.contains(&format!("{} is not in PATH", bin_dir.display())), "{}", run.stdout);
    let path = format!("{}:{}", bin_dir.display(), std::env::var("PATH").unwrap());
    let run = Run::of(install_sh(&sandbox).env("PATH", path)).exits(0);
    assert!(!run.stdout.contains("not in PATH"), "{}", run.stdout);
}

#[test]
fn what_a_build_needs_is_named() {
    let sandbox = Sandbox::new();
    let tools = sandbox.root().join("tools");
    fs::create_dir(&tools).unwrap();
    let run = || {
        let mut command = sandbox.command("/bin/sh");
        Run::of(command.arg(Path::new(SOURCE).join("install.sh")).env("PATH", &tools)).exits(2)
    };
    link_tool(&tools, "dirname");
    assert!(run().stderr.contains("install.sh: git is missing"));
    link_tool(&tools, "git");
    let no_cargo = run().stderr;
    assert!(no_cargo.contains("install.sh: cargo is missing") && no_cargo.contains("https://rustup.rs"), "{no_cargo}");
    write_program(&sandbox.home().join(".cargo/bin/cargo"), "#!/bin/sh\necho 'error: too old' >&2\nexit 101\n");
    let no_cc = run().stderr;
    assert!(no_cc.contains("install.sh: cc is missing") && no_cc.contains("build-essential"), "{no_cc}");
    link_tool(&tools, "cc");
    let failed = run().stderr;
    assert!(failed.contains("error: too old\ninstall.sh: the build failed"), "{failed}");
    assert!(!hook(&sandbox).exists() && !sandbox.home().join(".local").exists());
}

fn link_tool(directory: &Path, name: &str) {
    let path = std::env::var_os("PATH").unwrap();
    let tool = std::env::split_paths(&path).map(|entry| entry.join(name)).find(|tool| tool.is_file());
    symlink(tool.unwrap(), directory.join(name));
}

/// The first command of the README, in a fresh clone.
#[test]
#[ignore = "builds the release binary"]
fn a_fresh_clone_builds_and_installs() {
    let sandbox = Sandbox::new();
    // The checkout may belong to another user than the one who runs the tests.
    sandbox.git(["config", "--global", "safe.directory", "*"]);
    sandbox.git(["clone", "-q", SOURCE, "../clone"]);
    let mut command = sandbox.command("./install.sh");
    command.arg(sandbox.repo()).current_dir(sandbox.root().join("clone"));
    command.env("CARGO_TARGET_DIR", sandbox.root().join("target"));
    for (name, default) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        let at_home = || std::env::home_dir().unwrap().join(default).into_os_string();
        command.env(name, std::env::var_os(name).unwrap_or_else(at_home));
    }
    if let Some(toolchain) = std::env::var_os("RUSTUP_TOOLCHAIN") {
        command.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    let run = Run::of(&mut command).exits(0);
    assert!(run.stdout.contains("It works"), "{}", run.stdout);
    assert!(sandbox.home().join(".local/bin/phguard").exists());
    assert_guarded(&sandbox, &sandbox.repo());
    let clone = sandbox.root().join("clone");
    assert_eq!(git_in(&sandbox, &clone, &["status", "--porcelain"]).stdout, "", "the build changes the clone");
}
