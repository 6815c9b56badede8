//! `phguard install --agent` and `phguard uninstall --agent`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::{Verdict, print};
use crate::agent::settings::{self, Change, Owner};
use crate::agent::{Harness, canary};
use crate::cli::Output;
use crate::failure::failed;
use crate::git::WorkTree;
use crate::hook::canary as hook_canary;
use crate::hook::program::Program;
use crate::report::sanitize::sanitize;

const NAMES: &str = "the agents it serves are claude-code, codex, cursor and copilot";

/// Puts phguard into the settings of these agents.
pub(super) fn install(
    names: &[String],
    owner: Owner,
    repo: &Path,
    output: &Output,
) -> Result<Verdict> {
    let harnesses = known_harnesses(names)?;
    let base = base_of(owner, repo)?;
    for harness in harnesses {
        let name = harness.name();
        let command = command_of(harness, owner)?;
        canary::prove(harness, &command, &base, &hook_canary::canary_key()).map_err(|e| {
            let hint = "put phguard into the PATH that the agent has; nothing is installed without a proof";
            failed(
                format!("{name}: the entry would not work: {command}"),
                hint,
                e,
            )
        })?;
        // Said before it is written: the file may go to others with the next commit.
        let mut text = format!("{name}: {}.\n", settings::without_phguard(harness));
        print_text(&text, output)?;
        let file = settings::file_of(harness, owner, &base);
        let not_written = |e| {
            let hint = "mend the file, or move it away; it is as it was";
            failed(format!("{name}: the settings cannot be changed"), hint, e)
        };
        let change = settings::install(harness, &file, &command).map_err(not_written)?;
        text.clear();
        for other in settings::files_of(harness, owner, &base)
            .into_iter()
            .skip(1)
        {
            if settings::switches_hooks_off(&other).map_err(not_written)? {
                writeln!(
                    text,
                    "? {name}: {} switches all hooks off: take `hooks = false` out of [features]",
                    shown(&other)
                )?;
            }
            if !settings::commands_in(&other)
                .map_err(not_written)?
                .is_empty()
            {
                writeln!(
                    text,
                    "{name}: {} runs phguard as well; once is enough",
                    shown(&other)
                )?;
            }
        }
        writeln!(text, "{name}: {} ({})", shown(&file), done_text(change))?;
        if harness == Harness::Codex {
            writeln!(
                text,
                "? codex: Codex runs a new hook only once a person trusts it: start codex here and open /hooks. \
                 Until then nothing is checked."
            )?;
        } else {
            writeln!(
                text,
                "{name}: by itself, the entry refused a key in a canary event and let pass what has none."
            )?;
        }
        print_text(&text, output)?;
    }
    Ok(Verdict::Clean)
}

/// Takes phguard out of the settings of these agents.
pub(super) fn uninstall(
    names: &[String],
    owner: Owner,
    repo: &Path,
    output: &Output,
) -> Result<Verdict> {
    let harnesses = known_harnesses(names)?;
    let base = base_of(owner, repo)?;
    for harness in harnesses {
        let name = harness.name();
        let mut text = String::new();
        for file in settings::files_of(harness, owner, &base) {
            let change = settings::uninstall(&file).map_err(|e| {
                let hint = "mend the file, or take the entries out by hand; it is as it was";
                failed(format!("{name}: the settings cannot be changed"), hint, e)
            })?;
            match change {
                Change::Same => {}
                Change::Removed => writeln!(text, "{name}: {} removed", shown(&file))?,
                Change::Changed | Change::Created => {
                    writeln!(
                        text,
                        "{name}: the entries of phguard are out of {}",
                        shown(&file)
                    )?;
                }
            }
        }
        if text.is_empty() {
            text = format!("{name}: there is no entry of phguard\n");
        }
        print_text(&text, output)?;
    }
    Ok(Verdict::Clean)
}

fn known_harnesses(names: &[String]) -> Result<Vec<Harness>> {
    let mut harnesses = Vec::new();
    for name in names {
        let Some(harness) = Harness::named(name) else {
            let what = "phguard does not serve this coding agent";
            return Err(failed(what, NAMES, anyhow!("{name} is unknown")));
        };
        if !harnesses.contains(&harness) {
            harnesses.push(harness);
        }
    }
    Ok(harnesses)
}

fn base_of(owner: Owner, repo: &Path) -> Result<PathBuf> {
    if owner == Owner::User {
        let home = std::env::home_dir();
        return home.ok_or_else(|| {
            let hint = "set HOME, or leave --user out";
            failed(
                "the home directory is not known",
                hint,
                anyhow!("HOME is not set"),
            )
        });
    }
    let what = format!("{} is in no git repository", shown(repo));
    let tree = WorkTree::around(repo).map_err(|e| failed(what, "Name one: --repo PATH", e))?;
    Ok(tree.top().to_owned())
}

/// A project's file names phguard by its bare name, for everybody; a user's by where it is here,
/// because an agent's PATH is not the shell's.
fn command_of(harness: Harness, owner: Owner) -> Result<String> {
    let name = harness.name();
    if owner == Owner::Project {
        return Ok(format!("phguard hook agent {name}"));
    }
    let program = Program::running()
        .map_err(|e| failed("phguard does not know where it is", "install it again", e))?;
    let path = program.lasting.to_string_lossy().replace('\\', "/");
    let is_plain = path
        .chars()
        .all(|c| c.is_alphanumeric() || "/._-+@:".contains(c));
    Ok(if is_plain {
        format!("{path} hook agent {name}")
    } else {
        format!("\"{path}\" hook agent {name}")
    })
}

fn done_text(change: Change) -> &'static str {
    match change {
        Change::Created => "new",
        Change::Changed => "the entries were put beside what is there",
        Change::Same => "already there",
        Change::Removed => "removed",
    }
}

fn shown(path: &Path) -> String {
    sanitize(path.as_os_str().as_encoded_bytes())
}

fn print_text(text: &str, output: &Output) -> Result<()> {
    if output.quiet {
        return Ok(());
    }
    print::write_out(text.as_bytes())
}
