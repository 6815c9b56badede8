//! Files whose content a command line brings into the conversation, copies of them, and variables
//! that it prints.
//!
//! The rule: a program shows the files that its words name, unless it is known that it does not.

mod code;
mod copies;
mod git;
mod loads;
mod names;
mod programs;
mod search;
mod searched;
mod variables;
mod words;

pub(in crate::agent) use copies::is_copier;
pub use copies::{Copied, copied_files};
pub(in crate::agent) use git::GLOBAL_VALUED;
pub use git::{Call, git_call};
pub use loads::{filled_variables, loaded_files, traces_shell};
pub use names::shows_names_only;
pub use search::{Listing, Search};
pub use searched::searches_behind;
pub use variables::{Printed, prints_any, prints_variable};

use super::invocation::{Fate, Invocation, Invocations};
use programs::Use;
use searched::{piped_names, shown_by_search};
use words::{implied_files, sent_files, shown_by_runner, shown_words};

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

/// Returns the places that a program shows, however its output is used.
#[must_use]
pub fn shown_places(invocation: &Invocation, all: &Invocations) -> Vec<Shown> {
    let program = invocation.program.as_str();
    let arguments = &invocation.arguments;
    if program == "git" {
        let mut shown = git::files_shown(arguments);
        shown.extend(input_files(invocation));
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
        shown.extend(input_files(invocation));
        shown.extend(piped_names(invocation, all));
    }
    shown
}

fn input_files(invocation: &Invocation) -> Vec<Shown> {
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
    input_files(invocation)
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
