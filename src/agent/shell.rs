//! Reads a command line as a shell does: words without their quotes, operators, redirections,
//! nested commands. It runs nothing and knows no command.
//!
//! No crate does this for a guard: `shlex` splits words but knows no operators, `conch-parser` is
//! abandoned, `yash-syntax` is under the GPL, and none of them reads PowerShell. The reader never
//! fails: text that a shell would refuse still comes out as words.

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
    /// It is about another descriptor than the standard ones for input and output.
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
}

/// A command line that was read.
#[derive(Debug, Default)]
pub struct Script {
    /// The simple commands in order, those of subshells and loops among them.
    pub commands: Vec<Command>,
    /// Something in it is nested too deeply to be read.
    pub is_too_deep: bool,
}

/// Words that stand where a command's name may follow.
const RESERVED: [&str; 16] = [
    "if", "then", "elif", "else", "fi", "do", "done", "while", "until", "case", "esac", "{", "}",
    "!", "coproc", "function",
];

/// Reads a command line.
#[must_use]
pub fn read(text: &str, dialect: Dialect) -> Script {
    let text: Vec<char> = text.chars().collect();
    let mut reader = Reader::new(&text, dialect, 0);
    let commands = reader.commands(None);
    Script {
        commands,
        is_too_deep: reader.is_too_deep,
    }
}

struct HereDocument {
    end: String,
    is_quoted: bool,
    strips_tabs: bool,
    command: usize,
    redirect: usize,
}

struct Reader<'t> {
    text: &'t [char],
    at: usize,
    dialect: Dialect,
    depth: usize,
    is_too_deep: bool,
}

/// The commands that were read so far and the one that is being read.
#[derive(Default)]
struct Draft {
    done: Vec<Command>,
    current: Command,
    /// The number that stands right before `<` or `>`.
    descriptor: Option<String>,
    documents: Vec<HereDocument>,
    pipeline: usize,
}

impl Draft {
    fn finish(&mut self) {
        let mut command = std::mem::take(&mut self.current);
        let is_empty = command.words.is_empty()
            && command.assignments.is_empty()
            && command.redirects.is_empty();
        if !is_empty {
            command.pipeline = self.pipeline;
            self.done.push(command);
        }
    }

    fn end_pipeline(&mut self) {
        self.finish();
        self.pipeline += 1;
    }
}

impl<'t> Reader<'t> {
    fn new(text: &'t [char], dialect: Dialect, depth: usize) -> Self {
        Self {
            text,
            at: 0,
            dialect,
            depth,
            is_too_deep: false,
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let is_there = self.peek(0) == Some(wanted);
        if is_there {
            self.at += 1;
        }
        is_there
    }

    /// Reads commands up to the closing character that is not part of them, or to the end.
    fn commands(&mut self, end: Option<char>) -> Vec<Command> {
        let mut draft = Draft::default();
        let mut parentheses = 0;
        while let Some(character) = self.peek(0) {
            match character {
                ' ' | '\t' | '\r' => self.at += 1,
                '\\' if self.dialect == Dialect::Posix && self.peek(1) == Some('\n') => {
                    self.at += 2;
                }
                '`' if self.dialect == Dialect::PowerShell && self.peek(1) == Some('\n') => {
                    self.at += 2;
                }
                '\n' => {
                    self.at += 1;
                    draft.end_pipeline();
                    self.here_documents(&mut draft);
                }
                '#' => self.skip_comment(),
                '&' if self.peek(1) == Some('>') => self.redirect(&mut draft),
                '|' if self.peek(1) != Some('|') => {
                    self.at += 1;
                    self.take_if('&');
                    draft.finish();
                }
                ';' | '&' | '|' => {
                    self.at += 1;
                    draft.end_pipeline();
                }
                '{' | '}' if self.dialect == Dialect::PowerShell => {
                    self.at += 1;
                    draft.finish();
                }
                '(' => {
                    self.at += 1;
                    parentheses += 1;
                    draft.finish();
                }
                ')' => {
                    self.at += 1;
                    if end == Some(')') && parentheses == 0 {
                        break;
                    }
                    parentheses = usize::saturating_sub(parentheses, 1);
                    draft.finish();
                }
                '<' | '>' if self.peek(1) != Some('(') => self.redirect(&mut draft),
                _ => self.take_word(&mut draft),
            }
        }
        draft.finish();
        self.here_documents(&mut draft);
        draft.done
    }

    fn skip_comment(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.at += 1;
        }
    }

