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

impl Run {
    /// Number of characters in each of the first parts, if they are all as long, but for the first: the
    /// prefix may be a part of that. There are at least two of them.
    fn width_of(&self, parts: usize) -> Option<usize> {
        let first = self.length_of(1);
        let width = self.length_of(2.min(parts)).checked_sub(first)?;
        if parts < 2 || width == 0 || first > width {
            return None;
        }
        for part in 2..=parts {
            if self.length_of(part) - self.length_of(part - 1) != width {
                return None;
            }
        }
        let is_even = parts > 2 || first == width || first + PREFIX == width || first == 0;
        is_even.then_some(width)
    }
}

/// Characters of a prefix.
const PREFIX: usize = 4;

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
    let mut least = kind.whole_body.min(SHORTEST_WHOLE_BODY);
    let mut uncut = Choice {
        parts: 1,
        length: run.length_of(1),
    };
    for parts in 1..=run.parts() {
        if let Some((cut, before)) = parts.checked_sub(2).map(|number| run.cuts[number])
            && cut != Cut::Invisible
        {
            let is_short = before < SHORTEST_WHOLE_BODY && cut == Cut::Literals;
            if before >= kind.whole_body && !is_short {
                break;
            }
            least = least_split_body(kind, before);
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
            if is_apart && length >= least && is_split_body(&run.chars[..length], is_wrapped) {
                return Some(with_last_parts(bytes, kind, run, choice));
            }
        } else if length >= SHORTEST_WHOLE_BODY {
            return Some(with_last_parts(bytes, kind, run, choice));
        }
        if length > LONGEST_BODY {
            break;
        }
    }
    (!joined && uncut.length > 0).then_some(uncut)
}

/// Fewest characters of a body of several parts, so many of which stand before the last one. A kind
/// whose body may be short is whole by then: only what makes it as long as other kinds is a part of it.
fn least_split_body(kind: &KeyKind, before: usize) -> usize {
    if before >= kind.whole_body {
        SHORTEST_WHOLE_BODY
    } else {
        kind.whole_body.min(SHORTEST_WHOLE_BODY)
    }
}

/// Adds the parts that follow a choice whose parts are all as long as the first: a key that is cut every
/// ten characters is whole before its last part. With it, it must be as long as a key.
fn with_last_parts(bytes: &[u8], kind: &KeyKind, run: &Run, mut choice: Choice) -> Choice {
    while let Some(width) = run.width_of(choice.parts)
        && choice.parts < run.parts()
    {
        let (cut, before) = run.cuts[choice.parts - 1];
        let is_same_cut = choice.parts < 2 || run.cuts[choice.parts - 2].0 == cut;
        let length = run.length_of(choice.parts + 1);
        let is_usual = |length: usize| kind.usual_body.contains(&length);
        let is_key = is_split_body(&run.chars[..length], cut == Cut::Line);
        let is_apart = cut != Cut::Line || ends_line(bytes, run.ends[length - 1]);
        if !is_same_cut
            || !(1..=width).contains(&(length - before))
            || is_usual(before) && !is_usual(length)
            || !is_key
            || !is_apart
        {
            break;
        }
        choice.parts += 1;
        choice.length = length;
    }
    choice
}

/// Tells whether characters that stand apart make a whole body. Those of several lines have a digit:
/// a random body of 40 characters lacks one with a chance below 1e-3.
fn is_split_body(body: &[u8], is_wrapped: bool) -> bool {
    body.len() <= LONGEST_BODY
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
