//! A project token where a secret key belongs, and the other way round.

use super::names::{Name, names_in};
use super::public::value_of;
use super::{Mistake, Note, Source};

/// Calls whose first argument is the project token.
const CALLS: [&str; 5] = [
    "posthog.init(",
    "new PostHog(",
    "Posthog(",
    "PostHog(",
    "posthog.New(",
];
/// Characters between a name and the token that is its value.
const BETWEEN: &[char] = &[
    ' ', '\t', '"', '\'', '`', ':', '=', ',', '(', ')', '[', ']', '>', '|', '?', '-', '{', '!',
];
/// Names on a line that holds the value for the name on the line above.
const VALUES: [&str; 2] = ["value", "default"];
/// Paths of the API that only a personal key opens.
const ADMIN: [&str; 5] = [
    "/api/projects",
    "/api/organizations",
    "/api/environments",
    "/api/users",
    "/api/personal_api_keys",
];
/// Lines around a header in which the address of the request is looked for.
const NEAR: usize = 6;

pub(super) fn notes(source: &Source<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (number, line) in source.lines.of_interest() {
        if let Some(text) = token_for_secret(source, number, line) {
            notes.push(Note {
                line: number,
                mistake: Mistake::TokenForSecret,
                text: format!(
                    "{text} The project token (phc_…) sends events only: the API answers 401. Put a \
                     personal API key there, as a secret."
                ),
            });
        }
        if let Some(text) = secret_for_token(source, number, line) {
            notes.push(Note {
                line: number,
                mistake: Mistake::SecretForToken,
                text: format!("{text} There belongs the project token (phc_…), which is public."),
            });
        }
    }
    notes
}

/// Tells whether a name is a key with this prefix, and no placeholder.
fn is_key(name: &Name<'_>, prefixes: &[&str]) -> bool {
    let body = name.text.get(4..).unwrap_or_default();
    prefixes.iter().any(|prefix| name.text.starts_with(prefix))
        && body.len() >= 20
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn token_for_secret(source: &Source<'_>, number: usize, line: &str) -> Option<String> {
    let names = names_in(line);
    let at = names.iter().position(|name| is_key(name, &["phc_"]))?;
    let token = names.get(at)?;
    let before = line.get(..token.start)?;
    if before.trim_end().to_ascii_lowercase().ends_with("bearer") {
        return is_admin_request(source, number)
            .then(|| "A project token is sent as Bearer to the API.".into());
    }
    let name = *names.get(at.checked_sub(1)?)?;
    let between = line.get(name.end..token.start)?;
    if !between.trim_matches(BETWEEN).is_empty() {
        return None;
    }
    if name.is_secret() || name.is_secret_field() && source.mentions_posthog {
        return Some(format!("{} holds a project token.", name.text));
    }
    // Kubernetes: `name: POSTHOG_PERSONAL_API_KEY`, and its value on the next line.
    if !VALUES.contains(&name.text) {
        return None;
    }
    let above = source.lines.get(number.checked_sub(1)?);
    let secret = names_in(above).into_iter().find(|name| name.is_secret())?;
    Some(format!("{} holds a project token.", secret.text))
}

/// The log endpoint takes a project token as Bearer; the administration does not.
fn is_admin_request(source: &Source<'_>, number: usize) -> bool {
    let first = number.saturating_sub(NEAR);
    (first..=number + NEAR).any(|near| {
        let line = source.lines.get(near);
        ADMIN.iter().any(|path| line.contains(path))
    })
}

fn secret_for_token(source: &Source<'_>, number: usize, line: &str) -> Option<String> {
    for call in CALLS {
        if !line.contains(call) {
            continue;
        }
        let text = source.lines.with_next(number);
        let (_, arguments) = text.split_once(call)?;
        let end = arguments.find([',', ')']).unwrap_or(arguments.len());
        let first = arguments.get(..end)?.trim_start();
        // In keyword arguments and objects, names tell the purpose of each value.
        let is_named = first.starts_with('{') || first.contains('=') || first.contains(':');
        let secret = names_in(first)
            .into_iter()
            .find(|name| name.is_secret() || is_key(name, &["phx_", "phs_"]));
        if let Some(secret) = secret
            && !is_named
        {
            return Some(format!(
                "The call of {} gets {}.",
                call.trim_end_matches('('),
                last_name(secret)
            ));
        }
    }
    let names = names_in(line);
    let token = *names.iter().find(|name| {
        name.is_project_token() || line.contains("PostHogProvider") && name.text == "apiKey"
    })?;
    let value = value_of(line, token)?;
    let secret = names_in(value)
        .into_iter()
        .find(|name| name.is_secret() || is_key(name, &["phx_", "phs_"]))?;
    Some(format!("{} gets {}.", token.text, last_name(secret)))
}

/// A key itself is not printed.
fn last_name(name: Name<'_>) -> &str {
    if is_key(&name, &["phx_", "phs_"]) {
        return "a secret key";
    }
    name.text
}
