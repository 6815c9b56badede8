//! Secrets that a build tool copies into the browser bundle, by reference.

use super::names::{Name, names_in};
use super::{Mistake, Note, Source};

/// Blocks of a configuration that end in the bundle: the start of the file's name, and the block.
const BLOCKS: [(&str, &str); 6] = [
    ("next.config", "env"),
    ("next.config", "publicRuntimeConfig"),
    ("nuxt.config", "public"),
    ("app.config", "extra"),
    ("app.json", "extra"),
    ("docusaurus.config", "customFields"),
];
/// Characters between a name and its value.
const BETWEEN: &[char] = &[' ', '\t', '"', '\'', '`', ']', '?', '!', ')', '$', '{', '['];

pub(super) fn notes(source: &Source<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (number, line) in source.lines.of_interest() {
        if holds_secret(line) {
            // The scan itself finds the key, and says that its name is public.
            continue;
        }
        let note = public_secret(line)
            .or_else(|| field_with_public_value(source, number, line))
            .or_else(|| public_name_with_secret_value(line))
            .or_else(|| defined_name(line))
            .or_else(|| environment_of_angular(source, line));
        if let Some(text) = note {
            notes.push(note_at(number, &text));
        }
    }
    for (opening, block) in BLOCKS {
        if source.name.starts_with(opening) {
            notes.extend(secrets_in_block(source, block));
        }
    }
    notes
}

fn note_at(line: usize, text: &str) -> Note {
    Note {
        line,
        mistake: Mistake::PublicName,
        text: format!(
            "{text} Whoever opens the site can read it. Give it a name without the public prefix, and \
             use it on the server only; in the browser belongs the project token (phc_…)."
        ),
    }
}

/// Tells whether a key stands on the line itself.
pub(super) fn holds_secret(line: &str) -> bool {
    names_in(line).iter().any(|name| {
        matches!(name.text.get(..4), Some("phx_" | "phs_" | "phc_")) && name.text.len() >= 24
    })
}

/// `process.env.NEXT_PUBLIC_POSTHOG_PERSONAL_API_KEY`, in code and in a workflow.
fn public_secret(line: &str) -> Option<String> {
    let names = names_in(line);
    let name = names
        .iter()
        .find(|name| name.is_public() && name.is_secret())?;
    Some(format!(
        "{} is copied into the browser bundle, with the secret key in it.",
        name.text
    ))
}

/// `personalApiKey: process.env.NEXT_PUBLIC_POSTHOG_KEY`.
fn field_with_public_value(source: &Source<'_>, number: usize, line: &str) -> Option<String> {
    let field = names_in(line)
        .into_iter()
        .find(|name| name.is_secret_field())?;
    let text = source.lines.with_next(number);
    let value = value_of(&text, field)?;
    let public = names_in(value).into_iter().find(|name| name.is_public())?;
    let is_of_posthog = public.is_posthog()
        || source.mentions_posthog && !field.text.to_ascii_lowercase().starts_with("secret");
    is_of_posthog.then(|| {
        format!(
            "{} takes its value from {}, which is copied into the browser bundle.",
            field.text, public.text
        )
    })
}

/// `NEXT_PUBLIC_POSTHOG_KEY: ${{ secrets.POSTHOG_PERSONAL_API_KEY }}`.
fn public_name_with_secret_value(line: &str) -> Option<String> {
    let names = names_in(line);
    let public = *names
        .iter()
        .find(|name| name.is_public() && name.is_posthog())?;
    let value = value_of(line, public)?;
    let secret = names_in(value).into_iter().find(|name| name.is_secret())?;
    Some(format!(
        "{} gets the value of {}, and is copied into the browser bundle.",
        public.text, secret.text
    ))
}

/// `define: { 'process.env.POSTHOG_PERSONAL_API_KEY': … }`, `envPrefix: ['POSTHOG_']` and the like.
fn defined_name(line: &str) -> Option<String> {
    for name in names_in(line) {
        let before = line.get(..name.start)?;
        let behind = line.get(name.end..)?;
        let is_replaced = ["process.env.", "import.meta.env."].iter().any(|place| {
            before.ends_with(place) && before.len() > place.len() && is_quoted(before, place)
        }) && behind
            .trim_start_matches(['"', '\'', '`'])
            .trim_start()
            .starts_with(':');
        let is_listed = line.contains("EnvironmentPlugin(");
        if name.is_secret() && (is_replaced || is_listed) {
            return Some(format!(
                "{} is written into the bundle by the build tool.",
                name.text
            ));
        }
        if name.text == "envPrefix" && behind.contains("POSTHOG") {
            return Some("envPrefix has every variable that starts with POSTHOG copied into the browser bundle, secrets too.".into());
        }
    }
    None
}

/// Tells whether a quote opens before a word that a text ends with.
fn is_quoted(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| rest.ends_with(['"', '\'', '`']))
}

/// Angular's `environment.ts` is part of the bundle.
fn environment_of_angular(source: &Source<'_>, line: &str) -> Option<String> {
    let is_one = source.name.starts_with("environment.") && source.name.ends_with(".ts");
    if !is_one {
        return None;
    }
    let name = names_in(line)
        .into_iter()
        .find(|name| name.is_secret() || name.is_secret_field())?;
    value_of(line, name)?;
    Some(format!(
        "{} in {} is part of the browser bundle.",
        name.text, source.name
    ))
}

/// Names of secrets within `block: { … }`.
fn secrets_in_block(source: &Source<'_>, block: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut depth = 0_usize;
    for (number, line) in source.lines.code() {
        let mut inside = line;
        if depth == 0 {
            let Some(behind) = opening_of(line, block) else {
                continue;
            };
            depth = 1;
            inside = behind;
        }
        let mut end = inside.len();
        for (at, byte) in inside.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                end = at;
                break;
            }
        }
        let within = inside.get(..end).unwrap_or_default();
        let secret = names_in(within)
            .into_iter()
            .find(|name| name.is_secret() || name.is_secret_field());
        if let Some(name) = secret
            && !holds_secret(line)
        {
            let text = format!(
                "{} stands in `{block}`, which is copied into the browser bundle.",
                name.text
            );
            notes.push(note_at(number, &text));
        }
    }
    notes
}

/// The text behind `block: {` or `"block": {` on a line.
fn opening_of<'l>(line: &'l str, block: &str) -> Option<&'l str> {
    let name = names_in(line).into_iter().find(|name| name.text == block)?;
    let behind = line.get(name.end..)?.trim_start_matches(['"', '\'', ' ']);
    behind.strip_prefix(':')?.trim_start().strip_prefix('{')
}

/// Returns the value of a name: everything behind `:` or `=`, up to `,` or `;`. `==`, `=>` and `::`
/// are no assignments.
pub(super) fn value_of<'l>(line: &'l str, name: Name<'_>) -> Option<&'l str> {
    let behind = line.get(name.end..)?.trim_start_matches(BETWEEN);
    let value = behind.strip_prefix([':', '='])?;
    if value.starts_with(['=', '>', ':']) {
        return None;
    }
    let end = value.find([',', ';']).unwrap_or(value.len());
    value.get(..end)
}
