//! Finds the questions that a hook asks about itself. A block in front of its lines, and a shell between git and the hook,
//! must not change the answer. When in doubt, they would.

/// The properties that must stay as they are for a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Its name and its directory, at most.
    Name,
    /// Its own lines, or their numbers.
    Lines,
    /// Something that changes wherever the hook is kept. This is what.
    Place(&'static str),
}

/// Words by which a hook asks for the process that started it.
const PARENT: [&str; 5] = ["ppid", "shlvl", "/proc/self", "/proc/$$", "pstree"];
/// Words by which a shell script asks for the numbers of its lines.
const NUMBERS: [&str; 2] = ["LINENO", "caller "];
/// Commands and operators that only look at the name of the script.
const NAME_ONLY: [&str; 9] = [
    "dirname", "basename", "case", "[", "[[", "test", "=", "==", "!=",
];
/// Words that may stand between one of them and the name.
const RESOLVING: [&str; 7] = ["--", "-f", "-e", "-m", "-P", "readlink", "realpath"];

/// Finds what a hook needs that git calls by one of these names.
#[must_use]
pub(super) fn needs_of(hook: &[u8], names: &[&str]) -> Needs {
    if hook[..hook.len().min(1024)].contains(&0) {
        return Needs::Name;
    }
    let text = String::from_utf8_lossy(hook);
    let mut lines = Vec::new();
    for line in text.lines() {
        if !line.trim_start().starts_with('#') {
            lines.push(line);
        }
    }
    for line in &lines {
        let lower = line.to_ascii_lowercase();
        if PARENT.iter().any(|word| lower.contains(word)) {
            return Needs::Place("it asks for the process that started it");
        }
        if names.iter().any(|name| names_own_file(line, name)) {
            return Needs::Place("it looks for its own file among the hooks");
        }
    }
    if reads_itself(&lines) {
        Needs::Lines
    } else {
        Needs::Name
    }
}

/// Tells whether a line may name the file of the hook by a path.
fn names_own_file(line: &str, name: &str) -> bool {
    let has_own_directory = line.contains(".d");
    for (at, word) in line.match_indices("hooks") {
        let (before, rest) = text_around(line, at, word);
        let may_be_own = match rest.strip_prefix('/') {
            Some(file) => !file.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.'),
            None => {
                let is_path = before.ends_with('/') || before.ends_with("--git-path ");
                (is_path || rest.starts_with("Path")) && takes_directory(line)
            }
        };
        if may_be_own && !has_own_directory && !is_only_said(before, rest) {
            return true;
        }
    }
    let own = format!("/{name}");
    for (at, _) in line.match_indices(&own) {
        let (whole_before, rest) = text_around(line, at, &own);
        let is_whole = !rest.starts_with(is_word_part);
        let before = whole_before.trim_end_matches('"');
        let directory = before.rsplit(['/', ' ', '"', '\'', '=']).next();
        let directory = directory.unwrap_or_default();
        let is_asked = directory.starts_with('$') || directory.ends_with([')', '}']);
        if is_whole && (is_asked || directory == "hooks") && !is_only_said(whole_before, rest) {
            return true;
        }
    }
    false
}

/// Tells whether the text between these two is part of a quoted message that goes nowhere but to the user.
fn is_only_said(before: &str, after: &str) -> bool {
    let Some((command, message)) = before.rsplit_once('"') else {
        return false;
    };
    let Some((_, behind)) = after.split_once('"') else {
        return false;
    };
    let is_quoted = command.matches('"').count() % 2 == 0;
    if !is_quoted || message.contains("$(") || message.contains('`') {
        return false;
    }
    if behind.replace("||", "").contains(['|', '>']) {
        return false;
    }
    let command = command.replace(">&2", "");
    let command = command.trim_end();
    let Some(start) = ["echo", "printf"]
        .iter()
        .find_map(|word| command.strip_suffix(word))
    else {
        return false;
    };
    let start = start.trim_end();
    let begins = [";", "{", "&&", "||", "then", "else", "do"];
    start.is_empty() || begins.iter().any(|word| start.ends_with(word))
}

