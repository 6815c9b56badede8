//! Lines of shell scripts that are understood for certain, and no others. The lists are of what is
//! allowed: every shell has more words that end or change it than a list of them would know.

/// Programs that are often run by hooks. None is a word of the shell itself.
const PROGRAMS: &str = "bandit bash biome black bun bundle bunx cargo clang-format cmake codespell commitlint composer \
    corepack date deno detekt docker dotnet dprint echo eslint flake8 gh git gitleaks go gofmt \
    golangci-lint gradle isort jest just knip ktlint lint-staged ls make markdownlint mkdir \
    mocha mvn mypy ninja node nox npm npx nx oxlint php pip pipenv pnpm pnpx poetry prettier \
    pylint pyright pytest python python3 rake rubocop ruff ruby rustfmt sh shellcheck shfmt \
    stylelint task terraform tflint tox true trufflehog tsc turbo uv vitest yarn";
/// Commands that run nothing else.
const HARMLESS: &str = "date echo ls mkdir true";
/// Options of the shell that make it stop earlier or say more.
const STRICT: [&str; 12] = [
    "set -e",
    "set -u",
    "set -x",
    "set -eu",
    "set -ex",
    "set -ue",
    "set -eux",
    "set -o pipefail",
    "set -eo pipefail",
    "set -euo pipefail",
    "set -euxo pipefail",
    "set -Eeuo pipefail",
];
/// Characters of words that no shell expands to something else than names of files.
const PLAIN: &str = "._/,:=@%+*-";

/// Returns a doubt about a script as a whole.
pub(super) fn doubt_of_text(text: &str) -> Option<String> {
    if text.contains('\r') {
        return Some(
            "stands among line ends of Windows (CRLF), which the shell cannot read".into(),
        );
    }
    if text.contains('\0') {
        return Some("stands in a file with NUL bytes, which shells read in different ways".into());
    }
    let first = text.split('\n').next().unwrap_or_default();
    if first.starts_with("#!") && first.contains("zsh") {
        return Some("may not be reached: zsh reads ~/.zshenv first".into());
    }
    None
}

/// Tells whether a script holds nothing but simple commands and this line at its end.
pub(super) fn runs_programs(text: &str, last: &str) -> bool {
    if doubt_of_text(text).is_some() {
        return false;
    }
    let mut has_last = false;
    for line in text.split('\n') {
        if is_nothing(line) {
            continue;
        }
        let is_last = trim(line) == last || trim(line).strip_prefix("exec ") == Some(last);
        if has_last || !is_last && !is_strict(line) && !is_simple(line) {
            return false;
        }
        has_last |= is_last;
    }
    has_last
}

/// Tells whether a script holds nothing but commands that run nothing else.
#[must_use]
pub fn runs_nothing_else(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    for line in text.split('\n') {
        let is_end = matches!(trim(line), "exit" | "exit 0" | "exit 1");
        if !is_end && !is_nothing(line) && !is_strict(line) && !is_harmless(line) {
            return false;
        }
    }
    true
}

/// Takes away the blanks that separate words in every shell.
pub(super) fn trim(line: &str) -> &str {
    line.trim_matches([' ', '\t'])
}

pub(super) fn is_nothing(line: &str) -> bool {
    let line = trim(line);
    line.is_empty() || line.starts_with('#')
}

pub(super) fn is_strict(line: &str) -> bool {
    STRICT.contains(&trim(line))
}

/// Tells whether a line holds nothing but programs that the shell waits for and goes on after.
pub(super) fn is_simple(line: &str) -> bool {
    for word in commands_of(line) {
        let is_path = word.starts_with("./") || word.starts_with('/');
        if !is_path && !is_one_of(PROGRAMS, word) {
            return false;
        }
    }
    has_plain_words(line)
}

/// Tells whether a line holds nothing but commands that run nothing else.
fn is_harmless(line: &str) -> bool {
    for word in commands_of(line) {
        if !is_one_of(HARMLESS, word) {
            return false;
        }
    }
    has_plain_words(line)
}

/// Returns the first word of each command of a line.
fn commands_of(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for command in line.split("&&") {
        words.push(trim(command).split([' ', '\t']).next().unwrap_or_default());
    }
    words
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// Tells whether a line holds nothing but plain and quoted words and `&&`, with every quote closed.
fn has_plain_words(line: &str) -> bool {
    let mut quote = None;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        let is_plain = c.is_ascii_alphanumeric() || c == ' ' || c == '\t' || PLAIN.contains(c);
        match quote {
            Some(end) if c == end => quote = None,
            Some('\'') if !c.is_control() => {}
            Some('"') if is_plain || c == '\'' => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if is_plain => {}
            None if c == '&' && rest.next_if_eq(&'&').is_some() && rest.peek() != Some(&'&') => {}
            _ => return false,
        }
    }
    quote.is_none()
}
