//! Fields of a JSON object, with an error that names the field and the place.

use anyhow::{Result, anyhow, bail};
use serde_json::{Map, Value};

use super::{KeyMask, Moment};
use crate::detect::Detector;
use crate::mask::masked;

/// No key that is looked for is shorter, in any encoding.
const SHORTEST_KEY: usize = 16;
/// Longer texts are cut before they are shown.
const LONGEST_TEXT: usize = 200;

/// An object of a document.
pub(super) struct Fields<'d> {
    object: &'d Map<String, Value>,
    /// Names the object in an error: `entry 3`.
    place: String,
    detector: &'d Detector,
}

impl<'d> Fields<'d> {
    pub(super) fn new(
        object: &'d Map<String, Value>,
        place: String,
        detector: &'d Detector,
    ) -> Self {
        Self {
            object,
            place,
            detector,
        }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// The value of a field that is there and is not null.
    pub(super) fn value(&self, name: &str) -> Option<&'d Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    /// A text as it stands in the document. It may hold a key.
    pub(super) fn raw_text(&self, name: &str) -> Result<Option<&'d str>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => bail!("in {}, {name} is no text", self.place),
        }
    }

    /// A text without keys.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        Ok(self.raw_text(name)?.map(|text| self.masked(text)))
    }

    pub(super) fn needed_text(&self, name: &str) -> Result<String> {
        self.text(name)?
            .ok_or_else(|| anyhow!("{} has no {name}", self.place))
    }

    pub(super) fn moment(&self, name: &str) -> Result<Option<Moment>> {
        let Some(text) = self.raw_text(name)? else {
            return Ok(None);
        };
        let moment =
            Moment::parse(text).ok_or_else(|| anyhow!("in {}, {name} is no date", self.place))?;
        Ok(Some(moment))
    }

    pub(super) fn needed_moment(&self, name: &str) -> Result<Moment> {
        self.moment(name)?
            .ok_or_else(|| anyhow!("{} has no {name}", self.place))
    }

    /// A list of texts and numbers; `None` if the field is missing or null.
    pub(super) fn list(&self, name: &str) -> Result<Option<Vec<String>>> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let Value::Array(values) = value else {
            bail!("in {}, {name} is no list", self.place);
        };
        let mut list = Vec::new();
        for value in values {
            match value {
                Value::String(text) => list.push(self.masked(text)),
                Value::Number(number) => list.push(number.to_string()),
                _ => bail!("in {}, {name} holds something else than texts", self.place),
            }
        }
        Ok(Some(list))
    }

    /// An object inside this one.
    pub(super) fn inner_object(&self, name: &str) -> Option<Fields<'d>> {
        let object = self.value(name)?.as_object()?;
        Some(Fields::new(object, self.place.clone(), self.detector))
    }

    /// The mask that a text is, or that of the key in it.
    pub(super) fn mask_of(&self, text: &str) -> Option<KeyMask> {
        KeyMask::parse(text).or_else(|| KeyMask::of_key(self.detector, text))
    }

    /// Every key in a text is masked, and a long text is cut.
    pub(super) fn masked(&self, text: &str) -> String {
        if text.len() < SHORTEST_KEY {
            return text.to_owned();
        }
        let hits = self.detector.scan(text.as_bytes());
        let shown = masked(text.as_bytes(), 0..text.len(), &hits);
        let shown = String::from_utf8_lossy(&shown);
        match shown.char_indices().nth(LONGEST_TEXT) {
            Some((end, _)) => format!("{}…", shown.get(..end).unwrap_or_default()),
            None => shown.into_owned(),
        }
    }
}
