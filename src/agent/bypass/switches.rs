//! Variables that switch hooks off or hide the configuration that names them.

use crate::agent::invocation::Invocation;

/// Variables that switch a hook manager off, and the values that do; none means any value.
const SWITCHES: [(&str, &[&str]); 14] = [
    ("HUSKY", &["0", "false"]),
    ("HUSKY_SKIP_HOOKS", &["1", "true"]),
    ("LEFTHOOK", &["0", "false"]),
    ("LEFTHOOK_EXCLUDE", &[]),
    ("LEFTHOOK_SKIP", &[]),
    ("HK", &["0", "false"]),
    ("HK_SKIP_HOOK", &[]),
    ("HK_SKIP_STEPS", &[]),
    ("PRE_COMMIT_ALLOW_NO_CONFIG", &[]),
    ("PREK_ALLOW_NO_CONFIG", &[]),
    ("PREK_SKIP", &[]),
    ("SKIP_SIMPLE_GIT_HOOKS", &["1", "true"]),
    ("OVERCOMMIT_DISABLE", &["1", "true"]),
    ("SKIP_GIT_HOOKS", &["1", "true"]),
];
/// Variables that lead git past the configuration of the person or of the system.
const HIDERS: [&str; 7] = [
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG",
    "GIT_EXEC_PATH",
    "HOME",
    "XDG_CONFIG_HOME",
];

/// Returns the variable by which a program would run without hooks, if there is one.
pub(super) fn switched_off(invocation: &Invocation, runs_git: bool) -> Option<String> {
    for (name, value) in &invocation.assignments {
        if let Some(found) = switch_of(name, value, runs_git) {
            return Some(found);
        }
    }
    let arguments = &invocation.arguments;
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match invocation.program.as_str() {
        "export" | "declare" | "typeset" | "readonly" | "set" | "setx" | "local" => {
            for word in &words {
                if let Some((name, value)) = word.split_once('=')
                    && let Some(found) = switch_of(name, value, runs_git)
                {
                    return Some(found);
                }
            }
            let (name, value) = first_two(&words)?;
            switch_of(name, value, runs_git)
        }
        "set-item" | "si" | "new-item" | "ni" => {
            let (name, value) = first_two(&words)?;
            let (drive, name) = name.split_once(':')?;
            if !drive.eq_ignore_ascii_case("env") {
                return None;
            }
            switch_of(name.trim_start_matches(['/', '\\']), value, runs_git)
        }
        // The arguments of `[Environment]::SetEnvironmentVariable("HUSKY", "0")` in PowerShell.
        program => {
            let (name, value) = program.split_once(',')?;
            switch_of(name, value.split(',').next().unwrap_or(value), runs_git)
        }
    }
}

/// Returns the first two words that are no options.
fn first_two<'w>(words: &[&'w str]) -> Option<(&'w str, &'w str)> {
    let mut words = words.iter().filter(|word| !word.starts_with('-'));
    Some((words.next()?, words.next()?))
}

/// Tells whether a git directory is another one than `.git`.
pub(super) fn is_other_repository(directory: &str) -> bool {
    !directory.is_empty() && !directory.split(['/', '\\']).any(|name| name == ".git")
}

/// Tells whether a variable with this value switches hooks off.
fn switch_of(name: &str, value: &str, runs_git: bool) -> Option<String> {
    let name = name.to_ascii_uppercase();
    let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let is_switch = SWITCHES.iter().any(|(known, values)| {
        *known == name
            && (values.is_empty() && !value.is_empty() || values.contains(&value.as_str()))
    });
    let is_skip = (name == "SKIP" || name == "OVERCOMMIT_SKIP") && !value.is_empty() && runs_git;
    let names_hooks = value.contains("core.hookspath") || value.starts_with("hook.");
    let configures = name.starts_with("GIT_CONFIG_KEY_") || name == "GIT_CONFIG_PARAMETERS";
    let hides_configuration = HIDERS.contains(&name.as_str()) && runs_git;
    let is_elsewhere = matches!(name.as_str(), "GIT_DIR" | "GIT_COMMON_DIR")
        && runs_git
        && is_other_repository(&value);
    if is_switch || is_skip {
        return Some(format!("{name} switches hooks off"));
    }
    if configures && names_hooks {
        return Some(format!("{name} moves git's hooks away"));
    }
    if is_elsewhere {
        return Some(format!("{name} names a repository with other hooks"));
    }
    if hides_configuration {
        return Some(format!(
            "{name} hides the configuration that names the hooks"
        ));
    }
    None
}
