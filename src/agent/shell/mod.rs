//! Reads a command line as a shell does: words without their quotes, operators, redirections,
//! nested commands. It runs nothing and knows no command.
//!
//! No crate does this for a guard: `shlex` splits words but knows no operators, `conch-parser` is
//! abandoned, `yash-syntax` is under the GPL, and none of them reads PowerShell. The reader never
//! fails: text that a shell would refuse still comes out as words.

mod commands;
mod quotes;
#[cfg(test)]
mod tests;
mod values;
mod word;

use commands::Reader;

/// Nested scripts deeper than this are not read.
const DEEPEST: usize = 12;

/// The shell whose rules of quoting hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// sh, bash, zsh and the like.
    Posix,
    /// PowerShell on any system.
    PowerShell,
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text without its quotes.
    Text {
        /// The text.
        text: String,
        /// It stood in quotes or behind an escape.
        quoted: bool,
    },
    /// The value of a variable.
    Variable {
        /// The name; PowerShell's `env:` stays in it.
        name: String,
        /// The text behind `:-`, which holds if the variable is not set.
        default: Option<String>,
        /// It stood in double quotes.
        quoted: bool,
    },
    /// The output of commands.
    Substitution {
        /// The commands.
        commands: Vec<Command>,
        /// It stood in double quotes.
        quoted: bool,
    },
}

/// A word as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its pieces in order.
    pub parts: Vec<Part>,
}

/// The direction of a redirection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `<`
    Input,
    /// `>`, `>|`, `&>`
    Output,
    /// `>>`
    Append,
    /// `<<<` or a here-document: the word is the text itself.
    Text,
}

/// A redirection and its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The direction of the bytes.
    pub direction: Direction,
    /// It redirects a descriptor other than standard input and standard output.
    pub is_other: bool,
    /// The file, or the text.
    pub target: Word,
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// `NAME=value` before the command's name.
    pub assignments: Vec<(String, Word)>,
    /// The name and the arguments.
    pub words: Vec<Word>,
    /// Its redirections.
    pub redirects: Vec<Redirect>,
    /// Commands with the same number are joined by `|`.
    pub pipeline: usize,
    /// It stands behind `done`, `}` or `)`: its redirections are the block's.
    pub ends_block: bool,
}

/// A command line that was read.
#[derive(Debug, Default)]
pub struct Script {
    /// The simple commands in order, those of subshells and loops among them.
    pub commands: Vec<Command>,
    /// Something in it is nested too deeply to be read.
    pub is_too_deep: bool,
}

/// Reads a command line.
#[must_use]
pub fn read(text: &str, dialect: Dialect) -> Script {
    let text: Vec<char> = text.chars().collect();
    let mut reader = Reader::new(&text, dialect, 0);
    let commands = reader.read_commands(None);
    Script {
        commands,
        is_too_deep: reader.is_too_deep,
    }
}
