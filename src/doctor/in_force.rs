//! The two ways in which git runs phguard: by its configuration, and by the file of each hook.

use anyhow::Result;

use super::proof::{self, Way};
use super::{Line, commands};
use crate::git::{self, WorkTree};
use crate::hook::config_hooks::SINCE;
use crate::hook::files;
use crate::hook::managers::Manager;
use crate::hook::others;
use crate::hook::place::{Owner, Place};
use crate::hook::{Event, calls, shell_start};

/// Everything that makes hooks run in a work tree.
#[derive(PartialEq, Eq)]
pub(super) struct SetUp {
    place: Result<Place, String>,
    settings: Result<Vec<(String, Vec<u8>)>, String>,
}

impl SetUp {
    pub(super) fn of(tree: &WorkTree) -> Self {
        let text = |error: anyhow::Error| format!("{error:#}");
        let pattern = r"^hook\..*\.(event|command|enabled)$";
        Self {
            place: Place::of(tree).map_err(text),
            settings: tree.config_matching(pattern).map_err(text),
        }
    }

    /// Examines every hook that phguard serves. `needed` are those without which a check is missing.
    pub(super) fn examine(&self, tree: &WorkTree, needed: &[Event]) -> Vec<Line> {
        let settings = match &self.settings {
            Ok(settings) => settings,
            Err(why) => {
                let text = format!("git's configuration cannot be read: {why}");
                let look = commands::git(tree, "config --list --show-origin");
                return vec![Line::unknown("hooks", text, look)];
            }
        };
        let mut lines = Vec::new();
        for event in Event::ALL {
            let hook = Hook {
                event,
                tree,
                place: self.place.as_ref(),
                settings,
                is_needed: needed.contains(&event),
            };
            lines.extend(hook.examine());
        }
        lines
    }

    /// Tells whether phguard runs before any ref moves.
    pub(super) fn has_gate(&self, tree: &WorkTree) -> bool {
        let Ok(settings) = &self.settings else {
            return false;
        };
        let hook = Hook {
            event: Event::ReferenceTransaction,
            tree,
            place: self.place.as_ref(),
            settings,
            is_needed: false,
        };
        hook.is_there()
    }
}

/// One hook of a work tree.
pub(super) struct Hook<'h> {
    pub(super) event: Event,
    pub(super) tree: &'h WorkTree,
    place: Result<&'h Place, &'h String>,
    settings: &'h [(String, Vec<u8>)],
    /// True if a check is missing without this hook. If false, a hook of somebody else is no defect.
    pub(super) is_needed: bool,
}

/// The findings about one hook.
#[derive(Default)]
pub(super) struct Findings {
    /// The ways in which git comes to run phguard.
    pub(super) ways: Vec<Way>,
    pub(super) lines: Vec<Line>,
}

