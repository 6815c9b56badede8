//! The digits of base64, and where text of them goes on behind a line break.

use super::super::LONGEST_RUN;
use super::super::anchors::{EVERYWHERE, Form, IN_BASE64, PREFIXES_IN_BASE64};
use crate::key::alphabet::sextet;

/// A line that goes on in the next has at least so many digits.
const WRAPPED_LINE: usize = 20;

/// Base64 is parted in groups of no fewer digits.
const SHORTEST_GROUP: usize = 4;

/// Blanks and a line break between two groups.
const LONGEST_GAP: usize = 24;

/// Other lines hardly end with so many digits of base64.
const LONG_LINE: usize = 63;

/// A key in wrapped base64 is no longer, with its line breaks and indents.
const WRAPPED_KEY: usize = 2 << 10;

/// A line that is indented further is not looked at.
const DEEPEST_INDENT: usize = 256;

/// Other bytes between two lines: quotes, operators, the leaders of comments and quotations.
const MOST_JUNK: usize = 12;

/// Leaders of a line that consist of digits. Longer ones stand first.
const LEADERS: [&[u8]; 9] = [
    b"///", b"//", b"--", b"++", b"+", b"-", b"REM ", b"rem ", b"dnl ",
];

/// The digits of base64 text across line breaks, up to the first character that is none, each with
/// its place.
pub(super) struct Digits<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Offset of the first digit of this line.
    line: usize,
    /// Digits of the last line that was entered at its start: all but the first and the last line
    /// are as long.
    width: Option<usize>,
    is_first_line: bool,
}

impl<'b> Digits<'b> {
    /// The digits from `at` on.
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        let before = bytes[..at].iter().rev().take(LONGEST_RUN * 4);
        let lead = before.take_while(|b| sextet(**b).is_some()).count();
        Self {
            bytes,
            at,
            line: at - lead,
            width: None,
            is_first_line: true,
        }
    }

    /// Goes on to the next line, if there is one of the same text.
    fn pass_line_break(&mut self) -> Option<()> {
        let length = self.at - self.line;
        if self.width.is_some_and(|width| width != length) {
            return None;
        }
        let next = next_line(self.bytes, self.line, self.at)?;
        if !self.is_first_line {
            self.width = Some(length);
        }
        self.is_first_line = false;
        self.at = next;
        self.line = next;
        Some(())
    }
}

impl Iterator for Digits<'_> {
    type Item = (u8, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if let Some(digit) = sextet(byte) {
                self.at += 1;
                return Some((digit, self.at - 1));
            }
            if let Some((digit, length)) = escaped_digit(&self.bytes[self.at..]) {
                self.at += length;
                return Some((digit, self.at - 1));
            }
            self.pass_line_break()?;
        }
    }
}

/// The two digits that are no letters are escaped in URLs, JSON and HTML.
fn escaped_digit(bytes: &[u8]) -> Option<(u8, usize)> {
    let (value, length) = match bytes {
        [b'\\', b'/', ..] => (b'/', 2),
        [b'%' | b'\\' | b'&', ..] => {
            let escaped = super::super::escape::escape(bytes)?;
            (u8::try_from(escaped.value).ok()?, escaped.length)
        }
        _ => return None,
    };
    matches!(value, b'/' | b'+').then_some((sextet(value)?, length))
}

/// Tells whether text that ends with a line break is base64 that may go on in the next line.
pub(in super::super) fn may_go_on(text: &[u8]) -> bool {
    let line = text.trim_ascii_end();
    let junk = line.iter().rev().take(4);
    let closing = junk
        .take_while(|b| sextet(**b).is_none() || **b == b'+')
        .count();
    let line = &line[..line.len() - closing];
    let near = &line[line.len().saturating_sub(LONG_LINE)..];
    let run = near.iter().rev().take_while(|b| sextet(**b).is_some());
    let digits = &near[near.len() - run.count()..];
    if digits.len() < WRAPPED_LINE {
        let near = &line[line.len().saturating_sub(WRAPPED_KEY)..];
        return ends_with_groups(near, digits.len()) && has_anchor(near);
    }
    let lead = &near[..near.len() - digits.len()];
    let lead = &lead[lead
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1)..];
    let is_whole_line = !lead.iter().any(u8::is_ascii_alphanumeric);
    if is_whole_line || digits.len() >= LONG_LINE {
        let near = &line[line.len().saturating_sub(WRAPPED_KEY)..];
        return has_anchor(near) || begins_anchor(digits);
    }
    holds_anchor(digits)
}

