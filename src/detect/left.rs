//! Reads what touches a prefix on its left.

use std::ops::Range;

use super::escape::escape_before;
use super::judge::{CONTEXT, LEAST_CONTEXT, is_base64url, is_body_of_key};
use super::{Hit, Shape, masked_base64, random};

/// Text on the left that is kept: a whole key, or as much as tells names from random text.
const LEFT: usize = CONTEXT + 5;

/// Wrapped text is no wider, with the line above.
const LONGEST_LINE: usize = 512;

/// Number of keys, the last ones found, among which the one that ends before a prefix is looked for.
const LAST_KEYS: usize = 8;

/// The text that touches the prefix at `at` on its left; nothing if the prefix continues no word. A key
/// before it is read in its masked form, so that masking it changes nothing for the next key.
pub(super) fn left_of(bytes: &[u8], at: usize, known: &[Hit]) -> Vec<u8> {
    let before = &bytes[..at];
    let is_touched = before.last().is_some_and(u8::is_ascii_alphanumeric);
    if !is_touched || escape_before(before).is_some() {
        return Vec::new();
    }
    let near = at.saturating_sub(LEFT);
    let Some(last) = last_key(known, at).filter(|last| last.span.end > near) else {
        return text_before(bytes, at);
    };
    let left = last_word(&before[near..]);
    if last.span.end >= at {
        return Vec::new();
    }
    if is_body_of_key(left) {
        return left.to_vec();
    }
    let mut shown = masked_base64(bytes, last).unwrap_or_else(|| last.masked.as_str().into());
    shown.extend_from_slice(&bytes[last.span.end..at]);
    last_word(&shown[shown.len().saturating_sub(LEFT)..]).to_vec()
}

/// Tells whether a prefix at `at` follows a sign, or begins a line, in random text of base64url. That holds
/// a prefix every three megabytes.
pub(super) fn follows_random_text(bytes: &[u8], at: usize, known: &[Hit]) -> bool {
    if !matches!(bytes[..at].last(), Some(b'-' | b'_' | b'\n')) {
        return false;
    }
    let near = at.saturating_sub(LEFT);
    let is_behind_key = last_key(known, at).is_some_and(|last| last.span.end > near);
    let mut text = text_before(bytes, at);
    if is_behind_key || text.len() < LEFT {
        return false;
    }
    // Signs between words are no random characters.
    text.retain(u8::is_ascii_alphanumeric);
    random::is_random_text(&text)
}

/// Tells whether random text leads up to `at` in its line, which goes on from two lines above.
pub(super) fn is_in_random_lines(bytes: &[u8], at: usize) -> bool {
    let lead = last_word(&bytes[at.saturating_sub(LEFT)..at]);
    let above = line_above(bytes, at).filter(|above| line_above(bytes, above.start).is_some());
    above.is_some() && lead.len() >= LEAST_CONTEXT && random::is_random_text(lead)
}

/// The characters of base64url before `at`, in the line above too where both are lines of wrapped text.
fn text_before(bytes: &[u8], at: usize) -> Vec<u8> {
    let word = last_word(&bytes[at.saturating_sub(LEFT)..at]);
    match line_above(bytes, at).filter(|_| word.len() < LEFT) {
        Some(above) => {
            let rest = LEFT - word.len();
            [&bytes[above.end - rest..above.end], word].concat()
        }
        None => word.to_vec(),
    }
}

/// The line above that of `at`, if both are as long and consist of characters of base64url only. In a list
/// of keys there is a prefix in the line above.
fn line_above(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let before = &bytes[at.saturating_sub(LONGEST_LINE)..at];
    let lead = last_word(before);
    let behind = &bytes[at..bytes.len().min(at + LONGEST_LINE)];
    let rest = behind.iter().take_while(|b| is_base64url(**b)).count();
    let above = before[..before.len() - lead.len()].strip_suffix(b"\n")?;
    let above = last_word(above.strip_suffix(b"\r").unwrap_or(above));
    let is_line_end = matches!(behind.get(rest), None | Some(b'\r' | b'\n'));
    let has_prefix = above
        .windows(4)
        .any(|text| matches!(text, [b'p', b'h', b'a'..=b'z', b'_']));
    let is_above = is_line_end && above.len() >= LEFT && above.len() == lead.len() + rest;
    let gap = if before[..before.len() - lead.len()].ends_with(b"\r\n") {
        2
    } else {
        1
    };
    let end = at - lead.len() - gap;
    (is_above && !has_prefix).then_some(end - above.len()..end)
}

