//! Files that the words of a program name.

use super::code;
use super::programs;
use super::{Listing, Shown, Source};
use crate::agent::invocation::{Invocation, is_shell};

pub(super) fn shown_words(invocation: &Invocation) -> Vec<Shown> {
    let program = invocation.program.as_str();
    let goes_into_directories = takes_directories(program, &invocation.arguments);
    let mut shown = Vec::new();
    for word in without_settings(invocation) {
        push_word(&mut shown, word);
        if goes_into_directories {
            let below = Source::Below(word.clone(), Listing::Everything);
            shown.push(Shown::whole(below));
        }
    }
    shown
}

/// The words of a program but the options that load a file as settings, and those files.
fn without_settings(invocation: &Invocation) -> Vec<&String> {
    let program = invocation.program.as_str();
    let mut words = Vec::new();
    let mut arguments = invocation.arguments.iter();
    while let Some(word) = arguments.next() {
        if programs::is_settings_option(program, word) {
            arguments.next();
            continue;
        }
        let option = word.split_once('=').map_or("", |(option, _)| option);
        if !programs::is_settings_option(program, option) {
            words.push(word);
        }
    }
    words
}

/// Adds a word, and the text behind a mark in it: `--file=.env`, `@.env`, `if=.env`.
fn push_word(shown: &mut Vec<Shown>, word: &str) {
    shown.push(Shown::whole(Source::Named(word.to_owned())));
    for mark in ["=", "@", "<", "file://"] {
        if let Some((_, rest)) = word.split_once(mark) {
            shown.push(Shown::whole(Source::Named(
                rest.trim_start_matches('@').to_owned(),
            )));
        }
    }
    let letters = word
        .strip_prefix('-')
        .filter(|letters| !letters.starts_with('-'));
    if let Some(attached) = letters.and_then(|letters| letters.get(1..))
        && !attached.is_empty()
    {
        shown.push(Shown::whole(Source::Named(attached.to_owned())));
    }
}

/// Programs that read everything below a directory among their words.
fn takes_directories(program: &str, arguments: &[String]) -> bool {
    let is_recursive = arguments.iter().any(|word| {
        word == "--recursive"
            || (word.starts_with('-') && !word.starts_with("--") && word.contains(['r', 'a', 'R']))
    });
    match program {
        "tar" | "bsdtar" | "gtar" | "7z" | "7za" | "pax" => true,
        "zip" | "scp" | "rsync" | "diff" | "aws" | "gsutil" | "gcloud" => is_recursive,
        _ => false,
    }
}

/// Files that are handed over by a mark or an option.
pub(super) fn sent_files(arguments: &[String]) -> Vec<Shown> {
    let mut shown = Vec::new();
    for (place, word) in arguments.iter().enumerate() {
        for mark in ["@", "=", "file://", "<"] {
            if let Some((_, rest)) = word.split_once(mark) {
                shown.push(Shown::whole(Source::Named(
                    rest.trim_start_matches('@').to_owned(),
                )));
            }
        }
        let uploads = matches!(
            word.as_str(),
            "-T" | "--upload-file"
                | "--post-file"
                | "--body-file"
                | "-InFile"
                | "-K"
                | "--config"
                | "-b"
        );
        if let (true, Some(file)) = (uploads, arguments.get(place + 1)) {
            shown.push(Shown::whole(Source::Named(file.clone())));
        }
        if let Some(file) = word.strip_prefix("-T")
            && !file.is_empty()
        {
            shown.push(Shown::whole(Source::Named(file.to_owned())));
        }
    }
    shown
}

/// Files that an interpreter or a shell may print: those that its code names, and the words behind
/// its script.
pub(super) fn shown_by_runner(invocation: &Invocation) -> Vec<Shown> {
    let mut shown = Vec::new();
    let runs_shell = is_shell(&invocation.program);
    for code in code::given_code(invocation) {
        if runs_shell {
            break;
        }
        for file in code::named_files(code) {
            shown.push(Shown::whole(Source::Named(file)));
        }
    }
    let traces = runs_shell && has_trace_option(&invocation.arguments);
    let mut has_script = code::names_no_script(invocation) || traces;
    let mut words = without_settings(invocation).into_iter();
    while let Some(word) = words.next() {
        if word == "-m" {
            let Some(module) = words.next() else {
                break;
            };
            if programs::is_harmless_module(module) {
                return shown;
            }
            has_script = true;
        } else if word.starts_with('-') && !word.contains('=') {
            continue;
        } else if has_script {
            push_word(&mut shown, word);
        } else {
            has_script = true;
        }
    }
    shown
}

/// Tells whether an option makes the shell print the lines that it reads or runs.
pub(super) fn has_trace_option(arguments: &[String]) -> bool {
    arguments.iter().any(|word| is_trace_option(word))
}

/// `-x`, `-v`, `-xv`, `-xc`: the shell prints the lines that it runs or reads.
fn is_trace_option(word: &str) -> bool {
    let is_cluster = word.starts_with('-') && !word.starts_with("--");
    (is_cluster && word.contains(['x', 'v'])) || matches!(word, "xtrace" | "verbose" | "--verbose")
}

/// Files that a tool reads and prints without being told: `docker compose config` fills `.env` in.
pub(super) fn implied_files(program: &str, arguments: &[String]) -> Vec<Shown> {
    let is_compose = program == "docker-compose" || arguments.iter().any(|word| word == "compose");
    let prints = arguments
        .iter()
        .any(|word| word == "config" || word == "convert");
    let is_quiet = arguments.iter().any(|word| {
        matches!(
            word.as_str(),
            "-q" | "--quiet"
                | "--services"
                | "--images"
                | "--volumes"
                | "--profiles"
                | "--hash"
                | "--no-interpolate"
                | "--environment-names"
                | "--networks"
        )
    });
    let mut shown = Vec::new();
    if !matches!(program, "docker" | "docker-compose" | "podman")
        || !is_compose
        || !prints
        || is_quiet
    {
        return shown;
    }
    shown.push(Shown::whole(Source::Named(".env".into())));
    shown.push(Shown::whole(Source::Named("compose*.y*ml".into())));
    shown.push(Shown::whole(Source::Named("docker-compose*.y*ml".into())));
    for word in arguments {
        push_word(&mut shown, word);
    }
    shown
}
