//! Looks at every anchor in a text, and in the texts that are decoded from it.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::anchors::{Anchors, EVERYWHERE, Form, IN_BASE64, IN_NUMBERS};
use super::chain::{DEEPEST, Decoded};
use super::judge::Origin;
use super::lists::Known;
use super::{Encoding, Hit, Regions, base64, legacy, pattern, text, wide, words};

/// `PERS` and `Pers` in hexadecimal digits without blanks between them.
static NAMES_IN_HEX: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["50455253", "50657273", "50-45-52-53"].map(Finder::new));

/// Text that was decoded from a key's own anchor on ends sooner.
const LONG_DECODED: usize = 400;

/// The hits that start in a part of the bytes; `regions` are those around it.
pub(super) fn catalogue_hits(bytes: &[u8], part: &Range<usize>, regions: &Regions) -> Vec<Hit> {
    let mut search = Search::new(bytes, 0);
    search.look_in(regions);
    search.hits.retain(|hit| part.contains(&hit.span.start));
    search.hits
}

/// Looks for keys in a text, which may have been decoded from another.
struct Search<'b> {
    bytes: &'b [u8],
    /// Encodings that were taken off.
    depth: usize,
    hits: Vec<Hit>,
    /// The texts that were decoded last: one for each place of an anchor in the four digits of a quantum.
    in_base64: [Decoded; 4],
    /// The same for lists of numbers.
    in_numbers: Known,
}

impl<'b> Search<'b> {
    fn new(bytes: &'b [u8], depth: usize) -> Self {
        Self {
            bytes,
            depth,
            hits: Vec::new(),
            in_base64: Default::default(),
            in_numbers: Known::default(),
        }
    }

    fn look_in(&mut self, regions: &Regions) {
        for range in &regions.anchored {
            self.look_for(&EVERYWHERE, range);
        }
        for range in &regions.codes {
            self.look_for(&IN_NUMBERS, range);
        }
        if self.depth == DEEPEST {
            return;
        }
        for range in &regions.lists {
            self.look_in_list(range);
        }
        for range in &regions.numbers {
            self.look_for_names(range);
        }
        for range in &regions.base64 {
            self.look_for(&IN_BASE64, range);
        }
        for range in &regions.wide {
            for stretch in wide::stretches::<2>(self.bytes, range) {
                self.look_inside(&stretch, Encoding::Utf16, 2);
            }
        }
        for range in &regions.widest {
            for stretch in wide::stretches::<4>(self.bytes, range) {
                self.look_inside(&stretch, Encoding::Utf32, 4);
            }
        }
    }

    fn look_for(&mut self, anchors: &Anchors, part: &Range<usize>) {
        let mut from = part.start;
        while let Some((at, forms)) = anchors.next(self.bytes, from, part.end) {
            for form in forms {
                self.look_at(at, form);
            }
            from = at + 1;
        }
    }

    /// Looks for the codes of an `h` behind a `p`, and of a `P`, in a list of numbers.
    fn look_in_list(&mut self, part: &Range<usize>) {
        let bytes = self.bytes;
        let mut from = part.start;
        // Up to where the last list of each form was searched.
        let mut searched = [0; 3];
        while let Some((found, code)) = pattern::next_code(bytes, from..part.end) {
            from = found + 1;
            let at = found + code.lead;
            let (searched, list) = match code.form {
                pattern::Form::Name if pattern::is_before_e(bytes, at) => {
                    self.look_in_numbers(at);
                    (&mut searched[0], pattern::decode_name(bytes, at))
                }
                pattern::Form::Word if at >= searched[1] => {
                    (&mut searched[1], words::decode_from(bytes, at))
                }
                pattern::Form::Number(base) if at >= searched[2] => {
                    (&mut searched[2], pattern::decode_around(bytes, at, base))
                }
                _ => continue,
            };
            if let Some(list) = list {
                *searched = pattern::end_of_search(&list);
                self.look_inside(&list, Encoding::Hex, 1);
            }
        }
    }

    /// Looks for the name of a key without prefix that is in capitals, in a run of hexadecimal digits.
    fn look_for_names(&mut self, part: &Range<usize>) {
        for name in NAMES_IN_HEX.iter() {
            for at in name.find_iter(&self.bytes[part.clone()]) {
                self.look_in_numbers(part.start + at);
            }
        }
    }

    /// Looks for a key in the list of numbers whose number at `at` is the code of an anchor.
    fn look_in_numbers(&mut self, at: usize) {
        for list in self.in_numbers.decode_from(self.bytes, at) {
            self.look_inside(&list.text, Encoding::Hex, 1);
            self.in_numbers.keep(list);
        }
    }

    /// Looks at an anchor of this form.
    fn look_at(&mut self, at: usize, form: &Form) {
        let bytes = self.bytes;
        let origin = if self.depth == 0 {
            Origin::File
        } else {
            Origin::Decoded
        };
        match form {
            Form::Text => self
                .hits
                .extend(text::key_at(bytes, at, origin, &self.hits)),
            Form::CutPrefix => {
                let hit = text::key_with_cut_prefix(bytes, at, origin, &self.hits);
                self.hits.extend(hit);
            }
            Form::EscapedPrefix => {
                let hit = text::key_around(bytes, at, origin, &self.hits);
                self.hits.extend(hit);
            }
            Form::Legacy => self.hits.extend(legacy::key_after_name(bytes, at)),
            Form::Number => {
                if let Some(start) = text::start_of_escape(bytes, at) {
                    self.hits
                        .extend(text::key_at(bytes, start, origin, &self.hits));
                }
                if self.depth < DEEPEST {
                    self.look_in_numbers(at);
                }
            }
            Form::Base64(_) | Form::BrokenBase64(_) if self.depth == DEEPEST => {}
            Form::Base64(anchor) => {
                if base64::is_plausible(bytes, at, anchor) {
                    self.look_in_base64(at, anchor);
                }
            }
            Form::BrokenBase64(anchor) => {
                for (tail, start) in [(2, at), (1, at.saturating_sub(1))] {
                    if let Some(start) = base64::start_of_broken(bytes, start, anchor, tail) {
                        self.look_in_base64(start, anchor);
                    }
                }
            }
        }
    }

    /// Decodes the text around an anchor, unless a text that was decoded before holds it.
    fn look_in_base64(&mut self, at: usize, anchor: &base64::Written) {
        let mut known = self.in_base64.iter();
        if known.any(|text| base64::holds_anchor(text, at, anchor)) {
            return;
        }
        let decoded = base64::decode_around(self.bytes, at, anchor, &self.in_base64);
        self.look_inside(&decoded, Encoding::Base64, 1);
        self.in_base64.rotate_right(1);
        self.in_base64[0] = decoded;
    }

    /// Looks for keys in decoded text, and says where they stand in this one.
    fn look_inside(&mut self, decoded: &Decoded, outer: Encoding, unit: usize) {
        let mut search = Search::new(&decoded.bytes, self.depth + 1);
        let length = decoded.bytes.len();
        search.look_in(&Regions::around(&decoded.bytes, &(0..length)));
        for hit in search.hits {
            // Decoding stops somewhere: what stands there has an anchor nearer to it.
            if unit == 1 && length >= LONG_DECODED && hit.span.end + 8 > length {
                continue;
            }
            self.hits.push(Hit {
                span: decoded.place(&hit.span),
                encoding: hit.encoding.within(outer),
                unit,
                ..hit
            });
        }
    }
}
