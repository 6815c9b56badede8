//! Variables, substitutions and escapes that start with `$` or a backquote.

use super::commands::Reader;
use super::{DEEPEST, Dialect, Part, Word};

impl Reader<'_> {
    /// Reads a variable or substitution that starts with `$`.
    pub(super) fn read_dollar(&mut self, word: &mut Word, quoted: bool) {
        self.at += 1;
        match self.peek(0) {
            Some('(') => {
                self.at += 1;
                self.read_substitution(word, quoted);
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
                word.push_variable(name, None, quoted);
            }
            Some(special) if special.is_ascii_digit() || "@*?!#-$".contains(special) => {
                self.at += 1;
                word.push_variable(special.to_string(), None, quoted);
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
        let name: String = inside.chars().take_while(|c| is_name_part(*c)).collect();
        let rest: String = inside.chars().skip(name.chars().count()).collect();
        let default = [":-", "-", ":=", "=", ":+", "+"]
            .iter()
            .find_map(|operator| rest.strip_prefix(operator));
        let default = default.map(|text| self.expanded_body(text).literal_text());
        // `"${LIST[@]}"` stays a list.
        let is_list = rest.starts_with("[@]");
        word.push_variable(name, default, quoted && !is_list);
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
                        'x' => self.character_code(16, 2),
                        'u' => self.character_code(16, 4),
                        'U' => self.character_code(16, 8),
                        '0'..='7' => {
                            self.at -= 1;
                            self.character_code(8, 3)
                        }
                        other => other,
                    };
                    word.push(literal, true);
                }
                other => word.push(other, true),
            }
        }
    }

    fn character_code(&mut self, radix: u32, most: usize) -> char {
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

    pub(super) fn read_substitution(&mut self, word: &mut Word, quoted: bool) {
        if self.depth == DEEPEST {
            self.is_too_deep = true;
            self.at = self.text.len();
            return;
        }
        self.depth += 1;
        let commands = self.read_commands(Some(')'));
        self.depth -= 1;
        word.parts.push(Part::Substitution { commands, quoted });
    }

    pub(super) fn read_backquoted(&mut self, word: &mut Word, quoted: bool) {
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
        let commands = reader.read_commands(None);
        self.is_too_deep |= reader.is_too_deep;
        word.parts.push(Part::Substitution { commands, quoted });
    }
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
