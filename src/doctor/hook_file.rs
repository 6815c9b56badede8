//! The file that git runs as a hook, and how it leads to phguard.

use std::path::{Path, PathBuf};

use super::in_force::{Findings, Hook};
use super::proof::Way;
use super::{Line, commands, typed_path};
use crate::hook::files::{self, Seen};
use crate::hook::managers::Manager;
use crate::hook::others;
use crate::hook::place::{Owner, Place};
use crate::hook::program::is_executable;
use crate::hook::script::shell_of;
use crate::hook::shim::{self, Before, Found, State};
use crate::hook::uninstall::{MOVED, block_at};
use crate::hook::{calls, plain_shell};

impl Hook<'_> {
    /// The file in the directory of hooks.
    pub(super) fn look_at_file(&self, place: &Place, found: &mut Findings) {
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
                    .push(self.unknown(text, format!("ls -l {}", typed_path(&hook))));
            }
        };
        match seen {
            Seen::Nothing => return self.explain_absence(place, found),
            Seen::Link(_) if !hook.exists() => {
                if self.is_needed {
                    let text =
                        format!("{shown} leads nowhere: git skips it, and phguard does not run");
                    let mend = format!("rm {} && {}", typed_path(&hook), self.install_command());
                    found.lines.push(self.wrong(text, mend));
                }
                return;
            }
            _ => {}
        }
        let names_phguard = String::from_utf8_lossy(&text).contains("phguard");
        if !is_executable(&hook) && (names_phguard || self.is_needed) {
            let text = format!("{shown} is not executable: git skips it, and phguard does not run");
            let mend = format!("chmod +x {}", typed_path(&hook));
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
        let again = format!("{} --force", self.install_command());
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
                return found.lines.push(self.unknown(text, self.install_command()));
            }
        };
        let proof = match (&settings.before, block.other_lines(text)) {
            (Before::Lines(_, events), _) if !events.contains(&self.event) => {
                if self.is_needed {
                    let text = format!("{shown} calls phguard for other hooks, not for this one");
                    found.lines.push(self.wrong(text, self.install_command()));
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
                    .push(self.unknown(text, format!("ls -l {}", typed_path(hooks))));
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
                typed_path(&call.file)
            );
            return found.lines.push(self.unknown(text, mend));
        }
        self.find_displaced(hooks, found);
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
            let mend = commands::at_top(self.tree, manager.activation_command());
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
            self.wrong(text, self.install_command())
        } else {
            let text = format!(
                "{shown} ({owner}) has no call of phguard that is understood; what it runs in turn was not looked at"
            );
            self.unknown(text, self.install_command())
        };
        if let Some(manager) = manager {
            line.mend = manager.instruction_lines(&[self.event], self.tree, &place.directory);
        } else if place.owner != Owner::Repository {
            line.mend = others::lines_for(self.tree.top(), place, &[self.event]);
        }
        line
    }

    fn explain_absence(&self, place: &Place, found: &mut Findings) {
        let hooks = &place.directory;
        self.find_displaced(hooks, found);
        if let Some(manager) = Manager::in_hooks_path(hooks)
            && self.is_needed
        {
            let hook = place.hook(self.event);
            let (name, shown) = (manager.name(), hook.display());
            let text = format!("{name}'s {shown} is not there: git runs no hook");
            let mend = commands::at_top(self.tree, manager.activation_command());
            found.lines.push(self.wrong(text, mend));
        }
    }

    /// A hook of phguard that another tool moved aside and does not run.
    fn find_displaced(&self, hooks: &Path, found: &mut Findings) {
        for suffix in MOVED {
            let moved: PathBuf = hooks.join(format!("{}{suffix}", self.event));
            if matches!(block_at(&moved), Ok(Some(_))) {
                let text = format!(
                    "phguard's hook was moved aside to {} and does not run",
                    moved.display()
                );
                let mend = format!("rm {} && {}", typed_path(&moved), self.install_command());
                found.lines.push(self.wrong(text, mend));
            }
        }
    }
}
