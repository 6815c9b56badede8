//! `./install.sh` puts a hook into a repository that blocks, and says so only when it does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::hooks::{assert_guarded, names, write_program};
use crate::sandbox::{PHGUARD, Run, Sandbox, symlink};

const SOURCE: &str = env!("CARGO_MANIFEST_DIR");

/// The script, which takes the binary under test and the sandbox's directory for programs.
fn install_sh(sandbox: &Sandbox) -> Command {
    install_sh_with(sandbox, "sh", Path::new(PHGUARD))
}

fn install_sh_with(sandbox: &Sandbox, shell: &str, binary: &Path) -> Command {
    let mut command = sandbox.command(shell);
    command.arg(Path::new(SOURCE).join("install.sh"));
    command
        .arg("--binary")
        .arg(binary)
        .arg("--bin-dir")
        .arg(sandbox.root().join("bin"));
    command
}

fn installed(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("bin/phguard")
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
fn nothing_but_the_hooks_is_left_behind() {
    let sandbox = Sandbox::new();
    let temporary = sandbox.root().join("tmp");
    fs::create_dir(&temporary).unwrap();
    Run::of(install_sh(&sandbox).env("TMPDIR", &temporary)).exits(0);
    assert_eq!(names(&temporary), [""; 0]);
    assert_eq!(
        names(sandbox.repo().join(".git/hooks")),
        ["pre-commit", "pre-merge-commit", "pre-push"]
    );
    assert_eq!(names(sandbox.root().join("bin")), ["phguard"]);
    assert_eq!(names(sandbox.home()), [".gitconfig"]);
    assert_eq!(
        sandbox.git(["status", "--porcelain", "--ignored"]).stdout,
        ""
    );
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
        assert_eq!(
            (run.code, run.stderr.as_str()),
            (Some(0), ""),
            "{shell}: {}",
            run.stdout
        );
        let run = Run::of(&mut install_sh_with(
            &sandbox,
            shell,
            Path::new("/bin/true"),
        ));
        assert_eq!(run.code, Some(2), "{shell}: {}", run.stderr);
    }
}

#[test]
fn run_twice_it_says_so_and_proves_again() {
    let sandbox = Sandbox::new();
    let first = Run::of(&mut install_sh(&sandbox)).exits(0);
    assert!(first.stdout.contains("(new)"), "{}", first.stdout);
    let second = Run::of(&mut install_sh(&sandbox)).exits(0);
    assert!(
        second.stdout.contains("already there and up to date"),
        "{}",
        second.stdout
    );
    assert!(second.stdout.contains("It works"), "{}", second.stdout);
    let third = Run::of(&mut install_sh_with(&sandbox, "sh", Path::new("/bin/true"))).exits(2);
    assert!(third.stderr.contains("is no phguard"), "{}", third.stderr);
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
    command.arg(Path::new(SOURCE).join("install.sh")).args([
        "--binary",
        PHGUARD,
        "--bin-dir",
        bin_dir,
    ]);
    let run = Run::of(command.arg(&work_tree)).exits(0);
    assert!(run.stdout.contains("It works"), "{}", run.stdout);
    assert_guarded(&sandbox, &work_tree);
}

#[test]
fn a_refusal_of_the_binary_is_passed_on() {
    let sandbox = Sandbox::new();
    sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    let run = Run::of(&mut install_sh(&sandbox)).exits(2);
    let line = "echo 'phguard hook pre-commit' >>.husky/pre-commit";
    assert!(
        run.stderr.contains("are husky's") && run.stderr.contains(line),
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("It works"), "{}", run.stdout);
}

#[test]
fn what_is_no_work_tree_is_refused() {
    let sandbox = Sandbox::without_repository();
    Run::of(
        sandbox
            .command("git")
            .args(["init", "-q", "--bare", "../bare"]),
    )
    .exits(0);
    for directory in [".", "../bare", "../nowhere"] {
        let run = Run::of(install_sh(&sandbox).arg(directory)).exits(2);
        assert!(
            run.stderr.contains("install.sh: ") && run.stderr.contains("no work tree"),
            "{}",
            run.stderr
        );
    }
    assert!(!installed(&sandbox).exists());
}

