//! Stages of a pipeline that let nothing through, and texts that a stage prints.

use super::{Invocation, base_name};
use crate::agent::files::top_of;
use crate::agent::reads::{Search, shows_names_only};
use crate::agent::shell::{Command, Direction, Word};

/// Programs that count or compare their input and show none of it.
const COUNTERS: [&str; 9] = [
    "wc",
    "md5sum",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "shasum",
    "cksum",
    "b2sum",
    "true",
];

/// Tells whether a stage of a pipeline lets through nothing that could be a key.
pub(super) fn is_counter(command: &Command) -> bool {
    let words: Vec<String> = command.words.iter().map(Word::literal_text).collect();
    let Some(name) = words.first().map(|word| base_name(word)) else {
        return false;
    };
    let goes_nowhere = command.redirects.iter().any(|redirect| {
        redirect.direction == Direction::Output
            && !redirect.is_other
            && redirect.target.literal_text() == "/dev/null"
    });
    let search = Search::of(&name, &words[1..]);
    COUNTERS.contains(&name.as_str())
        || goes_nowhere
        || (name == "phguard" && words.iter().any(|word| word == "redact"))
        || search.is_some_and(|search| search.is_quiet)
        || shows_names_only(&name, &words[1..])
}

/// Returns the text that a program prints. It is known for a few programs only.
pub(super) fn printed_text(invocation: &Invocation) -> Option<String> {
    let arguments = &invocation.arguments;
    match invocation.program.as_str() {
        "echo" | "write-output" | "write-host" => {
            let words = arguments
                .iter()
                .skip_while(|word| matches!(word.as_str(), "-n" | "-e" | "-E" | "-ne" | "-en"));
            let words: Vec<&str> = words.map(String::as_str).collect();
            Some(words.join(" "))
        }
        "printf" => {
            let (format, values) = arguments.split_first()?;
            Some(formatted_text(format, values))
        }
        "cat" if arguments.is_empty() => invocation.input_text.clone(),
        "pwd" => invocation.directory.to_str().map(str::to_owned),
        "git" => path_from_git(invocation),
        "which" | "command" => arguments.last().cloned(),
        _ => None,
    }
}

/// `git rev-parse --show-toplevel`, `--git-dir`, `--git-path hooks`.
fn path_from_git(invocation: &Invocation) -> Option<String> {
    let arguments = &invocation.arguments;
    let has = |option: &str| arguments.iter().any(|word| word == option);
    if has("--show-toplevel") {
        let top = top_of(&invocation.directory)?;
        return top.to_str().map(str::to_owned);
    }
    if has("--git-path") {
        return arguments.last().map(|name| format!(".git/{name}"));
    }
    let names_directory = has("--git-dir") || has("--git-common-dir") || has("--absolute-git-dir");
    names_directory.then(|| ".git".to_owned())
}

/// `printf` with `%s` only; a value without a place goes to the end.
fn formatted_text(format: &str, values: &[String]) -> String {
    let mut text = String::new();
    let mut values = values.iter();
    let format = format.replace("\\n", "\n");
    let mut pieces = format.split("%s");
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        text.push_str(values.next().map_or("", String::as_str));
        text.push_str(piece);
    }
    for value in values {
        text.push(' ');
        text.push_str(value);
    }
    text
}
