//! The activity log: `GET /api/projects/ID/activity_log/`.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::Moment;
use super::fields::Fields;

/// The reason to look at an entry after a leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Interest {
    /// A key was made, changed or taken away.
    Key,
    /// Data left PostHog, or was set up to leave.
    Export,
    /// Something was deleted.
    Deletion,
    /// Somebody came in, or may do more than before.
    Member,
}

impl Interest {
    /// The heading of its entries.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Key => "Keys",
            Self::Export => "Exports",
            Self::Deletion => "Deletions",
            Self::Member => "Members and access",
        }
    }

    /// All of them, in the order of a report.
    pub const ALL: [Self; 4] = [Self::Key, Self::Export, Self::Deletion, Self::Member];
}

/// One entry of the log. No text in it holds a key.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// When it was done.
    pub at: Moment,
    /// The person who did it.
    pub by: String,
    /// The action: `created`, `updated`, `deleted`, `exported` and others.
    pub activity: String,
    /// The kind of thing it was done to: `PersonalAPIKey`, `FeatureFlag` and others.
    pub scope: String,
    /// The name of that thing.
    pub name: String,
    /// The change of scopes of a key: before and after.
    pub scopes: Option<(String, String)>,
    /// The reason to look at it; `None` for daily work.
    pub interest: Option<Interest>,
}

impl LogEntry {
    /// Tells whether an object is an entry of the log.
    pub(super) fn is_one(fields: &Fields<'_>) -> bool {
        fields.has("activity") && fields.has("scope") && fields.has("created_at")
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self> {
        let activity = fields.needed_text("activity")?;
        let scope = fields.needed_text("scope")?;
        let detail = fields.inner_object("detail");
        let interest = interest_in(&activity, &scope, detail.as_ref());
        let name = match detail.as_ref().map(|detail| detail.text("name")) {
            Some(Ok(Some(name))) => name,
            _ => String::new(),
        };
        Ok(Self {
            at: fields.needed_moment("created_at")?,
            by: person_in(fields),
            activity,
            scope,
            name,
            scopes: detail.as_ref().and_then(scopes_in),
            interest,
        })
    }
}

/// Names who did it: an address, else a name. PostHog's own tasks have no user.
fn person_in(fields: &Fields<'_>) -> String {
    let Some(user) = fields.inner_object("user") else {
        return match fields.value("is_system") {
            Some(Value::Bool(true)) => "PostHog itself".into(),
            _ => "nobody known".into(),
        };
    };
    for name in ["email", "first_name", "uuid"] {
        if let Ok(Some(text)) = user.text(name)
            && !text.is_empty()
        {
            return text;
        }
    }
    "nobody known".into()
}

/// Finds the reason to look at an entry. Names are compared without regard to case.
fn interest_in(activity: &str, scope: &str, detail: Option<&Fields<'_>>) -> Option<Interest> {
    let activity = activity.to_ascii_lowercase();
    let scope = scope.to_ascii_lowercase();
    let changes_secret = detail.is_some_and(|detail| changed_fields(detail).any(is_of_key));
    if scope.contains("apikey") || scope.contains("oauth") || changes_secret {
        return Some(Interest::Key);
    }
    if activity.contains("delet") {
        return Some(Interest::Deletion);
    }
    // `BatchExport` is a destination of events, `HogFunction` a data pipeline.
    if activity.contains("export") || scope.contains("export") || scope == "hogfunction" {
        return Some(Interest::Export);
    }
    let is_of_member = scope.contains("membership")
        || scope.contains("invite")
        || scope.contains("accesscontrol")
        || scope == "role"
        || activity.contains("sharing");
    is_of_member.then_some(Interest::Member)
}

/// Tells whether a field holds a key, or the power of one.
fn is_of_key(field: &str) -> bool {
    field.contains("secret") || field.ends_with("token") || field == "scopes"
}

fn listed_changes<'d>(detail: &Fields<'d>) -> impl Iterator<Item = &'d Value> + use<'d> {
    let changes = detail.value("changes").and_then(Value::as_array);
    changes.into_iter().flatten()
}

fn changed_fields<'d>(detail: &Fields<'d>) -> impl Iterator<Item = &'d str> + use<'d> {
    listed_changes(detail).filter_map(|change| change.get("field")?.as_str())
}

fn scopes_in(detail: &Fields<'_>) -> Option<(String, String)> {
    let change = listed_changes(detail)
        .find(|change| change.get("field").and_then(Value::as_str) == Some("scopes"))?;
    let before = joined_values(change.get("before"));
    let after = joined_values(change.get("after"));
    Some((detail.masked(&before), detail.masked(&after)))
}

/// A list of texts on one line.
fn joined_values(value: Option<&Value>) -> String {
    match value {
        Some(Value::Array(values)) => {
            let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            texts.join(" ")
        }
        Some(Value::String(text)) => text.clone(),
        _ => "none".into(),
    }
}
