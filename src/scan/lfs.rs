//! Git LFS: the content of a file lies beside git, and git holds a pointer to it.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Result, bail};

use super::disk::ROOM;
use super::{Name, Outcome, Scanner};
use crate::failure::Unscanned;
use crate::git::LfsObjects;
use crate::mask::masked_message;

/// Git LFS itself takes no text longer than this for a pointer.
pub(super) const LONGEST: usize = 1024;

const NOT_HERE: &str = "its content is a Git LFS object that is not here";

/// A pointer to a content.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pointer {
    /// The SHA-256 of the content: 64 hexadecimal digits.
    oid: String,
    size: u64,
}

impl Pointer {
    /// Reads a pointer; `None` if the file is none.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        if content.len() > LONGEST || !content.starts_with(b"version https://") {
            return None;
        }
        let (mut oid, mut size) = (None, None);
        for line in std::str::from_utf8(content).ok()?.lines() {
            if let Some(digits) = line.strip_prefix("oid sha256:") {
                oid = Some(digits.to_owned());
            } else if let Some(number) = line.strip_prefix("size ") {
                size = number.parse().ok();
            }
        }
        let oid = oid?;
        let is_digest = oid.len() == 64
            && oid
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_digest {
            return None;
        }
        Some(Self { oid, size: size? })
    }
}

impl Scanner<'_> {
    /// Scans the content behind a pointer. Every line of it counts.
    pub(super) fn scan_lfs(
        &self,
        file: &Name<'_>,
        pointer: &Pointer,
        objects: &LfsObjects,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        match self.search_lfs(file, pointer, objects, &mut outcome) {
            Ok(Found::Here) => {}
            Ok(Found::Elsewhere) => self.keep_not_opened(&file.shown, NOT_HERE, &mut outcome),
            Err(error) => outcome.unscanned.push(Unscanned {
                path: file.shown.clone(),
                reason: masked_message(&format!("its Git LFS object: {error:#}")),
            }),
        }
        for finding in &mut outcome.findings {
            finding.in_lfs_object = true;
        }
        outcome.files = 0;
        outcome
    }

    fn search_lfs(
        &self,
        file: &Name<'_>,
        pointer: &Pointer,
        objects: &LfsObjects,
        outcome: &mut Outcome,
    ) -> Result<Found> {
        let path = objects.file(&pointer.oid)?;
        let Some(mut content) = open_object(&path)? else {
            return Ok(Found::Elsewhere);
        };
        if content.metadata()?.len() != pointer.size {
            bail!("it has not the size that the pointer says");
        }
        let room = if self.detector.has_patterns() {
            usize::MAX
        } else {
            ROOM
        };
        self.scan_named(file, &mut content, room, outcome)?;
        Ok(Found::Here)
    }
}

/// The place of an object.
enum Found {
    Here,
    /// On the server, or in another clone.
    Elsewhere,
}

fn open_object(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn a_pointer_has_a_version_an_oid_and_a_size() {
        let oid = "0a".repeat(32);
        let text = |oid: &str, size: &str| {
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n")
        };
        let pointer = Pointer::parse(text(&oid, "12").as_bytes());
        assert_eq!(
            pointer,
            Some(Pointer {
                oid: oid.clone(),
                size: 12
            })
        );
        for other in [
            text(&"0a".repeat(31), "12"),
            text("../../../../../../etc/passwd", "12"),
            text(&oid, "x"),
            text(&oid, "12") + &" ".repeat(1024),
            format!("oid sha256:{oid}\nsize 12\n"),
        ] {
            assert_eq!(Pointer::parse(other.as_bytes()), None, "{other}");
        }
    }
}
