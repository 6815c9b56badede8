//! The interpreter of a hook, and whether it can read the hook with other lines in front of it.

/// The shells that can read the block of phguard.
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"];
/// Commands that only look at the name of the script.
const NAME_ONLY: [&str; 3] = ["dirname", "basename", "realpath"];

/// A shell as the first line of a script names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shell {
    /// Path of the program.
    pub program: String,
    /// The one word that may follow it.
    pub option: Option<String>,
}

/// Returns the shell that reads this hook; `None` for other interpreters and for binaries. Without a
/// first line that names one, git has the hook read by `/bin/sh`.
#[must_use]
pub fn shell_of(hook: &[u8]) -> Option<Shell> {
    let Some(line) = hook.strip_prefix(b"#!") else {
        let start = &hook[..hook.len().min(1024)];
        let is_text = !start.contains(&0) && str::from_utf8(hook).is_ok();
        return is_text.then(|| Shell {
            program: "/bin/sh".into(),
            option: None,
        });
    };
    let line = line.split(|b| *b == b'\n').next()?;
    let line = str::from_utf8(line).ok()?;
    if line.contains('\r') {
        return None;
    }
    let mut words = line.split_ascii_whitespace();
    let program = words.next()?;
    let option = words.next();
    if words.next().is_some() {
        return None;
    }
    let is_fine = match (base_name(program), option) {
        ("env", Some(shell)) | (shell, None) => SHELLS.contains(&shell),
        (shell, Some(option)) => SHELLS.contains(&shell) && is_option(option),
    };
    is_fine.then(|| Shell {
        program: program.into(),
        option: option.map(Into::into),
    })
}

fn is_option(word: &str) -> bool {
    match word.strip_prefix('-') {
        Some(letters) => !letters.is_empty() && letters.chars().all(|c| "aefhpuvx".contains(c)),
        None => false,
    }
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Tells whether a shell script hands its own file to something that may read it: another
/// interpreter, or a command that looks for lines in it. When in doubt, it does.
#[must_use]
pub fn reads_itself(script: &[u8]) -> bool {
    let text = String::from_utf8_lossy(script);
    for line in text.lines() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        for name in ["$0", "${0", "BASH_SOURCE"] {
            for (at, _) in line.match_indices(name) {
                let before = line.get(..at).unwrap_or_default();
                let after = line.get(at + name.len()..).unwrap_or_default();
                if !is_name_only(before, after) {
                    return true;
                }
            }
        }
    }
    false
}

/// Tells whether the name of the script, between these texts, is used as a name and no more.
fn is_name_only(before: &str, after: &str) -> bool {
    // `${0##*/}` and the like, and "$0: a message".
    if after.starts_with(['#', '%', ':', ' '])
        && (before.ends_with('"') || after.starts_with(['#', '%']))
    {
        return true;
    }
    let before = before.trim_end_matches(['"', '{', '$']).trim_end();
    let mut words = before
        .split_ascii_whitespace()
        .rev()
        .filter(|word| *word != "--");
    let Some(command) = words.next() else {
        return false;
    };
    let command = command.trim_start_matches(['"', '$', '(', '`']);
    let command = command.rsplit(['(', '`']).next().unwrap_or(command);
    if NAME_ONLY.contains(&command) {
        return true;
    }
    let is_readlink = words.next().is_some_and(|word| word.ends_with("readlink"));
    command == "case" || command == "-f" && is_readlink
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_is_known_by_the_first_line() {
        let shell = |text: &str| {
            let shell = shell_of(text.as_bytes())?;
            Some([shell.program, shell.option.unwrap_or_default()].join(" "))
        };
        for (text, expected) in [
            ("#!/bin/sh\nls\n", Some("/bin/sh ")),
            ("#! /bin/bash -eu\n", Some("/bin/bash -eu")),
            ("#!/usr/bin/env zsh\n", Some("/usr/bin/env zsh")),
            ("ls\n", Some("/bin/sh ")),
            ("", Some("/bin/sh ")),
            ("#!/usr/bin/env node\n", None),
            ("#!/usr/bin/env -S bash -e\n", None),
            ("#!/usr/bin/python3\n", None),
            ("#!/bin/sh\r\nls\r\n", None),
            ("#!/bin/sh -c\n", None),
            ("\0\u{1}", None),
        ] {
            assert_eq!(shell(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_script_that_may_read_its_own_lines_is_told_from_one_that_asks_its_name() {
        for (line, expected) in [
            ("cd \"$(dirname \"$0\")\"", false),
            ("n=$(basename -- \"$0\")", false),
            ("d=`dirname $0`", false),
            (". \"${0%/*}/lib.sh\"", false),
            ("case ${0##*/} in", false),
            ("case $0 in", false),
            ("here=$(readlink -f \"$0\")", false),
            (". \"$(dirname \"${BASH_SOURCE[0]}\")/lib.sh\"", false),
            ("echo \"$0: no\"", false),
            ("# exec node \"$0\"", false),
            ("exec node \"$0\" \"$@\"", true),
            ("exec tclsh \"$0\" ${1+\"$@\"}", true),
            ("sed -n '/^__END__/,$p' \"$0\"", true),
            ("tail -n +5 $0", true),
            ("me=$0", true),
            ("\"$0\" again", true),
            ("eval 'exec perl -x -S $0 ${1+\"$@\"}'", true),
        ] {
            assert_eq!(reads_itself(line.as_bytes()), expected, "{line}");
        }
    }
}
