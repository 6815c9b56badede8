//! What git's plumbing prints: `--raw -z` differences, and the lists of `ls-tree` and `ls-files`.

use anyhow::{Context, Result};

use crate::git::{Delta, GITLINK, ObjectId};

/// One difference: `:100644 100644 <id> <id> M`, NUL, path, NUL, and for a rename or a copy
/// another path and NUL.
pub(crate) struct Record<'r> {
    old: Side,
    new: Side,
    /// `A`, `M`, `D`, `T`, `U`, `R` or `C`.
    pub(crate) status: u8,
    /// The path; in a rename or a copy where the content comes from.
    path: &'r [u8],
    /// Where it goes.
    target: Option<&'r [u8]>,
}

#[derive(Clone, Copy)]
struct Side {
    mode: u32,
    id: ObjectId,
}

impl Side {
    /// `None` for what is not there and for submodules.
    fn content(self) -> Option<ObjectId> {
        (self.mode != 0 && self.mode != GITLINK).then_some(self.id)
    }
}

impl Record<'_> {
    /// `None` if the record tells of no new content.
    pub(crate) fn delta(&self) -> Option<Delta> {
        let (old, new) = (self.old.content(), self.new.content()?);
        (old != Some(new)).then(|| Delta {
            path: self.path.to_vec(),
            new,
            old,
        })
    }

    /// For a rename or a copy: where the content goes, and what it was.
    pub(crate) fn origin(&self) -> Option<(Vec<u8>, ObjectId)> {
        Some((self.target?.to_vec(), self.old.content()?))
    }
}

/// Reads the output of `diff-index --raw -z`.
///
/// # Errors
/// The output has another shape.
pub(crate) fn records(raw: &[u8]) -> Result<Vec<Record<'_>>> {
    let mut fields = raw.split(|b| *b == 0);
    let mut records = Vec::new();
    while let Some(head) = fields.next().filter(|head| !head.is_empty()) {
        let record = record(head, &mut fields);
        records.push(
            record.with_context(|| format!("git printed {:?}", String::from_utf8_lossy(head)))?,
        );
    }
    Ok(records)
}

fn record<'r>(head: &'r [u8], fields: &mut impl Iterator<Item = &'r [u8]>) -> Option<Record<'r>> {
    let words: Vec<&[u8]> = head.strip_prefix(b":")?.split(|b| *b == b' ').collect();
    let [old_mode, new_mode, old_id, new_id, status] = words[..] else {
        return None;
    };
    let side = |mode, id| {
        Some(Side {
            mode: octal(mode)?,
            id: ObjectId::from_hex(id)?,
        })
    };
    let status = *status.first()?;
    let path = fields.next()?;
    let target = if matches!(status, b'R' | b'C') {
        Some(fields.next()?)
    } else {
        None
    };
    Some(Record {
        old: side(old_mode, old_id)?,
        new: side(new_mode, new_id)?,
        status,
        path,
        target,
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
    let lines = list.split(|b| *b == 0).filter(|line| !line.is_empty());
    let entries = lines.map(|line| {
        let (head, path) = line.split_at(line.iter().position(|b| *b == b'\t')?);
        let words: Vec<&[u8]> = head.split(|b| *b == b' ').collect();
        let (mode, id, stage) = match words[..] {
            [mode, b"blob" | b"commit", id] => (mode, id, &b"0"[..]),
            [mode, id, stage] => (mode, id, stage),
            _ => return None,
        };
        Some(Listed {
            mode: octal(mode)?,
            id: ObjectId::from_hex(id)?,
            stage: octal(stage)?,
            path: &path[1..],
        })
    });
    entries
        .collect::<Option<_>>()
        .context("git printed a list of another shape")
}

pub(crate) fn octal(digits: &[u8]) -> Option<u32> {
    let value = |n: u32, digit: &u8| {
        (b'0'..=b'7')
            .contains(digit)
            .then(|| n << 3 | u32::from(digit - b'0'))
    };
    (digits.len() <= 7 && !digits.is_empty())
        .then(|| digits.iter().try_fold(0, value))
        .flatten()
}
