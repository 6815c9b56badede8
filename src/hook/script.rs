//! The interpreter of a hook.

/// The shells that can read the block of phguard.
const SHELLS: [&str; 7] = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"];

/// A shell as the first line of a script names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shell {
    /// Path of the program.
    pub program: String,
    /// The one argument that may follow it.
    pub option: Option<String>,
}

impl Shell {
    /// Returns its name, also if `env` starts it.
    pub(super) fn name(&self) -> &str {
        let words = match (base_name(&self.program), &self.option) {
            ("env", Some(words)) => words,
            _ => &self.program,
        };
        let words = words.strip_prefix("-S").unwrap_or(words);
        let first = words.split_ascii_whitespace().next();
        base_name(first.unwrap_or_default())
    }
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
    let line = line.trim_matches([' ', '\t']);
    // The system hands everything behind the program over as one argument.
    let (program, option) = match line.split_once([' ', '\t']) {
        Some((program, option)) => (program, Some(option.trim_matches([' ', '\t']))),
        None => (line, None),
    };
    let is_fine = match (base_name(program), option) {
        ("env", Some(option)) => is_shell_of_env(option),
        (shell, None) => SHELLS.contains(&shell),
        (shell, Some(option)) => SHELLS.contains(&shell) && is_option(option),
    };
    is_fine.then(|| Shell {
        program: program.into(),
        option: option.map(Into::into),
    })
}

/// Tells whether `env` starts a shell: `bash`, or `-S bash -eu`.
fn is_shell_of_env(argument: &str) -> bool {
    let Some(words) = argument.strip_prefix("-S") else {
        return SHELLS.contains(&argument);
    };
    let mut words = words.split_ascii_whitespace();
    let shell = words.next().unwrap_or_default();
    SHELLS.contains(&base_name(shell)) && words.all(is_option)
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
            (
                "#!/usr/bin/env -S bash -e\n",
                Some("/usr/bin/env -S bash -e"),
            ),
            ("#!/usr/bin/env -S A=b bash\n", None),
            ("#!/usr/bin/env -S node\n", None),
            ("#!/bin/sh -e -u\n", None),
            ("#!/usr/bin/python3\n", None),
            ("#!/bin/sh\r\nls\r\n", None),
            ("#!/bin/sh -c\n", None),
            ("\0\u{1}", None),
        ] {
            assert_eq!(shell(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_shell_has_a_name() {
        for (text, name) in [
            ("#!/bin/sh -e", "sh"),
            ("#!/usr/bin/env bash", "bash"),
            ("#!/usr/bin/env -S bash -eu", "bash"),
            ("#!/usr/bin/env -S /bin/ksh", "ksh"),
            ("ls", "sh"),
        ] {
            assert_eq!(shell_of(text.as_bytes()).unwrap().name(), name, "{text}");
        }
    }
}
