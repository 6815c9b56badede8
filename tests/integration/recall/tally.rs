//! Counts what was found, and says of what was missed everything but the key.

use std::ops::Range;

use phguard::detect::{Detector, Shape};
use phguard::key::Fingerprint;
use phguard::scan::redact;

use crate::sandbox::keys::{ERAS, Era, random_bytes};

/// Number of cases of a run that are redacted, too. Of the rest it is one in sixteen.
const REDACTED: usize = 20_000;

/// One run of many cases.
pub(crate) struct Tally {
    detector: Detector,
    cases: usize,
    wrong: Vec<String>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self {
            detector: Detector::new(),
            cases: 0,
            wrong: Vec::new(),
        }
    }

    /// `text` holds `key`, in whatever encoding, at `place`; the hit may begin and end `slack`
    /// bytes beside it. `case` names the case when it fails.
    pub(crate) fn holds(
        &mut self,
        text: &[u8],
        key: &str,
        place: Range<usize>,
        slack: usize,
        case: impl FnOnce() -> String,
    ) {
        self.cases += 1;
        let hits = self.detector.scan(text);
        let (prefix, body) = key.split_at(4);
        let fault = match hits.as_slice() {
            [] => "missed".to_owned(),
            [hit] if hit.shape != Shape::Whole => format!("judged {:?}", hit.shape),
            [hit] if hit.kind.prefix != prefix => format!("taken for {}", hit.kind.id),
            [hit]
                if hit.span.start.abs_diff(place.start) > slack
                    || hit.span.end.abs_diff(place.end) > slack =>
            {
                format!("at {:?} instead of {place:?}", hit.span)
            }
            [hit] if hit.fingerprint != Fingerprint::of(prefix.as_bytes(), body.as_bytes()) => {
                format!("with another fingerprint, as {}", hit.masked.as_str())
            }
            [_] if self.cases > REDACTED && !self.cases.is_multiple_of(16) => return,
            [hit] => match self.fault_of_redaction(text, &hit.span) {
                Some(fault) => fault.to_owned(),
                None => return,
            },
            hits => format!(
                "{} hits: {:?}",
                hits.len(),
                hits.iter().map(|hit| &hit.span).collect::<Vec<_>>()
            ),
        };
        self.wrong
            .push(format!("{prefix} {}: {}: {fault}", body.len(), case()));
    }

    /// Redacted, the text holds no key, and is the same on both sides of where it stood.
    fn fault_of_redaction(&self, text: &[u8], place: &Range<usize>) -> Option<&'static str> {
        let mut redacted = Vec::new();
        let count = redact::copy(text, &mut redacted, &self.detector, false).unwrap();
        let is_same =
            redacted.starts_with(&text[..place.start]) && redacted.ends_with(&text[place.end..]);
        match (count, self.detector.scan(&redacted).is_empty()) {
            (1, true) if is_same => None,
            (1, true) => Some("redacted with its neighbours"),
            (1, false) => Some("found in the redacted text, too"),
            _ => Some("not redacted once"),
        }
    }

    /// `text` holds `key` at `place`, but where it ends cannot be told to the character.
    pub(crate) fn blocks(
        &mut self,
        text: &[u8],
        key: &str,
        place: Range<usize>,
        case: impl FnOnce() -> String,
    ) {
        self.cases += 1;
        let hits = self.detector.scan(text);
        let found = matches!(hits.as_slice(), [hit] if hit.shape != Shape::Placeholder
            && hit.kind.prefix == &key[..4]
            && hit.span.start.abs_diff(place.start) <= 2
            && hit.span.end.abs_diff(place.end) <= 2);
        if !found {
            self.wrong.push(format!(
                "{} {}: {}: {} hits",
                &key[..4],
                key.len() - 4,
                case(),
                hits.len()
            ));
        }
    }

    /// `text` holds no secret.
    pub(crate) fn is_clean(&mut self, text: &[u8], case: impl FnOnce() -> String) {
        self.cases += 1;
        let hits = self.detector.scan(text);
        if let Some(hit) = hits.iter().find(|hit| hit.shape != Shape::Placeholder) {
            self.wrong.push(format!(
                "{}: {:?} {} at {:?}",
                case(),
                hit.shape,
                hit.kind.id,
                hit.span
            ));
        }
    }

    /// Asserts that all of at least `least` cases were right.
    #[track_caller]
    pub(crate) fn assert_all(self, least: usize) {
        let (wrong, cases) = (self.wrong.len(), self.cases);
        let shown = self
            .wrong
            .iter()
            .take(12)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n");
        assert!(wrong == 0, "{wrong} of {cases} wrong, among them\n{shown}");
        assert!(cases >= least, "only {cases} cases");
    }
}

/// A key of every era. Each call with another seed gives other keys.
pub(crate) fn keys(seed: u64) -> impl Iterator<Item = String> {
    ERAS.iter()
        .zip(seed * 100..)
        .map(|(era, seed)| key_of(era, seed))
}

/// A key of this era; one in seven has one of the rare short bodies.
pub(crate) fn key_of(era: &Era, seed: u64) -> String {
    let mut random = random_bytes(seed, era.random_bytes);
    if seed.is_multiple_of(7) {
        let zeros = usize::try_from(seed % 3).unwrap();
        random[..zeros].fill(0);
    }
    era.key(&random)
}

/// The same with the prefix of the public project token.
pub(crate) fn public(key: &str) -> String {
    format!("phc_{}", &key[4..])
}
