//! Files whose content a command line brings into the conversation, copies of them, and variables
//! that it prints.
//!
//! The rule: a program shows the files that its words name, unless it is known that it does not.

mod code;
mod git;
mod programs;
mod search;
mod variables;

pub use git::{Call, call as git_call};
pub use search::{Listing, Search};
pub use variables::{Printed, prints, prints_any};

use super::invocation::{Fate, Invocation, Invocations};
use programs::Use;

/// A place that a program reads from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or several by a pattern. Many names are of no file.
    Named(String),
    /// The files below a directory, if it is one.
    Below(String, Listing),
    /// A file of a commit, as git names it: `HEAD:file`.
    Blob(String),
}

/// A place that a program shows something of.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The place.
    pub source: Source,
    /// The lines that it shows; `None` stands for all of them.
    pub search: Option<Search>,
}

impl Shown {
    fn whole(source: Source) -> Self {
        Self {
            source,
            search: None,
        }
    }
}

/// A file that goes into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The file that is read.
    pub source: String,
    /// The file or the directory that is written to.
    pub target: String,
    /// The file keeps its old name as well.
    pub stays: bool,
}

/// The standard input of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    /// Another program's output or a file.
    Given,
    /// Nothing that is known.
    None,
}

/// Returns the places that a program shows, however its output is used.
#[must_use]
pub fn shown(invocation: &Invocation, all: &Invocations) -> Vec<Shown> {
    let program = invocation.program.as_str();
    let arguments = &invocation.arguments;
    if program == "git" {
        let mut shown = git::shown(arguments);
        shown.extend(inputs(invocation));
        return shown;
    }
    if program.is_empty() {
        return shown_by_nothing(invocation, all);
    }
    if let Some(search) = Search::of(program, arguments) {
        return shown_by_search(&search, invocation, all);
    }
    if shows_names_only(program, arguments) {
        return Vec::new();
    }
    let mut shown = match programs::use_of(invocation) {
        Use::Keeps => implied_files(program, arguments),
        Use::ShowsInput => Vec::new(),
        Use::RunsFirst => shown_by_runner(invocation),
        Use::Sends => sent_files(arguments),
        Use::Shows => shown_words(invocation),
    };
    let is_kept = programs::use_of(invocation) == Use::Keeps;
    if !is_kept {
        shown.extend(inputs(invocation));
        shown.extend(piped_names(invocation, all));
    }
    shown
}

fn inputs(invocation: &Invocation) -> Vec<Shown> {
    let mut shown = Vec::new();
    for input in &invocation.inputs {
        shown.push(Shown::whole(Source::Named(input.clone())));
    }
    shown
}

/// `$(<.env)`, and `<.env` alone, which zsh prints. Behind `done` or `}` the input is that of the
/// commands in between.
fn shown_by_nothing(invocation: &Invocation, all: &Invocations) -> Vec<Shown> {
    if invocation.ends_block && !all.list.iter().any(consumes_input) {
        return Vec::new();
    }
    inputs(invocation)
}

/// A program without a file of its own, which prints the input of the block around it.
fn consumes_input(invocation: &Invocation) -> bool {
    let has_file = invocation
        .arguments
        .iter()
        .any(|word| !word.starts_with('-'));
    !invocation.program.is_empty()
        && !has_file
        && invocation.inputs.is_empty()
        && invocation.input_text.is_none()
        && programs::use_of(invocation) == Use::Shows
        && !matches!(
            invocation.program.as_str(),
            "mapfile" | "readarray" | "env" | "phguard" | "git"
        )
}

fn shown_words(invocation: &Invocation) -> Vec<Shown> {
    let program = invocation.program.as_str();
    let goes_into_directories = takes_directories(program, &invocation.arguments);
    let mut shown = Vec::new();
    let mut is_loaded = false;
    for word in &invocation.arguments {
        let was_loaded =
            std::mem::replace(&mut is_loaded, programs::is_settings_option(program, word));
        if was_loaded {
            continue;
        }
        if let Some((option, _)) = word.split_once('=')
            && programs::is_settings_option(program, option)
        {
            continue;
        }
        push_word(&mut shown, word);
        if goes_into_directories {
            shown.push(Shown::whole(Source::Below(
                word.clone(),
                Listing::Everything,
            )));
        }
    }
    shown
}

