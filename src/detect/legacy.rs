//! Personal API keys from before 2021-06-23: 43 characters of base64url and no prefix. Old public
//! project tokens have the same shape, so only the value of a personal-key name counts.

use super::judge::{Verdict, is_base64url, is_kind_letter};
use super::{Encoding, Ending, Hit, Shape, placeholder, random};
use crate::key::{Fingerprint, KINDS, MaskedKey};
use std::ops::Range;

/// `secrets.token_urlsafe(32)`.
const LENGTH: usize = 43;

/// Between a name and its value stand at most so many words: a type, `Bearer`, `String`.
const WORDS_BETWEEN: usize = 2;

/// A value on the line of its name ends no further behind it.
const REACH: usize = 256;

/// A value on one of the next lines ends no further behind its name.
const LINES_REACH: usize = 640;

/// Lines behind that of the name in which the value is looked for.
const MOST_LINES: usize = 6;

/// Words of other names; the value behind one of these is theirs.
const OTHER_NAMES: [&[u8]; 5] = [b"key", b"token", b"project", b"public", b"secret"];

/// Words for a value that was made from a key.
const DERIVED: [&[u8]; 11] = [
    b"hash",
    b"digest",
    b"encrypt",
    b"cipher",
    b"fingerprint",
    b"sha1",
    b"sha256",
    b"sha512",
    b"hmac",
    b"checksum",
    b"signature",
];

/// The first words of a name are no longer.
const LONGEST_LEAD: usize = 64;

/// Words with which a line begins that holds the value of the name above it.
const VALUE_LABELS: [&[u8]; 3] = [b"value", b"default", b"string"];

/// Words with which a line begins that may stand between the two.
const OTHER_LABELS: [&[u8]; 5] = [
    b"type",
    b"description",
    b"sensitive",
    b"nullable",
    b"ephemeral",
];

/// The key behind a name like `POSTHOG_PERSONAL_API_KEY`, `personalApiKey` or
/// `X-PostHog-Personal-API-Key`, of which `at` is the `r` of `personal`.
pub(super) fn key_after_name(bytes: &[u8], at: usize) -> Option<Hit> {
    let end = end_of_name(bytes, at.checked_sub(2)?)?;
    let line_end = end_of_line(bytes, end, REACH);
    let value =
        value_on_line(bytes, end..line_end).or_else(|| value_below(bytes, end, line_end))?;
    is_whole_value(bytes, &value).then(|| hit_at(bytes, value))
}

fn hit_at(bytes: &[u8], span: Range<usize>) -> Hit {
    let body = &bytes[span.clone()];
    let verdict = Verdict {
        shape: Shape::Whole,
        length: LENGTH,
        ending: Ending::Seen,
    };
    let mut hit = Hit::new(&KINDS[0], verdict, body, Encoding::Plain, span);
    hit.masked = MaskedKey::new("", body);
    hit.fingerprint = Fingerprint::of(b"", body);
    // Without a prefix, only its name says whose key it is.
    hit.issued_before = None;
    hit
}

/// End of the name that begins with `personal` at `start`. An ending such as `_PROD` belongs to it.
fn end_of_name(bytes: &[u8], start: usize) -> Option<usize> {
    let personal = word_at(bytes, start, b"personal")?;
    let api = next_word(bytes, personal, b"api");
    let is_posthogs = ends_with_posthog(&bytes[..start]);
    let end = match api {
        Some(api) => next_word(bytes, api, b"key")?,
        None if is_posthogs => next_word(bytes, personal, b"key")?,
        None => return None,
    };
    let suffix = bytes[end..].iter().take_while(|b| is_base64url(**b));
    let name_end = end + suffix.take(REACH).count();
    let is_derived = is_derived(&bytes[end..name_end]) || is_derived(words_before(bytes, start));
    (!is_derived).then_some(name_end)
}

/// The words of the name before `personal`.
fn words_before(bytes: &[u8], start: usize) -> &[u8] {
    let near = &bytes[start.saturating_sub(LONGEST_LEAD)..start];
    match near.iter().rposition(|b| !is_base64url(*b)) {
        Some(border) => &near[border + 1..],
        None => near,
    }
}

/// Tells whether words of a name say that its value was made from the key, but is not the key.
fn is_derived(words: &[u8]) -> bool {
    let words = words.to_ascii_lowercase();
    let holds = |word: &&[u8]| words.windows(word.len()).any(|part| part == *word);
    DERIVED.iter().any(holds)
}

/// The end of a word in any case that begins here.
fn word_at(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    let end = at + word.len();
    let found = bytes.get(at..end)?;
    found.eq_ignore_ascii_case(word).then_some(end)
}

/// The end of the next word of a name, which a mark may part from the last.
fn next_word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    let mark = matches!(bytes.get(at), Some(b'_' | b'-' | b' ' | b'.'));
    word_at(bytes, at + usize::from(mark), word)
}

