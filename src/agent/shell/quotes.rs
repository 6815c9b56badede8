//! Words with their quotes and escapes.

use super::commands::Reader;
use super::{DEEPEST, Dialect, Word};

impl Reader<'_> {
    pub(super) fn read_word(&mut self) -> Word {
        let mut word = Word::default();
        while let Some(character) = self.peek(0) {
            match (character, self.dialect) {
                ('<' | '>', _) if self.peek(1) == Some('(') && word.parts.is_empty() => {
                    self.at += 2;
                    self.read_substitution(&mut word, true);
                }
                ('(', Dialect::Posix) if word.ends_with('=') => {
                    self.at += 1;
                    self.read_array(&mut word);
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
                    self.read_backquoted(&mut word, false);
                }
                ('$', _) => self.read_dollar(&mut word, false),
                _ => {
                    word.push(character, false);
                    self.at += 1;
                }
            }
        }
        word
    }

    /// The elements of `NAME=(…)`, joined by spaces. An element may look like an array itself.
    fn read_array(&mut self, word: &mut Word) {
        if self.depth == DEEPEST {
            self.is_too_deep = true;
            self.at = self.text.len();
            return;
        }
        self.depth += 1;
        self.array_elements(word);
        self.depth -= 1;
    }

    fn array_elements(&mut self, word: &mut Word) {
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
                _ => word.parts.extend(self.read_word().parts),
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

    pub(super) fn double_quoted(&mut self, word: &mut Word, end: Option<char>) {
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
                    self.read_backquoted(word, true);
                }
                ('$', _) => self.read_dollar(word, true),
                _ => {
                    word.push(character, true);
                    self.at += 1;
                }
            }
        }
    }
}