/// A word, and what stands in it behind a mark: `--file=.env`, `@.env`, `if=.env`.
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
fn sent_files(arguments: &[String]) -> Vec<Shown> {
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
fn shown_by_runner(invocation: &Invocation) -> Vec<Shown> {
    let mut shown = Vec::new();
    let is_shell = super::invocation::is_shell(&invocation.program);
    for code in code::given_code(invocation) {
        if is_shell {
            break;
        }
        for file in code::named_files(code) {
            shown.push(Shown::whole(Source::Named(file)));
        }
    }
    let mut has_script = code::names_no_script(invocation);
    let mut is_loaded = false;
    let mut is_module = false;
    let traces = is_shell
        && invocation
            .arguments
            .iter()
            .any(|word| is_trace_option(word));
    for word in &invocation.arguments {
        let was_loaded = std::mem::replace(
            &mut is_loaded,
            programs::is_settings_option(&invocation.program, word),
        );
        let was_module = std::mem::replace(&mut is_module, word == "-m");
        let is_settings = word
            .split_once('=')
            .is_some_and(|(option, _)| programs::is_settings_option(&invocation.program, option));
        if was_loaded || is_settings {
            continue;
        }
        if was_module {
            if programs::is_harmless_module(word) {
                return shown;
            }
            has_script = true;
            continue;
        }
        if word.starts_with('-') && !word.contains('=') {
            continue;
        }
        if !has_script && !traces {
            has_script = true;
            continue;
        }
        push_word(&mut shown, word);
    }
    shown
}

/// `-x`, `-v`, `-xv`, `-xc`: the shell prints the lines that it runs or reads.
fn is_trace_option(word: &str) -> bool {
    let is_cluster = word.starts_with('-') && !word.starts_with("--");
    (is_cluster && word.contains(['x', 'v'])) || matches!(word, "xtrace" | "verbose" | "--verbose")
}

/// Files that a tool reads and prints without being told: `docker compose config` fills `.env` in.
fn implied_files(program: &str, arguments: &[String]) -> Vec<Shown> {
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

/// The files of which a search prints lines.
fn shown_by_search(search: &Search, invocation: &Invocation, all: &Invocations) -> Vec<Shown> {
    let is_fed = invocation.takes_names
        || !invocation.inputs.is_empty()
        || invocation.input_text.is_some()
        || invocation.is_piped;
    let mut shown = Vec::new();
    if search.is_quiet {
        return shown;
    }
    let mut places = inputs(invocation);
    places.extend(piped_names(invocation, all));
    for mut place in places {
        place.search = Some(search.clone());
        shown.push(place);
    }
    let input = if is_fed { Input::Given } else { Input::None };
    shown.extend(searched_files(search, input));
    shown
}

/// The files that a search is given, and those below its directories.
fn searched_files(search: &Search, input: Input) -> Vec<Shown> {
    let mut shown = Vec::new();
    if search.is_quiet {
        return shown;
    }
    let mut paths = search.paths.clone();
    if paths.is_empty() && search.listing.is_some() && input == Input::None {
        paths.push(".".into());
    }
    for path in paths {
        if let Some(listing) = search.listing {
            shown.push(Shown {
                source: Source::Below(path.clone(), listing),
                search: Some(search.clone()),
            });
        }
        shown.push(Shown {
            source: Source::Named(path),
            search: Some(search.clone()),
        });
    }
    shown
}

/// The files whose names come out of the pipe in front of `xargs`: those that the words before it
/// name, and else any below the directory.
fn piped_names(invocation: &Invocation, all: &Invocations) -> Vec<Shown> {
    let mut shown = Vec::new();
    if !invocation.takes_names {
        return shown;
    }
    let before: Vec<&Invocation> = all
        .list
        .iter()
        .take_while(|other| !std::ptr::eq(*other, invocation))
        .filter(|other| other.pipeline == invocation.pipeline)
        .collect();
    let listed_by_git = before
        .iter()
        .any(|other| matches!(other.program.as_str(), "git" | "rg" | "fd"));
    let listing = if listed_by_git {
        Listing::Visible
    } else {
        Listing::Everything
    };
    let mut names_pattern = false;
    for other in &before {
        let mut words = other.arguments.iter();
        while let Some(word) = words.next() {
            let is_pattern = matches!(word.as_str(), "-name" | "-iname" | "-path" | "-wholename");
            let pattern = match is_pattern {
                true => words.next(),
                false => Some(word).filter(|word| word.contains('*')),
            };
            if let Some(pattern) = pattern {
                names_pattern = true;
                shown.push(Shown::whole(Source::Named(format!("**/{pattern}"))));
            }
        }
    }
    if !names_pattern {
        shown.push(Shown::whole(Source::Below(".".into(), listing)));
    }
    shown
}

/// Returns the files that a program loads as settings or reads into variables.
#[must_use]
pub fn loaded_files(invocation: &Invocation) -> Vec<Source> {
    let program = invocation.program.as_str();
    let arguments = &invocation.arguments;
    let mut files = Vec::new();
    for (place, word) in arguments.iter().enumerate() {
        let option = word.split_once('=');
        if let Some((name, value)) = option
            && programs::is_settings_option(program, name)
        {
            files.push(Source::Named(value.to_owned()));
        } else if programs::is_settings_option(program, word) {
            files.extend(arguments.get(place + 1).cloned().map(Source::Named));
        }
    }
    match program {
        "source" | "." => files.extend(arguments.first().cloned().map(Source::Named)),
        "dotenv" | "dotenvx" | "env-cmd" | "pipenv" | "foreman" | "honcho" | "bun" => {
            files.push(Source::Named(".env*".into()));
        }
        "docker" | "docker-compose" | "podman"
            if arguments.iter().any(|word| word == "compose") =>
        {
            files.push(Source::Named(".env".into()));
        }
        "direnv" => files.push(Source::Named(".envrc".into())),
        "read" | "mapfile" | "readarray" => {
            files.extend(invocation.inputs.iter().cloned().map(Source::Named));
        }
        "" if invocation.ends_block => {
            files.extend(invocation.inputs.iter().cloned().map(Source::Named));
        }
        _ => {}
    }
    if super::invocation::is_interpreter(program) {
        for code in code::given_code(invocation) {
            if code.contains("dotenv") || code.contains("loadEnvFile") {
                files.push(Source::Named(".env".into()));
            }
        }
    }
    files
}

/// Returns the variables that `read` and its kin fill.
#[must_use]
pub fn filled_variables(invocation: &Invocation) -> Vec<String> {
    let mut names = Vec::new();
    let usual = match invocation.program.as_str() {
        "read" => "REPLY",
        "mapfile" | "readarray" => "MAPFILE",
        _ => return names,
    };
    for word in &invocation.arguments {
        if !word.starts_with('-') {
            names.push(word.clone());
        }
    }
    if names.is_empty() {
        names.push(usual.to_owned());
    }
    names
}

/// Tells whether a program makes the shell print the lines that it reads or runs.
#[must_use]
pub fn traces_shell(invocation: &Invocation) -> bool {
    let is_shell = super::invocation::is_shell(&invocation.program);
    (invocation.program == "set" || is_shell)
        && invocation
            .arguments
            .iter()
            .any(|word| is_trace_option(word))
}

/// Returns the searches behind a program in its pipeline: of its output only their lines are shown.
#[must_use]
pub fn filters(place: usize, all: &Invocations) -> Vec<Search> {
    let mut filters = Vec::new();
    let Some(invocation) = all.list.get(place) else {
        return filters;
    };
    for later in &all.list[place + 1..] {
        if later.pipeline != invocation.pipeline {
            continue;
        }
        if let Some(search) = Search::of(&later.program, &later.arguments)
            && search.paths.is_empty()
            && !search.may_show_others()
        {
            filters.push(search);
        }
    }
    filters
}

/// Returns the copies that a program makes.
#[must_use]
pub fn copied_files(invocation: &Invocation, shown: &[Shown]) -> Vec<Copied> {
    let program = invocation.program.as_str();
    let mut copies = Vec::new();
    let files: Vec<&String> = invocation
        .arguments
        .iter()
        .filter(|word| !word.starts_with('-'))
        .collect();
    if is_copier(program)
        && let Some((target, sources)) = files.split_last()
    {
        for source in sources {
            copies.push(Copied {
                source: (*source).clone(),
                target: (*target).clone(),
                stays: !matches!(program, "mv" | "move" | "move-item" | "mi"),
            });
        }
    }
    let Some(target) = goes_to_file(invocation).filter(|target| *target != "/dev/null") else {
        return copies;
    };
    for place in shown {
        if let Source::Named(source) = &place.source {
            copies.push(Copied {
                source: source.clone(),
                target: target.to_owned(),
                stays: true,
            });
        }
    }
    copies
}

/// Programs that write one file into another.
pub(super) fn is_copier(program: &str) -> bool {
    matches!(
        program,
        "cp" | "mv"
            | "ln"
            | "install"
            | "rsync"
            | "copy-item"
            | "move-item"
            | "cpi"
            | "mi"
            | "copy"
            | "move"
    )
}

/// Tells whether the output of a program reaches the conversation.
#[must_use]
pub fn is_on_screen(invocation: &Invocation) -> bool {
    invocation.fate == Fate::Shown && goes_to_file(invocation).is_none()
}

fn goes_to_file(invocation: &Invocation) -> Option<&str> {
    let output = invocation
        .outputs
        .iter()
        .find(|output| !output.is_messages)?;
    let is_screen = matches!(
        output.file.as_str(),
        "/dev/stdout" | "/dev/stderr" | "/dev/tty" | "/dev/fd/1" | "/dev/fd/2"
    );
    if is_screen { None } else { Some(&output.file) }
}

/// Tells whether a program keeps only the names before the equals signs.
#[must_use]
pub fn shows_names_only(program: &str, arguments: &[String]) -> bool {
    let text = arguments.join(" ");
    match program {
        "cut" => {
            let text = text.replace("-d ", "-d").replace("-f ", "-f");
            text.contains("-d=") && text.split(' ').any(|word| word == "-f1")
        }
        "sed" => replaces_values(arguments),
        "awk" | "gawk" | "mawk" => {
            text.contains("-F=")
                && (text.contains("{print $1}") || text.contains("{ print $1 }"))
                && !text.contains(',')
        }
        _ => false,
    }
}

/// `sed 's/=.*/=***/'` and no other script.
fn replaces_values(arguments: &[String]) -> bool {
    let scripts = arguments
        .iter()
        .filter(|word| word.starts_with("s/") || *word == "-e");
    if scripts.count() != 1 {
        return false;
    }
    arguments.iter().any(|script| {
        script.starts_with("s/=.*/")
            && script.trim_end_matches('g').ends_with('/')
            && !script.contains(['&', '\\', ';', '\n'])
    })
}
