//! The names of files in a prompt.

use std::collections::HashSet;

use super::files::LONGEST;

/// At most this many bytes of names are looked for in a prompt.
const MOST_MENTIONED: usize = 4 << 20;

/// Returns the files that a prompt names with `@`, each once; `None` if there are too many names to
/// look for.
pub(super) fn mentioned_files(prompt: &str) -> Option<Vec<String>> {
    let mut names = HashSet::new();
    let (mut length, mut blank) = (0, 0);
    let mut before = ' ';
    let mut rest = prompt.chars();
    while let Some(character) = rest.next() {
        if character != '@' || before.is_alphanumeric() {
            before = character;
            continue;
        }
        before = character;
        let text = rest.as_str();
        let at = prompt.len() - text.len();
        // The next blank is looked for once, however many `@` stand before it.
        if blank < at {
            blank = text
                .find(char::is_whitespace)
                .map_or(prompt.len(), |end| at + end);
        }
        let name = match text.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => quoted_name(text, quote),
            _ => prompt.get(at..blank).unwrap_or_default(),
        };
        if name.is_empty() || name.len() > LONGEST {
            continue;
        }
        for spelling in possible_spellings(name) {
            if names.contains(spelling) {
                continue;
            }
            length += spelling.len();
            names.insert(spelling.to_owned());
        }
        if length > MOST_MENTIONED {
            return None;
        }
    }
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort();
    Some(names)
}

/// Returns the text up to the closing quote; empty if that is further away than a name is long.
fn quoted_name(text: &str, quote: char) -> &str {
    let text = text.strip_prefix(quote).unwrap_or(text);
    let mut places = text.char_indices().take(LONGEST);
    let end = places.find(|(_, character)| *character == quote);
    end.and_then(|(end, _)| text.get(..end)).unwrap_or_default()
}

/// A name in running text may be followed by a full stop, a bracket, or a line number.
fn possible_spellings(name: &str) -> [&str; 5] {
    let before = |mark: char| name.split(mark).next().unwrap_or_default();
    let trimmed = name.trim_end_matches(|c: char| ".,;:!?)]}>'\"`".contains(c));
    [name, before('#'), before(':'), before(','), trimmed]
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, mentioned_files};

    #[test]
    fn names_behind_an_at_sign_are_found_however_they_end() {
        for (prompt, name) in [
            ("see @.env", ".env"),
            ("see @.env, please", ".env"),
            ("(@a/b.ts:12)", "a/b.ts"),
            ("@\"a b.txt\" now", "a b.txt"),
            ("@`.env`", ".env"),
            ("@é.env\u{a0}x", "é.env"),
            ("@a,@.env", ".env"),
            ("@node_modules/@types/a", "node_modules/@types/a"),
        ] {
            let names = mentioned_files(prompt).unwrap();
            assert!(
                names.iter().any(|found| found == name),
                "{prompt}: {names:?}"
            );
        }
        for prompt in ["ann@example.com", "@", "@ a", "@\"not closed"] {
            let names = mentioned_files(prompt).unwrap();
            assert_eq!(names, [""; 0], "{prompt}");
        }
    }

    #[test]
    fn a_prompt_without_end_is_read_once() {
        for part in ["@", "@a ", "@\"", "@é", "@a,"] {
            drop(mentioned_files(&part.repeat(100_000)));
        }
        assert_eq!(mentioned_files(&"@a ".repeat(100_000)).unwrap(), ["a"]);
        let long = format!("@{}", "a".repeat(LONGEST + 1));
        assert_eq!(mentioned_files(&long).unwrap(), [""; 0]);
        // Each of so many names would be looked for.
        assert_eq!(
            mentioned_files(&format!("{} ", "@.".repeat(2_000)).repeat(3)),
            None
        );
    }
}
