//! Whether what calls phguard works: its program, its version, and what it does to a canary.

use std::fs;
use std::path::{Path, PathBuf};

use super::Line;
use super::calls::Call;
use crate::config;
use crate::git::WorkTree;
use crate::hook::Event;
use crate::hook::canary::{self, SetUp};
use crate::hook::{program, shim};

const INSTALL: &str = "phguard install";

/// How git comes to run phguard.
pub(super) enum Way {
    /// By the shim, which names this program, or the one in PATH.
    Shim(PathBuf, Option<PathBuf>),
    /// The hook is the binary.
    Binary(PathBuf),
    /// By a line in this file.
    Line(PathBuf, Call),
    /// By git's configuration under this name.
    Config(String, Call),
}

impl Way {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Shim(file, _) | Self::Binary(file) => file.display().to_string(),
            Self::Line(file, call) => format!("{}, line {}", file.display(), call.line),
            Self::Config(name, _) => name.clone(),
        }
    }

    /// The program that is run.
    fn program(&self) -> Option<PathBuf> {
        match self {
            Self::Shim(_, program) => program
                .clone()
                .filter(|program| program::is_program(program))
                .or_else(|| program::in_path("phguard")),
            Self::Binary(file) => Some(file.clone()),
            Self::Line(_, call) | Self::Config(_, call) => call.resolved(),
        }
    }
}

/// What is found out about one way, for one hook.
pub(super) fn of(event: Event, way: &Way, tree: &WorkTree) -> Vec<Line> {
    let name = way.name();
    let Some(program) = way.program() else {
        return vec![no_program(event, way)];
    };
    let mut lines = vec![Line::well(
        event.name(),
        format!("{name} runs {}", program.display()),
    )];
    if let Way::Shim(_, Some(named)) = way
        && *named != program
    {
        let text = format!(
            "{} is gone; the hook takes the phguard in PATH",
            named.display()
        );
        lines.push(Line::wrong(event.name(), text, INSTALL));
    }
    lines.extend(age(event, &program));
    // The configuration that is in force may allow what it should not.
    let configuration = fs::read(tree.top().join(config::FILE_NAME)).ok();
    let command = || {
        let words = [
            &shim::quoted(&program)[..],
            b" hook ",
            event.name().as_bytes(),
        ]
        .concat();
        String::from_utf8_lossy(&words).into_owned()
    };
    let proven = match way {
        Way::Shim(hook, _) | Way::Binary(hook) => {
            canary::prove(event, SetUp::Program(hook), configuration.as_deref())
        }
        Way::Line(..) => canary::prove(event, SetUp::Program(&program), configuration.as_deref()),
        Way::Config(..) => {
            canary::prove(event, SetUp::Command(&command()), configuration.as_deref())
        }
    };
    lines.push(match (proven, way) {
        (Ok(()), Way::Line(..)) => Line::well(
            event.name(),
            "by itself, that call blocks a key in a throw-away repository; the rest was not run",
        ),
        (Ok(()), _) => Line::well(
            event.name(),
            "in a throw-away repository, it blocked a key and let pass what has none",
        ),
        (Err(why), _) => Line::wrong(
            event.name(),
            format!("{name} DOES NOT WORK in a throw-away repository: {why:#}"),
            INSTALL,
        ),
    });
    lines
}

fn no_program(event: Event, way: &Way) -> Line {
    match way {
        Way::Shim(hook, Some(named)) => {
            let text = format!(
                "{} names {}, which is gone, and PATH has none",
                hook.display(),
                named.display()
            );
            Line::wrong(event.name(), text, "run install.sh of phguard again")
        }
        Way::Line(file, call)
            if !call.program.is_absolute() && call.program.components().count() > 1 =>
        {
            let text = format!(
                "{}, line {}: which phguard that is depends on where it runs",
                file.display(),
                call.line
            );
            Line::unknown(
                event.name(),
                text,
                "name it by its absolute path, or put it into PATH",
            )
        }
        _ => Line::wrong(
            event.name(),
            format!("{} needs a phguard in PATH, and there is none", way.name()),
            "put phguard into PATH",
        ),
    }
}

/// Whether the program is older than this one.
fn age(event: Event, program: &Path) -> Option<Line> {
    let own = env!("CARGO_PKG_VERSION");
    let is_self = std::env::current_exe()
        .and_then(|this| Ok(this.canonicalize()? == program.canonicalize()?));
    if is_self.is_ok_and(|is_self| is_self) {
        return None;
    }
    let shown = program.display();
    match canary::version_of(program) {
        Err(why) => Some(Line::wrong(
            event.name(),
            format!("{shown} does not tell its version: {why:#}"),
            INSTALL,
        )),
        Ok(said) => {
            let version = said.strip_prefix("phguard ").and_then(numbers);
            match version {
                Some(version) if Some(version) < numbers(own) => {
                    let text = format!("{shown} is older than this phguard: {said}, not {own}");
                    Some(Line::wrong(event.name(), text, INSTALL))
                }
                Some(_) => None,
                None => Some(Line::wrong(
                    event.name(),
                    format!("{shown} is no phguard"),
                    INSTALL,
                )),
            }
        }
    }
}

fn numbers(version: &str) -> Option<[u32; 3]> {
    let mut numbers = version
        .split(['.', '-', '+'])
        .map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}
