//! Edits of the list `[allow] fingerprints` in the text of a `.phguard.toml`.
//!
//! Comments, order and spelling of everything else stay as they are. An entry has its comment on
//! the line above.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use toml_edit::{Array, DocumentMut, Item, Value};

use crate::key::Fingerprint;

const TABLE: &str = "allow";
const LIST: &str = "fingerprints";

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key, by value.
    pub fingerprint: Fingerprint,
    /// One line about it, without the `#`.
    pub comment: String,
}

/// Returns the text with these entries. One that is there already stays as it is.
///
/// # Errors
/// The text is no TOML, or what should be a list is something else.
pub fn insert(text: &str, entries: &[Entry]) -> Result<String> {
    let mut document: DocumentMut = text.parse()?;
    if !document.contains_key(TABLE) {
        // At the end of the text nothing that stands there can move.
        let mut text = text.to_owned();
        if !text.is_empty() {
            text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
        }
        text.push_str("[allow]\nfingerprints = []\n");
        document = text.parse()?;
    }
    let list = fingerprint_list(&mut document)?;
    for entry in entries {
        let known = list.iter().any(|value| is_entry(value, &entry.fingerprint));
        if !known {
            insert_one(list, entry);
        }
    }
    Ok(document.to_string())
}

/// Returns the text without these keys, and how many entries it had of them.
///
/// # Errors
/// The text is no TOML, or what should be a list is something else.
pub fn remove(text: &str, keys: &BTreeSet<Fingerprint>) -> Result<(String, usize)> {
    let mut document: DocumentMut = text.parse()?;
    if !document.contains_key(TABLE) {
        return Ok((text.to_owned(), 0));
    }
    let list = fingerprint_list(&mut document)?;
    let mut removed = 0;
    for number in (0..list.len()).rev() {
        let is_wanted = list
            .get(number)
            .is_some_and(|value| keys.iter().any(|key| is_entry(value, key)));
        if is_wanted {
            remove_one(list, number);
            removed += 1;
        }
    }
    Ok((document.to_string(), removed))
}

/// Returns the entries in their order.
///
/// # Errors
/// The text is no TOML, or what should be a list is something else.
pub fn entries(text: &str) -> Result<Vec<Entry>> {
    let mut document: DocumentMut = text.parse()?;
    if !document.contains_key(TABLE) {
        return Ok(Vec::new());
    }
    let list = fingerprint_list(&mut document)?;
    let mut entries = Vec::new();
    for (number, value) in list.iter().enumerate() {
        let Some(fingerprint) = value.as_str().and_then(Fingerprint::parse) else {
            continue;
        };
        let above = split_line(text_prefix(value)).1;
        let above = above.lines().rev().find(|line| line.contains('#'));
        let behind = split_line(&text_behind(list, number)).0.to_owned();
        let comment = match behind.contains('#') {
            true => behind.as_str(),
            false => above.unwrap_or_default(),
        };
        let comment = comment.split_once('#').map_or("", |(_, comment)| comment);
        entries.push(Entry {
            fingerprint,
            comment: comment.trim().to_owned(),
        });
    }
    Ok(entries)
}

fn fingerprint_list(document: &mut DocumentMut) -> Result<&mut Array> {
    document
        .entry(TABLE)
        .or_insert(toml_edit::table())
        .as_table_like_mut()
        .context("`allow` is no table")?
        .entry(LIST)
        .or_insert(Item::Value(Value::Array(Array::new())))
        .as_array_mut()
        .context("`fingerprints` is no list")
}

fn is_entry(value: &Value, key: &Fingerprint) -> bool {
    value.as_str().and_then(Fingerprint::parse) == Some(*key)
}

/// Puts an entry before the first greater one, so that two branches rarely change the same line.
fn insert_one(list: &mut Array, entry: &Entry) {
    let text = entry.fingerprint.to_string();
    let place = list.iter().position(|value| {
        value
            .as_str()
            .is_some_and(|other| other.to_ascii_lowercase() > text)
    });
    let place = place.unwrap_or(list.len());
    // A comment behind the entry before, on its line, stays there.
    let following = text_before(list, place);
    let (same_line, rest) = split_line(&following);
    let (same_line, rest) = (same_line.to_owned(), rest.to_owned());
    set_text_before(
        list,
        place,
        if rest.is_empty() { "\n".into() } else { rest },
    );
    let mut value = Value::from(text);
    let comment = match entry.comment.is_empty() {
        true => String::new(),
        false => format!("    # {}\n", entry.comment),
    };
    let prefix = format!("{}\n{comment}    ", same_line.trim_end());
    value.decor_mut().set_prefix(prefix);
    list.insert_formatted(place, value);
    list.set_trailing_comma(true);
}

