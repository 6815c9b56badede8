//! Halves of characters in JSON texts.

/// Replaces `\ud83d` without its other half, which JavaScript writes when it cuts a text in the
/// middle of a character.
pub(super) fn without_lone_surrogates(bytes: &[u8]) -> Vec<u8> {
    let mut text = bytes.to_vec();
    let mut at = 0;
    while at + 6 <= text.len() {
        if text[at] != b'\\' {
            at += 1;
            continue;
        }
        match half_at(&text[at..]) {
            Some(Half::High) if half_at(&text[at + 6..]) == Some(Half::Low) => at += 12,
            Some(_) => {
                text[at + 2..at + 6].copy_from_slice(b"fffd");
                at += 6;
            }
            None => at += 2,
        }
    }
    text
}

#[derive(PartialEq, Eq)]
enum Half {
    High,
    Low,
}

fn half_at(text: &[u8]) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', second, ..] = text else {
        return None;
    };
    match second.to_ascii_lowercase() {
        b'8' | b'9' | b'a' | b'b' => Some(Half::High),
        b'c'..=b'f' => Some(Half::Low),
        _ => None,
    }
}
