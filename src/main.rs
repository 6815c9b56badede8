//! Parses, runs, and maps the verdict to an exit code.

mod exit_code;

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use phguard::cli::Output;
use phguard::command::{self, Verdict};
use phguard::hook;
use phguard::hook::event::{self, Check};
use phguard::mask::masked_message;
use phguard::report::failure;
use phguard::report::style::Palette;

use exit_code::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(report_defect));
    if let Some(arguments) = agent_call() {
        let output = Output::default();
        return exit_code(command::agent::run(&arguments, &output), None, &output);
    }
    if let Some(check) = hook_call() {
        let output = Output::default();
        let verdict = command::hook::run(check, &output);
        return exit_code(verdict, command::CHECK_FAILED, &output);
    }
    match command::command_line::read(env::args_os()) {
        Ok(cli) => exit_code(
            command::run(&cli),
            command::failure_title(cli.command.as_ref()),
            &cli.output,
        ),
        Err(error) => print_usage(&error),
    }
}

/// Returns the check if the program was started by a hook's name, or by `phguard hook EVENT`
/// without options. These calls skip clap: building its parser takes a tenth of the time of a small
/// commit's check.
fn hook_call() -> Option<Check> {
    let mut arguments = env::args_os();
    let program = arguments.next().unwrap_or_default();
    if let Some(event) = hook::name_of_program(&program) {
        let arguments: Vec<OsString> = arguments.collect();
        return Some(event::check_for(Some(event), &arguments, variable));
    }
    if arguments.next()? != "hook" {
        return None;
    }
    let arguments: Vec<OsString> = arguments.collect();
    hook::name_of_program(arguments.first()?)?;
    let is_option = |argument: &OsString| argument.as_encoded_bytes().starts_with(b"-");
    if arguments.iter().any(is_option) {
        return None;
    }
    Some(event::check_for(None, &arguments, variable))
}

fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}

/// Returns the arguments of `phguard hook agent NAME`, which a coding agent starts before each
/// tool.
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

fn exit_code(result: anyhow::Result<Verdict>, title: Option<&str>, output: &Output) -> ExitCode {
    let error = match result {
        Ok(verdict) => return ExitCode::from(verdict),
        Err(error) => error,
    };
    let stderr = io::stderr();
    let palette = Palette::decide(output.color, |name| env::var_os(name), stderr.is_terminal());
    // If standard error is closed, the exit code still reports the failure.
    drop(
        stderr
            .lock()
            .write_all(failure::text(&error, title, palette).as_bytes()),
    );
    ExitCode::NotScanned
}

/// Prints a usage error, or the text of `--help` and `--version`. These two succeed only if their
/// text could be written.
fn print_usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        drop(write!(
            io::stderr(),
            "{}",
            masked_message(&error.to_string())
        ));
        return ExitCode::NotScanned;
    }
    error
        .print()
        .map_or(ExitCode::NotScanned, |()| ExitCode::Clean)
}

/// Ends with exit code 2 after a panic. The message names only the place in the source: Rust's own
/// message could quote text that holds a key.
#[expect(clippy::exit, reason = "nothing may run after a defect was met")]
fn report_defect(defect: &std::panic::PanicHookInfo<'_>) {
    let place = defect
        .location()
        .map(ToString::to_string)
        .unwrap_or_default();
    drop(writeln!(
        io::stderr(),
        "phguard: a defect in phguard ({place}); nothing was approved"
    ));
    std::process::exit(i32::from(ExitCode::NotScanned.number()));
}
