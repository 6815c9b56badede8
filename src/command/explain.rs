//! Explains kinds of keys, and tasks with a key.

use anyhow::Result;

use super::{Verdict, print};
use crate::cli::Output;
use crate::failure::{hint, refused};
use crate::key::{KINDS, KeyKind};
use crate::report::{explain, topics};

pub(super) fn run(words: &[String], output: &Output) -> Result<Verdict> {
    let mut asked = Vec::new();
    for word in words {
        // `explain "rotate vercel"` is the same as `explain rotate vercel`.
        asked.extend(word.split_whitespace().map(str::to_lowercase));
    }
    let mut text = Vec::new();
    let kinds = named_kinds(&asked);
    let topics = topics::named(&asked);
    if !kinds.is_empty() {
        explain::write(&mut text, &kinds, print::screen(output))?;
    } else if !topics.is_empty() {
        topics::write(&mut text, &topics, print::screen(output))?;
    } else {
        let name = words.join(" ");
        return Err(refused(
            format!("{name:?} is neither a kind of key nor a prefix nor a task"),
            hint::KINDS,
        ));
    }
    print::write_out(&text)?;
    Ok(Verdict::Clean)
}

/// All kinds if none is named.
fn named_kinds(words: &[String]) -> Vec<&'static KeyKind> {
    match words {
        [] => KINDS.iter().collect(),
        [word] => KINDS.iter().filter(|kind| is_named(kind, word)).collect(),
        _ => Vec::new(),
    }
}

fn is_named(kind: &KeyKind, word: &str) -> bool {
    kind.id == word || kind.prefix.trim_end_matches('_') == word.trim_end_matches('_')
}
