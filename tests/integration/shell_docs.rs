//! Completions and manual pages, which come from the command line's own description, and the
//! README's examples, which come from files that other tests run.

use crate::sandbox::{Run, Sandbox};
use clap::CommandFactory;
use phguard::cli::Cli;

/// The long names of the options and the names of the commands.
fn names() -> (Vec<String>, Vec<String>) {
    let mut program = Cli::command();
    program.build();
    let options = program
        .get_arguments()
        .filter(|option| !option.is_hide_set())
        .filter_map(|option| option.get_long())
        .map(str::to_owned)
        .collect();
    let commands = program
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(|command| command.get_name().to_owned())
        .collect();
    (options, commands)
}

#[test]
fn every_option_and_command_is_in_the_completions_of_every_shell() {
    let sandbox = Sandbox::without_repository();
    let (options, commands) = names();
    assert!(
        options.len() > 5 && commands.len() > 3,
        "{options:?} {commands:?}"
    );
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = sandbox.phguard(["completions", shell]).exits(0);
        for name in options.iter().chain(&commands) {
            assert!(run.stdout.contains(name.as_str()), "{shell}: {name}");
        }
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn bash_completes_with_them() {
    let sandbox = Sandbox::without_repository();
    let complete = |words: &str, count: usize| {
        let script = format!(
            "source <({} completions bash); COMP_WORDS=({words}) COMP_CWORD={count}\n\
             _phguard phguard \"${{COMP_WORDS[{count}]}}\" \"${{COMP_WORDS[{count} - 1]}}\"; echo \"${{COMPREPLY[@]}}\"",
            crate::sandbox::PHGUARD
        );
        Run::of(sandbox.command("bash").args(["-c", &script]))
            .exits(0)
            .stdout
    };
    assert_eq!(complete("phguard --stag", 1), "--staged\n");
    assert_eq!(complete("phguard ex", 1), "explain\n");
    assert_eq!(complete("phguard completions z", 2), "zsh\n");
    assert_eq!(complete("phguard hook pre-p", 2), "pre-push\n");
    assert_eq!(complete("phguard explain phx", 2), "phx_\n");
    assert_eq!(complete("phguard install --agent cl", 3), "claude-code\n");
    assert_eq!(
        complete("phguard install --event commit-m", 3),
        "commit-msg\n"
    );
    assert_eq!(complete("phguard --format sa", 2), "sarif\n");
    assert_eq!(complete("phguard man doc", 2), "doctor\n");
}

#[test]
fn the_manual_page_has_every_option_and_a_page_for_each_command() {
    let sandbox = Sandbox::without_repository();
    let page = sandbox.phguard(["man"]).exits(0).stdout.replace('\\', "");
    assert!(
        page.contains("\n.TH phguard 1") && page.contains("Exit codes:"),
        "{page}"
    );
    let (options, commands) = names();
    for option in options {
        assert!(page.contains(&format!("--{option}")), "{option}: {page}");
    }
    for command in commands {
        assert!(
            page.contains(&format!("phguard-{command}(1)")),
            "{command}: {page}"
        );
        let page = sandbox.phguard(["man", &command]).exits(0).stdout;
        assert!(
            page.contains(&format!("\n.TH phguard-{command} 1")),
            "{page}"
        );
        let has_sections = page.contains(".SH EXAMPLES") && page.contains(".SH FILES");
        assert!(has_sections || command == "help", "{command}: {page}");
    }
}

#[test]
fn a_slip_gets_a_suggestion() {
    let sandbox = Sandbox::new();
    for (word, meant) in [
        ("instal", "'install'"),
        ("unistall", "'uninstall'"),
        ("doctr", "'doctor'"),
        ("--stagd", "'--staged'"),
        ("--histroy", "'--history'"),
    ] {
        let run = sandbox.phguard([word]).exits(2);
        assert!(run.stderr.contains("a similar"), "{}", run.stderr);
        assert!(run.stderr.contains(meant), "{word}: {}", run.stderr);
    }
    sandbox.stage("instal", "clean\n");
    sandbox.phguard(["instal"]).exits(0);
    sandbox.phguard(["./instal"]).exits(0);
}

#[test]
fn an_option_that_a_command_would_not_heed_is_refused() {
    let sandbox = Sandbox::new();
    for line in [
        "explain --strict",
        "explain --format json",
        "man --quiet",
        "completions bash --no-allow",
        "completions bash --config x.toml",
        "redact --format json",
        "install --strict",
        "uninstall --no-allow",
        "audit --strict",
    ] {
        let run = sandbox.phguard(line.split(' ')).exits(2);
        assert!(
            run.stderr.contains("cannot be used with"),
            "{line}: {}",
            run.stderr
        );
    }
    for line in [
        "explain --color never",
        "--strict",
        "--staged --format json",
    ] {
        sandbox.phguard(line.split(' ')).exits(0);
    }
}

#[test]
fn what_cannot_be_described_or_printed_is_an_error() {
    let sandbox = Sandbox::without_repository();
    let run = sandbox.phguard(["man", "frobnicate"]).exits(2);
    assert!(
        run.stderr.contains("there is no such command") && run.stdout.is_empty(),
        "{}",
        run.stderr
    );
    sandbox.phguard(["completions", "tcsh"]).exits(2);
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for arguments in [["completions", "bash"], ["man", "hook"]] {
        Run::of(
            sandbox
                .command(crate::sandbox::PHGUARD)
                .args(arguments)
                .stdout(full()),
        )
        .exits(2);
    }
}

#[test]
fn the_readme_shows_every_example_as_it_is_tested() {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(top.join("docs/hook-managers.md")).unwrap();
    let examples = std::fs::read_dir(top.join("packaging/examples")).unwrap();
    let examples: Vec<_> = examples.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(examples.len(), 9);
    for file in examples {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(
            readme.contains(&format!("\n{text}```\n")),
            "{}",
            file.display()
        );
    }
}

#[test]
fn install_prints_the_lines_that_the_readme_shows() {
    let sandbox = Sandbox::new();
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/examples");
    for (mark, example) in [
        ("call_lefthook", "lefthook.yml"),
        ("SKIP_SIMPLE_GIT_HOOKS", "simple-git-hooks.json"),
    ] {
        crate::sandbox::hooks::write_program(
            &sandbox.hook("pre-commit"),
            &format!("#!/bin/sh\n# {mark}\n"),
        );
        let run = sandbox
            .phguard(["install", "--event", "pre-commit,pre-merge-commit,pre-push"])
            .exits(2);
        let printed: Vec<&str> = run.stderr.lines().map(str::trim).collect();
        // What stands there already is not printed.
        for line in std::fs::read_to_string(examples.join(example))
            .unwrap()
            .lines()
            .filter(|line| *line != "{")
        {
            assert!(printed.contains(&line.trim()), "{line}: {}", run.stderr);
        }
    }
}