#[test]
fn what_is_not_understood_changes_nothing() {
    let sandbox = Sandbox::new();
    let cases: [&[&str]; 6] = [
        &["--binary"],
        &["--bin-dir"],
        &["--bin-dir", ""],
        &["--typo"],
        &[""],
        &[".", "."],
    ];
    for arguments in cases {
        let mut command = sandbox.command("sh");
        let run = Run::of(
            command
                .arg(Path::new(SOURCE).join("install.sh"))
                .args(arguments),
        );
        assert_eq!(run.code, Some(2), "{arguments:?} {}", run.stdout);
        assert!(
            run.stderr.starts_with("install.sh: "),
            "{arguments:?} {}",
            run.stderr
        );
    }
    assert!(!sandbox.hook("pre-commit").exists() && !sandbox.home().join(".local").exists());
    let mut command = sandbox.command("sh");
    let run = Run::of(
        command
            .arg(Path::new(SOURCE).join("install.sh"))
            .arg("--help"),
    )
    .exits(0);
    assert!(
        run.stdout.contains("--bin-dir DIR") && run.stderr.is_empty(),
        "{}",
        run.stdout
    );
}

#[test]
fn a_program_that_is_no_phguard_replaces_nothing() {
    for script in ["exit 0", "echo broken; exit 1", "kill -SEGV $$"] {
        let sandbox = Sandbox::new();
        let fake = sandbox.root().join("fake");
        write_program(&fake, &format!("#!/bin/sh\n{script}\n"));
        let run = Run::of(&mut install_sh_with(&sandbox, "sh", &fake)).exits(2);
        assert!(
            run.stderr.contains("fake is no phguard"),
            "{script}: {}",
            run.stderr
        );
        let hooks = sandbox.repo().join(".git/hooks");
        assert_eq!(names(hooks), [""; 0], "{script}");
        assert_eq!(names(sandbox.root().join("bin")), [""; 0], "{script}");
    }
}

