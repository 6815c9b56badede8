//! Where a hook or the configuration of a hook manager calls phguard. Their text is only read.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::bytes::{Captures, Regex};

use crate::git;
use crate::hook::managers::Manager;
use crate::hook::program;

/// A program named phguard, quoted or not, and the hook that it is called for. Also as a list of
/// words, as YAML has it.
static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let program = r#"(?:'((?:[^']|'\\'')*phguard(?:\.exe)?)'|"([^"$`]*phguard(?:\.exe)?)"|((?:[\w.+~-]*/)*phguard(?:\.exe)?))"#;
    let words = r#"['",\s]+(?:hook(?:['",\s]+([a-z]+(?:-[a-z]+)+))?|--staged)(?:['",\s}\];&|)]|$)"#;
    Regex::new(&format!(
        r"(?-u)(?:^|[\s:;&|({{\['!=]|\x22){program}{words}"
    ))
    .ok()
});

/// A call of phguard.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// What it names, as it is written.
    pub program: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// Why it has no effect, if so.
    pub futile: Option<&'static str>,
}

impl Call {
    /// The program that it runs, if that does not depend on where it is started.
    pub(super) fn resolved(&self) -> Option<PathBuf> {
        let is_name = self.program.components().count() == 1;
        let program = if is_name {
            program::in_path("phguard")
        } else {
            Some(self.program.clone())
        };
        program.filter(|program| program::is_program(program))
    }
}

/// The call in a shell script, for whatever hook.
pub(super) fn in_script(text: &[u8], stops_at_errors: bool) -> Option<Call> {
    let lines: Vec<&[u8]> = text.split(|b| *b == b'\n').collect();
    let (at, call) = lines
        .iter()
        .enumerate()
        .find_map(|(at, line)| Some((at, matching(line)?)))?;
    let is_cut_off = lines[..at]
        .iter()
        .any(|line| line.starts_with(b"exit") || line.starts_with(b"exec "));
    let futile = if is_cut_off {
        Some("comes after an `exit` or `exec` and is not reached")
    } else if !stops_at_errors && !is_heeded(&lines, at) {
        Some("is followed by other commands, so that its verdict is lost: append `|| exit $?`")
    } else {
        None
    };
    Some(Call {
        program: program_of(&call)?,
        line: at + 1,
        futile,
    })
}

/// The call for this hook in the configuration of a hook manager.
pub(super) fn in_configuration(text: &[u8], event: &str) -> Option<Call> {
    let lines = text.split(|b| *b == b'\n').enumerate();
    let calls = lines.filter_map(|(at, line)| matching(line).map(|call| (at, call)));
    let mut calls = calls.filter(|(_, call)| {
        call.get(4)
            .is_none_or(|name| name.as_bytes() == event.as_bytes())
    });
    let (at, call) = calls.next()?;
    Some(Call {
        program: program_of(&call)?,
        line: at + 1,
        futile: None,
    })
}

/// Whether the configuration of pre-commit or prek names the hook that phguard's repository offers.
pub(super) fn is_named(top: &Path, manager: Manager) -> bool {
    let names_it = |text: &[u8]| {
        let ids = text
            .split(|b| *b == b'\n')
            .filter_map(|line| line.trim_ascii_start().strip_prefix(b"- id:"));
        ids.map(<[u8]>::trim_ascii)
            .any(|id| id == b"phguard" || id == b"phguard-system")
    };
    manager
        .configuration()
        .iter()
        .any(|name| std::fs::read(top.join(name)).is_ok_and(|text| names_it(&text)))
}

fn matching(line: &[u8]) -> Option<Captures<'_>> {
    let text = line.trim_ascii_start();
    if text.starts_with(b"#") || text.starts_with(b"//") {
        return None;
    }
    CALL.as_ref()?.captures(line)
}

fn program_of(call: &Captures<'_>) -> Option<PathBuf> {
    let quoted = call
        .get(1)
        .map(|path| String::from_utf8_lossy(path.as_bytes()).replace("'\\''", "'"));
    let plain = || {
        call.get(2)
            .or_else(|| call.get(3))
            .map(|path| path.as_bytes())
    };
    match quoted {
        Some(path) => Some(Path::new(&path).into()),
        None => git::path_of(plain()?).ok(),
    }
}

