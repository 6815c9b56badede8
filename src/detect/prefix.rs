//! Reads the prefix of a key, and single characters, as they are or escaped.

use super::cut::{Cut, cut};
use super::escape::escape;
use super::judge::kind_of;
use crate::key::KeyKind;

pub(super) struct Prefix {
    pub(super) kind: &'static KeyKind,
    /// Offset behind it.
    pub(super) end: usize,
    pub(super) is_escaped: bool,
    pub(super) is_cut: bool,
    /// The underscore is missing, because the program puts it between the parts of a list.
    pub(super) joined: bool,
}

/// Reads `p`, `h`, a kind's letter and an underscore.
pub(super) fn read_prefix(bytes: &[u8], at: usize) -> Option<Prefix> {
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

pub(super) struct Character {
    pub(super) value: u8,
    pub(super) end: usize,
    pub(super) is_escaped: bool,
}

/// The ASCII letter, digit or underscore at an offset, as it is or escaped.
pub(super) fn character(bytes: &[u8], at: usize) -> Option<Character> {
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

pub(super) fn body_character(bytes: &[u8], at: usize) -> Option<Character> {
    character(bytes, at).filter(|character| character.value.is_ascii_alphanumeric())
}
