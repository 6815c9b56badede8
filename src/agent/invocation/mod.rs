//! From a command line to the programs that it starts: variables filled in, wrappers such as `env`
//! and `sudo` taken off, `sh -c`, `eval` and substitutions followed.

mod expand;
mod follow;
mod inner;
mod literals;
mod pipeline;
mod walker;
mod wrappers;

use std::path::{Path, PathBuf};

use super::shell::Dialect;
use walker::Walker;

pub(super) use follow::{is_interpreter, is_shell};
pub(super) use literals::text_literals;

/// A file that output goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub file: String,
    /// The text is appended to the file.
    pub appends: bool,
    /// Only messages go there, as with `2>`.
    pub is_messages: bool,
}

/// The way that the output of a program goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// To the screen, or to the file that is named.
    #[default]
    Shown,
    /// To a program that only counts or compares.
    Counted,
    /// Into a variable, whose name may be known, or into the words of a command that prints none.
    Kept(Option<String>),
}

/// A program that a command line starts.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// Its name in small letters, without directory and `.exe`.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables that are set for it alone.
    pub assignments: Vec<(String, String)>,
    /// Files that its standard input comes from.
    pub inputs: Vec<String>,
    /// Files that its output goes to.
    pub outputs: Vec<Output>,
    /// The text of its standard input, if the command line has it.
    pub input_text: Option<String>,
    /// The directory it runs in.
    pub directory: PathBuf,
    /// Variables that its words name and the command line does not set.
    pub variables: Vec<String>,
    /// The way of its output.
    pub fate: Fate,
    /// Programs with the same number are joined by `|`.
    pub pipeline: usize,
    /// Another program's output is its input.
    pub is_piped: bool,
    /// Further arguments come from its input, as `xargs` has it.
    pub takes_names: bool,
    /// It has no name and stands behind `done`, `}` or `)`: its redirections are the block's.
    pub ends_block: bool,
}

/// Everything that a command line starts.
#[derive(Debug, Default)]
pub struct Invocations {
    /// The programs, in order.
    pub list: Vec<Invocation>,
    /// Something in it cannot be followed.
    pub is_opaque: bool,
}

/// Returns the programs that a command line starts.
#[must_use]
pub fn of(text: &str, dialect: Dialect, directory: &Path) -> Invocations {
    let mut walker = Walker::new(dialect, directory);
    walker.follow_script(text, dialect, &Fate::Shown);
    walker.found
}

/// Returns the base name of a program in small letters.
#[must_use]
pub fn base_name(program: &str) -> String {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.to_ascii_lowercase();
    for ending in [".exe", ".cmd", ".bat"] {
        if let Some(stem) = name.strip_suffix(ending) {
            return stem.to_owned();
        }
    }
    name
}
