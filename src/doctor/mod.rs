//! Finds out whether a check is really in force, for every hook and every linked work tree. ✓ only if a
//! canary showed it. Nothing that is not phguard's is run: of a hook with other commands only the call
//! of phguard, and only where its text leaves no doubt that git gets there.

mod agents;
mod commands;
pub mod content;
mod hook_file;
mod hygiene;
mod in_force;
mod mend;
mod misplaced;
mod proof;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;

use crate::git::WorkTree;
use crate::hook::{Event, shim};
use crate::key::Fingerprint;
use crate::mask::masked_message;
use crate::misplaced::Warning;
use crate::scan::Outcome;

/// The meaning of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Well,
    /// A key could get through.
    Wrong,
    /// It could not be found out.
    Unknown,
    /// Good to know.
    Note,
}

/// One line of the diagnosis.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its meaning.
    pub state: State,
    /// Its subject: a hook, or a file.
    pub about: String,
    /// The observation, in a sentence without its full stop.
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

    fn note(about: &str, text: impl AsRef<str>) -> Self {
        Self {
            state: State::Note,
            ..Self::well(about, text)
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

/// The observations about these work trees.
#[derive(Debug, Serialize)]
pub struct Section {
    /// The work trees.
    #[serde(serialize_with = "as_text")]
    pub work_trees: Vec<PathBuf>,
    /// The observations.
    pub checks: Vec<Line>,
}

fn as_text<S: serde::Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

/// Returns a path as one types it.
fn typed_path(path: &Path) -> String {
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
    let others = tree.others()?;
    // A bare repository without work trees is a server's.
    let needed: &[Event] = if tree.is_bare() && others.is_empty() {
        &[Event::PreReceive]
    } else {
        &[Event::PreCommit, Event::PreMergeCommit]
    };
    let mut trees = vec![tree.clone()];
    trees.extend(others);
    let mut sections: Vec<(in_force::SetUp, Section)> = Vec::new();
    for tree in trees {
        let work_trees = vec![tree.top().to_path_buf()];
        let set_up = in_force::SetUp::of(&tree);
        if let Some((_, section)) = sections.iter_mut().find(|(known, _)| *known == set_up) {
            section.work_trees.extend(work_trees);
            continue;
        }
        let mut checks = set_up.examine(&tree, needed);
        checks.extend(other_tools(&tree));
        sections.push((set_up, Section { work_trees, checks }));
    }
    Ok(sections.into_iter().map(|(_, section)| section).collect())
}

/// Tools that commit without git's hooks.
fn other_tools(tree: &WorkTree) -> Vec<Line> {
    let mut lines = Vec::new();
    if tree.is_bare() {
        return lines;
    }
    let mend = format!(
        "{} --range @{{u}}..HEAD, before each push",
        commands::phguard()
    );
    if tree.top().join(".jj").is_dir() {
        let text = "its commits run no hook of git: a key in them is not refused";
        lines.push(Line::wrong("Jujutsu (.jj)", text, &mend));
    }
    let branch = tree
        .run(&["symbolic-ref", "-q", "HEAD"])
        .unwrap_or_default();
    if branch.starts_with(b"refs/heads/gitbutler/") {
        let text = "its commits run no hook of git unless its settings say so";
        lines.push(Line::wrong("GitButler", text, &mend));
    }
    lines
}

/// Examines where a work tree keeps secrets; `tracked` is the scan of its tracked files.
#[must_use]
pub fn hygiene(tree: &WorkTree, tracked: Result<Outcome>) -> Section {
    let checks = [
        hygiene::environment_files(tree),
        hygiene::tracked_keys(tree, tracked),
    ]
    .concat();
    Section {
        work_trees: vec![tree.top().into()],
        checks,
    }
}

/// Examines the files that git would take with the next `add -A`, and those that others can read.
#[must_use]
pub fn content(
    tree: &WorkTree,
    candidates: &content::Candidates,
    outcome: &Outcome,
    told: &HashSet<(Vec<u8>, Fingerprint)>,
) -> Section {
    Section {
        work_trees: vec![tree.top().into()],
        checks: content::examine(tree, candidates, outcome, told),
    }
}

/// Reports wrong kinds of keys in wrong places. Returns `None` if there are none.
#[must_use]
pub fn misplaced(tree: &WorkTree, warnings: &[Warning]) -> Option<Section> {
    if warnings.is_empty() {
        return None;
    }
    Some(Section {
        work_trees: vec![tree.top().into()],
        checks: misplaced::warning_lines(warnings),
    })
}

/// Makes the safe changes, and tells them.
#[must_use]
pub fn mend(tree: &WorkTree, candidates: &content::Candidates, outcome: &Outcome) -> Section {
    mend::apply_safe_changes(tree, candidates, outcome)
}

/// Examines the coding agents that are configured in a work tree or for the user; `None` if there
/// is none.
#[must_use]
pub fn configured_agents(tree: &WorkTree) -> Option<Section> {
    let mut checks = agents::configured_agents(tree.top());
    if checks.is_empty() {
        return None;
    }
    if !tree.is_bare() && !in_force::SetUp::of(tree).has_gate(tree) {
        checks.push(agents::without_gate(tree));
    }
    Some(Section {
        work_trees: vec![tree.top().into()],
        checks,
    })
}

/// Examines the files of coding agents in the home directory; `outcome` is the scan of these
/// directories.
#[must_use]
pub fn kept_by_agents(directories: Vec<PathBuf>, outcome: &Outcome) -> Section {
    let checks = agents::keys_in_agent_files(&directories, outcome);
    Section {
        work_trees: directories,
        checks,
    }
}
