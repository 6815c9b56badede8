//! Files whose content a command line brings into the conversation, copies of them, and variables
//! that it prints.

use super::invocation::{self, Invocation, Invocations, is_quiet_search, shows_names_only};

/// Programs that print their input.
const READERS: [&str; 59] = [
    "cat",
    "tac",
    "nl",
    "head",
    "tail",
    "less",
    "more",
    "most",
    "bat",
    "batcat",
    "grep",
    "egrep",
    "fgrep",
    "zgrep",
    "rg",
    "ag",
    "ack",
    "sed",
    "awk",
    "gawk",
    "mawk",
    "cut",
    "sort",
    "uniq",
    "strings",
    "xxd",
    "od",
    "hexdump",
    "hd",
    "base64",
    "base32",
    "diff",
    "sdiff",
    "colordiff",
    "delta",
    "comm",
    "paste",
    "fold",
    "fmt",
    "pr",
    "column",
    "rev",
    "view",
    "type",
    "get-content",
    "gc",
    "select-string",
    "sls",
    "jq",
    "yq",
    "dd",
    "tr",
    "tee",
    "pbcopy",
    "clip",
    "expand",
    "zcat",
    "split",
    "csplit",
];
/// Programs that send files to another machine.
const SENDERS: [&str; 12] = [
    "curl",
    "wget",
    "http",
    "https",
    "xh",
    "nc",
    "ncat",
    "netcat",
    "scp",
    "rsync",
    "sftp",
    "invoke-webrequest",
];
/// Programs that write one file into another.
const COPIERS: [&str; 11] = [
    "cp",
    "mv",
    "ln",
    "install",
    "rsync",
    "copy-item",
    "move-item",
    "cpi",
    "mi",
    "copy",
    "move",
];
const PRINTERS: [&str; 6] = [
    "echo",
    "printf",
    "print",
    "write-output",
    "write-host",
    "printenv",
];

/// A file that goes into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The file that is read.
    pub source: String,
    /// The file or the directory that is written to.
    pub target: String,
}

/// Returns the names of files that a program prints or sends. Names that are no files may be
/// among them, such as patterns and options.
#[must_use]
pub fn shown_files(invocation: &Invocation, all: &Invocations) -> Vec<String> {
    let program = invocation.program.as_str();
    let arguments = &invocation.arguments;
    if invocation.is_hidden || goes_to_file(invocation).is_some() {
        return Vec::new();
    }
    let mut files = Vec::new();
    if is_code_runner(program) {
        files.extend(files_in_code(arguments, invocation.input_text.as_deref()));
    }
    if program.is_empty() {
        let prints = |other: &Invocation| {
            PRINTERS.contains(&other.program.as_str()) || SENDERS.contains(&other.program.as_str())
        };
        if all.list.iter().any(prints) {
            files.extend(invocation.inputs.iter().cloned());
        }
    }
    if program == "git" {
        files.extend(files_of_git(arguments));
    }
    if !(READERS.contains(&program) || SENDERS.contains(&program)) || keeps_to_itself(invocation) {
        return files;
    }
    files.extend(invocation.inputs.iter().cloned());
    let sends_only = SENDERS.contains(&program);
    for argument in arguments {
        if !sends_only || matches!(program, "scp" | "rsync" | "sftp") {
            files.push(argument.clone());
        }
        for mark in ["@", "=", "file://", "<"] {
            if let Some((_, rest)) = argument.split_once(mark) {
                files.push(rest.trim_start_matches('@').to_owned());
            }
        }
    }
    if sends_only {
        for pair in arguments.windows(2) {
            let uploads = matches!(
                pair[0].as_str(),
                "-T" | "--upload-file" | "--post-file" | "--body-file" | "-InFile"
            );
            if uploads {
                files.push(pair[1].clone());
            }
        }
    }
    if searches_directories(program, arguments) {
        let mut directories: Vec<&str> = arguments
            .iter()
            .filter(|word| !word.starts_with('-'))
            .map(String::as_str)
            .collect();
        directories.push(".");
        for directory in directories {
            files.push(format!("{}/.env*", directory.trim_end_matches('/')));
        }
    }
    files
}

/// Returns the copies that a program makes.
#[must_use]
pub fn copied_files(invocation: &Invocation) -> Vec<Copied> {
    let program = invocation.program.as_str();
    let mut copies = Vec::new();
    let files: Vec<&String> = invocation
        .arguments
        .iter()
        .filter(|word| !word.starts_with('-'))
        .collect();
    if COPIERS.contains(&program)
        && let Some((target, sources)) = files.split_last()
    {
        for source in sources {
            copies.push(Copied {
                source: (*source).clone(),
                target: (*target).clone(),
            });
        }
    }
    let reads = READERS.contains(&program) && !keeps_to_itself(invocation);
    if let (true, Some(target)) = (reads, goes_to_file(invocation))
        && target != "/dev/null"
    {
        let sources = files.into_iter().chain(&invocation.inputs);
        for source in sources {
            copies.push(Copied {
                source: source.clone(),
                target: target.to_owned(),
            });
        }
    }
    copies
}

