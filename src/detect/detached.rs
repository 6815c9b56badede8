//! A prefix and a body that a program puts together: `'phx_%s' % '…'`, `f"phx_{body}"`, and variables
//! that hold one of the two, a few lines apart.

use super::judge::{Verdict, kind_of};
use super::prefix::Prefix;
use super::{Encoding, Ending, Hit, Shape, placeholder, random};
use crate::key::{LONGEST_BODY, SHORTEST_WHOLE_BODY};
use std::ops::Range;

/// The body stands at most so many line breaks away from its prefix.
const MOST_LINES: usize = 3;

/// It begins no further behind the prefix, and ends no further before it.
pub(super) const REACH: usize = 480;

/// The key whose prefix stands at `at` without a body. It spans the body.
pub(super) fn key_near(bytes: &[u8], at: usize, prefix: &Prefix) -> Option<Hit> {
    if !is_bare(bytes, at, prefix.end) {
        return None;
    }
    let behind = lines_behind(bytes, prefix.end);
    let body = match first_body(bytes, behind) {
        Some(body) => body,
        None => last_body(bytes, lines_before(bytes, at))?,
    };
    let verdict = Verdict {
        shape: Shape::Whole,
        length: body.len(),
        ending: Ending::Seen,
    };
    let text = &bytes[body.clone()];
    Some(Hit::new(prefix.kind, verdict, text, Encoding::Split, body))
}

/// Tells whether a prefix is a text of its own: no word goes on into it, and a quote, a placeholder for
/// the body or the end of a value follows.
fn is_bare(bytes: &[u8], at: usize, end: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let touches = before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
    let behind = bytes.get(end);
    !touches
        && matches!(
            behind,
            None | Some(
                b'"' | b'\''
                    | b'`'
                    | b'%'
                    | b'{'
                    | b'}'
                    | b'$'
                    | b'#'
                    | b'\\'
                    | b'\n'
                    | b'\r'
                    | b' '
                    | b';'
                    | b'<'
            )
        )
}

/// The text behind a prefix in which its body is looked for.
fn lines_behind(bytes: &[u8], start: usize) -> Range<usize> {
    let near = &bytes[start..bytes.len().min(start + REACH)];
    let mut lines = 0;
    for (offset, byte) in near.iter().enumerate() {
        lines += usize::from(*byte == b'\n');
        if lines > MOST_LINES {
            return start..start + offset;
        }
    }
    start..start + near.len()
}

/// The same before a prefix.
fn lines_before(bytes: &[u8], end: usize) -> Range<usize> {
    let first = end.saturating_sub(REACH);
    let mut lines = 0;
    for at in (first..end).rev() {
        lines += usize::from(bytes[at] == b'\n');
        if lines > MOST_LINES {
            return at..end;
        }
    }
    first..end
}

fn first_body(bytes: &[u8], part: Range<usize>) -> Option<Range<usize>> {
    let mut at = part.start;
    while let Some(word) = next_word(bytes, at, part.end) {
        if is_body(bytes, &word) {
            return Some(word);
        }
        at = word.end;
    }
    None
}

fn last_body(bytes: &[u8], part: Range<usize>) -> Option<Range<usize>> {
    let mut last = None;
    let mut at = part.start;
    while let Some(word) = next_word(bytes, at, part.end) {
        at = word.end;
        if is_body(bytes, &word) {
            last = Some(word);
        }
    }
    last
}

/// The next run of letters and digits that begins in a part.
fn next_word(bytes: &[u8], from: usize, to: usize) -> Option<Range<usize>> {
    let start = from
        + bytes
            .get(from..to)?
            .iter()
            .position(u8::is_ascii_alphanumeric)?;
    let rest = bytes[start..].iter().take(LONGEST_BODY + 1);
    let length = rest.take_while(|b| b.is_ascii_alphanumeric()).count();
    Some(start..start + length)
}

/// Tells whether a word is a value of its own, as long as a body, and random.
fn is_body(bytes: &[u8], word: &Range<usize>) -> bool {
    let text = &bytes[word.clone()];
    if !(SHORTEST_WHOLE_BODY..=LONGEST_BODY).contains(&text.len()) {
        return false;
    }
    let before = word.start.checked_sub(1).map(|at| bytes[at]);
    let is_part = |b: u8| !b.is_ascii() || b.is_ascii_alphanumeric() || b"_-/+.%&@".contains(&b);
    let is_value = before.is_none_or(|b| !is_part(b))
        && bytes
            .get(word.end)
            .is_none_or(|b| !is_part(*b) && *b != b'=');
    is_value
        && text.iter().any(u8::is_ascii_digit)
        && random::looks_random(text)
        && !placeholder::is_placeholder(text)
}

/// Tells whether the last lines of a text hold one of the two, so that the next may hold the other.
pub(super) fn may_continue(text: &[u8]) -> bool {
    let part = lines_before(text, text.len());
    let near = &text[part.clone()];
    for (offset, four) in near.windows(4).enumerate() {
        let at = part.start + offset;
        if four[3] == b'_' && kind_of(four).is_some() && is_bare(text, at, at + 4) {
            return true;
        }
    }
    last_body(text, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use super::*;
    use crate::key::KINDS;

    fn found(text: &str) -> Vec<(Encoding, Range<usize>)> {
        let hits = Detector::new().scan(text.as_bytes());
        hits.into_iter()
            .map(|hit| (hit.encoding, hit.span))
            .collect()
    }

    #[test]
    fn a_body_is_found_near_its_prefix() {
        let body = KINDS[0].examples[2];
        for text in [
            "k = 'phx_%s' % '{}'",
            "k = 'phx_{}'.format('{}')",
            "fmt.Sprintf(\"phx_%s\", \"{}\")",
            "K = '{}'\nheaders = {'a': f'Bearer phx_{K}'}",
            "P='phx_'; K=P+'{}'",
            "P='phx_'\n\nB = '{}'\nK=P+B",
            "PREFIX=phx_\nBODY={}\nKEY=$PREFIX$BODY",
            "`phx_${b}` // b = \"{}\"",
            "const b = \"{}\"\nconst k = `phx_${b}`",
            "\"phx_\" + rest(\"{}\")",
        ] {
            let at = text.rfind("{}").unwrap();
            let (before, after) = text.split_at(at);
            let whole = format!("{before}{body}{}", after.trim_start_matches("{}"));
            assert_eq!(
                found(&whole),
                [(Encoding::Split, at..at + body.len())],
                "{text}"
            );
        }
    }

    #[test]
    fn another_value_is_no_body() {
        let body = KINDS[0].examples[2];
        for text in [
            "k.startsWith('phx_') || k === 'phc_{}'",
            "a('phx_')\nb\nc\nd\n'{}'",
            "'phx_' + hash('{}=')",
            "'phx_' + f('{}/x')",
            "my_phx_ = '{}'",
            "'phx_' + '9f8c2b7e5d1a6340cbe8d2f7a9139f8c9f8c2b7e'",
        ] {
            let text = text.replace("{}", body);
            assert_eq!(found(&text), [], "{text}");
        }
    }
}
