//! What git's hooks ask for.

use std::ffi::OsStr;
use std::path::Path;

/// A hook whose check is the staged one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Before `git commit` makes a commit.
    PreCommit,
    /// Before a merge without conflicts makes its commit.
    PreMergeCommit,
}

impl Event {
    /// The hooks that phguard serves, by git's names for them.
    pub const NAMES: [(&'static str, Self); 2] =
        [("pre-commit", Self::PreCommit), ("pre-merge-commit", Self::PreMergeCommit)];

    /// The event of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, event)| *event)
    }

    /// The event of a program that was started under a hook's name: the binary itself lies in
    /// `.git/hooks`, or a link to it.
    #[must_use]
    pub fn of_program(argv0: &OsStr) -> Option<Self> {
        let name = Path::new(argv0).file_name()?.to_str()?;
        Self::named(name.strip_suffix(".exe").unwrap_or(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_in_the_hooks_directory_knows_its_event() {
        let event = |name: &str| Event::of_program(OsStr::new(name));
        assert_eq!(event(".git/hooks/pre-commit"), Some(Event::PreCommit));
        assert_eq!(event("pre-merge-commit.exe"), Some(Event::PreMergeCommit));
        assert_eq!(event("/usr/bin/phguard"), None);
    }
}
