//! The shell: `${NAME}`, in double quotes where the shell would split words.

use std::ops::Range;

use super::edits::{Edit, line_end};
use super::heredoc::{self, Heredoc};
use super::{Reason, Refusal, Slot};

/// The quoting of the text around a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
    /// Not at all.
    None,
    /// `"…"`, or a heredoc that expands.
    Double,
    /// `'…'`.
    Single,
    /// `$'…'`.
    Ansi,
    /// A comment.
    Comment,
    /// A heredoc that does not expand.
    RawHeredoc,
}

/// A stretch of text with one kind of quoting; its quotes are part of the span.
struct Segment {
    quoting: Quoting,
    span: Range<usize>,
}

/// The effect of a missing quote on a variable's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// The shell splits it at blanks.
    Split,
    /// It stays one word, as in a Dockerfile's ENV.
    Whole,
}

const RAW_HEREDOC: Reason = "a quoted heredoc expands nothing";

/// Plans the edits that take these keys out of the part of a content that is a script.
pub(crate) fn rewrite(
    content: &[u8],
    part: Range<usize>,
    words: Words,
    slots: &[Slot],
) -> Result<Vec<Edit>, Refusal> {
    let segments = read_segments(content, part);
    let mut edits = Vec::new();
    for slot in slots {
        let (span, name) = (slot.span.clone(), &slot.variable);
        let segment = segment_around(&segments, &span);
        let quoting = segment.map_or(Quoting::None, |segment| segment.quoting);
        match (quoting, segment) {
            (Quoting::None, _) if words == Words::Split => {
                edits.push(Edit::replace(span, format!("\"${{{name}}}\"")));
            }
            (Quoting::None | Quoting::Double, _) => {
                edits.push(Edit::replace(span, format!("${{{name}}}")));
            }
            (Quoting::Comment, _) => edits.push(Edit::replace(span, name.clone())),
            (Quoting::Single, Some(segment)) if is_plain(content, segment) => {
                let Range { start, end } = segment.span;
                edits.push(Edit::replace(start..start + 1, "\""));
                edits.push(Edit::replace(span, format!("${{{name}}}")));
                edits.push(Edit::replace(end - 1..end, "\""));
            }
            (Quoting::Single, Some(segment)) => {
                edits.push(outside_quotes(segment, "'", slot));
            }
            (Quoting::Ansi, Some(segment)) => edits.push(outside_quotes(segment, "$'", slot)),
            _ => return Err(Refusal::at(span.start, RAW_HEREDOC)),
        }
    }
    Ok(edits)
}

/// Tells whether the text between single quotes means the same between double quotes.
fn is_plain(content: &[u8], segment: &Segment) -> bool {
    let text = &content[segment.span.clone()];
    text.len() > 1 && text.ends_with(b"'") && !text.iter().any(|b| b"$`\"\\!".contains(b))
}

/// Ends the quotes before a key and opens them again behind it, unless they would be empty.
fn outside_quotes(segment: &Segment, open: &str, slot: &Slot) -> Edit {
    let mut span = slot.span.clone();
    let mut text = format!("\"${{{}}}\"", slot.variable);
    if span.start == segment.span.start + open.len() {
        span.start = segment.span.start;
    } else {
        text.insert(0, '\'');
    }
    if span.end + 1 == segment.span.end {
        span.end = segment.span.end;
    } else {
        text.push_str(open);
    }
    Edit::replace(span, text)
}

/// The smallest segment with this span in it.
fn segment_around<'s>(segments: &'s [Segment], span: &Range<usize>) -> Option<&'s Segment> {
    let contains =
        |segment: &&Segment| segment.span.start <= span.start && span.end <= segment.span.end;
    segments
        .iter()
        .filter(contains)
        .min_by_key(|segment| segment.span.len())
}

fn read_segments(content: &[u8], part: Range<usize>) -> Vec<Segment> {
    let mut reader = Reader {
        content: &content[..part.end],
        segments: Vec::new(),
        depth: 0,
    };
    reader.read_commands(part.start, None);
    reader.segments
}

/// Maximum depth of commands in strings.
const DEEPEST: usize = 16;

struct Reader<'c> {
    content: &'c [u8],
    segments: Vec<Segment>,
    depth: usize,
}

