//! Text that was decoded from other text, and the way back to where its characters stand.

use std::ops::Range;

/// A text may stand in one encoding within another, but no deeper.
pub(super) const DEEPEST: usize = 2;

/// Decoded bytes, each with the place of what writes it.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Decoded {
    pub(super) fn push(&mut self, byte: u8, place: Range<usize>) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    /// The place of what writes these bytes, of which there is at least one.
    pub(super) fn place(&self, span: &Range<usize>) -> Range<usize> {
        self.places[span.start].start..self.places[span.end - 1].end
    }

    /// Number of the byte whose place ends here.
    pub(super) fn byte_that_ends_at(&self, end: usize) -> Option<usize> {
        let number = self.places.partition_point(|place| place.end < end);
        let found = self.places.get(number)?;
        (found.end == end).then_some(number)
    }

    /// Number of the byte whose place starts here.
    pub(super) fn byte_that_starts_at(&self, start: usize) -> Option<usize> {
        let number = self.places.partition_point(|place| place.start < start);
        let found = self.places.get(number)?;
        (found.start == start).then_some(number)
    }

    /// Lets the place of a byte reach to this end.
    pub(super) fn extend_to(&mut self, number: usize, end: usize) {
        self.places[number].end = end;
    }
}
