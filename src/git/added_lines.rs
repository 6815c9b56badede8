//! The lines that a change adds. Asked only when there is a hit.

use std::collections::HashSet;
use std::ops::Range;

use git2::{DiffOptions, Patch};

/// Contents of this many bytes and more are compared without the lines that they share at the start
/// and at the end. For smaller ones it is worth more to choose the same ones as git among equal
/// lines.
const LARGE: usize = 1 << 20;

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
    /// ignores the return value of xdiff). Otherwise every line that the old content does not hold
    /// counts as added: perhaps too many, never too few.
    #[must_use]
    pub fn between(old: &[u8], new: &[u8]) -> Self {
        if old.len() + new.len() < LARGE {
            return Self {
                ranges: added_ranges(old, new),
            };
        }
        let head = common_head(old, new);
        let (old, rest) = (&old[head..], &new[head..]);
        let tail = common_tail(old, rest);
        let mut ranges = added_ranges(&old[..old.len() - tail], &rest[..rest.len() - tail]);
        let lines_before = count_lines(&new[..head]);
        for range in &mut ranges {
            *range = range.start + lines_before..range.end + lines_before;
        }
        Self { ranges }
    }

    /// Tells if any of these lines is an added one.
    #[must_use]
    pub fn touch(&self, lines: &Range<usize>) -> bool {
        let candidate = self
            .ranges
            .partition_point(|range| range.end <= lines.start);
        self.ranges
            .get(candidate)
            .is_some_and(|range| range.start < lines.end)
    }
}

fn added_ranges(old: &[u8], new: &[u8]) -> Vec<Range<usize>> {
    match by_libgit2(old, new) {
        Some(ranges) => ranges,
        None => lines_not_in(old, new),
    }
}

/// The length of the whole lines with which both contents start.
fn common_head(old: &[u8], new: &[u8]) -> usize {
    const BLOCK: usize = 4096;
    let blocks = old.chunks_exact(BLOCK).zip(new.chunks_exact(BLOCK));
    let equal = BLOCK * blocks.take_while(|(a, b)| a == b).count();
    let equal = equal
        + old[equal..]
            .iter()
            .zip(&new[equal..])
            .take_while(|(a, b)| a == b)
            .count();
    new[..equal]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |newline| newline + 1)
}

/// The length of the whole lines with which both contents end.
fn common_tail(old: &[u8], new: &[u8]) -> usize {
    let equal = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let tail = &new[new.len() - equal..];
    tail.iter()
        .position(|b| *b == b'\n')
        .map_or(0, |newline| tail.len() - newline - 1)
}

/// The added lines by libgit2's patch; `None` if it fails or does not add up.
fn by_libgit2(old: &[u8], new: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut options = DiffOptions::new();
    options
        .force_text(true)
        .max_size(-1)
        .context_lines(0)
        .interhunk_lines(0)
        .indent_heuristic(true);
    // A failed patch is no error: the caller then compares line by line.
    let Ok(patch) = Patch::from_buffers(old, None, new, None, Some(&mut options)) else {
        return None;
    };
    let mut ranges: Vec<Range<usize>> = Vec::with_capacity(patch.num_hunks());
    let mut removed = 0;
    for number in 0..patch.num_hunks() {
        let Ok((hunk, _)) = patch.hunk(number) else {
            return None;
        };
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

/// The lines that do not occur in the old content.
fn lines_not_in(old: &[u8], new: &[u8]) -> Vec<Range<usize>> {
    let known: HashSet<&[u8]> = old.split_inclusive(|b| *b == b'\n').collect();
    let lines = new.split_inclusive(|b| *b == b'\n').enumerate();
    lines
        .filter(|(_, line)| !known.contains(line))
        .map(|(i, _)| i + 1..i + 2)
        .collect()
}

fn count_lines(bytes: &[u8]) -> usize {
    let ends = bytes.iter().filter(|b| **b == b'\n').count();
    ends + usize::from(bytes.last().is_some_and(|b| *b != b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added_ranges(old: &str, new: &str) -> Vec<usize> {
        let lines = AddedLines::between(old.as_bytes(), new.as_bytes());
        (1..=count_lines(new.as_bytes()))
            .filter(|n| lines.touch(&(*n..*n + 1)))
            .collect()
    }

    #[test]
    fn lines_at_the_start_in_the_middle_and_at_the_end_are_added() {
        assert_eq!(added_ranges("b\nd\n", "a\nb\nc\nd\ne\n"), [1, 3, 5]);
    }

    #[test]
    fn a_lost_newline_at_the_end_changes_the_last_line() {
        assert_eq!(added_ranges("a\nb\n", "a\nb"), [2]);
        assert_eq!(added_ranges("a\nb", "a\nb\n"), [2]);
    }

    #[test]
    fn everything_is_added_to_nothing_and_nothing_by_removal() {
        assert_eq!(added_ranges("", "a\nb"), [1, 2]);
        assert_eq!(added_ranges("a\nb\nc\n", "a\nc\n"), [] as [usize; 0]);
        assert_eq!(added_ranges("a\n", ""), [] as [usize; 0]);
    }

    #[test]
    fn nul_bytes_do_not_hide_a_line() {
        assert_eq!(added_ranges("a\0\nb\n", "a\0\nc\0\nb\n"), [2]);
    }

    #[test]
    fn large_contents_are_compared_without_what_they_share() {
        let shared = "a line of text\n".repeat(LARGE / 10);
        let lines = LARGE / 10;
        for (old, new, expected) in [
            ("", "x\n", lines + 1..lines + 2),
            ("y\nz\n", "y\nx\nz\n", lines + 2..lines + 3),
            ("y", "x", lines + 1..lines + 2),
            ("y\n", "", 0..0),
        ] {
            let [old, new] = [old, new].map(|middle| format!("{shared}{middle}{shared}"));
            let ranges = AddedLines::between(old.as_bytes(), new.as_bytes()).ranges;
            let found: Vec<usize> = ranges.into_iter().flatten().collect();
            assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_contents_share_is_whole_lines() {
        assert_eq!(common_head(b"a\nbc\n", b"a\nbd\n"), 2);
        assert_eq!(common_head(b"ab", b"ac"), 0);
        assert_eq!(common_tail(b"xa\nb\n", b"ya\nb\n"), 2);
        assert_eq!(common_tail(b"b", b"ab"), 0);
    }

    #[test]
    fn the_fall_back_counts_every_line_the_old_content_lacks() {
        assert_eq!(lines_not_in(b"a\nb\n", b"b\nc\na\nd"), [2..3, 4..5]);
    }

    #[test]
    fn a_key_that_spans_lines_is_added_with_any_of_them() {
        let lines = AddedLines::between(b"a\nb\n", b"a\nx\nb\n");
        assert!(lines.touch(&(1..3)));
        assert!(!lines.touch(&(3..9)));
    }
}
