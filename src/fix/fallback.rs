//! Keys that are the fallback of a read: `process.env.NAME || 'key'`. The read stays, the fallback
//! goes, and `.env` gets NAME.

use std::ops::Range;

use regex::bytes::{Captures, Regex};

use super::edits::Edit;
use super::names::Names;
use super::{Reason, Refusal, Slot};

/// A way to write a read with a fallback.
pub(crate) struct Form {
    /// Pattern of the text before the fallback. The group `name` is the variable. If there is a
    /// group `again`, it must be the same text as `var`, or as `name`.
    pub before: &'static str,
    /// Pattern of the text behind the fallback. The part from the end of the group `end` on stays.
    pub after: &'static str,
    /// The text in the place of all that: `{group}` is a group of `before`, `{empty}` an empty
    /// literal.
    pub instead: &'static str,
}

/// Pattern of text behind a literal that ends an operand.
pub(crate) const OPERAND_END: &str = r"(?-u)^(?P<end>)[ \t]*(?:[^ \t.\[(+%*`]|$)";
/// Pattern of the bracket behind the last argument of a call.
pub(crate) const CALL_END: &str = r"(?-u)^\s*,?\s*\)";

/// A helper of the program's own, `getEnv("NAME", "key")`: the argument stays, but empty.
pub(crate) const HELPER: Form = Form {
    before: r#"(?-u)(?P<read>\b(?:(?:get|must|read|load|lookup|str|string)_?|(?:Get|Must|Read|Load|Lookup|String)_?)?[eE]nv(?:_?(?:or|Or|var|Var|with|With|string|String|str|Str|default|Default)\w*)?\(\s*["'](?P<name>[A-Z][A-Z0-9_]*)["']\s*,\s*)$"#,
    after: r"(?-u)^(?P<end>)\s*,?\s*\)",
    instead: "{read}{empty}",
};

/// `${NAME:-key}` of shells, Dockerfiles and Compose.
const BRACES: Form = Form {
    before: r#"(?-u)\$\{(?P<name>\w+):?[-=]["']?$"#,
    after: r#"(?-u)^["']?\}"#,
    instead: "${{name}}",
};

/// `ARG NAME=key` of a Dockerfile.
const ARGUMENT: Form = Form {
    before: r#"(?-u)(?mi)^(?P<read>[ \t]*ARG[ \t]+(?P<name>\w+))=["']?\z"#,
    after: r#"(?-u)^(?P<end>["']?)[ \t]*(?:\r?\n|$)"#,
    instead: "{read}",
};

/// `NAME = key` of a makefile.
const MAKE_VARIABLE: Form = Form {
    before: r"(?-u)(?m)^(?P<read>(?:export[ \t]+)?(?P<name>\w+))[ \t]*[:?]{0,2}=[ \t]*\z",
    after: r"(?-u)^(?P<end>)[ \t]*(?:\r?\n|$)",
    instead: "{read} ?=",
};

/// `${{ secrets.NAME || 'key' }}` of a GitHub workflow.
const SECRET: Form = Form {
    before: r"(?-u)\$\{\{\s*(?P<read>secrets\.(?P<name>\w+))\s*\|\|\s*'$",
    after: r"(?-u)^'\s*\}\}",
    instead: "${{ {read} }}",
};

/// `${NAME:key}` of Spring, whose NAME may also be a property.
const PLACEHOLDER: Form = Form {
    before: r"(?-u)\$\{(?P<name>[\w.-]+):$",
    after: r"(?-u)^\}",
    instead: "${{name}}",
};

pub(crate) const SHELL: &[Form] = &[BRACES];
pub(crate) const DOCKER: &[Form] = &[BRACES, ARGUMENT];
pub(crate) const MAKE: &[Form] = &[MAKE_VARIABLE];
pub(crate) const WORKFLOW: &[Form] = &[SECRET];
pub(crate) const SPRING: &[Form] = &[PLACEHOLDER];
/// Reads in a template that Ruby fills in.
pub(crate) const ERB: &[Form] = &[
    Form {
        before: r#"(?-u)(?P<read>\bENV\.fetch\(\s*["'](?P<name>\w+)["'])\s*,\s*["']$"#,
        after: r#"(?-u)^["']\s*\)"#,
        instead: "{read})",
    },
    Form {
        before: r#"(?-u)\bENV\[(?P<quoted>["'](?P<name>\w+)["'])\]\s*\|\|\s*["']$"#,
        after: r#"(?-u)^["']"#,
        instead: "ENV.fetch({quoted})",
    },
];

const OTHER_VALUE: Reason =
    "it is a fallback, and `.env` has another value for the variable that is read there";

/// Maximum length of the text before a fallback that belongs to its read, in bytes.
const REACH: usize = 300;

/// Plans the edit that drops a fallback and keeps its read. `span` is the fallback with its quotes.
/// `None` if the key in this slot is no fallback.
pub(crate) fn dropped_fallback(
    forms: &[Form],
    content: &[u8],
    span: Range<usize>,
    slot: &Slot,
    names: &mut Names,
) -> Result<Option<Edit>, Refusal> {
    let from = span.start.saturating_sub(REACH);
    let before = &content[from..span.start];
    let after = &content[span.end..];
    let quote = String::from_utf8_lossy(&content[span.start..slot.span.start]);
    for form in forms {
        let Some(read) = captures_in(form.before, before) else {
            continue;
        };
        let Some(rest) = captures_in(form.after, after) else {
            continue;
        };
        if !names_agree(&read) {
            continue;
        }
        let variable = environment_name(&group_text(&read, "name"));
        let key = &content[slot.span.clone()];
        let taken = names.name_for_key(key, &variable);
        if taken != variable {
            names.give_back(&taken, key);
            return Err(Refusal::at(slot.span.start, OTHER_VALUE));
        }
        let start = from + read.get(0).map_or(before.len(), |all| all.start());
        let end = rest.name("end").or(rest.get(0));
        let end = span.end + end.map_or(0, |end| end.end());
        let mut text = form.instead.replace("{empty}", &format!("{quote}{quote}"));
        for name in ["read", "quoted", "name"] {
            text = text.replace(&format!("{{{name}}}"), &group_text(&read, name));
        }
        return Ok(Some(Edit::replace(start..end, text)));
    }
    Ok(None)
}

fn captures_in<'t>(pattern: &str, text: &'t [u8]) -> Option<Captures<'t>> {
    Regex::new(pattern).ok()?.captures(text)
}

fn group_text(captures: &Captures<'_>, name: &str) -> String {
    let text = captures
        .name(name)
        .map_or(&b""[..], |found| found.as_bytes());
    String::from_utf8_lossy(text).into_owned()
}

fn names_agree(read: &Captures<'_>) -> bool {
    let Some(again) = read.name("again") else {
        return true;
    };
    let first = read.name("var").or(read.name("name"));
    first.is_some_and(|first| first.as_bytes() == again.as_bytes())
}

/// The variable that Spring reads for a property: `posthog.api-key` is POSTHOG_APIKEY.
fn environment_name(name: &str) -> String {
    if name.contains(['.', '-']) {
        return name.replace('-', "").replace('.', "_").to_uppercase();
    }
    name.to_owned()
}
