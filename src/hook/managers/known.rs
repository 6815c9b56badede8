//! Files that managers write, known by their whole content. No other file is believed: the
//! tests with real managers tell when a new version writes something else.

use sha2::{Digest, Sha256};

use crate::hex;
use crate::hook::Event;

/// A file as some versions of a manager write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// `_/h` of husky 9.1. It puts `node_modules/.bin` first in PATH.
    Husky91,
    /// `_/h` of husky 9.0. It leaves PATH alone.
    Husky90,
    /// `_/husky.sh` of husky 5 to 8. Each hook sources it.
    Husky8,
    /// `_/h` of Vite+. It puts `node_modules/.bin` first in PATH.
    VitePlus,
    /// A hook of lefthook that does nothing if it finds no lefthook.
    Lefthook,
    /// A hook of lefthook that fails if it finds no lefthook.
    LefthookAsserted,
    /// A hook of pre-commit.
    PreCommit,
    /// A hook of prek.
    Prek,
}

/// The first half of the SHA-256 of each file without the parts that differ between two installations.
const SUMS: [(&str, Known); 18] = [
    // 9.1.0 and 9.1.1, 9.1.2, from 9.1.3 on
    ("70fecc59d4b611b84b88616b8cf33cd0", Known::Husky91),
    ("9e35d5995293adf6cc72c4c2139ee276", Known::Husky91),
    ("ce4791cc66707a540ee380b2bab8cebc", Known::Husky91),
    // 9.0.1, 9.0.2 to 9.0.4, 9.0.6, 9.0.7 to 9.0.10, 9.0.11
    ("02be82697b124156d6649f8e70ef8259", Known::Husky90),
    ("1eb34686bd5d713609b06397b3782ff2", Known::Husky90),
    ("c058cb5b1058f51f66f01a457301fcf6", Known::Husky90),
    ("42c7c0955338e7c6d8dfef7bb0d1742c", Known::Husky90),
    ("9bbd3d41844f1502ade57d692386ca3b", Known::Husky90),
    // 7.0.4, 8.0.0, 8.0.1 to 8.0.3
    ("72b2e3e58045470996662cc553e53de7", Known::Husky8),
    ("8faf360599e2b4a16ad5e2aa5b10be89", Known::Husky8),
    ("30185f7e536fbe12ebeab248e497ffc8", Known::Husky8),
    // 1.6.0
    ("59b2b3fb582137f3b2f9ca7916b5fe6d", Known::VitePlus),
    // 1.13 to 2.1, 2.2.2
    ("463ac21654e01322a962e4832849653e", Known::Lefthook),
    ("ed1705fa53b0743fc73a4526bf450304", Known::Lefthook),
    ("67f1a06457c676e71b4cfaab58f5d70d", Known::LefthookAsserted),
    ("79c946ad30a74a5d52bc480e020a1583", Known::LefthookAsserted),
    // 2.20 to 4.7
    ("94824cda83cfcc3f777362d4125b45a2", Known::PreCommit),
    // 0.5.11
    ("6624676ae4ce40802da95c88991da292", Known::Prek),
];

/// Returns the file that this text is, if some version of a manager writes it for this event.
pub(super) fn known_text(text: &str, event: Event) -> Option<Known> {
    let mut digits = String::new();
    hex::write(&mut digits, &Sha256::digest(without_variables(text, event))).ok()?;
    for (start, known) in SUMS {
        if digits.starts_with(start) {
            return Some(known);
        }
    }
    None
}

/// Takes the parts that differ between two installations out of a text: the event, paths that are plain words,
/// and blank lines.
fn without_variables(text: &str, event: Event) -> String {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let line = line.trim_end_matches([' ', '\t']);
        if !line.is_empty() {
            lines.push(line);
        }
    }
    let mut kept: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if is_own_lefthook(&lines[at..]) {
            at += 3;
            continue;
        }
        kept.push(without_path(line).unwrap_or_else(|| without_event(line, event)));
        at += 1;
    }
    kept.join("\n")
}

/// The lines of lefthook that name its own file.
fn is_own_lefthook(lines: &[&str]) -> bool {
    let [test, "  then", call, ..] = lines else {
        return false;
    };
    let Some(path) = call
        .strip_prefix("    ")
        .and_then(|call| call.strip_suffix(" \"$@\""))
    else {
        return false;
    };
    path.starts_with('/') && is_plain(path) && *test == format!("  elif {path} -h >/dev/null 2>&1")
}

fn without_path(line: &str) -> Option<String> {
    for start in ["INSTALL_PYTHON=", "PREK=\"/"] {
        if let Some(path) = line.strip_prefix(start)
            && is_plain(path.trim_matches(['"', '\'']))
        {
            return Some(start.into());
        }
    }
    super::husky::levels_up(line).map(|_| "d=".into())
}

fn is_plain(path: &str) -> bool {
    path.chars()
        .all(|c| c.is_ascii_alphanumeric() || "._/+@ :\\~-".contains(c))
}

fn without_event(line: &str, event: Event) -> String {
    let name = event.name();
    line.replace(&format!("--hook-type={name})"), "--hook-type=EVENT)")
        .replace(&format!("--hook-type={name} "), "--hook-type=EVENT ")
        .replace(&format!("run \"{name}\" \"$@\""), "run EVENT \"$@\"")
}
