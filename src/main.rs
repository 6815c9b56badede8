//! Parses, runs, and maps the verdict to an exit code.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use phguard::cli::{Cli, Output};
use phguard::hook;
use phguard::locate::masked_message;
use phguard::report::failure;
use phguard::report::style::Palette;
use phguard::run::{self, Verdict};

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
    let program = env::args_os().next().unwrap_or_default();
    let exit = match hook::name_of_program(&program) {
        Some(event) => {
            let arguments: Vec<_> = env::args_os().skip(1).collect();
            exit_of(run::hook::run(Some(event), &arguments, &Output::default()), &Output::default())
        }
        None => match hook_without_options() {
            Some(arguments) => exit_of(run::hook::run(None, &arguments, &Output::default()), &Output::default()),
            None => match Cli::try_parse() {
                Ok(cli) => exit_of(run::run(&cli), &cli.output),
                Err(error) => usage(&error),
            },
        },
    };
    ExitCode::from(exit as u8)
}

/// What follows `phguard hook`, as git's hooks call it: the name of a hook and no option. To build
/// the whole command line for that would be a tenth of a small commit's check.
fn hook_without_options() -> Option<Vec<OsString>> {
    let mut arguments = env::args_os().skip(1);
    arguments.next().filter(|command| command == "hook")?;
    let arguments: Vec<OsString> = arguments.collect();
    let is_option = |argument: &OsString| argument.as_encoded_bytes().starts_with(b"-");
    let named = arguments.first().is_some_and(|name| hook::name_of_program(name).is_some());
    (named && !arguments.iter().any(is_option)).then_some(arguments)
}

fn exit_of(result: anyhow::Result<Verdict>, output: &Output) -> Exit {
    result.map_or_else(
        |error| {
            let stderr = io::stderr();
            let palette = Palette::decide(output.color, |name| env::var_os(name), stderr.is_terminal());
            // With nowhere to write to, the exit code still says it.
            drop(stderr.lock().write_all(failure::text(&error, palette).as_bytes()));
            Exit::NotScanned
        },
        Exit::from,
    )
}

/// `--help` and `--version` are no errors, but only if they could be printed.
fn usage(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        drop(write!(io::stderr(), "{}", masked_message(&error.to_string())));
        return Exit::NotScanned;
    }
    error.print().map_or(Exit::NotScanned, |()| Exit::Clean)
}

/// A defect of phguard must not approve anything, and its message must not show the text that it
/// stumbled over, as Rust's own would.
#[expect(clippy::exit, reason = "nothing may run after a defect was met")]
fn panicked(defect: &std::panic::PanicHookInfo<'_>) {
    let place = defect.location().map(ToString::to_string).unwrap_or_default();
    drop(writeln!(io::stderr(), "phguard: a defect in phguard ({place}); nothing was approved"));
    std::process::exit(i32::from(Exit::NotScanned as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_codes_are_those_of_the_manual() {
        let codes = [Verdict::Clean, Verdict::KeyFound, Verdict::NotScanned].map(|verdict| Exit::from(verdict) as u8);
        assert_eq!(codes, [0, 1, 2]);
    }
}
