//! Settings that weaken a defence: keys that may do everything, and code that GitHub does not check.

use globset::{Glob, GlobSetBuilder};

use super::names::names_in;
use super::{Mistake, Note, Source, Warning};

/// Endings of code, in which GitHub's check should look.
const CODE: [&str; 22] = [
    "ts", "tsx", "js", "jsx", "mjs", "cjs", "vue", "svelte", "py", "rb", "go", "php", "java", "kt",
    "cs", "rs", "ex", "sh", "yml", "yaml", "tf", "env",
];
/// Directories whose samples may look like keys.
const SAMPLES: [&str; 11] = [
    "test",
    "tests",
    "spec",
    "specs",
    "fixtures",
    "fixture",
    "testdata",
    "docs",
    "examples",
    "__tests__",
    "snapshots",
];
/// Lines behind `scopes` on which a list goes on.
const LIST: usize = 3;

pub(super) fn notes(source: &Source<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    if !source.mentions_posthog {
        return notes;
    }
    for (number, line) in source.lines.of_interest() {
        if grants_everything(source, number, line) {
            notes.push(Note {
                line: number,
                mistake: Mistake::AllScopes,
                text: "A key with the scope * may do everything that its user may. Name the scopes that \
                       are needed; `phguard explain scopes` lists them by task."
                    .into(),
            });
        }
    }
    notes
}

/// `scopes: ["*"]`, `"scopes": ["*"]`, `scopes = ["*"]`, and a list on the lines below.
fn grants_everything(source: &Source<'_>, number: usize, line: &str) -> bool {
    let Some(name) = names_in(line)
        .into_iter()
        .find(|name| name.text == "scopes")
    else {
        return false;
    };
    let mut text = line.get(name.end..).unwrap_or_default().to_owned();
    for next in number + 1..number + LIST {
        text += source.lines.get(next).trim();
    }
    let value = text.trim_start_matches(['"', '\'', ' ', '?']);
    let Some(value) = value.strip_prefix([':', '=']) else {
        return false;
    };
    let value = value.trim_start_matches([' ', '[', '-', '(', '{']);
    ["\"*\"", "'*'", "`*`"]
        .iter()
        .any(|all| value.starts_with(all))
}

/// Judges `.github/secret_scanning.yml`: warns if its `paths-ignore` hides code. `files` are the
/// files of the repository.
#[must_use]
pub fn hidden_from_github(path: &[u8], content: &[u8], files: &[Vec<u8>]) -> Vec<Warning> {
    let text = String::from_utf8_lossy(content);
    let mut warnings = Vec::new();
    for (line, pattern) in ignored_patterns(&text) {
        let Ok(glob) = Glob::new(&pattern) else {
            continue;
        };
        let Ok(set) = GlobSetBuilder::new().add(glob).build() else {
            continue;
        };
        let hidden = files
            .iter()
            .filter(|file| is_code(file) && set.is_match(&*String::from_utf8_lossy(file)))
            .count();
        if hidden > 0 {
            let noun = if hidden == 1 { "file" } else { "files" };
            warnings.push(Warning {
                mistake: Mistake::HiddenFromGithub,
                path: path.to_vec(),
                line,
                text: format!(
                    "`{pattern}` hides {hidden} {noun} of code from GitHub's secret scanning. Limit it to \
                     the samples that it is for."
                ),
            });
        }
    }
    warnings
}

/// The patterns of `paths-ignore`, with their lines.
fn ignored_patterns(text: &str) -> Vec<(usize, String)> {
    let mut patterns = Vec::new();
    let mut is_inside = false;
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if let Some(list) = trimmed.strip_prefix("paths-ignore:") {
            is_inside = true;
            let list = list.trim().trim_start_matches('[').trim_end_matches(']');
            for pattern in list.split(',') {
                patterns.push((number + 1, without_quotes(pattern)));
            }
        } else if let Some(pattern) = trimmed.strip_prefix("- ") {
            if is_inside {
                patterns.push((number + 1, without_quotes(pattern)));
            }
        } else if !trimmed.is_empty() && !trimmed.starts_with('#') {
            is_inside = false;
        }
    }
    patterns.retain(|(_, pattern)| !pattern.is_empty());
    patterns
}

fn without_quotes(text: &str) -> String {
    let text = text.split(" #").next().unwrap_or_default();
    text.trim().trim_matches(['"', '\'']).to_owned()
}

fn is_code(path: &[u8]) -> bool {
    let path = String::from_utf8_lossy(path);
    let is_sample = path.split('/').any(|part| SAMPLES.contains(&part));
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    !is_sample && ending.is_some_and(|ending| CODE.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_of_both_forms_of_a_list_are_read() {
        let patterns = |text: &str| -> Vec<String> {
            let found = ignored_patterns(text).into_iter();
            found.map(|(_, pattern)| pattern).collect()
        };
        assert_eq!(
            patterns(
                "paths-ignore:\n  - \"src/**\"\n  # why\n  - docs/**  # that\nother:\n  - x\n"
            ),
            ["src/**", "docs/**"]
        );
        assert_eq!(patterns("paths-ignore: ['**', 'a']"), ["**", "a"]);
        assert_eq!(patterns("other:\n  - x\n"), [""; 0]);
    }

    #[test]
    fn only_a_pattern_that_hides_code_is_warned_of() {
        let files = [
            b"src/a.ts".to_vec(),
            b"tests/a.ts".to_vec(),
            b"docs/a.md".to_vec(),
        ];
        let count = |pattern: &str| {
            let text = format!("paths-ignore:\n  - '{pattern}'\n");
            hidden_from_github(b"x", text.as_bytes(), &files).len()
        };
        assert_eq!(["**", "src/**", "**/*.ts", "src/a.ts"].map(count), [1; 4]);
        assert_eq!(
            ["tests/**", "docs/**", "*.md", "lib/**", "["].map(count),
            [0; 5]
        );
    }
}
