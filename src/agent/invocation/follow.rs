//! Commands that a program runs in its turn: scripts, other directories, one-liners.

use super::Invocation;
use super::literals::text_literals;
use super::walker::{DEEPEST, Walker};
use crate::agent::shell::Dialect;

const SHELLS: [&str; 8] = ["sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "mksh"];
const INTERPRETERS: [&str; 13] = [
    "node",
    "nodejs",
    "deno",
    "bun",
    "perl",
    "ruby",
    "php",
    "osascript",
    "lua",
    "luajit",
    "tsx",
    "ts-node",
    "rscript",
];
/// Calls by which code starts a program.
const STARTERS: [&str; 14] = [
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
];

/// Tells whether a program is a shell of the Posix kind.
pub(in crate::agent) fn is_shell(program: &str) -> bool {
    SHELLS.contains(&program)
}

/// Tells whether a program runs code of a language that is no shell's.
pub(in crate::agent) fn is_interpreter(program: &str) -> bool {
    let unversioned = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    program.starts_with("python")
        || program.starts_with("pypy")
        || INTERPRETERS.contains(&unversioned)
}

impl Walker {
    /// Follows the commands that a program runs: scripts, other directories, other commands.
    pub(super) fn follow(&mut self, invocation: &Invocation) {
        let arguments = &invocation.arguments;
        match invocation.program.as_str() {
            "su" | "busybox" => self.follow_shell(invocation),
            "pwsh" | "powershell" => self.follow_powershell(invocation),
            "cmd" => {
                let mut words = Vec::new();
                for word in arguments {
                    if !matches!(word.to_ascii_lowercase().as_str(), "/c" | "/k" | "/s") {
                        words.push(word.as_str());
                    }
                }
                self.follow_script(&words.join(" "), Dialect::Posix, &invocation.fate);
            }
            "eval" | "invoke-expression" | "iex" => {
                self.follow_script(&arguments.join(" "), self.dialect, &invocation.fate);
            }
            "trap" => {
                let text = arguments.first().cloned().unwrap_or_default();
                self.follow_script(&text, Dialect::Posix, &invocation.fate);
            }
            "alias" => self.follow_alias(invocation),
            "export" | "declare" | "local" | "readonly" | "typeset" => {
                for argument in arguments {
                    if let Some((name, value)) = argument.split_once('=') {
                        self.set_variable(name.to_owned(), value.to_owned());
                    }
                }
            }
            "cd" | "pushd" | "chdir" | "set-location" | "sl" => {
                let target = arguments.iter().find(|word| !word.starts_with('-'));
                if let Some(target) = target {
                    self.directory = self.directory.join(target);
                }
            }
            "for" => {
                let values = arguments.get(2..).unwrap_or_default().join(" ");
                if let Some(name) = arguments.first() {
                    self.loop_variables.insert(name.clone());
                    self.set_variable(name.clone(), values);
                }
            }
            "find" | "fd" => self.follow_find(invocation),
            name if is_shell(name) => self.follow_shell(invocation),
            name if is_interpreter(name) => self.follow_interpreter(invocation),
            _ => {}
        }
    }

    fn follow_alias(&mut self, invocation: &Invocation) {
        for argument in &invocation.arguments {
            if let Some((name, value)) = argument.split_once('=') {
                self.follow_script(value, Dialect::Posix, &invocation.fate);
                self.aliases.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn follow_shell(&mut self, invocation: &Invocation) {
        let mut words = invocation.arguments.iter();
        while let Some(word) = words.next() {
            let is_command = word.starts_with('-') && !word.starts_with("--") && word.contains('c');
            if is_command || word == "--command" {
                let text = words.next().cloned().unwrap_or_default();
                self.follow_script(&text, Dialect::Posix, &invocation.fate);
                return;
            }
            if !word.starts_with(['-', '+']) && invocation.program != "su" {
                return;
            }
        }
        if let Some(text) = &invocation.input_text {
            self.follow_script(text, Dialect::Posix, &invocation.fate);
        }
    }

    fn follow_powershell(&mut self, invocation: &Invocation) {
        let arguments = &invocation.arguments;
        let encoded = arguments.iter().any(|word| {
            is_abbreviation(word, "-encodedcommand") || word.eq_ignore_ascii_case("-ec")
        });
        if encoded {
            self.found.is_opaque = true;
        }
        let command = arguments
            .iter()
            .position(|word| is_abbreviation(word, "-command"));
        let plain = arguments.iter().position(|word| !word.starts_with('-'));
        let start = command.map(|place| place + 1).or(plain);
        if let Some(start) = start {
            let text = arguments[start..].join(" ");
            self.follow_script(&text, Dialect::PowerShell, &invocation.fate);
        } else if let Some(text) = &invocation.input_text {
            self.follow_script(text, Dialect::PowerShell, &invocation.fate);
        }
    }

    /// Follows `find … -exec`, with the place and the pattern in place of `{}`.
    fn follow_find(&mut self, invocation: &Invocation) {
        let arguments = &invocation.arguments;
        let found = found_by_find(arguments);
        let mut place = 0;
        while let Some(word) = arguments.get(place) {
            place += 1;
            if !matches!(
                word.as_str(),
                "-exec" | "-execdir" | "-ok" | "-okdir" | "-x" | "-X"
            ) {
                continue;
            }
            let mut words = Vec::new();
            while let Some(word) = arguments.get(place) {
                place += 1;
                if word == ";" || word == "+" {
                    break;
                }
                words.push(word.replace("{}", &found));
            }
            // fd puts the names behind the command itself.
            if invocation.program == "fd" && !words.contains(&found) {
                words.push(found.clone());
            }
            let inner = Invocation {
                assignments: invocation.assignments.clone(),
                directory: self.directory.clone(),
                fate: invocation.fate.clone(),
                pipeline: invocation.pipeline,
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
    fn follow_interpreter(&mut self, invocation: &Invocation) {
        let mut words = invocation.arguments.iter();
        let mut code = invocation.input_text.clone();
        while let Some(word) = words.next() {
            let is_option = word.starts_with('-') && word.ends_with(['c', 'e', 'r', 'E', 'p']);
            if is_option || word == "--eval" || word == "eval" {
                code = words.next().cloned();
                break;
            }
        }
        let Some(code) = code else { return };
        if !STARTERS.iter().any(|name| code.contains(name)) {
            return;
        }
        let mut together = String::new();
        for literal in text_literals(&code) {
            self.follow_script(&literal.text, Dialect::Posix, &invocation.fate);
            together.push_str(&literal.text);
            together.push(' ');
        }
        self.follow_script(&together, Dialect::Posix, &invocation.fate);
    }
}

/// `-c`, `-com` and `-Command` for `-command`.
fn is_abbreviation(word: &str, name: &str) -> bool {
    let word = word.to_ascii_lowercase();
    word.len() > 1 && word.starts_with('-') && name.starts_with(&word)
}

/// A pattern for the files that `find` or `fd` hands to its command.
fn found_by_find(arguments: &[String]) -> String {
    let start = arguments.first().filter(|word| !word.starts_with('-'));
    let start = start.map_or(".", String::as_str).trim_end_matches('/');
    let any_file = format!("{start}/**/{{*,.*}}");
    // Of several conditions a single one may decide.
    let is_choice = |word: &String| matches!(word.as_str(), "-o" | "-or" | "!" | "-not" | ",");
    if arguments.iter().any(is_choice) {
        return any_file;
    }
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-name" | "-iname" => {
                let pattern = words.next().map_or("*", String::as_str);
                return format!("{start}/**/{pattern}");
            }
            "-path" | "-wholename" => {
                if let Some(pattern) = words.next() {
                    return pattern.clone();
                }
            }
            _ => {}
        }
    }
    any_file
}
