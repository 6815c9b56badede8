//! Lines that call phguard in somebody else's hook. Their text is read, never run. Only a closed list
//! of shapes is understood; about everything else there is a doubt.

use std::path::PathBuf;
use std::sync::LazyLock;

use regex::bytes::Regex;

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
    /// The reason why it may have no effect, in a sentence without its full stop.
    pub doubt: Option<String>,
}

impl Call {
    /// Returns the program that it runs, if that does not depend on the directory.
    #[must_use]
    pub fn resolved(&self) -> Option<PathBuf> {
        let is_name = self.program.components().count() == 1;
        let program = if is_name {
            program::in_path("phguard")?
        } else {
            self.program.clone()
        };
        program::is_program(&program).then_some(program)
    }
}

/// The call by itself: the program (quoted or not), the hook's name, the hook's arguments, and what
/// is done about a failure.
static CALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let program = r#"(?:'(?P<quoted>(?:[^']|'\\'')*phguard(?:\.exe)?)'|"(?P<double>[^"$`\\]*phguard(?:\.exe)?)"|(?P<bare>(?:[\w.+~@-]*/)*phguard(?:\.exe)?))"#;
    let arguments = r#"(?:\s+(?:"\$[@1-3]"|\$[@1-3]|\{[01]\}))*"#;
    let failure = r"(?P<heeded>\s*\|\|\s*exit(?:\s+(?:\$\?|[1-9][0-9]?))?)?";
    Regex::new(&format!(
        r"(?-u)^(?P<exec>exec\s+)?{program}\s+(?:hook\s+(?P<event>[a-z-]+)|--staged){arguments}{failure}\s*;?$"
    ))
    .ok()
});

/// Words that begin no simple command, or one that can end, replace or change the shell.
const NOT_SIMPLE: [&str; 46] = [
    "!", ".", "[", "[[", "alias", "break", "builtin", "case", "cd", "command", "continue",
    "coproc", "declare", "do", "done", "elif", "else", "enable", "env", "esac", "eval", "exec",
    "exit", "export", "fi", "for", "function", "getopts", "hash", "if", "kill", "local", "pushd",
    "read", "readonly", "return", "select", "shift", "shopt", "source", "then", "trap", "unalias",
    "unset", "until", "while",
];
/// What husky 8 has at the start of each hook. It runs the hook once more with `sh -e`.
const HUSKY_8: [&str; 3] = [
    r#". "$(dirname -- "$0")/_/husky.sh""#,
    r#". "$(dirname "$0")/_/husky.sh""#,
    r#". "$(dirname $0)/_/husky.sh""#,
];

/// A line of a script, or of a value in a configuration.
pub(super) enum Shape {
    /// It does not name phguard.
    Other,
    /// It is the call for that hook.
    Call {
        /// The program, as it is written.
        program: PathBuf,
        /// A failure ends the script.
        is_heeded: bool,
    },
    /// It names phguard, but is no call that is understood.
    Unclear(String),
}

