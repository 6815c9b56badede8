//! Keys that the user allows: by a marker beside the key, or by an entry of the configuration.

use std::collections::BTreeSet;
use std::ops::Range;

use globset::{Candidate, GlobSet};
use serde::Serialize;

use super::marker;
use crate::finding::Finding;
use crate::key::Fingerprint;
use crate::mask::masked_message;

/// The keys and files that the configuration allows.
#[derive(Debug, Default)]
pub struct Allow {
    /// Files, by glob from the repository's top.
    pub paths: GlobSet,
    /// The same globs as they are written, in the same order.
    pub patterns: Vec<String>,
    /// Keys, by value.
    pub fingerprints: BTreeSet<Fingerprint>,
    /// Other tools' markers for the line they stand on.
    pub markers: Vec<Vec<u8>>,
    /// The entries are those of the change that is judged, so that its parents' entries count, too.
    pub of_change: bool,
    /// Files that coding agents may read though they hold keys, by glob from the repository's top.
    pub agent_files: GlobSet,
}

/// Why a key is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AllowedBy {
    /// A marker at its line.
    Marker,
    /// The path of its file.
    Path,
    /// Its value.
    Fingerprint,
}

impl Allow {
    /// Tells whether a key is allowed by value or by its file.
    #[must_use]
    pub fn entry_for(&self, path: &[u8], fingerprint: &Fingerprint) -> Option<AllowedBy> {
        if self.fingerprints.contains(fingerprint) {
            Some(AllowedBy::Fingerprint)
        } else if self.allows_path(path) {
            Some(AllowedBy::Path)
        } else {
            None
        }
    }

    /// Tells whether every key in this file is allowed.
    #[must_use]
    pub fn allows_path(&self, path: &[u8]) -> bool {
        !self.paths.is_empty() && self.paths.is_match_candidate(&Candidate::from_bytes(path))
    }

    /// The entries that none of these findings needs.
    #[must_use]
    pub fn unused_entries(&self, allowed: &[(Finding, AllowedBy)]) -> Vec<String> {
        let mut matched = BTreeSet::new();
        let mut found = BTreeSet::new();
        for (finding, _) in allowed {
            let path = Candidate::from_bytes(&finding.location.path);
            matched.extend(self.paths.matches_candidate(&path));
            found.insert(finding.fingerprint);
        }
        let mut unused = Vec::new();
        for (number, pattern) in self.patterns.iter().enumerate() {
            if !matched.contains(&number) {
                unused.push(masked_message(pattern));
            }
        }
        for fingerprint in self.fingerprints.difference(&found) {
            unused.push(fingerprint.to_string());
        }
        unused
    }

    /// Tells whether a content has any text of a marker.
    #[must_use]
    pub fn has_marker(&self, content: &[u8]) -> bool {
        memchr::memmem::find(content, marker::MARKER).is_some()
            || self
                .markers
                .iter()
                .any(|marker| memchr::memmem::find(content, marker).is_some())
    }

    /// The marker that allows the key at `key` on this line (its range of bytes, without its end). A
    /// foreign marker counts anywhere near the key.
    #[must_use]
    pub fn marker_for(
        &self,
        content: &[u8],
        line: &Range<usize>,
        key: &Range<usize>,
    ) -> Option<AllowedBy> {
        let near = marker::part_near_key(content, line, key);
        for foreign in &self.markers {
            if near.windows(foreign.len()).any(|window| window == foreign) {
                return Some(AllowedBy::Marker);
            }
        }
        if marker::is_marked(content, line, Some(key)) {
            Some(AllowedBy::Marker)
        } else {
            None
        }
    }
}
