//! Writes the manual page and the shell completions from the description of the command line.

use anyhow::{Result, anyhow};
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Verdict, print};
use crate::cli::Cli;
use crate::failure::{failed, hint};

const NAME: &str = "phguard";

pub(super) fn completions(shell: Shell) -> Result<Verdict> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut script);
    print::write_out(&script)?;
    Ok(Verdict::Clean)
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
    print::write_out(&page)?;
    Ok(Verdict::Clean)
}
