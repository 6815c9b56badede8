//! A commit message as git will keep it. The lines that the editor only showed do not count.

/// The line above the diff of `git commit --verbose`, behind the comment character.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";
/// The characters that `core.commentChar=auto` chooses from.
const CANDIDATES: &[u8] = b"#;@!$%^&|:";

/// The way in which git will clean the message up. Git tells a hook neither the options of `git
/// commit` nor the character that `auto` came to: of two readings the one that keeps more is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleanup {
    comment: Option<Vec<u8>>,
    drops_comments: bool,
    /// Nothing is kept below any line of scissors, and not only below git's own.
    cuts_always: bool,
    edited: bool,
}

impl Cleanup {
    /// Reads `commit.cleanup`, the comment character or string (`auto` included), and whether an editor
    /// was shown. A message that was not edited is kept with every line.
    #[must_use]
    pub fn new(mode: Option<&[u8]>, comment: Option<&[u8]>, edited: bool) -> Self {
        let mode = mode.unwrap_or(b"default");
        let comment = match comment {
            Some(b"auto") => None,
            Some(comment) if !comment.is_empty() => Some(comment.to_vec()),
            _ => Some(b"#".to_vec()),
        };
        let drops_comments = edited && matches!(mode, b"default" | b"strip");
        Self {
            comment,
            drops_comments,
            cuts_always: mode == b"scissors",
            edited,
        }
    }

    /// Returns the message with all of its lines. Those that git will drop are empty.
    #[must_use]
    pub fn apply(&self, message: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(message.len());
        let lines: Vec<&[u8]> = message.split_inclusive(|b| *b == b'\n').collect();
        for (number, line) in lines.iter().enumerate() {
            if self.edited && self.is_cut(line, &lines[number + 1..]) {
                break;
            }
            let is_dropped = self.drops_comments
                && match &self.comment {
                    Some(comment) => line.starts_with(comment),
                    None => false,
                };
            kept.extend_from_slice(if is_dropped { b"\n" } else { line });
        }
        kept
    }

    /// Git draws a line of scissors above the diff of `git commit --verbose`, and explains it in
    /// comments below, in the user's language. Any other line of scissors may be the author's.
    fn is_cut(&self, line: &[u8], rest: &[&[u8]]) -> bool {
        if let Some(comment) = &self.comment {
            return self.is_cut_by(comment, line, rest);
        }
        CANDIDATES
            .chunks(1)
            .any(|comment| self.is_cut_by(comment, line, rest))
    }

    fn is_cut_by(&self, comment: &[u8], line: &[u8], rest: &[&[u8]]) -> bool {
        let scissors = [comment, SCISSORS, b"\n"].concat();
        if line != scissors {
            return false;
        }
        if self.cuts_always {
            return true;
        }
        let explained = rest.iter().take_while(|line| line.starts_with(comment));
        match rest.get(explained.count()) {
            Some(first) => first.starts_with(b"diff --") && rest[0].starts_with(comment),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: &str = " ------------------------ >8 ------------------------\n";

    fn kept(mode: Option<&str>, comment: Option<&str>, edited: bool, message: &str) -> String {
        let cleanup = Cleanup::new(mode.map(str::as_bytes), comment.map(str::as_bytes), edited);
        String::from_utf8(cleanup.apply(message.as_bytes())).unwrap()
    }

    #[test]
    fn comments_are_dropped_where_git_drops_them() {
        let message = "a\n# b\n #c\n";
        for (mode, edited, expected) in [
            (None, true, "a\n\n #c\n"),
            (Some("strip"), true, "a\n\n #c\n"),
            (Some("default"), true, "a\n\n #c\n"),
            (None, false, message),
            (Some("strip"), false, message),
            (Some("whitespace"), true, message),
            (Some("verbatim"), true, message),
            (Some("scissors"), true, message),
            (Some("nonsense"), true, message),
        ] {
            assert_eq!(
                kept(mode, None, edited, message),
                expected,
                "{mode:?} {edited}"
            );
        }
    }

    #[test]
    fn the_comment_string_is_the_configured_one() {
        assert_eq!(kept(None, Some(";"), true, "#a\n;b\n"), "#a\n\n");
        assert_eq!(kept(None, Some("//"), true, "/a\n// b\n"), "/a\n\n");
        assert_eq!(kept(None, Some("auto"), true, "#a\n;b\n"), "#a\n;b\n");
    }

    #[test]
    fn below_the_scissors_nothing_is_kept() {
        let by_git = format!("a\n#{CUT}# Do not touch\n# Alles\ndiff --git a/b b/b\n");
        assert_eq!(kept(None, None, true, &by_git), "a\n");
        assert_eq!(kept(Some("verbatim"), None, true, &by_git), "a\n");
        assert_eq!(kept(None, None, false, &by_git), by_git);
        for rest in ["# a comment\nb\n", "# a comment\n", "diff --git a/b b/b\n"] {
            let by_hand = format!("a\n#{CUT}{rest}{by_git}");
            let expected = format!("a\n\n{}a\n", rest.replace("# a comment", ""));
            assert_eq!(kept(None, None, true, &by_hand), expected);
        }
        let by_hand = format!("a\n#{CUT}b\n");
        assert_eq!(kept(None, None, true, &by_hand), "a\n\nb\n");
        assert_eq!(kept(Some("scissors"), None, true, &by_hand), "a\n");
        assert_eq!(
            kept(
                None,
                Some("auto"),
                true,
                &format!("a\n;{CUT}; Do not\ndiff --cc b\n")
            ),
            "a\n"
        );
        assert_eq!(
            kept(
                Some("scissors"),
                None,
                true,
                &format!("a\n#{CUT}").replace('\n', " \n")
            )
            .lines()
            .count(),
            2
        );
    }
}
