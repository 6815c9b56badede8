//! The variables that stand for keys, and the lines of `.env` that hold them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::terraform;
use crate::git::path_of;

/// The variables of `.env` that are there, and those that are to come.
#[derive(Clone, Debug)]
pub struct Names {
    top: PathBuf,
    known: Vec<(Vec<u8>, Vec<u8>)>,
    added: Vec<(String, Vec<u8>)>,
    used: BTreeSet<String>,
    /// The file that declares a Terraform variable, by directory and name.
    declared: BTreeMap<(Vec<u8>, String), Vec<u8>>,
}

impl Names {
    /// Reads the variables of an `.env` at the top of a work tree.
    #[must_use]
    pub fn new(top: &Path, env: &[u8]) -> Self {
        Self {
            top: top.into(),
            known: env_variables(env),
            added: Vec::new(),
            used: BTreeSet::new(),
            declared: BTreeMap::new(),
        }
    }

    /// The name for a key: the one that is wanted if it is free or has that value, or else the
    /// first with a number that is.
    pub fn name_for_key(&mut self, key: &[u8], wanted: &str) -> String {
        let mut name = wanted.to_owned();
        let mut number = 1;
        loop {
            match self.value_of(&name) {
                None => {
                    self.added.push((name.clone(), key.to_vec()));
                    self.used.insert(name.clone());
                    return name;
                }
                Some(value) if value == key => {
                    self.used.insert(name.clone());
                    return name;
                }
                Some(_) => {
                    number += 1;
                    name = format!("{wanted}_{number}");
                }
            }
        }
    }

    /// Frees a name that was just taken for a key and is not used.
    pub fn give_back(&mut self, name: &str, key: &[u8]) {
        self.used.remove(name);
        self.added
            .retain(|(added, value)| added != name || value != key);
    }

    fn value_of(&self, name: &str) -> Option<&[u8]> {
        // The last line of a name decides.
        let known = self
            .known
            .iter()
            .rev()
            .find(|(known, _)| known == name.as_bytes());
        if let Some((_, value)) = known {
            return Some(value);
        }
        let added = self.added.iter().find(|(added, _)| added == name);
        added.map(|(_, value)| &value[..])
    }

    /// Tells whether this file has to declare a Terraform variable, because no other file of its
    /// directory does.
    pub fn must_declare(&mut self, path: &[u8], name: &str) -> bool {
        let directory = match path.iter().rposition(|b| *b == b'/') {
            Some(slash) => &path[..slash],
            None => &path[..0],
        };
        if self.is_declared_on_disk(directory, name) {
            return false;
        }
        let place = (directory.to_vec(), name.to_owned());
        let owner = self.declared.entry(place).or_insert_with(|| path.to_vec());
        owner == path
    }

    fn is_declared_on_disk(&self, directory: &[u8], name: &str) -> bool {
        let Ok(directory) = path_of(directory) else {
            return false;
        };
        let Ok(entries) = fs::read_dir(self.top.join(directory)) else {
            return false;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let is_terraform = path.extension().is_some_and(|extension| extension == "tf");
            if is_terraform
                && fs::read(path).is_ok_and(|content| terraform::declares_variable(&content, name))
            {
                return true;
            }
        }
        false
    }

    /// The names that stand for keys now, old and new.
    pub fn names_in_use(&self) -> impl Iterator<Item = &str> {
        self.used.iter().map(String::as_str)
    }

    /// The names that `.env` does not have yet.
    pub fn new_names(&self) -> impl Iterator<Item = &str> {
        self.added.iter().map(|(name, _)| name.as_str())
    }

    /// The lines to add to an `.env` with this content.
    #[must_use]
    pub fn lines_for_env(&self, env: &[u8]) -> Vec<u8> {
        let eol = super::edits::line_ending(env);
        let mut lines = Vec::new();
        if !self.added.is_empty() && !env.is_empty() && !env.ends_with(b"\n") {
            lines.extend_from_slice(eol.as_bytes());
        }
        for (name, key) in &self.added {
            lines.extend_from_slice(name.as_bytes());
            lines.push(b'=');
            lines.extend_from_slice(key);
            lines.extend_from_slice(eol.as_bytes());
        }
        lines
    }
}

/// The names and values of an `.env`, without quotes.
fn env_variables(env: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = Vec::new();
    for line in env.split(|b| *b == b'\n') {
        let line = line.trim_ascii();
        let line = line.strip_prefix(b"export ").unwrap_or(line);
        let Some(equals) = line.iter().position(|b| *b == b'=') else {
            continue;
        };
        let (name, value) = (line[..equals].trim_ascii(), line[equals + 1..].trim_ascii());
        let value = match value.first() {
            Some(quote @ (b'"' | b'\'')) => value[1..].split(|b| b == quote).next(),
            _ => value.split(u8::is_ascii_whitespace).next(),
        };
        if !name.starts_with(b"#") {
            found.push((name.to_vec(), value.unwrap_or_default().to_vec()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(env: &str) -> Names {
        Names::new(Path::new("nowhere"), env.as_bytes())
    }

    #[test]
    fn a_name_is_taken_if_it_is_free_or_has_that_value() {
        let mut names = names("# A=9\nA=1\nexport B='2' # two\nC=\n");
        assert_eq!(names.name_for_key(b"1", "A"), "A");
        assert_eq!(names.name_for_key(b"2", "B"), "B");
        assert_eq!(names.name_for_key(b"3", "A"), "A_2");
        assert_eq!(names.name_for_key(b"3", "A"), "A_2");
        assert_eq!(names.name_for_key(b"4", "A"), "A_3");
        assert_eq!(names.name_for_key(b"5", "D"), "D");
        assert_eq!(names.lines_for_env(b""), b"A_2=3\nA_3=4\nD=5\n");
    }

    #[test]
    fn lines_go_behind_a_line_without_its_end() {
        let mut names = names("A=1\r\nB=2");
        names.name_for_key(b"3", "C");
        assert_eq!(names.lines_for_env(b"A=1\r\nB=2"), b"\r\nC=3\r\n");
    }
}
