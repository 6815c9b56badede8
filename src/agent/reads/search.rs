//! Searches such as `grep` and `rg`: the lines that they print, and the files that they read.

use std::path::Path;

use globset::GlobBuilder;
use regex::bytes::{Regex, RegexBuilder};

/// A pattern that takes more memory than this is taken to match every line.
const PATTERN_LIMIT: usize = 1 << 20;

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

/// The options of a kind of search.
struct Manual {
    /// Short options that take a value.
    valued: &'static str,
    /// Short options that print names or counts.
    quiet: &'static str,
    /// Long options that take the next word.
    long_valued: &'static [&'static str],
}

const GREP: Manual = Manual {
    valued: "ABCmefdD",
    quiet: "qclL",
    long_valued: &[
        "after-context",
        "before-context",
        "context",
        "max-count",
        "regexp",
        "file",
        "directories",
        "include",
        "exclude",
        "exclude-dir",
        "exclude-from",
        "label",
        "devices",
        "color",
    ],
};
const RIPGREP: Manual = Manual {
    valued: "ABCmefgtTjMrdE",
    quiet: "qcl",
    long_valued: &[
        "after-context",
        "before-context",
        "context",
        "max-count",
        "regexp",
        "file",
        "glob",
        "iglob",
        "type",
        "type-not",
        "threads",
        "max-columns",
        "replace",
        "max-depth",
        "encoding",
        "sort",
        "sortr",
        "ignore-file",
        "max-filesize",
        "color",
        "colors",
        "engine",
        "pre",
        "type-add",
    ],
};
const SILVER: Manual = Manual {
    valued: "ABCmGp",
    quiet: "clL",
    long_valued: &[
        "after",
        "before",
        "context",
        "max-count",
        "file-search-regex",
        "ignore",
        "depth",
    ],
};
const GIT_GREP: Manual = Manual {
    valued: "ABCmefO",
    quiet: "qclL",
    long_valued: &[
        "after-context",
        "before-context",
        "context",
        "max-count",
        "max-depth",
        "threads",
    ],
};

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
        Some(words.search(program))
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
            self.included.is_empty() || self.included.iter().any(|glob| matches(glob, name));
        let mut names = file.components();
        let is_excluded = names.any(|part| {
            let part = part.as_os_str().to_str().unwrap_or_default();
            self.excluded.iter().any(|glob| matches(glob, part))
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

/// A pattern that no value of a key matches: a name in capital letters, or words.
fn is_name(pattern: &str) -> bool {
    pattern.len() > 3
        && pattern.chars().all(is_option_part)
        && !"phx_".contains(pattern.trim_start_matches('^'))
}

fn matches(glob: &str, name: &str) -> bool {
    let glob = GlobBuilder::new(glob).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(name))
}

/// The words of a search, sorted.
#[derive(Default)]
struct Words {
    letters: String,
    long: Vec<(String, String)>,
    patterns: Vec<String>,
    has_pattern_file: bool,
    plain: Vec<String>,
}

impl Words {
    fn read(&mut self, manual: &Manual, arguments: &[String]) {
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if word == "--" {
                self.plain.extend(words.cloned());
                return;
            }
            if let Some(long) = word.strip_prefix("--") {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, value.to_owned()),
                    None if manual.long_valued.contains(&long) => {
                        (long, words.next().cloned().unwrap_or_default())
                    }
                    None => (long, String::new()),
                };
                self.keep_long(name, value);
                continue;
            }
            let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                self.plain.push(word.clone());
                continue;
            };
            for (place, letter) in letters.char_indices() {
                if !manual.valued.contains(letter) {
                    self.letters.push(letter);
                    continue;
                }
                let attached = letters.get(place + letter.len_utf8()..).unwrap_or_default();
                let value = match attached.is_empty() {
                    true => words.next().cloned().unwrap_or_default(),
                    false => attached.to_owned(),
                };
                self.keep_short(letter, value);
                break;
            }
        }
    }

    fn keep_long(&mut self, name: &str, value: String) {
        match name {
            "regexp" => self.patterns.push(value),
            "file" => self.has_pattern_file = true,
            _ => self.long.push((name.to_owned(), value)),
        }
    }

    fn keep_short(&mut self, letter: char, value: String) {
        match letter {
            'e' => self.patterns.push(value),
            'f' => self.has_pattern_file = true,
            'g' => self.long.push(("glob".into(), value)),
            'A' | 'B' | 'C' if value != "0" => self.letters.push(letter),
            'd' if value == "recurse" => self.letters.push('r'),
            _ => {}
        }
    }

    fn has_long(&self, names: &[&str]) -> bool {
        self.long
            .iter()
            .any(|(name, _)| names.contains(&name.as_str()))
    }

    fn search(mut self, program: &str) -> Search {
        let has_pattern = !self.patterns.is_empty() || self.has_pattern_file;
        if !has_pattern && !self.plain.is_empty() {
            let pattern = self.plain.remove(0);
            self.patterns.push(pattern);
        }
        let quiet_letters = match program {
            "rg" | "ripgrep" => RIPGREP.quiet,
            "ag" | "ack" => SILVER.quiet,
            _ => GREP.quiet,
        };
        let is_quiet = self.letters.contains(|c| quiet_letters.contains(c))
            || self.has_long(&[
                "quiet",
                "silent",
                "count",
                "files-with-matches",
                "files-without-match",
                "name-only",
                "count-matches",
                "files",
                "type-list",
            ]);
        let (included, excluded) = self.globs();
        Search {
            patterns: self.compiled(program),
            is_inverted: self.letters.contains('v') || self.has_long(&["invert-match"]),
            shows_matches_only: self.letters.contains('o') || self.has_long(&["only-matching"]),
            shows_context: self.letters.contains(['A', 'B', 'C', 'U', 'z', 'W', 'p'])
                || self.letters.contains(|c: char| c.is_ascii_digit())
                || self.has_long(&[
                    "after-context",
                    "before-context",
                    "context",
                    "multiline",
                    "passthru",
                    "function-context",
                    "null-data",
                    "after",
                    "before",
                    "passthrough",
                    "show-function",
                ]),
            is_quiet,
            listing: self.listing(program),
            paths: std::mem::take(&mut self.plain),
            included,
            excluded,
        }
    }

    fn globs(&self) -> (Vec<String>, Vec<String>) {
        let mut included = Vec::new();
        let mut excluded = Vec::new();
        for (name, value) in &self.long {
            match name.as_str() {
                "include" => included.push(value.clone()),
                "exclude" | "exclude-dir" => excluded.push(value.trim_end_matches('/').to_owned()),
                "glob" | "iglob" => match value.strip_prefix('!') {
                    Some(value) => excluded.push(value.trim_matches('/').to_owned()),
                    None => included.push(value.rsplit('/').next().unwrap_or(value).to_owned()),
                },
                _ => {}
            }
        }
        (included, excluded)
    }

    fn listing(&self, program: &str) -> Option<Listing> {
        match program {
            "rg" | "ripgrep" | "ag" | "ack" => {
                let sees_all = self.letters.contains(['u', 'a'])
                    || self.has_long(&[
                        "no-ignore",
                        "unrestricted",
                        "no-ignore-vcs",
                        "no-ignore-files",
                    ]);
                Some(if sees_all {
                    Listing::Everything
                } else {
                    Listing::Visible
                })
            }
            "git grep" if self.has_long(&["no-index", "untracked", "no-exclude-standard"]) => {
                Some(Listing::Everything)
            }
            "git grep" => Some(Listing::TrackedOrCommitted),
            _ => {
                let goes_in = self.letters.contains(['r', 'R'])
                    || self.has_long(&["recursive", "dereference-recursive"])
                    || self
                        .long
                        .iter()
                        .any(|(name, value)| name == "directories" && value == "recurse");
                goes_in.then_some(Listing::Everything)
            }
        }
    }

    /// Returns the patterns; `None` if one of them cannot be read as this program does.
    fn compiled(&self, program: &str) -> Option<Vec<Regex>> {
        if self.has_pattern_file || self.letters.contains('P') && self.patterns.is_empty() {
            return None;
        }
        let is_literal = program == "fgrep"
            || self.letters.contains('F')
            || self.has_long(&["fixed-strings", "literal"]);
        let is_basic = matches!(program, "grep" | "ggrep" | "zgrep" | "git grep")
            && !self.letters.contains(['E', 'P'])
            && !self.has_long(&["extended-regexp", "perl-regexp"]);
        // Smart case may fold the case, too: to match more is safe.
        let folds = self.letters.contains(['i', 'y', 'S'])
            || self.has_long(&["ignore-case", "smart-case"])
            || matches!(program, "ag" | "ack");
        let mut compiled = Vec::new();
        for pattern in &self.patterns {
            for line in pattern.lines() {
                let text = match (is_literal, is_basic) {
                    (true, _) => regex::escape(line),
                    (false, true) => extended(line),
                    (false, false) => line.to_owned(),
                };
                let pattern = RegexBuilder::new(&text)
                    .case_insensitive(folds)
                    .multi_line(true)
                    .unicode(false)
                    .size_limit(PATTERN_LIMIT)
                    .build();
                compiled.push(pattern.ok()?);
            }
            if pattern.is_empty() {
                return None;
            }
        }
        Some(compiled)
    }
}

/// Rewrites a basic regular expression as an extended one.
fn extended(basic: &str) -> String {
    let mut text = String::new();
    let mut characters = basic.chars().peekable();
    let mut in_brackets = false;
    while let Some(character) = characters.next() {
        match character {
            '[' if !in_brackets => {
                in_brackets = true;
                text.push('[');
            }
            ']' if in_brackets => {
                in_brackets = false;
                text.push(']');
            }
            '\\' if !in_brackets => match characters.next() {
                Some(operator @ ('(' | ')' | '{' | '}' | '|' | '+' | '?')) => text.push(operator),
                Some('<' | '>') => text.push_str("\\b"),
                Some(other) => text.extend(['\\', other]),
                None => text.push_str("\\\\"),
            },
            '(' | ')' | '{' | '}' | '|' | '+' | '?' if !in_brackets => {
                text.extend(['\\', character]);
            }
            '*' if text.is_empty() || text == "^" => text.push_str("\\*"),
            other => text.push(other),
        }
    }
    text
}

fn is_option_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '^' | '-' | '=')
}