/// The texts before and behind a word that stands at `at`.
fn text_around<'l>(line: &'l str, at: usize, word: &str) -> (&'l str, &'l str) {
    let before = line.get(..at).unwrap_or_default();
    let after = line.get(at + word.len()..).unwrap_or_default();
    (before, after)
}

/// Tells whether a line goes into a directory, or keeps its name. A message may only name it.
fn takes_directory(line: &str) -> bool {
    let line = line.trim_start();
    let is_assignment = line
        .split_once('=')
        .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
    let goes_there = ["cd ", "pushd ", "for "]
        .iter()
        .any(|start| line.starts_with(start));
    is_assignment || goes_there || line.contains("--git-path") || line.contains("git config")
}

/// Tells whether a shell script hands its own file to something that may read it: another interpreter, or
/// a command that looks for lines in it.
fn reads_itself(lines: &[&str]) -> bool {
    let mut names = vec!["0".to_owned(), "BASH_SOURCE".to_owned()];
    for line in lines {
        if NUMBERS.iter().any(|word| line.contains(word)) {
            return true;
        }
        if let Some(name) = name_for_itself(line) {
            names.push(name.to_owned());
            continue;
        }
        for name in &names {
            if uses_more_than_name(line, name) {
                return true;
            }
        }
    }
    false
}

/// Returns the variable that a line sets to the name of the script, or to where that leads.
fn name_for_itself(line: &str) -> Option<&str> {
    let (name, value) = line.trim().split_once('=')?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let mut value = value.trim_end_matches(';').replace('"', "");
    for start in [
        "$(readlink -f ",
        "$(realpath ",
        "$(readlink -f -- ",
        "$(realpath -- ",
    ] {
        if let Some(inner) = value.strip_prefix(start).and_then(|v| v.strip_suffix(')')) {
            value = inner.to_owned();
        }
    }
    let is_itself = matches!(
        value.as_str(),
        "$0" | "${0}" | "$BASH_SOURCE" | "${BASH_SOURCE}" | "${BASH_SOURCE[0]}"
    );
    (is_name && is_itself).then_some(name)
}

fn uses_more_than_name(line: &str, name: &str) -> bool {
    for start in ["$", "${"] {
        let variable = format!("{start}{name}");
        for (at, _) in line.match_indices(&variable) {
            let (before, after) = text_around(line, at, &variable);
            let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name != "0" && after.starts_with(goes_on) {
                continue;
            }
            if !is_name_only(before, after) {
                return true;
            }
        }
    }
    false
}

/// Tells whether the name of the script, between these texts, is used as a name and no more.
fn is_name_only(before: &str, after: &str) -> bool {
    // `${0##*/}` and the like, and "$0: a message".
    if after.starts_with(['#', '%']) || before.ends_with('"') && after.starts_with([':', ' ']) {
        return true;
    }
    let is_said = before.trim_start().starts_with("echo ");
    if is_said && !before.contains(['(', '`', '|']) && !after.contains('|') {
        return true;
    }
    for word in before.split_ascii_whitespace().rev() {
        let word = word.trim_end_matches('"');
        let word = word.rsplit(['(', '`']).next().unwrap_or(word);
        if !word.is_empty() && !RESOLVING.contains(&word) {
            return NAME_ONLY.contains(&word);
        }
    }
    false
}

