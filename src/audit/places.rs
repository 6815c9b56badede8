//! Places of keys, as a report of phguard in JSON tells them, and the keys of the list that they
//! belong to.

use std::collections::{HashMap, HashSet};

use anyhow::{Result, bail};
use serde_json::{Map, Value};

use super::document::values_in;
use super::fields::Fields;
use super::{KeyMask, ListedKey};
use crate::detect::Detector;
use crate::key::IssuedBefore;

/// Length of a commit's name that is shown.
const SHORT_NAME: usize = 10;

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
    /// It is none, or one without findings.
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
        let tool = report.inner("tool").map(|tool| tool.raw_text("name"));
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

/// A key of which the report shows no mask can belong to no key of a list.
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

/// Shares the places out to the keys, in the order of the keys. The rest belongs to none of them.
pub(super) fn shared_out(
    places: Vec<KeyPlace>,
    keys: &[ListedKey],
) -> (Vec<Vec<KeyPlace>>, Vec<KeyPlace>) {
    let mut numbers: HashMap<&KeyMask, Vec<usize>> = HashMap::new();
    for (number, key) in keys.iter().enumerate() {
        if let Some(mask) = &key.mask {
            numbers.entry(mask).or_default().push(number);
        }
    }
    let mut known = vec![Vec::new(); keys.len()];
    let mut strangers = Vec::new();
    let mut seen = HashSet::new();
    for place in places {
        if !seen.insert(place.clone()) {
            continue;
        }
        match numbers.get(&place.mask) {
            Some(numbers) => {
                for number in numbers {
                    known[*number].push(place.clone());
                }
            }
            None => strangers.push(place),
        }
    }
    (known, strangers)
}
