//! Which hook git runs, and whether it leads to phguard.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::calls::{self, Call};
use super::proof::{self, Way};
use super::{Line, typed};
use crate::git::{self, WorkTree};
use crate::hook::config_hooks::SINCE;
use crate::hook::install::{beside, hooks_of, is_executable};
use crate::hook::managers::{Manager, husky_directory};
use crate::hook::shim::{self, Shim};
use crate::hook::uninstall::{MOVED, shim_at};
use crate::hook::{Event, program};

/// The hooks without which a check is missing; the others are examined if they are there.
const NEEDED: [Event; 2] = [Event::PreCommit, Event::PreMergeCommit];
const INSTALL: &str = "phguard install";
const DOUBLY: &str = "phguard uninstall, or phguard uninstall --git-config, or take the line out";

/// What makes hooks run in a work tree.
#[derive(PartialEq, Eq)]
pub(super) struct SetUp {
    directory: Result<PathBuf, String>,
    settings: Result<Vec<(String, Vec<u8>)>, String>,
}

impl SetUp {
    pub(super) fn of(tree: &WorkTree) -> Self {
        let text = |error: anyhow::Error| format!("{error:#}");
        Self {
            directory: hooks_of(tree).map_err(text),
            settings: tree
                .config_matching(r"^hook\..*\.(event|command|enabled)$")
                .map_err(text),
        }
    }

    /// Every hook that phguard serves.
    pub(super) fn examine(&self, tree: &WorkTree) -> Vec<Line> {
        let settings = match &self.settings {
            Ok(settings) => settings,
            Err(why) => {
                let look = "git config --list --show-origin";
                return vec![Line::unknown(
                    "hooks",
                    format!("git's configuration cannot be read: {why}"),
                    look,
                )];
            }
        };
        let of = |event| {
            Hook {
                event,
                tree,
                hooks: self.directory.as_deref(),
                settings,
            }
            .examine()
        };
        Event::ALL.into_iter().flat_map(of).collect()
    }
}

/// One hook of a work tree.
struct Hook<'h> {
    event: Event,
    tree: &'h WorkTree,
    hooks: Result<&'h Path, &'h String>,
    settings: &'h [(String, Vec<u8>)],
}

