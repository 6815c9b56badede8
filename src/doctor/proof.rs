//! Proves each caller of phguard: its program, its version, and its answer to a canary.

use std::path::{Path, PathBuf};

use super::{Line, State, commands};
use crate::config;
use crate::git::WorkTree;
use crate::hook::Event;
use crate::hook::calls::{self, Call, Trust};
use crate::hook::canary::{self, SetUp};
use crate::hook::shim::Settings;
use crate::hook::{program, shim};

/// A way in which git comes to run phguard.
pub(super) enum Way {
    /// By a block of phguard in a hook.
    Block {
        file: PathBuf,
        settings: Settings,
        /// The hook without the lines of others, if it has any.
        proof: Option<Vec<u8>>,
    },
    /// The hook is the binary.
    Binary(PathBuf),
    /// By a line in a file.
    Line(Call),
    /// By git's configuration under this name.
    Config(String, Call),
}

impl Way {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Block { file, .. } | Self::Binary(file) => file.display().to_string(),
            Self::Line(call) => format!("{}, line {}", call.file.display(), call.line),
            Self::Config(name, _) => name.clone(),
        }
    }

    /// Returns the program that is run.
    fn program(&self, top: &Path) -> Option<PathBuf> {
        match self {
            Self::Block { settings, .. } => {
                for named in [&settings.program, &settings.real].into_iter().flatten() {
                    if program::is_program(named) {
                        return Some(named.clone());
                    }
                }
                program::in_path("phguard")
            }
            Self::Binary(file) => Some(file.clone()),
            Self::Line(call) | Self::Config(_, call) => call.resolved_program(top),
        }
    }
}

/// Returns the lines about one way, for one hook.
pub(super) fn of(event: Event, way: &Way, tree: &WorkTree) -> Vec<Line> {
    let about = event.name();
    let name = way.name();
    let Some(program) = way.program(tree.top()) else {
        return vec![no_program(event, way, tree)];
    };
    let trust = calls::trust_in(&program, tree.top());
    if trust == Trust::OfWorkTree {
        let text = format!(
            "{name} runs {}, a file of the work tree that is not known to be phguard: not run",
            program.display()
        );
        return vec![Line::unknown(about, text, commands::install(tree))];
    }
    let mut lines = Vec::new();
    if let Way::Block { settings, .. } = way
        && let Some(named) = &settings.program
        && *named != program
    {
        let text = format!(
            "{} is gone; the hook takes {}",
            named.display(),
            program.display()
        );
        let mut line = Line::note(about, text);
        line.mend = vec![commands::install(tree)];
        lines.push(line);
    }
    let older = older_program(event, &program, tree);
    let line = prove_hook(event, way, &name, &program, tree);
    match (trust, &older, line.state) {
        (Trust::Unknown, None, State::Well) => lines.push(not_phguard(event, &name, &program)),
        (Trust::Unknown, Some(_), State::Well) => {}
        _ => lines.push(line),
    }
    lines.extend(older);
    lines
}

/// A program that blocked the canary may let everything else pass.
fn not_phguard(event: Event, name: &str, program: &Path) -> Line {
    let text = format!(
        "{name} runs {}, whose content is not phguard's: it blocked a key in a throw-away repository, \
         but what else it does is not known",
        program.display()
    );
    let mend = "name phguard itself, by the path of the program";
    Line::unknown(event.name(), text, mend)
}

fn prove_hook(event: Event, way: &Way, name: &str, program: &Path, tree: &WorkTree) -> Line {
    // The staged configuration is in force, and may allow too much. Without one git fails.
    let staged = format!(":{}", config::FILE_NAME);
    let configuration = tree.run(&["cat-file", "blob", &staged]).ok();
    let configuration = configuration.as_deref();
    let words = [
        &shim::quoted(program)[..],
        b" hook ",
        event.name().as_bytes(),
    ]
    .concat();
    let command = String::from_utf8_lossy(&words).into_owned();
    let set_up = match way {
        Way::Block {
            proof: Some(text), ..
        } => SetUp::Text(text),
        Way::Block { file, .. } | Way::Binary(file) => SetUp::Program(file),
        Way::Line(_) => SetUp::Program(program),
        Way::Config(..) => SetUp::Command(&command),
    };
    let about = event.name();
    let shown = program.display();
    match (canary::prove(event, set_up, configuration), way) {
        (Err(why), _) => {
            let text = format!("{name} DOES NOT WORK in a throw-away repository: {why:#}");
            Line::wrong(about, text, commands::install(tree))
        }
        (Ok(()), Way::Line(_)) => {
            let text = format!(
                "{name} runs {shown}; that call by itself blocked a key in a throw-away repository"
            );
            Line::well(about, text)
        }
        (Ok(()), _) => {
            let text = format!(
                "{name} runs {shown}; in a throw-away repository, it blocked a key and let pass what has none"
            );
            Line::well(about, text)
        }
    }
}

fn no_program(event: Event, way: &Way, tree: &WorkTree) -> Line {
    let about = event.name();
    let name = way.name();
    match way {
        Way::Block {
            settings:
                Settings {
                    program: Some(named),
                    ..
                },
            ..
        } => {
            let text = format!(
                "{name} names {}, which is gone, and PATH has none",
                named.display()
            );
            Line::wrong(about, text, commands::install(tree))
        }
        Way::Line(call) | Way::Config(_, call)
            if !call.program.is_absolute() && call.program.components().count() > 1 =>
        {
            let text = format!("{name}: which phguard that is depends on where it runs");
            let mend = "name it by its absolute path, or put it into PATH";
            Line::unknown(about, text, mend)
        }
        _ => {
            let text = format!("{name} needs a phguard in PATH, and there is none");
            Line::wrong(about, text, "put phguard into PATH")
        }
    }
}

/// Returns a line about a program that is older than this one.
fn older_program(event: Event, program: &Path, tree: &WorkTree) -> Option<Line> {
    let about = event.name();
    let own = env!("CARGO_PKG_VERSION");
    if is_self(program) {
        return None;
    }
    let shown = program.display();
    let install = commands::install(tree);
    let said = match canary::version_of(program) {
        Ok(said) => said,
        Err(why) => {
            let text = format!("{shown} does not tell its version: {why:#}");
            return Some(Line::wrong(about, text, install));
        }
    };
    match said.strip_prefix("phguard ").and_then(version_numbers) {
        None => Some(Line::wrong(
            about,
            format!("{shown} is no phguard"),
            install,
        )),
        Some(version) if Some(version) < version_numbers(own) => {
            let text = format!("{shown} is older than this phguard: {said}, not {own}");
            Some(Line::wrong(about, text, install))
        }
        Some(_) => None,
    }
}

fn is_self(program: &Path) -> bool {
    match (std::env::current_exe(), program.canonicalize()) {
        (Ok(this), Ok(program)) => this.canonicalize().is_ok_and(|this| this == program),
        _ => false,
    }
}

fn version_numbers(version: &str) -> Option<[u32; 3]> {
    let mut numbers = version.split(['.', '-', '+']);
    let mut next = || numbers.next()?.parse().ok();
    Some([next()?, next()?, next()?])
}