    fn take_word(&mut self, draft: &mut Draft) {
        let word = self.word();
        let plain = word.plain();
        let is_descriptor = plain.is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()))
            && matches!(self.peek(0), Some('<' | '>'));
        if is_descriptor {
            draft.descriptor = plain.map(str::to_owned);
            return;
        }
        if draft.current.words.is_empty() {
            if self.dialect == Dialect::Posix
                && let Some(assignment) = word.assignment()
            {
                draft.current.assignments.push(assignment);
                return;
            }
            if plain.is_some_and(|text| RESERVED.contains(&text)) {
                return;
            }
        }
        if !word.parts.is_empty() {
            draft.current.words.push(word);
        }
    }

    fn redirect(&mut self, draft: &mut Draft) {
        self.take_if('&');
        let descriptor = draft.descriptor.take();
        let is_other = descriptor.is_some_and(|number| number != "0" && number != "1");
        let is_input = self.take_if('<');
        let mut direction = Direction::Input;
        if is_input && self.take_if('<') {
            if self.take_if('<') {
                direction = Direction::Text;
            } else {
                let strips_tabs = self.take_if('-');
                self.open_here_document(draft, strips_tabs);
                return;
            }
        } else if is_input {
            self.take_if('>');
        } else {
            self.at += 1;
            direction = if self.take_if('>') {
                Direction::Append
            } else {
                Direction::Output
            };
            self.take_if('|');
        }
        let is_copy = self.take_if('&');
        self.skip_blanks();
        let target = self.word();
        let is_descriptor = target
            .plain()
            .is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
        if !(is_copy && is_descriptor) {
            draft.current.redirects.push(Redirect {
                direction,
                is_other,
                target,
            });
        }
    }

    fn open_here_document(&mut self, draft: &mut Draft, strips_tabs: bool) {
        self.skip_blanks();
        let word = self.word();
        let is_quoted = word
            .parts
            .iter()
            .any(|part| matches!(part, Part::Text { quoted: true, .. }));
        let redirect = draft.current.redirects.len();
        draft.current.redirects.push(Redirect {
            direction: Direction::Text,
            is_other: false,
            target: Word::default(),
        });
        draft.documents.push(HereDocument {
            end: word.literal(),
            is_quoted,
            strips_tabs,
            command: draft.done.len(),
            redirect,
        });
    }

    /// Reads the bodies that start on this line, after the line with their operators.
    fn here_documents(&mut self, draft: &mut Draft) {
        for document in std::mem::take(&mut draft.documents) {
            let mut body = String::new();
            while self.at < self.text.len() {
                let start = self.at;
                self.skip_comment();
                let mut line: String = self.text[start..self.at].iter().collect();
                self.at += 1;
                if document.strips_tabs {
                    line = line.trim_start_matches('\t').to_owned();
                }
                if line.trim_end_matches('\r') == document.end {
                    break;
                }
                body.push_str(&line);
                body.push('\n');
            }
            self.at = self.at.min(self.text.len());
            let target = if document.is_quoted {
                Word::of(body)
            } else {
                self.expanded(&body)
            };
            if let Some(command) = draft.done.get_mut(document.command)
                && let Some(redirect) = command.redirects.get_mut(document.redirect)
            {
                redirect.target = target;
            }
        }
    }

    /// The body of a here-document in which variables and substitutions count.
    fn expanded(&mut self, body: &str) -> Word {
        if self.depth == DEEPEST {
            self.is_too_deep = true;
            return Word::of(body.to_owned());
        }
        let text: Vec<char> = body.chars().collect();
        let mut reader = Reader::new(&text, self.dialect, self.depth + 1);
        let mut word = Word::default();
        reader.double_quoted(&mut word, None);
        self.is_too_deep |= reader.is_too_deep;
        word
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(0), Some(' ' | '\t')) {
            self.at += 1;
        }
    }

    fn word(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(character) = self.peek(0) {
            match (character, self.dialect) {
                ('<' | '>', _) if self.peek(1) == Some('(') && word.parts.is_empty() => {
                    self.at += 2;
                    self.substitution(&mut word, true);
                }
                ('(', Dialect::Posix) if word.literal().ends_with('=') => {
                    self.at += 1;
                    self.array(&mut word);
                }
                (' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>', _)
                | ('{' | '}', Dialect::PowerShell) => break,
                ('\'', _) => {
                    self.at += 1;
                    self.single_quoted(&mut word);
                }
                ('"', _) => {
                    self.at += 1;
                    self.double_quoted(&mut word, Some('"'));
                }
                ('\\', Dialect::Posix) | ('`', Dialect::PowerShell) => {
                    self.at += 1;
                    if let Some(escaped) = self.peek(0) {
                        self.at += 1;
                        if escaped != '\n' {
                            word.push(escaped, true);
                        }
                    }
                }
                ('`', Dialect::Posix) => {
                    self.at += 1;
                    self.backquoted(&mut word, false);
                }
                ('$', _) => self.dollar(&mut word, false),
                _ => {
                    word.push(character, false);
                    self.at += 1;
                }
            }
        }
        word
    }

    /// The elements of `NAME=(…)`, joined by spaces.
    fn array(&mut self, word: &mut Word) {
        while let Some(character) = self.peek(0) {
            match character {
                ')' => {
                    self.at += 1;
                    return;
                }
                ' ' | '\t' | '\n' | '\r' => {
                    self.at += 1;
                    word.push(' ', true);
                }
                ';' | '&' | '|' | '<' | '>' | '(' => self.at += 1,
                _ => word.parts.extend(self.word().parts),
            }
        }
    }

    fn single_quoted(&mut self, word: &mut Word) {
        word.open_quote();
        while let Some(character) = self.peek(0) {
            self.at += 1;
            if character == '\'' {
                let is_doubled = self.dialect == Dialect::PowerShell && self.peek(0) == Some('\'');
                if !is_doubled {
                    return;
                }
                self.at += 1;
            }
            word.push(character, true);
        }
    }

    fn double_quoted(&mut self, word: &mut Word, end: Option<char>) {
        word.open_quote();
        while let Some(character) = self.peek(0) {
            match (character, self.dialect) {
                _ if Some(character) == end => {
                    self.at += 1;
                    return;
                }
                ('\\', Dialect::Posix) => {
                    let next = self.peek(1);
                    if matches!(next, Some('$' | '`' | '"' | '\\' | '\n')) {
                        self.at += 1;
                    }
                    match self.peek(0) {
                        Some('\n') => {}
                        Some(literal) => word.push(literal, true),
                        None => return,
                    }
                    self.at += 1;
                }
                ('`', Dialect::PowerShell) => {
                    self.at += 1;
                    if let Some(literal) = self.peek(0) {
                        word.push(literal, true);
                        self.at += 1;
                    }
                }
                ('`', Dialect::Posix) => {
                    self.at += 1;
                    self.backquoted(word, true);
                }
                ('$', _) => self.dollar(word, true),
                _ => {
                    word.push(character, true);
                    self.at += 1;
                }
            }
        }
    }

    /// Reads a variable or substitution that starts with `$`.
    fn dollar(&mut self, word: &mut Word, quoted: bool) {
        self.at += 1;
        match self.peek(0) {
            Some('(') => {
                self.at += 1;
                self.substitution(word, quoted);
            }
            Some('{') => {
                self.at += 1;
                self.braced_variable(word, quoted);
            }
            Some('\'') if !quoted && self.dialect == Dialect::Posix => {
                self.at += 1;
                self.ansi_quoted(word);
            }
            Some('"') if !quoted && self.dialect == Dialect::Posix => {
                self.at += 1;
                self.double_quoted(word, Some('"'));
            }
            Some(first) if first.is_ascii_alphabetic() || first == '_' => {
                let mut name = String::new();
                while let Some(character) = self.peek(0) {
                    let is_scope = character == ':'
                        && self.dialect == Dialect::PowerShell
                        && name.eq_ignore_ascii_case("env");
                    if !(character.is_ascii_alphanumeric() || character == '_' || is_scope) {
                        break;
                    }
                    name.push(character);
                    self.at += 1;
                }
                word.variable(name, None, quoted);
            }
            Some(special) if special.is_ascii_digit() || "@*?!#-$".contains(special) => {
                self.at += 1;
                word.variable(special.to_string(), None, quoted);
            }
            _ => word.push('$', quoted),
        }
    }

    fn braced_variable(&mut self, word: &mut Word, quoted: bool) {
        let mut inside = String::new();
        let mut depth = 0;
        while let Some(character) = self.peek(0) {
            self.at += 1;
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ => {}
            }
            inside.push(character);
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name: String = inside.chars().take_while(|c| is_name(*c)).collect();
        let rest: String = inside.chars().skip(name.chars().count()).collect();
        let default = [":-", "-", ":=", "=", ":+", "+"]
            .iter()
            .find_map(|operator| rest.strip_prefix(operator));
        let default = default.map(|text| self.expanded(text).literal());
        // `"${LIST[@]}"` stays a list.
        let is_list = rest.starts_with("[@]");
        word.variable(name, default, quoted && !is_list);
    }

    fn ansi_quoted(&mut self, word: &mut Word) {
        word.open_quote();
        while let Some(character) = self.peek(0) {
            self.at += 1;
            match character {
                '\'' => return,
                '\\' => {
                    let Some(escape) = self.peek(0) else { return };
                    self.at += 1;
                    let literal = match escape {
                        'n' => '\n',
                        't' => '\t',
                        'x' => self.code(16, 2),
                        'u' => self.code(16, 4),
                        'U' => self.code(16, 8),
                        '0'..='7' => {
                            self.at -= 1;
                            self.code(8, 3)
                        }
                        other => other,
                    };
                    word.push(literal, true);
                }
                other => word.push(other, true),
            }
        }
    }

    fn code(&mut self, radix: u32, most: usize) -> char {
        let mut value = 0;
        for _ in 0..most {
            let Some(digit) = self.peek(0).and_then(|c| c.to_digit(radix)) else {
                break;
            };
            value = value * radix + digit;
            self.at += 1;
        }
        char::from_u32(value).unwrap_or('\u{fffd}')
    }

    fn substitution(&mut self, word: &mut Word, quoted: bool) {
        if self.depth == DEEPEST {
            self.is_too_deep = true;
            self.at = self.text.len();
            return;
        }
        self.depth += 1;
        let commands = self.commands(Some(')'));
        self.depth -= 1;
        word.parts.push(Part::Substitution { commands, quoted });
    }

    fn backquoted(&mut self, word: &mut Word, quoted: bool) {
        let mut inside = Vec::new();
        while let Some(character) = self.peek(0) {
            self.at += 1;
            match character {
                '`' => break,
                '\\' if matches!(self.peek(0), Some('`' | '\\' | '$')) => {
                    inside.extend(self.peek(0));
                    self.at += 1;
                }
                _ => inside.push(character),
            }
        }
        if self.depth == DEEPEST {
            self.is_too_deep = true;
            return;
        }
        let mut reader = Reader::new(&inside, self.dialect, self.depth + 1);
        let commands = reader.commands(None);
        self.is_too_deep |= reader.is_too_deep;
        word.parts.push(Part::Substitution { commands, quoted });
    }
}

