//! Lines that call phguard in somebody else's hook. Their text is read, never run. Only a closed list
//! of shapes is understood; about everything else there is a doubt.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::plain_shell::{doubt_of_text, is_nothing, is_simple, is_strict, trim};
use super::{Event, program, shim};
use crate::git;

/// A call of phguard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The file that it stands in.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The program, as it is written.
    pub program: PathBuf,
    /// Directories that are searched for it before those of PATH.
    pub searched_first: Vec<PathBuf>,
    /// The reason why it may have no effect, in a sentence without its full stop.
    pub doubt: Option<String>,
}

impl Call {
    /// Returns the program that it runs if the hook is started at the top of this work tree. `None` if
    /// there is none, or if that depends on the directory.
    #[must_use]
    pub fn resolved_program(&self, top: &Path) -> Option<PathBuf> {
        let program = if self.program.components().count() == 1 {
            self.found_by_name(top)?
        } else {
            self.program.clone()
        };
        program::is_program(&program).then_some(program)
    }

    /// Returns the first file that the shell would run by this name. It may be an empty one.
    fn found_by_name(&self, top: &Path) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut directories = self.searched_first.clone();
        directories.extend(std::env::split_paths(&path));
        for directory in directories {
            let program = top.join(directory).join(&self.program);
            if program::is_executable(&program) {
                return Some(program);
            }
        }
        None
    }
}

/// The call by itself: the program (quoted or not), the hook's name, the hook's arguments, and what
/// is done about a failure.
static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let program = r#"(?:'(?P<quoted>(?:[^']|'\\'')*phguard(?:\.exe)?)'|"(?P<double>[^"$`\\]*phguard(?:\.exe)?)"|(?P<bare>(?:[\w.+~@-]*/)*phguard(?:\.exe)?))"#;
    let arguments = r#"(?:[ \t]+(?:"\$[@1-3]"|\$[@1-3]|\{[01]\}))*"#;
    let failure = r"(?:[ \t]*\|\|[ \t]*exit(?:[ \t]+(?:\$\?|[1-9][0-9]?))?)?";
    Regex::new(&format!(
        r"(?-u)^(?:exec[ \t]+)?{program}[ \t]+(?:hook[ \t]+(?P<event>[a-z-]+)|--staged){arguments}{failure}[ \t]*;?$"
    ))
    .ok()
});

/// A line of a script, or of a value in a configuration.
pub(super) enum Shape {
    /// It does not name phguard.
    Other,
    /// It is the call for that hook. This is the program, as it is written.
    Call(PathBuf),
    /// It names phguard in a way that is not understood.
    Unclear(String),
}

/// Reads one line that may be the call for this hook.
pub(super) fn shape_of(line: &str, event: Event) -> Shape {
    let line = trim(line);
    if line.starts_with('#') || !line.contains("phguard") {
        return Shape::Other;
    }
    let unclear = Shape::Unclear(format!(
        "is not the line `phguard hook {event}` by itself, and was not run"
    ));
    let Some(found) = CALL
        .as_ref()
        .and_then(|call| call.captures(line.as_bytes()))
    else {
        return unclear;
    };
    match found.name("event") {
        Some(name) if name.as_bytes() != event.name().as_bytes() => {
            let name = String::from_utf8_lossy(name.as_bytes());
            return Shape::Unclear(format!("makes the check of {name}, not of {event}"));
        }
        None if !matches!(event, Event::PreCommit | Event::PreMergeCommit) => {
            return Shape::Unclear(format!("checks what is staged, not {event}"));
        }
        _ => {}
    }
    if let Some(quoted) = found.name("quoted") {
        let path = String::from_utf8_lossy(quoted.as_bytes()).replace("'\\''", "'");
        return Shape::Call(path.into());
    }
    let Some(plain) = found.name("double").or(found.name("bare")) else {
        return unclear;
    };
    match git::path_of(plain.as_bytes()) {
        Ok(path) => Shape::Call(path),
        Err(_) => unclear,
    }
}

/// Finds the call for this hook in a shell script. Its `file` is left to the caller. `known` are lines
/// that may stand before the call, whatever they do.
#[must_use]
pub fn in_script(text: &[u8], event: Event, known: &[&str]) -> Option<Call> {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.split('\n').collect();
    let mut doubt = doubt_of_text(&text);
    for (number, line) in lines.iter().enumerate() {
        let (program, why) = match shape_of(line, event) {
            Shape::Unclear(why) => (PathBuf::from("phguard"), Some(why)),
            Shape::Call(program) => (
                program,
                doubt.or_else(|| doubt_of_rest(&lines[number + 1..])),
            ),
            Shape::Other => {
                let is_shebang = number == 0 && line.starts_with("#!");
                let is_understood = is_nothing(line) || is_strict(line) || is_simple(line);
                if !is_shebang && !is_understood && !known.contains(&trim(line)) && doubt.is_none()
                {
                    doubt = Some(format!(
                        "comes after line {}, which may end the hook or change what it runs",
                        number + 1
                    ));
                }
                continue;
            }
        };
        return Some(Call {
            file: PathBuf::new(),
            line: number + 1,
            program,
            searched_first: Vec::new(),
            doubt: why,
        });
    }
    None
}