fn is_word_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._-".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_that_reads_its_own_lines_is_told_from_one_that_asks_its_name() {
        for (line, expected) in [
            ("cd \"$(dirname \"$0\")\"", Needs::Name),
            ("n=$(basename -- \"$0\")", Needs::Name),
            ("d=`dirname $0`", Needs::Name),
            (". \"${0%/*}/lib.sh\"", Needs::Name),
            ("case ${0##*/} in", Needs::Name),
            ("case $0 in", Needs::Name),
            ("[ \"$0\" = \"$BASH_SOURCE\" ] || return", Needs::Name),
            (
                "me=$0\nd=$(dirname \"$me\")\necho \"${me##*/}\"",
                Needs::Name,
            ),
            ("here=$(dirname \"$(readlink -f \"$0\")\")", Needs::Name),
            (". \"$(dirname \"${BASH_SOURCE[0]}\")/lib.sh\"", Needs::Name),
            ("echo \"$0: no\"", Needs::Name),
            ("# exec node \"$0\"", Needs::Name),
            ("me=$0\necho \"$me\" >>said", Needs::Name),
            ("echo $0 | xargs cat", Needs::Lines),
            ("f=$(echo $0)", Needs::Lines),
            ("self=$0\ntail -n +5 \"$self\"", Needs::Lines),
            ("f=$(readlink -f \"$0\")\ntail -n +5 \"$f\"", Needs::Lines),
            ("tail -n +5 \"$(readlink -f \"$0\")\"", Needs::Lines),
            ("exec node \"$0\" \"$@\"", Needs::Lines),
            ("exec tclsh \"$0\" ${1+\"$@\"}", Needs::Lines),
            ("sed -n '/^__END__/,$p' \"$0\"", Needs::Lines),
            ("tail -n +5 $0", Needs::Lines),
            ("\"$0\" again", Needs::Lines),
            ("eval 'exec perl -x -S $0 ${1+\"$@\"}'", Needs::Lines),
            ("trap 'echo $LINENO' ERR", Needs::Lines),
        ] {
            assert_eq!(
                needs_of(line.as_bytes(), &["pre-commit"]),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn a_hook_that_looks_for_its_file_or_its_parent_is_told_from_one_that_looks_for_others() {
        for line in [
            "ps -o args= -p $PPID",
            "import os; os.getppid()",
            "cat /proc/self/stat",
            "tail -n +5 \"$PWD/.git/hooks/pre-commit\"",
            "cat .git/hooks/../hooks/pre-commit",
            "cat \"$(git rev-parse --git-path hooks/pre-commit)\"",
            "cat \"$(git rev-parse --git-path hooks)/pre-commit\"",
            "h=$(git rev-parse --git-path hooks)",
            "cd \"$(git rev-parse --git-dir)/hooks\"",
            "h=$(git config core.hooksPath)",
            "tail \"$(dirname \"$0\")/pre-commit\"",
            "cat \"$here/pre-commit\"",
            "for f in .git/hooks/*; do cat $f; done",
            "open('.git/hooks/pre-commit')",
            "echo \"x\" >\".git/hooks/pre-commit\"",
            "echo \".git/hooks/pre-commit\" | xargs cat",
            "f=$(echo \".git/hooks/pre-commit\")",
            "echo \"$(cat .git/hooks/pre-commit)\"",
        ] {
            let needs = needs_of(line.as_bytes(), &["pre-commit"]);
            assert!(matches!(needs, Needs::Place(_)), "{line}: {needs:?}");
        }
        for line in [
            "exec \"$GIT_DIR/hooks/pre-commit\"",
            "run-parts \"$(git rev-parse --git-path hooks)/pre-merge-commit.d\"",
            "for f in .git/hooks/pre-merge-commit-*; do $f; done",
            "exec ./scripts/pre-merge-commit",
            "\"$root/ci/pre-merge-commit\"",
            "npm run hooks",
            "git lfs || { echo \"configured for LFS: see 'core.hookspath', usually '.git/hooks'\"; }",
            "echo 'our hooks are here'",
            "command -v x || { echo >&2 \"\\ngone: delete '.git/hooks/pre-merge-commit'.\\n\"; exit 2; }",
            "echo \"see .git/hooks/pre-merge-commit\"",
        ] {
            let needs = needs_of(line.as_bytes(), &["pre-merge-commit"]);
            assert_eq!(needs, Needs::Name, "{line}");
        }
    }
}