/// It tells its version, and nothing more that it should.
#[test]
fn a_program_without_a_proof_replaces_nothing() {
    for script in [
        "exit 1",
        "exit 0",
        "echo THE HOOK DOES NOT WORK >&2; exit 2",
    ] {
        let sandbox = Sandbox::new();
        let old = installed(&sandbox);
        write_program(&old, "#!/bin/sh\necho old\n");
        let fake = sandbox.root().join("fake");
        let script = format!(
            "#!/bin/sh\n[ \"$1\" != --version ] || {{ echo phguard 9.9.9; exit; }}\n{script}\n"
        );
        write_program(&fake, &script);
        let temporary = sandbox.root().join("tmp");
        fs::create_dir(&temporary).unwrap();
        let mut command = install_sh_with(&sandbox, "sh", &fake);
        let run = Run::of(command.env("TMPDIR", &temporary)).exits(2);
        assert!(
            run.stderr.contains("Nothing was installed."),
            "{script}: {}",
            run.stderr
        );
        assert_eq!(fs::read_to_string(&old).unwrap(), "#!/bin/sh\necho old\n");
        assert_eq!(names(sandbox.root().join("bin")), ["phguard"], "{script}");
        assert_eq!(
            names(sandbox.repo().join(".git/hooks")),
            [""; 0],
            "{script}"
        );
        assert_eq!(names(&temporary), [""; 0], "{script}");
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
    command
        .arg(sandbox.repo())
        .env("GIT_CONFIG_GLOBAL", &global)
        .env("GIT_DEFAULT_HASH", "sha256");
    for (name, value) in [
        ("GIT_DIR", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_WORK_TREE", "/"),
    ] {
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
    let mut running = sandbox
        .command(installed(&sandbox))
        .arg("60")
        .spawn()
        .unwrap();
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
    assert!(
        run.stdout
            .contains(&format!("{} is not in PATH", bin_dir.display())),
        "{}",
        run.stdout
    );
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
        Run::of(
            command
                .arg(Path::new(SOURCE).join("install.sh"))
                .env("PATH", &tools),
        )
        .exits(2)
    };
    link_tool(&tools, "dirname");
    assert!(run().stderr.contains("install.sh: git is missing"));
    link_tool(&tools, "git");
    let no_cargo = run().stderr;
    assert!(
        no_cargo.contains("install.sh: cargo is missing") && no_cargo.contains("https://rustup.rs"),
        "{no_cargo}"
    );
    write_program(
        &sandbox.home().join(".cargo/bin/cargo"),
        "#!/bin/sh\necho 'error: too old' >&2\nexit 101\n",
    );
    let no_cc = run().stderr;
    assert!(
        no_cc.contains("install.sh: cc is missing") && no_cc.contains("build-essential"),
        "{no_cc}"
    );
    link_tool(&tools, "cc");
    let failed = run().stderr;
    assert!(
        failed.contains("error: too old\ninstall.sh: the build failed"),
        "{failed}"
    );
    assert!(!sandbox.hook("pre-commit").exists() && !sandbox.home().join(".local").exists());
}

/// A shell of Windows as far as the script sees it: `uname` tells another system, and Rust builds for
/// another one.
struct WindowsShell {
    sandbox: Sandbox,
    tools: PathBuf,
}

impl WindowsShell {
    fn new(uname: &str, host: &str) -> Self {
        let sandbox = Sandbox::new();
        let tools = sandbox.root().join("tools");
        fs::create_dir(&tools).unwrap();
        for tool in [
            "cat", "chmod", "cp", "dirname", "git", "mkdir", "mktemp", "mv", "rm", "sh",
        ] {
            link_tool(&tools, tool);
        }
        write_program(&tools.join("uname"), &format!("#!/bin/sh\necho {uname}\n"));
        // `--target HOST --target-dir DIR` are the last arguments.
        let cargo = format!(
            "#!/bin/sh\n\
             if [ \"$1\" = -vV ]; then printf 'cargo 1.95.0\\nhost: {host}\\n'; exit; fi\n\
             printf '%s\\n' \"$*\" >>'{log}'\n\
             while [ \"$1\" != --target-dir ]; do shift; done\n\
             mkdir -p \"$2/{host}/release\"\n\
             cp '{PHGUARD}' \"$2/{host}/release/phguard.exe\"\n",
            log = sandbox.root().join("cargo.log").display()
        );
        write_program(&tools.join("cargo"), &cargo);
        Self { sandbox, tools }
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.sandbox.command("/bin/sh");
        command
            .arg(Path::new(SOURCE).join("install.sh"))
            .args(arguments)
            .env("PATH", &self.tools)
            .env("CARGO_TARGET_DIR", self.sandbox.root().join("target"));
        Run::of(&mut command)
    }
}

#[test]
fn the_shells_of_windows_install_an_exe_and_visual_c_needs_no_cc() {
    for uname in [
        "MINGW64_NT-10.0-26100",
        "MSYS_NT-10.0-26100",
        "CYGWIN_NT-10.0",
        "Windows_NT",
    ] {
        let windows = WindowsShell::new(uname, "x86_64-pc-windows-msvc");
        let run = windows.run(&["--bin-dir", "../bin"]).exits(0);
        assert_eq!(run.stderr, "", "{uname}");
        assert!(run.stdout.contains("It works"), "{uname}: {}", run.stdout);
        let sandbox = &windows.sandbox;
        let program = sandbox.root().join("bin/phguard.exe");
        assert!(
            run.stdout
                .contains(&format!("The program: {}\n", program.display())),
            "{uname}: {}",
            run.stdout
        );
        assert_eq!(names(sandbox.root().join("bin")), ["phguard.exe"]);
        // Only Linux is asked for a libc to link in.
        let log = fs::read_to_string(sandbox.root().join("cargo.log")).unwrap();
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(!log.contains("static-pie"), "{log}");
        let hook = fs::read_to_string(sandbox.hook("pre-commit")).unwrap();
        assert!(hook.contains("bin/phguard.exe"), "{hook}");
        assert_guarded(sandbox, &sandbox.repo());
    }
}

#[test]
fn the_gnu_rust_of_windows_needs_gcc() {
    let windows = WindowsShell::new("MINGW64_NT-10.0-26100", "x86_64-pc-windows-gnu");
    let run = windows.run(&[]).exits(2);
    assert!(
        run.stderr.starts_with("install.sh: gcc is missing") && run.stderr.contains("pacman -S"),
        "{}",
        run.stderr
    );
    link_tool(&windows.tools, "gcc");
    windows.run(&[]).exits(0);
    let bin_dir = windows.sandbox.home().join(".local/bin");
    assert_eq!(names(&bin_dir), ["phguard.exe"]);
    // Again, over the program that is there.
    windows.run(&[]).exits(0);
    assert_eq!(names(&bin_dir), ["phguard.exe"]);
}

#[test]
fn a_path_with_a_drive_or_a_server_is_whole_on_windows_only() {
    for path in [
        "C:/nowhere/x.exe",
        "c:\\nowhere\\x.exe",
        "\\\\server\\x.exe",
    ] {
        for (uname, is_windows) in [("MINGW64_NT-10.0-26100", true), ("Linux", false)] {
            let windows = WindowsShell::new(uname, "x86_64-pc-windows-msvc");
            let run = windows.run(&["--binary", path]).exits(2);
            let named = if is_windows {
                path.to_owned()
            } else {
                windows.sandbox.repo().join(path).display().to_string()
            };
            assert_eq!(
                run.stderr,
                format!("install.sh: {named} is no program\n"),
                "{uname}"
            );
        }
    }
}

/// An empty entry of PATH is the current directory.
#[test]
fn a_directory_of_cargo_that_is_missing_does_not_start_what_lies_around() {
    let windows = WindowsShell::new("MINGW64_NT-10.0-26100", "x86_64-pc-windows-msvc");
    fs::rename(
        windows.tools.join("cargo"),
        windows.sandbox.repo().join("cargo"),
    )
    .unwrap();
    let run = windows.run(&[]).exits(2);
    assert!(run.stderr.contains("cargo is missing"), "{}", run.stderr);
}

fn link_tool(directory: &Path, name: &str) {
    let path = std::env::var_os("PATH").unwrap();
    let tool = std::env::split_paths(&path)
        .map(|entry| entry.join(name))
        .find(|tool| tool.is_file());
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
    command
        .arg(sandbox.repo())
        .current_dir(sandbox.root().join("clone"));
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
    let program = sandbox.home().join(".local/bin/phguard");
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    assert_static_pie(&program);
    assert!(program.exists());
    assert_guarded(&sandbox, &sandbox.repo());
    let clone = sandbox.root().join("clone");
    assert_eq!(
        sandbox.git_in(&clone, &["status", "--porcelain"]).stdout,
        "",
        "the build changes the clone"
    );
}

/// Where a static libc is there, the program starts without the dynamic linker, its addresses stay random
/// and its relocations are packed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn assert_static_pie(program: &Path) {
    for file in ["rcrt1.o", "libc.a"] {
        let mut compiler = Command::new("cc");
        let found = Run::of(compiler.arg(format!("-print-file-name={file}"))).exits(0);
        if Path::new(found.stdout.trim()).is_relative() {
            return;
        }
    }
    let run = Run::of(Command::new("readelf").arg("-hldW").arg(program)).exits(0);
    for (part, is_there) in [(" DYN ", true), (" (RELR) ", true), (" INTERP ", false)] {
        assert_eq!(
            run.stdout.contains(part),
            is_there,
            "{part}: {}",
            run.stdout
        );
    }
}
