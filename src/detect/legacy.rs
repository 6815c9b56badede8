//! Personal API keys from before 2021-06-23: 43 characters of base64url and no prefix. Old public
//! project tokens have the same shape, so only the value of a personal-key name counts.

use super::{Encoding, Hit, Shape};
use crate::key::KINDS;
use crate::key::{Fingerprint, MaskedKey};

/// `secrets.token_urlsafe(32)`.
const LENGTH: usize = 43;

/// Between a name and its value stand at most so many words: a type, `Bearer`, `String`.
const WORDS_BETWEEN: usize = 2;

/// How far behind its name a value can end, in bytes.
const REACH: usize = 256;

/// Words of other names; the value behind one of these is theirs.
const OTHER_NAMES: [&[u8]; 5] = [b"key", b"token", b"project", b"public", b"secret"];

/// The key behind a name like `POSTHOG_PERSONAL_API_KEY`, `personalApiKey` or
/// `X-PostHog-Personal-API-Key`, of which `at` is the `r` of `personal`.
pub(super) fn key_after_name(bytes: &[u8], at: usize) -> Option<Hit> {
    let name = bytes.get(at.checked_sub(2)?..)?;
    let mut rest = after(name, b"personal")?;
    for word in [b"api".as_slice(), b"key"] {
        let separated = rest
            .strip_prefix(b"_")
            .or_else(|| rest.strip_prefix(b"-"))
            .or_else(|| rest.strip_prefix(b" "));
        rest = after(separated.unwrap_or(rest), word)?;
    }
    let rest = &rest[..rest.len().min(REACH)];
    let line = &rest[..rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())];
    let suffix = line.iter().position(|b| !is_body(*b)).unwrap_or(line.len());
    let mut words = words(&line[suffix..]).take(WORDS_BETWEEN + 1);
    let body =
        words.find(|word| word.len() == LENGTH || is_other_name(word) || has_prefix(word))?;
    if !is_key(body) || has_prefix(body) {
        return None;
    }
    let start = body.as_ptr().addr() - bytes.as_ptr().addr();
    Some(Hit {
        kind: &KINDS[0],
        shape: Shape::Whole,
        encoding: Encoding::Plain,
        span: start..start + LENGTH,
        masked: MaskedKey::new("", body),
        fingerprint: Fingerprint::of(b"", body),
    })
}

/// What follows `word`, in any case, at the start of `bytes`.
fn after<'b>(bytes: &'b [u8], word: &[u8]) -> Option<&'b [u8]> {
    let (start, rest) = bytes.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|b| !is_body(*b)).filter(|word| !word.is_empty())
}

fn is_body(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_other_name(word: &[u8]) -> bool {
    let word = word.to_ascii_lowercase();
    word.len() != LENGTH
        && OTHER_NAMES
            .iter()
            .any(|name| word.windows(name.len()).any(|part| part == *name))
}

/// `phx_…`, `phc_…`, or `phx` before an escaped underscore: a key of another form, or a public one.
fn has_prefix(word: &[u8]) -> bool {
    matches!(
        word,
        [b'p', b'h', b'c' | b'x' | b's' | b'a' | b'r' | b'e']
            | [
                b'p',
                b'h',
                b'c' | b'x' | b's' | b'a' | b'r' | b'e',
                b'_',
                ..
            ]
    )
}

/// Random, not a long name: letters of both cases, many of them, and a digit unless the words of
/// a name are missing. 43 random characters lack capitals or small letters with a chance of 2e-10.
fn is_key(word: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| word.iter().any(test);
    let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let named = word
        .split(|b| matches!(b, b'_' | b'-'))
        .all(super::placeholder::is_name);
    word.len() == LENGTH && mixed && !named && !super::placeholder::is_monotonous(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "Zk3_vQx9-TbNw7RsLpYcHd2MfUgJe5AiKo8Vt6WqXzB";

    fn found(line: &str) -> bool {
        let at = line.to_ascii_lowercase().find("rsonal").unwrap();
        key_after_name(line.as_bytes(), at).is_some_and(|hit| {
            hit.span == (line.find(BODY).unwrap()..line.find(BODY).unwrap() + 43)
        })
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
        ] {
            assert!(found(&line.replace("{}", BODY)), "{line}");
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
        ] {
            assert!(!found(&line.replace("{}", BODY)), "{line}");
        }
    }

    #[test]
    fn a_long_name_or_a_sample_is_no_key() {
        assert_eq!(format!("phc_{}", BODY.get(..39).unwrap()).len(), 43);
        assert!(
            key_after_name(
                format!("personal_api_key=phc_{}", BODY.get(..39).unwrap()).as_bytes(),
                2
            )
            .is_none()
        );
        for value in [
            "settings_POSTHOG_PERSONAL_API_KEY_from_Envs",
            "abababababababababaBABABABABABABABABABABABA",
            "0123456789abcdef0123456789abcdef0123456789a",
        ] {
            let line = format!("personal_api_key = {value}");
            assert_eq!(value.len(), 43);
            assert!(key_after_name(line.as_bytes(), 2).is_none(), "{value}");
        }
    }
}
