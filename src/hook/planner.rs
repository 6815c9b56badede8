//! Decides what an installation does to each hook. Nothing is written here.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::calls::{self, Trust};
use super::files::{self, Seen};
use super::install::{Done, Manners, is_own_binary};
use super::others::lines_for;
use super::place::Place;
use super::plan::{Plan, Proof, edited_by_somebody, free_name};
use super::program::{Program, is_executable};
use super::script::shell_of;
use super::self_use::{Needs, needs_of};
use super::shim::{self, Before, Found, Settings, State};
use super::{Event, kept};
use crate::failure::{failed, refused};

/// Plans the hooks for these events. Names that lead to one file make one plan.
///
/// # Errors
/// Something is in the way.
pub(super) fn plan_of(
    top: &Path,
    place: &Place,
    events: &[Event],
    program: &Program,
    manners: Manners,
) -> Result<Vec<Plan>> {
    let planner = Planner {
        top,
        place,
        program,
        manners,
    };
    let mut plans: Vec<Plan> = Vec::new();
    for &event in events {
        let file = planner.file_of(event);
        let is_shared = plans.iter().position(|plan| plan.file == file);
        let earlier = match is_shared {
            Some(at) => plans.remove(at).events,
            None => Vec::new(),
        };
        plans.push(planner.plan_event(event, file, &earlier)?);
    }
    Ok(plans)
}

struct Planner<'p> {
    top: &'p Path,
    place: &'p Place,
    program: &'p Program,
    manners: Manners,
}