/// Reads one line that may be the call for this hook.
pub(super) fn shape_of(line: &str, event: Event) -> Shape {
    let line = line.trim();
    if line.starts_with('#') || !line.contains("phguard") {
        return Shape::Other;
    }
    let unclear = || {
        let text = format!("is not the line `phguard hook {event}` by itself, and was not run");
        Shape::Unclear(text)
    };
    let Some(found) = CALL
        .as_ref()
        .and_then(|call| call.captures(line.as_bytes()))
    else {
        return unclear();
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
    let program = match (
        found.name("quoted"),
        found.name("double").or(found.name("bare")),
    ) {
        (Some(quoted), _) => {
            let path = String::from_utf8_lossy(quoted.as_bytes()).replace("'\\''", "'");
            PathBuf::from(path)
        }
        (None, Some(plain)) => match git::path_of(plain.as_bytes()) {
            Ok(path) => path,
            Err(_) => return unclear(),
        },
        (None, None) => return unclear(),
    };
    let is_heeded = found.name("heeded").is_some() || found.name("exec").is_some();
    Shape::Call { program, is_heeded }
}

/// Finds the call for this hook in a shell script. Its `file` is left to the caller.
#[must_use]
pub fn in_script(text: &[u8], event: Event, stops_at_errors: bool) -> Option<Call> {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().collect();
    let mut stops_at_errors = stops_at_errors;
    let mut doubt = None;
    if text.contains('\r') {
        doubt =
            Some("stands among line ends of Windows (CRLF), which the shell cannot read".into());
    }
    for (number, line) in lines.iter().enumerate() {
        let call = |program, doubt| {
            let (file, line) = (PathBuf::new(), number + 1);
            Some(Call {
                file,
                line,
                program,
                doubt,
            })
        };
        match shape_of(line, event) {
            Shape::Unclear(why) => return call(PathBuf::from("phguard"), Some(why)),
            Shape::Call { program, is_heeded } => {
                let is_last = lines[number + 1..].iter().all(|line| is_nothing(line));
                if doubt.is_none() && !is_last {
                    let why = if is_heeded || stops_at_errors {
                        "is followed by other commands, which may stage what it has not seen: put it last"
                    } else {
                        "is followed by other commands, so that its verdict is lost: append `|| exit $?`"
                    };
                    doubt = Some(why.into());
                }
                return call(program, doubt);
            }
            Shape::Other => {}
        }
        let line = line.trim();
        if number == 0 && line.starts_with("#!") {
            stops_at_errors |= line.rsplit(" -").next().is_some_and(|end| {
                end.len() < line.len() && end.contains('e') && !end.contains(['/', ' '])
            });
        } else if let Some(letters) = line.strip_prefix("set -") {
            if letters.chars().all(|c| "eux".contains(c)) {
                stops_at_errors |= letters.contains('e');
            } else {
                doubt.get_or_insert_with(|| not_simple(number));
            }
        } else if HUSKY_8.contains(&line) {
            stops_at_errors = true;
        } else if !is_nothing(line) && !is_simple(line) {
            doubt.get_or_insert_with(|| not_simple(number));
        }
    }
    None
}

/// Tells whether a script holds nothing but simple commands, so that all it does is in it.
#[must_use]
pub fn runs_only_simple_commands(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.lines()
        .all(|line| is_nothing(line) || is_simple(line) || line.trim() == "exit 0")
}

fn not_simple(number: usize) -> String {
    let line = number + 1;
    format!("comes after line {line}, which may end the hook or change what it runs")
}

fn is_nothing(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Tells whether a line holds nothing but commands that the shell waits for and goes on after.
fn is_simple(line: &str) -> bool {
    if line.contains(['$', '`', ';', '|', '<', '>', '(', ')', '{', '}', '\\', '\r']) {
        return false;
    }
    for quote in ['\'', '"'] {
        if line.matches(quote).count() % 2 == 1 {
            return false;
        }
    }
    for command in line.split("&&") {
        let Some(word) = command.split_whitespace().next() else {
            return false;
        };
        let is_plain = !word.contains(['=', '\'', '"', '*', '?']);
        if !is_plain || NOT_SIMPLE.contains(&word) || word == "set" || command.contains('&') {
            return false;
        }
    }
    true
}

/// Returns the file that holds the program, if it is certain what that program is. One inside the
/// work tree may be anybody's, so its content must be phguard's.
#[must_use]
pub fn is_known_program(program: &std::path::Path, top: &std::path::Path) -> bool {
    let Ok(real) = program.canonicalize() else {
        return false;
    };
    if !real.starts_with(top) {
        return true;
    }
    std::fs::read(&real).is_ok_and(|bytes| shim::is_in_binary(&bytes) || bytes == LAUNCHER)
}

/// The program of the npm package, which starts the binary.
const LAUNCHER: &[u8] = include_bytes!("../../packaging/npm/phguard.js");

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn judge(text: &str) -> Option<(String, bool)> {
        let call = in_script(text.as_bytes(), Event::PreCommit, false)?;
        Some((call.program.display().to_string(), call.doubt.is_none()))
    }

    #[test]
    fn a_closed_list_of_shapes_is_believed() {
        let sure = |program: &str| Some((program.to_owned(), true));
        for (text, expected) in [
            (
                "#!/bin/sh\nls\nphguard hook pre-commit || exit $?\n",
                sure("phguard"),
            ),
            (
                "'/it'\\''s/phguard' hook pre-commit || exit 1\n",
                sure("/it's/phguard"),
            ),
            ("\"/a b/phguard\" --staged\n", sure("/a b/phguard")),
            ("exec phguard hook pre-commit \"$@\"\n", sure("phguard")),
            (
                "npm test && npx lint-staged\nphguard hook pre-commit\n",
                sure("phguard"),
            ),
            ("set -eu\nls\nphguard hook pre-commit\n", sure("phguard")),
            (
                "#!/bin/sh -e\nls\nphguard hook pre-commit\n",
                sure("phguard"),
            ),
            ("phguard hook pre-commit\n\n# end\n", sure("phguard")),
            (
                ". \"$(dirname -- \"$0\")/_/husky.sh\"\nls\nphguard hook pre-commit\n",
                sure("phguard"),
            ),
        ] {
            assert_eq!(judge(text), expected, "{text}");
        }
    }

    #[test]
    fn everything_else_is_doubted() {
        let doubtful = |program: &str| Some((program.to_owned(), false));
        for (text, expected) in [
            ("phguard hook pre-commit\nls\n", doubtful("phguard")),
            (
                "phguard hook pre-commit || exit 1\ngit add -A\n",
                doubtful("phguard"),
            ),
            (
                "set -e\nphguard hook pre-commit\ngit add -A\n",
                doubtful("phguard"),
            ),
            ("phguard hook pre-commit || true\n", doubtful("phguard")),
            ("phguard hook pre-commit || exit 0\n", doubtful("phguard")),
            ("phguard hook pre-commit || exit 256\n", doubtful("phguard")),
            ("phguard hook pre-commit | cat", doubtful("phguard")),
            ("phguard hook pre-commit; exit 0", doubtful("phguard")),
            ("phguard hook pre-commit &", doubtful("phguard")),
            ("! phguard hook pre-commit", doubtful("phguard")),
            ("phguard hook pre-push", doubtful("phguard")),
            ("echo phguard hook pre-commit", doubtful("phguard")),
            ("env -i phguard hook pre-commit", doubtful("phguard")),
            (
                "GIT_INDEX_FILE=x phguard hook pre-commit",
                doubtful("phguard"),
            ),
            (
                "if true; then phguard hook pre-commit; fi",
                doubtful("phguard"),
            ),
            (
                "if false\nthen\nphguard hook pre-commit\nfi",
                doubtful("phguard"),
            ),
            ("check() {\nphguard hook pre-commit\n}", doubtful("phguard")),
            (
                "[ \"$SKIP\" ] || exit 0\nphguard hook pre-commit",
                doubtful("phguard"),
            ),
            (
                "trap 'exit 0' EXIT\nphguard hook pre-commit",
                doubtful("phguard"),
            ),
            (
                "unset GIT_INDEX_FILE\nphguard hook pre-commit",
                doubtful("phguard"),
            ),
            ("PATH=/x:/bin\nphguard hook pre-commit", doubtful("phguard")),
            ("exit 0\nphguard hook pre-commit", doubtful("phguard")),
            ("cat <<E\nphguard hook pre-commit\nE", doubtful("phguard")),
            (": 'a\nphguard hook pre-commit\n'", doubtful("phguard")),
            ("false \\\nphguard hook pre-commit", doubtful("phguard")),
            ("set -n\nphguard hook pre-commit", doubtful("phguard")),
            (
                "alias phguard=true\nphguard hook pre-commit",
                doubtful("phguard"),
            ),
            ("# phguard hook pre-commit\n", None),
            ("ls\n", None),
        ] {
            assert_eq!(judge(text), expected, "{text}");
        }
    }
}
