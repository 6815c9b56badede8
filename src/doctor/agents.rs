//! The coding agents that are configured here. Tells for each whether its entries refuse a key.

use std::path::Path;

use super::{Line, commands};
use crate::agent::settings::{self, Owner};
use crate::agent::{Harness, canary};
use crate::finding::Finding;
use crate::git::WorkTree;
use crate::hook::Event;
use crate::hook::canary as hook_canary;
use crate::scan::Outcome;

/// This many findings are named.
const SHOWN: usize = 20;

/// Tells of every agent whose settings in the project or the home directory name phguard.
pub(super) fn configured_agents(top: &Path) -> Vec<Line> {
    let mut lines = Vec::new();
    for (_, harness) in Harness::NAMES {
        lines.extend(of_owner(harness, Owner::Project, top, top));
        if let Some(home) = std::env::home_dir()
            && home != top
        {
            lines.extend(of_owner(harness, Owner::User, &home, top));
        }
    }
    lines
}

/// Offers the gate: an agent that goes round the hooks does it with these commands.
pub(super) fn without_gate(tree: &WorkTree) -> Line {
    let gate = Event::ReferenceTransaction;
    let text = "it is not installed: git checks no key that --no-verify, cherry-pick, revert, rebase or am commit";
    let mut line = Line::note(gate.name(), text);
    line.mend = vec![format!("{} --event {gate}", commands::install(tree))];
    line
}

fn of_owner(harness: Harness, owner: Owner, base: &Path, top: &Path) -> Vec<Line> {
    let mut lines = Vec::new();
    for file in settings::files_of(harness, owner, base) {
        lines.extend(of_file(harness, owner, &file, top));
    }
    // Without an entry of phguard it matters to nobody here whether hooks run.
    if lines.is_empty() {
        return lines;
    }
    for file in settings::files_of(harness, owner, base) {
        if matches!(settings::switches_hooks_off(&file), Ok(true)) {
            let text = format!("{} switches all hooks off", file.display());
            lines.push(Line::wrong(
                harness.name(),
                text,
                "take `hooks = false` out of [features]",
            ));
        }
    }
    lines
}

fn of_file(harness: Harness, owner: Owner, file: &Path, top: &Path) -> Vec<Line> {
    let name = harness.name();
    let shown = file.display();
    let commands = match settings::commands_in(file) {
        Ok(commands) => commands,
        Err(why) => {
            let mend = format!("mend {shown}");
            return vec![Line::unknown(name, format!("{why:#}"), mend)];
        }
    };
    let mut lines = Vec::new();
    for (command, events) in commands {
        let events = events.join(", ");
        let install = match owner {
            Owner::Project => format!("phguard install --agent {name}"),
            Owner::User => format!("phguard install --agent {name} --user"),
        };
        if !is_own(&command, harness) {
            let text =
                format!("{shown} ({events}) runs more than phguard, which was not run: {command}");
            lines.push(Line::unknown(name, text, install));
            continue;
        }
        lines.push(match canary::prove(harness, &command, top, &hook_canary::canary_key()) {
            Err(why) => Line::wrong(name, format!("{shown} ({events}) DOES NOT WORK: {why:#}"), install),
            Ok(()) if harness == Harness::Codex => Line::unknown(
                name,
                format!("{shown} ({events}): the entry refuses a key, but Codex runs it only once it is trusted"),
                "open /hooks in Codex and trust it",
            ),
            Ok(()) => Line::well(
                name,
                format!("{shown} ({events}): the entry refused a key in a canary event and let pass what has none"),
            ),
        });
    }
    lines
}

/// Tells whether a command is nothing but phguard: only that is run.
fn is_own(command: &str, harness: Harness) -> bool {
    let Some(program) = command.strip_suffix(&format!(" hook agent {}", harness.name())) else {
        return false;
    };
    let program = program.trim_matches('"');
    let is_plain = program
        .chars()
        .all(|c| c.is_alphanumeric() || "/._-+@: ".contains(c));
    let name = program.rsplit('/').next().unwrap_or_default();
    is_plain
        && (name == "phguard" || name == "phguard.exe")
        && (program == "phguard" || Path::new(program).is_absolute())
}

/// Tells of keys in the files that coding agents keep in the home directory.
pub(super) fn keys_in_agent_files(
    directories: &[std::path::PathBuf],
    outcome: &Outcome,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for unscanned in &outcome.unscanned {
        let path = String::from_utf8_lossy(&unscanned.path);
        let text = format!("it could not be scanned: {}", unscanned.reason);
        lines.push(Line::unknown(&path, text, "look at its permissions"));
    }
    lines.extend(outcome.findings.iter().take(SHOWN).map(kept_key));
    let rest = outcome.findings.len().saturating_sub(SHOWN);
    if rest > 0 {
        let names: Vec<String> = directories
            .iter()
            .map(|place| super::typed_path(place))
            .collect();
        let mend = format!("phguard --files --no-ignore {}", names.join(" "));
        lines.push(Line::wrong(
            "coding agents",
            format!("{rest} more keys"),
            mend,
        ));
    }
    if directories.is_empty() {
        let text = "there is no directory of theirs in the home directory";
        return vec![Line::well("coding agents", text)];
    }
    if lines.is_empty() {
        let text = format!(
            "no secret key in {} files of transcripts and settings",
            outcome.files
        );
        lines.push(Line::well("coding agents", text));
    }
    lines
}

fn kept_key(finding: &Finding) -> Line {
    let path = String::from_utf8_lossy(&finding.location.path).into_owned();
    let about = format!("{path}:{}", finding.location.line);
    let text = format!("a {}, {}", finding.kind.name, finding.excerpt.key.as_str());
    let mend = format!(
        "phguard redact --in-place {}",
        super::typed_path(Path::new(&path))
    );
    let mut line = Line::wrong(&about, text, mend);
    line.mend.push(format!(
        "phguard explain {}: rotate it",
        finding.kind.prefix
    ));
    line
}