/// The key that ends last of those that begin before `at`.
fn last_key(known: &[Hit], at: usize) -> Option<&Hit> {
    let mut last: Option<&Hit> = None;
    for hit in known.iter().rev().take(LAST_KEYS) {
        let is_later = last.is_none_or(|last| last.span.end < hit.span.end);
        if hit.shape != Shape::Placeholder && hit.span.start < at && is_later {
            last = Some(hit);
        }
    }
    last
}

/// The characters of base64url at the end of a text.
fn last_word(text: &[u8]) -> &[u8] {
    match text.iter().rposition(|b| !is_base64url(*b)) {
        Some(border) => &text[border + 1..],
        None => text,
    }
}

/// A name that a compiler makes begins no further before a prefix in it.
const LONGEST_NAME: usize = 512;

/// Tells whether the word that goes on at `at` is a name as compilers of C++, Rust and Swift make them:
/// `_ZN5graphs_12Render…`.
pub(super) fn is_mangled(bytes: &[u8], at: usize) -> bool {
    let near = &bytes[at.saturating_sub(LONGEST_NAME)..at];
    let border = near
        .iter()
        .rposition(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'$' | b'.'));
    let word = border.map_or(near, |border| &near[border + 1..]);
    let word = word.strip_prefix(b"_").unwrap_or(word);
    match word {
        [b'_', b'Z', rest @ ..] | [b'Z', rest @ ..] => {
            matches!(
                rest,
                [b'N' | b'T' | b'G' | b'L' | b'K' | b'S' | b'0'..=b'9', ..]
            )
        }
        [b'R', b'N' | b'I' | b'C' | b'M' | b'X' | b'Y', rest @ ..] => {
            matches!(rest, [b'v' | b't' | b'C' | b'N' | b'I', ..])
        }
        [b'$', b's' | b'S', ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Detector;
    use crate::key::KINDS;

    #[test]
    fn a_piece_of_random_text_is_no_cut_key() {
        let body = KINDS[0].examples[2];
        let cut = body.get(..24).unwrap();
        let random = "Zk3vQx9TbNw7RsLpYcHd2MfUgJe5AiKo8Vt6WqXzB1nR4sTuV7wX0yZ";
        let found = |text: &str| Detector::new().scan(text.as_bytes()).len();
        for sign in ["-", "_"] {
            assert_eq!(found(&format!("{random}{sign}phe_{cut}-x")), 0, "{sign}");
            assert_eq!(
                found(&format!("{random}{sign}phx_{body}{random}")),
                0,
                "{sign}"
            );
            // A whole key with nothing behind it is one all the same.
            assert_eq!(found(&format!("{random}{sign}phx_{body}-x")), 1, "{sign}");
            assert_eq!(
                found(&format!("{}{sign}phx_{cut}\n", random.get(..30).unwrap())),
                1,
                "{sign}"
            );
            let words = "the-name-of-a-service-that-is-long-and-Has-1-number-in-it";
            assert_eq!(found(&format!("{words}{sign}phx_{cut}\n")), 1, "{sign}");
            assert_eq!(found(&format!("phx_{body}{sign}phx_{cut}\n")), 2, "{sign}");
        }
    }

    #[test]
    fn the_line_above_tells_that_text_is_random() {
        let body = KINDS[0].examples[2];
        let cut = body.get(..18).unwrap();
        let found = |text: &str| Detector::new().scan(text.as_bytes()).len();
        let random = "Zk3vQx9TbNw7RsLpYcHd2MfUgJe5AiKo8Vt6WqXzB1nR4sTuV7wX0yZeQx9TbNw7RsLpYcHd2MfU";
        for line in [
            format!("phe_{cut}_{}", random.get(..53).unwrap()),
            format!("kRsLpYcHdMfUgphx_{body}{}", random.get(..11).unwrap()),
            format!("kRs5LpYcHd2MfUgPsQw2zT8-phx_{body}"),
        ] {
            assert_eq!(line.len(), random.len());
            for line_break in ["\n", "\r\n"] {
                let text = [random, random, &line, random].join(line_break);
                assert_eq!(found(&text), 0, "{text}");
            }
            // In a list of keys the lines are as wide, too.
            let keys = format!(
                "{}_phc_{body}\n{}_phx_{body}\n",
                random.get(..24).unwrap(),
                random.get(1..25).unwrap()
            );
            assert_eq!(found(&keys), 1);
            // A line of another width is none of the same text.
            assert_eq!(found(&format!("{random}a\n{line}\n")), 1, "{line}");
        }
    }
}
