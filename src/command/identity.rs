//! The author and the committer of the next commit: their names and addresses are published, too.

use std::env;

use anyhow::Result;

use crate::detect::Detector;
use crate::failure::{failed, hint};
use crate::git::WorkTree;

/// A name and address that the next commit will hold.
#[derive(Debug)]
pub(super) struct Identity {
    /// `author` or `committer`.
    pub(super) role: &'static str,
    /// The text: any bytes but NUL.
    pub(super) text: Vec<u8>,
}

/// The variables that name the author. `git commit` sets them for its hooks.
const AUTHOR: [&str; 2] = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"];
/// The variables from which git may take the committer.
const COMMITTER: [&str; 5] = [
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "EMAIL",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
];

/// Lists the author, and the committer if `configured` (the values of the settings) or a variable
/// gives reason to ask git for it.
///
/// # Errors
/// Git does not tell the committer.
pub(super) fn of_next_commit(detector: &Detector, configured: &[Vec<u8>]) -> Result<Vec<Identity>> {
    let mut identities = Vec::new();
    let mut author = Vec::new();
    for name in AUTHOR {
        if let Some(value) = env::var_os(name) {
            author.extend_from_slice(value.as_encoded_bytes());
            author.push(b' ');
        }
    }
    if !author.is_empty() {
        identities.push(Identity {
            role: "author",
            text: author,
        });
    }
    if is_suspicious(detector, configured) {
        for (role, variable) in [
            ("author", "GIT_AUTHOR_IDENT"),
            ("committer", "GIT_COMMITTER_IDENT"),
        ] {
            let text = WorkTree::of_hook().run(&["var", variable]);
            let text = text.map_err(|error| {
                failed(format!("git does not tell the {role}"), hint::CONFIG, error)
            })?;
            identities.retain(|known| known.role != role);
            identities.push(Identity { role, text });
        }
    }
    Ok(identities)
}

fn is_suspicious(detector: &Detector, configured: &[Vec<u8>]) -> bool {
    for name in COMMITTER {
        let Some(value) = env::var_os(name) else {
            continue;
        };
        // The settings that a count announces stand in variables of any number.
        if name == "GIT_CONFIG_COUNT" || !detector.scan(value.as_encoded_bytes()).is_empty() {
            return true;
        }
    }
    configured
        .iter()
        .any(|value| !detector.scan(value).is_empty())
}
