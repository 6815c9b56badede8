//! Which lines a change adds. Asked only when there is a hit.

use std::collections::HashSet;
use std::ops::Range;

use git2::{DiffOptions, Patch};

/// The lines of a new content that its old content did not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedLines {
    /// Ranges of line numbers from 1, in order.
    ranges: Vec<Range<usize>>,
}

impl AddedLines {
    /// Compares two contents as git does, whatever attributes or NUL bytes would make it call
    /// them binary.
    ///
    /// libgit2's patch is believed only if it adds up: its diff drops failures (`diff_xdiff.c`
    /// ignores the return value of xdiff). If not, every line that the old content does not hold
    /// counts as added: too many perhaps, never too few.
    #[must_use]
    pub fn between(old: &[u8], new: &[u8]) -> Self {
        Self { ranges: patched(old, new).unwrap_or_else(|| unheard_of(old, new)) }
    }

    /// Whether any of these lines is an added one.
    #[must_use]
    pub fn touch(&self, lines: &Range<usize>) -> bool {
        let candidate = self.ranges.partition_point(|range| range.end <= lines.start);
        self.ranges.get(candidate).is_some_and(|range| range.start < lines.end)
    }
}

/// The added lines by libgit2's patch; `None` if it fails or does not add up.
fn patched(old: &[u8], new: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut options = DiffOptions::new();
    options.force_text(true).max_size(-1).context_lines(0).interhunk_lines(0);
    // A failed patch is no error: the caller then compares line by line.
    let Ok(patch) = Patch::from_buffers(old, None, new, None, Some(&mut options)) else { return None };
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(patch.num_hunks());
    let mut removed = 0;
    for number in 0..patch.num_hunks() {
        let Ok((hunk, _)) = patch.hunk(number) else { return None };
        let start = usize::try_from(hunk.new_start()).ok()?;
        let length = usize::try_from(hunk.new_lines()).ok()?;
        removed += usize::try_from(hunk.old_lines()).ok()?;
        if length > 0 {
            ranges.push(start..start + length);
        }
    }
    let added: usize = ranges.iter().map(Range::len).sum();
    let binary = patch.delta().flags().is_binary();
    let adds_up = count_lines(old) + added == count_lines(new) + removed;
    let says_something = patch.num_hunks() > 0 || old == new;
    (!binary && adds_up && says_something).then_some(ranges)
}

/// Every line that does not occur in the old content.
fn unheard_of(old: &[u8], new: &[u8]) -> Vec<Range<usize>> {
    let known: HashSet<&[u8]> = old.split_inclusive(|b| *b == b'\n').collect();
    let lines = new.split_inclusive(|b| *b == b'\n').enumerate();
    lines.filter(|(_, line)| !known.contains(line)).map(|(i, _)| i + 1..i + 2).collect()
}

fn count_lines(bytes: &[u8]) -> usize {
    let ends = bytes.iter().filter(|b| **b == b'\n').count();
    ends + usize::from(bytes.last().is_some_and(|b| *b != b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(old: &str, new: &str) -> Vec<usize> {
        let lines = AddedLines::between(old.as_bytes(), new.as_bytes());
        (1..=count_lines(new.as_bytes())).filter(|n| lines.touch(&(*n..*n + 1))).collect()
    }

    #[test]
    fn lines_at_the_start_in_the_middle_and_at_the_end_are_added() {
        assert_eq!(added("b\nd\n", "a\nb\nc\nd\ne\n"), [1, 3, 5]);
    }

    #[test]
    fn a_lost_newline_at_the_end_changes_the_last_line() {
        assert_eq!(added("a\nb\n", "a\nb"), [2]);
        assert_eq!(added("a\nb", "a\nb\n"), [2]);
    }

    #[test]
    fn everything_is_added_to_nothing_and_nothing_by_removal() {
        assert_eq!(added("", "a\nb"), [1, 2]);
        assert_eq!(added("a\nb\nc\n", "a\nc\n"), [] as [usize; 0]);
        assert_eq!(added("a\n", ""), [] as [usize; 0]);
    }

    #[test]
    fn nul_bytes_do_not_hide_a_line() {
        assert_eq!(added("a\0\nb\n", "a\0\nc\0\nb\n"), [2]);
    }

    #[test]
    fn the_fall_back_counts_every_line_the_old_content_lacks() {
        assert_eq!(unheard_of(b"a\nb\n", b"b\nc\na\nd"), [2..3, 4..5]);
    }

    #[test]
    fn a_key_that_spans_lines_is_added_with_any_of_them() {
        let lines = AddedLines::between(b"a\nb\n", b"a\nx\nb\n");
        assert!(lines.touch(&(1..3)));
        assert!(!lines.touch(&(3..9)));
    }
}