impl Reader<'_> {
    fn byte_at(&self, at: usize) -> Option<u8> {
        self.content.get(at).copied()
    }

    fn keep_segment(&mut self, quoting: Quoting, span: Range<usize>) {
        self.segments.push(Segment { quoting, span });
    }

    /// Reads commands up to the byte that closes them; returns the offset of that byte.
    fn read_commands(&mut self, start: usize, close: Option<u8>) -> usize {
        let outer = start;
        let mut at = start;
        let mut brackets = 0;
        let mut heredoc_end = None;
        while let Some(byte) = self.byte_at(at) {
            if close == Some(byte) && brackets == 0 {
                break;
            }
            match byte {
                b'\\' => at += 1,
                b'#' if self.starts_word(at) => {
                    let end = line_end(self.content, at);
                    self.keep_segment(Quoting::Comment, at..end);
                    at = end;
                    continue;
                }
                b'\'' => {
                    at = self.single_quoted(at);
                    continue;
                }
                b'"' => {
                    at = self.double_quoted_text(at);
                    continue;
                }
                b'`' => {
                    at = self.nested_commands(at + 1, b'`') + 1;
                    continue;
                }
                b'$' if self.byte_at(at + 1) == Some(b'{') => {
                    at = self.nested_commands(at + 2, b'}') + 1;
                    continue;
                }
                b'(' => brackets += 1,
                b')' if brackets > 0 => brackets -= 1,
                b'<' if self.content[at..].starts_with(b"<<<") => at += 2,
                b'<' => {
                    if let Some(heredoc) = heredoc::starting_at(self.content, at, heredoc::SHELL) {
                        heredoc_end = heredoc_end.max(Some(heredoc.end));
                        at = self.keep_heredoc(&heredoc);
                        continue;
                    }
                }
                b'\n' => {
                    if let Some(end) = heredoc_end.take() {
                        at = end.max(at + 1);
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let at = at.min(self.content.len());
        if self.depth > 0 {
            self.keep_segment(Quoting::None, outer..at);
        }
        at
    }

    fn keep_heredoc(&mut self, heredoc: &Heredoc) -> usize {
        let quoting = if heredoc.expands {
            Quoting::Double
        } else {
            Quoting::RawHeredoc
        };
        self.keep_segment(quoting, heredoc.start..heredoc.end);
        heredoc.word_end
    }

    /// Reads nested commands; returns the offset of the closing byte.
    fn nested_commands(&mut self, start: usize, close: u8) -> usize {
        if self.depth == DEEPEST {
            return self.content.len();
        }
        self.depth += 1;
        let end = self.read_commands(start, Some(close));
        self.depth -= 1;
        end
    }

    fn starts_word(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.byte_at(before));
        before.is_none_or(|byte| byte.is_ascii_whitespace() || b";&|(".contains(&byte))
    }

    /// Reads `'…'` or `$'…'`, whose quote stands at `at`. Returns the offset behind it.
    fn single_quoted(&mut self, at: usize) -> usize {
        let is_ansi = at > 0 && self.byte_at(at - 1) == Some(b'$');
        let mut end = at + 1;
        while let Some(byte) = self.byte_at(end) {
            match byte {
                b'\\' if is_ansi => end += 1,
                b'\'' => break,
                _ => {}
            }
            end += 1;
        }
        let end = (end + 1).min(self.content.len());
        if is_ansi {
            self.keep_segment(Quoting::Ansi, at - 1..end);
        } else {
            self.keep_segment(Quoting::Single, at..end);
        }
        end
    }

    /// `"…"`; returns the offset behind it.
    fn double_quoted_text(&mut self, start: usize) -> usize {
        let mut at = start + 1;
        while let Some(byte) = self.byte_at(at) {
            match (byte, self.byte_at(at + 1)) {
                (b'"', _) => break,
                (b'\\', _) => at += 1,
                (b'`', _) => at = self.nested_commands(at + 1, b'`'),
                (b'$', Some(b'(')) => at = self.nested_commands(at + 2, b')'),
                _ => {}
            }
            at += 1;
        }
        let end = (at + 1).min(self.content.len());
        self.keep_segment(Quoting::Double, start..end);
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::edits::{apply, in_order};

    /// The script with `KEY` replaced.
    fn fixed(script: &str) -> String {
        let at = script.find("KEY").unwrap();
        let slot = Slot {
            span: at..at + 3,
            variable: "V".into(),
        };
        let content = script.as_bytes();
        let edits = match rewrite(content, 0..content.len(), Words::Split, &[slot]) {
            Ok(edits) => in_order(edits).unwrap(),
            Err(refusal) => return refusal.reason.into(),
        };
        String::from_utf8(apply(content, &edits)).unwrap()
    }

    #[test]
    fn each_kind_of_quotes_has_its_way() {
        for (script, expected) in [
            ("a KEY b", r#"a "${V}" b"#),
            ("k=KEY", r#"k="${V}""#),
            (r#"a "x KEY y""#, r#"a "x ${V} y""#),
            ("a 'KEY'", r#"a "${V}""#),
            ("a 'x KEY'", r#"a "x ${V}""#),
            ("a 'KEY y'", r#"a "${V} y""#),
            ("a '$x KEY'", r#"a '$x '"${V}""#),
            ("a 'KEY $y'", r#"a "${V}"' $y'"#),
            (r#"a '{"k":"KEY"}'"#, r#"a '{"k":"'"${V}"'"}'"#),
            (r"a $'x\'KEY\n'", r#"a $'x\''"${V}"$'\n'"#),
            ("# it's KEY", "# it's V"),
            ("a # KEY", "a # V"),
            ("a#KEY", r#"a#"${V}""#),
            (r#"a "$(b 'KEY')""#, r#"a "$(b "${V}")""#),
            (r#"a "$(b "c" KEY)""#, r#"a "$(b "c" "${V}")""#),
            (r#"a "${x:-KEY}""#, r#"a "${x:-${V}}""#),
            ("a <<E\n'KEY'\nE\n", "a <<E\n'${V}'\nE\n"),
            ("a <<'E'\nKEY\nE\n", RAW_HEREDOC),
            ("a <<E\nit's\nE\nb KEY", "a <<E\nit's\nE\nb \"${V}\""),
            (r#"a \" KEY"#, r#"a \" "${V}""#),
            ("a <<< KEY", r#"a <<< "${V}""#),
        ] {
            assert_eq!(fixed(script), expected, "{script}");
        }
    }
}
