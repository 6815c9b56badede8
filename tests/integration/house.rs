//! The picture in `src/lib.rs` is the code: every arrow between two rooms is drawn, every arrow that
//! is drawn exists, and no arrows form a circle.

use crate::sandbox::files_below;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use phguard::key::KINDS;
use regex::Regex;

/// By room: the rooms that it uses.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn source_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The lines `room -> room room` of the library's documentation.
fn drawn() -> Arrows {
    let text = fs::read_to_string(source_directory().join("lib.rs")).unwrap();
    let mut arrows = Arrows::new();
    for line in text.lines() {
        let Some(line) = line.strip_prefix("//! ") else {
            continue;
        };
        if let Some((room, used)) = line.split_once(" -> ")
            && room
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        {
            let used = used.split_whitespace().map(str::to_owned).collect();
            arrows.insert(room.to_owned(), used);
        }
    }
    arrows
}

/// The rooms whose names follow `crate::` in the code, without tests and comments.
fn found() -> Arrows {
    let mut arrows = Arrows::new();
    for file in files_below(&source_directory()) {
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let inside = file
            .strip_prefix(source_directory())
            .unwrap()
            .with_extension("");
        let room = inside.iter().next().unwrap().to_str().unwrap().to_owned();
        if room == "lib" || room == "main" {
            continue;
        }
        for used in rooms_in(&fs::read_to_string(&file).unwrap()) {
            if used != room {
                arrows.entry(room.clone()).or_default().insert(used);
            }
        }
    }
    arrows
}

fn rooms_in(text: &str) -> BTreeSet<String> {
    let comment = Regex::new("//.*").unwrap();
    let code = comment.replace_all(text.split("#[cfg(test)]").next().unwrap(), "");
    let mut rooms = BTreeSet::new();
    for path in Regex::new(r"crate::([a-z_0-9]+)")
        .unwrap()
        .captures_iter(&code)
    {
        rooms.insert(path[1].to_owned());
    }
    // `use crate::{a::B, c};`
    let list = Regex::new(r"(?s)crate::\{(.*?)\};").unwrap();
    let name = Regex::new(r"(?:^|,)[ \n]*([a-z_0-9]+)").unwrap();
    for list in list.captures_iter(&code) {
        for path in name.captures_iter(&list[1]) {
            rooms.insert(path[1].to_owned());
        }
    }
    rooms
}

#[test]
fn the_arrows_of_the_picture_are_those_of_the_code() {
    let mut lines = String::new();
    for (room, used) in found() {
        let used: Vec<String> = used.into_iter().collect();
        lines += &format!("//! {room} -> {}\n", used.join(" "));
    }
    assert_eq!(drawn(), found(), "\nthe code says:\n{lines}");
}

#[test]
fn no_arrows_form_a_circle() {
    let mut rest = drawn();
    assert!(rest.len() > 10, "{rest:?}");
    while !rest.is_empty() {
        // A room that uses nothing of the rest is in no circle.
        let names: BTreeSet<String> = rest.keys().cloned().collect();
        let before = rest.len();
        rest.retain(|_, used| used.iter().any(|room| names.contains(room)));
        assert!(rest.len() < before, "a circle among {names:?}");
    }
}

#[test]
fn sources_and_the_detector_know_little() {
    let drawn = drawn();
    assert!(!drawn["source"].contains("scan"));
    assert!(!drawn["detect"].contains("git"));
}

/// `use crate::detect::x` and a list of paths are both read.
#[test]
fn rooms_are_read_from_every_form_of_path() {
    let code = "use crate::detect::Hit;\nuse crate::{git::Repo, mask};\n// crate::cli\n#[cfg(test)]\ncrate::report";
    let rooms: Vec<String> = rooms_in(code).into_iter().collect();
    assert_eq!(rooms, ["detect", "git", "mask"]);
}

/// The pages are written by hand; a kind that is added to the catalogue must not be forgotten there.
#[test]
fn the_pages_name_every_kind_of_the_catalogue() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["README.md", "docs/detection.md"] {
        let text = fs::read_to_string(top.join(page)).unwrap();
        for kind in KINDS {
            let prefix = format!("`{}`", kind.prefix);
            assert!(text.contains(&prefix), "{page} does not name {prefix}");
        }
    }
}
