//! Programs that start the one that their arguments name.

use super::base_name;

/// Programs that start the one that their arguments name, and are not themselves of interest.
const WRAPPERS: [&str; 32] = [
    "sudo",
    "doas",
    "nice",
    "nohup",
    "time",
    "timeout",
    "gtimeout",
    "stdbuf",
    "setsid",
    "ionice",
    "chrt",
    "taskset",
    "command",
    "builtin",
    "exec",
    "env",
    "cross-env",
    "xargs",
    "busybox",
    "toybox",
    "caffeinate",
    "unbuffer",
    "watch",
    "strace",
    "ltrace",
    "winpty",
    "noglob",
    "nocorrect",
    "parallel",
    "flock",
    "script",
    "start-process",
];
/// Options of wrappers that take the next argument.
const WRAPPER_VALUES: [&str; 24] = [
    "-u",
    "-g",
    "-C",
    "-n",
    "-p",
    "-s",
    "-k",
    "-h",
    "-I",
    "-L",
    "-P",
    "-d",
    "-E",
    "-S",
    "-i",
    "-o",
    "-e",
    "-a",
    "--user",
    "--group",
    "--signal",
    "--chdir",
    "--kill-after",
    "--arg-file",
];

/// Tells whether a program only starts another one.
pub(super) fn is_wrapper(program: &str) -> bool {
    WRAPPERS.contains(&program)
}

/// Takes a wrapper and its options off.
pub(super) fn without_wrapper(
    words: &[String],
    assignments: &mut Vec<(String, String)>,
) -> Vec<String> {
    let program = base_name(&words[0]);
    let mut takes_operand = matches!(
        program.as_str(),
        "timeout" | "gtimeout" | "taskset" | "chrt" | "flock"
    );
    let mut place = 1;
    while let Some(word) = words.get(place) {
        if takes_value(&program, word) {
            place += 2;
        } else if word.starts_with('-') && word.len() > 1 {
            place += 1;
        } else if let Some((name, value)) = word.split_once('=')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            assignments.push((name.to_owned(), value.to_owned()));
            place += 1;
        } else if takes_operand {
            takes_operand = false;
            place += 1;
        } else {
            break;
        }
    }
    words.get(place..).unwrap_or_default().to_vec()
}

fn takes_value(program: &str, word: &str) -> bool {
    if !WRAPPER_VALUES.contains(&word) {
        return false;
    }
    match program {
        "env" => !matches!(word, "-i" | "-a"),
        "sudo" | "doas" => !matches!(word, "-n" | "-E" | "-i" | "-s" | "-S" | "-k"),
        "time" | "command" => word != "-p",
        "exec" => word == "-a",
        "xargs" | "parallel" => true,
        _ => word != "-a",
    }
}

/// The file that `xargs -a FILE` takes arguments from.
pub(super) fn argument_file(words: &[String]) -> Option<String> {
    for (place, word) in words.iter().enumerate() {
        if let Some(file) = word.strip_prefix("--arg-file=") {
            return Some(file.to_owned());
        }
        if word == "-a" || word == "--arg-file" {
            return words.get(place + 1).cloned();
        }
        if let Some(file) = word.strip_prefix("-a") {
            return Some(file.to_owned());
        }
        if !word.starts_with('-') {
            return None;
        }
    }
    None
}
