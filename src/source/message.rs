//! A commit message as git will keep it: what the editor showed beside it does not count.

/// What git draws above the diff of `git commit --verbose`, behind the comment character.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";
/// What `core.commentChar=auto` chooses from.
const CANDIDATES: &[u8] = b"#;@!$%^&|:";

/// How git will clean the message up. Of two readings the one that keeps more is taken: git tells a
/// hook neither the options of `git commit` nor which character `auto` came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleanup {
    comment: Option<Vec<u8>>,
    drops_comments: bool,
    /// Below a line of scissors nothing is kept: always, or if git's own words follow.
    cuts_always: bool,
    edited: bool,
}

impl Cleanup {
    /// By `commit.cleanup`, the comment character or string (`auto` included), and whether an editor
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

    /// The message with all of its lines, of which those that git will drop are empty.
    #[must_use]
    pub fn apply(&self, message: &[u8]) -> Vec<u8> {
        let mut kept = Vec::with_capacity(message.len());
        let lines: Vec<&[u8]> = message.split_inclusive(|b| *b == b'\n').collect();
        for (number, line) in lines.iter().enumerate() {
            if self.edited && self.is_cut(line, lines.get(number + 1).copied()) {
                break;
            }
            let comment = self.comment.as_deref().filter(|_| self.drops_comments);
            let is_dropped = comment.is_some_and(|comment| line.starts_with(comment));
            kept.extend(if is_dropped { b"\n" } else { *line });
        }
        kept
    }

    /// Git writes two lines of explanation below the scissors; a line of scissors by itself may be
    /// the author's.
    fn is_cut(&self, line: &[u8], next: Option<&[u8]>) -> bool {
        let mut comments: Box<dyn Iterator<Item = &[u8]>> = match &self.comment {
            Some(comment) => Box::new(std::iter::once(&comment[..])),
            None => Box::new(CANDIDATES.chunks(1)),
        };
        comments.any(|comment| {
            let rest = line
                .strip_prefix(comment)
                .and_then(|rest| rest.strip_prefix(SCISSORS));
            rest == Some(b"\n")
                && (self.cuts_always || next.is_some_and(|next| next.starts_with(comment)))
        })
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
        let by_git = format!("a\n#{CUT}# Do not touch\ndiff\n");
        assert_eq!(kept(None, None, true, &by_git), "a\n");
        assert_eq!(kept(Some("verbatim"), None, true, &by_git), "a\n");
        assert_eq!(kept(None, None, false, &by_git), by_git);
        let by_hand = format!("a\n#{CUT}b\n");
        assert_eq!(kept(None, None, true, &by_hand), "a\n\nb\n");
        assert_eq!(kept(Some("scissors"), None, true, &by_hand), "a\n");
        assert_eq!(
            kept(
                None,
                Some("auto"),
                true,
                &format!("a\n;{CUT}; Do not\ndiff\n")
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