/// Tells whether a text ends with two groups of so many digits.
fn ends_with_groups(text: &[u8], width: usize) -> bool {
    let Some(gap) = text.len().checked_sub(width + 1) else {
        return false;
    };
    let before = text[..gap].iter().rev().take(WRAPPED_LINE);
    let last = before.take_while(|b| sextet(**b).is_some()).count();
    width >= SHORTEST_GROUP && text[gap].is_ascii_whitespace() && last == width
}

fn has_anchor(text: &[u8]) -> bool {
    holds_anchor(text) || IN_BASE64.next(text, 0, text.len()).is_some()
}

/// Tells whether the next line may go on with an anchor that these digits end with a part of.
fn begins_anchor(digits: &[u8]) -> bool {
    for anchor in PREFIXES_IN_BASE64.iter() {
        if digits.ends_with(&anchor.digits[..1]) || digits.ends_with(&anchor.digits[..2]) {
            return true;
        }
    }
    false
}

fn holds_anchor(digits: &[u8]) -> bool {
    let mut from = 0;
    while let Some((at, forms)) = EVERYWHERE.next(digits, from, digits.len()) {
        if forms.iter().any(|form| matches!(form, Form::Base64(_))) {
            return true;
        }
        from = at + 1;
    }
    false
}

/// Offset at which base64 text goes on behind the line at `line..end`. That line must be long. The
/// next one must consist of base64 alone and must not begin with a key of its own.
fn next_line(bytes: &[u8], line: usize, end: usize) -> Option<usize> {
    if end - line < WRAPPED_LINE {
        return next_group(bytes, line, end);
    }
    let (mut next, is_break) = separator(&bytes[end..])?;
    next += end;
    // What leads the lines of a diff or a comment may consist of digits. Then it does so each time.
    for leader in LEADERS {
        let lead = line_lead(bytes, line);
        if is_break && bytes[next..].starts_with(leader) && lead.starts_with(leader) {
            let gap = bytes[next + leader.len()..].iter().take(DEEPEST_INDENT);
            let blanks = gap.take_while(|b| matches!(b, b' ' | b'\t')).count();
            next += leader.len() + blanks;
            break;
        }
    }
    let rest = &bytes[next..];
    let rest = &rest[..rest.len().min(LONGEST_RUN * 4)];
    let run = rest
        .iter()
        .position(|b| sextet(*b).is_none())
        .unwrap_or(rest.len());
    let starts_anew = matches!(
        rest,
        [b'c', b'G', b'h', b'4' | b'z' | b'h' | b'y' | b'l', b'X', ..]
    ) && end - line > 60;
    let is_text = run > 0 && (is_break || run >= WRAPPED_LINE) && closes(&rest[run..]);
    (is_text && !starts_anew).then_some(next)
}

/// Offset at which base64 text in groups of four or more digits goes on: behind blanks, or in the next
/// line. All groups but the last have the same length.
fn next_group(bytes: &[u8], line: usize, end: usize) -> Option<usize> {
    let width = end - line;
    if width < SHORTEST_GROUP {
        return None;
    }
    let gap = bytes[end..].iter().take(LONGEST_GAP);
    let next = end + gap.take_while(|b| b.is_ascii_whitespace()).count();
    let rest = &bytes[next..bytes.len().min(next + WRAPPED_LINE)];
    let run = rest.iter().take_while(|b| sextet(**b).is_some()).count();
    let is_group = run == width || run > 0 && run < width && closes(&rest[run..]);
    (next > end && is_group).then_some(next)
}

