//! Parses, runs, and maps the verdict to an exit code.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use phguard::cli::{Cli, Output};
use phguard::command::{self, Verdict};
use phguard::hook;
use phguard::mask::masked_message;
use phguard::report::failure;
use phguard::report::style::Palette;

/// The exit codes, stable across versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    /// Everything was scanned and holds no key.
    Clean = 0,
    /// A key is added, or doctor found a defect.
    KeyFound = 1,
    /// Something was not scanned, or the command is wrong.
    NotScanned = 2,
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Clean => Self::Clean,
            Verdict::KeyFound | Verdict::Defect => Self::KeyFound,
            Verdict::NotScanned => Self::NotScanned,
        }
    }
}

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(panicked));
    ExitCode::from(run() as u8)
}

fn run() -> Exit {
    if let Some(arguments) = agent_call() {
        let output = Output::default();
        return exit_code(command::agent::run(&arguments, &output), None, &output);
    }
    if let Some((event, arguments)) = hook_call() {
        let output = Output::default();
        return exit_code(
            command::hook::run(event.as_deref(), &arguments, &output),
            command::CHECK_FAILED,
            &output,
        );
    }
    match Cli::try_parse() {
        Ok(cli) => exit_code(
            command::run(&cli),
            command::failure_title(cli.command.as_ref()),
            &cli.output,
        ),
        Err(error) => usage(&error),
    }
}

/// Returns the hook by whose name this program was started, and its arguments; or the arguments of
/// `phguard hook EVENT` without options. To build the whole command line for these would be a tenth
/// of a small commit's check.
fn hook_call() -> Option<(Option<String>, Vec<OsString>)> {
    let mut arguments = env::args_os();
    let program = arguments.next().unwrap_or_default();
    if let Some(event) = hook::name_of_program(&program) {
        return Some((Some(event.to_owned()), arguments.collect()));
    }
    if arguments.next()? != "hook" {
        return None;
    }
    let arguments: Vec<OsString> = arguments.collect();
    hook::name_of_program(arguments.first()?)?;
    if arguments
        .iter()
        .any(|argument| argument.as_encoded_bytes().starts_with(b"-"))
    {
        return None;
    }
    Some((None, arguments))
}

/// Returns the arguments of `phguard hook agent NAME`, which a coding agent starts before each tool.
fn agent_call() -> Option<Vec<OsString>> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != "hook" || arguments.next()? != "agent" {
        return None;
    }
    let arguments: Vec<OsString> = arguments.collect();
    match &arguments[..] {
        [name] if !name.as_encoded_bytes().starts_with(b"-") => Some(arguments),
        _ => None,
    }
}

fn exit_code(result: anyhow::Result<Verdict>, title: Option<&str>, output: &Output) -> Exit {
    let error = match result {
        Ok(verdict) => return Exit::from(verdict),
        Err(error) => error,
    };
    let stderr = io::stderr();
    let palette = Palette::decide(output.color, |name| env::var_os(name), stderr.is_terminal());
    // With nowhere to write to, the exit code still says it.
    drop(
        stderr
            .lock()
            .write_all(failure::text(&error, title, palette).as_bytes()),
    );
    Exit::NotScanned
}

/// `--help` and `--version` are no errors, but only if they could be printed.
fn usage(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        drop(write!(
            io::stderr(),
            "{}",
            masked_message(&error.to_string())
        ));
        return Exit::NotScanned;
    }
    error.print().map_or(Exit::NotScanned, |()| Exit::Clean)
}

/// A defect of phguard must not approve anything, and its message must not show the text that it
/// stumbled over, as Rust's own would.
#[expect(clippy::exit, reason = "nothing may run after a defect was met")]
fn panicked(defect: &std::panic::PanicHookInfo<'_>) {
    let place = defect
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    drop(writeln!(
        io::stderr(),
        "phguard: a defect in phguard ({place}); nothing was approved"
    ));
    std::process::exit(i32::from(Exit::NotScanned as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_codes_are_those_of_the_manual() {
        let codes = [Verdict::Clean, Verdict::KeyFound, Verdict::NotScanned]
            .map(|verdict| Exit::from(verdict) as u8);
        assert_eq!(codes, [0, 1, 2]);
    }
}
