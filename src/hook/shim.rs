//! The script that phguard installs as a hook, and how it is told from others.

use std::path::{Path, PathBuf};

use crate::git;

/// The script, before the path of the binary is written into it.
const TEMPLATE: &str = include_str!("../../hooks/pre-commit");
const PLACEHOLDER: &str = "'@PHGUARD@'";
/// How the second line starts; a version follows.
const MARK: &[u8] = b"# phguard hook shim, version ";
/// What is appended to the name of the hook that was there before. Not `.legacy` and not `.old`,
/// which pre-commit and lefthook take for theirs.
pub const BEFORE: &str = ".before-phguard";

/// A script that phguard wrote.
#[derive(Debug, PartialEq, Eq)]
pub enum Shim {
    /// Of this version; with the path of the binary, if it was filled in.
    Current(Option<PathBuf>),
    /// Of this version, but somebody has changed it.
    Edited,
    /// Of another version.
    OtherVersion,
}

/// The script that runs this binary.
#[must_use]
pub fn text(program: &Path) -> Vec<u8> {
    let (start, end) = around_path();
    [start.as_bytes(), &quoted(program), end.as_bytes()].concat()
}

/// What kind of shim this is; `None` if it is none.
#[must_use]
pub fn recognise(text: &[u8]) -> Option<Shim> {
    let version = version_of(text)?;
    if Some(version) != version_of(TEMPLATE.as_bytes()) {
        return Some(Shim::OtherVersion);
    }
    if text == TEMPLATE.as_bytes() {
        return Some(Shim::Current(None));
    }
    let (start, end) = around_path();
    let path = text
        .strip_prefix(start.as_bytes())
        .and_then(|rest| rest.strip_suffix(end.as_bytes()));
    let path = path
        .and_then(unquoted)
        .and_then(|path| git::path_of(&path).ok());
    Some(path.map_or(Shim::Edited, |path| Shim::Current(Some(path))))
}

/// Whether this is the binary of a phguard, which has the shim in it.
#[must_use]
pub fn is_in_binary(program: &[u8]) -> bool {
    program.windows(MARK.len()).any(|window| window == MARK)
}

/// The program that a shim of any version names.
#[must_use]
pub fn named_program(text: &[u8]) -> Option<PathBuf> {
    let values = text
        .split(|b| *b == b'\n')
        .filter_map(|line| line.strip_prefix(b"phguard="));
    let path = values
        .filter(|value| *value != PLACEHOLDER.as_bytes())
        .find_map(unquoted)?;
    git::path_of(&path).ok()
}

fn around_path() -> (&'static str, &'static str) {
    TEMPLATE.split_once(PLACEHOLDER).unwrap_or((TEMPLATE, ""))
}

fn version_of(text: &[u8]) -> Option<&[u8]> {
    text.split(|b| *b == b'\n').nth(1)?.strip_prefix(MARK)
}

/// A path as the shell reads it.
#[must_use]
pub fn quoted(path: &Path) -> Vec<u8> {
    let bytes = path.as_os_str().as_encoded_bytes();
    let escaped = bytes.iter().flat_map(|b| match b {
        b'\'' => &b"'\\''"[..],
        // Git's shell on Windows takes both, but only this one is safe everywhere.
        b'\\' if cfg!(windows) => b"/",
        other => std::slice::from_ref(other),
    });
    [b"'", &escaped.copied().collect::<Vec<u8>>()[..], b"'"].concat()
}

/// The opposite of [`quoted`]; `None` if the text is more than one quoted word.
fn unquoted(text: &[u8]) -> Option<Vec<u8>> {
    let inner = text.strip_prefix(b"'")?.strip_suffix(b"'")?;
    let mut path = Vec::new();
    let mut rest = inner;
    while let Some(at) = rest.iter().position(|b| *b == b'\'') {
        path.extend(&rest[..at]);
        path.push(b'\'');
        rest = rest[at..].strip_prefix(b"'\\''")?;
    }
    path.extend(rest);
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_knows_its_binary_again() {
        for path in ["/bin/phguard", "/it's/a \"b\" $c/phguard", "/'", "/a\nb"] {
            assert_eq!(
                recognise(&text(Path::new(path))),
                Some(Shim::Current(Some(path.into()))),
                "{path}"
            );
        }
        assert_eq!(recognise(TEMPLATE.as_bytes()), Some(Shim::Current(None)));
    }

    #[test]
    fn what_was_edited_or_is_of_another_version_is_told_apart() {
        let shim = String::from_utf8(text(Path::new("/bin/phguard"))).unwrap();
        assert_eq!(
            recognise(shim.replace("\nexec ", "\nmake lint\nexec ").as_bytes()),
            Some(Shim::Edited)
        );
        assert_eq!(
            recognise(shim.replace("'/bin/phguard'", "'/a'; b='c'").as_bytes()),
            Some(Shim::Edited)
        );
        assert_eq!(
            recognise(shim.replace(", version 3", ", version 2").as_bytes()),
            Some(Shim::OtherVersion)
        );
        assert_eq!(recognise(b"#!/bin/sh\nphguard hook pre-commit\n"), None);
        assert_eq!(recognise(b""), None);
    }
}