fn ends_with_posthog(before: &[u8]) -> bool {
    let name = match before.split_last() {
        Some((b'_' | b'-' | b' ' | b'.', name)) => name,
        _ => before,
    };
    let start = name.len().checked_sub(b"posthog".len());
    start.is_some_and(|start| name[start..].eq_ignore_ascii_case(b"posthog"))
}

fn end_of_line(bytes: &[u8], at: usize, reach: usize) -> usize {
    let rest = &bytes[at..bytes.len().min(at + reach)];
    let length = (0..rest.len()).find(|at| length_of_break(&rest[*at..]) > 0);
    at + length.unwrap_or(rest.len())
}

/// Length of the line break that a text starts with, as it is or in a string; 0 if there is none.
fn length_of_break(text: &[u8]) -> usize {
    match text {
        [b'\n', ..] => 1,
        [b'\\', b'n', ..] => 2,
        _ => 0,
    }
}

/// The words of 43 characters, or of another name, are looked at in turn: the first of them decides.
fn value_on_line(bytes: &[u8], line: Range<usize>) -> Option<Range<usize>> {
    let mut at = line.start;
    // The value that a shell takes if the name has none; or the sign is the first character of a key.
    if bytes[at..line.end].starts_with(b":-") {
        let word = next_run(bytes, at, line.end)?;
        if word.len() == LENGTH {
            return Some(word);
        }
        at += 2;
    }
    for _ in 0..=WORDS_BETWEEN {
        let word = next_run(bytes, at, line.end)?;
        let text = &bytes[word.clone()];
        let value = if text.len() == LENGTH + 2 && is_behind_escaped_sign(bytes, word.start) {
            word.start + 2..word.end
        } else {
            word.clone()
        };
        let text = &bytes[value.clone()];
        if has_prefix(text) || is_other_name(text) {
            return None;
        }
        if text.len() == LENGTH {
            return Some(value);
        }
        at = word.end;
    }
    None
}

/// Tells whether `3D` at `at` ends the `=` of mail or of addresses.
fn is_behind_escaped_sign(bytes: &[u8], at: usize) -> bool {
    let sign = &bytes[at.saturating_sub(1)..];
    matches!(sign, [b'=' | b'%', b'3', b'D' | b'd', ..])
}

/// The value on a line below that of its name: `value:` in Kubernetes, `default =` in Terraform,
/// `<string>` in a property list.
fn value_below(bytes: &[u8], name_end: usize, line_end: usize) -> Option<Range<usize>> {
    if let Some(word) = next_run(bytes, name_end, line_end)
        && !bytes[word.clone()].eq_ignore_ascii_case(b"key")
    {
        return None;
    }
    let limit = bytes.len().min(name_end + LINES_REACH);
    let mut start = line_end + length_of_break(&bytes[line_end..]).max(1);
    for _ in 0..MOST_LINES {
        let end = end_of_line(bytes, start.min(limit), limit - start.min(limit));
        let label = next_run(bytes, start, end)?;
        let word = bytes[label.clone()].to_ascii_lowercase();
        if VALUE_LABELS.contains(&&word[..]) {
            return value_on_line(bytes, label.end..end);
        }
        if !OTHER_LABELS.contains(&&word[..]) {
            return None;
        }
        start = end + length_of_break(&bytes[end..]).max(1);
    }
    None
}

/// The next run of characters of base64url.
fn next_run(bytes: &[u8], from: usize, to: usize) -> Option<Range<usize>> {
    let rest = bytes.get(from..to)?;
    let start = from + rest.iter().position(|b| is_base64url(*b))?;
    let length = bytes[start..to].iter().position(|b| !is_base64url(*b));
    Some(start..length.map_or(to, |length| start + length))
}

fn is_other_name(word: &[u8]) -> bool {
    if word.len() == LENGTH {
        return false;
    }
    let word = word.to_ascii_lowercase();
    let holds = |name: &&[u8]| word.windows(name.len()).any(|part| part == *name);
    OTHER_NAMES.iter().any(holds)
}

/// `phx_…`, `phc_…`, or `phx` before an escaped underscore: a key of another form, or a public one.
fn has_prefix(word: &[u8]) -> bool {
    match word {
        [b'p', b'h', letter] | [b'p', b'h', letter, b'_', ..] => is_kind_letter(*letter),
        _ => false,
    }
}

