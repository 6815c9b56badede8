//! Whether a check is really in force: for every hook and every linked work tree, shown by a canary.
//! Nothing that is not phguard's is run: of a hook with other commands only the call of phguard.

mod calls;
mod hygiene;
mod in_force;
mod proof;

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use crate::git::WorkTree;
use crate::hook::shim;
use crate::mask::masked_message;
use crate::scan::Outcome;

/// What an observation means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Well,
    /// A key could get through.
    Wrong,
    /// It could not be found out.
    Unknown,
}

/// One line of the diagnosis.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// What it means.
    pub state: State,
    /// What it is about: a hook, or a file.
    pub about: String,
    /// What was observed, in a sentence without its full stop.
    pub text: String,
    /// The commands or lines that mend it.
    pub mend: Vec<String>,
}

impl Line {
    fn well(about: &str, text: impl AsRef<str>) -> Self {
        let [about, text] = [about, text.as_ref()].map(masked_message);
        Self {
            state: State::Well,
            about,
            text,
            mend: Vec::new(),
        }
    }

    fn wrong(about: &str, text: impl AsRef<str>, mend: impl AsRef<str>) -> Self {
        Self {
            state: State::Wrong,
            mend: vec![masked_message(mend.as_ref())],
            ..Self::well(about, text)
        }
    }

    fn unknown(about: &str, text: impl AsRef<str>, mend: impl AsRef<str>) -> Self {
        Self {
            state: State::Unknown,
            ..Self::wrong(about, text, mend)
        }
    }
}

/// What is true of these work trees.
#[derive(Debug, Serialize)]
pub struct Section {
    /// The work trees.
    #[serde(serialize_with = "as_text")]
    pub work_trees: Vec<PathBuf>,
    /// What was observed.
    pub checks: Vec<Line>,
}

fn as_text<S: serde::Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

/// A path as one types it.
fn typed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text
        .chars()
        .all(|c| c.is_alphanumeric() || "/._-+@".contains(c))
    {
        return text.into_owned();
    }
    String::from_utf8_lossy(&shim::quoted(path)).into_owned()
}

/// Examines the hooks of a repository, those of its linked work trees included, each set of hooks
/// once. The first section is that of `tree`.
///
/// # Errors
/// Git cannot tell the work trees.
pub fn hooks(tree: &WorkTree) -> Result<Vec<Section>> {
    let mut sections: Vec<(in_force::SetUp, Section)> = Vec::new();
    for tree in std::iter::once(tree.clone()).chain(tree.others()?) {
        let top = tree.top().to_path_buf();
        let set_up = in_force::SetUp::of(&tree);
        match sections.iter_mut().find(|(known, _)| *known == set_up) {
            Some((_, section)) => section.work_trees.push(top),
            None => {
                let checks = set_up.examine(&tree);
                sections.push((
                    set_up,
                    Section {
                        work_trees: vec![top],
                        checks,
                    },
                ));
            }
        }
    }
    Ok(sections.into_iter().map(|(_, section)| section).collect())
}

/// Examines where a work tree keeps secrets; `tracked` is what was found in its tracked files.
#[must_use]
pub fn hygiene(tree: &WorkTree, tracked: Result<Outcome>) -> Section {
    let checks = [hygiene::environment_files(tree), hygiene::keys(tracked)].concat();
    Section {
        work_trees: vec![tree.top().into()],
        checks,
    }
}
