//! Variables that a program prints.

use super::code;
use super::programs::{is_listed, is_script_runner};
use crate::agent::invocation::Invocation;

const PRINTERS: &str = "echo printf print write-output write-host printenv";
const SHOWERS: &str =
    "cat tee base64 xxd od hexdump rev bat less more head tail tr fold jq nl strings";

/// The variables that a program prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// None.
    Nothing,
    /// All of them.
    All,
    /// The variables of these names.
    Names(Vec<String>),
}

/// Returns the variables that a program prints, except by code in another language.
pub(super) fn printed_variables(invocation: &Invocation) -> Printed {
    let arguments = &invocation.arguments;
    let program = invocation.program.as_str();
    let options_only = arguments.iter().all(|word| word.starts_with('-'));
    let prints_all = match program {
        "env" => !arguments
            .iter()
            .any(|word| matches!(word.as_str(), "-i" | "-" | "--ignore-environment")),
        "set" => arguments.is_empty(),
        "printenv" | "export" | "declare" | "typeset" | "readonly" | "local" | "envsubst" => {
            options_only
        }
        "get-childitem" | "gci" | "dir" | "ls" | "get-item" | "gi" | "get-content" | "gc"
        | "cat" => arguments.iter().any(|word| is_environment_drive(word)),
        "get-variable" | "gv" | "phpinfo" => true,
        "ps" => arguments
            .iter()
            .any(|word| !word.starts_with("--") && word.contains('e') && word.len() > 3),
        _ => false,
    };
    if prints_all {
        return Printed::All;
    }
    let mut names = Vec::new();
    if program == "printenv" {
        names.extend(
            arguments
                .iter()
                .filter(|word| !word.starts_with('-'))
                .cloned(),
        );
    }
    if matches!(
        program,
        "declare" | "typeset" | "export" | "local" | "readonly"
    ) {
        let prints = arguments
            .iter()
            .any(|word| word.starts_with('-') && word.contains('p'));
        if prints {
            names.extend(arguments.iter().cloned());
        }
    }
    let shows_words = is_listed(PRINTERS, program) || is_listed(SHOWERS, program);
    let is_bare = program.is_empty() && invocation.assignments.is_empty();
    if shows_words || is_bare {
        names.extend(invocation.variables.iter().cloned());
    }
    if names.is_empty() {
        Printed::Nothing
    } else {
        Printed::Names(names)
    }
}

/// `Env:`, `Env:\NAME` and the process's own file on Linux.
fn is_environment_drive(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.starts_with("env:") || (word.starts_with("/proc/") && word.ends_with("/environ"))
}

/// Tells whether a program prints this variable.
#[must_use]
pub fn prints_variable(invocation: &Invocation, name: &str) -> bool {
    match printed_variables(invocation) {
        Printed::All => return true,
        Printed::Names(names) => {
            if names
                .iter()
                .any(|printed| printed.eq_ignore_ascii_case(name))
            {
                return true;
            }
        }
        Printed::Nothing => {}
    }
    is_script_runner(&invocation.program) && code::prints_variable(invocation, name)
}

/// Tells whether a program may print a variable at all.
#[must_use]
pub fn prints_any(invocation: &Invocation) -> bool {
    printed_variables(invocation) != Printed::Nothing || is_script_runner(&invocation.program)
}
