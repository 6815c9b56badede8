//! The list of keys: `GET /api/personal_api_keys/`, `…/@current/` and
//! `/api/projects/ID/project_secret_api_keys/`.

use anyhow::{Result, bail};

use super::fields::Fields;
use super::{KeyMask, Moment};

/// The scope that stands for all of them.
pub(super) const EVERYTHING: &str = "*";

/// The projects that a key reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All projects of all organizations of its user.
    Everywhere,
    /// All projects of this number of organizations.
    Organizations(usize),
    /// These projects, by number.
    Projects(Vec<String>),
    /// The project that the key belongs to.
    Own,
}

/// A key as the list of keys describes it.
#[derive(Clone, Debug)]
pub struct ListedKey {
    /// Its name, without keys in it.
    pub label: String,
    /// Its mask. Keys of long ago have none.
    pub mask: Option<KeyMask>,
    /// Date of its making.
    pub created: Moment,
    /// Date of its last use.
    pub used: Option<Moment>,
    /// Date on which its value was last replaced.
    pub rolled: Option<Moment>,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// The projects that it reaches.
    pub reach: Reach,
}

impl ListedKey {
    /// Tells whether an object is a key of the list.
    pub(super) fn is_one(fields: &Fields<'_>) -> bool {
        fields.has("scopes") && fields.has("created_at") && !fields.has("activity")
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self> {
        let reach = reach_in(fields)?;
        let mut scopes = fields.list("scopes")?.unwrap_or_default();
        if scopes.is_empty() && reach != Reach::Own {
            // A personal key without scopes may do everything, a key of a project nothing more than
            // evaluate feature flags.
            scopes.push(EVERYTHING.into());
        }
        let label = fields.text("label")?.unwrap_or_default();
        let mask = mask_in(fields)?;
        if label.is_empty() && mask.is_none() {
            bail!("{} has neither a label nor a mask", fields.place());
        }
        Ok(Self {
            label,
            mask,
            created: fields.needed_moment("created_at")?,
            used: fields.moment("last_used_at")?,
            rolled: fields.moment("last_rolled_at")?,
            scopes,
            reach,
        })
    }

    /// Date since which the key has its value.
    #[must_use]
    pub fn issue_date(&self) -> Moment {
        match self.rolled {
            Some(rolled) => self.created.max(rolled),
            None => self.created,
        }
    }

    /// The latest date that the list gives.
    pub(super) fn latest_date(&self) -> Moment {
        let used = self.used.unwrap_or(self.created);
        self.issue_date().max(used)
    }

    /// The name by which a message calls the key.
    #[must_use]
    pub fn display_name(&self) -> String {
        match &self.mask {
            _ if !self.label.is_empty() => format!("`{}`", self.label),
            Some(mask) => mask.to_string(),
            None => "a key without a name".into(),
        }
    }
}

/// The answer to making or rolling a key holds its value. Only the mask of it is kept.
fn mask_in(fields: &Fields<'_>) -> Result<Option<KeyMask>> {
    if let Some(text) = fields.raw_text("mask_value")? {
        return Ok(fields.mask_of(text));
    }
    match fields.raw_text("value")? {
        Some(value) => Ok(fields.mask_of(value)),
        None => Ok(None),
    }
}

fn reach_in(fields: &Fields<'_>) -> Result<Reach> {
    if !fields.has("scoped_teams") && !fields.has("scoped_organizations") {
        return Ok(Reach::Own);
    }
    let projects = fields.list("scoped_teams")?.unwrap_or_default();
    let organizations = fields.list("scoped_organizations")?.unwrap_or_default();
    if !projects.is_empty() {
        return Ok(Reach::Projects(projects));
    }
    if organizations.is_empty() {
        return Ok(Reach::Everywhere);
    }
    Ok(Reach::Organizations(organizations.len()))
}
