//! The hook that git runs, and whether it leads to phguard.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::proof::{self, Way};
use super::{Line, commands, typed};
use crate::git::{self, WorkTree};
use crate::hook::config_hooks::SINCE;
use crate::hook::files::{self, Seen};
use crate::hook::managers::Manager;
use crate::hook::others;
use crate::hook::place::{Owner, Place};
use crate::hook::program::is_executable;
use crate::hook::script::shell_of;
use crate::hook::shim::{self, Before, Found, State};
use crate::hook::uninstall::{MOVED, block_at};
use crate::hook::{Event, calls, plain_shell, shell_start};

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
}

/// One hook of a work tree.
struct Hook<'h> {
    event: Event,
    tree: &'h WorkTree,
    place: Result<&'h Place, &'h String>,
    settings: &'h [(String, Vec<u8>)],
    /// Without it a check is missing. Otherwise a hook of somebody else is no defect.
    is_needed: bool,
}

/// The findings about one hook.
#[derive(Default)]
struct Findings {
    /// The ways in which git comes to run phguard.
    ways: Vec<Way>,
    lines: Vec<Line>,
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
        // Where git is told by its configuration, the file need not be there.
        if configured.ways.is_empty() || !of_file.ways.is_empty() {
            lines.extend(of_file.lines);
        }
        let mut ways = configured.ways;
        ways.extend(of_file.ways);
        if ways.is_empty() {
            lines.extend(ignored);
            if lines.is_empty() {
                lines.extend(self.missing());
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

    fn wrong(&self, text: impl AsRef<str>, mend: impl AsRef<str>) -> Line {
        Line::wrong(self.event.name(), text, mend)
    }

    fn unknown(&self, text: impl AsRef<str>, mend: impl AsRef<str>) -> Line {
        Line::unknown(self.event.name(), text, mend)
    }

    fn install(&self) -> String {
        commands::install(self.tree)
    }

    /// No hook is there at all.
    fn missing(&self) -> Option<Line> {
        if self.is_needed {
            let mut line = self.wrong("no hook of phguard runs", self.install());
            if let Ok(place) = self.place
                && place.owner != Owner::Repository
            {
                line.mend = others::lines_for(self.tree.top(), place, &[self.event]);
            } else if let Some((manager, file)) = Manager::configured(self.tree) {
                line.text = format!(
                    "{file} sets up {}, which is not active here",
                    manager.name()
                );
                line.mend = vec![commands::at_top(self.tree, manager.activation())];
            }
            return Some(line);
        }
        if self.event == Event::PrePush && !self.tree.is_bare() {
            let text = "no check before a push: what cherry-pick, revert, rebase, am and \
                        --no-verify commit is checked nowhere on this machine";
            let mut line = Line::note(self.event.name(), text);
            line.mend = vec![format!("{} --event pre-push", self.install())];
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
        for name in self.names() {
            let command = self.setting(&format!("{name}.command")).unwrap_or_default();
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
                ignored.push(self.wrong(text, self.install()));
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
    fn names(&self) -> Vec<String> {
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

    fn setting(&self, key: &str) -> Option<&[u8]> {
        let setting = self.settings.iter().rev().find(|(known, _)| known == key)?;
        Some(&setting.1)
    }

    fn is_off(&self, key: &str) -> bool {
        let Some(value) = self.setting(key) else {
            return false;
        };
        let value = value.to_ascii_lowercase();
        matches!(&value[..], b"false" | b"no" | b"off" | b"0" | b"")
    }

    /// The file in the directory of hooks.
    fn look_at_file(&self, place: &Place, found: &mut Findings) {
        let hook = place.hook(self.event);
        let shown = hook.display();
        let seen = files::look(&hook).and_then(|seen| match seen {
            Seen::Link(_) if hook.exists() => Ok((seen, files::read(&hook)?)),
            Seen::File { ref text, .. } => {
                let text = text.clone();
                Ok((seen, text))
            }
            _ => Ok((seen, Vec::new())),
        });
        let (seen, text) = match seen {
            Ok(seen) => seen,
            Err(why) => {
                let text = format!("{shown} cannot be read: {why:#}");
                return found
                    .lines
                    .push(self.unknown(text, format!("ls -l {}", typed(&hook))));
            }
        };
        match seen {
            Seen::Nothing => return self.absent(place, found),
            Seen::Link(_) if !hook.exists() => {
                if self.is_needed {
                    let text =
                        format!("{shown} leads nowhere: git skips it, and phguard does not run");
                    let mend = format!("rm {} && {}", typed(&hook), self.install());
                    found.lines.push(self.wrong(text, mend));
                }
                return;
            }
            _ => {}
        }
        let names_phguard = String::from_utf8_lossy(&text).contains("phguard");
        if !is_executable(&hook) && (names_phguard || self.is_needed) {
            let text = format!("{shown} is not executable: git skips it, and phguard does not run");
            let mend = format!("chmod +x {}", typed(&hook));
            return found.lines.push(self.wrong(text, mend));
        }
        match shim::find_block(&text) {
            Some(block) => self.look_at_block(&hook, &text, &block, found),
            None if shim::is_in_binary(&text) => found.ways.push(Way::Binary(hook)),
            None => self.look_at_other(place, &text, found),
        }
    }

    fn look_at_block(&self, hook: &Path, text: &[u8], block: &Found, found: &mut Findings) {
        let shown = hook.display();
        let again = format!("{} --force", self.install());
        let settings = match &block.state {
            State::Current(settings) => settings,
            State::Edited | State::OtherVersion if text.windows(2).any(|two| two == b"\r\n") => {
                let text =
                    format!("{shown} has line ends of Windows (CRLF), which the shell cannot read");
                return found.lines.push(self.wrong(text, again));
            }
            State::Edited => {
                let text = format!("{shown} is phguard's, but somebody has edited it: not run");
                return found.lines.push(self.unknown(text, again));
            }
            State::OtherVersion => {
                let text = format!("{shown} is phguard's, but of another version: not run");
                return found.lines.push(self.unknown(text, self.install()));
            }
        };
        let proof = match (&settings.before, block.other_lines(text)) {
            (Before::Lines(_, events), _) if !events.contains(&self.event) => {
                if self.is_needed {
                    let text = format!("{shown} calls phguard for other hooks, not for this one");
                    found.lines.push(self.wrong(text, self.install()));
                }
                return;
            }
            // Without the lines of others, which may do anything.
            (Before::Lines(..), _) => Some([&text[..block.block.end], b"exit 0\n"].concat()),
            (_, Some(_)) => {
                let text = format!("{shown} is phguard's, but somebody has edited it: not run");
                return found.lines.push(self.unknown(text, again));
            }
            (_, None) => None,
        };
        found.ways.push(Way::Block {
            file: hook.into(),
            settings: settings.clone(),
            proof,
        });
    }

    /// A hook that phguard did not write: another tool's or the user's.
    fn look_at_other(&self, place: &Place, text: &[u8], found: &mut Findings) {
        let hooks = &place.directory;
        let hook = place.hook(self.event);
        let manager = Manager::in_hooks_path(hooks).or_else(|| Manager::that_wrote(text));
        if matches!(manager, Some(Manager::PreCommit | Manager::Prek))
            && self.look_at_moved(hooks, found)
        {
            return;
        }
        let call = match manager {
            Some(manager) => manager.call(self.tree, hooks, self.event),
            None if shell_of(text).is_none() => Ok(None),
            None => {
                let call = calls::in_script(text, self.event, &[]);
                Ok(call.map(|call| calls::Call {
                    file: hook.clone(),
                    ..call
                }))
            }
        };
        let call = match call {
            Ok(call) => call,
            Err(why) => {
                let text = format!("what it runs cannot be read: {why:#}");
                return found
                    .lines
                    .push(self.unknown(text, format!("ls -l {}", typed(hooks))));
            }
        };
        if let Some(call) = call {
            let Some(why) = &call.doubt else {
                return self.look_at_entry(call, manager, hooks, found);
            };
            let text = format!(
                "{}, line {}: the call {why}",
                call.file.display(),
                call.line
            );
            let mend = format!(
                "edit {}, so that the call stands alone and is reached",
                typed(&call.file)
            );
            return found.lines.push(self.unknown(text, mend));
        }
        self.displaced(hooks, found);
        if self.is_needed {
            found.lines.push(self.without_call(place, manager, text));
        }
    }

    /// A call that nothing in its own file is in the way of. The manager's hook may be.
    fn look_at_entry(
        &self,
        call: calls::Call,
        manager: Option<Manager>,
        hooks: &Path,
        found: &mut Findings,
    ) {
        if let Some(manager) = manager
            && let Some(why) = manager.doubt_of_hook(self.tree, hooks, self.event)
        {
            let (file, line) = (call.file.display(), call.line);
            let text = format!("{file}, line {line}: the call {why}");
            let mend = commands::at_top(self.tree, manager.activation());
            return found.lines.push(self.unknown(text, mend));
        }
        found.ways.push(Way::Line(call));
    }

    /// pre-commit and prek run the hook that was there before them. Tells whether that is phguard's.
    fn look_at_moved(&self, hooks: &Path, found: &mut Findings) -> bool {
        let moved = hooks.join(format!("{}.legacy", self.event));
        if !is_executable(&moved) {
            return false;
        }
        let Ok(Some((block, text))) = block_at(&moved) else {
            return false;
        };
        self.look_at_block(&moved, &text, &block, found);
        true
    }

    /// The hook does not name phguard. Something that it runs may.
    fn without_call(&self, place: &Place, manager: Option<Manager>, text: &[u8]) -> Line {
        let hook = place.hook(self.event);
        let shown = hook.display();
        let owner = manager.map_or("somebody else's", Manager::name);
        let is_known = match manager {
            Some(manager) => !manager.names_phguard(self.tree, &place.directory, self.event),
            None => plain_shell::runs_nothing_else(text),
        };
        let mut line = if is_known {
            let text = format!("{shown} ({owner}) does not call phguard");
            self.wrong(text, self.install())
        } else {
            let text = format!(
                "{shown} ({owner}) has no call of phguard that is understood; what it runs in turn was not looked at"
            );
            self.unknown(text, self.install())
        };
        if let Some(manager) = manager {
            line.mend = manager.lines(&[self.event], self.tree, &place.directory);
        } else if place.owner != Owner::Repository {
            line.mend = others::lines_for(self.tree.top(), place, &[self.event]);
        }
        line
    }

    fn absent(&self, place: &Place, found: &mut Findings) {
        let hooks = &place.directory;
        self.displaced(hooks, found);
        if let Some(manager) = Manager::in_hooks_path(hooks)
            && self.is_needed
        {
            let hook = place.hook(self.event);
            let (name, shown) = (manager.name(), hook.display());
            let text = format!("{name}'s {shown} is not there: git runs no hook");
            let mend = commands::at_top(self.tree, manager.activation());
            found.lines.push(self.wrong(text, mend));
        }
    }

    /// A hook of phguard that another tool moved aside and does not run.
    fn displaced(&self, hooks: &Path, found: &mut Findings) {
        for suffix in MOVED {
            let moved: PathBuf = hooks.join(format!("{}{suffix}", self.event));
            if matches!(block_at(&moved), Ok(Some(_))) {
                let text = format!(
                    "phguard's hook was moved aside to {} and does not run",
                    moved.display()
                );
                let mend = format!("rm {} && {}", typed(&moved), self.install());
                found.lines.push(self.wrong(text, mend));
            }
        }
    }
}
