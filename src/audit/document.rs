//! Reads an answer of PostHog's API: a list, a page of a list, or one object. Several may follow
//! each other.

use std::borrow::Cow;

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Deserializer, Map, Value};

use super::fields::Fields;
use super::{ListedKey, LogEntry, Moment, Question};
use crate::detect::Detector;

/// Everything that the documents hold.
#[derive(Default)]
pub struct Documents {
    /// The keys of the lists.
    pub keys: Vec<ListedKey>,
    /// The entries of the activity log.
    pub entries: Vec<LogEntry>,
    key_pages: Pages,
    log_pages: Pages,
}

/// The pages of one list.
#[derive(Default)]
struct Pages {
    count: u64,
    first: usize,
    last: usize,
    with_next: usize,
    with_previous: usize,
    next: String,
}

impl Documents {
    /// Adds a document of the API, or several that follow each other.
    ///
    /// # Errors
    /// The bytes are no such document.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let detector = Detector::new();
        for value in values_in(bytes)? {
            self.add_value(&value, &detector)?;
        }
        Ok(())
    }

    fn add_value(&mut self, value: &Value, detector: &Detector) -> Result<()> {
        match value {
            Value::Array(values) => self.add_entries(values, detector),
            Value::Object(object) => self.add_object(object, detector),
            _ => bail!("it is neither a list nor an object"),
        }
    }

    fn add_object(&mut self, object: &Map<String, Value>, detector: &Detector) -> Result<()> {
        let fields = Fields::new(object, "the object".into(), detector);
        match fields.value("results") {
            Some(Value::Array(values)) => return self.add_page(&fields, values, detector),
            Some(_) => bail!("its results are no list"),
            None => {}
        }
        if ListedKey::is_one(&fields) || LogEntry::is_one(&fields) {
            return self.add_entry(&fields);
        }
        if fields.has("findings") && fields.has("tool") {
            bail!("it is a report of phguard, which belongs behind --with");
        }
        if let Ok(Some(detail)) = fields.text("detail") {
            bail!("PostHog refused: {detail}");
        }
        bail!("it is neither a list of keys nor an activity log")
    }

    fn add_page(&mut self, page: &Fields<'_>, values: &[Value], detector: &Detector) -> Result<()> {
        let (keys, entries) = (self.keys.len(), self.entries.len());
        self.add_entries(values, detector)?;
        let count = page.value("count").and_then(Value::as_u64).unwrap_or(0);
        if self.entries.len() > entries {
            self.log_pages.add(page, count)?;
        }
        if self.keys.len() > keys {
            self.key_pages.add(page, count)?;
        }
        if values.is_empty() && (count > 0 || page.value("next").is_some()) {
            bail!("the page is empty, though the list has entries");
        }
        Ok(())
    }

    fn add_entries(&mut self, values: &[Value], detector: &Detector) -> Result<()> {
        for (number, value) in values.iter().enumerate() {
            let place = format!("entry {}", number + 1);
            match value {
                Value::Object(object) => self.add_entry(&Fields::new(object, place, detector))?,
                _ => bail!("{place} is no object"),
            }
        }
        Ok(())
    }

    fn add_entry(&mut self, fields: &Fields<'_>) -> Result<()> {
        if LogEntry::is_one(fields) {
            self.entries.push(LogEntry::read(fields)?);
        } else if ListedKey::is_one(fields) {
            self.keys.push(ListedKey::read(fields)?);
        } else {
            let place = fields.place();
            bail!("{place} is neither a key nor an entry of the activity log");
        }
        Ok(())
    }

    /// Sentences about everything that the documents leave open.
    pub(super) fn open_questions(&self, question: &Question) -> Vec<String> {
        let mut missing = Vec::new();
        let keys = u64::try_from(self.keys.len()).unwrap_or(u64::MAX);
        if !self.key_pages.are_whole() || keys < self.key_pages.count {
            missing.push(format!(
                "The list of keys has more pages. {}",
                self.key_pages.next_step()
            ));
        }
        if question.since.is_some() && !self.reaches_back_to(question.since) {
            missing.push(format!(
                "The activity log does not reach back to --since. {}",
                self.log_pages.next_step()
            ));
        }
        missing.extend(self.later_than(question.now));
        missing
    }

    /// Sentences that are good to know.
    pub(super) fn side_notes(&self, question: &Question) -> Vec<String> {
        let Some(oldest) = self.entries.iter().map(|entry| entry.at).min() else {
            return Vec::new();
        };
        match question.since {
            None if !self.log_pages.are_whole() => vec![format!(
                "The activity log has more pages; the oldest entry here is of {oldest}. With \
                 --since DATE phguard tells whether they reach back far enough."
            )],
            // PostHog's plans say how far back a log goes; its answer does not.
            Some(since)
                if self.reaches_back_to(question.since)
                    && oldest.day_number() > since.day_number() =>
            {
                vec![format!(
                    "The activity log begins on {oldest}: before, nothing was done, or PostHog keeps \
                     no older entries in your plan."
                )]
            }
            _ => Vec::new(),
        }
    }

    fn reaches_back_to(&self, since: Option<Moment>) -> bool {
        let oldest = self.entries.iter().map(|entry| entry.at).min();
        self.log_pages.are_whole() || oldest < since
    }

    /// A date after the present makes every age wrong.
    fn later_than(&self, now: Moment) -> Vec<String> {
        let mut later = Vec::new();
        for key in &self.keys {
            let latest = key.latest_date();
            // Clocks and time zones may differ by a day.
            if now.days_since(latest) < -1 {
                later.push(format!(
                    "The list gives {latest} for {}, but today is {now}: its age is not known. \
                     Check the clock of this machine, or give --today.",
                    key.display_name()
                ));
            }
        }
        let newest = self.entries.iter().map(|entry| entry.at).max();
        if let Some(newest) = newest
            && now.days_since(newest) < -1
        {
            later.push(format!(
                "The activity log has an entry of {newest}, but today is {now}. Check the clock of \
                 this machine, or give --today."
            ));
        }
        later
    }
}

