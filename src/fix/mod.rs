//! Takes keys out of the staged files. `.env` then holds them, and the program reads them from its
//! environment.
//!
//! **The decision.** A key is replaced only where the file's language is known and the key stands in
//! a string literal (or a comment) of it. Everything else stays as it is and is named with the
//! reason. A file is changed as a whole or not at all. The index and the work tree have their own
//! version of a file, and each gets exactly the spans replaced in which its own keys stand.
//!
//! **The order** of writing is `.gitignore`, `.env`, the files, the index. So a key is in `.env`
//! before it leaves a file, `.env` is ignored before it holds a key, and a run that was cut short
//! is finished by the next one: the index, by which keys are found, changes last and at once.

pub mod apply;
mod docker;
mod dotenv;
pub mod edits;
mod fallback;
mod family;
mod heredoc;
mod language;
mod lexer;
mod literal;
pub mod names;
pub mod places;
mod plain;
pub mod plan;
mod shell;
mod steps;
mod terraform;
mod versions;
mod yaml;

use std::ops::Range;

use crate::detect::exposed;
use edits::{Edit, line_start};
use family::Family;
pub use family::{is_rewritten, is_untracked};
use names::Names;
use shell::Words;

/// Why something stays as it is: a sentence without its full stop.
pub type Reason = &'static str;

/// A key in a content, and the variable that takes its place.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The span of the key.
    pub span: Range<usize>,
    /// The name that its kind of key has in the environment.
    pub variable: String,
}

/// A content that stays as it is.
#[derive(Debug)]
pub struct Refusal {
    /// Offset of the key at fault.
    pub at: usize,
    /// The reason.
    pub reason: Reason,
}

impl Refusal {
    /// Builds a refusal that names the line of an offset.
    #[must_use]
    pub fn at(at: usize, reason: Reason) -> Self {
        Self { at, reason }
    }
}

pub(crate) const IN_BROWSER: Reason =
    "every visitor of the site can read it there: put the project token (phc_) in its place";

/// Plans the edits that take these keys out of a content. The slots are in order.
pub(crate) fn rewrite(
    family: &Family,
    path: &[u8],
    content: &[u8],
    slots: &[Slot],
    names: &mut Names,
) -> Result<Vec<Edit>, Refusal> {
    for slot in slots {
        if is_for_browser(content, slot) {
            return Err(Refusal::at(slot.span.start, IN_BROWSER));
        }
    }
    match family {
        Family::Terraform => return terraform::rewrite(path, content, slots, names),
        Family::TerraformValues => return terraform::rewrite_values(content, slots, names),
        Family::DotenvSample => return Ok(dotenv::without_values(content, slots, names)),
        _ => {}
    }
    let mut edits = Vec::new();
    let mut rest = Vec::new();
    for slot in slots {
        let forms = family.raw_fallbacks();
        match fallback::dropped_fallback(forms, content, slot.span.clone(), slot, names)? {
            Some(edit) => edits.push(edit),
            None => rest.push(slot.clone()),
        }
    }
    edits.extend(without_fallbacks(family, content, &rest, names)?);
    Ok(edits)
}

/// Plans the edits for keys that are no fallback of a read.
fn without_fallbacks(
    family: &Family,
    content: &[u8],
    slots: &[Slot],
    names: &mut Names,
) -> Result<Vec<Edit>, Refusal> {
    if let Family::Program(language) = family {
        return language::rewrite(language, content, slots, names);
    }
    let named = named_slots(content, slots, names);
    match family {
        Family::Shell => shell::rewrite(content, 0..content.len(), Words::Split, &named),
        Family::Docker => docker::rewrite(content, &named),
        Family::Yaml(reader) => yaml::rewrite(*reader, content, &named),
        Family::Make => Ok(plain::in_makefile(content, &named)),
        Family::Properties => Ok(plain::in_properties(content, &named)),
        _ => Ok(Vec::new()),
    }
}

/// The slots with the variable that each key really gets.
pub(crate) fn named_slots(content: &[u8], slots: &[Slot], names: &mut Names) -> Vec<Slot> {
    let mut named = Vec::new();
    for slot in slots {
        let key = &content[slot.span.clone()];
        named.push(Slot {
            span: slot.span.clone(),
            variable: names.name_for_key(key, &slot.variable),
        });
    }
    named
}

/// Tells whether a key is used where only the public project token belongs.
fn is_for_browser(content: &[u8], slot: &Slot) -> bool {
    let line = &content[line_start(content, slot.span.start)..slot.span.start];
    exposed::public_name(line).is_some() || exposed::runs_in_browser(content, slot.span.start)
}