/// Returns a doubt about a call that these lines follow.
fn doubt_of_rest(lines: &[&str]) -> Option<String> {
    for line in lines {
        if !is_nothing(line) {
            return Some(
                "is followed by other commands, which may hide its verdict or stage what it has not \
                 seen: put it last"
                    .into(),
            );
        }
    }
    None
}

/// The knowledge about the program that a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Its content is that of phguard.
    Phguard,
    /// It may do anything, but it lies outside of this work tree: the user chose it.
    Unknown,
    /// It is a file of the work tree, and may be anybody's.
    OfWorkTree,
}

/// Finds out by its content, not by its name, whether a program is phguard.
#[must_use]
pub fn trust_in(program: &Path, top: &Path) -> Trust {
    let Ok(real) = program.canonicalize() else {
        return Trust::OfWorkTree;
    };
    let is_phguard =
        fs::read(&real).is_ok_and(|bytes| shim::is_in_binary(&bytes) || bytes == LAUNCHER);
    if is_phguard {
        Trust::Phguard
    } else if real.starts_with(top) {
        Trust::OfWorkTree
    } else {
        Trust::Unknown
    }
}

/// The program of the npm package, which starts the binary.
const LAUNCHER: &[u8] = include_bytes!("../../packaging/npm/phguard.js");

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn judge(text: &str) -> Option<bool> {
        let call = in_script(text.as_bytes(), Event::PreCommit, &[])?;
        Some(call.doubt.is_none())
    }

    #[test]
    fn the_program_of_a_call_is_read_as_the_shell_reads_it() {
        for (line, expected) in [
            ("phguard hook pre-commit", "phguard"),
            (
                "'/it'\\''s/phguard' hook pre-commit || exit 1",
                "/it's/phguard",
            ),
            ("\"/a b/phguard\" --staged", "/a b/phguard"),
            ("exec ./bin/phguard hook pre-commit \"$@\"", "./bin/phguard"),
        ] {
            let call = in_script(line.as_bytes(), Event::PreCommit, &[]).unwrap();
            assert_eq!(call.program, PathBuf::from(expected), "{line}");
        }
    }

    #[test]
    fn a_closed_list_of_shapes_is_believed() {
        for text in [
            "#!/bin/sh\nls\nphguard hook pre-commit || exit $?\n",
            "npm test && npx lint-staged\nphguard hook pre-commit\n",
            "set -eu\n./scripts/lint --fix 'src/*.ts' \"it's\"\nphguard hook pre-commit\n",
            "#!/usr/bin/env bash\nset -euo pipefail\nphguard hook pre-commit ;\n",
            "#!/bin/sh -e\nls\nphguard hook pre-commit\n",
            "phguard hook pre-commit\n\n# end\n",
        ] {
            assert_eq!(judge(text), Some(true), "{text}");
        }
        let known = ". ./first";
        let text = format!("{known}\nphguard hook pre-commit\n");
        let call = in_script(text.as_bytes(), Event::PreCommit, &[known]).unwrap();
        assert_eq!(call.doubt, None);
    }

    #[test]
    fn everything_else_is_doubted() {
        for text in [
            "phguard hook pre-commit\nls\n",
            "phguard hook pre-commit || exit 1\ngit add -A\n",
            "set -e\nphguard hook pre-commit\ngit add -A\n",
            "phguard hook pre-commit || true\n",
            "phguard hook pre-commit || exit 0\n",
            "phguard hook pre-commit || exit 256\n",
            "phguard hook pre-commit | cat",
            "phguard hook pre-commit; exit 0",
            "phguard hook pre-commit &",
            "! phguard hook pre-commit",
            "phguard hook pre-push",
            "echo phguard hook pre-commit",
            "env -i phguard hook pre-commit",
            "time phguard hook pre-commit",
            "GIT_INDEX_FILE=x phguard hook pre-commit",
            "if true; then phguard hook pre-commit; fi",
            "\u{a0}phguard hook pre-commit",
            "phguard hook pre-commit\r\n",
            "#!/bin/zsh\nphguard hook pre-commit\n",
        ] {
            assert_eq!(judge(text), Some(false), "{text}");
        }
        for text in ["# phguard hook pre-commit\n", "ls\n"] {
            assert_eq!(judge(text), None, "{text}");
        }
    }

    #[test]
    fn a_call_behind_anything_but_simple_commands_is_doubted() {
        for before in [
            "if false\nthen",
            "check() {",
            "[ \"$SKIP\" ] || exit 0",
            "trap 'exit 0' EXIT",
            "unset GIT_INDEX_FILE",
            "PATH=/x:/bin",
            "exit 0",
            "time exit 0",
            "noglob exit 0",
            "\\exit 0",
            "'exit' 0",
            "ex\"\"it 0",
            "true && exit 0",
            "true; exit 0",
            "true\u{b}exit",
            "cat <<E",
            ": 'a",
            "echo \"a",
            "echo 'a' \"it's",
            "false \\",
            "set -n",
            "set +e",
            "alias phguard=true",
            "builtin exit",
            "command exit",
            "printf -v PATH /x",
            "wait",
            "logout",
            "sh() { true; }",
            "echo {a,b}",
            "echo $(exit)",
            "echo a & ",
            "echo a &&& echo b",
            "unknown-program",
            "phguard=1",
        ] {
            let text = format!("{before}\nphguard hook pre-commit\n");
            assert_eq!(judge(&text), Some(false), "{text}");
        }
    }
}
