//! From offsets in a content to lines, columns and the text around a hit.

use std::ops::Range;

use crate::detect::Hit;
use crate::finding::{Excerpt, Location};
use crate::mask::masked;

/// The position at which a part of a stream begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// Number of characters of that line before the part.
    pub characters: usize,
}

impl Place {
    /// The beginning of every stream.
    pub const START: Self = Self {
        line: 1,
        characters: 0,
    };
}

/// Turns hits into places. Works forward through the content once, however many hits there are.
pub struct Locator<'c> {
    content: &'c [u8],
    hits: &'c [Hit],
    /// Offset of the first line whose beginning is still in the buffer.
    first_line: usize,
    /// The part whose hits are known. Excerpts show no text outside of it.
    part: Range<usize>,
    offset: usize,
    line: usize,
    line_start: usize,
    /// End of the line that was located last.
    line_end: usize,
    /// Characters between the line's start and `offset`.
    characters: usize,
}

impl<'c> Locator<'c> {
    /// `hits` are those of the whole content, in order: all of them are masked in excerpts.
    #[must_use]
    pub fn new(content: &'c [u8], hits: &'c [Hit]) -> Self {
        Self::of_part(content, hits, 0..content.len(), Place::START, 0)
    }

    /// Creates a locator for a part of a stream. The rest of `content` is context; `first_line` is
    /// the offset of its first line whose beginning is still in the buffer.
    #[must_use]
    pub fn of_part(
        content: &'c [u8],
        hits: &'c [Hit],
        part: Range<usize>,
        Place { line, characters }: Place,
        first_line: usize,
    ) -> Self {
        let offset = part.start;
        let line_start = content[..offset]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        Self {
            content,
            hits,
            first_line,
            part,
            offset,
            line,
            line_start,
            line_end: 0,
            characters,
        }
    }

    /// Returns the content.
    #[must_use]
    pub fn content(&self) -> &'c [u8] {
        self.content
    }

    /// Returns the content up to the end of this line, and the span of the line in it. Text behind
    /// a line that is cut is left out, because it may belong to another line.
    #[must_use]
    pub fn lines_up_to(&self, line: &Range<usize>) -> (&'c [u8], Range<usize>) {
        let first = self.first_line.min(line.start);
        (
            &self.content[first..line.end],
            line.start - first..line.end - first,
        )
    }

    /// All hits, in order.
    #[must_use]
    pub fn hits(&self) -> &'c [Hit] {
        self.hits
    }

    /// Returns the position at which the next part begins.
    #[must_use]
    pub fn end(mut self) -> Place {
        self.advance(self.part.end);
        Place {
            line: self.line,
            characters: self.characters,
        }
    }

    /// Returns the place of the hit. Call it in the order of the hits.
    pub fn locate(&mut self, path: &[u8], hit: &Hit) -> Location {
        self.advance(hit.span.start);
        let column = self.characters / hit.unit + 1;
        let characters = count_characters(&self.content[hit.span.clone()]);
        let end_column = column + characters.div_ceil(hit.unit);
        Location {
            path: path.to_vec(),
            line: self.line,
            column,
            end_column,
        }
    }

    /// The numbers of the lines that a hit stands on. To be asked in the order of the hits.
    pub fn lines(&mut self, hit: &Hit) -> Range<usize> {
        self.advance(hit.span.start);
        let breaks = self.content[hit.span.clone()]
            .iter()
            .filter(|b| **b == b'\n')
            .count();
        self.line..self.line + breaks + 1
    }

    /// The bytes of the line on which a hit starts, without its end.
    pub fn line_around(&mut self, hit: &Hit) -> Range<usize> {
        self.advance(hit.span.start);
        if self.line_end < hit.span.end {
            let rest = &self.content[hit.span.end..];
            self.line_end =
                hit.span.end + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        }
        self.line_start..self.line_end
    }

    /// Returns the text around the hit on its line, with every key in it masked.
    pub fn excerpt(&mut self, hit: &Hit) -> Excerpt {
        self.advance(hit.span.start);
        let (start, end) = (hit.span.start, hit.span.end);
        let far = self
            .line_start
            .max(self.part.start)
            .max(start.saturating_sub(Excerpt::REACH));
        let is_shown = |i: &usize| {
            starts_character(self.content[*i]) && (far > self.part.start || self.ends_run(*i))
        };
        let first = (far..start).find(is_shown).unwrap_or(start);
        let reach = &self.content[end..self.part.end.min(end + Excerpt::REACH)];
        let last = end
            + reach
                .iter()
                .position(|b| *b == b'\n')
                .unwrap_or(reach.len());
        let last = if last < self.part.end {
            last
        } else {
            (end..=last).rfind(|i| self.ends_run(*i)).unwrap_or(end)
        };
        let around = |range| {
            let mut text = masked(self.content, range, self.hits);
            text.retain(|b| *b != 0 || hit.unit == 1);
            text
        };
        Excerpt {
            before: around(first..start),
            key: hit.masked.clone(),
            after: around(end..last),
        }
    }

    /// Tells whether no alphanumeric run continues here. From half a run it is unknown if it may be
    /// shown.
    fn ends_run(&self, at: usize) -> bool {
        let is_in_run = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        !(is_in_run(self.content.get(at))
            && is_in_run(at.checked_sub(1).and_then(|i| self.content.get(i))))
    }

    fn advance(&mut self, offset: usize) {
        let passed = &self.content[self.offset..offset.max(self.offset)];
        if let Some(last) = passed.iter().rposition(|b| *b == b'\n') {
            self.line += passed.iter().filter(|b| **b == b'\n').count();
            self.line_start = self.offset + last + 1;
            self.characters = count_characters(&self.content[self.line_start..offset]);
        } else {
            self.characters += count_characters(passed);
        }
        self.offset = offset.max(self.offset);
    }
}

