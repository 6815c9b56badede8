//! From a command line to the programs that it starts: variables filled in, wrappers such as `env`
//! and `sudo` taken off, `sh -c`, `eval` and substitutions followed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::shell::{self, Command, Dialect, Direction, Part, Word};

/// Scripts within scripts deeper than this are not followed.
const DEEPEST: usize = 8;
/// A command line that starts more programs is not followed.
const MOST: usize = 5_000;
/// A program behind more wrappers is not followed.
const MOST_WRAPPERS: usize = 32;
/// Stages of a pipeline that are looked at to find one that only counts.
const LONGEST_PIPELINE: usize = 64;
/// Variables are filled in until the command line has grown by this much.
const MOST_GROWTH: usize = 16 << 20;
/// More text than this is not held for the values of variables.
const LONGEST_VALUE: usize = 64 << 10;

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
    /// Its output does not reach the conversation: a variable or a counter takes it.
    pub is_hidden: bool,
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
    let mut walker = Walker {
        found: Invocations::default(),
        variables: HashMap::new(),
        aliases: HashMap::new(),
        directory: directory.to_owned(),
        dialect,
        depth: 0,
        growth: 0,
    };
    walker.script(text, dialect, false);
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

/// Programs that start the one that their arguments name.
const WRAPPERS: [&str; 34] = [
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
    "dotenv",
    "direnv",
    "start-process",
];
/// Options of wrappers that take the next argument.
const WRAPPER_VALUES: [&str; 22] = [
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
    "--user",
    "--group",
    "--signal",
    "--chdir",
    "--kill-after",
];
const SHELLS: [&str; 8] = ["sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "mksh"];
const POWERSHELLS: [&str; 2] = ["pwsh", "powershell"];
/// Programs that count or compare their input and show none of it.
const COUNTERS: [&str; 9] = [
    "wc",
    "md5sum",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "shasum",
    "cksum",
    "b2sum",
    "true",
];
/// Commands that put the output of a substitution into variables.
const KEEPERS: [&str; 12] = [
    "export", "declare", "local", "readonly", "typeset", "env", "eval", "source", ".", "test", "[",
    "set",
];

struct Walker {
    found: Invocations,
    variables: HashMap<String, String>,
    aliases: HashMap<String, String>,
    directory: PathBuf,
    dialect: Dialect,
    depth: usize,
    /// Bytes that variables have brought in.
    growth: usize,
}

impl Walker {
    fn script(&mut self, text: &str, dialect: Dialect, is_hidden: bool) {
        if self.depth == DEEPEST {
            self.found.is_opaque = true;
            return;
        }
        let before = self.dialect;
        self.dialect = dialect;
        self.depth += 1;
        let script = shell::read(text, dialect);
        self.found.is_opaque |= script.is_too_deep;
        self.commands(&script.commands, is_hidden);
        self.depth -= 1;
        self.dialect = before;
    }

    fn commands(&mut self, commands: &[Command], is_hidden: bool) {
        let mut piped: Option<String> = None;
        for (number, command) in commands.iter().enumerate() {
            if self.found.list.len() > MOST {
                self.found.is_opaque = true;
                return;
            }
            let is_first = number == 0 || commands[number - 1].pipeline != command.pipeline;
            let input_text = if is_first { None } else { piped.take() };
            let later = commands[number + 1..]
                .iter()
                .take(LONGEST_PIPELINE)
                .take_while(|later| later.pipeline == command.pipeline);
            let is_counted = later.into_iter().any(is_counter);
            piped = self.command(command, input_text, is_hidden || is_counted);
        }
    }

    /// Follows a command; returns its output if that is known.
    fn command(
        &mut self,
        command: &Command,
        input_text: Option<String>,
        is_hidden: bool,
    ) -> Option<String> {
        let first = command.words.first().map(Word::literal).unwrap_or_default();
        let keeps = command.words.is_empty() || KEEPERS.contains(&first.as_str());
        let hides_parts = is_hidden || keeps;
        let mut assignments = Vec::new();
        for (name, value) in &command.assignments {
            let value = self.expand(value, true).join(" ");
            assignments.push((name.clone(), value));
        }
        let mut words = Vec::new();
        match self.powershell_assignment(command) {
            Some(assignment) => assignments.push(assignment),
            None => {
                for word in &command.words {
                    words.extend(self.expand(word, hides_parts));
                }
            }
        }
        let mut invocation = Invocation {
            assignments,
            input_text,
            variables: self.unset_variables(command),
            directory: self.directory.clone(),
            is_hidden,
            ..Invocation::default()
        };
        for redirect in &command.redirects {
            let target = self.expand(&redirect.target, hides_parts).join(" ");
            match redirect.direction {
                Direction::Input => invocation.inputs.push(target),
                Direction::Text => invocation.input_text = Some(target),
                Direction::Output | Direction::Append => invocation.outputs.push(Output {
                    file: target,
                    appends: redirect.direction == Direction::Append,
                    is_messages: redirect.is_other,
                }),
            }
        }
        if words.is_empty() {
            for (name, value) in invocation.assignments.clone() {
                self.set(name, value);
            }
            self.found.list.push(invocation);
            return None;
        }
        if let Some(value) = self.aliases.get(&words[0]).cloned() {
            let rest = words.split_off(1);
            words = value.split_whitespace().map(str::to_owned).collect();
            words.extend(rest);
        }
        self.start(words, invocation)
    }

    fn unset_variables(&self, command: &Command) -> Vec<String> {
        let mut names = Vec::new();
        let texts = command.redirects.iter().map(|redirect| &redirect.target);
        for word in command.words.iter().chain(texts) {
            for part in &word.parts {
                if let Part::Variable { name, .. } = part
                    && !self.variables.contains_key(name)
                {
                    let name = name.to_owned();
                    let start = name.get(..4).unwrap_or_default();
                    let name = if start.eq_ignore_ascii_case("env:") {
                        name.get(4..).unwrap_or_default().to_owned()
                    } else {
                        name
                    };
                    names.push(name);
                }
            }
        }
        names
    }

    /// Reads `$env:NAME = 'value'`.
    fn powershell_assignment(&mut self, command: &Command) -> Option<(String, String)> {
        let (first, rest) = command.words.split_first()?;
        let Some(Part::Variable { name, .. }) = first.parts.first() else {
            return None;
        };
        if self.dialect != Dialect::PowerShell {
            return None;
        }
        let mut text = first.literal();
        for word in rest {
            text.push_str(&self.expand(word, true).join(" "));
        }
        let value = text.strip_prefix('=')?;
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("env:").unwrap_or(&name);
        Some((name.to_owned(), value.to_owned()))
    }

    fn set(&mut self, name: String, value: String) {
        if value.len() <= LONGEST_VALUE {
            self.variables.insert(name, value);
        }
    }

    /// Takes the wrappers off and follows the commands that the program runs.
    fn start(&mut self, mut words: Vec<String>, mut invocation: Invocation) -> Option<String> {
        let mut wrappers = 0;
        while let Some(program) = words.first().map(|word| base_name(word)) {
            wrappers += 1;
            if wrappers > MOST_WRAPPERS {
                self.found.is_opaque = true;
                break;
            }
            if !WRAPPERS.contains(&program.as_str()) {
                break;
            }
            let split = words
                .iter()
                .position(|word| word == "-S" || word == "--split-string");
            if let (Some(split), "env") = (split, program.as_str()) {
                let text = words.split_off(split + 1).join(" ");
                words = text.split_whitespace().map(str::to_owned).collect();
                continue;
            }
            let rest = without_wrapper(&words, &mut invocation.assignments);
            if (program == "xargs" || program == "parallel")
                && let Some(text) = &invocation.input_text
                && !rest.is_empty()
            {
                words = rest;
                words.extend(text.split_whitespace().map(str::to_owned));
                continue;
            }
            if rest.is_empty() {
                break;
            }
            words = rest;
        }
        let mut words = words.into_iter();
        invocation.program = base_name(&words.next().unwrap_or_default());
        invocation.arguments = words.collect();
        self.follow(&invocation);
        let printed = printed_text(&invocation);
        self.found.list.push(invocation);
        printed
    }

    /// Follows the commands that a program runs: scripts, other directories, other commands.
    fn follow(&mut self, invocation: &Invocation) {
        let Invocation {
            program,
            arguments,
            is_hidden,
            ..
        } = invocation;
        let name = program.as_str();
        if SHELLS.contains(&name) || name == "su" || name == "busybox" {
            self.shell(invocation);
        } else if POWERSHELLS.contains(&name) {
            self.powershell(invocation);
        } else if name == "cmd" {
            let runs =
                |word: &String| matches!(word.to_ascii_lowercase().as_str(), "/c" | "/k" | "/s");
            let text: Vec<&str> = arguments
                .iter()
                .filter(|word| !runs(word))
                .map(String::as_str)
                .collect();
            self.script(&text.join(" "), Dialect::Posix, *is_hidden);
        } else if matches!(name, "eval" | "invoke-expression" | "iex") {
            self.script(&arguments.join(" "), self.dialect, *is_hidden);
        } else if name == "trap" {
            let text = arguments.first().cloned().unwrap_or_default();
            self.script(&text, Dialect::Posix, *is_hidden);
        } else if name == "alias" {
            for argument in arguments {
                if let Some((name, value)) = argument.split_once('=') {
                    self.script(value, Dialect::Posix, *is_hidden);
                    self.aliases.insert(name.to_owned(), value.to_owned());
                }
            }
        } else if matches!(
            name,
            "export" | "declare" | "local" | "readonly" | "typeset"
        ) {
            for argument in arguments {
                if let Some((name, value)) = argument.split_once('=') {
                    self.set(name.to_owned(), value.to_owned());
                }
            }
        } else if matches!(name, "cd" | "pushd" | "chdir" | "set-location" | "sl") {
            let target = arguments.iter().find(|word| !word.starts_with('-'));
            if let Some(target) = target {
                self.directory = self.directory.join(target);
            }
        } else if name == "for" {
            let values = arguments.get(2..).unwrap_or_default().join(" ");
            if let Some(name) = arguments.first() {
                self.set(name.clone(), values);
            }
        } else if name == "find" || name == "fd" {
            self.find(invocation);
        } else if name.starts_with("python")
            || matches!(
                name,
                "node" | "deno" | "bun" | "perl" | "ruby" | "php" | "osascript"
            )
        {
            self.interpreter(invocation);
        }
    }

    fn shell(&mut self, invocation: &Invocation) {
        let mut words = invocation.arguments.iter();
        while let Some(word) = words.next() {
            let is_command = word.starts_with('-') && !word.starts_with("--") && word.contains('c');
            if is_command || word == "--command" {
                let text = words.next().cloned().unwrap_or_default();
                self.script(&text, Dialect::Posix, invocation.is_hidden);
                return;
            }
            if !word.starts_with(['-', '+']) && invocation.program != "su" {
                return;
            }
        }
        if let Some(text) = &invocation.input_text {
            self.script(text, Dialect::Posix, invocation.is_hidden);
        }
    }

    fn powershell(&mut self, invocation: &Invocation) {
        let is_option = |word: &String, name: &str| {
            let word = word.to_ascii_lowercase();
            word.len() > 1 && word.starts_with('-') && name.starts_with(&word)
        };
        let arguments = &invocation.arguments;
        if arguments
            .iter()
            .any(|word| is_option(word, "-encodedcommand") || word.eq_ignore_ascii_case("-ec"))
        {
            self.found.is_opaque = true;
        }
        if let Some(place) = arguments
            .iter()
            .position(|word| is_option(word, "-command"))
        {
            let text = arguments[place + 1..].join(" ");
            self.script(&text, Dialect::PowerShell, invocation.is_hidden);
        } else if let Some(place) = arguments.iter().position(|word| !word.starts_with('-')) {
            let text = arguments[place..].join(" ");
            self.script(&text, Dialect::PowerShell, invocation.is_hidden);
        } else if let Some(text) = &invocation.input_text {
            self.script(text, Dialect::PowerShell, invocation.is_hidden);
        }
    }

    /// Follows `find … -exec`, with the place and the pattern in place of `{}`.
    fn find(&mut self, invocation: &Invocation) {
        let arguments = &invocation.arguments;
        let start = arguments.first().filter(|word| !word.starts_with('-'));
        let start = start.map_or(".", String::as_str);
        let named = arguments
            .iter()
            .position(|word| matches!(word.as_str(), "-name" | "-iname" | "-wholename" | "-path"))
            .and_then(|place| arguments.get(place + 1));
        let found = match named {
            Some(pattern) => format!("{}/{pattern}", start.trim_end_matches('/')),
            None => start.to_owned(),
        };
        for (place, word) in arguments.iter().enumerate() {
            if !matches!(
                word.as_str(),
                "-exec" | "-execdir" | "-ok" | "-okdir" | "-x" | "-X"
            ) {
                continue;
            }
            let mut words = Vec::new();
            for word in &arguments[place + 1..] {
                if word == ";" || word == "+" {
                    break;
                }
                words.push(word.replace("{}", &found));
            }
            let inner = Invocation {
                assignments: invocation.assignments.clone(),
                directory: self.directory.clone(),
                is_hidden: invocation.is_hidden,
                ..Invocation::default()
            };
            if !words.is_empty() && self.depth < DEEPEST {
                self.depth += 1;
                self.start(words, inner);
                self.depth -= 1;
            }
        }
    }

    /// Follows the text literals of a one-liner: each as a command line, and all together as one.
    fn interpreter(&mut self, invocation: &Invocation) {
        let mut words = invocation.arguments.iter();
        let mut code = invocation.input_text.clone();
        while let Some(word) = words.next() {
            let is_code = word.starts_with('-')
                && (word.ends_with('c')
                    || word.ends_with('e')
                    || word.ends_with('r')
                    || word.ends_with('E')
                    || word.ends_with('p'))
                || word == "--eval"
                || word == "eval";
            if is_code {
                code = words.next().cloned();
                break;
            }
        }
        let Some(code) = code else { return };
        let starts_programs = [
            "system",
            "popen",
            "subprocess",
            "exec",
            "spawn",
            "run(",
            "check_call",
            "check_output",
            "Deno.Command",
            "shell_exec",
            "do shell script",
            "`",
            "$`",
            "%x",
        ]
        .iter()
        .any(|name| code.contains(name));
        if !starts_programs {
            return;
        }
        let literals = text_literals(&code);
        for literal in &literals {
            self.script(literal, Dialect::Posix, invocation.is_hidden);
        }
        self.script(&literals.join(" "), Dialect::Posix, invocation.is_hidden);
    }

    /// Fills in variables and substitutions, expands braces, and splits unquoted text.
    fn expand(&mut self, word: &Word, is_hidden: bool) -> Vec<String> {
        if let Some(plain) = word.plain() {
            return braces(&self.home(plain));
        }
        let mut fields = vec![String::new()];
        for part in &word.parts {
            match part {
                Part::Text { text, quoted } => {
                    let text = if *quoted {
                        text.clone()
                    } else {
                        self.home(text)
                    };
                    push_last(&mut fields, &text);
                }
                Part::Variable {
                    name,
                    default,
                    quoted,
                } => {
                    let value = self.value(name, default.as_deref());
                    self.growth += value.len();
                    if self.growth > MOST_GROWTH {
                        self.found.is_opaque = true;
                        return Vec::new();
                    }
                    push_value(&mut fields, &value, *quoted);
                }
                Part::Substitution { commands, quoted } => {
                    let before = self.found.list.len();
                    self.commands(commands, is_hidden);
                    let mut value = String::new();
                    if let [invocation] = self.found.list.get(before..).unwrap_or_default() {
                        value = printed_text(invocation).unwrap_or_default();
                    }
                    push_value(&mut fields, &value, *quoted);
                }
            }
        }
        if fields.len() == 1 && fields[0].is_empty() && !has_quotes(word) {
            return Vec::new();
        }
        fields
    }

    fn home(&self, text: &str) -> String {
        let rest = match text.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => rest,
            _ => return text.to_owned(),
        };
        format!("{}{rest}", self.value("HOME", Some("~")))
    }

    fn value(&self, name: &str, default: Option<&str>) -> String {
        let folded = name.to_ascii_lowercase();
        let folded = folded.strip_prefix("env:").unwrap_or(&folded);
        let is_folded = self.dialect == Dialect::PowerShell;
        let known = self.variables.get(if is_folded { folded } else { name });
        if let Some(value) = known {
            return value.clone();
        }
        match name {
            "PWD" => return self.directory.to_string_lossy().into_owned(),
            "HOME" => {
                if let Some(home) = std::env::home_dir() {
                    return home.to_string_lossy().into_owned();
                }
            }
            _ => {}
        }
        default.unwrap_or_default().to_owned()
    }
}

