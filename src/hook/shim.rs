//! The shell block that runs phguard as a hook. By itself it is a whole hook file. In front of
//! somebody else's shell hook it runs that file once more without the block, then phguard.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::Event;
use super::script::Shell;
use crate::git;

/// A whole hook file that looks for phguard in PATH.
const TEMPLATE: &str = include_str!("../../hooks/pre-commit");
/// First line of a hook file that holds nothing else than the block.
const SHEBANG: &[u8] = b"#!/bin/sh\n";
/// Start of the block's first line. A version follows.
const MARK: &[u8] = b"# phguard hook shim, version ";
/// Last line of the block.
const END: &[u8] = b"# phguard hook shim: end\n";
/// The settings of the block, in the order in which they stand there.
const SLOTS: [&str; 6] = [
    "phguard_program=",
    "phguard_real=",
    "phguard_shell=",
    "phguard_option=",
    "phguard_kept=",
    "phguard_events=",
];

/// The values that an installation writes into the block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The program, by the name that outlives an update.
    pub program: Option<PathBuf>,
    /// The file that `program` led to at that time.
    pub real: Option<PathBuf>,
    /// The hook that runs first.
    pub before: Before,
}

/// The hook that was there before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Before {
    /// None.
    #[default]
    Nothing,
    /// The lines below the block, which this shell reads, when git calls the file for these events.
    Lines(Shell, Vec<Event>),
    /// A file of the same name in a directory of this name, beside the directory of hooks.
    Kept(String),
}

/// A block of phguard that was found in a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The bytes of the file that the block takes up.
    pub block: Range<usize>,
    /// Its kind.
    pub state: State,
}

/// The state of a block.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// As this version writes it.
    Current(Settings),
    /// A shim of this version that somebody has changed.
    Edited,
    /// A shim of another version.
    OtherVersion,
}

impl Settings {
    /// Returns the block with these settings.
    #[must_use]
    pub fn block(&self) -> Vec<u8> {
        let path = |path: &Option<PathBuf>| match path {
            Some(path) => path.as_os_str().as_encoded_bytes().to_vec(),
            None => Vec::new(),
        };
        let mut values = [
            path(&self.program),
            path(&self.real),
            vec![],
            vec![],
            vec![],
            vec![],
        ];
        match &self.before {
            Before::Nothing => {}
            Before::Kept(directory) => values[4] = directory.clone().into_bytes(),
            Before::Lines(shell, events) => {
                values[2] = shell.program.clone().into_bytes();
                values[3] = shell.option.clone().unwrap_or_default().into_bytes();
                values[5] = b":".to_vec();
                for event in events {
                    values[5].extend(format!("{event}:").bytes());
                }
            }
        }
        let mut block = Vec::new();
        let mut rest = template_body();
        for (slot, value) in SLOTS.iter().zip(values) {
            let (before, after) = rest.split_once(slot).unwrap_or((rest, ""));
            block.extend(before.bytes());
            block.extend(slot.bytes());
            block.extend(quoted_bytes(&value));
            rest = after.strip_prefix("''").unwrap_or(after);
        }
        block.extend(rest.bytes());
        block
    }

    /// Returns a hook file that holds the block and nothing else.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        [SHEBANG, &self.block()].concat()
    }

    /// Reads the settings of a block that is as this version writes it.
    fn of(block: &[u8]) -> Option<Self> {
        let mut values = Vec::new();
        let mut rest = block;
        for slot in SLOTS {
            let at = find_part(rest, slot.as_bytes())?;
            let (value, after) = take_quoted(&rest[at + slot.len()..])?;
            values.push(value);
            rest = after;
        }
        let text = |number: usize| String::from_utf8(values[number].clone()).ok();
        let path = |number: usize| match &values[number][..] {
            [] => Some(None),
            bytes => git::path_of(bytes).ok().map(Some),
        };
        let (program, kept, option) = (text(2)?, text(4)?, text(3)?);
        let before = if !program.is_empty() {
            let option = Some(option).filter(|option| !option.is_empty());
            let events = text(5)?;
            let events = events.split(':').filter_map(Event::named).collect();
            Before::Lines(Shell { program, option }, events)
        } else if !kept.is_empty() {
            Before::Kept(kept)
        } else {
            Before::Nothing
        };
        let settings = Self {
            program: path(0)?,
            real: path(1)?,
            before,
        };
        (settings.block() == block).then_some(settings)
    }
}

/// Finds the block of phguard in a hook file, whatever its version.
#[must_use]
pub fn find_block(text: &[u8]) -> Option<Found> {
    let second = text
        .iter()
        .position(|b| *b == b'\n')
        .map_or(0, |end| end + 1);
    let start = [0, second]
        .into_iter()
        .find(|start| text[*start..].starts_with(MARK))?;
    let (own, other) = (
        version_of(template_body().as_bytes()),
        version_of(&text[start..]),
    );
    let Some(end) = find_part(&text[start..], END) else {
        // Before version 3 a hook of phguard was always a whole file.
        let state = if own == other {
            State::Edited
        } else {
            State::OtherVersion
        };
        return Some(Found {
            block: 0..text.len(),
            state,
        });
    };
    let block = start..start + end + END.len();
    let state = match Settings::of(&text[block.clone()]) {
        Some(settings) => State::Current(settings),
        None if own == other => State::Edited,
        None => State::OtherVersion,
    };
    Some(Found { block, state })
}

