//! Words and their pieces.

use super::{Part, Word};

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
    pub fn plain_text(&self) -> Option<&str> {
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
    pub fn literal_text(&self) -> String {
        let mut literal = String::new();
        for part in &self.parts {
            if let Part::Text { text, .. } = part {
                literal.push_str(text);
            }
        }
        literal
    }

    /// Tells whether the last piece is text that ends with this character.
    pub(super) fn ends_with(&self, character: char) -> bool {
        match self.parts.last() {
            Some(Part::Text { text, .. }) => text.ends_with(character),
            _ => false,
        }
    }

    /// Splits `NAME=value`, `NAME+=value` too.
    pub(super) fn split_assignment(&self) -> Option<(String, Self)> {
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
        if !starts_well || !name.chars().all(is_name_part) {
            return None;
        }
        let mut parts = vec![Part::Text {
            text: value.to_owned(),
            quoted: false,
        }];
        parts.extend_from_slice(rest);
        Some((name.to_owned(), Self { parts }))
    }

    pub(super) fn push(&mut self, character: char, quoted: bool) {
        match self.parts.last_mut() {
            Some(Part::Text { text, quoted: same }) if *same == quoted => text.push(character),
            _ => self.parts.push(Part::Text {
                text: character.into(),
                quoted,
            }),
        }
    }

    /// Keeps an empty pair of quotes as a word of its own.
    pub(super) fn open_quote(&mut self) {
        if !matches!(self.parts.last(), Some(Part::Text { quoted: true, .. })) {
            self.parts.push(Part::Text {
                text: String::new(),
                quoted: true,
            });
        }
    }

    pub(super) fn push_variable(&mut self, name: String, default: Option<String>, quoted: bool) {
        self.parts.push(Part::Variable {
            name,
            default,
            quoted,
        });
    }
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
