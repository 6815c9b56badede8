//! `phguard fix` in every language: language, quotes and place decide how the key is replaced.

mod fallbacks;
mod projects;
mod tables;
mod tools;

use std::fs;

use crate::sandbox::Sandbox;
use crate::sandbox::keys::phx;
use tables::{COMPILED, JAVASCRIPT, PHP, PLACES, PYTHON, RUBY, SCRIPTS};

/// A file, its text with `KEY` in it, and the text that it becomes; the same text if it is left
/// as it is.
type Row = (&'static str, &'static str, &'static str);

const NAME: &str = "POSTHOG_PERSONAL_API_KEY";

/// Stages all files of a table and fixes them in one go.
fn fixed(tables: &[&[Row]]) -> Sandbox {
    let sandbox = Sandbox::new();
    for (file, before, _) in tables.concat() {
        sandbox.stage(file, text(before));
    }
    sandbox.phguard(["fix", "--yes"]);
    sandbox
}

fn text(row: &str) -> String {
    row.replace("KEY", "\u{1}")
        .replace("NAME", NAME)
        .replace('\u{1}', &phx())
}

#[track_caller]
fn check(table: &[Row]) {
    let sandbox = fixed(&[table]);
    let key = phx();
    let mut wrong = Vec::new();
    for (file, _, after) in table {
        let expected = text(after);
        let on_disk = fs::read_to_string(sandbox.repo().join(file)).unwrap();
        let staged = sandbox.git(["show", &format!(":{file}")]).stdout;
        for (version, found) in [("disk", on_disk), ("index", staged)] {
            if found != expected {
                wrong.push(format!(
                    "{file} ({version}):\n{}",
                    found.replace(&key, "KEY")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn javascript_and_typescript() {
    check(JAVASCRIPT);
}

#[test]
fn python() {
    check(PYTHON);
}

#[test]
fn ruby() {
    check(RUBY);
}

#[test]
fn compiled_languages() {
    check(COMPILED);
}

#[test]
fn php() {
    check(PHP);
}

#[test]
fn scripts_and_configuration() {
    check(SCRIPTS);
}

#[test]
fn every_place_of_a_literal() {
    check(PLACES);
}