/// Tells whether this word is a random value, and all of the value: an encrypted one goes on behind
/// `+`, `/` or `.`, and ends with `=`. 43 random characters lack capitals or small letters with a
/// chance of 2e-10.
fn is_whole_value(bytes: &[u8], span: &Range<usize>) -> bool {
    let word = &bytes[span.clone()];
    let before = span.start.checked_sub(1).map(|at| bytes[at]);
    let behind = bytes.get(span.end);
    if matches!(before, Some(b'+' | b'/' | b'.'))
        || matches!(behind, Some(b'+' | b'/' | b'.' | b'='))
    {
        return false;
    }
    let has = |test: fn(&u8) -> bool| word.iter().any(test);
    let mut parts = word.split(|b| matches!(b, b'_' | b'-'));
    let is_named = parts.all(random::is_name);
    has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && !is_named
        && !placeholder::is_monotonous(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "Zk3_vQx9-TbNw7RsLpYcHd2MfUgJe5AiKo8Vt6WqXzB";

    fn found(text: &str) -> bool {
        let text = text.replace("{}", BODY);
        let at = text.to_ascii_lowercase().find("rsonal").unwrap();
        let start = text.find(BODY).unwrap();
        key_after_name(text.as_bytes(), at).is_some_and(|hit| hit.span == (start..start + 43))
    }

    #[test]
    fn the_value_of_a_personal_key_name_is_found() {
        for line in [
            "POSTHOG_PERSONAL_API_KEY={}",
            "export POSTHOG_PERSONAL_API_KEY_PROD='{}'",
            "\"personalApiKey\": \"{}\",",
            "personal_api_key: str = \"{}\"",
            "X-PostHog-Personal-API-Key: {}",
            "personalAPIKey: 'Bearer {}'",
            "Personal API Key: {}",
            "client(personal_api_key=\"{}\")",
            "posthog.personal.api.key={}",
            "POSTHOG_PERSONAL_KEY={}",
            "POSTHOG_PERSONAL_API_KEY=3D{}",
            "POSTHOG_PERSONAL_API_KEY:{}",
            "personal_api_key%3D{}%26",
        ] {
            assert!(found(line), "{line}");
        }
    }

    #[test]
    fn the_value_may_stand_below_its_name() {
        for text in [
            "- name: POSTHOG_PERSONAL_API_KEY\n  value: {}\n",
            "\"name\": \"POSTHOG_PERSONAL_API_KEY\",\n\"value\": \"{}\"\n",
            "<key>POSTHOG_PERSONAL_API_KEY</key>\r\n<string>{}</string>\r\n",
            "variable \"posthog_personal_api_key\" {\n  type = string\n  sensitive = true\n  default = \"{}\"\n}",
        ] {
            assert!(found(text), "{text}");
        }
        for text in [
            "- name: POSTHOG_PERSONAL_API_KEY\n- name: {}\n",
            "- name: POSTHOG_PERSONAL_API_KEY\n  valueFrom: x\n- value: {}\n",
            "POSTHOG_PERSONAL_API_KEY=none\nvalue: {}\n",
            "<key>POSTHOG_PERSONAL_API_KEY</key><true/>\n<key>x</key><string>{}</string>\n",
        ] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn the_value_of_another_name_is_not() {
        for line in [
            "personal_api_key: null, api_token: \"{}\"",
            "personal_api_key = None  # project {}",
            "personal_api_key=\nother={}",
            "personal_api_key = a b c {}",
            "personal_api_key={}0",
            "personal_api_key=phc&#95;{}",
            "my_personal_key={}",
        ] {
            assert!(!found(line), "{line}");
        }
    }

    #[test]
    fn a_value_that_was_made_from_a_key_is_none() {
        for line in [
            "personal_api_key_hash={}",
            "personalApiKeyHash: '{}'",
            "PERSONAL_API_KEY_DIGEST={}",
            "personal_api_key_encrypted={}",
            "personal-api-key-fingerprint: {}",
            "hashed_personal_api_key={}",
            "encryptedPersonalApiKey={}",
            "personal_api_key_sha256 = \"{}\"",
        ] {
            assert!(!found(line), "{line}");
        }
    }

    #[test]
    fn a_part_of_a_value_is_no_key() {
        for line in [
            "personal_api_key={}=",
            "personal_api_key={}/x",
            "personal_api_key={}.x",
            "personal_api_key=e30.{}",
            "personal_api_key=x+{}",
        ] {
            assert!(!found(line), "{line}");
        }
    }

    #[test]
    fn a_long_name_or_a_sample_is_no_key() {
        for value in [
            "settings_POSTHOG_PERSONAL_API_KEY_from_Envs",
            "abababababababababaBABABABABABABABABABABABA",
            "0123456789abcdef0123456789abcdef0123456789a",
        ] {
            let line = format!("personal_api_key = {value}");
            assert_eq!(value.len(), 43);
            assert!(key_after_name(line.as_bytes(), 2).is_none(), "{value}");
        }
        let token = format!("personal_api_key=phc_{}", BODY.get(..39).unwrap());
        assert!(key_after_name(token.as_bytes(), 2).is_none());
    }
}
