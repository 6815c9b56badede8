//! The border between two string literals that a program puts together.

use super::cut::{DEEPEST_INDENT, comment};
use super::escape::escape;

/// Quotes, operators, a line break and an indent are no longer together.
pub(super) const LONGEST: usize = 160;

/// A variable to which literals are added has a name that is no longer.
const LONGEST_NAME: usize = 40;

/// Length of the border between two literals, from the quote that closes the first to the one that
/// opens the second. Between the parts of a template stand `}` and `${`.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    let closing = bytes.iter().take_while(|b| **b == b'\\').count();
    let mut at = match bytes.get(closing)? {
        b'"' | b'\'' | b'`' | b'}' | b'$' | b'#' => closing + 1,
        _ => escaped_quote(bytes)?,
    };
    let mut opened = None;
    if let [b'$' | b'#', b'{', ..] = &bytes[closing..] {
        opened = Some(closing + 2);
    }
    if let Some(length) = assignment(&bytes[at..]) {
        return Some(at + length);
    }
    loop {
        if let Some(length) = escaped_quote(&bytes[at..]) {
            at += length;
            opened = Some(at);
            continue;
        }
        if bytes[at..].starts_with(b"/*") {
            at += comment(&bytes[at..], b"*/")?;
            continue;
        }
        if let Some(length) = line_comment(&bytes[at..]) {
            at += length;
            continue;
        }
        // A line break in a notebook, whose lines are strings themselves.
        if matches!(&bytes[at..], [b'\\', b'n' | b'r' | b't', ..]) {
            at += 2;
            continue;
        }
        match bytes.get(at)? {
            b'"' | b'\'' | b'`' | b'{' | b'}' => opened = Some(at + 1),
            // Visual Basic goes on in the next line behind `& _`.
            b'_' if matches!(bytes.get(at + 1), Some(b'\r' | b'\n')) => {}
            b' ' | b'\t' | b'\r' | b'\n' | b'+' | b'.' | b',' | b'&' | b'|' | b'~' | b'$'
            | b'\\' | b'(' | b')' | b'[' | b']' | b'<' | b'>' | b'^' | b'@' | b'#' | b'/'
            | b'*' => {}
            _ => break,
        }
        at += 1;
    }
    if opened == Some(at) {
        return Some(at);
    }
    // The letters before a quote say how the literal is to be read: `f"…"`, `Rb'…'`, `L"…"`, or
    // `.concat("…")`.
    let word = bytes[at..].iter().take(8);
    let letters = word.take_while(|b| b.is_ascii_alphabetic()).count();
    let is_known = matches!(&bytes[at..at + letters], b"concat" | b"append");
    let is_call = is_known && bytes.get(at + letters) == Some(&b'(');
    let quote = at + letters + usize::from(is_call);
    let is_quote = matches!(bytes.get(quote)?, b'"' | b'\'' | b'`');
    (is_quote && (letters <= 2 || is_call)).then_some(quote + 1)
}

/// Length of a comment that reaches to the end of its line, with the line break. A quote in it tells that
/// `//` is an operator.
fn line_comment(bytes: &[u8]) -> Option<usize> {
    if !(bytes.starts_with(b"//") || bytes.starts_with(b"# ") || bytes.starts_with(b"--")) {
        return None;
    }
    let end = bytes.iter().position(|b| *b == b'\n')?;
    let has_quote = bytes[..end].iter().any(|b| b"\"'`".contains(b));
    (!has_quote).then_some(end + 1)
}

/// Length of a quote that is written as an escape: `&quot;`, `\u0022`.
fn escaped_quote(bytes: &[u8]) -> Option<usize> {
    if !matches!(bytes.first()?, b'&' | b'\\' | b'%') {
        return None;
    }
    let escaped = escape(bytes)?;
    matches!(escaped.value, 0x22 | 0x27 | 0x60).then_some(escaped.length)
}

/// Length of the way from the end of a literal to the next one that is added to it on a line of its own:
/// `;`, a line break, a name, `+=` or `.=`, and the quote.
fn assignment(bytes: &[u8]) -> Option<usize> {
    let gap = bytes.iter().take(DEEPEST_INDENT);
    let mut at = gap
        .take_while(|b| matches!(b, b';' | b' ' | b'\t' | b'\r' | b'\n'))
        .count();
    if !bytes[..at].contains(&b'\n') {
        return None;
    }
    let name = bytes[at..].iter().take(LONGEST_NAME);
    at += name
        .take_while(|b| b.is_ascii_alphanumeric() || b"_$->:@".contains(b))
        .count();
    at += count_blanks(&bytes[at..]);
    if !matches!(bytes.get(at..at + 2)?, b"+=" | b".=") {
        return None;
    }
    at += 2;
    at += count_blanks(&bytes[at..]);
    matches!(bytes.get(at)?, b'"' | b'\'' | b'`').then_some(at + 1)
}

fn count_blanks(bytes: &[u8]) -> usize {
    let blanks = bytes.iter().take(DEEPEST_INDENT);
    blanks.take_while(|b| matches!(b, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_of_two_literals_is_passed_to_its_end() {
        for text in [
            "' + '",
            "\" \"",
            "\"\n    \"",
            "\" \\\n  \"",
            "' . '",
            "\", \"",
            "'}${'",
            "${'",
            "'}",
            "` + `",
            "\" f\"",
            "'\n b'",
            "\" & \"",
            "' || '",
            "\" .. \"",
            "\".concat(\"",
            "\\\" + \\\"",
            "\" <> \"",
            "\" ^ \"",
            "' // '",
            "\" * \"",
            "' + /* the rest */ '",
            "' + // the rest\n    '",
            "'  # the rest\n    '",
            "' || -- the rest\n    '",
            "'\\n\",\n  \"    '",
            "\" L\"",
            "\")\n    .append(\"",
            "&quot; + &quot;",
            "&#39; + &#39;",
            "\\u0022 + \\u0022",
            "';\nkey += '",
            "'\n$this->key .= '",
        ] {
            let before_body = text.to_owned() + "abc";
            assert_eq!(length(before_body.as_bytes()), Some(text.len()), "{text:?}");
        }
    }
}
