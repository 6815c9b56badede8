//! `phguard doctor`: finds out whether the checks are really in force.

use std::env;

use anyhow::{Result, anyhow};

use super::{Verdict, check, misplaced, print};
use crate::cli::{Doctor, Output};
use crate::doctor::content::{self, Candidates};
use crate::doctor::{self, Section, State};
use crate::failure::{failed, hint};
use crate::git::WorkTree;
use crate::report::{Format, doctor as report};
use crate::scan::Outcome;
use crate::source::files::Ignored;

/// Variables that make git, and so the check, look at another repository.
const LOCATORS: [&str; 4] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
];

pub(super) fn run(wanted: &Doctor, output: &Output) -> Result<Verdict> {
    if let Some(name) = LOCATORS.iter().find(|name| env::var_os(name).is_some()) {
        return Err(failed(
            "the repository cannot be examined",
            hint::UNSET,
            anyhow!("{name} is set"),
        ));
    }
    if matches!(output.format, Format::Sarif | Format::Github) {
        let cause = anyhow!("it looks at more than findings in files");
        return Err(failed(
            "doctor has no report in that format",
            hint::FORMATS,
            cause,
        ));
    }
    if wanted.agents {
        let sections = [kept_by_agents(output)?];
        return report_of(&sections, output);
    }
    let what = || format!("{} is in no git repository", wanted.repo.display());
    let tree =
        WorkTree::around(&wanted.repo).map_err(|e| failed(what(), "Name one: --repo PATH", e))?;
    let hooks = doctor::hooks(&tree);
    let mut sections =
        hooks.map_err(|e| failed("git cannot tell the work trees", hint::STATUS, e))?;
    if !tree.is_bare() {
        env::set_current_dir(tree.top())
            .map_err(|e| failed("the work tree cannot be entered", hint::STATUS, e))?;
        sections.extend(doctor::configured_agents(&tree));
        if wanted.fix {
            let (candidates, outcome) = content_of(&tree, output)?;
            sections.insert(0, doctor::mend(&tree, &candidates, &outcome));
        }
        let tracked = check::tracked(output);
        let told = content::told_keys(&tracked);
        sections.push(doctor::hygiene(&tree, tracked));
        let (candidates, outcome) = content_of(&tree, output)?;
        sections.push(doctor::content(&tree, &candidates, &outcome, &told));
        let top = [tree.top().to_path_buf()];
        let warnings = misplaced::in_files(&top, &outcome.findings, output)?;
        sections.extend(doctor::misplaced(&tree, &warnings));
    }
    report_of(&sections, output)
}

/// Scans the files that git would take, and the files of secrets.
fn content_of(tree: &WorkTree, output: &Output) -> Result<(Candidates, Outcome)> {
    let listed = Candidates::of(tree);
    let candidates = listed.map_err(|e| failed("git cannot list the files", hint::STATUS, e))?;
    let outcome = check::files(&candidates.paths(), Ignored::Read, output)?;
    Ok((candidates, outcome))
}

fn report_of(sections: &[Section], output: &Output) -> Result<Verdict> {
    if !output.quiet {
        let is_json = output.format == Format::Json;
        let text = if is_json {
            report::json(sections)?
        } else {
            report::human(sections, print::palette(output))?
        };
        print::write_out(text.as_bytes())?;
    }
    let has = |state| {
        sections
            .iter()
            .flat_map(|section| &section.checks)
            .any(|line| line.state == state)
    };
    Ok(match (has(State::Unknown), has(State::Wrong)) {
        (true, _) => Verdict::NotScanned,
        (false, true) => Verdict::Defect,
        (false, false) => Verdict::Clean,
    })
}

/// The directories in which coding agents keep transcripts and settings.
const KEPT: [&str; 4] = [".claude", ".codex", ".cursor", ".copilot"];

fn kept_by_agents(output: &Output) -> Result<Section> {
    let Some(home) = env::home_dir() else {
        let cause = anyhow!("HOME is not set");
        return Err(failed("the home directory is not known", "set HOME", cause));
    };
    let mut directories = Vec::new();
    for name in KEPT {
        let directory = home.join(name);
        if directory.is_dir() {
            directories.push(directory);
        }
    }
    let outcome = check::home_files(&directories, output)?;
    Ok(doctor::kept_by_agents(directories, &outcome))
}
