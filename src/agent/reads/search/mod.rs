//! Searches such as `grep` and `rg`: the lines that they print, and the files that they read.

mod manuals;
mod patterns;
mod words;

use std::path::Path;

use globset::GlobBuilder;
use regex::bytes::Regex;

use manuals::{GIT_GREP, GREP, RIPGREP, SILVER};
use patterns::is_name;
use words::Words;

/// The files that a search reads below a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Every file.
    Everything,
    /// Files that git tracks or would add.
    Visible,
    /// Files that git tracks.
    Tracked,
    /// The same; a name that is no directory is one of a commit, whose files are mostly those of
    /// the work tree.
    TrackedOrCommitted,
}

/// A search for lines.
#[derive(Clone, Debug)]
pub struct Search {
    /// The patterns; `None` if they cannot be read here, so that any line may match.
    patterns: Option<Vec<Regex>>,
    is_inverted: bool,
    shows_matches_only: bool,
    shows_context: bool,
    /// It prints names or counts and no line.
    pub is_quiet: bool,
    /// The files and directories that it is given.
    pub paths: Vec<String>,
    /// The files that it reads below a directory, if it goes into directories at all.
    pub listing: Option<Listing>,
    /// The files below a directory that it reads, by their last name; none means all.
    pub included: Vec<String>,
    /// The files and directories below a directory that it leaves out, by name.
    pub excluded: Vec<String>,
}

impl Search {
    /// Reads the words of a search; `None` if the program is none.
    #[must_use]
    pub fn of(program: &str, arguments: &[String]) -> Option<Self> {
        let manual = match program {
            "grep" | "egrep" | "fgrep" | "zgrep" | "ggrep" => &GREP,
            "rg" | "ripgrep" => &RIPGREP,
            "ag" | "ack" => &SILVER,
            "git grep" => &GIT_GREP,
            _ => return None,
        };
        let mut words = Words::default();
        words.read(manual, arguments);
        Some(words.search(program, manual))
    }

    /// Tells whether it prints the key that stands in this line.
    #[must_use]
    pub fn shows(&self, line: &[u8], key: std::ops::Range<usize>) -> bool {
        let Some(patterns) = &self.patterns else {
            return true;
        };
        if self.is_inverted {
            return !patterns.iter().any(|pattern| pattern.is_match(line));
        }
        for pattern in patterns {
            let mut matches = pattern.find_iter(line);
            let is_shown = match self.shows_matches_only {
                true => matches.any(|found| found.start() < key.end && key.start < found.end()),
                false => matches.next().is_some(),
            };
            if is_shown {
                return true;
            }
        }
        false
    }

    /// Tells whether it may print the line of a variable that starts with its name: a pattern about
    /// the value may match.
    #[must_use]
    pub fn may_match_line_of(&self, start: &[u8]) -> bool {
        let Some(patterns) = &self.patterns else {
            return true;
        };
        let is_match = patterns.iter().any(|pattern| pattern.is_match(start));
        if self.is_inverted {
            return !is_match;
        }
        is_match || patterns.iter().any(|pattern| !is_name(pattern.as_str()))
    }

    /// Tells whether it goes into this file below a directory.
    #[must_use]
    pub fn reads(&self, file: &Path) -> bool {
        let Some(name) = file.file_name().and_then(|name| name.to_str()) else {
            return true;
        };
        let is_included =
            self.included.is_empty() || self.included.iter().any(|glob| glob_matches(glob, name));
        let mut names = file.components();
        let is_excluded = names.any(|part| {
            let part = part.as_os_str().to_str().unwrap_or_default();
            self.excluded.iter().any(|glob| glob_matches(glob, part))
        });
        is_included && !is_excluded
    }

    /// Tells whether it may print lines beside those that match.
    #[must_use]
    pub fn may_show_others(&self) -> bool {
        self.shows_context
    }

    /// Tells whether a pattern matches anywhere in a content.
    #[must_use]
    pub fn matches_in(&self, content: &[u8]) -> bool {
        let Some(patterns) = &self.patterns else {
            return true;
        };
        self.is_inverted || patterns.iter().any(|pattern| pattern.is_match(content))
    }
}

fn glob_matches(glob: &str, name: &str) -> bool {
    let glob = GlobBuilder::new(glob).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(name))
}
