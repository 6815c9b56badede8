//! Takes keys out of the staged files. `.env` then holds them, and the program reads them from its
//! environment.
//!
//! **The decision.** A key is replaced only where the file's language is known and the key stands in
//! a string literal (or a comment) of it. Everything else stays as it is and is named with the
//! reason. A file is changed as a whole or not at all. The index and the work tree have their own
//! version of a file, and each gets exactly the spans replaced in which its own keys stand.
//!
//! **The order** of writing is `.gitignore`, `.env`, the files, the index. So a key is in `.env`
//! before it leaves a file, `.env` is ignored before it holds a key, and a run that was cut short
//! is finished by the next one: the index, by which keys are found, changes last and at once.

pub mod apply;
mod docker;
mod dotenv;
pub mod edits;
mod heredoc;
mod language;
mod lexer;
mod literal;
pub mod names;
pub mod places;
pub mod plan;
mod shell;
mod terraform;
mod yaml;

use std::ops::Range;

use crate::detect::exposed;
use edits::{Edit, line_start};
use language::Language;
use names::Names;
use shell::Words;
use yaml::Reader;

/// Why something stays as it is: a sentence without its full stop.
pub type Reason = &'static str;

/// A key in a content, and the variable that takes its place.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The span of the key.
    pub span: Range<usize>,
    /// The name that its kind of key has in the environment.
    pub variable: String,
}

/// A content that stays as it is.
#[derive(Debug)]
pub struct Refusal {
    /// Offset of the key at fault.
    pub at: usize,
    /// The reason.
    pub reason: Reason,
}

impl Refusal {
    /// Builds a refusal that names the line of an offset.
    #[must_use]
    pub fn at(at: usize, reason: Reason) -> Self {
        Self { at, reason }
    }
}

/// The ways in which files read the environment.
pub(crate) enum Family {
    /// A programming language.
    Program(&'static Language),
    /// A shell script.
    Shell,
    /// A Dockerfile.
    Docker,
    /// YAML with variables in it.
    Yaml(Reader),
    /// Terraform's configuration.
    Terraform,
    /// Values of Terraform's variables.
    TerraformValues,
    /// A file of variables that belongs to one machine.
    Dotenv,
    /// An example of such a file, which belongs into the repository.
    DotenvSample,
}

impl Family {
    /// The family of a file. `None` if `fix` does not know its language.
    pub(crate) fn of(path: &[u8], content: &[u8]) -> Option<Self> {
        let path = path.to_ascii_lowercase();
        let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
        let stem_end = name.iter().rposition(|b| *b == b'.');
        let extension = stem_end.map_or(&b""[..], |dot| &name[dot + 1..]);
        if let Some(family) = dotenv::family(name) {
            return Some(family);
        }
        if let Some(language) = language::by_extension(extension) {
            return Some(Self::Program(language));
        }
        let is_yaml = matches!(extension, b"yml" | b"yaml");
        let is_compose = name.starts_with(b"compose.") || name.starts_with(b"docker-compose");
        if is_yaml && path.starts_with(b".github/workflows/") {
            return Some(Self::Yaml(Reader::Workflow));
        }
        if is_yaml && is_compose {
            return Some(Self::Yaml(Reader::Compose));
        }
        match extension {
            b"sh" | b"bash" | b"zsh" | b"ksh" => return Some(Self::Shell),
            b"tf" => return Some(Self::Terraform),
            b"tfvars" => return Some(Self::TerraformValues),
            _ => {}
        }
        let is_docker = matches!(name, b"dockerfile" | b"containerfile")
            || extension == b"dockerfile"
            || name.starts_with(b"dockerfile.");
        if is_docker {
            return Some(Self::Docker);
        }
        if SHELL_FILES.contains(&name) {
            return Some(Self::Shell);
        }
        if extension.is_empty() || name.starts_with(b".") {
            return Self::of_interpreter(name, content);
        }
        language::by_name(name, b"").map(Self::Program)
    }