/// Returns the variables that a program prints; `None` stands for all of them.
#[must_use]
pub fn printed_variables(invocation: &Invocation) -> Option<Vec<String>> {
    let arguments = &invocation.arguments;
    let program = invocation.program.as_str();
    if invocation.is_hidden || goes_to_file(invocation).is_some() {
        return Some(Vec::new());
    }
    let options_only = arguments.iter().all(|word| word.starts_with('-'));
    match program {
        "env" | "set" | "printenv"
            if arguments.is_empty() || options_only && program == "printenv" =>
        {
            None
        }
        "export" | "declare" | "typeset" if options_only => None,
        "get-childitem" | "gci" | "dir" | "ls"
            if arguments
                .iter()
                .any(|word| word.to_ascii_lowercase().starts_with("env:")) =>
        {
            None
        }
        "printenv" => Some(arguments.clone()),
        _ if PRINTERS.contains(&program) || program == "cat" => Some(invocation.variables.clone()),
        "" if invocation.assignments.is_empty() => Some(invocation.variables.clone()),
        _ => Some(Vec::new()),
    }
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

/// Tells whether a reader shows no value of its input.
fn keeps_to_itself(invocation: &Invocation) -> bool {
    let program = invocation.program.as_str();
    let arguments = &invocation.arguments;
    let edits_in_place = matches!(program, "sed")
        && arguments.iter().any(|word| {
            word.starts_with("-i")
                || word.starts_with("--in-place")
                || word == "-ni"
                || word == "-Ei"
        });
    edits_in_place || is_quiet_search(program, arguments) || shows_names_only(program, arguments)
}

fn searches_directories(program: &str, arguments: &[String]) -> bool {
    let has = |letters: &[char]| {
        arguments
            .iter()
            .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letters))
    };
    let has_long = |names: &[&str]| arguments.iter().any(|word| names.contains(&word.as_str()));
    match program {
        "grep" | "egrep" | "fgrep" => {
            has(&['r', 'R']) || has_long(&["--recursive", "--dereference-recursive"])
        }
        "rg" => has(&['u', '.']) || has_long(&["--hidden", "--no-ignore", "--unrestricted"]),
        "ag" | "ack" => has(&['u', 'a']) || has_long(&["--hidden", "--unrestricted"]),
        _ => false,
    }
}

/// `git show HEAD:.env`, `git diff --no-index a .env`.
fn files_of_git(arguments: &[String]) -> Vec<String> {
    let mut files = Vec::new();
    let reads = arguments.iter().any(|word| {
        matches!(
            word.as_str(),
            "show" | "cat-file" | "grep" | "blame" | "diff"
        )
    });
    if !reads {
        return files;
    }
    let is_raw = arguments
        .iter()
        .any(|word| word == "--no-index" || word == "blame");
    for argument in arguments {
        if let Some((_, file)) = argument.split_once(':') {
            files.push(file.to_owned());
        }
        if is_raw {
            files.push(argument.clone());
        }
    }
    files
}

fn is_code_runner(program: &str) -> bool {
    program.starts_with("python")
        || matches!(
            program,
            "node" | "deno" | "bun" | "perl" | "ruby" | "php" | "tsx" | "ts-node"
        )
}

/// Files that a one-liner names beside a call that reads.
fn files_in_code(arguments: &[String], input: Option<&str>) -> Vec<String> {
    let mut files = Vec::new();
    let has_code = arguments.iter().any(|word| {
        matches!(
            word.as_str(),
            "-c" | "-e"
                | "-r"
                | "-p"
                | "-E"
                | "-pe"
                | "-ne"
                | "-n"
                | "--eval"
                | "eval"
                | "-lne"
                | "-"
        )
    });
    let codes = arguments
        .iter()
        .map(String::as_str)
        .filter(|_| has_code)
        .chain(input);
    for code in codes {
        files.push(code.to_owned());
        let reads = [
            "open(", "read", "Read", "slurp", "file_get", "cat", "Path(", "fopen", "<",
        ]
        .iter()
        .any(|name| code.contains(name));
        if !reads {
            continue;
        }
        for literal in invocation::text_literals(code) {
            files.push(literal);
        }
    }
    files
}
