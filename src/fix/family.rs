//! Families of files: each has one way to read the environment.

use super::dotenv;
use super::fallback::{self, Form};
use super::language::{self, Language};
use super::yaml::Reader;

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
    /// A makefile.
    Make,
    /// Spring's properties.
    Properties,
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
        let extension = extension_of(name);
        if let Some(family) = dotenv::family(name) {
            return Some(family);
        }
        if let Some(language) = language::by_extension(extension) {
            return Some(Self::Program(language));
        }
        if let Some(family) = Self::of_extension(extension) {
            return Some(family);
        }
        if matches!(extension, b"yml" | b"yaml") {
            return Reader::of(&path, content).map(Self::Yaml);
        }
        if let Some(family) = Self::of_name(name, extension) {
            return Some(family);
        }
        if extension.is_empty() || name.starts_with(b".") {
            return Self::of_interpreter(name, content);
        }
        language::by_name(name, b"").map(Self::Program)
    }

    fn of_extension(extension: &[u8]) -> Option<Self> {
        match extension {
            b"sh" | b"bash" | b"zsh" | b"ksh" => Some(Self::Shell),
            b"tf" => Some(Self::Terraform),
            b"tfvars" => Some(Self::TerraformValues),
            b"dockerfile" => Some(Self::Docker),
            b"mk" => Some(Self::Make),
            _ => None,
        }
    }

    fn of_name(name: &[u8], extension: &[u8]) -> Option<Self> {
        if matches!(name, b"makefile" | b"gnumakefile") {
            return Some(Self::Make);
        }
        if SHELL_FILES.contains(&name) {
            return Some(Self::Shell);
        }
        if matches!(name, b"dockerfile" | b"containerfile") || name.starts_with(b"dockerfile.") {
            return Some(Self::Docker);
        }
        if extension == b"properties" && is_of_spring(name) {
            return Some(Self::Properties);
        }
        None
    }

    /// The reads with a fallback that are found in the text itself, whatever quotes it has.
    pub(crate) fn raw_fallbacks(&self) -> &'static [Form] {
        match self {
            Self::Shell | Self::Yaml(Reader::Compose) => fallback::SHELL,
            Self::Docker => fallback::DOCKER,
            Self::Make => fallback::MAKE,
            Self::Yaml(Reader::Workflow) => fallback::WORKFLOW,
            Self::Yaml(Reader::Rails) => fallback::ERB,
            Self::Yaml(Reader::Spring) | Self::Properties => fallback::SPRING,
            Self::Program(language) => language.raw_fallbacks,
            _ => &[],
        }
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

fn extension_of(name: &[u8]) -> &[u8] {
    match name.iter().rposition(|b| *b == b'.') {
        Some(dot) => &name[dot + 1..],
        None => b"",
    }
}

/// Tells whether Spring reads its configuration from a file of this name.
pub(super) fn is_of_spring(name: &[u8]) -> bool {
    name.starts_with(b"application") || name.starts_with(b"bootstrap")
}

/// Tells whether `fix` makes a file of this name read its keys from the environment. A script whose
/// first line names its interpreter may be one though its name does not tell.
#[must_use]
pub fn is_rewritten(path: &[u8]) -> bool {
    Family::of(path, b"").is_some_and(|family| !matches!(family, Family::Dotenv))
}

/// Tells whether a file of this name belongs to one machine, so that `fix` untracks it.
#[must_use]
pub fn is_untracked(path: &[u8]) -> bool {
    matches!(Family::of(path, b""), Some(Family::Dotenv))
}

/// Shell scripts without an extension. The lines of a Procfile are commands of a shell.
const SHELL_FILES: [&[u8]; 8] = [
    b"procfile",
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
