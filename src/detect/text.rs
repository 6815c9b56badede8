//! Keys in text: as they are, with escapes in place of some or all of their characters, or cut by
//! something that is no part of them.

use super::anchors::EVERYWHERE;
use super::cut::{self, Cut, cut};
use super::escape::{escape, escape_before};
use super::judge::{Around, CONTEXT, Origin, is_base64url, is_body_of_key, judge, kind_of};
use super::{Encoding, Hit, LONGEST_RUN, placeholder};
use crate::key::{KINDS, KeyKind, LONGEST_BODY, SHORTEST_WHOLE_BODY};

/// Text on the left that is kept: a whole key, or as much as tells names from random text.
const LEFT: usize = CONTEXT + 5;

/// A key is put together of no more parts.
const MOST_PARTS: usize = 60;

/// A key that the next line continues begins no further before the line break.
const CONTINUED: usize = 512;

/// So far from the parts of a list stands the `_` that joins them.
const JOIN_REACH: usize = 48;

/// The key whose prefix starts at `at`, with its `p` or the escape of it. The key before it ends at
/// `last_end`.
pub(super) fn key_at(bytes: &[u8], at: usize, origin: Origin, last_end: usize) -> Option<Hit> {
    let prefix = read_prefix(bytes, at)?;
    let run = Run::read(bytes, prefix.end);
    let choice = choose(prefix.kind, &run, prefix.joined)?;
    let left = left_of(bytes, at, last_end);
    let tail_start = if choice.parts == run.parts() {
        run.ends.last().map_or(prefix.end, |end| *end)
    } else {
        run.ends[choice.length - 1]
    };
    let around = Around {
        origin,
        left,
        tail: &bytes[tail_start..bytes.len().min(tail_start + CONTEXT)],
    };
    if prefix.joined && !is_joined_nearby(bytes, at, tail_start) {
        return None;
    }
    let chars = &run.chars[..choice.length];
    let verdict = judge(prefix.kind, chars, around)?;
    let end = run.ends[verdict.length - 1];
    let encoding = if prefix.is_cut || choice.parts > 1 {
        Encoding::Split
    } else if prefix.is_escaped || run.escaped_from < verdict.length {
        Encoding::Escaped
    } else {
        Encoding::Plain
    };
    Some(Hit::new(
        prefix.kind,
        verdict,
        &chars[..verdict.length],
        encoding,
        at..end,
    ))
}

/// The key whose `p` a cut parts from the `h` at `at`.
pub(super) fn key_with_cut_prefix(
    bytes: &[u8],
    at: usize,
    origin: Origin,
    last_end: usize,
) -> Option<Hit> {
    let before = &bytes[..at];
    if before.last()?.is_ascii_alphanumeric() && escape_before(before).is_none() {
        return None;
    }
    let nearest = at.saturating_sub(cut::LONGEST + 1);
    for start in (nearest..at.checked_sub(1)?).rev() {
        if bytes[start] == b'p'
            && cut(&bytes[start + 1..]).is_some_and(|(_, n)| start + 1 + n == at)
        {
            return key_at(bytes, start, origin, last_end);
        }
    }
    None
}

/// Where the escape of a `p` begins of which the character at `at` is a digit.
pub(super) fn start_of_escape(bytes: &[u8], at: usize) -> Option<usize> {
    for start in at.saturating_sub(12)..at {
        if let Some(escaped) = escape(&bytes[start..])
            && escaped.value == u32::from(b'p')
            && start + escaped.length > at
        {
            return Some(start);
        }
    }
    None
}

struct Prefix {
    kind: &'static KeyKind,
    /// Offset behind it.
    end: usize,
    is_escaped: bool,
    is_cut: bool,
    /// The underscore is missing, because the program puts it between the parts of a list.
    joined: bool,
}

/// Reads `p`, `h`, a kind's letter and an underscore.
fn read_prefix(bytes: &[u8], at: usize) -> Option<Prefix> {
    let mut text = [0; 4];
    let mut end = at;
    let mut is_escaped = false;
    let mut is_cut = false;
    let mut joined = false;
    let mut number = 0;
    while number < 4 {
        let wanted: fn(u8) -> bool = match number {
            0 => |b| b == b'p',
            1 => |b| b == b'h',
            2 => |b| b.is_ascii_lowercase(),
            _ => |b| b == b'_',
        };
        if let Some(character) = character(bytes, end).filter(|c| wanted(c.value)) {
            text[number] = character.value;
            end = character.end;
            is_escaped |= character.is_escaped;
            number += 1;
            continue;
        }
        let (kind, length) = cut(&bytes[end..]).filter(|_| number > 0)?;
        let border = &bytes[end..end + length];
        end += length;
        is_cut = true;
        if number == 3 && kind == Cut::Literals && bytes.get(end) != Some(&b'_') {
            joined = border.contains(&b',');
            if !joined {
                return None;
            }
            text[3] = b'_';
            number = 4;
        }
    }
    Some(Prefix {
        kind: kind_of(&text)?,
        end,
        is_escaped,
        is_cut,
        joined,
    })
}

