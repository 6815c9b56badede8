//! Files that a program loads as settings or reads into variables.

use super::Source;
use super::code;
use super::programs;
use super::words::has_trace_option;
use crate::agent::invocation::{Invocation, is_interpreter, is_shell};

/// Returns the files that a program loads as settings or reads into variables.
#[must_use]
pub fn loaded_files(invocation: &Invocation) -> Vec<Source> {
    let program = invocation.program.as_str();
    let arguments = &invocation.arguments;
    let mut files = Vec::new();
    for (place, word) in arguments.iter().enumerate() {
        let option = word.split_once('=');
        if let Some((name, value)) = option
            && programs::is_settings_option(program, name)
        {
            files.push(Source::Named(value.to_owned()));
        } else if programs::is_settings_option(program, word) {
            files.extend(arguments.get(place + 1).cloned().map(Source::Named));
        }
    }
    match program {
        "source" | "." => files.extend(arguments.first().cloned().map(Source::Named)),
        "dotenv" | "dotenvx" | "env-cmd" | "pipenv" | "foreman" | "honcho" | "bun" => {
            files.push(Source::Named(".env*".into()));
        }
        "docker" | "docker-compose" | "podman"
            if arguments.iter().any(|word| word == "compose") =>
        {
            files.push(Source::Named(".env".into()));
        }
        "direnv" => files.push(Source::Named(".envrc".into())),
        "read" | "mapfile" | "readarray" => {
            files.extend(invocation.inputs.iter().cloned().map(Source::Named));
        }
        "" if invocation.ends_block => {
            files.extend(invocation.inputs.iter().cloned().map(Source::Named));
        }
        _ => {}
    }
    if is_interpreter(program) {
        for code in code::given_code(invocation) {
            if code.contains("dotenv") || code.contains("loadEnvFile") {
                files.push(Source::Named(".env".into()));
            }
        }
    }
    files
}

/// Returns the variables that `read` and its kin fill.
#[must_use]
pub fn filled_variables(invocation: &Invocation) -> Vec<String> {
    let mut names = Vec::new();
    let usual = match invocation.program.as_str() {
        "read" => "REPLY",
        "mapfile" | "readarray" => "MAPFILE",
        _ => return names,
    };
    for word in &invocation.arguments {
        if !word.starts_with('-') {
            names.push(word.clone());
        }
    }
    if names.is_empty() {
        names.push(usual.to_owned());
    }
    names
}

/// Tells whether a program makes the shell print the lines that it reads or runs.
#[must_use]
pub fn traces_shell(invocation: &Invocation) -> bool {
    let runs_shell = is_shell(&invocation.program);
    (invocation.program == "set" || runs_shell) && has_trace_option(&invocation.arguments)
}