/// Every byte that does not continue a UTF-8 character starts one.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| starts_character(**b)).count()
}

fn starts_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Detector;

    const KEY_LENGTH: usize = 51;

    /// Puts a key in place of each `KEY`.
    fn with_keys(text: &str) -> Vec<u8> {
        let (start, rest) = ("mAyZoPvkF69ztcRobyt4K6R", "DTZVnoMpFyEUw6W7jxMK65PM");
        let key = format!("phx_{start}{rest}");
        assert_eq!(key.len(), KEY_LENGTH);
        text.replace("KEY", &key).into_bytes()
    }

    /// The line and the columns of every key.
    fn places(content: &[u8]) -> Vec<(usize, usize, usize)> {
        let hits = Detector::new().scan(content);
        let mut locator = Locator::new(content, &hits);
        let mut places = Vec::new();
        for hit in &hits {
            let place = locator.locate(b"a", hit);
            places.push((place.line, place.column, place.end_column));
        }
        places
    }

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(places(&with_keys("KEY")), [(1, 1, 52)]);
        assert_eq!(
            places(&with_keys("a\n  KEY\n\nKEY\n")),
            [(2, 3, 54), (4, 1, 52)]
        );
    }

    #[test]
    fn the_second_key_of_a_line_counts_from_the_start_of_the_line() {
        assert_eq!(places(&with_keys("\nKEY KEY")), [(2, 1, 52), (2, 53, 104)]);
    }

    #[test]
    fn a_column_counts_characters() {
        assert_eq!(places(&with_keys("é→KEY")), [(1, 3, 54)]);
    }

    #[test]
    fn a_column_of_utf_16_counts_characters() {
        let mut content = Vec::new();
        for unit in text(&with_keys("x\n  KEY")).encode_utf16() {
            content.extend(unit.to_le_bytes());
        }
        assert_eq!(places(&content), [(2, 3, 54)]);
    }

    #[test]
    fn a_hit_stands_on_each_line_that_it_touches() {
        let content = with_keys("a\nKEY\nb\nc");
        let key = &Detector::new().scan(&content)[0];
        let to_the_end = Hit {
            span: key.span.start..content.len(),
            ..key.clone()
        };
        assert_eq!(Locator::new(&content, &[]).lines(key), 2..3);
        assert_eq!(Locator::new(&content, &[]).lines(&to_the_end), 2..5);
    }

    #[test]
    fn the_line_around_a_hit_has_no_line_break() {
        let content = with_keys("a\nk = KEY;\nb");
        let hits = Detector::new().scan(&content);
        let line = Locator::new(&content, &hits).line_around(&hits[0]);
        assert_eq!(content[line], with_keys("k = KEY;"));
    }

    #[test]
    fn a_part_goes_on_where_the_part_before_it_ended() {
        let content = with_keys("a\nbé KEY");
        let hits = Detector::new().scan(&content);
        let half = "a\nbé".len();
        let first = Locator::of_part(&content, &[], 0..half, Place::START, 0);
        let place = first.end();
        assert_eq!((place.line, place.characters), (2, 2));
        let mut second = Locator::of_part(&content, &hits, half..content.len(), place, 0);
        let location = second.locate(b"a", &hits[0]);
        assert_eq!((location.line, location.column), (2, 4));
    }

    #[test]
    fn the_lines_above_start_where_a_line_is_whole() {
        let content = with_keys("half a line\nwhole\nKEY\n");
        let hits = Detector::new().scan(&content);
        let first_line = "half a line\n".len();
        let part = first_line..content.len();
        let mut locator = Locator::of_part(&content, &hits, part, Place::START, first_line);
        let line = locator.line_around(&hits[0]);
        let (lines, place) = locator.lines_up_to(&line);
        assert_eq!(lines, with_keys("whole\nKEY"));
        assert_eq!(lines[place], with_keys("KEY"));
    }

    #[test]
    fn an_excerpt_is_one_line_and_masks_the_other_keys() {
        let content = with_keys("above\na KEY b KEY c\nbelow");
        let hits = Detector::new().scan(&content);
        let excerpt = Locator::new(&content, &hits).excerpt(&hits[0]);
        assert_eq!(text(&excerpt.before), "a ");
        assert_eq!(excerpt.key.as_str(), "phx_…65PM");
        assert_eq!(text(&excerpt.after), " b phx_…65PM c");
    }

    #[test]
    fn an_excerpt_does_not_show_half_a_word_at_the_end_of_its_part() {
        let content = with_keys("one KEY two three");
        let hits = Detector::new().scan(&content);
        let end = content.len() - "ee".len();
        let mut locator = Locator::of_part(&content, &hits, 1..end, Place::START, 0);
        let excerpt = locator.excerpt(&hits[0]);
        assert_eq!(text(&excerpt.before), " ");
        assert_eq!(text(&excerpt.after), " two ");
    }
}