    /// The family of a file that its first line or its name tells.
    fn of_interpreter(name: &[u8], content: &[u8]) -> Option<Self> {
        let interpreter = interpreter_name(content);
        match interpreter {
            b"sh" | b"bash" | b"dash" | b"zsh" | b"ksh" => Some(Self::Shell),
            _ => language::by_name(name, interpreter).map(Self::Program),
        }
    }
}

/// Tells whether `fix` makes a file of this name read its keys from the environment. A script whose
/// first line names its interpreter may be one though its name does not tell.
#[must_use]
pub fn rewrites(path: &[u8]) -> bool {
    Family::of(path, b"").is_some_and(|family| !matches!(family, Family::Dotenv))
}

/// Tells whether a file of this name belongs to one machine, so that `fix` untracks it.
#[must_use]
pub fn untracks(path: &[u8]) -> bool {
    matches!(Family::of(path, b""), Some(Family::Dotenv))
}

const SHELL_FILES: [&[u8]; 7] = [
    b".bashrc",
    b".bash_profile",
    b".bash_aliases",
    b".profile",
    b".zshrc",
    b".zprofile",
    b".envrc",
];

/// The program in a content's `#!` line, without its directory.
fn interpreter_name(content: &[u8]) -> &[u8] {
    let line = content.split(|b| *b == b'\n').next().unwrap_or_default();
    let Some(command) = line.strip_prefix(b"#!") else {
        return &[];
    };
    for word in command.split(u8::is_ascii_whitespace) {
        let name = word.rsplit(|b| *b == b'/').next().unwrap_or_default();
        if !name.is_empty() && name != b"env" && !name.starts_with(b"-") {
            return name;
        }
    }
    &[]
}

pub(crate) const IN_BROWSER: Reason =
    "every visitor of the site can read it there: put the project token (phc_) in its place";

/// Plans the edits that take these keys out of a content. The slots are in order.
pub(crate) fn rewrite(
    family: &Family,
    path: &[u8],
    content: &[u8],
    slots: &[Slot],
    names: &mut Names,
) -> Result<Vec<Edit>, Refusal> {
    for slot in slots {
        if is_for_browser(content, slot) {
            return Err(Refusal::at(slot.span.start, IN_BROWSER));
        }
    }
    match family {
        Family::Terraform => return terraform::rewrite(path, content, slots, names),
        Family::TerraformValues => return terraform::rewrite_values(content, slots, names),
        Family::DotenvSample => return Ok(dotenv::without_values(content, slots, names)),
        _ => {}
    }
    let mut named = Vec::new();
    for slot in slots {
        let key = &content[slot.span.clone()];
        named.push(Slot {
            span: slot.span.clone(),
            variable: names.take(key, &slot.variable),
        });
    }
    match family {
        Family::Program(language) => language::rewrite(language, content, &named),
        Family::Shell => shell::rewrite(content, 0..content.len(), Words::Split, &named),
        Family::Docker => docker::rewrite(content, &named),
        Family::Yaml(reader) => yaml::rewrite(*reader, content, &named),
        Family::Terraform | Family::TerraformValues | Family::DotenvSample | Family::Dotenv => {
            Ok(Vec::new())
        }
    }
}

/// Maximum distance from a call's name to the key it takes, in bytes.
const CALL_REACH: usize = 200;

/// Tells whether a key is used where only the public project token belongs.
fn is_for_browser(content: &[u8], slot: &Slot) -> bool {
    let line = &content[line_start(content, slot.span.start)..slot.span.start];
    if exposed::public_name(line).is_some() {
        return true;
    }
    let near = &content[slot.span.start.saturating_sub(CALL_REACH)..slot.span.start];
    let call = near
        .windows(13)
        .rposition(|window| window == b"posthog.init(");
    if call.is_some_and(|at| !near[at..].contains(&b')')) {
        return true;
    }
    let head = content.trim_ascii_start();
    head.starts_with(b"'use client'") || head.starts_with(b"\"use client\"")
}