/// Takes a wrapper and its options off.
fn without_wrapper(words: &[String], assignments: &mut Vec<(String, String)>) -> Vec<String> {
    let program = base_name(&words[0]);
    let mut takes_operand = matches!(
        program.as_str(),
        "timeout" | "gtimeout" | "taskset" | "chrt" | "flock"
    );
    let mut place = 1;
    while let Some(word) = words.get(place) {
        let takes_value = WRAPPER_VALUES.contains(&word.as_str())
            && !(program == "env" && word == "-i")
            && !(matches!(program.as_str(), "sudo" | "doas")
                && matches!(word.as_str(), "-n" | "-E" | "-i" | "-s" | "-S" | "-k"))
            && !(program == "time" && word == "-p")
            && !(program == "command" && word == "-p");
        if takes_value {
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

/// Tells whether a stage of a pipeline lets through nothing that could be a key.
fn is_counter(command: &Command) -> bool {
    let words: Vec<String> = command.words.iter().map(Word::literal).collect();
    let Some(name) = words.first().map(|word| base_name(word)) else {
        return false;
    };
    let has = |option: &str| words.iter().any(|word| word == option);
    let goes_nowhere = command.redirects.iter().any(|redirect| {
        redirect.direction == Direction::Output
            && !redirect.is_other
            && redirect.target.literal() == "/dev/null"
    });
    COUNTERS.contains(&name.as_str())
        || goes_nowhere
        || (name == "phguard" && has("redact"))
        || is_quiet_search(&name, &words[1..])
        || shows_names_only(&name, &words[1..])
}

/// Tells whether a search prints no line of its input.
#[must_use]
pub fn is_quiet_search(program: &str, arguments: &[String]) -> bool {
    if !matches!(program, "grep" | "egrep" | "fgrep" | "rg" | "ag") {
        return false;
    }
    arguments.iter().any(|word| {
        let is_cluster = word.starts_with('-') && !word.starts_with("--");
        (is_cluster && word.contains(['q', 'c', 'l', 'L']) && !word.contains(['o', 'e', 'f']))
            || matches!(
                word.as_str(),
                "--quiet"
                    | "--silent"
                    | "--count"
                    | "--files-with-matches"
                    | "--files-without-match"
            )
    })
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
        "sed" => {
            arguments.iter().any(|script| {
                script.starts_with("s/=.*/")
                    && script.trim_end_matches('g').ends_with('/')
                    && !script.contains(['&', '\\', ';', '\n'])
            }) && arguments
                .iter()
                .filter(|word| word.starts_with("s/") || *word == "-e")
                .count()
                == 1
        }
        "awk" | "gawk" | "mawk" => {
            text.contains("-F=")
                && (text.contains("{print $1}") || text.contains("{ print $1 }"))
                && !text.contains(',')
        }
        _ => false,
    }
}

/// Returns the text that `echo` and `printf` print.
fn printed_text(invocation: &Invocation) -> Option<String> {
    let arguments = &invocation.arguments;
    match invocation.program.as_str() {
        "echo" | "write-output" | "write-host" => {
            let words = arguments
                .iter()
                .skip_while(|word| matches!(word.as_str(), "-n" | "-e" | "-E" | "-ne" | "-en"));
            let words: Vec<&str> = words.map(String::as_str).collect();
            Some(words.join(" "))
        }
        "printf" => {
            let (format, values) = arguments.split_first()?;
            let mut text = format.replace("\\n", "\n");
            for value in values {
                text = if text.contains("%s") {
                    text.replacen("%s", value, 1)
                } else {
                    format!("{text} {value}")
                };
            }
            Some(text)
        }
        "cat" if arguments.is_empty() => invocation.input_text.clone(),
        _ => None,
    }
}

fn has_quotes(word: &Word) -> bool {
    word.parts
        .iter()
        .any(|part| matches!(part, Part::Text { quoted: true, .. }))
}

fn push_last(fields: &mut [String], text: &str) {
    if let Some(last) = fields.last_mut() {
        last.push_str(text);
    }
}

fn push_value(fields: &mut Vec<String>, value: &str, quoted: bool) {
    if quoted {
        push_last(fields, value);
        return;
    }
    let mut words = value.split_whitespace();
    if let Some(first) = words.next() {
        push_last(fields, first);
    }
    fields.extend(words.map(str::to_owned));
}

/// Expands `a{b,c}d`, one pair of braces after the other, to at most 64 words.
fn braces(text: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![text.to_owned()];
    while let Some(word) = open.pop() {
        let parts = word.split_once('{').and_then(|(before, rest)| {
            let (inside, after) = rest.split_once('}')?;
            Some((before, inside, after))
        });
        match parts {
            Some((before, inside, after))
                if inside.contains(',') && open.len() + done.len() < 64 =>
            {
                for choice in inside.rsplit(',') {
                    open.push(format!("{before}{choice}{after}"));
                }
            }
            _ => done.push(word),
        }
    }
    done
}

/// Returns the texts between quotes in the source text of any language.
pub(super) fn text_literals(code: &str) -> Vec<String> {
    let mut literals = Vec::new();
    let mut characters = code.chars();
    while let Some(open) = characters.next() {
        if !matches!(open, '"' | '\'' | '`') {
            continue;
        }
        let mut literal = String::new();
        while let Some(character) = characters.next() {
            match character {
                '\\' => literal.extend(characters.next()),
                end if end == open => break,
                other => literal.push(other),
            }
        }
        if !literal.is_empty() {
            literals.push(literal);
        }
    }
    literals
}