struct Character {
    value: u8,
    end: usize,
    is_escaped: bool,
}

/// The ASCII letter, digit or underscore at an offset, as it is or escaped.
fn character(bytes: &[u8], at: usize) -> Option<Character> {
    let byte = *bytes.get(at)?;
    if byte.is_ascii_alphanumeric() {
        return Some(Character {
            value: byte,
            end: at + 1,
            is_escaped: false,
        });
    }
    if let Some(escaped) = escape(&bytes[at..]) {
        let value = u8::try_from(escaped.value).ok()?;
        if value.is_ascii_alphanumeric() || value == b'_' {
            return Some(Character {
                value,
                end: at + escaped.length,
                is_escaped: true,
            });
        }
    }
    (byte == b'_').then_some(Character {
        value: byte,
        end: at + 1,
        is_escaped: false,
    })
}

/// Letters and digits, and the cuts between them.
struct Run {
    chars: Vec<u8>,
    /// Offset behind each character.
    ends: Vec<usize>,
    /// Number of characters before each cut.
    cuts: Vec<(Cut, usize)>,
    /// Number of characters before the first escaped one.
    escaped_from: usize,
}

impl Run {
    fn read(bytes: &[u8], start: usize) -> Self {
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

    fn parts(&self) -> usize {
        self.cuts.len() + 1
    }
}

fn body_character(bytes: &[u8], at: usize) -> Option<Character> {
    character(bytes, at).filter(|character| character.value.is_ascii_alphanumeric())
}

/// The parts of a run that make the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Choice {
    parts: usize,
    /// Characters in them.
    length: usize,
}

/// Takes the first parts that are as long as a whole key together. Parts that literals hold must be
/// that long exactly and look random. If there are none, it takes what nothing visible cuts.
fn choose(kind: &KeyKind, run: &Run, joined: bool) -> Option<Choice> {
    let mut visible = 0;
    let mut without_literals = Choice {
        parts: 1,
        length: run
            .cuts
            .first()
            .map_or(run.chars.len(), |(_, before)| *before),
    };
    for parts in 1..=run.parts() {
        if let Some((Cut::Literals, before)) = parts.checked_sub(2).map(|cut| run.cuts[cut]) {
            if before >= kind.whole_body {
                break;
            }
            visible += 1;
        }
        let length = run
            .cuts
            .get(parts - 1)
            .map_or(run.chars.len(), |(_, before)| *before);
        let choice = Choice { parts, length };
        if visible == 0 {
            without_literals = choice;
        }
        let least = kind.whole_body.min(SHORTEST_WHOLE_BODY);
        if visible > 0 || joined {
            let body = &run.chars[..length];
            let is_key = (least..=LONGEST_BODY).contains(&length)
                && placeholder::looks_random(body)
                && !placeholder::is_hexadecimal(body);
            if is_key {
                return Some(choice);
            }
        } else if length >= SHORTEST_WHOLE_BODY {
            return Some(choice);
        }
        if length > LONGEST_BODY {
            break;
        }
    }
    (!joined && without_literals.length > 0).then_some(without_literals)
}

/// Characters of a key that its masked form shows.
const SHOWN: usize = 4;

/// What touches the prefix at `at` on its left; nothing if it continues no word. Of a key before it,
/// only what its masked form shows: so the same keys are found when that one is masked.
fn left_of(bytes: &[u8], at: usize, last_end: usize) -> &[u8] {
    let before = &bytes[..at];
    let is_touched = before.last().is_some_and(u8::is_ascii_alphanumeric);
    if !is_touched || escape_before(before).is_some() {
        return b"";
    }
    let near = &before[at.saturating_sub(LEFT)..];
    let left = match near.iter().rposition(|b| !is_base64url(*b)) {
        Some(border) => &near[border + 1..],
        None => near,
    };
    if at == last_end {
        return b"";
    }
    if is_body_of_key(left) {
        return left;
    }
    let own = at.saturating_sub(last_end) + SHOWN;
    &left[left.len().saturating_sub(own)..]
}

/// Looks for the underscore of `'_'.join(…)` or `.join("_")` near the parts of a list.
fn is_joined_nearby(bytes: &[u8], start: usize, end: usize) -> bool {
    let near = &bytes[start.saturating_sub(JOIN_REACH)..bytes.len().min(end + JOIN_REACH)];
    near.windows(3)
        .any(|text| matches!(text, [b'"' | b'\'' | b'`', b'_', b'"' | b'\'' | b'`']))
}

/// Tells whether text that ends with a line break may hold the start of a key that the next line
/// continues: it ends as the first of two literals does, or as a continued line.
pub(super) fn may_continue(text: &[u8]) -> bool {
    let line = text.trim_ascii_end();
    let joins = matches!(
        line.last(),
        Some(
            b'\\'
                | b'='
                | b'"'
                | b'\''
                | b'`'
                | b'+'
                | b','
                | b'.'
                | b'&'
                | b'|'
                | b'('
                | b'{'
                | b'~'
        )
    );
    let near = &line[line.len().saturating_sub(CONTINUED)..];
    joins && EVERYWHERE.next(near, 0, near.len()).is_some()
}

