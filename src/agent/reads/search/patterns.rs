//! Patterns of searches.

/// Rewrites a basic regular expression as an extended one.
pub(super) fn as_extended(basic: &str) -> String {
    let mut text = String::new();
    let mut characters = basic.chars().peekable();
    let mut in_brackets = false;
    while let Some(character) = characters.next() {
        match character {
            '[' if !in_brackets => {
                in_brackets = true;
                text.push('[');
            }
            ']' if in_brackets => {
                in_brackets = false;
                text.push(']');
            }
            '\\' if !in_brackets => match characters.next() {
                Some(operator @ ('(' | ')' | '{' | '}' | '|' | '+' | '?')) => text.push(operator),
                Some('<' | '>') => text.push_str("\\b"),
                Some(other) => text.extend(['\\', other]),
                None => text.push_str("\\\\"),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' if !in_brackets => {
                text.extend(['\\', character]);
            }
            '*' if text.is_empty() || text == "^" => text.push_str("\\*"),
            other => text.push(other),
        }
    }
    text
}

/// A pattern that no value of a key matches: a name in capital letters, or words.
pub(super) fn is_name(pattern: &str) -> bool {
    pattern.len() > 3
        && pattern.chars().all(is_option_part)
        && !"phx_".contains(pattern.trim_start_matches('^'))
}

fn is_option_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '^' | '-' | '=')
}
