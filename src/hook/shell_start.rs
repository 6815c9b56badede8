//! The variables that change what a shell does with every script. A hook may pass by them before its first
//! line is read.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::program;
use super::script::{Shell, shell_of};

/// Functions that Linux distributions and clusters export to every shell. No hook that is believed
/// calls one of them.
const COMMON_FUNCTIONS: [&str; 7] = [
    "which",
    "module",
    "_module_raw",
    "_moduleraw",
    "ml",
    "scl",
    "switchml",
];
/// Settings of bash that let a script run as it stands.
const PLAIN_SETTINGS: [&str; 12] = [
    "braceexpand",
    "emacs",
    "errexit",
    "hashall",
    "histexpand",
    "history",
    "interactive-comments",
    "monitor",
    "nounset",
    "pipefail",
    "posix",
    "vi",
];

/// A shell, by what it takes from the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A file to read first, functions and settings.
    Bash,
    /// Functions and settings, as bash does under the name of sh.
    BashAsSh,
    /// A file to read first.
    Korn,
    /// Nothing.
    Plain,
}

/// Returns a doubt about a hook whose shell obeys a variable of the environment before its first line.
#[must_use]
pub fn doubt_of_variables(hook: &[u8]) -> Option<String> {
    let shell = shell_of(hook)?;
    let kind = match shell.name() {
        "bash" => Kind::Bash,
        "ksh" | "mksh" => Kind::Korn,
        "sh" => kind_of_sh(&shell),
        _ => Kind::Plain,
    };
    for (name, value) in env::vars_os() {
        let (name, value) = (name.to_string_lossy(), value.to_string_lossy());
        if let Some(why) = doubt_of(kind, &name, &value) {
            return Some(why);
        }
    }
    None
}

/// sh is dash or busybox on some systems, and bash on others.
fn kind_of_sh(shell: &Shell) -> Kind {
    let named = PathBuf::from(&shell.program);
    let program = if named.ends_with("env") {
        program::in_path("sh")
    } else {
        Some(named)
    };
    let real = program.and_then(|program| program.canonicalize().ok());
    let file = real.as_deref().and_then(Path::file_name);
    match file.and_then(OsStr::to_str) {
        Some("dash" | "busybox") => Kind::Plain,
        _ => Kind::BashAsSh,
    }
}

fn doubt_of(kind: Kind, name: &str, value: &str) -> Option<String> {
    let takes_functions = matches!(kind, Kind::Bash | Kind::BashAsSh);
    if value.is_empty() {
        return None;
    }
    let is_file = kind == Kind::Bash && name == "BASH_ENV" || kind == Kind::Korn && name == "ENV";
    if is_file {
        return Some(format!(
            "may end or change before its first line: {name} has its shell read {value} first"
        ));
    }
    if !takes_functions {
        return None;
    }
    if let Some(function) = name.strip_prefix("BASH_FUNC_") {
        let function = function.trim_end_matches(['%', '(', ')']);
        if !COMMON_FUNCTIONS.contains(&function) {
            return Some(format!(
                "may not do what it says: the environment brings the function {function} into its shell"
            ));
        }
    }
    let has_settings = matches!(name, "SHELLOPTS" | "BASHOPTS");
    for setting in value.split(':') {
        if has_settings && is_odd_setting(name, setting) {
            return Some(format!(
                "may not do what it says: {name} sets {setting} in its shell"
            ));
        }
    }
    None
}

fn is_odd_setting(variable: &str, setting: &str) -> bool {
    match variable {
        "SHELLOPTS" => !PLAIN_SETTINGS.contains(&setting),
        _ => setting == "extdebug",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_obeys_its_own_variables() {
        let (function, which) = ("BASH_FUNC_exit%%", "BASH_FUNC_which%%");
        for (kind, name, value, is_doubt) in [
            (Kind::Bash, "BASH_ENV", "/x", true),
            (Kind::Bash, "BASH_ENV", "", false),
            (Kind::BashAsSh, "BASH_ENV", "/x", false),
            (Kind::Plain, "BASH_ENV", "/x", false),
            (Kind::Korn, "ENV", "/x", true),
            (Kind::Bash, "ENV", "/x", false),
            (Kind::Bash, function, "() { :; }", true),
            (Kind::BashAsSh, function, "() { :; }", true),
            (Kind::BashAsSh, "BASH_FUNC_phguard()", "() { :; }", true),
            (Kind::Plain, function, "() { :; }", false),
            (Kind::Bash, which, "() { :; }", false),
            (Kind::BashAsSh, "SHELLOPTS", "braceexpand:noexec", true),
            (Kind::BashAsSh, "SHELLOPTS", "braceexpand:hashall", false),
            (Kind::Plain, "SHELLOPTS", "noexec", false),
            (Kind::Bash, "BASHOPTS", "cmdhist:extdebug", true),
            (Kind::Bash, "BASHOPTS", "cmdhist:progcomp", false),
            (Kind::Bash, "PATH", "/x", false),
        ] {
            assert_eq!(doubt_of(kind, name, value).is_some(), is_doubt, "{name}");
        }
    }
}