/// The bytes from the start of a line to its digits; a leader that is a digit is among these.
fn line_lead(bytes: &[u8], line: usize) -> &[u8] {
    let near = &bytes[line.saturating_sub(DEEPEST_INDENT)..bytes.len().min(line + 3)];
    let start = near[..near.len().min(DEEPEST_INDENT.min(line))]
        .iter()
        .rposition(|b| *b == b'\n');
    near[start.map_or(0, |at| at + 1)..].trim_ascii_start()
}

/// Tells whether a line of base64 can end before these bytes.
fn closes(rest: &[u8]) -> bool {
    match rest {
        []
        | [
            b'\n' | b'\r' | b'\\' | b'"' | b'\'' | b'`' | b'<' | b',' | b' ' | b'%' | b'&' | b'}'
            | b']' | b')' | b'\t' | b';' | b'^' | b'|',
            ..,
        ] => true,
        // Padding, not the value of a name.
        [b'=', rest @ ..] => rest.first().is_none_or(|b| !b.is_ascii_alphanumeric()),
        _ => false,
    }
}

/// Length of what stands between two lines of base64, and whether a line break is in it.
fn separator(bytes: &[u8]) -> Option<(usize, bool)> {
    let mut at = 0;
    let mut junk = 0;
    let mut is_break = false;
    let mut is_quoted = false;
    while at < DEEPEST_INDENT + MOST_JUNK {
        let rest = &bytes[at..];
        if let Some(length) = line_break(rest) {
            at += length;
            is_break = true;
            continue;
        }
        match rest.first() {
            Some(b' ' | b'\t') => {}
            Some(b'"' | b'\'' | b'`') => {
                is_quoted = true;
                junk += 1;
            }
            Some(b'_') if is_quoted && matches!(rest.get(1), Some(b'\r' | b'\n')) => junk += 1,
            // The letter before a quote says how the literal is to be read.
            Some(b'b' | b'r' | b'f' | b'u' | b'L')
                if is_quoted && is_break && matches!(rest.get(1), Some(b'"' | b'\'')) =>
            {
                junk += 1;
            }
            Some(b'<' | b'>') if is_quoted => junk += 1,
            Some(b'^' | b'|') if !is_break => junk += 1,
            Some(b'+') if is_quoted && (!is_break || is_operator(rest)) => junk += 1,
            Some(b',' | b'.' | b'&' | b'\\' | b'(' | b')' | b';') if !is_break || is_quoted => {
                junk += 1;
            }
            Some(b'#' | b'>' | b'|' | b'*' | b';' | b'%' | b'!' | b':') if is_break => junk += 1,
            _ => break,
        }
        if junk > MOST_JUNK {
            return None;
        }
        at += 1;
    }
    (at > 0).then_some((at, is_break))
}

/// A `+` between two literals, not a digit: a blank or a quote follows.
fn is_operator(rest: &[u8]) -> bool {
    matches!(
        rest.get(1),
        Some(b' ' | b'"' | b'\'' | b'`' | b'\n' | b'\r' | b'\t')
    )
}

/// Length of the line break that `bytes` start with, as it is or escaped.
fn line_break(bytes: &[u8]) -> Option<usize> {
    match bytes.first()? {
        b'\n' | b'\r' => Some(1),
        b'\\' => {
            let letter = bytes.iter().take(9).position(|b| *b != b'\\')?;
            match bytes[letter] {
                b'n' | b'r' | b'\n' => Some(letter + 1),
                _ => escaped_break(bytes),
            }
        }
        b'%' | b'&' | b'=' => escaped_break(bytes),
        b'<' => [&b"<br>"[..], b"<br/>", b"<br />"]
            .iter()
            .find(|tag| bytes.starts_with(tag))
            .map(|tag| tag.len()),
        _ => None,
    }
}

/// A line break as `%0A` or `&#10;`, or the soft one of mail.
fn escaped_break(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'=', b'\r', b'\n', ..] => return Some(3),
        [b'=', b'\n', ..] => return Some(2),
        [b'=', ..] => return None,
        _ => {}
    }
    let escaped = super::super::escape::escape(bytes)?;
    matches!(escaped.value, 10 | 13 | 0x20).then_some(escaped.length)
}