/// Removes an entry, the rest of its line, and the comment on the line above.
fn remove_one(list: &mut Array, number: usize) {
    let before = text_before(list, number);
    let behind = text_before(list, number + 1);
    let (same_line, above) = split_line(&before);
    let (_, rest) = split_line(&behind);
    let mut kept: Vec<&str> = above.lines().collect();
    // The last part is the indent of the entry itself.
    kept.pop();
    if kept
        .last()
        .is_some_and(|line| line.trim_start().starts_with('#'))
    {
        kept.pop();
    }
    let mut text = same_line.to_owned();
    for line in kept {
        if !line.is_empty() {
            text.push('\n');
            text.push_str(line);
        }
    }
    text.push_str(rest);
    list.remove(number);
    set_text_before(list, number, text);
}

/// Blanks and comments before an entry, or before the end of the list.
fn text_before(list: &Array, number: usize) -> String {
    match list.get(number) {
        Some(value) => text_prefix(value).to_owned(),
        None => list.trailing().as_str().unwrap_or_default().to_owned(),
    }
}

fn text_behind(list: &Array, number: usize) -> String {
    text_before(list, number + 1)
}

fn set_text_before(list: &mut Array, number: usize, text: String) {
    match list.get_mut(number) {
        Some(value) => value.decor_mut().set_prefix(text),
        None => list.set_trailing(text),
    }
}

fn text_prefix(value: &Value) -> &str {
    let prefix = value.decor().prefix();
    prefix
        .and_then(|prefix| prefix.as_str())
        .unwrap_or_default()
}

/// Splits a text before its first line break.
fn split_line(text: &str) -> (&str, &str) {
    text.split_at(text.find('\n').unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(digit: &str, comment: &str) -> Entry {
        Entry {
            fingerprint: Fingerprint::parse(&digit.repeat(32)).unwrap(),
            comment: comment.into(),
        }
    }

    fn list_of(parts: &str) -> String {
        let mut text = parts.to_owned();
        for digit in ["1", "2", "3", "5"] {
            text = text.replace(&format!("<{digit}>"), &format!("\"{}\"", digit.repeat(32)));
        }
        text
    }

    #[test]
    fn a_new_list_stands_at_the_end_and_is_sorted() {
        let new = [entry("2", "two"), entry("1", "one")];
        let list = "[allow]\nfingerprints = [\n    # one\n    <1>,\n    # two\n    <2>,\n]\n";
        assert_eq!(insert("", &new).unwrap(), list_of(list));
        let text = "# ours\n[[keys]]\nid = 'a' # x";
        assert_eq!(
            insert(text, &new).unwrap(),
            format!("{text}\n\n{}", list_of(list))
        );
    }

    #[test]
    fn comments_and_order_of_a_list_stay() {
        let text = list_of(
            "[allow] # all\nfingerprints = [ # list\n  <3>, # three\n  # five\n  <5> # 5\n  # end\n]\npaths = []\n",
        );
        let new = insert(&text, &[entry("2", ""), entry("1", "one")]).unwrap();
        let expected = "[allow] # all\nfingerprints = [ # list\n    # one\n    <1>,\n    <2>,\n  <3>, # three\n  # five\n  <5> # 5\n  # end\n,\n]\npaths = []\n";
        assert!(new.contains("# three") && new.contains("# 5") && new.contains("# end"));
        let order: Vec<String> = entries(&new)
            .unwrap()
            .iter()
            .map(|entry| entry.fingerprint.to_string().chars().take(1).collect())
            .collect();
        assert_eq!(order, ["1", "2", "3", "5"], "{new} {expected}");
        let all: BTreeSet<_> = [entry("2", ""), entry("1", "")]
            .map(|entry| entry.fingerprint)
            .into();
        let (back, removed) = remove(&new, &all).unwrap();
        assert_eq!(removed, 2);
        assert_eq!(entries(&back).unwrap(), entries(&text).unwrap(), "{back}");
        assert!(back.contains("# list") && back.contains("# three"));
    }

    #[test]
    fn an_entry_is_listed_once_and_with_its_comment() {
        let text = insert("", &[entry("1", "one")]).unwrap();
        assert_eq!(insert(&text, &[entry("1", "again")]).unwrap(), text);
        assert_eq!(entries(&text).unwrap(), [entry("1", "one")]);
        let (empty, removed) = remove(&text, &[entry("1", "").fingerprint].into()).unwrap();
        assert_eq!((entries(&empty).unwrap(), removed), (vec![], 1));
        let behind = list_of("[allow]\nfingerprints = [<1>, # one\n]\n");
        assert_eq!(entries(&behind).unwrap(), [entry("1", "one")]);
    }

    #[test]
    fn a_list_that_is_none_is_refused() {
        assert!(insert("[allow]\nfingerprints = 1\n", &[entry("1", "")]).is_err());
        assert!(insert("allow = 1\n", &[entry("1", "")]).is_err());
        assert!(insert("[", &[]).is_err());
    }
}
