//! Paths in the commands that a message prints: as words of a shell, from where the reader stands.

use super::sanitize::sanitize;

/// The character in place of the middle of a masked key in a path.
const HIDDEN: char = '…';

/// Returns the way from a directory to a path. Both count from the top of the repository; the
/// directory ends in `/` unless it is the top.
pub(super) fn path_from(directory: &[u8], path: &[u8]) -> Vec<u8> {
    let mut shared = 0;
    for (at, (a, b)) in directory.iter().zip(path).enumerate() {
        if a != b {
            break;
        }
        if *a == b'/' {
            shared = at + 1;
        }
    }
    let ups = directory[shared..].iter().filter(|b| **b == b'/').count();
    let mut way = b"../".repeat(ups);
    way.extend(&path[shared..]);
    // Neither an option, nor git's magic, nor something that the shell expands.
    if way.starts_with(b"-") || way.starts_with(b":") || way.starts_with(b"~") {
        way.splice(0..0, *b"./");
    }
    way
}

/// Returns a path as one word. Characters that cannot be printed, and the hidden part of a key,
/// become wildcards.
pub(super) fn word(path: &[u8]) -> String {
    let text = String::from_utf8_lossy(path);
    if text.contains(HIDDEN) {
        return pattern(path);
    }
    if text.chars().all(is_plain) && !text.is_empty() {
        return text.into_owned();
    }
    if sanitize(path) != text {
        return format!("'{}'", with_wildcards(path));
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Returns a path as a pattern that the shell itself completes.
pub(super) fn pattern(path: &[u8]) -> String {
    let mut pattern = String::new();
    for character in String::from_utf8_lossy(path).chars() {
        match character {
            HIDDEN => pattern.push('*'),
            c if is_plain(c) => pattern.push(c),
            _ => pattern.push('?'),
        }
    }
    pattern
}

/// Git reads `?` as any one byte.
fn with_wildcards(path: &[u8]) -> String {
    let mut text = String::new();
    for byte in path {
        let character = char::from(*byte);
        if character.is_ascii_graphic() && character != '\'' || character == ' ' {
            text.push(character);
        } else {
            text.push('?');
        }
    }
    text
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "/._-+@:,=%~".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_named_from_where_the_reader_stands() {
        assert_eq!(path_from(b"", b"src/a"), b"src/a");
        assert_eq!(path_from(b"src/", b"src/a"), b"a");
        assert_eq!(path_from(b"src/lib/", b"src/a"), b"../a");
        assert_eq!(path_from(b"src/", b"srca/b"), b"../srca/b");
        assert_eq!(path_from(b"", b"-dash"), b"./-dash");
        assert_eq!(path_from(b"", b":colon"), b"./:colon");
    }

    #[test]
    fn any_path_is_one_word() {
        assert_eq!(word(b"src/a.ts"), "src/a.ts");
        assert_eq!(word(b"a b.ts"), "'a b.ts'");
        assert_eq!(word(b"it's"), "'it'\\''s'");
        assert_eq!(word(b"$(x)"), "'$(x)'");
        assert_eq!(word("é".as_bytes()), "'é'");
        assert_eq!(word(b"a\nb\xff"), "'a?b?'");
        assert_eq!(word("a/phx_…65PM b".as_bytes()), "a/phx_*65PM?b");
    }
}