impl Planner<'_> {
    /// Returns the file that is written for an event. If the hook is a link to a file beside it that
    /// can take the block, it is that file.
    fn file_of(&self, event: Event) -> PathBuf {
        let hook = self.place.hook(event);
        let Ok(real) = hook.canonicalize() else {
            return hook;
        };
        let Ok(text) = files::read(&real) else {
            return hook;
        };
        let is_beside = real.parent() == Some(&self.place.directory);
        let needs = needs_of(lines_of(&text), &[event.name()]);
        let takes_block = shell_of(&text).is_some() && needs == Needs::Name;
        if is_beside && takes_block { real } else { hook }
    }

    fn plan_event(&self, event: Event, file: PathBuf, earlier: &[Event]) -> Result<Plan> {
        let seen = files::look(&file).map_err(|e| {
            let what = format!("{} cannot be kept", file.display());
            failed(what, "Move it away: git runs files.", e)
        })?;
        let mut plan = match &seen {
            Seen::Nothing => self.plan_alone(event, file, seen, Done::New),
            Seen::Link(_) => self.plan_link(event, file, seen)?,
            Seen::File { text, .. } => {
                let text = text.clone();
                self.plan_file(event, file, seen, &text, earlier)?
            }
        };
        for other in earlier {
            if !plan.events.contains(other) {
                plan.events.push(*other);
            }
        }
        Ok(plan)
    }

    fn settings(&self, before: Before) -> Settings {
        let real = Some(self.program.real.clone());
        Settings {
            program: Some(self.program.lasting.clone()),
            real: real.filter(|real| *real != self.program.lasting),
            before,
        }
    }

    /// A file of phguard and nobody else.
    fn plan_alone(&self, event: Event, file: PathBuf, seen: Seen, done: Done) -> Plan {
        let text = self.settings(Before::Nothing).file();
        Plan {
            text: Some(text),
            ..Plan::stays(event, file, seen, done, Proof::File)
        }
    }

    /// A link out of the directory of hooks.
    fn plan_link(&self, event: Event, file: PathBuf, seen: Seen) -> Result<Plan> {
        let Ok(text) = files::read(&file) else {
            return self.plan_beside(event, file, seen);
        };
        if is_own_binary(&file, &text) {
            return Ok(Plan::calls(event, file, seen, Proof::File));
        }
        match shim::find_block(&text) {
            Some(Found {
                state: State::Current(settings),
                ..
            }) if settings.before == Before::Nothing && is_executable(&file) => {
                Ok(Plan::calls(event, file, seen, Proof::File))
            }
            // A hook of phguard never runs another one.
            Some(_) => Ok(self.plan_alone(event, file, seen, Done::Replaced)),
            None => match self.certain_call(event, &file, &text) {
                Some(program) => Ok(Plan::calls(event, file, seen, Proof::Program(program))),
                None => {
                    self.needs_of_hook(&[event], &file, &text)?;
                    self.plan_beside(event, file, seen)
                }
            },
        }
    }

    /// Returns the phguard that a hook runs for certain.
    fn certain_call(&self, event: Event, file: &Path, text: &[u8]) -> Option<PathBuf> {
        if !is_executable(file) || shell_of(text).is_none() {
            return None;
        }
        let call = calls::in_script(text, event, &[])?;
        let program = call.resolved_program(self.top)?;
        let is_phguard = calls::trust_in(&program, self.top) == Trust::Phguard;
        let is_sure = call.doubt.is_none() && is_phguard;
        is_sure.then_some(program)
    }

    fn plan_file(
        &self,
        event: Event,
        file: PathBuf,
        seen: Seen,
        text: &[u8],
        earlier: &[Event],
    ) -> Result<Plan> {
        if is_own_binary(&file, text) {
            return Ok(Plan::calls(event, file, seen, Proof::File));
        }
        if let Some(found) = shim::find_block(text) {
            return self.plan_own(event, file, seen, &found, text, earlier);
        }
        if let Some(program) = self.certain_call(event, &file, text) {
            return Ok(Plan::calls(event, file, seen, Proof::Program(program)));
        }
        let events = [&[event], earlier].concat();
        let needs = self.needs_of_hook(&events, &file, text)?;
        if !is_executable(&file) || shell_of(text).is_none() || needs == Needs::Lines {
            return self.plan_beside(event, file, seen);
        }
        Ok(self.in_front(&events, file, seen, text, Done::InFront))
    }

    /// Finds the needs of a hook that git runs.
    ///
    /// # Errors
    /// It would change wherever the hook is kept.
    fn needs_of_hook(&self, events: &[Event], file: &Path, text: &[u8]) -> Result<Needs> {
        let mut names = Vec::new();
        for event in events {
            names.push(event.name());
        }
        let needs = needs_of(text, &names);
        if let Needs::Place(why) = needs
            && is_executable(file)
        {
            let what = format!("{} would not be what it was: {why}", file.display());
            let lines = lines_for(self.top, self.place, events).join("\n");
            let hint = format!("{lines}\n\nIf it is there already: phguard doctor");
            return Err(refused(what, hint));
        }
        Ok(needs)
    }

    /// A file with a block of phguard in it.
    fn plan_own(
        &self,
        event: Event,
        file: PathBuf,
        seen: Seen,
        found: &Found,
        text: &[u8],
        earlier: &[Event],
    ) -> Result<Plan> {
        let is_forced = self.manners == Manners::Forced;
        let others = found.other_lines(text);
        let is_odd = match &found.state {
            State::Current(settings) => {
                others.is_some() && !matches!(settings.before, Before::Lines(..))
            }
            State::Edited => true,
            State::OtherVersion => false,
        };
        if is_odd && !is_forced {
            return Err(edited_by_somebody(&file));
        }
        if kept::old_file(&self.place.directory, event.name())
            .symlink_metadata()
            .is_ok()
        {
            return self.plan_beside(event, file, seen);
        }
        let aside = || Done::SetAside(free_name(&file));
        if let Some(lines) = others
            && !is_odd
        {
            let mut events = [&[event], earlier].concat();
            let mut done = aside();
            if let State::Current(Settings {
                before: Before::Lines(_, known),
                ..
            }) = &found.state
            {
                events.extend(known);
                done = Done::Replaced;
            }
            let mut plan = self.in_front(&events, file, seen, &lines, done);
            plan.leave_if_same(text);
            return Ok(plan);
        }
        let (before, done) = match &found.state {
            State::Current(settings) if !is_odd => (settings.before.clone(), Done::Replaced),
            _ if kept::is_kept(&self.place.directory, event) => (
                Before::Kept(kept::directory_name(&self.place.directory)),
                aside(),
            ),
            _ => (Before::Nothing, aside()),
        };
        let mut plan = self.plan_alone(event, file, seen, done);
        plan.text = Some(self.settings(before).file());
        plan.leave_if_same(text);
        Ok(plan)
    }

    /// The block goes in front of the lines of a shell hook.
    fn in_front(
        &self,
        events: &[Event],
        file: PathBuf,
        seen: Seen,
        lines: &[u8],
        done: Done,
    ) -> Plan {
        let mut events = events.to_vec();
        events.sort_unstable();
        events.dedup();
        let shell = shell_of(lines).unwrap_or_default();
        let block = self.settings(Before::Lines(shell, events.clone())).block();
        let end = lines
            .iter()
            .position(|b| *b == b'\n')
            .map_or(lines.len(), |end| end + 1);
        let start = if lines.starts_with(b"#!") { end } else { 0 };
        let mut head = lines[..start].to_vec();
        if start > 0 && !head.ends_with(b"\n") {
            head.push(b'\n');
        }
        let text = [&head[..], &block, &lines[start..]].concat();
        let proof = [&head[..], &block, b"exit 0\n"].concat();
        Plan {
            events,
            text: Some(text),
            mode_of: Some(file.clone()),
            ..Plan::stays(Event::PreCommit, file, seen, done, Proof::Text(proof))
        }
    }

    /// The hook is kept beside, and a file of phguard takes its name.
    fn plan_beside(&self, event: Event, file: PathBuf, seen: Seen) -> Result<Plan> {
        let hooks = &self.place.directory;
        let kept = kept::kept_file(hooks, event);
        let old = kept::old_file(hooks, event.name());
        let from = if old.symlink_metadata().is_ok() {
            &old
        } else {
            &file
        };
        if kept::is_kept(hooks, event) && !is_same(from, &kept) {
            let (one, other) = (from.display(), kept.display());
            let what = format!("there are two hooks to keep: {one} and {other}");
            let hint = "Join them into one, or move one away, and run this again.";
            return Err(refused(what, hint));
        }
        let mut plan = self.plan_alone(event, file, seen, Done::Beside(kept));
        let directory = kept::directory_name(hooks);
        plan.text = Some(self.settings(Before::Kept(directory)).file());
        Ok(plan)
    }
}

/// Returns a hook file without the block, which does read its own name.
fn lines_of(text: &[u8]) -> &[u8] {
    match shim::find_block(text) {
        Some(found) => &text[found.block.end..],
        None => text,
    }
}

/// Tells whether two names are of one hook, as an installation that was cut short leaves behind.
fn is_same(one: &Path, other: &Path) -> bool {
    match (fs::read_link(one), fs::read_link(other)) {
        (Ok(one), Ok(other)) => one == other,
        (Err(_), Err(_)) => {
            matches!((files::read(one), files::read(other)), (Ok(one), Ok(other)) if one == other)
        }
        _ => false,
    }
}
