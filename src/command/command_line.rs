//! Reads the command line: clap's reading, and the mistakes that it lets through.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, Error, FromArgMatches};

use crate::cli::{Cli, Command};

/// A word this similar to a command was meant to be one.
const SIMILAR: f64 = 0.8;

/// Reads a command line, the program's name first.
///
/// # Errors
/// It is no command line of phguard, or it asks for help or for the version.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut program = Cli::command();
    if let Some(error) = mistyped_command(&mut program, arguments.get(1)) {
        return Err(error);
    }
    let matches = program.try_get_matches_from_mut(arguments)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut program))?;
    if let Some(option) = ignored_option(&cli, &matches) {
        let name = matches.subcommand_name().unwrap_or_default();
        let text = format!("the argument '{option}' cannot be used with 'phguard {name}'");
        return Err(program.error(ErrorKind::ArgumentConflict, text));
    }
    Ok(cli)
}

/// Takes a first word that is no file and almost a command for a slip: as a path it would only be
/// said not to exist.
fn mistyped_command(program: &mut clap::Command, word: Option<&OsString>) -> Option<Error> {
    let word = word?.to_str()?;
    if word.starts_with('-') || word.contains(['/', '\\', '.', '*']) || Path::new(word).exists() {
        return None;
    }
    let mut nearest: Option<(f64, String)> = None;
    for command in program.get_subcommands() {
        let name = command.get_name();
        if name == word {
            return None;
        }
        let similarity = strsim::jaro(word, name);
        if similarity >= SIMILAR && nearest.as_ref().is_none_or(|(best, _)| similarity > *best) {
            nearest = Some((similarity, name.to_owned()));
        }
    }
    let (_, name) = nearest?;
    if word == "help" {
        return None;
    }
    let mut error = Error::new(ErrorKind::InvalidSubcommand).with_cmd(program);
    error.insert(
        ContextKind::InvalidSubcommand,
        ContextValue::String(word.to_owned()),
    );
    error.insert(
        ContextKind::SuggestedSubcommand,
        ContextValue::Strings(vec![name]),
    );
    Some(error)
}

/// An option of every command that this one would not heed.
fn ignored_option(cli: &Cli, matches: &ArgMatches) -> Option<String> {
    let ignored: &[&str] = match cli.command.as_ref()? {
        Command::Completions { .. } | Command::Man { .. } => {
            &["format", "config", "color", "quiet", "strict", "no_allow"]
        }
        Command::Explain { .. } => &["format", "config", "quiet", "strict", "no_allow"],
        Command::Redact { .. } => &["format", "no_allow"],
        Command::Install(_) | Command::Uninstall(_) => &["format", "config", "strict", "no_allow"],
        Command::Audit(_) => &["config", "strict", "no_allow"],
        Command::Allow(_) | Command::Doctor(_) | Command::Fix(_) | Command::Hook { .. } => &[],
    };
    for id in ignored {
        if matches.value_source(id) == Some(ValueSource::CommandLine) {
            return Some(format!("--{}", id.replace('_', "-")));
        }
    }
    None
}
