//! Tells random text from names and words.

use super::placeholder::{LEAST_DISTINCT, is_hexadecimal};

/// A cut body counts only if it looks random: letters of both cases, and a digit or many distinct
/// characters. ULIDs, TypeIDs and cuids have one case. A random body of 20 characters lacks a case
/// with a chance of 2e-5.
pub(super) fn looks_random(body: &[u8]) -> bool {
    let counts = Counts::of(body);
    counts.lower > 0
        && counts.upper > 0
        && (counts.digits > 0 || counts.distinct >= LEAST_DISTINCT)
        && !is_wordy(body)
}

/// Made of words, perhaps with an acronym or a number. Words of camel case are nearly all of it, or
/// three quarters of it with few digits, few capitals and vowels as in a language.
///
/// The chances: a random body of 43 characters is taken for words with 6e-5, one of 26 with 9e-4
/// (100,000 of each were tried). Among 92,000 names from public sources 6e-4 of those with 40 characters
/// and more pass for random text, 3e-2 of those with 26 to 40.
pub(super) fn is_wordy(body: &[u8]) -> bool {
    let in_words = characters_in_words(body) * 100;
    if in_words >= body.len() * 85 {
        return true;
    }
    let counts = Counts::of(body);
    let letters = counts.lower + counts.upper;
    in_words >= body.len() * 75
        && counts.digits * 12 <= body.len()
        && counts.upper * 100 <= letters * 42
        && counts.vowels * 100 >= letters * 27
        && longest_consonants(body) <= 6
}

/// Counts the characters of words: two small letters and more, with the capital before them.
fn characters_in_words(body: &[u8]) -> usize {
    let mut count = 0;
    let mut run = 0;
    for (at, byte) in body.iter().enumerate() {
        if !byte.is_ascii_lowercase() {
            run = 0;
            continue;
        }
        run += 1;
        match run {
            1 => {}
            2 => {
                let before = at.checked_sub(2).map(|at| body[at]);
                count += 2 + usize::from(before.is_some_and(|b| b.is_ascii_uppercase()));
            }
            _ => count += 1,
        }
    }
    count
}

/// Text that is random like base64, not the names and words of a table.
pub(super) fn is_random_text(text: &[u8]) -> bool {
    let counts = Counts::of(text);
    let mut changes = 0;
    for pair in text.windows(2) {
        changes += usize::from(class(pair[0]) != class(pair[1]));
    }
    counts.lower > 0
        && counts.upper > 0
        && counts.digits > 0
        && changes * 100 >= text.len().saturating_sub(1) * 45
}

fn class(byte: u8) -> u8 {
    match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    }
}

struct Counts {
    lower: usize,
    upper: usize,
    digits: usize,
    vowels: usize,
    distinct: usize,
}

impl Counts {
    fn of(body: &[u8]) -> Self {
        let mut seen = [false; 256];
        let mut counts = Self {
            lower: 0,
            upper: 0,
            digits: 0,
            vowels: 0,
            distinct: 0,
        };
        for byte in body {
            counts.lower += usize::from(byte.is_ascii_lowercase());
            counts.upper += usize::from(byte.is_ascii_uppercase());
            counts.digits += usize::from(byte.is_ascii_digit());
            counts.vowels += usize::from(is_vowel(*byte));
            counts.distinct += usize::from(!seen[usize::from(*byte)]);
            seen[usize::from(*byte)] = true;
        }
        counts
    }
}

fn is_vowel(byte: u8) -> bool {
    matches!(
        byte.to_ascii_lowercase(),
        b'a' | b'e' | b'i' | b'o' | b'u' | b'y'
    )
}

fn longest_consonants(body: &[u8]) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for byte in body {
        run = if byte.is_ascii_alphabetic() && !is_vowel(*byte) {
            run + 1
        } else {
            0
        };
        longest = longest.max(run);
    }
    longest
}

/// Letters of one case, or words in camel case with at least three letters each.
pub(super) fn is_name(body: &[u8]) -> bool {
    let letters = body.iter().all(u8::is_ascii_alphabetic);
    let one_case = !body.iter().any(u8::is_ascii_lowercase);
    let mut words = body.split(u8::is_ascii_uppercase);
    let first = words
        .next()
        .is_some_and(|word| word.is_empty() || word.len() >= 3);
    letters && (one_case || (first && words.all(|rest| rest.len() >= 2)))
}

/// Tells whether a run of letters and digits near a key that was cut may be a piece of it: it has two of
/// the three classes of characters, and is no name.
#[must_use]
pub fn may_be_piece(run: &[u8]) -> bool {
    let counts = Counts::of(run);
    let classes = [counts.lower, counts.upper, counts.digits];
    classes.iter().filter(|count| **count > 0).count() >= 2
        && !is_hexadecimal(run)
        && !is_name(run)
        && !is_wordy(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_wordy_and_random_bodies_are_not() {
        for name in [
            "handleWebsocketConnectionUpgradeRequestHeader",
            "CreateHTTPSConnectionForV2Accounts",
            "DataprocSessionsSparkApplicationsAccessPlan",
            "Sha256OfTheEncryptionKeyOfTheCustomer",
        ] {
            assert!(is_wordy(name.as_bytes()), "{name}");
        }
        // Few digits, few capitals and many vowels, as random bodies have them now and then.
        for body in [
            "aUUl9oilUeUlaleUliuU9UUlUelUUelUUilolui9UaUl",
            "yAEoilu3AeIlUo9aLAeoLuyAaeIoeLyUu4Aeio",
        ] {
            assert!(!is_wordy(body.as_bytes()), "{body}");
        }
    }
}
