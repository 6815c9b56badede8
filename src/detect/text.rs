//! Keys in text: as they are, with escapes in place of some or all of their characters, or cut by
//! something that is no part of them.

use super::anchors::EVERYWHERE;
use super::cut::{self, cut};
use super::escape::{self, escape, escape_before};
use super::judge::{Around, CONTEXT, Origin, judge};
use super::left::{follows_random_text, is_in_random_lines, is_mangled, left_of};
use super::parts::{Run, choose};
use super::prefix::{Prefix, read_prefix};
use super::{Encoding, Ending, Hit, detached};
use crate::key::{KINDS, SHORTEST_WHOLE_BODY};

/// A key that the next line continues begins no further before the line break.
const CONTINUED: usize = 512;

/// Maximum distance between the parts of a list and the `_` that joins them, in bytes.
const JOIN_REACH: usize = 48;

/// The key whose prefix starts at `at`, with its `p` or the escape of it. `known` are the keys that
/// were found before.
pub(super) fn key_at(bytes: &[u8], at: usize, origin: Origin, known: &[Hit]) -> Option<Hit> {
    let prefix = read_prefix(bytes, at)?;
    match key_behind(bytes, at, &prefix, origin, known) {
        Some(hit) => Some(hit),
        None => detached::key_near(bytes, at, &prefix),
    }
}

