//! Walks through the commands of a command line and follows each.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use super::inner::inner_command;
use super::pipeline::{is_counter, printed_text};
use super::wrappers::{argument_file, is_wrapper, without_wrapper};
use super::{Fate, Invocation, Invocations, Output, base_name};
use crate::agent::shell::{self, Command, Dialect, Direction, Part, Redirect, Word};

/// Scripts within scripts deeper than this are not followed.
pub(super) const DEEPEST: usize = 8;
/// A command line that starts more programs is not followed.
const MOST: usize = 5_000;
/// A program behind more wrappers is not followed.
const MOST_WRAPPERS: usize = 32;
/// A command line of more words is not followed: no system starts such a program.
const MOST_WORDS: usize = 100_000;
/// Number of later stages of a pipeline that are searched for one that only counts.
const LONGEST_PIPELINE: usize = 64;
/// More text than this is not held for the values of variables.
const LONGEST_VALUE: usize = 64 << 10;
/// Commands that put the output of a substitution into variables, or compare it.
const KEEPERS: [&str; 13] = [
    "export", "declare", "local", "readonly", "typeset", "env", "eval", "source", ".", "test", "[",
    "[[", "set",
];

pub(super) struct Walker {
    pub(super) found: Invocations,
    pub(super) variables: HashMap<String, String>,
    pub(super) aliases: HashMap<String, String>,
    pub(super) directory: PathBuf,
    pub(super) dialect: Dialect,
    pub(super) depth: usize,
    /// Bytes that variables and scripts within the script have brought in.
    pub(super) growth: usize,
    /// Variables of `for`, which hold all of their values.
    pub(super) loop_variables: HashSet<String>,
    words: usize,
    pipelines: usize,
}

impl Walker {
    pub(super) fn new(dialect: Dialect, directory: &Path) -> Self {
        Self {
            found: Invocations::default(),
            variables: HashMap::new(),
            aliases: HashMap::new(),
            directory: directory.to_owned(),
            dialect,
            depth: 0,
            growth: 0,
            loop_variables: HashSet::new(),
            words: 0,
            pipelines: 0,
        }
    }

    /// Follows a script; its output goes the given way.
    pub(super) fn follow_script(&mut self, text: &str, dialect: Dialect, fate: &Fate) {
        if self.depth == DEEPEST {
            self.found.is_opaque = true;
            return;
        }
        if self.depth > 0 && self.is_too_long(text.len()) {
            return;
        }
        let before = self.dialect;
        self.dialect = dialect;
        self.depth += 1;
        let script = shell::read(text, dialect);
        self.found.is_opaque |= script.is_too_deep;
        self.follow_commands(&script.commands, fate);
        self.depth -= 1;
        self.dialect = before;
    }

    pub(super) fn follow_commands(&mut self, commands: &[Command], fate: &Fate) {
        let mut piped: Option<String> = None;
        let mut pipeline = self.pipelines;
        for (number, command) in commands.iter().enumerate() {
            self.words += command.words.len() + command.assignments.len() + command.redirects.len();
            if self.found.list.len() > MOST || self.words > MOST_WORDS {
                self.found.is_opaque = true;
                return;
            }
            let is_piped = number > 0 && commands[number - 1].pipeline == command.pipeline;
            if !is_piped {
                piped = None;
                self.pipelines += 1;
                pipeline = self.pipelines;
            }
            let later = commands[number + 1..]
                .iter()
                .take(LONGEST_PIPELINE)
                .take_while(|later| later.pipeline == command.pipeline);
            let is_counted = later.into_iter().any(is_counter);
            let invocation = Invocation {
                input_text: piped.take(),
                fate: if is_counted {
                    Fate::Counted
                } else {
                    fate.clone()
                },
                pipeline,
                is_piped,
                ends_block: command.ends_block,
                ..Invocation::default()
            };
            piped = self.follow_command(command, invocation);
        }
    }

    /// Follows a command; returns its output if that is known.
    fn follow_command(&mut self, command: &Command, mut invocation: Invocation) -> Option<String> {
        for (name, value) in &command.assignments {
            let value = self
                .expand_word(value, &Fate::Kept(Some(name.clone())))
                .join(" ");
            invocation.assignments.push((name.clone(), value));
        }
        let mut words = Vec::new();
        match self.powershell_assignment(command) {
            Some(assignment) => invocation.assignments.push(assignment),
            None => {
                for word in &command.words {
                    let fate = fate_of_parts(command, word, &invocation.fate);
                    words.extend(self.expand_word(word, &fate));
                }
            }
        }
        invocation.variables = self.unset_variables(command);
        invocation.directory.clone_from(&self.directory);
        for redirect in &command.redirects {
            self.follow_redirect(redirect, &mut invocation);
        }
        if words.is_empty() {
            for (name, value) in invocation.assignments.clone() {
                self.set_variable(name, value);
            }
            self.found.list.push(invocation);
            return None;
        }
        // `export $(cat .env)`: there are arguments, but nobody knows them.
        if words.len() == 1 && command.words.len() > 1 {
            words.push(String::new());
        }
        if let Some(value) = self.aliases.get(&words[0]).cloned() {
            let rest = words.split_off(1);
            words = value.split_whitespace().map(str::to_owned).collect();
            words.extend(rest);
        }
        self.start(words, invocation)
    }