impl Pages {
    /// Tells whether all pages from the first to the last are here. A list without pages is whole.
    fn are_whole(&self) -> bool {
        let pages = self.first + self.with_previous;
        pages == 0 || (self.first > 0 && self.last > 0 && self.with_next == self.with_previous)
    }

    fn add(&mut self, page: &Fields<'_>, count: u64) -> Result<()> {
        self.count = self.count.max(count);
        match page.text("next")? {
            Some(next) => {
                self.with_next += 1;
                self.next = next;
            }
            None => self.last += 1,
        }
        match page.text("previous")? {
            Some(_) => self.with_previous += 1,
            None => self.first += 1,
        }
        Ok(())
    }

    /// The way to the pages that are missing.
    fn next_step(&self) -> String {
        if self.next.is_empty() {
            return "Fetch all of its pages, and give all of them.".into();
        }
        format!(
            "Fetch the next page in the same way, and give both files: {}",
            self.next
        )
    }
}

/// Reads JSON values that follow each other.
pub(super) fn values_in(bytes: &[u8]) -> Result<Vec<Value>> {
    let text = decode_text(bytes)?;
    let mut values = Vec::new();
    for value in Deserializer::from_str(&text).into_iter() {
        values.push(value.map_err(|error| not_json(&text, &error))?);
    }
    if values.is_empty() {
        bail!("it is empty");
    }
    Ok(values)
}

fn not_json(text: &str, error: &serde_json::Error) -> anyhow::Error {
    if text.trim_start().starts_with('<') {
        return anyhow!(
            "it is a web page and no JSON: the browser or the request was not logged in"
        );
    }
    anyhow!("it is no JSON: {error}")
}

/// Text in UTF-8, or in UTF-16 with its mark, as PowerShell writes it.
fn decode_text(bytes: &[u8]) -> Result<Cow<'_, str>> {
    let bytes = match bytes {
        [0xff, 0xfe, rest @ ..] => return decode_wide(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => return decode_wide(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xef, 0xbb, 0xbf, rest @ ..] => rest,
        _ => bytes,
    };
    let text = std::str::from_utf8(bytes).context("it is no text")?;
    Ok(Cow::Borrowed(text))
}

fn decode_wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).context("it is no text")
}