impl Found {
    /// Returns the lines of somebody else in this file; `None` if there are none.
    #[must_use]
    pub fn other_lines(&self, text: &[u8]) -> Option<Vec<u8>> {
        let rest = [&text[..self.block.start], &text[self.block.end..]].concat();
        let is_ours = match &self.state {
            State::Current(settings) => !matches!(settings.before, Before::Lines(..)),
            State::Edited | State::OtherVersion => true,
        };
        if is_ours && (rest.is_empty() || rest == SHEBANG) {
            return None;
        }
        Some(rest)
    }
}

/// Tells whether these bytes are the program phguard, which has the block in it.
#[must_use]
pub fn is_in_binary(program: &[u8]) -> bool {
    static IN_BINARY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&String::from_utf8_lossy(MARK)).ok());
    let is_program = PROGRAM_STARTS
        .iter()
        .any(|start| program.starts_with(start));
    is_program
        && IN_BINARY
            .as_ref()
            .is_some_and(|mark| mark.is_match(program))
}

/// First bytes of a program for Linux, Windows, and macOS (of one kind of processor, or of several).
/// Anything else may be a script that only quotes the block.
const PROGRAM_STARTS: [&[u8]; 4] = [b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"];

/// The block as it stands in the template.
fn template_body() -> &'static str {
    TEMPLATE.strip_prefix("#!/bin/sh\n").unwrap_or(TEMPLATE)
}

fn version_of(block: &[u8]) -> Option<&[u8]> {
    let line = block.split(|b| *b == b'\n').next()?;
    line.strip_prefix(MARK).map(<[u8]>::trim_ascii_end)
}

fn find_part(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// Quotes a path for the shell.
#[must_use]
pub fn quoted(path: &Path) -> Vec<u8> {
    quoted_bytes(path.as_os_str().as_encoded_bytes())
}

fn quoted_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for byte in bytes {
        match byte {
            b'\'' => quoted.extend(b"'\\''"),
            // Git's shell on Windows takes both, but only this one is safe everywhere.
            b'\\' if cfg!(windows) => quoted.push(b'/'),
            other => quoted.push(*other),
        }
    }
    quoted.push(b'\'');
    quoted
}

/// Reads one quoted word from the start of a text, and returns the text behind it.
pub(super) fn take_quoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    let mut rest = text.strip_prefix(b"'")?;
    loop {
        let end = rest.iter().position(|b| *b == b'\'')?;
        word.extend(&rest[..end]);
        rest = &rest[end + 1..];
        let Some(more) = rest.strip_prefix(b"\\''") else {
            return Some((word, rest));
        };
        word.push(b'\'');
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(program: &str, before: Before) -> Settings {
        Settings {
            program: Some(program.into()),
            real: Some("/real/phguard".into()),
            before,
        }
    }

    #[test]
    fn a_block_is_known_again_with_its_settings() {
        let bash = Shell {
            program: "/usr/bin/env".into(),
            option: Some("bash".into()),
        };
        for program in ["/bin/phguard", "/it's/a \"b\" $c/phguard", "/'", "/a\nb"] {
            for before in [
                Before::Nothing,
                Before::Kept("hooks.before-phguard".into()),
                Before::Lines(bash.clone(), vec![Event::PreCommit, Event::PrePush]),
            ] {
                let settings = settings(program, before);
                let found = find_block(&settings.file()).unwrap();
                assert_eq!(found.state, State::Current(settings), "{program}");
            }
        }
        let verbatim = find_block(TEMPLATE.as_bytes()).unwrap();
        assert_eq!(verbatim.state, State::Current(Settings::default()));
    }

    #[test]
    fn the_lines_of_others_are_told_from_the_block() {
        let bash = Shell {
            program: "/bin/bash".into(),
            option: None,
        };
        let block = settings("/bin/phguard", Before::Lines(bash, vec![Event::PreCommit])).block();
        for (first, rest) in [
            ("#!/bin/bash\n", "make\n"),
            ("", "make"),
            ("#!/bin/sh\n", ""),
        ] {
            let text = [first.as_bytes(), &block, rest.as_bytes()].concat();
            let found = find_block(&text).unwrap();
            assert_eq!(
                found.other_lines(&text),
                Some(format!("{first}{rest}").into())
            );
        }
        let alone = settings("/bin/phguard", Before::Nothing).file();
        assert_eq!(find_block(&alone).unwrap().other_lines(&alone), None);
    }

    #[test]
    fn what_was_edited_or_is_of_another_version_is_told_apart() {
        let shim = String::from_utf8(settings("/bin/phguard", Before::Nothing).file()).unwrap();
        let state = |text: &str| find_block(text.as_bytes()).map(|found| found.state);
        let edited = shim.replace("    exec ", "    make lint\n    exec ");
        assert_eq!(state(&edited), Some(State::Edited));
        let command = shim.replace("'/bin/phguard'", "'/a'; b='c'");
        assert_eq!(state(&command), Some(State::Edited));
        let older = shim.replace("shim, version ", "shim, version 1");
        assert_eq!(state(&older), Some(State::OtherVersion));
        assert_eq!(state("#!/bin/sh\nphguard hook pre-commit\n"), None);
        assert_eq!(state(""), None);
    }
}
