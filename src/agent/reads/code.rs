//! Programs on a command line in the language of an interpreter: the files and the variables of
//! the environment that they name.

use crate::agent::invocation::{self, Invocation};

/// Calls that learn something about a file and read none of it, or that load it as settings.
const HARMLESS_CALLS: [&str; 26] = [
    "exists",
    "existsSync",
    "exist?",
    "isfile",
    "is_file",
    "isdir",
    "is_dir",
    "file?",
    "stat",
    "statSync",
    "access",
    "accessSync",
    "unlink",
    "unlinkSync",
    "remove",
    "rmSync",
    "chmod",
    "chmodSync",
    "getsize",
    "load_dotenv",
    "find_dotenv",
    "path:",
    "filesize",
    "File.size",
    "touch",
    "loadEnvFile",
];
/// Calls that read a file.
const READS: [&str; 12] = [
    "open",
    "read",
    "Read",
    "slurp",
    "file_get",
    "cat",
    "Path",
    "fopen",
    "<",
    "Bun.file",
    "dotenv_values",
    "parse",
];
/// Calls that name the files of a directory.
const LISTINGS: [&str; 10] = [
    "listdir", "scandir", "os.walk", "glob", "iterdir", "readdir", "Dir[", "Dir.", "children",
    "opendir",
];
/// Ways to reach the environment.
const ENVIRONMENTS: [&str; 12] = [
    "environ",
    "getenv",
    "process.env",
    "ENV",
    "Deno.env",
    "Bun.env",
    "_SERVER",
    "env::var",
    "phpinfo",
    "System.get_env",
    "dotenv_values",
    "Sys.getenv",
];
/// Ways to print.
const PRINTS: [&str; 12] = [
    "print", "console.", "echo", "puts", "write", "dump", "say", "pp ", "inspect", "p ", "cat(",
    "phpinfo",
];

/// Returns the code that an interpreter is given on its command line or as its input.
pub(super) fn given_code(invocation: &Invocation) -> Vec<&str> {
    let arguments = &invocation.arguments;
    let mut code = Vec::new();
    for (place, word) in arguments.iter().enumerate() {
        if let Some(attached) = attached_code(word) {
            code.push(attached);
        } else if takes_code(word) {
            code.extend(arguments.get(place + 1).map(String::as_str));
        }
    }
    let reads_input = arguments.iter().all(|word| word.starts_with('-'));
    if reads_input && code.is_empty() {
        code.extend(invocation.input_text.as_deref());
    }
    code
}

/// Options behind which the code follows, in clusters too: `-c`, `-e`, `-ne`, `--eval`.
fn takes_code(word: &str) -> bool {
    if matches!(word, "--eval" | "eval" | "--print" | "--run") {
        return true;
    }
    let is_cluster = word.starts_with('-') && !word.starts_with("--") && word.len() <= 6;
    is_cluster && word.ends_with(['c', 'e', 'E', 'r', 'p', 'R'])
}

/// `-pe1`, `-e'code'`, `--eval=code`.
fn attached_code(word: &str) -> Option<&str> {
    if let Some(code) = word
        .strip_prefix("--eval=")
        .or_else(|| word.strip_prefix("--print="))
    {
        return Some(code);
    }
    if word.starts_with("--") || takes_code(word) {
        return None;
    }
    let letters = word.strip_prefix('-')?;
    let (_, code) = letters.split_once(['e', 'c', 'E'])?;
    (!code.is_empty()).then_some(code)
}

/// Tells whether an interpreter runs code once for each line of the files behind it.
pub(super) fn names_no_script(invocation: &Invocation) -> bool {
    !given_code(invocation).is_empty() || invocation.arguments.iter().any(|word| word == "-")
}

/// Returns the files that code may read. A directory stands for the files in it.
pub(super) fn named_files(code: &str) -> Vec<String> {
    let mut files = Vec::new();
    let reads = contains_any(code, &READS);
    for (literal, before) in joined_literals(code) {
        if !is_harmless_call(before) {
            files.push(literal);
        }
    }
    // A regular expression or a bare word names a file, too: `qw(.env)`, `open F, $f`.
    if reads && contains_any(code, &LISTINGS) {
        files.push("*".into());
        files.push(".*".into());
    }
    if contains_any(code, &["dotenv_values()", "dotenv.parse"]) {
        files.push(".env".into());
    }
    files
}

fn is_harmless_call(before: &str) -> bool {
    let before = before.trim_end_matches(['(', '{', ' ', '[']);
    if before.ends_with(" -f") || before.ends_with(" -e") || before.ends_with(" -s") {
        return true;
    }
    HARMLESS_CALLS.iter().any(|call| before.ends_with(call))
}

/// The literals with the code in front of them; `'.e' + 'nv'` is one.
fn joined_literals(code: &str) -> Vec<(String, &str)> {
    let mut joined: Vec<(String, &str)> = Vec::new();
    let mut end_before = 0;
    for literal in invocation::text_literals(code) {
        let between = code.get(end_before..literal.start).unwrap_or_default();
        let is_joint = between.trim_matches([' ', '+', '.', '\n', '\t']).is_empty();
        match joined.last_mut() {
            Some((text, _)) if is_joint => text.push_str(&literal.text),
            _ => joined.push((literal.text, code.get(..literal.start).unwrap_or_default())),
        }
        end_before = literal.end;
    }
    joined
}

/// Tells whether code prints this variable of the environment.
pub(super) fn prints_variable(invocation: &Invocation, name: &str) -> bool {
    let prints_result = invocation
        .arguments
        .iter()
        .any(|word| word == "-p" || word == "--print");
    for code in given_code(invocation) {
        let prints = prints_result || contains_any(code, &PRINTS);
        if prints && contains_any(code, &ENVIRONMENTS) && (code.contains(name) || takes_all(code)) {
            return true;
        }
    }
    false
}

/// Tells whether code takes the environment as a whole, or a variable whose name it makes up.
fn takes_all(code: &str) -> bool {
    for accessor in ENVIRONMENTS {
        for (place, _) in code.match_indices(accessor) {
            let rest = code.get(place + accessor.len()..).unwrap_or_default();
            let rest = rest.trim_start_matches(['_', ' ']);
            let rest = rest
                .trim_start_matches(".get")
                .trim_start_matches(".fetch")
                .trim_start_matches(['(', '[', '{', '.', ' ']);
            let names_one =
                rest.starts_with(['"', '\'']) || rest.starts_with(|c: char| c.is_ascii_uppercase());
            if !names_one {
                return true;
            }
        }
    }
    false
}

fn contains_any(code: &str, names: &[&str]) -> bool {
    names.iter().any(|name| code.contains(name))
}