    fn follow_redirect(&mut self, redirect: &Redirect, invocation: &mut Invocation) {
        let fate = invocation.fate.clone();
        let target = self.expand_word(&redirect.target, &fate).join(" ");
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

    fn unset_variables(&self, command: &Command) -> Vec<String> {
        let mut names = BTreeSet::new();
        let texts = command.redirects.iter().map(|redirect| &redirect.target);
        for word in command.words.iter().chain(texts) {
            for part in &word.parts {
                if let Part::Variable { name, .. } = part
                    && self.variables.get(name).is_none_or(String::is_empty)
                {
                    names.insert(without_drive(name).to_owned());
                }
            }
        }
        names.into_iter().collect()
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
        let mut text = first.literal_text();
        for word in rest {
            text.push_str(
                &self
                    .expand_word(word, &Fate::Kept(Some(name.clone())))
                    .join(" "),
            );
        }
        let value = text.strip_prefix('=')?;
        let name = name.to_ascii_lowercase();
        Some((without_drive(&name).to_owned(), value.to_owned()))
    }

    pub(super) fn set_variable(&mut self, name: String, value: String) {
        if value.len() <= LONGEST_VALUE {
            self.variables.insert(name, value);
        }
    }

    /// Takes the wrappers off and follows the commands that the program runs.
    pub(super) fn start(
        &mut self,
        mut words: Vec<String>,
        mut invocation: Invocation,
    ) -> Option<String> {
        let mut wrappers = 0;
        while let Some(program) = words.first().map(|word| base_name(word)) {
            wrappers += 1;
            if wrappers > MOST_WRAPPERS || self.found.list.len() > MOST {
                self.found.is_opaque = true;
                break;
            }
            let only_asks = program == "command"
                && words
                    .get(1)
                    .is_some_and(|word| word == "-v" || word == "-V");
            if !is_wrapper(&program) || only_asks {
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
            let mut rest = without_wrapper(&words, &mut invocation.assignments);
            if program == "xargs" || program == "parallel" {
                self.take_names(&words, &mut rest, &mut invocation);
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
        let inner = inner_command(&invocation.program, &invocation.arguments);
        let around = invocation.clone();
        let printed = printed_text(&invocation);
        self.found.list.push(invocation);
        if let Some(inner) = inner
            && self.depth < DEEPEST
        {
            self.depth += 1;
            self.start(
                inner,
                Invocation {
                    arguments: Vec::new(),
                    ..around
                },
            );
            self.depth -= 1;
        }
        printed
    }

    /// `xargs` takes further arguments from its input. Every program that gets them may show the
    /// file that they come from, at least in an error message.
    fn take_names(
        &mut self,
        words: &[String],
        rest: &mut Vec<String>,
        invocation: &mut Invocation,
    ) {
        if !rest.is_empty()
            && let Some(text) = &invocation.input_text
        {
            rest.extend(text.split_whitespace().map(str::to_owned));
            return;
        }
        let mut inputs = std::mem::take(&mut invocation.inputs);
        inputs.extend(argument_file(&words[1..]));
        if inputs.is_empty() {
            invocation.takes_names = true;
            return;
        }
        self.found.list.push(Invocation {
            program: "xargs".into(),
            inputs,
            ..invocation.clone()
        });
    }
}

/// Returns where the output of the substitutions in a word goes.
fn fate_of_parts(command: &Command, word: &Word, fate: &Fate) -> Fate {
    let first = command
        .words
        .first()
        .map(Word::literal_text)
        .unwrap_or_default();
    if !KEEPERS.contains(&first.as_str()) {
        return fate.clone();
    }
    let literal = word.literal_text();
    let name = literal.split_once('=').map(|(name, _)| name.to_owned());
    Fate::Kept(name.filter(|name| !name.is_empty()))
}

/// The name behind PowerShell's `env:`.
fn without_drive(name: &str) -> &str {
    match name.split_at_checked("env:".len()) {
        Some((drive, rest)) if drive.eq_ignore_ascii_case("env:") => rest,
        _ => name,
    }
}
