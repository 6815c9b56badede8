//! Judges what stands behind a prefix: is it a key, and where does it end?

use super::anchors::{EVERYWHERE, Form};
use super::{Ending, Shape};
use super::{placeholder, random};
use crate::key::alphabet::is_base57;
use crate::key::{KINDS, KeyKind, LONGEST_BODY, SHORTEST_WHOLE_BODY};

/// The source of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    File,
    /// The text before the key may belong to something else, which decodes to random bytes.
    Decoded,
}

/// The text around a body, on either side as characters of the same text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'t> {
    pub(super) origin: Origin,
    /// The text that touches the prefix on its left: letters, digits, and the other characters of base64url.
    /// Empty if the prefix continues no word.
    pub(super) left: &'t [u8],
    /// The text behind the run of letters and digits.
    pub(super) tail: &'t [u8],
}

/// A body that is a key, or may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) shape: Shape,
    /// Characters of the run that belong to the body.
    pub(super) length: usize,
    pub(super) ending: Ending,
}

/// Number of characters on one side that tell names from random text.
pub(super) const CONTEXT: usize = 48;

/// Fewer characters tell nothing.
pub(super) const LEAST_CONTEXT: usize = 12;

/// The kind with this prefix, if it is a secret one.
pub(super) fn kind_of(prefix: &[u8]) -> Option<&'static KeyKind> {
    KINDS.iter().find(|kind| prefix == kind.prefix.as_bytes())
}

/// Judges the run of letters and digits behind the prefix of this kind.
pub(super) fn judge(kind: &KeyKind, run: &[u8], around: Around<'_>) -> Option<Verdict> {
    let (length, ending) = body_length(kind, run, around);
    let body = &run[..length];
    let is_touched = !around.left.is_empty();
    if length < kind.least_body || placeholder::is_other_product(kind, body, around.tail) {
        return None;
    }
    if is_touched && !is_unmistakable(body, &run[length..], around) {
        return None;
    }
    let shape = if placeholder::is_placeholder(body) {
        Shape::Placeholder
    } else if length >= kind.whole_body {
        Shape::Whole
    } else {
        Shape::Cut
    };
    let is_id = placeholder::is_hexadecimal(body)
        || length < SHORTEST_WHOLE_BODY && !random::looks_random(body);
    if shape != Shape::Placeholder && is_id {
        return None;
    }
    Some(Verdict {
        shape,
        length,
        ending,
    })
}

/// Length of the body that a run of letters and digits begins with. A run that is too long for a key
/// is touched by its neighbour: today's alphabet tells whether the key is of today.
fn body_length(kind: &KeyKind, run: &[u8], around: Around<'_>) -> (usize, Ending) {
    let run_length = match run {
        // The first letters of a key that follows at once.
        [body @ .., b'p', b'h', letter]
            if body.len() >= kind.least_body
                && around.tail.first() == Some(&b'_')
                && is_kind_letter(*letter) =>
        {
            body.len()
        }
        _ => run.len(),
    };
    let is_touched = !around.left.is_empty() && around.origin == Origin::File;
    let [today, older] = kind.usual_body;
    let is_of_today = |length: usize| run[..length].iter().all(|digit| is_base57(*digit));
    // Nothing touches this run: as long as some kind's key can be so long, it is one as a whole. To
    // cut it would show the rest of it.
    let longest = if is_touched {
        kind.longest_body
    } else {
        kind.longest_body.max(LONGEST_BODY)
    };
    if run_length <= longest {
        // No key of today ends in a character of the old alphabet, and few are so long. Where one
        // neighbour touches the key, the other is likely to.
        let is_unlikely = run_length > today && (!is_base57(run[run_length - 1]) || is_touched);
        return if is_unlikely && is_of_today(today) {
            (today, Ending::Guessed)
        } else {
            (run_length, Ending::Seen)
        };
    }
    if let Some(length) = length_before_base64(run) {
        return (length, Ending::Guessed);
    }
    if is_of_today(today) {
        (today, Ending::Guessed)
    } else {
        (older, Ending::Guessed)
    }
}

/// Length of a body that a key in base64 touches: the anchor of that ends it.
fn length_before_base64(run: &[u8]) -> Option<usize> {
    let mut at = SHORTEST_WHOLE_BODY;
    while let Some((found, forms)) = EVERYWHERE.next(run, at, run.len()) {
        if found > LONGEST_BODY {
            return None;
        }
        if matches!(forms, [Form::Base64(_), ..]) {
            return Some(found);
        }
        at = found + 1;
    }
    None
}

/// Letter of a secret kind, or of the public project token.
pub(super) fn is_kind_letter(letter: u8) -> bool {
    letter == b'c' || KINDS.iter().any(|kind| kind.prefix.as_bytes()[2] == letter)
}

