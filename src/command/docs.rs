//! Writes the manual page and the shell completions from the description of the command line.

use std::io::Write;

use anyhow::{Result, anyhow};
use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{Verdict, print};
use crate::agent::Harness;
use crate::cli::Cli;
use crate::failure::{failed, hint};
use crate::hook::Event;
use crate::key::KINDS;

const NAME: &str = "phguard";
/// Tasks that `phguard explain` knows beside the kinds of keys.
const TASKS: [&str; 3] = ["scopes", "rotate", "audit"];

/// Examples of a command for its manual page.
const EXAMPLES: [(&str, &[(&str, &str)]); 12] = [
    (
        NAME,
        &[
            ("phguard", "checks what is staged"),
            (
                "phguard --range origin/main..HEAD",
                "checks the commits of a branch",
            ),
            ("phguard --history", "checks every commit"),
            (
                "phguard --files dist/",
                "checks files as they are on the disk",
            ),
        ],
    ),
    (
        "fix",
        &[
            ("phguard fix", "shows the changes and asks"),
            (
                "phguard fix --yes src/client.ts",
                "changes one file without asking",
            ),
        ],
    ),
    (
        "allow",
        &[
            (
                "phguard allow docs/sample.json:3 --reason 'made up'",
                "allows the key on that line",
            ),
            (
                "phguard allow --all --reason 'old, rotated'",
                "allows all keys in tracked files",
            ),
            ("phguard allow --list", "lists what is allowed"),
        ],
    ),
    (
        "install",
        &[
            ("phguard install", "installs the hooks of this repository"),
            (
                "phguard install --global",
                "installs them for all of your repositories",
            ),
            (
                "phguard install --agent claude-code,codex",
                "guards coding agents as well",
            ),
        ],
    ),
    (
        "uninstall",
        &[("phguard uninstall", "takes phguard's hooks out again")],
    ),
    (
        "doctor",
        &[
            ("phguard doctor", "tells if a key would be refused here"),
            (
                "phguard doctor --agents",
                "looks for keys in transcripts of coding agents",
            ),
        ],
    ),
    (
        "redact",
        &[
            (
                "phguard redact <app.log >clean.log",
                "masks the keys in a log",
            ),
            (
                "phguard redact --in-place app.log",
                "masks them in the file itself",
            ),
        ],
    ),
    (
        "explain",
        &[
            ("phguard explain phx_", "explains personal API keys"),
            ("phguard explain rotate", "tells how to replace a key"),
        ],
    ),
    (
        "audit",
        &[(
            "phguard audit keys.json",
            "judges the keys that the API lists",
        )],
    ),
    (
        "hook",
        &[("phguard hook pre-commit", "is the line for a hook manager")],
    ),
    (
        "completions",
        &[(
            "phguard completions bash >~/.local/share/bash-completion/completions/phguard",
            "installs those of bash",
        )],
    ),
    (
        "man",
        &[
            ("phguard man >phguard.1", "writes the page of phguard"),
            ("phguard man fix | man -l -", "shows the page of a command"),
        ],
    ),
];

/// Files that phguard reads and writes.
const FILES: [(&str, &str); 5] = [
    (
        ".phguard.toml",
        "The configuration, at the top of the repository: allowed keys and paths.",
    ),
    (
        ".env",
        "The keys that phguard fix takes out of files. Only you can read it, and git ignores it.",
    ),
    (
        ".git/hooks/",
        "The hooks that phguard install writes, and those that were there before.",
    ),
    (
        ".claude/settings.json, .codex/hooks.json, .cursor/hooks.json, .github/hooks/phguard.json",
        "The entries of phguard install --agent.",
    ),
    (
        "~/.claude, ~/.codex, ~/.cursor, ~/.copilot",
        "The transcripts that phguard doctor --agents reads.",
    ),
];

pub(super) fn completions(shell: Shell) -> Result<Verdict> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut with_values(Cli::command()), NAME, &mut script);
    print::write_out(&script)?;
    Ok(Verdict::Clean)
}

/// Names the values that a shell may offer where the command itself takes others, too.
fn with_values(program: Command) -> Command {
    let mut pages = Vec::new();
    for (name, _) in &EXAMPLES[1..] {
        pages.push(*name);
    }
    let events = Event::ALL.map(Event::name);
    let agents = Harness::NAMES.map(|(name, _)| name);
    let mut checks = events.to_vec();
    checks.push("agent");
    let mut topics = TASKS.to_vec();
    for kind in KINDS {
        topics.extend([kind.id, kind.prefix]);
    }
    program
        .mut_subcommand("explain", |command| offer_values(command, "topic", topics))
        .mut_subcommand("hook", |command| {
            // A changed argument goes to the end; the event comes before the rest.
            offer_values(command, "event", checks).mut_arg("arguments", |argument| argument)
        })
        .mut_subcommand("install", |command| {
            offer_values(
                offer_values(command, "event", events.to_vec()),
                "agent",
                agents.to_vec(),
            )
        })
        .mut_subcommand("uninstall", |command| {
            offer_values(command, "agent", agents.to_vec())
        })
        .mut_subcommand("man", |command| offer_values(command, "command", pages))
}

fn offer_values(command: Command, argument: &'static str, values: Vec<&'static str>) -> Command {
    command.mut_arg(argument, |argument| {
        argument.value_parser(PossibleValuesParser::new(values))
    })
}

/// The page of the whole program, or of one of the commands that it refers to.
pub(super) fn man(command: Option<&str>) -> Result<Verdict> {
    let mut program = Cli::command().name(NAME);
    program.build();
    let described = match command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            failed(
                "there is no such command",
                hint::COMMANDS,
                anyhow!("phguard has no command {name:?}"),
            )
        })?,
    };
    let mut page = Vec::new();
    Man::new(described).render(&mut page)?;
    write_examples(command.unwrap_or(NAME), &mut page)?;
    write_files(&mut page)?;
    print::write_out(&page)?;
    Ok(Verdict::Clean)
}

fn write_examples(name: &str, page: &mut impl Write) -> Result<()> {
    let Some((_, examples)) = EXAMPLES.iter().find(|(known, _)| *known == name) else {
        return Ok(());
    };
    let mut section = Roff::new();
    section.control("SH", ["EXAMPLES"]);
    for (line, effect) in *examples {
        section.control("TP", []);
        section.text([bold(*line)]);
        section.text([roman(*effect)]);
    }
    page.write_all(section.to_roff().as_bytes())?;
    Ok(())
}

fn write_files(page: &mut impl Write) -> Result<()> {
    let mut section = Roff::new();
    section.control("SH", ["FILES"]);
    for (file, about) in FILES {
        section.control("TP", []);
        section.text([bold(file)]);
        section.text([roman(about)]);
    }
    page.write_all(section.to_roff().as_bytes())?;
    Ok(())
}