/// The key whose body follows its prefix.
fn key_behind(
    bytes: &[u8],
    at: usize,
    prefix: &Prefix,
    origin: Origin,
    known: &[Hit],
) -> Option<Hit> {
    let run = Run::read(bytes, prefix.end);
    let choice = choose(bytes, prefix.kind, &run, prefix.joined)?;
    let left = left_of(bytes, at, known);
    if !left.is_empty() && is_mangled(bytes, at) {
        return None;
    }
    let tail_start = if choice.parts == run.parts() {
        run.ends.last().map_or(prefix.end, |end| *end)
    } else {
        run.ends[choice.length - 1]
    };
    let around = Around {
        origin,
        left: &left,
        tail: &bytes[tail_start..bytes.len().min(tail_start + CONTEXT)],
    };
    if prefix.joined && !is_joined_nearby(bytes, at, tail_start) {
        return None;
    }
    let chars = &run.chars[..choice.length];
    let verdict = judge(prefix.kind, chars, around)?;
    let is_exact = verdict.length >= SHORTEST_WHOLE_BODY && verdict.ending == Ending::Seen;
    let is_sure = is_exact && !is_in_random_lines(bytes, at);
    if !is_sure && left.is_empty() && follows_random_text(bytes, at, known) {
        return None;
    }
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

/// The key in whose prefix an escape stands at `at`.
pub(super) fn key_around(bytes: &[u8], at: usize, origin: Origin, known: &[Hit]) -> Option<Hit> {
    let start = start_of_prefix(bytes, at)?;
    key_at(bytes, start, origin, known)
}

/// Offset of the prefix that `at` is a part of.
fn start_of_prefix(bytes: &[u8], at: usize) -> Option<usize> {
    for start in (at.saturating_sub(escape::LONGEST)..=at).rev() {
        if matches!(bytes[start], b'p' | b'%' | b'\\' | b'&' | b'=' | 0xef)
            && read_prefix(bytes, start).is_some_and(|prefix| prefix.end > at)
        {
            return Some(start);
        }
    }
    None
}

/// The key whose `p` a cut parts from the `h` at `at`.
pub(super) fn key_with_cut_prefix(
    bytes: &[u8],
    at: usize,
    origin: Origin,
    known: &[Hit],
) -> Option<Hit> {
    let before = &bytes[..at];
    if before.last()?.is_ascii_alphanumeric() && escape_before(before).is_none() {
        return None;
    }
    if let Some(start) = start_of_prefix(bytes, at) {
        return key_at(bytes, start, origin, known);
    }
    let nearest = at.saturating_sub(cut::LONGEST + 1);
    for start in (nearest..at.checked_sub(1)?).rev() {
        if bytes[start] == b'p'
            && cut(&bytes[start + 1..]).is_some_and(|(_, n)| start + 1 + n == at)
        {
            return key_at(bytes, start, origin, known);
        }
    }
    None
}

/// Offset of the escape of a `p` that has the character at `at` as one of its digits.
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

/// Looks for the underscore of `'_'.join(…)` or `.join("_")` near the parts of a list.
fn is_joined_nearby(bytes: &[u8], start: usize, end: usize) -> bool {
    let near = &bytes[start.saturating_sub(JOIN_REACH)..bytes.len().min(end + JOIN_REACH)];
    near.windows(3)
        .any(|text| matches!(text, [b'"' | b'\'' | b'`', b'_', b'"' | b'\'' | b'`']))
}

/// Tells whether text that ends with a line break may hold the start of a key that the next lines
/// continue: it ends as the first of two literals does, as a continued line, or in the key; or it holds
/// a prefix or a body without the other.
pub(super) fn may_continue(text: &[u8]) -> bool {
    let line = text.trim_ascii_end();
    let near = &line[line.len().saturating_sub(CONTINUED)..];
    let joins = line
        .last()
        .is_some_and(|b| br#"\="'`+,.&|({~_"#.contains(b));
    if joins && EVERYWHERE.next(near, 0, near.len()).is_some() {
        return true;
    }
    is_open_at_end(near) || detached::may_continue(text)
}

/// Tells whether a text ends within the body of a key.
fn is_open_at_end(text: &[u8]) -> bool {
    let mut from = 0;
    while let Some((at, _)) = EVERYWHERE.next(text, from, text.len()) {
        if let Some(prefix) = read_prefix(text, at) {
            let run = Run::read(text, prefix.end);
            let end = run.ends.last().map_or(prefix.end, |end| *end);
            if end == text.len() && run.chars.len() < SHORTEST_WHOLE_BODY {
                return true;
            }
        }
        from = at + 1;
    }
    false
}

/// The letters by which the prefixes of secret keys differ.
pub(super) fn kind_letters() -> impl Iterator<Item = u8> {
    KINDS.iter().map(|kind| kind.prefix.as_bytes()[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "mAyZoPvkF69ztcRobyt4K6RCDTZVnoMpFyEUw6W7jxMK65PM";

    fn expect(text: &str, encoding: Encoding) {
        let at = text.find('p').unwrap();
        let hit =
            key_at(text.as_bytes(), at, Origin::File, &[]).unwrap_or_else(|| panic!("{text}"));
        let whole = crate::key::Fingerprint::of(b"phx_", BODY.as_bytes());
        assert!(hit.fingerprint == whole, "{text}: {:?}", hit.masked);
        assert_eq!(
            (hit.encoding, hit.ending),
            (encoding, Ending::Seen),
            "{text}"
        );
    }

    #[test]
    fn a_prefix_before_a_cut_without_a_body_is_no_key() {
        let text = b"(7\xabp\x11\n%%57phx_\n=68x%Nth%\\21#I";
        assert!(super::super::Detector::new().scan(text).is_empty());
    }

    #[test]
    fn a_key_may_be_escaped_by_half_or_whole() {
        expect(&format!("phx%5F{BODY}"), Encoding::Escaped);
        expect(&format!("phx=5F{BODY}"), Encoding::Escaped);
        expect(&format!("phx_x005F_{BODY}"), Encoding::Escaped);
        expect(&format!("phx\\N{{LOW LINE}}{BODY}"), Encoding::Escaped);
        expect(&format!("phx\\textunderscore {BODY}"), Encoding::Escaped);
        expect(&format!("phx\u{ff3f}{BODY}"), Encoding::Escaped);
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
                key_at(text.as_bytes(), 0, Origin::File, &[]).unwrap_or_else(|| panic!("{text}"));
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
        for border in [
            "**",
            "\" & _\r\n  \"",
            "\n    ",
            "\r\n# ",
            "' + '",
            "\" \\\n    \"",
            "', '",
            "'}${'",
        ] {
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
        assert!(
            key_at(
                text.as_bytes(),
                text.find("phx").unwrap(),
                Origin::File,
                &[]
            )
            .is_some()
        );
        let text = format!("['phx', '{BODY}']");
        assert!(key_at(text.as_bytes(), 2, Origin::File, &[]).is_none());
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
                key_at(text.as_bytes(), before.len(), Origin::File, &[]).is_some(),
                "{before}"
            );
            for body in [
                "Rk7TqWn3ZxHcVb5MsJdYRk7T",
                "autoExamplesPlotClassifierComparisonWithMoreWords",
            ] {
                let text = format!("{before}phx_{body}");
                assert!(
                    key_at(text.as_bytes(), before.len(), Origin::File, &[]).is_none(),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_name_of_a_compiler_holds_no_key() {
        for name in [
            "_ZN5graph~s_12RenderPassKvQ7RHrAttachment3DescXb9WqTzE",
            "__ZNK8LoadGraph~s_14CreateInfoBuilderQx7Rk7TqWn3ZxHcVb5",
            "_RNvCs1234_7graph~s_12RenderPassKvQ7RHrAttachment3DescXb9",
            "$s6graph~s_12RenderPassKvQ7RHrAttachment3DescXb9WqTzEQ",
        ] {
            // Without the sign this file would hold something like a key.
            let name = name.replace('~', "");
            let at = name.find("phs_").unwrap();
            assert!(
                key_at(name.as_bytes(), at, Origin::File, &[]).is_none(),
                "{name}"
            );
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
                key_at(text.as_bytes(), before.len(), Origin::File, &[]).is_some(),
                "{before}"
            );
        }
    }
}