impl Hook<'_> {
    fn examine(&self) -> Vec<Line> {
        let mut configured = Findings::default();
        let mut ignored = Vec::new();
        self.look_at_configuration(&mut configured, &mut ignored);
        let mut of_file = Findings::default();
        match self.place {
            Ok(place) => self.look_at_file(place, &mut of_file),
            Err(why) if self.is_needed => {
                let mend = commands::git(self.tree, "config --show-origin core.hooksPath");
                of_file.lines.push(self.wrong(why, mend));
            }
            Err(_) => {}
        }
        let mut lines = configured.lines;
        // If git's configuration names the hook, no file is needed.
        if configured.ways.is_empty() || !of_file.ways.is_empty() {
            lines.extend(of_file.lines);
        }
        let mut ways = configured.ways;
        ways.extend(of_file.ways);
        if ways.is_empty() {
            lines.extend(ignored);
            if lines.is_empty() {
                lines.extend(self.missing_hook());
            }
            return lines;
        }
        for way in &ways {
            match self.doubt_of_shell(way) {
                Some(line) => lines.push(line),
                None => lines.extend(proof::of(self.event, way, self.tree)),
            }
        }
        if ways.len() > 1 {
            let names: Vec<String> = ways.iter().map(Way::name).collect();
            let text = format!("phguard runs more than once, by {}", names.join(" and by "));
            lines.push(Line::note(self.event.name(), text));
        }
        lines
    }

    fn is_there(&self) -> bool {
        let mut found = Findings::default();
        self.look_at_configuration(&mut found, &mut Vec::new());
        if let Ok(place) = self.place {
            self.look_at_file(place, &mut found);
        }
        !found.ways.is_empty()
    }

    /// The environment may change what the shell of the hook does.
    fn doubt_of_shell(&self, way: &Way) -> Option<Line> {
        let mut scripts = Vec::new();
        match way {
            Way::Binary(_) => return None,
            Way::Block { file, .. } => scripts.push(files::read(file).unwrap_or_default()),
            // Git, or a manager, has sh read the command.
            Way::Line(_) | Way::Config(..) => scripts.push(Vec::new()),
        }
        if let Ok(place) = self.place
            && !matches!(way, Way::Config(..))
        {
            let hook = place.hook(self.event);
            scripts.push(files::read(&hook).unwrap_or_default());
        }
        for script in scripts {
            if let Some(why) = shell_start::doubt_of_variables(&script) {
                let text = format!("{}: the hook {why}", way.name());
                let mend = "unset that variable, or have the hook read by another shell";
                return Some(self.unknown(text, mend));
            }
        }
        None
    }

    pub(super) fn wrong(&self, text: impl AsRef<str>, mend: impl AsRef<str>) -> Line {
        Line::wrong(self.event.name(), text, mend)
    }

    pub(super) fn unknown(&self, text: impl AsRef<str>, mend: impl AsRef<str>) -> Line {
        Line::unknown(self.event.name(), text, mend)
    }

    pub(super) fn install_command(&self) -> String {
        commands::install(self.tree)
    }

    /// No hook is there at all.
    fn missing_hook(&self) -> Option<Line> {
        if self.is_needed {
            let mut line = self.wrong("no hook of phguard runs", self.install_command());
            if let Ok(place) = self.place
                && place.owner != Owner::Repository
            {
                line.mend = others::lines_for(self.tree.top(), place, &[self.event]);
            } else if let Some((manager, file)) = Manager::configured(self.tree) {
                line.text = format!(
                    "{file} sets up {}, which is not active here",
                    manager.name()
                );
                line.mend = vec![commands::at_top(self.tree, manager.activation_command())];
            }
            return Some(line);
        }
        let gate = Hook {
            event: Event::ReferenceTransaction,
            ..*self
        };
        if self.event == Event::PrePush && !self.tree.is_bare() && !gate.is_there() {
            let text = "no check before a push: what cherry-pick, revert, rebase, am and \
                        --no-verify commit is checked nowhere on this machine";
            let mut line = Line::note(self.event.name(), text);
            line.mend = vec![format!("{} --event pre-push", self.install_command())];
            return Some(line);
        }
        None
    }

    /// Hooks that git's configuration names.
    fn look_at_configuration(&self, found: &mut Findings, ignored: &mut Vec<Line>) {
        let is_old = git::version().is_ok_and(|version| version < SINCE);
        let all = format!("hook.{}.enabled", self.event);
        if self.is_off(&all) && !is_old {
            let mend = commands::git(self.tree, &format!("config --unset {all}"));
            let text = "git is told to run no hooks at all, phguard's included";
            found.lines.push(self.wrong(text, mend));
        }
        for name in self.configured_names() {
            let command = self
                .setting_value(&format!("{name}.command"))
                .unwrap_or_default();
            let Some(call) = calls::in_script(command, self.event, &[]) else {
                continue;
            };
            let enabled = format!("{name}.enabled");
            if self.is_off(&enabled) {
                let mend = commands::git(self.tree, &format!("config --unset {enabled}"));
                let text = format!("{name}, which calls phguard, is not enabled");
                found.lines.push(self.wrong(text, mend));
            } else if is_old {
                let text =
                    format!("this git is older than 2.54 and ignores {name}, which calls phguard");
                ignored.push(self.wrong(text, self.install_command()));
            } else if let Some(why) = &call.doubt {
                let mend =
                    commands::git(self.tree, &format!("config --show-origin {name}.command"));
                found
                    .lines
                    .push(self.unknown(format!("{name} {why}"), mend));
            } else {
                found.ways.push(Way::Config(name, call));
            }
        }
    }

    /// Returns the hooks that the configuration names for this event. An empty value takes back
    /// the ones before it.
    fn configured_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (key, event) in self.settings {
            let Some(name) = key.strip_suffix(".event") else {
                continue;
            };
            if event.is_empty() {
                names.retain(|known| known != name);
            } else if event == self.event.name().as_bytes() && !names.iter().any(|n| n == name) {
                names.push(name.into());
            }
        }
        names
    }

    fn setting_value(&self, key: &str) -> Option<&[u8]> {
        let setting = self.settings.iter().rev().find(|(known, _)| known == key)?;
        Some(&setting.1)
    }

    fn is_off(&self, key: &str) -> bool {
        let Some(value) = self.setting_value(key) else {
            return false;
        };
        let value = value.to_ascii_lowercase();
        matches!(&value[..], b"false" | b"no" | b"off" | b"0" | b"")
    }
}
