//! Reads the body of a key in parts, and chooses those of them that make one.

use super::cut::{Cut, cut};
use super::prefix::body_character;
use super::{LONGEST_RUN, placeholder, random};
use crate::key::{KeyKind, LONGEST_BODY, SHORTEST_WHOLE_BODY};

/// A key is put together of no more parts.
const MOST_PARTS: usize = 60;

/// Letters and digits, and the cuts between them.
pub(super) struct Run {
    pub(super) chars: Vec<u8>,
    /// Offset behind each character.
    pub(super) ends: Vec<usize>,
    /// Number of characters before each cut.
    pub(super) cuts: Vec<(Cut, usize)>,
    /// Number of characters before the first escaped one.
    pub(super) escaped_from: usize,
}

impl Run {
    pub(super) fn read(bytes: &[u8], start: usize) -> Self {
        let mut run = Self {
            chars: Vec::new(),
            ends: Vec::new(),
            cuts: Vec::new(),
            escaped_from: usize::MAX,
        };
        let mut at = start;
        let mut last_is_escaped = true;
        while run.chars.len() < LONGEST_RUN {
            let may_be_escaped = last_is_escaped || run.chars.len() < SHORTEST_WHOLE_BODY;
            if let Some(character) = body_character(bytes, at)
                && (may_be_escaped || !character.is_escaped)
                && !run.is_named_value(bytes, at)
            {
                if character.is_escaped {
                    run.escaped_from = run.escaped_from.min(run.chars.len());
                }
                last_is_escaped = character.is_escaped;
                run.chars.push(character.value);
                run.ends.push(character.end);
                at = character.end;
                continue;
            }
            let is_over = run.cuts.len() + 1 >= MOST_PARTS || run.chars.len() >= LONGEST_BODY;
            let Some((kind, length)) = cut(&bytes[at..]).filter(|_| !is_over) else {
                break;
            };
            if body_character(bytes, at + length).is_none() {
                break;
            }
            run.cuts.push((kind, run.chars.len()));
            at += length;
        }
        run
    }

    /// Tells whether a value of its own begins at `at`: `NAME=` on a new line. Quoted-printable text
    /// ends its lines with `=`, and such an end cuts nothing that is visible.
    fn is_named_value(&self, bytes: &[u8], at: usize) -> bool {
        bytes[at] == b'=' && matches!(self.cuts.last(), Some((Cut::Line, _)))
    }

    pub(super) fn parts(&self) -> usize {
        self.cuts.len() + 1
    }

    /// Number of characters in the first parts.
    fn length_of(&self, parts: usize) -> usize {
        match self.cuts.get(parts - 1) {
            Some((_, before)) => *before,
            None => self.chars.len(),
        }
    }
}

/// The parts of a run that make the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) parts: usize,
    /// Characters in them.
    pub(super) length: usize,
}

/// Takes the first parts that are as long as a whole key together. Parts that something visible cuts
/// must be that long exactly and look random. If there are none, it takes what nothing visible cuts.
pub(super) fn choose(bytes: &[u8], kind: &KeyKind, run: &Run, joined: bool) -> Option<Choice> {
    let mut is_cut = false;
    let mut is_wrapped = false;
    let mut uncut = Choice {
        parts: 1,
        length: run.length_of(1),
    };
    for parts in 1..=run.parts() {
        if let Some((cut, before)) = parts.checked_sub(2).map(|number| run.cuts[number])
            && cut != Cut::Invisible
        {
            if before >= kind.whole_body {
                break;
            }
            is_cut = true;
            is_wrapped |= cut == Cut::Line;
        }
        let length = run.length_of(parts);
        let choice = Choice { parts, length };
        if !is_cut {
            uncut = choice;
        }
        if length == 0 {
            continue;
        }
        if is_cut || joined {
            let is_apart = !is_wrapped || ends_line(bytes, run.ends[length - 1]);
            if is_apart && is_split_body(kind, &run.chars[..length], is_wrapped) {
                return Some(choice);
            }
        } else if length >= SHORTEST_WHOLE_BODY {
            return Some(choice);
        }
        if length > LONGEST_BODY {
            break;
        }
    }
    (!joined && uncut.length > 0).then_some(uncut)
}

/// Tells whether characters that stand apart make a whole body. Those of several lines have a digit:
/// a random body of 40 characters lacks one with a chance below 1e-3.
fn is_split_body(kind: &KeyKind, body: &[u8], is_wrapped: bool) -> bool {
    let least = kind.whole_body.min(SHORTEST_WHOLE_BODY);
    (least..=LONGEST_BODY).contains(&body.len())
        && random::looks_random(body)
        && !placeholder::is_hexadecimal(body)
        && (!is_wrapped || body.iter().any(u8::is_ascii_digit))
}

/// Tells whether a line, or the text of it, ends here.
fn ends_line(bytes: &[u8], at: usize) -> bool {
    let next = bytes[at..].iter().find(|b| !matches!(b, b' ' | b'\t'));
    matches!(
        next,
        None | Some(b'\n' | b'\r' | b'"' | b'\'' | b'`' | b'<' | b'\\' | b',' | b';' | b')')
    )
}
