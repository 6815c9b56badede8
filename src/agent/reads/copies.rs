//! Files that go into others.

use super::{Shown, Source, goes_to_file};
use crate::agent::invocation::Invocation;

/// A file that goes into another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The file that is read.
    pub source: String,
    /// The file or the directory that is written to.
    pub target: String,
    /// The file keeps its old name as well.
    pub stays: bool,
}

/// Returns the copies that a program makes.
#[must_use]
pub fn copied_files(invocation: &Invocation, shown: &[Shown]) -> Vec<Copied> {
    let program = invocation.program.as_str();
    let mut copies = Vec::new();
    let files: Vec<&String> = invocation
        .arguments
        .iter()
        .filter(|word| !word.starts_with('-'))
        .collect();
    if is_copier(program)
        && let Some((target, sources)) = files.split_last()
    {
        for source in sources {
            copies.push(Copied {
                source: (*source).clone(),
                target: (*target).clone(),
                stays: !matches!(program, "mv" | "move" | "move-item" | "mi"),
            });
        }
    }
    let Some(target) = goes_to_file(invocation).filter(|target| *target != "/dev/null") else {
        return copies;
    };
    for place in shown {
        if let Source::Named(source) = &place.source {
            copies.push(Copied {
                source: source.clone(),
                target: target.to_owned(),
                stays: true,
            });
        }
    }
    copies
}

/// Programs that write one file into another.
pub(in crate::agent) fn is_copier(program: &str) -> bool {
    matches!(
        program,
        "cp" | "mv"
            | "ln"
            | "install"
            | "rsync"
            | "copy-item"
            | "move-item"
            | "cpi"
            | "mi"
            | "copy"
            | "move"
    )
}