/// The letters by which the prefixes of secret keys differ.
pub(super) fn kind_letters() -> impl Iterator<Item = u8> {
    KINDS.iter().map(|kind| kind.prefix.as_bytes()[2])
}

#[cfg(test)]
mod tests {
    use super::super::Ending;
    use super::*;

    const BODY: &str = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";

    fn expect(text: &str, encoding: Encoding) {
        let at = text.find('p').unwrap();
        let hit = key_at(text.as_bytes(), at, Origin::File, 0).unwrap_or_else(|| panic!("{text}"));
        let whole = crate::key::Fingerprint::of(b"phx_", BODY.as_bytes());
        assert!(hit.fingerprint == whole, "{text}: {:?}", hit.masked);
        assert_eq!(
            (hit.encoding, hit.ending),
            (encoding, Ending::Seen),
            "{text}"
        );
    }

    #[test]
    fn a_key_may_be_escaped_by_half_or_whole() {
        expect(&format!("phx%5F{BODY}"), Encoding::Escaped);
        expect(&format!("phx=5F{BODY}"), Encoding::Escaped);
        expect(&format!("phx_x005F_{BODY}"), Encoding::Escaped);
        expect(&format!("phx\\N{{LOW LINE}}{BODY}"), Encoding::Escaped);
        expect(&format!("phx\\textunderscore {BODY}"), Encoding::Escaped);
        for write in [
            |c: char| format!("%{:02X}", c as u32),
            |c: char| format!("\\u{:04x}", c as u32),
            |c: char| format!("\\x{:02x}", c as u32),
            |c: char| format!("&#{};", c as u32),
            |c: char| format!("&#x{:x};", c as u32),
            |c: char| format!("={:02X}", c as u32),
            |c: char| format!("\\{:03o}", c as u32),
        ] {
            let text: String = format!("phx_{BODY}").chars().map(write).collect();
            let hit =
                key_at(text.as_bytes(), 0, Origin::File, 0).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(hit.span, 0..text.len());
        }
    }

    #[test]
    fn a_cut_anywhere_is_passed() {
        let key = format!("phx_{BODY}");
        for cut in [
            "\u{200b}", "\x1b[0m", "<wbr>", "=\r\n", "\\\n  ", "\u{ad}", "\\u200b",
        ] {
            for at in 1..43 {
                let (left, right) = key.split_at(at);
                expect(&format!("{left}{cut}{right}"), Encoding::Split);
            }
        }
        for border in ["' + '", "\" \\\n    \"", "', '", "'}${'"] {
            for at in 1..43 {
                let (left, right) = key.split_at(at);
                expect(&format!("{left}{border}{right}"), Encoding::Split);
            }
        }
    }

    #[test]
    fn three_parts_are_one_key() {
        let (left, right) = BODY.split_at(25);
        let text = format!("phx_' + '{left}' +\n '{right}'");
        expect(&text, Encoding::Split);
    }

    #[test]
    fn a_list_that_an_underscore_joins_is_a_key() {
        expect(&format!("['phx', '{BODY}'].join('_')"), Encoding::Split);
        let text = format!("'_'.join(['phx', '{BODY}'])");
        assert!(key_at(text.as_bytes(), text.find("phx").unwrap(), Origin::File, 0).is_some());
        let text = format!("['phx', '{BODY}']");
        assert!(key_at(text.as_bytes(), 2, Origin::File, 0).is_none());
    }

    #[test]
    fn a_whole_key_takes_nothing_from_its_neighbours() {
        for behind in [
            "', 'another'",
            "\x1b[0mword",
            "\" \"word\"",
            "=\nword",
            "<b>word</b>",
            "=41",
            "%41",
        ] {
            let text = format!("phx_{BODY}{behind}");
            expect(&text, Encoding::Plain);
        }
    }

    #[test]
    fn a_prefix_in_mid_word_is_none_unless_the_body_is_unmistakable() {
        for before in ["s", "migra", "0", "gra"] {
            let text = format!("{before}phx_{BODY}");
            assert!(
                key_at(text.as_bytes(), before.len(), Origin::File, 0).is_some(),
                "{before}"
            );
            for body in [
                "Rk7TqWn3ZxHcVb5MsJdYRk7T",
                "autoExamplesPlotClassifierComparisonWithMoreWords",
            ] {
                let text = format!("{before}phx_{body}");
                assert!(
                    key_at(text.as_bytes(), before.len(), Origin::File, 0).is_none(),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn an_escape_before_the_prefix_is_no_part_of_a_word() {
        let cut_key = BODY.split_at(30).0;
        for before in [
            "\\n",
            "%3D",
            "=3D",
            "\\u0022",
            "\\x22",
            "\\033",
            "\x1b[31m",
            "\\u001b[1;31m",
        ] {
            let text = format!("{before}phx_{cut_key}");
            assert!(
                key_at(text.as_bytes(), before.len(), Origin::File, 0).is_some(),
                "{before}"
            );
        }
    }
}
