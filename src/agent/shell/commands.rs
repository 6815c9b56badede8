//! Commands, operators and redirections.

use super::{Command, DEEPEST, Dialect, Direction, Part, Redirect, Word};

/// Words that stand where a command's name may follow.
const RESERVED: [&str; 16] = [
    "if", "then", "elif", "else", "fi", "do", "done", "while", "until", "case", "esac", "{", "}",
    "!", "coproc", "function",
];

struct HereDocument {
    end: String,
    is_quoted: bool,
    strips_tabs: bool,
    command: usize,
    redirect: usize,
}

pub(super) struct Reader<'t> {
    pub(super) text: &'t [char],
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    pub(super) depth: usize,
    pub(super) is_too_deep: bool,
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
    pub(super) fn new(text: &'t [char], dialect: Dialect, depth: usize) -> Self {
        Self {
            text,
            at: 0,
            dialect,
            depth,
            is_too_deep: false,
        }
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
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
    pub(super) fn read_commands(&mut self, end: Option<char>) -> Vec<Command> {
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
                '&' if self.peek(1) == Some('>') => self.read_redirect(&mut draft),
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
                    draft.current.ends_block = true;
                }
                '<' | '>' if self.peek(1) != Some('(') => self.read_redirect(&mut draft),
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
        let word = self.read_word();
        let plain = word.plain_text();
        let is_descriptor = plain.is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()))
            && matches!(self.peek(0), Some('<' | '>'));
        if is_descriptor {
            draft.descriptor = plain.map(str::to_owned);
            return;
        }
        if draft.current.words.is_empty() {
            if self.dialect == Dialect::Posix
                && let Some(assignment) = word.split_assignment()
            {
                draft.current.assignments.push(assignment);
                return;
            }
            if let Some(text) = plain
                && RESERVED.contains(&text)
            {
                draft.current.ends_block = matches!(text, "done" | "fi" | "esac" | "}");
                return;
            }
        }
        if !word.parts.is_empty() {
            draft.current.ends_block = false;
            draft.current.words.push(word);
        }
    }

    fn read_redirect(&mut self, draft: &mut Draft) {
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
        let target = self.read_word();
        let is_descriptor = target
            .plain_text()
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
        let word = self.read_word();
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
            end: word.literal_text(),
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
                self.expanded_body(&body)
            };
            if let Some(command) = draft.done.get_mut(document.command)
                && let Some(redirect) = command.redirects.get_mut(document.redirect)
            {
                redirect.target = target;
            }
        }
    }

    /// The body of a here-document in which variables and substitutions count.
    pub(super) fn expanded_body(&mut self, body: &str) -> Word {
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
}