impl Word {
    /// A word that is one literal text.
    #[must_use]
    pub fn of(text: String) -> Self {
        Self {
            parts: vec![Part::Text { text, quoted: true }],
        }
    }

    /// The text of a word without quotes, variables and substitutions.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match &self.parts[..] {
            [
                Part::Text {
                    text,
                    quoted: false,
                },
            ] => Some(text),
            _ => None,
        }
    }

    /// The literal text of all pieces.
    #[must_use]
    pub fn literal(&self) -> String {
        let mut literal = String::new();
        for part in &self.parts {
            if let Part::Text { text, .. } = part {
                literal.push_str(text);
            }
        }
        literal
    }

    /// Splits `NAME=value`, `NAME+=value` too.
    fn assignment(&self) -> Option<(String, Self)> {
        let [
            Part::Text {
                text,
                quoted: false,
            },
            rest @ ..,
        ] = &self.parts[..]
        else {
            return None;
        };
        let (name, value) = text.split_once('=')?;
        let name = name.strip_suffix('+').unwrap_or(name);
        let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !starts_well || !name.chars().all(is_name) {
            return None;
        }
        let mut parts = vec![Part::Text {
            text: value.to_owned(),
            quoted: false,
        }];
        parts.extend_from_slice(rest);
        Some((name.to_owned(), Self { parts }))
    }

    fn push(&mut self, character: char, quoted: bool) {
        match self.parts.last_mut() {
            Some(Part::Text { text, quoted: same }) if *same == quoted => text.push(character),
            _ => self.parts.push(Part::Text {
                text: character.into(),
                quoted,
            }),
        }
    }

    /// Keeps an empty pair of quotes as a word of its own.
    fn open_quote(&mut self) {
        if !matches!(self.parts.last(), Some(Part::Text { quoted: true, .. })) {
            self.parts.push(Part::Text {
                text: String::new(),
                quoted: true,
            });
        }
    }

    fn variable(&mut self, name: String, default: Option<String>, quoted: bool) {
        self.parts.push(Part::Variable {
            name,
            default,
            quoted,
        });
    }
}
