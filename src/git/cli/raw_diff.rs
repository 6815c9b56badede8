//! The output of git's plumbing: `--raw -z` differences, and the lists of `ls-tree` and `ls-files`.

use anyhow::{Context, Result};

use crate::git::cli::rename_sources::RenameSource;
use crate::git::{Delta, EntryKind, GITLINK, ObjectId};

/// The options of every comparison that [`records`] reads.
pub(crate) const RAW: [&str; 6] = [
    "--raw",
    "-r",
    "-z",
    "--no-abbrev",
    "--ignore-submodules=none",
    "--no-relative",
];

/// One difference: `:100644 100644 <id> <id> M`, NUL, path, NUL, and for a rename or a copy
/// another path and NUL.
pub(crate) struct Record<'r> {
    old: Side,
    new: Side,
    /// `A`, `M`, `D`, `T`, `U`, `R` or `C`.
    pub(crate) status: u8,
    /// The path; in a rename or a copy the path that the content comes from.
    path: &'r [u8],
    /// The path that a rename or a copy goes to.
    target: Option<&'r [u8]>,
}

#[derive(Clone, Copy)]
struct Side {
    mode: u32,
    id: ObjectId,
}

impl Side {
    /// `None` for a file that is not there, and for a submodule.
    fn content(self) -> Option<ObjectId> {
        if self.mode == 0 || self.mode == GITLINK {
            return None;
        }
        Some(self.id)
    }
}

impl Record<'_> {
    /// The change of content, or a new submodule. `None` if there is neither.
    pub(crate) fn delta(&self) -> Option<Delta> {
        if self.new.mode == GITLINK && self.old.mode == 0 {
            return Some(Delta {
                path: self.path.to_vec(),
                new: self.new.id,
                old: Vec::new(),
                kind: EntryKind::Submodule,
            });
        }
        let new = self.new.content()?;
        let old = self.old.content();
        if old == Some(new) {
            return None;
        }
        Some(Delta {
            path: self.path.to_vec(),
            new,
            old: old.into_iter().collect(),
            kind: EntryKind::File,
        })
    }

    /// For a rename or a copy: the new path, and the old file.
    pub(crate) fn rename_source(&self) -> Option<(Vec<u8>, RenameSource)> {
        let source = RenameSource {
            path: self.path.to_vec(),
            content: self.old.content()?,
        };
        Some((self.target?.to_vec(), source))
    }
}

/// Reads the output of `diff-index --raw -z`.
///
/// # Errors
/// The output has another shape.
pub(crate) fn records(raw: &[u8]) -> Result<Vec<Record<'_>>> {
    let mut fields = raw.split(|byte| *byte == 0);
    let mut records = Vec::new();
    while let Some(head) = fields.next() {
        if head.is_empty() {
            break;
        }
        let record = parse_record(head, &mut fields);
        records.push(
            record.with_context(|| format!("git printed {:?}", String::from_utf8_lossy(head)))?,
        );
    }
    Ok(records)
}

fn parse_record<'r>(
    head: &'r [u8],
    fields: &mut impl Iterator<Item = &'r [u8]>,
) -> Option<Record<'r>> {
    let words: Vec<&[u8]> = head
        .strip_prefix(b":")?
        .split(|byte| *byte == b' ')
        .collect();
    let [old_mode, new_mode, old_id, new_id, status] = words[..] else {
        return None;
    };
    let status = *status.first()?;
    let path = fields.next()?;
    let target = if matches!(status, b'R' | b'C') {
        Some(fields.next()?)
    } else {
        None
    };
    Some(Record {
        old: parse_side(old_mode, old_id)?,
        new: parse_side(new_mode, new_id)?,
        status,
        path,
        target,
    })
}

fn parse_side(mode: &[u8], id: &[u8]) -> Option<Side> {
    Some(Side {
        mode: octal(mode)?,
        id: ObjectId::from_hex(id)?,
    })
}

/// A file of a tree or an index.
pub(crate) struct Listed<'r> {
    mode: u32,
    pub(crate) id: ObjectId,
    /// 0 in a tree, and in an index unless a merge left a conflict.
    pub(crate) stage: u32,
    pub(crate) path: &'r [u8],
}

impl Listed<'_> {
    /// A submodule has none.
    pub(crate) fn has_content(&self) -> bool {
        self.mode != GITLINK
    }
}

/// Reads `100644 blob <id>`, tab, path, NUL (`ls-tree`) and `100644 <id> 1`, tab, path, NUL
/// (`ls-files --stage`).
///
/// # Errors
/// The output has another shape.
pub(crate) fn listed(list: &[u8]) -> Result<Vec<Listed<'_>>> {
    let mut files = Vec::new();
    for line in super::fields(list) {
        files.push(listed_file(line).context("git printed a list of another shape")?);
    }
    Ok(files)
}

fn listed_file(line: &[u8]) -> Option<Listed<'_>> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let words: Vec<&[u8]> = line[..tab].split(|byte| *byte == b' ').collect();
    let (mode, id, stage) = match words[..] {
        [mode, b"blob" | b"commit", id] => (mode, id, &b"0"[..]),
        [mode, id, stage] => (mode, id, stage),
        _ => return None,
    };
    Some(Listed {
        mode: octal(mode)?,
        id: ObjectId::from_hex(id)?,
        stage: octal(stage)?,
        path: &line[tab + 1..],
    })
}

/// Reads a number of one to seven octal digits.
pub(crate) fn octal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 7 {
        return None;
    }
    let mut number = 0;
    for digit in digits {
        if !(b'0'..=b'7').contains(digit) {
            return None;
        }
        number = number << 3 | u32::from(digit - b'0');
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    #[test]
    fn a_changed_file_and_a_rename_are_read() {
        let raw =
            format!(":100644 100644 {ID} {ID} R100\0old\0new\0:000000 100644 {ID} {ID} A\0a b\0");
        let records = records(raw.as_bytes()).unwrap();
        assert_eq!(records[0].rename_source().unwrap().0, b"new");
        assert_eq!(records[1].delta().unwrap().path, b"a b");
        assert_eq!(records[1].delta().unwrap().old, []);
    }

    #[test]
    fn other_shapes_are_errors() {
        for raw in ["x", ":100644 100644\0a\0", ":100644 100648 a b M\0a\0"] {
            assert!(records(raw.as_bytes()).is_err(), "{raw}");
        }
        assert!(listed(b"100644 blob\0").is_err());
    }

    #[test]
    fn octal_digits_are_a_number() {
        assert_eq!(octal(b"100644"), Some(0o100_644));
        for digits in [&b""[..], b"8", b"12345670"] {
            assert_eq!(octal(digits), None, "{digits:?}");
        }
    }
}