impl Hook<'_> {
    fn examine(&self) -> Vec<Line> {
        let (mut ways, mut lines, mut ignored) = (Vec::new(), Vec::new(), Vec::new());
        self.by_configuration(&mut ways, &mut lines, &mut ignored);
        let (configured, mut of_file) = (ways.len(), Vec::new());
        match self.hooks {
            Ok(hooks) => self.by_file(hooks, &mut ways, &mut of_file),
            Err(why) => {
                let mend = "git config --show-origin core.hooksPath, and --unset it there";
                of_file.extend(
                    self.is_needed()
                        .then(|| Line::wrong(self.event.name(), why, mend)),
                );
            }
        }
        // Where git is told by its configuration, the file need not be there.
        if configured == 0 || ways.len() > configured {
            lines.extend(of_file);
        }
        if ways.is_empty() {
            lines.extend(ignored);
            if self.is_needed() && lines.is_empty() {
                lines.push(Line::wrong(
                    self.event.name(),
                    "no hook of phguard runs",
                    INSTALL,
                ));
            }
            return lines;
        }
        // A check for all repositories stands beside a repository's own.
        let own = ways.iter().filter(|way| !self.is_for_all(way)).count();
        if own > 1 {
            let names: Vec<_> = ways.iter().map(Way::name).collect();
            lines.push(Line::wrong(
                self.event.name(),
                format!("phguard runs more than once: {}", names.join(", and ")),
                DOUBLY,
            ));
        }
        for way in &ways {
            lines.extend(proof::of(self.event, way, self.tree));
        }
        lines
    }

    /// Tells whether git's configuration sets this hook for all repositories.
    fn is_for_all(&self, way: &Way) -> bool {
        let Way::Config(name, _) = way else {
            return false;
        };
        let key = format!("{name}.event");
        ["--global", "--system"].iter().any(|scope| {
            let values = self.tree.config_values(&[scope, "--get-all", &key]);
            values.is_ok_and(|values| !values.is_empty())
        })
    }

    /// Where none is needed, a hook of somebody else is no defect.
    fn is_needed(&self) -> bool {
        NEEDED.contains(&self.event)
    }

    /// Hooks that git's configuration names.
    fn by_configuration(
        &self,
        ways: &mut Vec<Way>,
        lines: &mut Vec<Line>,
        ignored: &mut Vec<Line>,
    ) {
        let value = |key: &str| {
            self.settings
                .iter()
                .rev()
                .find(|(known, _)| known == key)
                .map(|(_, value)| &value[..])
        };
        let is_off = |key: &str| matches!(value(key), Some(b"false" | b"no" | b"off" | b"0"));
        let is_old = git::version().is_ok_and(|version| version < SINCE);
        if is_off(&format!("hook.{}.enabled", self.event)) && !is_old {
            let mend = format!("git config --unset hook.{}.enabled", self.event);
            lines.push(Line::wrong(
                self.event.name(),
                "git is told to run no hooks at all, phguard's included",
                mend,
            ));
        }
        for (key, event) in self.settings {
            let Some(name) = key
                .strip_suffix(".event")
                .filter(|_| event == self.event.name().as_bytes())
            else {
                continue;
            };
            let command = value(&format!("{name}.command")).unwrap_or_default();
            let Some(call) = calls::in_configuration(command, self.event.name()) else {
                continue;
            };
            let mend = format!("git config --unset {name}.enabled");
            if is_off(&format!("{name}.enabled")) {
                lines.push(Line::wrong(
                    self.event.name(),
                    format!("{name}, which calls phguard, is not enabled"),
                    mend,
                ));
            } else if is_old {
                let text =
                    format!("this git is older than 2.54 and ignores {name}, which calls phguard");
                ignored.push(Line::wrong(self.event.name(), text, INSTALL));
            } else {
                ways.push(Way::Config(name.to_owned(), call));
            }
        }
    }

    /// The file in the directory of hooks.
    fn by_file(&self, hooks: &Path, ways: &mut Vec<Way>, lines: &mut Vec<Line>) {
        let hook = hooks.join(self.event.name());
        let shown = hook.display();
        let Ok(metadata) = hook.symlink_metadata() else {
            return self.absent(hooks, lines);
        };
        let text = match fs::read(&hook) {
            Ok(text) => text,
            Err(_) if metadata.is_symlink() => {
                let text = format!("{shown} leads nowhere: git skips it, and phguard does not run");
                let line = Line::wrong(
                    self.event.name(),
                    text,
                    format!("rm {} && {INSTALL}", typed(&hook)),
                );
                return lines.extend(self.is_needed().then_some(line));
            }
            Err(why) => {
                let text = format!("{shown} is no file that can be read: {why}");
                return lines.push(Line::unknown(
                    self.event.name(),
                    text,
                    format!("ls -l {}", typed(&hook)),
                ));
            }
        };
        let shim = shim::recognise(&text);
        if !is_executable(&hook) && (shim.is_some() || self.is_needed()) {
            let text = format!("{shown} is not executable: git skips it, and phguard does not run");
            return lines.push(Line::wrong(
                self.event.name(),
                text,
                format!("chmod +x {}", typed(&hook)),
            ));
        }
        match shim {
            Some(shim) => self.by_shim(&hook, &shim, &text, ways, lines),
            None if !text.starts_with(b"#!") && shim::is_in_binary(&text) => {
                ways.push(Way::Binary(hook));
            }
            None => self.by_foreign(hooks, &text, ways, lines),
        }
    }

    fn by_shim(
        &self,
        hook: &Path,
        shim: &Shim,
        text: &[u8],
        ways: &mut Vec<Way>,
        lines: &mut Vec<Line>,
    ) {
        let shown = hook.display();
        match shim {
            Shim::Current(_) => {}
            Shim::OtherVersion => {
                let text = format!("{shown} is phguard's, but of another version");
                lines.push(Line::wrong(self.event.name(), text, INSTALL));
            }
            Shim::Edited => {
                lines.push(Line::well(
                    self.event.name(),
                    format!("{shown} is phguard's, edited by somebody"),
                ));
            }
        }
        ways.push(Way::Shim(hook.to_owned(), shim::named_program(text)));
        let before = beside(&hook.with_extension(""));
        if is_executable(&before)
            && let Ok(text) = fs::read(&before)
        {
            if !text.starts_with(b"#!") && shim::is_in_binary(&text) {
                ways.push(Way::Binary(before));
            } else if let Some(call) = calls::in_script(&text, true) {
                ways.push(Way::Line(before, call));
            }
        }
    }

    /// A hook that phguard did not write: another tool's or the user's.
    fn by_foreign(&self, hooks: &Path, text: &[u8], ways: &mut Vec<Way>, lines: &mut Vec<Line>) {
        let husky = husky_directory(hooks);
        let manager = if husky.is_some() {
            Some(Manager::Husky)
        } else {
            Manager::that_wrote(text)
        };
        let legacy = hooks.join(format!("{}.legacy", self.event));
        let runs_legacy =
            matches!(manager, Some(Manager::PreCommit | Manager::Prek)) && is_executable(&legacy);
        if runs_legacy
            && let Ok(text) = fs::read(&legacy)
            && let Some(shim) = shim::recognise(&text)
        {
            return self.by_shim(&legacy, &shim, &text, ways, lines);
        }
        if let Some((file, call)) = self.call(hooks, husky.as_deref(), manager, text) {
            if let Some(why) = call.futile {
                let text = format!(
                    "{}, line {}: the call of phguard {why}",
                    file.display(),
                    call.line
                );
                return lines.push(Line::wrong(
                    self.event.name(),
                    text,
                    format!("edit {}", typed(&file)),
                ));
            }
            return ways.push(Way::Line(file, call));
        }
        self.displaced(hooks, lines);
        if !self.is_needed() {
            return;
        }
        let configured =
            manager.filter(|manager| matches!(manager, Manager::PreCommit | Manager::Prek));
        if let Some(manager) =
            configured.filter(|manager| calls::is_named(self.tree.top(), *manager))
        {
            let text = format!(
                "{} is told to run the hook `phguard`, which was not tried out",
                manager.name()
            );
            return lines.push(Line::unknown(
                self.event.name(),
                text,
                format!("{} run phguard --all-files", manager.name()),
            ));
        }
        let owner = manager.map_or("somebody else's", Manager::name);
        let hook = hooks.join(self.event.name());
        let mut line = Line::wrong(
            self.event.name(),
            format!("{} ({owner}) does not call phguard", hook.display()),
            INSTALL,
        );
        if let Some(manager) = manager {
            let program = program::lasting_path().unwrap_or_else(|_| "phguard".into());
            line.mend = manager.lines(&[self.event], hooks, &program);
        }
        lines.push(line);
    }

    /// The line that calls phguard: in the hook itself, or in what tells its manager what to run.
    fn call(
        &self,
        hooks: &Path,
        husky: Option<&Path>,
        manager: Option<Manager>,
        text: &[u8],
    ) -> Option<(PathBuf, Call)> {
        if let Some(directory) = husky {
            let file = directory.join(self.event.name());
            let call = calls::in_script(&fs::read(&file).ok()?, true)?;
            return Some((file, call));
        }
        let configuration = manager
            .map_or(&[][..], Manager::configuration)
            .iter()
            .map(|name| self.tree.top().join(name));
        let configured = |file: PathBuf| {
            let call = calls::in_configuration(&fs::read(&file).ok()?, self.event.name())?;
            Some((file, call))
        };
        let in_hook =
            || calls::in_script(text, false).map(|call| (hooks.join(self.event.name()), call));
        configuration
            .into_iter()
            .find_map(configured)
            .or_else(in_hook)
    }

    fn absent(&self, hooks: &Path, lines: &mut Vec<Line>) {
        self.displaced(hooks, lines);
        if husky_directory(hooks).is_some() && self.is_needed() {
            let text = format!(
                "husky's {} is not there: git runs no hook in this work tree",
                hooks.display()
            );
            let mend =
                "npx husky, in each work tree; or for all at once: phguard install --git-config";
            lines.push(Line::wrong(self.event.name(), text, mend));
        }
    }

    /// A shim that another tool moved aside and does not run.
    fn displaced(&self, hooks: &Path, lines: &mut Vec<Line>) {
        for suffix in MOVED {
            let moved = hooks.join(format!("{}{suffix}", self.event));
            if matches!(shim_at(&moved), Ok(Some(_))) {
                let text = format!(
                    "phguard's hook was moved aside to {} and does not run",
                    moved.display()
                );
                lines.push(Line::wrong(
                    self.event.name(),
                    text,
                    format!("rm {} && {INSTALL}", typed(&moved)),
                ));
            }
        }
    }
}
