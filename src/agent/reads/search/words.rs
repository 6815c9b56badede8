//! The words of a search, sorted into options, patterns and paths.

use regex::bytes::{Regex, RegexBuilder};

use super::manuals::Manual;
use super::patterns::as_extended;
use super::{Listing, Search};

/// A pattern that takes more memory than this is taken to match every line.
const PATTERN_LIMIT: usize = 1 << 20;

/// The words of a search, sorted.
#[derive(Default)]
pub(super) struct Words {
    letters: String,
    long: Vec<(String, String)>,
    patterns: Vec<String>,
    has_pattern_file: bool,
    plain: Vec<String>,
}

impl Words {
    pub(super) fn read(&mut self, manual: &Manual, arguments: &[String]) {
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

    pub(super) fn search(mut self, program: &str, manual: &Manual) -> Search {
        let has_pattern = !self.patterns.is_empty() || self.has_pattern_file;
        if !has_pattern && !self.plain.is_empty() {
            let pattern = self.plain.remove(0);
            self.patterns.push(pattern);
        }
        let is_quiet = self.letters.contains(|c| manual.quiet.contains(c))
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
        let (included, excluded) = self.included_and_excluded();
        Search {
            patterns: self.compiled_patterns(program),
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
            listing: self.listing_of(program),
            paths: std::mem::take(&mut self.plain),
            included,
            excluded,
        }
    }

    fn included_and_excluded(&self) -> (Vec<String>, Vec<String>) {
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

    fn listing_of(&self, program: &str) -> Option<Listing> {
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
    fn compiled_patterns(&self, program: &str) -> Option<Vec<Regex>> {
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
                    (false, true) => as_extended(line),
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
