//! The lines of a file in which a mistake may stand.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::search_for;

/// Parts of names, in any case. Every line with a mistake holds one of them; a call may hold it on
/// one of the next lines.
const LINE_WORDS: [&str; 19] = [
    "personal",
    "secret",
    "secure",
    "cli_token",
    "clitoken",
    "cli_api",
    "cliapi",
    "mcp_token",
    "mcptoken",
    "auth_header",
    "authheader",
    "wizard",
    "hog_pat",
    "hogpat",
    "phx_",
    "phs_",
    "phc_",
    "envprefix",
    "scopes",
];
/// Number of lines on which an expression may continue.
const NEXT_LINES: usize = 2;
/// A longer line is generated code.
const LONGEST_LINE: usize = 2000;

/// The lines of a file.
pub(super) struct Lines<'f> {
    lines: Vec<&'f str>,
    /// Numbers of the lines that name a secret or a key, and of those before them.
    of_interest: Vec<usize>,
}

impl<'f> Lines<'f> {
    pub(super) fn of(text: &'f str) -> Self {
        static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| search_for(&LINE_WORDS));
        let lines: Vec<&str> = text.lines().collect();
        let mut of_interest = Vec::new();
        let (mut line, mut counted) = (0, 0);
        for found in SEARCH.find_iter(text) {
            let between = &text.as_bytes()[counted..found.start()];
            line += memchr::memchr_iter(b'\n', between).count();
            counted = found.start();
            for number in line.saturating_sub(NEXT_LINES)..=line {
                if of_interest.last().is_none_or(|last| *last < number) {
                    of_interest.push(number);
                }
            }
        }
        of_interest.retain(|number| is_code(lines[*number]));
        Self { lines, of_interest }
    }

    /// The lines of code with their numbers: no comments, none that are long.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &'f str)> + '_ {
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| is_code(line))
            .map(|(number, line)| (number, *line))
    }

    /// The lines of code that name a secret or a key, and those before them.
    pub(super) fn of_interest(&self) -> impl Iterator<Item = (usize, &'f str)> + '_ {
        self.of_interest
            .iter()
            .map(|number| (*number, self.lines[*number]))
    }

    /// A line and the two behind it, for an expression that goes on there.
    pub(super) fn with_next(&self, number: usize) -> String {
        let end = (number + 1 + NEXT_LINES).min(self.lines.len());
        let mut text = String::new();
        for line in &self.lines[number..end] {
            if line.len() <= LONGEST_LINE {
                text += line;
            }
            text.push(' ');
        }
        text
    }

    pub(super) fn get(&self, number: usize) -> &'f str {
        self.lines.get(number).copied().unwrap_or_default()
    }
}

/// Tells whether a line is code: no comment in any language, and not generated.
fn is_code(line: &str) -> bool {
    const COMMENTS: [&str; 4] = ["//", "# ", "* ", "-- "];
    let text = line.trim_start();
    line.len() <= LONGEST_LINE && !COMMENTS.iter().any(|opening| text.starts_with(opening))
}

#[cfg(test)]
mod tests {
    use super::super::names::SECRET_PARTS;
    use super::{LINE_WORDS, Lines, search_for};

    #[test]
    fn every_name_of_a_secret_makes_its_line_one_of_interest() {
        let search = search_for(&LINE_WORDS);
        for part in SECRET_PARTS {
            for name in [
                format!("posthog{part}"),
                format!("POSTHOG{part}").to_uppercase(),
            ] {
                assert!(search.is_match(&name), "{name}");
            }
        }
        for name in [
            "POSTHOG_CLI_TOKEN",
            "POSTHOG_CLI_API_KEY",
            "POSTHOG_MCP_TOKEN",
            "POSTHOG_AUTH_HEADER",
            "POSTHOG_WIZARD_API_KEY",
            "POSTHOG_PAT",
            "POSTHOG_FEATURE_FLAGS_SECURE_API_KEY",
        ] {
            assert!(search.is_match(name), "{name}");
        }
    }

    #[test]
    fn the_lines_of_interest_are_in_order_and_no_comments() {
        let text = "a\nb\n// personal\nc\nd secret\nsecret secret\ne\n";
        let lines = Lines::of(text);
        let numbers: Vec<usize> = lines.of_interest().map(|(number, _)| number).collect();
        assert_eq!(numbers, [0, 1, 3, 4, 5]);
    }
}