/// Whether the script ends with the call's failure: by its own line, by a setting, or as its end.
fn is_heeded(lines: &[&[u8]], at: usize) -> bool {
    let has = |line: &[u8], what: &[u8]| line.windows(what.len()).any(|window| window == what);
    let line = lines[at].trim_ascii_start();
    if has(line, b"||") {
        return ["exit", "return", "false"]
            .iter()
            .any(|word| has(line, word.as_bytes()));
    }
    let by_itself = line.starts_with(b"exec ") || line.starts_with(b"if ");
    let sets_e = |line: &&[u8]| {
        let options = line
            .trim_ascii_start()
            .strip_prefix(b"set -")
            .unwrap_or_default();
        let options = options.split(|b| *b == b' ').next().unwrap_or_default();
        options.contains(&b'e')
            || has(line, b"errexit")
            || (line.starts_with(b"#!") && has(line, b" -e"))
    };
    let is_nothing = |line: &&[u8]| {
        let line = line.trim_ascii();
        line.is_empty() || line.starts_with(b"#") || [&b"exit $?"[..], b"fi", b"}"].contains(&line)
    };
    by_itself || lines[..at].iter().any(sets_e) || lines[at + 1..].iter().all(is_nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Option<(String, bool)> {
        let call = in_script(text.as_bytes(), false)?;
        Some((call.program.display().to_string(), call.futile.is_none()))
    }

    #[test]
    fn a_call_is_found_however_it_is_written() {
        let found = |program: &str, works: bool| Some((program.to_owned(), works));
        for (text, expected) in [
            (
                "#!/bin/sh\nphguard hook pre-commit || exit $?\nls\n",
                found("phguard", true),
            ),
            (
                "'/it'\\''s/phguard' hook pre-commit || exit 1\nls",
                found("/it's/phguard", true),
            ),
            ("\"/a b/phguard\" --staged\n", found("/a b/phguard", true)),
            (
                "exec ~/bin/phguard hook pre-push \"$@\"",
                found("~/bin/phguard", true),
            ),
            (
                "npm test && phguard hook pre-commit\n",
                found("phguard", true),
            ),
            (
                "set -eu\nphguard hook pre-commit\nls\n",
                found("phguard", true),
            ),
            (
                "#!/bin/sh -e\nphguard hook pre-commit\nls\n",
                found("phguard", true),
            ),
            ("phguard hook pre-commit\n\n# end\n", found("phguard", true)),
            ("phguard hook pre-commit\nls\n", found("phguard", false)),
            ("phguard hook pre-commit || true\n", found("phguard", false)),
            (
                "phguard hook pre-commit && ls\nls\n",
                found("phguard", false),
            ),
            (
                "set -u\nphguard hook pre-commit\nls\n",
                found("phguard", false),
            ),
            (
                "ls\nexit 0\nphguard hook pre-commit\n",
                found("phguard", false),
            ),
            ("# phguard hook pre-commit\n", None),
            ("phguard explain\n", None),
            ("myphguard hook pre-commit\n", None),
            ("echo phguard-hook\n", None),
        ] {
            assert_eq!(script(text), expected, "{text}");
        }
    }

    #[test]
    fn a_configuration_calls_for_one_hook_or_for_all() {
        for (text, calls_pre_commit) in [
            ("      run: phguard hook pre-commit\n", true),
            ("      run: phguard hook pre-push {1}\n", false),
            ("        entry: phguard hook\n", true),
            ("  \"pre-commit\": \"phguard hook pre-commit\",\n", true),
            ("    command: ['phguard', 'hook', 'pre-commit']\n", true),
            (
                "    [\"phguard\"] { check = \"phguard hook pre-commit\"; exclusive = true }\n",
                true,
            ),
            ("      - id: phguard\n", false),
            ("      # run: phguard hook pre-commit\n", false),
        ] {
            assert_eq!(
                in_configuration(text.as_bytes(), "pre-commit").is_some(),
                calls_pre_commit,
                "{text}"
            );
        }
    }
}
