//! Commits and annotated tags as their objects say them: no graft and no replacement shows here.

use anyhow::{Context, Result};

use crate::calendar::civil_date;
use crate::git::ObjectId;

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: ObjectId,
    /// Its tree.
    pub tree: ObjectId,
    /// The commits it was made from.
    pub parents: Vec<ObjectId>,
    /// When its author made it, in ISO 8601 with the author's offset; `None` if it does not say.
    pub date: Option<String>,
    /// The name of its author.
    pub author: Vec<u8>,
    /// The first line of its message.
    pub subject: Vec<u8>,
    /// Its place among the commits that are looked at: parents stand before their children.
    pub order: usize,
}

impl Commit {
    /// Reads the content of a commit, as git does: the tree, then the parents, each on its line.
    pub(crate) fn parse(id: ObjectId, content: &[u8]) -> Result<Self> {
        let (headers, message) = headers_and_message(content);
        let mut lines = headers.split(|b| *b == b'\n').peekable();
        let named = |line: &[u8], name: &[u8]| line.strip_prefix(name).and_then(ObjectId::from_hex);
        let tree = lines
            .next()
            .and_then(|line| named(line, b"tree "))
            .context("the commit names no tree")?;
        let mut parents = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(b"parent ")) {
            parents
                .push(named(line, b"parent ").context("the commit names a parent that is none")?);
        }
        let author = lines.find_map(|line| line.strip_prefix(b"author "));
        let subject = message
            .split(|b| *b == b'\n')
            .find(|line| !line.trim_ascii().is_empty());
        let subject = subject.unwrap_or_default().trim_ascii().to_vec();
        Ok(Self {
            id,
            tree,
            parents,
            date: author.and_then(iso_date),
            author: author.map(name_in).unwrap_or_default(),
            subject,
            order: 0,
        })
    }
}

/// The target and the name of an annotated tag.
pub(crate) struct Tag {
    pub(crate) target: ObjectId,
    pub(crate) name: Vec<u8>,
}

impl Tag {
    pub(crate) fn parse(content: &[u8]) -> Result<Self> {
        let (headers, _) = headers_and_message(content);
        let mut lines = headers.split(|b| *b == b'\n');
        let target = lines
            .next()
            .and_then(|line| ObjectId::from_hex(line.strip_prefix(b"object ")?));
        let name = lines
            .find_map(|line| line.strip_prefix(b"tag "))
            .unwrap_or_default()
            .to_vec();
        Ok(Self {
            target: target.context("the tag names no object")?,
            name,
        })
    }
}

/// The content of a commit or a tag with the message first, so that its lines count from 1, and the
/// headers behind it: authors, signatures and merged tags are text that travels, too.
pub(crate) fn message_first(content: &[u8]) -> Vec<u8> {
    let (headers, message) = headers_and_message(content);
    [message, b"\n", headers].concat()
}

/// An empty line parts them.
fn headers_and_message(content: &[u8]) -> (&[u8], &[u8]) {
    let end = content.windows(2).position(|pair| pair == b"\n\n");
    end.map_or((content, &[]), |end| {
        (&content[..=end], &content[end + 2..])
    })
}

/// The start of `A U Thor <author@example.com> 1767225600 +0100`.
fn name_in(author: &[u8]) -> Vec<u8> {
    let end = author.iter().position(|b| *b == b'<');
    author[..end.unwrap_or(author.len())].trim_ascii().to_vec()
}

/// The end of `A U Thor <author@example.com> 1767225600 +0100` as `2026-01-01T01:00:00+01:00`.
fn iso_date(author: &[u8]) -> Option<String> {
    let end = author.iter().rposition(|b| *b == b'>')?;
    let mut words = str::from_utf8(&author[end + 1..]).ok()?.split_whitespace();
    let seconds: i64 = words.next()?.parse().ok()?;
    let zone: i64 = words
        .next()?
        .parse()
        .ok()
        .filter(|zone| (-9999..=9999).contains(zone))?;
    let minutes = zone / 100 * 60 + zone % 100;
    // What is beyond the year 9999 is no date.
    let local = (0..253_402_300_800)
        .contains(&seconds)
        .then_some(seconds + minutes * 60)?;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil_date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let (sign, offset) = (if zone < 0 { '-' } else { '+' }, minutes.abs());
    let offset = format!("{sign}{:02}:{:02}", offset / 60, offset % 60);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    fn parsed(text: &str) -> Commit {
        Commit::parse(
            ObjectId::from_hex(TREE.as_bytes()).unwrap(),
            text.as_bytes(),
        )
        .unwrap()
    }

    #[test]
    fn a_commit_has_tree_parents_date_and_subject() {
        let text = format!(
            "tree {TREE}\nparent {TREE}\nparent {TREE}\nauthor A <a> b> 1767225600 +0130\ncommitter C <c> 0 +0000\n\n\
             \nSubject \nbody\n"
        );
        let commit = parsed(&text);
        assert_eq!(
            (commit.parents.len(), &commit.subject[..]),
            (2, &b"Subject"[..])
        );
        assert_eq!(commit.date.as_deref(), Some("2026-01-01T01:30:00+01:30"));
    }

    #[test]
    fn only_lines_behind_the_tree_name_parents() {
        let commit = parsed(&format!(
            "tree {TREE}\nauthor A <a> 0 +0000\nparent {TREE}\n\nx"
        ));
        assert_eq!(commit.parents, []);
        assert!(
            Commit::parse(
                commit.id,
                format!("tree {TREE}\nparent short\n\n").as_bytes()
            )
            .is_err()
        );
        assert!(Commit::parse(commit.id, b"").is_err());
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let iso = |text: &str| iso_date(format!("A <a> {text}").as_bytes());
        for (text, expected) in [
            ("0 +0000", "1970-01-01T00:00:00+00:00"),
            ("951782400 +0000", "2000-02-29T00:00:00+00:00"),
            ("1709251199 -0830", "2024-02-29T15:29:59-08:30"),
            ("4107542400 +0000", "2100-03-01T00:00:00+00:00"),
            ("1798761599 -0030", "2026-12-31T23:29:59-00:30"),
        ] {
            assert_eq!(iso(text).as_deref(), Some(expected));
        }
        for text in [
            "",
            "x +0000",
            "0",
            "99999999999999999999 +0000",
            "9223372036854775807 +0000",
            "-1 +0000",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn a_message_comes_before_the_headers_and_nothing_is_lost() {
        assert_eq!(
            message_first(b"tree x\nauthor y\n\nmessage\n"),
            b"message\n\ntree x\nauthor y\n"
        );
        assert_eq!(message_first(b"tree x\n"), b"\ntree x\n");
    }
}