/// Tells whether a body is that of a key though a word touches it on the left: in binary formats the
/// byte before a key is its length, and `-u` or the value of another column may touch it. It must
/// look random, and what stands around must not: random text holds every short text somewhere.
fn is_unmistakable(body: &[u8], rest: &[u8], around: Around<'_>) -> bool {
    let has = |test: fn(&u8) -> bool| body.iter().any(test);
    if body.len() < SHORTEST_WHOLE_BODY
        || !has(u8::is_ascii_lowercase)
        || !has(u8::is_ascii_uppercase)
        || random::is_name(body)
        || random::is_wordy(body)
        || placeholder::is_monotonous(body)
    {
        return false;
    }
    if is_body_of_key(around.left) {
        return true;
    }
    let right: Vec<u8>;
    let context = if around.left.len() >= LEAST_CONTEXT {
        around.left
    } else {
        let behind = around.tail.iter().copied();
        right = rest.iter().copied().chain(behind).take(CONTEXT).collect();
        let end = right.iter().position(|b| !is_base64url(*b));
        up_to_prefix(&right[..end.unwrap_or(right.len())])
    };
    context.len() < LEAST_CONTEXT || !random::is_random_text(context)
}

/// The text up to the first prefix in it, as it is or in base64: behind that, a masked key shows
/// other characters.
fn up_to_prefix(text: &[u8]) -> &[u8] {
    match EVERYWHERE.next(text, 0, text.len()) {
        Some((start, _)) => &text[..start],
        None => text,
    }
}

/// A letter or digit, `-` or `_`: with these, random text is written.
pub(super) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Tells whether the text ends with a whole key, so that the next begins right behind it.
pub(super) fn is_body_of_key(text: &[u8]) -> bool {
    for length in SHORTEST_WHOLE_BODY..=CONTEXT + 1 {
        let Some(start) = text.len().checked_sub(length + 4) else {
            return false;
        };
        let prefix = &text[start..start + 4];
        let is_prefix = prefix == b"phc_" || kind_of(prefix).is_some();
        if is_prefix && text[start + 4..].iter().all(u8::is_ascii_alphanumeric) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";
    const OLDER: &str = "S8iq9y7AjzQHb6BAEcn6zJ4A3DdvHyrNktBXtnjfObINf5A";

    fn length(prefix: &str, run: &str, left: &str) -> Option<(usize, Ending)> {
        let kind = kind_of(prefix.as_bytes()).unwrap();
        let around = Around {
            origin: Origin::File,
            left: left.as_bytes(),
            tail: b"",
        };
        let verdict = judge(kind, run.as_bytes(), around)?;
        Some((verdict.length, verdict.ending))
    }

    #[test]
    fn a_body_that_a_neighbour_touches_ends_where_its_alphabet_or_time_ends_it() {
        for left in ["", "undefined"] {
            let exact = Some((48, Ending::Seen));
            assert_eq!(length("phx_", TODAY, left), exact);
            let guessed = Some((48, Ending::Guessed));
            assert_eq!(length("phx_", &format!("{TODAY}production"), left), guessed);
            assert_eq!(length("phx_", &format!("{TODAY}1"), left), guessed);
            let older = Some((47, Ending::Guessed));
            assert_eq!(length("phx_", &format!("{OLDER}appVersion"), left), older);
        }
    }

    #[test]
    fn a_token_that_nothing_touches_may_be_as_long_as_any_key() {
        let token = TODAY.get(..44).unwrap();
        let guessed = Some((44, Ending::Guessed));
        let touched = format!("{token}x");
        assert_eq!(length("pha_", &touched, "undefined"), guessed);
        assert_eq!(length("pha_", &touched, ""), Some((45, Ending::Seen)));
        assert_eq!(length("pha_", TODAY, ""), Some((48, Ending::Seen)));
        let glued = format!("{TODAY}production");
        assert_eq!(length("pha_", &glued, ""), guessed);
    }

    #[test]
    fn names_behind_letters_of_a_word_are_no_keys() {
        for body in [
            "ReturnsCorrectJSONResponseForAuthenticatedUsers",
            "WhenCalledWithAValidDocumentReturnsAllOfThem",
            "WithNegativeValueShouldThrowOutOfRangeException1",
        ] {
            assert_eq!(length("phs_", body, "LoadGra"), None, "{body}");
        }
    }

    #[test]
    fn random_text_around_makes_a_body_random_text() {
        let left = "Zk3vQx9TbNw7RsLpYcHd2MfUgJe5AiKo8Vt6WqXzB";
        assert_eq!(length("phx_", &format!("{TODAY}{left}"), left), None);
        assert_eq!(length("phx_", &format!("{TODAY}{left}"), "4"), None);
        assert!(length("phx_", TODAY, "4").is_some());
        let key = format!("phx_{TODAY}");
        assert_eq!(length("phx_", TODAY, &key), Some((48, Ending::Seen)));
    }

    #[test]
    fn ids_are_no_cut_keys() {
        for body in [
            "01K9ZQ4M8X7V6T5R3P2N1W0HJE",
            "9f8c2b7e5d1a6340cbe8d2f7a9139f8c",
            "c507f1f77bcf86cd799439011",
            "cjld2cjxh0000qzrmn831i7rn",
            "9F8C2B7E5D1A6340CBE8D2F7A9139F8C2B7E5D1A",
        ] {
            for prefix in ["phx_", "phr_", "phe_"] {
                assert_eq!(length(prefix, body, ""), None, "{body}");
            }
        }
    }
}
