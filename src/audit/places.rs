//! Places of keys, as a report of phguard in JSON tells them, and the keys of the list that they
//! belong to.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::document::values_in;
use super::fields::Fields;
use super::{KeyMask, ListedKey};
use crate::detect::Detector;
use crate::key::IssuedBefore;

/// Length of a commit's name that is shown.
const SHORT_NAME: usize = 10;

/// Keys that may have the same mask. Two of a thousand hardly ever do.
const MOST_ALIKE: usize = 10;

/// A place where a key was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPlace {
    /// The mask of the key.
    pub mask: KeyMask,
    /// The file and the line.
    pub at: String,
    /// The commit that added it, cut; `None` if it is not committed, or the report does not say.
    pub commit: Option<String>,
    /// The month before which the key was issued, as the key itself tells it.
    pub issued_before: Option<String>,
}

impl KeyPlace {
    /// The place on one line.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut text = self.at.clone();
        if let Some(commit) = &self.commit {
            text += &format!(" (commit {commit})");
        }
        if let Some(month) = self.issued_before.as_deref().and_then(IssuedBefore::named) {
            text += &format!(" (issued before {})", month.month());
        }
        text
    }
}

/// The findings of phguard's own reports.
#[derive(Debug, Default)]
pub struct Reports {
    /// Every place of a key.
    pub places: Vec<KeyPlace>,
    /// Sentences about everything that was not scanned.
    pub unscanned: Vec<String>,
}

impl Reports {
    /// Adds a report.
    ///
    /// # Errors
    /// The bytes are no report, or a report without findings.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let detector = Detector::new();
        for value in values_in(bytes)? {
            let Value::Object(object) = &value else {
                bail!("it is no report of phguard");
            };
            self.add_report(object, &detector)?;
        }
        Ok(())
    }

    fn add_report(&mut self, object: &Map<String, Value>, detector: &Detector) -> Result<()> {
        let report = Fields::new(object, "the report".into(), detector);
        let tool = report
            .inner_object("tool")
            .map(|tool| tool.raw_text("name"));
        if !matches!(tool, Some(Ok(Some("phguard")))) || !report.has("findings") {
            bail!("it is no report of phguard with findings");
        }
        // A key that the project allows is in a file all the same.
        for list in ["findings", "allowed_findings"] {
            let findings = report.value(list).and_then(Value::as_array);
            for (number, finding) in findings.into_iter().flatten().enumerate() {
                let Value::Object(object) = finding else {
                    bail!("finding {} is no object", number + 1);
                };
                let finding = Fields::new(object, format!("finding {}", number + 1), detector);
                self.places.extend(place_in(&finding)?);
            }
        }
        let unscanned = report.value("unscanned").and_then(Value::as_array);
        let count = unscanned.map_or(0, Vec::len);
        if count > 0 {
            self.unscanned.push(format!(
                "The report names {count} that could not be scanned: a key may be there, too."
            ));
        }
        Ok(())
    }
}

/// A key whose mask the report does not show cannot be matched with a list.
fn place_in(finding: &Fields<'_>) -> Result<Option<KeyPlace>> {
    let path = finding.needed_text("path")?;
    let at = match finding.value("line").and_then(Value::as_u64) {
        Some(line) => format!("{path}:{line}"),
        None => path,
    };
    let commit = finding.text("commit")?;
    let commit = commit.map(|name| name.chars().take(SHORT_NAME).collect());
    let mask = finding.mask_of(&finding.needed_text("masked")?);
    let issued_before = finding.text("issued_before")?;
    Ok(mask.map(|mask| KeyPlace {
        mask,
        at,
        commit,
        issued_before,
    }))
}

/// The places of keys, shared out to the keys of the lists.
#[derive(Debug, Default)]
pub(super) struct SharedPlaces {
    /// In the order of the keys.
    pub(super) of_keys: Vec<Rc<[KeyPlace]>>,
    /// Places that belong to no key.
    pub(super) strangers: Vec<KeyPlace>,
    /// Sentences about masks that are no help.
    pub(super) unclear: Vec<String>,
}

/// Shares the places out. Each counts once.
pub(super) fn shared_out(places: Vec<KeyPlace>, keys: &[ListedKey]) -> SharedPlaces {
    let mut counts: HashMap<&KeyMask, usize> = HashMap::new();
    for mask in keys.iter().filter_map(|key| key.mask.as_ref()) {
        *counts.entry(mask).or_default() += 1;
    }
    let mut shared = SharedPlaces::default();
    let mut of_masks: HashMap<KeyMask, Vec<KeyPlace>> = HashMap::new();
    let (mut seen, mut crowded) = (HashSet::new(), HashSet::new());
    for place in places {
        if !seen.insert(place.clone()) {
            continue;
        }
        match counts.get(&place.mask) {
            None => shared.strangers.push(place),
            Some(count) if *count > MOST_ALIKE => {
                if crowded.insert(place.mask.clone()) {
                    shared.unclear.push(format!(
                        "{count} keys of the list look like {}: phguard cannot tell which of them was found.",
                        place.mask
                    ));
                }
            }
            Some(_) => of_masks.entry(place.mask.clone()).or_default().push(place),
        }
    }
    let of_masks: HashMap<KeyMask, Rc<[KeyPlace]>> = of_masks
        .into_iter()
        .map(|(mask, places)| (mask, places.into()))
        .collect();
    for key in keys {
        let places = key.mask.as_ref().and_then(|mask| of_masks.get(mask));
        shared.of_keys.push(places.cloned().unwrap_or_default());
    }
    shared
}
